"""The text layer of a PDF, page by page; run as a process of its own, under limits, by :mod:`.pdf`."""

from __future__ import annotations

import json
import sys
from typing import Any

import pypdfium2
from pypdfium2.raw import FPDFText_GetFontSize, FPDFText_GetUnicode

from loopledger.errors import SourceError
from loopledger.sources.pagelines import Fragment, page_paragraphs

__all__ = ["MAX_PAGES", "pdf_pages"]

#: More pages than this are no announcement or filing.
MAX_PAGES = 1000
#: Most memory that reading may take [bytes].
MAX_MEMORY = 1_500_000_000


def pdf_pages(data: bytes) -> list[list[str]]:
    """Return the paragraphs of each page of a PDF.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    list of list of str
        As :func:`loopledger.sources.pagelines.page_paragraphs` gives them.

    Raises
    ------
    SourceError
        If the file is damaged, locked with a password, too long, or holds no text.
    """
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            n_pages = len(pdf)
            if n_pages > MAX_PAGES:
                msg = f"{n_pages} pages, more than the limit of {MAX_PAGES}"
                raise SourceError(msg, hint="cut the document into parts")
            pages = page_paragraphs([_words(pdf, index) for index in range(n_pages)])
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            msg = "the PDF is locked with a password"
            raise SourceError(msg, hint="save it without one") from None
        msg = f"a damaged PDF ({error})"
        raise SourceError(msg, hint="open it in a viewer and save it anew, or give its text") from None
    if not any(pages):
        msg = "no text layer: the pages are pictures"
        raise SourceError(msg, hint="run text recognition (OCR) over it first")
    return pages


def _words(pdf: Any, index: int) -> list[Fragment]:  # noqa: ANN401 (the library has no types)
    """Return the words of a page, cut at white space and where the base line or the place jumps."""
    page = pdf[index]
    textpage = page.get_textpage()
    words: list[Fragment] = []
    open_: list[Fragment] = []
    n_signs = textpage.count_chars()
    for position in range(n_signs):
        sign = chr(FPDFText_GetUnicode(textpage, position) or 32)
        if sign.isspace():
            _end_word(open_, words)
            continue
        left, bottom, right, top = textpage.get_charbox(position, loose=True)
        size = FPDFText_GetFontSize(textpage, position) or 1.0
        size = min(size, top - bottom) if top - bottom > 0.2 else size
        glyph = Fragment(left, right, bottom, max(size, 0.5), sign)
        if open_ and not _touches(open_[-1], glyph):
            _end_word(open_, words)
        open_.append(glyph)
    _end_word(open_, words)
    textpage.close()
    page.close()
    return words


def _touches(last: Fragment, glyph: Fragment) -> bool:
    near = -0.5 * last.size < glyph.x - last.end < 0.3 * last.size
    return near and abs(glyph.y - last.y) < 0.5 * last.size


def _end_word(glyphs: list[Fragment], words: list[Fragment]) -> None:
    if glyphs:
        size = max(glyph.size for glyph in glyphs)
        text = "".join(glyph.text for glyph in glyphs)
        words.append(Fragment(glyphs[0].x, glyphs[-1].end, glyphs[0].y, size, text))
        glyphs.clear()


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # not on Windows; the time limit holds all the same
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def main() -> int:
    """Read a PDF on standard input; write its pages, or what is wrong with it, as JSON."""
    _limit()
    try:
        answer: dict[str, object] = {"pages": pdf_pages(sys.stdin.buffer.read())}
    except SourceError as error:
        answer = {"error": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
