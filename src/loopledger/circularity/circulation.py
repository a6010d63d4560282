"""Circulation: the most money that can be seen as going round, counting no dollar twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from loopledger.circularity.programme import Certificate, solve_bounded
from loopledger.network import FlowTable

__all__ = ["Circulation", "circulate"]

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
    n = len(unique)
    rows, columns = np.concatenate([payer, payee]), np.concatenate([np.arange(n), np.arange(n)])
    balance = csr_matrix(
        (np.concatenate([-np.ones(n), np.ones(n)]), (rows, columns)), shape=(table.n_parties, n)
    )
    solution = solve_bounded(
        -np.ones(n), balance, np.zeros(table.n_parties), paid, what="the largest circulation"
    )
    return Circulation(
        total=float(solution.x.sum()),
        gross=float(paid.sum()),
        pairs=tuple((table.parties[u], table.parties[v]) for u, v in zip(payer, payee, strict=True)),
        circulating=solution.x,
        paid=paid,
        certificate=solution.certificate.negated(),
    )
