"""What is promised: the class of a noun phrase, whose product it is, what is counted."""

from __future__ import annotations

from loopledger.read.items import NounPhrase
from loopledger.read.lexicon import words
from loopledger.read.lexicon.inflect import singular
from loopledger.read.lexicon.nouns import COUNTABLE, NOUN_CLASS, NounClass
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.quantities import FigureKind

__all__ = ["counted_noun", "noun_class", "owners"]

#: Heads whose modifiers are not counted: "two board seats", "two chip companies".
_NOT_GOODS = ORGANISATION_NOUNS | words("seat member room company")
_THINGS = frozenset({NounClass.EQUITY, NounClass.SERVICES, NounClass.GOODS})
_TELLING = frozenset(NounClass) - {
    NounClass.ORDER,
    NounClass.DEAL,
    NounClass.MONEY,
    NounClass.ACQUISITION,
    NounClass.METRIC,
}


#: What makes a financing a round of shares.
_ROUNDS = words("series seed venture")


def noun_class(np: NounPhrase) -> NounClass | None:
    """Return what a phrase is about, by its head and then by its modifiers.

    "A share purchase" is about shares, "a chip order" about goods, "a lease obligation" about a lease.
    """
    if not np.is_classified:
        np.about, np.is_classified = _class_of(np), True
    return np.about


def _class_of(np: NounPhrase) -> NounClass | None:  # noqa: C901, PLR0912  (one branch for each construction)
    if np.head == "product":
        return NounClass.GOODS
    if np.figure is not None and np.figure.kind is FigureKind.PERCENT:
        return NounClass.SHARES
    if np.entity is not None and not np.figures:
        return None  # "the vaccine firm Orvane" is no vaccine
    if np.head in ("financing", "funding", "raise") and _ROUNDS & set(np.words[:-1]):
        return NounClass.EQUITY  # "a Series B financing"
    head = NOUN_CLASS.get(np.head)
    modifiers = [NOUN_CLASS.get(singular(word)) for word in np.words[:-1] if word != "convertible"]
    for word in np.words[:-1]:
        modifiers += [NOUN_CLASS.get(singular(part)) for part in word.split("-") if "-" in word]
    if head in (NounClass.DEAL, NounClass.ORDER, NounClass.MONEY, NounClass.LOAN, NounClass.EQUITY, None):
        for wanted in reversed(modifiers):  # the modifier next to the head tells most
            if head is NounClass.EQUITY and wanted is NounClass.SHARES:
                continue  # "preferred equity" is money
            if wanted in _TELLING and not (head is NounClass.LOAN and wanted in _THINGS):
                return wanted
    if head is NounClass.POWER and NounClass.SERVICES in modifiers:
        return NounClass.SERVICES  # "computing power"
    if head is NounClass.SERVICES and np.head in ("service", "capacity", "payment", "access", "supply"):
        for wanted in (NounClass.LEASE, NounClass.POWER):
            if wanted in modifiers:
                return wanted
    if head is NounClass.SHARES and np.head == "unit" and not np.figures:
        return None
    return head


def owners(np: NounPhrase) -> list[str]:
    """Return the names that a thing carries, as written: "Nvidia's chips", "Azure capacity"."""
    return [n.text for n in np.names if not n.is_place and not n.is_person]


def counted_noun(np: NounPhrase) -> str:
    """Return what a count counts, if that is a thing one can buy: "38 launches"."""
    if np.head in COUNTABLE:
        return np.head
    if np.head == "product" and np.names:
        return np.names[-1].text
    for word in reversed(np.words if np.head not in _NOT_GOODS else []):
        if singular(word) in COUNTABLE:
            return singular(word)
    return ""
