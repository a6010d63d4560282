"""Gross against net: what a party sells to those it funds and buys from, and what it passes on at resale."""

from __future__ import annotations

from collections.abc import Iterable

from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import Promised, fundings, promised, total_of
from loopledger.exposure.ranges import difference
from loopledger.exposure.readings import Behind, Named, Sheet
from loopledger.exposure.reported import Reported
from loopledger.exposure.vendor import customers_of
from loopledger.records import KINDS, FlowClass, Kind, Role
from loopledger.schedule import Flow, promise_id
from loopledger.units import Interval

__all__ = ["add_gross_net", "trades"]

_NONE = Interval.exact(0)
_SHARE_PAID = "revenue_share_paid_to_clouds"
_REVENUES = ("revenue", "projected_revenue_jan2026_plan", "projected_revenue_nov2025_plan")


def trades(book: Book, *, payer: str | None = None, payee: str | None = None) -> list[str]:
    """Return the ids of purchases, rents and resale from or to a party."""
    return [
        i.id
        for i in book.snapshot.instruments.values()
        if KINDS[i.kind].flow_class is FlowClass.PURCHASE
        and (payer is None or payer in i.payers)
        and (payee is None or payee in i.payees)
    ]


def add_gross_net(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add, customer by customer, sales less the money that goes back to it, and the part passed on at resale."""
    party = sheet.party
    n_found = 0
    others = {
        o
        for i in (*trades(book, payer=party), *fundings(book, payer=party))
        for o in book.instrument(i).payees
    }
    customers = customers_of(book, party)
    for customer in sorted(others & customers.keys()):
        n_found += _add_customer(sheet, book, customer)
    if not n_found:
        sheet.lack("sales_gross", f"a buyer from {party}, with a price, that it also funds or buys from")
    for group in sorted(g for g in others & book.groups - customers.keys() if _may_buy(book, g)):
        back = _between(book, trades(book, payer=party, payee=group), party, group)
        if back:
            sheet.say("purchases_back", total_of(book, back), back, of=group, date_basis=_basis(sheet))
            sheet.lack("sales_gross", f"who stands behind {group} and what they buy from {party}", of=group)
    _add_resale(sheet, reported)


def _add_customer(sheet: Sheet, book: Book, customer: str) -> bool:
    """Add one customer; False where nothing is sold to it, or nothing goes back."""
    party = sheet.party
    sold = _between(book, trades(book, payer=customer, payee=party), customer, party)
    given = _between(book, _money(book, fundings(book, payer=party, payee=customer)), party, customer)
    bought = _between(book, trades(book, payer=party, payee=customer), party, customer)
    through = _derived(book, party, customer)
    rows = {"sales_gross": sold, "funding_back": given, "purchases_back": bought}
    sums = {code: total_of(book, group) if group else _NONE for code, group in rows.items()}
    unpriced = [i for i in trades(book, payer=customer, payee=party) if book.instrument(i).amount is None]
    if unpriced and (given or bought):
        sheet.lack("sales_gross", f"the price of {', '.join(sorted(unpriced))}, left out", of=customer)
    if not (sold or through or unpriced) or not (given or bought):
        return False
    for code, group in rows.items():
        if group:
            sheet.say(code, sums[code], group, of=customer, date_basis=_basis(sheet))
    if not (sold or through):
        return True
    orders = Interval.total(f.amount for f in through)
    implied = [Named(ids=(promise_id(f.instrument),), assumptions=f.assumptions) for f in through]
    if through:
        sheet.say(
            "sales_through", orders, implied, of=customer,
            date_basis=f"whole term of the contracts, known on {sheet.day}",
            note="derived: no public contract states these orders, and one can stand under a cloud and its customer",
        )  # fmt: skip
    sales, back = sums["sales_gross"] + orders, sums["funding_back"] + sums["purchases_back"]
    behind: list[Behind] = [*sold, *given, *bought, *implied]
    basis = _basis(sheet)
    sheet.say("sales_net", difference(sales, back), behind, of=customer, date_basis=basis)
    sheet.say_ratio("back_share", (back, sales), behind, of=customer, date_basis=basis)
    return True


def _may_buy(book: Book, group: str) -> bool:
    """Whether a record that stands for several parties stands for clouds or developers, who buy computing."""
    return book.snapshot.parties[group].role in (Role.CLOUD, Role.NEOCLOUD, Role.MODEL_DEVELOPER)


def _between(book: Book, ids: Iterable[str], payer: str, payee: str) -> list[Promised]:
    """Return the signed promises from one party to another; a part counts where its whole has another payee."""
    return [p for p in promised(book, ids) if p.is_signed and p.payer == payer and p.payee == payee]


def _money(book: Book, ids: Iterable[str]) -> list[str]:
    return [i for i in ids if book.instrument(i).kind is not Kind.GUARANTEE]


def _derived(book: Book, maker: str, customer: str) -> list[Flow]:
    """Return the orders to a maker that a customer's contracts imply, as the user or as the cloud."""
    return [
        f
        for f in book.orders.get(maker, ())
        if (f.payer == customer or customer in book.instrument(promise_id(f.instrument)).payers)
    ]


def _basis(sheet: Sheet) -> str:
    return f"signed, in full and not run down; known on {sheet.day}"


def _add_resale(sheet: Sheet, reported: Reported) -> None:
    """Add the part of revenue that a developer passes to clouds which resell it, year by year."""
    party = sheet.party
    for stated in reported.figures_of(party, _SHARE_PAID):
        if stated.on is None:
            continue
        year = str(stated.on.year)
        plans = [s for name in _REVENUES for s in reported.figures_of(party, name) if s.on == stated.on]
        if not plans:
            sheet.lack("resale_share", f"revenue, or a plan of it, of {party} for {year}", of=year)
            continue
        plan = plans[0]
        sheet.say_ratio(
            "resale_share", (stated.value, plan.value), (stated, plan), of=year, note=stated.note,
            date_basis=f"{stated.date_basis} over {plan.date_basis}",
        )  # fmt: skip
