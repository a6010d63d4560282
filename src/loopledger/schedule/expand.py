"""Expand promises into dated cash flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from loopledger.records import KINDS, Kind, Status
from loopledger.records.kinds import Timing
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.debt import service
from loopledger.schedule.flow import CERTAINTY_OF, Certainty, Flow, Leg, order_id
from loopledger.schedule.promise import Promise
from loopledger.schedule.sizing import Size, scheduled_size
from loopledger.schedule.supply import (
    LEAST_RENT,
    NoOrder,
    held_by,
    order_dates,
    rent_per_gw_year,
    rents_chips,
    suppliers_of,
)
from loopledger.schedule.timing import Spread, term_of
from loopledger.schedule.tranches import dated
from loopledger.units import Amount, Interval, Quarter

__all__ = ["Schedule", "Unscheduled", "expand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscheduled:
    """A promise without cash flows, and why."""

    instrument: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The dated flows of some promises.

    Parameters
    ----------
    known_on : datetime.date
    flows : tuple of Flow
        In order of period, instrument and leg.
    unscheduled : tuple of Unscheduled
        What has no price, moves no cash, is cancelled or is counted elsewhere.
    earmarks : mapping of str to tuple of str
        Instrument to the instruments that its money is meant for, derived orders included.
    assumptions : Assumptions
        All that were available; each flow names those it rests on.
    without_order : tuple of NoOrder
        Purchases that name makers of chips and imply no order to them, in the order of the promises.
    """

    known_on: date
    flows: tuple[Flow, ...]
    unscheduled: tuple[Unscheduled, ...]
    earmarks: Mapping[str, tuple[str, ...]]
    assumptions: Assumptions
    without_order: tuple[NoOrder, ...] = ()


def expand(
    promises: Iterable[Promise], assumptions: Assumptions, *, known_on: date, suppliers: bool = True
) -> Schedule:
    """Return the dated cash flows of some promises.

    Parameters
    ----------
    promises : iterable of Promise
    assumptions : Assumptions
    known_on : datetime.date
        Knowledge date of the promises.
    suppliers : bool
        Whether purchases of compute imply orders from the seller to the makers they name.

    Returns
    -------
    Schedule

    Notes
    -----
    An amount enters as ``(low if p == 1 else 0, p * central, high)`` with the likelihood ``p`` of its
    firmness, and is spread over quarters by what is known of its own timing, else by a named assumption.
    Loans and bonds also produce debt service running back. A rent that is too low to hold chips, by
    ``supply.least_rent_per_gw_year``, implies no order for them.
    """
    by_id = {promise.id: _with_stated(promise) for promise in promises}
    superseded = {old: new.id for new in by_id.values() for old in new.links.supersedes}
    flows: list[Flow] = []
    unscheduled: list[Unscheduled] = []
    earmarks: dict[str, tuple[str, ...]] = {}
    without_order: list[NoOrder] = []
    for promise in by_id.values():
        reason = _why_not(promise, by_id, superseded)
        if reason:
            unscheduled.append(Unscheduled(instrument=promise.id, reason=reason))
            continue
        legs, derived = _expand_one(promise, by_id, assumptions, known_on, suppliers=suppliers)
        flows += legs
        orders: list[str] = []
        if isinstance(derived, NoOrder):
            without_order.append(derived)
        else:
            flows += derived
            orders = sorted({flow.instrument for flow in derived})
        meant = [i for i in (*promise.links.earmarked_for, *promise.links.conditional_on) if i in by_id]
        meant = [i for i in meant if set(by_id[i].payers) & set(promise.payees)]
        if meant or orders:
            earmarks[promise.id] = tuple(dict.fromkeys([*meant, *orders]))
    flows = _without_named(flows, by_id)
    flows.sort(key=lambda flow: (flow.period, flow.instrument, flow.leg, flow.payer, flow.payee))
    return Schedule(
        known_on=known_on,
        flows=tuple(flows),
        unscheduled=tuple(unscheduled),
        earmarks=earmarks,
        assumptions=assumptions,
        without_order=tuple(without_order),
    )


