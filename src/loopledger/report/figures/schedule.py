"""Payments over time: purchases above the axis, funding below it, one bar a quarter or year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import axis_unit, format_range
from loopledger.report.figures.cells import Cell, ScheduleBar, Total, add_up, totals
from loopledger.report.figures.certainty import certainty_entries, certainty_patterns, look_of
from loopledger.report.figures.legend import Entry, legend, swatch
from loopledger.report.figures.periods import Axis, axis_of, parse_day
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    heading,
    key_of,
    link,
    number,
    text,
    tooltip,
)
from loopledger.report.figures.text import clean, text_width

__all__ = ["draw_schedule"]

_LEFT, _PLOT, _ONE_SIDED = 46.0, 250.0, 190.0
_SMALL = 11.0
_WIDEST_BAR = 46.0
_ABOVE = {"purchase": "purchases", "other": "other payments"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """From amounts and periods to places on the page."""

    axis: Axis
    zero: float
    top: float
    bottom: float
    scale: float
    step: float

    @property
    def slot(self) -> float:
        """Width of a period."""
        return (WIDTH - MARGIN - _LEFT) / self.axis.n_periods

    @property
    def bar_width(self) -> float:
        """Width of a bar."""
        return min(self.slot * 0.7, _WIDEST_BAR)

    def x(self, periods: float) -> float:
        """Return the place of a number of periods from the left end."""
        return _LEFT + periods * self.slot

    def y(self, amount: float, *, below: bool) -> float:
        """Return the place of an amount on one side of the axis."""
        return self.zero + amount * self.scale * (1 if below else -1)


def draw_schedule(
    bars: Sequence[ScheduleBar],
    *,
    title: str,
    unit: str = "USD",
    known_on: date | str | None = None,
    sides: tuple[str, str] | None = None,
) -> str:
    """Draw payments by quarter, or by year when they span more than forty quarters.

    Parameters
    ----------
    bars : sequence of ScheduleBar
        Flows; those of one period, series and certainty are added up, bound by bound.
    title : str
        Headline.
    unit : str
        Currency of all amounts, ISO 4217.
    known_on : datetime.date or str, optional
        Knowledge date, marked on the axis; outside the axis it is told in words.
    sides : (str, str), optional
        What stands above and below the axis, in words; purchases and funding unless given.

    Returns
    -------
    str
        SVG. Bars are central values, the surest next to the axis; a whisker runs from low to high
        of everything on that side in that period. Segments are ``class="ll-cell"``.

    Raises
    ------
    ModelError
        If there are no bars, all are zero, or a period cannot be read.
    """
    if not bars or all(bar.high == 0 for bar in bars):
        msg = "a schedule picture needs at least one payment above zero; there is none"
        raise ModelError(msg, hint="say in words that nothing is scheduled")
    axis = axis_of(bar.period for bar in bars)
    cells = add_up(bars, axis)
    sums = totals(cells)
    key = key_of("schedule", title, unit, str(known_on), tuple(bars), *_turned(bars, sides))
    day = None if known_on is None else parse_day(known_on)
    marked = None if day is None else axis.position(day)
    divisor, axis_name = axis_unit(max(total.high for total in sums), unit)
    told = f" Known on {day}." if day is not None and marked is None else ""
    every = "year" if axis.yearly else "quarter"
    head, y = heading(title, f"{axis_name} per {every}. Bars: central value; lines: low to high.{told}")
    entries = _entries(cells, sums, key)
    drawn, height = legend(entries, y + 6)
    y += height + 14
    plot = _plot(axis, sums, y + (16 if marked is not None else 0) + 18, divisor)
    body = [head, drawn, *_grid(plot, divisor), *_sides(plot, bars, marked, sides)]
    body += _segments(plot, cells, key, unit)
    body += [_whisker(plot, total) for total in sums if total.low < total.high]
    body.append(_line(_LEFT, plot.zero, WIDTH - MARGIN, plot.zero, "ll-line"))
    if day is not None and marked is not None:
        body.append(_marker(plot, marked, f"known on {day}"))
    below = plot.bottom + (18 if any(total.below for total in sums) else 4)
    drawn, height = _periods(plot, below)
    body.append(drawn)
    return document(
        body,
        key=key,
        kind="schedule",
        height=round(below + height + 6),
        title=title,
        description=_description(axis, sums, unit, sides or ("Purchases", "Funding")),
        defs=certainty_patterns(((cell.certainty, cell.tone) for cell in cells), key),
    )


def _turned(bars: Sequence[ScheduleBar], sides: tuple[str, str] | None) -> tuple[object, ...]:
    """Return what tells a picture with sides of its own from the usual one."""
    return () if sides is None else (sides, tuple(bar.hangs for bar in bars))


def _plot(axis: Axis, sums: Sequence[Total], top: float, divisor: float) -> _Plot:
    up = max((total.high for total in sums if not total.below), default=0.0)
    down = max((total.high for total in sums if total.below), default=0.0)
    step = _step((up + down) / divisor) * divisor
    up, down = math.ceil(up / step - 1e-9) * step, math.ceil(down / step - 1e-9) * step
    height = _PLOT if up and down else _ONE_SIDED
    scale = height / (up + down)
    return _Plot(
        axis=axis, zero=top + up * scale, top=top, bottom=top + height, scale=scale, step=step / divisor
    )


def _step(reach: float) -> float:
    """Return a round distance between ticks, so that there are four to eight of them."""
    rough = reach / 6
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _grid(plot: _Plot, divisor: float) -> list[str]:
    """Return grid lines with their amounts; both sides count upwards from the axis."""
    step = plot.step
    decimals = max(0, -math.floor(math.log10(step)))
    drawn = []
    for below, edge in ((False, plot.zero - plot.top), (True, plot.bottom - plot.zero)):
        n_ticks = round(edge / plot.scale / divisor / step)
        for n in range(1 if below else 0, n_ticks + 1):
            y = plot.y(n * step * divisor, below=below)
            words = f"{n * step:,.{decimals}f}" if n else "0"
            drawn += [
                _line(_LEFT, y, WIDTH - MARGIN, y, "ll-grid"),
                text(words, _LEFT - 6, y + 4, size=_SMALL, anchor="end", classes="ll-muted"),
            ]
    for n in plot.axis.year_starts() if not plot.axis.yearly else []:
        drawn.append(_line(plot.x(n), plot.top, plot.x(n), plot.bottom, "ll-grid", dash="1 3"))
    return drawn


def _sides(
    plot: _Plot, bars: Sequence[ScheduleBar], marked: float | None, sides: tuple[str, str] | None
) -> list[str]:
    """Return what stands above and below the axis, out of the way of the knowledge date."""
    roles = {bar.role for bar in bars}
    above = " and ".join(_ABOVE[role] for role in ("purchase", "other") if role in roles)
    below = "Funding" if "funding" in roles else ""
    if sides is not None:
        above, below = (
            words if any(bar.hangs is hangs for bar in bars) else ""
            for words, hangs in zip(sides, (False, True), strict=True)
        )
    near = marked is not None and plot.x(marked) < _LEFT + 200
    x, anchor = (WIDTH - MARGIN, "end") if near else (_LEFT, "start")
    words = []
    if above:
        line = f"↑ {above[0].upper()}{above[1:]}"
        tone = "ll-p0-name" if sides is None else "ll-ink"
        words.append(text(line, x, plot.top - 7, anchor=anchor, classes=f"{tone} ll-b"))
    if below:
        tone = "ll-f0-name" if sides is None else "ll-ink"
        words.append(text(f"↓ {below}", x, plot.bottom + 14, anchor=anchor, classes=f"{tone} ll-b"))
    return words


def _segments(plot: _Plot, cells: Sequence[Cell], key: str, unit: str) -> list[str]:
    """Return the stacked bars; cells come in stacking order."""
    reached: dict[tuple[int, bool], float] = {}
    drawn = []
    for n, cell in enumerate(cells):
        start = reached.get((cell.index, cell.below), 0.0)
        end = start + cell.central
        reached[cell.index, cell.below] = end
        if cell.central == 0:
            continue
        y0, y1 = sorted((plot.y(start, below=cell.below), plot.y(end, below=cell.below)))
        amount = format_range(cell.low, cell.central, cell.high, unit)
        words = f"{plot.axis.name(cell.index)}, {clean(cell.series)}: {amount}, {cell.certainty}"
        fill, classes, dash = look_of(cell.certainty, cell.tone, key)
        rectangle = element(
            "rect",
            tooltip(words),
            x=plot.x(cell.index + 0.5) - plot.bar_width / 2,
            y=y0,
            width=plot.bar_width,
            height=y1 - y0,
            fill=fill,
            class_=f"ll-cell {classes}",
            stroke_width=0.75,
            stroke_dasharray=dash,
            data_cell=n,
        )
        drawn.append(link(cell.href, rectangle))
    return drawn


def _whisker(plot: _Plot, total: Total) -> str:
    x, cap = plot.x(total.index + 0.5), min(plot.bar_width / 4, 4.0)
    y0, y1 = plot.y(total.low, below=total.below), plot.y(total.high, below=total.below)
    path = (
        f"M{number(x - cap)},{number(y0)}H{number(x + cap)}M{number(x)},{number(y0)}V{number(y1)}"
        f"M{number(x - cap)},{number(y1)}H{number(x + cap)}"
    )
    under = element("path", d=path, class_="ll-halo", fill="none", stroke_width=3)
    return under + element("path", d=path, class_="ll-line ll-whisker", stroke_width=1.2)


def _marker(plot: _Plot, at: float, words: str) -> str:
    x, y = plot.x(at), plot.top - 24
    half = text_width(words, _SMALL, bold=True) / 2
    middle = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
    line = _line(x, y + 4, x, plot.bottom, "ll-when", dash="4 2", width=1.2)
    return line + text(words, middle, y, size=_SMALL, anchor="middle", classes="ll-mark ll-b")


def _periods(plot: _Plot, y: float) -> tuple[str, float]:
    labels = plot.axis.labels(plot.slot, _SMALL)
    drawn = [
        text(
            label.words,
            plot.x(label.at),
            y + 12 + 15 * label.row,
            size=_SMALL,
            anchor="middle",
            classes="ll-muted",
        )
        for label in labels
    ]
    return "".join(drawn), 15.0 * (1 + max(label.row for label in labels))


def _line(
    x1: float, y1: float, x2: float, y2: float, classes: str, *, dash: str | None = None, width: float = 1
) -> str:
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, class_=classes, stroke_width=width, stroke_dasharray=dash
    )


def _entries(cells: Sequence[Cell], sums: Sequence[Total], key: str) -> list[Entry]:
    """Return the legend: series, then certainties, then the whisker; only what is drawn."""
    series = sorted({(cell.below, cell.tone, cell.series) for cell in cells})
    named = dict.fromkeys((tone, name) for _, tone, name in series)
    entries = [Entry(sample=swatch(f"ll-{tone}-mid", width=14), width=14, words=name) for tone, name in named]
    entries += certainty_entries((cell.certainty for cell in cells), key)
    if any(total.low < total.high for total in sums):
        path = element("path", d="M1,-6h8m-4,0v12m-4,0h8", class_="ll-line", stroke_width=1.2)
        entries.append(Entry(sample=path, width=10, words="low to high"))
    return entries


def _description(axis: Axis, sums: Sequence[Total], unit: str, sides: tuple[str, str]) -> str:
    parts = [f"Payments from {axis.name(0)} to {axis.name(axis.n_periods - 1)}."]
    for below, name in zip((False, True), sides, strict=True):
        side = [total for total in sums if total.below == below]
        if side:
            low, central, high = (sum(getattr(t, part) for t in side) for part in ("low", "central", "high"))
            peak = max(side, key=lambda total: (total.central, -total.index))
            parts.append(
                f"{name} add up to {format_range(low, central, high, unit)}; "
                f"the largest period is {axis.name(peak.index)}."
            )
    return " ".join(parts)
