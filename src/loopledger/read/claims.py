"""Which figure belongs to which event, and which is no promise at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loopledger.read.content import counted_noun, noun_class
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase, Tag, VerbGroup, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.cues import PRECEDED_BY, UNITS_OF_PRICE
from loopledger.read.lexicon.nouns import PRICES, SIGNED, NounClass
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.lexicon.verbs import Act
from loopledger.read.quantities import Figure, FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames


#: "instead of *the* $5 million"
_ARTICLE = re.compile(r"\s+(?:the|an?|its|their|some)\Z", re.IGNORECASE)
#: "at its 750-megawatt campus" says how large the campus is.
_SITES = words("campus site plant park facility complex centre center hall building farm station project")
_WHERE = frozenset({"at", "in", "on", "near", "inside", "within", "outside"})


#: "will invest $5 million *each in* X and Y"
_EACH_IN = re.compile(r"\s+(?:each|apiece)\s+(?:in|into|to)\b", re.IGNORECASE)


def note_asides(frames: SentenceFrames) -> None:
    """Keep a sum in brackets after a sum from being claimed: it is the same in another currency."""
    for i, item in enumerate(frames.items):
        if item.tag is not Tag.OPEN or not i or i + 1 >= len(frames.items):
            continue
        before, inside = frames.items[i - 1], frames.items[i + 1]
        if isinstance(before, NounPhrase) and isinstance(inside, NounPhrase) and before.figures:
            frames.claimed |= {id(f) for f in inside.figures if f.kind is before.figures[-1].kind}
    for by, more, to, sum_ in zip(
        frames.items, frames.items[1:], frames.items[2:], frames.items[3:], strict=False
    ):
        added = (
            word_of(by) == "by"
            and word_of(to) == "to"
            and isinstance(more, NounPhrase)
            and bool(more.figures)
        )
        if added and isinstance(sum_, NounPhrase):  # "increased by $1 billion to $3 billion"
            frames.claimed |= {id(f) for f in sum_.figures}


def release(frames: SentenceFrames, event: Event) -> None:
    """Give back the figures of an event that turned out to be none."""
    frames.claimed -= {id(f) for f in event.figures}


def claim(frames: SentenceFrames, event: Event, figure: Figure, np: NounPhrase, preposition: str) -> bool:
    """Let an event take a figure, unless it has one of the sort, or the figure is no promise."""
    if id(figure) in frames.claimed or not figure.is_quantity:
        return False
    reason = not_promised(frames, figure, np, preposition, event)
    if reason:
        return False
    if figure.kind is FigureKind.MONEY and event.money is None:
        event.money = figure
    elif figure.kind is FigureKind.POWER and event.power is None:
        event.power = figure
    elif figure.kind is FigureKind.COUNT and event.count is None and event.act is not Act.GUARANTEE:
        noun = counted_noun(np) or _counted_after(frames, np)
        if not noun:
            return False
        event.count, event.counted = figure, noun
    else:
        return False
    frames.claimed.add(id(figure))
    return True


def _counted_after(frames: SentenceFrames, np: NounPhrase) -> str:
    """Read "4,000 of the pumps", "9 million of its shares"."""
    if np.figure is None or np not in frames.items:
        return ""
    j = frames.items.index(np)
    if j + 2 < len(frames.items) and word_of(frames.items[j + 1]) == "of":
        following = frames.items[j + 2]
        if isinstance(following, NounPhrase):
            return "unit" if following.pronoun in ("them", "these", "those") else counted_noun(following)
    return ""


def not_promised(  # noqa: C901  (one branch for each construction)
    frames: SentenceFrames, figure: Figure, np: NounPhrase, preposition: str, event: Event | None = None
) -> str:
    """Return why a figure is no promise; empty if it may be one."""
    text = frames.sentence.text
    shared = event is not None and event.act in (Act.INVEST, Act.LEND) and _EACH_IN.match(text, figure.end)
    priced = figure.kind is FigureKind.MONEY and not figure.per and not shared
    if priced and UNITS_OF_PRICE.match(text, figure.end):
        return "a price per unit"
    if figure.kind is FigureKind.MONEY and figure.amount is not None and figure.amount.high < 10_000:
        return "too small for a promise"
    if figure.per in ("day", "week"):
        return "a rate"
    before = _ARTICLE.sub("", text[max(0, figure.start - 28) : figure.start].rstrip())
    cue = None
    for found in PRECEDED_BY.finditer(before):
        cue = found
    acquires = (event is not None and event.act is Act.ACQUIRE) or (event is not None and bool(event.targets))
    worth = event is not None and any(c in SIGNED for c in event.classes())
    if cue is not None and len(before) - cue.end() <= 2:
        valued = cue[0].lower().startswith(("valu", "is worth"))
        if not (valued and (worth or acquires)):
            return f"led in by {cue[0]!r}"
    aside = _aside(frames, figure, np, preposition)
    if aside:
        return aside
    if acquires and (np.head in PRICES or preposition in ("of", "at")):
        return ""
    if noun_class(np) is NounClass.METRIC and np.figures and np.head and not _contractual(np):
        return f"a figure about {np.head}"
    if figure.kind is FigureKind.MONEY and _metric_after(frames, np):
        return "a figure of somebody's accounts"
    spends = event is not None and event.act is Act.COMMIT
    if event is not None and event.act is Act.SELL and event.trigger.endswith("sale"):
        return ""  # "completed the sale of $5 million of notes"
    if preposition in ("of", "at", "to", "from") and _metric_before(frames, np, spends=spends):
        return "a figure about somebody"
    return ""


def _metric_after(frames: SentenceFrames, np: NounPhrase) -> bool:
    """Read "$40 million in damages", "$2 billion of revenue"."""
    if np.figure is None or np not in frames.items:
        return False
    j = frames.items.index(np)
    if getattr(frames.items[j + 1] if j + 1 < len(frames.items) else None, "word", "") not in ("in", "of"):
        return False
    following = frames.items[j + 2] if j + 2 < len(frames.items) else None
    sold = frames.items[j + 4] if j + 4 < len(frames.items) and word_of(frames.items[j + 3]) == "of" else None
    if (
        isinstance(sold, NounPhrase)
        and noun_class(sold) in _PAPER
        and getattr(following, "head", "") == "sale"
    ):
        return False  # "$5 million in a private sale of notes"
    return (
        isinstance(following, NounPhrase)
        and noun_class(following) is NounClass.METRIC
        and not _contractual(following)
    )


#: "pays $5 million *to settle a lawsuit*"
_SETTLES = re.compile(
    r"\s+(?:to\s+(?:settle|resolve|end)\b[^.;]{0,40}?\b(?:litigation|lawsuits?|suits?|disputes?|claims?|cases?|charges|probes?)"
    r"|to\s+(?:(?:its|their|our|annual|yearly)\s+)*(?:revenues?|sales|earnings|profits?)\b|in\s+(?:damages|fines|penalties|compensation|severance))",
    re.IGNORECASE,
)
_PAPER = frozenset({NounClass.BOND, NounClass.SHARES, NounClass.EQUITY, NounClass.LOAN})
#: "taking its purchases this year *to* $5 billion"
_TAKES_TO = re.compile(r"\b(?:taking|bringing|lifting|pushing)\b[^.;]{2,70}\bto\s+\Z", re.IGNORECASE)
_SPENDING = words("expenditure spending spend outlay")


def _aside(frames: SentenceFrames, figure: Figure, np: NounPhrase, preposition: str) -> str:
    """Return what a figure measures that is neither promised nor somebody's accounts."""
    if _TAKES_TO.search(frames.sentence.text, max(0, figure.start - 80), figure.start):
        return "a total of other figures"
    if figure.kind is FigureKind.MONEY and _SETTLES.match(frames.sentence.text, figure.end):
        return "a settlement"
    if preposition == "worth" and _hangs_on_party(frames, np):
        return "a valuation"
    known = np.possessor is not None or np.determiner in ("its", "their", "the", "'s")
    if figure.kind is FigureKind.POWER and np.head in _SITES and preposition in _WHERE and known:
        return "the size of a site"
    return ""


