"""Whose money pays, as a range: from what must be the funders' own to what can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.report.figures.legend import Entry, legend
from loopledger.report.figures.legs import Table
from loopledger.report.figures.settle import settle
from loopledger.report.figures.style import PURCHASE_TONES
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    heading,
    key_of,
    link,
    number,
    text,
    text_block,
)
from loopledger.report.figures.text import clean, line_height, text_width, wrap

__all__ = ["ShareRow", "draw_shares", "shares_table"]

_LEFT, _RIGHT = 210.0, 26.0
_ROW, _SMALL, _NAME = 62.0, 11.0, 12.0
_TONE = PURCHASE_TONES[0]
_RULES = ("forced", "pooled", "earmarked", "possible")
_MEANING = {
    "forced": "forced: at least this under any allocation",
    "pooled": "pooled: in proportion",
    "earmarked": "earmarked: as the terms link it",
    "possible": "possible: at most this",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """One view of a funding answer.

    Parameters
    ----------
    label : str
        Which view, for instance ``Microsoft, the deal alone``.
    forced, pooled, possible : float
        Share of the seller's receipts that is the funders' own money [0..1].
    earmarked : float or None
        The same under the earmark rule; None where no earmark is known.
    href : str
        Address that the label leads to; empty for none.

    Raises
    ------
    ModelError
        If a share is outside 0..1, or a rule outside the range from forced to possible.
    """

    label: str
    forced: float
    pooled: float | None
    earmarked: float | None
    possible: float
    href: str = ""

    def __post_init__(self) -> None:
        rules = [value for value in (self.pooled, self.earmarked) if value is not None]
        slack = 1e-9
        if not -slack <= self.forced <= self.possible + slack <= 1 + 2 * slack:
            msg = f"shares of {self.label!r} must satisfy 0 <= forced <= possible <= 1"
            raise ModelError(msg)
        if any(not self.forced - slack <= value <= self.possible + slack for value in rules):
            msg = f"a rule of {self.label!r} lies outside the range from forced to possible"
            raise ModelError(msg)

    def marks(self) -> list[tuple[str, float]]:
        """Return the rules that have a value, in reading order."""
        values = {rule: getattr(self, rule) for rule in _RULES}
        return [(rule, min(max(value, 0.0), 1.0)) for rule, value in values.items() if value is not None]


def draw_shares(rows: Sequence[ShareRow], *, title: str) -> str:
    """Draw one line a view on a scale from 0 to 100 %, from forced to possible, with the rules marked.

    Parameters
    ----------
    rows : sequence of ShareRow
        Views, from top to bottom.
    title : str
        Headline.

    Returns
    -------
    str
        SVG. Marks are ``class="ll-mark-of"`` with the rule in ``data-rule``.

    Raises
    ------
    ModelError
        If there are no rows.
    """
    if not rows:
        msg = "a picture of shares needs at least one view; there is none"
        raise ModelError(msg, hint="say in words that the share cannot be computed")
    key = key_of("shares", title, tuple(rows))
    head, y = heading(title, "Share of the seller's receipts that is the funders' own money.")
    used = [rule for rule in _RULES if any(getattr(row, rule) is not None for row in rows)]
    drawn, height = legend(
        [Entry(sample=_mark(rule, 7, 0), width=14, words=_MEANING[rule]) for rule in used], y + 6
    )
    top = y + height + 34
    bottom = top + _ROW * len(rows)
    body = [head, drawn, *_scale_lines(top, bottom)]
    for n, row in enumerate(rows):
        body.append(_row(row, top + (n + 0.5) * _ROW))
    return document(
        body,
        key=key,
        kind="shares",
        height=round(bottom + 10),
        title=title,
        description=" ".join(f"{clean(row.label)}: {_told(row)}." for row in rows),
    )


def shares_table(rows: Sequence[ShareRow]) -> Table:
    """Return the table twin of a picture of shares: a header and one row a view.

    Parameters
    ----------
    rows : sequence of ShareRow
        As given to the picture.
    """
    header = ("View", *(rule.capitalize() for rule in _RULES))
    body = tuple(
        (
            clean(row.label),
            *("not known" if getattr(row, rule) is None else _percent(getattr(row, rule)) for rule in _RULES),
        )
        for row in rows
    )
    return header, body


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _told(row: ShareRow) -> str:
    return ", ".join(f"{rule} {_percent(value)}" for rule, value in row.marks())


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _scale_lines(top: float, bottom: float) -> list[str]:
    drawn = []
    for percent in (0, 25, 50, 75, 100):
        x = _x(percent / 100)
        drawn += [
            element("line", x1=x, y1=top - 4, x2=x, y2=bottom, class_="ll-grid", stroke_width=1),
            text(f"{percent}%", x, top - 9, size=_SMALL, anchor="middle", classes="ll-muted"),
        ]
    return drawn


def _row(row: ShareRow, y: float) -> str:
    name = wrap(row.label, _LEFT - MARGIN - 18, _NAME, bold=True, max_lines=3)
    first = y + 4 - (len(name.lines) - 1) * line_height(_NAME) / 2
    parts = [link(row.href, text_block(name, MARGIN, first, size=_NAME, classes="ll-ink ll-b"))]
    marks = row.marks()
    parts.append(
        element(
            "rect",
            x=_x(row.forced),
            y=y - 3.5,
            width=max(_x(row.possible) - _x(row.forced), 0.0),
            height=7,
            class_=f"ll-{_TONE}-pale ll-range",
        )
    )
    # the two ends go last, under the rules in the middle they would vanish where all agree
    order = sorted(marks, key=lambda mark: mark[0] in ("pooled", "earmarked"))
    parts += [_mark(rule, _x(value), y) for rule, value in order]
    if _percent(row.forced) == _percent(row.possible):
        parts.append(_settled([(f"{_percent(row.forced)} under every rule", row.forced)], y - 12))
        return "".join(parts)
    ends = [mark for mark in marks if mark[0] in ("forced", "possible")]
    parts.append(_labels([mark for mark in marks if mark not in ends], y - 12))
    parts.append(_labels(ends, y + 21))
    return "".join(parts)


def _labels(marks: Sequence[tuple[str, float]], y: float) -> str:
    """Return the marks' labels on one line, moved apart where they would touch; equal ones become one."""
    merged: dict[str, list[str]] = {}
    places: dict[str, float] = {}
    for rule, value in marks:
        merged.setdefault(_percent(value), []).append(rule)
        places.setdefault(_percent(value), value)
    return _settled([(f"{' = '.join(merged[percent])} {percent}", places[percent]) for percent in merged], y)


