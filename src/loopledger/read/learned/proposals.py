"""Events for figures that no event of the grammar turned into a record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from loopledger.read.content import noun_class
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase
from loopledger.read.learned.sightings import PROMISED, Candidate, Sighting
from loopledger.read.learned.weights import Weights
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.merging import same_figure
from loopledger.read.quantities import FigureKind
from loopledger.records import Kind

if TYPE_CHECKING:
    from loopledger.read.discourse import Entity

__all__ = ["Choice", "choose", "proposed"]

#: So many kinds are thought of for one figure.
_KINDS_TRIED = 3
#: From here kind and sides count as known.
SURE = 0.5
#: Refusals of the grammar that leave a figure open to a second opinion.
UNFINISHED = frozenset(
    {
        "no kind of promise could be told", "nobody to pay could be told", "nobody who pays could be told",
        "neither side is named", "both sides are the same", "no quantity", "told by its label",
    }
)  # fmt: skip
#: The verb that stands for a kind.
_VERBS = {
    Kind.EQUITY_INVESTMENT: "invest", Kind.LOAN: "lend", Kind.BOND: "lend", Kind.LEASE: "rent",
    Kind.GUARANTEE: "guarantee", Kind.WARRANT: "grant", Kind.ACQUISITION: "acquire", Kind.REVENUE_SHARE: "pay",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the model makes of a figure.

    Parameters
    ----------
    promised : float
        How likely the figure is promised, 0..1.
    sure : float
        How likely kind and sides are right, 0..1, given that it is promised.
    """

    promised: float
    kind: str
    payer: Candidate | None
    payee: Candidate | None
    sure: float


def choose(sighting: Sighting, weights: Weights) -> Choice:
    """Return the likeliest kind, payer and payee of a figure."""
    kinds = weights.kinds(sighting.clues)
    promised = weights.promise(sighting.clues)
    rows = sighting.candidates
    best: tuple[float, str, Candidate | None, Candidate | None] | None = None
    pays = [weights.sides("payer", c.clues) for c in rows]
    gets = [weights.sides("payee", c.clues) for c in rows]
    for kind, log in sorted(kinds.items(), key=lambda row: -row[1])[:_KINDS_TRIED] if rows else ():
        found = _best_pair(kind, rows, _logs([p[kind] for p in pays]), _logs([g[kind] for g in gets]))
        if found is not None and (best is None or log + found[0] > best[0]):
            best = (log + found[0], kind, found[1], found[2])
    if best is None:
        likeliest = max(kinds, key=lambda k: kinds[k])
        return Choice(promised=promised, kind=likeliest, payer=None, payee=None, sure=0.0)
    return Choice(promised=promised, kind=best[1], payer=best[2], payee=best[3], sure=math.exp(best[0]))


def _best_pair(
    kind: str, rows: list[Candidate], pays: list[float], gets: list[float]
) -> tuple[float, Candidate | None, Candidate] | None:
    """Return the likeliest payer and payee; of a bond only who owes, for anybody may buy."""
    alone = [j for j, row in enumerate(rows) if len(row.entities) == 1]
    if kind == "bond":
        j = max(alone, key=lambda j: gets[j], default=-1)
        return (gets[j], None, rows[j]) if j >= 0 else None
    best: tuple[float, Candidate | None, Candidate] | None = None
    for i, payer in enumerate(rows):
        for j in alone:
            if rows[j].entities[0] in payer.entities:
                continue
            score = pays[i] + gets[j]
            if best is None or score > best[0]:
                best = (score, payer, rows[j])
    return best


def _logs(scores: list[float]) -> list[float]:
    top = max(scores)
    total = top + math.log(sum(math.exp(s - top) for s in scores))
    return [s - total for s in scores]


def proposed(sighting: Sighting, choice: Choice, weights: Weights) -> Event | None:
    """Return the event that a choice stands for; None if no two sides were found."""
    if choice.payee is None or (choice.payer is None and choice.kind != "bond"):
        return None
    if choice.promised < PROMISED or choice.sure < SURE:
        return None
    kind = _kind(sighting, choice.kind)
    frames, np = sighting.frames, sighting.np
    event = Event(
        sentence=frames.sentence, frame=FRAMES[_VERBS.get(kind, "buy")], trigger="learned",
        item=sighting.index, last=len(frames.items) - 1, is_nominal=True,
    )  # fmt: skip
    event.kind, event.payers, event.payee = (
        kind,
        list(choice.payer.entities if choice.payer else ()),
        choice.payee.entities[0],
    )
    event.content = [np]
    _take_figure(event, sighting)
    event.start, event.end = _span(sighting, choice)
    event.rules = [
        f"learned: promised {choice.promised:.2f}, sides {choice.sure:.2f}",
        "payer: "
        + ", ".join(weights.telling("payer", choice.payer.clues) if choice.payer else ("whoever buys",)),
        "payee: " + ", ".join(weights.telling("payee", choice.payee.clues)),
    ]
    return event


def is_told(sighting: Sighting, events: list[Event]) -> bool:
    """Whether a record of the grammar already has the figure: a repeat is no promise of its own."""
    for event in events:
        for own in (event.money, event.power, event.count):
            if own is not None and own.kind is sighting.figure.kind and same_figure(own, sighting.figure):
                return True
    return False


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


_PAPER = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.WARRANT, Kind.ACQUISITION})


def _figures(sighting: Sighting) -> list:  # type: ignore[type-arg]
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


def _span(sighting: Sighting, choice: Choice) -> tuple[int, int]:
    """Return the passage from the first to the last of the parties named and the figure."""
    start, end = sighting.np.start, sighting.np.end
    sides: set[Entity] = set()
    for candidate in (choice.payer, choice.payee):
        sides |= set(candidate.entities) if candidate is not None else set()
    for item in sighting.frames.items:
        if isinstance(item, NounPhrase) and any(
            np.entity in sides for np in (item, item.possessor, *item.parts) if np is not None and np.entity
        ):
            start, end = min(start, item.start), max(end, item.end)
    return start, end
