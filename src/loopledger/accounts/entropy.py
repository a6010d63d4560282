"""Maximum entropy under totals and bounds: iterative proportional fitting with boxes and intervals.

Notes
-----
Given a prior ``q > 0``, the fit is the ``x`` that minimises the relative entropy
``sum x ln(x / q) - x + q`` subject to ``l <= x <= u`` and, for each total ``c``,
``low_c <= sum of its cells <= high_c``. Its optimality conditions are
``x_k = clip(q_k exp(sum of the multipliers of k's totals), l_k, u_k)``. The dual is maximised one multiplier at
a time: along one multiplier ``t = exp(lambda)`` the sum ``S(t) = sum clip(y_k t, l_k, u_k)`` is piecewise linear
and is solved exactly. Without bounds, with row and column totals, a sweep is one sweep of the classic RAS.

A total with a range has a multiplier of zero inside it, positive only at its low end and negative only at its
high end. The sweeps stop when sums and multipliers agree to the tolerance; the gap is what is left of it.

References
----------
Deming and Stephan (1940), Annals of Mathematical Statistics 11; Bregman (1967), USSR Computational Mathematics
and Mathematical Physics 7; Lahr and de Mesnard (2004), Economic Systems Research 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loopledger.accounts.conflict import check_feasible, support_of
from loopledger.errors import ModelError

#: Sweeps before contradictions and forced zeros are looked for.
_FIRST_SWEEPS = 300
#: Logarithm of a factor beyond which a cell is nothing or without bound.
_MOST_WEIGHT = 600.0

__all__ = ["EntropyFit", "EntropyProblem", "Total", "fit_entropy", "make_problem"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A known sum of some cells.

    Parameters
    ----------
    name : str
        What it is, for messages.
    cells : ndarray of int
        Positions of the cells, each once.
    low, high : float
        The sum lies between them; equal for an exact total. ``high`` may be infinite.
    ids : tuple of str
        Evidence.
    """

    name: str
    cells: IntArray
    low: float
    high: float
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntropyProblem:
    """A prior, bounds of cells, and totals.

    Parameters
    ----------
    names : tuple of str
        Names of the cells, for messages.
    prior : ndarray of float, shape (n_cells,)
        Positive; a cell that must be zero has ``upper`` 0.
    lower, upper : ndarray of float, shape (n_cells,)
        ``0 <= lower <= upper``; upper may be infinite.
    totals : tuple of Total
    """

    names: tuple[str, ...]
    prior: FloatArray
    lower: FloatArray
    upper: FloatArray
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntropyFit:
    """The fit, and the proof of how good it is.

    Parameters
    ----------
    values : ndarray of float, shape (n_cells,)
    multipliers : ndarray of float, shape (n_totals,)
        Logarithm of the factor that each total applies to its cells.
    misses : ndarray of float, shape (n_totals,)
        [unit of the prior] how far each sum lies from its range; 0 within.
    n_sweeps : int
    gap : float
        [unit of the prior] the most by which the relative entropy could still fall for the sums reached.
    entropy : float
        The relative entropy of the values to the prior, >= 0.
    """

    values: FloatArray
    multipliers: FloatArray
    misses: FloatArray
    n_sweeps: int
    gap: float
    entropy: float

    @property
    def worst_miss(self) -> float:
        """The largest miss, [unit of the prior]."""
        return float(self.misses.max(initial=0.0))


