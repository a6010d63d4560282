"""Lines of notes that begin with a name and a colon: "X: order for 5,000 servers stands"."""

from __future__ import annotations

from loopledger.read.claims import claim
from loopledger.read.content import counted_noun, noun_class
from loopledger.read.discourse import Discourse
from loopledger.read.events import Event
from loopledger.read.frames import SentenceFrames
from loopledger.read.items import Item, NounPhrase, Tag, word_of
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.measures import tail
from loopledger.read.quantities import FigureKind

__all__ = ["label_event", "label_of"]

_SOLD = frozenset({NounClass.GOODS, NounClass.SERVICES, NounClass.POWER, NounClass.ORDER, NounClass.DEAL})


def label_of(items: list[Item]) -> NounPhrase | None:
    """Return the name that stands before a colon at the beginning of a line."""
    if len(items) < 3 or word_of(items[1]) != ":" or items[1].tag is not Tag.STOP:
        return None
    first = items[0]
    return first if isinstance(first, NounPhrase) and first.entity is not None else None


#: Between payer and payee at the head of a line: "X -> Y: $5 million of shares".
ARROWS = frozenset({"->", "-->", "=>", "\u2192", "\u21d2", "into", "to", ">"})


def arrow_event(frames: SentenceFrames) -> Event | None:
    """Read "X -> Y: $5 million of preferred shares": the arrow shows where the money goes."""
    stop = next((i for i, item in enumerate(frames.items[:8]) if word_of(item) == ":"), None)
    sides = [x for x in frames.items[:stop] if isinstance(x, NounPhrase) and x.entity is not None]
    if (
        stop is None
        or len(sides) != 2
        or frames.sentence.text[sides[0].end : sides[1].start].strip() not in ARROWS
    ):
        return None
    things = [x for x in frames.items[stop + 1 :] if isinstance(x, NounPhrase)]
    event = Event(
        sentence=frames.sentence,
        frame=FRAMES["commit"],
        trigger="arrow",
        item=stop,
        last=len(frames.items) - 1,
    )
    event.doer, event.other, event.content = (
        frames.resolver.resolve(sides[0]),
        frames.resolver.resolve(sides[1]),
        things,
    )
    for np in things:
        for figure in np.figures:
            claim(frames, event, figure, np, "")
    event.start, event.end = sides[0].start, len(frames.sentence.text)
    return event if event.has_quantity else None


def label_event(  # noqa: C901, PLR0912  (one branch for each construction)
    frames: SentenceFrames, events: list[Event], discourse: Discourse
) -> Event | None:
    """Return what a labelled line without a verb promises between the label and whose document it is."""
    arrow = arrow_event(frames)
    if arrow is not None:
        return arrow
    label, owner = frames.resolver.label, discourse.protagonist
    if label is None or label.entity is None or owner is None:
        return None
    for i, np in enumerate(frames.items[2:], start=2):
        if not isinstance(np, NounPhrase) or not np.figures or not np.figures[-1].is_quantity:
            continue
        things = [np, *(other for _, other, _ in tail(frames, np))]
        before = [x for x in frames.items[2:i] if isinstance(x, NounPhrase)]
        named = [x for _, x, _ in tail(frames, np) if x.entity is not None and x.entity is not label.entity]
        if owner is label.entity and not named:
            return None
        classes = {noun_class(x) for x in [*things, *before]}
        if not (classes & _SOLD or named) or NounClass.METRIC in classes:
            return None
        for event in events:
            event.refused = event.refused or "told by its label"
        event = Event(sentence=frames.sentence, frame=NOMINALS["contract"], trigger="label", item=i, last=i)
        event.doer, event.other, event.content = [owner], [label.entity], things
        for preposition, other, _ in tail(frames, np):
            if preposition in ("from", "to") and other.entity not in (None, label.entity) and other.entity:
                sides = [other.entity], [label.entity]
                event.doer, event.other = sides if preposition == "from" else sides[::-1]
                event.frame = FRAMES["commit"]
        figure = np.figures[-1]
        if figure.kind is FigureKind.MONEY:
            event.money = figure
        elif figure.kind is FigureKind.POWER:
            event.power = figure
        else:
            event.count, event.counted = figure, counted_noun(np)
            if not event.counted:
                return None
        frames.unclaimed = [(x, f) for x, f in frames.unclaimed if f is not figure]
        event.start, event.end = label.start, things[-1].end
        return event
    return None
