"""What the network makes of each figure of a document: whether it is promised, as what, by whom, to whom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from loopledger.read.learned.network import Network, Scores
from loopledger.read.learned.scenes import Scene
from loopledger.read.learned.windows import KINDS, Told, Window, windows
from loopledger.read.learned.wordpieces import Pieces, WordPieces

if TYPE_CHECKING:
    from loopledger.read.discourse import Entity

__all__ = ["MOST_WINDOWS", "Judge", "Opinion", "load_judge"]

_FILE = "data/reading/network.npz"
#: Above this score, before squashing, another party pays as well: it is likelier than not.
_ALSO_PAYS = 0.0
#: So many windows are read; what comes after is left to the grammar alone.
MOST_WINDOWS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is thought of a figure.

    Parameters
    ----------
    promised : float
        How likely the figure is promised, 0..1.
    kind : str
        The likeliest group of kinds, one of :data:`loopledger.read.learned.windows.KINDS`.
    payers : tuple of Entity
        Empty for a bond that anybody may buy, or where nobody could be told.
    payee : Entity or None
    sure : float
        How likely both sides are right, 0..1, given that it is promised.
    """

    promised: float
    kind: str
    payers: tuple[Entity, ...] = ()
    payee: Entity | None = None
    sure: float = 0.0


class Judge:
    """The network with its vocabulary."""

    def __init__(self, network: Network, vocabulary: list[str]) -> None:
        self._network, self._pieces = network, WordPieces(vocabulary)
        self._frame = (vocabulary.index("[CLS]"), vocabulary.index("[SEP]"))

    def pieces(self, text: str) -> Pieces:
        """Return the word pieces of a text."""
        return self._pieces.cut(text)

    def opinions(self, scene: Scene, told: Mapping[int, Told] | None) -> dict[int, Opinion]:
        """Return an opinion of each figure of a scene.

        Parameters
        ----------
        scene : Scene
        told : mapping of int to Told, or None
            What the grammar made of the figures, by their ids.

        Returns
        -------
        dict of int to Opinion
            By the id of the figure; figures beyond the last window that is read have none.
        """
        found: dict[int, Opinion] = {}
        rows = windows(scene, self.pieces(scene.text), told, self._network.longest, self._frame)
        for number, window in enumerate(rows):
            if number >= MOST_WINDOWS:
                break
            x = self._network.encode(
                np.array(window.ids),
                np.array(window.shapes),
                np.array(window.types),
                np.array(window.numbers),
            )
            scores = self._network.scores(x, window.asked())
            for (sighting, _, _), opinion in zip(window.figures, _opinions_of(window, scores), strict=True):
                found[id(sighting.figure)] = opinion
        return found


def _opinions_of(window: Window, scores: Scores) -> Iterator[Opinion]:
    """Yield the opinion of each figure of a window."""
    sides: list[dict[Entity, list[tuple[float, float]]]] = [{} for _ in window.figures]
    for (figure, _, entity, _), (pays, gets) in zip(window.pairs, scores.sides.tolist(), strict=True):
        sides[figure].setdefault(entity, []).append((pays, gets))
    for promised, kinds, row in zip(scores.promised.tolist(), scores.kinds, sides, strict=True):
        yield _opinion(round(promised, 4), KINDS[int(kinds.argmax())], row)


def _opinion(promised: float, kind: str, sides: Mapping[Entity, list[tuple[float, float]]]) -> Opinion:
    entities = list(sides)
    pays = [_added([row[0] for row in sides[e]]) for e in entities]
    gets = [_added([row[1] for row in sides[e]]) for e in entities]
    payer, payee = _shares(pays), _shares(gets)
    if kind == "bond" and entities and max(pays) < 0:
        best = payee.index(max(payee))
        return Opinion(promised=promised, kind=kind, payee=entities[best], sure=round(payee[best], 4))
    names = [e.ref.name for e in entities]  # the same name may stand for two entities: a group and its unit
    pairs = [(j, k) for j in range(len(names)) for k in range(len(names)) if names[j] != names[k]]
    if not pairs:
        return Opinion(promised=promised, kind=kind)
    first, second = max(pairs, key=lambda pair: payer[pair[0]] * payee[pair[1]])
    paying = [j for j in range(len(entities)) if j == first or (j != second and pays[j] > _ALSO_PAYS)]
    return Opinion(
        promised=promised, kind=kind, payers=tuple(entities[j] for j in paying), payee=entities[second],
        sure=round(payee[second] * sum(payer[j] for j in paying), 4),
    )  # fmt: skip


def _added(scores: list[float]) -> float:
    """Return the logarithm of the sum of exponentials: several mentions speak for a party together."""
    top = max(scores)
    return top + math.log(sum(math.exp(s - top) for s in scores))


def _shares(scores: list[float]) -> list[float]:
    if not scores:
        return []
    total = _added(scores)
    return [math.exp(s - total) for s in scores]


@lru_cache(maxsize=1)
def load_judge() -> Judge:
    """Return the network that comes with the package."""
    path = resources.files("loopledger").joinpath(_FILE)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    vocabulary = bytes(arrays.pop("vocabulary")).decode("utf-8").split("\n")
    return Judge(Network(arrays), vocabulary)
