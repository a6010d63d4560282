"""From clauses to events: verbs and their nouns, filled with parties and figures."""

from __future__ import annotations

from loopledger.read.claims import note_asides, release
from loopledger.read.clauses import Clauses, Dependents
from loopledger.read.content import noun_class
from loopledger.read.discourse import Discourse
from loopledger.read.doers import bare_other, doers, joint_before, relative_other, unnamed
from loopledger.read.events import Event
from loopledger.read.items import Item, NounPhrase, Tag, VerbGroup, is_party, word_of
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nominals import LIGHT_VERBS, NOMINALS
from loopledger.read.lexicon.nouns import FUNDABLE, NounClass
from loopledger.read.lexicon.verbs import CONTROL, FRAMES, Act, Frame
from loopledger.read.lists import for_each, with_lists
from loopledger.read.measures import claim_figures, tail
from loopledger.read.nounevents import noun_events
from loopledger.read.patients import is_participle, patient_of, sum_subject
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence
from loopledger.read.senses import choose_sense, is_exercise, is_promise, only_sizes, settle_sense
from loopledger.read.turns import (
    TURNS,
    claim_minimum,
    join_agreed,
    join_participles,
    join_purposes,
    join_sums,
    note_funded,
)

__all__ = ["SentenceFrames"]

#: Prepositions of phrases that do not say what is promised.
_ASIDE = frozenset({"including", "excluding", "despite", "without", "besides"})


def _note_rights(items: list[Item]) -> None:
    """Take "the right to buy up to 5 million shares" for a warrant."""
    for i, right in enumerate(items[:-2]):
        verb, shares = items[i + 1], items[i + 2]
        buys = (
            isinstance(verb, VerbGroup)
            and verb.is_infinitive
            and verb.lemma in ("buy", "purchase", "acquire")
        )
        if not (buys and isinstance(right, NounPhrase) and right.head in ("right", "option")):
            continue
        counts = isinstance(shares, NounPhrase) and any(f.kind is FigureKind.COUNT for f in shares.figures)
        of_it = items[i + 4] if i + 4 < len(items) and word_of(items[i + 3]) == "of" else None
        if counts and "share" in (getattr(shares, "head", ""), getattr(of_it, "head", "")):
            right.head, right.is_classified = "warrant", False


#: What makes a financing a round of shares.
_ROUNDS = frozenset({"series", "seed", "equity", "venture", "growth"})


