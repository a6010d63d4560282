"""Quarters from what was reported: read off where they stand, subtracted where they do not.

Notes
-----
A quarter that no row gives is what a longer period leaves: the fourth is the year less the first three (or less
nine months), the second of a half less the first. Every part must be a plain or an ``about`` figure or a range,
and must stand in the same segment of the definition; the ends of ranges are subtracted crosswise. The parts
are taken as they stood on the day on which the longer figure was published, where they were public by then,
so that a restated quarter is never taken from a year that was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loopledger.register.figures.calendars import (
    FiscalCalendar,
    calendar_quarter,
    imply_calendar,
    load_calendars,
)
from loopledger.register.figures.metrics import Nature
from loopledger.register.figures.periods import Span, read_label
from loopledger.register.figures.series import Figure, Point, Series
from loopledger.units import Bound, Quarter

__all__ = ["QuarterFigure", "Refusal", "quarters_of"]

_SUBTRACTABLE = (Bound.EXACT, Bound.ABOUT, Bound.RANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of a subtraction: a period, its figure, and the sign."""

    sign: int
    period: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterFigure:
    """A figure of one quarter.

    Parameters
    ----------
    quarter : Quarter
        The calendar quarter it belongs to.
    offset_days : int
        How much later the filer's quarter ends.
    period : str
        The filer's label.
    end : datetime.date
    low, high : decimal.Decimal or None
    bound : Bound
    terms : tuple of Term
        The arithmetic; one term where the quarter was reported as such.
    check : decimal.Decimal or None
        Where it was reported and can be subtracted too: reported less subtracted.
    segment : int
    """

    quarter: Quarter
    offset_days: int
    period: str
    end: date
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    terms: tuple[Term, ...]
    check: Decimal | None = None
    segment: int = 0

    @property
    def is_subtracted(self) -> bool:
        """Whether it follows from longer periods."""
        return len(self.terms) > 1

    @property
    def arithmetic(self) -> str:
        """How it was had, in periods: ``FY2025 - 2025Q1 - 2025Q2 - 2025Q3``."""
        head, *rest = self.terms
        return " ".join([head.period, *(f"- {term.period}" for term in rest)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A quarter that was not made, and why."""

    period: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A period of whole quarters of one fiscal year: from quarter ``first`` to quarter ``last``."""

    year: int
    first: int
    last: int


def _cell(point: Point, span: Span | None, known: FiscalCalendar | None) -> _Cell | None:
    if span is None or span.stem == "TTM":
        return None
    if span.stem == "CY" and known is not None and known.ends != 12:
        return None
    if span.stem == "" and span.n_quarters == 4 and (known is None or known.ends != 12):
        return None
    if span.n_quarters == 4 and (point.end is None or point.end.month not in _end_months(known)):
        return None
    return _Cell(year=span.year, first=span.quarter - span.n_quarters + 1, last=span.quarter)


def _end_months(known: FiscalCalendar | None) -> tuple[int, ...]:
    return (known.ends, known.ends % 12 + 1) if known else tuple(range(1, 13))


def quarters_of(
    series: Series, calendar: FiscalCalendar | None = None
) -> tuple[tuple[QuarterFigure, ...], tuple[Refusal, ...]]:
    """Return the quarters of a series, and those that were refused.

    Parameters
    ----------
    series : Series
    calendar : FiscalCalendar, optional
        Of the party; by default that of ``fiscal.yaml``, or else the one that its own periods imply.

    Returns
    -------
    tuple
        Figures by end of quarter, and refusals. For a stock a quarter is its last day; a ratio, a price and
        what was said in advance is never subtracted.

    Examples
    --------
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.register.figures.series import observe
    >>> snapshot = load_register(TEACHING).known_on(date(2025, 11, 1))
    >>> [series] = observe(snapshot, party="corvid", metric="revenue")
    >>> [(str(q.quarter), int(q.low), q.arithmetic) for q in quarters_of(series)[0]]
    [('2025Q1', 20000000000, '2025Q1'), ('2025Q2', 38000000000, '2025Q2')]
    """
    periods = [(point.period, point.end) for point in series.points]
    known = calendar or load_calendars().get(series.party) or imply_calendar(series.party, periods)
    cells: dict[_Cell, Point] = {}
    for point in series.points:
        cell = _cell(point, read_label(point.period), known)
        if cell is not None and point.end is not None:
            cells.setdefault(cell, point)
    found: list[QuarterFigure] = []
    refusals: list[Refusal] = []
    for year in sorted({cell.year for cell in cells}):
        for quarter in (1, 2, 3, 4):
            made = _quarter(series, cells, year, quarter, known)
            if isinstance(made, QuarterFigure):
                found.append(made)
            elif made is not None:
                refusals.append(made)
    return tuple(sorted(found, key=lambda q: q.end)), tuple(refusals)


def _quarter(
    series: Series, cells: dict[_Cell, Point], year: int, quarter: int, known: FiscalCalendar | None
) -> QuarterFigure | Refusal | None:
    point = cells.get(_Cell(year=year, first=quarter, last=quarter))
    is_flow = series.metric.nature is Nature.FLOW
    if point is None and not is_flow:
        # a balance on the last day of the fiscal year is one on the last day of its last quarter
        point = cells.get(_Cell(year=year, first=1, last=4)) if quarter == 4 else None
    made = _subtract(series, cells, year, quarter, known) if is_flow and series.metric.additive else None
    if point is None or point.end is None:
        return made
    placed = calendar_quarter(point.end)
    if placed is None:
        why = f"it ends on {point.end}, far from the end of any calendar quarter"
        return Refusal(period=point.period, why=why)
    check = None
    if (
        isinstance(made, QuarterFigure)
        and made.low is not None
        and Bound.RANGE not in (made.bound, point.figure.bound)
    ):
        check = point.figure.value - made.low
    return QuarterFigure(
        quarter=placed[0], offset_days=placed[1], period=point.period, end=point.end,
        low=point.figure.low, high=point.figure.high, bound=point.figure.bound,
        terms=(Term(sign=1, period=point.period, figure=point.figure),), check=check, segment=point.segment,
    )  # fmt: skip


def _ways(year: int, quarter: int) -> Iterator[tuple[_Cell, tuple[_Cell, ...]]]:
    """Yield a longer period and the parts to take from it, the fewest first."""
    whole = {1: (2,), 2: (2,), 3: (3,), 4: (4,)}[quarter]
    single = {n: _Cell(year=year, first=n, last=n) for n in (1, 2, 3, 4)}
    for last in whole:
        long = _Cell(year=year, first=1, last=last)
        if quarter == last:
            yield long, (_Cell(year=year, first=1, last=last - 1),)
            if last > 2:
                yield long, (_Cell(year=year, first=1, last=2), *(single[n] for n in range(3, last)))
        yield long, tuple(single[n] for n in range(1, last + 1) if n != quarter)
    if quarter > 2:
        yield _Cell(year=year, first=3, last=4), (single[7 - quarter],)


def _subtract(
    series: Series, cells: dict[_Cell, Point], year: int, quarter: int, known: FiscalCalendar | None
) -> QuarterFigure | Refusal | None:
    refused: Refusal | None = None
    for long, parts in _ways(year, quarter):
        if long not in cells or any(part not in cells for part in parts):
            continue
        points = [cells[long], *(cells[part] for part in parts)]
        label = known.label(year, quarter) if known else f"{year}Q{quarter}"
        why = _why_not(series, points)
        if why:
            refused = Refusal(period=label, why=why)
            continue
        return _difference(label, points, quarter, known, year)
    return refused


def _why_not(series: Series, points: list[Point]) -> str:
    ends = sorted(p.end for p in points if p.end is not None)
    broken = series.metric.breaks_within(series.party, ends[0], ends[-1])
    periods = " - ".join(p.period for p in points)
    if broken:
        return f"{periods}: the definition changes on {broken[0].on}: {broken[0].note}"
    open_ends = [p for p in points if p.figure.bound not in _SUBTRACTABLE]
    if open_ends:
        return f"{periods}: {open_ends[0].period} is only known {open_ends[0].figure.bound.value}"
    return ""


def _as_of(point: Point, day: date) -> Figure:
    """Return the figure of a period as it stood on a day, or the one that stands if none was public then."""
    if point.figure.first.known_on <= day:
        return point.figure
    earlier = [
        b.figure
        for b in point.beside
        if b.figure.first.known_on <= day and b.figure.first.grade is point.figure.first.grade
    ]
    return max(earlier, key=lambda f: f.first.known_on, default=point.figure)


def _difference(
    label: str, points: list[Point], quarter: int, known: FiscalCalendar | None, year: int
) -> QuarterFigure | Refusal:
    long, *parts = points
    day = long.figure.first.known_on
    terms = [Term(sign=1, period=long.period, figure=long.figure)]
    terms += [Term(sign=-1, period=p.period, figure=_as_of(p, day)) for p in parts]
    lows = [t.figure.low if t.sign > 0 else t.figure.high for t in terms]
    highs = [t.figure.high if t.sign > 0 else t.figure.low for t in terms]
    low = sum((t.sign * v for t, v in zip(terms, lows, strict=True) if v is not None), Decimal(0))
    high = sum((t.sign * v for t, v in zip(terms, highs, strict=True) if v is not None), Decimal(0))
    bounds = {t.figure.bound for t in terms}
    bound = next((b for b in (Bound.RANGE, Bound.ABOUT) if b in bounds), Bound.EXACT)
    end = _end_of(points, quarter, known, year)
    placed = calendar_quarter(end)
    if placed is None:
        return Refusal(period=label, why=f"it ends on {end}, far from the end of any calendar quarter")
    return QuarterFigure(
        quarter=placed[0], offset_days=placed[1], period=label, end=end, low=low, high=high, bound=bound,
        terms=tuple(terms), segment=long.segment,
    )  # fmt: skip


def _end_of(points: list[Point], quarter: int, known: FiscalCalendar | None, year: int) -> date:
    """Return the last day of the quarter: that of the longer period, or the nominal one within it."""
    long = points[0]
    span = read_label(long.period)
    if span is not None and span.quarter == quarter and long.end is not None:
        return long.end
    if known is not None:
        return known.nominal_end(year, quarter)
    return Quarter(4 * year + quarter - 1).last
