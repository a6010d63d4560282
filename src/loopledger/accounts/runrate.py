"""Revenue of a quarter from annualised run rates, for developers that publish nothing else.

Notes
-----
Between two reported run rates growth is taken as steady: the logarithm of the rate is interpolated by day.
A quarter's revenue is a quarter of the rate on its middle day; its range runs over the rates of the quarter,
those reported in it included. Before the first and after the last reported rate nothing is made up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from loopledger.units import Interval, Quarter

__all__ = ["Rate", "revenue_at_rate", "shares_by_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An annualised rate of revenue on a day, [USD per year]."""

    on: date
    value: Interval
    id: str


def _middle(quarter: Quarter) -> date:
    return quarter.first + (quarter.last - quarter.first) / 2


def _rate_on(rates: Sequence[Rate], day: date) -> float:
    """Return the interpolated rate; that of the nearest end outside the reported days."""
    if day <= rates[0].on:
        return rates[0].value.central
    for before, after in pairwise(rates):
        if before.on <= day <= after.on and before.on < after.on:
            part = (day - before.on) / (after.on - before.on)
            low, high = math.log(before.value.central), math.log(after.value.central)
            return math.exp(low + part * (high - low))
    return rates[-1].value.central


def revenue_at_rate(rates: Sequence[Rate], quarter: Quarter) -> tuple[Interval, tuple[str, ...]] | None:
    """Return the revenue of a quarter, [USD], and the rows behind it; None if rates do not reach over it.

    Parameters
    ----------
    rates : sequence of Rate
        Oldest first, values > 0.
    quarter : Quarter

    Examples
    --------
    >>> rates = [Rate(on=date(2026, 1, 1), value=Interval.exact(4e9), id="a"),
    ...          Rate(on=date(2026, 3, 31), value=Interval.exact(16e9), id="b")]
    >>> found = revenue_at_rate(rates, Quarter.of(date(2026, 2, 1)))
    >>> [round(end / 1e9, 2) for end in found[0].as_tuple()], found[1]
    ([1.0, 1.98, 4.0], ('a', 'b'))
    """
    middle = _middle(quarter)
    if not rates or not rates[0].on <= middle <= rates[-1].on:
        return None
    within = [r for r in rates if quarter.first <= r.on <= quarter.last]
    before = [r for r in rates if r.on <= middle][-1]
    after = next(r for r in rates if r.on >= middle)
    ends = [_rate_on(rates, quarter.first), _rate_on(rates, quarter.last)]
    central = _rate_on(rates, middle)
    low = min([central, *ends, *(r.value.low for r in within)])
    high = max([central, *ends, *(r.value.high for r in within)])
    ids = tuple(dict.fromkeys([before.id, *(r.id for r in within), after.id]))
    return Interval(low / 4, central / 4, high / 4), ids


def shares_by_rate(rates: Sequence[Rate], quarters: Sequence[Quarter]) -> tuple[float, ...]:
    """Return how a sum is shared among quarters in the proportion of the rates, adding to 1.

    Even shares where no rate lies within a year of the quarters.
    """
    near = [r for r in rates if abs((r.on - _middle(quarters[0])).days) <= timedelta(days=366).days]
    if not near:
        return (1 / len(quarters),) * len(quarters)
    weights = [_rate_on(rates, _middle(q)) for q in quarters]
    return tuple(w / sum(weights) for w in weights)
