"""What the network makes of each figure of a document: whether it is promised, as what, by whom, to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from loopledger.read.learned.network import Floats, Network, Scores
from loopledger.read.learned.scenes import Scene
from loopledger.read.learned.windows import KINDS, Told, Window, windows
from loopledger.read.learned.wordpieces import Pieces, WordPieces

if TYPE_CHECKING:
    from loopledger.read.discourse import Entity

__all__ = ["MOST_WINDOWS", "Judge", "Opinion", "load_judge", "opinion_of"]

_FILE = "data/reading/network.npz"
#: Above this score, before squashing, another party pays as well: it is likelier than not by far.
_ALSO_PAYS = 1.0
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
            needed, asked = window.asked().needed()
            x = self._network.encode(
                np.array(window.ids),
                np.array(window.shapes),
                np.array(window.types),
                np.array(window.numbers),
                needed,
            )
            scores = self._network.scores(x, asked)
            for (sighting, _, _), opinion in zip(window.figures, _opinions_of(window, scores), strict=True):
                found[id(sighting.figure)] = opinion
        return found


def _opinions_of(window: Window, scores: Scores) -> Iterator[Opinion]:
    """Yield the opinion of each figure of a window."""
    of_figure: list[dict[int, Entity]] = [{} for _ in window.figures]
    for (figure, entity), slot in window.slots().items():
        of_figure[figure][slot] = entity
    for figure, parties in enumerate(of_figure):
        rows = list(parties)
        promised, kind = round(float(scores.promised[figure]), 4), KINDS[int(scores.kinds[figure].argmax())]
        together = scores.payers[rows] @ scores.payees[rows].T
        yield opinion_of(promised, kind, list(parties.values()), scores.sides[rows], together)


def opinion_of(
    promised: float, kind: str, entities: list[Entity], sides: Floats, together: Floats
) -> Opinion:
    """Return the opinion of a figure from how well each party and each two of them fit; shapes (n, 2) and (n, n)."""
    if kind == "bond" and entities and sides[:, 0].max() < 0:
        payee = _shares(sides[:, 1])
        best = int(payee.argmax())
        return Opinion(promised=promised, kind=kind, payee=entities[best], sure=round(float(payee[best]), 4))
    names = [e.ref.name for e in entities]  # the same name may stand for two entities: a group and its unit
    other = np.array([[a != b for b in names] for a in names], dtype=bool).reshape(len(names), len(names))
    if not other.any():
        return Opinion(promised=promised, kind=kind)
    # a party that could as well stand on both sides makes the couple less sure
    couples = _shares(sides[:, :1] + sides[:, 1] + together)
    first, second = divmod(int(np.where(other, couples, -1.0).argmax()), len(entities))
    paying = [
        j for j in range(len(entities)) if j == first or (other[j, second] and sides[j, 0] > _ALSO_PAYS)
    ]
    return Opinion(
        promised=promised, kind=kind, payers=tuple(entities[j] for j in paying), payee=entities[second],
        sure=round(float(couples[paying, second].sum()), 4),
    )  # fmt: skip


def _shares(scores: Floats) -> Floats:
    """Return the shares of parties or couples: exponentials that add up to 1."""
    raised: Floats = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


@lru_cache(maxsize=1)
def load_judge() -> Judge:
    """Return the network that comes with the package."""
    path = resources.files("loopledger").joinpath(_FILE)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    vocabulary = bytes(arrays.pop("vocabulary")).decode("utf-8").split("\n")
    return Judge(Network(arrays), vocabulary)
