"""Reverse stress: the smallest shock at which a party breaks, and the cheapest combination that breaks a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray
from loopledger.stress.balance import BoolArray

__all__ = ["Bracket", "Cheapest", "find_cheapest", "find_smallest"]

_GRID = 101
_ROUNDS = 3
#: Combinations that run together, and the most that are tried.
_TOGETHER, _MOST_TRIED = 250, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """The answer of a reverse stress.

    Parameters
    ----------
    holds_at, breaks_at : float or None
        Scales of the scenario, 0 to 1, next to each other: at one the party holds, at the other it breaks.
        ``breaks_at`` is None where it holds at every scale tried, ``holds_at`` where it breaks without a shock.
    monotone : bool
        Whether it holds at all scales of the first grid below and breaks at all above; otherwise the smallest
        break of the grid is refined, and a smaller one between two points of the grid cannot be excluded.
    """

    holds_at: float | None
    breaks_at: float | None
    monotone: bool


def find_smallest(breaks: Callable[[FloatArray], BoolArray]) -> Bracket:
    """Return the smallest scale at which something breaks.

    Parameters
    ----------
    breaks : callable
        Whether it breaks at each of some scales from 0 to 1.

    Notes
    -----
    A grid of 101 scales, and three more within the step in which it first breaks: the bracket is narrower than
    1e-7.
    """
    grid = np.linspace(0.0, 1.0, _GRID)
    found = breaks(grid)
    if not found.any():
        return Bracket(holds_at=1.0, breaks_at=None, monotone=True)
    first = int(np.argmax(found))
    monotone = bool(found[first:].all())
    if first == 0:
        return Bracket(holds_at=None, breaks_at=0.0, monotone=monotone)
    low, high = float(grid[first - 1]), float(grid[first])
    for _ in range(_ROUNDS):
        inner = np.linspace(low, high, _GRID)
        at = int(np.argmax(breaks(inner)))
        low, high = float(inner[max(at - 1, 0)]), float(inner[at])
    return Bracket(holds_at=low, breaks_at=high, monotone=monotone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheapest:
    """The cheapest combinations of shocks that break a group, on a grid of scales.

    Parameters
    ----------
    found : tuple of mapping
        All combinations of the least cost that break it: id of the scenario to its scale; empty where none does, and
        one without an entry where the group breaks without a shock.
    cost : float
        Sum of the scales; 1 is one scenario at its full size.
    at_least : float
        A bound from below: on a finer grid no combination of as many shocks is cheaper, if more shock never
        mends what less shock breaks.
    n_tried, n_all : int
        Combinations run, in the order of their cost, and all there are; the first has no shock at all.
    most, steps : int
        The most shocks in one combination, and the steps of a scale.
    """

    found: tuple[Mapping[str, float], ...]
    cost: float
    at_least: float
    n_tried: int
    n_all: int
    most: int
    steps: int


def find_cheapest(
    breaks: Callable[[Mapping[str, FloatArray]], BoolArray],
    ids: tuple[str, ...],
    *,
    most: int = 2,
    steps: int = 4,
) -> Cheapest:
    """Return the cheapest combinations of at most ``most`` shocks that break a group; exact on the grid.

    Parameters
    ----------
    breaks : callable
        Whether the group breaks under each of some combinations, given scales by the id of the scenario.
    ids : tuple of str
        The scenarios to combine.
    most, steps : int
        Each scale is one of ``1/steps, 2/steps, ..., 1``.

    Raises
    ------
    ModelError
        If there are too many combinations to try them all.

    Notes
    -----
    All combinations are run in the order of their cost until one breaks the group, and the rest of equal cost.
    Rounding the scales of any combination up to the grid adds less than ``most / steps`` to its cost, hence
    the bound.
    """
    n_all = 1 + sum(comb(len(ids), m) * steps**m for m in range(1, most + 1))
    if n_all > _MOST_TRIED:
        msg = f"{n_all:,} combinations are more than {_MOST_TRIED:,}"
        raise ModelError(msg, hint="fewer scenarios, fewer at a time, or fewer steps")
    everything = sorted(
        _combinations(ids, most, steps), key=lambda one: (sum(one.values()), len(one), tuple(one))
    )
    found: list[dict[str, int]] = []
    cost, tried = 0, 1
    if breaks({id_: np.zeros(1) for id_ in ids})[0]:
        found = [{}]
        everything = []
    for first in range(0, len(everything), _TOGETHER):
        batch = everything[first : first + _TOGETHER]
        if found and sum(batch[0].values()) > cost:
            break
        scales = {id_: np.array([one.get(id_, 0) for one in batch]) / steps for id_ in ids}
        for one, broken in zip(batch, breaks(scales), strict=True):
            if found and sum(one.values()) > cost:
                break
            tried += 1
            if broken:
                found.append(one)
                cost = sum(one.values())
    return Cheapest(
        found=tuple({id_: step / steps for id_, step in one.items()} for one in found),
        cost=cost / steps,
        at_least=max(cost - most, 0) / steps,
        n_tried=tried,
        n_all=n_all,
        most=most,
        steps=steps,
    )


def _combinations(ids: tuple[str, ...], most: int, steps: int) -> Iterator[dict[str, int]]:
    for m in range(1, most + 1):
        for chosen in combinations(ids, m):
            for sizes in product(range(1, steps + 1), repeat=m):
                yield dict(zip(chosen, sizes, strict=True))
