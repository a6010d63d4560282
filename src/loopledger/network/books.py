"""Treasuries: what each party holds at the end of each period, and what the payments leave unexplained."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.network.flows import FlowTable

__all__ = ["Books", "close_books"]

FloatArray = NDArray[np.float64]

#: Rounding of one sum or difference, relative to its size.
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Cash of every party over time.

    Parameters
    ----------
    opening : ndarray, shape (n_parties,)
        [currency], before the first period.
    inflow, outflow : ndarray, shape (n_periods, n_parties)
        [currency], payments only.
    unexplained : ndarray, shape (n_periods, n_parties)
        [currency] money that must have come from somewhere, since the party paid out more than it had.
        It is counted as coming from outside in the period in which it is first needed.
    balance : ndarray, shape (n_periods, n_parties)
        [currency], at the end of the period, >= 0 except for the rest of the world.
    """

    opening: FloatArray
    inflow: FloatArray
    outflow: FloatArray
    unexplained: FloatArray
    balance: FloatArray

    def available(self, period: int) -> FloatArray:
        """Return what each party can pay from in a period: cash brought forward and all inflows."""
        total: FloatArray = self.brought_forward(period) + self.inflow[period] + self.unexplained[period]
        return total

    def brought_forward(self, period: int) -> FloatArray:
        """Return the cash of each party at the start of a period."""
        cash: FloatArray = self.balance[period - 1] if period else self.opening
        return cash


def close_books(table: FlowTable, opening: Mapping[str, float] | None = None) -> Books:
    """Return the treasuries implied by the payments.

    Parameters
    ----------
    table : FlowTable
    opening : mapping of str to float, optional
        Cash before the first period, [currency] >= 0; zero where not given. Cash of a party without
        payments has no part in the network and is left out.

    Returns
    -------
    Books
        ``balance[t] = balance[t-1] + inflow[t] + unexplained[t] - outflow[t] >= 0``, with the least
        possible unexplained money in each period.

    Raises
    ------
    ModelError
        If an opening balance is negative or no finite number.

    Notes
    -----
    A shortfall or a rest smaller than the rounding of the sums that it comes from is zero: after ``n``
    payments of together ``g``, that is ``(4 + sqrt(n)) * g`` times the machine epsilon.
    """
    n_periods, n_parties = len(table.periods), table.n_parties
    cash = np.zeros(n_parties)
    for name, amount in (opening or {}).items():
        if not 0 <= amount < math.inf:
            msg = f"the opening cash of {name!r} is negative or no finite number: {amount}"
            raise ModelError(msg, hint="enter a debt as a payment from outside before the window")
        if name in table.parties:
            cash[table.party(name)] = amount
    inflow = np.zeros((n_periods, n_parties))
    outflow = np.zeros((n_periods, n_parties))
    np.add.at(inflow, (table.period, table.payee), table.amount)
    np.add.at(outflow, (table.period, table.payer), table.amount)
    unexplained = np.zeros((n_periods, n_parties))
    balance = np.zeros((n_periods, n_parties))
    inside = ~table.is_outside
    before, gross = cash.copy(), cash.copy()
    n_payments = np.zeros(n_parties)
    counts = np.zeros((n_periods, n_parties))
    np.add.at(counts, (table.period, table.payee), 1.0)
    np.add.at(counts, (table.period, table.payer), 1.0)
    for period in range(n_periods):
        after = before + inflow[period] - outflow[period]
        gross += inflow[period] + outflow[period]
        n_payments += counts[period]
        noise = _EPSILON * (4.0 + np.sqrt(n_payments)) * gross
        short = inside & (after < -noise)
        unexplained[period, short] = -after[short]
        after[inside & (after < noise)] = 0.0
        balance[period] = before = after
    return Books(opening=cash, inflow=inflow, outflow=outflow, unexplained=unexplained, balance=balance)
