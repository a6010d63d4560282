"""Lines of notes that begin with a name and a colon: "X: order for 5,000 servers stands"."""

from __future__ import annotations

from loopledger.read.content import counted_noun, noun_class
from loopledger.read.discourse import Discourse
from loopledger.read.events import Event
from loopledger.read.frames import SentenceFrames
from loopledger.read.items import Item, NounPhrase, Tag, word_of
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.quantities import FigureKind

__all__ = ["label_event", "label_of"]

_SOLD = frozenset({NounClass.GOODS, NounClass.SERVICES, NounClass.POWER, NounClass.ORDER, NounClass.DEAL})
_BUYING = frozenset({"sign", "buy", "supply"})


def label_of(items: list[Item]) -> NounPhrase | None:
    """Return the name that stands before a colon at the beginning of a line."""
    if len(items) < 3 or word_of(items[1]) != ":" or items[1].tag is not Tag.STOP:
        return None
    first = items[0]
    return first if isinstance(first, NounPhrase) and first.entity is not None else None


def label_event(frames: SentenceFrames, events: list[Event], discourse: Discourse) -> Event | None:
    """Return what a labelled line without a verb promises between the label and whose document it is."""
    label, owner = frames.resolver.label, discourse.protagonist
    if label is None or label.entity is None or owner is None or owner is label.entity:
        return None
    for i, np in enumerate(frames.items[2:], start=2):
        if not isinstance(np, NounPhrase) or not np.figures or not np.figures[-1].is_quantity:
            continue
        things = [np, *(other for _, other, _ in frames.tail(np))]
        before = [x for x in frames.items[2:i] if isinstance(x, NounPhrase)]
        classes = {noun_class(x) for x in [*things, *before]}
        if not classes & _SOLD or NounClass.METRIC in classes:
            return None
        for event in events:
            event.refused = event.refused or "told by its label"
        event = Event(sentence=frames.sentence, frame=NOMINALS["contract"], trigger="label", item=i, last=i)
        event.doer, event.other, event.content = [owner], [label.entity], things
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
