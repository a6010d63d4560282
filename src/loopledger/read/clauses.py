"""Who does what to whom: subjects, objects and prepositional phrases of verb groups."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopledger.read.items import Item, NounPhrase, Tag, VerbGroup, is_party, word_of
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.verbs import OBJECT_CONTROL, SIZING

__all__ = ["Clauses", "Dependents"]

#: Between a deal and those it is made with.
_PARTNERS = frozenset({"with", "from", "between", "to", "for", "by"})


#: Before an object and an infinitive, the object does what is expected.
_EXPECTING = frozenset(
    {"expect", "want", "need", "see", "estimate", "project", "forecast", "believe", "get", "require"}
)


@dataclass(slots=True)
class Dependents:
    """What stands to the right of a verb or noun and belongs to it.

    Parameters
    ----------
    objects : list of NounPhrase
        Bare phrases: one, or two for "lends Y $5 million".
    phrases : list of tuple
        Preposition, phrase and number of the phrase's item.
    end : int
        Number of the item after the last one that belongs here.
    """

    objects: list[NounPhrase] = field(default_factory=list)
    phrases: list[tuple[str, NounPhrase, int]] = field(default_factory=list)
    end: int = 0


class Clauses:
    """The grammar of one sentence.

    Parameters
    ----------
    items : list of Item
        As :func:`join_parties` left them.
    """

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self._subjects: dict[int, NounPhrase | None] = {}

    def verbs(self) -> list[int]:
        """Return the numbers of the verb groups."""
        return [i for i, item in enumerate(self.items) if item.tag is Tag.VG]

    def verb(self, i: int) -> VerbGroup:
        """Return a verb group by number."""
        item = self.items[i]
        assert isinstance(item, VerbGroup)  # noqa: S101  (numbers come from verbs())
        return item

    # -- subjects ---------------------------------------------------------------------------------

    def subject(self, i: int) -> NounPhrase | None:
        """Return the subject of a verb group: of the active voice the doer, of the passive the patient."""
        if i not in self._subjects:
            self._subjects[i] = None  # a cycle ends here
            self._subjects[i] = self._find_subject(i)
        return self._subjects[i]

    def _find_subject(self, i: int) -> NounPhrase | None:
        vg = self.verb(i)
        if vg.is_infinitive:
            return self._controller(i)
        before = self.items[i - 1] if i else None
        if vg.is_bare and vg.form is Form.GERUND:
            return self._gerund_subject(i, before)
        if before is None:
            return self._following_subject(i) if vg.is_bare else None
        if before.tag is Tag.CC or (before.tag is Tag.ADV and i > 1):
            return self._coordinated(i)
        if before.tag is Tag.REL:
            return self.antecedent(i - 1)
        label = self.items[0]
        if i == 2 and word_of(before) == ":" and isinstance(label, NounPhrase) and label.entity is not None:
            return label  # "X: has paid $5 million"
        return self._left_subject(i - 1)

    def _left_subject(self, j: int) -> NounPhrase | None:  # noqa: C901  (one branch for each construction)
        """Walk left from a finite verb, over apposition, relative clauses and prepositional phrases."""
        items = self.items
        if j >= 0 and items[j].tag is Tag.COMMA:
            opening = self._opening_comma(j)
            if opening is None:
                return self._coordinated(j + 1)
            j = opening - 1
        if j >= 0 and items[j].tag is Tag.CLOSE:
            while j >= 0 and items[j].tag is not Tag.OPEN:
                j -= 1
            j -= 1
        first: NounPhrase | None = None
        while j >= 0:
            item = items[j]
            if isinstance(item, NounPhrase):
                if item.is_time and first is None and not item.figures and j and items[j - 1].tag is Tag.NP:
                    j -= 1
                    continue
                first = item
                if j and items[j - 1].tag is Tag.PREP:
                    if word_of(items[j - 1]) in ("after", "before", "since", "until", "as", "than"):
                        return item
                    if j >= 2 and isinstance(items[j - 2], NounPhrase):
                        j -= 2
                        continue
                    return self._past_phrase(j, first)
                return item
            if item.tag is Tag.VG and first is None and self.verb(j).is_bare:
                j -= 1  # a reduced relative: "a campus leased from X opened"
                continue
            if item.tag is Tag.REL:
                return self.antecedent(j)
            return first
        return first

    def _past_phrase(self, j: int, np: NounPhrase) -> NounPhrase | None:
        """Look past a phrase with a preposition: a reduced relative clause may stand further left."""
        k = j - 2
        if (
            k >= 1
            and self.items[k].tag is Tag.VG
            and self.verb(k).is_bare
            and isinstance(self.items[k - 1], NounPhrase)
        ) and self.verb(k).form in (Form.PAST, Form.PARTICIPLE, Form.GERUND):
            return self._left_subject(k - 1)
        return np

    def _opening_comma(self, j: int) -> int | None:
        """Return the comma that opens the insertion which the comma at ``j`` closes."""
        for k in range(j - 1, 0, -1):
            tag = self.items[k].tag
            if tag is Tag.STOP:
                return None
            if tag is Tag.COMMA:
                inside = self.items[k + 1 : j]
                starts_with_np = bool(inside) and inside[0].tag is Tag.NP
                finite = [x for x in inside if isinstance(x, VerbGroup) and x.is_finite and not x.is_bare]
                if finite and starts_with_np and not any(x.tag is Tag.REL for x in inside):
                    return None
                return k
        return None

    def antecedent(self, r: int) -> NounPhrase | None:
        """Return what a relative pronoun stands for."""
        j = r - 1
        if j >= 0 and self.items[j].tag is Tag.PREP:
            j -= 1
        if j >= 0 and self.items[j].tag is Tag.COMMA:
            j -= 1
        if j >= 0 and self.items[j].tag is Tag.CLOSE:
            while j >= 0 and self.items[j].tag is not Tag.OPEN:
                j -= 1
            j -= 1
        while j >= 0 and isinstance(self.items[j], NounPhrase):
            np = self.items[j]
            if (
                isinstance(np, NounPhrase)
                and j >= 2
                and self.items[j - 2].tag is Tag.NP
                and (
                    (word_of(self.items[j - 1]) == "of" and not is_party(np))
                    or (word_of(self.items[j - 1]) in _PARTNERS and self._sizes_deal(r, j - 2))
                )
            ):
                j -= 2
                continue
            return np if isinstance(np, NounPhrase) else None
        return None

    def _sizes_deal(self, r: int, j: int) -> bool:
        """Whether a relative clause says how large a deal is: "two leases with X *that lock in* $5 million"."""
        verb, deal = self.items[r + 1] if r + 1 < len(self.items) else None, self.items[j]
        return (
            isinstance(verb, VerbGroup)
            and verb.lemma.partition("+")[0] in SIZING
            and isinstance(deal, NounPhrase)
            and deal.head in NOMINALS
        )

    def _coordinated(self, i: int) -> NounPhrase | None:
        """Return the subject of the finite verb that a verb is joined to."""
        for k in range(i - 1, -1, -1):
            if self.items[k].tag is Tag.STOP:
                return None
            if self.items[k].tag is Tag.VG and not (
                self.verb(k).is_bare and self.verb(k).form in (Form.GERUND, Form.PARTICIPLE)
            ):
                if self.items[k - 1].tag is Tag.REL and k:
                    continue
                return self.subject(k)
        return None

    def _following_subject(self, i: int) -> NounPhrase | None:
        """Return the subject of a participle that opens a sentence: "Backed by X, Y will build"."""
        for k in range(i + 1, len(self.items)):
            if (
                self.items[k].tag is Tag.COMMA
                and k + 1 < len(self.items)
                and isinstance(self.items[k + 1], NounPhrase)
            ):
                np = self.items[k + 1]
                return np if isinstance(np, NounPhrase) else None
        return None

    def _gerund_subject(self, i: int, before: Item | None) -> NounPhrase | None:
        if before is None:
            return self._following_subject(i)
        if isinstance(before, NounPhrase):
            return before
        for k in range(i - 1, -1, -1):
            item = self.items[k]
            if item.tag is Tag.STOP:
                return None
            if item.tag is Tag.VG:
                return self.subject(k)
        return None

    def _controller(self, i: int) -> NounPhrase | None:
        """Return who does an infinitive: the subject of the verb that governs it, its object, or "for X"."""
        items = self.items
        before = items[i - 1] if i else None
        if isinstance(before, NounPhrase) and i >= 2 and word_of(items[i - 2]) == "for" and is_party(before):
            return before
        if before is not None and before.tag is Tag.CC:
            return self._coordinated_infinitive(i)
        for k in range(i - 1, -1, -1):
            item = items[k]
            if item.tag is Tag.STOP:
                return None
            if isinstance(item, VerbGroup):
                following = items[k + 1]
                if (
                    item.lemma in _EXPECTING
                    and k + 2 == i
                    and isinstance(following, NounPhrase)
                    and not following.is_time
                ):
                    return following  # "expects *the contract* to bring in $5 million"
                if item.lemma.partition("+")[0] in OBJECT_CONTROL and not item.is_passive:
                    patient = self._first_object(k, i)
                    if patient is not None:
                        return patient
                return self.subject(k)
            if isinstance(item, NounPhrase) and item.possessor is not None and k == i - 1:
                return item.possessor
        return before if isinstance(before, NounPhrase) else None

    def _coordinated_infinitive(self, i: int) -> NounPhrase | None:
        for k in range(i - 1, -1, -1):
            if self.items[k].tag is Tag.VG:
                return self.subject(k)
        return None

    def _first_object(self, k: int, stop: int) -> NounPhrase | None:
        item = self.items[k + 1] if k + 1 < stop else None
        return item if isinstance(item, NounPhrase) and is_party(item) else None

    # -- what follows -----------------------------------------------------------------------------

    def dependents(self, i: int) -> Dependents:  # noqa: C901, PLR0912  (one branch for each construction)
        """Return the objects and prepositional phrases that follow a verb group or noun phrase."""
        found = Dependents(end=i + 1)
        preposition = ""
        bare_allowed = True
        j = i + 1
        items = self.items
        while j < len(items):
            item = items[j]
            if item.tag is Tag.OPEN:
                j = self._after_parenthesis(j)
                continue
            if isinstance(item, NounPhrase):
                if preposition:
                    found.phrases.append((preposition, item, j))
                    preposition = ""
                    bare_allowed = False
                elif self._is_subject_ahead(j, i):
                    break
                elif (bare_allowed and not item.is_time) or self._is_shifted(j, found):
                    found.objects.append(item)
                elif not item.is_time and not item.figures:
                    pass
            elif item.tag is Tag.PREP:
                preposition = word_of(item)
            elif isinstance(item, VerbGroup):
                if item.is_finite and not self.is_reduced(j):
                    break
                bare_allowed = False
                preposition = ""
            elif item.tag is Tag.REL:
                skip = self._after_relative(j)
                if skip is None:
                    break
                j = skip
                continue
            elif (
                word_of(item) == ":"
                and self._lists_sums(j)
                and not any(np.figure is not None for np in found.objects)
            ):
                preposition, bare_allowed = "", True
            elif item.tag in (Tag.STOP, Tag.SUB, Tag.THAT):
                break
            elif item.tag in (Tag.COMMA, Tag.CC):
                preposition = ""
                bare_allowed = bare_allowed and not found.objects
            found.end = j + 1
            j += 1
        return found

    def _is_shifted(self, j: int, found: Dependents) -> bool:
        """Whether a heavy object follows the phrase: "made available to Y *a facility of $5 million*"."""
        np, before = self.items[j], self.items[j - 1]
        if found.objects or not isinstance(np, NounPhrase) or not isinstance(before, NounPhrase):
            return False
        if np.is_time or is_party(np) or len(found.phrases) != 1 or found.phrases[0][1] is not before:
            return False
        return is_party(before) and (bool(before.pronoun) or np.determiner in ("a", "an") or bool(np.figures))

    def _lists_sums(self, j: int) -> bool:
        """Whether a colon opens a list of figures: "two facilities: $5 million for A and $7 million for B"."""
        following = self.items[j + 1] if j + 1 < len(self.items) else None
        return isinstance(following, NounPhrase) and bool(following.figures)

    def is_reduced(self, j: int) -> bool:
        """Whether a bare past form is a participle: "debt bought by X"."""
        vg = self.verb(j)
        if not vg.is_bare or vg.form not in (Form.PAST, Form.PARTICIPLE):
            return False
        following = self.items[j + 1] if j + 1 < len(self.items) else None
        return (
            following is None
            or following.tag in (Tag.PREP, Tag.COMMA, Tag.STOP, Tag.CC)
            or (isinstance(following, NounPhrase) and following.is_time)
        )

    def _is_subject_ahead(self, j: int, i: int) -> bool:
        """Whether the phrase at ``j`` is the subject of a verb of its own."""
        before = self.items[j - 1]
        if before.tag not in (Tag.CC, Tag.COMMA, Tag.NP) or j - 1 == i:
            return False
        k = j + 1
        while k < len(self.items):
            item = self.items[k]
            if isinstance(item, VerbGroup):
                return item.is_finite and not self.is_reduced(k)
            if item.tag is Tag.PREP and k + 1 < len(self.items) and self.items[k + 1].tag is Tag.NP:
                k += 2
                continue
            return False
        return False

    def _after_parenthesis(self, j: int) -> int:
        while j < len(self.items) and self.items[j].tag is not Tag.CLOSE:
            j += 1
        return j + 1

    def _after_relative(self, r: int) -> int | None:
        """Return where the sentence goes on after a relative clause closed by a comma, if it does."""
        if r == 0 or self.items[r - 1].tag is not Tag.COMMA:
            return None
        for k in range(r + 1, len(self.items)):
            if self.items[k].tag is Tag.COMMA:
                return k
            if self.items[k].tag is Tag.STOP:
                return None
        return None
