"""The organisations a document speaks of, as they come up: names, traits, salience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loopledger.read.lexicon.names import DEMONYMS, ORGANISATION_ENDINGS
from loopledger.read.lexicon.roles import GENERIC, NAME_HINTS, SIDES, TRADES
from loopledger.read.world import Known, compounds, without_legal_form
from loopledger.records import PartyRef, Role

__all__ = ["Discourse", "Entity"]


@dataclass(slots=True, eq=False)
class Entity:
    """One organisation of the document.

    Parameters
    ----------
    name : str
        The fullest name so far.
    known : Known or None
        Its row in the table of parties.
    traits : set of str
        Words it was described with.
    """

    name: str
    known: Known | None = None
    traits: set[str] = field(default_factory=set)
    last: int = -1
    n_mentions: int = 0
    n_told: int = 0  # mentions outside headings
    as_subject: int = -1
    sides: set[str] = field(default_factory=set)
    placeholder: bool = False
    in_heading: bool = False
    number: int = 0
    spellings: Counter[str] = field(default_factory=Counter)

    @property
    def ref(self) -> PartyRef:
        """The party as records name it: as the document most often does, the longer on a tie."""
        if self.known is None:
            shouted = self.name.isupper() and any(len(word) > 4 for word in self.name.split())
            return PartyRef(self.name.title() if shouted else self.name)
        name = max(
            self.spellings,
            key=lambda s: (not s.isupper() or len(s) < 6, self.spellings[s], len(s)),
            default=self.known.name,
        )
        return PartyRef(name, self.known.id if self.known.is_registered else None)

    def written(self, spelling: str) -> None:
        """Note how the document writes its name."""
        self.spellings[spelling] += 1

    @property
    def role(self) -> Role | None:
        """Its trade, from the table or from how the document describes it."""
        if self.known:
            return self.known.role
        roles = [roles for trait in self.traits if (roles := TRADES.get(trait)) and len(roles) == 1]
        return next(iter(roles[0])) if roles else None

    def fits(self, description: frozenset[str], head: str) -> int:
        """Return how well a description fits, negative when it cannot be meant."""
        score = 0
        trades = [TRADES[word] for word in description if word in TRADES]
        if self.known:
            if not self.known.is_registered and head in _YOUNG and head not in self.known.called:
                score -= 6
            elif any(self.known.role in roles for roles in trades):
                score += 4
            elif (
                trades
                and head not in self.traits
                and not (self.known.called & description - {"maker", "giant", "company", "group"})
            ):
                score -= 6
            score += 5 * any("-" in word for word in self.known.called & description)
            score += 3 * (head in self.known.called)
            score += sum(
                DEMONYMS.get(w) == self.known.country
                for w in description
                if w in DEMONYMS and self.known.country
            )
            score -= 6 * any(
                DEMONYMS[w] not in (self.known.country, "EU")
                for w in description
                if w in DEMONYMS and self.known.country
            )
        shared = (self.traits | {w.lower() for w in self.name.split()}) & description
        score += (
            5 * any("-" in word for word in shared)
            + 4 * (head in shared)
            + 3 * len({w for w in shared if w != head and "-" not in w} - GENERIC)
        )
        if not self.known and trades and not shared and any(TRADES.get(t) for t in self.traits):
            score -= 3
        if head not in self.traits and _OPPOSITES.get(head) in self.traits:
            score -= 6
        side = SIDES.get(head)
        if side and side in self.sides:
            score += 3
        return score


@dataclass(slots=True)
class Discourse:
    """All organisations so far, and who is spoken of."""

    entities: list[Entity] = field(default_factory=list)
    topic: list[Entity] = field(default_factory=list)
    defined: dict[str, Entity] = field(default_factory=dict)
    groups: list[list[Entity]] = field(default_factory=list)
    protagonist: Entity | None = None
    has_spoken: bool = False  # whether the protagonist is who speaks first
    in_heading: bool = False  # whether the sentence that is read now is a heading
    apart: set[str] = field(default_factory=set)  # subsidiaries named like their parents
    _by_name: dict[str, Entity] = field(default_factory=dict)
    _by_word: dict[str, list[Entity]] = field(default_factory=dict)
    _active: dict[Entity, None] = field(default_factory=dict)

    def known(self, known: Known) -> Entity:
        """Return the entity of a party of the table."""
        entity = self._by_name.get(known.id + "#")
        if entity is None:
            entity = Entity(known.name, known)
            self._by_name[known.id + "#"] = entity
            self._enter(entity)
        return entity

    def named(self, name: str) -> Entity:
        """Return the entity of a name that no table knows, joining short and long forms."""
        plain = without_legal_form(name)
        key = plain.lower()
        entity = self._by_name.get(key)
        if entity is not None:
            if entity.name.isupper() and not plain.isupper() and entity.name.lower() == key:
                entity.name = plain
            return entity
        words = key.split()
        if key in self.apart:
            words = []
        candidates = [e for word in {*words, _initials(words)} - {""} for e in self._by_word.get(word, ())]
        for other in candidates:
            theirs = other.name.lower().split()
            if other.n_told and _is_offshoot(words, theirs):
                continue  # "Strandline Compute Holdings" after "Strandline" is its vehicle
            if _same(words, theirs):
                if len(words) > len(theirs) and len(words) > 1:
                    other.name = plain
                self._by_name[key] = other
                return other
        words = key.split()
        entity = Entity(plain, traits=set(NAME_HINTS.get(words[-1], "").split()))
        self._by_name[key] = entity
        for word in {*words, _initials(words)} - {""} if key not in self.apart else ():
            self._by_word.setdefault(word, []).append(entity)
        self._enter(entity)
        return entity

    def _enter(self, entity: Entity) -> None:
        entity.number = len(self.entities)
        self.entities.append(entity)

    @property
    def active(self) -> list[Entity]:
        """The organisations spoken of lately, in order of first mention."""
        recent = list(self._active)[-_REMEMBERED:]
        return sorted(recent, key=lambda e: e.number)

    def is_organisation(self, name: str) -> bool:
        """Whether a name is marked as an organisation's, by its ending or by an earlier mention."""
        plain = without_legal_form(name)
        if plain.lower().split()[-1] in ORGANISATION_ENDINGS:
            return True
        entity = self._by_name.get(plain.lower())
        return entity is not None and entity.n_mentions > 0

    def alias(self, name: str, entity: Entity) -> None:
        """Note that the document itself defines a name: "(the "Company")"."""
        self.defined[name.lower()] = entity

    def shorten(self, short: str, entity: Entity) -> None:
        """Note an abbreviation that the document gives to a name: "P = Pontis Grid"."""
        self._by_name.setdefault(short.lower(), entity)

    @property
    def speaker(self) -> Entity:
        """Who says "we" in a document that has not told yet who that is."""
        return self.placeholder("we")

    def speakers(self) -> list[Entity]:
        """Return who may say "we", the likeliest first: who stands as a subject, then who is named."""
        named = [e for e in self.entities if not e.placeholder and e.n_mentions > 0]
        return sorted(named, key=lambda e: (e.as_subject < 0, e.number))

    def placeholder(self, phrase: str) -> Entity:
        """Return the entity of an organisation that is described but not named."""
        entity = self._by_name.get("?" + phrase)
        if entity is None:
            entity = Entity(phrase, placeholder=True, traits=set(compounds(phrase.lower().split())))
            self._by_name["?" + phrase] = entity
            self._enter(entity)
        return entity

    def mention(self, entities: Iterable[Entity], sentence: int, *, subject: bool = False) -> None:
        """Note that organisations are spoken of in a sentence."""
        for entity in entities:
            self._active.pop(entity, None)
            self._active[entity] = None
            if len(self._active) > 2 * _REMEMBERED:
                self._active = dict.fromkeys(list(self._active)[-_REMEMBERED:])
            entity.last = sentence
            entity.n_mentions += 1
            entity.n_told += not self.in_heading
            if subject:
                entity.as_subject = sentence

    def describe(self, entity: Entity, words: Sequence[str]) -> None:
        """Note what an organisation is called."""
        entity.traits |= compounds([w.lower() for w in words])


