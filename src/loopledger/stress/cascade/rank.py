"""Who matters and who is exposed: every party fails in turn, and the others' lost receipts are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, by_party
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.cascade.pool import in_order
from loopledger.stress.cascade.run import run_cascade

__all__ = ["Ranking", "rank_parties"]

#: Parties that one worker lets fail in turn before it answers.
_PARTIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Importance and vulnerability; ``d`` runs, ``p`` parties.

    Parameters
    ----------
    importance : ndarray, shape (p, d)
        Receipts that all others lose in the window if the party pays nothing from its start [USD]; what the
        party itself loses is left out.
    felled : ndarray, shape (p, d)
        How many others then miss a binding payment.
    vulnerability : ndarray, shape (p, d)
        How many others' failures make the party miss a binding payment.
    """

    parties: tuple[str, ...]
    importance: FloatArray
    felled: FloatArray
    vulnerability: FloatArray


def rank_parties(
    build: Callable[[Levels], Case],
    levels: Levels,
    *,
    n_workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Ranking:
    """Return the ranking of all parties of a case, one value a run.

    Parameters
    ----------
    build : callable
        The case of some runs; a scenario may be in it, so that parties fail on top of it.
    levels : Levels
        The named runs, or draws.
    n_workers : int
        Processes; the answer is the same for any number.
    progress : callable, optional
        Told the number of parties done and in all.
    """
    parties = build(Levels(row=1, n_draws=1)).parties
    n = len(parties)
    parts = [tuple(range(first, min(first + _PARTIES, n))) for first in range(0, n, _PARTIES)]
    shape = (n, levels.n_draws)
    importance, felled, vulnerability = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for part, rows in zip(parts, in_order(_fail, (build, levels), parts, n_workers), strict=True):
        for k, (lost, missed) in zip(part, rows, strict=True):
            importance[k], felled[k] = lost, missed.sum(axis=0)
            vulnerability += missed
        if progress is not None:
            progress(part[-1] + 1, n)
    return Ranking(parties=parties, importance=importance, felled=felled, vulnerability=vulnerability)


def _fail(
    shared: tuple[Callable[[Levels], Case], Levels], part: tuple[int, ...]
) -> list[tuple[FloatArray, FloatArray]]:
    build, levels = shared
    case = build(levels)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    before = case.fails.copy()
    found = []
    for k in part:
        case.fails[:] = before
        case.fails[:, :, k] = 1.0
        outcome = run_cascade(case)
        lost = by_party((case.amounts - outcome.paid - outcome.covered).sum(axis=1), payee, len(case.parties))
        lost[:, k] = 0.0
        missed = (outcome.first_default >= 0).T.astype(np.float64)
        missed[k] = 0.0
        found.append((lost.sum(axis=1), missed))
    return found
