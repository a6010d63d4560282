"""Payments in parts: tranches on dates or triggers, tables by year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from loopledger.records.instrument import Basis, Shape
from loopledger.records.kinds import KINDS, FlowClass, Timing
from loopledger.register.figures import FiscalCalendar, calendar_quarter, load_calendars
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.promise import Promise
from loopledger.schedule.timing import Spread, lump, place, spread, term_of
from loopledger.units import Quarter

__all__ = ["dated"]

#: Part of a sum that is rounding.
_ROUNDING = 1e-9
_PER_CAPACITY = re.compile(r"\b(gigawatts?|GW|megawatts?|MW)\b", re.IGNORECASE)


def dated(
    promise: Promise, assumptions: Assumptions, known_on: date, promises: Mapping[str, Promise]
) -> Spread:
    """Return the shares of a promise by quarter, from what is known of its own schedule first.

    Parameters
    ----------
    promise : Promise
    assumptions : Assumptions
    known_on : datetime.date
    promises : mapping of str to Promise
        All promises, to find the capacity that per-gigawatt tranches follow.

    Returns
    -------
    Spread
        Of a promise that is known to be paid, nothing after the quarter in which that became known.
    """
    spread = _dated(promise, assumptions, known_on, promises)
    return spread if promise.completed_on is None else _closed(spread, Quarter.of(promise.completed_on))


def _closed(spread: Spread, last: Quarter) -> Spread:
    """Return a spread with all that lies after a quarter paid in it."""
    if all(quarter <= last for quarter, _ in spread.shares):
        return spread
    shares: dict[Quarter, float] = {}
    for quarter, share in spread.shares:
        shares[min(quarter, last)] = shares.get(min(quarter, last), 0.0) + share
    return Spread(tuple(sorted(shares.items())), spread.assumptions)


def _dated(
    promise: Promise, assumptions: Assumptions, known_on: date, promises: Mapping[str, Promise]
) -> Spread:
    schedule = promise.schedule
    if schedule is None:
        return place(promise, assumptions, known_on)
    match schedule.shape:
        case Shape.LUMP:
            return lump(promise, assumptions, known_on)
        case Shape.STRAIGHT_LINE:
            term = term_of(promise, assumptions)
            return Spread(spread(term.first, term.n_quarters), term.assumptions)
        case Shape.RAMP:
            term = term_of(promise, assumptions)
            ramp = assumptions.number("ramp.share")
            return Spread(spread(term.first, term.n_quarters, ramp=ramp), (*term.assumptions, "ramp.share"))
        case Shape.TABLE if schedule.table:
            return _by_year(promise, assumptions)
        case Shape.TRANCHES if schedule.tranches:
            return _by_tranche(promise, assumptions, known_on, promises)
        case _:
            return place(promise, assumptions, known_on)


def _by_year(promise: Promise, assumptions: Assumptions) -> Spread:
    """Spread each year's amount evenly over its quarters; what the table leaves of the whole comes after it."""
    schedule = promise.schedule
    rows = {row.year: float(row.amount) for row in schedule.table} if schedule else {}
    total = sum(rows.values())
    if not total:
        return place(promise, assumptions, promise.announced)
    whole = max(total, float(promise.amount.high) if promise.amount else 0.0)
    used: list[str] = []
    calendar = None
    if schedule is not None and schedule.basis is Basis.FISCAL:
        calendar = _fiscal_year(promise)
        used += ["fiscal.as_calendar"] if calendar is None else []
    stated: dict[Quarter, float] = {}
    for year, amount in sorted(rows.items()):
        quarters = _still_due(promise, _quarters(year, calendar))
        stated |= dict.fromkeys(quarters, amount / len(quarters))
    shares = {quarter: amount / whole for quarter, amount in stated.items()}
    if whole - total > _ROUNDING * whole:
        rest = _after(max(stated), promise, assumptions)
        used += rest.assumptions
        shares |= {quarter: share * (1 - total / whole) for quarter, share in rest.shares}
    return Spread(tuple(sorted(shares.items())), tuple(used), stated)


