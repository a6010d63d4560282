"""The pooled rule: every payment carries the average composition of the payer's treasury."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.colour import Colouring
from loopledger.circularity.graphs import reach
from loopledger.errors import ModelError
from loopledger.network import Books

__all__ = ["trace_pooled"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Share of a treasury that is too small to decide its composition.
_NOTHING = 1e-14
_REFINEMENTS = 2
#: Up to so many treasuries a dense system is solved faster than a sparse one.
_DENSE = 400


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
    colouring = replace(colouring, follows=colouring.relevant)
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
    table, share = colouring.table, np.zeros(len(total))
    starts = colouring.follows & (coloured > 0)
    if not starts.any():
        return share
    inner = passing[colouring.follows[table.payee[passing]]]
    payer, payee, amount = table.payer[inner], table.payee[inner], table.amount[inner]
    has_colour = reach(payer, payee, starts) & _has_origin(payer, payee, entered > _NOTHING * total)
    active = np.flatnonzero(colouring.follows & (total > 0) & has_colour)
    if not len(active):
        return share
    place = np.full(len(total), -1)
    place[active] = np.arange(len(active))
    inside = (place[payer] >= 0) & (place[payee] >= 0)
    entered = entered.copy()  # with what the colourless among the followed pay
    np.add.at(entered, payee[~inside], amount[~inside])
    exchange = _Exchange(total[active], place[payer[inside]], place[payee[inside]], amount[inside])
    share[active] = exchange.solve(coloured[active], entered[active])
    return share


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Payments among treasuries in one period, by position: what each has, and who pays whom how much."""

    total: FloatArray
    payer: IntArray
    payee: IntArray
    amount: FloatArray

    def solve(self, coloured: FloatArray, entered: FloatArray) -> FloatArray:
        """Return the shares, refined until a nearly closed circle loses no digits."""
        try:
            solver = self._dense() if len(self.total) <= _DENSE else self._sparse()
            found = solver(coloured / self.total)
            for _ in range(_REFINEMENTS):
                # differences of shares instead of differences of sums
                missing = coloured - entered * found
                np.subtract.at(missing, self.payee, self.amount * (found[self.payee] - found[self.payer]))
                found = found + solver(missing / self.total)
        except (RuntimeError, np.linalg.LinAlgError):
            msg = "under the pooled rule a circle of payments that hardly any money enters has no composition"
            raise ModelError(msg, hint="leave the circle out, or net it") from None
        return np.clip(found, 0.0, 1.0)

    def _dense(self) -> Callable[[FloatArray], FloatArray]:
        matrix = np.eye(len(self.total))
        np.subtract.at(matrix, (self.payee, self.payer), self.amount / self.total[self.payee])
        inverse = np.linalg.inv(matrix)
        return lambda right: inverse @ right

    def _sparse(self) -> Callable[[FloatArray], FloatArray]:
        from scipy.sparse import coo_matrix, eye_array  # noqa: PLC0415 - only networks of many parties need it
        from scipy.sparse.linalg import splu  # noqa: PLC0415

        n = len(self.total)
        exchange = coo_matrix((self.amount / self.total[self.payee], (self.payee, self.payer)), shape=(n, n))
        solve: Callable[[FloatArray], FloatArray] = splu((eye_array(n) - exchange).tocsc()).solve
        return solve


def _has_origin(payer: IntArray, payee: IntArray, roots: BoolArray) -> BoolArray:
    """Return which treasuries hold money that entered from somewhere, given those that it entered directly.

    Parties that only pay each other the same money within one period have a composition that no
    payment determines; they hold none of the funders' money.
    """
    return reach(payer, payee, roots)
