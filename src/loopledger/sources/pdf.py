"""PDF files: their text is taken out by a process of its own, so that a hostile file can only harm that."""

from __future__ import annotations

import json
import subprocess
import sys

from loopledger.errors import SourceError

__all__ = ["MAX_SECONDS", "pdf_text"]

#: The longest that taking the text out may last [s].
MAX_SECONDS = 60


def pdf_text(data: bytes, name: str, *, seconds: float = MAX_SECONDS) -> tuple[str, tuple[int, ...]]:
    """Return the text of a PDF and where its pages begin.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        For messages.
    seconds : float
        Time limit [s].

    Returns
    -------
    text : str
        Paragraphs, one a line with an empty line between; tables as rows between bars.
    pages : tuple of int
        Offset in the text at which each page begins.

    Raises
    ------
    SourceError
        If the file is damaged, locked, without a text layer, or takes too long or too much memory.
    """
    try:
        done = subprocess.run(  # our own module, no shell; the file goes in as data
            [sys.executable, "-m", "loopledger.sources.pdftext"],
            input=data, capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        msg = f"{name}: reading this PDF takes longer than {seconds:g} s"
        raise SourceError(msg, hint="give the announcement itself, or its text") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        msg = f"{name}: the PDF could not be read within the limits of memory"
        raise SourceError(msg, hint="give the announcement itself, or its text") from None
    if "error" in answer:
        msg = f"{name}: {answer['error']}"
        raise SourceError(msg, hint=answer["hint"])
    return _assemble(answer["pages"])


def _assemble(pages: list[list[str]]) -> tuple[str, tuple[int, ...]]:
    """Join pages into one text; a sentence that a page cuts in two is made whole."""
    text, starts = "", []
    for paragraphs in pages:
        broken = (
            bool(text and paragraphs)
            and not text.rstrip().endswith((".", "!", "?", ":", "|", '"', "”"))
            and paragraphs[0][:1].islower()
        )
        if text:
            text += " " if broken else "\n\n"
        starts.append(len(text))
        for index, paragraph in enumerate(paragraphs):
            row = paragraph.startswith("| ") and index and paragraphs[index - 1].startswith("|")
            text += (
                "" if not index else "\n" if row or paragraph.startswith("| ---") else "\n\n"
            ) + paragraph
    return text + "\n", tuple(starts)
