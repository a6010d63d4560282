"""Who acts, and the counterparty that stands before the verb or as a bare object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopledger.read.clauses import Dependents
from loopledger.read.content import noun_class
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.items import Mark, NounPhrase, Tag, VerbGroup, is_party
from loopledger.read.lexicon.nouns import NounClass

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames


def doers(frames: SentenceFrames, subject: NounPhrase | None) -> list[Entity]:
    """Return who acts: for "a group of banks led by X" it is X."""
    if subject is None or not is_party(subject):
        return []
    if subject.entity is None and subject in frames.items:
        for k in range(
            frames.items.index(subject) + 1, min(len(frames.items) - 2, frames.items.index(subject) + 5)
        ):
            item, leader = frames.items[k], frames.items[k + 2]
            if isinstance(item, VerbGroup) and item.lemma != "lead":
                break
            led = (
                isinstance(item, VerbGroup)
                and item.lemma == "lead"
                and getattr(frames.items[k + 1], "word", "") == "by"
            )
            if led and isinstance(leader, NounPhrase) and is_party(leader):
                return frames.resolver.resolve(leader)
    return frames.resolver.resolve(subject)


def relative_other(frames: SentenceFrames, event: Event) -> None:
    """Read "Its landlord is Y, *to which* it owes $5 million": the counterparty before a relative clause."""
    for j in range(event.item - 1, max(0, event.item - 5), -1):
        item, before = frames.items[j], frames.items[j - 1]
        if item.tag is Tag.REL:
            if isinstance(before, Mark) and before.word in event.frame.other and not event.other:
                found = frames.clauses.antecedent(j)
                if found is not None and is_party(found):
                    event.other = [
                        e for e in frames.resolver.resolve(found, event.doer) if e not in event.doer
                    ]
            return
        if item.tag not in (Tag.NP, Tag.VG):
            return


def joint_before(frames: SentenceFrames, event: Event) -> list[NounPhrase]:
    """Read "Together with Y and Z it provided": payers named before the subject."""
    found = []
    for k in range(event.item - 1, 0, -1):
        item, before = frames.items[k], frames.items[k - 1]
        if item.tag is Tag.VG:
            break
        if isinstance(item, NounPhrase) and getattr(before, "word", "") == "together with":
            found.append(item)
    return found


def bare_other(
    frames: SentenceFrames, event: Event, objects: list[NounPhrase], deps: Dependents
) -> list[NounPhrase]:
    """Take a party that stands as bare object: "lend *Y* $5 million", "supply *Y* with chips"."""
    for np in objects:
        things = len(objects) > 1 or any(p == "with" for p, _, _ in deps.phrases) or event.frame.bare
        if is_party(np) and things:
            found = frames.resolver.resolve(np, event.doer)
            if found:
                event.other = found
                return [o for o in objects if o is not np]
    for np in objects:  # "issued Google warrants"
        name = np.names[0] if np.names and not np.names[0].is_possessive else None
        if noun_class(np) in (NounClass.WARRANT, NounClass.ORDER) and name is not None:
            entity = frames.discourse.known(name.known) if name.known else frames.discourse.named(name.text)
            if entity not in event.doer and (name.known or frames.discourse.is_organisation(name.text)):
                event.other = [entity]
    return objects


def unnamed(subject: NounPhrase | None) -> int:
    """Return how many act that are counted and not named: "three Japanese banks"."""
    if subject is None or not subject.is_plural or not is_party(subject) or not subject.figures:
        return 0
    count = subject.figures[-1].count
    return int(count) if count is not None and 1 < count < _SEVERAL else 0


#: More are a crowd.
_SEVERAL = 7
