"""Sentences to tokens: words, possessive endings and punctuation, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Token", "tokenize"]

_TOKEN = re.compile(
    r"(?P<possessive>['\u2019]s(?!\w)|(?<=[a-z]s)['\u2019](?=\s+[a-z$\d]))|(?P<abbreviation>(?:[A-Za-z]\.){2,}(?:[A-Za-z](?!\w))?)"
    r"|(?P<word>[^\W_]+(?:[&'\u2019/.+\u2010\u2011-][^\W_]+)*\+?)|(?P<mark>[^\s\w])|_+"
)


@dataclass(slots=True)
class Token:
    """One word or mark: ``text[start:end]`` of its sentence.

    ``is_capitalised``: it begins with a capital letter, or holds one inside like "xAI".
    """

    text: str
    low: str
    start: int
    end: int
    is_word: bool
    is_possessive: bool = False
    is_capitalised: bool = False


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a sentence.

    Examples
    --------
    >>> [token.text for token in tokenize("Orvane's $5bn deal, signed in the U.S.")]
    ['Orvane', "'s", '$', '5bn', 'deal', ',', 'signed', 'in', 'the', 'U.S.']
    """
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if match["possessive"]:
            tokens.append(Token(word, "'s", match.start(), match.end(), is_word=False, is_possessive=True))
            continue
        is_word = match["mark"] is None and word[0] != "_"
        end = match.end()
        if is_word and word[-2:] in ("'s", "\u2019s") and len(word) > 2:
            stem = word[:-2]
            tokens.append(
                Token(
                    stem,
                    stem.lower(),
                    match.start(),
                    end - 2,
                    is_word=True,
                    is_capitalised=not stem.islower(),
                )
            )
            tokens.append(Token(word[-2:], "'s", end - 2, end, is_word=False, is_possessive=True))
            continue
        low = word.lower()
        if not low.isascii():
            low = low.replace("\u2019", "'").replace("\u2010", "-").replace("\u2011", "-")
        capitalised = word[0].isupper() or (is_word and not word.islower() and word.lower() != word)
        tokens.append(Token(word, low, match.start(), end, is_word, is_capitalised=capitalised))
    return tokens
