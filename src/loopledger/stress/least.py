"""The least clearing vector: from nobody pays, upwards, in finitely many exact steps."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.balance import ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.greatest import settle, slide, stuck

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
    never exceeds it. Each exact step lets the money of those that still grow settle, while payments stop at the
    end of the layer that they fill and nobody else becomes solvent.

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
        money, held = _rise(sheets, money, layers, among, missing)
        if not held.any() and not (_able(sheets, money, solvent) & ~solvent).any():
            return money, solvent
    raise stuck()


def _rise(
    sheets: BalanceSheets, money: FloatArray, layers: IntArray, among: IntArray, missing: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return where the money settles if payments keep to their layers and nobody else becomes solvent."""
    waterfall = sheets.waterfall
    room = ((waterfall.start + waterfall.due)[layers, np.arange(len(money))] - money)[among]
    rise, held = slide(sheets, layers, among, missing[among], room)
    risen = money.copy()
    risen[among] = np.minimum(money[among] + rise, waterfall.total[among])
    if len(waterfall.owed) == 1 and not held.any():
        with suppress(ModelError):  # a circle that passes everything on: the step on the way stands
            risen = np.maximum(risen, np.minimum(settle(sheets, money, among), waterfall.total))
    return risen, held


def _able(sheets: BalanceSheets, money: FloatArray, solvent: BoolArray) -> BoolArray:
    """Return who can pay all it owes if all others pay out of this money, or could before."""
    waterfall = sheets.waterfall
    received = waterfall.received(waterfall.payments(money))
    slack = ROUNDING * waterfall.total
    missing = waterfall.total - (sheets.external_assets + received)
    able = solvent | (missing < -slack) | (sheets.left(received) >= waterfall.total - slack)
    even = ~able & (missing <= slack)
    if even.any():
        able |= even & ~_only_in_the_limit(sheets, money, solvent, missing)
    return able


def _only_in_the_limit(
    sheets: BalanceSheets, money: FloatArray, solvent: BoolArray, missing: FloatArray
) -> BoolArray:
    """Return who gets money that has gone round a circle of debts, and so is complete after no round.

    Only the layer in which the last dollar of a payer went still fills; those before it are full after
    finitely many rounds, those after it get nothing. A payer's own money is complete after finitely many
    rounds if it has more than it owes, or if none of it comes from a payer whose money is not.
    """
    waterfall = sheets.waterfall
    slack = ROUNDING * waterfall.total
    fixed = ~solvent & (sheets.recovery_internal == 0)
    sure = (missing < -slack) | fixed | (sheets.external_assets >= waterfall.total - slack)
    filling = ~sure & (money > 0)
    layers = waterfall.marginal_layers(np.maximum(money - slack, 0.0), upward=False)
    flows = csr_array(diags_array(filling.astype(np.float64)) @ waterfall.marginal_flows(layers))
    among = csr_array(flows @ diags_array(filling.astype(np.float64)))
    _, label = connected_components(among, directed=True, connection="strong")
    round_and_round = (np.bincount(label, minlength=len(money))[label] > 1) & filling
    inside = _moving(among, round_and_round, filling)
    return np.asarray((flows.T @ inside.astype(np.float64)) > 0)


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
