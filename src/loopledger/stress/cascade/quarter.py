"""One quarter's clearing over many runs at once: money runs down the layers, guarantors pay what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, Layer, by_party
from loopledger.stress.cascade.exact import Obligations, calls_on, parts_exactly

__all__ = ["Paid", "clear_quarter"]

#: Plain rounds before the exact steps; rings that leak a tenth settle within them.
_ROUNDS = 300
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
    called, call_paid : ndarray, shape (d, c)
        What guarantors are called for on each claim, and pay its payee [USD].
    received : ndarray, shape (d, p)
        From claims and calls [USD].
    n_exact : int
        Runs that did not settle by rounds and were solved exactly.
    """

    claims: FloatArray
    stretchable: FloatArray
    costs: FloatArray
    called: FloatArray
    call_paid: FloatArray
    received: FloatArray
    n_exact: int


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
        If the calls on guarantors do not settle.

    Notes
    -----
    Firmness is seniority: costs, debt service, binding purchases, their stretchable part, the reserve,
    conditional commitments, options. Within a layer creditors share in proportion. The map of receipts onto
    receipts is monotone (Eisenberg and Noe 2001, with classes), so rounds from above reach the greatest
    solution; a run that has not settled after 300 rounds, because its ring of debts leaks too little, is
    solved exactly. A guarantee is called for what is unpaid beyond the part that may be stretched.
    """
    n, layers = len(case.parties), len(Layer)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    layer = np.array([int(one.layer) for one in case.claims], dtype=np.int64)
    may = np.array([one.layer is Layer.BINDING and one.purchase for one in case.claims], dtype=bool)
    share = np.where(may, case.behaviour.stretch_share[:, None], 0.0)
    slot = payer * layers
    owed = by_party(due * (1 - share), slot + layer, n * layers)
    owed += by_party(due * share, slot + Layer.STRETCH, n * layers)
    owed = owed.reshape(-1, n, layers)
    owed[:, :, Layer.COSTS], owed[:, :, Layer.RESERVE] = costs, reserve
    part, calls, n_exact = _settle(
        case, Obligations(due=due, share=share, owed=owed, money=money, limits=limits)
    )
    kept, soft = part[:, payer, layer], part[:, payer, Layer.STRETCH]
    paid = due * ((1 - share) * kept + share * soft)
    call_paid = _paid_calls(case, part, calls)
    return Paid(
        claims=paid, stretchable=due * share * (1 - soft), costs=costs * part[:, :, Layer.COSTS],
        called=calls, call_paid=call_paid, received=by_party(paid + call_paid, payee, n), n_exact=n_exact,
    )  # fmt: skip


def _settle(case: Case, o: Obligations) -> tuple[FloatArray, FloatArray, int]:
    """Return the part of each layer that is paid, the calls, and how many runs needed the exact steps.

    Each run is held as soon as it has settled, so that its answer does not depend on those beside it.
    """
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    layer = np.array([int(one.layer) for one in case.claims], dtype=np.int64)
    part, calls = np.ones_like(o.owed), np.zeros_like(o.due)
    received = by_party(o.due, payee, len(case.parties))
    left, scale = np.arange(len(o.due)), np.maximum(o.due.sum(axis=1), 1.0)
    for _ in range(_ROUNDS):
        now_due = o.of(left)
        full = now_due.owed.copy()
        for one in case.calls:
            full[:, one.guarantor, Layer.BINDING] += calls[left][:, list(one.claims)].sum(axis=1)
        start = np.cumsum(full, axis=2) - full
        have = np.clip((now_due.money + received[left])[:, :, None] - start, 0.0, full)
        now = np.divide(have, full, out=np.ones_like(full), where=full > 0)
        kept, soft = now[:, payer, layer], now[:, payer, Layer.STRETCH]
        hard = now_due.due * (1 - now_due.share)
        paid = hard * kept + now_due.due * now_due.share * soft
        fresh = calls_on(case, hard * (1 - kept), now_due.limits)
        after = by_party(paid + _paid_calls(case, now, fresh), payee, len(case.parties))
        off = np.maximum(
            np.abs(after - received[left]).max(axis=1, initial=0.0),
            np.abs(fresh - calls[left]).max(axis=1, initial=0.0),
        )
        part[left], calls[left], received[left] = now, fresh, after
        left = left[off > _SETTLED * scale[left]]
        if not len(left):
            return part, calls, 0
    for run in left:
        part[run], calls[run] = parts_exactly(case, o.of(int(run)))
    return part, calls, len(left)


def _paid_calls(case: Case, part: FloatArray, calls: FloatArray) -> FloatArray:
    paid = np.zeros_like(calls)
    for one in case.calls:
        places = list(one.claims)
        paid[:, places] = calls[:, places] * part[:, [one.guarantor], Layer.BINDING]
    return paid
