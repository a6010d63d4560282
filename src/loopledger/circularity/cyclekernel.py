"""The search for cycles in large graphs, over arrays that numba can compile."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from loopledger.network.compiled import compiled

__all__ = ["NEVER", "CycleSearch"]

IntArray = NDArray[np.int64]

#: A number of payments that no way has.
NEVER = 1 << 60
#: Rows that are drained at a time.
_ROOM = 1 << 18


@dataclass(slots=True)
class CycleSearch:
    """A strongly connected graph as rows of arrays.

    Parameters
    ----------
    first_out, out : ndarray of int
        Successors of node ``k`` are ``out[first_out[k]:first_out[k + 1]]``, ascending.
    first_in, into : ndarray of int
        Predecessors alike.
    """

    first_out: IntArray
    out: IntArray
    first_in: IntArray
    into: IntArray
    room: int = field(default_factory=lambda: _ROOM)

    @classmethod
    def of(cls, successors: list[list[int]], predecessors: list[list[int]]) -> CycleSearch:
        """Return the search for a graph given as lists of neighbours."""
        rows = []
        for lists in (successors, predecessors):
            first = np.zeros(len(lists) + 1, dtype=np.int64)
            np.cumsum([len(row) for row in lists], out=first[1:])
            rows += [first, np.array([node for row in lists for node in row], dtype=np.int64)]
        return cls(first_out=rows[0], out=rows[1], first_in=rows[2], into=rows[3])

    def run(
        self, above: int, length: int, limits: tuple[int, int], longer: int
    ) -> tuple[list[tuple[int, IntArray]], tuple[int, int], int]:
        """Return cycles longer than one length and no longer than another.

        Parameters
        ----------
        above, length : int
        limits : tuple of int
            Steps and cycles that are left.
        longer : int
            A length that longer cycles have at least, so far.

        Returns
        -------
        cycles : list of (int, ndarray of shape (n, length))
            By length, in the order of the search.
        limits : tuple of int
            What is left; one is negative where it was exceeded.
        longer : int
        """
        n_nodes = len(self.first_out) - 1
        search = compiled(_search, 100 * len(self.out))
        state = np.array([limits[0], limits[1], longer], dtype=np.int64)
        found: dict[int, list[IntArray]] = {}
        start = 0
        while start < n_nodes:
            rows = np.zeros((self.room, length), dtype=np.int32)
            sizes = np.zeros(self.room, dtype=np.int64)
            before = start
            start, n_rows = search(
                self.first_out, self.out, self.first_in, self.into, start, above, length, state, rows, sizes
            )
            for size in np.unique(sizes[:n_rows]).tolist():
                part = rows[:n_rows][sizes[:n_rows] == size, :size]
                found.setdefault(size, []).append(part.astype(np.int64))
            if state[0] < 0 or state[1] < 0:
                break
            if start == before:
                self.room *= 2
        cycles = [(size, np.concatenate(parts)) for size, parts in sorted(found.items())]
        return cycles, (int(state[0]), int(state[1])), int(state[2])


def _search(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one search, kept in one piece to compile
    first_out: IntArray,
    out: IntArray,
    first_in: IntArray,
    into: IntArray,
    start: int,
    above: int,
    length: int,
    state: IntArray,
    rows: NDArray[np.int32],
    sizes: IntArray,
) -> tuple[int, int]:
    """Search from each node in turn; return the node to go on from and the number of rows. A kernel."""
    n_nodes, room = len(first_out) - 1, len(sizes)
    home, stamp = np.zeros(n_nodes, dtype=np.int64), np.full(n_nodes, -1, dtype=np.int64)
    queue = np.zeros(n_nodes, dtype=np.int64)
    path, choice = np.zeros(length + 1, dtype=np.int64), np.zeros(length + 1, dtype=np.int64)
    on_path = np.zeros(n_nodes, dtype=np.bool_)
    n_rows = 0
    while start < n_nodes:
        rows_before = n_rows
        steps_before, cycles_before, longer_before = state[0], state[1], state[2]
        # least number of payments home, over later nodes, no further than a cycle of the length can be
        queue[0] = start
        begin, end, steps = 0, 1, 0
        while begin < end and steps < length - 1:
            steps += 1
            last = end
            for k in range(begin, last):
                node = queue[k]
                state[0] -= first_in[node + 1] - first_in[node]
                for a in range(first_in[node], first_in[node + 1]):
                    payer = into[a]
                    if payer >= start and stamp[payer] != start:
                        stamp[payer], home[payer] = start, steps
                        if payer != start:
                            queue[end] = payer
                            end += 1
            begin = last
        if state[0] < 0:
            return start, n_rows
        beyond = length if begin < end else 1 << 60
        path[0], choice[0], depth = start, first_out[start], 1
        while depth > 0:
            state[0] -= 1
            if state[0] < 0:
                return start, n_rows
            node = path[depth - 1]
            if choice[depth - 1] == first_out[node + 1]:
                depth -= 1
                on_path[node] = False
                continue
            step = out[choice[depth - 1]]
            choice[depth - 1] += 1
            ends_with = -1
            if step == start:
                if depth > above:
                    ends_with = 0
            elif not on_path[step]:
                if stamp[step] == start:
                    whole = depth + home[step]
                elif step > start:
                    whole = depth + beyond
                else:
                    whole = 1 << 60
                if whole == length and depth + 1 == length:
                    ends_with = 1
                elif whole <= length:
                    path[depth], choice[depth] = step, first_out[step]
                    on_path[step] = True
                    depth += 1
                elif whole < state[2]:
                    state[2] = whole
            if ends_with >= 0:
                state[1] -= 1
                if state[1] < 0:
                    return start, n_rows
                if n_rows == room:  # no room for this start: undo it, and let the rows be drained
                    state[0], state[1], state[2] = steps_before, cycles_before, longer_before
                    return start, rows_before
                for k in range(depth):
                    rows[n_rows, k] = path[k]
                if ends_with == 1:
                    rows[n_rows, depth] = step
                    state[2] = min(state[2], length + 1)
                sizes[n_rows] = depth + ends_with
                n_rows += 1
        start += 1
    return start, n_rows
