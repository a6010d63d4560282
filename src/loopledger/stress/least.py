"""The least clearing vector: from nobody pays, upwards, in finitely many exact steps."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import BalanceSheets, BoolArray
from loopledger.stress.greatest import direction, settle, stuck

__all__ = ["find_least"]

#: Plain rounds before each exact step; they only save steps.
_SWEEPS = 16


def find_least(sheets: BalanceSheets) -> FloatArray:
    """Return the least clearing vector: nobody pays unless it can with what certainly arrives.

    Parameters
    ----------
    sheets : BalanceSheets

    Returns
    -------
    ndarray, shape (n,)
        What creditors of each can take, at most what it owes [currency].

    Raises
    ------
    ModelError
        If rounding keeps the algorithm from ending.

    Notes
    -----
    The money in hand never exceeds the least clearing vector. Each exact step solves the linear system
    of those whose money still grows, and goes towards its solution until the first of them can pay all
    it owes, or fills a layer.

    References
    ----------
    Rogers and Veraart (2013), "Failure and Rescue in an Interbank Network", section 3 and remark 3.5.
    """
    waterfall = sheets.waterfall
    solvent = ~sheets.short(np.zeros(waterfall.n_parties))
    money = _with_solvent(
        sheets, np.minimum(sheets.left(np.zeros(waterfall.n_parties)), waterfall.total), solvent
    )
    for _ in range(waterfall.n_parties * (len(waterfall.owed) + 1) + 2):
        money, solvent = _sweep(sheets, money, solvent)
        missing = np.where(solvent, 0.0, np.maximum(sheets.step(money, ~solvent) - money, 0.0))
        layers = waterfall.marginal_layers(money, upward=True)
        flows = waterfall.marginal_flows(layers)
        among = np.flatnonzero(_moving(flows, missing > 0, ~solvent & (sheets.recovery_internal > 0)))
        if not len(among):
            return money
        target = _target(sheets, money, layers, among, missing)
        part, filled, pays = _reach(sheets, money, solvent, layers, target)
        if part > 1 + 1e-12:
            able = ~sheets.short(waterfall.received(waterfall.payments(target)))
            if not (able & ~solvent).any():
                return target
        money = money + min(part, 1.0) * (target - money)
        ends = waterfall.start + waterfall.due
        money[filled] = ends[layers[filled], filled]
        solvent[pays] = True
        money = _with_solvent(sheets, money, solvent)
    raise stuck()


def _with_solvent(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> FloatArray:
    return np.where(solvent, sheets.waterfall.total, money)


def _sweep(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Return money and solvent parties after plain rounds; as many as make somebody solvent, and some more."""
    waterfall, idle = sheets.waterfall, 0
    while idle < _SWEEPS:
        received = waterfall.received(waterfall.payments(money))
        able = ~sheets.short(received)
        idle = 0 if (able & ~solvent).any() else idle + 1
        solvent = solvent | able
        money = _with_solvent(
            sheets, np.maximum(money, np.minimum(sheets.left(received), waterfall.total)), solvent
        )
    return money, solvent


def _moving(flows: csr_array, first: BoolArray, allowed: BoolArray) -> BoolArray:
    """Return whose money grows once that of the first grows."""
    seen = first & allowed
    front = seen
    while front.any():
        front = (flows.T @ front.astype(np.float64) > 0) & allowed & ~seen
        seen = seen | front
    return seen


def _target(
    sheets: BalanceSheets, money: FloatArray, layers: IntArray, among: IntArray, missing: FloatArray
) -> FloatArray:
    """Return where the money goes if all layers hold; not beyond the least solution of that system."""
    if len(sheets.waterfall.owed) == 1:
        try:
            return np.maximum(money, settle(sheets, money, among))
        except ModelError:
            pass
    target = money.copy()
    target[among] += np.maximum(direction(sheets, layers, among, missing[among]), 0.0)
    return target


def _reach(
    sheets: BalanceSheets, money: FloatArray, solvent: BoolArray, layers: IntArray, target: FloatArray
) -> tuple[float, BoolArray, BoolArray]:
    """Return which part of the way to the target holds, and who then fills a layer or can pay all it owes."""
    waterfall = sheets.waterfall
    change = target - money
    ends = waterfall.start + waterfall.due
    room = ends[layers, np.arange(len(money))] - money
    paying = np.zeros_like(ends)
    paying[layers, np.arange(len(money))] = change
    income = waterfall.received(paying)
    received = waterfall.received(waterfall.payments(money))
    lacking = waterfall.total - sheets.external_assets - received
    growing, earning = ~solvent & (change > 0), ~solvent & (income > 0)
    limits = np.full((2, len(money)), np.inf)
    limits[0, growing] = room[growing] / change[growing]
    limits[1, earning] = lacking[earning] / income[earning]
    part = float(limits.min(initial=np.inf))
    hit = limits <= min(part, 1.0) * (1 + 1e-12)
    return part, hit[0], hit[1]
