"""The network in PyTorch, for fitting; it computes what :mod:`loopledger.read.learned.network` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from loopledger.read.learned.network import unpacked
from loopledger.read.learned.windows import FIGURE_TRAITS, KINDS, N_NUMBERS, N_SHAPES, N_TYPES, PAIR_TRAITS
from training.examples import SORTS

__all__ = ["Answers", "Batch", "Net", "arrays_of", "gathered", "start_from"]

WIDTH, HEADS, INNER = 384, 12, 1536
HIDDEN, PRODUCT, COUPLE = 192, 96, 64
DROPPED = 0.1
#: Numbers beyond this many root mean squares of their row are cut to it when vectors are rounded to four bits.
CLIPPED = 2.5


@dataclass(slots=True, kw_only=True)
class Batch:
    """Windows side by side, padded to the longest; pairs are gathered in slots: one for each figure and party.

    Parameters
    ----------
    pieces : dict of str to Tensor, shape (n_windows, longest)
        "ids", "shapes", "types", "numbers" and "is_text".
    figures, mentions : Tensor, shape (n, 3)
        Window, first piece, last piece.
    pairs : Tensor, shape (n_pairs, 3)
        Figure, mention, slot.
    slots : Tensor, shape (n_slots,)
        The figure of each slot.
    couples : Tensor, shape (n_couples, 2)
        The slots of two parties of one figure: who may pay, who may get.
    """

    pieces: dict[str, Tensor]
    figures: Tensor
    mentions: Tensor
    figure_traits: Tensor
    pairs: Tensor
    pair_traits: Tensor
    slots: Tensor
    couples: Tensor


@dataclass(slots=True, kw_only=True)
class Answers:
    """What the network makes of a batch, all before squashing.

    Parameters
    ----------
    promised : Tensor, shape (n_figures,)
    kinds : Tensor, shape (n_figures, n_kinds)
    sorts : Tensor, shape (n_figures, n_sorts)
        What a figure is that nobody promises.
    sides : Tensor, shape (n_slots, 2)
    couples : Tensor, shape (n_couples,)
        How well two parties fit each other, beyond how well each fits alone.
    """

    promised: Tensor
    kinds: Tensor
    sorts: Tensor
    sides: Tensor
    couples: Tensor


class Layer(nn.Module):
    """One layer of attention, as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.joined = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.normal, self.last = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(DROPPED)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the vectors after this layer."""
        n, length, _ = x.shape
        three = self.attention(x).view(n, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(*three, attn_mask=mask)
        x = self.normal(x + self.drop(self.joined(mixed.transpose(1, 2).reshape(n, length, WIDTH))))
        return self.last(x + self.drop(self.outer(functional.gelu(self.inner(x), approximate="tanh"))))


class Net(nn.Module):
    """The transformer and its heads.

    Parameters
    ----------
    n_pieces : int
    n_layers : int
    longest : int
        The most pieces of a window.
    """

    def __init__(self, n_pieces: int, n_layers: int, longest: int = 512) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(n_pieces, WIDTH), nn.Embedding(longest, WIDTH)
        self.shapes, self.types = nn.Embedding(N_SHAPES, WIDTH), nn.Embedding(N_TYPES, WIDTH)
        self.numbers = nn.Embedding(N_NUMBERS, WIDTH, padding_idx=0)
        for table in (self.shapes, self.types, self.numbers):
            nn.init.normal_(table.weight, std=0.005)
        nn.init.zeros_(self.numbers.weight[0])
        self.first, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(DROPPED)
        self.layer = nn.ModuleList(Layer() for _ in range(n_layers))
        ends = 2 * WIDTH
        self.figure, self.promised = nn.Linear(ends + FIGURE_TRAITS, HIDDEN), nn.Linear(HIDDEN, 1)
        self.kind = nn.Linear(HIDDEN, len(KINDS))
        self.sort = nn.Linear(HIDDEN, len(SORTS))  # only helps in fitting; it is not stored
        self.pair = nn.ModuleDict(
            {
                "figure": nn.Linear(ends, HIDDEN), "mention": nn.Linear(ends, HIDDEN),
                "traits": nn.Linear(PAIR_TRAITS, HIDDEN), "inner": nn.Linear(HIDDEN, HIDDEN),
                "sides": nn.Linear(HIDDEN, 2),
            }
        )  # fmt: skip
        self.product = nn.ModuleDict({k: nn.Linear(ends, 2 * PRODUCT) for k in ("figure", "mention")})
        self.couple = nn.ModuleDict(
            {
                "figure": nn.Linear(ends, COUPLE), "payer": nn.Linear(ends, COUPLE), "payee": nn.Linear(ends, COUPLE),
            }
        )  # fmt: skip

    def coarsen_words(self) -> None:
        """Round the vectors of the pieces to what four bits hold, as they are stored; they are not fitted."""
        packed, scale = packed_words(self.words.weight.detach().numpy())
        self.words.weight.data = torch.from_numpy(unpacked(packed) * scale[:, None].astype(np.float32))

    def encoded(self, pieces: Mapping[str, Tensor]) -> Tensor:
        """Return one vector for each piece."""
        length = pieces["ids"].shape[1]
        x = self.words(pieces["ids"]) + self.positions.weight[:length] + self.shapes(pieces["shapes"])
        x = self.drop(self.first(x + self.types(pieces["types"]) + self.numbers(pieces["numbers"])))
        mask = pieces["is_text"][:, None, None, :]
        for layer in self.layer:
            x = layer(x, mask)
        return x

    def forward(self, batch: Batch) -> Answers:
        """Return what figures, parties and couples of parties score."""
        x = self.encoded(batch.pieces)
        figures, mentions = _ends(x, batch.figures), _ends(x, batch.mentions)
        hidden = self.drop(_gelu(self.figure(torch.cat([figures, batch.figure_traits], dim=1))))
        of, who, slot = batch.pairs.T
        both = self.pair["figure"](figures)[of] + self.pair["mention"](mentions)[who]
        both = self.drop(_gelu(both + self.pair["traits"](batch.pair_traits)))
        sides = self.pair["sides"](_gelu(self.pair["inner"](both)))
        left = self.product["figure"](figures).view(-1, 2, PRODUCT)[of]
        right = self.product["mention"](mentions).view(-1, 2, PRODUCT)[who]
        sides = (sides + (left * right).sum(dim=-1) / 10).float()
        of_slots = gathered(sides, slot, len(batch.slots))
        weights = torch.exp(sides - of_slots[slot])
        one, other = (
            torch.zeros(len(batch.slots), COUPLE).index_add(
                0, slot, weights[:, k, None] * self.couple[name](mentions).float()[who]
            )
            for k, name in enumerate(("payer", "payee"))
        )
        asked = self.couple["figure"](figures).float()
        payer, payee = batch.couples.T
        couples = (one[payer] * other[payee] * asked[batch.slots[payer]]).sum(dim=1) / COUPLE**0.5
        return Answers(
            promised=self.promised(hidden)[:, 0].float(),
            kinds=self.kind(hidden).float(),
            sorts=self.sort(hidden).float(),
            sides=of_slots,
            couples=couples,
        )


def gathered(scores: Tensor, of: Tensor, n: int) -> Tensor:
    """Return the logarithm of the sum of exponentials of the rows of each group.

    Parameters
    ----------
    scores : Tensor, shape (n_rows, width)
    of : Tensor, shape (n_rows,)
        The group of each row.
    n : int
        How many groups there are.
    """
    index = of[:, None].expand(-1, scores.shape[1])
    top = torch.full((n, scores.shape[1]), -1e4).scatter_reduce(0, index, scores, "amax").detach()
    total = torch.zeros_like(top).index_add(0, of, torch.exp(scores - top[of]))
    return top + torch.log(total.clamp_min(1e-9))


def _ends(x: Tensor, spans: Tensor) -> Tensor:
    window, first, last = spans.T
    return torch.cat([x[window, first], x[window, last]], dim=-1)


def _gelu(x: Tensor) -> Tensor:
    return functional.gelu(x, approximate="tanh")


def start_from(net: Net, weights: Mapping[str, Tensor], kept: Sequence[int]) -> None:
    """Take the weights of MiniLM: the rows ``kept`` of its vocabulary, and its first layers."""
    table = "embeddings."
    net.words.weight.data = weights[table + "word_embeddings.weight"][torch.tensor(kept)].clone()
    both = weights[table + "position_embeddings.weight"] + weights[table + "token_type_embeddings.weight"][0]
    net.positions.weight.data = both[: net.positions.num_embeddings].clone()
    _copy(net.first, weights, table + "LayerNorm")
    for number, layer in enumerate(net.layer):
        name = f"encoder.layer.{number}."
        for end in ("weight", "bias"):
            parts = [weights[f"{name}attention.self.{part}.{end}"] for part in ("query", "key", "value")]
            getattr(layer.attention, end).data = torch.cat(parts)
        _copy(layer.joined, weights, name + "attention.output.dense")
        _copy(layer.normal, weights, name + "attention.output.LayerNorm")
        _copy(layer.inner, weights, name + "intermediate.dense")
        _copy(layer.outer, weights, name + "output.dense")
        _copy(layer.last, weights, name + "output.LayerNorm")


def _copy(module: nn.Linear | nn.LayerNorm, weights: Mapping[str, Tensor], name: str) -> None:
    module.weight.data, module.bias.data = weights[f"{name}.weight"].clone(), weights[f"{name}.bias"].clone()


def take_up(net: Net, stored: Mapping[str, np.ndarray]) -> None:
    """Take the weights of tables as the package stores them; what they lack stays as it is, and the words too."""
    found = net.state_dict()
    for name, value in found.items():
        key = name.removesuffix(".weight")
        if key not in stored or key == "words":
            continue
        array = np.asarray(stored[key], dtype=np.float32)
        if f"{key}.scale" in stored:
            array = array * stored[f"{key}.scale"][:, None]
        found[name] = torch.from_numpy(array).reshape(value.shape)
    net.load_state_dict(found)


def packed_words(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors as whole numbers from -7 to 7, two in a byte, with a scale for each row."""
    scale = (np.sqrt(np.square(words).mean(axis=1)) * CLIPPED / 7).astype(np.float16)
    whole = np.clip(np.round(words / np.maximum(scale, 1e-6)[:, None]), -7, 7).astype(np.int8) + 8
    return (whole[:, ::2] | (whole[:, 1::2] << 4)).astype(np.uint8), scale


def arrays_of(net: Net) -> dict[str, np.ndarray]:
    """Return the tables as the package stores them: large ones in whole numbers with a scale for each row."""
    packed, scale = packed_words(net.words.weight.detach().numpy())
    found: dict[str, np.ndarray] = {"words": packed, "words.scale": scale}
    for name, value in net.state_dict().items():
        array = value.detach().numpy().astype(np.float32)
        key = name.removesuffix(".weight")
        if key.split(".")[0] in ("words", "sort"):
            continue
        if name.endswith(".bias") or array.ndim == 1:
            found[key] = array
        elif key in ("positions", "shapes", "types", "numbers"):
            found[key] = array.astype(np.float16)
        else:
            scale = np.maximum(np.abs(array).max(axis=1), 1e-8) / 127
            found[key] = np.round(array / scale[:, None]).astype(np.int8)
            found[f"{key}.scale"] = scale.astype(np.float32)
    return found
