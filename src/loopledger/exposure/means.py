"""What a party can pay with, as last reported: cash, cash that its business brings in, revenue."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.exposure.readings import Behind, Named, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.records import Role
from loopledger.units import Interval

__all__ = ["LEFT", "Sources", "add_sources"]

#: Share of revenue that can go to commitments where a developer reports no cash from operations.
LEFT = "exposure.revenue_left_share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a party can pay with, as last reported.

    Parameters
    ----------
    cash : Interval or None
        [USD] cash and securities.
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
    internal: Interval | None = None
    revenue: Interval | None = None
    left: Interval | None = None
    behind: tuple[Behind, ...] = ()


def add_sources(sheet: Sheet, reported: Reported) -> Sources:
    """Add cash, internal cash and revenue of a party, and return them."""
    party = sheet.party
    revenue, cash = reported.annual_revenue(party), reported.liquid_funds(party)
    behind: list[Behind] = [one for one in (revenue, cash) if one is not None]
    if revenue is None:
        sheet.lack(
            "revenue_rate", f"revenue of {party} for a quarter, or a run rate (revenue, revenue_run_rate)"
        )
    else:
        sheet.say("revenue_rate", revenue.value, [revenue], date_basis=revenue.date_basis)
    if cash is None:
        sheet.lack("liquid_funds", f"cash of {party} at a quarter end (cash_and_equivalents or cash)")
    else:
        sheet.say("liquid_funds", cash.value, [cash], date_basis=cash.date_basis)
    internal, left, rest = _internal(sheet, reported, revenue)
    return Sources(
        cash=cash.value if cash else None,
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
