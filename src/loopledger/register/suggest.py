"""Did you mean: the known word nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["near_miss", "suggest"]

#: Least likeness in per cent; one letter of a short word weighs more.
_NEAR, _NEAR_SHORT = 70, 60
_SHORT = 5
_FEW = 24


def suggest(word: object, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or all of them when they are few.

    Examples
    --------
    >>> suggest("nvidea", ["amd", "nvidia"])
    'did you mean "nvidia"?'
    >>> suggest("x", ["loan", "bond"])
    'known: bond, loan'
    """
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415  only a faulty register pays for the import

    words = sorted(known)
    text = str(word)[:80]
    cutoff = _NEAR_SHORT if len(text) <= _SHORT else _NEAR
    best = process.extractOne(
        text, words, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=cutoff
    )
    if best is not None:
        return f'did you mean "{best[0]}"?'
    return f"known: {', '.join(words)}" if 0 < len(words) <= _FEW else ""


def near_miss(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that differs by one letter, or by two neighbours changed over; None if there is none.

    Examples
    --------
    >>> near_miss("nvidai", ["amd", "nvidia"]), near_miss("intel", ["nvidia"])
    ('nvidia', None)
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415  as above

    if len(word) < _SHORT - 1:
        return None
    return next((other for other in sorted(known) if OSA.distance(word, other, score_cutoff=1) <= 1), None)
