"""The pooled rule: every payment carries the average composition of the payer's treasury."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, identity
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import spsolve

from loopledger.circularity.colour import Colouring
from loopledger.network import Books

__all__ = ["trace_pooled"]

FloatArray = NDArray[np.float64]


def trace_pooled(colouring: Colouring, books: Books) -> float:
    """Return the coloured money that arrives as counted receipts under the pooled rule.

    Parameters
    ----------
    colouring : Colouring
    books : Books
        Treasuries of the same table.

    Returns
    -------
    float
        [currency], >= 0.

    Notes
    -----
    Within a period all payments are simultaneous. With ``T_i`` all that party ``i`` can pay from and
    ``c_i`` the colour it brings forward, the shares solve
    ``T_i s_i = c_i + sum(source into i) + sum_j f_ji s_j``: one sparse linear system a period.
    Known elsewhere as the haircut or pro-rata rule of tracing.
    """
    table = colouring.table
    coloured = np.zeros(table.n_parties)
    returned = 0.0
    order = np.argsort(table.period, kind="stable")
    edges = np.searchsorted(table.period[order], np.arange(len(table.periods) + 1))
    for period in range(len(table.periods)):
        flows = order[edges[period] : edges[period + 1]]
        total = books.available(period)
        sources = flows[colouring.source[flows]]
        np.add.at(coloured, table.payee[sources], table.amount[sources])
        passing = flows[colouring.passes[flows]]
        payer, amount = table.payer[passing], table.amount[passing]
        share = _shares(colouring, passing, total, coloured)
        counted = colouring.counted[passing]
        returned += float(np.sum(share[payer[counted]] * amount[counted]))
        coloured = share * books.balance[period]
    return returned


def _shares(
    colouring: Colouring, passing: NDArray[np.int64], total: FloatArray, coloured: FloatArray
) -> FloatArray:
    """Return the coloured share of each treasury in a period, shape (n_parties,), 0 to 1."""
    table = colouring.table
    payer, payee, amount = table.payer[passing], table.payee[passing], table.amount[passing]
    n = len(total)
    inner = colouring.follows[payee]
    exchange = csr_matrix((amount[inner], (payee[inner], payer[inner])), shape=(n, n))
    active = np.flatnonzero(colouring.follows & _has_origin(exchange, total) & (total > 0))
    share = np.zeros(n)
    if len(active):
        weight = csr_matrix((1.0 / total[active], (np.arange(len(active)),) * 2), shape=(len(active),) * 2)
        system = identity(len(active), format="csr") - weight @ exchange[active][:, active]
        share[active] = np.clip(spsolve(system.tocsc(), coloured[active] / total[active]), 0.0, 1.0)
    return share


def _has_origin(exchange: csr_matrix, total: FloatArray) -> NDArray[np.bool_]:
    """Return which treasuries hold money that entered from somewhere.

    Parties that only pay each other the same money within one period have a composition that no
    payment determines; they hold none of the funders' money.
    """
    n = len(total)
    entered = total - np.asarray(exchange.sum(axis=1)).ravel()
    roots = np.flatnonzero(entered > 1e-12 * np.maximum(total, 1e-300))
    # one extra node that pays every root, so that a single search reaches all
    spread = csr_matrix(exchange.T)
    rows = np.concatenate([spread.nonzero()[0], np.full(len(roots), n)])
    columns = np.concatenate([spread.nonzero()[1], roots])
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n + 1, n + 1))
    reached = np.zeros(n + 1, dtype=np.bool_)
    reached[breadth_first_order(graph, n, return_predecessors=False)] = True
    found: NDArray[np.bool_] = reached[:n]
    return found