def _hangs_on_party(frames: SentenceFrames, np: NounPhrase) -> bool:
    """Whether a sum is what a company is worth: "a company worth $5 billion"."""
    j = frames.items.index(np) if np in frames.items else 0
    before = frames.items[j - 2] if j >= 2 else None
    if isinstance(before, VerbGroup) and before.lemma == "be":
        subject = frames.clauses.subject(j - 2)
        return subject is not None and subject.entity is not None
    deal = frames.items[j - 4] if j >= 4 and frames.items[j - 3].tag is Tag.PREP else None
    if isinstance(deal, NounPhrase) and noun_class(deal) in SIGNED:
        return False  # "two contracts with X worth $5 million"
    return isinstance(before, NounPhrase) and (before.entity is not None or before.head in ORGANISATION_NOUNS)


def _metric_before(frames: SentenceFrames, np: NounPhrase, *, spends: bool) -> bool:
    if np not in frames.items:
        return False
    j = frames.items.index(np)
    before = frames.items[j - 2] if j >= 2 else None
    if (
        not isinstance(before, NounPhrase)
        or noun_class(before) is not NounClass.METRIC
        or _contractual(before)
    ):
        return False
    if spends and before.head in _SPENDING:
        return False  # "has committed to expenditure of $5 million"
    lead = frames.items[j - 3] if j >= 3 else None
    has = isinstance(lead, VerbGroup) and lead.lemma == "have"  # "assemblies having a value of $5 million"
    return not (
        before.head in PRICES and (has or getattr(lead, "word", "") in ("at", "for", "with"))
    )  # "at a cost of $5 million"


def _contractual(np: NounPhrase) -> bool:
    """Whether a value or price is a contract's: "the total contract value"."""
    return bool(
        {"contract", "deal", "order", "agreement", "transaction", "purchase", "lease", "minimum"}
        & set(np.words[:-1])
    )


def reason_against(frames: SentenceFrames, np: NounPhrase, figure: Figure) -> str:
    """Return why a figure that no clause took is no promise; empty if nothing speaks against it but silence."""
    j = frames.items.index(np) if np in frames.items else 0
    reason = not_promised(frames, figure, np, word_of(frames.items[j - 1]) if j else "")
    verbs = [k for k in frames.clauses.verbs() if k < j]
    subject = frames.clauses.subject(verbs[-1]) if verbs and not reason else None
    if subject is not None and noun_class(subject) is NounClass.METRIC:
        return f"a figure about {subject.head}"
    return reason
