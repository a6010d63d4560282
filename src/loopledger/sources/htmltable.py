"""Rows of HTML tables: cells under their column's header, figures whole, tables used for layout undone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from loopledger.sources.document import Block, BlockKind, Cell, Run, TextBuilder

__all__ = ["HtmlTable"]

#: Cells that hold only the sign of a currency, put before the figure in the next cell.
_SIGN = re.compile(r"(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3})$")
#: Cells that hold only what closes the figure in the cell before.
_CLOSING = re.compile(r"[)%]{1,2}$")
_FIGURE = re.compile(r"[(–-]?[\d.]")
_BULLET = re.compile(r"[•●▪◦‣·■□–—*-]$|\(?(?:[ivx]{1,4}|[a-z]|\d{1,2})[.)]$", re.IGNORECASE)
#: What stands over the first column: the unit of all others.
_CAPTION = re.compile(r"\((?:[^()]*\b(?:in|dollars|thousands|millions|billions)\b[^()]*)\)$", re.IGNORECASE)
#: The longest text that still heads a column.
_LONGEST_HEADER = 80
_WIDEST_SPAN = 100


@dataclass(slots=True)
class _Cell:
    builder: TextBuilder
    column: int
    span: int


@dataclass(slots=True)
class HtmlTable:
    """One table while it is being read, row by row."""

    _header: dict[int, str] = field(default_factory=dict)
    _cells: list[_Cell] = field(default_factory=list)
    _headings: int = 0
    _waiting: Block | None = None

    def open_row(self) -> None:
        """Begin a row."""
        self._cells, self._headings = [], 0

    def open_cell(self, *, heading: bool, span: str = "") -> TextBuilder:
        """Begin a cell and return what collects its text.

        Parameters
        ----------
        heading : bool
            Whether it is marked as a heading.
        span : str
            The columns it stands over, as the page gives it.
        """
        width = min(int(span), _WIDEST_SPAN) if re.fullmatch(r"[1-9]\d{0,3}", span) else 1
        column = self._cells[-1].column + self._cells[-1].span if self._cells else 0
        self._cells.append(_Cell(TextBuilder(), column, width))
        self._headings += heading
        return self._cells[-1].builder

    def holds(self, builder: TextBuilder) -> bool:
        """Whether a builder collects the cell that is open."""
        return bool(self._cells) and self._cells[-1].builder is builder

    def close_row(self) -> list[Block]:
        """End a row; return its blocks: none for an empty row or one that heads the columns."""
        cells, self._cells = self._cells, []
        filled = [(cell, cell.builder.block(BlockKind.ROW)) for cell in cells if len(cell.builder)]
        if not filled:
            return []
        if len(filled) == 1:  # a table used for layout, or a heading over several columns
            return [Block(BlockKind.PARAGRAPH, filled[0][1].text, filled[0][1].runs)]
        if len(filled) == 2 and _BULLET.fullmatch(filled[0][1].text):
            return [filled[1][0].builder.block(BlockKind.BULLET)]
        if not self._header and self._heads(cells, filled):
            first = filled[0][1].text
            caption = f" {first}" if filled[0][0] is cells[0] and _CAPTION.match(first) else ""
            for cell, block in filled:
                for column in range(cell.column, cell.column + cell.span):
                    self._header[column] = f"{block.text}{caption if cell is not cells[0] else ''}"
            marked = self._headings >= len(cells) - 1
            self._waiting = None if marked else self._row(filled)
            return []
        self._waiting = None
        return [self._row(filled)]

    def close(self) -> list[Block]:
        """End the table; return a row that was taken for its header when no other row followed."""
        waiting, self._waiting = self._waiting, None
        return [waiting] if waiting else []

    def _heads(self, cells: list[_Cell], filled: list[tuple[_Cell, Block]]) -> bool:
        """Whether a row heads the columns: marked so, or short words with nothing over the first column."""
        if self._headings and self._headings >= len(cells) - 1:
            return True
        texts = [block.text for cell, block in filled if cell is not cells[0]]
        over = cells[0].builder.block(BlockKind.ROW).text
        return (not over or _CAPTION.match(over) is not None) and all(
            len(text) <= _LONGEST_HEADER and not text.endswith((".", ";")) and not _SIGN.fullmatch(text)
            for text in texts
        )

    def _row(self, filled: list[tuple[_Cell, Block]]) -> Block:
        """Join the cells of a row into one block, a figure with the signs in the cells beside it."""
        runs: list[Run] = []
        parts: list[str] = []
        cells: list[Cell] = []
        length = 0
        for index, (cell, block) in enumerate(filled):
            before = filled[index - 1][1].text if index else ""
            joined = (_SIGN.fullmatch(before) and _FIGURE.match(block.text)) or (
                _CLOSING.fullmatch(block.text) and re.search(r"\d$", before)
            )
            glue = "" if not index or joined else " | "
            if glue:
                runs.append(Run(length, runs[-1].origin_end, block.runs[0].origin))
            parts += [glue, block.text]
            start = length + len(glue)
            length = start + len(block.text)
            runs += [Run(run.start + start, run.origin, run.origin_end) for run in block.runs]
            header = self._header.get(cell.column, "")
            if joined:
                cells[-1] = Cell(cells[-1].header or header, cells[-1].start, length)
            else:
                cells.append(Cell(header, start, length))
        return Block(BlockKind.ROW, "".join(parts), tuple(runs), tuple(cells))
