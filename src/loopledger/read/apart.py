"""Whether a name begins a phrase of its own after the words before it."""

from __future__ import annotations

from loopledger.read.items import Item, Name, NounPhrase, Tag
from loopledger.read.lexicon import closed
from loopledger.read.lexicon.closed import is_adjective
from loopledger.read.lexicon.nouns import NOUN_CLASS
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS

__all__ = ["is_adverbial", "is_thing"]


def is_adverbial(np: NounPhrase, items: list[Item]) -> bool:
    """Whether a lone noun ends a phrase before a clause: "in return X will buy"."""
    before = items[-1] if items else None
    return (
        np.words[:1] == np.words
        and bool(np.words)
        and np.words[0] in closed.ADVERBIAL_NOUNS
        and (before is not None and before.tag is Tag.PREP)
    )


def is_thing(np: NounPhrase, name: Name) -> bool:
    """Whether a phrase is already about a thing: a party named after it begins a clause of its own."""
    if (
        not np.head
        or np.head in ("place", "product", "person")
        or np.head in ORGANISATION_NOUNS
        or name.is_person
    ):
        return False
    if np.head in NOUN_CLASS or np.head in ("centre", "center", "site", "plant", "hall"):
        return True
    return name.known is not None and bool(np.determiner) and not is_adjective(np.words[-1])
