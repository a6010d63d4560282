"""The legs of a deal's loops, each once, as a picture takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from loopledger.records import KINDS, FlowClass, Kind
from loopledger.report.analysis import DealLeg, DealLoop
from loopledger.report.figures import LoopLeg
from loopledger.report.figures.legs import Role, Style
from loopledger.report.wording import join
from loopledger.schedule import promise_id

__all__ = ["legs_of"]

_ROLES: dict[FlowClass, Role] = {FlowClass.FUNDING: "funding", FlowClass.PURCHASE: "purchase"}


def legs_of(loops: Iterable[DealLoop], name: Callable[[str], str]) -> list[LoopLeg]:
    """Return all legs of some loops, each once, in the order in which they come.

    Parameters
    ----------
    loops : iterable of DealLoop
    name : callable
        Name in prose of a party id.
    """
    legs: dict[tuple[str, str], DealLeg] = {}
    for loop in loops:
        for leg in loop.legs:
            legs.setdefault((leg.payer, leg.payee), leg)
    return [_drawn(leg, name) for leg in legs.values()]


def _drawn(leg: DealLeg, name: Callable[[str], str]) -> LoopLeg:
    amount = leg.amount
    style: Style = "derived" if leg.derived else "contingent" if leg.contingent else "contracted"
    ids = tuple(dict.fromkeys(promise_id(i) for i in leg.ids))
    return LoopLeg(
        payer=name(leg.payer),
        payee=name(leg.payee),
        low=amount.low if amount else None,
        central=amount.central if amount else None,
        high=amount.high if amount else None,
        label="chip orders, derived"
        if leg.derived
        else join(dict.fromkeys(KINDS[Kind(k)].noun for k in leg.kinds)),
        style=style,
        ids=ids,
        href=f"#{ids[0]}" if ids else "",
        role=_ROLES.get(leg.flow_class, "other"),
    )
