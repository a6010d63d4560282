"""DebtRank: how distress spreads through exposures before anybody defaults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import splu

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, Matrix, read_matrix, read_vector
from loopledger.stress.balance import BoolArray

__all__ = ["DebtRank", "LinearDebtRank", "debt_rank", "linear_debt_rank"]

#: Rounds after which the bounds of an eigenvalue are closed by halving instead.
_POWERS = 2_000
#: Width at which bounds count as closed, relative.
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRank:
    """Distress after each party has passed its distress on once; ``n`` parties.

    Parameters
    ----------
    stress : ndarray, shape (n,)
        Part of its equity that each has lost, 0 to 1.
    additional : float
        DebtRank: weighted stress beyond the initial one, 0 to 1.
    rounds : int
        Until nobody was distressed anew.
    """

    stress: FloatArray
    additional: float
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearDebtRank:
    """Distress in the limit of passing every loss on; ``n`` parties.

    Parameters
    ----------
    stress : ndarray, shape (n,)
        Part of its equity that each has lost, 0 to 1.
    additional : float
        Weighted stress beyond the initial one, 0 to 1.
    rounds : int
        Linear systems that were solved until it was known who loses all.
    amplification : float
        Largest eigenvalue of losses passed on a unit of loss, >= 0. Above 1 distress grows by itself until
        equity is used up.
    diverges : bool
        Whether ``amplification`` is above 1.
    residual : float
        The largest difference between a stress and what the rule says, given all others.
    """

    stress: FloatArray
    additional: float
    rounds: int
    amplification: float
    diverges: bool
    residual: float


def _read_leverage(exposures: Matrix, equity: ArrayLike) -> tuple[csr_array, int]:
    lost = read_matrix(exposures, "exposures", diagonal="a party is exposed to itself")
    n = lost.shape[0]
    capital = read_vector(equity, n, "equity")
    exposed = lost.sum(axis=1) > 0
    if (exposed & (capital <= 0)).any():
        place = int(np.flatnonzero(exposed & (capital <= 0))[0])
        msg = f"equity[{place}] is 0, but party {place} has exposures"
        raise ModelError(msg, hint="a party without equity has failed: give it stress 1 and no exposures")
    return csr_array(diags_array(1.0 / np.where(capital > 0, capital, 1.0)) @ lost), n


def _read_weights(weights: ArrayLike | None, n: int) -> FloatArray:
    size = np.ones(n) if weights is None else read_vector(weights, n, "weights")
    if not size.sum() > 0:
        msg = "weights add up to 0"
        raise ModelError(msg, hint="leave them out for equal weights")
    shares: FloatArray = size / size.sum()
    return shares


def debt_rank(
    exposures: Matrix,
    equity: ArrayLike,
    initial_stress: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cap_impact: bool = False,
) -> DebtRank:
    """Return DebtRank: each party passes its distress on once, in the round after it is hit first.

    Parameters
    ----------
    exposures : array_like or scipy sparse, shape (n, n)
        ``[i, j]``: what ``i`` loses if ``j`` fails [currency], >= 0.
    equity : array_like, scalar or shape (n,)
        [currency], > 0 for all that are exposed.
    initial_stress : array_like, shape (n,)
        Part of its equity that each loses at first, 0 to 1.
    weights : array_like, shape (n,), optional
        Economic size of each; equal if left out.
    cap_impact : bool
        Whether the failure of one costs another at most its whole equity before it is scaled by the
        distress passed on, as in the paper; otherwise only the stress itself is capped at 1, as in
        common packages. They differ where an exposure exceeds equity and distress is partial.

    Returns
    -------
    DebtRank

    Raises
    ------
    ModelError
        If an input is refused.

    References
    ----------
    Battiston, Puliga, Kaushik, Tasca and Caldarelli (2012), "DebtRank: Too Central to Fail?",
    Scientific Reports 2:541, methods.

    Examples
    --------
    >>> debt_rank([[0, 0], [50, 0]], [100, 100], [1, 0]).additional
    0.25
    """
    impact, n = _read_leverage(exposures, equity)
    if cap_impact:
        impact.data = np.minimum(impact.data, 1.0)
    first = read_vector(initial_stress, n, "initial_stress", high=1.0)
    size = _read_weights(weights, n)
    stress, distressed, spent, rounds = first.copy(), first > 0, np.zeros(n, dtype=bool), 0
    while distressed.any():
        stress = np.minimum(1.0, stress + impact @ np.where(distressed, stress, 0.0))
        spent |= distressed
        distressed = (stress > 0) & ~spent
        rounds += 1
    return DebtRank(stress=stress, additional=float(size @ (stress - first)), rounds=rounds)


def linear_debt_rank(
    exposures: Matrix,
    equity: ArrayLike,
    initial_stress: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> LinearDebtRank:
    """Return the distress when every loss is passed on in proportion, again and again.

    Parameters
    ----------
    exposures, equity, initial_stress, weights
        As in :func:`debt_rank`.

    Returns
    -------
    LinearDebtRank

    Raises
    ------
    ModelError
        If an input is refused.

    Notes
    -----
    The limit of ``h(t+1) = min(1, h(t) + L (h(t) - h(t-1)))`` with ``L = exposures / equity`` is the least
    solution of ``h = min(1, h0 + L h)``. Among those that distress reaches it is the only positive one, so
    it is found from above: all of them have lost all; who would not, by what the others lose, is solved
    for; and so on, until nobody is released any more. So it takes finitely many linear systems however
    slowly distress would go round.

    References
    ----------
    Bardoscia, Battiston, Caccioli and Caldarelli (2015), "DebtRank: A Microscopic Foundation for Shock
    Propagation", PLoS ONE 10(6), equations 8 to 10.
    """
    leverage, n = _read_leverage(exposures, equity)
    first = read_vector(initial_stress, n, "initial_stress", high=1.0)
    size = _read_weights(weights, n)
    growth = largest_eigenvalue(leverage)
    reached = _reached(leverage, first > 0)
    stress, free, rounds = reached.astype(np.float64), np.zeros(n, dtype=bool), 0
    while True:
        loss = first + leverage @ stress
        released = reached & ~free & (loss < 1)
        if not released.any():
            break
        free |= released
        stress, rounds = _solve(leverage, first, stress, free), rounds + 1
    return LinearDebtRank(
        stress=stress,
        additional=float(size @ (stress - first)),
        rounds=rounds,
        amplification=growth,
        diverges=growth > 1,
        residual=float(np.abs(np.minimum(1.0, first + leverage @ stress) - stress).max(initial=0.0)),
    )


def _reached(leverage: csr_array, first: BoolArray) -> BoolArray:
    """Return who has distress, or gets some sooner or later."""
    seen = front = first
    while front.any():
        front = np.asarray(leverage @ front.astype(np.float64) > 0) & ~seen
        seen = seen | front
    return seen


def _solve(leverage: csr_array, first: FloatArray, stress: FloatArray, free: BoolArray) -> FloatArray:
    """Return the stress if these have not lost all and the others keep theirs."""
    places = np.flatnonzero(free)
    inside = csr_array(leverage[places])
    right = first[places] + inside @ np.where(free, 0.0, stress)
    factors = splu(csc_array(eye_array(len(places)) - inside[:, places]))
    found = factors.solve(right)
    missing = right + csr_array(inside[:, places]) @ found - found
    solved = stress.copy()
    solved[places] = np.clip(found + factors.solve(missing), first[places], stress[places])
    return solved


def largest_eigenvalue(matrix: csr_array) -> float:
    """Return the largest eigenvalue of a matrix without negative entries, to about one part in a million.

    Notes
    -----
    Collatz and Wielandt's bounds on each strongly connected part of ``I + A``, whose powers settle; on
    long rings, where that takes too long, the bounds are halved by solving ``(x I - A) y = 1``.
    """
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - one use

    n = matrix.shape[0]
    if not matrix.nnz:
        return 0.0
    _, label = connected_components(matrix, directed=True, connection="strong")
    largest = 0.0
    members = np.bincount(label, minlength=n)
    order = np.argsort(label, kind="stable")
    starts = np.cumsum(members) - members
    for part in np.flatnonzero(members > 1):
        places = order[starts[part] : starts[part] + members[part]]
        block = csr_array(csr_array(matrix[places])[:, places])
        vector = np.ones(len(places))
        low, high = 0.0, np.inf
        for _ in range(_POWERS):
            after = vector + block @ vector
            ratio = after / vector
            low, high = max(low, float(ratio.min()) - 1), min(high, float(ratio.max()) - 1)
            if high - low <= _CLOSE * high:
                break
            vector = after / after.max()
        largest = max(largest, _halve(block, low, high))
    return largest


def _halve(block: csr_array, low: float, high: float) -> float:
    """Return the largest eigenvalue between these bounds: above it, losses sum up to positive totals."""
    while high - low > _CLOSE * high:
        middle = (low + high) / 2
        try:
            totals = splu(csc_array(middle * eye_array(block.shape[0]) - block)).solve(
                np.ones(block.shape[0])
            )
        except RuntimeError:  # it is the eigenvalue itself
            return middle
        low, high = (low, middle) if (totals > 0).all() else (middle, high)
    return (low + high) / 2
