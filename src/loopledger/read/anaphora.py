"""Figures and terms that belong to a promise told before: "the deal is worth", "it runs for"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loopledger.read.claims import not_promised
from loopledger.read.content import noun_class
from loopledger.read.earnings import told_before
from loopledger.read.events import Event
from loopledger.read.frames import SentenceFrames
from loopledger.read.items import Item, NounPhrase, Tag, is_party, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import GUESSERS
from loopledger.read.lexicon.verbs import SIZING, Act
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.segment import Sentence
from loopledger.read.story import LOOK_BACK, Story
from loopledger.records import Kind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames
    from loopledger.read.story import Story

_MONEY = words("money cash fund proceed sum capital")
_COMING = words("come go start open be follow expect")

#: How a sentence begins that speaks of all that was just promised, or of what was promised last.
_OF_EACH = re.compile(r"(?:Each|Both|They|All|These)\b")
_POINTS_BACK = re.compile(r"(?:Each|Both|They|All|These|It|The|This|Its|Payments?|Deliver(?:y|ies)|Rents?)\b")
_OF_BEFORE = re.compile(r"(?:Its|Payments?|Deliver(?:y|ies)|Rents?)\b")


def give_figures(story: Story, frames: SentenceFrames, events: list[Event]) -> None:
    """Give a figure that no event claimed to the promise that the sentence speaks of."""
    for np, figure in frames.unclaimed:
        if figure.kind is FigureKind.COUNT:
            continue
        target = None if _guessed(frames, np) else _spoken_of(story, frames, np, figure, events)
        if target is None and not _guessed(frames, np):
            target = told_before(story, frames, figure, events)
        if target is None:
            continue
        if figure.kind is FigureKind.MONEY:
            target.money = figure
            if target.kind is Kind.CAPACITY_COMMITMENT and target.count is None:
                goods = {NounClass.GOODS, NounClass.POWER} & set(target.classes())
                target.kind = Kind.SUPPLY if goods else Kind.PURCHASE_COMMITMENT
        else:
            target.power = figure
        target.rules.append("anaphora")
        if target.sentence is frames.sentence:
            target.end = max(target.end, np.end)
            target.start = min(target.start, np.start)
        else:
            target.extra.append((frames.sentence, 0, len(frames.sentence.text)))


def _coming(
    story: Story, frames: SentenceFrames, np: NounPhrase, figure: Figure, events: list[Event]
) -> Event | None:
    """Read "More than a gigawatt comes online next year": part of what was just promised."""
    verbs = [k for k in frames.clauses.verbs() if frames.clauses.subject(k) is np]
    if figure.kind is not FigureKind.POWER or not verbs or frames.clauses.verb(verbs[0]).lemma not in _COMING:
        return None
    near = [e for e in [*story.events[-2:], *events] if e.payers and e.payee is not None and e.power is None]
    return near[-1] if near else None


def _spoken_of(  # noqa: C901  (one branch for each construction)
    story: Story, frames: SentenceFrames, np: NounPhrase, figure: Figure, events: list[Event]
) -> Event | None:
    items = frames.items
    if np not in items:
        return None
    index = items.index(np)
    preposition = getattr(items[index - 1], "word", "") if index else ""
    told = _price_told(story, frames, index, figure)
    if told is not None:
        return told
    if _owed(frames, index):
        return None
    subject = _subject_of(frames, index)
    reason = not_promised(frames, figure, np, preposition)
    if reason and not (
        subject is not None and subject.head in NOMINALS and reason.startswith("led in by 'valu")
    ):
        worth = subject is not None and subject.pronoun == "it" and reason.startswith("led in by 'is worth")
        return _contract_before(story, frames) if worth and figure.kind is FigureKind.MONEY else None
    coming = _coming(story, frames, np, figure, events)
    if coming is not None:
        return coming
    if subject is None or (subject.head in NOMINALS and NOMINALS[subject.head].act is Act.RAISE):
        return None
    if subject.head == "value" and (
        "market" in subject.words or (subject.possessor and is_party(subject.possessor))
    ):
        return None  # "its market value is $5 billion"
    if noun_class(subject) is NounClass.METRIC and subject.head not in ("value", "price"):
        return None
    deal = (preposition == "worth" and not is_party(subject)) or (
        subject.head in NOMINALS or subject.head in ("value", "bill", "price", "work")
    )
    if not deal and (_verb_before(frames, index) == "cost" or preposition == "worth"):
        return None
    if not deal and subject.pronoun not in ("it", "they", "this", "each", "both"):
        return None
    earlier = [e for e in [*story.events[-3:], *[e for e in events if e.item < index]] if e.payers or e.payee]
    wanted = [e for e in earlier if (e.money if figure.kind is FigureKind.MONEY else e.power) is None]
    if preposition == "worth":
        wanted = [e for e in wanted if e.act is Act.SIGN] or wanted
    return wanted[-1] if wanted else None


def _guessed(frames: SentenceFrames, np: NounPhrase) -> bool:
    """Whether a figure is what outsiders make of a promise: "a broker estimates the rent at $5 million"."""
    index = frames.items.index(np) if np in frames.items else 0
    verbs = [k for k in frames.clauses.verbs() if k < index and not frames.clauses.verb(k).is_passive]
    subjects = [frames.clauses.subject(k) for k in verbs]
    return any(np is not None and np.head in GUESSERS for np in subjects)


def _contract_before(story: Story, frames: SentenceFrames) -> Event | None:
    """Read "It is worth $5 million" after a sentence about a contract."""
    for event in reversed(story.events[-3:]):
        paper = {NounClass.DEAL, NounClass.ORDER, NounClass.LEASE} & set(event.classes())
        if paper and event.payers and event.payee is not None and event.money is None:
            return event if frames.sentence.index - event.sentence.index == 1 else None
    return None


def _owed(frames: SentenceFrames, index: int) -> bool:
    """Whether a sum is somebody's debt or cash: "It has $5 million of debt"."""
    if index + 2 >= len(frames.items) or word_of(frames.items[index + 1]) not in ("of", "in"):
        return False
    thing = frames.items[index + 2]
    return isinstance(thing, NounPhrase) and (
        noun_class(thing) is NounClass.LOAN or thing.head in ("cash", "liquidity")
    )


