"""A revenue share takes no more than its rate of the revenue that its payer reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from loopledger.accounts.figures import FigureBook
from loopledger.records import Kind
from loopledger.schedule import Assumptions, Flow
from loopledger.units import Interval

__all__ = ["cap_revenue_shares"]

_RATE = "accounts.revenue_share"


def cap_revenue_shares(
    flows: Iterable[Flow], figures: FigureBook, assumptions: Assumptions
) -> tuple[Flow, ...]:
    """Return the flows with revenue shares cut to the assumed rate of the payer's revenue of their quarter.

    Parameters
    ----------
    flows : iterable of Flow
    figures : FigureBook
        With the revenue of the payers.
    assumptions : Assumptions

    Notes
    -----
    A share scheduled at or below the central rate stays. Quarters without reported revenue stay as scheduled.
    """
    rate = assumptions.range(_RATE)
    return tuple(_capped(flow, figures, rate) for flow in flows)


def _capped(flow: Flow, figures: FigureBook, rate: Interval) -> Flow:
    if flow.kind != Kind.REVENUE_SHARE.value:
        return flow
    revenue = figures.balance(flow.payer, "revenue", flow.period)
    if revenue is None or revenue.value.low < 0:
        return flow
    most = revenue.value.times(rate)
    if flow.amount.central <= most.central:
        return flow
    central = most.central
    amount = Interval(min(flow.amount.low, most.low), central, max(min(flow.amount.high, most.high), central))
    return replace(flow, amount=amount, assumptions=tuple(dict.fromkeys((*flow.assumptions, _RATE))))
