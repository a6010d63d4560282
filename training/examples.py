"""Labelled texts to examples: which figures are promised, as what, by whom and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.learned.scenes import Mention, MentionSort, Scene, Sighting
from loopledger.read.learned.windows import GROUP_OF, Told
from loopledger.read.quantities import FigureKind
from loopledger.read.reading import Reader, world_of
from loopledger.records import Party
from loopledger.sources import Document
from training.names import Names, is_same, plain

__all__ = ["SORTS", "Example", "Label", "example", "is_close"]

_TOLERANCE = 0.01
#: What figures are that nobody promises to anybody.
SORTS = ("capex", "revenue", "valuation", "market_cap", "estimate", "other")


@dataclass(slots=True, eq=False)
class Label:
    """What the labels say of a figure.

    Parameters
    ----------
    promised : bool or None
        None when the labels leave it open.
    record : int
        Number of the labelled record, -1 for none.
    kinds : tuple of str
        Groups of kinds that are right, the likeliest first.
    payers : list of list of frozenset of Entity
        Each row one right answer: for each name the entities that bear it.
    payees : list of frozenset of Entity
    sort : str or None
        Of a figure that is no promise: one of :data:`SORTS`, where it is labelled.
    """

    promised: bool | None = False
    record: int = -1
    kinds: tuple[str, ...] = ()
    payers: list[list[frozenset[Entity]]] = field(default_factory=list)
    payees: list[frozenset[Entity]] = field(default_factory=list)
    sort: str | None = None


@dataclass(slots=True, eq=False)
class Example:
    """A labelled text.

    Parameters
    ----------
    scene, labelled_scene : Scene
        With the mentions that the grammar finds, and with the names that the labels give.
    told : dict of int to Told, or None
        What the grammar made of each figure; None for texts that the grammar was written with.
    labels : dict of int to Label
        By the id of the figure.
    n_records : int
        How many promises have to be found.
    """

    source: str
    scene: Scene
    labelled_scene: Scene
    told: dict[int, Told] | None
    labels: dict[int, Label]
    n_records: int


def example(
    document: Document,
    gold: list[Mapping[str, Any]],
    names: Names,
    parties: tuple[Party, ...],
    *,
    source: str,
    distractors: Iterable[Mapping[str, Any]] = (),
    organisations: Iterable[str] = (),
    is_fresh: bool = True,
) -> Example:
    """Return a labelled text as the network sees it.

    Parameters
    ----------
    gold, distractors : list of mapping
        The promises of the text, and its other figures.
    organisations : iterable of str
        Every way in which the text spells the name of an organisation, where that is labelled.
    is_fresh : bool
        Whether the grammar was written without this text: only then its answers may be learned from.
    """
    reader = Reader(document, world_of(parties), None)
    reader.read()
    scene = reader.scene
    told = reader.told()
    better = _with_names(scene, sorted(set(organisations), key=len, reverse=True), reader.story.discourse)
    entities = list(dict.fromkeys(e for s in (scene, better) for m in s.mentions for e in m.entities))
    others = list(distractors)
    rows = {
        id(s.figure): _label(s, gold, document, names, entities) or Label(sort=_sort(s, others, document))
        for s in scene.figures
    }
    wanted = sum(not g.get("optional") for g in gold)
    return Example(source, scene, better, told if is_fresh else None, rows, wanted)


def _label(
    sighting: Sighting,
    gold: list[Mapping[str, Any]],
    document: Document,
    names: Names,
    entities: list[Entity],
) -> Label | None:
    """Return the label of a figure that is the quantity of a promise; None for others."""
    span = sighting.frames.sentence.span(document, 0, len(sighting.frames.sentence.text))
    rows = [g for g in gold if _measures(sighting, g)]
    if not rows:
        return None
    near = [g for g in rows if _quoted(document.text, span.start, span.end, g)]
    row = (near or rows)[0]
    bearers = {
        name: _bearers(name, names, entities)
        for name in {
            *(row.get("payer") or []), *(n for r in row.get("payer_alt") or [] for n in r),
            *([row["payee"]] if row.get("payee") else []), *(n for n in row.get("payee_alt") or [] if n),
        }
    }  # fmt: skip
    payers = [[bearers[n] for n in r] for r in [row.get("payer") or [], *(row.get("payer_alt") or [])] if r]
    payees = [bearers[n] for n in [row.get("payee"), *(row.get("payee_alt") or [])] if n]
    return Label(
        promised=True if near and not row.get("optional") else None,
        record=gold.index(row),
        kinds=tuple(GROUP_OF[k] for k in [row["kind"], *(row.get("kind_alt") or [])] if k in GROUP_OF),
        payers=[r for r in payers if all(r)],
        payees=[p for p in payees if p],
    )


def _sort(sighting: Sighting, others: list[Mapping[str, Any]], document: Document) -> str | None:
    """Return what a figure is that nobody promises; None where that is not labelled."""
    span = sighting.frames.sentence.span(document, 0, len(sighting.frames.sentence.text))
    rows = [o for o in others if _measures(sighting, o)]
    near = [o for o in rows if _quoted(document.text, span.start, span.end, o)]
    return next((str(o["kind"]) for o in near or rows if o["kind"] in SORTS), None)


def _bearers(name: str, names: Names, entities: list[Entity]) -> frozenset[Entity]:
    """Return the entities that bear a name; if none does, those whose name begins alike."""
    exact = [e for e in entities if names.key(name) in (names.key(e.ref.name), names.key(e.name))]
    alike = [
        e for e in entities if is_same(plain(e.ref.name), plain(name)) or is_same(plain(e.name), plain(name))
    ]
    return frozenset(exact or alike)


def is_close(value: float, *wanted: float | None) -> bool:
    """Whether a value is within one hundredth of one that is wanted."""
    return any(w is not None and abs(value - float(w)) <= _TOLERANCE * abs(float(w)) for w in wanted)


def _measures(sighting: Sighting, gold: Mapping[str, Any]) -> bool:
    """Whether a figure is the quantity of a labelled promise."""
    figure = sighting.figure
    has_sum = gold.get("amount") is not None or gold.get("low") is not None
    if figure.kind is FigureKind.MONEY and figure.amount is not None and has_sum:
        sums = [
            gold.get("amount"),
            gold.get("low"),
            gold.get("high"),
            *(a[0] for a in gold.get("amount_alt") or []),
        ]
        return is_close(float(figure.amount.value), *sums) or is_close(
            float(figure.amount.high), gold.get("amount"), gold.get("high")
        )
    if has_sum:
        return False
    if figure.kind is FigureKind.POWER and figure.capacity is not None and gold.get("capacity_mw"):
        capacity = gold["capacity_mw"]
        return is_close(float(figure.capacity.value), capacity) or is_close(
            float(figure.capacity.high), capacity
        )
    units = gold.get("units") if not gold.get("capacity_mw") else None
    if figure.kind is not FigureKind.COUNT or figure.count is None or not units or not units.get("count"):
        return False
    return is_close(float(figure.count), units["count"])


def _quoted(text: str, start: int, end: int, gold: Mapping[str, Any]) -> bool:
    extra = gold.get("evidence_extra")
    quotes = [gold.get("quote"), *(extra if isinstance(extra, list) else [extra])]
    quotes = [q for q in quotes if isinstance(q, str) and q]
    return not quotes or any(
        0 <= (at := text.find(quote)) < end and start < at + len(quote) for quote in quotes
    )


def _with_names(scene: Scene, organisations: list[str], discourse: Discourse) -> Scene:
    """Return the scene with the labelled names in place of those that the grammar cut differently."""
    if not organisations:
        return scene
    mentions = list(scene.mentions)
    known = list(dict.fromkeys(e for m in mentions for e in m.entities if not e.placeholder))
    for name, start, end in _found(scene.text, organisations):
        if any(_is_told(m, scene.text, name, start, end) for m in mentions):
            continue
        mentions = [m for m in mentions if not _is_cut(m, start, end)]
        bearers = [e for e in known if plain(name) in (plain(e.ref.name), plain(e.name))]
        entity = bearers[0] if bearers else discourse.named(name)
        number = sum(at <= start for at in scene.sentences) - 1
        mentions.append(Mention(start, end, number, (entity,), MentionSort.NAME))
    mentions.sort(key=lambda m: (m.start, m.end))
    return Scene(text=scene.text, sentences=scene.sentences, figures=scene.figures, mentions=mentions)


_NAMED = (MentionSort.NAME, MentionSort.MODIFIER)


def _is_told(mention: Mention, text: str, name: str, start: int, end: int) -> bool:
    """Whether a mention is the name, give or take an article or a legal form."""
    near = abs(mention.start - start) <= 4 and abs(mention.end - end) <= 6
    return mention.sort in _NAMED and near and is_same(plain(text[mention.start : mention.end]), plain(name))


def _is_cut(mention: Mention, start: int, end: int) -> bool:
    """Whether a mention is a piece of a longer name, or a name with a word too many."""
    within = mention.start < end and mention.end > start and mention.end - mention.start <= end - start + 4
    return mention.sort in _NAMED and within and len(mention.entities) == 1


def _found(text: str, organisations: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield where the names stand, in order; the longest first where two overlap."""
    taken: list[tuple[int, int, str]] = []
    for name in organisations:
        opens = r"(?<!\w)" if name[0].isalnum() else ""
        closes = r"(?!\w)" if name[-1].isalnum() else ""
        for match in re.finditer(opens + re.escape(name) + closes, text):
            start, end = match.span()
            if all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, name))
    for start, end, name in sorted(taken):
        yield name, start, end
