"""The ladder as a picture: size of the shock against binding payments unpaid, with the range of the runs."""

from __future__ import annotations

import math

import numpy as np

from loopledger.report.figures.amounts import format_round, format_short
from loopledger.report.figures.legend import Entry as Sample
from loopledger.report.figures.legend import legend, swatch
from loopledger.report.figures.style import FUNDING_TONES
from loopledger.report.figures.svg import WIDTH, document, element, heading, key_of, number, text, tooltip
from loopledger.report.model import Picture
from loopledger.report.stress.answer import StressAnswer
from loopledger.stress.arrays import FloatArray

__all__ = ["ladder_picture"]

_LEFT, _RIGHT, _HEIGHT, _SMALL = 70.0, 26.0, 260.0, 11.0
_TONE = FUNDING_TONES[0]


def ladder_picture(answer: StressAnswer) -> Picture | None:
    """Return the picture with its table; None where no ladder was asked for, or nothing stays unpaid on it."""
    scales = np.array([scale for scale, _, _ in answer.ladder])
    rungs = np.array([rung for _, rung, _ in answer.ladder])
    if not rungs.any():
        return None
    quarters = answer.question.quarters
    title = "How much stays unpaid as the shock grows"
    return Picture(
        name="ladder",
        svg=_draw(scales, rungs, title),
        header=("Scale of all shocks", "Mild", "Central", "Severe", "First payers, central run"),
        rows=tuple(
            (f"{scale:.0%}", *(format_short(float(x)) for x in rung), _payers(answer, by_payer))
            for scale, rung, by_payer in answer.ladder
        ),
        caption=title,
        note=f"Binding payments unpaid, US dollars, scheduled {quarters[0]} to {quarters[-1]}; band: the three runs",
        on_terminal=False,
    )


def _payers(answer: StressAnswer, by_payer: FloatArray) -> str:
    order = sorted(np.flatnonzero(by_payer[1] > 0), key=lambda k: (-by_payer[1, k], answer.case.parties[k]))
    shown = [
        f"{answer.name(answer.case.parties[k])} {format_short(float(by_payer[1, k]))}" for k in order[:3]
    ]
    return ", ".join(shown) or "nobody"


def _steps(most: float) -> list[float]:
    """Return round values from nothing up to at least ``most`` [USD]."""
    raw = max(most, 1.0) / 4
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw * (1 - 1e-12))
    return [step * n for n in range(math.ceil(most / step - 1e-12) + 1)]


def _draw(scales: FloatArray, rungs: FloatArray, title: str) -> str:
    steps = _steps(float(rungs.max()))
    key = key_of("ladder", title, scales.tolist(), rungs.tolist())
    head, y = heading(
        title,
        "All shocks of the scenarios at the same part of their sizes; more shock need not mean more unpaid.",
    )
    drawn, height = legend(
        [
            Sample(sample=swatch(f"ll-{_TONE}-pale"), width=20, words="from the mild to the severe run"),
            Sample(
                sample=element("line", x1=0, y1=0, x2=20, y2=0, class_=f"ll-{_TONE}-line", stroke_width=2.5),
                width=20, words="central run",
            ),
        ],
        y + 6,
    )  # fmt: skip
    top = y + height + 22
    bottom = top + _HEIGHT

    def at(scale: float, amount: float) -> tuple[float, float]:
        return _LEFT + scale * (WIDTH - _LEFT - _RIGHT), bottom - amount / steps[-1] * _HEIGHT

    body = [head, drawn]
    for value in steps:
        _, level = at(0, value)
        body += [
            element("line", x1=_LEFT, y1=level, x2=WIDTH - _RIGHT, y2=level, class_="ll-grid", stroke_width=1),
            text(
                format_round(value, "USD") if value else "0", _LEFT - 8, level + 4, size=_SMALL, anchor="end",
                classes="ll-muted",
            ),
        ]  # fmt: skip
    for percent in (0, 25, 50, 75, 100):
        x, _ = at(percent / 100, 0)
        body.append(text(f"{percent}%", x, bottom + 18, size=_SMALL, anchor="middle", classes="ll-muted"))
    upper = [at(s, float(r.max())) for s, r in zip(scales, rungs, strict=True)]
    lower = [at(s, float(r.min())) for s, r in zip(scales, rungs, strict=True)]
    middle = [at(s, float(r[1])) for s, r in zip(scales, rungs, strict=True)]
    body.append(element("polygon", points=_points([*upper, *reversed(lower)]), class_=f"ll-{_TONE}-pale"))
    body.append(
        element("polyline", points=_points(middle), class_=f"ll-{_TONE}-line", fill="none", stroke_width=2.5)
    )
    for (x, level), scale, rung in zip(middle, scales, rungs, strict=True):
        low, central, high = (format_short(float(x)) for x in (rung.min(), rung[1], rung.max()))
        words = f"{scale:.0%}: {central}, {low} to {high}"
        body.append(element("circle", tooltip(words), cx=x, cy=level, r=3, class_=f"ll-{_TONE}-deep ll-rung"))
    body.append(
        text(
            "Part of the sizes of all shocks",
            WIDTH - _RIGHT,
            bottom + 36,
            size=_SMALL,
            anchor="end",
            classes="ll-muted",
        )
    )
    told = "; ".join(
        f"at {scale:.0%} {format_short(float(rung[1]))}" for scale, rung in zip(scales, rungs, strict=True)
    )
    return document(
        body,
        key=key,
        kind="ladder",
        height=round(bottom + 46),
        title=title,
        description=f"Central run: {told}.",
    )


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)
