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

    An arc never leads to a group of a higher number.

    References
    ----------
    Tarjan, "Depth-first search and linear graph algorithms", *SIAM Journal on Computing* 1, 1972.

    Examples
    --------
    >>> label = strong_components(4, np.array([0, 1, 1]), np.array([1, 0, 2]))
    >>> bool(label[0] == label[1]), len(set(label.tolist()))
    (True, 3)
    """
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail, np.arange(n_nodes + 1), sorter=order)
    label = np.full(n_nodes, -1, dtype=np.int64)
    search = compiled(_search, 10 * (n_nodes + len(tail)))
    search(first, head[order], label)
    return label


def _search(first: IntArray, head: IntArray, label: IntArray) -> None:
    """Give each node the number of its group, in one depth-first walk; a kernel."""
    n_nodes = len(label)
    order, low = np.full(n_nodes, -1, dtype=np.int64), np.zeros(n_nodes, dtype=np.int64)
    next_arc = first[:n_nodes].copy()
    waiting, walk = np.zeros(n_nodes, dtype=np.int64), np.zeros(n_nodes, dtype=np.int64)
    n_waiting = n_seen = n_groups = 0
    for root in range(n_nodes):
        if order[root] >= 0:
            continue
        order[root] = low[root] = n_seen
        n_seen += 1
        walk[0], depth = root, 1
        waiting[n_waiting] = root
        n_waiting += 1
        while depth > 0:
            node = walk[depth - 1]
            if next_arc[node] < first[node + 1]:
                step = head[next_arc[node]]
                next_arc[node] += 1
                if order[step] < 0:
                    order[step] = low[step] = n_seen
                    n_seen += 1
                    waiting[n_waiting] = step
                    n_waiting += 1
                    walk[depth] = step
                    depth += 1
                elif label[step] < 0:
                    low[node] = min(low[node], order[step])
                continue
            depth -= 1
            if depth > 0:
                low[walk[depth - 1]] = min(low[walk[depth - 1]], low[node])
            if low[node] == order[node]:
                while label[node] < 0:
                    n_waiting -= 1
                    label[waiting[n_waiting]] = n_groups
                n_groups += 1
