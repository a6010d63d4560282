"""Clearing a batch of scenarios at once, in plain numpy: the reference, and the way of dense networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.balance import FORGIVEN, ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.certificate import error_bound, idle_circles
from loopledger.stress.greatest import find_greatest
from loopledger.stress.least import find_least
from loopledger.stress.prepared import PreparedNetwork

__all__ = ["MAX_SWEEPS", "PROVEN", "Batch", "clear_batch", "clear_exactly", "idle_scenarios"]

#: Bound on the error of all payments together, relative to the largest debt, at which sweeps end.
PROVEN = 1e-11
MAX_SWEEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Greatest clearing vectors of ``s`` scenarios.

    Parameters
    ----------
    paid : ndarray, shape (s, n)
        All that each party pays, inside and outside [currency].
    defaults : ndarray of bool, shape (s, n)
    unique : ndarray of bool, shape (s,)
        Whether the greatest and the least vector are the same.
    residual, error_bound : ndarray, shape (s,)
        The largest miss of the rules, and a bound on how far a payment is from the exact one [currency].
    exact : ndarray of bool, shape (s,)
        Whether the scenario needed the exact algorithm of :func:`loopledger.stress.clear`.
    """

    paid: FloatArray
    defaults: BoolArray
    unique: BoolArray
    residual: FloatArray
    error_bound: FloatArray
    exact: BoolArray


def clear_batch(network: PreparedNetwork, assets: FloatArray) -> Batch:
    """Return the greatest clearing vectors of scenarios of external assets.

    Parameters
    ----------
    network : PreparedNetwork
    assets : ndarray, shape (s, n)
        External assets [currency], finite and >= 0.

    Returns
    -------
    Batch

    Raises
    ------
    ModelError
        If rounding keeps the exact algorithm from ending in a scenario that needed it.

    Notes
    -----
    Sweeps from everybody pays only fall, so who is short in one is short in the clearing vector. They end
    when the price of the residual proves the payments. With costs of default others rise from nobody
    pays until the same parties are solvent, which proves uniqueness, or until they settle elsewhere.
    Scenarios that are not proven so, or in which a solvent party is within the proof of default, are
    cleared exactly.
    """
    sweeps = _Sweeps(network, assets)
    paid, short, bound, residual, proven = sweeps.fall()
    unique = np.ones(len(assets), dtype=bool)
    if network.sheets.costly:
        unique, told = sweeps.rise(short)
        proven &= told
    else:
        unique = ~idle_scenarios(network, assets, paid)
    batch = Batch(
        paid=paid, defaults=short, unique=unique, residual=residual, error_bound=bound, exact=~proven
    )
    for place in np.flatnonzero(~proven):
        clear_exactly(network, assets[place], batch, int(place))
    return batch


