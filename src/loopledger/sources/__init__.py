"""Documents as they are stored: bytes to text, with limits, and nothing executed."""

from loopledger.sources.document import Block, Document, load_document

__all__ = ["Block", "Document", "load_document"]
