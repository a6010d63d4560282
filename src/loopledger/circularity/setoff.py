"""The largest circulation within capacities, in whole units, and prices that prove it."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.maxflow import push_flow

__all__ = ["set_off"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

#: Up to so many arcs circles are found one by one; beyond, a library proposes a circulation.
_SMALL = 400
#: Sweeps that tighten capacities before a proposal; each one is valid, so any number will do.
_MAX_SWEEPS = 50


def set_off(tail: IntArray, head: IntArray, capacity: IntArray, n_nodes: int) -> tuple[IntArray, IntArray]:
    """Return the largest circulation, and prices of the nodes that prove it.

    Parameters
    ----------
    tail, head : ndarray of int, shape (n_arcs,)
        Ends of the arcs, ``tail != head``, no two alike.
    capacity : ndarray of int, shape (n_arcs,)
        [units] each > 0.
    n_nodes : int

    Returns
    -------
    flow : ndarray of int, shape (n_arcs,)
        [units], 0 to the capacity; equal inflow and outflow at every node.
    price : ndarray of int, shape (n_nodes,)
        Each >= 0. ``flow`` is at its capacity where ``1 + price[tail] - price[head] > 0`` and zero where
        that is negative, so ``sum(capacity * max(0, 1 + price[tail] - price[head]))`` equals its sum.

    Notes
    -----
    A circulation is proposed: by the minimum-cost flow of OR-tools where the extra `scale` is installed
    (cost scaling, exact), else by a linear programme (scipy's HiGHS), rounded to whole units. Then
    circles along which it can still grow are found by shortest ways and filled, until there are none;
    the lengths of the ways are the prices.

    References
    ----------
    Klein, "A primal method for minimal cost flows", *Management Science* 14, 1967; Ahuja, Magnanti and
    Orlin, *Network Flows*, 1993, sections 5.5, 9.3 and 9.6.
    """
    flow = np.zeros(len(tail), dtype=np.int64)
    if len(tail) > _SMALL:
        if find_spec("ortools") is not None:
            flow = _minimum_cost(tail, head, capacity)
        else:
            flow = _programme(tail, head, capacity, n_nodes)
    while True:
        distance, circles = _ways(tail, head, capacity, flow, n_nodes)
        if not circles:
            return flow, distance.max(initial=0) - distance
        for arcs, signs in circles:
            free = np.where(signs > 0, capacity[arcs] - flow[arcs], flow[arcs])
            flow[arcs] += signs * free.min()


def _minimum_cost(tail: IntArray, head: IntArray, capacity: IntArray) -> IntArray:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415 - an extra

    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tail, head, capacity, np.full(len(tail), -1, dtype=np.int64)
    )
    if solver.solve() != SimpleMinCostFlow.OPTIMAL:
        return np.zeros(len(tail), dtype=np.int64)
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def _programme(tail: IntArray, head: IntArray, capacity: IntArray, n: int) -> IntArray:
    """Return a circulation in whole units near the optimum of the linear programme."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to load
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    m = len(tail)
    ends = np.concatenate([tail, head]), np.tile(np.arange(m), 2)
    balance = csr_matrix((np.repeat([-1.0, 1.0], m), ends), shape=(n, m))
    upper = _passable(tail, head, capacity, n)
    scale = float(upper.max(initial=1))
    result = linprog(
        -np.ones(m), A_eq=balance, b_eq=np.zeros(n),
        bounds=np.column_stack([np.zeros(m), upper / scale]), method="highs-ds",
        # presolve costs a hundredfold on network matrices of this shape and gains nothing
        options={"presolve": False},
    )  # fmt: skip
    if result.status != 0:
        return np.zeros(m, dtype=np.int64)
    flow = np.minimum(np.floor(np.clip(result.x, 0.0, None) * scale).astype(np.int64), upper)
    # what rounding left over runs on ways from nodes that pay too much to nodes that receive too much
    over = np.zeros(n, dtype=np.int64)
    np.add.at(over, tail, flow)
    np.subtract.at(over, head, flow)
    starts, stops = np.flatnonzero(over > 0), np.flatnonzero(over < 0)
    away = push_flow(
        np.concatenate([tail, np.full(len(starts), n), stops]),
        np.concatenate([head, starts, np.full(len(stops), n + 1)]),
        np.concatenate([flow, over[starts], -over[stops]]),
        source=n, sink=n + 1, n_nodes=n + 2,
    )  # fmt: skip
    found: IntArray = flow - away.flow[:m]
    return found


def _passable(tail: IntArray, head: IntArray, capacity: IntArray, n: int) -> IntArray:
    """Return what of each payment its payer can have received and its payee can have passed on."""
    upper = capacity
    for _ in range(_MAX_SWEEPS):
        into, out = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        np.add.at(into, head, upper)
        np.add.at(out, tail, upper)
        tighter = np.minimum(upper, np.minimum(into[tail], out[head]))
        if np.array_equal(tighter, upper):
            break
        upper = tighter
    return upper


def _ways(
    tail: IntArray, head: IntArray, capacity: IntArray, flow: IntArray, n: int
) -> tuple[IntArray, list[tuple[IntArray, IntArray]]]:
    """Return the lengths of shortest ways with growing arcs at -1 and shrinking arcs at 1, or circles.

    A circle of negative length grows by more arcs than it shrinks. Circles that are found share no node.
    """
    grows, shrinks = np.flatnonzero(flow < capacity), np.flatnonzero(flow > 0)
    arc = np.concatenate([grows, shrinks])
    start = np.concatenate([tail[grows], head[shrinks]])
    stop = np.concatenate([head[grows], tail[shrinks]])
    length = np.concatenate([np.full(len(grows), -1), np.full(len(shrinks), 1)])
    order = np.argsort(stop, kind="stable")
    arc, start, stop, length = arc[order], start[order], stop[order], length[order]
    targets, first = np.unique(stop, return_index=True)
    sizes = np.diff(np.append(first, len(stop)))
    distance, parent = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    n_rounds, look = 0, 2
    while len(targets):
        offered = distance[start] + length
        best = np.minimum.reduceat(offered, first)
        better = best < distance[targets]
        if not better.any():
            break
        # the first arc that offers the best
        is_best = np.flatnonzero((offered == np.repeat(best, sizes)) & np.repeat(better, sizes))
        winners, at = np.unique(stop[is_best], return_index=True)
        parent[winners] = is_best[at]
        distance[winners] = best[better]
        n_rounds += 1
        if n_rounds == look:
            circles = _circles(parent, start)
            if circles:
                return distance, [(arc[c], -length[c]) for c in circles]
            look *= 2
    return distance, []


def _circles(parent: IntArray, start: IntArray) -> list[IntArray]:
    """Return the circles of the graph in which each node has at most one arc that enters it."""
    before = np.where(parent >= 0, start[np.maximum(parent, 0)], -1).tolist()
    seen = [-1] * len(before)
    circles = []
    for root in range(len(before)):
        node = root
        while node >= 0 and seen[node] < 0:
            seen[node] = root
            node = before[node]
        if node >= 0 and seen[node] == root:
            nodes = [node]
            while before[nodes[-1]] != node:
                nodes.append(before[nodes[-1]])
            circles.append(parent[np.array(nodes)])
    return circles
