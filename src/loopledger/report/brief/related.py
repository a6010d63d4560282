"""The purchases that have to do with a deal's funding: of who is funded, its group, and its loops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loopledger.accounts import group_of
from loopledger.circularity import LoopKind
from loopledger.records import FlowClass
from loopledger.report.brief.context import Context
from loopledger.schedule import Flow

__all__ = ["Financed", "financed_purchases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Financed:
    """Funding of a deal and the purchases that it can be set against.

    Parameters
    ----------
    funded : tuple of str
        Who receives the funding, in the order of the deal's payments.
    related : frozenset of str
        The funded parties, those of their groups, and those on a financing loop of the deal with one of them.
    on_loops : frozenset of str
        Those on a financing loop with a funded party.
    funding, purchases : tuple of Flow
        Cash payments, as known; purchases are those that a related party pays, without derived orders.
    """

    funded: tuple[str, ...]
    related: frozenset[str]
    on_loops: frozenset[str]
    funding: tuple[Flow, ...]
    purchases: tuple[Flow, ...]

    @property
    def buyers(self) -> tuple[str, ...]:
        """Who pays for these purchases, in the order of the deal's payments."""
        return tuple(dict.fromkeys(flow.payer for flow in self.purchases))


def financed_purchases(context: Context) -> tuple[Financed, ...]:
    """Return the deal's funding, each with the purchases that have to do with it.

    Parameters
    ----------
    context : Context

    Returns
    -------
    tuple of Financed
        One for each set of funded parties that share a group or a loop; without purchases where the deal
        has none with a price.
    """
    funding = context.flows_of_class(FlowClass.FUNDING)
    bought = [flow for flow in context.flows_of_class(FlowClass.PURCHASE) if not flow.derived]
    found = []
    for funded, related in _circles(context, dict.fromkeys(flow.payee for flow in funding)):
        found.append(
            Financed(
                funded=funded,
                related=related,
                on_loops=frozenset(party for one in funded for party in _on_loops(context, one)),
                funding=tuple(flow for flow in funding if flow.payee in funded),
                purchases=tuple(flow for flow in bought if flow.payer in related),
            )
        )
    return tuple(found)


def _circles(context: Context, funded: Iterable[str]) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """Return funded parties with those related to them, merged where these overlap."""
    circles: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for party in funded:
        members: tuple[str, ...] = (party,)
        related = _related(context, party)
        apart = []
        for circle in circles:
            if circle[1] & related:
                members, related = (*circle[0], *members), related | circle[1]
            else:
                apart.append(circle)
        circles = [*apart, (members, related)]
    return circles


def _related(context: Context, party: str) -> frozenset[str]:
    parties = context.deal.snapshot.parties
    group = group_of(party, parties) if party in parties else (party,)
    return frozenset({*group, *_on_loops(context, party)})


def _on_loops(context: Context, party: str) -> frozenset[str]:
    loops = [loop for loop in context.loops if loop.kind is LoopKind.FINANCING and party in loop.parties]
    return frozenset(one for loop in loops for one in loop.parties)
