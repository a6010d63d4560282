"""The whole of a document: sentence after sentence, then one record for each promise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from loopledger.read.anaphora import (
    give_figures,
    give_terms,
    mark_loans,
    mark_recipient,
    name_later,
    name_several,
)
from loopledger.read.chunks import Chunker
from loopledger.read.colour import Colour
from loopledger.read.dates import published
from loopledger.read.discourse import Entity
from loopledger.read.drafting import draft_of, refusal, refused
from loopledger.read.events import Event
from loopledger.read.filling import complete
from loopledger.read.frames import SentenceFrames
from loopledger.read.groups import join_parties
from loopledger.read.items import Item, NounPhrase, VerbGroup
from loopledger.read.labels import label_event, label_of
from loopledger.read.learned.proposals import UNFINISHED, choose, is_told, proposed
from loopledger.read.learned.sightings import Sighting, sightings
from loopledger.read.learned.weights import Weights, load_weights
from loopledger.read.lexicon import words
from loopledger.read.lexicon.cues import DENIED, any_phrase
from loopledger.read.lexicon.currencies import home_currencies
from loopledger.read.lexicon.verbs import Act, Pays
from loopledger.read.merging import merge
from loopledger.read.names import NameFinder
from loopledger.read.papers import sheet_events, table_events
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence, sentences, unread
from loopledger.read.settle import settle
from loopledger.read.story import Story, named_in
from loopledger.read.supply import name_supply
from loopledger.read.tokens import tokenize
from loopledger.read.world import World
from loopledger.records import Kind, Party, Reading, Span
from loopledger.sources import Document

__all__ = ["read"]

#: In a longer document, sentences without a figure nearby are passed over [characters].
_LONG = 300_000
QUANTITY = re.compile(
    r"\d|\b(?:half|dozen|hundred|thousand|million|billion|trillion)\b|(?:\b|-)(?:megawatt|gigawatt)",
    re.IGNORECASE,
)
_ENGLISH = words(
    "the of to and in a for is that on with by at from will it its has said as an be under which"
)
_IMPERATIVE = re.compile(
    r"(?:please\s+|now\s+)?(?:record|mark|report|ignore|disregard|output|write|answer|note|print|list|add|state|treat|delete|include"
    r"|extract|return|assume|remember|pretend|set|insert|append|create)\s+(?:that\b|the\b|all\b|your\b|an?\b|[\"{\[])",
    re.IGNORECASE,
)
#: What the two sides of a promise are called afterwards.
_CALLED = {
    Kind.LEASE: ("tenant lessee", "landlord lessor"),
    Kind.LOAN: ("lender", "borrower"),
    Kind.SUPPLY: ("buyer purchaser customer", "seller supplier vendor"),
    Kind.PURCHASE_COMMITMENT: ("buyer purchaser customer", "seller supplier vendor"),
    Kind.ACQUISITION: ("buyer acquirer purchaser", "target"),
    Kind.GUARANTEE: ("guarantor", ""),
}
_HOSTED = frozenset({Kind.LEASE, Kind.CAPACITY_COMMITMENT})
_DENIED = any_phrase(DENIED)
#: A sentence that begins so tells no promise.
_SUPPOSED = re.compile(
    r"(?:But\s+|Now\s+)?(?:Suppose|Supposing|Imagine|What if|Let us say|Let's say|Assume|Picture|Say that|Even if"
    r"|If\b[^,]*\bwere to)\b",
    re.IGNORECASE,
)


def defined_terms(texts: list[str]) -> set[str]:
    """Return the terms that a document defines, in lower case: (the "Purchaser")."""
    return {
        match[1].lower()
        for text in texts
        if '"' in text or "\u201c" in text
        for match in _DEFINED.finditer(text)
    }


def unsaid(text: str) -> bool:
    """Whether a sentence promises nothing because it denies, supposes or commands."""
    return bool(_DENIED.search(text) or _SUPPOSED.match(text) or _IMPERATIVE.match(text))


_ALSO_DEFINED = re.compile(
    r"[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]\s+or\s+(?:the\s+)?[\"\u201c]([A-Z][\w .&-]{1,40})[\"\u201d]"
)
_DEFINED = re.compile(
    r"\(\s*(?:the|each,? an?|collectively,? the|together,? the|hereinafter)?\s*[\"\u201c]"
    r"([A-Z][\w .&-]{1,40})[\"\u201d]\s*\)"
)
#: "X", "we" and the "Company" refer to X Inc.
_REFER = re.compile(r"[\"\u201d]\s+(?:each\s+)?(?:refers?|means?)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"\u201c]([A-Za-z][\w .&-]{1,40})[\"\u201d]")
#: "P = Pontis Grid", "PG stands for Pontis Grid"
_SHORT = re.compile(
    r"\b(?P<short>[A-Z][A-Za-z0-9&]{0,6})\s*(?:=|\bstands for\b|\bis short for\b)\s*(?:the )?"
    r"(?P<full>[A-Z][\w&'-]+(?: [A-Z][\w&'-]+){0,3})"
)
#: "Orvane Cloud, a unit of Orvane"
_SUBSIDIARY = re.compile(
    r"((?:[A-Z][\w&-]+ ){1,3}[A-Z][\w&-]+), (?:a|an|its|the) (?:[\w-]+ ){0,3}?"
    r"(?:unit|subsidiary|arm|affiliate|division|vehicle)\b"
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
    return Reader(document, world_of(tuple(parties))).read()


_worlds: list[tuple[tuple[Party, ...], World]] = []


def world_of(parties: tuple[Party, ...]) -> World:
    """Return the index of a table of parties; that of the last table is kept."""
    if (
        not _worlds
        or len(_worlds[0][0]) != len(parties)
        or any(a is not b for a, b in zip(_worlds[0][0], parties, strict=True))
    ):
        _worlds[:] = [(parties, World.of(parties))]
    return _worlds[0][1]


class Reader:
    def __init__(self, document: Document, world: World) -> None:
        self.document = document
        self.story = Story()
        texts = [block.text for block in document.blocks]
        self.sentences = list(sentences(document))
        self._is_long = len(document.text) > _LONG
        rows = (tokenize(sentence.text) for sentence in self.sentences)
        self._tokens = [] if self._is_long else list(rows)
        for text in texts if not self._is_long else ():
            if any(word in text for word in (" unit", " subsid", " arm", " affil", " divis", " vehicle")):
                self.story.discourse.apart |= {m[1].lower() for m in _SUBSIDIARY.finditer(text)}
        names = NameFinder(world, self.story.discourse, rows if self._is_long else self._tokens)
        names.defined |= defined_terms(texts) if not self._is_long else set()
        self.chunker = Chunker(world, self.story.discourse, names, home_currencies(document.text))
        self.resolver = Resolver(self.story.discourse)
        self._abbreviations(texts)
        self.refusals: list[tuple[Span, str]] = []
        self.sightings: list[Sighting] = []
        self.weights: Weights | None = load_weights()  # None: every figure is sighted, for training
        self._spoke = False
        lead = " ".join(texts[:3])[:1200]
        self._filing = bool(_FORM.search(" ".join(texts[:4])))
        self.colour = Colour(lead, filing=self._filing)

    def _abbreviations(self, texts: list[str]) -> None:
        """Note names that the document shortens: "P = Pontis Grid"."""
        for text in texts if not self._is_long else ():
            if "=" not in text and " for " not in text:
                continue
            for match in _SHORT.finditer(text):
                names = [i.entity for i in self.chunker.items(match["full"]) if isinstance(i, NounPhrase)]
                if len(names) == 1 and names[0] is not None:
                    self.story.discourse.shorten(match["short"], names[0])

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
        self._papers()
        self._finish()
        good = []
        settled: set[int] = set()
        for event in self.story.events:
            reason = refusal(event)
            if reason:
                if event.has_quantity:
                    self.refusals.append(refused(self.document, event, reason))
            else:
                good.append(event)
            if reason not in UNFINISHED:
                settled |= {id(f) for f in (event.money, event.power, event.count) if f is not None}
        good += self._second_opinion(good, settled)
        drafts = tuple(draft_of(self.document, event) for event in merge(good))
        named = [
            e for e in self.story.discourse.entities if not e.placeholder and (e.known or e.n_mentions > 0)
        ]
        return Reading(
            source=self.document.name, published=published(self.document), drafts=drafts,
            parties=tuple(e.ref for e in named), refusals=tuple(self.refusals),
        )  # fmt: skip

    def _second_opinion(self, good: list[Event], settled: set[int]) -> list[Event]:
        """Return events for figures that the grammar could not place."""
        weights = self.weights
        found: list[Event] = []
        if weights is None:
            return found
        for sighting in self.sightings:
            if id(sighting.figure) in settled or is_told(sighting, good):
                continue
            event = proposed(sighting, choose(sighting, weights), weights)
            if event is None:
                continue
            self.colour.paint(event)
            if refusal(event) == "":
                found.append(event)
        return found

    def _is_english(self) -> bool:
        """Whether enough of the words are English function words; short texts pass."""
        words = [word for s in self.sentences[:60] for word in s.text.lower().split()]
        return len(words) < 60 or sum(w in _ENGLISH for w in words) > 0.08 * len(words)

    # -- sentences --------------------------------------------------------------------------------

    def _sentence(self, sentence: Sentence) -> None:
        self.story.discourse.in_heading = sentence.is_heading
        items = self.chunker.items(sentence.text, self._tokens[sentence.index] if self._tokens else None)
        self._define(sentence, items)
        items = join_parties(items, self.story.discourse)
        self.resolver.start(sentence.index, named_in(items))
        self._label(items)
        frames = SentenceFrames(sentence, items, self.story.discourse, self.resolver)
        events = frames.go()
        denied = _DENIED.search(sentence.text) if events else None
        commanded = bool(events) and _IMPERATIVE.match(sentence.text) is not None
        for number, event in enumerate(events):
            settle(event, self.story.discourse)
            complete(self.story, event, events[:number], items)
            label, owner = self.resolver.label, self.story.discourse.protagonist
            if (
                label is not None
                and event.payers == [label.entity]
                and event.payee is None
                and event.has_quantity
            ):
                event.payee = owner if owner is not label.entity else None
                event.rules.append("other:label")
            self.colour.paint(event)
            if event.has_quantity:
                name_supply(event, items, self.story.discourse)
            if _SUPPOSED.match(sentence.text):
                event.refused = "only supposed"
            if commanded:
                event.refused = "an instruction to the reader"
            if denied and (denied.start() < event.end or event.modal == "would"):
                event.refused = "denied"
        if not any(e.has_quantity and e.payers and e.payee for e in events):
            labelled = label_event(frames, events, self.story.discourse)
            if labelled is not None:
                settle(labelled, self.story.discourse)
                self.colour.paint(labelled)
                name_supply(labelled, items, self.story.discourse)
                events.append(labelled)
        give_figures(self.story, frames, events)
        mark_loans(self.story, sentence)
        mark_recipient(self.story, frames)
        name_several(self.story, frames)
        give_terms(self.story, sentence, items, events)
        if not self._is_long and QUANTITY.search(sentence.text) and not unsaid(sentence.text):
            self.sightings += sightings(frames, self.story, events, self.weights)
        self.story.events += events
        self._mention(sentence, items)

    def _label(self, items: list[Item]) -> None:
        """Note whom a line is about: "X: has paid $5 million in advance"."""
        self.resolver.label = label_of(items)

    def _define(self, sentence: Sentence, items: list[Item]) -> None:  # noqa: C901  (one branch for each construction)
        """Note names that the document defines: "X Inc. (the "Company")"."""
        quoted = '"' in sentence.text or "\u201c" in sentence.text
        for match in _DEFINED.finditer(sentence.text) if quoted else ():
            before = [
                i
                for i in items
                if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
            ]
            if before and before[-1].entity is not None:
                self.story.discourse.alias(match[1], before[-1].entity)
        for match in _ALSO_DEFINED.finditer(sentence.text) if quoted else ():
            before = [
                i
                for i in items
                if isinstance(i, NounPhrase) and i.entity is not None and i.end <= match.start()
            ]
            if before and before[-1].entity is not None:
                for name in match.groups():
                    self.story.discourse.alias(name, before[-1].entity)
        if quoted and _REFER.search(sentence.text):
            named = [i.entity for i in items if isinstance(i, NounPhrase) and i.entity is not None]
            for match in _QUOTED.finditer(sentence.text):
                if named:
                    self.story.discourse.alias(match[1], named[-1])
        if self._filing and "company" not in self.story.discourse.defined and sentence.index < 3:
            first = next(
                (i.entity for i in items if isinstance(i, NounPhrase) and i.entity is not None), None
            )
            if first is not None and (_LEGAL.search(sentence.text) or sentence.is_heading):
                self.story.discourse.alias("company", first)

    def _mention(self, sentence: Sentence, items: list[Item]) -> None:  # noqa: C901  (one branch for each construction)
        found: list[Entity] = []
        for item in items:
            if isinstance(item, NounPhrase):
                for np in item.parts or [item]:
                    if np.entity is not None:
                        found.append(np.entity)
                    if np.possessor is not None and np.possessor.entity is not None:
                        found.append(np.possessor.entity)
        self.story.discourse.mention(found, sentence.index)
        if sentence.is_heading and sentence.index < 3:
            for entity in found:
                entity.in_heading = True
        subjects = [s for s in self.resolver.subjects if s]
        if subjects:
            self.story.discourse.topic = subjects[0]
        elif found and not sentence.is_heading:
            self.story.discourse.topic = found[:1]
        self._protagonist(sentence, items)
        for event in self.story.events[-6:]:
            called = _CALLED.get(event.kind, ("", "")) if event.kind is not None else ("", "")
            for payer in event.payers:
                payer.sides.add("payer")
                payer.traits.update(called[0].split())
            if event.payee is not None:
                event.payee.sides.add("payee")
                event.payee.traits.update(called[1].split())

    def _protagonist(self, sentence: Sentence, items: list[Item]) -> None:
        """Note whose news it is: who speaks first, else who the headline names first."""
        if sentence.index > 4 or (self.story.discourse.protagonist is not None and self._spoke):
            return
        for item, following in itertools.pairwise(items):
            speaks = isinstance(following, VerbGroup) and following.lemma in (
                "say",
                "announce",
                "disclose",
                "report",
            )
            if isinstance(item, NounPhrase) and item.entity is not None and speaks:
                self.story.discourse.protagonist, self._spoke = item.entity, True
                return
        if self.story.discourse.protagonist is None:
            names = [
                n for i in items if isinstance(i, NounPhrase) for np in (i.parts or [i]) for n in np.names
            ]
            known = [self.story.discourse.known(n.known) for n in names if n.known and not n.is_product]
            named = [e for _, e in named_in(items)]
            self.story.discourse.protagonist = next(iter([*known, *named]), None)

    # -- tables and sheets --------------------------------------------------------------------------

    def _papers(self) -> None:
        """Read tables and sheets of keys and values; a sheet stands above what its lines say alone."""
        discourse = self.story.discourse
        rows = table_events(self.document, self.chunker, discourse, self.sentences)
        told = sheet_events(self.document, self.chunker, discourse)
        for event in [*rows, *told]:
            settle(event, discourse)
            self.colour.paint(event)
            name_supply(event, list(event.content), discourse)
        lines = {id(s.block) for event in told for s in (event.sentence, *(x for x, _, _ in event.extra))}
        for event in self.story.events:
            if id(event.sentence.block) in lines and not event.refused:
                event.refused = "told by its sheet"
        self.story.events += [*rows, *told]

    # -- from events to drafts ----------------------------------------------------------------------

    def _finish(self) -> None:
        """Fill what only the whole document tells."""
        for event in self.story.events:
            self.colour.paint(event)  # those that got their figure from a later sentence
        self.colour.spread(self.story.events)
        titled = [self.story.discourse.protagonist] if self.story.discourse.protagonist else []
        own = self.story.discourse.defined.get("company")
        titled = [own, *titled] if own is not None else titled
        titled += [e for e in self.story.discourse.entities if e.in_heading]
        name_later(self.story)
        for number, event in enumerate(self.story.events):
            if not event.has_quantity or event.refused:
                continue
            if not event.payers and event.payee is None:
                self._look_ahead(event, self.story.events[number + 1 : number + 20])
            contract = event.act is Act.SIGN or (
                (
                    event.act in (Act.GET, Act.GIVE)
                    or (event.act is Act.PAY and not event.doer)
                    or (
                        event.act is Act.BUY
                        and event.is_nominal
                        and "company" in self.story.discourse.defined
                    )
                    or event.trigger.startswith("be ")
                )
                and (event.pays is not Pays.DOER or event.act is not Act.GET)
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
                hosts = self._hosts() if event.payee is None and event.kind in _HOSTED else []
                others = [
                    e
                    for e in dict.fromkeys([*hosts, *titled])
                    if e not in present
                    and (e.known or e.as_subject >= 0 or self.story.discourse.is_organisation(e.name))
                ]
                if others:
                    event.payers = event.payers or others[:1]
                    event.payee = event.payee or others[0]
                    event.rules.append("other:headline")

    def _hosts(self) -> list[Entity]:
        """Return who lets space in this document: who more of it is taken from, if it is not said."""
        return [
            e.payee for e in self.story.events if e.kind is Kind.LEASE and e.payee is not None and e.payers
        ]

    def _look_ahead(self, event: Event, following: list[Event]) -> None:
        """Give a figure told before its parties: "it has a contract worth $5 million. X will buy"."""
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
