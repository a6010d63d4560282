"""Where money comes from: parts that add up from nothing to a total, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import check_range, format_short
from loopledger.report.figures.legend import Entry, dots, hatch, legend, swatch
from loopledger.report.figures.legs import Table
from loopledger.report.figures.style import FUNDING_TONES, OTHER_TONE, PURCHASE_TONES
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    heading,
    key_of,
    text,
    text_block,
    tooltip,
)
from loopledger.report.figures.text import clean, line_height, wrap

__all__ = ["ORIGINS", "Step", "draw_waterfall", "steps_of", "waterfall_table"]

_LEFT, _RIGHT, _ROW, _BAR = 190.0, 124.0, 34.0, 18.0
_NAME, _SMALL = 12.0, 11.0
#: Kinds of source, in the order in which they are drawn.
ORIGINS = {
    "outside": "from outside",
    "own": "cash held at the start",
    "insider": "from chipmakers, clouds and developers",
    "unknown": "not explained",
    "small": "several, each below 0.05 %",
}
_TONES = {
    "outside": PURCHASE_TONES[0],
    "own": OTHER_TONE,
    "insider": FUNDING_TONES[0],
    "unknown": OTHER_TONE,
    "small": OTHER_TONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One source.

    Parameters
    ----------
    name : str
    origin : {'outside', 'own', 'insider', 'unknown', 'small'}
    amount : float
        [units of the currency], 0 or more.
    ids : tuple of str
        Register ids behind it.

    Raises
    ------
    ModelError
        If the origin is unknown, or the amount negative or not finite.
    """

    name: str
    origin: str
    amount: float
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            msg = f"source {self.name!r}: unknown origin {self.origin!r}"
            raise ModelError(msg, hint=f"one of {', '.join(ORIGINS)}")
        check_range(self.amount, self.amount, self.amount, what=f"source {self.name!r}")


def steps_of(steps: Sequence[Step]) -> list[tuple[Step, float, float]]:
    """Return each source with the sums at which its bar begins and ends; by origin, then the largest first."""
    rank = {origin: n for n, origin in enumerate(ORIGINS)}
    ordered = sorted(steps, key=lambda step: (rank[step.origin], -step.amount, step.name))
    ends = list(accumulate(step.amount for step in ordered))
    return [(step, end - step.amount, end) for step, end in zip(ordered, ends, strict=True)]


def draw_waterfall(
    steps: Sequence[Step], *, title: str, subtitle: str = "", whole: str = "In all", unit: str = "USD"
) -> str:
    """Draw sources that add up to a total.

    Parameters
    ----------
    steps : sequence of Step
    title, subtitle : str
        Headline, and what period and basis the amounts have.
    whole : str
        What the sources add up to.
    unit : str
        Currency of all amounts, ISO 4217.

    Returns
    -------
    str
        SVG. Bars are ``class="ll-step"`` with their place from the top in ``data-step``; a dotted line leads from
        the end of one to the start of the next.

    Raises
    ------
    ModelError
        If there is no source above zero.
    """
    placed = steps_of(steps)
    if not placed or placed[-1][2] <= 0:
        msg = "a waterfall picture needs at least one source above zero; there is none"
        raise ModelError(msg, hint="say in words that nothing was received")
    total = placed[-1][2]
    key = key_of("waterfall", title, subtitle, whole, unit, tuple(steps))
    head, y = heading(title, subtitle)
    used = [origin for origin in ORIGINS if any(step.origin == origin for step in steps)]
    drawn, height = legend([_entry(origin, key) for origin in used], y + 6)
    top = y + height + 12
    scale = (WIDTH - MARGIN - _RIGHT - _LEFT) / total
    body = [head, drawn]
    for n, (step, start, end) in enumerate(placed):
        said = f"{format_short(step.amount, unit)}, {_share(step.amount / total)}"
        bar = _bar(key, step, n, (start * scale, top + n * _ROW, (end - start) * scale), said)
        body += [
            _name(step.name, top + n * _ROW),
            bar,
            _joint(end * scale, top + n * _ROW),
            _said(said, end * scale, top + n * _ROW),
        ]
    last = top + len(placed) * _ROW
    body += [
        _name(whole, last),
        element(
            "rect",
            x=_LEFT,
            y=last + (_ROW - _BAR) / 2,
            width=total * scale,
            height=_BAR,
            class_="ll-edge ll-whole",
            stroke_width=1.2,
        ),
        _said(format_short(total, unit), total * scale, last, classes="ll-ink ll-b"),
    ]
    return document(
        body,
        key=key,
        kind="waterfall",
        height=round(last + _ROW + 8),
        title=title,
        description=f"{clean(whole)} {format_short(total, unit)}: "
        + "; ".join(
            f"{clean(step.name)} {format_short(step.amount, unit)} ({_share(step.amount / total)})"
            for step, _, _ in placed
        )
        + ".",
        defs=_patterns(used, key),
    )


