"""How sure a payment is, as a texture: full, hatched, dotted, or an empty outline."""

from __future__ import annotations

from collections.abc import Iterable

from loopledger.report.figures.legend import Entry, dots, hatch, swatch
from loopledger.report.figures.style import OTHER_TONE
from loopledger.report.figures.svg import element

__all__ = ["CERTAINTIES", "certainty_entries", "certainty_patterns", "look_of"]

#: Certainties from the surest, which is stacked next to the axis.
CERTAINTIES = ("contracted", "conditional", "optional", "indicative")

#: The texture that stands for each, in a word.
_TEXTURES = {"contracted": "full", "conditional": "hatched", "optional": "dotted", "indicative": "outline"}

Look = tuple[str | None, str, str | None]


def look_of(certainty: str, tone: str, key: str) -> Look:
    """Return pattern reference, classes and dashes of a segment."""
    if certainty == "contracted":
        return None, f"ll-{tone}-mid ll-halo", None
    if certainty == "indicative":
        return None, f"ll-paper ll-{tone}-line", "3 2"
    return f"url(#{key}-{certainty}-{tone})", f"ll-{tone}-line", None


def certainty_patterns(drawn: Iterable[tuple[str, str]], key: str) -> list[str]:
    """Return the patterns of the certainties and tones drawn, and of the legend that explains them."""
    pairs = list(drawn)
    used = {(certainty, tone) for certainty, own in pairs for tone in (own, OTHER_TONE)}
    patterns = []
    for certainty, tone in sorted(used):
        name, ground, marks = f"{key}-{certainty}-{tone}", f"ll-{tone}-pale", f"ll-{tone}-mid"
        if certainty == "conditional":
            patterns.append(hatch(name, ground=ground, lines=marks, weight=2.4, pitch=5.0))
        elif certainty == "optional":
            patterns.append(dots(name, ground=ground, marks=marks, radius=1.1, pitch=4.5))
    return patterns


def certainty_entries(drawn: Iterable[str], key: str) -> list[Entry]:
    """Return the legend of the certainties drawn; none where all is contracted."""
    found = set(drawn)
    present = [certainty for certainty in CERTAINTIES if certainty in found]
    entries = []
    for certainty in present if present != ["contracted"] else []:
        fill, classes, dash = look_of(certainty, OTHER_TONE, key)
        sample = swatch(fill or "", classes=classes, dash=dash) if fill else _plain_sample(classes, dash)
        entries.append(Entry(sample=sample, width=20, words=f"{_TEXTURES[certainty]}: {certainty}"))
    return entries


def _plain_sample(classes: str, dash: str | None) -> str:
    return element(
        "rect", x=0, y=-6, width=20, height=12, class_=classes, stroke_width=1, stroke_dasharray=dash
    )
