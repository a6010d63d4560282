"""Firms that hold each other: values, and who drags whom below its threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray, Matrix, read_matrix, read_vector
from loopledger.stress.balance import BoolArray
from loopledger.stress.mmatrix import PassOn, reach_back

__all__ = [
    "ClaimValues",
    "CrossHoldings",
    "Equilibrium",
    "dependency_matrix",
    "value_claims",
    "value_cross_holdings",
]

#: Part of a firm, or of its value, that is taken for rounding.
_NOTHING = 1e-12
#: Leak that stands in for none, where claims go round undiminished.
_DAMPING = 1e-12


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


def _solver(shares: csr_array, name: str) -> tuple[Callable[[FloatArray], FloatArray], FloatArray]:
    """Return what solves ``x = right + shares x``, and the part of each firm that owners outside hold."""
    own = 1.0 - shares.sum(axis=0)
    own[own <= _NOTHING] = 0.0
    inside = ~reach_back(csr_array(shares.T), own > 0)
    if inside.any():
        place = int(np.flatnonzero(inside)[0])
        msg = f"{name}: some firms, as firm {place}, are held entirely by each other, so nobody outside owns them"
        raise ModelError(msg, hint="leave a part of one of them to owners outside")
    return PassOn(flows=csr_array(shares.T), leak=own).solver(), own


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
    solve, own = _solver(shares, "holdings")
    columns = [solve(unit) for unit in np.eye(shares.shape[0])]
    matrix: FloatArray = own[:, np.newaxis] * np.maximum(np.array(columns).reshape(shares.shape).T, 0.0)
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
        A firm fails when its value is below this [currency], >= 0; by less than rounding is not below.
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
    solve, own = _solver(shares, "holdings")

    def value(failed: BoolArray) -> FloatArray:
        return own * solve(np.where(failed, assets - costs, assets))

    nobody = np.zeros(n, dtype=bool)
    limits = limits - _NOTHING * (limits + value(nobody))

    def settle(failed: BoolArray) -> tuple[BoolArray, IntArray]:
        waves, grows = np.zeros(n, dtype=np.int64), not failed.any()
        for wave in range(1, n + 2):
            below = np.asarray(value(failed) < limits)
            after = failed | below if grows else failed & below
            changed = after != failed
            if not changed.any():
                break
            waves[changed], failed = wave, after
        return failed, waves

    best, best_waves = settle(nobody)
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
        If an input is refused, or firms own each other entirely.

    Notes
    -----
    With ``a = external + S s + R r``: ``r = min(face, a)``, ``s = max(0, a - face)``. As in the
    fictitious default sequence, nobody defaults at first; the assets are solved for exactly; who cannot
    pay then defaults, and so on. Within a step debts of those not in default count in full and equity
    stops at zero, which is solved by policy iteration; so there are finitely many linear systems.

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
    _solver(stocks, "equity_holdings")
    fallen = np.zeros(n, dtype=bool)
    for _ in range(n + 1):
        total = _assets(stocks, loans, face, external, fallen)
        short = (total < face * (1 - _NOTHING)) & ~fallen
        if not short.any():
            break
        fallen |= short
    equity, debt_value = np.maximum(total - face, 0.0), np.minimum(total, face)
    after = external + stocks @ equity + loans @ debt_value
    return ClaimValues(
        equity=equity,
        debt_value=debt_value,
        defaults=fallen,
        residual=float(np.abs(after - total).max(initial=0.0)),
    )


def _assets(
    stocks: csr_array, loans: csr_array, face: FloatArray, external: FloatArray, fallen: BoolArray
) -> FloatArray:
    """Return the greatest assets if these firms pay all they have, all others their debt in full."""
    owned = ~fallen
    for _ in range(len(face) + 1):
        passed = csr_array(
            stocks @ diags_array(owned.astype(np.float64)) + loans @ diags_array(fallen.astype(np.float64))
        )
        right = external + loans @ np.where(fallen, 0.0, face) - stocks @ np.where(owned, face, 0.0)
        leak = 1.0 - passed.sum(axis=0)
        leak[leak <= _NOTHING] = 0.0
        try:
            total = PassOn(flows=csr_array(passed.T), leak=leak).solver()(right)
        except ModelError:
            total = PassOn(flows=csr_array(passed.T), leak=leak + _DAMPING).solver()(right)
        now = (total > face) & ~fallen
        if (now == owned).all():
            break
        owned = now
    return np.maximum(total, 0.0)
