"""How much of each payment may circulate: the least and the most over all largest circulations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.circulation import Circulation
from loopledger.circularity.maxflow import push_flow
from loopledger.errors import ModelError
from loopledger.network.graphs import strong_components

__all__ = ["ArcRanges", "range_arcs"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcRanges:
    """The circulating part of each pair's payments over all largest circulations.

    Parameters
    ----------
    pairs : tuple of tuple of str
        Payer and payee, those of the circulation.
    least, most : ndarray, shape (n_pairs,)
        [currency] ``0 <= least <= most <= paid``. Each end is reached by some largest circulation, and
        every value between them by another; the ends of two pairs need not be reached together.
    """

    pairs: tuple[tuple[str, str], ...]
    least: FloatArray
    most: FloatArray

    @property
    def n_free(self) -> int:
        """Number of pairs whose circulating part is not the same in all largest circulations."""
        return int(np.count_nonzero(self.least < self.most))


def range_arcs(found: Circulation, *, max_arcs: int = 2_000) -> ArcRanges:
    """Return the range of each pair over all largest circulations.

    Parameters
    ----------
    found : Circulation
    max_arcs : int
        Most pairs that may need a search of their own, two maximum flows each.

    Returns
    -------
    ArcRanges

    Raises
    ------
    ModelError
        If more pairs than that are open.

    Notes
    -----
    By the prices of the proof, a payment with ``1 + price of payer - price of payee`` above zero
    circulates whole in every optimum, and one below zero not at all. Only the others are open: the
    optima are the circulations of those alone that keep all balances. From one of them, a pair's part
    grows by as much as can flow back from its payee to its payer through the others, and shrinks by as
    much as can flow from payer to payee: two maximum flows, each proven by its cut.

    References
    ----------
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, section 9.3 (complementary slackness).

    Examples
    --------
    Two ways of equal length for one sum:

    >>> from loopledger.circularity import circulate
    >>> from loopledger.network import Row, build_table
    >>> found = circulate(build_table([
    ...     Row(period="1", payer=payer, payee=payee, kind="other", amount=amount)
    ...     for payer, payee, amount in [
    ...         ("n", "a", 10), ("a", "m", 10), ("m", "n", 10), ("a", "k", 4), ("k", "n", 4),
    ...     ]
    ... ]))
    >>> ranges = range_arcs(found)
    >>> for pair, low, high in zip(ranges.pairs, ranges.least.tolist(), ranges.most.tolist()):
    ...     print(" -> ".join(pair), low, high)
    a -> k 0.0 4.0
    a -> m 6.0 10.0
    k -> n 0.0 4.0
    m -> n 6.0 10.0
    n -> a 10.0 10.0
    """
    parties = sorted({name for pair in found.pairs for name in pair})
    place = {name: i for i, name in enumerate(parties)}
    tail = np.array([place[payer] for payer, _ in found.pairs], dtype=np.int64)
    head = np.array([place[payee] for _, payee in found.pairs], dtype=np.int64)
    price = np.array([found.prices[name] for name in parties], dtype=np.int64)
    unit, flow, paid = found.unit, found.circulating_units, found.paid_units
    open_ = np.flatnonzero(1 + price[tail] - price[head] == 0)
    network = _Residual(tail[open_], head[open_], flow[open_], paid[open_], len(parties))
    moving = network.moving()
    if len(moving) > max_arcs:
        msg = f"{len(moving):,} pairs may circulate more or less, more than {max_arcs:,} that are searched"
        raise ModelError(msg, hint="choose a shorter window or fewer parties")
    least, most = flow.copy(), flow.copy()
    for arc in moving.tolist():
        least[open_[arc]] -= network.push(arc, int(network.tail[arc]), int(network.head[arc]))
        most[open_[arc]] += network.push(arc, int(network.head[arc]), int(network.tail[arc]))
    return ArcRanges(pairs=found.pairs, least=unit.moneys(least), most=unit.moneys(most))


@dataclass(frozen=True, slots=True)
class _Residual:
    """What the open payments can still take or give back."""

    tail: IntArray
    head: IntArray
    flow: IntArray
    paid: IntArray
    n: int

    def moving(self) -> IntArray:
        """Return the payments whose part some circle can change."""
        grows, shrinks = self.flow < self.paid, self.flow > 0
        label = strong_components(
            self.n,
            np.concatenate([self.tail[grows], self.head[shrinks]]),
            np.concatenate([self.head[grows], self.tail[shrinks]]),
        )
        return np.flatnonzero(label[self.tail] == label[self.head])

    def push(self, arc: int, source: int, sink: int) -> int:
        """Return how much of a payment can be replaced, or added, through the others."""
        others = np.arange(len(self.tail)) != arc
        room = (self.paid - self.flow)[others], self.flow[others]
        found = push_flow(
            np.concatenate([self.tail[others], self.head[others]]),
            np.concatenate([self.head[others], self.tail[others]]),
            np.concatenate(room),
            source=source, sink=sink, n_nodes=self.n,
        )  # fmt: skip
        limit = self.paid[arc] - self.flow[arc] if source == self.head[arc] else self.flow[arc]
        return min(found.value, int(limit))
