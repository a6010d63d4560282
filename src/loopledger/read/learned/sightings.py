"""Figures that may be promised, with the parties of the sentence and of the story so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loopledger.read.claims import not_promised
from loopledger.read.content import counted_noun
from loopledger.read.discourse import Entity
from loopledger.read.items import NounPhrase, Tag, is_party, word_of
from loopledger.read.learned.clues import Scene, far_clues, figure_clues, party_clues
from loopledger.read.learned.weights import Weights
from loopledger.read.lexicon.nouns import NOT_BOUGHT
from loopledger.read.lexicon.roles import ORGANISATION_NOUNS
from loopledger.read.quantities import Figure, FigureKind
from loopledger.records import Kind

if TYPE_CHECKING:
    from loopledger.read.events import Event
    from loopledger.read.frames import SentenceFrames
    from loopledger.read.story import Story

__all__ = ["PROMISED", "Candidate", "Sighting", "sightings"]

#: From here a figure counts as promised.
PROMISED = 0.93
#: So many organisations spoken of before are thought of besides those of the sentence.
_FROM_BEFORE = 5
#: After these a place is where something is, not who does it.
_WHERE = frozenset({"in", "near", "at", "outside", "of", "across", "on", "around", "off", "for"})
#: These reasons why a figure is no promise are not open to a second opinion.
_SURE = ("a price per unit", "too small for a promise", "a rate")
#: A sum that something grows to is a total of other promises: "takes the campus total to $9 billion".
_GROWS_TO = re.compile(
    r"\b(?:tak(?:e|es|ing)|took|br(?:ing|ings|inging|ought)|lift(?:s|ed|ing)?|push(?:es|ed|ing)?)\b[^,;.]{2,60}"
    r"\bto\s+(?:about |around |some |nearly |over |more than )?\Z"
)
#: Places carry names of organisations without being them: "the PJM region".
_PLACE_NOUNS = frozenset(
    {"region", "area", "market", "grid", "territory", "zone", "corridor", "county", "state"}
)


@dataclass(slots=True, eq=False)
class Candidate:
    """One party, or several named side by side, that may stand on either side of a promise."""

    entities: tuple[Entity, ...]
    clues: list[str] = field(default_factory=list)
    is_near: bool = True


@dataclass(slots=True, eq=False)
class Sighting:
    """A figure, what speaks for its being promised, and who may promise it to whom."""

    frames: SentenceFrames
    np: NounPhrase
    figure: Figure
    counted: str
    clues: list[str]
    candidates: list[Candidate]
    index: int


def sightings(
    frames: SentenceFrames, story: Story, events: list[Event], weights: Weights | None
) -> list[Sighting]:
    """Return the figures of a sentence that may be promised.

    Parameters
    ----------
    frames : SentenceFrames
        After its events were found: phrases are resolved then.
    story : Story
    events : list of Event
        Of this sentence.
    weights : Weights or None
        With weights, only figures that the grammar left open and that look promised; without, for training,
        every figure.
    """
    found: list[Sighting] = []
    taken = {id(f) for event in events for f in (event.money, event.power, event.count) if f is not None}
    asides = frames.claimed - taken
    if weights is not None:
        asides |= {
            id(f) for e in events if _is_complete(e) for f in (e.money, e.power, e.count) if f is not None
        }
    scene: Scene | None = None
    parties: list[tuple[int, NounPhrase, tuple[Entity, ...]]] = []
    for index, np in enumerate(frames.items):
        if not isinstance(np, NounPhrase):
            continue
        for figure in np.figures:
            if not figure.is_quantity or id(figure) in asides:
                continue
            counted = counted_noun(np) or _counted_of(frames, index) or _any_noun(np, figure)
            if figure.kind is FigureKind.COUNT and not counted:
                continue
            reason = not_promised(frames, figure, np, word_of(frames.items[index - 1]) if index else "")
            if reason in _SURE or _is_account(frames, np, figure):
                continue
            if scene is None:
                frames.resolver.only_looking = True
                scene = Scene.of(frames)
                parties = _parties(frames)
                frames.resolver.only_looking = False
            clues = figure_clues(scene, index, figure, reason=reason, counted=counted, n_parties=len(parties))
            halves = _halves(figure, events, clues)
            if weights is not None and weights.promise(clues) < PROMISED:
                continue
            candidates = _candidates(scene, story, parties, index)
            _mark_halves(halves, candidates)
            found.append(Sighting(frames, np, figure, counted, clues, candidates, index))
    return found


#: How far before a figure a verb of growing is looked for [characters].
_NEAR = 100
#: What a company did in a past year is its accounts: "shipped $5 billion of servers last year".
_DID = frozenset({"ship", "sell", "deliver", "earn", "report", "spend", "post", "lose", "generate", "make"})
_PAST_YEAR = re.compile(
    r"\b(?:last|previous|prior|past)\s+(?:fiscal\s+|financial\s+|calendar\s+)?(?:year|quarter)\b|\bin\s+(?:fiscal\s+)?20\d\d\b",
    re.IGNORECASE,
)


def _is_account(frames: SentenceFrames, np: NounPhrase, figure: Figure) -> bool:
    """Whether a figure is a total, or tells what somebody did in a past year, with nobody."""
    if _GROWS_TO.search(frames.sentence.text, max(0, figure.start - _NEAR), figure.start):
        return True
    verbs = [k for k in frames.clauses.verbs() if frames.items[k].end <= np.start]
    if not verbs or not _PAST_YEAR.search(frames.sentence.text, np.end):
        return False
    vg = frames.clauses.verb(verbs[-1])
    named = {i.entity for i in frames.items if isinstance(i, NounPhrase) and i.entity is not None}
    return vg.lemma in _DID and vg.is_past and not vg.is_perfect and len(named) < 2


def _is_complete(event: Event) -> bool:
    """Whether the grammar made a whole promise of a clause."""
    sides = event.payee is not None and (bool(event.payers) or event.kind is Kind.BOND)
    return sides and event.kind is not None and not event.refused


def _halves(figure: Figure, events: list[Event], clues: list[str]) -> list[Event]:
    """Return the events that have the figure and one of its sides; note them among its clues."""
    found = []
    for event in events:
        if figure not in (event.money, event.power, event.count) or event.refused:
            continue
        if bool(event.payers) == (event.payee is not None):
            if not event.payers:
                clues.append("half none")
            continue
        clues += [
            "half",
            f"half kind:{event.kind.value if event.kind else '-'}",
            f"half act:{event.act.value}",
        ]
        found.append(event)
    return found


def _mark_halves(halves: list[Event], candidates: list[Candidate]) -> None:
    """Note the side that the grammar found when it found only one."""
    for event in halves:
        for candidate in candidates:
            if event.payers and set(candidate.entities) == set(event.payers):
                candidate.clues += ["half payer", f"half payer|{event.act.value}"]
            elif candidate.entities == (event.payee,):
                candidate.clues += ["half payee", f"half payee|{event.act.value}"]


def _counted_of(frames: SentenceFrames, index: int) -> str:
    """Read "12,000 of its servers"."""
    if index + 2 < len(frames.items) and word_of(frames.items[index + 1]) == "of":
        following = frames.items[index + 2]
        if isinstance(following, NounPhrase):
            return counted_noun(following)
    return ""


def _any_noun(np: NounPhrase, figure: Figure) -> str:
    """Return the noun that a number counts, whatever it is: "850 floor scrubbers", "nine H160s"."""
    if figure.kind is not FigureKind.COUNT or np.is_time or figure.count is None or figure.count < 2:
        return ""
    if np.head in ("product", "place") and np.names:
        return np.names[-1].text
    if not np.head or np.head in ORGANISATION_NOUNS or np.head in NOT_BOUGHT:
        return ""
    return np.head


def _parties(frames: SentenceFrames) -> list[tuple[int, NounPhrase, tuple[Entity, ...]]]:
    """Return the phrases of a sentence that stand for organisations, with their items' numbers."""
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
        found += [(index, np, tuple(entities)) for np, entities in rows if entities]
    return found


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


