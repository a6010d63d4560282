"""Treasuries in whole units: what each party holds after each period in which it pays or is paid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.network.compiled import compiled
from loopledger.network.flows import FlowTable
from loopledger.network.whole import Unit, find_unit

__all__ = ["Treasuries", "close_treasuries"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Rounding of one sum or difference, relative to its size.
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasuries:
    """Cash of every party at its nodes: one for each period in which it pays or is paid.

    All money is in whole units, so that every sum is exact.

    Parameters
    ----------
    unit : Unit
    order : ndarray of int, shape (n_flows,)
        Positions of the payments by period, those of one period in the order of the table.
    amount : ndarray of int, shape (n_flows,)
        [units] of each payment, in the order of the table.
    opening : ndarray of int, shape (n_parties,)
        [units] before the first period.
    payer_node, payee_node : ndarray of int, shape (n_flows,)
        Nodes of a payment's ends, in the order of the table.
    party, period : ndarray of int, shape (n_nodes,)
        Whose node it is, and when; nodes are in time order.
    before : ndarray of int, shape (n_nodes,)
        Earlier node of the same party, or -1.
    inflow, outflow, unexplained, balance : ndarray of int, shape (n_nodes,)
        [units]. ``balance = balance before + inflow + unexplained - outflow >= 0``, with the least
        unexplained money. The rest of the world has neither balance nor unexplained money.
    """

    unit: Unit
    order: IntArray
    amount: IntArray
    opening: IntArray
    payer_node: IntArray
    payee_node: IntArray
    party: IntArray
    period: IntArray
    before: IntArray
    inflow: IntArray
    outflow: IntArray
    unexplained: IntArray
    balance: IntArray

    @property
    def brought_forward(self) -> IntArray:
        """What each node starts with, shape (n_nodes,) [units]."""
        earlier = np.maximum(self.before, 0)
        cash: IntArray = np.where(self.before >= 0, self.balance[earlier], self.opening[self.party])
        return cash

    @property
    def is_last(self) -> BoolArray:
        """Which nodes are the last of their party, shape (n_nodes,)."""
        last = np.ones(len(self.party), dtype=np.bool_)
        last[self.before[self.before >= 0]] = False
        return last

    def shortfalls(self) -> tuple[IntArray, FloatArray]:
        """Return the nodes with unexplained money, and how much it is [currency].

        Where amounts are no whole numbers of any unit, what rounding alone explains is left out: after
        ``n`` payments of together ``g``, that is ``n`` units and ``(4 + sqrt(n)) * g`` times the machine
        epsilon.
        """
        nodes = np.flatnonzero(self.unexplained)
        if not self.unit.exact and len(nodes):
            n_parties = len(self.opening)
            ends = np.concatenate([self.payer_node, self.payee_node])
            n = np.bincount(self.party[ends], minlength=n_parties)
            gross = np.bincount(self.party[ends], weights=np.tile(self.amount, 2), minlength=n_parties)
            noise = n + _EPSILON * (4.0 + np.sqrt(n)) * (gross + self.opening)
            nodes = nodes[self.unexplained[nodes] > noise[self.party[nodes]]]
        return nodes, self.unit.moneys(self.unexplained[nodes])


def close_treasuries(table: FlowTable, opening: Mapping[str, float] | None = None) -> Treasuries:
    """Return the treasuries implied by the payments, in whole units.

    Parameters
    ----------
    table : FlowTable
    opening : mapping of str to float, optional
        Cash before the first period, [currency] >= 0; zero where not given. Cash of a party without
        payments has no part in the network and is left out.

    Returns
    -------
    Treasuries

    Raises
    ------
    ModelError
        If an opening balance is negative or no finite number.
    """
    cash = np.zeros(table.n_parties)
    place = {name: index for index, name in enumerate(table.parties)}
    for name, given in (opening or {}).items():
        if not 0 <= given < math.inf:
            msg = f"the opening cash of {name!r} is negative or no finite number: {given}"
            raise ModelError(msg, hint="enter a debt as a payment from outside before the window")
        if name in place:
            cash[place[name]] = given
    unit = find_unit(table.amount, cash)
    amount, start = unit.whole(table.amount), unit.whole(cash)
    order = np.argsort(table.period, kind="stable")
    n = 2 * len(order)
    columns = np.zeros((7, n), dtype=np.int64)
    ends = np.zeros((2, n // 2), dtype=np.int64)
    close = compiled(_close, 4 * n)
    n_nodes = close(
        order, table.period, table.payer, table.payee, amount, start, table.is_outside, ends, columns
    )
    party, period, before, inflow, outflow, unexplained, balance = (
        column[:n_nodes].copy() for column in columns
    )
    return Treasuries(
        unit=unit, order=order, amount=amount, opening=start, payer_node=ends[0], payee_node=ends[1],
        party=party, period=period, before=before, inflow=inflow, outflow=outflow,
        unexplained=unexplained, balance=balance,
    )  # fmt: skip


def _close(  # noqa: PLR0917 - kernels take no keywords
    order: IntArray,
    period: IntArray,
    payer: IntArray,
    payee: IntArray,
    amount: IntArray,
    opening: IntArray,
    is_outside: BoolArray,
    ends: IntArray,
    columns: IntArray,
) -> int:
    """Give every node a number in time order and close each period; a kernel."""
    party_, period_, before, inflow = columns[0], columns[1], columns[2], columns[3]
    outflow, unexplained, balance = columns[4], columns[5], columns[6]
    newest = np.full(len(opening), -1, dtype=np.int64)
    n_nodes = n_closed = 0
    for k in range(len(order)):
        flow = order[k]
        now = period[flow]
        for side in range(2):
            party = payer[flow] if side == 0 else payee[flow]
            node = newest[party]
            if node < 0 or period_[node] != now:
                party_[n_nodes], period_[n_nodes], before[n_nodes] = party, now, node
                newest[party] = node = n_nodes
                n_nodes += 1
            ends[side, flow] = node
            if side == 0:
                outflow[node] += amount[flow]
            else:
                inflow[node] += amount[flow]
        if k + 1 == len(order) or period[order[k + 1]] != now:
            for node in range(n_closed, n_nodes):
                if not is_outside[party_[node]]:
                    start = opening[party_[node]] if before[node] < 0 else balance[before[node]]
                    rest = start + inflow[node] - outflow[node]
                    unexplained[node] = max(0, -rest)
                    balance[node] = max(0, rest)
            n_closed = n_nodes
    return n_nodes
