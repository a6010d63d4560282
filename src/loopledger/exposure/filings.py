"""What filings alone say of dependence: customers' shares of sales, capital expenditure over cash, leases over debt."""

from __future__ import annotations

from fnmatch import fnmatchcase

from loopledger.accounts.items import load_account_table
from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported, Stated, parties_on_record
from loopledger.exposure.table import load_measures
from loopledger.records import Role
from loopledger.units import Interval

__all__ = ["add_demand", "add_filings"]


def add_filings(sheet: Sheet, reported: Reported) -> None:
    """Add customers' shares as stated, capital expenditure over cash from operations, and leases over debt."""
    _add_customers(sheet, reported)
    _add_capex(sheet, reported)
    _add_leases(sheet, reported)


def _add_customers(sheet: Sheet, reported: Reported) -> None:
    """Add the customers' shares that the filer states, those of the latest date of each family only."""
    n_found = 0
    for pattern in load_measures().customer_shares:
        found = _latest_of(reported, sheet.party, pattern)
        last = max((s.on for s in found.values() if s.on is not None), default=None)
        for metric, stated in found.items():
            if stated.on == last:
                n_found += 1
                value = Interval(*(min(v / 100, 1.0) for v in stated.value.as_tuple()))
                basis, note = stated.date_basis, stated.note
                sheet.say("customer_share_stated", value, [stated], of=metric, date_basis=basis, note=note)
    if not n_found:
        names = ", ".join(load_measures().customer_shares)
        sheet.lack("customer_share_stated", f"a customer's share of what {sheet.party} sells ({names})")


def _latest_of(reported: Reported, party: str, pattern: str) -> dict[str, Stated]:
    metrics = {r.metric for r in reported.snapshot.observations if r.party == party}
    names = sorted(m for m in metrics if fnmatchcase(m, pattern))
    return {name: stated for name in names if (stated := reported.latest(party, name)) is not None}


def _add_capex(sheet: Sheet, reported: Reported) -> None:
    party = sheet.party
    capex, own = reported.last_year(party, "capex"), reported.last_year(party, "operating_cash_flow")
    if capex is None or own is None:
        lacking = [n for n, v in (("capex_cash", capex), ("operating_cash_flow", own)) if v is None]
        sheet.lack("capex_to_ocf", f"{' and '.join(lacking)} of {party} over four quarters in a row")
        return
    basis = f"{capex.date_basis} over {own.date_basis}"
    sheet.say_ratio("capex_to_ocf", (capex.value, own.value), (capex, own), date_basis=basis)


def _add_leases(sheet: Sheet, reported: Reported) -> None:
    party = sheet.party
    leases = reported.latest(party, "leases_not_commenced")
    debt = reported.first_of(party, load_account_table().debt)
    if leases is None or debt is None:
        what = "leases not begun (leases_not_commenced)" if leases is None else "debt (debt_total)"
        sheet.lack("leases_to_debt", f"{what} of {party}")
        return
    basis = f"{leases.date_basis} over {debt[1].date_basis}"
    over = (leases.value, debt[1].value)
    sheet.say_ratio("leases_to_debt", over, (leases, debt[1]), of=debt[0], date_basis=basis)


def add_demand(sheet: Sheet, reported: Reported) -> None:
    """Add what the developers sell a year over what the largest buyers of computing spend on capital a year.

    Notes
    -----
    Developers are the model developers without listed shares, so that sales of advertising by a listed one
    are not taken for sales of models. Clouds' own sales of models are not in it, so it is a floor of demand.
    """
    developers: list[Stated] = []
    lacking: list[str] = []
    known = parties_on_record(reported.snapshot)
    for party in (reported.snapshot.parties[name] for name in known):
        if party.role is Role.MODEL_DEVELOPER and party.ticker is None:
            rate = reported.annual_revenue(party.id)
            if rate is None:
                lacking.append(party.id)
            else:
                developers.append(rate)
    spending = {
        name: capex
        for name in load_measures().builders
        if name in reported.snapshot.parties and (capex := reported.last_year(name, "capex")) is not None
    }
    absent = [name for name in load_measures().builders if name not in spending]
    if absent:
        sheet.lack(
            "demand_to_capex", f"capital expenditure over four quarters of {', '.join(absent)}, left out"
        )
    if lacking:
        sheet.lack("demand_to_capex", f"revenue of {', '.join(sorted(lacking))}, left out", of="developers")
    if not developers or not spending:
        return
    over = (
        Interval.total(d.value for d in developers),
        Interval.total(c.value for c in spending.values()),
    )
    basis = f"present yearly rates over the latest four quarters of {', '.join(spending)}"
    sheet.say_ratio("demand_to_capex", over, (*developers, *spending.values()), date_basis=basis)
