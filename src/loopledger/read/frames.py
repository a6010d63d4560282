"""From clauses to events: verbs and their nouns, filled with parties and figures."""

from __future__ import annotations

from dataclasses import replace

from loopledger.read.clauses import Clauses, Dependents, is_party
from loopledger.read.content import counted_noun, noun_class
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import Item, Mark, NounPhrase, Tag, VerbGroup
from loopledger.read.lexicon.cues import PRECEDED_BY, REVENUE_SHARE, UNITS_OF_PRICE
from loopledger.read.lexicon.inflect import Form
from loopledger.read.lexicon.nominals import LIGHT_VERBS, NOMINALS
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import SIDES
from loopledger.read.lexicon.verbs import CONTROL, FRAMES, Act, Frame, Pays
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence

__all__ = ["SIZING", "SentenceFrames"]

#: Verbs that only say how large their subject is.
SIZING = frozenset("be represent total amount equal cover include fill come run add bring reach comprise provide span carry have make mean account exceed".split())  # fmt: skip
#: Verbs with which a sum may follow "to": "lifts its backstop to $3 billion".
_RAISING = frozenset("enlarge upsize broaden deepen up top lift raise increase boost cut widen expand extend double bring take reduce amount come".split())
_MOVING = frozenset("go bind destine destined head deliver arrive allocate allocated install come follow move ship land".split())
_FUNDABLE = frozenset(["project", "development", "scheme", "venture", "vehicle", "fund", "partnership"])
_PRICES = frozenset("cost price value valuation sum fee hire rate rent consideration".split())
_AMOUNTING = frozenset("be take consist comprise represent come constitute become".split())
_SIGNED = frozenset({NounClass.DEAL, NounClass.ORDER, NounClass.LEASE, NounClass.LOAN, NounClass.GUARANTEE, NounClass.WARRANT,
                     NounClass.ACQUISITION, NounClass.EQUITY, NounClass.SERVICES, NounClass.GOODS, NounClass.POWER})  # fmt: skip
