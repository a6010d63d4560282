"""Events of nouns: "Y's $5 million order with Z", "an investment by X in Y"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.claims import claim
from loopledger.read.content import noun_class
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.items import Mark, NounPhrase, Tag, VerbGroup, is_party, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import GUESSERS
from loopledger.read.lexicon.verbs import FRAMES, SIZING, Act, Frame
from loopledger.read.measures import tail
from loopledger.read.senses import by_role

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames

#: Prepositions between a noun and its sum: "a contract worth $5 million".
AMOUNT_PREPOSITIONS = frozenset({"for", "at", "of", "worth", "in", "totalling", "under", "with"})


def noun_events(frames: SentenceFrames, events: list[Event]) -> list[Event]:
    """Events of nouns that no verb used: "Y's $5 million order with Z", "an investment by X in Y"."""
    found = []
    taken = {id(np) for event in events for np in event.content}
    taken -= {
        id(np) for event in events if event.act is Act.GUARANTEE for np in event.content if _lent(frames, np)
    }
    for i, item in enumerate(frames.items):
        if not isinstance(item, NounPhrase) or id(item) in frames.used or id(item) in taken:
            continue
        frame = frames.nominal_frame(item)
        if frame is None or item.is_time or _is_balance(item):
            continue
        if _is_estimate(frames, i) and frame.act is not Act.RENT:
            continue
        event = _noun_event(frames, i, item, frame)
        if event is not None:
            found.append(event)
    return found


def _lent(frames: SentenceFrames, np: NounPhrase) -> bool:
    """Whether a guaranteed loan is told with its lender and its borrower: "a loan from X to Y"."""
    sides = {p for p, other, _ in tail(frames, np) if is_party(other)}
    return noun_class(np) is NounClass.LOAN and {"from", "to"} <= sides


#: Verbs by which somebody guesses: "analysts estimate the bill at $5 million".
_GUESSING = words("estimate reckon calculate guess forecast project think believe expect assume")
_BALANCES = words("net gross total outstanding long-term existing current corporate")


def _is_estimate(frames: SentenceFrames, i: int) -> bool:
    """Whether a noun is what somebody guesses at."""
    above = frames.items[i - 1] if i else None
    if isinstance(above, VerbGroup) and above.lemma in ("value", "put", "peg", "price"):
        subject = frames.clauses.subject(i - 1)
        return subject is not None and subject.head in GUESSERS and not above.is_passive
    return isinstance(above, VerbGroup) and above.lemma in _GUESSING and not above.is_passive


def _is_balance(np: NounPhrase) -> bool:
    """Whether a debt is a figure of somebody's accounts: "net debt of $5 million"."""
    return np.head in ("debt", "borrowing") and bool(_BALANCES & set(np.words[:-1]))


