"""Simple cycles of a directed graph, the shortest first, within limits that are reported."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.cyclekernel import NEVER, CycleSearch
from loopledger.network.compiled import is_fast
from loopledger.network.graphs import strong_components

__all__ = ["Cycles", "find_cycles"]

IntArray = NDArray[np.int64]

#: Distances of a part are kept when there are no more of them than this, and not much work to find.
_KEPT_DISTANCES = 4_000_000
#: From this length on, several lengths are searched together.
_BANDS_FROM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycles:
    """Cycles in the order of their length.

    Parameters
    ----------
    names : tuple of str
        All nodes, sorted.
    by_length : mapping of int to ndarray of int, shape (n_cycles, length)
        Positions of the nodes in the names, in their order along the cycle, the first by name first.
    truncated : bool
        Whether a limit stopped the search.
    complete_to_length : int
        Every cycle of so many nodes or fewer was found.
    """

    names: tuple[str, ...]
    by_length: Mapping[int, IntArray]
    truncated: bool
    complete_to_length: int

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.by_length.values())

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The cycles as names, in the order of their length."""
        return tuple(
            tuple(map(self.names.__getitem__, row))
            for _, rows in sorted(self.by_length.items())
            for row in rows.tolist()
        )


def find_cycles(
    arcs: Iterable[tuple[str, str]],
    *,
    max_length: int | None,
    max_cycles: int,
    max_steps: int,
    max_seconds: float | None = None,
) -> Cycles:
    """Return the simple cycles with two nodes or more.

    Parameters
    ----------
    arcs : iterable of tuple of str
        Each pair once.
    max_length : int or None
        Most nodes in a cycle.
    max_cycles, max_steps : int
        Limits on the cycles and on the steps of the search.
    max_seconds : float, optional
        Limit on the time [s]. Unlike the others it may cut the list elsewhere on another day.

    Returns
    -------
    Cycles

    Notes
    -----
    Depth-first from each node over nodes that come after it by name, never to a node from which the way
    back is too long; lengths grow, and lengths that no way back allows are passed over. Long lengths
    are searched together, and one by one again where a limit is met, so that the list never holds a
    long cycle in the place of a shorter one.
    """
    pairs = sorted(arcs)
    names = tuple(sorted({name for pair in pairs for name in pair}))
    parts = list(_parts(names, pairs))
    longest = max((len(part.members) for part in parts), default=0)
    limit = longest if max_length is None else min(longest, max_length)
    found: dict[int, list[IntArray]] = defaultdict(list)
    left = _Left(
        steps=max_steps, cycles=max_cycles,
        until=math.inf if max_seconds is None else time.monotonic() + max_seconds,
    )  # fmt: skip
    complete, possible, together, truncated = 1, 2, True, False
    while complete < limit and possible <= limit:
        band = complete * 3 // 2 if together and complete >= _BANDS_FROM else complete + 1
        length = min(limit, max(possible, band))
        before = replace(left)
        more = [rows for part in parts for rows in part.search(complete, length, left)]
        if left.is_spent() and length > max(possible, complete + 1):
            left, together = before, False
            continue
        for size, rows in more:
            found[size].append(rows)
        if left.is_spent() or left.is_late():
            limit, truncated = max(complete, possible - 1), True
            break
        complete, possible = length, min((part.longer for part in parts), default=NEVER)
    return Cycles(
        names=names, by_length={size: np.concatenate(rows) for size, rows in sorted(found.items())},
        truncated=truncated, complete_to_length=limit,
    )  # fmt: skip


@dataclass(slots=True)
class _Left:
    """What is left of the limits."""

    steps: int
    cycles: int
    until: float

    def is_late(self) -> bool:
        """Return whether the time is up."""
        return time.monotonic() > self.until

    def is_spent(self) -> bool:
        """Return whether a limit is exceeded."""
        return self.steps < 0 or self.cycles < 0


def _parts(names: tuple[str, ...], pairs: list[tuple[str, str]]) -> Iterator[_Part]:
    """Yield the strongly connected parts with at least two nodes, by their first names."""
    if not pairs:
        return
    index = {name: i for i, name in enumerate(names)}
    tail = np.array([index[u] for u, _ in pairs])
    head = np.array([index[v] for _, v in pairs])
    label = strong_components(len(names), tail, head)
    members: dict[int, list[int]] = defaultdict(list)
    for i, part in enumerate(label.tolist()):
        members[part].append(i)
    inner: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for u, v in zip(tail.tolist(), head.tolist(), strict=True):
        if label[u] == label[v] and u != v:
            inner[label[u]].append((u, v))
    for part in sorted(inner, key=members.__getitem__):
        yield _Part.of(members[part], inner[part])


