"""Who pays whom, as a table with shaded cells: payers in rows, payees in columns, sums at the edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import axis_unit, format_range, format_short
from loopledger.report.figures.legend import Entry, legend, swatch
from loopledger.report.figures.payments import Gathered, PairSum, gather
from loopledger.report.figures.style import PURCHASE_TONES
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    heading,
    key_of,
    text,
    text_block,
    tooltip,
)
from loopledger.report.figures.text import line_height, wrap

__all__ = ["draw_matrix", "shade_bounds"]

_LEFT, _ROW, _NAME, _SMALL, _HEAD = 98.0, 34.0, 11.5, 10.5, 9.5
_WIDEST = 76.0
_TONE = PURCHASE_TONES[0]
_SHADES = ("pale", "mid", "deep")

Sums = dict[tuple[int, int], tuple[float, float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Where the cells stand, what is in them, and in which unit it is printed."""

    found: Gathered
    sums: Sums
    cell: float
    top: float
    divisor: float
    bounds: tuple[float, float]
    unit: str


def draw_matrix(
    pairs: Sequence[PairSum],
    names: Mapping[str, str],
    *,
    title: str,
    subtitle: str = "",
    n_main: int = 10,
    unit: str = "USD",
) -> str:
    """Draw payments as a matrix of numbers, darker where more is paid.

    Parameters
    ----------
    pairs : sequence of PairSum
    names : mapping of str to str
        Name as printed, by party id.
    title, subtitle : str
        Headline, and what window and basis the amounts have.
    n_main : int
        How many parties have a row and a column of their own; the others share one.
    unit : str
        Currency of all amounts, ISO 4217.

    Returns
    -------
    str
        SVG. Each cell is ``class="ll-cell"`` with its row and column in ``data-payer`` and ``data-payee``.

    Raises
    ------
    ModelError
        If no party pays another.
    """
    found = gather(pairs, names, n_main=n_main)
    sums = _sums(found)
    largest = max((central for _, central, _ in sums.values()), default=0.0)
    if largest <= 0:
        msg = "a matrix picture needs at least one payment above zero; there is none"
        raise ModelError(msg, hint="say in words that nobody pays anybody")
    key = key_of("matrix", title, subtitle, n_main, unit, tuple(pairs), tuple(sorted(names.items())))
    divisor, unit_name = axis_unit(largest, unit)
    bounds = shade_bounds(largest)
    head, y = heading(title, f"{subtitle} {unit_name}; rows pay, columns are paid.".strip())
    drawn, height = legend(_entries(bounds, unit), y + 6)
    cell = min((WIDTH - MARGIN - _LEFT) / (len(found.nodes) + 1), _WIDEST)
    columns, column_height = _columns(found, cell, y + height + 12)
    top = y + height + 12 + column_height
    grid = _Grid(found=found, sums=sums, cell=cell, top=top, divisor=divisor, bounds=bounds, unit=unit)
    body = [head, drawn, *columns, *_rows(grid)]
    return document(
        body,
        key=key,
        kind="matrix",
        height=round(top + _ROW * (len(found.nodes) + 1) + 8),
        title=title,
        description=_description(found, sums, unit),
    )


def shade_bounds(largest: float) -> tuple[float, float]:
    """Return the two round amounts at which a cell turns darker, for the largest cell.

    Examples
    --------
    >>> shade_bounds(340e9)
    (20000000000.0, 100000000000.0)
    """
    return _round_below(largest / 15), _round_below(largest / 3)


def _round_below(value: float) -> float:
    exponent = -12
    while 10.0 ** (exponent + 1) <= value:
        exponent += 1
    return max(factor * 10.0**exponent for factor in (1, 2, 5) if factor * 10.0**exponent <= value)


def _sums(found: Gathered) -> Sums:
    """Return low, central and high of each cell: all roles together."""
    sums: dict[tuple[int, int], list[float]] = {}
    for ribbon in found.ribbons:
        into = sums.setdefault((ribbon.payer, ribbon.payee), [0.0, 0.0, 0.0])
        for n, value in enumerate((ribbon.low, ribbon.central, ribbon.high)):
            into[n] += value
    if found.within[2] > 0:
        last = len(found.nodes) - 1
        sums[last, last] = list(found.within)
    return {place: (low, central, high) for place, (low, central, high) in sums.items()}


