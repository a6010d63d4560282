"""Cycling as ecologists measure it: what share of the money that passes a party will pass it again.

A dollar that arrives at a party leaves with each of its payments in proportion to their size, wherever it
came from. That makes a Markov chain, and its numbers exist for every network of payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.network import FlowTable
from loopledger.network.graphs import strong_components

__all__ = ["Cycling", "measure_cycling"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycling:
    """Finn's index and return probabilities of a window.

    Parameters
    ----------
    throughflow : mapping of str to float
        [currency] by party: all that it received, or paid if that is more.
    return_probability : mapping of str to float
        By party, 0 to 1: the share of the money leaving it that comes back to it, ``1 - 1 / N_ii``.
    index : float
        Finn cycling index, 0 to 1: the share of the total throughflow that is there for a second or
        later time.
    total : float
        [currency], total system throughflow.
    """

    throughflow: Mapping[str, float]
    return_probability: Mapping[str, float]
    index: float
    total: float


def measure_cycling(table: FlowTable, *, max_parties: int = 4_000) -> Cycling:
    """Return the Finn cycling index and the return probability of each party.

    Parameters
    ----------
    table : FlowTable
        The window. The rest of the world is the environment: what comes from it has not been here
        before, and what goes to it does not come back.
    max_parties : int
        Most parties that can all reach each other; the work grows with the cube of their number.

    Returns
    -------
    Cycling

    Raises
    ------
    ModelError
        If more parties than that can all reach each other.

    Notes
    -----
    With ``T_i`` the throughflow and ``g_ij = f_ij / T_i`` the share of it that ``i`` pays ``j``,
    ``N = (I - G)^-1`` holds in ``N_ij`` how often a dollar at ``i`` is at ``j``. The share of the
    throughflow of ``i`` that is there again is ``1 - 1 / N_ii``, and the index is
    ``sum_i T_i (1 - 1 / N_ii) / sum_i T_i``. A party that pays less than it receives keeps the rest; one
    that pays more adds the difference from what it had. Only parties that can all reach each other share
    circles, so ``N`` is found group by group. Where nothing leaves a group, every dollar comes back.
    Dates inside the window play no part.

    References
    ----------
    Finn, "Measures of ecosystem structure and function derived from analysis of flows", *Journal of
    Theoretical Biology* 56, 1976; Kemeny and Snell, *Finite Markov Chains*, 1960, ch. 3.

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer=payer, payee=payee, kind="other", amount=amount)
    ...     for payer, payee, amount in [("outside", "a", 10), ("a", "b", 20), ("b", "a", 10), ("b", "outside", 10)]
    ... ])
    >>> found = measure_cycling(table)
    >>> found.index, found.return_probability["a"]
    (0.5, 0.5)
    """
    n = table.n_parties
    inside = ~table.is_outside
    into = np.bincount(table.payee, weights=table.amount, minlength=n)
    out = np.bincount(table.payer, weights=table.amount, minlength=n)
    through = np.where(inside, np.maximum(into, out), 0.0)
    among = table.among_parties
    keys = table.payer[among] * n + table.payee[among]
    unique, index = np.unique(keys, return_inverse=True)
    paid = np.bincount(index, weights=table.amount[among], minlength=len(unique))
    payer, payee = unique // n, unique % n
    label = strong_components(n, payer, payee)
    again = np.zeros(n)
    inner = np.flatnonzero(label[payer] == label[payee])
    for group in np.unique(label[payer[inner]]).tolist():
        arcs = inner[label[payer[inner]] == group]
        members = np.flatnonzero(label == group)
        if len(members) > max_parties:
            msg = f"{len(members):,} parties can all reach each other, more than {max_parties:,}"
            raise ModelError(msg, hint="choose a shorter window, or collapse the smaller parties")
        again[members] = _returns(through, members, payer[arcs], payee[arcs], paid[arcs])
    total = float(through.sum())
    names = [table.parties[i] for i in np.flatnonzero(inside).tolist()]
    return Cycling(
        throughflow=dict(zip(names, through[inside].tolist(), strict=True)),
        return_probability=dict(zip(names, again[inside].tolist(), strict=True)),
        index=float(through @ again) / total if total else 0.0,
        total=total,
    )


def _returns(
    through: FloatArray, members: IntArray, payer: IntArray, payee: IntArray, paid: FloatArray
) -> FloatArray:
    """Return ``1 - 1 / N_ii`` of the members of one group."""
    place = np.zeros(members[-1] + 1, dtype=np.int64)
    place[members] = np.arange(len(members))
    tail, head = place[payer], place[payee]
    inner = np.bincount(tail, weights=paid, minlength=len(members))
    leaves = through[members] - inner
    if leaves.sum() <= len(members) * np.finfo(np.float64).eps * inner.sum():
        return np.ones(len(members))  # a closed group
    matrix = np.eye(len(members))
    np.subtract.at(matrix, (tail, head), paid / through[members][tail])
    visits = np.diag(np.linalg.inv(matrix))
    return np.clip(1.0 - 1.0 / visits, 0.0, 1.0)
