"""Whose money pays for the deal: the deal alone, and among all that is promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopledger.circularity import Funding, trace_funding
from loopledger.network import FlowTable, collapse_parties, flow_table, parties_between
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.report.analysis.deal import Deal
from loopledger.schedule import Flow, promise_id

__all__ = ["FundingView", "view_funding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingView:
    """The funding of one seller's receipts under the deal.

    Parameters
    ----------
    id : str
    scope : {"alone", "register"}
        The deal as one period with no other money, or quarter by quarter among all that the register
        promises.
    found : Funding
        At central amounts.
    low, high : mapping of str to float or None
        Lowest and highest share by rule over the corners of the amounts: funding low with purchases
        high, and funding high with purchases low.
    table : FlowTable
        The payments that the answer is computed from.
    outlays, sales : tuple of str
        Instruments whose payments are coloured, and counted.
    """

    id: str
    scope: str
    found: Funding
    low: Mapping[str, float | None]
    high: Mapping[str, float | None]
    table: FlowTable
    outlays: tuple[str, ...]
    sales: tuple[str, ...]


def view_funding(deal: Deal) -> tuple[FundingView, ...]:
    """Return who pays for the deal, for every funder that sells in it.

    Guarantees that nobody has called are left out: no money moves unless their trigger happens.

    Parameters
    ----------
    deal : Deal

    Returns
    -------
    tuple of FundingView
        For each seller among the funders, all funders and then the seller alone: first the deal by itself,
        then, where its parties have any other promise, the deal within the register. Empty when nobody
        both funds and sells.
    """
    flows = [flow for flow in deal.flows if flow.cash and not flow.contingent and flow.amount.central > 0]
    funders = tuple(dict.fromkeys(f.payer for f in flows if TABLE_KINDS[f.kind] is FlowClass.FUNDING))
    sellers = [f.payee for f in flows if TABLE_KINDS[f.kind] is FlowClass.PURCHASE and not f.derived]
    sellers += [f.payee for f in flows if f.derived]
    views = []
    everything = _everything(deal) if has_other_money(deal) else None
    for seller in dict.fromkeys(sellers):
        for group in _groups(flows, funders, seller):
            alone = _alone(deal, flows, group, seller)
            if not alone.found.returned["possible"]:
                continue  # what these funders give and what this seller is paid have nothing to do with each other
            views.append(alone)
            if everything is not None:
                views.append(_within(everything, flows, group, seller))
        if everything is not None and not set(sellers) & set(funders):
            earlier = _earlier_outlays(deal, flows, seller)
            if earlier:
                views.append(_within(everything, [*flows, *earlier], (seller,), seller))
    return tuple(views)


def has_other_money(deal: Deal) -> bool:
    """Whether the register schedules anything for a party of the deal beside the deal itself."""
    parties, own = set(deal.parties), set(deal.known_ids)
    return any(
        promise_id(flow.instrument) not in own and ({flow.payer, flow.payee} & parties)
        for flow in deal.schedule.flows
    )


def _groups(flows: Sequence[Flow], funders: tuple[str, ...], seller: str) -> list[tuple[str, ...]]:
    """Return the groups whose money is followed to a seller: all funders, and the seller alone.

    A group counts only if somebody outside it buys from the seller: what one funder pays another is no
    sale to the world.
    """
    buyers = {f.payer for f in flows if f.payee == seller and TABLE_KINDS[f.kind] is FlowClass.PURCHASE}
    groups = [funders, (seller,)] if seller in funders else []
    return [group for group in dict.fromkeys(groups) if buyers - set(group)]


def _earlier_outlays(deal: Deal, flows: Sequence[Flow], seller: str) -> list[Flow]:
    """Return what a seller funds its buyers of this deal with under other deals of the register."""
    buyers = {f.payer for f in flows if f.payee == seller and TABLE_KINDS[f.kind] is FlowClass.PURCHASE}
    return [
        flow
        for flow in deal.schedule.flows
        if flow.cash
        and not flow.contingent
        and flow.payer == seller
        and flow.payee in buyers
        and TABLE_KINDS[flow.kind] is FlowClass.FUNDING
    ]


def _instruments(flows: Sequence[Flow], flow_class: FlowClass) -> tuple[str, ...]:
    return tuple(sorted({flow.instrument for flow in flows if TABLE_KINDS[flow.kind] is flow_class}))


def _earmarks(deal: Deal, ids: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the register's earmarks among some instruments, and those that a new deal implies.

    What the register does not know yet has no links; there the money that a deal gives a buyer is taken to
    be meant for the purchases that the same document announces.
    """
    known = {s: tuple(t for t in ts if t in ids) for s, ts in deal.schedule.earmarks.items() if s in ids}
    new = [deal.promises[i] for i in deal.known_ids if i.startswith("doc/") and i in ids]
    for promise in new:
        if TABLE_KINDS[promise.kind] is FlowClass.FUNDING:
            meant = tuple(
                other.id
                for other in deal.known
                if TABLE_KINDS[other.kind] is FlowClass.PURCHASE
                and set(other.payers) & set(promise.payees)
                and other.id in ids
            )
            known[promise.id] = tuple(dict.fromkeys([*known.get(promise.id, ()), *meant]))
    return {source: targets for source, targets in known.items() if targets}


