"""How wide text is, without a font: an approximate metric, wrapping and shortening.

The widths are those of the common Helvetica and Arial design, in thousandths of the type size.
A picture must not depend on the fonts of the machine that writes it, so the metric errs on the wide side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Lines", "clean", "line_height", "text_width", "wrap"]

_WIDTHS: dict[str, int] = {
    char: width
    for width, chars in {
        200: "'ijl",
        278: " !,./:;I[\\]ft",
        333: "()-`r",
        355: '"',
        389: "*",
        500: "Jckszvxy",
        556: "#$0123456789L_?abdeghnopqu",
        584: "+<=>~^|{}",
        611: "FTZ",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1000: "@…→",
    }.items()
    for char in chars
}
_OTHER, _WIDE = 610, 1000
_BOLD = 1.08
_MARGIN = 1.02
_ELLIPSIS = "…"

# direction overrides and invisible joiners can make a name read as another one
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Text broken into lines.

    Parameters
    ----------
    lines : tuple of str
        Each no wider than asked for.
    full : str
        The whole text, for a tooltip.
    shortened : bool
        Whether the lines say less than the whole text.
    """

    lines: tuple[str, ...]
    full: str
    shortened: bool


def clean(text: str) -> str:
    """Return text that XML can carry on one line: no controls, no direction overrides, single spaces."""
    kept = (
        " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" if _forbidden(char) else char
        for char in text
        if char not in _INVISIBLE
    )
    return " ".join("".join(kept).split())


def _forbidden(char: str) -> bool:
    code = ord(char)
    return unicodedata.category(char) in ("Cc", "Cs") or code in (0xFFFE, 0xFFFF)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the approximate width of a line of text [same unit as ``size``].

    Examples
    --------
    >>> text_width("iii", 10) < text_width("WWW", 10)
    True
    """
    thousandths = sum(_char_width(char) for char in text)
    return thousandths / 1000 * size * _MARGIN * (_BOLD if bold else 1.0)


def _char_width(char: str) -> int:
    known = _WIDTHS.get(char)
    if known is not None:
        return known
    if unicodedata.combining(char):
        return 0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _OTHER


def line_height(size: float) -> float:
    """Return the distance between the baselines of two lines."""
    return round(size * 1.25, 2)


def wrap(text: str, width: float, size: float, *, bold: bool = False, max_lines: int = 2) -> Lines:
    """Break text into at most ``max_lines`` lines no wider than ``width``; shorten what is left over.

    Words longer than a line are cut.

    Examples
    --------
    >>> wrap("multi-year compute commitment", 90, 12).lines
    ('multi-year', 'compute com…')
    """
    full = clean(text)
    lines: list[str] = []
    rest = full
    while rest and len(lines) < max_lines:
        line, rest = _take(rest, width, size, bold=bold)
        lines.append(line)
    if rest:
        lines[-1] = _shorten(f"{lines[-1]} {rest}", width, size, bold=bold)
    return Lines(lines=tuple(lines), full=full, shortened=bool(rest))


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return the text on one line, cut with an ellipsis when it is wider than ``width``."""
    full = clean(text)
    return full if text_width(full, size, bold=bold) <= width else _shorten(full, width, size, bold=bold)


def _take(text: str, width: float, size: float, *, bold: bool) -> tuple[str, str]:
    """Split off the longest first line."""
    words = text.split(" ")
    n_words = _fitting([" ".join(words[: n + 1]) for n in range(len(words))], width, size, bold=bold)
    if n_words:
        return " ".join(words[:n_words]), " ".join(words[n_words:])
    word = words[0]
    for cut in range(len(word) - 1, 0, -1):
        if word[cut - 1] in "-/_" and text_width(word[:cut], size, bold=bold) <= width:
            return word[:cut], text[cut:]
    n_chars = max(_fitting([word[: n + 1] for n in range(len(word))], width, size, bold=bold), 1)
    return word[:n_chars], text[n_chars:].lstrip()


def _fitting(candidates: Sequence[str], width: float, size: float, *, bold: bool) -> int:
    """Return how many of these ever longer candidates fit."""
    n_fitting = 0
    for n, candidate in enumerate(candidates, start=1):
        if text_width(candidate, size, bold=bold) > width:
            break
        n_fitting = n
    return n_fitting


def _shorten(text: str, width: float, size: float, *, bold: bool) -> str:
    cut = text
    while cut and text_width(cut + _ELLIPSIS, size, bold=bold) > width:
        cut = cut[:-1]
    return cut.rstrip(" ,;-") + _ELLIPSIS