def _without_named(flows: list[Flow], by_id: Mapping[str, Promise]) -> list[Flow]:
    """Return the flows with umbrella promises less the promises named beside them that they may hold.

    Only payments from the quarter of the umbrella's announcement on can be in it: what was paid before is not unpaid.
    """
    scales: dict[str, tuple[float, float, float]] = {}
    for promise in by_id.values():
        named = {i for i in promise.links.overlaps if i in by_id and by_id[i].payers == promise.payers}
        if not promise.is_umbrella or not named:
            continue
        begins = Quarter.of(promise.announced)
        own = Interval.total(f.amount for f in flows if f.instrument == promise.id)
        beside = Interval.total(
            f.amount for f in flows if f.instrument in named and f.leg is Leg.PRINCIPAL and f.period >= begins
        )
        left = (own.low - beside.high, own.central - beside.central, own.high - beside.low)
        scales[promise.id] = (
            _part(left[0], own.low), _part(left[1], own.central), _part(left[2], own.high)
        )  # fmt: skip
    return [
        replace(flow, amount=_scaled(flow.amount, scales[flow.instrument]))
        if flow.instrument in scales
        else flow
        for flow in flows
    ]


def _part(left: float, whole: float) -> float:
    return max(0.0, left) / whole if whole > 0 else 0.0


def _scaled(amount: Interval, parts: tuple[float, float, float]) -> Interval:
    low, central, high = (value * part for value, part in zip(amount.as_tuple(), parts, strict=True))
    return Interval(min(low, central), central, max(central, high))


def _why_not(promise: Promise, by_id: Mapping[str, Promise], superseded: Mapping[str, str]) -> str:
    """Return why a promise has no flows of its own, or an empty string."""
    if promise.status is Status.CANCELLED:
        return "cancelled"
    if promise.id in superseded:
        return f"superseded by {superseded[promise.id]}"
    whole = by_id.get(promise.links.part_of or "")
    if whole is not None and whole.status is not Status.CANCELLED and whole.amount is not None:
        return f"counted inside {whole.id}"
    if KINDS[promise.kind].timing is Timing.NONE:
        return "no cash until exercised" if promise.kind is Kind.WARRANT else "no rule for its cash is known"
    if not promise.reaches_payee:
        return "moves no cash to the payee (a mark, a recapitalised stake or a sale between investors)"
    if promise.amount is None:
        return "no price is public"
    return ""


def _with_stated(promise: Promise) -> Promise:
    """Return a promise whose price is only known as the amounts of some years, at their sum."""
    table = promise.schedule.table if promise.schedule is not None else ()
    if promise.amount is not None or not table:
        return promise
    return replace(promise, amount=Amount.of(sum(row.amount for row in table), "USD"))


def _expand_one(
    promise: Promise,
    by_id: Mapping[str, Promise],
    assumptions: Assumptions,
    known_on: date,
    *,
    suppliers: bool,
) -> tuple[list[Flow], list[Flow] | NoOrder]:
    """Return the flows of one promise, and the derived orders behind it."""
    assert promise.amount is not None  # noqa: S101 - _why_not has refused the others
    size = scheduled_size(promise, promise.amount, assumptions)
    timing = dated(promise, assumptions, known_on, by_id)
    flows = _principal(promise, size, timing)
    if KINDS[promise.kind].debt_service:
        flows += _debt_service(promise, size, timing, assumptions)
    return flows, _supply(promise, size, timing, assumptions) if suppliers else []


