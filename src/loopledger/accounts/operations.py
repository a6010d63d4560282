"""Sales, costs, taxes, interest and capital expenditure of a party: totals, their named payments and the rest."""

from __future__ import annotations

from loopledger.accounts.contracts import BOUGHT, INTEREST
from loopledger.accounts.figures import Amount
from loopledger.accounts.items import END_CUSTOMERS, OTHER_COSTS, OUTSIDE_DEBT
from loopledger.accounts.lines import Basis, Line
from loopledger.accounts.partybooks import PartyBooks, as_amount, negated, sum_of
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["add_operations"]

_ZERO = Interval.exact(0)


def add_operations(books: PartyBooks) -> None:
    """Add sales, cash costs and capital expenditure, over the quarters for which each is known."""
    known = books.quarters("revenue")
    revenue = books.over("revenue", known)
    assert revenue is not None  # noqa: S101  a party reports if it has a quarter of revenue
    books.lacks("revenue", books.remaining(known))
    sold = books.received(*BOUGHT)
    books.add_rest(
        END_CUSTOMERS,
        "sales",
        revenue,
        books.within(sold, known),
        use=False,
        least=_least_unnamed(books, known),
    )
    books.net.append(sum_of(books.within(sold, books.remaining(known))))
    cash = tuple(q for q in books.quarters("operating_cash_flow") if q in known)
    burning = tuple(q for q in books.quarters("burn") if q in known)
    if burning and not cash:
        _costs_and_capex(books, known, burning)
        return
    _costs(books, known, cash)
    built = books.quarters("capex")
    capex = books.over("capex", built)
    books.lacks("capital expenditure", books.remaining(built))
    named = books.paid("capital_expenditure")
    books.net.append(negated(sum_of(books.within(named, books.remaining(built)))))
    if capex is not None:
        books.net.append(negated(capex.value))
        books.add_rest(OTHER_COSTS, "capital_expenditure", capex, books.within(named, built), use=True)


def _least_unnamed(books: PartyBooks, known: tuple[Quarter, ...]) -> float:
    """Return what buyers that no record names pay the party at least, if sales of the whole period are known."""
    others = books.setting.others.get((books.party, books.period.label))
    if others is None or known != books.period.quarters:
        return 0.0
    named = sum(line.amount.high for line in books.received(*BOUGHT) if line.payer not in others.but)
    return max(others.least - named, 0.0)


def _costs_and_capex(books: PartyBooks, known: tuple[Quarter, ...], burning: tuple[Quarter, ...]) -> None:
    """Add costs and capital expenditure together: revenue and cash burn of the same quarters."""
    revenue, burn = books.over("revenue", burning), books.over("burn", burning)
    assert revenue is not None and burn is not None  # noqa: S101, PT018
    other = tuple(q for q in known if q not in burning)
    rest = books.over("revenue", other)
    books.lacks("cash from operations, cash burn and operating loss", other)
    books.net.append(negated(burn.value))
    books.net += [rest.value] if rest is not None else []
    total = _with_interest_received(books, revenue.plus(burn), burning)
    named = books.paid(*BOUGHT, INTEREST)
    books.net.append(negated(sum_of(books.within(named, books.remaining(burning)))))
    books.net.append(sum_of(books.within(books.received(INTEREST), books.remaining(burning))))
    books.add_rest(OTHER_COSTS, "costs_and_capex", total, books.within(named, burning), use=True)


def _costs(books: PartyBooks, known: tuple[Quarter, ...], reported: tuple[Quarter, ...]) -> None:
    """Add cash costs: from cash from operations, else from the operating loss, else those named only."""
    lossy = tuple(q for q in books.quarters("operating_loss") if q in known and q not in reported)
    other = tuple(q for q in known if q not in reported and q not in lossy)
    covered = tuple(q for q in known if q not in other)
    total = _costs_reported(books, reported)
    named = books.paid("operating_costs", "revenue_share")
    inside = [*books.within(named, covered), *_interest_and_tax(books, reported)]
    books.net.append(negated(sum_of(books.within(named, books.remaining(covered)))))
    loss, revenue = books.over("operating_loss", lossy), books.over("revenue", lossy)
    if loss is not None and revenue is not None:
        used = _cash_loss(loss, books.setting.assumptions)
        books.lacks("cash from operations (taken from the operating loss)", lossy)
        books.net.append(negated(used.value))
        part = revenue.plus(used)
        total = part if total is None else total.plus(part)
    books.lacks("cash from operations, cash burn and operating loss", other)
    rest = books.over("revenue", other)
    books.net += [rest.value] if rest is not None else []
    if total is not None:
        books.add_rest(OTHER_COSTS, "operating_costs", total, inside, use=True)


def _costs_reported(books: PartyBooks, quarters: tuple[Quarter, ...]) -> Amount | None:
    """Return revenue and interest received less cash from operations, and show what exceeds them."""
    revenue, cash = books.over("revenue", quarters), books.over("operating_cash_flow", quarters)
    if revenue is None or cash is None:
        return None
    books.net.append(cash.value)
    total = _with_interest_received(books, revenue, quarters).plus(cash, sign=-1)
    if total.value.central < 0:
        books.add((END_CUSTOMERS, books.party), "receipts_beyond_revenue", negated(total.value), total)
        total = Amount(value=_ZERO, basis=total.basis, date_basis=total.date_basis, ids=total.ids)
    return total


def _with_interest_received(books: PartyBooks, revenue: Amount, quarters: tuple[Quarter, ...]) -> Amount:
    """Return revenue with the interest that named borrowers paid, which is in cash from operations too."""
    for line in books.within(books.received(INTEREST), quarters):
        revenue = revenue.plus(as_amount(line))
    return revenue


def _interest_and_tax(books: PartyBooks, reported: tuple[Quarter, ...]) -> list[Line]:
    """Return the lines of interest and tax inside cash costs; what lies outside them is netted here.

    Cash from operations, of the quarters ``reported``, is after interest and tax; an operating loss is before
    both.
    """
    paid, other = books.paid(INTEREST), books.remaining(reported)
    books.net += [
        sum_of(books.within(books.received(INTEREST), other)),
        negated(sum_of(books.within(paid, other))),
    ]
    inside = books.within(paid, reported)
    interest, tax = books.whole("interest", reported), books.whole("income_tax", reported)
    if interest is not None:
        for line in inside:
            interest = interest.plus(as_amount(line), sign=-1)
        inside = [*inside, *_shown(books, OUTSIDE_DEBT, INTEREST, interest, "")]
    if tax is not None:
        note = "as recognised; what was paid may differ"
        inside = [*inside, *_shown(books, OTHER_COSTS, "income_tax", tax, note)]
    return inside


def _shown(books: PartyBooks, other: str, item: str, amount: Amount, note: str) -> list[Line]:
    """Add a payment to an outside account if it is one, and return its line."""
    if amount.value.central <= 0:
        return []
    books.add((books.party, other), item, amount.value, amount, note)
    return books.lines[-1:]


def _cash_loss(loss: Amount, assumptions: Assumptions) -> Amount:
    name = "accounts.cash_share_of_operating_loss"
    share = assumptions.range(name)
    ends = [end * factor for end in (loss.value.low, loss.value.high) for factor in (share.low, share.high)]
    value = Interval(min(ends), loss.value.central * share.central, max(ends))
    return Amount(
        value=value,
        basis=Basis.ESTIMATED,
        date_basis=loss.date_basis,
        ids=loss.ids,
        assumptions=(*loss.assumptions, name),
    )
