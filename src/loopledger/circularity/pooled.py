"""The pooled rule: every payment carries the average composition of the payer's treasury."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import splu

from loopledger.circularity.colour import Colouring
from loopledger.errors import ModelError
from loopledger.network import Books

__all__ = ["trace_pooled"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Share of a treasury that is too small to decide its composition.
_NOTHING = 1e-14
_REFINEMENTS = 2


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

    Raises
    ------
    ModelError
        If a circle of payments is so nearly closed that its composition cannot be told.

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
        total, entered = books.available(period), _entered(colouring, books, period, flows)
        sources = flows[colouring.source[flows]]
        np.add.at(coloured, table.payee[sources], table.amount[sources])
        passing = flows[colouring.passes[flows]]
        payer, amount = table.payer[passing], table.amount[passing]
        share = _shares(colouring, passing, total, entered, coloured)
        counted = colouring.counted[passing]
        returned += float(np.sum(share[payer[counted]] * amount[counted]))
        coloured = share * books.balance[period]
    return returned


def _entered(colouring: Colouring, books: Books, period: int, flows: IntArray) -> FloatArray:
    """Return what each treasury has that no followed party paid in this period, shape (n_parties,)."""
    table = colouring.table
    entered: FloatArray = books.brought_forward(period) + books.unexplained[period]
    others = flows[~colouring.passes[flows]]
    np.add.at(entered, table.payee[others], table.amount[others])
    return entered


def _shares(
    colouring: Colouring, passing: IntArray, total: FloatArray, entered: FloatArray, coloured: FloatArray
) -> FloatArray:
    """Return the coloured share of each treasury in a period, shape (n_parties,), 0 to 1."""
    table, n = colouring.table, len(total)
    inner = passing[colouring.follows[table.payee[passing]]]
    exchange = csr_matrix((table.amount[inner], (table.payee[inner], table.payer[inner])), shape=(n, n))
    active = np.flatnonzero(colouring.follows & (total > 0) & _has_origin(exchange, total, entered))
    share = np.zeros(n)
    if not len(active) or not coloured.any():
        return share
    exchange = exchange[active][:, active].tocoo()
    total, entered, coloured = total[active], entered[active], coloured[active]
    system = diags_array(total) - exchange
    try:
        factors = splu(csc_matrix(diags_array(1.0 / total) @ system))
    except RuntimeError:
        msg = "under the pooled rule a circle of payments that hardly any money enters has no composition"
        raise ModelError(msg, hint="leave the circle out, or net it") from None
    found = factors.solve(coloured / total)
    for _ in range(_REFINEMENTS):
        # differences of shares instead of differences of sums: exact even where a circle is almost closed
        missing = coloured - entered * found
        np.subtract.at(missing, exchange.row, exchange.data * (found[exchange.row] - found[exchange.col]))
        found = found + factors.solve(missing / total)
    share[active] = np.clip(found, 0.0, 1.0)
    return share


def _has_origin(exchange: csr_matrix, total: FloatArray, entered: FloatArray) -> BoolArray:
    """Return which treasuries hold money that entered from somewhere.

    Parties that only pay each other the same money within one period have a composition that no
    payment determines; they hold none of the funders' money.
    """
    n = len(total)
    roots = np.flatnonzero(entered > _NOTHING * total)
    # one extra node that pays every root, so that a single search reaches all
    payee, payer = exchange.nonzero()
    graph = csr_matrix(
        (
            np.ones(len(payer) + len(roots)),
            (np.concatenate([payer, np.full(len(roots), n)]), np.concatenate([payee, roots])),
        ),
        shape=(n + 1, n + 1),
    )
    reached = np.zeros(n + 1, dtype=np.bool_)
    reached[breadth_first_order(graph, n, return_predecessors=False)] = True
    found: BoolArray = reached[:n]
    return found
