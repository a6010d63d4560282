"""Firms that hold each other: values, and who drags whom below its threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import splu

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray, Matrix, read_matrix, read_vector
from loopledger.stress.balance import BoolArray

__all__ = [
    "ClaimValues",
    "CrossHoldings",
    "Equilibrium",
    "dependency_matrix",
    "value_claims",
    "value_cross_holdings",
]

_MAX_ROUNDS = 200_000


class Equilibrium(StrEnum):
    """Which equilibrium: the one with the fewest failures or the one with the most."""

    BEST = "best"
    WORST = "worst"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossHoldings:
    """Values of firms that hold shares of each other; ``n`` firms.

    Parameters
    ----------
    equilibrium : Equilibrium
    values : ndarray, shape (n,)
        Market value of what outside owners hold of each firm [currency].
    failed : ndarray of bool, shape (n,)
    waves : ndarray of int, shape (n,)
        Best equilibrium: wave in which each firm fails, 0 if it does not. Worst: wave in which it proves
        safe when all are taken to have failed, 0 if it fails.
    n_waves : int
    unique : bool
        Whether the best and the worst equilibrium have the same failures.
    """

    equilibrium: Equilibrium
    values: FloatArray
    failed: BoolArray
    waves: IntArray
    n_waves: int
    unique: bool


def _read_holdings(holdings: Matrix, name: str) -> csr_array:
    shares = read_matrix(holdings, name, diagonal="a firm holds itself")
    held = shares.sum(axis=0)
    if (held > 1 + 1e-12).any():
        place = int(np.argmax(held))
        msg = f"{name}: {held[place]:g} of firm {place} is held, more than all of it"
        raise ModelError(msg)
    return shares


def _factors(shares: csr_array, name: str) -> tuple[Callable[[FloatArray], FloatArray], FloatArray]:
    own = np.maximum(1.0 - shares.sum(axis=0), 0.0)
    try:
        factors = splu(csc_array(eye_array(shares.shape[0]) - shares))
    except RuntimeError:
        msg = f"{name}: some firms are held entirely by each other, so nobody outside owns them"
        raise ModelError(msg) from None
    return factors.solve, own


def dependency_matrix(holdings: Matrix) -> FloatArray:
    """Return how much of each firm's direct assets every firm's outside owners depend on.

    Parameters
    ----------
    holdings : array_like or scipy sparse, shape (n, n)
        ``[holder, held]``: share of a firm that another holds, 0 to 1; columns add up to less than 1.

    Returns
    -------
    ndarray, shape (n, n)
        ``A[i, j]``, >= 0; each column adds up to 1.

    Raises
    ------
    ModelError
        If an entry is refused, more than all of a firm is held, or firms own each other entirely.

    Notes
    -----
    ``A = diag(1 - column sums) (I - C)^-1``.

    References
    ----------
    Elliott, Golub and Jackson (2014), "Financial Networks and Contagion", American Economic Review
    104(10), section I.

    Examples
    --------
    >>> dependency_matrix([[0, 0.5], [0.5, 0]]).round(4).tolist()
    [[0.6667, 0.3333], [0.3333, 0.6667]]
    """
    shares = _read_holdings(holdings, "holdings")
    solve, own = _factors(shares, "holdings")
    matrix: FloatArray = own[:, np.newaxis] * np.maximum(solve(np.eye(shares.shape[0])), 0.0)
    return matrix


def value_cross_holdings(
    holdings: Matrix,
    direct_assets: ArrayLike,
    *,
    thresholds: ArrayLike,
    failure_costs: ArrayLike,
    equilibrium: Equilibrium | str = Equilibrium.BEST,
) -> CrossHoldings:
    """Value firms that hold each other, each losing its failure cost once it falls below its threshold.

    Parameters
    ----------
    holdings : array_like or scipy sparse, shape (n, n)
        ``[holder, held]``: share of a firm that another holds, 0 to 1; columns add up to less than 1.
    direct_assets : array_like, shape (n,)
        Market value of each firm's own assets [currency], >= 0.
    thresholds : array_like, scalar or shape (n,)
        A firm fails when its value is below this [currency], >= 0.
    failure_costs : array_like, scalar or shape (n,)
        What failure takes from the firm's assets [currency], >= 0. Values may become negative.
    equilibrium : Equilibrium or str
        ``best`` (fewest failures) or ``worst`` (most).

    Returns
    -------
    CrossHoldings

    Raises
    ------
    ModelError
        If an input is refused, more than all of a firm is held, or firms own each other entirely.

    References
    ----------
    Elliott, Golub and Jackson (2014), "Financial Networks and Contagion", American Economic Review
    104(10), sections I and II.C; the waves are those of their algorithm for the best equilibrium.

    Examples
    --------
    >>> found = value_cross_holdings(
    ...     [[0, 0.5], [0.5, 0]], [1, 3], thresholds=2.1, failure_costs=0.9
    ... )
    >>> found.waves.tolist(), found.values.round(6).tolist()
    ([1, 2], [0.766667, 1.433333])
    """
    try:
        which = Equilibrium(equilibrium)
    except ValueError:
        msg = f"unknown equilibrium {equilibrium!r}"
        raise ModelError(msg, hint=f"known are {', '.join(Equilibrium)}") from None
    shares = _read_holdings(holdings, "holdings")
    n = shares.shape[0]
    assets = read_vector(direct_assets, n, "direct_assets")
    limits = read_vector(thresholds, n, "thresholds")
    costs = read_vector(failure_costs, n, "failure_costs")
    solve, own = _factors(shares, "holdings")

    def value(failed: BoolArray) -> FloatArray:
        return own * solve(np.where(failed, assets - costs, assets))

    def settle(failed: BoolArray) -> tuple[BoolArray, IntArray]:
        waves = np.zeros(n, dtype=np.int64)
        for wave in range(1, n + 2):
            after = np.asarray(value(failed) < limits)
            changed = after != failed
            if not changed.any():
                break
            waves[changed], failed = wave, after
        return failed, waves

    best, best_waves = settle(np.zeros(n, dtype=bool))
    worst, worst_waves = settle(np.ones(n, dtype=bool))
    failed, waves = (best, best_waves) if which is Equilibrium.BEST else (worst, worst_waves)
    return CrossHoldings(
        equilibrium=which,
        values=value(failed),
        failed=failed,
        waves=waves,
        n_waves=int(waves.max(initial=0)),
        unique=bool((best == worst).all()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimValues:
    """Values of the equity and the debt of firms that hold both of each other; ``n`` firms.

    Parameters
    ----------
    equity, debt_value : ndarray, shape (n,)
        [currency], >= 0; debt at most its face value.
    defaults : ndarray of bool, shape (n,)
    residual : float
        The largest difference between a firm's assets and the claims on it [currency].
    """

    equity: FloatArray
    debt_value: FloatArray
    defaults: BoolArray
    residual: float


def value_claims(
    equity_holdings: Matrix, debt_holdings: Matrix, debt: ArrayLike, external_assets: ArrayLike
) -> ClaimValues:
    """Value equity and debt of firms that hold shares and debt of each other.

    Parameters
    ----------
    equity_holdings, debt_holdings : array_like or scipy sparse, shape (n, n)
        ``[holder, issuer]``: part of the issuer's equity, of its debt, held, 0 to 1.
    debt : array_like, scalar or shape (n,)
        Face value [currency], >= 0.
    external_assets : array_like, shape (n,)
        [currency], >= 0.

    Returns
    -------
    ClaimValues
        The greatest solution.

    Raises
    ------
    ModelError
        If an input is refused, or the rounds do not settle.

    Notes
    -----
    With ``a = external + S s + R r``: ``r = min(face, a)``, ``s = max(0, a - face)``. Rounds start from
    above; as soon as the firms in default no longer change, the linear system is solved and kept if it
    agrees with them.

    References
    ----------
    Suzuki (2002), "Valuing Corporate Debt: The Effect of Cross-Holdings of Stock and Debt";
    Fischer (2014), "No-Arbitrage Pricing Under Systemic Risk", Mathematical Finance 24(1).
    """
    stocks = _read_holdings(equity_holdings, "equity_holdings")
    loans = _read_holdings(debt_holdings, "debt_holdings")
    n = stocks.shape[0]
    face = read_vector(debt, n, "debt")
    external = read_vector(external_assets, n, "external_assets")
    solve, _ = _factors(stocks, "equity_holdings")

    def step(total: FloatArray) -> FloatArray:
        after: FloatArray = (
            external + stocks @ np.maximum(total - face, 0.0) + loans @ np.minimum(total, face)
        )
        return after

    with_all_paid = external - stocks @ face + loans @ face
    total = np.maximum(solve(with_all_paid), solve(external + loans @ face))
    check = 1
    for number in range(_MAX_ROUNDS):
        before, total = total, np.minimum(total, step(total))
        if number != check:
            continue
        check *= 2
        solvent = (total > face).astype(np.float64)
        passed = csr_array(stocks @ diags_array(solvent) + loans @ diags_array(1.0 - solvent))
        right = external + loans @ (solvent * face) - stocks @ (solvent * face)
        try:
            exact = splu(csc_array(eye_array(n) - passed)).solve(right)
        except RuntimeError:
            exact = before
        scale = float(np.abs(exact).max(initial=0.0))
        residual = float(np.abs(step(exact) - exact).max(initial=0.0))
        if residual <= 1e-12 * scale or scale == 0.0:
            return ClaimValues(
                equity=np.maximum(exact - face, 0.0),
                debt_value=np.minimum(exact, face),
                defaults=exact < face * (1 - 1e-12),
                residual=residual,
            )
    msg = "the values of equity and debt do not settle"
    raise ModelError(msg, hint="some firms are held almost entirely by each other")
