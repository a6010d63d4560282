"""Exact systems of who passes what on to whom: subtraction-free where they are small.

The matrix ``diag(d) - W`` of money passed on has known column sums, the leak: what a party passes to
nobody inside. A party whose leak is small beside its flows, as in a ring of debts with hardly any
outside creditor, makes the matrix nearly singular; ordinary elimination then loses the digits that
an iteration never reaches. Elimination that carries the leak along instead of the diagonal adds
positive numbers only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray

__all__ = ["PassOn", "build_pass_on"]

#: Up to so many parties the subtraction-free elimination is used.
_DENSE = 256
_REFINEMENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """The system ``x_j d_j - sum_i w_ji x_i = b_j`` with ``d_i = leak_i + sum_j w_ji``.

    Parameters
    ----------
    flows : scipy.sparse.csr_array, shape (m, m)
        ``flows[i, j]`` is what a unit of ``x_i`` adds to ``j`` [currency], >= 0.
    leak : ndarray, shape (m,)
        What a unit of ``x_i`` adds to nobody inside [currency], >= 0.
    """

    flows: csr_array
    leak: FloatArray

    def solver(self) -> Callable[[FloatArray], FloatArray]:
        """Return a function that solves for right-hand sides of shape (m,).

        Raises
        ------
        ModelError
            If the matrix is singular: some parties pass everything on among themselves.

        References
        ----------
        Grassmann, Taksar and Heyman (1985), "Regenerative analysis and steady state distributions for
        Markov chains"; Alfa, Xue and Ye (2002), "Accurate computation of the smallest eigenvalue of a
        diagonally dominant M-matrix".
        """
        return self._dense() if len(self.leak) <= _DENSE else self._sparse()

    def _dense(self) -> Callable[[FloatArray], FloatArray]:
        w = self.flows.toarray().T.copy()  # w[j, i]: from i to j
        np.fill_diagonal(w, 0.0)
        leak, m = self.leak.copy(), len(self.leak)
        pivot = np.zeros(m)
        for k in range(m - 1, -1, -1):
            pivot[k] = leak[k] + w[:k, k].sum()
            if not pivot[k] > 0:
                raise _closed()
            w[:k, k] /= pivot[k]
            w[:k, :k] += np.outer(w[:k, k], w[k, :k])
            leak[:k] += leak[k] / pivot[k] * w[k, :k]

        def solve(right: FloatArray) -> FloatArray:
            x = right.copy()
            for k in range(m - 1, 0, -1):
                x[:k] += w[:k, k] * x[k]
            for k in range(m):
                x[k] = (x[k] + w[k, :k] @ x[:k]) / pivot[k]
            return x

        return solve

    def _sparse(self) -> Callable[[FloatArray], FloatArray]:
        diagonal = self.leak + self.flows.sum(axis=1)
        matrix = csc_array(diags_array(diagonal) - self.flows.T)
        try:
            factors = splu(matrix)
        except RuntimeError:
            raise _closed() from None

        def solve(right: FloatArray) -> FloatArray:
            x: FloatArray = factors.solve(right)
            for _ in range(_REFINEMENTS):
                x += factors.solve(right - matrix @ x)
            return x

        return solve


def build_pass_on(flows: csr_array, leak: FloatArray) -> PassOn:
    """Return the system with what a party passes to itself left out, as it changes nothing."""
    own = flows.diagonal()
    return PassOn(flows=csr_array(flows - diags_array(own)) if own.any() else flows, leak=leak)


def _closed() -> ModelError:
    return ModelError("some parties pass all they get on among themselves: what they hold is undetermined")
