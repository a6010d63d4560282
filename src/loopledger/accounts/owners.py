"""What a party returns to its owners, from its net income and the rise of its equity.

Notes
-----
Equity rises by net income, by shares issued and by shares given to staff as pay, which is a cost without cash;
it falls by dividends and by shares bought back. So ``P = N + E + S - dQ`` with net income ``N``, shares issued
for money ``E``, pay in shares ``S`` and the rise of equity ``dQ``. Other comprehensive income, chiefly exchange
rates and marks on bonds, is in ``dQ`` too; no observation states it, and it is left in ``P``.
"""

from __future__ import annotations

from loopledger.accounts.figures import Amount
from loopledger.accounts.items import OUTSIDE_EQUITY
from loopledger.accounts.lines import Basis
from loopledger.accounts.partybooks import PartyBooks, as_amount, negated

__all__ = ["add_payout"]

_SHARE_PAY = "accounts.share_pay_of_revenue"


def add_payout(books: PartyBooks) -> None:
    """Add dividends and shares bought back, where net income and equity at both ends are reported."""
    income, revenue = books.figure("net_income"), books.figure("revenue")
    rise = books.stock_change([(name,) for name in books.table.owners_equity])
    if income is None or revenue is None or rise is None:
        return
    paid = income.plus(rise, sign=-1).plus(_share_pay(books, revenue))
    raised = books.figure("equity_raised")
    for part in [raised] if raised is not None else [as_amount(x) for x in books.received("equity")]:
        paid = paid.plus(part)
    books.net.append(negated(paid.value))
    books.add(
        (books.party, OUTSIDE_EQUITY),
        "returned_to_owners",
        paid.value,
        paid,
        "net income less the rise of equity, pay in shares added back",
    )


def _share_pay(books: PartyBooks, revenue: Amount) -> Amount:
    share = books.setting.assumptions.range(_SHARE_PAY)
    ends = [
        end * factor for end in (revenue.value.low, revenue.value.high) for factor in (share.low, share.high)
    ]
    return Amount(
        value=type(revenue.value)(min(ends), revenue.value.central * share.central, max(ends)),
        basis=Basis.ESTIMATED,
        date_basis="",
        ids=revenue.ids,
        assumptions=(*revenue.assumptions, _SHARE_PAY),
    )
