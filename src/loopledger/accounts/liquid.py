"""Cash and securities of a party: by the widest set of balances that it reports."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING

from loopledger.units import Interval, Quarter

if TYPE_CHECKING:
    from loopledger.accounts.figures import Amount, FigureBook
    from loopledger.accounts.items import AccountTable

__all__ = ["add_cash_sums", "latest_liquid_funds", "liquid_funds"]

#: A balance that some filers state only in sum and others only by its parts.
_SUM, _PARTS = "cash_and_marketable_debt_securities", ("cash_and_equivalents", "marketable_debt_securities")


def add_cash_sums(found: MutableMapping[tuple[str, str], dict[Quarter, Amount]]) -> None:
    """Add cash and marketable debt securities in sum for the quarters at which only both parts are stated.

    Parameters
    ----------
    found : mutable mapping of (str, str) to dict
        Amounts by party and measure, then by quarter; changed in place.
    """
    cash, debt = _PARTS
    for party in sorted(party for party, name in found if name == debt):
        parts, stated = found.get((party, cash), {}), found.get((party, _SUM), {})
        made = {q: parts[q].plus(amount) for q, amount in found[party, debt].items() if q in parts}
        if made:
            found[party, _SUM] = made | stated


def liquid_funds(figures: FigureBook, table: AccountTable, party: str, quarter: Quarter) -> Amount | None:
    """Return the liquid funds of a party on the last day of a quarter, by the widest set known."""
    return _known(figures, table.liquid_sets, party, quarter)


def latest_liquid_funds(
    figures: FigureBook, table: AccountTable, party: str
) -> tuple[Amount, Quarter] | None:
    """Return the last liquid funds that a party reports and their quarter; None where it reports none.

    Notes
    -----
    A newer balance of cash alone does not take the place of an older one with securities: it would lose them.
    """
    for sets in (table.liquid, table.cash_alone):
        names = {name for group in sets for name in group}
        quarters = {q for name in names for q in figures.quarterly.get((party, name), {})}
        for quarter in sorted(quarters, reverse=True):
            found = _known(figures, sets, party, quarter)
            if found is not None:
                return found, quarter
    return None


def _known(
    figures: FigureBook, sets: tuple[tuple[str, ...], ...], party: str, quarter: Quarter
) -> Amount | None:
    for names in sets:
        parts = [figures.balance(party, name, quarter) for name in names]
        known = [part for part in parts if part is not None]
        if len(known) == len(names):
            total = known[0]
            for part in known[1:]:
                total = total.plus(part)
            return _floored(total)
    return None


def _floored(amount: Amount) -> Amount:
    """Return an overdraft as nothing."""
    if amount.value.low >= 0:
        return amount
    low, central, high = (max(end, 0.0) for end in amount.value.as_tuple())
    return replace(amount, value=Interval(low, central, high))
