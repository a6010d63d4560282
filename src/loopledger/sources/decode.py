"""Bytes to text: byte order marks, UTF-8, UTF-16, and the Windows code page as last resort."""

from __future__ import annotations

import codecs
import re

from loopledger.errors import SourceError

__all__ = ["decode", "mojibake_runs"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE
)
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
)
_SAMPLE = 1 << 16
#: More control characters than this share of a text mean that it is none.
_MOST_CONTROLS = 0.02


def _without_mark(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    return None


def _utf16_guess(sample: bytes) -> str | None:
    """Return the UTF-16 flavour of unmarked bytes, judged by where the zero bytes stand."""
    pairs = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return "utf-16-be"
    return None


def _fallback(data: bytes, name: str) -> str:
    declared = _DECLARED.search(data[:4096])
    candidates = [declared[1].decode("ascii", "replace")] if declared else []
    for encoding in [*candidates, "cp1252"]:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    msg = f"{name}: not decodable: neither UTF-8, UTF-16 nor Windows-1252"
    raise SourceError(msg, hint="save the document as UTF-8 and try again")


def decode(data: bytes, name: str) -> str:
    """Return the text of a file's bytes.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        For messages.

    Raises
    ------
    SourceError
        If the bytes are a known binary format, hold too many control characters, or decode as nothing.

    Notes
    -----
    A byte order mark decides; then UTF-16 by its zero bytes; then UTF-8; then the encoding that an
    HTML or XML head declares; then Windows-1252.
    """
    binary = f"{name}: a binary file, not a text document"
    hint = "give a text, Markdown, HTML, PDF or mail file; convert others to text first"
    if data.startswith(_MAGIC):
        raise SourceError(binary, hint=hint)
    try:
        text = _without_mark(data)
        if text is None:
            guess = _utf16_guess(data[:_SAMPLE])
            text = data.decode(guess) if guess else None
    except UnicodeDecodeError as error:
        msg = f"{name}: not decodable at byte {error.start}: {error.reason}"
        raise SourceError(msg, hint="the file is damaged, or its byte order mark is wrong") from None
    if text is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = _fallback(data, name)
    sample = text[:_SAMPLE]
    controls = sum(
        1 for c in sample if (c < " " and c not in "\t\n\r\f\v\x1b") or c == "\ufffd" or "\x7f" <= c < "\x85"
    )
    if controls > _MOST_CONTROLS * len(sample):
        raise SourceError(binary, hint=hint)
    return text


# UTF-8 read as Windows-1252: a lead byte's character, then continuation bytes' characters.
_CONTINUATION = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0))
_MOJIBAKE = re.compile(
    f"(?:[\u00c2-\u00df][{re.escape(_CONTINUATION)}]"
    f"|[\u00e0-\u00ef][{re.escape(_CONTINUATION)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(_CONTINUATION)}]{{3}})+"
)


def _repaired(garbled: str) -> str | None:
    try:
        data = b"".join(c.encode("cp1252", "ignore") or bytes([ord(c)]) for c in garbled)
        return data.decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return None


def mojibake_runs(text: str) -> list[tuple[int, int, str]]:
    """Return the passages of UTF-8 that were once read as Windows-1252, each with what it meant.

    Examples
    --------
    >>> mojibake_runs("for \u00e2\u201a\u00ac5")
    [(4, 7, '\u20ac')]
    """
    runs = []
    for match in _MOJIBAKE.finditer(text):
        meant = _repaired(match[0])
        if meant is not None:
            runs.append((match.start(), match.end(), meant))
    return runs
