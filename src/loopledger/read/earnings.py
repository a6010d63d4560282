"""What a promise comes to, told apart from it: "the supplier expects to book $5 million from the order"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loopledger.read.events import Event
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.story import Story, named_in
from loopledger.records import Kind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames

__all__ = ["told_before"]

#: Words that point at the promise told last.
_POINTS = re.compile(
    r"\b(?:the|this|that|its|their)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:contract|deal|order|lease|agreement|award|purchase|charter)\b"
    r"|\bcontract\s+(?:revenues?|value|sum)\b|\bit\s+(?:would|will|is\s+to|should)\s+(?:cost|be\s+worth)\b",
    re.IGNORECASE,
)
_RENT = re.compile(r"\b(?:rents?|rental)\b", re.IGNORECASE)
#: What is somebody's account, guess or own work rather than the price of the promise.
_OTHERWISE = re.compile(
    r"\b(?:market|backlog|shares?|analysts?|brokers?|debt|cash|capital|build(?:ing)?|construct|invest|raised|stake"
    r"|quarter|last year|so far|total|including|profit|income|borrow|loan|fine|settle|budget"
    r"|valu(?:es|ing)\s+the\s+company"
    r"|valued\s+at|exclud|instead|previous|earlier|up from|down from)",
    re.IGNORECASE,
)
_BOUGHT = frozenset({Kind.SUPPLY, Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.LEASE})


def told_before(story: Story, frames: SentenceFrames, figure: Figure, events: list[Event]) -> Event | None:
    """Return the promise whose price a sentence tells that speaks of it and of nobody else.

    Parameters
    ----------
    story : Story
    frames : SentenceFrames
        Of the sentence.
    figure : Figure
        A sum that no clause took.
    events : list of Event
        Those of the sentence.

    Returns
    -------
    Event or None
        A purchase or lease of the last two sentences, or told earlier in this one, that has no price yet.
    """
    text = frames.sentence.text
    sums = [f for f in frames.unclaimed if f[1].kind is FigureKind.MONEY]
    if figure.kind is not FigureKind.MONEY or len(sums) != 1 or _OTHERWISE.search(text):
        return None
    if any(e.money is not None for e in events):
        return None
    here = [e for e in events if e.has_quantity and e.end <= figure.start]
    near = [e for e in story.events[-4:] if frames.sentence.index - e.sentence.index <= 2]
    full = [e for e in [*near, *here] if e.payers and e.payee is not None and e.kind in _BOUGHT]
    waiting = [e for e in full if e.has_quantity or e.sentence is not frames.sentence]
    if not waiting or any(e.money is not None for e in full):
        return None
    event = waiting[-1]
    points = _POINTS.search(text) or (event.kind is Kind.LEASE and _RENT.search(text))
    named = {entity for _, entity in named_in(frames.items)}
    if not points or not named <= {*event.payers, event.payee}:
        return None
    return event