def _entries(bounds: tuple[float, float], unit: str) -> list[Entry]:
    low, high = (format_short(bound, unit) for bound in bounds)
    words = (f"below {low}", f"{low} to {high}", f"{high} and more")
    return [
        Entry(sample=swatch(f"ll-{_TONE}-{shade}"), width=20, words=said)
        for shade, said in zip(_SHADES, words, strict=True)
    ]


def _columns(found: Gathered, cell: float, top: float) -> tuple[list[str], float]:
    """Return the names over the columns, resting on the first row, and their height."""
    names = [wrap(node.label, cell - 2, _HEAD, max_lines=4) for node in found.nodes]
    names.append(wrap("Pays in all", cell - 2, _HEAD, max_lines=4))
    height = max(len(name.lines) for name in names) * line_height(_HEAD) + 6
    drawn = []
    for n, name in enumerate(names):
        x = _LEFT + (n + 0.5) * cell
        first = top + height - 6 - (len(name.lines) - 1) * line_height(_HEAD)
        drawn.append(text_block(name, x, first, size=_HEAD, anchor="middle", classes="ll-ink"))
    return drawn, height


def _rows(grid: _Grid) -> list[str]:
    found, cell = grid.found, grid.cell
    n = len(found.nodes)
    drawn = []
    for row in range(n + 1):
        y = grid.top + row * _ROW
        label = found.nodes[row].label if row < n else "Is paid in all"
        name = wrap(label, _LEFT - MARGIN - 8, _NAME, bold=True, max_lines=2)
        first = y + _ROW / 2 + 4 - (len(name.lines) - 1) * line_height(_NAME) / 2
        drawn.append(text_block(name, MARGIN, first, size=_NAME, classes="ll-ink ll-b"))
        for column in range(n + 1):
            x = _LEFT + column * cell
            if row < n and column < n:
                drawn.append(_cell(grid, (row, column), x, y))
                continue
            total = sum(
                central
                for (payer, payee), (_, central, _) in grid.sums.items()
                if row in (payer, n) and column in (payee, n)
            )
            middle = (x + cell / 2, y + _ROW / 2 + 4)
            drawn.append(
                text(
                    _digits(total / grid.divisor),
                    *middle,
                    size=_SMALL,
                    anchor="middle",
                    classes="ll-ink ll-b",
                )
            )
    return drawn


def _cell(grid: _Grid, place: tuple[int, int], x: float, y: float) -> str:
    width = grid.cell
    low, central, high = grid.sums.get(place, (0.0, 0.0, 0.0))
    shade = sum(central >= bound for bound in grid.bounds)
    classes = f"ll-{_TONE}-{_SHADES[shade]}" if central > 0 else "ll-paper"
    payer, payee = (grid.found.nodes[n].label for n in place)
    if high <= 0:
        said = f"{payer} to {payee}: nothing scheduled"
    else:
        said = f"{payer} to {payee}: {format_range(low, central, high, grid.unit)}"
    rectangle = element(
        "rect",
        tooltip(said),
        x=x + 0.75,
        y=y + 0.75,
        width=width - 1.5,
        height=_ROW - 1.5,
        class_=f"ll-cell {classes} ll-grid-line",
        stroke_width=0.75,
        data_payer=place[0],
        data_payee=place[1],
    )
    own = place[0] == place[1] and high <= 0
    words = "–" if own else _digits(central / grid.divisor) if high > 0 else "·"
    ink = "ll-onbadge" if central > 0 and shade else "ll-ink" if high > 0 else "ll-muted"
    return rectangle + text(
        words, x + width / 2, y + _ROW / 2 + 4, size=_SMALL, anchor="middle", classes=ink, full=said
    )


def _digits(value: float) -> str:
    """Write a number of a cell: three digits at most, and a sign that there is something in it."""
    if value == 0:
        return "0"
    if value < 0.005:
        return "<0.01"
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def _description(found: Gathered, sums: Sums, unit: str) -> str:
    largest = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))[:5]
    parts = [
        f"{found.nodes[payer].label} to {found.nodes[payee].label} {format_short(central, unit)}"
        for (payer, payee), (_, central, _) in largest
    ]
    return f"{len(found.nodes)} payers by as many payees. The largest cells: {'; '.join(parts)}."
