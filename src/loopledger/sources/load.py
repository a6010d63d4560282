"""Files and standard input to documents, with limits."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from loopledger.errors import SourceError
from loopledger.sources.decode import decode
from loopledger.sources.document import BlockKind, Document, Format
from loopledger.sources.html import html_blocks
from loopledger.sources.plain import markdown_blocks, text_blocks

__all__ = ["MAX_BYTES", "document_from_text", "load_document"]

#: The largest document that is read [bytes].
MAX_BYTES = 20_000_000

_SUFFIXES = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
}  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = re.compile(r"</(?:p|div|td|li|h[1-6]|article|section)\s*>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(r"^(?:#{1,6} \S|\|.*\|[ \t]*\n[ \t]*\|?[ :|-]*--)|\]\(https?://", re.MULTILINE)
_SNIFFED = 20_000


def _sniffed(text: str) -> Format:
    head = text[:_SNIFFED]
    if _HTML_START.match(head) or len(_HTML_TAGS.findall(head)) >= 2:
        return Format.HTML
    return Format.MARKDOWN if _MARKDOWN_SIGNS.search(head) else Format.TEXT


def document_from_text(text: str, *, name: str = "text", format: Format | str | None = None) -> Document:  # noqa: A002
    """Return the document that a text holds.

    Parameters
    ----------
    text : str
        The stored text; evidence will point into it.
    name : str
        What to call it in messages and records.
    format : Format or str, optional
        ``text``, ``markdown`` or ``html``; recognised from the text when left out.

    Returns
    -------
    Document

    Raises
    ------
    SourceError
        If there is nothing but white space, or elements are nested too deep.

    Examples
    --------
    >>> document = document_from_text("<p>Orvane lends Tessil &euro;5m.</p><p>It is due in May.</p>")
    >>> block = document.blocks[0]
    >>> block.text, document.quote(block, 13, 23)
    ('Orvane lends Tessil \u20ac5m.', 'Tessil &euro;5m')
    """
    if not text.strip():
        msg = f"{name}: the document is empty"
        raise SourceError(msg, hint="give a document with text in it")
    chosen = Format(format) if format is not None else _sniffed(text)
    title = ""
    if chosen is Format.HTML:
        try:
            title, blocks = html_blocks(text)
        except SourceError as error:
            msg = f"{name}: {error.message}"
            raise SourceError(msg, hint=error.hint) from None
    else:
        blocks = markdown_blocks(text) if chosen is Format.MARKDOWN else text_blocks(text)
    heading = next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    return Document(name=name, text=text, format=chosen, title=title or heading, blocks=blocks)


def _too_large(name: str, size: str) -> SourceError:
    return SourceError(
        f"{name}: {size}, more than the limit of {MAX_BYTES // 1_000_000} MB",
        hint="give the announcement itself, or cut the document into parts",
    )


def _file_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            msg = f"{name}: a directory, not a document"
            raise SourceError(msg, hint="name the files in it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(name, f"{size / 1e6:.0f} MB")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        msg = f"{name}: no such file"
        raise SourceError(msg, hint="check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{name}: cannot be read: {reason}"
        raise SourceError(msg, hint="check the path and its permissions") from None


def load_document(path: Path | str) -> Document:
    """Return the document stored in a file, or on standard input for ``"-"``.

    Parameters
    ----------
    path : pathlib.Path or str
        A text, Markdown or HTML file of at most 20 MB.

    Returns
    -------
    Document
        Decoded (byte order mark, UTF-16, UTF-8, declared encoding, Windows-1252) and cut into blocks.

    Raises
    ------
    SourceError
        If the file is missing, a directory, empty, binary, too large, nested too deep or not decodable.

    Examples
    --------
    >>> load_document("no-such-file.txt")
    Traceback (most recent call last):
    loopledger.errors.SourceError: no-such-file.txt: no such file
      hint: check the path
    """
    if str(path) == "-":
        name = "<stdin>"
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        suffix = ""
    else:
        name = str(path)
        data = _file_bytes(Path(path), name)
        suffix = Path(path).suffix.lower()
    if len(data) > MAX_BYTES:
        raise _too_large(name, "too large")
    return document_from_text(decode(data, name), name=name, format=_SUFFIXES.get(suffix))
