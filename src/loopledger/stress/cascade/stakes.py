"""Stakes of the register at cost: which part of a holder's value each is, and through which instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.records import Kind, Status
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.stress.arrays import FloatArray

__all__ = ["Stake", "find_stakes", "stake_parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """A paid equity investment: places of holder and held, and its cost [USD]."""

    instrument: str
    holder: int
    held: int
    cost: float


def find_stakes(snapshot: Snapshot, schedule: Schedule, place: Mapping[str, int]) -> tuple[Stake, ...]:
    """Return the paid equity of parties in the case, split equally among joint payers and payees."""
    found = []
    for id_, one in sorted(snapshot.instruments.items()):
        paid = one.kind is Kind.EQUITY_INVESTMENT and one.status is Status.COMPLETED
        if not paid or one.amount is None or one.amount.currency != "USD" or one.links.part_of is not None:
            continue
        cost = one.amount.interval(schedule.assumptions.bound_factors).central
        share = cost / len(one.payers) / len(one.payees)
        found += [
            Stake(instrument=id_, holder=place[payer], held=place[payee], cost=share)
            for payer in one.payers
            for payee in one.payees
            if payer in place and payee in place and payer != payee
        ]
    return tuple(found)


def stake_parts(stakes: tuple[Stake, ...], worth: FloatArray) -> FloatArray:
    """Return stakes at cost as parts of the holder's worth or of all its known stakes, ``[holder, held]``, 0 to 1.

    Parameters
    ----------
    worth : ndarray, shape (p,)
        What each party is worth at least [USD]. Where its stakes cost more, they are the denominator, so that no
        holder loses more than it has.
    """
    held = np.zeros((len(worth), len(worth)))
    for one in stakes:
        held[one.holder, one.held] += one.cost
    whole = np.maximum(worth, held.sum(axis=1))
    parts: FloatArray = np.divide(held, whole[:, None], out=np.zeros_like(held), where=whole[:, None] > 0)
    return parts
