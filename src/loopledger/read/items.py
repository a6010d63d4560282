"""What a sentence is made of, once its words are grouped: noun phrases, verb groups, marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from loopledger.read.discourse import Entity
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.quantities import Figure
from loopledger.read.world import Known

__all__ = ["Item", "Mark", "Name", "NounPhrase", "Tag", "VerbGroup", "is_party", "word_of"]


class Tag(StrEnum):
    """Kinds of items."""

    NP = "noun phrase"
    VG = "verb group"
    PREP = "preposition"
    CC = "conjunction"
    COMMA = "comma"
    REL = "relative"
    SUB = "subordinator"
    THAT = "complementizer"
    STOP = "stop"
    OPEN = "open"
    CLOSE = "close"
    ADV = "adverb"


@dataclass(slots=True)
class Name:
    """A proper name inside a noun phrase."""

    text: str
    known: Known | None
    is_product: bool = False
    is_place: bool = False
    is_person: bool = False
    is_possessive: bool = False


@dataclass(slots=True)
class Item:
    """One group of words: ``sentence.text[start:end]``."""

    tag: Tag
    start: int
    end: int


@dataclass(slots=True)
class Mark(Item):
    """A function word or punctuation mark; ``word`` in lower case."""

    word: str = ""


@dataclass(slots=True)
class NounPhrase(Item):
    """A noun phrase.

    Parameters
    ----------
    words : list of str
        Its lower-case words except names and figures.
    head : str
        Singular of the last noun; empty when the head is a name, figure or pronoun.
    names : list of Name
    entity : Entity or None
        When the head is an organisation's name.
    parts : list of NounPhrase
        When the phrase lists several parties: "X, Y and Z".
    figures : list of Figure
        "a *$5 billion* loan"; when the head is a figure, the last one.
    """

    words: list[str] = field(default_factory=list)
    head: str = ""
    determiner: str = ""
    names: list[Name] = field(default_factory=list)
    entity: Entity | None = None
    parts: list[NounPhrase] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    pronoun: str = ""
    is_plural: bool = False
    is_time: bool = False
    is_person: bool = False
    is_capitalised: bool = False
    resolved: list[Entity] | None = None
    about: NounClass | None = None
    is_classified: bool = False
    described_by: NounPhrase | None = None
    possessor: NounPhrase | None = None

    @property
    def figure(self) -> Figure | None:
        """The figure that is the head of the phrase, if one is."""
        return (
            self.figures[-1]
            if self.figures and not self.head and self.entity is None and not self.pronoun
            else None
        )

    @property
    def is_definite(self) -> bool:
        """Whether it points back: "the chipmaker", "its landlord", "this order"."""
        return self.determiner in (
            "the",
            "this",
            "that",
            "these",
            "those",
            "its",
            "their",
            "both",
            "his",
            "her",
            "'s",
            "each",
        )


@dataclass(slots=True)
class VerbGroup(Item):
    """A verb with its auxiliaries.

    Parameters
    ----------
    lemma : str
        Base form, with its particle after "+" where the table of verbs has it: "put+in".
    form : Form
        Of the first word: a finite verb is BASE, THIRD or PAST.
    """

    lemma: str = ""
    form: Form = Form.BASE
    modal: str = ""
    is_infinitive: bool = False
    is_passive: bool = False
    is_perfect: bool = False
    is_progressive: bool = False
    is_negated: bool = False
    is_past: bool = False
    is_bare: bool = False  # no auxiliary: a lone participle may be a reduced relative clause

    @property
    def is_finite(self) -> bool:
        """Whether it heads a clause of its own."""
        return not self.is_infinitive and (
            not self.is_bare or self.form in (Form.BASE, Form.THIRD, Form.PAST)
        )


def is_party(np: NounPhrase) -> bool:
    """Whether a phrase may stand for an organisation."""
    if np.entity is not None or np.parts:
        return True
    if np.pronoun:
        return np.pronoun in ("it", "they", "them", "itself", "both", "each", "one", "we", "us")
    if np.figures:
        return np.head in ORGANISATION_NOUNS
    return np.head in ORGANISATION_NOUNS and np.head not in ("unit", "operator-of")


def word_of(item: Item) -> str:
    """Return the word of a mark; empty for phrases and verbs."""
    return item.word if isinstance(item, Mark) else ""
