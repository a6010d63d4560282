"""Reported figures by calendar quarter and by period, as ranges with the rows behind them.

Notes
-----
A quarter is read off, or subtracted, by :func:`loopledger.register.figures.quarters_of`. What only a longer
period contains (a year, a half, twelve months to a quarter) is what is left of it after the quarters known,
in even parts, or in the proportion of reported run rates for the revenue and the computing of a party that states
them; such a quarter is an estimate and wide. A figure said to be *about* so much is right to half a
unit of its last digit where the party files reports, and within the factors of ``bound.about`` where it does
not. A source that differs from the figure that stands widens the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from loopledger.accounts.freecash import add_operating_cash
from loopledger.accounts.hedges import HedgeReader
from loopledger.accounts.lines import Basis, Period
from loopledger.accounts.liquid import add_cash_sums
from loopledger.accounts.runrate import Rate, revenue_at_rate, shares_by_rate
from loopledger.records import Party
from loopledger.records.instrument import Grade
from loopledger.register import Observation, Snapshot
from loopledger.register.figures import (
    Figure,
    Nature,
    Point,
    QuarterFigure,
    Series,
    Standing,
    calendar_quarter,
    load_calendars,
    quarters_of,
    read_label,
    series_of,
)
from loopledger.register.figures.series import join_ranges
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["UNEVEN", "Amount", "FigureBook", "build_figures", "range_of", "row_id"]

#: Assumption: how far one quarter of a longer figure may be from an even part of it.
UNEVEN = "accounts.uneven_quarter"
#: Measures that grow with a developer's run rate: a year of them falls on its quarters in that proportion.
_BY_RATE = ("revenue", "server_spend", "rnd_paid_to_microsoft", "compute_and_infrastructure_expense")


def row_id(row: Observation) -> str:
    """Return the id of an observation: its file and line."""
    return f"{row.file}:{row.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure of one party for one quarter or period.

    Parameters
    ----------
    value : Interval
        [USD]; negative where the figure is.
    basis : Basis
        Reported, derived by subtraction, or estimated.
    date_basis : str
    ids : tuple of str
        Observations.
    assumptions : tuple of str
    """

    value: Interval
    basis: Basis
    date_basis: str
    ids: tuple[str, ...]
    assumptions: tuple[str, ...] = ()

    def plus(self, other: Amount, *, sign: int = 1) -> Amount:
        """Return the sum or difference, bounds crosswise, with all ids."""
        return Amount(
            value=self.value + (other.value if sign > 0 else _negated(other.value)),
            basis=_weaker(self.basis, other.basis, combined=True),
            date_basis=joined_dates((self.date_basis, other.date_basis)),
            ids=_unique(self.ids, other.ids),
            assumptions=_unique(self.assumptions, other.assumptions),
        )


