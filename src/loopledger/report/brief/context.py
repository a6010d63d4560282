"""What every section of a brief writes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from loopledger.errors import ModelError
from loopledger.exposure import UnitCost, capacity_cost, rent_of_capacity
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass, Status
from loopledger.register import Observation
from loopledger.report.analysis import (
    Deal,
    DealLoop,
    FundingView,
    RegisterLoop,
    close_loops,
    rank_loops,
    view_funding,
)
from loopledger.report.brief.timing import UNDATED, is_undated
from loopledger.report.model import Basis, Figure, FigureBook, Unit
from loopledger.report.provenance import amount_is_estimated, amount_note
from loopledger.report.stated import stated_figure
from loopledger.schedule import Assumptions, Flow, Promise
from loopledger.units import Interval

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """A deal with its analyses, each computed once, and the figures made so far.

    Parameters
    ----------
    deal : Deal
    assumptions : Assumptions
    book : FigureBook
    stress_assumptions : set of str
        Names of the assumptions that a stress answer rests on.
    """

    deal: Deal
    assumptions: Assumptions
    book: FigureBook
    stress_assumptions: set[str] = field(default_factory=set)

    @cached_property
    def loops(self) -> tuple[DealLoop, ...]:
        """Loops that the deal closes by itself."""
        return close_loops(self.deal.known, self.deal.flows, self.assumptions)

    @cached_property
    def announced_loops(self) -> tuple[DealLoop, ...]:
        """Loops that the document's promises close on its own figures."""
        own = [item.announced for item in self.deal.items if item.announced]
        standing = [promise for promise in own if promise.status is not Status.CANCELLED]
        return close_loops(standing, self.deal.announced_flows, self.assumptions)

    @cached_property
    def ranked(self) -> tuple[tuple[RegisterLoop, ...], int, tuple[float, ...]]:
        """Financing loops of the register through the deal, the number of all, and their values."""
        return rank_loops(self.deal.schedule, self.deal.known_ids)

    @cached_property
    def views(self) -> tuple[FundingView, ...]:
        """Whose money pays for the deal."""
        return view_funding(self.deal)

    @cached_property
    def build_cost(self) -> UnitCost | None:
        """What a gigawatt costs to build, if a source known on the day says so."""
        return _unless_unknown(capacity_cost, self)

    @cached_property
    def rent(self) -> UnitCost | None:
        """What a gigawatt-year costs to rent, if a source known on the day says so."""
        return _unless_unknown(rent_of_capacity, self)

    def names(self, parties: Sequence[str]) -> list[str]:
        """Return the names of parties in prose."""
        return self.deal.names_of(parties)

    # -- figures that several sections cite ------------------------------------------------------------

    def stated(self, promise: Promise, label: str) -> Figure | str:
        """Return the figure of a promise as its source states it.

        Parameters
        ----------
        promise : Promise
        label : str
            ``announced`` or ``known``.
        """
        return stated_figure(
            self.book, promise, self.assumptions, id_=f"{label}/{promise.id}", what=self._what(promise),
            as_of=promise.announced if label == "announced" else self.deal.known_on,
            estimated=label == "known" and self.is_estimated(promise.id),
        )  # fmt: skip

    def is_estimated(self, id_: str) -> bool:
        """Return whether the amount of a promise, as the register knows it, is the editors' own arithmetic."""
        instrument = self.deal.snapshot.instruments.get(id_)
        return instrument is not None and amount_is_estimated(instrument, self.deal.snapshot.day)

    def amount_note(self, id_: str) -> str:
        """Return what to say of an amount of the register that no source at hand states itself, with brackets."""
        instrument = self.deal.snapshot.instruments.get(id_)
        note = amount_note(instrument, self.deal.snapshot.day) if instrument is not None else ""
        return f" ({note})" if note else ""

    def scheduled(self, promise: Promise) -> Figure | None:
        """Return what is scheduled to be paid under a promise over its life, or None without a price."""
        flows = [f for f in self.deal.flows if f.instrument == promise.id]
        if not flows:
            return None
        paid = promise.status is Status.COMPLETED
        return self.book.add(
            f"scheduled/{promise.id}", Interval.total(f.amount for f in flows), Unit.USD,
            Basis.PAID if paid else Basis.SCHEDULED,
            what=f"{self._what(promise)}, over its whole life",
            how="sum of the promise's flows: stated sum, by bound, likelihood of its firmness, and rate of exchange",
            refs=(promise.id,),
        )  # fmt: skip

    def _what(self, promise: Promise) -> str:
        payers, payees = " and ".join(self.names(promise.payers)), " and ".join(self.names(promise.payees))
        return f"{promise.kind.value.replace('_', ' ')}, {payers} to {payees}"

    def flows_of_class(self, flow_class: FlowClass) -> list[Flow]:
        """Return the deal's cash flows of a class, as known; those that need a trigger are left out."""
        flows = [f for f in self.deal.flows if f.cash and not f.contingent]
        return [f for f in flows if TABLE_KINDS[f.kind] is flow_class]

    def used_assumptions(self) -> tuple[str, ...]:
        """Return the names of the assumptions that the deal's flows rest on, announced or known, and its stress."""
        flows = [*self.deal.flows, *self.deal.announced_flows]
        names = {name for flow in flows for name in flow.assumptions} | self.stress_assumptions
        return tuple(
            sorted(names | ({UNDATED} if is_undated(self.deal.flows, self.deal.promises) else set()))
        )


def _unless_unknown(
    measure: Callable[[Iterable[Observation]], UnitCost], context: Context
) -> UnitCost | None:
    try:
        return measure(context.deal.snapshot.observations)
    except ModelError:
        return None
