"""Vendor financing: what a seller puts into its customers against its revenue, committed and drawn."""

from __future__ import annotations

from collections import defaultdict

from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import Promised, fundings, promised, same_money, total_of
from loopledger.exposure.ranges import mean_range
from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported
from loopledger.records import KINDS, FlowClass, Kind, Role, Status
from loopledger.schedule import promise_id
from loopledger.units import Interval

__all__ = ["NO_VENDORS", "add_vendor_financing", "customers_of"]

#: Parties that fund by trade and sell nothing.
NO_VENDORS = (Role.INVESTOR, Role.LENDER, Role.SOVEREIGN, Role.SPV)


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
    if book.snapshot.parties[party].role in NO_VENDORS:
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
        note = same_money(book, signed) if which == "committed" else ""
        sheet.say(f"vendor_{which}", value, signed, of=perimeter, date_basis=basis, note=note)
    baskets = _baskets(perimeter, signed)
    for label, group in baskets.items():
        sheet.say("vendor_committed", total_of(book, group), group, of=label, date_basis=basis)
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
    for label, group in baskets.items():
        sheet.say_ratio(
            "vendor_committed_ratio", (total_of(book, group), over.value), (*group, over), of=label,
            date_basis=f"{basis}, over {what}: {over.date_basis}",
        )  # fmt: skip


def _baskets(perimeter: str, signed: list[Promised]) -> dict[str, list[Promised]]:
    """Return money put in and guarantees given apart, where there are both: Lucent's basket held the two."""
    given = [p for p in signed if p.instrument.kind is Kind.GUARANTEE]
    money = [p for p in signed if p.instrument.kind is not Kind.GUARANTEE]
    if not given or not money:
        return {}
    return {f"{perimeter}, shares and loans": money, f"{perimeter}, guarantees": given}


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
