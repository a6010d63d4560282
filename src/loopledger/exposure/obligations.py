"""What promises still make parties pay after a day, by instrument and quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from loopledger.accounts import state_accounts
from loopledger.accounts.books import Books, read_books
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass, Instrument, Status
from loopledger.register import Snapshot
from loopledger.schedule import Assumptions, Certainty, Flow, Leg, Schedule, expand, promises_from_snapshot
from loopledger.units import Interval, Quarter

__all__ = ["Book", "Obligation", "distinct_total", "overlap_at_most", "share_left"]

#: An assumption under one of these names means that no source gives the dates of the instrument.
_DATES = ("term.", "tranche.")
#: How far payments differ from a schedule that nobody stated.
UNDATED = "market.undated_contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What one instrument still makes one party pay another.

    Parameters
    ----------
    instrument : str
    payer, payee : str
    role : FlowClass
        Purchase, funding, repayment or other.
    certainty : Certainty
    by_quarter : mapping of Quarter to Interval
        [USD] scheduled.
    assumptions : tuple of str
    """

    instrument: str
    payer: str
    payee: str
    role: FlowClass
    certainty: Certainty
    by_quarter: Mapping[Quarter, Interval]
    assumptions: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The instrument behind it."""
        return (self.instrument,)

    @property
    def amount(self) -> Interval:
        """[USD] in all."""
        return Interval.total(self.by_quarter.values())

    @property
    def is_dated_by_assumption(self) -> bool:
        """Whether no source gives the term, so that the years are an assumption."""
        return _is_undated(self.assumptions)

    def within(self, first: Quarter, last: Quarter) -> Interval:
        """Return what falls in some quarters, both included, [USD]."""
        return Interval.total(a for q, a in self.by_quarter.items() if first <= q <= last)


def share_left(day: date, quarter: Quarter) -> float:
    """Return which part of a quarter lies after a day, 0 to 1.

    Examples
    --------
    >>> share_left(date(2026, 12, 1), Quarter.parse("2026Q4"))
    0.32608695652173914
    """
    n_days = (quarter.last - quarter.first).days + 1
    return min(max((quarter.last - day).days / n_days, 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class Book:
    """The promises of a register as known on a day, and what they still make parties pay.

    Parameters
    ----------
    snapshot : Snapshot
    assumptions : Assumptions

    Notes
    -----
    Not slotted, because the schedule is kept once it has been worked out.
    """

    snapshot: Snapshot
    assumptions: Assumptions
    _remaining: dict[date, tuple[Obligation, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def schedule(self) -> Schedule:
        """The dated flows of all promises, derived orders included."""
        promises = promises_from_snapshot(self.snapshot)
        return expand(promises, self.assumptions, known_on=self.snapshot.day)

    @cached_property
    def levels(self) -> Mapping[str, Books]:
        """Revenue and costs a quarter of the parties that report in the latest four quarters of the accounts."""
        if not any(row.metric == "revenue" and row.unit == "usd" for row in self.snapshot.observations):
            return {}
        return read_books(state_accounts(self.snapshot, self.schedule), self.snapshot, self.assumptions)

    @cached_property
    def orders(self) -> Mapping[str, tuple[Flow, ...]]:
        """The derived orders by the party that receives them."""
        found: dict[str, list[Flow]] = defaultdict(list)
        for flow in self.schedule.flows:
            if flow.derived:
                found[flow.payee].append(flow)
        return {payee: tuple(flows) for payee, flows in found.items()}

    @cached_property
    def paid_shares(self) -> Mapping[str, float]:
        """The part of each promise that its schedule places before the quarter of the day, 0 to 1."""
        now = Quarter.of(self.snapshot.day)
        whole: dict[str, float] = defaultdict(float)
        before: dict[str, float] = defaultdict(float)
        for flow in self.schedule.flows:
            if flow.leg is Leg.PRINCIPAL:
                whole[flow.instrument] += flow.amount.high
                before[flow.instrument] += flow.amount.high if flow.period < now else 0.0
        return {id_: before[id_] / size for id_, size in whole.items() if size}

    def remaining(self, after: date | None = None) -> tuple[Obligation, ...]:
        """Return what is still to be paid after a day, by instrument and pair of parties.

        Parameters
        ----------
        after : datetime.date, optional
            Default is the day of the snapshot.

        Notes
        -----
        Each promise counts once: parts inside a priced whole, what is superseded or cancelled, and what is
        paid, are left out, as are guarantees that nothing has called and orders that no contract states.
        Of the quarter in which the day lies, the part counts that lies after it. Where no source gives the
        term, what was paid so far may be nothing or more than scheduled (``market.undated_contract``), so the
        range of what remains is that much wider.
        """
        day = after or self.snapshot.day
        if day not in self._remaining:
            undated = self.assumptions.range(UNDATED)
            self._remaining[day] = tuple(_remaining(self.schedule.flows, self.snapshot, day, undated))
        return self._remaining[day]

    def purchases(self, after: date | None = None, *, binding: bool = True) -> list[Obligation]:
        """Return what is still to be paid under purchases, rents and resale; only contracts if ``binding``."""
        return [
            o
            for o in self.remaining(after)
            if o.role is FlowClass.PURCHASE and (not binding or o.certainty is Certainty.CONTRACTED)
        ]

    def instrument(self, id_: str) -> Instrument:
        """Return an instrument as known."""
        return self.snapshot.instruments[id_]

    def is_group(self, party: str) -> bool:
        """Whether a party stands for several."""
        known = self.snapshot.parties.get(party)
        return known is not None and known.aggregate

    @property
    def groups(self) -> frozenset[str]:
        """The parties that stand for several."""
        return frozenset(p.id for p in self.snapshot.parties.values() if p.aggregate)


def _remaining(
    flows: Iterable[Flow], snapshot: Snapshot, day: date, undated: Interval
) -> Iterable[Obligation]:
    now = Quarter.of(day)
    left = share_left(day, now)
    parts: dict[tuple[str, str, str, Leg], list[Flow]] = defaultdict(list)
    paid: dict[tuple[str, str, str, Leg], float] = defaultdict(float)
    for flow in flows:
        if flow.derived or flow.contingent:
            continue
        key = flow.instrument, flow.payer, flow.payee, flow.leg
        if flow.period <= now:
            paid[key] += flow.amount.high * (1.0 if flow.period < now else 1 - left)
        if flow.period < now:
            continue
        if flow.leg is Leg.PRINCIPAL and snapshot.instruments[flow.instrument].status is Status.COMPLETED:
            continue
        parts[key].append(flow)
    for key, group in parts.items():
        instrument, payer, payee, leg = key
        sums: dict[Quarter, list[Interval]] = defaultdict(list)
        for flow in group:
            sums[flow.period].append(flow.amount.scaled(left) if flow.period == now else flow.amount)
        by_quarter = {q: Interval.total(amounts) for q, amounts in sorted(sums.items())}
        used = tuple(dict.fromkeys(name for flow in group for name in flow.assumptions))
        if leg is Leg.PRINCIPAL and paid[key] and _is_undated(used):
            by_quarter, used = _widened(by_quarter, paid[key], undated), (*used, UNDATED)
        if any(amount.high > 0 for amount in by_quarter.values()):
            yield Obligation(
                instrument=instrument,
                payer=payer,
                payee=payee,
                role=TABLE_KINDS[group[0].kind],
                certainty=group[0].certainty,
                by_quarter=by_quarter,
                assumptions=used,
            )


def _is_undated(assumptions: Iterable[str]) -> bool:
    return any(name.startswith(_DATES) for name in assumptions)


def _widened(
    by_quarter: Mapping[Quarter, Interval], paid: float, undated: Interval
) -> dict[Quarter, Interval]:
    """Return what remains where the payments so far are only an assumption.

    With the part ``s`` of a promise paid by schedule, the rest lies between ``1 - high s`` and ``1 - low s``.
    """
    rest = sum(amount.high for amount in by_quarter.values())
    share = paid / (paid + rest) if rest else 0.0
    least = max(1 - undated.high * share, 0.0) / (1 - share) if share < 1 else 0.0
    most = (1 - undated.low * share) / (1 - share) if share < 1 else 1.0
    return {
        q: Interval(min(a.low * least, a.central), a.central, max(a.high * most, a.central))
        for q, a in by_quarter.items()
    }


def overlap_at_most(snapshot: Snapshot, amounts: Mapping[str, float]) -> float:
    """Return how much of a sum of instruments may be the same money twice, at most.

    Parameters
    ----------
    snapshot : Snapshot
    amounts : mapping of str to float
        [USD] by instrument.

    Notes
    -----
    In a group of instruments joined by ``overlaps`` at most the smaller of each pair is counted twice, and
    at most everything but the largest of the group; :func:`loopledger.register.count_once` has the same
    rule for stated sums.
    """
    pairs = sorted(
        {
            (min(id_, other), max(id_, other))
            for id_ in amounts
            for other in snapshot.instruments[id_].links.overlaps
            if other in amounts
        }
    )
    group: dict[str, set[str]] = {}
    for first, second in pairs:
        joined = group.get(first, {first}) | group.get(second, {second})
        for member in joined:
            group[member] = joined
    total = 0.0
    for members in sorted({tuple(sorted(found)) for found in group.values()}):
        within = sum(min(amounts[a], amounts[b]) for a, b in pairs if a in members)
        total += min(within, sum(amounts[m] for m in members) - max(amounts[m] for m in members))
    return total


def distinct_total(
    snapshot: Snapshot,
    obligations: Iterable[Obligation],
    take: Callable[[Obligation], Interval] = lambda o: o.amount,
) -> tuple[Interval, float]:
    """Return the sum of obligations, and how much of it may be the same money twice at most.

    Returns
    -------
    tuple of (Interval, float)
        [USD]. The low end leaves out what may overlap; central and high count every instrument once. The
        second is the overlap at central values.
    """
    sums: dict[str, list[Interval]] = defaultdict(list)
    for obligation in obligations:
        sums[obligation.instrument].append(take(obligation))
    amounts = {id_: Interval.total(parts) for id_, parts in sums.items()}
    total = Interval.total(amounts.values())
    low = total.low - overlap_at_most(snapshot, {i: a.low for i, a in amounts.items()})
    twice = overlap_at_most(snapshot, {i: a.central for i, a in amounts.items()})
    return Interval(min(max(low, 0.0), total.central), total.central, total.high), twice
