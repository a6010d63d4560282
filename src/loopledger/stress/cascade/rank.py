"""Who matters and who is exposed: every party fails in turn, and the others' lost receipts are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, by_party
from loopledger.stress.cascade.run import run_cascade

__all__ = ["Ranking", "rank_parties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Importance and vulnerability; ``d`` runs, ``p`` parties.

    Parameters
    ----------
    importance : ndarray, shape (p, d)
        Receipts that all others lose in the window if the party pays nothing from its start [USD]; what the
        party itself loses is left out.
    vulnerability : ndarray, shape (p, d)
        How many others' failures make the party miss a binding payment.
    """

    parties: tuple[str, ...]
    importance: FloatArray
    vulnerability: FloatArray


def rank_parties(build: Callable[[], Case]) -> Ranking:
    """Return the ranking of all parties of a case.

    Parameters
    ----------
    build : callable
        A fresh case without a shock.
    """
    first = build()
    n, d = len(first.parties), first.n_runs
    payee = np.array([one.payee for one in first.claims], dtype=np.int64)
    importance, vulnerability = np.zeros((n, d)), np.zeros((n, d))
    for k in range(n):
        first.fails[:] = 0.0
        first.fails[:, :, k] = 1.0
        found = run_cascade(first)
        lost = by_party((first.amounts - found.paid).sum(axis=1), payee, n)
        lost[:, k] = 0.0
        importance[k] = lost.sum(axis=1)
        missed = (found.first_default >= 0).T.astype(np.float64)
        missed[k] = 0.0
        vulnerability += missed
    return Ranking(parties=first.parties, importance=importance, vulnerability=vulnerability)