def _pairs(promise: Promise) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Return who pays whom; a joint figure is divided equally, under a named assumption."""
    pairs = [(payer, payee) for payer in promise.payers for payee in promise.payees]
    return pairs, ("joint.equal_split",) if len(pairs) > 1 else ()


def _principal(promise: Promise, size: Size, timing: Spread) -> list[Flow]:
    pairs, joint = _pairs(promise)
    names = tuple(dict.fromkeys([*size.assumptions, *timing.assumptions, *joint]))
    paid = promise.status is Status.COMPLETED
    amounts = _amounts(size, timing)
    return [
        Flow(
            period=quarter,
            payer=payer,
            payee=payee,
            kind=promise.kind.value,
            amount=amounts[quarter].scaled(1 / len(pairs)),
            certainty=Certainty.CONTRACTED if paid else CERTAINTY_OF[promise.firmness],
            cash=not promise.in_kind,
            contingent=promise.is_contingent,
            instrument=promise.id,
            assumptions=names,
        )
        for quarter in amounts
        for payer, payee in pairs
    ]


def _amounts(size: Size, timing: Spread) -> dict[Quarter, Interval]:
    """Return the scheduled amount of each quarter; what a table states is not hedged by the bound of the whole."""
    named = {quarter: size.of(stated) for quarter, stated in timing.stated.items()}
    taken = Interval.total(named.values())
    left = [max(a - b, 0.0) for a, b in zip(size.usd.as_tuple(), taken.as_tuple(), strict=True)]
    rest = Interval(min(left), left[1], max(left))
    open_share = sum(share for quarter, share in timing.shares if quarter not in named)
    return {
        quarter: named[quarter] if quarter in named else rest.scaled(share / open_share)
        for quarter, share in timing.shares
    }


def _debt_service(promise: Promise, size: Size, timing: Spread, assumptions: Assumptions) -> list[Flow]:
    # the term of a loan runs from each draw, so the start date must not shift it
    term = term_of(replace(promise, start=None, end=None), assumptions)
    n_quarters = term.n_quarters
    if promise.end and timing.shares:
        n_quarters = max(1, _quarters_until(promise.end, timing))
    named = tuple(n for n in term.assumptions if n.startswith("term.")) if not promise.end else ()
    payments, used = service(promise.kind, size.usd, timing, n_quarters, assumptions)
    pairs, joint = _pairs(promise)
    names = tuple(dict.fromkeys([*size.assumptions, *timing.assumptions, *named, *used, *joint]))
    return [
        Flow(
            period=quarter,
            payer=borrower,
            payee=lender,
            kind="repayment",
            amount=due.amount.scaled(1 / len(pairs)),
            certainty=CERTAINTY_OF[promise.firmness],
            cash=not promise.in_kind,
            instrument=promise.id,
            leg=Leg.DEBT_SERVICE,
            assumptions=names,
            interest=due.interest.scaled(1 / len(pairs)),
        )
        for quarter, due in payments
        for lender, borrower in pairs
    ]


def _quarters_until(end: date, timing: Spread) -> int:
    last_draw = max(quarter for quarter, _ in timing.shares)
    return 4 * end.year + (end.month - 1) // 3 - last_draw.index


def _supply(promise: Promise, size: Size, timing: Spread, assumptions: Assumptions) -> list[Flow] | NoOrder:
    makers = suppliers_of(promise)
    if not makers:
        return []
    order = size.usd.times(assumptions.range("supply.chips_per_compute_dollar"))
    found = rent_per_gw_year(promise, assumptions)
    tested: tuple[str, ...] = ()
    if found is not None:
        rent, used = found
        least = assumptions.range(LEAST_RENT)
        if rent.high < least.low:
            return NoOrder(promise.id, makers, rent)
        order = held_by(rent, order, least)
        tested = (*used, LEAST_RENT)
    elif not rents_chips(promise):
        return NoOrder(promise.id, makers, None)
    when = order_dates(promise, timing, assumptions)
    pairs = [(seller, maker) for seller in promise.payees for maker in makers]
    joint = ("joint.equal_split",) if len(pairs) > 1 else ()
    names = tuple(
        dict.fromkeys(
            [
                *size.assumptions,
                *timing.assumptions,
                "supply.chips_per_compute_dollar",
                *tested,
                *when.assumptions,
                *joint,
            ]
        )
    )
    return [
        Flow(
            period=quarter,
            payer=seller,
            payee=maker,
            kind=Kind.SUPPLY.value,
            amount=order.scaled(part / len(pairs)),
            certainty=CERTAINTY_OF[promise.firmness],
            instrument=order_id(promise.id, maker),
            leg=Leg.SUPPLY,
            assumptions=names,
        )
        for quarter, part in when.shares
        for seller, maker in pairs
    ]