#: Said only of who is known to be young.
_YOUNG = frozenset({"start-up", "startup", "upstart"})
_OPPOSITES = {
    "landlord": "tenant", "lessor": "lessee", "lender": "borrower",
    "tenant": "landlord", "lessee": "lessor", "borrower": "lender",
}  # fmt: skip
#: So many organisations are kept in mind for "the company" and "it".
_REMEMBERED = 60


#: What a vehicle of a company adds to its name.
_OFFSHOOTS = frozenset(
    "compute finance financing funding capital issuer leasing infrastructure storage data properties realty ventures"
    " holdco opco bidco midco topco propco spv".split()
)


def _is_offshoot(words: list[str], theirs: list[str]) -> bool:
    """Whether a name is longer than another by what a subsidiary adds to its parent's."""
    added = words[len(theirs) :]
    return words[: len(theirs)] == theirs and (len(added) > 1 or (len(added) == 1 and added[0] in _OFFSHOOTS))


def _initials(words: list[str]) -> str:
    """Return the initialism of a name: "orvane light alliance" is "ola"."""
    return "".join(w[0] for w in words if w not in ("of", "the", "and")) if len(words) > 1 else ""


def _same(words: list[str], theirs: list[str]) -> bool:
    short, long = sorted((words, theirs), key=len)
    if (
        short == long[: len(short)]
        and (len(short) > 1 or len(short[0]) > 2)
        and not set(short) <= ORGANISATION_ENDINGS
    ):
        return True
    if len(short) == 1 and len(short[0]) > 3 and short[0] in long and short[0] not in ORGANISATION_ENDINGS:
        return True
    return (
        len(short) == 1
        and len(long) >= 2
        and len(short[0]) == len([w for w in long if w not in ("of", "the", "and")])
        and short[0] == "".join(w[0] for w in long if w not in ("of", "the", "and"))
    )