#: Roles in "X is the ... of Y" : the verb that the role stands for.
ROLE_VERBS = {
    "tenant": "rent", "lessee": "rent", "customer": "buy", "buyer": "buy", "client": "buy", "offtaker": "buy",
    "purchaser": "buy", "lender": "lend", "investor": "invest", "guarantor": "guarantee", "supplier": "supply",
    "provider": "supply", "vendor": "supply", "landlord": "let", "lessor": "let", "acquirer": "acquire",
}  # fmt: skip
_AMOUNT_PREPOSITIONS = frozenset("for at of worth in totalling under with".split())


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

    def __init__(self, sentence: Sentence, items: list[Item], discourse: Discourse, resolver: Resolver) -> None:
        self.sentence, self.items = sentence, items
        self.discourse, self.resolver = discourse, resolver
        self.clauses = Clauses(items)
        self.used: set[int] = set()  # ids of noun phrases that an event took as content
        self.claimed: set[int] = set()  # ids of figures
        self.unclaimed: list[tuple[NounPhrase, Figure]] = []
        self._asides()

    def _asides(self) -> None:
        """A sum in brackets after a sum is the same in another currency: nobody may claim it."""
        for i, item in enumerate(self.items):
            if item.tag is not Tag.OPEN or not i or i + 1 >= len(self.items):
                continue
            before, inside = self.items[i - 1], self.items[i + 1]
            if isinstance(before, NounPhrase) and isinstance(inside, NounPhrase) and before.figures:
                self.claimed |= {id(f) for f in inside.figures if f.kind is before.figures[-1].kind}

    def go(self) -> list[Event]:
        """Return the events, in order; figures nobody claimed are then in ``unclaimed``."""
        events: list[Event] = []
        for i in self.clauses.verbs():
            self._note_subject(i)
            event = self._verb_event(i)
            if event is not None:
                events.append(event)
        events += self._noun_events(events)
        events.sort(key=lambda e: e.item)
        self._purposes(events)
        events = self._lists(events)
        events = [copy for event in events for copy in self._each(event)]
        self._minimum(events)
        for item in self.items:
            if isinstance(item, NounPhrase):
                self.unclaimed += [(item, f) for f in item.figures if f.is_quantity and id(f) not in self.claimed]
        return events

    # -- verbs ------------------------------------------------------------------------------------

    def _note_subject(self, i: int) -> None:
        vg = self.clauses.verb(i)
        if not vg.is_finite:
            return
        subject = self.clauses.subject(i)
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        if vg.lemma == "be" and subject is not None and subject.entity is None and not subject.pronoun:
            if isinstance(following, NounPhrase) and following.entity is not None:
                subject.resolved = [following.entity]  # "its landlord is X"
                return
        if subject is not None and is_party(subject):
            found = self.resolver.resolve(subject)
            if found and (not self.resolver.subjects or self.resolver.subjects[-1] != found):
                self.resolver.subjects.append(found)
                self.discourse.mention(found, self.sentence.index, subject=True)

    def _frame(self, i: int, deps: Dependents) -> tuple[Frame, str] | None:
        """Return the frame of a verb, or of the noun that a light verb leaves the meaning to."""
        vg = self.clauses.verb(i)
        frame = FRAMES.get(vg.lemma) or FRAMES.get(vg.lemma.partition("+")[0])
        objects = [np for np in deps.objects if not is_party(np)] or deps.objects
        if vg.lemma in LIGHT_VERBS or (vg.lemma == "make" and objects):
            filled = [np for p, np, _ in deps.phrases[:1] if p == "of" and objects and objects[0].figure is not None]
            for np in [*objects, *filled]:
                noun = self._nominal(np, deps)
                if noun is not None:
                    self.used.add(id(np))
                    return noun, f"{vg.lemma} {np.head}"
            if vg.is_passive:
                return None
        return (frame, vg.lemma) if frame is not None else None

    def _nominal(self, np: NounPhrase, deps: Dependents) -> Frame | None:
        frame = NOMINALS.get(np.head) if np.words[-1:] != ["sales"] else None
        if frame is not None and frame.act is Act.SIGN:
            kind = noun_class(np)
            if kind is NounClass.LEASE:
                return NOMINALS["lease"]
        return frame

    def _delegates(self, i: int, deps: Dependents) -> bool:
        """Whether a control verb leaves the promise to its infinitive: "agreed to buy"."""
        vg = self.clauses.verb(i)
        base = vg.lemma.partition("+")[0]
        if base not in CONTROL and base not in ("contract", "commit"):
            return False
        for j in range(i + 1, len(self.items)):
            item = self.items[j]
            if isinstance(item, VerbGroup):
                return item.is_infinitive or (item.is_bare and item.form is Form.GERUND and self.items[j - 1].tag is Tag.PREP)
            if isinstance(item, NounPhrase) and any(f.is_quantity for f in item.figures):
                return False
            if item.tag in (Tag.STOP, Tag.REL):
                return False
        return False

    def _verb_event(self, i: int) -> Event | None:
        vg = self.clauses.verb(i)
        deps = self.clauses.dependents(i)
        if self._delegates(i, deps) or self._is_exercise(i):
            return None
        moving = self._moving_event(i, deps)
        if moving is not None:
            return moving
        role = self._role_event(i, deps) or self._sum_event(i, deps)
        if role is not None:
            return role
        chosen = self._frame(i, deps)
        if chosen is None:
            return None
        frame, trigger = chosen
        event = Event(sentence=self.sentence, frame=frame, trigger=trigger, item=i, last=deps.end - 1)
        event.modal, event.is_negated = self._modality(i)
        event.is_past, event.is_perfect = vg.is_past, vg.is_perfect
        event.is_present = vg.is_bare and vg.form is Form.THIRD and not self.sentence.is_heading
        subject = self.clauses.subject(i)
        if trigger in ("fund", "finance", "refinance"):
            if any(p in ("with", "through", "by", "from") and noun_class(np) is NounClass.LOAN for p, np, _ in deps.phrases):
                event.frame = FRAMES["borrow"]  # "will fund the purchase with a loan from X"
                deps.objects.clear()
        if frame.act is Act.LEND and " " in trigger and trigger.split()[0] not in ("make", "extend", "open", "provide"):
            partner = any(p in ("with", "from") and is_party(np) for p, np, _ in deps.phrases)
            if partner and not any(p == "to" and is_party(np) for p, np, _ in deps.phrases):
                event.frame = FRAMES["borrow"]  # "has agreed a loan with X"
        if frame.act is Act.RAISE and subject is not None and not is_party(subject) and subject.head in NOMINALS:
            return None  # "the deal will bring in $5 million" only says how large it is
        if trigger == "add" and (subject is None or not is_party(subject)):
            return None
        if vg.is_passive and event.frame.act is Act.COMMIT and subject is not None and is_party(subject):
            vg.is_passive = False  # "X is committed to Y"
        passive = vg.is_passive or (vg.is_bare and vg.form in (Form.PAST, Form.PARTICIPLE) and self.clauses._is_reduced(i)
                                    and self._is_participle(i))
        if passive:
            before = self.items[i - 1] if i else None
            patient = subject if vg.is_passive else (before if isinstance(before, NounPhrase) else self._object_before(i) or subject)
            self._passive(event, deps, patient)
        else:
            patient = self._gap(i, deps)
            self._active(event, deps, subject)
            if patient is not None:
                event.content.append(patient)
        self._span(event, i, deps, subject)
        if not passive and patient is None and subject is not None and not is_party(subject) and deps.objects:
            own = NOMINALS.get(subject.head)
            patient = subject if own is None or own.act is Act.SIGN else None  # "the first tranche of $5 million buys ..."
        self._figures(event, deps, patient if patient is not None else (subject if passive else None))
        if event.act is Act.BORROW and event.money is None and event.power is not None:
            event.frame = FRAMES["buy"]
        if event.act is Act.GUARANTEE and not event.other:
            event.other = self._first_named(i, event)
        if any(np.pronoun in ("them", "these", "those") for np in event.content) or (event.count and event.counted == "unit"):
            event.rules.append("goods meant")
        if not self._is_promise(event, trigger):
            return self._release(event)
        if not event.other and not passive:
            event.other = [e for e in self._hirer(i) if e not in event.agent]
        if trigger in ("build", "construct") and event.power is not None and not event.other:
            event.frame = FRAMES["deploy"]
        if event.frame.act is Act.RENT and not event.other:
            to = next((e for p, e in event.links if p == "to" and e), [])
            if to:
                event.frame, event.other = FRAMES["let"], to
        if event.act in (Act.SELL, Act.LET) and passive and not event.agent:
            event.agent = self._seller(event)
        part = event.act is Act.INVEST and passive and bool(event.content) and noun_class(event.content[0]) is NounClass.DEAL
        if (event.frame.act is Act.SIGN or part) and passive and not event.agent and not event.other:
            event.is_nominal = event.is_anaphoric = True  # "the contracts signed under it"
        if (event.pays is Pays.ROLES or event.act is Act.RENT) and len(event.agent) == 2 and not event.other:
            event.agent, event.other = event.agent[:1], event.agent[1:]
        return event

    def _is_promise(self, event: Event, trigger: str) -> bool:
        """Whether a verb of several meanings has the one that promises."""
        classes = set(event.classes())
        if trigger == "cover":
            return bool({NounClass.LOAN, NounClass.LEASE} & classes)
        if event.act is Act.ISSUE:
            return bool({NounClass.BOND, NounClass.WARRANT, NounClass.SHARES, NounClass.EQUITY} & classes)
        return event.act is not Act.SIGN or self._signs_something(event)

    def _release(self, event: Event) -> None:
        """Give back the figures of an event that turned out to be none."""
        self.claimed -= {id(f) for f in (event.money, event.power, event.count) if f is not None}

    def _first_named(self, i: int, event: Event) -> list[Entity]:
        """Whose debt is guaranteed: the first party named after the verb."""
        for item in self.items[i + 1 :]:
            if isinstance(item, NounPhrase):
                for np in (item.possessor, item):
                    if np is not None and np.entity is not None and np.entity not in event.agent:
                        return [np.entity]
        return []

    def _hirer(self, i: int) -> list[Entity]:
        """ "X has been hired *by Y* to build": who governs an infinitive in the passive."""
        if not self.clauses.verb(i).is_infinitive:
            return []
        above = [k for k in self.clauses.verbs() if k < i]
        if not above or not self.clauses.verb(above[-1]).is_passive:
            return []
        for preposition, np, index in self.clauses.dependents(above[-1]).phrases:
            if preposition == "by" and index < i and is_party(np):
                return self.resolver.resolve(np)
        return []

    def _seller(self, event: Event) -> list[Entity]:
        """ "Its first cluster has been sold": the owner sells."""
        for np in event.content[:1]:
            if np.possessor is not None and is_party(np.possessor):
                return self.resolver.resolve(np.possessor)
            if np.determiner in ("its", "their"):
                return self.resolver.resolve(NounPhrase(Tag.NP, np.start, np.end, pronoun="it" if np.determiner == "its" else "they"))
        return []

    def _signs_something(self, event: Event) -> bool:
        return any(c in _SIGNED for c in event.classes()) or (event.has_quantity and event.act is Act.SIGN and event.trigger != "reach")

    def _gap(self, i: int, deps: Dependents) -> NounPhrase | None:
        """Return what a relative clause is about: "the *loan* that X has agreed to provide"."""
        if deps.objects and not any(is_party(np) for np in deps.objects):
            return None
        k = i
        while self.clauses.verb(k).is_infinitive:
            above = [j for j in self.clauses.verbs() if j < k]
            if not above:
                return None
            k = above[-1]
        for j in range(k - 1, max(-1, k - 6), -1):
            item = self.items[j]
            if item.tag is Tag.REL and j < k - 1:
                found = self.clauses._antecedent(j)
                return found if found is not None and noun_class(found) is not None else None
            if item.tag not in (Tag.NP, Tag.PREP):
                return None
        return None

    def _is_exercise(self, i: int) -> bool:
        """Whether an infinitive only says what a warrant or option is for."""
        before = self.items[i - 1] if i else None
        return (
            self.clauses.verb(i).is_infinitive and isinstance(before, NounPhrase)
            and (noun_class(before) is NounClass.WARRANT or before.head in ("option", "right"))
        )  # fmt: skip

    def _role_event(self, i: int, deps: Dependents) -> Event | None:
        """ "X will be the first tenant of Y": a side of a promise, named by its role."""
        vg = self.clauses.verb(i)
        if vg.lemma not in ("be", "become") or not deps.objects:
            return None
        np = deps.objects[0]
        verb = ROLE_VERBS.get(np.head)
        subject = self.clauses.subject(i)
        if subject is not None and np.entity is not None and subject.entity is None and subject.head in SIDES:
            self.discourse.describe(np.entity, subject.words)  # "the borrower is X"
            np.entity.sides.add(SIDES[subject.head])
            return None
        if verb is None or subject is None or not is_party(subject) or np.names:
            return None
        event = Event(sentence=self.sentence, frame=FRAMES[verb], trigger=f"be {np.head}", item=i, last=len(self.items) - 1)
        event.modal, event.is_negated = self._modality(i)
        event.agent = self.resolver.resolve(subject)
        if np.possessor is not None and is_party(np.possessor):
            event.other = [e for e in self.resolver.resolve(np.possessor, event.agent) if e not in event.agent]
        self._phrases(event, deps)
        self._span(event, i, deps, subject)
        self._figures(event, deps, None)
        return event

    def _sum_event(self, i: int, deps: Dependents) -> Event | None:
        """ "$5 million takes the form of prepayments by X", "the rest is debt bought by X"."""
        vg = self.clauses.verb(i)
        subject = self.clauses.subject(i)
        if vg.lemma not in _AMOUNTING or subject is None or not subject.figures or subject.entity is not None:
            return None
        figure = subject.figures[-1]
        if not figure.is_quantity:
            return None
        for np in [*deps.objects, *(np for _, np, _ in deps.phrases)]:
            frame = NOMINALS.get(np.head)
            if frame is None:
                continue
            event = Event(sentence=self.sentence, frame=frame, trigger=np.head, item=i, last=deps.end - 1, is_nominal=True)
            event.content = [np]
            self.used.add(id(np))
            for preposition, other, _ in deps.phrases:
                if preposition in ("by", "from") and is_party(other) and not event.agent:
                    event.agent = self.resolver.resolve(other)
                elif preposition in frame.other and is_party(other) and not event.other:
                    event.other = [e for e in self.resolver.resolve(other, event.agent) if e not in event.agent]
            self._claim(event, figure, subject, "")
            self._span(event, i, deps, subject)
            return event
        return None

    def _moving_event(self, i: int, deps: Dependents) -> Event | None:
        """ "Some 12,600 chips go to Sines": a share of goods that an earlier sentence promised."""
        vg = self.clauses.verb(i)
        subject = self.clauses.subject(i)
        if vg.lemma.partition("+")[0] not in _MOVING or subject is None or is_party(subject) or not subject.figures:
            return None
        figure = subject.figures[-1]
        if figure.kind is not FigureKind.COUNT:
            return None
        event = Event(sentence=self.sentence, frame=FRAMES["supply"], trigger=vg.lemma, item=i, last=deps.end - 1, is_nominal=True)
        event.is_anaphoric = True
        event.content = [subject]
        event.count, event.counted = figure, counted_noun(subject) or "unit"
        event.rules.append("share of goods")
        self.claimed.add(id(figure))
        for preposition, np, _ in deps.phrases:
            if preposition == "by" and is_party(np):
                event.agent = self.resolver.resolve(np)
            for other in np.figures:
                if other.kind is FigureKind.POWER:
                    self._claim(event, other, np, preposition)
        self._span(event, i, deps, subject)
        return event

    def _minimum(self, events: list[Event]) -> None:
        """ "8% of what it earns, and at least $2 million a year": the minimum belongs to the share."""
        for event in events:
            if event.money is None and REVENUE_SHARE.search(self.sentence.text) and event.act in (Act.GIVE, Act.PAY):
                for item in self.items:
                    if isinstance(item, NounPhrase) and item.start > event.start:
                        for figure in item.figures:
                            if figure.kind is FigureKind.MONEY and self._claim(event, figure, item, ""):
                                event.end = max(event.end, item.end)
                return

    def _purposes(self, events: list[Event]) -> None:
        """ "Will spend $5 million to rent servers from X": the sum belongs to the purpose."""
        for first, second in zip(events, events[1:], strict=False):
            item = self.items[second.item]
            if (
                first.act in (Act.SPEND, Act.COMMIT, Act.PAY) and first.money is not None and not first.other
                and second.money is None and isinstance(item, VerbGroup) and item.is_infinitive
                and second.act in (Act.RENT, Act.BUY, Act.DEPLOY, Act.GET, Act.INVEST, Act.ACQUIRE) and second.item > first.item
            ):  # fmt: skip
                second.money, first.money = first.money, None
                second.start = min(second.start, first.start)
                second.rules.append(f"purpose of {first.trigger}")

    def _object_before(self, i: int) -> NounPhrase | None:
        """ "It owns 4% of Y, bought for $5 million": what the verb before has as object."""
        for k in range(i - 1, -1, -1):
            if self.items[k].tag is Tag.VG:
                following = self.items[k + 1]
                return following if isinstance(following, NounPhrase) and following.figures else None
        return None

    def _is_participle(self, i: int) -> bool:
        """A bare past form before a preposition: a clause's verb, if the sentence has no other."""
        before = self.items[i - 1] if i else None
        if before is not None and before.tag is Tag.COMMA:
            return self._object_before(i) is not None
        if not isinstance(before, NounPhrase) or before.entity is not None or before.pronoun:
            return False
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        if isinstance(following, Mark) and following.word == "by":
            return True
        return not is_party(before) and self.clauses.verb(i).form in (Form.PAST, Form.PARTICIPLE) and following is not None

    def _modality(self, i: int) -> tuple[str, bool]:
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
        event.agent = self._doers(subject)
        joint = self._joint_before(event)
        for np in joint:
            event.agent = event.agent + [e for e in self.resolver.resolve(np) if e not in event.agent]
        objects = list(deps.objects)
        if event.frame.bare or event.frame.act in (Act.PAY,):
            objects = self._bare_other(event, objects, deps)
        self._relative_other(event)
        event.content = objects
        for np in objects:
            if is_party(np) and not event.targets:
                event.targets = [e for e in self.resolver.resolve(np, event.agent) if e not in event.agent]
        self._phrases(event, deps)

    def _doers(self, subject: NounPhrase | None) -> list[Entity]:
        """Return who acts: for "a group of banks led by X" it is X."""
        if subject is None or not is_party(subject):
            return []
        if subject.entity is None and subject in self.items:
            for k in range(self.items.index(subject) + 1, min(len(self.items) - 2, self.items.index(subject) + 5)):
                item, leader = self.items[k], self.items[k + 2]
                led = isinstance(item, VerbGroup) and item.lemma == "lead" and getattr(self.items[k + 1], "word", "") == "by"
                if led and isinstance(leader, NounPhrase) and is_party(leader):
                    return self.resolver.resolve(leader)
        return self.resolver.resolve(subject)

    def _relative_other(self, event: Event) -> None:
        """ "Its landlord is Y, *to which* it owes $5 million": the counterparty before a relative clause."""
        for j in range(event.item - 1, max(0, event.item - 5), -1):
            item, before = self.items[j], self.items[j - 1]
            if item.tag is Tag.REL:
                if isinstance(before, Mark) and before.word in event.frame.other and not event.other:
                    found = self.clauses._antecedent(j)
                    if found is not None and is_party(found):
                        event.other = [e for e in self.resolver.resolve(found, event.agent) if e not in event.agent]
                return
            if item.tag not in (Tag.NP, Tag.VG):
                return

    def _joint_before(self, event: Event) -> list[NounPhrase]:
        """ "Together with Y and Z it provided": payers named before the subject."""
        found = []
        for k in range(event.item - 1, 0, -1):
            item, before = self.items[k], self.items[k - 1]
            if item.tag is Tag.VG:
                break
            if isinstance(item, NounPhrase) and getattr(before, "word", "") == "together with":
                found.append(item)
        return found

    def _bare_other(self, event: Event, objects: list[NounPhrase], deps: Dependents) -> list[NounPhrase]:
        """Take a party that stands as bare object: "lend *Y* $5 million", "supply *Y* with chips"."""
        for np in objects:
            things = len(objects) > 1 or any(p == "with" for p, _, _ in deps.phrases) or event.frame.bare
            if is_party(np) and things:
                found = self.resolver.resolve(np, event.agent)
                if found:
                    event.other = found
                    return [o for o in objects if o is not np]
        for np in objects:  # "issued Google warrants"
            name = np.names[0] if np.names and not np.names[0].is_possessive else None
            if noun_class(np) in (NounClass.WARRANT, NounClass.ORDER) and name is not None:
                entity = self.discourse.known(name.known) if name.known else self.discourse.named(name.text)
                if entity not in event.agent and (name.known or self.discourse.is_organisation(name.text)):
                    event.other = [entity]
        return objects

    def _passive(self, event: Event, deps: Dependents, patient: NounPhrase | None) -> None:
        for preposition, np, _ in deps.phrases:
            if preposition == "by" and not event.agent:
                event.agent = self.resolver.resolve(np)
        if patient is not None:
            for preposition, np, _ in self._tail(patient):
                if is_party(np) and preposition in ("of", "in"):
                    event.links.append((preposition, self.resolver.resolve(np, event.agent)))
            if is_party(patient) and (event.frame.bare or event.frame.act is Act.ACQUIRE) and noun_class(patient) is None:
                event.other = self.resolver.resolve(patient)
            event.content = [patient]
        event.content += [np for np in deps.objects if not is_party(np)]
        before = self.items[event.item - 1] if event.item else None
        if not event.agent and before is not None and before.tag is Tag.COMMA:
            owner = next((k for k in range(event.item - 1, -1, -1) if self.items[k].tag is Tag.VG), None)
            subject = self.clauses.subject(owner) if owner is not None else None
            event.agent = self.resolver.resolve(subject) if subject is not None and is_party(subject) else []
        self._phrases(event, deps)

    def _phrases(self, event: Event, deps: Dependents) -> None:
        """Fill the counterparty and the content from prepositional phrases."""
        frame = event.frame
        for preposition, np, index in deps.phrases:
            inner = self._inner_verb(event.item, index) or self._after_participle(event.item, index)
            funded = frame.act is Act.INVEST and np.head in _FUNDABLE and not np.figures
            if preposition in frame.other and (is_party(np) or funded) and not event.other and not inner:
                found = [e for e in self.resolver.resolve(np, event.agent) if e not in event.agent]
                if found and self._may_be_other(event, np, preposition):
                    event.other = found
                    event.rules.append(f"other:{preposition}")
                    continue
            if np.possessor is not None and not np.possessor.resolved and is_party(np.possessor):
                self.resolver.resolve(np.possessor, event.agent)
            if preposition == "in" and np.head == "advance":
                continue
            exchanged = preposition == "for" and getattr(self.items[index - 2], "head", "") in ("exchange", "return")
            if exchanged:
                event.exchanged = noun_class(np)
            if not is_party(np) and not np.is_time and not exchanged:
                event.content.append(np)
            elif is_party(np) and not inner:
                found = [e for e in self.resolver.resolve(np, event.agent) if e not in event.agent]
                if found:
                    event.links.append((preposition, found))

    def _may_be_other(self, event: Event, np: NounPhrase, preposition: str) -> bool:
        if np.entity is not None and np.entity.known is None and preposition in ("at", "on"):
            return False
        return not (preposition == "for" and event.act is Act.COMMIT)

    def _inner_verb(self, i: int, index: int) -> bool:
        """Whether a phrase stands behind another framed verb, which has the first claim."""
        return any(
            isinstance(item, VerbGroup) and (item.lemma in FRAMES) and not (item.is_bare and item.form is Form.PAST)
            for item in self.items[i + 1 : index]
        )

    def _after_participle(self, i: int, index: int) -> bool:
        """Whether a phrase hangs on a participle: "a campus leased *from X*", "funds managed *by Y*"."""
        before = self.items[index - 2] if index - 2 > i else None
        return isinstance(before, VerbGroup) and before.is_bare and before.form in (Form.PAST, Form.PARTICIPLE)

    def _span(self, event: Event, i: int, deps: Dependents, subject: NounPhrase | None) -> None:
        start = subject.start if subject is not None and subject.start < self.items[i].start else self.items[i].start
        event.start, event.end = start, max(self.items[min(deps.end, len(self.items)) - 1].end, self.items[i].end)

    # -- figures ----------------------------------------------------------------------------------

    def _figures(self, event: Event, deps: Dependents, patient: NounPhrase | None) -> None:
        """Let an event claim the figures of its clause, one of each sort."""
        row: list[tuple[str, NounPhrase, int]] = []
        if patient is not None:
            row.append(("", patient, self.items.index(patient) if patient in self.items else event.item))
            row += self._tail(patient)
        row += [("", np, self.items.index(np) if np in self.items else event.item) for np in deps.objects]
        row += deps.phrases
        absorbs = any(noun_class(c) in (NounClass.WARRANT, NounClass.GUARANTEE) for c in event.content)
        if absorbs:  # "a warrant to buy 5 million shares", "warrants covering ..."
            known = {id(np) for _, np, _ in row}
            row += [("of", item, j) for j, item in enumerate(self.items[: deps.end + 4])
                    if j > event.item and isinstance(item, NounPhrase) and id(item) not in known and item.figures]
        row.sort(key=lambda r: r[2])
        for preposition, np, index in row:
            if event.act is Act.RAISE and event.is_nominal and preposition == "of":
                continue
            if index > event.item and not absorbs and self._inner_verb(event.item, index):
                break
            sized = event.act is Act.COMMIT and any(f.kind in (FigureKind.POWER, FigureKind.COUNT) for f in np.figures)
            if preposition == "to" and (event.trigger.endswith("access") or sized):
                pass
            elif preposition in ("to", "from", "by", "against", "until", "through", "than") and event.trigger.split()[0] not in _RAISING:
                continue
            for figure in np.figures:
                self._claim(event, figure, np, preposition)

    def _tail(self, np: NounPhrase) -> list[tuple[str, NounPhrase, int]]:
        """Return the phrases that hang on a subject: "a contract worth $5 million with Y was cancelled"."""
        if np not in self.items:
            return []
        found = []
        j = self.items.index(np) + 1
        while j + 1 < len(self.items):
            item, following = self.items[j], self.items[j + 1]
            if item.tag is Tag.PREP and isinstance(following, NounPhrase):
                found.append((item.word if isinstance(item, Mark) else "", following, j + 1))
                j += 2
            elif item.tag is Tag.COMMA:
                j += 1
            else:
                break
        return found

    def _claim(self, event: Event, figure: Figure, np: NounPhrase, preposition: str) -> bool:
        if id(figure) in self.claimed or not figure.is_quantity:
            return False
        reason = self.not_promised(figure, np, preposition, event)
        if reason:
            return False
        if figure.kind is FigureKind.MONEY and event.money is None:
            event.money = figure
        elif figure.kind is FigureKind.POWER and event.power is None:
            event.power = figure
        elif figure.kind is FigureKind.COUNT and event.count is None:
            noun = counted_noun(np) or self._counted_after(np)
            if not noun:
                return False
            event.count, event.counted = figure, noun
        else:
            return False
        self.claimed.add(id(figure))
        return True

    def _counted_after(self, np: NounPhrase) -> str:
        """ "104,000 of the chips", "160 million of its shares"."""
        if np.figure is None or np not in self.items:
            return ""
        j = self.items.index(np)
        if j + 2 < len(self.items) and isinstance(self.items[j + 1], Mark) and self.items[j + 1].word == "of":  # type: ignore[attr-defined]
            following = self.items[j + 2]
            if isinstance(following, NounPhrase):
                return "unit" if following.pronoun in ("them", "these", "those") else counted_noun(following)
        return ""

    def not_promised(self, figure: Figure, np: NounPhrase, preposition: str, event: Event | None = None) -> str:
        """Return why a figure is no promise; empty if it may be one."""
        text = self.sentence.text
        if figure.kind is FigureKind.MONEY and UNITS_OF_PRICE.match(text, figure.end) and not figure.per:
            return "a price per unit"
        if figure.kind is FigureKind.MONEY and figure.amount is not None and figure.amount.high < 10_000:
            return "too small for a promise"
        if figure.per in ("day", "week"):
            return "a rate"
        before = text[max(0, figure.start - 28) : figure.start].rstrip()
        cue = None
        for cue in PRECEDED_BY.finditer(before):
            pass
        acquires = (event is not None and event.act is Act.ACQUIRE) or (event is not None and bool(event.targets))
        worth = event is not None and any(c in _SIGNED for c in event.classes())
        if cue is not None and len(before) - cue.end() <= 2:
            valued = cue[0].lower().startswith(("valu", "is worth"))
            if not (valued and (worth or acquires)):
                return f"led in by {cue[0]!r}"
        if acquires and (np.head in _PRICES or preposition in ("of", "at")):
            return ""
        if noun_class(np) is NounClass.METRIC and np.figures and np.head and not _contractual(np):
            return f"a figure about {np.head}"
        if figure.kind is FigureKind.MONEY and self._metric_after(np):
            return "a figure of somebody's accounts"
        if preposition in ("of", "at", "to", "from") and self._metric_before(np):
            return "a figure about somebody"
        return ""

    def _metric_after(self, np: NounPhrase) -> bool:
        """ "$40 million in damages", "$2 billion of revenue"."""
        if np.figure is None or np not in self.items:
            return False
        j = self.items.index(np)
        if getattr(self.items[j + 1] if j + 1 < len(self.items) else None, "word", "") not in ("in", "of"):
            return False
        following = self.items[j + 2] if j + 2 < len(self.items) else None
        return isinstance(following, NounPhrase) and noun_class(following) is NounClass.METRIC and not _contractual(following)

    def _metric_before(self, np: NounPhrase) -> bool:
        if np not in self.items:
            return False
        j = self.items.index(np)
        before = self.items[j - 2] if j >= 2 else None
        if not isinstance(before, NounPhrase) or noun_class(before) is not NounClass.METRIC or _contractual(before):
            return False
        lead = self.items[j - 3] if j >= 3 else None
        return not (before.head in _PRICES and getattr(lead, "word", "") in ("at", "for"))  # "at a cost of $5 million"

    # -- nouns ------------------------------------------------------------------------------------

    def _noun_events(self, events: list[Event]) -> list[Event]:
        """Events of nouns that no verb used: "Y's $5 million order with Z", "an investment by X in Y"."""
        found = []
        taken = {id(np) for event in events for np in event.content}
        for i, item in enumerate(self.items):
            if not isinstance(item, NounPhrase) or id(item) in self.used or id(item) in taken:
                continue
            frame = self._nominal(item, Dependents())
            if frame is None or item.is_time:
                continue
            event = self._noun_event(i, item, frame)
            if event is not None:
                found.append(event)
        return found

    def _noun_event(self, i: int, np: NounPhrase, frame: Frame) -> Event | None:
        tail = self._tail(np)
        event = Event(sentence=self.sentence, frame=frame, trigger=np.head, item=i, last=i, is_nominal=True)
        event.content = [np]
        event.is_anaphoric = np.is_definite and np.possessor is None
        if np.possessor is not None and is_party(np.possessor):
            event.agent = self.resolver.resolve(np.possessor)
        for preposition, other, index in tail:
            event.last = index
            if preposition in ("between", "among") and is_party(other):
                found = self.resolver.resolve(other)
                event.agent, event.other = found[:1], found[1:]
            elif preposition in ("by", "from") and is_party(other) and not event.agent and "from" not in frame.other:
                event.agent = self.resolver.resolve(other)
            elif preposition in frame.other and is_party(other) and not event.other:
                event.other = [e for e in self.resolver.resolve(other, event.agent) if e not in event.agent]
            elif not is_party(other):
                event.content.append(other)
            else:
                event.links.append((preposition, self.resolver.resolve(other, event.agent)))
        for figure in np.figures:
            self._claim(event, figure, np, "")
        self._predicate(event, np)
        for preposition, other, _ in tail:
            for figure in other.figures:
                if preposition in _AMOUNT_PREPOSITIONS:
                    self._claim(event, figure, other, preposition)
        if not event.agent and not event.is_anaphoric:
            event.agent = self._governor(i)
        anchor = frame.act is Act.SIGN and event.is_anaphoric
        if not (event.has_quantity or event.other or anchor):
            return None
        event.start, event.end = np.start, max(self.items[event.last].end, np.end)
        return event

    def _governor(self, i: int) -> list[Entity]:
        """Return whose noun it is, when a verb without a frame governs it: "X walked away from a purchase of Y"."""
        above = [k for k in self.clauses.verbs() if k < i]
        if not above or any(item.tag in (Tag.COMMA, Tag.STOP, Tag.CC) for item in self.items[above[-1] : i]):
            return []
        vg = self.clauses.verb(above[-1])
        if vg.lemma in FRAMES or vg.is_passive or vg.lemma in ("be", "say"):
            return []
        if vg.lemma in ("turn", "look", "go", "apply", "appeal"):  # "has turned to X for a loan"
            for preposition, np, _ in self.clauses.dependents(above[-1]).phrases:
                if preposition == "to" and is_party(np):
                    return self.resolver.resolve(np)
        subject = self.clauses.subject(above[-1])
        return self.resolver.resolve(subject) if subject is not None and is_party(subject) else []

    def _predicate(self, event: Event, np: NounPhrase) -> None:
        """Take the figures of a verb that only says how large the noun is: "the lease covers 150 megawatts"."""
        for k in self.clauses.verbs():
            vg = self.clauses.verb(k)
            if vg.lemma.partition("+")[0] in SIZING and self.clauses.subject(k) is np:
                deps = self.clauses.dependents(k)
                if deps.objects and deps.objects[0].head in ("bulk", "part", "half", "share", "portion", "most", "fraction"):
                    continue
                rows = [("", o, 0) for o in deps.objects] + deps.phrases
                for preposition, other, _ in rows:
                    for figure in other.figures:
                        if self._claim(event, figure, other, preposition):
                            event.last = max(event.last, self.items.index(other) if other in self.items else event.last)
                            event.is_negated |= vg.is_negated
                            event.modal = event.modal or vg.modal

    # -- lists ------------------------------------------------------------------------------------

    def _each(self, event: Event) -> list[Event]:
        """ "X and Y will each invest $5 million": one promise for each."""
        words = self.sentence.text[event.start : self.items[event.item].end].lower().split()
        if len(event.agent) < 2 or ("each" not in words and "apiece" not in self.sentence.text.lower()):
            return [event]
        return [replace(event, agent=[e], rules=[*event.rules, "each"], is_copy=True) for e in event.agent]

    def _lists(self, events: list[Event]) -> list[Event]:
        """Copy an event for each further member of a list: "and Y $5 million", "18 with Z"."""
        result: list[Event] = []
        for event in events:
            result.append(event)
            if event.has_quantity:
                result += self._gapped(event)
        return result

    def _gapped(self, event: Event) -> list[Event]:
        copies: list[Event] = []
        j = event.item + 1
        while j < len(self.items):
            item = self.items[j]
            if isinstance(item, VerbGroup) and item.is_finite and j > event.item and not self.clauses._is_reduced(j):
                break
            if item.tag in (Tag.REL,):
                break
            if item.tag in (Tag.COMMA, Tag.CC, Tag.STOP, Tag.SUB):
                k = j + 1
                while k < len(self.items) and self.items[k].tag is Tag.CC:
                    k += 1
                copy = self._gapped_subject(event, k) or self._gapped_other(event, k) or self._another(event, k)
                if copy is not None:
                    copies.append(copy)
            j += 1
        return copies

    def _gapped_subject(self, event: Event, k: int) -> Event | None:
        """ "X will subscribe $5 million, *Y $3 million*"."""
        if k + 1 >= len(self.items):
            return None
        party, sum_ = self.items[k], self.items[k + 1]
        if not (isinstance(party, NounPhrase) and is_party(party) and isinstance(sum_, NounPhrase) and sum_.figures):
            return None
        figure = sum_.figures[-1]
        if id(figure) in self.claimed or figure.kind not in (FigureKind.MONEY, FigureKind.POWER, FigureKind.COUNT):
            return None
        agent = self.resolver.resolve(party)
        if not agent:
            return None
        copy = self._copy(event, figure, sum_, k, k + 1)
        copy.agent = agent
        return copy

    def _gapped_other(self, event: Event, k: int) -> Event | None:
        """ "booked 38 launches with X, *18 with Y*"."""
        if k + 2 >= len(self.items):
            return None
        sum_, preposition, party = self.items[k], self.items[k + 1], self.items[k + 2]
        if not (isinstance(sum_, NounPhrase) and sum_.figures and isinstance(preposition, Mark)):
            return None
        figure = sum_.figures[-1]
        if id(figure) in self.claimed or not figure.is_quantity:
            return None
        if not (isinstance(party, NounPhrase) and is_party(party) and preposition.word in event.frame.other):
            return None
        other = [e for e in self.resolver.resolve(party, event.agent) if e not in event.agent]
        if not other:
            return None
        copy = self._copy(event, figure, sum_, k, k + 2)
        copy.other = other
        return copy

    def _another(self, event: Event, k: int) -> Event | None:
        """ "Two loans, one of $5 million and *another of $7 million*", "$5 million for A and *$7 million for B*"."""
        if k >= len(self.items) or not isinstance(self.items[k], NounPhrase):
            return None
        first = self.items[k]
        sum_: Item = first
        if (isinstance(first, NounPhrase) and first.pronoun in ("another", "one", "each")) or getattr(first, "head", "") in ("other", "second", "third"):
            if k + 2 >= len(self.items) or getattr(self.items[k + 1], "word", "") not in ("of", "for", "worth", "at"):
                return None
            sum_ = self.items[k + 2]
        if not isinstance(sum_, NounPhrase) or not sum_.figures or event.money is None:
            return None
        figure = sum_.figures[-1]
        after = self.items[k + 1] if k + 1 < len(self.items) else None
        apart = sum_ is not first or (getattr(after, "word", "") in ("for", "in", "of", "on") and figure.kind is FigureKind.MONEY)
        if id(figure) in self.claimed or figure.kind is not FigureKind.MONEY or not apart:
            return None
        if self.not_promised(figure, sum_, ""):
            return None
        copy = self._copy(event, figure, sum_, k, min(k + 2, len(self.items) - 1))
        if sum_.head or (getattr(after, "word", "") in ("of", "in") and isinstance(self.items[k + 2], NounPhrase)):
            following = self.items[k + 2]
            if isinstance(following, NounPhrase) and noun_class(following) is not None and sum_ is first:
                copy.content = [following]
        return copy

    def _copy(self, event: Event, figure: Figure, np: NounPhrase, first: int, last: int) -> Event:
        self.claimed.add(id(figure))
        copy = replace(
            event, money=None, power=None, count=None, rules=[*event.rules, "list"], item=first, last=last, is_copy=True,
            start=self.items[first].start, end=self.items[last].end, content=[np, *event.content[1:]] if np.head else list(event.content),
        )  # fmt: skip
        if figure.kind is FigureKind.MONEY:
            copy.money = figure
        elif figure.kind is FigureKind.POWER:
            copy.power = figure
        else:
            copy.count = figure
        return copy


def _contractual(np: NounPhrase) -> bool:
    """Whether a value or price is a contract's: "the total contract value"."""
    return bool({"contract", "deal", "order", "agreement", "transaction", "purchase", "lease", "minimum"} & set(np.words[:-1]))


