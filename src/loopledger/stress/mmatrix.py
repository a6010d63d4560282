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
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import bicgstab, splu

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray

__all__ = ["PassOn", "build_pass_on", "reach_back"]

#: Up to so many parties the subtraction-free elimination is used.
_DENSE = 256
_REFINEMENTS = 4
#: From so many parties on, iterations are tried before factors.
_ITERATED = 1000
_ITERATIONS, _RESTARTS = 100, 8
#: Iterated answers so many times larger than what enters are solved again by factors.
_SLOW = 1e4


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
        if not reach_back(self.flows, self.leak > 0).all():
            raise _closed()
        if len(self.leak) > _ITERATED:
            return _iterated(self)
        return _factored(self)

    def diagonal(self) -> FloatArray:
        """Return all that a unit of each adds to anybody, shape (m,) [currency]."""
        every: FloatArray = self.leak + self.flows.sum(axis=1)
        return every


def reach_back(flows: csr_array, ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return from where some end can be reached along the flows, shape (m,)."""
    seen = front = ends
    while front.any():
        front = (flows @ front.astype(np.float64) > 0) & ~seen
        seen = seen | front
    return seen


def _factored(system: PassOn) -> Callable[[FloatArray], FloatArray]:
    """Return a solver by factors, refined in extended precision, where the leak of slow rings survives."""
    factors = splu(csc_array(diags_array(system.diagonal()) - system.flows.T))
    wide = csr_array(system.flows.T, dtype=np.longdouble)
    diagonal = system.leak.astype(np.longdouble) + system.flows.astype(np.longdouble).sum(axis=1)

    def solve(right: FloatArray) -> FloatArray:
        x = factors.solve(right).astype(np.longdouble)
        for _ in range(_REFINEMENTS):
            x += factors.solve((right - diagonal * x + wide @ x).astype(np.float64))
        found: FloatArray = x.astype(np.float64)
        return found

    return solve


def _iterated(system: PassOn) -> Callable[[FloatArray], FloatArray]:
    """Return a solver by biconjugate gradients down to rounding; by factors where it does not get there.

    Large random networks fill up when they are factored; long rings, which iterations are slow on, do not.
    """
    diagonal = system.diagonal()
    passed = csr_array(diags_array(1 / diagonal) @ system.flows.T)
    scaled = csr_array(eye_array(len(diagonal)) - passed)
    exact: list[Callable[[FloatArray], FloatArray]] = []

    def solve(right: FloatArray) -> FloatArray:
        if exact:
            return exact[0](right)
        wanted, x = right / diagonal, np.zeros_like(right)
        for _ in range(_RESTARTS):
            missing = wanted - scaled @ x
            if np.abs(x).max() > _SLOW * np.abs(wanted).max():
                break  # money goes round so long that a small residual is no proof
            if (
                np.abs(missing) <= 8 * np.finfo(float).eps * (np.abs(x) + passed @ np.abs(x) + np.abs(wanted))
            ).all():
                return x
            unit = float(np.abs(missing).max())  # the solver's own limits are absolute
            change, failed = bicgstab(scaled, missing / unit, rtol=1e-8, atol=0.0, maxiter=_ITERATIONS)
            if failed or not np.isfinite(change).all():
                break
            x = x + unit * change
        exact.append(_factored(system))
        return exact[0](right)

    return solve


def build_pass_on(flows: csr_array, leak: FloatArray) -> PassOn:
    """Return the system with what a party passes to itself left out, as it changes nothing."""
    own = flows.diagonal()
    return PassOn(flows=csr_array(flows - diags_array(own)) if own.any() else flows, leak=leak)


def _closed() -> ModelError:
    return ModelError("some parties pass all they get on among themselves: what they hold is undetermined")
