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

    def score(self, task: str, clues: Iterable[str]) -> float:
        """Return the sum of the weights of the clues that are present."""
        table = self.rows.get(task)
        return sum(table.get(clue, 0.0) for clue in clues) if table else 0.0

    def promise(self, clues: list[str]) -> float:
        """Return how likely a figure is promised, between 0 and 1."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.score("promise", clues)))))

    def kinds(self, clues: list[str]) -> dict[str, float]:
        """Return the logarithm of the likelihood of each kind."""
        scores = {kind: self.score(f"kind {kind}", clues) for kind in KINDS}
        top = max(scores.values())
        total = top + math.log(sum(math.exp(s - top) for s in scores.values()))
        return {kind: s - total for kind, s in scores.items()}

    def side(self, side: str, kind: str, clues: list[str]) -> float:
        """Return how well a party fits one side of a promise of a kind."""
        return self.score(side, clues) + self.score(f"{side} {kind}", clues)

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
