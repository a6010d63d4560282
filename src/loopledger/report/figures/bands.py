"""The bands of a loop picture: low inside central inside high, textured by what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from loopledger.report.figures.amounts import format_round
from loopledger.report.figures.legend import Entry, dots, hatch, legend, swatch
from loopledger.report.figures.legs import BASIS, LoopLeg, tone_of
from loopledger.report.figures.style import OTHER_TONE
from loopledger.report.figures.svg import element, number

__all__ = ["band", "band_patterns", "loop_legend"]

Track = Sequence[tuple[float, float]]

_DASHES = {"contracted": None, "derived": "5 3", "contingent": "1.5 3"}
_ROLES = {"funding": "funding", "purchase": "purchases", "other": "other payments"}


def band(leg: LoopLeg, track: Track, key: str, scale: float) -> str:
    """Return the nested bands of a leg along its middle line, with an arrow at the payee."""
    if leg.central is None:
        line = element(
            "path",
            d=_middle_line(track),
            class_=f"ll-{tone_of(leg)}-line",
            fill="none",
            stroke_width=1.5,
            stroke_dasharray=_DASHES[leg.style],
            data_part="unpriced",
        )
        return line + _arrow(track, 8)
    parts = []
    for part in ("high", "central", "low"):
        amount = float(getattr(leg, part))
        if amount > 0 or part == "high":
            parts.append(_part(leg, part, ribbon(track, amount * scale), key))
    return "".join(parts) + _arrow(track, min(max((leg.high or 0.0) * scale, 6.0), 11.0))


def _part(leg: LoopLeg, part: str, path: str, key: str) -> str:
    tone = tone_of(leg)
    outline = part == "high"
    fill, fill_class = _fill(leg.style, part, tone, key)
    classes = " ".join(name for name in (fill_class, f"ll-{tone}-line" if outline else "") if name)
    return element(
        "path",
        d=path,
        fill=fill,
        class_=classes or None,
        stroke_width=1 if outline else None,
        stroke_dasharray=_DASHES[leg.style] if outline else None,
        data_part=part,
    )


def _fill(style: str, part: str, tone: str, key: str) -> tuple[str | None, str]:
    """Return the fill of a part as a pattern reference or as a class."""
    if style == "contracted":
        return None, f"ll-{tone}-{ {'high': 'pale', 'central': 'mid', 'low': 'deep'}[part] }"
    if part == "high":
        return None, "ll-paper"
    return f"url(#{key}-{style}-{part}-{tone})", ""


def ribbon(track: Track, thickness: float) -> str:
    """Return the outline of a band of equal height along a line; bends are level at both ends."""
    upper = [(x, y - thickness / 2) for x, y in track]
    lower = [(x, y + thickness / 2) for x, y in reversed(track)]
    return f"M{_point(upper[0])}{_run(upper)}L{_point(lower[0])}{_run(lower)}Z"


def _middle_line(track: Track) -> str:
    return f"M{_point(track[0])}{_run(track)}"


def _run(points: Track) -> str:
    steps = []
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y0 - y1) < 0.005:
            steps.append(f"L{_point((x1, y1))}")
        else:
            middle = (x0 + x1) / 2
            steps.append(f"C{_point((middle, y0))} {_point((middle, y1))} {_point((x1, y1))}")
    return "".join(steps)


def _point(point: tuple[float, float]) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _arrow(track: Track, size: float) -> str:
    x, y = track[-1]
    tip, half = x - 0.5, size / 2
    back = tip - size * 0.8
    return element(
        "path",
        d=f"M{_point((back, y - half))}L{_point((tip, y))}L{_point((back, y + half))}Z",
        class_="ll-edge",
        stroke_width=0.75,
    )


def band_patterns(legs: Sequence[LoopLeg], key: str) -> list[str]:
    """Return the patterns that these legs and their legend use."""
    used = {(leg.style, tone_of(leg)) for leg in legs if leg.style != "contracted"}
    used |= {(style, OTHER_TONE) for style, _ in used}
    patterns = []
    for style, tone in sorted(used):
        for part, weight in (("central", 2.0), ("low", 4.2)):
            name = f"{key}-{style}-{part}-{tone}"
            marks, ground = f"ll-{tone}-{'mid' if part == 'central' else 'deep'}", f"ll-{tone}-pale"
            if style == "derived":
                patterns.append(hatch(name, ground=ground, lines=marks, weight=weight))
            else:
                patterns.append(dots(name, ground=ground, marks=marks, radius=weight * 0.6, pitch=5.0))
    return patterns


def loop_legend(
    legs: Sequence[LoopLeg], key: str, scale: float, unit: str, y: float, *, again: bool
) -> tuple[str, float]:
    """Return the legend of a loop picture and its height; only what is drawn is explained."""
    entries = []
    if scale > 0:
        amount, height = _scale_bar(scale)
        bar = element(
            "path",
            d=f"M0,{number(-height / 2)}h6m-3,0v{number(height)}m-3,0h6",
            class_="ll-line",
            stroke_width=1,
        )
        entries.append(Entry(sample=bar, width=6, words=f"= {format_round(amount, unit)}"))
    priced = [leg for leg in legs if leg.central is not None]
    if any(leg.low != leg.high for leg in priced):
        entries.append(
            Entry(sample=_nested_sample(), width=26, words="inner: low, middle: central, outer: high")
        )
    elif priced:
        entries.append(Entry(sample=swatch(f"ll-{OTHER_TONE}-deep"), width=20, words="known exactly"))
    roles = [role for role in _ROLES if any(leg.role == role for leg in legs)]
    if roles != ["other"]:
        for role in roles:
            tone = tone_of(next(leg for leg in legs if leg.role == role))
            entries.append(Entry(sample=_role_sample(tone), width=20, words=_ROLES[role]))
    for style in ("derived", "contingent"):
        if any(leg.style == style for leg in legs):
            sample = swatch(
                f"url(#{key}-{style}-central-{OTHER_TONE})",
                classes=f"ll-{OTHER_TONE}-line",
                dash=_DASHES[style],
            )
            entries.append(Entry(sample=sample, width=20, words=BASIS[style]))
    if len(priced) < len(legs):
        line = element("line", x1=0, y1=0, x2=20, y2=0, class_=f"ll-{OTHER_TONE}-line", stroke_width=1.5)
        entries.append(Entry(sample=line, width=20, words="no price public"))
    if again:
        bar = element("rect", x=1, y=-7, width=7, height=14, class_="ll-edge", stroke_width=1.5)
        entries.append(Entry(sample=bar, width=9, words="same party again"))
    return legend(entries, y)


def _role_sample(tone: str) -> str:
    core = element("rect", x=0, y=-2, width=20, height=4, class_=f"ll-{tone}-deep")
    return swatch(f"ll-{tone}-mid") + core


def _nested_sample() -> str:
    return "".join(
        element("rect", x=0, y=-half, width=26, height=2 * half, class_=f"ll-{OTHER_TONE}-{shade}")
        for half, shade in ((7.0, "pale"), (4.5, "mid"), (2.0, "deep"))
    )


def _scale_bar(scale: float) -> tuple[float, float]:
    """Return the largest round amount whose band is no higher than a legend row, and that height."""
    exponent = -15
    while 10.0 ** (exponent + 1) * scale <= 14:
        exponent += 1
    amount = max(factor * 10.0**exponent for factor in (1, 2, 5) if factor * 10.0**exponent * scale <= 14)
    return amount, amount * scale
