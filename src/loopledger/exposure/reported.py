"""Reported figures as exposure reads them: the latest one as a range, a year's worth, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from loopledger.accounts import Amount, FigureBook, build_figures
from loopledger.accounts.figures import range_of, row_id
from loopledger.accounts.items import load_account_table
from loopledger.accounts.lines import Period
from loopledger.accounts.liquid import latest_liquid_funds
from loopledger.register import Observation, Snapshot
from loopledger.register.figures import Figure, series_of
from loopledger.register.figures.series import join_ranges
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["OLDEST", "Reported", "Stated", "parties_on_record"]

#: Assumption: how old a figure may be and still stand beside newer ones.
OLDEST = "exposure.oldest_backlog"
_QUARTER_DAYS = 365.25 / 4
#: Run rates of the last days before the latest one still stand beside it when they differ.
_BESIDE = timedelta(days=45)


def parties_on_record(snapshot: Snapshot) -> list[str]:
    """Return the parties of which anything is known on the day; the list of parties itself has no dates."""
    named = {p for i in snapshot.instruments.values() for p in (*i.payers, *i.payees)}
    return sorted((named | {row.party for row in snapshot.observations}) & set(snapshot.parties))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A reported figure with its range, its date and the rows behind it.

    Parameters
    ----------
    value : Interval
        In the unit of the observation.
    on : datetime.date or None
        End of the period.
    date_basis : str
    ids : tuple of str
    assumptions : tuple of str
    note : str
    """

    value: Interval
    on: date | None
    date_basis: str
    ids: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The observations of a snapshot, as ranges.

    Notes
    -----
    Not slotted, because the figures by quarter are kept once they have been worked out.
    """

    snapshot: Snapshot
    assumptions: Assumptions
    _latest: dict[tuple[str, str], Stated | None] = field(default_factory=dict, repr=False)

    @cached_property
    def figures(self) -> FigureBook:
        """Flows and balances by calendar quarter."""
        names = {*load_account_table().observed, "net_income", "operating_income"}
        return build_figures(self.snapshot, self.assumptions, names)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], list[Observation]]:
        found: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for row in self.snapshot.observations:
            found[row.party, row.metric].append(row)
        return dict(found)

    def rows(self, party: str, metric: str) -> list[Observation]:
        """Return the rows of a party and measure, in the order of the files."""
        return self._rows.get((party, metric), [])

    def latest(self, party: str, metric: str) -> Stated | None:
        """Return the latest figure of a measure of a party; None if it states none."""
        key = party, metric
        if key not in self._latest:
            found = [s for s in series_of(self.rows(party, metric)) if s.points]
            points = [p for s in found for p in s.points if p.end is not None]
            last = max(points, key=lambda p: p.end or date.min, default=None)
            self._latest[key] = self.stated(last.figure) if last is not None else None
        return self._latest[key]

    def first_of(self, party: str, metrics: Iterable[str]) -> tuple[str, Stated] | None:
        """Return the latest figure of the first measure that a party states."""
        for metric in metrics:
            found = self.latest(party, metric)
            if found is not None:
                return metric, found
        return None

    def stated(self, figure: Figure) -> Stated:
        """Return a figure as a range."""
        row = figure.first
        value = _joined(figure) if len(figure.rows) > 1 else self.range_of(row)
        used = _ASSUMED[row.bound.value] if row.party in self.snapshot.parties else ()
        return Stated(
            value=value,
            on=row.period_end,
            date_basis=f"{row.metric} of {row.party}, {row.period}, at {row.period_end}",
            ids=tuple(row_id(r) for r in figure.rows),
            assumptions=used,
            note=row.note,
        )

    def range_of(self, row: Observation) -> Interval:
        """Return the range of one row; a source that is no party of the register files nothing."""
        if row.party in self.snapshot.parties:
            return range_of(row, self.snapshot, self.assumptions)
        value, factors = float(row.value), self.assumptions.bound_factors
        match row.bound.value:
            case "about":
                return Interval(*sorted((value * factors.about_low, value, value * factors.about_high)))
            case "up_to" | "range_high":
                return Interval(value * factors.up_to_low, value * factors.up_to_central, value)
            case "at_least" | "range_low":
                return Interval(value, value, value * factors.at_least_high)
        return Interval.exact(value)

    def figures_of(self, party: str, metric: str) -> list[Stated]:
        """Return every figure of a measure of a party, the two rows of a range joined."""
        return [self.stated(figure) for figure in join_ranges(self.rows(party, metric))]

    def last_year(self, party: str, measure: str) -> Amount | None:
        """Return the sum of the latest four quarters of a flow in a row; None if there are none."""
        wanted = load_account_table().measures.get(measure, (measure,))
        known = {q for name in wanted for q in self.figures.quarterly.get((party, name), {})}
        for last in sorted(known, reverse=True):
            quarters = tuple(last.shifted(k) for k in range(-3, 1))
            found = self.figures.flow(party, wanted, Period(label="", quarters=quarters))
            if found is not None and found[1] == 0:
                return found[0]
        return None

    def annual_revenue(self, party: str) -> Stated | None:
        """Return revenue at its present yearly rate: a stated run rate if it is newer than the latest quarter."""
        rate = self._run_rate(party)
        quarters = self.figures.quarterly.get((party, "revenue"), {})
        last = max(quarters, default=None)
        if last is None or (rate is not None and rate.on is not None and rate.on > last.last):
            return rate
        amount = quarters[last]
        return Stated(
            value=amount.value.scaled(4),
            on=last.last,
            date_basis=f"four times the revenue of {last} ({amount.date_basis})",
            ids=amount.ids,
            assumptions=amount.assumptions,
        )

    def _run_rate(self, party: str) -> Stated | None:
        rates = [s for s in self.figures_of(party, "revenue_run_rate") if s.on is not None]
        if not rates:
            return None
        last = max(rates, key=lambda s: (s.on, s.ids))
        assert last.on is not None  # noqa: S101  filtered above
        beside = [s for s in rates if s.on is not None and last.on - s.on <= _BESIDE]
        return Stated(
            value=Interval(
                min(s.value.low for s in beside), last.value.central, max(s.value.high for s in beside)
            ),
            on=last.on,
            date_basis=f"run rate stated at {last.on}",
            ids=tuple(sorted({i for s in beside for i in s.ids})),
            assumptions=last.assumptions,
        )

    def is_old(self, stated: Stated) -> bool:
        """Whether a figure is older than `OLDEST` allows."""
        age = self.assumptions.number(OLDEST) * _QUARTER_DAYS
        return stated.on is not None and (self.snapshot.day - stated.on).days > age

    def with_age(self, stated: Stated) -> Stated:
        """Return a figure with a note that it is old, if it is."""
        if not self.is_old(stated):
            return stated
        old = f"old: more than {self.assumptions.number(OLDEST):g} quarters before {self.snapshot.day}"
        return replace(
            stated,
            note=f"{old}; {stated.note}" if stated.note else old,
            assumptions=(*stated.assumptions, OLDEST),
        )

    def liquid_funds(self, party: str) -> tuple[Amount, Quarter] | None:
        """Return cash and securities at the latest quarter end at which a whole set of them is known."""
        return latest_liquid_funds(self.figures, load_account_table(), party)


_ASSUMED = {
    "exact": (),
    "range_low": (),
    "range_high": (),
    "about": ("bound.about.low", "bound.about.high"),
    "up_to": ("bound.up_to.low", "bound.up_to.central"),
    "at_least": ("bound.at_least.high",),
}


def _joined(figure: Figure) -> Interval:
    """Return the range of a figure that two rows state."""
    low, high = figure.low, figure.high
    assert low is not None and high is not None  # noqa: S101, PT018  two rows have both ends
    return Interval(float(low), float(low + high) / 2, float(high))
