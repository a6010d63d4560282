"""Many draws over amounts, books, behaviour and sizes of shocks; a draw depends on seed and number alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade.case import Case, by_party
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.cascade.run import run_cascade

__all__ = ["Draws", "draw_cascades"]

_CHUNK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What draws say; ``n`` draws, ``p`` parties.

    Parameters
    ----------
    unpaid, deferred, cut, lost : ndarray, shape (n, p)
        By payer, and receipts lost by payee, over the window [USD].
    short, default : ndarray of int, shape (n, p)
        First quarter, -1 for never.
    """

    parties: tuple[str, ...]
    unpaid: FloatArray
    deferred: FloatArray
    cut: FloatArray
    lost: FloatArray
    short: IntArray
    default: IntArray


def draw_cascades(
    build: Callable[[Levels], Case],
    *,
    seed: int,
    n_draws: int,
    progress: Callable[[int, int], None] | None = None,
    chunk: int = _CHUNK,
) -> Draws:
    """Return what ``n_draws`` draws of a shocked case say.

    Parameters
    ----------
    build : callable
        The case, shocks entered, of some draws.
    progress : callable, optional
        Told the number of draws done and wanted.

    Raises
    ------
    ModelError
        If no draw is asked for.
    """
    if n_draws < 1:
        msg = "an ensemble needs at least one draw"
        raise ModelError(msg)
    parts: list[tuple[NDArray[Any], ...]] = []
    parties: tuple[str, ...] = ()
    for first in range(0, n_draws, chunk):
        case = build(Levels(seed=seed, first=first, n_draws=min(chunk, n_draws - first)))
        found, parties = run_cascade(case), case.parties
        payer = np.array([one.payer for one in case.claims], dtype=np.int64)
        payee = np.array([one.payee for one in case.claims], dtype=np.int64)
        n = len(parties)
        lost = by_party((case.amounts - found.paid + found.returned).sum(axis=1), payee, n)
        parts.append(
            (
                by_party(found.unpaid.sum(axis=1), payer, n), by_party(found.deferred.sum(axis=1), payer, n),
                by_party(found.cut.sum(axis=1), payer, n), lost + case.lost_revenue.sum(axis=1),
                found.first_short, found.first_default,
            )
        )  # fmt: skip
        if progress is not None:
            progress(min(first + chunk, n_draws), n_draws)
    unpaid, deferred, cut, lost, short, default = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Draws(
        parties=parties, unpaid=unpaid, deferred=deferred, cut=cut, lost=lost, short=short, default=default
    )
