"""Fragments of a printed page to lines of text: paragraphs joined, tables told by where their cells stand.

A page of a PDF is a list of words, each with its place and size, in the order in which they were
painted. That order is kept: it follows the columns, where an order by height would mix them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Fragment", "page_paragraphs"]

#: A gap wider than this many ems may part two cells; a narrower one than that parts no words.
_CELL_GAP, _WORD_GAP = 1.0, 0.12
#: Between two figures a smaller gap parts two cells: columns of figures stand close.
_FIGURE_GAP = 0.45
_FIGURE = re.compile(r"[(–-]?[$€£¥]?[\d.,]*\d[)%]?$")
#: Cells of two rows stand in one column when their left or right ends differ by no more [ems].
_ALIGNED = 0.3
#: The next line of a paragraph follows within this multiple of the page's usual leading.
_LEADING = 1.35
#: A line that ends before this share of the page's width, with no small letter after it, ends a paragraph.
_FULL_LINE = 0.6
_BULLET = re.compile(r"^[•●▪◦‣∙\uf0b7\uf0a7■□–—*]\s*(?=\S)")
#: Ligatures taken apart, soft hyphens and other signs without a picture left out.
_REPLACED = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\xad": "",
        "\x00": "",
        "\x02": "-",
        "\ufffe": "-",
    }
)  # fmt: skip
#: What keeps its hyphen at the end of a line.
_KEEPS_HYPHEN = re.compile(
    r"(?:^|\W)(?:\w+-\w+|multi|long|short|non|co|pre|post|semi|mid|high|low|self|cross|well|take|pay|first|second|"
    r"third|half|two|three|four|five|ten|one|all|on|off|up|in|data|year|gigawatt|megawatt|billion|million|dollar)-$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A word, or several, on one base line.

    Parameters
    ----------
    x, end : float
        [points] from the left edge of the page.
    y : float
        [points] of its base line, from the lower edge of the page.
    size : float
        [points] of the type, > 0.
    text : str
    """

    x: float
    end: float
    y: float
    size: float
    text: str


@dataclass(slots=True)
class _Line:
    """Fragments on one base line, as cells."""

    y: float
    size: float
    cells: list[Fragment] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)


def _lines(fragments: Sequence[Fragment]) -> list[_Line]:
    lines: list[_Line] = []
    for raw in fragments:
        text = " ".join(raw.text.translate(_REPLACED).split())
        if not text:
            continue
        fragment = Fragment(raw.x, raw.end, raw.y, raw.size, text)
        line = lines[-1] if lines else None
        last = line.cells[-1] if line else None
        if line is None or last is None or not _same_line(line, last, fragment):
            lines.append(_Line(fragment.y, fragment.size, [fragment]))
            continue
        gap = (fragment.x - last.end) / fragment.size
        figures = _FIGURE.search(last.text) and _FIGURE.match(text)
        if gap > (_FIGURE_GAP if figures else _CELL_GAP):
            line.cells.append(fragment)
        else:
            glue = " " if gap > _WORD_GAP else ""
            line.cells[-1] = Fragment(last.x, fragment.end, last.y, last.size, f"{last.text}{glue}{text}")
    return lines


def _same_line(line: _Line, last: Fragment, fragment: Fragment) -> bool:
    return abs(fragment.y - line.y) < 0.4 * max(line.size, fragment.size) and fragment.x > last.x


def page_paragraphs(pages: Sequence[Sequence[Fragment]]) -> list[list[str]]:
    """Return the paragraphs of each page, lines joined and tables as rows between bars.

    Parameters
    ----------
    pages : sequence of sequence of Fragment
        In reading order.

    Returns
    -------
    list of list of str
        One list a page. A row of a table is one string ``| a | b |``; the row after the header of a
        table is ``| --- | --- |``. Running heads, feet and page numbers are left out.

    Examples
    --------
    >>> page = [Fragment(72, 150, 700, 10, "Orvane buys tur-"), Fragment(72, 145, 688, 10, "bines from Kelso.")]
    >>> page_paragraphs([page])
    [['Orvane buys turbines from Kelso.']]
    """
    lined = [_lines(page) for page in pages]
    running = _running(lined)
    return [
        _paragraphs([line for line in lines if not _is_furniture(line, lines, running)]) for lines in lined
    ]