def waterfall_table(steps: Sequence[Step], *, whole: str = "In all", unit: str = "USD") -> Table:
    """Return the table twin of a waterfall: one row a source, then the total.

    Parameters
    ----------
    steps : sequence of Step
        As given to the picture.
    whole : str
        What the sources add up to.
    unit : str
        Currency of all amounts, ISO 4217.
    """
    placed = steps_of(steps)
    total = placed[-1][2] if placed else 0.0
    rows = [
        (
            clean(step.name),
            ORIGINS[step.origin],
            format_short(step.amount, unit),
            _share(step.amount / total) if total else "",
            ", ".join(clean(identifier) for identifier in step.ids),
        )
        for step, _, _ in placed
    ]
    rows.append((clean(whole), "", format_short(total, unit), _share(1.0), ""))
    return ("Source", "Where from", "Amount", "Share", "Instruments"), tuple(rows)


def _share(share: float) -> str:
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{100 * share:.1f}%"


def _name(words: str, y: float) -> str:
    lines = wrap(words, _LEFT - MARGIN - 12, _NAME, bold=True, max_lines=2)
    first = y + _ROW / 2 + 4 - (len(lines.lines) - 1) * line_height(_NAME) / 2
    return text_block(lines, MARGIN, first, size=_NAME, classes="ll-ink ll-b")


def _look(origin: str, key: str) -> tuple[str | None, str]:
    tone = _TONES[origin]
    if origin in ("outside", "own", "small"):
        return None, f"ll-{tone}-mid"
    return f"url(#{key}-{origin})", f"ll-{tone}-line"


def _bar(key: str, step: Step, place: int, box: tuple[float, float, float], said: str) -> str:
    fill, classes = _look(step.origin, key)
    return element(
        "rect",
        tooltip(f"{step.name}: {said}"),
        x=_LEFT + box[0],
        y=box[1] + (_ROW - _BAR) / 2,
        width=box[2],
        height=_BAR,
        fill=fill,
        class_=f"ll-step {classes}" + ("" if fill else f" ll-{_TONES[step.origin]}-line"),
        stroke_width=0.75,
        data_step=place,
    )


def _joint(x: float, y: float) -> str:
    bottom, following = y + (_ROW + _BAR) / 2, y + _ROW + (_ROW - _BAR) / 2
    return element(
        "line",
        x1=_LEFT + x,
        y1=bottom,
        x2=_LEFT + x,
        y2=following,
        class_="ll-soft",
        stroke_width=1,
        stroke_dasharray="2 2",
    )


def _said(words: str, end: float, y: float, *, classes: str = "ll-ink") -> str:
    """Return the amount behind its bar."""
    return text(words, _LEFT + end + 8, y + _ROW / 2 + 4, size=_SMALL, classes=classes)


def _entry(origin: str, key: str) -> Entry:
    fill, classes = _look(origin, key)
    sample = swatch(fill, classes=classes) if fill else swatch(classes)
    return Entry(sample=sample, width=20, words=ORIGINS[origin])


def _patterns(used: Sequence[str], key: str) -> list[str]:
    drawn = []
    if "insider" in used:
        tone = _TONES["insider"]
        drawn.append(
            hatch(f"{key}-insider", ground=f"ll-{tone}-pale", lines=f"ll-{tone}-mid", weight=2.6, pitch=4.5)
        )
    if "unknown" in used:
        drawn.append(
            dots(
                f"{key}-unknown",
                ground=f"ll-{OTHER_TONE}-pale",
                marks=f"ll-{OTHER_TONE}-mid",
                radius=1.2,
                pitch=4.5,
            )
        )
    return drawn
