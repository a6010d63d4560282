"""Forced and possible returns: the least and the most that any allocation of the books allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.certificate import Certificate
from loopledger.circularity.colour import Colouring
from loopledger.circularity.maxflow import MaximumFlow, push_flow
from loopledger.network import Treasuries

__all__ = ["bound_returns"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def bound_returns(colouring: Colouring, treasuries: Treasuries) -> tuple[Certificate, Certificate]:
    """Return the forced and the possible return, each with its proof.

    Parameters
    ----------
    colouring : Colouring
    treasuries : Treasuries
        Of the same table.

    Returns
    -------
    forced, possible : Certificate
        ``value`` in [currency], exact in whole units.

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
    network = _expand(colouring, treasuries)
    if network is None:
        nothing = Certificate(value=0.0, bound=0.0, residual=0.0, unit=treasuries.unit.money(1))
        return nothing, nothing
    most, elsewhere = network.push(network.counted), network.push(network.elsewhere)
    supply = network.amount_of(network.tail == network.outlays)
    unit = treasuries.unit
    possible = Certificate.of_whole(
        most.value, network.amount_of(most.cut), most.residual, unit=unit, what="the greatest return"
    )
    forced = Certificate.of_whole(
        supply - elsewhere.value, supply - network.amount_of(elsewhere.cut), elsewhere.residual,
        unit=unit, what="the least return",
    )  # fmt: skip
    return forced, possible


@dataclass(frozen=True, slots=True, kw_only=True)
class _Network:
    """Treasuries by period, with one node each for the outlays and for the two fates of colour."""

    tail: IntArray
    head: IntArray
    capacity: IntArray
    outlays: int
    counted: int
    elsewhere: int

    def amount_of(self, arcs: BoolArray) -> int:
        return int(self.capacity[arcs].sum())

    def push(self, sink: int) -> MaximumFlow:
        return push_flow(
            self.tail, self.head, self.capacity, source=self.outlays, sink=sink, n_nodes=self.elsewhere + 1
        )


def _expand(colouring: Colouring, treasuries: Treasuries) -> _Network | None:
    """Return the network of coloured parts of payments and of balances, or None if it is empty."""
    table, nodes = colouring.table, treasuries
    relevant = colouring.relevant
    kept = np.flatnonzero(relevant[nodes.party])
    if not len(kept):
        return None
    n_nodes = len(kept)
    outlays, counted, elsewhere = n_nodes, n_nodes + 1, n_nodes + 2
    number = np.full(len(nodes.party), -1)
    number[kept] = np.arange(n_nodes)

    into = np.flatnonzero(colouring.source & relevant[table.payee])
    moves = np.flatnonzero(relevant[table.payer])
    fate = np.where(colouring.counted[moves], counted, elsewhere)
    later = np.full(len(nodes.party), elsewhere)
    follows = nodes.before[kept] >= 0
    later[nodes.before[kept[follows]]] = number[kept[follows]]
    goes_on = number[nodes.payee_node[moves]]
    return _Network(
        tail=np.concatenate(
            [np.full(len(into), outlays), number[nodes.payer_node[moves]], np.arange(n_nodes)]
        ),
        head=np.concatenate(
            [number[nodes.payee_node[into]], np.where(goes_on >= 0, goes_on, fate), later[kept]]
        ),
        capacity=np.concatenate([nodes.amount[into], nodes.amount[moves], nodes.balance[kept]]),
        outlays=outlays,
        counted=counted,
        elsewhere=elsewhere,
    )
