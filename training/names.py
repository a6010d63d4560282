"""When two names in labelled texts mean the same organisation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Names", "is_same", "plain"]

_LEGAL = frozenset(
    "inc incorporated corp corporation co company ltd limited plc llc lp llp pbc nv sa ag se asa as aps oy oyj gmbh spa"
    " srl sarl pte pty holdings holding group pjsc jsc kk bv pt tbk eg ab bhd lda gk kg ug ulc sdn pvt private".split()
)


def plain(name: str) -> str:
    """Return a name in small letters, without accents, signs, an article or a legal form."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)
    ).casefold()
    folded = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", folded.replace("'s", "").replace("\u2019s", ""))
    words = re.findall(r"[^\W_]+", folded)
    while len(words) > 1 and words[0] in ("the", "a", "an"):
        words.pop(0)
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return " ".join(words)


def is_same(one: str, other: str) -> bool:
    """Whether two plain names are equal, or one is the beginning of the other."""
    short, long = sorted((one.split(), other.split()), key=len)
    if not short:
        return False
    begins = short == long[: len(short)] and len(short[0]) > 2 and len(long) - len(short) <= 2
    return begins or "".join(short) == "".join(long)


class Names:
    """Names as labels use them, with tables of other names for the same.

    Parameters
    ----------
    tables : iterable of mapping
        Name : other names for the same.
    """

    def __init__(self, tables: Iterable[Mapping[str, Any]] = ()) -> None:
        self._first: dict[str, str] = {}
        for table in tables:
            for name, others in table.items():
                if isinstance(others, list):
                    for other in [name, *others]:
                        self._first.setdefault(plain(other), plain(name))

    def key(self, name: str) -> str:
        """Return what equal names have in common."""
        return self._first.get(plain(name), plain(name))
