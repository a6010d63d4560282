"""What a verb is done to when that does not follow it: passives, participles, relative clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.clauses import Dependents
from loopledger.read.content import noun_class
from loopledger.read.events import Event
from loopledger.read.items import Mark, NounPhrase, Tag, is_party
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.verbs import FRAMES, Act

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames


def patient_of(
    frames: SentenceFrames, event: Event, deps: Dependents, subject: NounPhrase | None, *, passive: bool
) -> NounPhrase | None:
    """Return what the verb is done to when that does not follow it."""
    i = event.item
    if not passive:
        return gap(frames, i, deps)
    before = frames.items[i - 1] if i else None
    if frames.clauses.verb(i).is_passive:
        return subject
    by = getattr(frames.items[i + 1] if i + 1 < len(frames.items) else None, "word", "") == "by"
    return before if isinstance(before, NounPhrase) else object_before(frames, i, named=by) or subject


def sum_subject(deps: Dependents, subject: NounPhrase | None) -> NounPhrase | None:
    """Return a subject that is a sum: "the first tranche of $5 million buys shares"."""
    if subject is None or is_party(subject) or not deps.objects:
        return None
    own = NOMINALS.get(subject.head)
    return subject if own is None or own.act is Act.SIGN else None


def gap(frames: SentenceFrames, i: int, deps: Dependents) -> NounPhrase | None:
    """Return what a relative clause is about: "the *loan* that X has agreed to provide"."""
    if deps.objects and not any(is_party(np) for np in deps.objects):
        return None
    k = i
    while frames.clauses.verb(k).is_infinitive:
        above = [j for j in frames.clauses.verbs() if j < k]
        if not above:
            return None
        k = above[-1]
    for j in range(k - 1, max(-1, k - 6), -1):
        item = frames.items[j]
        if item.tag in (Tag.REL, Tag.THAT) and j < k - 1:
            found = frames.clauses.antecedent(j)
            act = FRAMES[frames.clauses.verb(i).lemma].act if frames.clauses.verb(i).lemma in FRAMES else None
            bought = found is not None and found.entity is not None and act in (Act.BUY, Act.ACQUIRE)
            bought |= found is not None and found.figure is not None and found.figure.is_quantity
            return found if found is not None and (noun_class(found) is not None or bought) else None
        if item.tag not in (Tag.NP, Tag.PREP):
            return None
    return None


def object_before(frames: SentenceFrames, i: int, *, named: bool = False) -> NounPhrase | None:
    """Read "It owns 4% of Y, bought for $5 million": what the verb before has as object."""
    for k in range(i - 1, -1, -1):
        if frames.items[k].tag is Tag.VG:
            following = frames.items[k + 1]
            if not isinstance(following, NounPhrase):
                return None
            return following if following.figures or (named and noun_class(following) is not None) else None
    return None


def is_participle(frames: SentenceFrames, i: int) -> bool:
    """Tell a participle from the verb of a clause: a bare past form before a preposition."""
    before = frames.items[i - 1] if i else None
    following = frames.items[i + 1] if i + 1 < len(frames.items) else None
    if before is not None and before.tag is Tag.COMMA:
        by = isinstance(following, Mark) and following.word == "by"
        if by and frames.clauses.verb(i).lemma in ("lead", "co-lead"):
            return True  # "The facility, led by X,"
        return object_before(frames, i, named=by) is not None
    if not isinstance(before, NounPhrase) or before.entity is not None or before.pronoun:
        return False
    following = frames.items[i + 1] if i + 1 < len(frames.items) else None
    if isinstance(following, Mark) and following.word == "by":
        return True
    return (
        not is_party(before)
        and frames.clauses.verb(i).form in (Form.PAST, Form.PARTICIPLE)
        and following is not None
    )
