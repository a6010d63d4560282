"""The greatest clearing vector: from everybody pays, downwards, in finitely many exact steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import FORGIVEN, ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.mmatrix import build_pass_on

__all__ = ["Extreme", "find_greatest", "settle", "slide", "stuck"]

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
    if sheets.costly or len(sheets.waterfall.owed) > 1:
        return _fall(sheets, ROUNDING)
    try:
        fallen = _fall(sheets, FORGIVEN)
    except ModelError:  # a circle that nobody outside is owed by, short by the rounding of its sums
        return _fall(sheets, ROUNDING)
    return _without_rounding(sheets, fallen)


def _fall(sheets: BalanceSheets, slack: float) -> Extreme:
    """Return the end of the sequence in which a party is solvent if it is short by no more than this part."""
    waterfall = sheets.waterfall
    money, rounds = waterfall.total.copy(), np.zeros(waterfall.n_parties, dtype=np.int64)
    for number in range(1, waterfall.n_parties + 2):
        received = waterfall.received(waterfall.payments(money))
        short = sheets.short(received, slack) & (rounds == 0)
        if not short.any():
            return Extreme(money=money, rounds=rounds)
        rounds[short] = number
        money = _descend(sheets, np.minimum(money, sheets.step(money, rounds > 0)), rounds > 0)
    raise stuck()


def _without_rounding(sheets: BalanceSheets, fallen: Extreme) -> Extreme:
    """Return the same with those solvent that are short by rounding only.

    Without costs of default it does not matter to payments who is called short for rounding, so nobody is
    forgiven on the way: where debts go round almost undiminished, what is forgiven would not be small.
    """
    total = sheets.waterfall.total
    real = (fallen.rounds > 0) & (total - fallen.money > ROUNDING * total)
    _, rounds = np.unique(np.where(real, fallen.rounds, 0), return_inverse=True)
    return Extreme(
        money=np.where(real, fallen.money, total), rounds=rounds + int(real.all() and len(real) > 0)
    )


def _descend(sheets: BalanceSheets, money: FloatArray, defaults: BoolArray) -> FloatArray:
    """Return the greatest money below the given one if these parties default and no others.

    The given money must not grow in a step. Each exact step lets it slide down to where it would settle
    if no payment fell below the layer in which it lies; so each step leaves a layer behind, or is the last.
    """
    among = np.flatnonzero(defaults)
    if len(sheets.waterfall.owed) == 1:
        try:
            return settle(sheets, money, among)
        except ModelError:  # only rounding lets all of a circle that nobody outside is owed by be short
            raise stuck() from None
    every = np.arange(len(money))
    size = np.maximum(sheets.waterfall.total, sheets.external_assets)
    for _ in range(len(money) * len(sheets.waterfall.owed) + 2):
        for _ in range(_SWEEPS):
            money = np.minimum(money, sheets.step(money, defaults))
        missing = np.minimum(sheets.step(money, defaults) - money, 0.0)[among]
        if not (missing < -0.1 * ROUNDING * size[among]).any():
            return money
        layers = sheets.waterfall.marginal_layers(money, upward=False)
        room = (money - sheets.waterfall.start[layers, every])[among]
        fall, _ = slide(sheets, layers, among, -missing, room)
        money = money.copy()
        money[among] = np.maximum(money[among] - fall, 0.0)
    raise stuck()


def slide(
    sheets: BalanceSheets, layers: IntArray, among: IntArray, push: FloatArray, room: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return how far the money of some defaulters moves until it settles, if payments keep to their layers.

    Parameters
    ----------
    sheets : BalanceSheets
    layers : ndarray, shape (n,)
        Marginal layer of each party, in the direction of the move.
    among : ndarray, shape (m,)
        Places of the parties whose money moves.
    push : ndarray, shape (m,)
        What moves each at first [currency], >= 0.
    room : ndarray, shape (m,)
        By how much the payments of each can move within its layer [currency], >= 0.

    Returns
    -------
    move : ndarray, shape (m,)
        [currency], >= 0; beyond the room where payments end at the layer.
    held : ndarray of bool, shape (m,)
        Whose payments do.

    Notes
    -----
    ``move = push + passed on (min(move, room))``. The first system holds nobody; each later one lets go
    of those that it would not reach, so there are at most as many as parties, and as a rule few.
    """
    system, owed = sheets.system(layers, among)
    held, first = np.zeros(len(among), dtype=bool), True
    while True:
        part = np.where(held, room, 0.0) / owed
        entering = push + system.flows.T @ part
        move = np.maximum(entering, 0.0)
        if not held.all():
            move[~held] = np.maximum(_settle_moves(sheets, layers, among[~held], entering[~held]), 0.0)
            move[held] = (push + system.flows.T @ np.where(held, part, move / owed))[held]
        beyond = move > room * (1 + 1e-12)
        now = beyond if first else held & beyond
        if (not first and (now == held).all()) or not now.any():
            return move, now
        held, first = now, False


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


def _settle_moves(sheets: BalanceSheets, layers: IntArray, among: IntArray, push: FloatArray) -> FloatArray:
    """Return how the money of some defaulters moves until it settles in these layers, shape (m,) [currency].

    Where they pass everything on among themselves, a negligible leak bounds the answer; it is then a
    step on the way, never beyond the solution.
    """
    system, owed = sheets.system(layers, among)
    try:
        solve = system.solver()
    except ModelError:
        try:
            solve = build_pass_on(system.flows, system.leak + _DAMPING * owed).solver()
        except ModelError:  # the debts are so small that even the leak vanishes
            raise stuck() from None
    with np.errstate(over="ignore", invalid="ignore"):
        moves = owed * solve(push)
    return np.where(np.isnan(moves), np.inf, moves)  # beyond all bounds: held at the end of the layer


def stuck() -> ModelError:
    """Return the error that rounding keeps an algorithm from ending."""
    return ModelError(
        "the clearing does not settle: the amounts differ so much in size that rounding decides",
        hint="leave out obligations that are negligible, or clear separate parts separately",
    )
