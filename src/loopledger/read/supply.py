"""What is bought by name, and from whom the seller must itself buy: "powered by X's chips"."""

from __future__ import annotations

from loopledger.read.content import noun_class
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import Item, Mark, Name, NounPhrase, Tag, VerbGroup
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.records import Kind

__all__ = ["name_supply"]

#: "Capacity *powered by* X", "a hall *filled with* X chips", "*built on* X systems": verb and preposition.
SUPPLY_VERBS = words(
    "power build base run use equip fill make manufacture fit stock design drive house contain feature"
)
_BUYING = frozenset({Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.SUPPLY, Kind.LEASE})


def name_supply(event: Event, items: list[Item], discourse: Discourse) -> None:
    """Note the products that an event names, and the makers behind what is bought.

    Parameters
    ----------
    event : Event
        Of a buying kind; others are left alone.
    items : list of Item
        Of its sentence.
    discourse : Discourse
    """
    if event.kind not in _BUYING:
        return
    sides = {*event.payers, event.payee}
    first = next((i for i, item in enumerate(items) if item.start >= event.start), 0)
    for i in range(first, len(items)):
        item = items[i]
        if item.tag is Tag.STOP and item.start > event.end:
            break
        if not isinstance(item, NounPhrase) or item.head in ORGANISATION_NOUNS:
            continue
        supplies = _after_supply_verb(items, i)
        for name in item.names:
            owner = _owner(name, item, supplies, discourse)
            own = name.known is not None and any(e.known is name.known for e in event.payers)
            if name.is_product and not own:
                _add(event.products, name.text)
            if owner is not None and owner not in sides:
                _add(event.suppliers, owner)


def _owner(name: Name, np: NounPhrase, supplies: bool, discourse: Discourse) -> Entity | None:  # noqa: FBT001
    """Return the maker that a name stands for, if the phrase is about what it makes."""
    goods = noun_class(np) is NounClass.GOODS
    if name.is_place or name.is_person or not (goods or supplies):
        return None
    if name.known is not None:
        return discourse.known(name.known)
    if name.is_product or not (supplies or name.is_possessive) or not discourse.is_organisation(name.text):
        return None
    return discourse.named(name.text)


def _after_supply_verb(items: list[Item], i: int) -> bool:
    if i < 1:
        return False
    before = items[i - 1]
    if isinstance(before, Mark) and before.word in ("by", "on", "with", "around", "from") and i >= 2:
        verb = items[i - 2]
        return isinstance(verb, VerbGroup) and verb.lemma.partition("+")[0] in SUPPLY_VERBS
    return isinstance(before, VerbGroup) and before.lemma == "use"


def _add(row: list, value: object) -> None:  # type: ignore[type-arg]
    if value not in row:
        row.append(value)