class SentenceFrames:
    """The events of one sentence.

    Parameters
    ----------
    sentence : Sentence
    items : list of Item
        As :func:`loopledger.read.clauses.join_parties` left them.
    discourse : Discourse
    resolver : Resolver
    """

    def __init__(
        self, sentence: Sentence, items: list[Item], discourse: Discourse, resolver: Resolver
    ) -> None:
        self.sentence, self.items = sentence, items
        self.discourse, self.resolver = discourse, resolver
        self.clauses = Clauses(items)
        self.funded: dict[int, NounPhrase] = {}  # nouns of money : what it funds
        self.used: set[int] = set()  # ids of noun phrases that an event took as content
        self.claimed: set[int] = set()  # ids of figures
        self.unclaimed: list[tuple[NounPhrase, Figure]] = []
        resolver.items = items
        _note_rights(items)
        note_asides(self)

    def go(self) -> list[Event]:
        """Return the events, in order; figures nobody claimed are then in ``unclaimed``."""
        events: list[Event] = []
        for i in self.clauses.verbs():
            self._note_subject(i)
            event = self._verb_event(i)
            if event is not None:
                events.append(event)
        events += noun_events(self, events)
        events.sort(key=lambda e: e.item)
        join_purposes(self, events)
        join_agreed(self, events)
        join_participles(events)
        join_sums(self, events)
        events = with_lists(self, events)
        events = [copy for event in events for copy in for_each(self, event)]
        claim_minimum(self, events)
        for item in self.items:
            if isinstance(item, NounPhrase):
                self.unclaimed += [
                    (item, f) for f in item.figures if f.is_quantity and id(f) not in self.claimed
                ]
        return events

    # -- verbs ------------------------------------------------------------------------------------

    def _note_subject(self, i: int) -> None:
        vg = self.clauses.verb(i)
        if not vg.is_finite:
            return
        subject = self.clauses.subject(i)
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        described = subject is not None and subject.entity is None and not subject.pronoun
        named = following.entity if isinstance(following, NounPhrase) else None
        if vg.lemma == "be" and subject is not None and described and named is not None:
            subject.resolved = [named]  # "its landlord is X"
            return
        if subject is not None and is_party(subject):
            found = self.resolver.resolve(subject)
            if found and (not self.resolver.subjects or self.resolver.subjects[-1] != found):
                self.resolver.subjects.append(found)
                self.discourse.mention(found, self.sentence.index, subject=True)

    def _frame(self, i: int, deps: Dependents) -> tuple[Frame, str] | None:  # noqa: C901  (one branch for each construction)
        """Return the frame of a verb, or of the noun that a light verb leaves the meaning to."""
        vg = self.clauses.verb(i)
        frame = FRAMES.get(vg.lemma) or FRAMES.get(vg.lemma.partition("+")[0])
        objects = [np for np in deps.objects if not is_party(np)] or deps.objects
        if vg.lemma == "make" and any(f.is_quantity for np in objects for f in np.figures):
            rest = self.sentence.text[vg.end : self.items[min(deps.end, len(self.items)) - 1].end]
            if " available " in rest:  # "make $5 million of debt available to Y"
                return FRAMES["make+available"], "make available"
        booked = [
            np for p, np, _ in deps.phrases[:1] if p == "of" and np.head in ("order", "contract", "business")
        ]
        if vg.lemma == "book" and booked:
            return FRAMES["win"], "book"  # "has booked $5 million of orders from Y"
        if vg.lemma in LIGHT_VERBS or (vg.lemma == "make" and objects):
            filled = [
                np for p, np, _ in deps.phrases[:1] if p == "of" and objects and objects[0].figure is not None
            ]
            for np in [*objects, *filled]:
                noun = self.nominal_frame(np)
                if np.head == "debt" and vg.lemma in ("have", "hold"):
                    noun = None  # "it has $5 million of debt" is its balance
                if np.head == "order" and vg.lemma in ("take", "book") and not vg.is_passive:
                    return FRAMES["win"], vg.lemma  # who takes an order sells
                if np.head == "subscription" and vg.lemma in ("renew", "extend", "cancel"):
                    noun = NOMINALS["purchase"]
                if noun is not None:
                    self.used.add(id(np))
                    return noun, f"{vg.lemma} {np.head}"
            if vg.is_passive:
                return self._placed(i, deps)
        if frame is not None and frame.act is Act.ISSUE:
            noun = next(
                (n for np in objects if (n := self.nominal_frame(np)) and n.act is Act.GUARANTEE), None
            )
            if any(np.head == "order" for np in objects) and any(p == "to" for p, _, _ in deps.phrases):
                return FRAMES["award"], f"{vg.lemma} order"  # "has placed an order to Y"
            frame = noun or frame  # "has issued a guarantee in favour of Y"
        return (frame, vg.lemma) if frame is not None else None

    def _placed(self, i: int, deps: Dependents) -> tuple[Frame, str] | None:
        """Return the frame of "an order was placed by X with Y"."""
        subject = self.clauses.subject(i)
        noun = self.nominal_frame(subject) if subject is not None else None
        if subject is None or noun is None or not any(p == "by" for p, _, _ in deps.phrases):
            return None
        self.used.add(id(subject))
        return noun, f"{self.clauses.verb(i).lemma} {subject.head}"

    def nominal_frame(self, np: NounPhrase) -> Frame | None:
        """Return the frame of the verb that a noun stands for, if it does."""
        frame = NOMINALS.get(np.head) if np.words[-1:] != ["sales"] else None
        raised = np.head in ("financing", "funding", "raise") or len(np.head) == 1
        if raised and _ROUNDS & set(np.words[:-1]):
            return NOMINALS["round"]  # "a $5 million Series B financing", "its Series E"
        if frame is not None and frame.act is Act.SIGN:
            kind = noun_class(np)
            if kind is NounClass.LEASE:
                return NOMINALS["lease"]
        return frame

    def _delegates(self, i: int) -> bool:
        """Whether a control verb leaves the promise to its infinitive: "agreed to buy"."""
        vg = self.clauses.verb(i)
        base = vg.lemma.partition("+")[0]
        if base not in CONTROL and base not in ("contract", "commit"):
            return False
        for j in range(i + 1, len(self.items)):
            item = self.items[j]
            if isinstance(item, VerbGroup):
                return item.is_infinitive or (
                    item.is_bare and item.form is Form.GERUND and self.items[j - 1].tag is Tag.PREP
                )
            if isinstance(item, NounPhrase) and any(f.is_quantity for f in item.figures):
                return False
            if item.tag in (Tag.STOP, Tag.REL):
                return False
        return False

    def _verb_event(self, i: int) -> Event | None:
        deps = self.clauses.dependents(i)
        if self._delegates(i) or is_exercise(self, i):
            return None
        if note_funded(self, i, deps):
            return None
        turn = next((e for turn in TURNS if (e := turn(self, i, deps)) is not None), None)
        if turn is not None:
            return turn
        chosen = self._frame(i, deps)
        subject = self.clauses.subject(i)
        if chosen is None or only_sizes(chosen, subject):
            return None
        event = self._started(i, deps, chosen)
        choose_sense(event, deps)
        passive = self._is_passive(event, subject)
        patient = patient_of(self, event, deps, subject, passive=passive)
        if passive:
            self._passive(event, deps, patient)
        else:
            self._active(event, deps, subject)
            if patient is not None and patient.entity is not None:
                event.targets = [patient.entity]  # "Y, which X is buying"
            elif patient is not None:
                event.content.append(patient)
                if noun_class(patient) is None:  # "$5 million of debt that X is providing"
                    event.content += [
                        np for p, np, _ in tail(self, patient)[:1] if p == "of" and not is_party(np)
                    ]
        self.set_span(event, i, deps, subject)
        claim_figures(self, event, deps, patient or (subject if passive else sum_subject(deps, subject)))
        if not is_promise(event):
            release(self, event)
            return None
        settle_sense(self, event, passive=passive)
        return event

    def _started(self, i: int, deps: Dependents, chosen: tuple[Frame, str]) -> Event:
        vg = self.clauses.verb(i)
        frame, trigger = chosen
        event = Event(sentence=self.sentence, frame=frame, trigger=trigger, item=i, last=deps.end - 1)
        event.said = self.sentence.text[vg.start : vg.end]
        event.modal, event.is_negated = self.modality(i)
        event.is_past, event.is_perfect = vg.is_past, vg.is_perfect
        event.is_present = vg.is_bare and vg.form is Form.THIRD and not self.sentence.is_heading
        return event

    def _is_passive(self, event: Event, subject: NounPhrase | None) -> bool:
        """Whether the subject is what the verb is done to; "X is committed to Y" is active in meaning."""
        vg = self.clauses.verb(event.item)
        if vg.is_passive:
            committed = event.act is Act.COMMIT and subject is not None and is_party(subject)
            return not committed or event.trigger in ("promise", "pledge")
        participle = vg.is_bare and vg.form in (Form.PAST, Form.PARTICIPLE)
        return participle and self.clauses.is_reduced(event.item) and is_participle(self, event.item)

    def modality(self, i: int) -> tuple[str, bool]:
        """Return the weakest modal verb and any negation among a verb and those that govern it."""
        vg = self.clauses.verb(i)
        modal, negated = vg.modal, vg.is_negated
        k = i
        while self.clauses.verb(k).is_infinitive:
            above = [j for j in self.clauses.verbs() if j < k]
            if not above:
                break
            k = above[-1]
            outer = self.clauses.verb(k)
            negated |= outer.is_negated or outer.lemma in ("refuse", "decline", "fail", "deny")
            modal = outer.modal if outer.modal in ("may", "might", "could", "would") else modal
        return modal, negated or modal == "cannot"

    def _active(self, event: Event, deps: Dependents, subject: NounPhrase | None) -> None:
        event.doer = doers(self, subject)
        event.unnamed = unnamed(subject) if not event.doer else 0
        joint = joint_before(self, event)
        for np in joint:
            event.doer = event.doer + [e for e in self.resolver.resolve(np) if e not in event.doer]
        objects = list(deps.objects)
        if event.frame.bare or event.frame.act == Act.PAY or (" " in event.trigger and len(objects) > 1):
            objects = bare_other(self, event, objects, deps)
        relative_other(self, event)
        event.content = objects
        for np in objects:
            if is_party(np) and not event.targets:
                event.targets = [e for e in self.resolver.resolve(np, event.doer) if e not in event.doer]
        self.fill_phrases(event, deps)

    def _passive(self, event: Event, deps: Dependents, patient: NounPhrase | None) -> None:
        for preposition, np, _ in deps.phrases:
            if preposition == "by" and not event.doer:
                event.doer = self.resolver.resolve(np)
        if patient is not None:
            for preposition, np, _ in tail(self, patient):
                if is_party(np) and preposition in ("of", "in"):
                    event.links.append((preposition, self.resolver.resolve(np, event.doer)))
            if (
                is_party(patient)
                and (event.frame.bare or event.frame.act in (Act.ACQUIRE, Act.COMMIT))
                and noun_class(patient) is None
            ):
                event.other = self.resolver.resolve(patient)
            event.content = [patient]
        event.content += [np for np in deps.objects if not is_party(np)]
        before = self.items[event.item - 1] if event.item else None
        if not event.doer and before is not None and before.tag is Tag.COMMA:
            owner = next((k for k in range(event.item - 1, -1, -1) if self.items[k].tag is Tag.VG), None)
            subject = self.clauses.subject(owner) if owner is not None else None
            event.doer = self.resolver.resolve(subject) if subject is not None and is_party(subject) else []
        self.fill_phrases(event, deps)

    def fill_phrases(self, event: Event, deps: Dependents) -> None:  # noqa: C901  (one branch for each construction)
        """Fill the counterparty and the content from prepositional phrases."""
        frame = event.frame
        for preposition, np, index in deps.phrases:
            favour = preposition == "of" and getattr(self.items[index - 2], "head", "") in ("favour", "favor")
            if favour and is_party(np):  # "a guarantee in favour of Y"
                event.other = self.resolver.resolve(np, event.doer)
                continue
            if np.pronoun == "it" and preposition == "for" and frame.act is Act.PAY:
                event.content.append(np)  # "pays $5 million for it"
                continue
            inner = self.inner_verb(event.item, index) or self._after_participle(event.item, index)
            funded = frame.act is Act.INVEST and np.head in FUNDABLE and not np.figures
            if preposition in frame.other and (is_party(np) or funded) and not event.other and not inner:
                found = [e for e in self.resolver.resolve(np, event.doer) if e not in event.doer]
                if found and self._may_be_other(event, np, preposition):
                    event.other = found
                    self.resolver.objects.append(found)
                    event.rules.append(f"other:{preposition}")
                    continue
            if np.possessor is not None and not np.possessor.resolved and is_party(np.possessor):
                self.resolver.resolve(np.possessor, event.doer)
            if preposition == "in" and np.head == "advance":
                continue
            exchanged = preposition == "for" and getattr(self.items[index - 2], "head", "") in (
                "exchange",
                "return",
            )
            priced = preposition == "for" and frame.act in (Act.GET, Act.GIVE) and self._is_sum(deps)
            if exchanged or priced:
                event.exchanged = noun_class(np)
                exchanged = exchanged or event.exchanged in (NounClass.SHARES, NounClass.EQUITY)
            if not is_party(np) and not np.is_time and not exchanged and preposition not in _ASIDE:
                event.content.append(np)
            elif is_party(np) and not inner:
                found = [e for e in self.resolver.resolve(np, event.doer) if e not in event.doer]
                if found:
                    event.links.append((preposition, found))

    @staticmethod
    def _is_sum(deps: Dependents) -> bool:
        """Whether the object is a bare sum of money: "gets *$5 million* for new shares"."""
        figure = deps.objects[0].figure if deps.objects else None
        return figure is not None and figure.kind is FigureKind.MONEY

    def _may_be_other(self, event: Event, np: NounPhrase, preposition: str) -> bool:
        if np.entity is not None and np.entity.known is None and preposition in ("at", "on"):
            return False
        return not (preposition == "for" and event.act is Act.COMMIT)

    def inner_verb(self, i: int, index: int) -> bool:
        """Whether a phrase stands behind another framed verb, which has the first claim."""
        for j in range(i + 1, index):
            item, following = self.items[j], self.items[j + 1]
            apart = self.items[j - 1].tag is Tag.COMMA and word_of(following) == "by"
            if isinstance(item, VerbGroup) and item.is_bare and apart and item.lemma in ("finance", "fund"):
                return True  # "is buying chips, financed by a loan from Z"
            if isinstance(item, VerbGroup) and not (item.is_bare and item.form is Form.PAST):
                cheque = item.lemma == "write" and getattr(following, "head", "") in NOMINALS
                if item.lemma in FRAMES or cheque:
                    return True
        return False

    def _after_participle(self, i: int, index: int) -> bool:
        """Whether a phrase hangs on a participle: "a campus leased *from X*", "funds managed *by Y*"."""
        before = self.items[index - 2] if index - 2 > i else None
        return (
            isinstance(before, VerbGroup) and before.is_bare and before.form in (Form.PAST, Form.PARTICIPLE)
        )

    def set_span(self, event: Event, i: int, deps: Dependents, subject: NounPhrase | None) -> None:
        """Note the words that an event rests on: from its subject to the last phrase of its clause."""
        start = (
            subject.start
            if subject is not None and subject.start < self.items[i].start
            else self.items[i].start
        )
        event.start, event.end = (
            start,
            max(self.items[min(deps.end, len(self.items)) - 1].end, self.items[i].end),
        )
