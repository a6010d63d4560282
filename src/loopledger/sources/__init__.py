"""Documents as they are stored: bytes to text to blocks, with limits, and nothing executed."""

from loopledger.sources.document import Block, BlockKind, Cell, Document, Format
from loopledger.sources.load import document_from_text, load_document

__all__ = ["Block", "BlockKind", "Cell", "Document", "Format", "document_from_text", "load_document"]
