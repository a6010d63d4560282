"""Many draws over amounts, books, behaviour and sizes of shocks; a draw depends on seed and number alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade.case import Case, by_party
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.cascade.pool import in_order
from loopledger.stress.cascade.run import run_cascade
from loopledger.stress.checkpoint import Arrays, read_checkpoint, write_checkpoint

__all__ = ["Draws", "draw_cascades"]

#: Draws that run together; about 100 MiB on the bundled register.
_CHUNK = 250
_SAVE_EVERY_SECONDS = 10.0


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
    n_workers: int = 1,
    checkpoint: Path | None = None,
    question: str = "",
    progress: Callable[[int, int], None] | None = None,
    chunk: int = _CHUNK,
) -> Draws:
    """Return what ``n_draws`` draws of a shocked case say.

    Parameters
    ----------
    build : callable
        The case, shocks entered, of some draws; for several workers one that can be pickled.
    seed, n_draws : int
    n_workers : int
        Processes; the answer is the same for any number.
    checkpoint : pathlib.Path, optional
        File that keeps what is drawn so far, also when the run is interrupted, and that an equal
        question goes on from, even one for more draws.
    question : str
        Hash of all that the answer depends on beside the seed; needed with a checkpoint.
    progress : callable, optional
        Told the number of draws done and wanted.

    Raises
    ------
    ModelError
        If no draw is asked for, or the checkpoint belongs to another question.
    SourceError
        If the checkpoint cannot be read or written.
    """
    if n_draws < 1:
        msg = "an ensemble needs at least one draw"
        raise ModelError(msg)
    key = f"{question}/{seed}"
    stored = read_checkpoint(checkpoint, key) if checkpoint is not None else None
    parts: list[Arrays] = [stored] if stored is not None else []
    done = len(stored["unpaid"]) if stored is not None else 0
    begun, saved_at = done, time.monotonic()
    todo = [(seed, first, min(chunk, n_draws - first)) for first in range(done, n_draws, chunk)]
    try:
        for found in in_order(_draw, build, todo, n_workers):
            parts.append(found)
            done += len(found["unpaid"])
            if progress is not None:
                progress(done, n_draws)
            if checkpoint is not None and time.monotonic() - saved_at > _SAVE_EVERY_SECONDS:
                write_checkpoint(checkpoint, key, _joined(parts))
                saved_at = time.monotonic()
    finally:
        if checkpoint is not None and done > begun:
            write_checkpoint(checkpoint, key, _joined(parts))
    whole = _joined(parts)
    return Draws(
        parties=tuple(str(name) for name in whole["parties"]),
        unpaid=_sums(whole, "unpaid", n_draws), deferred=_sums(whole, "deferred", n_draws),
        cut=_sums(whole, "cut", n_draws), lost=_sums(whole, "lost", n_draws),
        short=whole["short"][:n_draws].astype(np.int64), default=whole["default"][:n_draws].astype(np.int64),
    )  # fmt: skip


def _sums(whole: Arrays, name: str, n_draws: int) -> FloatArray:
    return whole[name][:n_draws].astype(np.float64)


def _draw(build: Callable[[Levels], Case], part: tuple[int, int, int]) -> Arrays:
    seed, first, n_draws = part
    case = build(Levels(seed=seed, first=first, n_draws=n_draws))
    found, n = run_cascade(case), len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    lost = by_party((case.amounts - found.paid - found.covered + found.returned).sum(axis=1), payee, n)
    return {
        "parties": np.array(case.parties),
        "unpaid": by_party(found.unpaid.sum(axis=1), payer, n),
        "deferred": by_party(found.deferred.sum(axis=1), payer, n),
        "cut": by_party(found.cut.sum(axis=1), payer, n),
        "lost": lost + case.lost_revenue.sum(axis=1),
        "short": found.first_short,
        "default": found.first_default,
    }


def _joined(parts: list[Arrays]) -> Arrays:
    names = [name for name in parts[0] if name != "parties"]
    return {"parties": parts[0]["parties"]} | {
        name: np.concatenate([one[name] for one in parts]) for name in names
    }
