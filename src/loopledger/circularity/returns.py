"""Forced and possible returns: the least and the most that any allocation of the books allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from loopledger.circularity.colour import Colouring
from loopledger.circularity.programme import Certificate, solve_bounded
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
    A linear programme on the time-expanded network, see :func:`~loopledger.circularity.trace_funding`.
    Treasuries that colour cannot reach, and those from which it cannot reach the seller, are left
    out: whatever mix of inflows such a treasury has can be passed on in proportion, so it constrains
    nothing.
    """
    programme = _expand(colouring, books)
    if programme is None:
        nothing = Certificate(value=0.0, bound=0.0, residual=0.0)
        return nothing, nothing

    def optimum(sign: float, what: str) -> Certificate:
        cost = sign * programme.counted.astype(np.float64)
        found = solve_bounded(cost, programme.balance, programme.demand, programme.upper, what=what)
        return found.certificate

    return optimum(1.0, "the least return"), optimum(-1.0, "the greatest return").negated()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Programme:
    balance: csr_matrix
    demand: FloatArray
    upper: FloatArray
    counted: BoolArray


def _relevant(colouring: Colouring) -> BoolArray:
    """Return the parties on some way from a coloured outlay to a counted receipt, dates aside."""
    table = colouring.table
    passing = colouring.passes
    inner = passing & colouring.follows[table.payee]
    graph = csr_matrix(
        (np.ones(int(inner.sum())), (table.payer[inner], table.payee[inner])), shape=(table.n_parties,) * 2
    )
    reached = _reach(graph, np.unique(table.payee[colouring.source]), table.n_parties)
    reaching = _reach(
        csr_matrix(graph.T), np.unique(table.payer[passing & colouring.counted]), table.n_parties
    )
    relevant: BoolArray = reached & reaching & colouring.follows
    return relevant


def _reach(graph: csr_matrix, starts: IntArray, n: int) -> BoolArray:
    mask = np.zeros(n, dtype=np.bool_)
    for start in starts.tolist():
        if not mask[start]:
            mask[breadth_first_order(graph, start, return_predecessors=False)] = True
    return mask


def _expand(colouring: Colouring, books: Books) -> _Programme | None:
    """Return the programme over coloured parts of payments and of balances, or None if it is empty."""
    table = colouring.table
    relevant = _relevant(colouring)
    parties = np.flatnonzero(relevant)
    if not len(parties):
        return None
    n_periods = len(table.periods)
    row_of = np.full(table.n_parties, -1)
    row_of[parties] = np.arange(len(parties))

    def node(period: IntArray, party: IntArray) -> IntArray:
        rows: IntArray = period * len(parties) + row_of[party]
        return rows

    n_nodes = n_periods * len(parties)
    into = colouring.source & relevant[table.payee]
    demand = np.zeros(n_nodes)
    np.add.at(demand, node(table.period[into], table.payee[into]), table.amount[into])
    # payments that leave a relevant treasury; those alike but for their instrument are one variable
    moves = np.flatnonzero(relevant[table.payer])
    target = np.where(relevant[table.payee[moves]], table.payee[moves], -1)
    key = np.stack([table.period[moves], table.payer[moves], target, colouring.counted[moves]])
    unique, index = np.unique(key, axis=1, return_inverse=True)
    amount = np.zeros(unique.shape[1])
    np.add.at(amount, index.ravel(), table.amount[moves])
    period, payer, payee, counted = unique[0], unique[1], unique[2], unique[3].astype(np.bool_)
    n_moves = len(amount)
    kept = payee >= 0
    balance_node = np.arange(n_nodes)
    carried = balance_node[: n_nodes - len(parties)]
    rows = np.concatenate([
        node(period, payer), node(period[kept], payee[kept]), balance_node, carried + len(parties)
    ])  # fmt: skip
    columns = np.concatenate(
        [np.arange(n_moves), np.flatnonzero(kept), n_moves + balance_node, n_moves + carried]
    )
    signs = np.concatenate([
        np.ones(n_moves), -np.ones(int(kept.sum())), np.ones(n_nodes), -np.ones(len(carried))
    ])  # fmt: skip
    return _Programme(
        balance=csr_matrix((signs, (rows, columns)), shape=(n_nodes, n_moves + n_nodes)),
        demand=demand,
        upper=np.concatenate([amount, books.balance[:, parties].ravel()]),
        counted=np.concatenate([counted, np.zeros(n_nodes, dtype=np.bool_)]),
    )