def _settled(labels: Sequence[tuple[str, float]], y: float) -> str:
    """Return words over their places on the scale, moved apart and kept beside the names."""
    ordered = sorted(labels, key=lambda label: label[1])
    words = [line for line, _ in ordered]
    half = [text_width(line, _SMALL) / 2 + 4 for line in words]
    within = (_LEFT - 16, WIDTH - 2)
    settled = settle([_x(place) for _, place in ordered], half, half, within=within)
    return "".join(
        text(line, x, y, size=_SMALL, anchor="middle", classes="ll-ink ll-halo")
        for line, x in zip(words, settled, strict=True)
    )


def _mark(rule: str, x: float, y: float) -> str:
    """Return the sign of a rule, centred on a point: brackets for the ends, disc and diamond between."""
    common = {"class_": "ll-edge ll-mark-of", "data_rule": rule}
    if rule == "pooled":
        return element(
            "circle",
            cx=x,
            cy=y,
            r=5.5,
            class_=f"ll-{_TONE}-mid ll-halo ll-mark-of",
            data_rule=rule,
            stroke_width=1,
        )
    if rule == "earmarked":
        return element(
            "path",
            d=f"M{number(x)},{number(y - 6.5)}l6.5,6.5l-6.5,6.5l-6.5,-6.5Z",
            stroke_width=1.6,
            **common,
        )
    turn = 5 if rule == "forced" else -5
    return element(
        "path",
        d=f"M{number(x + turn)},{number(y - 8)}H{number(x)}V{number(y + 8)}H{number(x + turn)}",
        class_="ll-line ll-mark-of",
        data_rule=rule,
        stroke_width=2.2,
    )
