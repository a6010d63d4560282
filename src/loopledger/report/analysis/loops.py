"""The loops a deal closes, alone and together with the rest of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loopledger.circularity import Loop, LoopKind, find_loops
from loopledger.network import Row, build_table, flow_table
from loopledger.records import KINDS, FlowClass
from loopledger.records.kinds import Timing
from loopledger.schedule import Assumptions, Flow, Leg, Promise, Schedule, promise_id
from loopledger.schedule.timing import term_of
from loopledger.units import Interval, Quarter

__all__ = ["DealLeg", "DealLoop", "RegisterLoop", "close_loops", "rank_loops"]

#: Longest loops that are counted in the whole register; longer ones say little and are very many.
MAX_PARTIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLeg:
    """All that one party pays another in the deal.

    Parameters
    ----------
    payer, payee : str
        Party ids.
    amount : Interval or None
        [USD] scheduled over the whole life of the deal; None when no price is public.
    ids : tuple of str
        Promises behind it.
    kinds : tuple of str
    derived, contingent : bool
        Whether all of it follows from supply content; whether all of it needs a trigger.
    flow_class : FlowClass
    """

    payer: str
    payee: str
    amount: Interval | None
    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    derived: bool
    contingent: bool
    flow_class: FlowClass


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLoop:
    """A loop that the deal's promises close among themselves.

    Parameters
    ----------
    legs : tuple of DealLeg
    kind : LoopKind
    value : Interval or None
        [USD] the smallest leg, bound by bound; None when a leg has no price.
    at_most : float or None
        [USD] what the priced legs allow; None when no leg has a price.
    time_feasible : bool
    """

    legs: tuple[DealLeg, ...]
    kind: LoopKind
    value: Interval | None
    at_most: float | None
    time_feasible: bool

    @property
    def parties(self) -> tuple[str, ...]:
        """Party ids in the order of payment."""
        return tuple(leg.payer for leg in self.legs)

    @property
    def smallest(self) -> DealLeg | None:
        """The leg that bounds the loop's central value, if all have a price."""
        if self.value is None:
            return None
        return min(self.legs, key=lambda leg: leg.amount.central if leg.amount else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLoop:
    """A financing loop of the whole register that passes through the deal.

    Parameters
    ----------
    loop : Loop
    value : Interval
        [USD] the smallest leg, bound by bound.
    rank : int
        Place among all financing loops of the register, by central value, 1 is the largest.
    """

    loop: Loop
    value: Interval
    rank: int


def close_loops(
    promises: Iterable[Promise], flows: Sequence[Flow], assumptions: Assumptions
) -> tuple[DealLoop, ...]:
    """Return the loops that some promises close among themselves, priced or not.

    Parameters
    ----------
    promises : iterable of Promise
        Standing promises.
    flows : sequence of Flow
        Their flows, derived orders included, without debt service.
    assumptions : Assumptions
        Give the term of what has no price and no dates.

    Returns
    -------
    tuple of DealLoop
        Financing loops first, the largest first.
    """
    amounts: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    for flow in flows:
        amounts[flow.payer, flow.payee].append(flow)
    priced = {flow.instrument for flow in flows}
    rows = [_row(str(f.period), f.payer, f.payee, f.kind, f.instrument) for f in flows if f.amount.high > 0]
    for promise in promises:
        if promise.id not in priced:  # a promise without a price still closes a loop
            rows += [
                _row(when, payer, payee, promise.kind.value, promise.id)
                for when in _ends(promise, assumptions)
                for payer in promise.payers
                for payee in promise.payees
                if payer != payee
            ]
    found = find_loops(build_table(rows))
    loops = [_deal_loop(loop, amounts) for loop in found.loops]
    loops.sort(
        key=lambda loop: (loop.kind is not LoopKind.FINANCING, loop.value is None, -_central(loop.value))
    )
    return tuple(loops)


def _ends(promise: Promise, assumptions: Assumptions) -> list[str]:
    """Return the first and the last quarter in which a promise without a price may be kept."""
    if KINDS[promise.kind].timing is not Timing.TERM:
        return [str(Quarter.of(promise.start or promise.announced))]
    term = term_of(promise, assumptions)
    return [str(term.first), str(term.first.shifted(term.n_quarters - 1))]


def _row(period: str, payer: str, payee: str, kind: str, instrument: str) -> Row:
    return Row(period=period, payer=payer, payee=payee, kind=kind, amount=1.0, instrument=instrument)


def _central(value: Interval | None) -> float:
    return value.central if value is not None else 0.0


def _deal_loop(loop: Loop, amounts: Mapping[tuple[str, str], list[Flow]]) -> DealLoop:
    legs = []
    for leg in loop.legs:
        flows = amounts.get((leg.payer, leg.payee), [])
        classes = [c for c in (FlowClass.FUNDING, FlowClass.PURCHASE) if c in leg.classes]
        legs.append(
            DealLeg(
                payer=leg.payer,
                payee=leg.payee,
                amount=Interval.total(flow.amount for flow in flows) if flows else None,
                ids=leg.instruments,
                kinds=leg.kinds,
                derived=bool(flows) and all(flow.derived for flow in flows),
                contingent=set(leg.kinds) <= {"guarantee", "warrant"},
                flow_class=classes[0] if classes else FlowClass.OTHER,
            )
        )
    value = _smallest([leg.amount for leg in legs if leg.amount is not None])
    whole = all(leg.amount is not None for leg in legs)
    return DealLoop(
        legs=tuple(legs),
        kind=loop.kind,
        value=value if whole else None,
        at_most=value.high if value else None,
        time_feasible=loop.time_feasible,
    )


def _smallest(amounts: Sequence[Interval]) -> Interval | None:
    if not amounts:
        return None
    return Interval(
        min(a.low for a in amounts), min(a.central for a in amounts), min(a.high for a in amounts)
    )


def rank_loops(
    schedule: Schedule, ids: Iterable[str]
) -> tuple[tuple[RegisterLoop, ...], int, tuple[float, ...]]:
    """Return the register's financing loops that pass through a deal, with their rank among all.

    Parameters
    ----------
    schedule : Schedule
        Of the whole register.
    ids : iterable of str
        The deal's promises; orders derived from them count as theirs.

    Returns
    -------
    loops : tuple of RegisterLoop
        Largest first.
    n_financing : int
        Number of financing loops of up to four parties in the register.
    values : tuple of float
        [USD] their central values, largest first.

    Notes
    -----
    A leg of such a loop holds all that one party pays the other under every instrument of the register, so
    that its value may exceed what the deal alone closes.
    """
    flows = [flow for flow in schedule.flows if flow.leg is not Leg.DEBT_SERVICE and flow.cash]
    sums: dict[tuple[str, str], Interval] = defaultdict(lambda: Interval.exact(0))
    for flow in flows:
        sums[flow.payer, flow.payee] += flow.amount
    found = find_loops(flow_table(flows), max_length=MAX_PARTIES)
    financing = [loop for loop in found.loops if loop.kind is LoopKind.FINANCING]
    wanted = set(ids)
    touched = []
    for rank, loop in enumerate(financing, start=1):
        own = {promise_id(i) for leg in loop.legs for i in leg.instruments}
        value = _smallest([sums[leg.payer, leg.payee] for leg in loop.legs])
        if own & wanted and value is not None:
            touched.append(RegisterLoop(loop=loop, value=value, rank=rank))
    return tuple(touched), len(financing), tuple(loop.value for loop in financing)
