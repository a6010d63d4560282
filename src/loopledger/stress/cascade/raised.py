"""Cash at the start of a window where none is reported: what was raised in the year before, less what it burnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from loopledger.accounts.books import Books
from loopledger.accounts.opening import Opening, Past, carry_cash
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["N_QUARTERS", "carry_raised", "year_before"]

#: Quarters before the window whose funding is carried.
N_QUARTERS = 4


def year_before(first: Quarter, now: Quarter) -> tuple[Quarter, ...]:
    """Return the last four quarters before the window of which none is still running."""
    last = min(first.index, now.index) - 1
    return tuple(Quarter(index) for index in range(last - N_QUARTERS + 1, last + 1))


def carry_raised(
    books: Mapping[str, Books], past: Iterable[Past], quarters: Sequence[Quarter], assumptions: Assumptions
) -> dict[str, Opening]:
    """Return the cash of parties that report revenue but no cash and received signed funding in some quarters.

    Parameters
    ----------
    past : iterable of Past
        Payments of these quarters, central amounts.
    quarters : sequence of Quarter
        The year before the window.

    Notes
    -----
    Cash before these quarters is unknown and taken as nothing, so the result is a floor as far as the accounts are
    right. But spending that no record holds may have taken most of it, so the low end is nothing here and
    ``stress.open_buffer``, at its low end, in a case; the high end takes outside costs at the low end of the accounts.
    A party gets none, and its cash stays an assumption, where its revenue of the first three of these quarters is
    not reported, or where nothing is left; and where it is no fast-growing developer, because what an established
    firm borrows also pays back debt that is in no record.
    """
    past = tuple(past)
    nothing = Interval(0.0, 0.0, 0.0)
    eve = quarters[0].shifted(-1)
    known = {q.index for q in quarters[:-1]}
    whole = {
        party: replace(row, cash=nothing, cash_at=eve)
        for party, row in books.items()
        if row.is_fast and row.cash is None and known <= set(row.reported)
    }

    def carried(end: str) -> dict[str, Opening]:
        level = {party: float(getattr(row.costs, end)) for party, row in whole.items()}
        rows = {p: replace(row, costs=Interval(*(level[p],) * 3)) for p, row in whole.items()}
        return carry_cash(rows, past, quarters, assumptions)

    central, high = carried("central"), carried("low")
    return {
        party: replace(one, cash=Interval(0.0, one.cash.central, high[party].cash.central))
        for party, one in central.items()
        if one.funding > 0 and one.cash.central > 0
    }
