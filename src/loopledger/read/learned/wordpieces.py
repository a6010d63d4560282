"""Texts to word pieces: the longest pieces of a fixed vocabulary, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["BREAK", "Pieces", "WordPieces"]

#: Between two blocks of a document.
BREAK = "\n"
_WORDS = re.compile(r"[^\W_]+|\n|[^\w\s]|_")
#: A longer word is one unknown piece [characters].
_LONGEST_WORD = 60
#: So many words are remembered with their pieces.
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text.

    Parameters
    ----------
    ids : list of int
        Numbers in the vocabulary.
    starts, ends : list of int
        Piece ``k`` is ``text[starts[k]:ends[k]]``.
    shapes : list of int
        How each is written: 0 lower case, 1 capitalised, 2 capitals, 3 digits, 4 mixed.
    """

    ids: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)


class WordPieces:
    """Cuts words into the longest pieces of a vocabulary, from the left.

    Parameters
    ----------
    vocabulary : sequence of str
        Pieces; those that go on within a word begin with "##". Holds "[UNK]" and "[SEP]".

    Notes
    -----
    The method is WordPiece: Wu and others, Google's Neural Machine Translation System, 2016, section 4.1.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown, self._break = self._number["[UNK]"], self._number["[SEP]"]
        self._known: dict[str, list[tuple[int, int, int]]] = {}

    def cut(self, text: str) -> Pieces:
        """Return the pieces of a text."""
        pieces = Pieces()
        for match in _WORDS.finditer(text):
            word, at = match[0], match.start()
            rows = self._known.get(word)
            if rows is None:
                rows = self._cut(word)
                if len(self._known) < _REMEMBERED:
                    self._known[word] = rows
            for place, (number, start, end) in enumerate(rows):
                pieces.ids.append(number)
                pieces.starts.append(at + start)
                pieces.ends.append(at + end)
                pieces.shapes.append(_shape(word[start:end], opens=place == 0))
        return pieces

    def _cut(self, word: str) -> list[tuple[int, int, int]]:
        """Return number, start and end of each piece of a word."""
        if word == BREAK:
            return [(self._break, 0, 1)]
        folded, places = _folded(word)
        if not folded or len(folded) > _LONGEST_WORD:
            return [(self._unknown, 0, len(word))]
        rows: list[tuple[int, int, int]] = []
        start = 0
        while start < len(folded):
            for end in range(len(folded), start, -1):
                number = self._number.get(("##" if start else "") + folded[start:end])
                if number is not None:
                    break
            else:
                return [(self._unknown, 0, len(word))]
            rows.append((number, places[start], places[end]))
            start = end
        return rows


def _folded(word: str) -> tuple[str, list[int]]:
    """Return a word in small letters without accents, and where each letter of it stands in the word."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(word):
        for plain in unicodedata.normalize("NFKD", letter.lower()):
            if not unicodedata.combining(plain):
                letters.append(plain)
                places.append(place)
    return "".join(letters), [*places, len(word)]


def _shape(piece: str, *, opens: bool) -> int:
    if piece[:1].isdigit():
        return 3
    if opens and piece.isupper() and len(piece) > 1:
        return 2
    if opens and piece[:1].isupper():
        return 1
    return 4 if piece != piece.lower() else 0
