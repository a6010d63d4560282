"""Which uncertain input decides whether a party misses a payment: draws in which it does against those in which not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from loopledger.report.stress.answer import StressAnswer
from loopledger.schedule import promise_id
from loopledger.stress.cascade import Levels
from loopledger.units import Interval

__all__ = ["Driver", "find_drivers"]

#: Draws on either side below which nothing can be said.
_LEAST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An uncertain input and how far it goes with a miss.

    Parameters
    ----------
    name : str
        Assumption, or ``revenue/PARTY``, ``costs/PARTY``, ``cash/PARTY``, ``amount/INSTRUMENT``, ``shock/ID/NUMBER``.
    strength : float
        Rank-biserial correlation, -1 to 1: the chance that a draw with a miss has the higher value, less the
        chance that it has the lower one.
    """

    name: str
    strength: float


def find_drivers(answer: StressAnswer, party: int, top: int = 5) -> tuple[Driver, ...]:
    """Return the inputs that decide most whether a party misses a binding payment in the draws of an answer.

    Nothing is returned without draws, or where fewer than 20 of them miss or fewer than 20 do not.

    Notes
    -----
    The level of each input in each draw follows from the seed and its name; each is uniform from 0 to 1 on its range.
    Strengths of chance lie within about ``2 / sqrt(n)``; weaker ones are left out.
    """
    draws = answer.draws
    if draws is None:
        return ()
    missed = draws.default[:, party] >= 0
    n = len(missed)
    if min(int(missed.sum()), int((~missed).sum())) < _LEAST:
        return ()
    levels = Levels(seed=answer.seed, n_draws=n)
    found = []
    for name in _inputs(answer, party):
        u = levels.of(name, Interval(0.0, 0.5, 1.0))
        ranks = np.argsort(np.argsort(u, kind="stable"), kind="stable")
        strength = 2 * float(ranks[missed].mean() - ranks[~missed].mean()) / n
        if abs(strength) > 2 / np.sqrt(n):
            found.append(Driver(name=name, strength=strength))
    return tuple(sorted(found, key=lambda d: (-abs(d.strength), d.name))[:top])


def _inputs(answer: StressAnswer, party: int) -> Iterator[str]:
    """Yield the uncertain inputs of the cascade, of the party, its contracts and the scenarios."""
    name = answer.case.parties[party]
    yield from sorted(
        a.name for a in answer.used() if a.name.startswith(("stress.", "hardware.")) and not a.value.is_exact
    )
    yield from (f"{what}/{name}" for what in ("revenue", "costs", "cash"))
    own = (one for one in answer.case.claims if party in (one.payer, one.payee))
    yield from sorted({f"amount/{promise_id(one.instrument)}" for one in own})
    yield from (f"shock/{s.id}/{k}" for s in answer.scenarios for k in range(len(s.shocks)))
