"""The transaction-flow matrix: items by party, every row and every column adding up to zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from loopledger.accounts.items import OUTSIDE_ACCOUNTS, load_account_table
from loopledger.accounts.lines import Accounts, cents
from loopledger.errors import ModelError, NotFoundError

__all__ = ["SETTLED", "TransactionMatrix", "build_matrix"]

#: The row in which the outside accounts settle with each other.
SETTLED = "settled_outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionMatrix:
    """Who receives (+) and pays (-) under which item in one period, at central values.

    Parameters
    ----------
    period : str
    items : tuple of str
        Rows; the last is the settlement of the outside accounts with each other.
    parties : tuple of str
        Columns: parties of the register, then the outside accounts.
    cells : mapping of (str, str) to int
        [cents] by item and party; what is not there is zero.

    Notes
    -----
    Godley's form: a payment is a minus in the payer's column and a plus in the payee's, so each row sums to
    zero. The column of a party sums to zero because its statement is closed by the residual; the column of
    an outside account because what it pays on balance it settles with the other outside accounts.

    References
    ----------
    Godley and Lavoie, Monetary Economics (2007), chapter 2.
    """

    period: str
    items: tuple[str, ...]
    parties: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]

    def row_sums(self) -> dict[str, int]:
        """Return the sum of each row, [cents]."""
        return {item: sum(self.cells.get((item, p), 0) for p in self.parties) for item in self.items}

    def column_sums(self) -> dict[str, int]:
        """Return the sum of each column, [cents]."""
        return {p: sum(self.cells.get((item, p), 0) for item in self.items) for p in self.parties}


def build_matrix(accounts: Accounts, period: str) -> TransactionMatrix:
    """Return the transaction-flow matrix of a period.

    Raises
    ------
    NotFoundError
        If there is no such period.
    ModelError
        If a row or column does not sum to zero; that is a fault of the program, and it says where.
    """
    if period not in {p.label for p in accounts.periods}:
        msg = f"no period is called {period!r}"
        raise NotFoundError(msg, hint=f"periods: {', '.join(p.label for p in accounts.periods)}")
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for line in accounts.lines:
        if line.period == period:
            amount = cents(line.amount.central)
            cells[line.item, line.payer] -= amount
            cells[line.item, line.payee] += amount
    outside = {name: sum(v for (_, p), v in cells.items() if p == name) for name in OUTSIDE_ACCOUNTS}
    for name, left in outside.items():
        cells[SETTLED, name] = -left
    order = load_account_table().order
    items = sorted({item for item, _ in cells} - {SETTLED}, key=order.__getitem__)
    inside = sorted({p for _, p in cells} - set(OUTSIDE_ACCOUNTS))
    matrix = TransactionMatrix(
        period=period,
        items=(*items, SETTLED),
        parties=(*inside, *OUTSIDE_ACCOUNTS),
        cells={key: value for key, value in cells.items() if value},
    )
    open_ = [name for name, left in {**matrix.row_sums(), **matrix.column_sums()}.items() if left]
    if open_:
        msg = f"the accounts of {period} do not close in {', '.join(open_)}"
        raise ModelError(msg, hint="report this as a fault of the program, with the register used")
    return matrix
