"""Which nodes a graph leads to, and which lead to each other; without a library, so that a brief starts fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopledger.network.compiled import compiled

__all__ = ["reach", "strong_components"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: After so many sweeps over all arcs the graph is a long chain, and walking is faster.
_SWEEPS = 20


def reach(tail: IntArray, head: IntArray, starts: BoolArray) -> BoolArray:
    """Return the nodes to which arcs lead from the starts, and the starts themselves.

    Parameters
    ----------
    tail, head : ndarray of int, shape (n_arcs,)
    starts : ndarray of bool, shape (n_nodes,)

    Examples
    --------
    >>> reach(np.array([0, 1, 3]), np.array([1, 2, 2]), np.array([True, False, False, False])).tolist()
    [True, True, True, False]
    """
    reached = starts.copy()
    newly = np.flatnonzero(reached)
    for _ in range(_SWEEPS):
        newly = head[reached[tail] & ~reached[head]]
        if not len(newly):
            return reached
        reached[newly] = True
    first = np.searchsorted(
        tail, np.arange(len(starts) + 1), sorter=(order := np.argsort(tail, kind="stable"))
    )
    walk = compiled(_walk, 4 * len(tail))
    walk(first, head[order], np.unique(newly), reached)
    return reached


def _walk(first: IntArray, head: IntArray, newly: IntArray, reached: BoolArray) -> None:
    """Mark all nodes to which arcs lead from the new ones; a kernel."""
    waiting = np.zeros(len(reached), dtype=np.int64)
    waiting[: len(newly)] = newly
    n_waiting = len(newly)
    while n_waiting > 0:
        n_waiting -= 1
        node = waiting[n_waiting]
        for arc in range(first[node], first[node + 1]):
            if not reached[head[arc]]:
                reached[head[arc]] = True
                waiting[n_waiting] = head[arc]
                n_waiting += 1


def strong_components(n_nodes: int, tail: IntArray, head: IntArray) -> IntArray:
    """Return for each node the number of its group, in which every node leads to every other.

    References
    ----------
    Tarjan, "Depth-first search and linear graph algorithms", *SIAM Journal on Computing* 1, 1972.

    Examples
    --------
    >>> label = strong_components(4, np.array([0, 1, 1]), np.array([1, 0, 2]))
    >>> bool(label[0] == label[1]), len(set(label.tolist()))
    (True, 3)
    """
    successors = _successors(n_nodes, tail, head)
    order, low = [-1] * n_nodes, [0] * n_nodes
    label = [-1] * n_nodes
    waiting: list[int] = []
    n_seen = n_groups = 0
    for root in range(n_nodes):
        if order[root] >= 0:
            continue
        walk = [(root, iter(successors[root]))]
        order[root] = low[root] = n_seen
        n_seen += 1
        waiting.append(root)
        while walk:
            node, rest = walk[-1]
            step = next(rest, None)
            if step is None:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == order[node]:
                    while label[node] < 0:
                        label[waiting.pop()] = n_groups
                    n_groups += 1
            elif order[step] < 0:
                order[step] = low[step] = n_seen
                n_seen += 1
                waiting.append(step)
                walk.append((step, iter(successors[step])))
            elif label[step] < 0:
                low[node] = min(low[node], order[step])
    return np.array(label, dtype=np.int64)


def _successors(n_nodes: int, tail: IntArray, head: IntArray) -> list[list[int]]:
    successors: list[list[int]] = [[] for _ in range(n_nodes)]
    for u, v in zip(tail.tolist(), head.tolist(), strict=True):
        successors[u].append(v)
    return successors
