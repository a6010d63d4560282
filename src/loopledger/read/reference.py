"""Who is meant: names, roles, descriptions, pronouns, "the two companies", "the Company"."""

from __future__ import annotations

from collections.abc import Collection

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.items import Item, Name, NounPhrase, Tag, VerbGroup, is_party, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.names import DEMONYMS
from loopledger.read.lexicon.roles import GENERIC, ORGANISATION_NOUNS, PLURAL_GROUPS, SIDES, TRADES, WORKS
from loopledger.read.quantities import FigureKind
from loopledger.read.world import compounds
from loopledger.records import Role

__all__ = ["Resolver"]

_UNITS = words("unit arm division business subsidiary affiliate segment entity operation company side group")
_VEHICLES = words(
    "platform venture joint-venture jv vehicle spv partnership consortium project development scheme trust"
)
_ORDINALS = words(
    "new second first third another other same fellow future newly planned existing separate future own"
    " latest current joint-owned"
)  # fmt: skip
#: Adjectives with which several nameless parties make a promise: "existing shareholders add $5 million".
_UNNAMED = words(
    "other existing outside new further unnamed institutional qualified private bond retail certain various"
    " remaining current early"
)
_MANY = words("investors shareholders lenders banks backers buyers owners holders funds")
#: Too general to stand for one nameless party: "a first for a firm that".
_ANYBODY = words("company firm group business party entity operator organisation organization")
#: Nobody in particular: "the median firm", "the average customer".
_NOBODY = words("median average typical usual ordinary hypothetical")
_STATES = words("government ministry department agency state")
_GROUPS = _UNITS | words(
    "consortium syndicate club fund funds vehicle venture government ministry department agency"
)


#: Several who act together, some of them named after.
_GATHERED = words(
    "syndicate consortium group club team alliance bank lender investor fund backer shareholder partner"
)


