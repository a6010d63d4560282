"""Contract flows as lines of accounts: who pays whom under which instrument, to both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from loopledger.accounts.items import AccountTable, load_account_table
from loopledger.accounts.lines import Basis, Line, Period, cents
from loopledger.records import Party, Role
from loopledger.schedule import Certainty, Flow, Leg
from loopledger.units import Interval

__all__ = ["BOUGHT", "INTEREST", "contract_lines", "item_of", "merge_estimates"]

#: The item of interest on named debt: a cost of its payer.
INTEREST = "interest"

#: Items that an estimate of what one party bought from another holds.
_PURCHASES = ("operating_costs", "capital_expenditure")
#: Items that are sales to the payee.
BOUGHT = (*_PURCHASES, "revenue_share")


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
    Debt service is two lines, interest and repayment.
    """
    table = load_account_table()
    label = {quarter: period.label for period in periods for quarter in period.quarters}
    sums: dict[tuple[str, str, str, str, str], list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.cash and not flow.contingent and flow.period in label:
            payee = parties.get(flow.payee)
            item = item_of(flow, payee.role if payee else None, table)
            for name, part in _split(item, flow):
                sums[label[flow.period], flow.payer, flow.payee, name, flow.instrument].append(part)
    lines = [_line(key, parts) for key, parts in sums.items()]
    return [line for line in lines if line is not None]


def _split(item: str, flow: Flow) -> list[tuple[str, Flow]]:
    """Return a flow under its item; interest under an item of its own."""
    if flow.interest.high <= 0:
        return [(item, flow)]
    ends = [max(a - b, 0.0) for a, b in zip(flow.amount.as_tuple(), flow.interest.as_tuple(), strict=True)]
    repaid = replace(flow, amount=Interval(min(ends), ends[1], max(ends)))
    return [(item, repaid), (INTEREST, replace(flow, amount=flow.interest))]


def _line(key: tuple[str, str, str, str, str], flows: list[Flow]) -> Line | None:
    period, payer, payee, item, instrument = key
    amount = Interval.total(flow.amount for flow in flows)
    central = cents(amount.central) / 100
    if central <= 0:
        return None
    bases = [_basis(flow) for flow in flows]
    by_quarter = tuple(
        (quarter, Interval.total(flow.amount for flow in flows if flow.period == quarter))
        for quarter in sorted({flow.period for flow in flows})
    )
    return Line(
        period=period,
        payer=payer,
        payee=payee,
        item=item,
        amount=Interval(min(amount.low, central), central, max(amount.high, central)),
        basis=max(bases, key=list(Basis).index),
        date_basis=f"scheduled in {', '.join(str(quarter) for quarter, _ in by_quarter)}",
        ids=(instrument,),
        assumptions=tuple(dict.fromkeys(name for flow in flows for name in flow.assumptions)),
        by_quarter=by_quarter,
    )


def merge_estimates(contracts: Iterable[Line], estimates: Iterable[Line]) -> list[Line]:
    """Return contract lines and estimates of the same payments as one set, no dollar twice.

    An estimate is of all that a payer bought from a payee in a period. The contract lines of the pair stay,
    scaled down where they exceed it, and what they leave of it becomes a line of its own.
    """
    held: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    merged: list[Line] = []
    by_pair = {(e.period, e.payer, e.payee): e for e in estimates}
    for line in contracts:
        key = line.period, line.payer, line.payee
        if line.item in _PURCHASES and key in by_pair:
            held[key].append(line)
        else:
            merged.append(line)
    for key, estimate in by_pair.items():
        merged += _within(estimate, held[key])
    return merged


def _within(estimate: Line, parts: list[Line]) -> list[Line]:
    total = cents(estimate.amount.central)
    sums = [cents(part.amount.central) for part in parts]
    whole = sum(sums)
    factor = min(1.0, total / whole) if whole else 0.0
    kept: list[Line] = []
    left = total
    for part, size in zip(parts, sums, strict=True):
        share = min(left, round(size * factor))
        left -= share
        if share:
            kept.append(_scaled(part, estimate, share / 100, is_whole=share == size))
    if left:
        within = Interval.total(part.amount for part in parts)
        low = min(max(estimate.amount.low - within.high, 0.0), left / 100)
        high = max(estimate.amount.high - within.low, left / 100)
        kept.append(replace(estimate, amount=Interval(low, left / 100, high)))
    return kept


def _scaled(part: Line, estimate: Line, central: float, *, is_whole: bool) -> Line:
    """Return a contract line within an estimate; as it was where the estimate holds all of it."""
    if is_whole:
        return part
    return replace(
        part,
        amount=Interval(
            min(part.amount.low, central),
            central,
            max(min(part.amount.high, estimate.amount.high), central),
        ),
        basis=Basis.ESTIMATED,
        ids=tuple(dict.fromkeys((*part.ids, *estimate.ids))),
        assumptions=tuple(dict.fromkeys((*part.assumptions, *estimate.assumptions))),
        by_quarter=tuple((q, paid.scaled(central / part.amount.central)) for q, paid in part.by_quarter),
        note=f"scheduled at {part.amount.central:,.2f}; the totals of the market leave less",
    )
