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
    """A sum in dollars, the assumptions it rests on, its likelihood and its rate of exchange [USD]."""

    usd: Interval
    assumptions: tuple[str, ...]
    likelihood: float = 1.0
    rate: Interval = Interval(1.0, 1.0, 1.0)  # noqa: RUF009  an interval is frozen

    def of(self, amount: float) -> Interval:
        """Return what is scheduled of an exact amount of the promise, [USD]."""
        usd, p = self.rate.scaled(amount), self.likelihood
        return Interval(usd.low if p == 1 else 0.0, p * usd.central, usd.high if p > 0 else 0.0)


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
    rate = assumptions.range(name)
    return Size(interval.times(rate), (*used, name), rate=rate)


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
    return Size(usd, (*stated.assumptions, *used), p, stated.rate)
