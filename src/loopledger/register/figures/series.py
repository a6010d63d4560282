"""One measure of one party over time, every source kept.

Notes
-----
Rows about the same period are never averaged. One of them *stands*: for what was said in advance the latest
word; for facts the row nearest to the filing (``primary`` first), and of rows equally near the latest, so that
a restated figure replaces the first one from the day of its filing. The others are shown beside it, each as

- ``superseded``: an earlier word of an equally near source that a later one replaces;
- ``agrees``: equal, or the same to the last digit of a figure that is not exact, and within 2.5 per cent;
- ``differs``: a conflict between sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from loopledger.errors import NotFoundError
from loopledger.records.instrument import Grade
from loopledger.register.figures.metrics import Break, Metric, Nature, find_metric
from loopledger.register.figures.periods import read_label
from loopledger.register.observations import Observation, ObservationBound
from loopledger.register.snapshot import Snapshot
from loopledger.register.suggest import suggest
from loopledger.units import Bound

__all__ = ["Beside", "Figure", "Point", "Series", "Standing", "join_ranges", "observe", "series_of"]

_NEAREST = (Grade.PRIMARY, Grade.REPORTED_FILING, Grade.REPORTED, Grade.DERIVED, Grade.RELAYED)
_MOST_ROUNDING = Decimal("0.025")


class Standing(StrEnum):
    """How a figure stands to the one shown for its period."""

    SUPERSEDED = "superseded"
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One stated figure: a single row, or the two rows of a range joined.

    Parameters
    ----------
    low, high : decimal.Decimal or None
        In full units; equal but for a range; None where a bound leaves an end open.
    bound : Bound
    rows : tuple of Observation
        The evidence: one row, or two for a range.
    """

    low: Decimal | None
    high: Decimal | None
    bound: Bound
    rows: tuple[Observation, ...]

    @property
    def first(self) -> Observation:
        """The row that the figure rests on."""
        return self.rows[0]

    @property
    def value(self) -> Decimal:
        """The stated figure, or the middle of a range; never a guess at an open end."""
        low, high = self.low, self.high
        ends = [end for end in (low, high) if end is not None]
        return sum(ends, Decimal(0)) / len(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another source's figure for the same period."""

    figure: Figure
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is known of one period.

    Parameters
    ----------
    period : str
    end : datetime.date or None
    figure : Figure
        The one that stands.
    beside : tuple of Beside
        What others said, or said before.
    segment : int
        Counts changes of definition; points of different segments are never compared.
    """

    period: str
    end: date | None
    figure: Figure
    beside: tuple[Beside, ...]
    segment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A measure of a party over time, in one unit.

    Parameters
    ----------
    party : str
    metric : Metric
    unit : str
    points : tuple of Point
        By end of period.
    breaks : tuple of Break
        Changes of definition within the series, oldest first.
    """

    party: str
    metric: Metric
    unit: str
    points: tuple[Point, ...]
    breaks: tuple[Break, ...]

    @property
    def conflicts(self) -> tuple[Point, ...]:
        """The points on which sources differ."""
        return tuple(p for p in self.points if any(b.standing is Standing.DIFFERS for b in p.beside))


def join_ranges(rows: Iterable[Observation]) -> list[Figure]:
    """Return figures, the two ends of each range joined into one.

    An end without its other half stays an open bound: ``range_low`` is at least, ``range_high`` at most.
    """
    figures: list[Figure] = []
    lows: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    highs: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for row in rows:
        key: tuple[object, ...] = (
            row.party, row.metric, row.period, row.period_end, row.unit, row.published, row.source_url,
        )  # fmt: skip
        if row.bound is ObservationBound.RANGE_LOW:
            lows[key].append(row)
        elif row.bound is ObservationBound.RANGE_HIGH:
            highs[key].append(row)
        else:
            figures.append(_single(row, Bound(row.bound.value)))
    for key, ends in lows.items():
        for low in ends:
            high = highs[key].pop(0) if highs[key] else None
            if high is None or high.value <= low.value:
                figures.append(_single(low, Bound.AT_LEAST))
                figures += [_single(high, Bound.UP_TO)] if high else []
                continue
            figures.append(Figure(low=low.value, high=high.value, bound=Bound.RANGE, rows=(low, high)))
    figures += [_single(row, Bound.UP_TO) for rest in highs.values() for row in rest]
    return figures


def _single(row: Observation, bound: Bound) -> Figure:
    return Figure(
        low=None if bound is Bound.UP_TO else row.value,
        high=None if bound is Bound.AT_LEAST else row.value,
        bound=bound,
        rows=(row,),
    )


def agree(a: Figure, b: Figure) -> bool:
    """Whether two figures say the same: exact ones when equal, others to the last digit that they state."""
    pairs = [(x, y) for x, y in ((a.low, b.low), (a.high, b.high)) if x is not None and y is not None]
    return bool(pairs) and all(abs(x - y) <= _tolerance((x, a.bound), (y, b.bound)) for x, y in pairs)


def _tolerance(*ends: tuple[Decimal, Bound]) -> Decimal:
    """Return half a unit of the last digit of the coarsest figure that is not exact."""
    steps = [
        Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
        for value, bound in ends
        if bound is not Bound.EXACT
    ]
    largest = max(abs(value) for value, _ in ends)
    return min(max(steps, default=Decimal(0)) / 2, _MOST_ROUNDING * largest)


def _order(figure: Figure, *, is_outlook: bool) -> tuple[object, ...]:
    """Return what sorts the figure that stands to the front."""
    row = figure.first
    near, late = _NEAREST.index(row.grade), -row.known_on.toordinal()
    return (late, near, row.file, row.line) if is_outlook else (near, late, row.file, row.line)


def _standing(stands: Figure, other: Figure, *, is_outlook: bool) -> Standing:
    if agree(stands, other):
        return Standing.AGREES
    is_earlier = other.first.known_on < stands.first.known_on
    if is_earlier and (is_outlook or other.first.grade is stands.first.grade):
        return Standing.SUPERSEDED
    return Standing.DIFFERS


def series_of(rows: Iterable[Observation]) -> list[Series]:
    """Return the series that rows make up, by party, measure and unit.

    A measure that the table does not define is shown as it is; nothing is added or subtracted in it.
    """
    groups: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for row in rows:
        groups[row.party, row.metric, row.unit].append(row)
    return [_series(*key, group) for key, group in sorted(groups.items())]


def _series(party: str, name: str, unit: str, rows: list[Observation]) -> Series:
    metric = _metric(name, unit)
    periods: dict[tuple[date | None, str], list[Figure]] = defaultdict(list)
    for figure in join_ranges(rows):
        periods[figure.first.period_end, _extent(figure.first, metric.nature)].append(figure)
    breaks = metric.breaks_of(party)
    points = tuple(_points(periods, breaks, is_outlook=metric.outlook))
    ends = [p.end for p in points if p.end is not None]
    within = tuple(b for b in breaks if ends and ends[0] < b.on <= ends[-1])
    return Series(party=party, metric=metric, unit=unit, points=points, breaks=within)


def _extent(row: Observation, nature: Nature) -> str:
    """Return what a row covers, whatever its label: a day, so many quarters, or else the label itself.

    ``FY2025`` and ``2025`` to the same day are one year; for a balance ``FY2024`` and ``2024Q4`` are one day.
    """
    span = read_label(row.period)
    if row.period_end is None or nature in (Nature.PRICE, Nature.TRAIT):
        return row.period
    if nature is Nature.STOCK:
        return "day"
    return row.period if span is None else f"{span.n_quarters} quarters"


def _metric(name: str, unit: str) -> Metric:
    try:
        return find_metric(name)
    except NotFoundError:
        return Metric(name=name, nature=Nature.TRAIT, units=(unit,), says="No definition")


def _place(key: tuple[date | None, str], figures: list[Figure]) -> tuple[date, str, str]:
    """Return what sorts periods: by end, then by label."""
    return key[0] or date.max, min(figure.first.period for figure in figures), key[1]


def _points(
    periods: dict[tuple[date | None, str], list[Figure]], breaks: tuple[Break, ...], *, is_outlook: bool
) -> Iterator[Point]:
    for (end, _), figures in sorted(periods.items(), key=lambda item: _place(*item)):
        ordered = sorted(figures, key=lambda f: _order(f, is_outlook=is_outlook))
        stands, others = ordered[0], ordered[1:]
        yield Point(
            period=stands.first.period,
            end=end,
            figure=stands,
            beside=tuple(
                Beside(figure=other, standing=_standing(stands, other, is_outlook=is_outlook))
                for other in others
            ),
            segment=sum(1 for b in breaks if end is not None and b.on <= end),
        )


def observe(snapshot: Snapshot, *, party: str | None = None, metric: str | None = None) -> list[Series]:
    """Return the reported figures of a party, or of all, as known on the snapshot's day.

    Parameters
    ----------
    snapshot : Snapshot
    party : str or None
        Who reported it, or who said it.
    metric : str or None

    Returns
    -------
    list of Series
        By party, measure and unit.

    Raises
    ------
    NotFoundError
        If nothing of the party or the measure is known on the day.

    Examples
    --------
    >>> from loopledger.register import TEACHING, load_register
    >>> snapshot = load_register(TEACHING).known_on(date(2025, 11, 1))
    >>> [series] = observe(snapshot, party="corvid", metric="capex_per_gw")
    >>> figure = series.points[0].figure
    >>> figure.bound.value, int(figure.low), int(figure.high)
    ('range', 40000000000, 50000000000)
    """
    rows = [
        row for row in snapshot.observations if party in (None, row.party) and metric in (None, row.metric)
    ]
    if not rows:
        asked = " ".join(filter(None, (party, metric))) or "observations"
        known = {row.party for row in snapshot.observations}
        word, names = (party, known) if party and party not in known else (
            metric, {row.metric for row in snapshot.observations if party in (None, row.party)}
        )  # fmt: skip
        msg = f"no figure of {asked} is known on {snapshot.day}"
        raise NotFoundError(msg, hint=suggest(word, names) if word else "")
    return series_of(rows)
