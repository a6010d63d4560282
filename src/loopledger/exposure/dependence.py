"""How much of what a party is owed, owes and is funded with hangs on each counterparty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.schedule import Flow
from loopledger.units import Interval, Quarter

__all__ = ["Counterparty", "Dependence", "Side", "depend"]


class Side(StrEnum):
    """What the counterparty is to the party."""

    BUYERS = "buyers"
    SUPPLIERS = "suppliers"
    FUNDERS = "funders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparty:
    """One counterparty's part.

    Parameters
    ----------
    party : str
    amount : Interval
        [USD] scheduled.
    share : float
        Of the central total, 0 to 1.
    instruments : tuple of str
    """

    party: str
    amount: Interval
    share: float
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """What a party has coming or going on one side, by counterparty.

    Parameters
    ----------
    party : str
    side : Side
    total : Interval
        [USD] scheduled in the window.
    counterparties : tuple of Counterparty
        Largest first.
    hhi : float
        Herfindahl-Hirschman index of the central shares, 0 to 1; 1 is a sole counterparty.
    """

    party: str
    side: Side
    total: Interval
    counterparties: tuple[Counterparty, ...]
    hhi: float


def depend(
    flows: Iterable[Flow], party: str, *, first: Quarter, last: Quarter | None = None
) -> list[Dependence]:
    """Return what a party has coming and going in a window, by counterparty.

    Parameters
    ----------
    flows : iterable of Flow
        Derived and contingent flows are left out: what is counted is publicly promised.
    party : str
    first, last : Quarter
        The window, both included; no last quarter is the end of all flows.

    Returns
    -------
    list of Dependence
        Buyers, suppliers and funders, without the sides on which nothing is scheduled.
    """
    sums: dict[Side, dict[str, list[Flow]]] = {side: defaultdict(list) for side in Side}
    for flow in flows:
        inside = flow.period >= first and (last is None or flow.period <= last)
        if not inside or flow.derived or flow.contingent or party not in (flow.payer, flow.payee):
            continue
        side = _side(flow, party)
        if side is not None:
            other = flow.payer if flow.payee == party else flow.payee
            sums[side][other].append(flow)
    return [_dependence(party, side, by_other) for side, by_other in sums.items() if by_other]


def _side(flow: Flow, party: str) -> Side | None:
    match TABLE_KINDS[flow.kind], flow.payee == party:
        case FlowClass.PURCHASE, True:
            return Side.BUYERS
        case FlowClass.PURCHASE, False:
            return Side.SUPPLIERS
        case FlowClass.FUNDING, True:
            return Side.FUNDERS
        case _:
            return None


def _dependence(party: str, side: Side, by_other: dict[str, list[Flow]]) -> Dependence:
    amounts = {other: Interval.total(flow.amount for flow in flows) for other, flows in by_other.items()}
    total = Interval.total(amounts.values())
    whole = total.central or 1.0
    parts = [
        Counterparty(
            party=other,
            amount=amount,
            share=amount.central / whole,
            instruments=tuple(sorted({flow.instrument for flow in by_other[other]})),
        )
        for other, amount in amounts.items()
    ]
    parts.sort(key=lambda part: (-part.amount.central, part.party))
    return Dependence(
        party=party,
        side=side,
        total=total,
        counterparties=tuple(parts),
        hhi=sum(part.share**2 for part in parts),
    )
