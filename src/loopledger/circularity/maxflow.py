"""Maximum flow with real capacities, proven by a cut that anybody can add up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.graphs import reach
from loopledger.circularity.wholeflow import push_whole

__all__ = ["MaximumFlow", "push_flow"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Up to so many pairs of nodes Python is done before the library that is faster is loaded.
_SMALL = 12000
#: Steps into which the whole is divided: Python's integers have no limit, those of the library have 32
#: bits, of which one is left for the sum of two opposite arcs.
_FINE, _COARSE = 2.0**52, 2.0**29
#: What may remain unsent, relative to the flow: the rounding of sums in double precision.
_ENOUGH = 2.0**-53
#: What a full arc may seem to have free, relative to its flow: the rounding of one difference.
_DUST = 2.0**-51


@dataclass(frozen=True, slots=True, kw_only=True)
class MaximumFlow:
    """A flow from a source to a sink that no flow exceeds.

    Parameters
    ----------
    value : float
        [unit of the capacities], what the flow carries.
    cut : ndarray of bool, shape (n_arcs,)
        Arcs of which every way from source to sink must use one. No flow, whatever way it was found, can
        carry more than the sum of their capacities.
    residual : float
        [unit of the capacities], largest violation of a capacity or of a balance by the flow.
    """

    value: float
    cut: BoolArray
    residual: float


def push_flow(
    tail: IntArray, head: IntArray, capacity: FloatArray, *, source: int, sink: int, n_nodes: int
) -> MaximumFlow:
    """Return a maximum flow.

    Parameters
    ----------
    tail, head : ndarray of int, shape (n_arcs,)
        Ends of the arcs, ``tail != head``. Parallel arcs are added up.
    capacity : ndarray of float, shape (n_arcs,)
        Each finite and >= 0.
    source, sink : int
        Two different nodes.
    n_nodes : int

    Returns
    -------
    MaximumFlow

    Notes
    -----
    Capacity scaling: the capacities are rounded down to multiples of a power of two, a maximum flow in
    whole numbers is found (Dinic's algorithm), and the same is done with what is left, until what any
    flow could still add is beyond double precision. So one huge payment does not drown the small ones.

    References
    ----------
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, sections 6.5 and 7.3.
    """
    useful, dead = _on_the_way(tail, head, capacity > 0, source=source, sink=sink, n_nodes=n_nodes)
    pairs = _Pairs.of(tail[useful], head[useful], capacity[useful], n_nodes)
    left = min(pairs.leaving(source), pairs.entering(sink))
    before = math.inf
    reached = pairs.reached(np.finfo(np.float64).tiny, source)
    # what is left shrinks by a factor in each round, until it is the dust of rounding
    while _ENOUGH * pairs.carried(source) < left < before:
        step = 2.0 ** math.ceil(math.log2(left / pairs.n_steps))
        pairs.push(step, left, source, sink)
        reached = pairs.reached(step, source)
        before, left = left, pairs.left(reached)
    # a node from which no way leads to the sink stands on the source's side of the cut
    near = reached | dead
    return MaximumFlow(
        value=pairs.carried(source),
        cut=near[tail] & ~near[head],
        residual=pairs.violation({source, sink}),
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


@dataclass(slots=True)
class _Pairs:
    """Arcs by unordered pair of nodes, ``low < high``, with one signed flow for each pair."""

    n: int
    low: IntArray
    high: IntArray
    up: FloatArray
    down: FloatArray
    flow: FloatArray

    @classmethod
    def of(cls, tail: IntArray, head: IntArray, capacity: FloatArray, n: int) -> _Pairs:
        low, high = np.minimum(tail, head), np.maximum(tail, head)
        keys, index = np.unique(low * n + high, return_inverse=True)
        rises = tail < head
        up, down = np.zeros(len(keys)), np.zeros(len(keys))
        np.add.at(up, index[rises], capacity[rises])
        np.add.at(down, index[~rises], capacity[~rises])
        return cls(n=n, low=keys // n, high=keys % n, up=up, down=down, flow=np.zeros(len(keys)))

    def leaving(self, node: int) -> float:
        return float(self.up[self.low == node].sum() + self.down[self.high == node].sum())

    def entering(self, node: int) -> float:
        return float(self.up[self.high == node].sum() + self.down[self.low == node].sum())

    def carried(self, node: int) -> float:
        """Return what the flow takes out of a node."""
        return math.fsum(self.flow[self.low == node].tolist() + (-self.flow[self.high == node]).tolist())

    def free(self) -> tuple[FloatArray, FloatArray]:
        """Return what could still be sent up and down each pair."""
        return np.maximum(self.up - self.flow, 0.0), np.maximum(self.down + self.flow, 0.0)

    @property
    def n_steps(self) -> float:
        """Into how many steps the solver can divide the whole."""
        return _FINE if len(self.flow) <= _SMALL else _COARSE

    def push(self, step: float, most: float, source: int, sink: int) -> None:
        """Add a maximum flow in whole steps; no arc needs to carry more than the most."""
        up, down = (np.floor(np.minimum(free, most) / step) for free in self.free())
        solve = self._push_small if len(self.flow) <= _SMALL else self._push_large
        self.flow += step * solve(up, down, source, sink)

    def _push_small(self, up: FloatArray, down: FloatArray, source: int, sink: int) -> FloatArray:
        free = [int(steps) for pair in zip(up.tolist(), down.tolist(), strict=True) for steps in pair]
        ends = list(zip(self.low.tolist(), self.high.tolist(), strict=True))
        push_whole(self.n, ends, free, source, sink)
        return up - np.array(free[::2], dtype=np.float64)

    def _push_large(self, up: FloatArray, down: FloatArray, source: int, sink: int) -> FloatArray:
        from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to load
        from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415

        ends = np.concatenate([self.low, self.high]), np.concatenate([self.high, self.low])
        capacity = np.concatenate([up, down]).astype(np.int32)
        network = coo_matrix((capacity, ends), shape=(self.n, self.n)).tocsr()
        found = maximum_flow(network, source, sink).flow
        flow: FloatArray = np.asarray(found[self.low, self.high], dtype=np.float64).ravel()
        return flow

    def reached(self, step: float, source: int) -> BoolArray:
        """Return the nodes to which at least one more step could be sent."""
        least = np.maximum(step, _DUST * np.abs(self.flow))
        up, down = (free >= least for free in self.free())
        starts = np.zeros(self.n, dtype=np.bool_)
        starts[source] = True
        return reach(
            np.concatenate([self.low[up], self.high[down]]),
            np.concatenate([self.high[up], self.low[down]]),
            starts,
        )

    def left(self, reached: BoolArray) -> float:
        """Return what could still cross from the reached nodes to the others."""
        up, down = self.free()
        rising = reached[self.low] & ~reached[self.high]
        falling = reached[self.high] & ~reached[self.low]
        return float(up[rising].sum() + down[falling].sum())

    def violation(self, ends: set[int]) -> float:
        over = np.maximum(self.flow - self.up, -self.down - self.flow)
        net = np.bincount(self.high, weights=self.flow, minlength=self.n)
        net -= np.bincount(self.low, weights=self.flow, minlength=self.n)
        net[list(ends)] = 0.0
        return float(max(0.0, over.max(initial=0.0), np.abs(net).max(initial=0.0)))