def make_problem(
    prior: ArrayLike, lower: ArrayLike, upper: ArrayLike, totals: Sequence[Total], names: Sequence[str] = ()
) -> EntropyProblem:
    """Return a problem after checking shapes and signs.

    Raises
    ------
    ModelError
        If a prior is not positive, bounds are out of order or a total names a cell twice or not at all.
    """
    q, low, high = (np.asarray(a, dtype=np.float64).ravel() for a in (prior, lower, upper))
    labels = tuple(names) or tuple(f"cell {k}" for k in range(len(q)))
    if not len(q) == len(low) == len(high) == len(labels):
        msg = f"{len(q)} priors, {len(low)} lower and {len(high)} upper bounds and {len(labels)} names"
        raise ModelError(msg, hint="give each cell one of each")
    bad = ~((q > 0) & np.isfinite(q) & (low >= 0) & (low <= high) & np.isfinite(low))
    if bad.any():
        where = labels[int(np.flatnonzero(bad)[0])]
        msg = f"{where} has no positive prior, or bounds that are negative or out of order"
        raise ModelError(msg, hint="fix a cell at zero with an upper bound of 0, not with a prior of 0")
    for total in totals:
        cells = np.asarray(total.cells)
        is_wrong = (
            len(np.unique(cells)) != len(cells) or not len(cells) or cells.min() < 0 or cells.max() >= len(q)
        )
        if is_wrong or not 0 <= total.low <= total.high or not np.isfinite(total.low):
            msg = f"the total {total.name!r} names a cell twice, none, or an unknown one, or its range is no range"
            raise ModelError(msg, hint="a total is a sum of distinct cells between two numbers >= 0")
    return EntropyProblem(names=labels, prior=q, lower=low, upper=high, totals=tuple(totals))


