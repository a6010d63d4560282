"""How a document writes its words: which stand in small letters, which inside sentences with a capital."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from loopledger.read.lexicon.names import DEMONYMS
from loopledger.read.namewords import OPENING_MARKS
from loopledger.read.tokens import Token

__all__ = ["Spellings"]


class Spellings:
    """Counts of how often each word is written how.

    Parameters
    ----------
    rows : iterable of list of Token
        All sentences of the document.
    """

    def __init__(self, rows: Iterable[list[Token]]) -> None:
        self.lower: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.after_in: Counter[str] = Counter()
        self.owns: Counter[tuple[str, str]] = Counter()  # "Harrod's Run": a name with a genitive inside
        self.bare: Counter[str] = Counter()  # capitalised words without a word like "Dutch" before
        # capitalised words without another before: "Orvane", never "Liquide"
        self.alone: Counter[str] = Counter()
        for row in rows:
            self._count(row)

    def _count(self, tokens: list[Token]) -> None:
        capitals = sum(t.is_capitalised for t in tokens if t.is_word and len(t.text) > 3)
        whole = bool(tokens) and tokens[-1].text == "."
        titled = (
            not whole
            and capitals > 0.6 * max(1, sum(t.is_word and len(t.text) > 3 for t in tokens))
            and capitals > 3
        )
        for i, token in enumerate(tokens):
            if not token.is_word:
                continue
            if not token.is_capitalised:
                self.lower[token.low] += 1
                continue
            if not (i and tokens[i - 1].low in DEMONYMS):
                self.bare[token.low] += 1
            if not (i and tokens[i - 1].is_capitalised and tokens[i - 1].is_word):
                self.alone[token.low] += 1
            if i + 2 < len(tokens) and tokens[i + 1].is_possessive and tokens[i + 2].is_capitalised:
                self.owns[token.low, tokens[i + 2].low] += 1
            elif i < 2 or not tokens[i - 1].is_possessive:
                self.owns[token.low, ""] += 1
            if i > 0 and tokens[i - 1].text not in OPENING_MARKS and not titled:
                self.inside[token.low] += 1
                if tokens[i - 1].low in ("in", "near", "outside", "at", "from"):
                    self.after_in[token.low] += 1
