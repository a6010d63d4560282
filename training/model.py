"""From labelled figures to a table of weights."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from loopledger.read.learned.weights import KINDS, Weights
from training.examples import Example
from training.fit import Vocabulary, fit_binary, fit_choice, fit_kinds

__all__ = ["fit_weights", "write_weights"]

#: Quadratic penalties, chosen by leaving one author out.
PENALTY = {"promise": 1.0, "kind": 1.0, "side": 0.7}
#: A weight smaller than this is left out of the table.
_SMALLEST = 0.02


def fit_weights(rows: Sequence[Example], counts: Sequence[float] | None = None) -> Weights:
    """Return the weights fitted to examples.

    Parameters
    ----------
    rows : sequence of Example
    counts : sequence of float, optional
        How much each example counts; 1 by default.
    """
    weight = np.ones(len(rows)) if counts is None else np.asarray(counts, dtype=float)
    tables: dict[str, dict[str, float]] = {}
    _fit_promise(rows, weight, tables)
    _fit_kinds(rows, weight, tables)
    for side in ("payer", "payee"):
        _fit_side(rows, weight, side, tables)
    return Weights(tables)


def _kept(names: Sequence[str], column: np.ndarray) -> dict[str, float]:
    return {
        name: round(float(w), 3) for name, w in zip(names, column, strict=True) if abs(float(w)) >= _SMALLEST
    }


def _fit_promise(rows: Sequence[Example], weight: np.ndarray, tables: dict[str, dict[str, float]]) -> None:
    chosen = [i for i, row in enumerate(rows) if row.promised is not None]
    clues = [rows[i].sighting.clues for i in chosen]
    vocabulary = Vocabulary(clues)
    labels = np.array([float(bool(rows[i].promised)) for i in chosen])
    fitted = fit_binary(vocabulary.matrix(clues), labels, weight[chosen], PENALTY["promise"])
    tables["promise"] = _kept(vocabulary.names, fitted)


def _fit_kinds(rows: Sequence[Example], weight: np.ndarray, tables: dict[str, dict[str, float]]) -> None:
    chosen = [i for i, row in enumerate(rows) if row.promised is not False and row.kind in KINDS]
    clues = [rows[i].sighting.clues for i in chosen]
    vocabulary = Vocabulary(clues)
    labels = np.array([KINDS.index(rows[i].kind) for i in chosen])
    fitted = fit_kinds(vocabulary.matrix(clues), labels, len(KINDS), weight[chosen], PENALTY["kind"])
    for number, kind in enumerate(KINDS):
        tables[f"kind {kind}"] = _kept(vocabulary.names, fitted[:, number])


def _fit_side(
    rows: Sequence[Example], weight: np.ndarray, side: str, tables: dict[str, dict[str, float]]
) -> None:
    clues, groups, chosen, counts = [], [], [], []
    for row, count in zip(rows, weight, strict=True):
        right = getattr(row, side)
        if row.promised is False or len(row.sighting.candidates) < 2 or not right or not row.kind:
            continue
        groups.append(len(clues))
        chosen.append(len(clues) + right[0])
        counts.append(count)
        clues += [
            [*candidate.clues, *(f"{row.kind}\t{c}" for c in candidate.clues)]
            for candidate in row.sighting.candidates
        ]
    vocabulary = Vocabulary(clues)
    fitted = fit_choice(
        vocabulary.matrix(clues), np.array(groups), np.array(chosen), np.array(counts), PENALTY["side"]
    )
    for name, w in _kept(vocabulary.names, fitted).items():
        kind, tab, clue = name.rpartition("\t")
        tables.setdefault(f"{side} {kind}" if tab else side, {})[clue] = w


def write_weights(weights: Weights, path: Path) -> None:
    """Write the table, the same bytes for the same weights."""
    lines = ["# task, clue, weight; made by training/train.py"]
    for task in sorted(weights.rows):
        lines += [f"{task}\t{clue}\t{w:g}" for clue, w in sorted(weights.rows[task].items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), mtime=0))
