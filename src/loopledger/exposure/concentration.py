"""Who owes a party and whom it owes: sums left to pay, shares, concentration, and when they fall due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from loopledger.exposure.obligations import Book, Obligation, distinct_total, share_left
from loopledger.exposure.ranges import hhi_range, mean_range, share_ranges
from loopledger.exposure.readings import Sheet
from loopledger.records import KINDS, FlowClass, Status
from loopledger.units import Interval, Quarter

__all__ = ["TWO_YEARS", "add_concentration", "due_within", "mean_years"]

#: Days of 24 months.
TWO_YEARS = timedelta(days=730)
_SIDES = ("commitments", "backlog")


def add_concentration(sheet: Sheet, book: Book) -> None:
    """Add what a party is committed to pay, and what it is owed, by counterparty and by time."""
    for side in _SIDES:
        _add_side(sheet, book, side)


def _add_side(sheet: Sheet, book: Book, side: str) -> None:
    party, is_buyer = sheet.party, side == "commitments"
    unpriced = _unpriced(book, party, is_buyer=is_buyer)
    if unpriced:
        missing = f"the price of {', '.join(unpriced)}, which are left out"
        sheet.lack(f"{side}_remaining", missing, of="no public price")
    everything = [o for o in book.purchases(binding=False) if party == (o.payer if is_buyer else o.payee)]
    if everything:
        total, _ = distinct_total(book.snapshot, everything)
        _say(sheet, f"{side}_expected", total, everything)
    binding = [o for o in book.purchases() if party == (o.payer if is_buyer else o.payee)]
    if not binding:
        side_of = "bought" if is_buyer else "sold"
        missing = f"a binding, priced contract {side_of} by {party} with payments after {sheet.day}"
        for code in ("remaining", "share", "hhi", "due_24m", "duration"):
            sheet.lack(f"{side}_{code}", missing)
        return
    total, twice = distinct_total(book.snapshot, binding)
    _say(sheet, f"{side}_remaining", total, binding)
    if total.central <= 0:
        for code in ("share", "hhi", "due_24m", "duration"):
            sheet.lack(f"{side}_{code}", f"a contract of {party} whose central value is above nothing")
        return
    if twice > 0:
        _say(sheet, f"{side}_overlap", Interval(0, 0, twice), binding, note="within the central value")
    _add_shares(sheet, book, side, binding, is_buyer=is_buyer)
    day = sheet.day
    weights, within, years = _by_instrument(binding, day)
    _say(sheet, f"{side}_due_24m", mean_range(weights, within), binding)
    _say(sheet, f"{side}_duration", mean_range(weights, years), binding)
    guessed = [float(o.is_dated_by_assumption) for o in binding]
    if any(guessed):
        value = mean_range([o.amount for o in binding], guessed)
        _say(sheet, f"{side}_undated", value, [o for o in binding if o.is_dated_by_assumption])


def _add_shares(
    sheet: Sheet, book: Book, side: str, binding: Sequence[Obligation], *, is_buyer: bool
) -> None:
    by_other: dict[str, list[Obligation]] = defaultdict(list)
    for obligation in binding:
        by_other[obligation.payee if is_buyer else obligation.payer].append(obligation)
    amounts = {other: Interval.total(o.amount for o in group) for other, group in by_other.items()}
    groups = book.groups & amounts.keys()
    shares = share_ranges(amounts)
    for other in sorted(shares, key=lambda name: (-shares[name].central, name)):
        note = "stands for several parties" if other in groups else ""
        _say(sheet, f"{side}_share", shares[other], by_other[other], of=other, note=note)
    note = (
        f"{', '.join(sorted(groups))} taken for one counterparty, at the low end for many" if groups else ""
    )
    _say(sheet, f"{side}_hhi", hhi_range(amounts, groups), binding, note=note)


def _say(
    sheet: Sheet, measure: str, value: Interval, behind: Iterable[Obligation], *, of: str = "", note: str = ""
) -> None:
    sheet.say(measure, value, behind, of=of, date_basis=f"scheduled after {sheet.day}", note=note)


def _unpriced(book: Book, party: str, *, is_buyer: bool) -> list[str]:
    """Return contracts that bind and state no price."""
    return sorted(
        i.id
        for i in book.snapshot.instruments.values()
        if i.amount is None
        and KINDS[i.kind].flow_class is FlowClass.PURCHASE
        and i.firmness.value == "binding"
        and i.status not in (Status.CANCELLED, Status.COMPLETED)
        and i.links.part_of is None
        and party in (i.payers if is_buyer else i.payees)
    )


def due_within(obligation: Obligation, day: date, until: date) -> float:
    """Return which part of an obligation falls due by a day, 0 to 1, at central values."""
    whole = obligation.amount.central or obligation.amount.high
    last = Quarter.of(until)
    due = 0.0
    for quarter, amount in obligation.by_quarter.items():
        size = amount.central if obligation.amount.central else amount.high
        if quarter < last:
            due += size
        elif quarter == last:
            rest, start = share_left(until, quarter), share_left(day, quarter) or 1.0
            due += size * max(start - rest, 0.0) / start
    return min(due / whole, 1.0)


def mean_years(obligation: Obligation, day: date) -> float:
    """Return the mean time to payment of an obligation at central values, [years]."""
    whole = obligation.amount.central or obligation.amount.high
    total = 0.0
    for quarter, amount in obligation.by_quarter.items():
        size = amount.central if obligation.amount.central else amount.high
        start = max(quarter.first, day)
        middle = start + (quarter.last - start) / 2
        total += size * max((middle - day).days, 0) / 365.25
    return total / whole


def _by_instrument(
    obligations: Iterable[Obligation], day: date
) -> tuple[list[Interval], list[float], list[float]]:
    """Return weights, parts due within 24 months and mean years, one of each an obligation.

    The size of a promise is one unknown for all its quarters, so it moves them together.
    """
    group = list(obligations)
    until = day + TWO_YEARS
    return (
        [o.amount for o in group],
        [due_within(o, day, until) for o in group],
        [mean_years(o, day) for o in group],
    )