def _noun_event(frames: SentenceFrames, i: int, np: NounPhrase, frame: Frame) -> Event | None:  # noqa: C901, PLR0912  (one branch for each construction)
    hanging = tail(frames, np)
    event = Event(sentence=frames.sentence, frame=frame, trigger=np.head, item=i, last=i, is_nominal=True)
    event.content, event.said = [np], frames.sentence.text[np.start : np.end]
    event.is_anaphoric = np.is_definite and np.possessor is None
    if np.possessor is not None and is_party(np.possessor):
        event.doer = frames.resolver.resolve(np.possessor)
    taken_order = np.head == "order" and not event.doer
    for preposition, other, index in hanging:
        event.last = index
        if preposition in ("between", "among") and is_party(other):
            found = frames.resolver.resolve(other)
            event.doer = found
            by_role(event)
            if not event.other:
                event.doer, event.other = found[:1], found[1:]
        elif (
            preposition in ("by", "from")
            and is_party(other)
            and not event.doer
            and ("from" not in frame.other or taken_order)
        ):
            event.doer = frames.resolver.resolve(other)
        elif preposition in frame.other and is_party(other) and not event.other:
            event.other = [e for e in frames.resolver.resolve(other, event.doer) if e not in event.doer]
        elif not is_party(other):
            event.content.append(other)
        else:
            event.links.append((preposition, frames.resolver.resolve(other, event.doer)))
    if (
        np.head == "order"
        and np.possessor is not None
        and hanging
        and hanging[0][0] == "from"
        and event.other
    ):
        event.frame = FRAMES["win"]  # "Y's order from X"
    _participle(frames, event)
    for figure in np.figures:
        claim(frames, event, figure, np, "")
    _sum_before(frames, event, i)
    _predicate(frames, event, np)
    for preposition, other, _ in hanging:
        for figure in other.figures:
            if preposition in AMOUNT_PREPOSITIONS:
                claim(frames, event, figure, other, preposition)
    if not event.doer and np.determiner == "its" and event.has_quantity and event.other:
        own = frames.resolver.resolve(NounPhrase(Tag.NP, np.start, np.end, pronoun="it"))
        event.doer = [e for e in own if e not in event.other]
    if not event.doer and np.determiner == "our":
        event.doer = frames.resolver.resolve(NounPhrase(Tag.NP, np.start, np.end, pronoun="we"))
    _funded(frames, event, np)
    _earned(frames, event, i)
    if not event.doer and not event.is_anaphoric:
        event.doer = _governor(frames, i)
    if frame.act is Act.LEND and event.doer and not event.other and not event.is_anaphoric:
        event.other = [e for e in _governor(frames, i) if e not in event.doer]  # "X closed on a loan from Y"
    _lender(event)
    anchor = frame.act is Act.SIGN and event.is_anaphoric
    stake = frame.act is Act.BUY and bool(event.doer) and any(p in ("in", "of") for p, _ in event.links)
    if not (event.has_quantity or event.other or anchor or stake):
        return None
    start = min(np.start, event.start) if event.start else np.start
    event.start, event.end = start, max(frames.items[event.last].end, np.end)
    return event


def _funded(frames: SentenceFrames, event: Event, np: NounPhrase) -> None:
    """Read "a vehicle *funded by* a loan from X and by equity from Y": what is funded gets both."""
    patient = frames.funded.get(id(np))
    if patient is not None and not event.other:
        event.other = [e for e in frames.resolver.resolve(patient, event.doer) if e not in event.doer]
        event.rules.append("other:funded")


#: Verbs whose subject is paid: "X expects rent of $5 million".
_EARNING = words("expect earn collect receive get book forecast anticipate")


def _earned(frames: SentenceFrames, event: Event, i: int) -> None:
    """Read "the owner expects rent of $5 million": the subject is paid."""
    before = frames.items[i - 2] if i > 2 and word_of(frames.items[i - 1]) == "in" else None
    summed = isinstance(before, NounPhrase) and before.figure is not None  # "expects $5 million in rent"
    verb = frames.items[i - 3 if summed else i - 1] if i else None
    if (
        event.act is not Act.RENT
        or event.doer
        or not isinstance(verb, VerbGroup)
        or verb.lemma not in _EARNING
    ):
        return
    subject = frames.clauses.subject(frames.items.index(verb))
    if subject is None or not is_party(subject) or verb.is_passive:
        return
    earner = frames.resolver.resolve(subject)
    if not event.other:
        event.other, event.is_anaphoric = earner, True
    elif not set(earner) & set(event.other):
        event.doer, event.other = event.other, earner  # "expects $5 million in rent from Y"


def _lender(event: Event) -> None:
    """Read "X has a facility with Y": X borrows."""
    partner = next((e for p, e in event.links if p == "with" and e), [])
    if event.act is Act.LEND and partner and event.doer and not event.other and event.doer != partner:
        event.doer, event.other = partner, event.doer
        event.rules.append("lender:with")


def _sum_before(frames: SentenceFrames, event: Event, i: int) -> None:
    """Read "*$5 million* in loans from X", "*$2 million* of equity from Y"."""
    before = frames.items[i - 2] if i >= 2 else None
    if not isinstance(before, NounPhrase) or before.figure is None or event.has_quantity:
        return
    if event.trigger == "debt" and not event.doer:
        return  # "it has $5 million of debt" is its balance
    if word_of(frames.items[i - 1]) in ("in", "of") and claim(frames, event, before.figure, before, ""):
        event.start = before.start


