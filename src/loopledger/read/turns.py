"""Turns of phrase that promise without a verb of promising."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from loopledger.read.claims import claim
from loopledger.read.clauses import Dependents
from loopledger.read.content import counted_noun
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase, VerbGroup, is_party
from loopledger.read.lexicon import words
from loopledger.read.lexicon.cues import REVENUE_SHARE
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.roles import SIDES, UPSTREAM
from loopledger.read.lexicon.verbs import AMOUNTING, FRAMES, MOVING, ROLE_VERBS, Act
from loopledger.read.measures import claim_figures, tail
from loopledger.read.quantities import FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames


def role_event(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:
    """Read "X will be the first tenant of Y": a side of a promise, named by its role."""
    vg = frames.clauses.verb(i)
    if vg.lemma not in ("be", "become") or not deps.objects:
        return None
    np = deps.objects[0]
    verb = ROLE_VERBS.get(np.head)
    subject = frames.clauses.subject(i)
    if subject is not None and np.entity is not None and subject.entity is None and subject.head in SIDES:
        frames.discourse.describe(np.entity, subject.words)  # "the borrower is X"
        np.entity.sides.add(SIDES[subject.head])
        return None
    if verb is None or subject is None or not is_party(subject) or np.names:
        return None
    event = Event(
        sentence=frames.sentence,
        frame=FRAMES[verb],
        trigger=f"be {np.head}",
        item=i,
        last=len(frames.items) - 1,
    )
    event.modal, event.is_negated = frames.modality(i)
    event.doer = frames.resolver.resolve(subject)
    if np.possessor is not None and is_party(np.possessor):
        event.other = [e for e in frames.resolver.resolve(np.possessor, event.doer) if e not in event.doer]
    frames.fill_phrases(event, deps)
    frames.set_span(event, i, deps, subject)
    claim_figures(frames, event, deps, None)
    return event


def sides_named(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:  # noqa: C901  (one branch for each construction)
    """Read "The lenders are X, Y and Z", "Investors include X", "X has signed up as tenant": sides told apart."""
    vg = frames.clauses.verb(i)
    subject = frames.clauses.subject(i)
    if subject is None:
        return None
    who, role = None, ""
    owner: NounPhrase | None = None
    if (
        vg.lemma == "be"
        and deps.objects
        and subject.entity is None
        and (deps.objects[0].entity or deps.objects[0].parts)
    ):
        who, role = deps.objects[0], subject.head
    elif vg.lemma == "be" and is_party(subject) and not deps.objects:
        among = [np for p, np, _ in deps.phrases[:1] if p == "among"]
        role = among[0].head if among else ""  # "X and Y were among the investors"
        who = subject if role else None
    elif (
        vg.lemma in ("have", "count", "name")
        and is_party(subject)
        and deps.objects
        and is_party(deps.objects[0])
    ):
        traits = deps.objects[0].entity.traits if deps.objects[0].entity is not None else set()
        role = next(
            (r for r in ("tenant", "customer", "client", "buyer", "lessee") if f"as {r}" in traits), ""
        )
        who = deps.objects[0] if role else None  # "X has Y as its first tenant"
        owner = subject
    elif (
        vg.lemma == "include"
        and deps.objects
        and subject.entity is None
        and subject.is_plural
        and (deps.objects[0].entity or deps.objects[0].parts)
    ):
        who, role = deps.objects[0], subject.head  # "Investors include X and Y"
    elif vg.lemma.partition("+")[0] in ("sign", "act", "come", "step", "serve") and is_party(subject):
        role = next((np.head for p, np, _ in deps.phrases if p == "as"), "")
        who = subject if role else None
    verb = ROLE_VERBS.get(role)
    if who is None or verb is None:
        return None
    event = Event(
        sentence=frames.sentence, frame=FRAMES[verb], trigger=f"be {role}", item=i, last=deps.end - 1
    )
    event.modal, event.is_negated = frames.modality(i)
    event.doer = frames.resolver.resolve(who)
    if who is subject:
        frames.fill_phrases(event, deps)
    elif owner is not None:
        event.other = [e for e in frames.resolver.resolve(owner) if e not in event.doer]
    else:
        for entity in event.doer:
            frames.discourse.describe(entity, subject.words)
    frames.set_span(event, i, deps, subject)
    claim_figures(frames, event, deps, None)
    return event


def sum_event(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:
    """Read "$5 million takes the form of prepayments by X", "the rest is debt bought by X"."""
    vg = frames.clauses.verb(i)
    subject = frames.clauses.subject(i)
    if vg.lemma not in AMOUNTING or subject is None or not subject.figures or subject.entity is not None:
        return None
    figure = subject.figures[-1]
    if not figure.is_quantity:
        return None
    for np in [*deps.objects, *(np for _, np, _ in deps.phrases)]:
        frame = NOMINALS.get(np.head)
        if frame is None:
            continue
        event = Event(
            sentence=frames.sentence,
            frame=frame,
            trigger=np.head,
            item=i,
            last=deps.end - 1,
            is_nominal=True,
        )
        event.content = [np]
        frames.used.add(id(np))
        for preposition, other, _ in deps.phrases:
            if preposition in ("by", "from") and is_party(other) and not event.doer:
                event.doer = frames.resolver.resolve(other)
            elif preposition in frame.other and is_party(other) and not event.other:
                event.other = [e for e in frames.resolver.resolve(other, event.doer) if e not in event.doer]
        claim(frames, event, figure, subject, "")
        frames.set_span(event, i, deps, subject)
        return event
    return None


#: Verbs by which an order reaches the one who fills it: "an order from X has gone to Y".
PASSING = words("go come fall pass move")


def passing_event(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:
    """Read "An order worth $5 million from X has gone to Y": X buys, Y sells."""
    vg = frames.clauses.verb(i)
    subject = frames.clauses.subject(i)
    if (
        vg.lemma not in PASSING
        or subject is None
        or subject.head not in ("order", "contract", "work", "deal")
    ):
        return None
    to = next((np for p, np, _ in deps.phrases if p == "to" and is_party(np)), None)
    if to is None:
        return None
    event = Event(
        sentence=frames.sentence,
        frame=FRAMES["buy"],
        trigger=f"{subject.head} goes",
        item=i,
        last=deps.end - 1,
    )
    event.modal, event.is_negated = frames.modality(i)
    event.other = frames.resolver.resolve(to)
    event.content = [subject]
    for preposition, np, _ in tail(frames, subject):
        if preposition in ("from", "by", "of") and is_party(np) and not event.doer:
            event.doer = frames.resolver.resolve(np, event.other)
        elif not is_party(np):
            event.content.append(np)
    if subject.possessor is not None and is_party(subject.possessor) and not event.doer:
        event.doer = frames.resolver.resolve(subject.possessor, event.other)
    frames.used.add(id(subject))
    frames.set_span(event, i, deps, subject)
    claim_figures(frames, event, deps, subject)
    return event


def good_for(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:
    """Read "X is good for $5 million"."""
    subject = frames.clauses.subject(i)
    vg = frames.clauses.verb(i)
    if vg.lemma != "be" or subject is None or not is_party(subject) or not deps.phrases:
        return None
    preposition, np, _ = deps.phrases[0]
    good = any(o.head == "good" for o in deps.objects)
    if not good or preposition != "for" or not any(f.kind is FigureKind.MONEY for f in np.figures):
        return None
    event = Event(
        sentence=frames.sentence, frame=FRAMES["invest"], trigger="be good for", item=i, last=deps.end - 1
    )
    event.modal, event.is_negated = frames.modality(i)
    event.doer = frames.resolver.resolve(subject)
    frames.set_span(event, i, deps, subject)
    claim_figures(frames, event, deps, None)
    return event


def join_participles(events: list[Event]) -> None:
    """Read "has lined up a loan of $5 million, underwritten by X": X lends."""
    for second in events:
        if second.has_quantity or not second.doer or second.other or not second.content:
            continue
        for first in events:
            if first is second or first.other or second.content[0] not in first.content[:1]:
                continue
            if second.trigger in ("lead", "co-lead") or set(first.doer) & set(second.doer):
                continue
            if first.act not in (Act.GET, Act.BORROW, Act.RAISE):
                continue
            first.other = second.doer
            first.rules.append(f"giver of {second.trigger}")


def join_sums(frames: SentenceFrames, events: list[Event]) -> None:
    """Read "leases the machines for four years, handing over $5 million": the sum is the price."""
    for first, second in itertools.pairwise(events):
        item = frames.items[second.item]
        if (
            isinstance(item, VerbGroup) and item.is_bare and item.form is Form.GERUND
            and second.act in (Act.PAY, Act.GIVE, Act.SPEND) and second.money is not None
            and second.other in ([], first.other or second.other)
            and second.doer == first.doer and first.money is None
            and first.act in (Act.RENT, Act.BUY, Act.ACQUIRE, Act.DEPLOY)
        ):  # fmt: skip
            first.money, second.money = second.money, None
            first.other = first.other or second.other
            first.end = max(first.end, second.end)
            first.rules.append(f"price of {second.trigger}")


def moving_event(frames: SentenceFrames, i: int, deps: Dependents) -> Event | None:
    """Read "Some 4,000 pumps go to Turin": a share of goods that an earlier sentence promised."""
    vg = frames.clauses.verb(i)
    subject = frames.clauses.subject(i)
    if (
        vg.lemma.partition("+")[0] not in MOVING
        or subject is None
        or is_party(subject)
        or not subject.figures
    ):
        return None
    figure = subject.figures[-1]
    if figure.kind is not FigureKind.COUNT:
        return None
    event = Event(
        sentence=frames.sentence,
        frame=FRAMES["supply"],
        trigger=vg.lemma,
        item=i,
        last=deps.end - 1,
        is_nominal=True,
    )
    event.is_anaphoric = True
    event.content = [subject]
    event.count, event.counted = figure, counted_noun(subject) or "unit"
    event.rules.append("share of goods")
    frames.claimed.add(id(figure))
    for preposition, np, _ in deps.phrases:
        if preposition == "by" and is_party(np):
            event.doer = frames.resolver.resolve(np)
        for other in np.figures:
            if other.kind is FigureKind.POWER:
                claim(frames, event, other, np, preposition)
    frames.set_span(event, i, deps, subject)
    return event


def claim_minimum(frames: SentenceFrames, events: list[Event]) -> None:
    """Read "8% of what it earns, and at least $2 million a year": the minimum belongs to the share."""
    for event in events:
        if (
            event.money is None
            and REVENUE_SHARE.search(frames.sentence.text)
            and event.act in (Act.GIVE, Act.PAY, Act.GET)
        ):
            for item in frames.items:
                if isinstance(item, NounPhrase) and item.start > event.start:
                    for figure in item.figures:
                        if figure.kind is FigureKind.MONEY and claim(frames, event, figure, item, ""):
                            event.end = max(event.end, item.end)
            return


def join_agreed(frames: SentenceFrames, events: list[Event]) -> None:
    """Read "signed two leases with X to occupy 20 megawatts": what is signed for is its size."""
    for first, second in itertools.pairwise(events):
        item = frames.items[second.item]
        if (
            first.act is Act.SIGN and first.other and not first.has_quantity
            and second.has_quantity and not second.other and second.doer in (first.doer, first.other)
            and isinstance(item, VerbGroup) and item.is_infinitive
            and second.act in (Act.RENT, Act.BUY, Act.DEPLOY, Act.GET)
        ):  # fmt: skip
            second.other = [e for e in [*first.doer, *first.other] if e not in second.doer]
            mine = [UPSTREAM.get(e.role) for e in second.doer if e.role is not None]
            theirs = [UPSTREAM.get(e.role) for e in second.other if e.role is not None]
            if mine and theirs and mine[0] is not None and theirs[0] is not None and mine[0] > theirs[0]:
                second.doer, second.other = second.other, second.doer
            second.content += first.content
            second.start = min(first.start, second.start)
            second.rules.append(f"signed: {first.trigger}")


def join_purposes(frames: SentenceFrames, events: list[Event]) -> None:
    """Read "Will spend $5 million to rent servers from X": the sum belongs to the purpose."""
    for first, second in itertools.pairwise(events):
        item = frames.items[second.item]
        if (
            first.act in (Act.SPEND, Act.COMMIT, Act.PAY, Act.GIVE) and first.money is not None and not first.other
            and (first.act is Act.GIVE) is (second.act is Act.LEND)
            and second.money is None and isinstance(item, VerbGroup) and item.is_infinitive
            and second.act in (Act.RENT, Act.BUY, Act.DEPLOY, Act.GET, Act.INVEST, Act.ACQUIRE, Act.LEND)
            and second.item > first.item
        ):  # fmt: skip
            second.money, first.money = first.money, None
            second.start = min(second.start, first.start)
            second.rules.append(f"purpose of {first.trigger}")


#: Verbs by which money reaches what is funded.
_FUNDING = words("fund finance refinance back support capitalise capitalize pay")


def note_funded(frames: SentenceFrames, i: int, deps: Dependents) -> bool:
    """Note what is "funded by a loan from X and by equity from Y"; the nouns tell who pays."""
    vg = frames.clauses.verb(i)
    if vg.lemma.partition("+")[0] not in _FUNDING or not (vg.is_passive or frames.clauses.is_reduced(i)):
        return False
    sums = [
        np for p, np, _ in deps.phrases
        if p in ("by", "with", "through", "of", "in") and not is_party(np) and np.head in NOMINALS
    ]  # fmt: skip
    before = frames.items[i - 1] if i else None
    patient = before if isinstance(before, NounPhrase) and not vg.is_passive else frames.clauses.subject(i)
    if patient is None or not is_party(patient) or not any(p == "by" for p, _, _ in deps.phrases):
        return False
    if not sums or not any(p == "from" and is_party(np) for p, np, _ in deps.phrases):
        return False
    frames.funded |= {id(np): patient for np in sums}
    return True


#: Tried in turn on every verb, before the table of verbs.
TURNS = (moving_event, passing_event, good_for, sides_named, role_event, sum_event)
