"""The network of the learned half: a small transformer over word pieces, with heads for figures and parties.

Plain NumPy, one window of text at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

__all__ = ["Asked", "Floats", "Network", "Scores", "unpacked"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: So many heads of attention.
_HEADS = 12
#: Added to variances.
_EPSILON = np.float32(1e-12)
#: The two sides of a promise.
_SIDES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about a window.

    Parameters
    ----------
    figures : numpy.ndarray of int64, shape (n_figures, 2)
        First and last piece of each figure.
    mentions : numpy.ndarray of int64, shape (n_mentions, 2)
        First and last piece of each mention of a party.
    figure_traits : numpy.ndarray of float32, shape (n_figures, n_traits)
    pairs : numpy.ndarray of int64, shape (n_pairs, 3)
        Figure, mention, slot: a slot is one party beside one figure, whatever its mentions.
    pair_traits : numpy.ndarray of float32, shape (n_pairs, n_pair_traits)
    """

    figures: Ints
    mentions: Ints
    figure_traits: Floats
    pairs: Ints
    pair_traits: Floats

    def needed(self) -> tuple[Ints, Asked]:
        """Return the places of all first and last pieces, and the question in terms of those alone."""
        places: Ints = np.unique(np.concatenate([self.figures.ravel(), self.mentions.ravel()]))
        figures, mentions = np.searchsorted(places, self.figures), np.searchsorted(places, self.mentions)
        return places, replace(self, figures=figures, mentions=mentions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the network makes of it.

    Parameters
    ----------
    promised : numpy.ndarray of float32, shape (n_figures,)
        Probability that a figure is promised, 0..1.
    kinds : numpy.ndarray of float32, shape (n_figures, n_kinds)
        Probabilities, each row adds up to 1.
    sides : numpy.ndarray of float32, shape (n_slots, 2)
        How well a party fits as payer and as payee; any real number.
    payers, payees : numpy.ndarray of float32, shape (n_slots, width)
        The product of the two of different parties says how well they fit each other; it is added to their sides.
    """

    promised: Floats
    kinds: Floats
    sides: Floats
    payers: Floats
    payees: Floats


class Network:
    """The transformer and its heads.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        As ``training.network`` names them. Large tables are whole numbers, with a scale for each row under the
        same name and ".scale"; those of "words" stand two in a byte.

    Notes
    -----
    Layers as in BERT (Devlin and others, 2019): attention, then two linear maps, each added to its input.
    The weights were first those of MiniLM (Wang and others, 2020) and then fitted to labelled announcements.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self._words = arrays["words"]
        self._word_scale = arrays["words.scale"].astype(np.float32)
        self._table = {name: _plain(arrays, name) for name in arrays if not name.startswith("words")}
        self._n_layers = len({n.split(".")[1] for n in self._table if n.startswith("layer.")})

    @property
    def longest(self) -> int:
        """The most pieces a window may have."""
        return len(self._table["positions"])

    def encode(
        self, ids: Ints, shapes: Ints, types: Ints, numbers: Ints, needed: Ints | None = None
    ) -> Floats:
        """Return one vector for each piece of a window, or for those that are needed.

        Parameters
        ----------
        ids, shapes, types, numbers : numpy.ndarray of int64, shape (n,)
            As :class:`loopledger.read.learned.windows.Window` has them.
        needed : numpy.ndarray of int64, shape (n_needed,), optional
            Places of pieces; the last layer is computed for these alone.

        Returns
        -------
        numpy.ndarray of float32, shape (n, width) or (n_needed, width)
        """
        table = self._table
        words = unpacked(self._words[ids]) * self._word_scale[ids][:, None]
        x = words + table["positions"][: len(ids)] + table["shapes"][shapes] + table["types"][types]
        x = x + table["numbers"][numbers]
        x = self._normal(x, "first")
        for number in range(self._n_layers):
            is_last = number == self._n_layers - 1
            x = self._layer(x, x[needed] if is_last and needed is not None else x, f"layer.{number}")
        return x

    def _layer(self, x: Floats, own: Floats, layer: str) -> Floats:
        """Return the vectors ``own``, rows of ``x``, after a layer."""
        own = self._normal(own + self._attention(x, own, layer), f"{layer}.normal")
        inner = _gelu(self._linear(own, f"{layer}.inner"))
        return self._normal(own + self._linear(inner, f"{layer}.outer"), f"{layer}.last")

    def scores(self, x: Floats, asked: Asked) -> Scores:
        """Return what figures and pairs of figures and mentions score."""
        figures = _ends(x, asked.figures)
        hidden = _gelu(self._linear(np.concatenate([figures, asked.figure_traits], axis=1), "figure"))
        promised = _squashed(self._linear(hidden, "promised")[:, 0])
        kinds = _softmax(self._linear(hidden, "kind"))
        mentions = _ends(x, asked.mentions)
        of, who, slot = asked.pairs.T
        both = self._linear(figures, "pair.figure")[of] + self._linear(mentions, "pair.mention")[who]
        both = both + self._linear(asked.pair_traits, "pair.traits")
        sides = self._linear(_gelu(self._linear(_gelu(both), "pair.inner")), "pair.sides")
        width = self._table["product.figure.bias"].size // _SIDES
        left = self._linear(figures, "product.figure").reshape(-1, _SIDES, width)
        right = self._linear(mentions, "product.mention").reshape(-1, _SIDES, width)
        sides = sides + np.einsum("psd,psd->ps", left[of], right[who]) / np.float32(10)
        n_slots = int(slot.max()) + 1 if len(slot) else 0
        of_slots = _gathered(sides, slot, n_slots)
        payers, payees = self._couples(figures, mentions, asked.pairs, sides, of_slots)
        return Scores(promised=promised, kinds=kinds, sides=of_slots, payers=payers, payees=payees)

    def _couples(
        self, figures: Floats, mentions: Floats, pairs: Ints, sides: Floats, of_slots: Floats
    ) -> tuple[Floats, Floats]:
        """Return the vectors of parties as payers and as payees; empty ones of weights fitted without couples."""
        n_slots = len(of_slots)
        if "couple.figure" not in self._table:
            return np.zeros((n_slots, 0), dtype=np.float32), np.zeros((n_slots, 0), dtype=np.float32)
        of, who, slot = pairs.T
        weights = np.exp(sides - of_slots[slot])
        couple = []
        for k, name in enumerate(("couple.payer", "couple.payee")):
            rows = np.zeros((n_slots, self._table[f"{name}.bias"].size), dtype=np.float32)
            np.add.at(rows, slot, weights[:, k, None] * self._linear(mentions, name)[who])
            couple.append(rows)
        figure_of = np.zeros(n_slots, dtype=np.int64)
        figure_of[slot] = of
        payers = couple[0] * self._linear(figures, "couple.figure")[figure_of]
        return payers / np.float32(payers.shape[1] ** 0.5), couple[1]

    def _attention(self, x: Floats, own: Floats, layer: str) -> Floats:
        n, width = own.shape
        maps, bias = self._table[f"{layer}.attention"], self._table[f"{layer}.attention.bias"]
        query = (own @ maps[:, :width] + bias[:width]).reshape(n, _HEADS, -1).transpose(1, 0, 2)
        two = (x @ maps[:, width:] + bias[width:]).reshape(len(x), 2, _HEADS, -1)
        key, value = two.transpose(1, 2, 0, 3)
        close = query @ key.transpose(0, 2, 1) / np.float32((width // _HEADS) ** 0.5)
        weights = _softmax(np.asarray(close, dtype=np.float32))
        return self._linear((weights @ value).transpose(1, 0, 2).reshape(n, width), f"{layer}.joined")

    def _linear(self, x: Floats, name: str) -> Floats:
        mapped: Floats = x @ self._table[name] + self._table[f"{name}.bias"]
        return mapped

    def _normal(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(x).mean(axis=1, keepdims=True) + _EPSILON)
        normal: Floats = x / spread * self._table[name] + self._table[f"{name}.bias"]
        return normal


def _gathered(scores: Floats, of: Ints, n: int) -> Floats:
    """Return the logarithm of the sum of exponentials of the rows of each group, shape (n, width)."""
    top = np.full((n, scores.shape[1]), -np.inf, dtype=np.float32)
    np.maximum.at(top, of, scores)
    total = np.zeros_like(top)
    np.add.at(total, of, np.exp(scores - top[of]))
    added: Floats = top + np.log(total)
    return added


def unpacked(packed: npt.NDArray[np.generic]) -> Floats:
    """Return whole numbers from -8 to 7 that are stored two in a byte, the first in the lower half.

    Parameters
    ----------
    packed : numpy.ndarray of uint8, shape (n, width / 2)

    Returns
    -------
    numpy.ndarray of float32, shape (n, width)
    """
    rows = np.empty((len(packed), 2 * packed.shape[1]), dtype=np.float32)
    rows[:, ::2] = packed & 15  # type: ignore[operator]
    rows[:, 1::2] = packed >> 4  # type: ignore[operator]
    return rows - 8


def _plain(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Floats:
    """Return a table as decimal numbers; linear maps are stored by output and used by input."""
    array = arrays[name]
    if array.dtype != np.int8:
        return array.astype(np.float32)
    return np.ascontiguousarray(
        (array.astype(np.float32) * arrays[f"{name}.scale"].astype(np.float32)[:, None]).T
    )


def _ends(x: Floats, spans: Ints) -> Floats:
    return np.concatenate([x[spans[:, 0]], x[spans[:, 1]]], axis=1)


def _gelu(x: Floats) -> Floats:
    bent: Floats = np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))
    halves: Floats = np.float32(0.5) * x * (np.float32(1) + bent)
    return halves


def _squashed(x: Floats) -> Floats:
    chances: Floats = np.float32(1) / (np.float32(1) + np.exp(-np.clip(x, np.float32(-30), np.float32(30))))
    return chances


def _softmax(x: Floats) -> Floats:
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: Floats = x / x.sum(axis=-1, keepdims=True)
    return shares