def joined_dates(texts: Iterable[str]) -> str:
    """Return the date bases of several figures in one line, each once."""
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _unique(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _negated(value: Interval) -> Interval:
    return Interval(-value.high, -value.central, -value.low)


_STRENGTH = (Basis.REPORTED, Basis.CONTRACTED, Basis.DERIVED, Basis.ESTIMATED, Basis.RESIDUAL)


def _weaker(*bases: Basis, combined: bool = False) -> Basis:
    floor = (Basis.DERIVED,) if combined else ()
    return _STRENGTH[max(_STRENGTH.index(basis) for basis in (*bases, *floor))]


def _differing(figure: Figure, points: Mapping[int, Point]) -> list[Figure]:
    point = points.get(id(figure))
    if point is None:
        return []
    return [b.figure for b in point.beside if b.standing is Standing.DIFFERS]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBook:
    """Every measure of every party that states figures in US dollars, by quarter.

    Parameters
    ----------
    quarterly : mapping of (str, str) to mapping of Quarter to Amount
        By party and measure.
    whole : mapping of (str, str) to mapping of tuple of Quarter to Amount
        Longer periods as stated, by the quarters that they cover.
    """

    quarterly: Mapping[tuple[str, str], Mapping[Quarter, Amount]]
    whole: Mapping[tuple[str, str], Mapping[tuple[Quarter, ...], Amount]]

    def parties(self, measure: str) -> tuple[str, ...]:
        """Return the parties with any quarter of a measure, sorted."""
        return tuple(
            sorted({party for (party, name), found in self.quarterly.items() if name == measure and found})
        )

    def flow(self, party: str, measures: Sequence[str], period: Period) -> tuple[Amount, int] | None:
        """Return a flow over a period by the measure that has most of it, the first of equals.

        Returns
        -------
        tuple of (Amount, int) or None
            The sum, and how many quarters of the period it lacks.
        """
        best: tuple[Amount, int] | None = None
        for measure in measures:
            found = self._flow(party, measure, period)
            if found is not None and (best is None or found[1] < best[1]):
                best = found
        return best

    def quarters(self, party: str, measures: Sequence[str], period: Period) -> tuple[Quarter, ...]:
        """Return the quarters of a period that the measure used by :meth:`flow` has."""
        known = [
            tuple(q for q in period.quarters if q in self.quarterly.get((party, measure), {}))
            for measure in measures
        ]
        return max(known, key=len, default=())

    def _flow(self, party: str, measure: str, period: Period) -> tuple[Amount, int] | None:
        quarters = self.quarterly.get((party, measure), {})
        known = [quarters[q] for q in period.quarters if q in quarters]
        if not known:
            return None
        total = known[0]
        for part in known[1:]:
            total = total.plus(part)
        stated = self.whole.get((party, measure), {}).get(period.quarters)
        if stated is not None and len(known) == len(period.quarters):
            # the year as stated is narrower than the sum of estimated parts of it
            low, high = stated.value.low, stated.value.high
            central = min(max(total.value.central, low), high)
            total = replace(stated, value=Interval(low, central, high))
        return total, len(period.quarters) - len(known)

    def balance(self, party: str, measure: str, quarter: Quarter) -> Amount | None:
        """Return a balance on the last day of a quarter."""
        return self.quarterly.get((party, measure), {}).get(quarter)


def build_figures(snapshot: Snapshot, assumptions: Assumptions, measures: Iterable[str]) -> FigureBook:
    """Return the figures of all parties for some measures, in US dollars.

    Parameters
    ----------
    snapshot : Snapshot
    assumptions : Assumptions
    measures : iterable of str
        Names of measures, as in ``data/metrics.yaml``.
    """
    wanted = set(measures)
    rows = [
        r
        for r in snapshot.observations
        if r.metric in wanted and r.unit == "usd" and r.party in snapshot.parties
    ]
    rates = _run_rates(snapshot, assumptions)
    quarterly: dict[tuple[str, str], dict[Quarter, Amount]] = {}
    whole: dict[tuple[str, str], dict[tuple[Quarter, ...], Amount]] = {}
    for series in series_of(rows):
        reader = HedgeReader(_files_reports(snapshot.parties[series.party]), assumptions)
        key = series.party, series.metric.name
        quarterly[key] = _stated_quarters(series, reader)
        if series.metric.nature is Nature.FLOW and series.metric.additive:
            whole[key] = _longer_periods(series, reader)
    add_operating_cash(quarterly)
    add_cash_sums(quarterly)
    add_operating_cash(whole)
    for (party, measure), longer in whole.items():
        own = rates.get(party, ()) if measure in _BY_RATE else ()
        _spread(quarterly.setdefault((party, measure), {}), longer, assumptions, own)
    for party, points in rates.items():
        _from_rates(quarterly.setdefault((party, "revenue"), {}), points)
    return FigureBook(quarterly=quarterly, whole=whole)


def range_of(row: Observation, snapshot: Snapshot, assumptions: Assumptions) -> Interval:
    """Return the range that a single row stands for, other sources aside, in its own unit."""
    figures = join_ranges([row])
    reader = HedgeReader(_files_reports(snapshot.parties[row.party]), assumptions)
    return reader.interval(figures[0], ())[0]


def _files_reports(party: Party) -> bool:
    return bool(party.ticker or party.cik)


def _stated_quarters(series: Series, reader: HedgeReader) -> dict[Quarter, Amount]:
    points = {id(point.figure): point for point in series.points}
    found: dict[Quarter, Amount] = {}
    for figure in quarters_of(series)[0]:
        found[figure.quarter] = _quarter_amount(figure, points, reader)
    return found


def _quarter_amount(quarter: QuarterFigure, points: Mapping[int, Point], reader: HedgeReader) -> Amount:
    total: Interval | None = None
    used: tuple[str, ...] = ()
    for term in quarter.terms:
        value, named = reader.interval(term.figure, _differing(term.figure, points))
        value = value if term.sign > 0 else _negated(value)
        total = value if total is None else total + value
        used = _unique(used, named)
    assert total is not None  # noqa: S101  a quarter has a term
    rows = [row for term in quarter.terms for row in term.figure.rows]
    derived = quarter.is_subtracted or any(row.grade is Grade.DERIVED for row in rows)
    return Amount(
        value=total,
        basis=Basis.DERIVED if derived else Basis.REPORTED,
        date_basis=_dates(quarter),
        ids=_unique(map(row_id, rows)),
        assumptions=used,
    )


def _dates(quarter: QuarterFigure) -> str:
    how = f" = {quarter.arithmetic}" if quarter.is_subtracted else ""
    shift = (
        f", {abs(quarter.offset_days)} days {'after' if quarter.offset_days > 0 else 'before'} the quarter"
    )
    return f"{quarter.period} to {quarter.end}{how}{shift if quarter.offset_days else ''}"


def _longer_periods(series: Series, reader: HedgeReader) -> dict[tuple[Quarter, ...], Amount]:
    """Return the halves, years and twelve months of a series, by their quarters."""
    known = load_calendars().get(series.party)
    found: dict[tuple[Quarter, ...], Amount] = {}
    for point in series.points:
        span = read_label(point.period)
        if span is None or span.n_quarters == 1 or point.end is None or span.stem == "CY":
            continue
        placed = calendar_quarter(point.end)
        if placed is None or (
            span.n_quarters == 4 and span.stem == "" and known is not None and known.ends != 12
        ):
            continue
        last, offset = placed
        quarters = tuple(last.shifted(k) for k in range(1 - span.n_quarters, 1))
        value, used = reader.interval(point.figure, _differing(point.figure, {id(point.figure): point}))
        shift = f", {abs(offset)} days {'after' if offset > 0 else 'before'} {last}" if offset else ""
        is_derived = any(row.grade is Grade.DERIVED for row in point.figure.rows)
        found[quarters] = Amount(
            value=value,
            basis=Basis.DERIVED if is_derived else Basis.REPORTED,
            date_basis=f"{point.period} to {point.end}{shift}",
            ids=_unique(map(row_id, point.figure.rows)),
            assumptions=used,
        )
    return found


def _run_rates(snapshot: Snapshot, assumptions: Assumptions) -> dict[str, tuple[Rate, ...]]:
    """Return the reported run rates of revenue by party, oldest first."""
    found: dict[str, list[Rate]] = {}
    rows = [r for r in snapshot.observations if r.metric == "revenue_run_rate" and r.unit == "usd"]
    for series in series_of(row for row in rows if row.party in snapshot.parties):
        reader = HedgeReader(_files_reports(snapshot.parties[series.party]), assumptions)
        for point in series.points:
            value, _ = reader.interval(point.figure, _differing(point.figure, {id(point.figure): point}))
            if point.end is not None and value.low > 0:
                rate = Rate(on=point.end, value=value, id=row_id(point.figure.first))
                found.setdefault(series.party, []).append(rate)
    return {party: tuple(rates) for party, rates in found.items()}


def _from_rates(found: dict[Quarter, Amount], rates: Sequence[Rate]) -> None:
    """Add the quarters that reported run rates reach over and no figure states."""
    quarter, last = Quarter.of(rates[0].on), Quarter.of(rates[-1].on)
    while quarter <= last:
        made = revenue_at_rate(rates, quarter)
        if quarter not in found and made is not None:
            found[quarter] = Amount(
                value=made[0],
                basis=Basis.ESTIMATED,
                date_basis=f"a quarter of the run rates reported about {quarter}",
                ids=made[1],
                assumptions=("bound.about.low", "bound.about.high"),
            )
        quarter = quarter.shifted(1)


def _spread(
    found: dict[Quarter, Amount],
    longer: Mapping[tuple[Quarter, ...], Amount],
    assumptions: Assumptions,
    rates: Sequence[Rate],
) -> None:
    """Give the quarters that only longer periods contain their parts of what is left, fewest missing first."""
    uneven = assumptions.range(UNEVEN)
    for quarters in sorted(longer, key=lambda q: (sum(x not in found for x in q), len(q), q)):
        missing = [q for q in quarters if q not in found]
        if not missing:
            continue
        rest = longer[quarters]
        for quarter in quarters:
            if quarter in found:
                rest = rest.plus(found[quarter], sign=-1)
        shares = shares_by_rate(rates, missing)
        parts = f"one of {len(missing)} parts by run rate" if rates else f"one of {len(missing)} even parts"
        alone = len(missing) == 1
        for quarter, share in zip(missing, shares, strict=True):
            found[quarter] = Amount(
                value=_part(rest.value, share, None if alone else uneven),
                basis=_weaker(rest.basis, combined=True) if alone else Basis.ESTIMATED,
                date_basis=f"{'rest' if alone else parts} of {longer[quarters].date_basis}",
                ids=rest.ids,
                assumptions=rest.assumptions if alone else _unique(rest.assumptions, (UNEVEN,)),
            )


def _part(value: Interval, share: float, uneven: Interval | None) -> Interval:
    if uneven is None:
        return value
    ends = [end * share * factor for end in (value.low, value.high) for factor in (uneven.low, uneven.high)]
    central = value.central * share
    return Interval(min(central, *ends), central, max(central, *ends))
