"""Whose money pays a seller on closed books: own, its group's, all insiders', and by instrument."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopledger.accounts import (
    Accounts,
    ClosedFlows,
    Line,
    close_flows,
    estimate_payments,
    group_of,
    insiders_of,
    origins_of,
    state_accounts,
)
from loopledger.circularity.funding import Funding, trace_funding
from loopledger.errors import ModelError, NotFoundError
from loopledger.records import FlowClass
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.units import Quarter

__all__ = ["Contribution", "SalesFunding", "close_books_of", "fund_sales"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one funding instrument adds to a seller's receipts.

    Parameters
    ----------
    instrument : str
    funder : str
    pooled : float
        [USD] of the seller's receipts under the pooled rule; contributions add up.
    possible : float
        [USD] the most that it alone can be.
    """

    instrument: str
    funder: str
    pooled: float
    possible: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFunding:
    """Whose money a seller's sales of a period are paid with.

    Parameters
    ----------
    seller, period : str
    own, group, insiders : Funding
        With the seller's own outlays coloured, those of its group, and those of every chipmaker and cloud.
    contributions : tuple of Contribution
        Of the insiders' instruments, the largest first.
    investors : float
        [USD] money of investors and lenders without accounts that the payments show, over the whole window.
    unexplained : float
        [USD] the same of other parties: money from nowhere known. Neither has a colour.
    """

    seller: str
    period: str
    own: Funding
    group: Funding
    insiders: Funding
    contributions: tuple[Contribution, ...]
    investors: float
    unexplained: float


def close_books_of(
    snapshot: Snapshot,
    schedule: Schedule,
    *,
    by: str = "quarter",
    first: Quarter | None = None,
    last: Quarter | None = None,
    estimates: tuple[Line, ...] | None = None,
    split_outside: bool = False,
) -> tuple[Accounts, ClosedFlows]:
    """Return the accounts with estimated payments in them, and their payment network.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
        Of the same day.
    by : {"quarter", "year"}
    first, last : Quarter, optional
    estimates : tuple of Line, optional
        Default is the estimates of :func:`loopledger.accounts.estimate_payments`.
    split_outside : bool
    """
    window = state_accounts(snapshot, schedule, by=by, first=first, last=last)
    if estimates is None:
        estimates = estimate_payments(snapshot, schedule, window.periods, ranges=False).lines()
    accounts = state_accounts(
        snapshot,
        schedule,
        by=by,
        first=window.periods[0].quarters[0],
        last=window.periods[-1].quarters[-1],
        estimates=estimates,
    )
    return accounts, close_flows(accounts, split_outside=split_outside, earmarks=schedule.earmarks)


def fund_sales(closed: ClosedFlows, snapshot: Snapshot, seller: str, period: str) -> SalesFunding:
    """Return whose money pays for a seller's sales of a period.

    Parameters
    ----------
    closed : ClosedFlows
        With one outside party, from an earlier start to the period at least.
    snapshot : Snapshot
        For groups and roles.
    seller : str
    period : str

    Raises
    ------
    NotFoundError
        If the seller has no payment, or there is no such period.
    ModelError
        If it is paid nothing for sales in the period.

    Notes
    -----
    Outlays of every period up to the one asked are coloured, balances carry colour from one to the next, and
    only the sales of the period are counted.
    """
    table = closed.table
    if period not in table.periods:
        msg = f"no period is called {period!r}"
        raise NotFoundError(msg, hint=f"periods: {', '.join(table.periods)}")
    sales = table.period == table.periods.index(period)
    if not (sales & (table.payee == table.party(seller)) & table.mask_class(FlowClass.PURCHASE)).any():
        msg = f"{seller} is paid nothing for sales in {period}"
        raise ModelError(msg, hint="ask for another period")
    insiders = {*insiders_of(table, snapshot.parties), seller}
    group = set(group_of(seller, snapshot.parties)) & set(table.parties)

    def traced(funders: set[str]) -> Funding:
        return trace_funding(table, funders, seller, opening=closed.opening, sales=sales)

    whole, behind = traced(insiders), origins_of(snapshot.parties)
    return SalesFunding(
        seller=seller,
        period=period,
        own=traced({seller}),
        group=traced(group | {seller}),
        insiders=whole,
        contributions=_contributions(closed, insiders, seller, sales),
        investors=sum(v for (name, _), v in whole.unexplained.items() if name in behind),
        unexplained=sum(v for (name, _), v in whole.unexplained.items() if name not in behind),
    )


def _contributions(
    closed: ClosedFlows, insiders: set[str], seller: str, sales: np.ndarray
) -> tuple[Contribution, ...]:
    table = closed.table
    funding = table.mask_class(FlowClass.FUNDING)
    funded = table.mask_parties(table.party(name) for name in insiders)[table.payer] & funding
    found: list[Contribution] = []
    for place in sorted(set(table.instrument[funded].tolist())):
        mask = table.instrument == place
        made = trace_funding(table, insiders, seller, opening=closed.opening, outlays=mask, sales=sales)
        pooled, possible = made.returned["pooled"] or 0.0, made.returned["possible"] or 0.0
        if possible > 0:
            payer = int(table.payer[np.flatnonzero(mask & funded)[0]])
            found.append(
                Contribution(
                    instrument=table.instruments[place],
                    funder=table.parties[payer],
                    pooled=pooled,
                    possible=possible,
                )
            )
    return tuple(sorted(found, key=lambda c: (-c.pooled, -c.possible, c.instrument)))
