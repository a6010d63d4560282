"""What totals and bounds allow at all: contradictions, cells that must stay at a bound, the range of each cell."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from loopledger.accounts.entropy import EntropyProblem

__all__ = ["check_feasible", "ranges_of", "support_of"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Contradictions and distances smaller than this part of the largest amount are rounding.
_NOTHING = 1e-9


def _inequalities(problem: EntropyProblem, kept: Collection[int]) -> tuple[csr_array, FloatArray]:
    """Return ``A, b`` of ``A x <= b`` for some of the totals; an exact one gives two rows."""
    from scipy.sparse import csr_array  # noqa: PLC0415  a tenth of a second that only estimates need

    data, columns, starts, right = [], [], [0], []
    for place in kept:
        total = problem.totals[place]
        for sign, end in ((-1.0, -total.low), (1.0, total.high)):
            if np.isfinite(end):
                data.append(np.full(len(total.cells), sign))
                columns.append(total.cells)
                starts.append(starts[-1] + len(total.cells))
                right.append(end)
    shape = (len(right), len(problem.prior))
    parts = (np.concatenate(data), np.concatenate(columns), np.array(starts)) if data else None
    return csr_array(parts, shape=shape) if parts else csr_array(shape), np.array(right)


def _least_miss(problem: EntropyProblem, kept: Collection[int]) -> float:
    """Return the least sum of misses that values within the bounds can have."""
    from scipy.optimize import linprog  # noqa: PLC0415
    from scipy.sparse import eye_array, hstack  # noqa: PLC0415

    a, b = _inequalities(problem, kept)
    n, m = len(problem.prior), len(b)
    solved = linprog(
        np.concatenate([np.zeros(n), np.ones(m)]),
        A_ub=hstack([a, -eye_array(m)]),
        b_ub=b,
        bounds=[*_bounds(problem), *([(0, None)] * m)],
        method="highs",
    )
    return float(solved.fun)


def _bounds(problem: EntropyProblem) -> list[tuple[float, float | None]]:
    return [
        (float(low), float(high) if np.isfinite(high) else None)
        for low, high in zip(problem.lower, problem.upper, strict=True)
    ]


def check_feasible(problem: EntropyProblem, scale: float = 1.0) -> None:
    """Stop if totals and bounds contradict each other.

    Parameters
    ----------
    problem : EntropyProblem
        With amounts of at most about 1.
    scale : float
        What an amount of 1 stands for, for the message.

    Raises
    ------
    ModelError
        Names the contradiction: a set of totals none of which can be left out of it.
    """
    everything = range(len(problem.totals))
    if not problem.totals or (least := _least_miss(problem, everything)) <= _NOTHING * max(
        1, len(problem.totals)
    ):
        return
    core = list(everything)
    for place in everything:
        without = [k for k in core if k != place]
        if without and _least_miss(problem, without) > _NOTHING * len(without):
            core = without
    told = "; ".join(_told(problem, place, scale) for place in core)
    msg = f"totals and bounds contradict each other by {least * scale:,.2f}: {told}"
    raise ModelError(
        msg, hint="one of these figures, or a bound of the payments in it, must be wrong or wider"
    )


def _told(problem: EntropyProblem, place: int, scale: float) -> str:
    total = problem.totals[place]
    low, high = total.low * scale, total.high * scale
    least = float(problem.lower[total.cells].sum()) * scale
    most = float(problem.upper[total.cells].sum()) * scale
    is_exact = low == high
    amount = f"{low:,.2f}" if is_exact else f"{low:,.2f} to {high:,.2f}"
    evidence = f" [{', '.join(total.ids)}]" if total.ids else ""
    return f"{total.name} {amount} while its payments lie within {least:,.2f} to {most:,.2f}{evidence}"


def support_of(problem: EntropyProblem) -> BoolArray:
    """Return which cells can lie above their lower bound, shape (n_cells,).

    Notes
    -----
    One linear programme on the cone over the feasible set: maximise ``sum s`` with ``s <= x - tau l``,
    ``0 <= s <= 1`` and ``tau >= 1``; a cell with ``s = 0`` is at its lower bound in every feasible point.
    Without this step a cell that must be zero would need an infinite multiplier.
    """
    from scipy.optimize import linprog  # noqa: PLC0415
    from scipy.sparse import block_array, csr_array, eye_array  # noqa: PLC0415

    n = len(problem.prior)
    if not problem.totals:
        return np.asarray(problem.upper > problem.lower)
    a, b = _inequalities(problem, range(len(problem.totals)))
    finite = np.flatnonzero(np.isfinite(problem.upper))
    one = eye_array(n).tocsr()

    def column(values: FloatArray) -> csr_array:
        return csr_array(-values[:, None])

    rows = [  # columns: x, s, tau
        [a, None, column(b)],
        [-one, one, column(-problem.lower)],
    ]
    if len(finite):
        rows.append([one[finite], None, column(problem.upper[finite])])
    matrix = block_array(rows).tocsr()
    solved = linprog(
        np.concatenate([np.zeros(n), -np.ones(n), [0.0]]),
        A_ub=matrix,
        b_ub=np.zeros(matrix.shape[0]),
        bounds=[*([(0, None)] * n), *([(0, 1)] * n), (1, None)],
        method="highs",
    )
    if solved.x is None:  # pragma: no cover - the programme has a point where the totals have one
        return np.asarray(problem.upper > problem.lower)
    free: BoolArray = solved.x[n : 2 * n] > _NOTHING
    return free


def ranges_of(problem: EntropyProblem) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest value of each cell under totals and bounds.

    Returns
    -------
    low, high : ndarray of float, shape (n_cells,)
        ``high`` is infinite where nothing limits a cell.
    """
    from scipy.optimize import linprog  # noqa: PLC0415

    scale = max(float(problem.prior.max()), *(t.low for t in problem.totals), 1e-300)
    a, b = _inequalities(problem, range(len(problem.totals)))
    bounds = [(low / scale, None if high is None else high / scale) for low, high in _bounds(problem)]
    n = len(problem.prior)
    ends = np.empty((2, n))
    for k in range(n):
        if problem.lower[k] == problem.upper[k]:
            ends[:, k] = problem.lower[k]
            continue
        for side, sign in enumerate((1.0, -1.0)):
            cost = np.zeros(n)
            cost[k] = sign
            solved = linprog(cost, A_ub=a, b_ub=b / scale, bounds=bounds, method="highs")
            ends[side, k] = np.inf if solved.status == 3 else sign * solved.fun * scale
    return ends[0], ends[1]
