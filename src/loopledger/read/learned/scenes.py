"""A document laid out for the network: its text, the figures that may be promised, the mentions of parties."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from loopledger.read.content import counted_noun
from loopledger.read.discourse import Entity
from loopledger.read.items import NounPhrase, Tag, is_party, word_of
from loopledger.read.learned.wordpieces import BREAK
from loopledger.read.lexicon.nouns import NOT_BOUGHT
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.quantities import Figure, FigureKind

if TYPE_CHECKING:
    from loopledger.read.frames import SentenceFrames
    from loopledger.read.segment import Sentence

__all__ = ["Mention", "MentionSort", "Scene", "Sighting"]

#: After these a place is where something is, not who does it.
_WHERE = frozenset({"in", "near", "at", "outside", "of", "across", "on", "around", "off", "for"})
#: Places carry names of organisations without being them: "the PJM region".
_PLACE_NOUNS = frozenset(
    {"region", "area", "market", "grid", "territory", "zone", "corridor", "county", "state"}
)


class MentionSort(IntEnum):
    """How a party is mentioned."""

    NAME = 0
    PRONOUN = 1
    SEVERAL = 2
    DESCRIPTION = 3
    MODIFIER = 4


@dataclass(slots=True, eq=False)
class Mention:
    """Words that stand for one party or several: ``scene.text[start:end]``."""

    start: int
    end: int
    sentence: int
    entities: tuple[Entity, ...]
    sort: MentionSort


@dataclass(slots=True, eq=False)
class Sighting:
    """A figure that may be promised: ``scene.text[start:end]``, in the phrase ``np`` of a sentence."""

    start: int
    end: int
    sentence: int
    frames: SentenceFrames
    index: int
    np: NounPhrase
    figure: Figure
    counted: str


@dataclass(slots=True)
class Scene:
    """The sentences of a document as one text.

    Parameters
    ----------
    text : str
        Blocks are parted by a line break, sentences by a blank.
    sentences : list of int
        Where each begins in the text.
    """

    text: str = ""
    sentences: list[int] = field(default_factory=list)
    figures: list[Sighting] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _last: Sentence | None = None

    def add(self, frames: SentenceFrames) -> None:
        """Lay out one sentence, once its events were found: phrases are resolved then."""
        sentence = frames.sentence
        if self._last is not None:
            self._write(BREAK if self._last.block is not sentence.block else " ")
        self._last = sentence
        base, number = self._length, len(self.sentences)
        self.sentences.append(base)
        self._write(sentence.text)
        frames.resolver.only_looking = True
        try:
            self.mentions += _mentions(frames, base, number)
        finally:
            frames.resolver.only_looking = False
        self.figures += _sightings(frames, base, number)

    def close(self) -> None:
        """Put the text together, after the last sentence."""
        self.text = "".join(self._parts)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _sightings(frames: SentenceFrames, base: int, number: int) -> list[Sighting]:
    """Return the sums and capacities of a sentence, and the counts of something."""
    found = []
    phrases = [(index, item) for index, item in enumerate(frames.items) if isinstance(item, NounPhrase)]
    for index, np in phrases:
        for figure in np.figures:
            counted = _counted(frames, index, np, figure)
            if figure.is_quantity and (counted or figure.kind is not FigureKind.COUNT):
                start, end = base + figure.start, base + figure.end
                found.append(Sighting(start, end, number, frames, index, np, figure, counted))
    return found


def _counted(frames: SentenceFrames, index: int, np: NounPhrase, figure: Figure) -> str:
    """Return what a number counts: "9 *jets*", "12,000 of its *servers*", "nine *H160s*"."""
    counted = counted_noun(np)
    if counted or figure.kind is not FigureKind.COUNT:
        return counted
    if index + 2 < len(frames.items) and word_of(frames.items[index + 1]) == "of":
        following = frames.items[index + 2]
        if isinstance(following, NounPhrase) and counted_noun(following):
            return counted_noun(following)
    if np.is_time or figure.count is None or figure.count < 2:
        return ""
    if np.head in ("product", "place") and np.names:
        return np.names[-1].text
    return "" if np.head in ORGANISATION_NOUNS or np.head in NOT_BOUGHT else np.head


def _mentions(frames: SentenceFrames, base: int, number: int) -> list[Mention]:
    """Return the phrases of a sentence that stand for organisations."""
    found = []
    for index, item in enumerate(frames.items):
        if not isinstance(item, NounPhrase):
            continue
        rows = [
            *_owners(frames, item),
            *(_named(frames, item) if is_party(item) else _modifiers(frames, item)),
        ]
        if item.entity is None and not is_party(item) and item.head in ("person", "place") and item.names:
            where = index > 0 and word_of(frames.items[index - 1]) in _WHERE and item.head == "place"
            if not where:
                called = NounPhrase(Tag.NP, item.start, item.end, head=item.head)
                rows.append((called, [frames.discourse.placeholder(item.names[-1].text)]))
        for np, entities in rows:
            if entities:
                at = np if np.end > np.start else item
                found.append(Mention(base + at.start, base + at.end, number, tuple(entities), _sort(np)))
    return found


def _sort(np: NounPhrase) -> MentionSort:
    if np.head == "modifier":
        return MentionSort.MODIFIER
    if np.entity is not None:
        return MentionSort.NAME
    if np.pronoun:
        return MentionSort.PRONOUN
    return MentionSort.SEVERAL if np.parts else MentionSort.DESCRIPTION


def _owners(frames: SentenceFrames, item: NounPhrase) -> list[tuple[NounPhrase, list[Entity]]]:
    """Return whose a thing is: "Orvane's order", "its order"."""
    if item.possessor is not None and is_party(item.possessor):
        return [(item.possessor, frames.resolver.resolve(item.possessor))]
    if item.determiner not in ("its", "their") or is_party(item):
        return []
    asked = NounPhrase(Tag.NP, item.start, item.end, pronoun="it" if item.determiner == "its" else "they")
    return [(NounPhrase(Tag.NP, item.start, item.start, pronoun="its"), frames.resolver.resolve(asked))]


def _named(frames: SentenceFrames, item: NounPhrase) -> list[tuple[NounPhrase, list[Entity]]]:
    """Return the organisations that a phrase stands for, together and each alone."""
    rows = [(item, frames.resolver.resolve(item))]
    for number, part in enumerate(item.parts):
        one = frames.resolver.resolve(part)
        if one:
            head = f"part{min(number, 2)}"
            rows.append((NounPhrase(Tag.NP, part.start, part.end, head=head, entity=one[0]), one))
    return rows


def _modifiers(frames: SentenceFrames, item: NounPhrase) -> list[tuple[NounPhrase, list[Entity]]]:
    """Return the organisations that a thing is named by: "Azure capacity", "25 Embraer jets"."""
    rows = []
    for name in item.names if item.entity is None and item.head not in _PLACE_NOUNS else ():
        if name.is_place or name.is_person:
            continue
        if name.known is not None:
            entity = frames.discourse.known(name.known)
        elif not name.is_product and frames.discourse.is_organisation(name.text):
            entity = frames.discourse.named(name.text)
        elif not name.is_product and item.figures:
            entity = frames.discourse.placeholder(name.text)
        else:
            continue
        rows.append((NounPhrase(Tag.NP, item.start, item.start, head="modifier", entity=entity), [entity]))
    return rows
