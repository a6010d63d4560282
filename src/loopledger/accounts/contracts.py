"""Contract flows as lines of accounts: who pays whom under which instrument, to both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from loopledger.accounts.items import AccountTable, load_account_table
from loopledger.accounts.lines import Basis, Line, Period, cents
from loopledger.records import Party, Role
from loopledger.schedule import Certainty, Flow, Leg
from loopledger.units import Interval

__all__ = ["BOUGHT", "contract_lines", "item_of"]

#: Items that are sales to the payee.
BOUGHT = ("operating_costs", "capital_expenditure")


def item_of(flow: Flow, payee_role: Role | None, table: AccountTable) -> str:
    """Return the item of a contract flow in the books of its payer."""
    item = table.contracts[flow.kind]
    if item == "purchase":
        return "capital_expenditure" if payee_role in table.capital_suppliers else "operating_costs"
    return item


def _basis(flow: Flow) -> Basis:
    if flow.leg is Leg.SUPPLY:
        return Basis.DERIVED
    return Basis.CONTRACTED if flow.certainty is Certainty.CONTRACTED else Basis.ESTIMATED


def contract_lines(
    flows: Iterable[Flow], periods: Iterable[Period], parties: Mapping[str, Party]
) -> list[Line]:
    """Return the contract flows of some periods, one line a pair, item and instrument.

    Payments in kind move no cash, and a contingent promise that nothing has triggered pays nothing: both
    are left out. A promise that is not binding stays with its likelihood in the amount, as an estimate.
    """
    table = load_account_table()
    label = {quarter: period.label for period in periods for quarter in period.quarters}
    sums: dict[tuple[str, str, str, str, str], list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.cash and not flow.contingent and flow.period in label:
            payee = parties.get(flow.payee)
            item = item_of(flow, payee.role if payee else None, table)
            sums[label[flow.period], flow.payer, flow.payee, item, flow.instrument].append(flow)
    lines = [_line(key, parts) for key, parts in sums.items()]
    return [line for line in lines if line is not None]


def _line(key: tuple[str, str, str, str, str], flows: list[Flow]) -> Line | None:
    period, payer, payee, item, instrument = key
    amount = Interval.total(flow.amount for flow in flows)
    central = cents(amount.central) / 100
    if central <= 0:
        return None
    bases = [_basis(flow) for flow in flows]
    quarters = sorted({str(flow.period) for flow in flows})
    return Line(
        period=period,
        payer=payer,
        payee=payee,
        item=item,
        amount=Interval(min(amount.low, central), central, max(amount.high, central)),
        basis=max(bases, key=list(Basis).index),
        date_basis=f"scheduled in {', '.join(quarters)}",
        ids=(instrument,),
        assumptions=tuple(dict.fromkeys(name for flow in flows for name in flow.assumptions)),
    )
