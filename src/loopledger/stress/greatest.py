"""The greatest clearing vector: from everybody pays, downwards, in finitely many exact steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.mmatrix import build_pass_on

__all__ = ["Extreme", "direction", "find_greatest", "settle", "stuck"]

#: Plain rounds before each exact step; they only save steps.
_SWEEPS = 8
#: Leak that stands in for none, where a circle of debts empties itself.
_DAMPING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """The greatest or the least clearing vector.

    Parameters
    ----------
    money : ndarray, shape (n,)
        What creditors of each can take, at most what it owes [currency].
    rounds : ndarray of int, shape (n,)
        Round in which each defaults; 0 if it does not.
    """

    money: FloatArray
    rounds: IntArray


def find_greatest(sheets: BalanceSheets) -> Extreme:
    """Return the greatest clearing vector with the rounds of the fictitious default sequence.

    Parameters
    ----------
    sheets : BalanceSheets

    Returns
    -------
    Extreme
        A party defaults in round 1 if it cannot pay although all others do, in round ``r`` if it
        cannot once those of the rounds before pay only what they have.

    Raises
    ------
    ModelError
        If rounding keeps the algorithm from ending.

    References
    ----------
    Eisenberg and Noe (2001), "Systemic Risk in Financial Systems", section 3.1, fictitious default
    algorithm; Rogers and Veraart (2013), "Failure and Rescue in an Interbank Network", section 3.1,
    greatest clearing vector algorithm; Elsinger (2009), "Financial Networks, Cross Holdings, and
    Limited Liability", section 3, for classes of seniority.
    """
    waterfall = sheets.waterfall
    money, rounds = waterfall.total.copy(), np.zeros(waterfall.n_parties, dtype=np.int64)
    for number in range(1, waterfall.n_parties + 2):
        received = waterfall.received(waterfall.payments(money))
        short = sheets.short(received) & (rounds == 0)
        if not short.any():
            return Extreme(money=money, rounds=rounds)
        rounds[short] = number
        money = _descend(sheets, np.minimum(money, sheets.step(money, rounds > 0)), rounds > 0)
    raise stuck()


def _descend(sheets: BalanceSheets, money: FloatArray, defaults: BoolArray) -> FloatArray:
    """Return the greatest money below the given one if these parties default and no others.

    The given money must not grow in a step. Each exact step solves the linear system of the layers in
    which the money lies, and goes towards its solution as far as these layers hold.
    """
    among = np.flatnonzero(defaults)
    if len(sheets.waterfall.owed) == 1:
        return settle(sheets, money, among)
    every = np.arange(len(money))
    size = np.maximum(sheets.waterfall.total, sheets.external_assets)
    for _ in range(len(money) * len(sheets.waterfall.owed) + 2):
        for _ in range(_SWEEPS):
            money = np.minimum(money, sheets.step(money, defaults))
        missing = np.minimum(sheets.step(money, defaults) - money, 0.0)[among]
        if not (missing < -0.1 * ROUNDING * size[among]).any():
            return money
        layers = sheets.waterfall.marginal_layers(money, upward=False)
        floor = sheets.waterfall.start[layers, every][among]
        change = np.minimum(direction(sheets, layers, among, missing), 0.0)
        room = money[among] - floor
        falling = change < 0
        part = min(1.0, float((room[falling] / -change[falling]).min()))
        stopped = room <= -part * change * (1 + 1e-12)
        money = money.copy()
        money[among] = np.where(stopped, floor, np.maximum(money[among] + part * change, floor))
    raise stuck()


def settle(sheets: BalanceSheets, money: FloatArray, among: IntArray) -> FloatArray:
    """Return the money with some defaulters' solved for exactly, given all others'; one layer only.

    Raises
    ------
    ModelError
        If these parties pass all they get on among themselves.
    """
    fixed = money.copy()
    fixed[among] = 0.0
    waterfall = sheets.waterfall
    left = sheets.left(waterfall.received(waterfall.payments(fixed)))
    system, owed = sheets.system(np.zeros(len(money), dtype=np.int64), among)
    fixed[among] = owed * system.solver()(left[among])
    return fixed


def direction(sheets: BalanceSheets, layers: IntArray, among: IntArray, missing: FloatArray) -> FloatArray:
    """Return how the money of some defaulters moves until it settles in these layers, shape (m,) [currency].

    Where they pass everything on among themselves, a negligible leak bounds the answer; it is then a
    step on the way, never beyond the solution.
    """
    system, owed = sheets.system(layers, among)
    try:
        solve = system.solver()
    except ModelError:
        solve = build_pass_on(system.flows, system.leak + _DAMPING * owed).solver()
    return owed * solve(missing)


def stuck() -> ModelError:
    """Return the error that rounding keeps an algorithm from ending."""
    return ModelError(
        "the clearing does not settle: the amounts differ so much in size that rounding decides",
        hint="leave out obligations that are negligible, or clear separate parts separately",
    )
