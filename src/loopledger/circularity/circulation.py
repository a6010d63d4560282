"""Circulation: the most money that can be seen as going round, counting no dollar twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.programme import Certificate, Solution, solve_bounded
from loopledger.network import FlowTable
from loopledger.network.graphs import strong_components

__all__ = ["Circulation", "circulate"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

#: Sweeps that tighten capacities; each one is valid, so any number will do.
_MAX_SWEEPS = 50


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
    circulating, paid : ndarray, shape (n_pairs,)
        [currency], the circulating part and the whole of the payments of each pair. The total is
        unique; its split over pairs is one of possibly many.
    certificate : Certificate
        Value and proven bound of the optimum.
    """

    total: float
    gross: float
    pairs: tuple[tuple[str, str], ...]
    circulating: FloatArray
    paid: FloatArray
    certificate: Certificate

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
    keys = table.payer[inside] * table.n_parties + table.payee[inside]
    unique, index = np.unique(keys, return_inverse=True)
    paid = np.zeros(len(unique))
    np.add.at(paid, index, table.amount[inside])
    payer, payee = unique // table.n_parties, unique % table.n_parties
    circulating = np.zeros(len(unique))
    proofs = [Certificate(value=0.0, bound=0.0, residual=0.0)]
    for arcs in _knots(payer, payee, table.n_parties):
        solution = _solve_knot(payer[arcs], payee[arcs], paid[arcs])
        circulating[arcs] = solution.x
        proofs.append(solution.certificate.negated())
    return Circulation(
        total=float(circulating.sum()),
        gross=float(paid.sum()),
        pairs=tuple((table.parties[u], table.parties[v]) for u, v in zip(payer, payee, strict=True)),
        circulating=circulating,
        paid=paid,
        certificate=Certificate(
            value=math.fsum(proof.value for proof in proofs),
            bound=math.fsum(proof.bound for proof in proofs),
            residual=max(proof.residual for proof in proofs),
        ),
    )


def _knots(payer: IntArray, payee: IntArray, n_parties: int) -> Iterator[IntArray]:
    """Yield the payments inside each group of parties that can all reach each other.

    No money goes round across groups. Each is a problem of its own size, so that a large one does not
    drown a small one.
    """
    label = strong_components(n_parties, payer, payee)
    arcs = np.flatnonzero(label[payer] == label[payee])
    arcs = arcs[np.argsort(label[payer[arcs]], kind="stable")]
    edges = np.flatnonzero(np.diff(label[payer[arcs]])) + 1
    yield from (part for part in np.split(arcs, edges) if len(part))


def _solve_knot(payer: IntArray, payee: IntArray, paid: FloatArray) -> Solution:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to load

    parties, ends = np.unique(np.concatenate([payer, payee]), return_inverse=True)
    n, m = len(parties), len(paid)
    tail, head = ends[:m], ends[m:]
    ends_of_arcs = np.concatenate([tail, head]), np.tile(np.arange(m), 2)
    balance = csr_matrix((np.repeat([-1.0, 1.0], m), ends_of_arcs), shape=(n, m))
    upper = _passable(tail, head, paid, n)
    return solve_bounded(-np.ones(m), balance, np.zeros(n), upper, what="the largest circulation")


def _passable(tail: IntArray, head: IntArray, paid: FloatArray, n: int) -> FloatArray:
    """Return what of each payment its payer can have received and its payee can have passed on."""
    upper = paid
    for _ in range(_MAX_SWEEPS):
        into = np.bincount(head, weights=upper, minlength=n)
        out = np.bincount(tail, weights=upper, minlength=n)
        tighter = np.minimum(upper, np.minimum(into[tail], out[head]))
        if np.array_equal(tighter, upper):
            break
        upper = tighter
    return upper
