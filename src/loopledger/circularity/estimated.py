"""Estimated payments as flows beside those of the register: what was bought beyond the contracts on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from loopledger.accounts import estimate_payments, state_accounts
from loopledger.accounts.markets import load_markets
from loopledger.accounts.tableau import OTHER_BUYERS, OTHER_SELLERS
from loopledger.records import KINDS, FlowClass, Kind
from loopledger.register import Snapshot
from loopledger.schedule import Certainty, Flow, Leg, Schedule
from loopledger.units import Interval, Quarter

__all__ = ["estimated_flows", "is_estimated"]

_PREFIX = "estimated/"
#: What is bought to build is equipment, what is bought to use are services.
_KINDS: Mapping[str, Kind] = {
    "capital_expenditure": Kind.SUPPLY,
    "operating_costs": Kind.PURCHASE_COMMITMENT,
}


def is_estimated(instrument: str) -> bool:
    """Whether an id is that of an estimated payment and of no promise."""
    return instrument.startswith(_PREFIX)


def estimated_flows(
    snapshot: Snapshot, schedule: Schedule, *, first: Quarter, last: Quarter | None = None
) -> tuple[Flow, ...]:
    """Return the estimated purchases of each quarter beyond what is scheduled between the same two parties.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
        Of the same day.
    first, last : Quarter
        Default of the last is the last one in which half of the parties report.

    Returns
    -------
    tuple of Flow
        With the range that totals and bounds allow, ids ``estimated/MARKET/PAYER/PAYEE``; nothing where the
        contracts are as much as the estimate.

    Notes
    -----
    An estimate is of all that one party bought from another; contracts and derived orders of the pair are in it,
    and are taken off, bound by opposite bound.
    """
    periods = state_accounts(snapshot, schedule, first=first, last=last).periods
    item = {market.name: market.item for market in load_markets().values()}
    held = _purchases(schedule)
    found: list[Flow] = []
    for payment in estimate_payments(snapshot, schedule, periods).payments:
        if payment.payer == OTHER_BUYERS or payment.payee == OTHER_SELLERS:
            continue
        quarter = Quarter.parse(payment.period)
        scheduled = held.get((quarter, payment.payer, payment.payee), Interval(0.0, 0.0, 0.0))
        beyond = _beyond(payment.amount, scheduled)
        if beyond.central > 0:
            found.append(
                Flow(
                    period=quarter,
                    payer=payment.payer,
                    payee=payment.payee,
                    kind=_KINDS[item[payment.market]].value,
                    amount=beyond,
                    certainty=Certainty.INDICATIVE,
                    instrument=f"{_PREFIX}{payment.market}/{payment.payer}/{payment.payee}",
                    assumptions=payment.assumptions,
                )
            )
    return tuple(found)


def _purchases(schedule: Schedule) -> Mapping[tuple[Quarter, str, str], Interval]:
    sums: dict[tuple[Quarter, str, str], list[Interval]] = defaultdict(list)
    for flow in schedule.flows:
        is_debt = flow.leg is Leg.DEBT_SERVICE
        if flow.cash and not is_debt and KINDS[Kind(flow.kind)].flow_class is FlowClass.PURCHASE:
            sums[flow.period, flow.payer, flow.payee].append(flow.amount)
    return {key: Interval.total(amounts) for key, amounts in sums.items()}


def _beyond(whole: Interval, part: Interval) -> Interval:
    central = max(whole.central - part.central, 0.0)
    return Interval(
        min(max(whole.low - part.high, 0.0), central), central, max(whole.high - part.low, central)
    )
