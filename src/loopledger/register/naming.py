"""Ids for new records, and texts that a file can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["Names", "one_line"]

_LONGEST_ID = 80


def one_line(text: str) -> str:
    r"""Return a text on one line, without characters that a file should not hold.

    Examples
    --------
    >>> one_line("two\nlines\x00")
    'two lines'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_ID].strip("-") or "unnamed"


class Names:
    """Ids in use, and new ones beside them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)

    def new(self, wanted: str) -> str:
        """Return an id that nobody has, near the one wanted."""
        base = _slug(wanted)
        found, n = base, 1
        while found in self.taken:
            n += 1
            found = f"{base[: _LONGEST_ID - len(str(n)) - 1].strip('-')}-{n}"
        self.taken.add(found)
        return found