def _alone(deal: Deal, flows: Sequence[Flow], funders: tuple[str, ...], seller: str) -> FundingView:
    """Trace the deal as if its parties had no other money and all of it moved at once."""
    earmarks = _earmarks(deal, {flow.instrument for flow in flows})

    def corner(of_funding: str, of_purchase: str) -> Funding | None:
        def case(flow: Flow) -> str:
            return of_funding if TABLE_KINDS[flow.kind] is FlowClass.FUNDING else of_purchase

        table = flow_table(flows, case=case, earmarks=earmarks, by_quarter=False)
        present = [name for name in funders if name in table.parties]
        return (
            trace_funding(table, present, seller) if seller in table.parties and seller in present else None
        )

    table = flow_table(flows, earmarks=earmarks, by_quarter=False)
    central = trace_funding(table, funders, seller)
    corners = [central, corner("low", "high"), corner("high", "low")]
    low, high = _envelope([c for c in corners if c is not None])
    if corners[1] is None:  # no funding at its low: nothing of it can return
        low = {rule: 0.0 if value is not None else None for rule, value in low.items()}
    return FundingView(
        id=f"alone/{'+'.join(funders)}/{seller}", scope="alone", found=central, low=low, high=high, table=table,
        outlays=_instruments(flows, FlowClass.FUNDING), sales=_instruments(flows, FlowClass.PURCHASE),
    )  # fmt: skip


def _envelope(found: Sequence[Funding]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    low: dict[str, float | None] = {}
    high: dict[str, float | None] = {}
    for rule in found[0].share:
        values = [share for share in (f.share[rule] for f in found) if share is not None]
        low[rule], high[rule] = (min(values), max(values)) if values else (None, None)
    return low, high


def _everything(deal: Deal) -> FlowTable:
    """Return all cash that the register schedules, by quarter, with the deal's earmarks."""
    flows = [flow for flow in deal.schedule.flows if not flow.contingent]
    return flow_table(flows, earmarks=_earmarks(deal, {flow.instrument for flow in flows}))


def _within(full: FlowTable, flows: Sequence[Flow], funders: tuple[str, ...], seller: str) -> FundingView:
    """Trace the deal's money quarter by quarter among everything that the register promises."""
    outlays, sales = _instruments(flows, FlowClass.FUNDING), _instruments(flows, FlowClass.PURCHASE)
    coloured = _mask(full, outlays) & full.mask_parties(full.party(name) for name in funders)[full.payer]
    counted = _mask(full, sales) & (full.payee == full.party(seller))
    # what is paid after the last counted receipt cannot change it, nor can parties that no colour passes
    last = int(full.period[counted].max())
    keep = parties_between(full, coloured, counted) | set(funders)
    asked = _recoded(full, coloured, counted).select(full.period <= last)
    table = collapse_parties(asked, keep, instruments={*outlays, *sales})
    found = trace_funding(table, funders, seller)
    return FundingView(
        id=f"register/{'+'.join(funders)}/{seller}", scope="register", found=found, low=found.share, high=found.share,
        table=table, outlays=outlays, sales=sales,
    )  # fmt: skip


def _recoded(table: FlowTable, coloured: np.ndarray, counted: np.ndarray) -> FlowTable:
    """Return the table with the question in its kinds: funding is what is coloured, purchase what is counted."""
    kinds = (FlowClass.FUNDING.value, FlowClass.OTHER.value, FlowClass.PURCHASE.value)
    kind = np.where(coloured, 0, np.where(counted, 2, 1)).astype(np.int64)
    return replace(table, kinds=kinds, kind=kind)


def _mask(table: FlowTable, instruments: Sequence[str]) -> np.ndarray:
    wanted = set(instruments)
    return np.array([name in wanted for name in table.instruments], dtype=np.bool_)[table.instrument]
