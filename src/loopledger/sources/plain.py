"""Plain text and Markdown to blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loopledger.sources.decode import mojibake_runs
from loopledger.sources.document import Block, BlockKind, Cell, TextBuilder

__all__ = ["markdown_blocks", "text_blocks"]

_BULLET = re.compile(r"[ \t]{0,12}(?:[-*+\u2022\u2023\u25aa\u25cf\u2013]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_HEADING_MARK = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+")
_QUOTE_MARK = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,200}$")
_SEPARATOR = re.compile(r"[ \t]*\|?[ \t:|-]*-{2,}[ \t:|-]*$")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$|[^|\n]+\|[^|\n]+\|.*$")
_MARKUP = re.compile(
    r"(?P<image>!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\))|(?P<link>\[(?P<label>[^\]\n]{1,500})\]\([^)\n]{0,500}\))"
    r"|(?P<mark>\*{1,3}|(?<![A-Za-z0-9])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![A-Za-z0-9])|`+|~~)"
)
_SENTENCE_END = (".", "!", "?", ":", ";", "\u201d", '"')
#: A line at least this long, followed by another, is a line of a wrapped paragraph.
_WRAPPED = 55
_WRAP_LIMIT = 130
#: A line with more bars is no row of a table.
_MOST_CELLS = 200
_LONGEST_HEADING = 130


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield _Line(line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), start)
        start += len(line)


def _add(builder: TextBuilder, text: str, origin: int) -> None:
    """Append text, giving passages of a wrong encoding their meant characters."""
    position = 0
    for start, end, meant in mojibake_runs(text):
        builder.add(text[position:start], origin + position)
        builder.add_atom(meant, origin + start, origin + end)
        position = end
    builder.add(text[position:], origin + position)


def _add_marked(builder: TextBuilder, text: str, origin: int) -> None:
    """Append Markdown text without emphasis marks, links reduced to their labels."""
    position = 0
    for match in _MARKUP.finditer(text):
        _add(builder, text[position : match.start()], origin + position)
        if match["link"]:
            _add(builder, match["label"], origin + match.start("label"))
        position = match.end()
    _add(builder, text[position:], origin + position)


def _is_heading(line: str) -> bool:
    stripped = line.strip()
    return len(stripped) <= _LONGEST_HEADING and not stripped.endswith((".", ":", ";", ",", "!"))


def _continues(previous: _Line, line: _Line, longest: int) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    before, after = previous.text.rstrip(), line.text.strip()
    if len(before) < _WRAPPED or longest > _WRAP_LIMIT or _BULLET.match(line.text):
        return False
    return not before.endswith((".", "!", "?", ":")) or len(before) > 0.7 * longest or after[:1].islower()


def _joined(lines: list[_Line], *, marked: bool) -> TextBuilder:
    builder = TextBuilder()
    for line in lines:
        if len(builder):
            builder.gap(line.start - 1, line.start)
        (_add_marked if marked else _add)(builder, line.text, line.start)
    return builder


class _Collector:
    """Turns lines into blocks, one paragraph at a time."""

    def __init__(self, longest: int, *, marked: bool) -> None:
        self.blocks: list[Block] = []
        self._longest = longest
        self._marked = marked
        self._open: list[_Line] = []
        self._kind = BlockKind.PARAGRAPH
        self._header: list[str] | None = None
        self._rows: list[_Line] = []

    def line(self, line: _Line) -> None:
        text = line.text
        if not text.strip():
            self.flush()
            self._header = None
        elif 2 <= text.count("|") <= _MOST_CELLS and _ROW.match(text):
            self.flush()
            self._row(line)
        elif _RULE.match(text):
            self.flush()
        elif self._marked and (mark := _HEADING_MARK.match(text)):
            self.flush()
            self._single(BlockKind.HEADING, line, mark.end())
        elif mark := _BULLET.match(text):
            self.flush()
            self._kind = BlockKind.BULLET
            self._open = [_Line(text[mark.end() :], line.start + mark.end())]
        elif self._open and (self._marked or _continues(self._open[-1], line, self._longest)):
            self._open.append(line)
        else:
            self.flush()
            self._open = [line]

    def _single(self, kind: BlockKind, line: _Line, skip: int) -> None:
        builder = TextBuilder()
        (_add_marked if self._marked else _add)(builder, line.text[skip:], line.start + skip)
        if len(builder):
            self.blocks.append(builder.block(kind))

    def _row(self, line: _Line) -> None:
        if _SEPARATOR.match(line.text):
            if self.blocks and self.blocks[-1].kind is BlockKind.ROW and self._header is None:
                row = self.blocks.pop()
                self._header = [row.text[c.start : c.end] for c in row.cells]
            return
        builder, cells, position = TextBuilder(), [], 0
        for index, part in enumerate(_cells(line.text)):
            text, at = part
            if index:
                builder.add_atom("|", line.start + at - 1, line.start + at)
                builder.gap(line.start + at, line.start + at)
            position = len(builder) + (1 if index else 0)
            _add_marked(builder, text, line.start + at)
            header = self._header[index] if self._header and index < len(self._header) else ""
            cells.append(Cell(header, min(position, len(builder)), len(builder)))
            builder.gap(line.start + at + len(text), line.start + at + len(text))
        if len(builder):
            self.blocks.append(builder.block(BlockKind.ROW, tuple(cells)))

    def flush(self) -> None:
        lines, self._open = self._open, []
        kind, self._kind = self._kind, BlockKind.PARAGRAPH
        if not lines:
            return
        alone = kind is BlockKind.PARAGRAPH and len(lines) == 1
        if (alone and self._marked and re.fullmatch(r"\s*(\*\*|__)[^*_]{1,120}\1\s*", lines[0].text)) or (
            alone and not self._marked and _is_heading(lines[0].text)
        ):
            kind = BlockKind.HEADING
        builder = _joined(lines, marked=self._marked)
        if len(builder):
            self.blocks.append(builder.block(kind))


def _cells(line: str) -> list[tuple[str, int]]:
    """Return the cells of a row of a pipe table, each with its offset in the line."""
    stripped = line.strip()
    left = line.index(stripped) + (1 if stripped.startswith("|") else 0)
    right = line.index(stripped) + len(stripped) - (1 if stripped.endswith("|") else 0)
    cells, start = [], left
    for part in line[left:right].split("|"):
        cells.append((part, start))
        start += len(part) + 1
    return cells


def _collect(text: str, *, marked: bool) -> tuple[Block, ...]:
    lines = list(_lines(text))
    collector = _Collector(max((len(line.text) for line in lines), default=0), marked=marked)
    fenced = False
    for line in lines:
        if marked and _FENCE.match(line.text):
            fenced = not fenced
            collector.flush()
        elif not fenced:
            quote = _QUOTE_MARK.match(line.text) if marked else None
            skip = quote.end() if quote else 0
            collector.line(_Line(line.text[skip:], line.start + skip))
    collector.flush()
    return tuple(collector.blocks)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text; short lines without a full stop are headings.

    Wrapped lines are joined, and pipe tables are read as tables.
    """
    return _collect(text, marked=False)


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text; code fences are left out, they are data."""
    return _collect(text, marked=True)
