"""A network made ready for clearing many scenarios: shares, and a price of errors that proves answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import bicgstab, splu

from loopledger.stress.arrays import FloatArray, IntArray, Matrix
from loopledger.stress.balance import BalanceSheets
from loopledger.stress.certificate import closed_circles
from loopledger.stress.clearing import build_sheets
from loopledger.stress.mmatrix import reach_back

__all__ = ["PreparedNetwork", "prepare_network"]

#: From this part of all pairs on, a network is cleared with dense matrices.
_DENSE = 0.15
_FACTORED = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedNetwork:
    """One class of obligations, with external assets left open; ``n`` parties.

    Parameters
    ----------
    sheets : BalanceSheets
        With external assets of zero.
    shares : scipy.sparse.csr_array, shape (n, n)
        ``[payee, payer]``: part of what the payer pays that the payee receives.
    dense : ndarray, shape (n, n), or None
        ``[payer, payee]`` if the network is cleared with dense matrices.
    price : ndarray, shape (n,)
        What a dollar that a party is off can be off in all payments together, at most, once it has gone
        round [1]; infinite for members of closed circles.
    circles : tuple of ndarray
        Closed circles of debts, in which several vectors can clear.
    """

    sheets: BalanceSheets
    shares: csr_array
    dense: FloatArray | None
    price: FloatArray
    circles: tuple[IntArray, ...]

    @property
    def due(self) -> FloatArray:
        """Return all that each owes, shape (n,) [currency]."""
        return self.sheets.waterfall.total


def prepare_network(
    obligations: Matrix,
    *,
    external_liabilities: ArrayLike = 0.0,
    recovery_external: ArrayLike = 1.0,
    recovery_internal: ArrayLike = 1.0,
    dense: bool | None = None,
) -> PreparedNetwork:
    """Return a network of one class of obligations, outside creditors pari passu, ready for scenarios.

    Parameters
    ----------
    obligations, external_liabilities, recovery_external, recovery_internal
        As in :func:`loopledger.stress.clear`.
    dense : bool, optional
        Whether to use dense matrices; default: if more than 15 % of all pairs owe each other.

    Returns
    -------
    PreparedNetwork

    Raises
    ------
    ModelError
        If an input is refused.

    Notes
    -----
    With ``P`` the shares and ``b`` the recoveries of receipts, the price solves ``v = 1 + P b v``. If a
    vector ``x`` misses the rules by ``r`` and has the same defaults as the clearing vector, all payments
    together are off by at most ``v |r|``: the inverse of the defaulters' system has no negative entry.
    The price does not depend on the scenario, so each proof costs one product.
    """
    from loopledger.stress.arrays import read_matrix  # noqa: PLC0415 - named where it is used

    owed = read_matrix(obligations, "obligations")
    n = owed.shape[0]
    sheets = build_sheets(
        owed,
        np.zeros(n),
        external_liabilities=external_liabilities,
        recovery_external=recovery_external,
        recovery_internal=recovery_internal,
    )
    shares = sheets.waterfall.shares[0]
    use_dense = owed.nnz > _DENSE * n * n and n > 1 if dense is None else dense
    return PreparedNetwork(
        sheets=sheets,
        shares=shares,
        dense=np.ascontiguousarray(shares.toarray().T) if use_dense else None,
        price=_price(shares, sheets),
        circles=closed_circles(owed, sheets.waterfall.external[0]),
    )


def _price(shares: csr_array, sheets: BalanceSheets) -> FloatArray:
    """Return an upper bound of the price: a vector with ``v >= 1 + P b v``."""
    n = shares.shape[0]
    passed = csr_array(csr_array(shares.T) @ diags_array(sheets.recovery_internal))
    leaks = passed.sum(axis=1) < 1 - 1e-12
    price = np.full(n, np.inf)
    among = np.flatnonzero(reach_back(passed, leaks))
    inside = csr_array(csr_array(passed[among])[:, among])
    matrix = csr_array(eye_array(len(among)) - inside)
    one = np.ones(len(among))
    if len(among) > _FACTORED:
        found, failed = bicgstab(matrix, one, rtol=1e-6, maxiter=500)
    else:
        found, failed = one, 1
    for _ in range(2):
        if failed and len(among):
            try:
                found = splu(csc_array(matrix)).solve(one)
            except RuntimeError:  # a leak below the last digit: nothing is proven by a price
                return price
        held = matrix @ found
        if len(among) == 0 or (float(held.min()) > 0.5 and np.isfinite(held).all()):
            break
        failed = 1
    else:
        return price
    price[among] = found / (min(float(held.min()), 1.0) if len(among) else 1.0)
    return price