@dataclass(slots=True)
class _Part:
    """A strongly connected part, its nodes numbered by name."""

    members: IntArray
    successors: list[list[int]]
    predecessors: list[list[int]]
    keeps: bool
    kept: dict[int, NDArray[np.int64]]
    #: a length that longer cycles have at least, after a search
    longer: int
    arrays: CycleSearch | None

    @classmethod
    def of(cls, members: list[int], arcs: list[tuple[int, int]]) -> _Part:
        number = {i: k for k, i in enumerate(members)}
        successors: list[list[int]] = [[] for _ in members]
        predecessors: list[list[int]] = [[] for _ in members]
        for u, v in arcs:
            successors[number[u]].append(number[v])
            predecessors[number[v]].append(number[u])
        keeps = len(members) * len(arcs) <= _KEPT_DISTANCES
        arrays = None if keeps or not is_fast() else CycleSearch.of(successors, predecessors)
        return cls(np.array(members), successors, predecessors, keeps, {}, 2, arrays)

    def search(self, above: int, length: int, left: _Left) -> Iterator[tuple[int, IntArray]]:
        """Yield the cycles longer than one length and no longer than another, within the limits, by length."""
        if left.is_spent() or left.is_late():
            return
        if self.arrays is not None and left.until == math.inf:
            limits = (left.steps, left.cycles)
            found, limits, self.longer = self.arrays.run(above, length, limits, NEVER)
            left.steps, left.cycles = limits
            yield from ((size, self.members[rows]) for size, rows in found)
            return
        rows: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for cycle in self._cycles(above, length, left):
            rows[len(cycle)].append(cycle)
        yield from ((size, self.members[np.array(cycles)]) for size, cycles in sorted(rows.items()))

    def _cycles(self, above: int, length: int, left: _Left) -> Iterator[tuple[int, ...]]:
        self.longer = NEVER
        for start in range(len(self.members)):
            if left.is_late():
                return
            home = self._distances(start, length, left)
            if left.is_spent():
                return
            if home[start] <= length or not self.keeps:
                yield from self._from(start, above, length, home, left)
            elif home[start] < self.longer:
                self.longer = home[start]

    def _from(  # noqa: C901 - the innermost loop of the search, kept in one piece for speed
        self, start: int, above: int, length: int, home: list[int], left: _Left
    ) -> Iterator[tuple[int, ...]]:
        path, is_on_path = [start], bytearray(len(self.members))
        choices = [iter(self.successors[start])]
        while choices:
            left.steps -= 1
            if left.steps < 0:
                return
            step = next(choices[-1], None)
            if step is None:
                choices.pop()
                is_on_path[path.pop()] = 0
            elif step == start:
                if len(path) > above:
                    left.cycles -= 1
                    if left.cycles < 0:
                        return
                    yield tuple(path)
            elif not is_on_path[step]:
                whole = len(path) + home[step]
                if whole == length == len(path) + 1:  # it pays the start, and nothing else is short enough
                    left.cycles -= 1
                    if left.cycles < 0:
                        return
                    yield (*path, step)
                    self.longer = min(self.longer, length + 1)
                elif whole <= length:
                    path.append(step)
                    is_on_path[step] = 1
                    choices.append(iter(self.successors[step]))
                elif whole < self.longer:
                    self.longer = whole

    def _distances(self, start: int, length: int, left: _Left) -> list[int]:
        """Return for each node the least number of payments to the start, over later nodes.

        Nodes from which no way leads back are at :data:`NEVER`. Where distances are not kept, the search
        goes no further than the first payment leaves to go, and nodes beyond are at the length.
        """
        if start in self.kept:
            known: list[int] = self.kept[start].tolist()
            return known
        most = len(self.members) if self.keeps else length - 1
        home = [NEVER] * len(self.members)
        frontier, steps = [start], 0
        while frontier and steps < most:
            steps += 1
            reached = []
            for payee in frontier:
                left.steps -= len(self.predecessors[payee])
                for payer in self.predecessors[payee]:
                    if payer >= start and home[payer] == NEVER:
                        home[payer] = steps
                        if payer != start:
                            reached.append(payer)
            frontier = reached
        if self.keeps:
            self.kept[start] = np.array(home)
        elif frontier:
            home = [length if i >= start and d == NEVER else d for i, d in enumerate(home)]
        return home
