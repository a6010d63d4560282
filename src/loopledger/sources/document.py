"""A document and its blocks: clean text whose every character knows its place in the stored text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

__all__ = ["Block", "BlockKind", "Cell", "Document", "Format", "Run", "TextBuilder"]


#: White space other than one blank between words.
_IRREGULAR_SPACE = re.compile(r"\A\s+|\s+\Z|\s{2,}|[^\S ]")


class Format(StrEnum):
    """How the stored file is made."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    MAIL = "mail"
    SUBMISSION = "submission"


class BlockKind(StrEnum):
    """What part of a document a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of clean text that comes from one stretch of stored text.

    Parameters
    ----------
    start : int
        Where the stretch begins in the clean text.
    origin, origin_end : int
        Where it comes from. When the lengths differ (an entity, a fold of white space), the
        stretch is indivisible: any part of it stands for the whole.
    """

    start: int
    origin: int
    origin_end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: ``row.text[start:end]`` under the header of its column."""

    header: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, bullet or table row, without markup.

    Parameters
    ----------
    kind : BlockKind
    text : str
        Clean text: entities resolved, white space folded to single blanks.
    runs : tuple of Run
        The map of its characters to offsets in ``Document.text``.
    cells : tuple of Cell
        For a table row, its cells with their column headers.
    """

    kind: BlockKind
    text: str
    runs: tuple[Run, ...]
    cells: tuple[Cell, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in ``Document.text`` of ``text[start:end]``.

        Parameters
        ----------
        start, end : int
            Offsets in the clean text, ``start < end``.

        Returns
        -------
        tuple of int
            Start and end in the stored text, such that the slice holds the whole passage.
        """
        first, first_length = self._run_at(start)
        last, last_length = self._run_at(end - 1)
        exact_first = first.origin_end - first.origin == first_length
        exact_last = last.origin_end - last.origin == last_length
        left = first.origin + (start - first.start) if exact_first else first.origin
        right = last.origin + (end - last.start) if exact_last else last.origin_end
        return left, right

    def shifted(self, by: int) -> Block:
        """Return the block of a text that stands ``by`` characters into a longer one."""
        if not by:
            return self
        runs = tuple(Run(run.start, run.origin + by, run.origin_end + by) for run in self.runs)
        return replace(self, runs=runs)

    def _run_at(self, position: int) -> tuple[Run, int]:
        index = bisect_right(self.runs, position, key=lambda run: run.start) - 1
        following = self.runs[index + 1].start if index + 1 < len(self.runs) else len(self.text)
        return self.runs[index], following - self.runs[index].start


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it is stored, and the blocks a reader sees.

    Parameters
    ----------
    name : str
        Path or name the user gave.
    text : str
        The stored text, decoded; offsets of evidence point into it. For a PDF it is the text layer as
        :mod:`loopledger.sources.pdf` takes it out, for a message its decoded body.
    format : Format
    title : str
        The title of the page, the subject of the message, or the first heading; may be empty.
    blocks : tuple of Block
    issued_on : date or None
        The day that the file itself states outside its words: when a message was sent or a form filed.
    pages : tuple of int
        For a PDF, the offset in ``text`` at which each page begins.
    left_out : tuple of str
        What the file holds besides and is not read, such as attachments; to be told to the user.
    """

    name: str
    text: str
    format: Format
    title: str
    blocks: tuple[Block, ...]
    issued_on: date | None = None
    pages: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the page, from 1, on which an offset of the stored text stands; None without pages."""
        return bisect_right(self.pages, offset) or None

    def quote(self, block: Block, start: int, end: int) -> str:
        """Return the verbatim stored words behind ``block.text[start:end]``."""
        left, right = block.origin(start, end)
        return self.text[left:right]


class TextBuilder:
    """Collects clean text together with its runs.

    Examples
    --------
    >>> builder = TextBuilder()
    >>> builder.add("a  b", 10)
    >>> builder.block(BlockKind.PARAGRAPH).origin(0, 3)
    (10, 14)
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._runs: list[Run] = []
        self._length = 0
        self._pending: tuple[int, int] | None = None

    def __len__(self) -> int:
        return self._length

    def add(self, text: str, origin: int) -> None:
        """Append stored text that starts at an offset, folding its white space."""
        position = 0
        for match in _IRREGULAR_SPACE.finditer(text):
            if match.start() > position:
                self._append(text[position : match.start()], origin + position, origin + match.start())
            self.gap(origin + match.start(), origin + match.end())
            position = match.end()
        if position < len(text):
            self._append(text[position:], origin + position, origin + len(text))

    def add_atom(self, text: str, origin: int, origin_end: int) -> None:
        """Append clean text that stands for a differently written passage."""
        if text.isspace():
            self.gap(origin, origin_end)
        elif text:
            self._append(text, origin, origin_end)

    def gap(self, origin: int, origin_end: int) -> None:
        """Note white space or markup that separates words."""
        if self._pending is None and self._length:
            self._pending = (origin, origin_end)

    def _append(self, text: str, origin: int, origin_end: int) -> None:
        if self._pending is not None:
            gap, self._pending = self._pending, None
            self._push(" ", gap[0], max(gap[1], gap[0]))
        self._push(text, origin, origin_end)

    def _push(self, text: str, origin: int, origin_end: int) -> None:
        last = self._runs[-1] if self._runs else None
        joins = (
            last is not None
            and last.origin_end == origin
            and last.origin_end - last.origin == self._length - last.start
            and origin_end - origin == len(text)
        )
        if joins and last is not None:
            self._runs[-1] = Run(last.start, last.origin, origin_end)
        else:
            self._runs.append(Run(self._length, origin, origin_end))
        self._parts.append(text)
        self._length += len(text)

    def block(self, kind: BlockKind, cells: tuple[Cell, ...] = ()) -> Block:
        """Return what was collected as a block."""
        return Block(kind, "".join(self._parts), tuple(self._runs), cells)