def _fiscal_year(promise: Promise) -> FiscalCalendar | None:
    """Return the fiscal calendar of the first party that has one."""
    calendars = load_calendars()
    known = [calendars[party] for party in (*promise.payers, *promise.payees) if party in calendars]
    return known[0] if known else None


def _quarters(year: int, calendar: FiscalCalendar | None) -> tuple[Quarter, ...]:
    """Return the four calendar quarters nearest to a year."""
    placed = calendar_quarter(calendar.nominal_end(year, 4)) if calendar is not None else None
    last = placed[0] if placed is not None else Quarter(4 * year + 3)
    return tuple(last.shifted(k) for k in range(-3, 1))


def _still_due(promise: Promise, quarters: tuple[Quarter, ...]) -> tuple[Quarter, ...]:
    """Return the quarters of a year in which an obligation can fall: none before it was announced."""
    if KINDS[promise.kind].flow_class is not FlowClass.PURCHASE:
        return quarters
    return tuple(q for q in quarters if q >= Quarter.of(promise.announced)) or quarters


def _after(last: Quarter, promise: Promise, assumptions: Assumptions) -> Spread:
    """Return a level spread over what is left of the term after a quarter; the next one if nothing is."""
    if KINDS[promise.kind].timing is Timing.LUMP:
        return Spread(((last.shifted(1), 1.0),))
    term = term_of(promise, assumptions)
    final = term.first.index + term.n_quarters - 1
    first = max(term.first, last.shifted(1))
    return Spread(spread(first, max(1, final - first.index + 1)), term.assumptions)


def _by_tranche(
    promise: Promise, assumptions: Assumptions, known_on: date, promises: Mapping[str, Promise]
) -> Spread:
    """Place dated tranches on their dates, the others by their trigger; what is left over by the kind."""
    tranches = promise.schedule.tranches if promise.schedule else ()
    known = [t for t in tranches if t.amount is not None]
    stated = float(promise.amount.high) if promise.amount else 0.0
    whole = max(stated, float(sum((t.amount or 0) for t in known))) or 1.0
    weight: dict[Quarter, float] = {}
    used: set[str] = set()
    placed = 0.0
    per_capacity = next((t for t in tranches if t.trigger and _PER_CAPACITY.search(t.trigger)), None)
    for tranche in known:
        if tranche.on is not None:
            share = float(tranche.amount or 0) / whole
            weight[Quarter.of(tranche.on)] = weight.get(Quarter.of(tranche.on), 0.0) + share
            placed += share
    if placed < 1.0:
        rest = (
            _along_capacity(promise, assumptions, promises)
            if per_capacity
            else place(promise, assumptions, known_on)
        )
        used.update(rest.assumptions)
        for quarter, share in rest.shares:
            weight[quarter] = weight.get(quarter, 0.0) + share * (1 - placed)
    return Spread(tuple(sorted(weight.items())), tuple(sorted(used)))


def _along_capacity(promise: Promise, assumptions: Assumptions, promises: Mapping[str, Promise]) -> Spread:
    """Spread per-gigawatt money evenly over the time in which the capacity is built."""
    linked = [*promise.links.conditional_on, *promise.links.earmarked_for]
    capacity = next((promises[i] for i in linked if i in promises and promises[i].capacity), promise)
    first = Quarter.of(capacity.start or capacity.announced)
    used = ["tranche.per_gw_years"]
    if capacity.start is None:
        first = first.shifted(round(assumptions.number("lag.term_start")))
        used.append("lag.term_start")
    if capacity.end is not None:
        return Spread(
            spread(first, max(1, Quarter.of(capacity.end).index - first.index + 1)), tuple(used[1:])
        )
    years = assumptions.number("tranche.per_gw_years")
    return Spread(spread(first, max(1, round(4 * years))), tuple(used))
