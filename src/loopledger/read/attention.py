"""Who is spoken of: mentions, the topic, whose news it is, what the sides of a promise are called."""

from __future__ import annotations

import itertools

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.items import Item, NounPhrase, VerbGroup
from loopledger.read.lexicon.verbs import Act
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence
from loopledger.read.story import Story, named_in
from loopledger.records import Kind

__all__ = ["note_mentions", "note_protagonist"]

#: What the two sides of a promise are called afterwards.
_CALLED = {
    Kind.LEASE: ("tenant lessee", "landlord lessor"),
    Kind.LOAN: ("lender", "borrower"),
    Kind.SUPPLY: ("buyer purchaser customer", "seller supplier vendor"),
    Kind.PURCHASE_COMMITMENT: ("buyer purchaser customer", "seller supplier vendor"),
    Kind.ACQUISITION: ("buyer acquirer purchaser", "target"),
    Kind.GUARANTEE: ("guarantor", ""),
}


def note_mentions(  # noqa: C901, PLR0912  (one branch for each construction)
    story: Story, resolver: Resolver, sentence: Sentence, items: list[Item]
) -> None:
    """Note whom a sentence names, whom it is about, and which sides they stand on."""
    found: list[Entity] = []
    for item in items:
        if isinstance(item, NounPhrase):
            for np in item.parts or [item]:
                if np.entity is not None:
                    found.append(np.entity)
                if np.possessor is not None and np.possessor.entity is not None:
                    found.append(np.possessor.entity)
    story.discourse.mention(found, sentence.index)
    if sentence.is_heading and sentence.index < 3:
        for entity in found:
            entity.in_heading = True
    subjects = [s for s in resolver.subjects if s]
    if subjects:
        story.discourse.topic = subjects[0]
    elif found and not sentence.is_heading:
        story.discourse.topic = found[:1]
    note_protagonist(story.discourse, sentence, items)
    for event in story.events[-6:]:
        if event.act is Act.SIGN and not event.has_quantity and "other:sentence" in event.rules:
            continue  # which way it goes is told by what was signed for
        called = _CALLED.get(event.kind, ("", "")) if event.kind is not None else ("", "")
        for payer in event.payers:
            payer.sides.add("payer")
            payer.traits.update(called[0].split())
        if event.payee is not None:
            event.payee.sides.add("payee")
            event.payee.traits.update(called[1].split())


def note_protagonist(discourse: Discourse, sentence: Sentence, items: list[Item]) -> None:
    """Note whose news it is: who speaks first, else who the headline names first."""
    if sentence.index > 4 or (discourse.protagonist is not None and discourse.has_spoken):
        return
    for item, following in itertools.pairwise(items):
        speaks = isinstance(following, VerbGroup) and following.lemma in (
            "say",
            "announce",
            "disclose",
            "report",
        )
        if isinstance(item, NounPhrase) and item.entity is not None and speaks:
            discourse.protagonist, discourse.has_spoken = item.entity, True
            return
    if discourse.protagonist is None:
        names = [n for i in items if isinstance(i, NounPhrase) for np in (i.parts or [i]) for n in np.names]
        known = [discourse.known(n.known) for n in names if n.known and not n.is_product]
        named = [e for _, e in named_in(items)]
        discourse.protagonist = next(iter([*known, *named]), None)
