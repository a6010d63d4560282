"""One quarter's clearing over many runs at once: money runs down the layers, guarantors pay what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, Layer, by_party

__all__ = ["Paid", "clear_quarter"]

_ROUNDS = 20_000
_SETTLED = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What is paid in one quarter; ``d`` runs.

    Parameters
    ----------
    claims, stretchable : ndarray, shape (d, c)
        Paid on each claim, and the unpaid part of what may be stretched [USD].
    costs : ndarray, shape (d, p)
        Paid to the outside [USD].
    called, call_paid : ndarray, shape (d, g)
        Guarantees called, and paid [USD].
    received : ndarray, shape (d, p)
        From claims and calls [USD].
    residual : float
        The largest difference between receipts and what the payments say, over the largest sum.
    """

    claims: FloatArray
    stretchable: FloatArray
    costs: FloatArray
    called: FloatArray
    call_paid: FloatArray
    received: FloatArray
    residual: float


def clear_quarter(
    case: Case,
    due: FloatArray,
    *,
    costs: FloatArray,
    money: FloatArray,
    reserve: FloatArray,
    limits: FloatArray,
) -> Paid:
    """Clear a quarter; the greatest solution, from everybody pays downwards.

    Parameters
    ----------
    due : ndarray, shape (d, c)
    costs, money, reserve : ndarray, shape (d, p)
        Outside costs; money before receipts; what is kept before conditional and optional claims are paid.
    limits : ndarray, shape (d, g)
        What may still be called under each guarantee.

    Raises
    ------
    ModelError
        If payments do not settle.

    Notes
    -----
    Firmness is seniority: costs, debt service, binding purchases, their stretchable part, the reserve,
    conditional commitments, options. Within a layer creditors share in proportion. The map of receipts onto
    receipts is monotone (Eisenberg and Noe 2001, with classes), so rounds from above reach the greatest
    solution. A guarantee is called for what is unpaid beyond the part that may be stretched.
    """
    n, layers = len(case.parties), len(Layer)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    layer = np.array([int(one.layer) for one in case.claims], dtype=np.int64)
    may = np.array([one.layer is Layer.BINDING and one.purchase for one in case.claims])
    share = np.where(may, case.behaviour.stretch_share[:, None], 0.0)
    slot = payer * layers
    owed = by_party(due * (1 - share), slot + layer, n * layers)
    owed += by_party(due * share, slot + Layer.STRETCH, n * layers)
    owed = owed.reshape(-1, n, layers)
    owed[:, :, Layer.COSTS], owed[:, :, Layer.RESERVE] = costs, reserve
    received = by_party(due, payee, n)
    scale = max(float(received.max(initial=0.0)), float(due.sum(axis=1).max(initial=0.0)), 1.0)
    calls = np.zeros_like(limits)
    for _ in range(_ROUNDS):
        full = owed.copy()
        for g, one in enumerate(case.calls):
            full[:, one.guarantor, Layer.BINDING] += calls[:, g]
        start = np.cumsum(full, axis=2) - full
        have = np.clip((money + received)[:, :, None] - start, 0.0, full)
        part = np.divide(have, full, out=np.ones_like(full), where=full > 0)
        kept = part[:, payer, layer]
        soft = part[:, payer, Layer.STRETCH]
        paid = due * ((1 - share) * kept + share * soft)
        fresh = _calls(case, due * (1 - share) * (1 - kept), limits)  # not on what may be deferred
        call_paid = np.stack(
            [fresh[:, g] * part[:, one.guarantor, Layer.BINDING] for g, one in enumerate(case.calls)], axis=1
        ) if case.calls else fresh  # fmt: skip
        after = by_party(paid, payee, n)
        for g, one in enumerate(case.calls):
            after[:, one.beneficiary] += call_paid[:, g]
        off = max(float(np.abs(after - received).max()), float(np.abs(fresh - calls).max(initial=0.0)))
        received, calls = after, fresh
        if off <= _SETTLED * scale:
            return Paid(
                claims=paid, stretchable=due * share * (1 - soft), costs=costs * part[:, :, Layer.COSTS],
                called=fresh, call_paid=call_paid, received=after, residual=off / scale,
            )  # fmt: skip
    msg = "the payments of a quarter did not settle"
    raise ModelError(msg, hint="a ring of debts leaks too little; net it first")


def _calls(case: Case, short: FloatArray, limits: FloatArray) -> FloatArray:
    called = np.zeros_like(limits)
    for g, one in enumerate(case.calls):
        called[:, g] = np.minimum(short[:, list(one.claims)].sum(axis=1), limits[:, g])
    return called
