"""Reverse stress: the smallest scale of a scenario at which a named party misses a binding payment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopledger.stress.cascade.run import Outcome

__all__ = ["Bracket", "find_smallest"]

_GRID = 21
_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """The answer of a reverse stress.

    Parameters
    ----------
    holds_at, breaks_at : float or None
        Scales of the scenario, 0 to 1, next to each other: at one the party pays, at the other it does not.
        None where it pays at every scale tried.
    monotone : bool
        Whether it pays at all scales of the grid below and breaks at all above; otherwise the smallest
        break of the grid is refined, and a smaller one between two points of the grid cannot be excluded.
    """

    holds_at: float | None
    breaks_at: float | None
    monotone: bool


def find_smallest(run: Callable[[float], Outcome], party: int, row: int) -> Bracket:
    """Return the smallest scale at which a party leaves a binding payment unpaid in one run.

    Parameters
    ----------
    run : callable
        The outcome of the scenario at a scale from 0 to 1.
    party, row : int
        Places of the party and of the run.
    """

    def breaks(scale: float) -> bool:
        return bool(run(scale).first_default[row, party] >= 0)

    grid = [float(x) for x in np.linspace(0, 1, _GRID)]
    found = [breaks(scale) for scale in grid]
    if not any(found):
        return Bracket(holds_at=1.0, breaks_at=None, monotone=True)
    first = found.index(True)
    monotone = all(found[first:])
    if first == 0:
        return Bracket(holds_at=None, breaks_at=0.0, monotone=monotone)
    low, high = grid[first - 1], grid[first]
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if breaks(middle) else (middle, high)
    return Bracket(holds_at=low, breaks_at=high, monotone=monotone)
