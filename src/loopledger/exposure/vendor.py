"""Vendor financing: what a seller puts into its customers against its revenue, committed and drawn."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import Promised, fundings, promised, total_of
from loopledger.exposure.ranges import mean_range
from loopledger.exposure.readings import Named, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.records import KINDS, FlowClass, Role, Status
from loopledger.register import Register
from loopledger.schedule import Assumptions, promise_id
from loopledger.schedule.sizing import stated_size
from loopledger.units import Interval

__all__ = ["add_past", "add_vendor_financing", "customers_of"]

#: Parties that fund by trade and sell nothing.
_NO_VENDORS = (Role.INVESTOR, Role.LENDER, Role.SOVEREIGN, Role.SPV)
_STATE = ("drawn", "available", "not_available")


def customers_of(book: Book, seller: str) -> dict[str, str]:
    """Return who buys from a seller on record, and how: ``direct``, or ``through`` somebody else's order.

    Notes
    -----
    A buyer of compute that names a maker's products is a customer of the maker through the cloud, which is
    a direct one by the derived order. A vehicle is not a customer unless it buys.
    """
    found: dict[str, str] = {}
    for instrument in book.snapshot.instruments.values():
        is_purchase = KINDS[instrument.kind].flow_class is FlowClass.PURCHASE
        if is_purchase and instrument.status is not Status.CANCELLED and seller in instrument.payees:
            found |= dict.fromkeys(instrument.payers, "direct")
    for flow in book.orders.get(seller, ()):
        found.setdefault(flow.payer, "through")
        for buyer in book.instrument(promise_id(flow.instrument)).payers:
            found.setdefault(buyer, "through")
    found.pop(seller, None)
    return dict(sorted(found.items()))


def add_vendor_financing(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add what a party has committed to its customers and to all it funds, drawn and against revenue."""
    party = sheet.party
    if book.snapshot.parties[party].role in _NO_VENDORS:
        return
    customers = customers_of(book, party)
    parts = [p for p in promised(book, fundings(book, payer=party)) if p.payer == party]
    unpriced = [i for i in fundings(book, payer=party) if book.instrument(i).amount is None]
    if unpriced:
        missing = f"the amount of {', '.join(sorted(unpriced))}, which are left out"
        sheet.lack("vendor_committed", missing, of="no public price")
    if not parts:
        sheet.lack("vendor_committed", f"funding that {party} gives, with an amount")
        return
    for perimeter, group in (
        ("customers", [p for p in parts if p.payee in customers]),
        ("all it funds", parts),
    ):
        signed = [p for p in group if p.is_signed]
        if signed:
            _add_perimeter(sheet, book, reported, perimeter, signed)
        else:
            sheet.lack("vendor_committed", f"signed funding of {party} to {perimeter}", of=perimeter)
        talked = [p for p in group if not p.is_signed]
        if talked:
            sheet.say(
                "vendor_talked", total_of(book, talked), talked, of=perimeter,
                date_basis=f"known on {sheet.day}",
                note="letters, options and talks; no part of what is committed",
            )  # fmt: skip
    _add_customers(sheet, book, parts, customers)


def _add_perimeter(
    sheet: Sheet, book: Book, reported: Reported, perimeter: str, signed: list[Promised]
) -> None:
    basis = f"known on {sheet.day}"
    sums = {"committed": total_of(book, signed), "drawn": total_of(book, signed, "drawn")}
    for which, value in sums.items():
        sheet.say(f"vendor_{which}", value, signed, of=perimeter, date_basis=basis)
    sheet.say("vendor_drawn_share", _drawn_share(signed), signed, of=perimeter, date_basis=basis)
    revenue = reported.last_year(sheet.party, "revenue")
    over = revenue or reported.annual_revenue(sheet.party)
    if over is None:
        missing = f"revenue of {sheet.party} for any quarter (revenue)"
        for which in sums:
            sheet.lack(f"vendor_{which}_ratio", missing, of=perimeter)
        return
    what = "revenue of the latest four quarters" if revenue else "revenue at its present yearly rate"
    for which, value in sums.items():
        sheet.say_ratio(
            f"vendor_{which}_ratio", (value, over.value), (*signed, over), of=perimeter,
            date_basis=f"{basis}, over {what}: {over.date_basis}",
        )  # fmt: skip


