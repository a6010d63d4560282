"""Whose money pays a seller on closed books: own, its group's, all insiders', and by instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
from loopledger.circularity.purses import apart_from_outlays, is_purse, owner_of
from loopledger.errors import ModelError, NotFoundError
from loopledger.network import FlowTable
from loopledger.records import FlowClass
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.units import Quarter

__all__ = ["Contribution", "SalesFunding", "close_books_of", "fund_sales", "share_of_insiders"]


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
        The group is one purse: what reaches one of its members is back home and goes no further. The other
        insiders are not: what they put in is followed through their customers and through them to the seller.
    contributions : tuple of Contribution
        Of the insiders' instruments, the largest first.
    investors : float
        [USD] money of investors and lenders without accounts that the payments show, over the whole window.
    unexplained : float
        [USD] the same of other parties: money from nowhere known. Neither has a colour.
    paid : float
        [USD] all payments of the books over the whole window.
    unopened : tuple of str
        Parties that insiders fund and that report no balance at the start. They are taken to have had nothing;
        every dollar that they did have makes the forced return smaller by up to a dollar.
    """

    seller: str
    period: str
    own: Funding
    group: Funding
    insiders: Funding
    contributions: tuple[Contribution, ...]
    investors: float
    unexplained: float
    paid: float
    unopened: tuple[str, ...] = ()


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

    books = apart_from_outlays(table, insiders - {seller})
    whole = replace(_by_insiders(books, closed.opening, seller, period), funders=tuple(sorted(insiders)))
    behind = origins_of(snapshot.parties)
    return SalesFunding(
        seller=seller,
        period=period,
        own=traced({seller}),
        group=traced(group | {seller}),
        insiders=whole,
        contributions=_contributions(books, closed.opening, seller, period),
        investors=sum(v for (name, _), v in whole.unexplained.items() if name in behind),
        unexplained=sum(v for (name, _), v in whole.unexplained.items() if name not in behind),
        paid=float(table.amount.sum()),
        unopened=_unopened(table, insiders, closed.opening),
    )


def _unopened(table: FlowTable, insiders: set[str], opening: Mapping[str, float]) -> tuple[str, ...]:
    """Return the parties that insiders fund and that pay others, without an opening balance, sorted."""
    pays = table.mask_parties(table.party(name) for name in insiders)
    funded = pays[table.payer] & table.mask_class(FlowClass.FUNDING)
    passing = set(table.payer[table.among_parties].tolist()) & set(table.payee[funded].tolist())
    return tuple(sorted({table.parties[place] for place in passing} - set(opening) - insiders))


def _by_insiders(
    books: FlowTable,
    opening: Mapping[str, float],
    seller: str,
    period: str,
    outlays: NDArray[np.bool_] | None = None,
) -> Funding:
    """Return what arrives at a seller of all that insiders put in, in books with their outlays apart."""
    sales = books.period == books.periods.index(period)
    funders = {seller, *(name for name in books.parties if is_purse(name))}
    return trace_funding(books, funders, seller, opening=opening, outlays=outlays, sales=sales)


def share_of_insiders(closed: ClosedFlows, snapshot: Snapshot, seller: str, period: str) -> float | None:
    """Return the insiders' share of a seller's sales of a period under the pooled rule, 0 to 1."""
    insiders = set(insiders_of(closed.table, snapshot.parties)) - {seller}
    books = apart_from_outlays(closed.table, insiders)
    return _by_insiders(books, closed.opening, seller, period).share["pooled"]


def _contributions(
    books: FlowTable, opening: Mapping[str, float], seller: str, period: str
) -> tuple[Contribution, ...]:
    pays = books.mask_parties(
        place for place, name in enumerate(books.parties) if is_purse(name) or name == seller
    )
    funded = pays[books.payer] & books.mask_class(FlowClass.FUNDING)
    found: list[Contribution] = []
    for place in sorted(set(books.instrument[funded].tolist())):
        mask = (books.instrument == place) & funded
        made = _by_insiders(books, opening, seller, period, mask)
        pooled, possible = made.returned["pooled"] or 0.0, made.returned["possible"] or 0.0
        if possible > 0:
            payer = books.parties[int(books.payer[np.flatnonzero(mask)[0]])]
            found.append(
                Contribution(
                    instrument=books.instruments[place],
                    funder=owner_of(payer),
                    pooled=pooled,
                    possible=possible,
                )
            )
    return tuple(sorted(found, key=lambda c: (-c.pooled, -c.possible, c.instrument)))
