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
from loopledger.schedule.timing import Spread
from loopledger.units import Quarter

__all__ = ["SupplyOrder", "order_dates", "suppliers_of"]

_COMPUTE = frozenset({Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.LEASE})


@dataclass(frozen=True, slots=True)
class SupplyOrder:
    """An order that no public contract states: the seller to the maker of what it must install."""

    buyer: str
    supplier: str


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


def suppliers_of(promise: Promise) -> tuple[str, ...]:
    """Return the makers behind a purchase of compute, by id.

    Those that the promise itself names come first; else the owners of the products it names. A maker
    that buys or sells in the contract itself gets no derived order: the contract is the order.
    """
    if promise.kind not in _COMPUTE:
        return ()
    named = promise.suppliers or tuple(
        supplier for supplier, names in _makers().items() if any(names.search(p) for p in promise.products)
    )
    at_the_table = {*promise.payers, *promise.payees}
    return tuple(supplier for supplier in dict.fromkeys(named) if supplier not in at_the_table)


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
