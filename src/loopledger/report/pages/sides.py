"""What a party owes, is owed, funds and is funded with: still to come, by year, by promise, by counterparty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from loopledger.records import KINDS, Kind
from loopledger.report.model import Figure, Part, Sentence
from loopledger.report.pages.context import PageContext, ids_of, role_of
from loopledger.schedule import Flow, Leg

__all__ = ["PartySides", "Side", "kind_words"]


class Side(StrEnum):
    """A direction of money and what it does."""

    OWES = "owes"
    OWED = "is owed"
    FUNDED = "is to be funded with"
    FUNDS = "is to fund others with"


@dataclass(frozen=True)
class PartySides:
    """The payments of one party by side.

    Parameters
    ----------
    context : PageContext
    party : str
    """

    context: PageContext
    party: str

    @property
    def name(self) -> str:
        """Its name in prose."""
        return self.context.name(self.party)

    @cached_property
    def every(self) -> tuple[Flow, ...]:
        """All payments of the window from or to the party."""
        return tuple(f for f in self.context.flows if self.party in (f.payer, f.payee) and f.amount.high > 0)

    @cached_property
    def promised(self) -> tuple[Flow, ...]:
        """Those that a public promise states and that need no trigger."""
        return tuple(f for f in self.every if not f.derived and not f.contingent)

    def beside(self, test: Callable[[Flow], bool]) -> list[Flow]:
        """Return the payments still to come that stand beside the promised ones."""
        return [f for f in self.every if test(f) and self.context.is_ahead(f)]

    def side_of(self, flow: Flow) -> Side:
        """Return the side of a payment."""
        funding = role_of(flow) == "funding"
        if flow.payer == self.party:
            return Side.FUNDS if funding else Side.OWES
        return Side.FUNDED if funding else Side.OWED

    def other(self, flow: Flow) -> str:
        """Return the counterparty of a payment."""
        return flow.payee if flow.payer == self.party else flow.payer

    def on(self, side: Side, *, ahead: bool | None = True) -> list[Flow]:
        """Return the promised payments of a side: still to come, before that, or both (None)."""
        return [
            f
            for f in self.promised
            if self.side_of(f) is side and (ahead is None or self.context.is_ahead(f) is ahead)
        ]

    def figure(self, side: Side) -> Figure | None:
        """Return the sum still to come on a side, or None where nothing is scheduled."""
        flows = self.on(side)
        if not flows:
            return None
        return self.context.sum(
            f"ahead/{side.name.lower()}",
            flows,
            what=f"what {self.name} {side.value}, from {self.context.window.ahead} on",
        )

    # -- sentences -------------------------------------------------------------------------------------

    def sentence(self, side: Side) -> Sentence | None:
        """Return one sentence on a side: how much, how sure, to or from whom, by when; None where nothing is due."""
        flows, figure = self.on(side), self.figure(side)
        start = self.context.window.ahead
        if figure is None:
            return None
        by_other = self.context.grouped(flows, self.other)
        key = side.name.lower()
        firm = [f for f in flows if f.certainty.value == "contracted"]
        contracted = self.context.sum(
            f"ahead/{key}/contracted", firm, what=f"the contracted part of what {self.name} {side.value}"
        )
        soon_end = self.context.window.now.year + 1
        soon = self.context.sum(
            f"ahead/{key}/by-{soon_end}",
            [f for f in flows if f.period.year <= soon_end],
            what=f"what {self.name} {side.value}, up to the end of {soon_end}",
        )
        preposition = "to" if side in (Side.OWES, Side.FUNDS) else "by" if side is Side.OWED else "from"
        others = "counterparty" if len(by_other) == 1 else "counterparties"
        number = self.context.count(
            f"ahead/{key}/n",
            len(by_other),
            what=f"counterparties of what {self.name} {side.value}",
            how="parties with a scheduled payment above zero",
            refs=ids_of(flows),
        )
        parts: list[Part] = [
            f"From {start} on it {side.value} ",
            figure,
            f" {preposition} ",
            number,
            f" {others}",
        ]
        parts += [", all of it contracted"] if len(firm) == len(flows) else ["; contracted ", contracted]
        parts += [f"; due by the end of {soon_end} ", soon]
        if len(by_other) > 1:
            other, own = by_other[0]
            share = self.context.share(
                f"ahead/{key}/largest",
                own,
                flows,
                what=f"part of {self.context.name(other)} in what {self.name} {side.value}",
            )
            parts += [f"; the largest part {preposition} {self.context.name(other)}, ", share]
        else:
            parts.append(f" ({self.context.name(by_other[0][0])})")
        parts += self.context.estimated_parts(f"ahead/{key}", flows, what=f"what {self.name} {side.value}")
        return Sentence.of(*parts, ".")

    def beside_sentences(self) -> tuple[Sentence, ...]:
        """Return what is left out of the sums above, each kind with its own sum."""
        kinds: tuple[tuple[str, Callable[[Flow], bool], str], ...] = (
            (
                "derived",
                lambda f: f.derived and not f.contingent,
                "follows from supply content and stands in no public contract",
            ),
            (
                "contingent",
                lambda f: f.contingent,
                "is paid only if something happens, such as a call under a guarantee",
            ),
        )
        found = []
        for label, test, words in kinds:
            for paying in (True, False):
                flows = [f for f in self.beside(test) if (f.payer == self.party) is paying]
                if flows:
                    figure = self.context.sum(
                        f"beside/{label}/{'out' if paying else 'in'}",
                        flows,
                        what=f"what {self.name} {'pays' if paying else 'is paid'} beside its promises: {words}",
                    )
                    verb = "to pay" if paying else "to receive"
                    found.append(Sentence.of("Not in these sums: ", figure, f" {verb} that {words}."))
        kind_flows = self.beside(lambda f: not f.cash)
        if kind_flows:
            figure = self.context.sum("beside/in-kind", kind_flows, what=f"payments of {self.name} in kind")
            found.append(Sentence.of("In these sums, ", figure, " is paid in kind, not in cash."))
        return tuple(found)


def kind_words(flow: Flow) -> str:
    """Return what a payment is for, in a word or two."""
    if flow.leg is Leg.DEBT_SERVICE:
        return "debt service"
    return "orders, derived" if flow.derived else KINDS[Kind(flow.kind)].noun
