"""How much of a promise is scheduled: its bound, its currency, its likelihood."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.records import Firmness, Status
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.promise import Promise
from loopledger.units import Amount, Bound, Interval

__all__ = ["Size", "likelihood", "scheduled_size", "stated_size"]

_OF_BOUND = {
    Bound.EXACT: (),
    Bound.ABOUT: ("bound.about.low", "bound.about.high"),
    Bound.UP_TO: ("bound.up_to.low", "bound.up_to.central"),
    Bound.AT_LEAST: ("bound.at_least.high",),
    Bound.RANGE: (),
}


@dataclass(frozen=True, slots=True)
class Size:
    """A sum in dollars and the assumptions it rests on."""

    usd: Interval
    assumptions: tuple[str, ...]


def stated_size(amount: Amount, assumptions: Assumptions) -> Size:
    """Return how large the sum is if the promise is honoured.

    Parameters
    ----------
    amount : Amount
    assumptions : Assumptions

    Returns
    -------
    Size
        [USD].

    Raises
    ------
    NotFoundError
        If no rate of exchange is assumed for the currency.
    """
    interval = amount.interval(assumptions.bound_factors)
    used = _OF_BOUND[amount.bound]
    if amount.currency == "USD":
        return Size(interval, used)
    name = f"fx.{amount.currency}"
    return Size(interval.times(assumptions.range(name)), (*used, name))


def likelihood(promise: Promise, assumptions: Assumptions) -> tuple[float, tuple[str, ...]]:
    """Return the probability that a promise is honoured: 1 if paid, 0 if cancelled, else by firmness."""
    if promise.status is Status.CANCELLED:
        return 0.0, ()
    if promise.status is Status.COMPLETED:
        return 1.0, ()
    name = f"firmness.{Firmness(promise.firmness).value}"
    return assumptions.number(name), (name,)


def scheduled_size(promise: Promise, amount: Amount, assumptions: Assumptions) -> Size:
    """Return the scheduled interval of an amount of a promise.

    Notes
    -----
    ``(low if p == 1 else 0, p * central, high)``: a promise that may fail can always come to nothing, and
    can always be kept in full.
    """
    stated = stated_size(amount, assumptions)
    p, used = likelihood(promise, assumptions)
    usd = Interval(
        stated.usd.low if p == 1 else 0.0, p * stated.usd.central, stated.usd.high if p > 0 else 0.0
    )
    return Size(usd, (*stated.assumptions, *used))