def _participle(frames: SentenceFrames, event: Event) -> None:
    """Read "orders *placed with Y*", "a letter of credit *issued by X*": a side behind a participle."""
    k = event.last + 1
    if k + 2 >= len(frames.items) or frames.items[k].tag is not Tag.VG:
        return
    vg, mark, np = frames.clauses.verb(k), frames.items[k + 1], frames.items[k + 2]
    if not (vg.is_bare and isinstance(mark, Mark) and isinstance(np, NounPhrase) and is_party(np)):
        return
    if (
        mark.word == "by"
        and not event.doer
        and vg.lemma in ("issue", "place", "provide", "grant", "give", "extend")
    ):
        event.doer = frames.resolver.resolve(np)
        event.last = k + 2
    elif (
        mark.word == "with"
        and not event.other
        and vg.lemma.partition("+")[0] in ("place", "book", "agree", "sign")
    ):
        event.other = [e for e in frames.resolver.resolve(np, event.doer) if e not in event.doer]
        event.last = k + 2


#: Verbs whose subject is only the adviser.
_ADVISING = words("advise act represent counsel assist")


def _governor(frames: SentenceFrames, i: int) -> list[Entity]:
    """Return whose noun it is, when a verb without a frame governs it: "X walked away from a purchase of Y"."""
    above = [k for k in frames.clauses.verbs() if k < i]
    if not above or any(item.tag in (Tag.COMMA, Tag.STOP, Tag.CC) for item in frames.items[above[-1] : i]):
        return []
    vg = frames.clauses.verb(above[-1])
    deps = frames.clauses.dependents(above[-1])
    if vg.lemma == "be" and any(np.head == "party" for np in deps.objects):
        subject = frames.clauses.subject(above[-1])  # "X is party to a lease with Y"
        return frames.resolver.resolve(subject) if subject is not None and is_party(subject) else []
    if vg.lemma in FRAMES or vg.is_passive or vg.lemma in ("be", "say"):
        return []
    if vg.lemma in _ADVISING:  # "advised X on a loan to Y", "acted for X on": X, not the adviser
        client = [np for np in deps.objects if is_party(np)]
        client += [np for p, np, _ in deps.phrases if p == "for" and is_party(np)]
        return frames.resolver.resolve(client[0]) if client else []
    if vg.lemma in ("turn", "look", "go", "apply", "appeal"):  # "has turned to X for a loan"
        for preposition, np, _ in frames.clauses.dependents(above[-1]).phrases:
            if preposition == "to" and is_party(np):
                return frames.resolver.resolve(np)
    subject = frames.clauses.subject(above[-1])
    return frames.resolver.resolve(subject) if subject is not None and is_party(subject) else []


def _predicate(frames: SentenceFrames, event: Event, np: NounPhrase) -> None:
    """Take the figures of a verb that only says how large the noun is: "the lease covers 150 megawatts"."""
    for k in frames.clauses.verbs():
        vg = frames.clauses.verb(k)
        sizes = vg.lemma.partition("+")[0] in SIZING or (
            vg.is_passive
            and vg.lemma
            in ("put", "set", "fix", "estimate", "peg", "value", "price", "pitch", "reckon", "assess")
        )
        if sizes and frames.clauses.subject(k) is np:
            deps = frames.clauses.dependents(k)
            if deps.objects and deps.objects[0].head in (
                "bulk",
                "part",
                "half",
                "share",
                "portion",
                "most",
                "fraction",
            ):
                continue
            rows = [("", o, 0) for o in deps.objects] + deps.phrases
            for preposition, other, _ in rows:
                for figure in other.figures:
                    if claim(frames, event, figure, other, preposition):
                        event.last = max(
                            event.last, frames.items.index(other) if other in frames.items else event.last
                        )
                        event.is_negated |= vg.is_negated
                        event.modal = event.modal or vg.modal
