"""Did you mean: the known word nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["near_miss", "suggest"]

#: Likeness in per cent from which a word is meant: less when the first letter is right.
_NEAR, _NEAR_SAME_START = 80, 66
#: Letters that may be wrong: one, and more in a long word.
_WRONG_SHARE = 0.3
_SHORT = 4
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
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    text, words = str(word)[:80], sorted(known)
    n_wrong = max(1, round(_WRONG_SHARE * len(text)))
    slip = process.extractOne(
        text, words, scorer=OSA.distance, processor=utils.default_process, score_cutoff=n_wrong
    )
    like = process.extractOne(
        text, words, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=_NEAR_SAME_START
    )
    if like is not None and like[1] < _NEAR and like[0][:1] != text[:1].lower():
        like = None
    best = slip or like
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

    if len(word) < _SHORT:
        return None
    return next((other for other in sorted(known) if OSA.distance(word, other, score_cutoff=1) <= 1), None)
