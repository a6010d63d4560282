"""Maximum flow with real capacities, proven by a cut that anybody can add up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

__all__ = ["MaximumFlow", "push_flow"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: The integer solver takes 32-bit capacities; one bit is left for the sum of two opposite arcs.
_STEPS = 2.0**29
#: What may remain unpushed, relative to the whole: the rounding of sums in double precision.
_ENOUGH = 1e-16
_MAX_PHASES = 24


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
    Capacity scaling: the capacities are rounded down to multiples of a power of two, an integer
    maximum flow is found (Dinic's algorithm), and the same is done with what is left, until what any
    flow could still add is beyond double precision. So one huge payment does not drown the small ones.

    References
    ----------
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, sections 6.5 and 7.3.
    """
    pairs = _Pairs.of(tail, head, capacity, n_nodes)
    whole = left = min(pairs.leaving(source), pairs.entering(sink))
    reached = pairs.reached(np.finfo(np.float64).tiny, source)
    for _ in range(_MAX_PHASES):
        if left <= _ENOUGH * whole:
            break
        step = 2.0 ** math.ceil(math.log2(left / _STEPS))
        pairs.push(step, left, source, sink)
        reached = pairs.reached(step, source)
        left = pairs.left(reached)
    return MaximumFlow(
        value=pairs.carried(source),
        cut=reached[tail] & ~reached[head],
        residual=pairs.violation({source, sink}),
    )


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

    def push(self, step: float, most: float, source: int, sink: int) -> None:
        """Add a maximum flow in whole steps; no arc needs to carry more than the most."""
        up, down = (np.floor(np.minimum(free, most) / step).astype(np.int32) for free in self.free())
        ends = np.concatenate([self.low, self.high]), np.concatenate([self.high, self.low])
        capacity = coo_matrix((np.concatenate([up, down]), ends), shape=(self.n, self.n)).tocsr()
        found = maximum_flow(capacity, source, sink).flow
        self.flow += step * np.asarray(found[self.low, self.high], dtype=np.float64).ravel()

    def reached(self, step: float, source: int) -> BoolArray:
        """Return the nodes to which at least one more step could be sent."""
        up, down = (free >= step for free in self.free())
        tail = np.concatenate([self.low[up], self.high[down]])
        head = np.concatenate([self.high[up], self.low[down]])
        graph = csr_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(self.n, self.n))
        mask = np.zeros(self.n, dtype=np.bool_)
        mask[breadth_first_order(graph, source, return_predecessors=False)] = True
        return mask

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
