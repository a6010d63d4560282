"""From a scene to the arrays of the network: windows of pieces around figures, with what is known of each."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loopledger.read.learned.network import Asked
from loopledger.read.learned.scenes import Mention, MentionSort, Scene, Sighting
from loopledger.read.learned.wordpieces import Pieces
from loopledger.read.quantities import FigureKind

if TYPE_CHECKING:
    from loopledger.read.discourse import Entity

__all__ = [
    "FIGURE_TRAITS",
    "GROUP_OF",
    "KINDS",
    "N_NUMBERS",
    "N_SHAPES",
    "N_TYPES",
    "PAIR_TRAITS",
    "Told",
    "Window",
    "windows",
]

#: Kinds that are told apart here; the three buying kinds are told apart afterwards, by what is bought.
KINDS = (
    "buy", "equity_investment", "loan", "bond", "lease", "guarantee", "warrant", "revenue_share", "acquisition",
)  # fmt: skip
GROUP_OF: Mapping[str, str] = {
    "purchase_commitment": "buy", "capacity_commitment": "buy", "supply": "buy", **{k: k for k in KINDS},
}  # fmt: skip

#: Of a piece: 0 text, 1 to 3 a sum, capacity or count, 4 a name, 5 other words for a party.
N_TYPES = 6
_TYPE_OF = {FigureKind.MONEY: 1, FigureKind.POWER: 2, FigureKind.COUNT: 3}
_A_NAME, _ANOTHER_WORD = 4, 5
#: See :class:`loopledger.read.learned.wordpieces.Pieces`.
N_SHAPES = 5
#: Parties are numbered in the order they come up, from 1; after the last number the first is used again.
N_NUMBERS = 33
#: Whether the grammar's answer is given at all; the sort of figure (3); whether the grammar has a record; its kind.
FIGURE_TRAITS = 5 + len(KINDS)
_BUCKETS = 8
_MANY = 3
#: The sort of mention (5); in the same sentence, the one before, earlier, the next, later (5); whether it stands
#: before the figure; how many pieces away (8, by powers of two); how many sentences away; in the first sentence;
#: one of several; without a name; how many other figures (4: none, one, two, more) and how many names of others (4)
#: stand between; whether the grammar's record has the party as payer, as payee; whether there is one.
PAIR_TRAITS = len(MentionSort) + 5 + 1 + _BUCKETS + 4 + 2 * (_MANY + 1) + 3
#: Mentions farther away than this many sentences before and after a figure are not thought of.
_BEFORE, _AFTER = 12, 3
#: Where a document is longer than a window, so many pieces are kept before its first figure, and after its last.
_LEAD, _TRAIL = 330, 60


@dataclass(frozen=True, slots=True)
class Told:
    """What the grammar made of a figure: the kind's group and the sides."""

    kind: str
    payers: tuple[Entity, ...]
    payee: Entity | None


@dataclass(slots=True, eq=False, kw_only=True)
class Window:
    """A stretch of the document, short enough for the network.

    Parameters
    ----------
    ids, shapes, types, numbers : list of int
        One for each piece: in the vocabulary, how it is written, what it belongs to, which party it means (0 for none).
    figures : list of (Sighting, int, int)
        With first and last piece.
    mentions : list of (Mention, int, int)
    pairs : list of (int, int, Entity, list of float)
        Figure, mention, party, traits.
    figure_traits : list of list of float
    """

    ids: list[int]
    shapes: list[int]
    types: list[int]
    numbers: list[int]
    figures: list[tuple[Sighting, int, int]]
    mentions: list[tuple[Mention, int, int]]
    pairs: list[tuple[int, int, Entity, list[float]]]
    figure_traits: list[list[float]]

    def slots(self) -> dict[tuple[int, Entity], int]:
        """Return the number of each party beside each figure."""
        return {key: n for n, key in enumerate(dict.fromkeys((row[0], row[2]) for row in self.pairs))}

    def asked(self) -> Asked:
        """Return the question as arrays."""
        slots = self.slots()
        return Asked(
            figures=np.array([row[1:] for row in self.figures], dtype=np.int64).reshape(-1, 2),
            mentions=np.array([row[1:] for row in self.mentions], dtype=np.int64).reshape(-1, 2),
            figure_traits=np.array(self.figure_traits, dtype=np.float32).reshape(-1, FIGURE_TRAITS),
            pairs=np.array(
                [(figure, mention, slots[figure, entity]) for figure, mention, entity, _ in self.pairs],
                dtype=np.int64,
            ).reshape(-1, 3),
            pair_traits=np.array([row[3] for row in self.pairs], dtype=np.float32).reshape(-1, PAIR_TRAITS),
        )


