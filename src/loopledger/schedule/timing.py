"""When the money of a promise moves: shares of its amount by quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from loopledger.records import Status
from loopledger.records.kinds import KINDS, Timing
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.promise import Promise
from loopledger.units import Quarter

__all__ = ["Spread", "Term", "lump", "place", "spread", "term_of"]

_OPEN = frozenset({Status.RUMOURED, Status.IN_TALKS, Status.LETTER_OF_INTENT})


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares of an amount by quarter, adding to 1, and the assumptions behind the dates.

    ``stated`` holds what a table of years states for some of the quarters, in the currency of the promise:
    a bound on the whole, such as a cap, is no bound on these.
    """

    shares: tuple[tuple[Quarter, float], ...]
    assumptions: tuple[str, ...] = ()
    stated: Mapping[Quarter, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """First quarter and number of quarters of a promise that runs over time."""

    first: Quarter
    n_quarters: int
    assumptions: tuple[str, ...] = ()


def _cumulative(ramp: float) -> Callable[[float], float]:
    """Return the paid share by elapsed share of the term: a straight ramp, then level."""
    whole = 1 - ramp / 2

    def paid(elapsed: float) -> float:
        if ramp and elapsed < ramp:
            return elapsed**2 / (2 * ramp) / whole
        return (elapsed - ramp / 2) / whole

    return paid


def spread(first: Quarter, n_quarters: int, *, ramp: float = 0.0) -> tuple[tuple[Quarter, float], ...]:
    """Return the shares of a term by quarter.

    Parameters
    ----------
    first : Quarter
    n_quarters : int
        At least 1.
    ramp : float
        Share of the term over which the rate rises from nothing to its level, 0 to 1.

    Returns
    -------
    tuple of (Quarter, float)
        Shares adding to 1.

    Examples
    --------
    >>> [round(share, 4) for _, share in spread(Quarter.parse("2026Q1"), 4, ramp=0.5)]
    [0.0833, 0.25, 0.3333, 0.3333]
    """
    paid = _cumulative(ramp)
    edges = [paid(k / n_quarters) for k in range(n_quarters + 1)]
    return tuple((first.shifted(k), edges[k + 1] - edges[k]) for k in range(n_quarters))


def lump(promise: Promise, assumptions: Assumptions, known_on: date) -> Spread:
    """Return the one quarter in which a single payment falls.

    A paid promise falls in the quarter it was known to be paid; a dated one at its date; the rest the
    named lag after signing. What is still being talked about cannot have been paid before the day on
    which we know that.
    """
    if promise.start:
        return Spread(((Quarter.of(promise.start), 1.0),))
    if promise.completed_on:
        return Spread(((Quarter.of(promise.completed_on), 1.0),))
    signed = max(promise.announced, known_on) if promise.status in _OPEN else promise.announced
    lag = round(assumptions.number("lag.lump"))
    return Spread(((Quarter.of(signed).shifted(lag), 1.0),), ("lag.lump",))


def term_of(promise: Promise, assumptions: Assumptions) -> Term:
    """Return the term of a promise: its own dates where known, else the kind's assumption."""
    used = []
    if promise.start:
        first = Quarter.of(promise.start)
    else:
        first = Quarter.of(promise.announced).shifted(round(assumptions.number("lag.term_start")))
        used.append("lag.term_start")
    if promise.end:
        n_quarters = Quarter.of(promise.end).index - first.index + 1
    else:
        years = promise.term_years
        name = KINDS[promise.kind].term_assumption
        if years is None:
            used.append(name)
        n_quarters = round(4 * (float(years) if years is not None else assumptions.number(name)))
    return Term(first, max(1, n_quarters), tuple(used))


def place(promise: Promise, assumptions: Assumptions, known_on: date) -> Spread:
    """Return the shares of a promise by quarter when no schedule of its own is known."""
    if KINDS[promise.kind].timing is Timing.LUMP:
        return lump(promise, assumptions, known_on)
    term = term_of(promise, assumptions)
    if promise.kind in {"purchase_commitment", "capacity_commitment", "supply"}:
        ramp = assumptions.number("ramp.share")
        return Spread(spread(term.first, term.n_quarters, ramp=ramp), (*term.assumptions, "ramp.share"))
    return Spread(spread(term.first, term.n_quarters), term.assumptions)