def _drawn_share(signed: list[Promised]) -> Interval:
    """Return drawn over committed: each promise has one size, of which a part between two ends is drawn."""
    weights = [p.committed for p in signed]
    if not any(w.central for w in weights):
        return Interval.exact(0)
    ends = [
        [
            min(getattr(p.drawn, end) / size, 1.0) if (size := getattr(p.committed, end)) else 0.0
            for p in signed
        ]
        for end in ("low", "central", "high")
    ]
    low, central, high = (mean_range(weights, found) for found in ends)
    return Interval(min(low.low, central.central), central.central, max(high.high, central.central))


def _add_customers(sheet: Sheet, book: Book, parts: list[Promised], customers: dict[str, str]) -> None:
    by_payee: dict[str, list[Promised]] = defaultdict(list)
    for part in parts:
        if part.is_signed:
            by_payee[part.payee].append(part)
    for payee, group in sorted(by_payee.items()):
        how = customers.get(payee)
        note = f"customer, {how}" if how else "no purchase from it is on record"
        sheet.say(
            "vendor_committed_to", total_of(book, group), group, of=payee,
            date_basis=f"known on {sheet.day}", note=note,
        )  # fmt: skip


def add_past(register: Register, day: date, assumptions: Assumptions) -> list[Sheet]:
    """Return the same measures for past episodes, from the history beside a register.

    Parameters
    ----------
    register : Register
    day : datetime.date
        Knowledge date; the episodes are shown at every date for which a split into drawn and undrawn is known.
    assumptions : Assumptions

    Returns
    -------
    list of Sheet
        One a financier, empty if the register has no history.
    """
    if register.history is None:
        return []
    snapshot = register.history.known_on(day)
    book = Book(snapshot=snapshot, assumptions=assumptions)
    reported = Reported(snapshot=snapshot, assumptions=assumptions)
    sheets: list[Sheet] = []
    for party in sorted(snapshot.parties):
        sheet = Sheet(party, day)
        _add_splits(sheet, reported)
        if snapshot.parties[party].role not in _NO_VENDORS:
            _add_first_stated(sheet, book, fundings(book, payer=party))
        if sheet.readings:
            sheets.append(sheet)
    return sheets


def _add_splits(sheet: Sheet, reported: Reported) -> None:
    """Add committed and drawn at each date for which the financier reports both."""
    party = sheet.party
    by_day: dict[date, dict[str, Stated]] = defaultdict(dict)
    for state in (*_STATE, "revenue"):
        metric = state if state == "revenue" else f"customer_financing_{state}"
        for figure in reported.figures_of(party, metric):
            if figure.on is not None:
                by_day[figure.on][state] = figure
    for on, figures in sorted(by_day.items()):
        split = [figures[s] for s in _STATE if s in figures]
        if len(split) < len(_STATE):
            continue
        committed = Interval.total(f.value for f in split)
        drawn, revenue = figures["drawn"], figures.get("revenue")
        basis = f"at {on}"
        rows = [("vendor_committed", committed), ("vendor_drawn", drawn.value)]
        for code, value in rows:
            sheet.say(code, value, split, of=str(on), date_basis=basis)
        sheet.say_ratio("vendor_drawn_share", (drawn.value, committed), split, of=str(on), date_basis=basis)
        if revenue is None:
            for code, _ in rows:
                sheet.lack(f"{code}_ratio", f"revenue of {party} for the year to {on}", of=str(on))
            continue
        basis = f"at {on}, over revenue of the year to that day"
        for code, value in rows:
            over = (value, revenue.value)
            sheet.say_ratio(f"{code}_ratio", over, (*split, revenue), of=str(on), date_basis=basis)


def _add_first_stated(sheet: Sheet, book: Book, ids: list[str]) -> None:
    """Add each financing as first announced and as last known."""
    for id_ in ids:
        first, last = book.snapshot.first[id_], book.instrument(id_)
        for label, instrument in (("first stated", first), ("last known", last)):
            if instrument.amount is None:
                sheet.lack("vendor_committed", f"the amount of {id_}", of=f"{id_} {label}")
                continue
            size = stated_size(instrument.amount, book.assumptions)
            day = book.snapshot.announced_on(id_) if label == "first stated" else sheet.day
            sheet.say(
                "vendor_committed", size.usd, [Named(ids=(id_,), assumptions=size.assumptions)],
                of=f"{id_} {label}", date_basis=f"known on {day}",
                note=f"status {instrument.status.value}" + (f"; {instrument.note}" if instrument.note else ""),
            )  # fmt: skip
