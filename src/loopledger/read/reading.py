"""The whole of a document: sentence after sentence, then one record for each promise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from loopledger.read.chunks import Chunker
from loopledger.read.claims import not_promised
from loopledger.read.clauses import join_parties
from loopledger.read.colour import Colour
from loopledger.read.content import noun_class
from loopledger.read.dates import effective, published
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.frames import SentenceFrames
from loopledger.read.items import Item, NounPhrase, VerbGroup
from loopledger.read.lexicon.cues import DENIED, any_phrase
from loopledger.read.lexicon.nominals import NOMINALS
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import SIZING, Act, Pays
from loopledger.read.merging import merge
from loopledger.read.names import NameFinder
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence, sentences, unread
from loopledger.read.settle import settle
from loopledger.read.supply import name_supply
from loopledger.read.tables import Column, read_row, role_of, shares_one_payer
from loopledger.read.tokens import tokenize
from loopledger.read.world import World
from loopledger.records import Draft, Kind, Party, Reading, Span, Units
from loopledger.sources import BlockKind, Document

__all__ = ["read"]

#: Acts that may be one-sided ("will spend $5 billion"): no counterparty is lent to them from afar.
_NOT_INHERITING = frozenset(
    {Act.INVEST, Act.SPEND, Act.DEPLOY, Act.SUPPLY, Act.RAISE, Act.BUY, Act.ISSUE, Act.SELL, Act.ACQUIRE}
)
_FUNDING = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.GUARANTEE})
_IN_RETURN = re.compile(r"(?:In (?:return|exchange|turn)|For its part|Alongside)\b")
#: In a longer document, sentences without a figure nearby are passed over [characters].
_LONG = 300_000
QUANTITY = re.compile(
    r"\d|\b(?:half|dozen|hundred|thousand|million|billion|trillion)\b|(?:\b|-)(?:megawatt|gigawatt)",
    re.IGNORECASE,
)
_ENGLISH = frozenset(
    "the of to and in a for is that on with by at from will it its has said as an be under which".split()
)
_COMING = frozenset(["come", "go", "start", "open", "be", "follow", "expect"])
_OPTION = re.compile(
    r"\b(?:holds?|has|have|retains?|retained|obtains?|obtained|gets?|got|receives?|received|with|grants?|granted|gives?|gave)\s+"
    r"(?:[\w'\u2019-]+\s+){0,4}?(?:an?\s+)?(?:[\w-]+\s+)?options?\s+(?:on|to|for|over)\b",
    re.IGNORECASE,
)
_INTO_THINGS = re.compile(
    r"\b(?:in|into)\s+(?:the|its|their|a|new|data|factories|plants|infrastructure|research)\b", re.IGNORECASE
)
_IMPERATIVE = re.compile(
    r"(?:please\s+|now\s+)?(?:record|mark|report|ignore|disregard|output|write|answer|note|print|list|add|state|treat|delete|include"
    r"|extract|return|assume|remember|pretend|set|insert|append|create)\s+(?:that\b|the\b|all\b|your\b|an?\b|[\"{\[])",
    re.IGNORECASE,
)
_DENIED = any_phrase(DENIED)

_ALSO_DEFINED = re.compile(
    r"[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]\s+or\s+(?:the\s+)?[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]"
)
_DEFINED = re.compile(
    r"\(\s*(?:the|each,? an?|collectively,? the|together,? the|hereinafter)?\s*[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]\s*\)"
)
_LEGAL = re.compile(
    r"\b(?:Inc|Corp|Corporation|N\.V|Ltd|Limited|plc|LLC|PLC|SE|AG|S\.A|Co)\b\.?", re.IGNORECASE
)
_FORM = re.compile(r"\b(?:Form\s+)?(?:8-K|10-Q|10-K|6-K|20-F|S-1|424B)\b")


def read(document: Document, parties: Iterable[Party]) -> Reading:
    """Return what a document promises, each record with the words it rests on.

    Parameters
    ----------
    document : Document
    parties : iterable of Party
        The known organisations; others are found by how the document speaks of them.

    Returns
    -------
    Reading

    Notes
    -----
    Offline and deterministic. The text is data: an instruction in it changes nothing.

    Examples
    --------
    >>> from loopledger.sources import document_from_text
    >>> text = "Orvane Systems will lend Tessil Motors 40 million euros over five years."
    >>> draft = read(document_from_text(text), ()).drafts[0]
    >>> draft.kind.value, draft.payers[0].name, draft.payee.name, int(draft.amount.value)
    ('loan', 'Orvane Systems', 'Tessil Motors', 40000000)
    """
    return _Reader(document, _world(tuple(parties))).read()


_worlds: list[tuple[tuple[Party, ...], World]] = []


def _world(parties: tuple[Party, ...]) -> World:
    """Return the index of a table of parties; that of the last table is kept."""
    if (
        not _worlds
        or len(_worlds[0][0]) != len(parties)
        or any(a is not b for a, b in zip(_worlds[0][0], parties, strict=True))
    ):
        _worlds[:] = [(parties, World.of(parties))]
    return _worlds[0][1]


class _Reader:
    def __init__(self, document: Document, world: World) -> None:
        self.document = document
        self.discourse = Discourse()
        texts = [block.text for block in document.blocks]
        self.sentences = list(sentences(document))
        names = NameFinder(world, self.discourse, (tokenize(sentence.text) for sentence in self.sentences))
        self.chunker = Chunker(world, self.discourse, names)
        self._is_long = len(document.text) > _LONG
        self.resolver = Resolver(self.discourse)
        self.events: list[Event] = []
        self.refusals: list[tuple[Span, str]] = []
        self._spoke = False
        lead = " ".join(texts[:3])[:1200]
        self._filing = bool(_FORM.search(" ".join(texts[:4])))
        self.colour = Colour(lead, filing=self._filing)

    def read(self) -> Reading:
        if not self._is_english():
            words = next((s.span(self.document, 0, len(s.text)) for s in self.sentences), None)
            refusals = ((words, "not in English"),) if words else ()
            return Reading(
                source=self.document.name, published=published(self.document), drafts=(), refusals=refusals
            )
        for number, sentence in enumerate(self.sentences):
            following = self.sentences[number + 1] if number + 1 < len(self.sentences) else sentence
            if not self._is_long or QUANTITY.search(sentence.text) or QUANTITY.search(following.text):
                self._sentence(sentence)
        self.refusals += [
            (span, "a paragraph of this length is not read to its end") for span in unread(self.document)
        ]
        self._tables()
        self._finish()
        good = []
        for event in self.events:
            reason = self._refusal(event)
            if reason:
                self._refuse(event, reason)
            else:
                good.append(event)
        drafts = tuple(self._draft(event) for event in merge(good))
        named = [e for e in self.discourse.entities if not e.placeholder and (e.known or e.n_mentions > 0)]
        return Reading(
            source=self.document.name, published=published(self.document), drafts=drafts,
            parties=tuple(e.ref for e in named), refusals=tuple(self.refusals),
        )  # fmt: skip

    def _is_english(self) -> bool:
        """Whether enough of the words are English function words; short texts pass."""
        words = [word for s in self.sentences[:60] for word in s.text.lower().split()]
        return len(words) < 60 or sum(w in _ENGLISH for w in words) > 0.08 * len(words)

    # -- sentences --------------------------------------------------------------------------------

    def _sentence(self, sentence: Sentence) -> None:
        items = self.chunker.items(sentence.text)
        self._define(sentence, items)
        items = join_parties(items, self.discourse)
        self.resolver.start(sentence.index, _names(items))
        frames = SentenceFrames(sentence, items, self.discourse, self.resolver)
        events = frames.go()
        denied = _DENIED.search(sentence.text) if events else None
        commanded = bool(events) and _IMPERATIVE.match(sentence.text) is not None
        for number, event in enumerate(events):
            settle(event, self.discourse)
            self._inherit(event, events[:number], items)
            self.colour.paint(event)
            if event.has_quantity:
                name_supply(event, items, self.discourse)
            if commanded:
                event.refused = "an instruction to the reader"
            if denied and (denied.start() < event.end or event.modal == "would"):
                event.refused = "denied"
        self._anaphora(frames, events)
        self._terms(sentence, items, events)
        self.events += events
        self._mention(sentence, items)

    def _define(self, sentence: Sentence, items: list[Item]) -> None:
        """Note names that the document defines: "X Inc. (the "Company")"."""
        for match in _DEFINED.finditer(sentence.text):
            before = [
                i
                for i in items
                if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
            ]
            if before and before[-1].entity is not None:
                self.discourse.alias(match[1], before[-1].entity)
        for match in _ALSO_DEFINED.finditer(sentence.text):
            before = [
                i
                for i in items
                if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
            ]
            if before and before[-1].entity is not None:
                for name in match.groups():
                    self.discourse.alias(name, before[-1].entity)
        if self._filing and "company" not in self.discourse.defined and sentence.index < 3:
            first = next(
                (i.entity for i in items if isinstance(i, NounPhrase) and i.entity is not None), None
            )
            if first is not None and (_LEGAL.search(sentence.text) or sentence.is_heading):
                self.discourse.alias("company", first)

    def _mention(self, sentence: Sentence, items: list[Item]) -> None:
        found: list[Entity] = []
        for item in items:
            if isinstance(item, NounPhrase):
                for np in item.parts or [item]:
                    if np.entity is not None:
                        found.append(np.entity)
                    if np.possessor is not None and np.possessor.entity is not None:
                        found.append(np.possessor.entity)
        self.discourse.mention(found, sentence.index)
        if sentence.is_heading and sentence.index < 3:
            for entity in found:
                entity.in_heading = True
        subjects = [s for s in self.resolver.subjects if s]
        if subjects:
            self.discourse.topic = subjects[0]
        elif found and not sentence.is_heading:
            self.discourse.topic = found[:1]
        self._protagonist(sentence, items)
        for event in self.events[-6:]:
            for payer in event.payers:
                payer.sides.add("payer")
            if event.payee is not None:
                event.payee.sides.add("payee")

    def _protagonist(self, sentence: Sentence, items: list[Item]) -> None:
        """Note whose news it is: who speaks first, else who the headline names first."""
        if sentence.index > 4 or (self.discourse.protagonist is not None and self._spoke):
            return
        for item, following in zip(items, items[1:], strict=False):
            speaks = isinstance(following, VerbGroup) and following.lemma in (
                "say",
                "announce",
                "disclose",
                "report",
            )
            if isinstance(item, NounPhrase) and item.entity is not None and speaks:
                self.discourse.protagonist, self._spoke = item.entity, True
                return
        if self.discourse.protagonist is None:
            names = [
                n for i in items if isinstance(i, NounPhrase) for np in (i.parts or [i]) for n in np.names
            ]
            known = [self.discourse.known(n.known) for n in names if n.known and not n.is_product]
            named = [e for _, e in _names(items)]
            self.discourse.protagonist = next(iter([*known, *named]), None)

    # -- filling gaps from what came before --------------------------------------------------------

    def _inherit(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """Fill a missing side from the sentence, or from an earlier promise between the same parties."""
        if event.payers and event.payee is not None:
            return
        if event.kind is Kind.BOND and event.payee is not None:
            return
        if event.trigger == "add" and event.money is not None and not event.other:
            self._continue(event, here)
            return
        if "share of goods" in event.rules or (
            "goods meant" in event.rules and event.payee is None and event.payers
        ):
            self._from_goods(event, here)
            return
        for fill in (
            self._from_complement,
            self._from_pair,
            self._from_heading,
            self._from_funding,
            self._from_sentence,
            self._from_payee,
        ):
            fill(event, here, items)
            if event.payers and event.payee is not None:
                return

    def _from_goods(self, event: Event, here: list[Event]) -> None:
        """Part of what was promised before: the same buyer, and the same seller unless another is named."""
        for other in reversed([*self.events[-60:], *here]):
            if other.count is not None and other.payers and other.payee is not None:
                meant = "goods meant" in event.rules
                event.payee = other.payee if meant else (event.agent or [other.payee])[0]
                event.payers = event.payers if meant else other.payers
                event.kind = other.kind
                return

    def _from_complement(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """ "Its cluster has been sold: X will take all of it": two halves of one promise."""
        if event.has_quantity or not event.payers or event.act not in (Act.BUY, Act.RENT, Act.GET):
            return
        for other in reversed([*self.events[-2:], *here]):
            if (
                other.has_quantity
                and other.payee is not None
                and not other.payers
                and other.payee not in event.payers
            ):
                other.payers, event.payee = event.payers, other.payee
                other.rules.append("buyer named apart")
                return

    def _from_heading(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """ "Agreement with X. Y must buy ...": the party that the sentence before was about."""
        if len(here) > 0 or not self.events or event.act in (Act.SUPPLY, Act.DEPLOY):
            return
        last = self.events[-1]
        known = [
            e
            for e in [*last.payers, *([last.payee] if last.payee else [])]
            if e not in event.payers and e is not event.payee
        ]
        if (
            last.is_nominal
            and len(known) == 1
            and event.sentence.index - last.sentence.index == 1
            and not last.has_quantity
        ):
            if event.payers and event.payee is None and known[0] not in event.payers:
                event.payee = known[0]
            elif event.payee is not None and not event.payers and known[0] is not event.payee:
                event.payers = known
            else:
                return
            event.rules.append("other:heading")

    def _from_payee(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """When all that is promised so far goes to one party, so does this."""
        if event.payee is not None or event.act not in (Act.PAY, Act.INVEST, Act.LEND, Act.GIVE, Act.COMMIT):
            return
        if event.act is Act.INVEST and _INTO_THINGS.search(event.sentence.text, event.start, event.end):
            return
        payees = {
            e.payee
            for e in [*self.events[-60:], *here]
            if e.payee is not None and e.payers and e.has_quantity
        }
        if len(payees) == 1 and not payees & set(event.payers):
            event.payee = payees.pop()
            event.rules.append("other:common payee")

    def _continue(self, event: Event, here: list[Event]) -> None:
        """ "It bought $5 million of shares and later added $2 million": one more of the same."""
        for other in reversed([*self.events[-3:], *here]):
            if other.payers and other.payee is not None and other.money is not None:
                if set(event.agent) & {*other.payers, other.payee} or not event.agent:
                    event.payers, event.payee, event.kind = other.payers, other.payee, other.kind
                    event.is_past, event.is_perfect, event.frame = (
                        other.is_past,
                        other.is_perfect,
                        other.frame,
                    )
                    event.is_copy = True
                    event.rules.append("continues")
                return

    def _from_pair(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """From an earlier promise: both sides for "the contract", the other side for "X will pay"."""
        if event.act is Act.RAISE:
            return
        present = set(event.payers) | ({event.payee} if event.payee else set())
        free = (
            event.act not in _NOT_INHERITING
            or event.is_nominal
            or bool(_IN_RETURN.match(event.sentence.text))
        )
        earlier = [
            e
            for e in [*self.events[-6:], *here]
            if event.sentence.index - e.sentence.index <= 3 and not e.refused
        ]
        heads = {np.head for np in event.content[:1]}
        if event.is_nominal and event.is_anaphoric:  # "the contract" is the last one called so
            same = [e for e in self.events[-60:] if e.payers and heads & {np.head for np in e.content}]
            earlier = [*earlier, *same[-1:]]
        if not present:
            earlier = [e for e in earlier if not (e.payers and e.payee)] + [
                e for e in earlier if e.payers and e.payee
            ]
        for other in reversed(earlier):
            sides = {*other.payers, *([other.payee] if other.payee else [])}
            if (
                not present
                and event.is_nominal
                and other.payers
                and (event.is_anaphoric or other.kind is event.kind)
            ):
                event.payers, event.payee = other.payers, other.payee
                event.kind = other.kind if event.pays is Pays.ROLES or event.kind is None else event.kind
                event.rules.append("inherits:parties")
                return
            inside = free or other.sentence is event.sentence
            alone = (
                event.payee is not None
                and not event.payers
                and other.payee is None
                and other.kind is event.kind
            )
            if (
                alone
                and other.payers
                and event.payee not in other.payers
                and event.act not in (Act.RAISE, Act.ISSUE, Act.SELL)
            ):
                event.payers = other.payers
                event.rules.append("inherits:payer")
                return
            if not present or not inside or not present < sides or not self._fits_side(event, other):
                continue
            event.rules.append("inherits:side")
            if event.is_nominal and event.pays is Pays.ROLES and other.kind is not None:
                event.kind = other.kind
            return

    @staticmethod
    def _fits_side(event: Event, other: Event) -> bool:
        """Complete an event from another that has one of its parties; False if they do not fit."""
        if other.payee is None:
            return False
        if event.payers and event.payee is None and set(event.payers) == set(other.payers):
            event.payee = other.payee
        elif event.payee is other.payee and not event.payers:
            event.payers = other.payers
        elif event.payers == [other.payee] and event.payee is None and len(other.payers) == 1:
            event.payee = other.payers[0]
        elif not event.payers and event.payee in other.payers and len(other.payers) == 1:
            event.payers = [other.payee]
        else:
            return False
        return True

    def _from_funding(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """Funders named side by side fund the same party."""
        if event.kind not in _FUNDING or event.payee is not None or not event.payers:
            return
        for other in reversed([*self.events[-3:], *here]):
            if other.kind in _FUNDING and other.payee is not None and other.payee not in event.payers:
                near = event.sentence.index - other.sentence.index <= 1
                raising = (
                    other.act in (Act.RAISE, Act.ISSUE, Act.SELL)
                    and event.sentence.index - other.sentence.index <= 3
                )
                if (near and (other.sentence is event.sentence or other.is_copy or event.is_copy)) or raising:
                    event.payee = other.payee
                    event.rules.append("inherits:payee")
                    return
        if event.act is Act.LEND and any(
            np.head in ("purchase", "acquisition", "order", "deal", "takeover") for np in event.content
        ):
            buys = [
                e
                for e in [*self.events[-4:], *here]
                if e.act in (Act.BUY, Act.ACQUIRE) and len(e.payers) == 1
            ]
            if buys and buys[-1].payers[0] not in event.payers:
                event.payee = buys[-1].payers[0]
                event.rules.append("other:purpose")
                return
        borrower = [
            e for e in self.discourse.active if e.traits & {"borrower", "issuer"} and e not in event.payers
        ]
        if len(borrower) == 1:
            event.payee = borrower[0]
            event.rules.append("other:borrower")

    def _from_sentence(self, event: Event, here: list[Event], items: list[Item]) -> None:
        """From the one other party that the sentence names."""
        if event.act in (Act.SUPPLY, Act.SPEND, Act.RAISE) or not (event.payers or event.payee):
            return
        if event.act is Act.DEPLOY and event.power is None and event.count is None:
            return
        if event.act is Act.INVEST and _INTO_THINGS.search(event.sentence.text, event.start, event.end):
            return
        present = {*event.payers, *([event.payee] if event.payee else [])}
        named = [e for at, e in _names(items) if at < event.end + 60]
        named = [e for e in dict.fromkeys(named) if e not in present]
        if len(named) != 1:
            return
        if not event.payers:
            event.payers = named
        else:
            event.payee = named[0]
        event.rules.append("other:sentence")

    def _anaphora(self, frames: SentenceFrames, events: list[Event]) -> None:
        """Give a figure that no event claimed to the promise that the sentence speaks of."""
        for np, figure in frames.unclaimed:
            if figure.kind is FigureKind.COUNT:
                continue
            target = self._spoken_of(frames, np, figure, events)
            if target is None:
                continue
            if figure.kind is FigureKind.MONEY:
                target.money = figure
            else:
                target.power = figure
            target.rules.append("anaphora")
            if target.sentence is frames.sentence:
                target.end = max(target.end, np.end)
                target.start = min(target.start, np.start)
            else:
                target.extra.append((frames.sentence, 0, len(frames.sentence.text)))

    def _coming(
        self, frames: SentenceFrames, np: NounPhrase, figure: Figure, events: list[Event]
    ) -> Event | None:
        """ "More than a gigawatt comes online next year": part of what was just promised."""
        verbs = [k for k in frames.clauses.verbs() if frames.clauses.subject(k) is np]
        if (
            figure.kind is not FigureKind.POWER
            or not verbs
            or frames.clauses.verb(verbs[0]).lemma not in _COMING
        ):
            return None
        near = [
            e for e in [*self.events[-2:], *events] if e.payers and e.payee is not None and e.power is None
        ]
        return near[-1] if near else None

    def _spoken_of(
        self, frames: SentenceFrames, np: NounPhrase, figure: Figure, events: list[Event]
    ) -> Event | None:
        items = frames.items
        if np not in items:
            return None
        index = items.index(np)
        preposition = getattr(items[index - 1], "word", "") if index else ""
        if not_promised(frames, figure, np, preposition):
            return None
        coming = self._coming(frames, np, figure, events)
        if coming is not None:
            return coming
        subject = self._subject_of(frames, index)
        if subject is None or (subject.head in NOMINALS and NOMINALS[subject.head].act is Act.RAISE):
            return None
        if noun_class(subject) is NounClass.METRIC and subject.head not in ("value", "price"):
            return None
        deal = (
            preposition == "worth"
            or subject.head in NOMINALS
            or subject.head in ("value", "bill", "price", "work")
        )
        if not deal and subject.pronoun not in ("it", "they", "this", "each", "both"):
            return None
        earlier = [
            e for e in [*self.events[-3:], *[e for e in events if e.item < index]] if e.payers or e.payee
        ]
        wanted = [e for e in earlier if (e.money if figure.kind is FigureKind.MONEY else e.power) is None]
        if preposition == "worth":
            wanted = [e for e in wanted if e.act is Act.SIGN] or wanted
        return wanted[-1] if wanted else None

    def _subject_of(self, frames: SentenceFrames, index: int) -> NounPhrase | None:
        clauses = frames.clauses
        verbs = [k for k in clauses.verbs() if k < index]
        if not verbs:
            return None
        vg = clauses.verb(verbs[-1])
        if vg.lemma.partition("+")[0] not in SIZING and vg.lemma not in ("value", "price"):
            return None
        return clauses.subject(verbs[-1])

    def _terms(self, sentence: Sentence, items: list[Item], events: list[Event]) -> None:
        phrases = [np for i in items if isinstance(i, NounPhrase) for np in (i.parts or [i])]
        found = [f for np in phrases for f in np.figures if f.kind is FigureKind.TERM]
        if not found:
            return
        targets = [e for e in events if e.kind is not None]
        if re.match(r"(?:Each|Both)\b", sentence.text):
            targets = [e for e in targets if e.has_quantity]
        if targets:
            recent = [
                e for e in self.events[-3:] if e.has_quantity and sentence.index - e.sentence.index <= 2
            ]
            targets = (
                [e for e in targets if e.has_quantity]
                or [self._meant(e) for e in targets if e.is_anaphoric]
                or recent[-1:]
            )
            if not targets:
                return
            for figure in found:
                after = [e for e in targets if e.start <= figure.start]
                chosen = min(after or targets, key=lambda e: abs(e.start - figure.start))
                if chosen.term is None:
                    chosen.term = figure.count
                    if "each" in sentence.text.lower()[:12]:
                        for event in targets:
                            event.term = event.term or figure.count
            return
        if re.match(r"(?:Each|Both|It|They|The|This|These|All|Its)\b", sentence.text) and self.events:
            last = self.events[-1]
            rows = (
                [e for e in self.events if e.sentence is last.sentence]
                if re.match(r"(?:Each|Both|They|All|These)", sentence.text)
                else [last]
            )
            for event in rows:
                if event.term is None and sentence.index - event.sentence.index <= 2:
                    event.term = found[0].count

    def _meant(self, event: Event) -> Event:
        """Return the earlier promise that "the contract" stands for."""
        if not (event.is_nominal and event.is_anaphoric):
            return event
        sides = {*event.payers, event.payee}
        earlier = [e for e in self.events[-60:] if e.has_quantity and {*e.payers, e.payee} == sides]
        return earlier[-1] if earlier else event

    # -- tables -----------------------------------------------------------------------------------

    def _tables(self) -> None:
        index = 10_000
        common = self._common_payer()
        context = self.document.title
        for block in self.document.blocks:
            if block.kind is not BlockKind.ROW:
                context = f"{self.document.title} {block.text[:400]}"
            if block.kind is not BlockKind.ROW or not block.cells:
                continue
            row = Sentence(block.text, block, 0, index, opens=True)
            index += 1
            columns = []
            for cell in block.cells:
                text = block.text[cell.start : cell.end]
                items = [i for i in self.chunker.items(text) if isinstance(i, NounPhrase)] if text else []
                columns.append(Column(role_of(cell.header), cell.header, text, cell.start, cell.end, items))
            event = read_row(row, columns, self.discourse, common, context)
            if event is None:
                continue
            event.end = len(row.text)
            settle(event, self.discourse)
            self.colour.paint(event)
            name_supply(event, [np for c in columns for np in c.items], self.discourse)
            self.events.append(event)

    def _common_payer(self) -> Event | None:
        if not any(block.kind is BlockKind.ROW for block in self.document.blocks):
            return None
        for sentence in self.sentences:
            if shares_one_payer(sentence.text):
                found = [
                    i.entity
                    for i in self.chunker.items(sentence.text)
                    if isinstance(i, NounPhrase) and i.entity
                ]
                if found:
                    from loopledger.read.lexicon.verbs import FRAMES  # noqa: PLC0415

                    return Event(
                        sentence=sentence,
                        frame=FRAMES["buy"],
                        trigger="rows",
                        item=0,
                        last=0,
                        agent=found[:1],
                    )
        return None

    # -- from events to drafts ----------------------------------------------------------------------

    def _finish(self) -> None:
        """Fill what only the whole document tells."""
        self.colour.spread(self.events)
        titled = [self.discourse.protagonist] if self.discourse.protagonist else []
        titled += [e for e in self.discourse.entities if e.in_heading]
        for number, event in enumerate(self.events):
            if not event.has_quantity or event.refused:
                continue
            if not event.payers and event.payee is None:
                self._look_ahead(event, self.events[number + 1 : number + 20])
            contract = event.act is Act.SIGN or (
                event.act in (Act.GET, Act.GIVE)
                and event.pays is not Pays.AGENT
                and event.kind is not Kind.EQUITY_INVESTMENT
            )
            missing = bool(event.payers) != (event.payee is not None)
            if (
                contract
                and missing
                and event.kind
                in (Kind.PURCHASE_COMMITMENT, Kind.SUPPLY, Kind.CAPACITY_COMMITMENT, Kind.LEASE)
            ):
                present = {*event.payers, event.payee}
                others = [
                    e
                    for e in dict.fromkeys(titled)
                    if e not in present
                    and (e.known or e.as_subject >= 0 or self.discourse.is_organisation(e.name))
                ]
                if others:
                    event.payers = event.payers or others[:1]
                    event.payee = event.payee or others[0]
                    event.rules.append("other:headline")

    def _look_ahead(self, event: Event, following: list[Event]) -> None:
        """A figure told before its parties: "it has a contract worth $5 million. X will buy from Y"."""
        if event.act is not Act.SIGN or event.power or event.count:
            return
        for other in following:
            if other.sentence.index - event.sentence.index > 3:
                return
            if other.payers and other.payee is not None and other.money is None and other.has_quantity:
                other.money, event.money = event.money, None
                other.extra.append((event.sentence, event.start, event.end))
                other.rules.append("figure told before")
                return

    def _refusal(self, event: Event) -> str:
        if event.refused:
            return event.refused
        if event.kind is None:
            return "no kind of promise could be told"
        if not event.has_quantity:
            return "no quantity"
        if event.payee is None:
            return "nobody to pay could be told"
        if not event.payers and event.kind is not Kind.BOND:
            return "nobody who pays could be told"
        if event.is_negated and event.status.value != "cancelled":
            return "negated"
        figure = event.money or event.power or event.count
        before = event.sentence.text[: figure.start if figure else event.end]
        if _OPTION.search(before) and event.status.value != "cancelled" and event.kind is not Kind.WARRANT:
            return "an option that is not exercised"
        if event.modal in ("may", "might") and event.status.value not in ("rumoured",):
            return "only a possibility"
        if event.payee in event.payers:
            return "both sides are the same"
        return ""

    def _refuse(self, event: Event, reason: str) -> None:
        if event.has_quantity:
            self.refusals.append(
                (event.sentence.span(self.document, event.start, max(event.end, event.start + 1)), reason)
            )

    def _draft(self, event: Event) -> Draft:
        span = event.sentence.span(self.document, event.start, event.end)
        extra = [
            sentence.span(self.document, start, end)
            for sentence, start, end in event.extra[:3]
            if end > start
        ]
        units = None
        if event.count is not None and event.count.count is not None:
            units = Units(count=event.count.count, of=event.counted)
        amount = event.money.amount if event.money else None
        capacity = event.power.capacity if event.power else None
        term = event.term
        return Draft(
            kind=event.kind or Kind.OTHER,
            payers=tuple(e.ref for e in event.payers),
            payee=event.payee.ref if event.payee else None,
            amount=amount, capacity=capacity, units=units,
            term_years=Decimal(term) if term is not None else None,
            products=tuple(event.products), suppliers=tuple(e.ref for e in event.suppliers),
            status=event.status, firmness=event.firmness, effective=effective(event.sentence.text),
            evidence=(span, *extra), rules=tuple(event.rules),
        )  # fmt: skip


def _names(items: list[Item]) -> list[tuple[int, Entity]]:
    """Return the organisations that a sentence names, with their places."""
    found = []
    for item in items:
        if isinstance(item, NounPhrase):
            for np in item.parts or [item]:
                found += [
                    (x.start, x.entity) for x in (np.possessor, np) if x is not None and x.entity is not None
                ]
    return found
