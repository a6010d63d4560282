"""Maximum flow in whole numbers, proven by a cut that anybody can add up."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.wholeflow import push_whole
from loopledger.network.graphs import reach

__all__ = ["MaximumFlow", "push_flow"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Up to so many pairs of nodes Python is done before a library that is faster is loaded.
_SMALL = 2000
#: Largest capacity of the library without extras: its integers have 32 bits, of which one is left for the
#: sum of two opposite arcs.
_COARSE = 2**29


@dataclass(frozen=True, slots=True, kw_only=True)
class MaximumFlow:
    """A flow from a source to a sink that no flow exceeds.

    Parameters
    ----------
    value : int
        [units of the capacities], what the flow carries.
    flow : ndarray of int, shape (n_arcs,)
        What it sends over each arc, 0 to the capacity.
    cut : ndarray of bool, shape (n_arcs,)
        Arcs of which every way from source to sink must use one. No flow, whatever way it was found, can
        carry more than the sum of their capacities.
    residual : int
        [units of the capacities], largest violation of a capacity or of a balance by the flow.
    """

    value: int
    flow: IntArray
    cut: BoolArray
    residual: int


def push_flow(
    tail: IntArray, head: IntArray, capacity: IntArray, *, source: int, sink: int, n_nodes: int
) -> MaximumFlow:
    """Return a maximum flow.

    Parameters
    ----------
    tail, head : ndarray of int, shape (n_arcs,)
        Ends of the arcs, ``tail != head``; parallel arcs are allowed.
    capacity : ndarray of int, shape (n_arcs,)
        Each >= 0, their sum below ``2**63``.
    source, sink : int
        Two different nodes.
    n_nodes : int

    Returns
    -------
    MaximumFlow
        Exact: its value equals the capacity of its cut.

    Notes
    -----
    Small networks: Dinic's algorithm in Python. Large ones: push-relabel of OR-tools where the extra
    `scale` is installed; else capacity scaling, in rounds of 29 bits down to single units, each round a
    maximum flow of scipy.

    References
    ----------
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, sections 6.5, 7.3 and 7.4.
    """
    useful, dead = _on_the_way(tail, head, capacity > 0, source=source, sink=sink, n_nodes=n_nodes)
    pairs = _Pairs.of(tail[useful], head[useful], capacity[useful], n_nodes)
    flow = np.zeros(len(tail), dtype=np.int64)
    if useful.any():
        pairs.fill(source, sink)
        flow[useful] = pairs.by_arc(tail[useful], head[useful], capacity[useful])
    # a node from which no way leads to the sink stands on the source's side of the cut
    near = pairs.reached(1, source) | dead
    return MaximumFlow(
        value=pairs.carried(source),
        flow=flow,
        cut=near[tail] & ~near[head],
        residual=_violation((tail, head), capacity, flow, n_nodes, (source, sink)),
    )


def _on_the_way(
    tail: IntArray, head: IntArray, open_: BoolArray, *, source: int, sink: int, n_nodes: int
) -> tuple[BoolArray, BoolArray]:
    """Return the arcs on some way from source to sink, and the nodes from which none leads to the sink."""
    starts, ends = np.zeros(n_nodes, dtype=np.bool_), np.zeros(n_nodes, dtype=np.bool_)
    starts[source], ends[sink] = True, True
    reached = reach(tail[open_], head[open_], starts)
    reaching = reach(head[open_], tail[open_], ends)
    return open_ & reached[tail] & reaching[head], ~reaching


def _violation(
    arcs: tuple[IntArray, IntArray], capacity: IntArray, flow: IntArray, n: int, ends: tuple[int, int]
) -> int:
    over = max(int((flow - capacity).max(initial=0)), int((-flow).max(initial=0)))
    net = np.zeros(n, dtype=np.int64)
    np.add.at(net, arcs[1], flow)
    np.subtract.at(net, arcs[0], flow)
    net[list(ends)] = 0
    return max(over, int(np.abs(net).max(initial=0)))


@dataclass(slots=True)
class _Pairs:
    """Arcs by unordered pair of nodes, ``low < high``, with one signed flow for each pair."""

    n: int
    low: IntArray
    high: IntArray
    up: IntArray
    down: IntArray
    flow: IntArray
    index: IntArray

    @classmethod
    def of(cls, tail: IntArray, head: IntArray, capacity: IntArray, n: int) -> _Pairs:
        low, high = np.minimum(tail, head), np.maximum(tail, head)
        keys, index = np.unique(low * n + high, return_inverse=True)
        rises = tail < head
        up, down = np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        np.add.at(up, index[rises], capacity[rises])
        np.add.at(down, index[~rises], capacity[~rises])
        flow = np.zeros(len(keys), dtype=np.int64)
        return cls(n=n, low=keys // n, high=keys % n, up=up, down=down, flow=flow, index=index)

    def fill(self, source: int, sink: int) -> None:
        """Add a maximum flow to the empty network."""
        if len(self.flow) <= _SMALL:
            self.flow += self._push_small(self.up, self.down, source, sink)
        elif find_spec("ortools") is not None:
            self.flow += self._push_wide(source, sink)
        else:
            left = min(self._around(source, self.up, self.down), self._around(sink, self.down, self.up))
            while left:
                step = max(1, 2 ** (left // _COARSE).bit_length())
                up, down = (np.minimum(free, left) // step for free in self._free())
                self.flow += step * self._push_narrow(up, down, source, sink)
                left = self._left(self.reached(step, source)) if step > 1 else 0

    def carried(self, node: int) -> int:
        """Return what the flow takes out of a node."""
        return int(self.flow[self.low == node].sum()) - int(self.flow[self.high == node].sum())

    def by_arc(self, tail: IntArray, head: IntArray, capacity: IntArray) -> IntArray:
        """Return the flow of each arc; parallel arcs are filled in their order."""
        rises = tail < head
        wanted = np.where(rises, np.maximum(self.flow, 0)[self.index], np.maximum(-self.flow, 0)[self.index])
        order = np.argsort(self.index * 2 + rises, kind="stable")
        sums = np.cumsum(capacity[order])
        before = sums - capacity[order]
        group = (self.index * 2 + rises)[order]
        first = np.concatenate([[True], group[1:] != group[:-1]])
        before -= np.repeat(before[first], np.diff(np.append(np.flatnonzero(first), len(order))))
        flow = np.empty(len(tail), dtype=np.int64)
        flow[order] = np.clip(wanted[order] - before, 0, capacity[order])
        return flow

    def _around(self, node: int, up: IntArray, down: IntArray) -> int:
        return int(up[self.low == node].sum()) + int(down[self.high == node].sum())

    def _free(self) -> tuple[IntArray, IntArray]:
        """Return what could still be sent up and down each pair."""
        return self.up - self.flow, self.down + self.flow

    def _push_small(self, up: IntArray, down: IntArray, source: int, sink: int) -> IntArray:
        free = [steps for pair in zip(up.tolist(), down.tolist(), strict=True) for steps in pair]
        ends = list(zip(self.low.tolist(), self.high.tolist(), strict=True))
        push_whole(self.n, ends, free, source, sink)
        return up - np.array(free[::2], dtype=np.int64)

    def _push_wide(self, source: int, sink: int) -> IntArray:
        from ortools.graph.python.max_flow import SimpleMaxFlow  # noqa: PLC0415 - an extra

        solver = SimpleMaxFlow()
        upward = solver.add_arcs_with_capacity(self.low, self.high, self.up)
        downward = solver.add_arcs_with_capacity(self.high, self.low, self.down)
        solver.solve(source, sink)
        flow: IntArray = np.asarray(solver.flows(upward)) - np.asarray(solver.flows(downward))
        return flow

    def _push_narrow(self, up: IntArray, down: IntArray, source: int, sink: int) -> IntArray:
        from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to load
        from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415

        ends = np.concatenate([self.low, self.high]), np.concatenate([self.high, self.low])
        capacity = np.concatenate([up, down]).astype(np.int32)
        network = coo_matrix((capacity, ends), shape=(self.n, self.n)).tocsr()
        found = maximum_flow(network, source, sink).flow
        return np.asarray(found[self.low, self.high], dtype=np.int64).ravel()

    def reached(self, step: int, source: int) -> BoolArray:
        """Return the nodes to which at least one more step could be sent."""
        up, down = (free >= step for free in self._free())
        starts = np.zeros(self.n, dtype=np.bool_)
        starts[source] = True
        return reach(
            np.concatenate([self.low[up], self.high[down]]),
            np.concatenate([self.high[up], self.low[down]]),
            starts,
        )

    def _left(self, reached: BoolArray) -> int:
        """Return what could still cross from the reached nodes to the others."""
        up, down = self._free()
        rising = reached[self.low] & ~reached[self.high]
        falling = reached[self.high] & ~reached[self.low]
        return int(up[rising].sum()) + int(down[falling].sum())