class Resolver:
    """Finds the organisation behind a noun phrase.

    Parameters
    ----------
    discourse : Discourse
    """

    def __init__(self, discourse: Discourse) -> None:
        self._discourse = discourse
        self.sentence = 0
        self.subjects: list[list[Entity]] = []
        self.objects: list[list[Entity]] = []  # counterparties of this sentence's events so far
        self.label: NounPhrase | None = None  # "X: has paid ..."
        self.items: list[Item] = []  # of this sentence, for "to it" after "the cloud company"
        self._names: list[tuple[int, Entity]] = []
        self._at = 0
        self.only_looking = False  # a second reader asks: nothing is noted as mentioned

    def start(self, sentence: int, names: list[tuple[int, Entity]]) -> None:
        """Begin a new sentence; ``names`` are the organisations it names, by their place."""
        self.sentence = sentence
        self.subjects, self.objects, self.items = [], [], []
        self.label = None
        self._names = names

    def resolve(self, np: NounPhrase | None, exclude: Collection[Entity] = ()) -> list[Entity]:
        """Return the organisations that a phrase stands for; none if it stands for no organisation.

        Parameters
        ----------
        np : NounPhrase or None
        exclude : collection of Entity
            Those that cannot be meant, such as the subject when the phrase is the object.
        """
        if np is None:
            return []
        if np.resolved is None or (
            exclude and any(e in exclude for e in np.resolved) and not np.entity and not np.parts
        ):
            np.resolved = self._resolve(np, exclude)
            if not self.only_looking:
                self._discourse.mention(np.resolved, self.sentence)
        return np.resolved

    def _resolve(self, np: NounPhrase, exclude: Collection[Entity]) -> list[Entity]:
        self._at = np.start
        if np.head in ("latter", "former") and len(np.words) == 1:
            named = list(dict.fromkeys(e for at, e in reversed(self._names) if at < np.start))
            named += [
                e
                for e in sorted(self._discourse.active, key=lambda e: -e.last)
                if e.last >= 0 and e not in named
            ]
            pair = named[:2]
            return [pair[0 if np.head == "latter" else 1]] if len(pair) == 2 else []
        named_after = (
            self._members_named(np) if np.entity is None and not np.parts and not np.pronoun else None
        )
        if named_after is not None:
            return self.resolve(named_after, exclude)
        if np.parts:
            found: list[Entity] = []
            for part in np.parts:
                found += [e for e in self.resolve(part, exclude) if e not in found]
            if not self.only_looking:
                self._discourse.groups.append(found)
            return found
        if np.entity is not None:
            return [np.entity]
        if np.pronoun:
            return self._pronoun(np.pronoun, exclude)
        if np.head == "person" and np.possessor is not None:
            return []
        if np.head not in ORGANISATION_NOUNS and np.head not in _VEHICLES:
            n = _group_size(np)
            return self._group(n, exclude) if n and not np.words else []
        return self._described(np, exclude)

    def _members_named(self, np: NounPhrase) -> NounPhrase | None:
        """Return who is named after a group: "a syndicate *led by X and Y*", "banks *including X*"."""
        j = next((k for k, item in enumerate(self.items) if item is np), -1) + 1
        if not j or np.head not in _GATHERED:
            return None
        inner = self.items[j + 1] if j + 1 < len(self.items) and word_of(self.items[j]) == "of" else None
        if isinstance(inner, NounPhrase) and inner.entity is None and inner.head in _GATHERED:
            j += 2  # "a group of banks led by X"
        j += j < len(self.items) and self.items[j].tag is Tag.COMMA
        row = self.items[j : j + 3]
        led = (
            len(row) > 2 and isinstance(row[0], VerbGroup) and row[0].is_bare and row[0].lemma == "lead"
            and word_of(row[1]) == "by"
        )  # fmt: skip
        if not led and not (row and word_of(row[0]) in ("including", "comprising")):
            return None
        member = row[2] if led else row[1] if len(row) > 1 else None
        named = isinstance(member, NounPhrase) and (member.entity is not None or bool(member.parts))
        return member if named and isinstance(member, NounPhrase) else None

    # -- pronouns and groups ----------------------------------------------------------------------

    def _pronoun(self, word: str, exclude: Collection[Entity]) -> list[Entity]:  # noqa: C901  (one branch for each construction)
        if word in ("we", "us", "ourselves"):
            own = self._discourse.defined.get("we") or self._discourse.defined.get("company")
            own = own or self._discourse.speaker
            return [own] if own not in exclude else []
        if word == "it" and exclude:
            found = self._parallel(exclude)
            if found:
                return found
        if word in ("it", "itself"):
            for subject in reversed(self.subjects):
                if len(subject) == 1 and subject[0] not in exclude:
                    return subject
            if self.label is not None and self.label.entity is not None and self.label.entity not in exclude:
                return [self.label.entity]
            if len(self._discourse.topic) == 1 and self._discourse.topic[0] not in exclude:
                return list(self._discourse.topic)
            return self._salient(exclude)
        if word in ("they", "them", "both"):
            for subject in [*reversed(self.subjects), self._discourse.topic]:
                if len(subject) > 1:
                    return list(subject)
            return self._group(2, exclude) if word != "them" else []
        return []

    def _parallel(self, exclude: Collection[Entity]) -> list[Entity]:
        """Read "X invests in Y, and Z invests in *it*": the object of the clause before, not a subject."""
        for found in reversed(self.objects):
            if len(found) == 1 and found[0] not in exclude:
                return found
        if any(len(s) == 1 and s[0] not in exclude for s in self.subjects):
            return []
        phrases = [np for np in self.items if isinstance(np, NounPhrase)]
        for np in (x for phrase in reversed(phrases) for x in (phrase, phrase.possessor) if x is not None):
            if np.start >= self._at or np.pronoun or np.parts or not is_party(np):
                continue
            found = self.resolve(np, exclude)
            if len(found) == 1 and found[0] not in exclude:
                return found
        return []

    def _salient(self, exclude: Collection[Entity]) -> list[Entity]:
        candidates = [
            e
            for e in self._discourse.active
            if e not in exclude and e.last >= 0 and (not e.placeholder or e.last >= self.sentence - 1)
        ]
        return (
            [max(candidates, key=lambda e: (max(e.last, e.as_subject + 0.5), e.n_mentions))]
            if candidates
            else []
        )

    def _group(self, n: int, exclude: Collection[Entity]) -> list[Entity]:
        """Return the last ``n`` parties spoken of together, or the last ``n`` spoken of."""
        for group in [
            *reversed(self.subjects),
            *reversed(self._discourse.groups[-4:]),
            self._discourse.topic,
        ]:
            if len(group) == n and not any(e in exclude for e in group):
                return list(group)
        recent = [
            e
            for e in self._discourse.active
            if e.last >= 0 and e not in exclude and e.n_mentions and not e.placeholder
        ]
        recent.sort(key=lambda e: (e.last, e.n_mentions), reverse=True)
        chosen = recent[:n]
        return [e for e in self._discourse.active if e in chosen] if len(chosen) == n else []

    # -- descriptions -----------------------------------------------------------------------------

    def _described(self, np: NounPhrase, exclude: Collection[Entity]) -> list[Entity]:  # noqa: C901  (one branch for each construction)
        defined = (
            self._discourse.defined.get(np.head)
            if np.determiner in ("the", "'s", "") or np.possessor
            else None
        )
        if defined is None and self._is_speaker(np):
            return [self._discourse.speaker]  # a filing that tells its name later
        if defined is not None and (np.is_capitalised or len(np.words) == 1) and np.possessor is None:
            return [defined]
        if _NOBODY & set(np.words):
            return []
        named = self._by_name(np)
        if named:
            return named
        if (
            np.head in _UNITS
            and np.possessor is None
            and any(n.is_place for n in np.names)
            and np.is_definite
        ):
            return []
        if np.possessor is not None and np.head in _UNITS and not np.possessor.is_person:
            return self.resolve(np.possessor, ())
        if np.possessor is not None and np.possessor.is_person and np.head in GENERIC:
            topic = self._discourse.topic
            return list(topic) if len(topic) == 1 and topic[0] not in exclude else self._salient(exclude)
        whose = np.possessor
        if (
            whose is not None
            and whose.entity is None
            and whose.names
            and all(n.is_place for n in whose.names)
        ):
            return self._of_place(np, whose.names[-1].text, exclude)
        if np.is_plural and (np.head + "s" in PLURAL_GROUPS or np.words[-1] in PLURAL_GROUPS):
            return self._plural(np, exclude)
        if np.is_definite:
            return self._definite(np, exclude)
        return self._indefinite(np)

    def _is_speaker(self, np: NounPhrase) -> bool:
        """Whether "the Company" stands where nobody has been named yet."""
        if np.head != "company" or not np.is_capitalised or len(np.words) > 1 or np.names:
            return False
        return np.determiner in ("the", "'s") and not any(at < np.start for at, _ in self._names)

    def _of_place(self, np: NounPhrase, place: str, exclude: Collection[Entity]) -> list[Entity]:
        """Read "Norway's sovereign fund": whoever was called so, else somebody without a name."""
        description = compounds(np.words)
        called = [
            e for e in self._discourse.active
            if e not in exclude and e.last >= 0 and e.fits(description, np.head) > 0
        ]  # fmt: skip
        if called:
            return self._definite(np, exclude)
        return [self._discourse.placeholder(f"{place}'s {' '.join(np.words)}")] if np.words else []

    def _by_name(self, np: NounPhrase) -> list[Entity]:
        """Read "The ChatGPT maker", "Blue Owl funds", "the FSP insurance fund"."""
        names = [n for n in np.names if not n.is_place and not n.is_person]
        if not names:
            return []
        name: Name = names[-1]
        if name.known is not None and (name.is_product or np.head in _GROUPS):
            return [self._discourse.known(name.known)]
        if np.head in _GROUPS and not name.is_possessive:
            return [self._discourse.named(name.text)]
        return []

    def _plural(self, np: NounPhrase, exclude: Collection[Entity]) -> list[Entity]:
        if not (np.is_definite or np.determiner == "both"):
            unnamed = set(np.words[:-1]) & _UNNAMED and np.words[-1] in _MANY
            return [self._discourse.placeholder(" ".join(np.words))] if unnamed else []
        n = _group_size(np) or 2
        return self._group(n, exclude)

    def _definite(self, np: NounPhrase, exclude: Collection[Entity]) -> list[Entity]:
        description = compounds([*(n.text.lower() for n in np.names), *np.words])
        best: Entity | None = None
        best_score = 0.0
        for entity in self._discourse.active:
            if entity in exclude or (entity.last < 0 and not self._named_before(entity)):
                continue
            fits = entity.fits(description, np.head)
            vehicle = np.head in _VEHICLES
            if np.head in _STATES and np.head not in entity.traits and np.head not in entity.name.lower():
                continue
            if vehicle and not (
                entity.placeholder or (entity.known and entity.known.role is Role.SPV) or fits > 2
            ):
                continue
            if fits <= 0 and (entity.placeholder or np.head in WORKS):
                continue
            score = 2.0 * fits + self._salience(entity)
            score += 8.0 * (np.is_capitalised and entity.name.lower().endswith(np.head))  # "the Fund"
            if entity is self._discourse.protagonist and np.head in (
                "company",
                "group",
                "firm",
                "business",
                "corporation",
            ):
                score += 2.2 if not self.subjects else 1.6
            if self._named_before(entity) and not any(entity in subject for subject in self.subjects):
                score += 1.5
            generic = np.head in GENERIC or np.head in SIDES or np.head in TRADES
            if (fits > 0 or (generic and fits >= 0)) and (best is None or score > best_score):
                best, best_score = entity, score
        if best is not None:
            return [best]
        return self._indefinite(np) if np.head in _VEHICLES | _STATES else []

    def _salience(self, entity: Entity) -> float:
        distance = 0 if self._named_before(entity) else min(6, self.sentence - entity.last)
        score = -0.8 * distance + 0.15 * min(entity.n_mentions, 6)
        if entity in self._discourse.topic:
            score += 1.2
        if any(entity in subject for subject in self.subjects):
            score += 0.8
        return score

    def _named_before(self, entity: Entity) -> bool:
        return any(e is entity and at < self._at for at, e in self._names)

    def _indefinite(self, np: NounPhrase) -> list[Entity]:
        """Return an organisation that is described but not named: "a third-party hosting provider"."""
        if np.is_plural and np.head not in ("lender", "investor"):
            return []
        places = [n.text for n in np.names if not n.is_possessive]
        words = [w for w in np.words if w not in _ORDINALS and w != "special"] or np.words
        if np.head in _STATES and words[0] in DEMONYMS:
            words = [words[0].capitalize(), *words[1:]]
        if np.head in _VEHICLES and "special" in np.words:
            words = np.words
        phrase = " ".join([*places, *words])
        if words == [np.head] and np.head in _ANYBODY:
            return []
        return [self._discourse.placeholder(phrase)] if words else []


def _group_size(np: NounPhrase) -> int:
    """Return two for "the two companies", "the pair"; zero when no number is given."""
    if np.determiner not in ("the", "these", "those", "all", "both", "'s", "its"):
        return 0
    words = set(np.words)
    if "pair" in words or "duo" in words or np.determiner == "both" or "both" in words:
        return 2
    if "trio" in words:
        return 3
    for figure in np.figures:
        if (
            figure.kind is FigureKind.COUNT
            and figure.count is not None
            and 2 <= figure.count <= 6
            and not figure.scaled
        ):
            return int(figure.count)
    return 0
