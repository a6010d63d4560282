"""How much each clue counts: a linear model, written down as a table that people can read."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

__all__ = ["GROUP_OF", "KINDS", "Weights", "load_weights"]

#: Kinds that the model tells apart; the three buying kinds are told apart afterwards, by what is bought.
KINDS = (
    "buy", "lease", "equity_investment", "loan", "bond", "guarantee", "warrant", "acquisition", "revenue_share",
)  # fmt: skip
GROUP_OF: Mapping[str, str] = {
    "purchase_commitment": "buy", "capacity_commitment": "buy", "supply": "buy", **{k: k for k in KINDS},
}  # fmt: skip
_TABLE = "data/reading/weights.tsv.gz"


@dataclass(frozen=True, slots=True)
class Weights:
    """The table of weights: task and clue to number.

    Parameters
    ----------
    rows : mapping
        Task ("promise", "kind loan", "payer", "payer loan", ...) : clue : weight.
    """

    rows: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    _by_kind: dict[str, dict[str, list[float]]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the weights out by clue, one row of all kinds: a clue is looked up once."""
        for task in ("kind", "payer", "payee"):
            table: dict[str, list[float]] = {}
            for number, kind in enumerate(KINDS):
                for clue, weight in self.rows.get(f"{task} {kind}", {}).items():
                    table.setdefault(clue, [0.0] * len(KINDS))[number] = weight
            self._by_kind[task] = table

    def score(self, task: str, clues: Iterable[str]) -> float:
        """Return the sum of the weights of the clues that are present."""
        table = self.rows.get(task)
        return sum(table[clue] for clue in clues if clue in table) if table else 0.0

    def promise(self, clues: list[str]) -> float:
        """Return how likely a figure is promised, between 0 and 1."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.score("promise", clues)))))

    def kinds(self, clues: list[str]) -> dict[str, float]:
        """Return the logarithm of the likelihood of each kind."""
        scores = self._summed("kind", clues)
        top = max(scores)
        total = top + math.log(sum(math.exp(s - top) for s in scores))
        return {kind: s - total for kind, s in zip(KINDS, scores, strict=True)}

    def sides(self, side: str, clues: list[str]) -> dict[str, float]:
        """Return how well a party fits one side of a promise, by kind of promise."""
        base = self.score(side, clues)
        return {kind: base + s for kind, s in zip(KINDS, self._summed(side, clues), strict=True)}

    def _summed(self, task: str, clues: list[str]) -> list[float]:
        table = self._by_kind[task]
        rows = [table[clue] for clue in clues if clue in table]
        return [math.fsum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * len(KINDS)

    def telling(self, task: str, clues: Iterable[str], n: int = 4) -> list[str]:
        """Return the clues that count most, with their weights, for explanations."""
        table = self.rows.get(task, {})
        row = sorted(((table.get(c, 0.0), c) for c in clues), key=lambda r: -abs(r[0]))[:n]
        return [f"{clue} {weight:+.1f}" for weight, clue in row if weight]


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the table that comes with the package."""
    path = resources.files("loopledger").joinpath(_TABLE)
    rows: dict[str, dict[str, float]] = {}
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
        if line.startswith("#"):
            continue
        task, clue, weight = line.split("\t")
        rows.setdefault(task, {})[clue] = float(weight)
    return Weights(rows)
