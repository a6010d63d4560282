"""What a party can pay with: cash carried to the day, cash that its business brings in, revenue."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.exposure.carried import add_carried_cash
from loopledger.exposure.obligations import Book
from loopledger.exposure.readings import Behind, Named, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.records import Role
from loopledger.units import Interval

__all__ = ["LEFT", "Sources", "add_sources"]

#: Share of revenue that can go to commitments where a developer reports no cash from operations.
LEFT = "exposure.revenue_left_share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a party can pay with.

    Parameters
    ----------
    cash : Interval or None
        [USD] cash and securities carried to the day; as last reported where they cannot be carried.
    cash_basis : str
        Which of the two.
    internal : Interval or None
        [USD per year] cash that its business brings in; negative where capital expenditure is more.
    revenue : Interval or None
        [USD per year] at the present rate.
    left : Interval or None
        Share of revenue that ``internal`` takes for granted; None where cash from operations is reported.
    behind : tuple
        The figures that the four rest on.
    """

    cash: Interval | None = None
    cash_basis: str = ""
    internal: Interval | None = None
    revenue: Interval | None = None
    left: Interval | None = None
    behind: tuple[Behind, ...] = ()


def add_sources(sheet: Sheet, book: Book, reported: Reported) -> Sources:
    """Add cash, internal cash and revenue of a party, and return them."""
    party = sheet.party
    revenue, balance = reported.annual_revenue(party), reported.liquid_funds(party)
    behind: list[Behind] = [revenue] if revenue is not None else []
    if revenue is None:
        sheet.lack(
            "revenue_rate", f"revenue of {party} for a quarter, or a run rate (revenue, revenue_run_rate)"
        )
    else:
        sheet.say("revenue_rate", revenue.value, [revenue], date_basis=revenue.date_basis)
    cash, cash_basis = None, ""
    if balance is None:
        for code in ("liquid_funds", "cash_carried"):
            sheet.lack(code, f"cash of {party} at a quarter end (cash_and_equivalents or cash)")
    else:
        stated, quarter = balance
        sheet.say("liquid_funds", stated.value, [stated], date_basis=stated.date_basis)
        carried = add_carried_cash(sheet, book, stated, quarter)
        cash = carried.value if carried else stated.value
        cash_basis = f"cash carried to {sheet.day}" if carried else f"cash as reported at {quarter.last}"
        behind.append(carried or stated)
    internal, left, rest = _internal(sheet, reported, revenue)
    return Sources(
        cash=cash,
        cash_basis=cash_basis,
        internal=internal,
        revenue=revenue.value if revenue else None,
        left=left,
        behind=(*behind, *rest),
    )


def _internal(
    sheet: Sheet, reported: Reported, revenue: Stated | None
) -> tuple[Interval | None, Interval | None, list[Behind]]:
    """Add the cash that a business brings in; return it, the share assumed if any, and what both rest on."""
    party = sheet.party
    own, capex = reported.last_year(party, "operating_cash_flow"), reported.last_year(party, "capex")
    if own is not None and capex is not None:
        value = Interval(
            own.value.low - capex.value.high, own.value.central - capex.value.central, own.value.high
        )
        note = "after capital expenditure at its present level, at the high end before it"
        basis = f"cash from operations: {own.date_basis}; capital expenditure: {capex.date_basis}"
        sheet.say("internal_cash", value, [own, capex], of="reported", date_basis=basis, note=note)
        return value, None, [own, capex]
    is_developer = reported.snapshot.parties[party].role is Role.MODEL_DEVELOPER
    if own is None and revenue is not None and is_developer:
        left = reported.assumptions.range(LEFT)
        value, named = revenue.value.times(left), Named(assumptions=(LEFT,))
        note = "a share of revenue by assumption: no cash from operations is reported for four quarters"
        basis = revenue.date_basis
        sheet.say("internal_cash", value, [revenue, named], of="assumed", date_basis=basis, note=note)
        return value, left, [named]
    lacking = [n for n, v in (("operating_cash_flow", own), ("capex_cash", capex)) if v is None]
    sheet.lack("internal_cash", f"{' and '.join(lacking)} of {party} over four quarters in a row")
    return None, None, []
