"""The least clearing vector: from nobody pays, upwards, in finitely many exact steps."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.greatest import direction, settle, stuck

__all__ = ["find_least"]

#: Plain rounds before each exact step; they only save steps.
_SWEEPS = 16


def find_least(sheets: BalanceSheets) -> tuple[FloatArray, BoolArray]:
    """Return the least clearing vector: nobody pays unless it can with what certainly arrives.

    Parameters
    ----------
    sheets : BalanceSheets

    Returns
    -------
    money : ndarray, shape (n,)
        What creditors of each can take, at most what it owes [currency].
    solvent : ndarray of bool, shape (n,)
        Who pays all it owes.

    Raises
    ------
    ModelError
        If rounding keeps the algorithm from ending.

    Notes
    -----
    It is the limit of the payments that start from nothing and grow round by round. The money in hand
    never exceeds it. Each exact step solves the linear system of those whose money still grows, and
    goes towards its solution until the first of them can pay all it owes, or fills a layer.

    With costs of default the limit can have a party whose assets equal what it owes only in the limit;
    it stays short on the way, and counts as short. Rogers and Veraart's example 3.3 is of that kind:
    the limit (1, 1) is not a fixed point of their map, which is not continuous from below.

    References
    ----------
    Rogers and Veraart (2013), "Failure and Rescue in an Interbank Network", section 3.
    """
    waterfall, nothing = sheets.waterfall, np.zeros(sheets.waterfall.n_parties)
    money = np.minimum(sheets.left(nothing), waterfall.total)
    solvent = np.zeros(waterfall.n_parties, dtype=bool)
    for _ in range(waterfall.n_parties * (len(waterfall.owed) + 1) + 2):
        money, solvent = _sweep(sheets, money, solvent)
        missing = np.where(solvent, 0.0, np.maximum(sheets.step(money, ~solvent) - money, 0.0))
        layers = waterfall.marginal_layers(money, upward=True)
        flows = waterfall.marginal_flows(layers)
        among = np.flatnonzero(_moving(flows, missing > 0, ~solvent & (sheets.recovery_internal > 0)))
        if not len(among):
            return money, solvent
        target = _target(sheets, money, layers, among, missing)
        part, filled, pays = _reach(sheets, money, solvent, layers, target)
        if part > 1 + 1e-12:
            able = _able(sheets, target, solvent)
            if not (able & ~solvent).any():
                return target, solvent
        money = money + min(part, 1.0) * (target - money)
        ends = waterfall.start + waterfall.due
        money[filled] = ends[layers[filled], filled]
        solvent = solvent | pays
        money = np.where(solvent, waterfall.total, money)
    raise stuck()


def _able(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> BoolArray:
    """Return who can pay all it owes if all others pay out of this money, or could before."""
    waterfall = sheets.waterfall
    received = waterfall.received(waterfall.payments(money))
    slack = ROUNDING * waterfall.total
    missing = waterfall.total - (sheets.external_assets + received)
    able = solvent | (missing < -slack) | (sheets.left(received) >= waterfall.total - slack)
    even = ~able & (missing <= slack)
    if even.any():
        able |= even & ~_only_in_the_limit(sheets, money, solvent)
    return able


def _only_in_the_limit(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> BoolArray:
    """Return who gets money that has gone round a circle of defaulters, and so is complete after no round."""
    flows = sheets.waterfall.marginal_flows(sheets.waterfall.marginal_layers(money, upward=True))
    paying = ~solvent & (money > 0)
    passing = paying & (sheets.recovery_internal > 0)
    among = csr_array(diags_array(paying.astype(np.float64)) @ flows)
    _, label = connected_components(
        among @ diags_array(passing.astype(np.float64)), directed=True, connection="strong"
    )
    round_and_round = (np.bincount(label, minlength=len(money))[label] > 1) & passing
    inside = _moving(among, round_and_round, passing)
    return np.asarray((among.T @ inside.astype(np.float64)) > 0)


def _sweep(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Return money and solvent parties after plain rounds; as many as make somebody solvent, and some more."""
    waterfall, idle = sheets.waterfall, 0
    while idle < _SWEEPS:
        able = _able(sheets, money, solvent)
        received = waterfall.received(waterfall.payments(money))
        idle = 0 if (able & ~solvent).any() else idle + 1
        solvent = able
        grown = np.maximum(money, np.minimum(sheets.left(received), waterfall.total))
        money = np.where(solvent, waterfall.total, grown)
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
    even = np.abs(lacking - income) <= ROUNDING * waterfall.total
    limits[1, even & ~_able(sheets, target, solvent)] = np.inf
    part = float(limits.min(initial=np.inf))
    hit = limits <= min(part, 1.0) * (1 + 1e-12)
    return part, hit[0], hit[1]
