"""The exact payments of one quarter of one run, for rings of debts that settle too slowly by rounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade.case import Case, Layer
from loopledger.stress.clearing import clear

__all__ = ["Obligations", "calls_on", "parts_exactly"]

_CALL_ROUNDS = 200
_SETTLED = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """What is due in a quarter and the money for it; ``d`` runs, or none of that axis for one run, all in USD.

    Parameters
    ----------
    due, share : ndarray, shape (d, c)
        What is due on each claim, and the part of it that may be stretched (0 to 1).
    owed : ndarray, shape (d, p, l)
        What each party owes in each layer, calls left out.
    money : ndarray, shape (d, p)
        Before receipts; negative for a party that pays nothing.
    limits : ndarray, shape (d, g)
        What may still be called under each guarantee.
    """

    due: FloatArray
    share: FloatArray
    owed: FloatArray
    money: FloatArray
    limits: FloatArray

    def of(self, runs: IntArray | int) -> Obligations:
        """Return those of some runs, or of one."""
        return Obligations(
            due=self.due[runs], share=self.share[runs], owed=self.owed[runs], money=self.money[runs],
            limits=self.limits[runs],
        )  # fmt: skip


def parts_exactly(case: Case, o: Obligations) -> tuple[FloatArray, FloatArray]:
    """Return which part of each layer each party pays, and the calls that this rests on; one run.

    Returns
    -------
    part : ndarray, shape (p, l)
        0 to 1; 1 where nothing is owed.
    calls : ndarray, shape (c,)
        [USD]

    Raises
    ------
    ModelError
        If the calls on guarantors do not settle.

    Notes
    -----
    Layers are classes of seniority of :func:`loopledger.stress.clear`, which solves the greatest
    payments in finitely many exact steps however slowly money leaks out of a ring. Costs and the reserve go
    to a party of their own that owes nothing. Calls only grow as payments fall, so they are repeated
    from none upwards.

    References
    ----------
    Eisenberg and Noe (2001), section 3.1; Elsinger (2009), section 3, for classes of seniority.
    """
    n, sink = len(case.parties), len(case.parties)
    pays = o.money >= 0
    classes = np.zeros((len(Layer), n + 1, n + 1))
    for c, one in enumerate(case.claims):
        if pays[one.payer]:
            classes[one.layer, one.payer, one.payee] += o.due[c] * (1 - o.share[c])
            classes[Layer.STRETCH, one.payer, one.payee] += o.due[c] * o.share[c]
    for layer in (Layer.COSTS, Layer.RESERVE):
        classes[layer, :n, sink] = np.where(pays, o.owed[:, layer], 0.0)
    assets = np.append(np.where(pays, o.money, 0.0), 0.0)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    layer_of = np.array([int(one.layer) for one in case.claims], dtype=np.int64)
    calls = np.zeros(len(case.claims))
    scale = max(float(o.due.sum()), 1.0)
    for _ in range(_CALL_ROUNDS):
        with_calls = classes.copy()
        for call in case.calls:
            for c in call.claims if pays[call.guarantor] else ():
                with_calls[Layer.BINDING, call.guarantor, case.claims[c].payee] += calls[c]
        found = clear(with_calls, assets)
        due_by, paid_by = found.due_by_class.T[:n], found.paid_by_class.T[:n]
        part = np.divide(paid_by, due_by, out=np.ones_like(due_by), where=due_by > 0)
        part[~pays] = 0.0
        short = o.due * (1 - o.share) * (1 - part[payer, layer_of])
        fresh = calls_on(case, short[None], o.limits[None])[0]
        settled = float(np.abs(fresh - calls).max(initial=0.0)) <= _SETTLED * scale
        calls = fresh
        if settled:
            return part, calls
    msg = "the calls on guarantors of a quarter did not settle"
    raise ModelError(msg, hint="guarantors that stand in for each other in a circle; net them first")


def calls_on(case: Case, short: FloatArray, limits: FloatArray) -> FloatArray:
    """Return what is called on each claim, in proportion to what is short, up to the limits; shape (d, c) [USD]."""
    called = np.zeros_like(short)
    for g, one in enumerate(case.calls):
        places = list(one.claims)
        total = short[:, places].sum(axis=1)
        part = np.divide(limits[:, g], total, out=np.ones_like(total), where=total > limits[:, g])
        called[:, places] = short[:, places] * part[:, None]
    return called