def _verb_before(frames: SentenceFrames, index: int) -> str:
    """Return the last verb before an item."""
    verbs = [k for k in frames.clauses.verbs() if k < index]
    return frames.clauses.verb(verbs[-1]).lemma if verbs else ""


#: "*The consideration* of $5 million was paid in cash": the price of what was just acquired.
_PRICES = words("consideration price purchase-price")


def _price_told(story: Story, frames: SentenceFrames, index: int, figure: Figure) -> Event | None:
    """Return the purchase whose price a sentence tells."""
    if figure.kind is not FigureKind.MONEY:
        return None
    head = (
        frames.items[index - 2] if index >= 2 and word_of(frames.items[index - 1]) in ("of", "at") else None
    )
    subject = head if isinstance(head, NounPhrase) else _subject_of(frames, index)
    if subject is None or subject.head not in _PRICES or not subject.is_definite:
        return None
    bought = [
        e for e in story.events[-4:]
        if e.payers and e.payee is not None and e.money is None and e.act in (Act.ACQUIRE, Act.BUY, Act.SELL)
    ]  # fmt: skip
    return bought[-1] if bought and frames.sentence.index - bought[-1].sentence.index <= 2 else None


def _subject_of(frames: SentenceFrames, index: int) -> NounPhrase | None:
    clauses = frames.clauses
    verbs = [k for k in clauses.verbs() if k < index]
    if not verbs:
        return None
    vg = clauses.verb(verbs[-1])
    if vg.lemma.partition("+")[0] not in SIZING and vg.lemma not in (
        "value",
        "price",
        "put",
        "set",
        "estimate",
        "fix",
        "peg",
    ):
        return None
    subject = clauses.subject(verbs[-1])
    if subject is not None and is_party(subject) and vg.lemma in ("value", "price", "put", "estimate"):
        for j in range(verbs[-1] - 1, max(0, verbs[-1] - 5), -1):
            if frames.items[j].tag is Tag.REL:  # "the contract, which X had valued at $5 million"
                return clauses.antecedent(j)
    return subject


_REPAID = re.compile(
    r"(?:Repayments?|The money|Both|It|All|Interest)\b[^.]{0,60}?"
    r"\b(?:repa|matur|fall(?:s|ing)? due|amortis|amortiz|stretch)",
    re.IGNORECASE,
)


def mark_loans(story: Story, sentence: Sentence) -> None:
    """Read "Repayment stretches over ten years": the funding told before is debt."""
    funded = any(e.kind is Kind.EQUITY_INVESTMENT for e in story.events[-6:])
    if not funded or not _REPAID.match(sentence.text):
        return
    for event in story.events[-6:]:
        funding = any(np.head in ("funding", "financing", "money") for np in event.content)
        if (
            event.kind is Kind.EQUITY_INVESTMENT
            and sentence.index - event.sentence.index <= 2
            and (funding or event.trigger in ("contribute", "provide", "be provider"))
        ):
            event.kind = Kind.LOAN
            event.rules.append("repaid")