def _signature(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _running(pages: list[list[_Line]]) -> set[str]:
    """Return heads and feet that come back on most pages, numbers aside."""
    if len(pages) < 2:
        return set()
    seen = Counter(sign for lines in pages for sign in {_signature(line) for line in _margins(lines)})
    return {sign for sign, count in seen.items() if count >= max(2, 0.6 * len(pages))}


def _margins(lines: list[_Line]) -> list[_Line]:
    """Return the two highest and the two lowest lines of a page."""
    by_height = sorted(lines, key=lambda line: line.y)
    return by_height if len(by_height) <= 4 else by_height[:2] + by_height[-2:]


def _is_furniture(line: _Line, lines: list[_Line], running: set[str]) -> bool:
    if not any(line is margin for margin in _margins(lines)):
        return False
    number = re.fullmatch(
        r"(?:page\s+)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of)\s*\d{1,4})?", line.text, re.IGNORECASE
    )
    return number is not None or _signature(line) in running


def _paragraphs(lines: list[_Line]) -> list[str]:
    steps = sorted(a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 4 * b.size)
    leading = steps[len(steps) // 4] if steps else 0.0
    paragraphs: list[str] = []
    position = 0
    while position < len(lines):
        end = _table_end(lines, position)
        if end:
            paragraphs += _table(lines[position:end])
            position = end
            continue
        start, position = position, position + 1
        while position < len(lines) and _goes_on(
            lines[position - 1], lines[position], leading, _full(lines, position - 1)
        ):
            if _table_end(lines, position):
                break
            position += 1
        paragraphs.append(_joined([line.text for line in lines[start:position]]))
    return paragraphs


def _full(lines: list[_Line], position: int) -> float:
    """Return how far the line at a position must reach to fill its column, judged by its neighbours."""
    line = lines[position]
    left = line.cells[0].x
    around = lines[max(0, position - 2) : position + 3]
    column = [other.cells[-1].end for other in around if abs(other.cells[0].x - left) < line.size]
    return left + _FULL_LINE * (max(column) - left)


def _goes_on(before: _Line, line: _Line, leading: float, full: float) -> bool:
    """Whether a line belongs to the paragraph of the line before it, whose lines reach about ``full``."""
    if _BULLET.match(line.text) or abs(line.size - before.size) > 0.1 * before.size:
        return False
    if before.cells[-1].end < full and not line.text[:1].islower():  # it ended early: a paragraph's last line
        return False
    step = before.y - line.y
    if step <= 0:  # the next column
        return line.text[:1].islower() and not before.text.endswith((".", "!", "?", ":"))
    return step <= _LEADING * max(leading, before.size)


def _joined(texts: list[str]) -> str:
    whole = texts[0]
    for text in texts[1:]:
        if re.search(r"[A-Za-z]-$", whole) and text[:1].islower():
            whole = (whole if _KEEPS_HYPHEN.search(whole) else whole[:-1]) + text
        else:
            whole = f"{whole} {text}"
    return _BULLET.sub("- ", whole)


def _table_end(lines: list[_Line], start: int) -> int:
    """Return where the table that begins at a line ends, or 0 if none begins there."""
    end = start
    while end < len(lines) and (
        len(lines[end].cells) > 1
        or (end > start and (_wraps(lines, end, start) or _stands_between(lines, end, start)))
    ):
        if end > start and lines[end - 1].y - lines[end].y > 4 * lines[end].size:
            break
        end += 1
    rows = [line for line in lines[start:end] if len(line.cells) > 1]
    marks = all(_BULLET.match(f"{line.cells[0].text} x") and len(line.cells) == 2 for line in rows)
    aligned = [_share_a_column(a, b) for a, b in pairwise(rows)]
    return end if aligned and not marks and 2 * sum(aligned) >= len(aligned) else 0


def _share_a_column(row: _Line, other: _Line) -> bool:
    return any(
        abs(a.x - b.x) < _ALIGNED * a.size or abs(a.end - b.end) < _ALIGNED * a.size
        for a in row.cells[1:]
        for b in other.cells[1:]
    )


def _wraps(lines: list[_Line], position: int, start: int) -> bool:
    """Whether a line goes on with a cell, other than the first, of the row above it."""
    above, line = lines[position - 1], lines[position]
    first = min(row.cells[0].x for row in lines[start:position])
    return line.cells[0].x > first + 2 * line.size and 0 < above.y - line.y < 1.5 * line.size


def _stands_between(lines: list[_Line], position: int, start: int) -> bool:
    """Whether a line with one cell, in the first column, stands between rows of the table that begins at start."""
    line = lines[position]
    if position + 1 == len(lines) or len(lines[position + 1].cells) < 2:
        return False
    above = next(row for row in reversed(lines[start:position]) if len(row.cells) > 1)
    short = line.cells[0].end < above.cells[1].x
    close = (
        lines[position - 1].y - line.y < 2.5 * line.size and line.y - lines[position + 1].y < 2.5 * line.size
    )
    return short and close and any(_share_a_column(row, lines[position + 1]) for row in lines[start:position])


def _table(lines: list[_Line]) -> list[str]:
    widest = max(lines, key=lambda line: len(line.cells))
    steps = sorted(a.y - b.y for a, b in pairwise(lines))
    usual = steps[len(steps) // 2] if steps else 0.0
    rows: list[list[str]] = []
    for index, line in enumerate(lines):
        row = [""] * len(widest.cells)
        columns = range(len(row)) if len(line.cells) == len(row) else (_column(c, widest) for c in line.cells)
        for column, cell in zip(columns, line.cells, strict=True):
            row[column] = f"{row[column]} {cell.text}".strip()
        step = lines[index - 1].y - line.y if index else 0.0
        goes_on = step < 1.5 * line.size if not row[0] else len(line.cells) == 1 and step < 0.95 * usual
        if index and goes_on:
            rows[-1] = [_joined([a, b]) if a and b else a or b for a, b in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
    written = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    if len(rows) > 1 and not any(re.search(r"\d", cell) for cell in rows[0]):
        written.insert(1, f"|{' --- |' * len(widest.cells)}")
    return written


def _column(cell: Fragment, widest: _Line) -> int:
    """Return the column whose left end, middle or right end a cell shares best."""

    def distance(other: Fragment) -> float:
        left, right = abs(cell.x - other.x), abs(cell.end - other.end)
        return min(left, right, abs(cell.x + cell.end - other.x - other.end) / 2)

    return min(range(len(widest.cells)), key=lambda index: distance(widest.cells[index]))
