"""Compositions of treasuries that pay each other at the same time: a linear system, refined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError

__all__ = ["Exchange"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_REFINEMENTS = 2
#: Up to so many treasuries a dense system is solved faster than a sparse one.
_DENSE = 400


@dataclass(frozen=True, slots=True)
class Exchange:
    """Payments among treasuries in one period, by position: what each has, and who pays whom how much.

    Parameters
    ----------
    total : ndarray of float, shape (n,)
        What each treasury can pay from, > 0.
    payer, payee : ndarray of int, shape (n_payments,)
    amount : ndarray of float, shape (n_payments,)
    """

    total: FloatArray
    payer: IntArray
    payee: IntArray
    amount: FloatArray

    def solve(self, coloured: FloatArray, entered: FloatArray) -> FloatArray:
        """Return the coloured shares, refined until a nearly closed circle loses no digits.

        Parameters
        ----------
        coloured : ndarray of float, shape (n,)
            Colour that enters each treasury from elsewhere.
        entered : ndarray of float, shape (n,)
            All money that does.

        Raises
        ------
        ModelError
            If a circle is so nearly closed that its composition cannot be told.
        """
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
