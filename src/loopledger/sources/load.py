"""Files and standard input to documents, with limits.

One function a kind of file: to read another kind, add it to :class:`~loopledger.sources.document.Format`
and to :func:`document_from_bytes`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from loopledger.errors import SourceError
from loopledger.sources.decode import decode
from loopledger.sources.document import Block, BlockKind, Document, Format
from loopledger.sources.filing import is_submission, read_submission
from loopledger.sources.html import html_blocks
from loopledger.sources.mail import is_mail, read_mail
from loopledger.sources.pdf import pdf_text
from loopledger.sources.plain import markdown_blocks, text_blocks

__all__ = ["MAX_BYTES", "document_from_bytes", "document_from_text", "load_document"]

#: The largest document that is read [bytes].
MAX_BYTES = 20_000_000

_SUFFIXES = {
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
    ".pdf": Format.PDF, ".eml": Format.MAIL,
}  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = re.compile(r"</(?:p|div|td|li|h[1-6]|article|section)\s*>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(r"^(?:#{1,6} \S|\|.*\|[ \t]*\n[ \t]*\|?[ :|-]*--)|\]\(https?://", re.MULTILINE)
_SNIFFED = 20_000


def _sniffed(text: str) -> Format:
    if is_submission(text):
        return Format.SUBMISSION
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
        ``text``, ``markdown``, ``html`` or ``submission``; recognised from the text when left out.

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
    if chosen in (Format.PDF, Format.MAIL):
        msg = f"{name}: {chosen} is a format of bytes, not of text"
        raise SourceError(msg, hint="give the file itself to load_document")
    if chosen is Format.SUBMISSION:
        return _submission(text, name)
    title, blocks = _blocks(text, chosen, name)
    return Document(name=name, text=text, format=chosen, title=title or _heading(blocks), blocks=blocks)


def _blocks(text: str, chosen: Format, name: str) -> tuple[str, tuple[Block, ...]]:
    """Return the title that the mark-up states, if any, and the blocks of a text."""
    if chosen is Format.MARKDOWN:
        return "", markdown_blocks(text)
    if chosen is not Format.HTML:
        return "", text_blocks(text)
    try:
        return html_blocks(text)
    except SourceError as error:
        msg = f"{name}: {error.message}"
        raise SourceError(msg, hint=error.hint) from None


def _heading(blocks: tuple[Block, ...]) -> str:
    return next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")


def _submission(text: str, name: str) -> Document:
    """Return the form and the exhibits of a complete submission as one document."""
    submission = read_submission(text)
    blocks: list[Block] = []
    for part in submission.parts:
        inner = text[part.start : part.end]
        chosen = Format.HTML if part.is_html or _sniffed(inner) is Format.HTML else Format.TEXT
        blocks += [block.shifted(part.start) for block in _blocks(inner, chosen, name)[1]]
    if not blocks:
        msg = f"{name}: a submission without a document in words"
        raise SourceError(msg, hint="give the form itself, as text or HTML")
    return Document(
        name=name, text=text, format=Format.SUBMISSION, title=submission.title, blocks=tuple(blocks),
        issued_on=submission.filed_on, left_out=submission.left_out,
    )  # fmt: skip


def _mail(data: bytes, name: str) -> Document:
    """Return a stored message as a document: its subject is the title and, in plain text, a heading too."""
    mail = read_mail(data, name)
    text = mail.text if mail.is_html else f"{mail.subject}\n\n{mail.text}"
    if not text.strip():
        msg = f"{name}: a message without text"
        raise SourceError(msg, hint="save what hangs on it and give that")
    title, blocks = _blocks(text, Format.HTML if mail.is_html else Format.TEXT, name)
    return Document(
        name=name, text=text, format=Format.MAIL, title=mail.subject or title or _heading(blocks), blocks=blocks,
        issued_on=mail.sent_on, left_out=tuple(f"attachment {attached}" for attached in mail.attachments),
    )  # fmt: skip


def document_from_bytes(data: bytes, *, name: str, format: Format | None = None) -> Document:  # noqa: A002
    """Return the document that the bytes of a file hold.

    Parameters
    ----------
    data : bytes
        At most 20 MB.
    name : str
        What to call it in messages and records.
    format : Format, optional
        What the name of the file says; a PDF and a stored message are recognised by their first bytes too.

    Returns
    -------
    Document

    Raises
    ------
    SourceError
        As :func:`load_document`.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(name, "too large")
    if data.lstrip()[:5] == b"%PDF-" or (format is Format.PDF and b"%PDF-" in data[:1024]):
        text, pages = pdf_text(data, name)
        blocks = text_blocks(text)
        return Document(
            name=name, text=text, format=Format.PDF, title=_heading(blocks), blocks=blocks, pages=pages
        )
    if format is Format.PDF:
        msg = f"{name}: no PDF file, in spite of its name"
        raise SourceError(msg, hint="name the file after what it is")
    if format is Format.MAIL or (format is None and is_mail(data)):
        return _mail(data, name)
    return document_from_text(decode(data, name), name=name, format=format)


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
        A text, Markdown, HTML, PDF or mail file, or a complete EDGAR submission, of at most 20 MB.

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
    return document_from_bytes(data, name=name, format=_SUFFIXES.get(suffix))