def mark_recipient(story: Story, frames: SentenceFrames) -> None:
    """Read "The money goes to Y": those who fund, told before, fund Y."""
    for k in frames.clauses.verbs():
        subject = frames.clauses.subject(k)
        if (
            subject is None
            or subject.head not in _MONEY
            or frames.clauses.verb(k).lemma not in ("go", "flow", "come")
        ):
            continue
        for preposition, np, _ in frames.clauses.dependents(k).phrases:
            if preposition != "to" or not is_party(np):
                continue
            found = frames.resolver.resolve(np)
            for event in story.events[-4:] if len(found) == 1 else []:
                if (
                    event.payers
                    and event.payee is None
                    and found[0] not in event.payers
                    and event.kind is not None
                ):
                    event.payee = found[0]
                    event.rules.append("recipient told after")
            return


def give_terms(story: Story, sentence: Sentence, items: list[Item], events: list[Event]) -> None:
    """Give the terms of a sentence to its promises, or to the one it speaks of: "each runs four years"."""
    phrases = [np for i in items if isinstance(i, NounPhrase) for np in (i.parts or [i])]
    found = [f for np in phrases for f in np.figures if f.kind is FigureKind.TERM]
    if not found:
        return
    targets = [e for e in events if e.kind is not None]
    full = [e for e in targets if e.has_quantity]
    if _OF_EACH.match(sentence.text) or _OF_BEFORE.match(sentence.text):
        targets = full
    if not targets:
        _give_back(story, sentence, found[0])
        return
    targets = full or [_meant(story, e) if e.is_anaphoric else e for e in targets]
    for figure in found:
        place = {
            id(e): items[e.item].start if 0 <= e.item < len(items) and e in events else e.start
            for e in targets
        }
        before = [e for e in targets if e.start <= figure.start]
        chosen = min(before or targets, key=lambda e: abs(place[id(e)] - figure.start))
        if chosen.term is None:
            chosen.term = figure.count


def _give_back(story: Story, sentence: Sentence, figure: Figure) -> None:
    """Give a term to what was promised last, or to all that the last sentence promised."""
    recent = [e for e in story.events[-6:] if e.has_quantity and sentence.index - e.sentence.index <= 2]
    if not recent or not _POINTS_BACK.match(sentence.text):
        return
    last = recent[-1]
    several = _OF_EACH.match(sentence.text) is not None
    for event in [e for e in recent if e.sentence is last.sentence] if several else [last]:
        event.term = figure.count if event.term is None else event.term


def _meant(story: Story, event: Event) -> Event:
    """Return the earlier promise that "the contract" stands for."""
    if not (event.is_nominal and event.is_anaphoric):
        return event
    sides = {*event.payers, event.payee}
    earlier = [e for e in story.events[-LOOK_BACK:] if e.has_quantity and {*e.payers, e.payee} == sides]
    return earlier[-1] if earlier else event


def name_several(story: Story, frames: SentenceFrames) -> None:
    """Read "Three banks have promised loans. X, Y and Z act jointly": several who are named afterwards."""
    first = next((item for item in frames.items if isinstance(item, NounPhrase)), None)
    if first is None or not first.parts:
        return
    named = frames.resolver.resolve(first)
    for event in story.events[-4:]:
        waiting = event.unnamed == len(named) and not event.payers and event.has_quantity
        if waiting and 0 < frames.sentence.index - event.sentence.index <= 2 and event.payee not in named:
            event.payers = list(named)
            event.extra.append((frames.sentence, first.start, first.end))
            event.rules.append("payers named after")


def name_later(story: Story) -> None:
    """Put the name in place of a description that came before it: "a chip designer ... the designer, X"."""
    for event in story.events:
        for p in [*event.payers, *([event.payee] if event.payee else [])]:
            if not p.placeholder or p.name.split()[-1] in _ANY:
                continue
            called = [
                e for e in story.discourse.entities
                if not e.placeholder and e.number > p.number and p.name.split()[-1] in e.traits
                and e is not event.payee and e not in event.payers
            ]  # fmt: skip
            if len(called) == 1:
                event.payers = [called[0] if e is p else e for e in event.payers]
                event.payee = called[0] if event.payee is p else event.payee
                event.rules.append("named after")


def share_guaranteed(events: list[Event]) -> None:
    """Read "X guarantees $5 million of debt that Y is providing to Z": Y lends Z the same sum."""
    for first in events:
        if first.act is not Act.GUARANTEE or first.money is None:
            continue
        for other in events:
            debt = NounClass.LOAN in first.classes() or other.act is Act.BORROW
            lends = debt and other.kind is Kind.LOAN and bool(other.payers) and other.payee is not None
            if lends and not other.has_quantity and not set(other.payers) & set(first.payers):
                other.money = first.money
                other.rules.append("guaranteed sum")


#: Too general to tell who is meant.
_ANY = words("company group firm venture vehicle partner investor bank supplier customer party fund unit")
