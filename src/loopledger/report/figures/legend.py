"""Legends: small samples with words, set in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.report.figures.svg import MARGIN, WIDTH, element, text
from loopledger.report.figures.text import clean, shorten, text_width

__all__ = ["Entry", "dots", "hatch", "legend", "swatch"]

_SIZE = 11.0
_ROW, _SPACE, _SWATCH_SPACE = 19.0, 16.0, 6.0
_WIDEST = 330.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sample of a legend.

    Parameters
    ----------
    sample : str
        Markup drawn with its middle left at the origin.
    width : float
        Of the sample.
    words : str
        What it stands for.
    """

    sample: str
    width: float
    words: str


def legend(entries: Sequence[Entry], y: float) -> tuple[str, float]:
    """Return the legend set in rows from ``y`` downwards, and the height it takes."""
    x, row, drawn = MARGIN, 0, []
    for entry in entries:
        words = shorten(entry.words, _WIDEST, _SIZE)
        width = entry.width + _SWATCH_SPACE + text_width(words, _SIZE)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, row = MARGIN, row + 1
        middle = y + row * _ROW + _ROW / 2
        full = clean(entry.words)
        drawn += [
            element("g", entry.sample, transform=f"translate({x:.2f} {middle:.2f})"),
            text(
                words,
                x + entry.width + _SWATCH_SPACE,
                middle + 4,
                size=_SIZE,
                classes="ll-muted",
                full=full if words != full else "",
            ),
        ]
        x += width + _SPACE
    return "".join(drawn), (row + 1) * _ROW if entries else 0.0


def swatch(fill: str, *, classes: str = "", dash: str | None = None, width: float = 20.0) -> str:
    """Return a sample rectangle filled with a class or, when it starts with ``url``, a pattern."""
    pattern = fill if fill.startswith("url") else None
    return element(
        "rect",
        x=0,
        y=-6,
        width=width,
        height=12,
        fill=pattern or ("none" if fill == "none" else None),
        class_=" ".join(part for part in (classes, "" if pattern or fill == "none" else fill) if part)
        or None,
        stroke_width=1 if classes else None,
        stroke_dasharray=dash,
    )


def hatch(identifier: str, *, ground: str, lines: str, weight: float, pitch: float = 6.0) -> str:
    """Return a pattern of diagonal lines."""
    return element(
        "pattern",
        element("rect", width=pitch, height=pitch, class_=ground),
        element("rect", width=weight, height=pitch, class_=lines),
        id=identifier,
        width=pitch,
        height=pitch,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def dots(identifier: str, *, ground: str, marks: str, radius: float, pitch: float = 6.0) -> str:
    """Return a pattern of dots."""
    return element(
        "pattern",
        element("rect", width=pitch, height=pitch, class_=ground),
        element("circle", cx=pitch / 2, cy=pitch / 2, r=radius, class_=marks),
        id=identifier,
        width=pitch,
        height=pitch,
        patternUnits="userSpaceOnUse",
    )
