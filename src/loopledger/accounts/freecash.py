"""Cash from operations where a party states its free cash flow and its capital expenditure, and not it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from loopledger.accounts.figures import Amount

__all__ = ["add_operating_cash"]

Time = TypeVar("Time")

_CASH, _FREE, _CAPEX = "operating_cash_flow", "free_cash_flow", ("capex_cash", "capex_cash_net")


def add_operating_cash(found: MutableMapping[tuple[str, str], dict[Time, Amount]]) -> None:
    """Add free cash flow plus cash capital expenditure as cash from operations of the times that lack it.

    Parameters
    ----------
    found : mutable mapping of (str, str) to dict
        Amounts by party and measure, then by quarter or run of quarters; changed in place.
    """
    for party in sorted(party for party, name in found if name == _FREE):
        stated = found[party, _FREE]
        cash = dict(found.get((party, _CASH), {}))
        for measure in _CAPEX:
            capex = found.get((party, measure), {})
            cash |= {
                time: free.plus(capex[time])
                for time, free in stated.items()
                if time not in cash and time in capex
            }
        if cash:
            found[party, _CASH] = cash
