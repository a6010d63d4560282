"""Second opinions to events: gaps are filled, sides put right, and what is no promise is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from loopledger.read.content import noun_class
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase
from loopledger.read.learned.opinions import Opinion
from loopledger.read.learned.scenes import Sighting
from loopledger.read.learned.windows import GROUP_OF
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.merging import same_figure
from loopledger.read.quantities import Figure, FigureKind
from loopledger.records import Kind

if TYPE_CHECKING:
    from loopledger.read.discourse import Entity

__all__ = ["CERTAIN", "PROMISED", "UNFINISHED", "amend", "is_part", "is_told", "proposed"]

#: From here a figure that the grammar left open counts as promised, and its sides as known.
PROMISED, SURE = 0.5, 0.45
#: From here it does where the grammar has a reason against it: "a figure about revenue".
PROMISED_AGAINST = 0.9
#: Below this a record of the grammar is taken for no promise.
DOUBTED = 0.01
#: From here the sides of a record of the grammar are put right.
OVERRULED = 0.5
#: Refusals of the grammar that leave a figure open to a second opinion.
UNFINISHED = frozenset(
    {
        "no kind of promise could be told", "nobody to pay could be told", "nobody who pays could be told",
        "neither side is named", "both sides are the same", "no quantity", "told by its label",
    }
)  # fmt: skip
#: Reasons of the grammar that are not open to a second opinion.
CERTAIN = frozenset({"a price per unit", "too small for a promise", "a rate"})
#: The verb that stands for a kind.
_VERBS = {
    Kind.EQUITY_INVESTMENT: "invest", Kind.LOAN: "lend", Kind.BOND: "lend", Kind.LEASE: "rent",
    Kind.GUARANTEE: "guarantee", Kind.WARRANT: "grant", Kind.ACQUISITION: "acquire", Kind.REVENUE_SHARE: "pay",
}  # fmt: skip

#: What is told of capacity beside these is no part of them.
_PAPER = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.WARRANT, Kind.ACQUISITION})


def amend(event: Event, sighting: Sighting, opinion: Opinion) -> None:
    """Put the sides of a record of the grammar right, or refuse it, where the second opinion is clear.

    Parameters
    ----------
    event : Event
        Changed in place.
    sighting : Sighting
        Of its figure.
    opinion : Opinion
    """
    if opinion.promised < DOUBTED:
        event.refused = f"a second opinion takes it for no promise ({opinion.promised:.2f})"
        return
    same = set(event.payers) <= set(opinion.payers) and event.payee is opinion.payee
    if (same and event.payers) or opinion.payee is None or opinion.promised * opinion.sure < OVERRULED:
        return
    if not opinion.payers and opinion.kind != "bond":
        return
    event.payers, event.payee = list(opinion.payers), opinion.payee
    if event.kind is not None and GROUP_OF[event.kind.value] != opinion.kind:
        event.kind = _kind(sighting, opinion.kind)
    event.rules.append(_why(opinion))


def _why(opinion: Opinion) -> str:
    return f"learned: promised {opinion.promised:.2f}, sides {opinion.sure:.2f}"


def proposed(sighting: Sighting, opinion: Opinion, *, against: bool) -> Event | None:
    """Return the event that an opinion stands for; None if it is not sure enough.

    Parameters
    ----------
    sighting : Sighting
    opinion : Opinion
    against : bool
        Whether the grammar has a reason why the figure is no promise.
    """
    if opinion.payee is None or (not opinion.payers and opinion.kind != "bond"):
        return None
    if opinion.promised < (PROMISED_AGAINST if against else PROMISED) or opinion.sure < SURE:
        return None
    kind = _kind(sighting, opinion.kind)
    frames, np = sighting.frames, sighting.np
    event = Event(
        sentence=frames.sentence, frame=FRAMES[_VERBS.get(kind, "buy")], trigger="learned",
        item=sighting.index, last=len(frames.items) - 1, is_nominal=True,
    )  # fmt: skip
    event.kind, event.payers, event.payee = kind, list(opinion.payers), opinion.payee
    event.content = [np]
    _take_figure(event, sighting)
    event.start, event.end = _span(sighting, opinion)
    event.rules = [_why(opinion)]
    return event


def is_part(proposal: Event, events: list[Event]) -> bool:
    """Whether a capacity is part of one that the same parties promise: "the first gigawatt" of six."""
    own = proposal.power.capacity if proposal.power is not None and proposal.money is None else None
    return own is not None and any(
        event.power is not None and event.power.capacity is not None
        and event.payee is proposal.payee and set(event.payers) == set(proposal.payers)
        and event.power.capacity.high >= own.high
        for event in events
    )  # fmt: skip


def is_told(sighting: Sighting, events: list[Event]) -> bool:
    """Whether a record of the grammar already has the figure: a repeat is no promise of its own."""
    figure = sighting.figure
    return any(
        own.kind is figure.kind and same_figure(own, figure) for event in events for own in event.figures
    )


def _take_figure(event: Event, sighting: Sighting) -> None:
    figure = sighting.figure
    if figure.kind is FigureKind.MONEY:
        event.money = figure
        same = [f for f in _figures(sighting) if f.kind is FigureKind.POWER]
        sums = [f for f in _figures(sighting) if f.kind is FigureKind.MONEY]
        if len(same) == 1 and len(sums) == 1 and event.kind not in _PAPER:
            event.power = same[0]
    elif figure.kind is FigureKind.POWER:
        event.power = figure
    else:
        event.count, event.counted = figure, sighting.counted
    terms = [f for f in _figures(sighting) if f.kind is FigureKind.TERM]
    if len(terms) == 1 and terms[0].count is not None:
        event.term = Decimal(terms[0].count)


def _figures(sighting: Sighting) -> list[Figure]:
    return [f for item in sighting.frames.items if isinstance(item, NounPhrase) for f in item.figures]


def _kind(sighting: Sighting, group: str) -> Kind:
    """Tell the three buying kinds apart by what is bought."""
    if group != "buy":
        return Kind(group)
    if sighting.figure.kind is FigureKind.POWER:
        return Kind.CAPACITY_COMMITMENT
    classes = [
        noun_class(item)
        for item in sighting.frames.items[max(0, sighting.index - 4) : sighting.index + 4]
        if isinstance(item, NounPhrase)
    ]
    goods = NounClass.GOODS in classes or sighting.figure.kind is FigureKind.COUNT
    return Kind.SUPPLY if goods and NounClass.SERVICES not in classes else Kind.PURCHASE_COMMITMENT


def _span(sighting: Sighting, opinion: Opinion) -> tuple[int, int]:
    """Return the passage from the first to the last of the parties named and the figure."""
    start, end = sighting.np.start, sighting.np.end
    sides: set[Entity | None] = {*opinion.payers, opinion.payee}
    for item in sighting.frames.items:
        if isinstance(item, NounPhrase) and any(
            np.entity in sides for np in (item, item.possessor, *item.parts) if np is not None and np.entity
        ):
            start, end = min(start, item.start), max(end, item.end)
    return start, end