class _Sweeps:
    """Plain rounds of all scenarios of a batch at once."""

    def __init__(self, network: PreparedNetwork, assets: FloatArray) -> None:
        sheets = network.sheets
        self.network = network
        self.assets = assets
        self.due = network.due
        self.beta = sheets.recovery_internal
        self.left = sheets.recovery_external * assets
        self.enough = self.due * (1 - ROUNDING) - assets
        self.target = PROVEN * float(self.due.max(initial=0.0))

    def received(self, paid: FloatArray) -> FloatArray:
        if self.network.dense is not None:
            income: FloatArray = paid @ self.network.dense
        else:
            income = np.ascontiguousarray((self.network.shares @ paid.T).T)
        return income

    def forgiven(self, income: FloatArray, lacking: BoolArray) -> FloatArray:
        """Return what parties that count as solvent are short, beyond the rounding of sums, shape (s, n)."""
        missing = self.enough + ROUNDING * self.due - income
        return np.where(lacking | (missing <= FORGIVEN * self.due), 0.0, missing)

    def price(self, residual: FloatArray) -> FloatArray:
        """Return the bound on all errors together, shape (s,) [currency]."""
        with np.errstate(invalid="ignore"):
            each = np.where(residual > 0, residual * self.network.price, 0.0)
        total: FloatArray = each.sum(axis=1)
        return total

    def fall(self) -> tuple[FloatArray, BoolArray, FloatArray, FloatArray, BoolArray]:
        """Return payments, who is short, bounds, residuals, and which scenarios are proven."""
        paid = np.broadcast_to(self.due, self.assets.shape).copy()
        running = np.arange(len(self.assets))
        short = np.zeros(self.assets.shape, dtype=bool)
        bound, residual = np.full(len(paid), np.inf), np.full(len(paid), np.inf)
        safe = np.zeros(len(paid), dtype=bool)
        part = self
        for _ in range(MAX_SWEEPS):
            here = paid[running]
            income = part.received(here)
            lacking = income < part.enough
            after = np.where(lacking, np.minimum(part.left + part.beta * income, here), self.due)
            after = np.minimum(after, here)
            miss = here - after
            bound[running] = part.price(miss + part.forgiven(income, lacking))
            residual[running] = miss.max(axis=1, initial=0.0)
            short[running] = lacking
            margin = np.where(lacking | (self.due == 0), np.inf, income - part.enough).min(
                axis=1, initial=np.inf
            )
            safe[running] = ~self._costly_tie(margin, bound[running])
            paid[running] = after
            keep = bound[running] > self.target
            running = running[keep]
            if not len(running):
                break
            part = part._of(keep)
        return paid, short, bound, residual, (bound <= self.target) & safe

    def _costly_tie(self, margin: FloatArray, bound: FloatArray) -> BoolArray:
        if not self.network.sheets.costly:
            return np.zeros(len(margin), dtype=bool)
        return np.asarray(margin <= bound)

    def rise(self, short: BoolArray) -> tuple[BoolArray, BoolArray]:
        """Return which scenarios have one clearing vector, and which are told for sure."""
        unique, told = np.zeros(len(short), dtype=bool), np.zeros(len(short), dtype=bool)
        running, part = np.arange(len(short)), self
        paid = np.minimum(self.left, self.due)
        for _ in range(MAX_SWEEPS):
            income = part.received(paid)
            gap = -part.enough - self.due * 2 * ROUNDING + income  # above 0: solvent beyond rounding
            solvent = (gap > 0) | (self.due == 0) | (part.enough <= 0)
            after = np.where(
                solvent, self.due, np.maximum(paid, np.minimum(part.left + part.beta * income, self.due))
            )
            same = (solvent | short[running]).all(axis=1)
            unique[running[same]] = told[running[same]] = True
            bound = part.price(np.maximum(after - paid, 0.0))
            near = np.where(solvent, np.inf, np.abs(gap)).min(axis=1, initial=np.inf)
            settled = (
                ~same
                & (bound <= self.target)
                & (near > self.target + ROUNDING * 4 * self.due.max(initial=0.0))
            )
            told[running[settled]] = True
            keep = ~same & (bound > self.target)
            running, paid = running[keep], after[keep]
            if not len(running):
                break
            part = part._of(keep)
        return unique, told

    def _of(self, keep: BoolArray) -> _Sweeps:
        return _Sweeps(self.network, self.assets[keep])


def idle_scenarios(network: PreparedNetwork, assets: FloatArray, paid: FloatArray) -> BoolArray:
    """Return in which scenarios no money comes into some closed circle of debts."""
    idle = np.zeros(len(assets), dtype=bool)
    for circle in network.circles:
        outside = np.ones(assets.shape[1], dtype=bool)
        outside[circle] = False
        entering = network.shares[circle][:, np.flatnonzero(outside)]
        reached = (entering @ (paid[:, outside] > 0).T.astype(np.float64) > 0).any(axis=0)
        idle |= ~(reached | (assets[:, circle] > 0).any(axis=1))
    return idle


def clear_exactly(network: PreparedNetwork, assets: FloatArray, batch: Batch, place: int) -> None:
    """Clear one scenario with the exact algorithm, and enter it in the batch.

    Raises
    ------
    ModelError
        If rounding keeps the algorithm from ending.
    """
    empty = network.sheets
    sheets = BalanceSheets(
        waterfall=empty.waterfall,
        external_assets=assets,
        recovery_external=empty.recovery_external,
        recovery_internal=empty.recovery_internal,
    )
    greatest = find_greatest(sheets)
    defaults = greatest.rounds > 0
    if sheets.costly:
        least, _ = find_least(sheets)
        unique = not (np.abs(greatest.money - least) > 1e-9 * network.due).any()
    else:
        unique = not idle_circles(sheets, greatest.money)
    batch.paid[place], batch.defaults[place] = greatest.money, defaults
    batch.unique[place] = unique
    batch.residual[place] = np.abs(sheets.step(greatest.money, defaults) - greatest.money).max(initial=0.0)
    batch.error_bound[place] = error_bound(sheets, greatest.money, defaults)
    batch.exact[place] = True


#: What clears a batch: the network and the external assets of its scenarios.
ClearsBatch = Callable[[PreparedNetwork, FloatArray], Batch]
