"""Sales, cash costs and capital expenditure of a party: reported totals, divided into named payments and the rest."""

from __future__ import annotations

from loopledger.accounts.contracts import BOUGHT
from loopledger.accounts.figures import Amount
from loopledger.accounts.items import END_CUSTOMERS, OTHER_COSTS
from loopledger.accounts.lines import Basis
from loopledger.accounts.partybooks import PartyBooks, negated, sum_of
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["add_operations", "interest_named"]

_ZERO = Interval.exact(0)


def add_operations(books: PartyBooks) -> None:
    """Add sales, cash costs and capital expenditure, over the quarters for which each is known."""
    known = books.quarters("revenue")
    revenue = books.over("revenue", known)
    assert revenue is not None  # noqa: S101  a party reports if it has a quarter of revenue
    books.lacks("revenue", tuple(q for q in books.period.quarters if q not in known))
    books.add_rest(END_CUSTOMERS, "sales", revenue, books.received(*BOUGHT), use=False)
    cash = tuple(q for q in books.quarters("operating_cash_flow") if q in known)
    burning = tuple(q for q in books.quarters("burn") if q in known)
    if burning and not cash:
        _costs_and_capex(books, known, burning)
        return
    _costs(books, known, cash)
    built = books.quarters("capex")
    capex = books.over("capex", built)
    books.lacks("capital expenditure", tuple(q for q in books.period.quarters if q not in built))
    named = books.paid("capital_expenditure")
    if capex is None:
        books.net.append(negated(sum_of(named)))
    else:
        books.net.append(negated(capex.value))
        books.add_rest(OTHER_COSTS, "capital_expenditure", capex, named, use=True)


def _costs_and_capex(books: PartyBooks, known: tuple[Quarter, ...], burning: tuple[Quarter, ...]) -> None:
    """Add costs and capital expenditure together: revenue and cash burn of the same quarters."""
    revenue, burn = books.over("revenue", burning), books.over("burn", burning)
    assert revenue is not None and burn is not None  # noqa: S101, PT018
    other = tuple(q for q in known if q not in burning)
    rest = books.over("revenue", other)
    books.lacks("cash from operations, cash burn and operating loss", other)
    books.net.append(negated(burn.value))
    books.net += [rest.value] if rest is not None else []
    books.add_rest(OTHER_COSTS, "costs_and_capex", revenue.plus(burn), books.paid(*BOUGHT), use=True)


def _costs(books: PartyBooks, known: tuple[Quarter, ...], reported: tuple[Quarter, ...]) -> None:
    """Add cash costs: from cash from operations, else from the operating loss, else those named only."""
    lossy = tuple(q for q in books.quarters("operating_loss") if q in known and q not in reported)
    other = tuple(q for q in known if q not in reported and q not in lossy)
    total = _costs_reported(books, reported)
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
    named = books.paid("operating_costs")
    if total is None:
        books.net.append(negated(sum_of(named)))
    else:
        books.add_rest(OTHER_COSTS, "operating_costs", total, named, use=True)


def _costs_reported(books: PartyBooks, quarters: tuple[Quarter, ...]) -> Amount | None:
    """Return revenue less cash from operations, without interest that named debt service holds."""
    revenue, cash = books.over("revenue", quarters), books.over("operating_cash_flow", quarters)
    if revenue is None or cash is None:
        return None
    books.net.append(cash.value)
    total = revenue.plus(cash, sign=-1)
    if total.value.central < 0:
        books.add((END_CUSTOMERS, books.party), "receipts_beyond_revenue", negated(total.value), total)
        total = Amount(value=_ZERO, basis=total.basis, date_basis=total.date_basis, ids=total.ids)
    interest = interest_named(books)
    if interest is not None:
        books.net.append(interest.value)
        total = total.plus(interest, sign=-1)
    return total


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


def interest_named(books: PartyBooks) -> Amount | None:
    """Return the reported interest that the service of named debt holds already: it is a cost but once."""
    interest = books.figure("interest")
    service = sum_of(books.paid("debt_service"))
    if interest is None or service.central == 0:
        return None
    value = Interval(*(min(a, b) for a, b in zip(interest.value.as_tuple(), service.as_tuple(), strict=True)))
    return Amount(
        value=value, basis=interest.basis, date_basis=interest.date_basis, ids=interest.ids,
        assumptions=interest.assumptions,
    )  # fmt: skip
