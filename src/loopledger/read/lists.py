"""Lists: one event stated once and meant for each member."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from loopledger.read.claims import not_promised
from loopledger.read.content import noun_class
from loopledger.read.events import Event
from loopledger.read.items import Item, Mark, NounPhrase, Tag, VerbGroup, is_party
from loopledger.read.lexicon.verbs import Act
from loopledger.read.quantities import Figure, FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames


#: "will invest $5 million *each in* X and Y"
_EACH_TO = re.compile(r"\s+(?:each|apiece)\s+(?:in|into|to)\b", re.IGNORECASE)


def for_each(frames: SentenceFrames, event: Event) -> list[Event]:
    """Read "X and Y will each invest $5 million": one promise for each."""
    figure = event.money
    if figure is not None and len(event.other) > 1 and _EACH_TO.match(frames.sentence.text, figure.end):
        return [replace(event, other=[e], rules=[*event.rules, "each"], is_copy=True) for e in event.other]
    words = frames.sentence.text[event.start : frames.items[event.item].end].lower().split()
    each_of = "each of " in frames.sentence.text.lower()
    if len(event.doer) < 2 or (
        "each" not in words and not each_of and "apiece" not in frames.sentence.text.lower()
    ):
        return [event]
    return [replace(event, doer=[e], rules=[*event.rules, "each"], is_copy=True) for e in event.doer]


def with_lists(frames: SentenceFrames, events: list[Event]) -> list[Event]:
    """Copy an event for each further member of a list: "and Y $5 million", "18 with Z"."""
    result: list[Event] = []
    for event in events:
        paired = _respectively(frames, event)
        result += paired or [event]
        if event.has_quantity and not paired:
            result += _gapped(frames, event)
    return result


#: "$5 million and $3 million, respectively": the first of one list belongs to the first of the other.
_RESPECTIVELY = re.compile(r"\brespectively\b|\bin that order\b", re.IGNORECASE)


def _respectively(frames: SentenceFrames, event: Event) -> list[Event]:
    """Read "X and Y will invest $5 million and $3 million, respectively, in Z": a promise for each pair."""
    main = event.money or event.power or event.count
    if main is None or not _RESPECTIVELY.search(frames.sentence.text):
        return []
    row = [
        figure
        for item in frames.items
        if isinstance(item, NounPhrase) and item.start >= event.start
        for figure in item.figures
        if figure.kind is main.kind
    ]
    payers, others = len(event.doer), len(event.other)
    if len(row) < 2 or len(row) not in (payers, others) or payers == others:
        return []
    pairs = []
    for number, figure in enumerate(row):
        frames.claimed.add(id(figure))
        doer = event.doer[number : number + 1] if len(row) == payers else event.doer
        other = event.other[number : number + 1] if len(row) == others else event.other
        pair = replace(
            event, doer=list(doer), other=list(other), money=None, power=None, count=None, content=list(event.content),
            rules=[*event.rules, "respectively"], is_copy=True,
        )  # fmt: skip
        if figure.kind is FigureKind.MONEY:
            pair.money = figure
        elif figure.kind is FigureKind.POWER:
            pair.power = figure
        else:
            pair.count = figure
        pairs.append(pair)
    return pairs


def _gapped(frames: SentenceFrames, event: Event) -> list[Event]:
    copies: list[Event] = []
    j = event.item + 1
    while j < len(frames.items):
        item = frames.items[j]
        if (
            isinstance(item, VerbGroup)
            and item.is_finite
            and j > event.item
            and not frames.clauses.is_reduced(j)
        ):
            break
        if item.tag == Tag.REL:
            break
        if item.tag in (Tag.COMMA, Tag.CC, Tag.STOP, Tag.SUB):
            k = j + 1
            while k < len(frames.items) and frames.items[k].tag is Tag.CC:
                k += 1
            copy = (
                _gapped_subject(frames, event, k)
                or _gapped_other(frames, event, k)
                or _another(frames, event, k)
            )
            if copy is not None:
                copies.append(copy)
        j += 1
    return copies


def _gapped_subject(frames: SentenceFrames, event: Event, k: int) -> Event | None:
    """Read "X will subscribe $5 million, *Y $3 million*"."""
    if k + 1 >= len(frames.items):
        return None
    party, sum_ = frames.items[k], frames.items[k + 1]
    last = k + 1
    funds = event.act in (Act.INVEST, Act.LEND)
    if funds and getattr(sum_, "word", "") in ("for", "with") and k + 2 < len(frames.items):
        sum_, last = frames.items[k + 2], k + 2  # "X is in for $5 million, Y for $3 million"
    if not (
        isinstance(party, NounPhrase) and is_party(party) and isinstance(sum_, NounPhrase) and sum_.figures
    ):
        return None
    figure = sum_.figures[-1]
    if id(figure) in frames.claimed or figure.kind not in (
        FigureKind.MONEY,
        FigureKind.POWER,
        FigureKind.COUNT,
    ):
        return None
    doer = frames.resolver.resolve(party)
    if not doer:
        return None
    copy = _copy(frames, event, figure, sum_, (k, last))
    copy.doer = doer
    return copy


def _gapped_other(frames: SentenceFrames, event: Event, k: int) -> Event | None:
    """Read "booked 38 launches with X, *18 with Y*"."""
    if k + 2 >= len(frames.items):
        return None
    sum_, preposition, party = frames.items[k], frames.items[k + 1], frames.items[k + 2]
    if not (isinstance(sum_, NounPhrase) and sum_.figures and isinstance(preposition, Mark)):
        return None
    figure = sum_.figures[-1]
    if id(figure) in frames.claimed or not figure.is_quantity:
        return None
    if not (isinstance(party, NounPhrase) and is_party(party) and preposition.word in event.frame.other):
        return None
    other = [e for e in frames.resolver.resolve(party, event.doer) if e not in event.doer]
    if not other:
        return None
    copy = _copy(frames, event, figure, sum_, (k, k + 2))
    copy.other = other
    return copy


def _another(frames: SentenceFrames, event: Event, k: int) -> Event | None:
    """Read "Two loans, one of $5 million and *another of $7 million*", "$5 million for A and *$7 million for B*"."""
    if k >= len(frames.items) or not isinstance(frames.items[k], NounPhrase):
        return None
    first = frames.items[k]
    sum_: Item = first
    if (isinstance(first, NounPhrase) and first.pronoun in ("another", "one", "each")) or getattr(
        first, "head", ""
    ) in ("other", "second", "third"):
        if k + 2 >= len(frames.items) or getattr(frames.items[k + 1], "word", "") not in (
            "of",
            "for",
            "worth",
            "at",
        ):
            return None
        sum_ = frames.items[k + 2]
    if not isinstance(sum_, NounPhrase) or not sum_.figures or event.money is None:
        return None
    figure = sum_.figures[-1]
    after = frames.items[k + 1] if k + 1 < len(frames.items) else None
    apart = sum_ is not first or (
        getattr(after, "word", "") in ("for", "in", "of", "on") and figure.kind is FigureKind.MONEY
    )
    if id(figure) in frames.claimed or figure.kind is not FigureKind.MONEY or not apart:
        return None
    if not_promised(frames, figure, sum_, ""):
        return None
    copy = _copy(frames, event, figure, sum_, (k, min(k + 2, len(frames.items) - 1)))
    if sum_.head or (
        getattr(after, "word", "") in ("of", "in") and isinstance(frames.items[k + 2], NounPhrase)
    ):
        following = frames.items[k + 2]
        if isinstance(following, NounPhrase) and noun_class(following) is not None and sum_ is first:
            copy.content = [following]
    return copy


def _copy(
    frames: SentenceFrames, event: Event, figure: Figure, np: NounPhrase, place: tuple[int, int]
) -> Event:
    first, last = place
    frames.claimed.add(id(figure))
    copy = replace(
        event, money=None, power=None, count=None, rules=[*event.rules, "list"], item=first, last=last, is_copy=True,
        start=frames.items[first].start, end=frames.items[last].end,
        content=[np, *event.content[1:]] if np.head else list(event.content),
    )  # fmt: skip
    if figure.kind is FigureKind.MONEY:
        copy.money = figure
    elif figure.kind is FigureKind.POWER:
        copy.power = figure
    else:
        copy.count = figure
    return copy
