"""What stands behind the loops of a register: ranges, firmness, and legs that no contract states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from loopledger.circularity.estimated import is_estimated
from loopledger.circularity.loops import Loop
from loopledger.records import Firmness, Status
from loopledger.schedule import Flow, Promise, promise_id
from loopledger.units import Interval

__all__ = ["FIRMNESS", "LegBacking", "LoopBacking", "back_loops"]

#: How firm money is, the firmest first, each with its meaning.
FIRMNESS: Mapping[str, str] = MappingProxyType({
    "paid": "the promise is completed",
    "binding": "owed under a contract",
    "estimated": "paid by what the parties report in sum; how much of it by estimate",
    "conditional": "owed once conditions are met",
    "option": "the payer may choose",
    "non_binding": "a letter or an announcement",
    "contingent": "paid only if something happens",
    "derived": "no contract",
})  # fmt: skip
_ORDER = {name: place for place, name in enumerate(FIRMNESS)}
_FIRM = frozenset({"paid", "binding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegBacking:
    """One leg of a loop.

    Parameters
    ----------
    amount : Interval
        [USD] scheduled in the window.
    firmness : str
        A key of :data:`FIRMNESS`, that of its firmest instrument: the leg breaks when all have gone; of a leg that
        no contract states, ``derived`` or ``estimated``.
    firm : float
        [USD] central, the part that is paid or binding and stated by a contract.
    derived : bool
        Whether no public contract states any of it, and it follows from one that does.
    estimated : bool
        Whether no public contract states any of it, and reported totals do.
    """

    amount: Interval
    firmness: str
    firm: float
    derived: bool
    estimated: bool = False

    @property
    def firm_share(self) -> float:
        """The part of the central amount that is paid or binding and stated by a contract, 0 to 1."""
        return min(self.firm / self.amount.central, 1.0) if self.amount.central > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopBacking:
    """What stands behind a loop.

    Parameters
    ----------
    legs : tuple of LegBacking
        In the order of the loop's legs.
    value : Interval
        [USD] the smallest leg, bound by bound.
    weakest : str
        Firmness of the weakest leg.
    firm : float
        [USD] central, what can go round on paid and binding contracts alone; 0 where a leg is derived or
        estimated.
    """

    legs: tuple[LegBacking, ...]
    value: Interval
    weakest: str
    firm: float

    @property
    def derived(self) -> int:
        """Number of derived legs."""
        return sum(leg.derived for leg in self.legs)

    @property
    def estimated(self) -> int:
        """Number of estimated legs."""
        return sum(leg.estimated for leg in self.legs)


def back_loops(
    loops: Sequence[Loop], flows: Iterable[Flow], promises: Iterable[Promise]
) -> tuple[LoopBacking, ...]:
    """Return what stands behind each loop.

    Parameters
    ----------
    loops : sequence of Loop
    flows : iterable of Flow
        Those that the loops were found among: of the window, moving cash.
    promises : iterable of Promise
        Those that the flows follow from.

    Returns
    -------
    tuple of LoopBacking
        In the order of the loops.

    Notes
    -----
    A leg that only derived orders make up is the weakest of all, however firm the promise is that they follow
    from: nobody owes them under a contract. An estimated payment is of its own kind.
    """
    firmness = {promise.id: _firmness(promise) for promise in promises}
    wanted = {(leg.payer, leg.payee) for loop in loops for leg in loop.legs}
    behind: dict[tuple[str, str], list[Flow]] = {pair: [] for pair in sorted(wanted)}
    for flow in flows:
        if flow.cash and (flow.payer, flow.payee) in behind:
            behind[flow.payer, flow.payee].append(flow)
    legs = {pair: _leg(rows, firmness) for pair, rows in behind.items()}
    return tuple(_loop([legs[leg.payer, leg.payee] for leg in loop.legs]) for loop in loops)


def _firmness(promise: Promise) -> str:
    return "paid" if promise.status is Status.COMPLETED else Firmness(promise.firmness).value


def _leg(flows: Sequence[Flow], firmness: Mapping[str, str]) -> LegBacking:
    def firmness_of(flow: Flow) -> str:
        return "estimated" if is_estimated(flow.instrument) else firmness[promise_id(flow.instrument)]

    known = [firmness_of(flow) for flow in flows if flow.amount.central > 0 and not flow.derived]
    firm = [flow.amount.central for flow in flows if not flow.derived and firmness_of(flow) in _FIRM]
    stated = [flow for flow in flows if not flow.derived and not is_estimated(flow.instrument)]
    estimated = not stated and any(is_estimated(flow.instrument) for flow in flows)
    derived = not stated and not estimated
    return LegBacking(
        amount=Interval(*(sum(getattr(flow.amount, bound) for flow in flows) for bound in ("low", "central", "high"))),
        firmness="estimated" if estimated else min(known, key=_ORDER.__getitem__, default="derived"),
        firm=sum(firm),
        derived=derived,
        estimated=estimated,
    )  # fmt: skip


def _loop(legs: Sequence[LegBacking]) -> LoopBacking:
    return LoopBacking(
        legs=tuple(legs),
        value=Interval(*(min(getattr(leg.amount, bound) for leg in legs) for bound in ("low", "central", "high"))),
        weakest=max((leg.firmness for leg in legs), key=_ORDER.__getitem__),
        firm=min(leg.firm for leg in legs),
    )  # fmt: skip
