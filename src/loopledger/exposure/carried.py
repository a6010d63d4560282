"""Cash as it stands on the day: what was last reported, what came and went since."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.accounts import Amount
from loopledger.accounts.opening import carry_cash, past_payments
from loopledger.exposure.obligations import Book, share_left
from loopledger.exposure.readings import Sheet
from loopledger.schedule import promise_id
from loopledger.units import Interval, Quarter

__all__ = ["Carried", "add_carried_cash"]

_KEPT = "stress.surplus_kept"
_BN = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Cash on the day.

    Parameters
    ----------
    value : Interval
        [USD], >= 0.
    ids : tuple of str
        Observations of the balance and the levels, instruments that paid since.
    assumptions : tuple of str
    """

    value: Interval
    ids: tuple[str, ...]
    assumptions: tuple[str, ...]


def add_carried_cash(sheet: Sheet, book: Book, cash: Amount, quarter: Quarter) -> Carried | None:
    """Add cash carried from the balance of a quarter to the day, and return it; None where accounts are missing.

    Notes
    -----
    The rule is that of :func:`loopledger.accounts.opening.carry_cash`, by which a stress opens; that one stops at the
    last quarter end, this one counts the part of the running quarter that has passed as well, so that what is carried
    and what is still due add up to the schedule.
    """
    party, now = sheet.party, Quarter.of(sheet.day)
    row = book.levels.get(party)
    if row is None:
        sheet.lack("cash_carried", f"revenue or costs of {party} in the latest four quarters of the accounts")
        return None
    quarters = tuple(Quarter(index) for index in range(quarter.index + 1, now.index + 1))
    elapsed = {now.index: 1 - share_left(sheet.day, now)}
    past = past_payments(book.snapshot, book.schedule, quarters, elapsed)
    found = carry_cash({party: row}, past, quarters, book.assumptions, elapsed)[party]
    growth = (row.growth_name, "stress.cost_growth_share") if quarters else ()
    beside = ("stress.developer_other_costs",) if row.is_fast else ()
    value = Carried(
        value=found.cash,
        ids=tuple(
            dict.fromkeys(promise_id(i) for i in (*cash.ids, *found.ids, *row.revenue_ids, *row.costs_ids))
        ),
        assumptions=tuple(dict.fromkeys((*cash.assumptions, *growth, *beside, _KEPT))),
    )
    change = found.funding + found.operating
    kept = (
        f", of a surplus only the {book.assumptions.number(_KEPT):g} that stay when owners have had their part"
        if found.operating > 0
        else ""
    )
    note = (
        f"reported {found.reported / _BN:,.1f} bn; signed funding received since {found.funding / _BN:+,.1f} bn; "
        f"revenue less costs and contract payments since {found.operating / _BN:+,.1f} bn{kept}"
    )
    if change < 0:
        note += "; less than was reported follows, so the report is central and what follows is the low end"
    basis = f"carried from {quarter.last} to {sheet.day}, by the schedule; balance: {cash.date_basis}"
    sheet.say("cash_carried", value.value, [value], date_basis=basis, note=note)
    return value