def windows(
    scene: Scene, pieces: Pieces, told: Mapping[int, Told] | None, longest: int, frame: tuple[int, int]
) -> Iterator[Window]:
    """Yield windows that hold every figure of a scene once.

    Parameters
    ----------
    scene : Scene
    pieces : Pieces
        Of ``scene.text``.
    told : mapping of int to Told, or None
        What the grammar made of each figure, by the id of the figure; None when that is not to be known.
    longest : int
        The most pieces of a window.
    frame : (int, int)
        The pieces that open and close a window.
    """
    layout = _Layout(scene, pieces, told, frame)
    n, room, placed = len(pieces.ids), longest - 2, layout.figures
    at = 0
    while at < len(placed):
        low = max(0, min(placed[at][1] - min(_LEAD, 2 * room // 3), n - room))
        high = min(n, low + room)
        end = at + 1
        trail = 0 if high == n else min(_TRAIL, room // 6)
        while end < len(placed) and placed[end][2] < high - trail:
            end += 1
        yield layout.window(placed[at:end], low, high)
        at = end


class _Layout:
    """A scene in pieces: where its figures and mentions stand."""

    def __init__(
        self, scene: Scene, pieces: Pieces, told: Mapping[int, Told] | None, frame: tuple[int, int]
    ) -> None:
        self._pieces, self._told, self._frame = pieces, told, frame
        self.figures = [(s, *_place(pieces, s.start, s.end)) for s in scene.figures]
        self._mentions = [(m, *_place(pieces, m.start, m.end)) for m in scene.mentions]
        self._types = [0] * len(pieces.ids)
        for mention, first, last in self._mentions:
            named = mention.sort in (MentionSort.NAME, MentionSort.MODIFIER)
            for k in range(first, last + 1):
                self._types[k] = _A_NAME if named or self._types[k] == _A_NAME else _ANOTHER_WORD
        for sighting, first, last in self.figures:
            self._types[first : last + 1] = [_TYPE_OF[sighting.figure.kind]] * (last - first + 1)

    def window(self, placed: list[tuple[Sighting, int, int]], low: int, high: int) -> Window:
        """Return the window of the pieces from ``low`` to ``high`` with some of the figures."""
        shift, pieces = 1 - low, self._pieces
        near = [
            (m, first + shift, min(last, high - 1) + shift)
            for m, first, last in self._mentions
            if low <= first < high
        ]
        figures = [(s, first + shift, min(last, high - 1) + shift) for s, first, last in placed]
        order: dict[Entity, int] = {}
        for mention, _, _ in near:
            for entity in mention.entities:
                order.setdefault(entity, len(order) % (N_NUMBERS - 1) + 1)
        numbers = [0] * (high - low + 2)
        for mention, first, last in sorted(near, key=lambda row: row[0].sort is MentionSort.NAME):
            numbers[first : last + 1] = [order[mention.entities[0]]] * (last - first + 1)
        return Window(
            ids=[self._frame[0], *pieces.ids[low:high], self._frame[1]],
            shapes=[0, *pieces.shapes[low:high], 0],
            types=[0, *self._types[low:high], 0],
            numbers=numbers,
            figures=figures,
            mentions=near,
            pairs=self._pairs(figures, near),
            figure_traits=[_figure_traits(s, self._told) for s, _, _ in figures],
        )

    def _pairs(
        self, figures: list[tuple[Sighting, int, int]], near: list[tuple[Mention, int, int]]
    ) -> list[tuple[int, int, Entity, list[float]]]:
        """Return figures with the mentions around them."""
        gaps = _Gaps(figures, near)
        pairs = []
        for i, (sighting, first, last) in enumerate(figures):
            known = None if self._told is None else self._told.get(id(sighting.figure))
            for j, (mention, start, end) in enumerate(near):
                apart = sighting.sentence - mention.sentence
                if -_AFTER <= apart <= _BEFORE:
                    gap = (end, first) if end < first else (last, start)
                    shared = _pair_traits(mention, first - start, apart, gaps.between(*gap, mention.entities))
                    pairs += [(i, j, e, [*shared, *_told_of(known, e)]) for e in mention.entities]
        return pairs


class _Gaps:
    """How many figures and names begin between two pieces of a window."""

    def __init__(
        self, figures: list[tuple[Sighting, int, int]], near: list[tuple[Mention, int, int]]
    ) -> None:
        self._figures = sorted(first for _, first, _ in figures)
        names = sorted(
            ((first, m.entities[0]) for m, first, _ in near if m.sort is MentionSort.NAME),
            key=lambda row: row[0],
        )
        self._names, self._named = [first for first, _ in names], [entity for _, entity in names]

    def between(self, left: int, right: int, own: tuple[Entity, ...]) -> tuple[int, int]:
        """Return the number of figures and of other parties named, each up to ``_MANY``."""
        if right - left < 2:
            return 0, 0
        n_figures = bisect_left(self._figures, right) - bisect_right(self._figures, left)
        others: set[Entity] = set()
        for k in range(bisect_right(self._names, left), bisect_left(self._names, right)):
            if self._named[k] not in own:
                others.add(self._named[k])
                if len(others) == _MANY:
                    break
        return min(n_figures, _MANY), len(others)


def _place(pieces: Pieces, start: int, end: int) -> tuple[int, int]:
    """Return the first and last piece of a passage."""
    first = bisect_right(pieces.ends, start)
    last = bisect_left(pieces.starts, end) - 1
    first = min(first, len(pieces.ids) - 1)
    return first, max(first, last)


def _figure_traits(sighting: Sighting, told: Mapping[int, Told] | None) -> list[float]:
    row = [0.0] * FIGURE_TRAITS
    row[_TYPE_OF[sighting.figure.kind]] = 1.0
    if told is not None:
        row[0] = 1.0
        known = told.get(id(sighting.figure))
        if known is not None:
            row[4] = row[5 + KINDS.index(known.kind)] = 1.0
    return row


def _pair_traits(mention: Mention, distance: int, apart: int, between: tuple[int, int]) -> list[float]:
    row = [0.0] * (PAIR_TRAITS - 3)
    row[mention.sort] = 1.0
    base = len(MentionSort)
    row[base + (0 if apart == 0 else 1 if apart == 1 else 2 if apart > 1 else 3 if apart == -1 else 4)] = 1.0
    row[base + 5] = float(distance > 0)
    row[base + 6 + min(_BUCKETS - 1, int(math.log2(abs(distance) + 1)))] = 1.0
    at = base + 6 + _BUCKETS
    row[at : at + 4] = [
        min(abs(apart), 10) / 10,
        float(mention.sentence == 0),
        float(len(mention.entities) > 1),
        float(mention.entities[0].placeholder),
    ]
    for place, number in enumerate(between):
        row[at + 4 + place * (_MANY + 1) + number] = 1.0
    return row


def _told_of(known: Told | None, entity: Entity) -> tuple[float, float, float]:
    if known is None:
        return 0.0, 0.0, 0.0
    return float(entity in known.payers), float(entity is known.payee), 1.0
