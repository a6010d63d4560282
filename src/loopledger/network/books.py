"""Treasuries: what each party holds at the end of each period, and what the payments leave unexplained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.network.flows import FlowTable
from loopledger.network.treasuries import close_treasuries

__all__ = ["Books", "close_books"]

FloatArray = NDArray[np.float64]


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
        [currency], at the end of the period, >= 0; the rest of the world has none.
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
    """
    treasuries = close_treasuries(table, opening)
    shape = len(table.periods), table.n_parties
    at = treasuries.period, treasuries.party
    moneys = treasuries.unit.moneys
    inflow, outflow, unexplained = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    inflow[at], outflow[at] = moneys(treasuries.inflow), moneys(treasuries.outflow)
    short, missing = treasuries.shortfalls()
    unexplained[treasuries.period[short], treasuries.party[short]] = missing
    newest = np.full(shape, -1, dtype=np.int64)
    newest[at] = np.arange(len(treasuries.party))
    newest = np.maximum.accumulate(newest, axis=0)
    cash = moneys(treasuries.opening)
    balance = np.where(newest >= 0, moneys(np.append(treasuries.balance, 0))[newest], cash)
    return Books(opening=cash, inflow=inflow, outflow=outflow, unexplained=unexplained, balance=balance)
