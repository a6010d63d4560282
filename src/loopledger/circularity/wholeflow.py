"""Maximum flow in whole numbers of any size (Dinic's algorithm), for small networks."""

from __future__ import annotations

__all__ = ["push_whole"]


def push_whole(n_nodes: int, ends: list[tuple[int, int]], free: list[int], source: int, sink: int) -> None:
    """Use up free capacity until no more can be sent from source to sink.

    Parameters
    ----------
    n_nodes : int
    ends : list of tuple of int, length n_pairs
        Two different nodes each.
    free : list of int, length 2 * n_pairs
        What can be sent from the first to the second node of pair ``k`` at ``2 * k``, and back at
        ``2 * k + 1``. Changed in place.
    source, sink : int

    References
    ----------
    Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation", 1970.

    Examples
    --------
    >>> free = [3, 0, 5, 0]
    >>> push_whole(3, [(0, 1), (1, 2)], free, 0, 2)
    >>> free
    [0, 3, 2, 3]
    """
    head = [node for low, high in ends for node in (high, low)]
    leaving: list[list[int]] = [[] for _ in range(n_nodes)]
    for arc in range(len(head)):
        leaving[head[arc ^ 1]].append(arc)
    while True:
        level = _levels(leaving, head, free, source, sink)
        if level[sink] < 0:
            return
        _block(leaving, head, free, level, sink)


def _levels(leaving: list[list[int]], head: list[int], free: list[int], source: int, sink: int) -> list[int]:
    """Return the number of arcs from the source to each node no farther than the sink, else -1."""
    level = [-1] * len(leaving)
    level[source] = 0
    frontier = [source]
    while frontier and level[sink] < 0:
        reached = []
        for node in frontier:
            for arc in leaving[node]:
                if free[arc] and level[head[arc]] < 0:
                    level[head[arc]] = level[node] + 1
                    reached.append(head[arc])
        frontier = reached
    return level


def _block(leaving: list[list[int]], head: list[int], free: list[int], level: list[int], sink: int) -> None:
    """Send along shortest ways until none is left."""
    # most nodes lie on no shortest way: what is left to try is kept only for those that are visited
    choices: dict[int, list[int]] = {}
    path: list[int] = []
    node = level.index(0)
    while True:
        if node == sink:
            amount = min(free[arc] for arc in path)
            for arc in path:
                free[arc] -= amount
                free[arc ^ 1] += amount
            stop = next(k for k, arc in enumerate(path) if not free[arc])
            node = head[path[stop] ^ 1]
            del path[stop:]
        left = choices.get(node)
        if left is None:
            left = choices[node] = leaving[node][::-1]
        farther = level[node] + 1
        while left and not (free[left[-1]] and level[head[left[-1]]] == farther):
            left.pop()
        if left:
            path.append(left[-1])
            node = head[left[-1]]
        elif path:
            node = head[path.pop() ^ 1]
            choices[node].pop()
        else:
            return