def fit_entropy(
    problem: EntropyProblem, *, tolerance: float = 1e-12, max_sweeps: int = 100_000
) -> EntropyFit:
    """Return the maximum-entropy values under totals and bounds.

    Parameters
    ----------
    problem : EntropyProblem
    tolerance : float
        Largest miss relative to the largest total, or to the largest lower bound.
    max_sweeps : int

    Returns
    -------
    EntropyFit

    Raises
    ------
    ModelError
        If totals and bounds contradict each other, with the smallest set that does; or if the sweeps do not
        converge, with the misses that are left.

    Examples
    --------
    The classic example of a two by two table fitted to new margins:

    >>> rows = [Total(name=f"row {i}", cells=np.array([2 * i, 2 * i + 1]), low=t, high=t)
    ...         for i, t in enumerate((60.0, 40.0))]
    >>> columns = [Total(name=f"column {j}", cells=np.array([j, 2 + j]), low=t, high=t)
    ...            for j, t in enumerate((50.0, 50.0))]
    >>> fit = fit_entropy(make_problem([1, 1, 1, 1], [0] * 4, [np.inf] * 4, [*rows, *columns]))
    >>> fit.values.round(6).tolist()
    [30.0, 30.0, 20.0, 20.0]
    """
    finite = [b for t in problem.totals for b in (t.low, t.high) if np.isfinite(b)]
    scale = max(
        [*finite, float(problem.lower.max(initial=0.0)), float(problem.prior.max(initial=0.0)), 1e-300]
    )
    scaled = _scaled(problem, scale)
    state = _sweep(scaled, scaled.upper, tolerance, min(_FIRST_SWEEPS, max_sweeps))
    if not state.has_settled:
        # slow sweeps have two reasons: a contradiction, or cells that must be zero
        check_feasible(scaled, scale)
        upper = np.where(support_of(scaled), scaled.upper, scaled.lower)
        state = _sweep(scaled, upper, tolerance, max_sweeps)
    if not state.has_settled:
        worst = [scaled.totals[k].name for k in np.argsort(-state.misses)[:3]]
        most = float(state.misses.max(initial=0.0)) * scale
        msg = f"after {max_sweeps} sweeps the totals are missed by up to {most:g}: {', '.join(worst)}"
        raise ModelError(msg, hint="allow more sweeps, or a larger tolerance")
    return EntropyFit(
        values=state.values * scale,
        multipliers=state.multipliers,
        misses=state.misses * scale,
        n_sweeps=state.n_sweeps,
        gap=float((np.abs(state.multipliers) * state.idle).sum()) * scale,
        entropy=_entropy(state.values * scale, problem.prior),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sweeps:
    """Where the sweeps ended."""

    values: FloatArray
    multipliers: FloatArray
    misses: FloatArray
    idle: FloatArray
    n_sweeps: int
    has_settled: bool


def _sweep(problem: EntropyProblem, upper: FloatArray, tolerance: float, max_sweeps: int) -> _Sweeps:
    """Maximise the dual one multiplier at a time until sums and multipliers agree."""
    weights = np.log(problem.prior)
    multipliers = np.zeros(len(problem.totals))
    n_sweeps = 0
    while True:
        values = np.clip(np.exp(np.clip(weights, -_MOST_WEIGHT, _MOST_WEIGHT)), problem.lower, upper)
        misses, idle = _misses(problem, values, multipliers)
        has_settled = max(misses.max(initial=0.0), idle.max(initial=0.0)) <= tolerance
        if has_settled or n_sweeps == max_sweeps:
            return _Sweeps(
                values=values,
                multipliers=multipliers,
                misses=misses,
                idle=idle,
                n_sweeps=n_sweeps,
                has_settled=has_settled,
            )
        n_sweeps += 1
        for place, total in enumerate(problem.totals):
            cells = total.cells
            bare = weights[cells] - multipliers[place]
            multipliers[place] = _step(total, bare, problem.lower[cells], upper[cells])
            weights[cells] = bare + multipliers[place]


def _scaled(problem: EntropyProblem, scale: float) -> EntropyProblem:
    totals = tuple(
        Total(
            name=t.name,
            cells=np.asarray(t.cells, dtype=np.int64),
            low=t.low / scale,
            high=t.high / scale,
            ids=t.ids,
        )
        for t in problem.totals
    )
    return EntropyProblem(
        names=problem.names,
        prior=problem.prior / scale,
        lower=problem.lower / scale,
        upper=problem.upper / scale,
        totals=totals,
    )


def _step(total: Total, weights: FloatArray, lower: FloatArray, upper: FloatArray) -> float:
    """Return the multiplier that brings one total into its range, the others held; 0 if none is needed."""
    now = float(np.clip(np.exp(np.clip(weights, -_MOST_WEIGHT, _MOST_WEIGHT)), lower, upper).sum())
    if total.low <= now <= total.high:
        return 0.0
    return _solve(weights, lower, upper, total.low if now < total.low else total.high)


def _solve(w: FloatArray, low: FloatArray, high: FloatArray, target: float) -> float:
    """Return ``lambda`` with ``sum clip(exp(w + lambda), low, high) = target``."""
    free = low < high
    rest = target - float(low[~free].sum())
    w, low, high = w[free], low[free], high[free]
    if not len(w):
        return 0.0
    shift = float(w.max())
    y = np.exp(w - shift)  # the largest is 1, so that nothing overflows
    starts, stops = low / np.maximum(y, 1e-300), high / np.maximum(y, 1e-300)
    knots = np.concatenate([starts, stops[np.isfinite(stops)]])
    slopes = np.concatenate([y, -y[np.isfinite(stops)]])
    order = np.argsort(knots, kind="stable")
    knots, slope = knots[order], np.cumsum(slopes[order])
    sums = low.sum() + np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(knots))])
    place = int(np.searchsorted(sums, rest, side="left"))
    if place == 0:
        t = knots[0]
    elif place == len(sums):
        t = knots[-1] + (rest - sums[-1]) / slope[-1] if slope[-1] > 1e-12 else knots[-1]
    else:
        t = knots[place - 1] + (rest - sums[place - 1]) / max(slope[place - 1], 1e-300)
    step = float(np.log(max(t, 1e-300)) - shift)
    return min(max(step, -_MOST_WEIGHT), _MOST_WEIGHT)


def _misses(
    problem: EntropyProblem, values: FloatArray, multipliers: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far each sum is from its range, and from the end of it that its multiplier pulls to."""
    sums = np.array([values[t.cells].sum() for t in problem.totals])
    low = np.array([t.low for t in problem.totals])
    high = np.array([t.high for t in problem.totals])
    misses: FloatArray = np.maximum(0.0, np.maximum(low - sums, sums - high))
    idle = np.zeros(len(sums))
    up, down = multipliers > 0, multipliers < 0
    idle[up], idle[down] = np.abs(sums - low)[up], np.abs(sums - high)[down]
    return misses, idle


def _entropy(values: FloatArray, prior: FloatArray) -> float:
    positive = values > 0
    logs = np.zeros(len(values))
    logs[positive] = values[positive] * np.log(values[positive] / prior[positive])
    return float((logs - values + prior).sum())
