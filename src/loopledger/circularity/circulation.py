"""Circulation: the most money that can be seen as going round, counting no dollar twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.certificate import Certificate
from loopledger.circularity.setoff import set_off
from loopledger.network import FlowTable
from loopledger.network.graphs import strong_components
from loopledger.network.whole import Unit, find_unit

__all__ = ["Circulation", "circulate"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulation:
    """The largest circulation of a window.

    Parameters
    ----------
    total : float
        [currency], sum of the circulating part of all payments among the parties.
    gross : float
        [currency], sum of all payments among the parties.
    pairs : tuple of tuple of str
        Payer and payee.
    unit : Unit
        What the next two count in.
    circulating_units, paid_units : ndarray of int, shape (n_pairs,)
        [units], the circulating part and the whole of the payments of each pair. The total is unique;
        its split over pairs is one of possibly many, see
        :func:`~loopledger.circularity.range_arcs`.
    prices : mapping of str to int
        Of each party. ``sum(paid * max(0, 1 + price of payer - price of payee))`` is a bound on every
        circulation, and equals the total.
    certificate : Certificate
        Value and proven bound of the optimum, in whole units.
    """

    total: float
    gross: float
    pairs: tuple[tuple[str, str], ...]
    unit: Unit
    circulating_units: IntArray
    paid_units: IntArray
    prices: Mapping[str, int]
    certificate: Certificate

    @property
    def circulating(self) -> FloatArray:
        """Circulating part of each pair's payments, shape (n_pairs,) [currency]."""
        return self.unit.moneys(self.circulating_units)

    @property
    def paid(self) -> FloatArray:
        """All payments of each pair, shape (n_pairs,) [currency]."""
        return self.unit.moneys(self.paid_units)

    @property
    def share(self) -> float:
        """Circulating share of the payments among the parties, 0 to 1; 0 if there are none."""
        return self.total / self.gross if self.gross else 0.0


def circulate(table: FlowTable) -> Circulation:
    """Return the largest set of flows within the payments that enters and leaves every party equally.

    Parameters
    ----------
    table : FlowTable
        The window; payments from and to ``outside`` do not count.

    Returns
    -------
    Circulation

    Raises
    ------
    ModelError
        If the optimum cannot be certified.

    Notes
    -----
    Maximise ``sum(y)`` subject to ``0 <= y <= f`` and, for every party, inflow of ``y`` = outflow of
    ``y``. This is also what multilateral set-off would net out. Dates inside the window play no part.

    References
    ----------
    Simic and Milanovic, "Some remarks on the problem of multilateral compensation", 1992;
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, ch. 1 (circulation problem).

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer="n", payee="a", kind="funding", amount=10),
    ...     Row(period="1", payer="a", payee="n", kind="purchase", amount=30),
    ... ])
    >>> circulate(table).total
    20.0
    """
    inside = table.among_parties
    unit = find_unit(table.amount[inside])
    keys = table.payer[inside] * table.n_parties + table.payee[inside]
    unique, index = np.unique(keys, return_inverse=True)
    paid = np.zeros(len(unique), dtype=np.int64)
    np.add.at(paid, index, unit.whole(table.amount[inside]))
    payer, payee = unique // table.n_parties, unique % table.n_parties
    circulating, price = np.zeros_like(paid), np.zeros(table.n_parties, dtype=np.int64)
    label = strong_components(table.n_parties, payer, payee)
    for arcs in _knots(payer, payee, label):
        parties, ends = np.unique(np.concatenate([payer[arcs], payee[arcs]]), return_inverse=True)
        tail, head = ends[: len(arcs)], ends[len(arcs) :]
        circulating[arcs], price[parties] = set_off(tail, head, paid[arcs], len(parties))
    # no money comes back from one knot to another: there the later one has the higher prices
    price += (label.max(initial=0) - label) * (price.max(initial=0) + 1)
    total = int(circulating.sum())
    return Circulation(
        total=unit.money(total),
        gross=unit.money(int(paid.sum())),
        pairs=tuple(
            (table.parties[u], table.parties[v]) for u, v in zip(payer.tolist(), payee.tolist(), strict=True)
        ),
        unit=unit,
        circulating_units=circulating,
        paid_units=paid,
        prices=dict(zip(table.parties, price.tolist(), strict=True)),
        certificate=Certificate.of_whole(
            total,
            _bound(payer, payee, paid, price),
            _imbalance(payer, payee, circulating, paid),
            unit=unit,
            what="the largest circulation",
        ),
    )


def _bound(payer: IntArray, payee: IntArray, paid: IntArray, price: IntArray) -> int:
    """Return what no circulation can exceed, in integers without limit."""
    weight = 1 + price[payer] - price[payee]
    full = np.flatnonzero(weight > 0)
    return sum(x * w for x, w in zip(paid[full].tolist(), weight[full].tolist(), strict=True))


def _imbalance(payer: IntArray, payee: IntArray, circulating: IntArray, paid: IntArray) -> int:
    """Return the largest violation of a balance or of a payment's size."""
    net = np.zeros(max(payer.max(initial=0), payee.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(net, payee, circulating)
    np.subtract.at(net, payer, circulating)
    over = np.maximum(circulating - paid, -circulating)
    return max(int(np.abs(net).max(initial=0)), int(over.max(initial=0)))


def _knots(payer: IntArray, payee: IntArray, label: IntArray) -> Iterator[IntArray]:
    """Yield the payments inside each group of parties that can all reach each other.

    No money goes round across groups. Each is a problem of its own size, so that a large one does not
    drown a small one.
    """
    arcs = np.flatnonzero(label[payer] == label[payee])
    arcs = arcs[np.argsort(label[payer[arcs]], kind="stable")]
    edges = np.flatnonzero(np.diff(label[payer[arcs]])) + 1
    yield from (part for part in np.split(arcs, edges) if len(part))
