"""The whole of a document: sentence after sentence, then one record for each promise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from loopledger.read.anaphora import (
    give_figures,
    give_terms,
    mark_loans,
    mark_recipient,
    name_several,
    share_guaranteed,
)
from loopledger.read.attention import note_mentions
from loopledger.read.chunks import Chunker
from loopledger.read.claims import reason_against
from loopledger.read.colour import Colour
from loopledger.read.dates import published
from loopledger.read.definitions import defined_terms, note_abbreviations, note_definitions, subsidiaries
from loopledger.read.denials import refuse_unsaid, unsaid
from loopledger.read.drafting import draft_of, refusal, refused
from loopledger.read.events import Event
from loopledger.read.filling import complete
from loopledger.read.finishing import finish, name_speaker
from loopledger.read.frames import SentenceFrames
from loopledger.read.groups import join_parties
from loopledger.read.items import NounPhrase
from loopledger.read.labels import label_event, label_of
from loopledger.read.learned.opinions import Judge, Opinion, load_judge
from loopledger.read.learned.proposals import CERTAIN, PROMISED, UNFINISHED, amend, is_part, is_told, proposed
from loopledger.read.learned.scenes import Scene
from loopledger.read.learned.windows import GROUP_OF, Told
from loopledger.read.lexicon import words
from loopledger.read.lexicon.currencies import home_currencies
from loopledger.read.merging import merge
from loopledger.read.names import NameFinder
from loopledger.read.papers import sheet_events, table_events
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.reference import Resolver
from loopledger.read.segment import Sentence, sentences, unread
from loopledger.read.settle import settle
from loopledger.read.story import Story, named_in
from loopledger.read.supply import name_supply
from loopledger.read.tokens import tokenize
from loopledger.read.world import World
from loopledger.records import Party, Reading, Span
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
_FORM = re.compile(r"\b(?:Form\s+)?(?:8-K|10-Q|10-K|6-K|20-F|S-1|424B)\b")


def read(document: Document, parties: Iterable[Party], *, learned: bool = True) -> Reading:
    """Return what a document promises, each record with the words it rests on.

    Parameters
    ----------
    document : Document
    parties : iterable of Party
        The known organisations; others are found by how the document speaks of them.
    learned : bool
        Whether the network gives a second opinion on each figure; without it reading is some twenty times as fast.

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
    return Reader(document, world_of(tuple(parties)), load_judge if learned else None).read()


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
    def __init__(self, document: Document, world: World, judge: Callable[[], Judge] | None) -> None:
        self.document, self.judge = document, judge  # without a judge: the grammar alone
        self.story = Story()
        texts = [block.text for block in document.blocks]
        self.sentences = list(sentences(document))
        self._is_long = len(document.text) > _LONG
        rows = (tokenize(sentence.text) for sentence in self.sentences)
        self._tokens = [] if self._is_long else list(rows)
        if not self._is_long:
            self.story.discourse.apart |= subsidiaries(texts)
        names = NameFinder(world, self.story.discourse, rows if self._is_long else self._tokens)
        names.defined |= defined_terms(texts) if not self._is_long else set()
        self.chunker = Chunker(world, self.story.discourse, names, home_currencies(document.text))
        self.resolver = Resolver(self.story.discourse)
        if not self._is_long:
            note_abbreviations(self.story.discourse, self.chunker, texts)
        self.refusals: list[tuple[Span, str]] = []
        self.left: list[tuple[Sentence, NounPhrase, Figure, str]] = []  # figures that no clause took
        self.scene = Scene()
        self.opinions: dict[int, Opinion] = {}
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
        self._papers()
        finish(self.story, self.colour, [s.text for s in self.sentences])
        self._amend()
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
                settled |= {id(f) for f in event.figures}
        good += self._second_opinion(good, settled)
        self._unplaced(good)
        drafts = tuple(draft_of(self.document, event) for event in merge(good))
        named = [
            e for e in self.story.discourse.entities if not e.placeholder and (e.known or e.n_mentions > 0)
        ]
        return Reading(
            source=self.document.name, published=published(self.document), drafts=drafts,
            parties=tuple(e.ref for e in named), refusals=tuple(self.refusals),
        )  # fmt: skip

    def told(self) -> dict[int, Told]:
        """Return what the grammar made of each figure that it took for a promise, by the id of the figure."""
        found: dict[int, Told] = {}
        for event in self.story.events:
            if not refusal(event) and event.kind is not None:
                told = Told(GROUP_OF[event.kind.value], tuple(event.payers), event.payee)
                for figure in event.figures:
                    found.setdefault(id(figure), told)
        return found

    def _amend(self) -> None:
        """Ask for a second opinion on every figure; put records of the grammar right where it is clear."""
        self.scene.close()
        if self.judge is None or not self.scene.figures:
            return
        self.opinions = self.judge().opinions(self.scene, self.told())
        sightings = {id(s.figure): s for s in self.scene.figures}
        beyond = next((s for s in self.scene.figures if id(s.figure) not in self.opinions), None)
        if beyond is not None:
            span = beyond.frames.sentence.span(self.document, beyond.np.start, beyond.np.end)
            self.refusals.append(
                (span, "the second opinion goes no further: from here the grammar reads alone")
            )
        for event in self.story.events:
            key = id(event.figures[0]) if event.has_quantity else None
            if key in self.opinions and not refusal(event):
                amend(event, sightings[key], self.opinions[key])

    def _second_opinion(self, good: list[Event], settled: set[int]) -> list[Event]:
        """Return events for figures that the grammar could not place."""
        known = list(good)  # and what is found here
        reasons = {id(figure): reason for _, _, figure, reason in self.left if reason}
        held = {id(f) for e in self.story.events for f in e.figures}
        for sighting in self.scene.figures:
            frames, key = sighting.frames, id(sighting.figure)
            opinion = self.opinions.get(key)
            is_aside = key in frames.claimed and key not in held  # the same sum in another currency
            if opinion is None or key in settled or is_aside or unsaid(frames.sentence.text):
                continue
            if reasons.get(key) in CERTAIN or is_told(sighting, known):
                continue
            event = proposed(sighting, opinion, against=key in reasons)
            if event is None:
                if opinion.promised >= PROMISED:
                    span = frames.sentence.span(self.document, sighting.np.start, sighting.np.end)
                    self.refusals.append(
                        (span, f"likely promised ({opinion.promised:.2f}), but not clear between whom")
                    )
                continue
            self.colour.paint(event)
            name_speaker(self.story, [event])
            if refusal(event) == "" and not is_part(event, known):
                known.append(event)
        return known[len(good) :]

    def _unplaced(self, good: list[Event]) -> None:
        """Say of each sum and capacity that no record holds why it is none."""
        taken = {id(f) for e in self.story.events for f in (e.money, e.power) if f is not None}
        taken |= {id(f) for e in good for f in (e.money, e.power) if f is not None}
        for sentence, np, figure, reason in self.left:
            if id(figure) not in taken:
                span = sentence.span(self.document, figure.start, max(figure.end, np.end))
                self.refusals.append((span, reason or "no clause that promises holds it"))

    def _is_english(self) -> bool:
        """Whether enough of the words are English function words; short texts pass."""
        words = [word for s in self.sentences[:60] for word in s.text.lower().split()]
        return len(words) < 60 or sum(w in _ENGLISH for w in words) > 0.08 * len(words)

    # -- sentences --------------------------------------------------------------------------------

    def _sentence(self, sentence: Sentence) -> None:
        self.story.discourse.in_heading = sentence.is_heading
        items = self.chunker.items(sentence.text, self._tokens[sentence.index] if self._tokens else None)
        note_definitions(self.story.discourse, sentence, items, filing=self._filing)
        items = join_parties(items, self.story.discourse)
        self.resolver.start(sentence.index, named_in(items))
        self.resolver.label = label_of(items)  # "X: has paid $5 million in advance"
        frames = SentenceFrames(sentence, items, self.story.discourse, self.resolver)
        events = self._events(frames)
        give_figures(self.story, frames, events)
        mark_loans(self.story, sentence)
        mark_recipient(self.story, frames)
        name_several(self.story, frames)
        give_terms(self.story, sentence, items, events)
        if not self._is_long:
            self._look_again(frames)
        self.story.events += events
        note_mentions(self.story, self.resolver, sentence, items)

    def _look_again(self, frames: SentenceFrames) -> None:
        """Note the figures of a sentence that no clause took: for a second opinion, and to say why they are none."""
        self.scene.add(frames)
        for np, figure in frames.unclaimed:
            if figure.kind in (FigureKind.MONEY, FigureKind.POWER):
                self.left.append((frames.sentence, np, figure, reason_against(frames, np, figure)))

    def _events(self, frames: SentenceFrames) -> list[Event]:
        """Return the events of a sentence, with their sides as far as it and the story so far tell them."""
        items, events = frames.items, frames.go()
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
        share_guaranteed(events)
        refuse_unsaid(frames.sentence.text, events)
        if not any(e.has_quantity and e.payers and e.payee for e in events):
            labelled = label_event(frames, events, self.story.discourse)
            if labelled is not None:
                settle(labelled, self.story.discourse)
                self.colour.paint(labelled)
                name_supply(labelled, items, self.story.discourse)
                events.append(labelled)
        return events

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
