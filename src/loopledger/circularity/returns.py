"""Forced and possible returns: the least and the most that any allocation of the books allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.colour import Colouring
from loopledger.circularity.maxflow import MaximumFlow, push_flow
from loopledger.circularity.programme import Certificate
from loopledger.network import Books

__all__ = ["bound_returns"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def bound_returns(colouring: Colouring, books: Books) -> tuple[Certificate, Certificate]:
    """Return the forced and the possible return, each with its proof.

    Parameters
    ----------
    colouring : Colouring
    books : Books
        Treasuries of the same table.

    Returns
    -------
    forced, possible : Certificate
        ``value`` in [currency].

    Raises
    ------
    ModelError
        If an optimum cannot be certified.

    Notes
    -----
    The linear programme of :func:`~loopledger.circularity.trace_funding` on the time-expanded network
    is a maximum flow problem. The most that can arrive is the maximum flow from the outlays to the
    counted receipts: whatever the rest of the colour does, it never has to take that back. The least
    is what is left of the outlays when as much as possible goes elsewhere: to other uses, to the
    outside, or into balances at the end.
    Treasuries that colour cannot reach, and those from which it cannot reach the seller, are left
    out: whatever mix of inflows such a treasury has can be passed on in proportion, so it constrains
    nothing.
    """
    network = _expand(colouring, books)
    if network is None:
        nothing = Certificate(value=0.0, bound=0.0, residual=0.0)
        return nothing, nothing
    most, elsewhere = network.push(network.counted), network.push(network.elsewhere)
    paid = network.tail == network.outlays
    supply = network.amount_of(paid)
    possible = Certificate(value=most.value, bound=network.amount_of(most.cut), residual=most.residual)
    # outlays in the cut stand on both sides of the difference: they are left out, not subtracted
    least = network.amount_of(paid & ~elsewhere.cut) - network.amount_of(elsewhere.cut & ~paid)
    forced = Certificate(
        value=max(0.0, supply - elsewhere.value), bound=max(0.0, least), residual=elsewhere.residual
    )
    possible.check(supply, what="the greatest return")
    forced.check(supply, what="the least return")
    return forced, possible


@dataclass(frozen=True, slots=True, kw_only=True)
class _Network:
    """Treasuries by period, with one node each for the outlays and for the two fates of colour."""

    tail: IntArray
    head: IntArray
    capacity: FloatArray
    outlays: int
    counted: int
    elsewhere: int

    def amount_of(self, arcs: BoolArray) -> float:
        return math.fsum(self.capacity[arcs].tolist())

    def push(self, sink: int) -> MaximumFlow:
        return push_flow(
            self.tail, self.head, self.capacity, source=self.outlays, sink=sink, n_nodes=self.elsewhere + 1
        )


def _expand(colouring: Colouring, books: Books) -> _Network | None:
    """Return the network of coloured parts of payments and of balances, or None if it is empty."""
    table = colouring.table
    relevant = colouring.relevant
    parties = np.flatnonzero(relevant)
    if not len(parties):
        return None
    n_nodes = len(table.periods) * len(parties)
    outlays, counted, elsewhere = n_nodes, n_nodes + 1, n_nodes + 2
    row_of = np.full(table.n_parties, -1)
    row_of[parties] = np.arange(len(parties))
    node_of_payer = table.period * len(parties) + row_of[table.payer]
    node_of_payee = table.period * len(parties) + row_of[table.payee]

    into = np.flatnonzero(colouring.source & relevant[table.payee])
    moves = np.flatnonzero(relevant[table.payer])
    fate = np.where(colouring.counted[moves], counted, elsewhere)
    balance = np.arange(n_nodes)
    later = np.where(balance < n_nodes - len(parties), balance + len(parties), elsewhere)
    return _Network(
        tail=np.concatenate([np.full(len(into), outlays), node_of_payer[moves], balance]),
        head=np.concatenate(
            [node_of_payee[into], np.where(relevant[table.payee[moves]], node_of_payee[moves], fate), later]
        ),
        capacity=np.concatenate([table.amount[into], table.amount[moves], books.balance[:, parties].ravel()]),
        outlays=outlays,
        counted=counted,
        elsewhere=elsewhere,
    )
