"""Proofs of a clearing: how far a payment can be from the exact one, and where several vectors clear."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import FORGIVEN, BalanceSheets, BoolArray

#: Relative error of the sums that a payment is compared with.
_ROUNDED = 4 * float(np.finfo(float).eps)

__all__ = ["closed_circles", "error_bound", "idle_circles"]


def error_bound(sheets: BalanceSheets, money: FloatArray, defaults: BoolArray) -> float:
    """Return how far the money of a party can be from the exact one with the same defaults and layers.

    Parameters
    ----------
    sheets : BalanceSheets
    money : ndarray, shape (n,)
        What creditors of each can take [currency].
    defaults : ndarray of bool, shape (n,)

    Returns
    -------
    float
        [currency], >= 0; first order in the rounding of the sums.

    Notes
    -----
    The system of the defaulters has an inverse without negative entries, so the error is at most that
    inverse times the absolute residual, to which the rounding of its own sums is added. A small
    residual alone proves nothing: on a ring of debts that leaks one part in 101 a plain iteration shows
    a change below half a dollar while it is off by eighteen.
    Parties whose money ends exactly between two layers are held there. A party that counts as solvent
    although it is short, or is within the rounding of its own sums of being short, enters with what it is
    short; unless it is in a circle of debts that nobody outside is owed, where nothing is lost.
    """
    waterfall = sheets.waterfall
    received = waterfall.received(waterfall.payments(money))
    layers = waterfall.marginal_layers(money, upward=False)
    every = np.arange(len(money))
    ends = waterfall.start + waterfall.due
    between = (money >= ends[layers, every]) | (money <= 0)
    assets = sheets.external_assets + received
    missing = waterfall.total - assets
    brink = ~defaults & (missing > -FORGIVEN * waterfall.total) & (waterfall.total > 0)
    left = sheets.left(received)
    off = np.where(brink, np.maximum(missing, 0.0), np.abs(left - money)) + _ROUNDED * (assets + money)
    inside = defaults & ~between
    for among in (np.flatnonzero(inside | brink), np.flatnonzero(inside)):
        if not len(among):
            return 0.0
        system, owed = sheets.system(layers, among)
        try:
            solve = system.solver()
        except ModelError:  # the money of these parties is determined by what happens at the layers' ends
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            bound = float((owed * solve(off[among])).max())
        return min(float(waterfall.total.max()), bound)  # nobody pays more than it owes, whatever overflows
    return float(off[inside].sum())


def closed_circles(owed: csr_array, external_liabilities: FloatArray) -> tuple[IntArray, ...]:
    """Return the groups of parties that owe each other and nobody else, directly or through others.

    Returns
    -------
    tuple of ndarray
        Places of the parties of each group, in order.
    """
    n = len(external_liabilities)
    if not owed.nnz:
        return ()
    _, label = connected_components(owed, directed=True, connection="strong")
    entries = owed.tocoo()
    open_to_others = np.zeros(n, dtype=bool)
    leaving = label[entries.row] != label[entries.col]
    open_to_others[label[entries.row[leaving]]] = True
    open_to_others[label[np.flatnonzero(external_liabilities > 0)]] = True
    members = np.bincount(label, minlength=n)
    closed = np.flatnonzero((members[:n] > 1) & ~open_to_others)
    return tuple(np.flatnonzero(label == one) for one in closed)


def idle_circles(sheets: BalanceSheets, money: FloatArray) -> tuple[IntArray, ...]:
    """Return the closed circles into which no money comes, where anything from nothing to all clears.

    Holds for one layer without costs of default: two clearing vectors then differ exactly there.

    References
    ----------
    Eisenberg and Noe (2001), section 2.3, theorem 2: with a surplus set in each risk orbit the clearing
    vector is unique.
    """
    waterfall = sheets.waterfall
    found = []
    for circle in closed_circles(waterfall.owed[0], waterfall.external[0]):
        outside = np.ones(len(money), dtype=bool)
        outside[circle] = False
        income = waterfall.received(np.where(outside, waterfall.payments(money), 0.0))
        if not (sheets.external_assets[circle].any() or income[circle].any()):
            found.append(circle)
    return tuple(found)
