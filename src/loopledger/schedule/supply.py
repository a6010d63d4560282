"""Supply content: what a seller of compute must order from others to deliver it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from loopledger.errors import RegisterError
from loopledger.records import Kind
from loopledger.register.yamltext import read_yaml
from loopledger.schedule.assumptions import Assumptions
from loopledger.schedule.promise import Promise
from loopledger.schedule.sizing import stated_size
from loopledger.schedule.timing import Spread
from loopledger.units import Interval, Quarter

__all__ = [
    "LEAST_RENT",
    "NoOrder",
    "SupplyOrder",
    "held_by",
    "order_dates",
    "rent_per_gw_year",
    "rents_chips",
    "suppliers_of",
]

#: Name of the assumption on the least rent of a gigawatt-year that holds chips [USD].
LEAST_RENT = "supply.least_rent_per_gw_year"
_COMPUTE = frozenset({Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.LEASE})


@dataclass(frozen=True, slots=True)
class SupplyOrder:
    """An order that no public contract states: the seller to the maker of what it must install."""

    buyer: str
    supplier: str


@dataclass(frozen=True, slots=True)
class NoOrder:
    """A purchase that names makers of chips and implies no order to them.

    Parameters
    ----------
    instrument : str
    makers : tuple of str
        Whom an order would have gone to.
    rent : Interval or None
        Rent of a gigawatt-year, too low to hold chips [USD]; None for a lease that states no such rent and
        does not name chips among what is leased.
    """

    instrument: str
    makers: tuple[str, ...]
    rent: Interval | None


@cache
def _makers() -> Mapping[str, re.Pattern[str]]:
    """Return a pattern of product names by supplier id."""
    text = (files("loopledger") / "data" / "makers.yaml").read_text(encoding="utf-8")
    document = read_yaml(text, "makers.yaml", with_places=False)
    if document.problems:
        msg = "the bundled table of makers has faults"
        raise RegisterError(msg, document.problems)
    return {
        row["supplier"]: re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(name) for name in row["names"]) + r")(?!\w)", re.IGNORECASE
        )
        for row in document.value
    }


def _makers_of(products: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(supplier for supplier, names in _makers().items() if any(names.search(p) for p in products))


def suppliers_of(promise: Promise) -> tuple[str, ...]:
    """Return the makers behind a purchase of compute, by id.

    Those that the promise itself names come first; else the owners of the products it names. A maker
    that buys or sells in the contract itself gets no derived order: the contract is the order.
    """
    if promise.kind not in _COMPUTE:
        return ()
    named = promise.suppliers or _makers_of(promise.products)
    at_the_table = {*promise.payers, *promise.payees}
    return tuple(supplier for supplier in dict.fromkeys(named) if supplier not in at_the_table)


def rents_chips(promise: Promise) -> bool:
    """Return whether a promise is for compute by its kind, or names chips among what is leased."""
    return promise.kind is not Kind.LEASE or bool(_makers_of(promise.products))


def rent_per_gw_year(promise: Promise, assumptions: Assumptions) -> tuple[Interval, tuple[str, ...]] | None:
    """Return what a gigawatt costs in a year, and the assumptions behind it.

    Parameters
    ----------
    promise : Promise
    assumptions : Assumptions

    Returns
    -------
    (Interval, tuple of str) or None
        Amount over term over capacity [USD]; None where one of the three is not stated. All of the capacity is
        taken to run for the whole term, so that of a contract that ramps up is higher. A capacity that may be
        none, such as "up to 1 GW", has no highest rent and is taken at its central value.

    Raises
    ------
    NotFoundError
        If no rate of exchange is assumed for the currency.
    """
    years = _stated_years(promise)
    if promise.amount is None or promise.capacity is None or years is None:
        return None
    size = stated_size(promise.amount, assumptions)
    low, central, high = (
        mw / 1000 * years for mw in promise.capacity.interval(assumptions.bound_factors).as_tuple()
    )
    usd = size.usd
    rent = Interval(usd.low / high, usd.central / central, usd.high / (low or central))
    return rent, size.assumptions


def _stated_years(promise: Promise) -> float | None:
    if promise.term_years is not None:
        return float(promise.term_years)
    if promise.start is None or promise.end is None or promise.end <= promise.start:
        return None
    return (promise.end - promise.start).days / 365.25


def held_by(rent: Interval, order: Interval, least: Interval) -> Interval:
    """Return what of an order a rent can hold, bound by bound.

    Parameters
    ----------
    rent : Interval
        Of a gigawatt-year [USD].
    order : Interval
        If chips are in the rent [USD].
    least : Interval
        The least rent of a gigawatt-year that holds chips [USD].

    Returns
    -------
    Interval
        Low where even the lowest rent reaches the highest threshold, central where the central ones meet,
        high where the highest rent reaches the lowest threshold; else 0 [USD].

    Examples
    --------
    >>> held_by(Interval(5.0, 8.0, 11.0), Interval(1.0, 2.0, 3.0), Interval(4.0, 7.0, 9.0))
    Interval(low=0.0, central=2.0, high=3.0)
    """
    return Interval(
        order.low if rent.low >= least.high else 0.0,
        order.central if rent.central >= least.central else 0.0,
        order.high if rent.high >= least.low else 0.0,
    )


def order_dates(promise: Promise, purchase: Spread, assumptions: Assumptions) -> Spread:
    """Return when the order behind a purchase is paid.

    The order follows the ramp of the capacity, by the named lead ahead of it: each rise of the purchase's
    quarterly rate asks for as much equipment. It is not paid before the contract is announced.
    """
    lead = round(assumptions.number("supply.lead"))
    earliest = Quarter.of(promise.announced)
    rises: dict[Quarter, float] = {}
    level = 0.0
    for quarter, share in purchase.shares:
        if share > level * (1 + 1e-9):  # a level rate is no rise, whatever its last digit says
            due = max(earliest, quarter.shifted(-lead))
            rises[due] = rises.get(due, 0.0) + share - level
            level = share
    return Spread(tuple((quarter, rise / level) for quarter, rise in sorted(rises.items())), ("supply.lead",))
