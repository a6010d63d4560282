"""The network of the learned half: a small transformer over word pieces, with heads for figures and parties.

Plain NumPy, one window of text at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Asked", "Network", "Scores", "unpacked"]

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
    pairs : numpy.ndarray of int64, shape (n_pairs, 2)
        Figure and mention.
    pair_traits : numpy.ndarray of float32, shape (n_pairs, n_pair_traits)
    """

    figures: Ints
    mentions: Ints
    figure_traits: Floats
    pairs: Ints
    pair_traits: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the network makes of it.

    Parameters
    ----------
    promised : numpy.ndarray of float32, shape (n_figures,)
        Probability that a figure is promised, 0..1.
    kinds : numpy.ndarray of float32, shape (n_figures, n_kinds)
        Probabilities, each row adds up to 1.
    sides : numpy.ndarray of float32, shape (n_pairs, 2)
        How well a mention fits as payer and as payee; any real number.
    """

    promised: Floats
    kinds: Floats
    sides: Floats


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

    def encode(self, ids: Ints, shapes: Ints, types: Ints, numbers: Ints) -> Floats:
        """Return one vector for each piece of a window.

        Parameters
        ----------
        ids, shapes, types, numbers : numpy.ndarray of int64, shape (n,)
            As :class:`loopledger.read.learned.windows.Window` has them.

        Returns
        -------
        numpy.ndarray of float32, shape (n, width)
        """
        table = self._table
        words = unpacked(self._words[ids]) * self._word_scale[ids][:, None]
        x = words + table["positions"][: len(ids)] + table["shapes"][shapes] + table["types"][types]
        x = x + table["numbers"][numbers]
        x = self._normal(x, "first")
        for number in range(self._n_layers):
            layer = f"layer.{number}"
            x = self._normal(x + self._attention(x, layer), f"{layer}.normal")
            inner = _gelu(self._linear(x, f"{layer}.inner"))
            x = self._normal(x + self._linear(inner, f"{layer}.outer"), f"{layer}.last")
        return x

    def scores(self, x: Floats, asked: Asked) -> Scores:
        """Return what figures and pairs of figures and mentions score."""
        figures = _ends(x, asked.figures)
        hidden = _gelu(self._linear(np.concatenate([figures, asked.figure_traits], axis=1), "figure"))
        promised = _squashed(self._linear(hidden, "promised")[:, 0])
        kinds = _softmax(self._linear(hidden, "kind"))
        mentions = _ends(x, asked.mentions)
        of, who = asked.pairs[:, 0], asked.pairs[:, 1]
        both = self._linear(figures, "pair.figure")[of] + self._linear(mentions, "pair.mention")[who]
        both = both + self._linear(asked.pair_traits, "pair.traits")
        sides = self._linear(_gelu(self._linear(_gelu(both), "pair.inner")), "pair.sides")
        width = self._table["product.figure.bias"].size // _SIDES
        left = self._linear(figures, "product.figure").reshape(-1, _SIDES, width)
        right = self._linear(mentions, "product.mention").reshape(-1, _SIDES, width)
        sides = sides + np.einsum("psd,psd->ps", left[of], right[who]) / np.float32(10)
        return Scores(promised=promised, kinds=kinds, sides=sides)

    def _attention(self, x: Floats, layer: str) -> Floats:
        n, width = x.shape
        three = self._linear(x, f"{layer}.attention").reshape(n, 3, _HEADS, width // _HEADS)
        query, key, value = three.transpose(1, 2, 0, 3)
        weights = _softmax(query @ key.transpose(0, 2, 1) / np.float32((width // _HEADS) ** 0.5))
        return self._linear((weights @ value).transpose(1, 0, 2).reshape(n, width), f"{layer}.joined")

    def _linear(self, x: Floats, name: str) -> Floats:
        mapped: Floats = x @ self._table[name] + self._table[f"{name}.bias"]
        return mapped

    def _normal(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(x).mean(axis=1, keepdims=True) + _EPSILON)
        normal: Floats = x / spread * self._table[name] + self._table[f"{name}.bias"]
        return normal


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
