"""Simple cycles of a directed graph, the shortest first, within limits that are reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopledger.network.graphs import strong_components

__all__ = ["Cycles", "find_cycles"]

#: A number of payments that no way has.
_NEVER = 1 << 60
#: Distances of a part are kept when there are no more of them than this, and not much work to find.
_KEPT_DISTANCES = 4_000_000
#: From this length on, several lengths are searched together.
_BANDS_FROM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycles:
    """Cycles in the order of their length.

    Parameters
    ----------
    cycles : tuple of tuple of str
        Nodes in order, the first by name first.
    truncated : bool
        Whether a limit stopped the search.
    complete_to_length : int
        Every cycle of so many nodes or fewer was found.
    """

    cycles: tuple[tuple[str, ...], ...]
    truncated: bool
    complete_to_length: int


def find_cycles(
    arcs: Iterable[tuple[str, str]], *, max_length: int | None, max_cycles: int, max_steps: int
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
    parts = list(_parts(arcs))
    longest = max((len(part.names) for part in parts), default=0)
    limit = longest if max_length is None else min(longest, max_length)
    found: list[tuple[str, ...]] = []
    left = _Left(steps=max_steps, cycles=max_cycles)
    complete, possible, together = 1, 2, True
    while complete < limit and possible <= limit:
        band = complete * 3 // 2 if together and complete >= _BANDS_FROM else complete + 1
        length = min(limit, max(possible, band))
        before = replace(left)
        more = [cycle for part in parts for cycle in part.search(complete, length, left)]
        if left.is_spent() and length > max(possible, complete + 1):
            left, together = before, False
            continue
        found += sorted(more, key=len)
        if left.is_spent():
            return Cycles(cycles=tuple(found), truncated=True, complete_to_length=max(complete, possible - 1))
        complete, possible = length, min((part.longer for part in parts), default=_NEVER)
    return Cycles(cycles=tuple(found), truncated=False, complete_to_length=limit)


@dataclass(slots=True)
class _Left:
    """What is left of the limits."""

    steps: int
    cycles: int

    def is_spent(self) -> bool:
        """Return whether a limit is exceeded."""
        return self.steps < 0 or self.cycles < 0


def _parts(arcs: Iterable[tuple[str, str]]) -> Iterator[_Part]:
    """Yield the strongly connected parts with at least two nodes, by their first names."""
    pairs = sorted(arcs)
    names = sorted({name for pair in pairs for name in pair})
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
        yield _Part.of([names[i] for i in members[part]], members[part], inner[part])


@dataclass(slots=True)
class _Part:
    """A strongly connected part, its nodes numbered by name."""

    names: list[str]
    successors: list[list[int]]
    predecessors: list[list[int]]
    keeps: bool
    kept: dict[int, NDArray[np.int64]]
    #: a length that longer cycles have at least, after a search
    longer: int

    @classmethod
    def of(cls, names: list[str], members: list[int], arcs: list[tuple[int, int]]) -> _Part:
        number = {i: k for k, i in enumerate(members)}
        successors: list[list[int]] = [[] for _ in members]
        predecessors: list[list[int]] = [[] for _ in members]
        for u, v in arcs:
            successors[number[u]].append(number[v])
            predecessors[number[v]].append(number[u])
        keeps = len(members) * len(arcs) <= _KEPT_DISTANCES
        return cls(names, successors, predecessors, keeps, {}, 2)

    def search(self, above: int, length: int, left: _Left) -> Iterator[tuple[str, ...]]:
        """Yield the cycles longer than one length and no longer than another, within the limits."""
        self.longer = _NEVER
        for start in range(len(self.names)):
            home = self._distances(start, length, left)
            if left.is_spent():
                return
            if home[start] <= length or not self.keeps:
                yield from self._from(start, above, length, home, left)
            elif home[start] < self.longer:
                self.longer = home[start]

    def _from(  # noqa: C901 - the innermost loop of the search, kept in one piece for speed
        self, start: int, above: int, length: int, home: list[int], left: _Left
    ) -> Iterator[tuple[str, ...]]:
        path, is_on_path = [start], bytearray(len(self.names))
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
                    yield tuple(self.names[i] for i in path)
            elif not is_on_path[step]:
                whole = len(path) + home[step]
                if whole == length == len(path) + 1:  # it pays the start, and nothing else is short enough
                    left.cycles -= 1
                    if left.cycles < 0:
                        return
                    yield (*(self.names[i] for i in path), self.names[step])
                    self.longer = min(self.longer, length + 1)
                elif whole <= length:
                    path.append(step)
                    is_on_path[step] = 1
                    choices.append(iter(self.successors[step]))
                elif whole < self.longer:
                    self.longer = whole

    def _distances(self, start: int, length: int, left: _Left) -> list[int]:
        """Return for each node the least number of payments to the start, over later nodes.

        Nodes from which no way leads back are at :data:`_NEVER`. Where distances are not kept, the search
        goes no further than the first payment leaves to go, and nodes beyond are at the length.
        """
        if start in self.kept:
            known: list[int] = self.kept[start].tolist()
            return known
        most = len(self.names) if self.keeps else length - 1
        home = [_NEVER] * len(self.names)
        frontier, steps = [start], 0
        while frontier and steps < most:
            steps += 1
            reached = []
            for payee in frontier:
                left.steps -= len(self.predecessors[payee])
                for payer in self.predecessors[payee]:
                    if payer >= start and home[payer] == _NEVER:
                        home[payer] = steps
                        if payer != start:
                            reached.append(payer)
            frontier = reached
        if self.keeps:
            self.kept[start] = np.array(home)
        elif frontier:
            home = [length if i >= start and d == _NEVER else d for i, d in enumerate(home)]
        return home