def _candidates(
    scene: Scene, story: Story, parties: list[tuple[int, NounPhrase, tuple[Entity, ...]]], index: int
) -> list[Candidate]:
    by_entities: dict[tuple[Entity, ...], Candidate] = {}
    row = [index for index, _, _ in parties]
    for rank, (at, np, entities) in enumerate(parties):
        candidate = by_entities.setdefault(entities, Candidate(entities))
        candidate.clues += party_clues(scene, index, at, np, entities, rank=rank, row=row)
    here = {entity for entities in by_entities for entity in entities}
    sentence = scene.frames.sentence.index
    recent = [e for e in story.discourse.active if e not in here and e.last >= 0 and not e.placeholder]
    topic, protagonist = story.discourse.topic, story.discourse.protagonist
    recent.sort(key=lambda e: (e in topic, e is protagonist, e.last, e.n_mentions), reverse=True)
    for entity in recent[:_FROM_BEFORE]:
        clues = far_clues(story, entity, sentence, len(here))
        by_entities[(entity,)] = Candidate((entity,), clues, is_near=False)
    if len(topic) > 1 and tuple(topic) not in by_entities and not here & set(topic):
        clues = [*far_clues(story, topic[0], sentence, len(here)), "far:joint topic"]
        by_entities[tuple(topic)] = Candidate(tuple(topic), clues, is_near=False)
    return [Candidate(c.entities, list(dict.fromkeys(c.clues)), c.is_near) for c in by_entities.values()]
