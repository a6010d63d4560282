"""Who pays whom, as ribbons across a circle: from payer to payee, as wide as the amount."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import format_range, format_short
from loopledger.report.figures.chordplan import Arc, Chord, plan_chord
from loopledger.report.figures.legend import Entry, hatch, legend, swatch
from loopledger.report.figures.legs import Role
from loopledger.report.figures.payments import ROLES, Gathered, Node, PairSum, gather
from loopledger.report.figures.settle import settle
from loopledger.report.figures.style import FUNDING_TONES, OTHER_TONE, PURCHASE_TONES
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    heading,
    key_of,
    number,
    text,
    text_block,
    tooltip,
)
from loopledger.report.figures.text import line_height, shorten, wrap

__all__ = ["draw_chord"]

_RADIUS, _RING, _POINT = 190.0, 9.0, 15.0
_NAME, _SMALL = 12.5, 11.0
_LABEL_AT = 30.0
_TONES: dict[Role, str] = {"purchase": PURCHASE_TONES[0], "funding": FUNDING_TONES[0], "other": OTHER_TONE}


def draw_chord(
    pairs: Sequence[PairSum],
    names: Mapping[str, str],
    *,
    title: str,
    subtitle: str = "",
    n_main: int = 10,
    unit: str = "USD",
) -> str:
    """Draw payments between the main parties as ribbons across a circle.

    Parameters
    ----------
    pairs : sequence of PairSum
    names : mapping of str to str
        Name as printed, by party id.
    title, subtitle : str
        Headline, and what window and basis the amounts have.
    n_main : int
        How many parties stand for themselves; the others share one arc.
    unit : str
        Currency of all amounts, ISO 4217.

    Returns
    -------
    str
        SVG. Each ribbon is ``class="ll-ribbon"`` with its place in ``data-ribbon``; it leaves the payer's arc
        full and ends in a point at the payee's.

    Raises
    ------
    ModelError
        If no party pays another.
    """
    found = gather(pairs, names, n_main=n_main)
    if not any(ribbon.central > 0 for ribbon in found.ribbons):
        msg = "a chord picture needs at least one payment above zero; there is none"
        raise ModelError(msg, hint="say in words that nobody pays anybody")
    key = key_of("chord", title, subtitle, n_main, unit, tuple(pairs), tuple(sorted(names.items())))
    arcs, chords = plan_chord(found)
    aside = ""
    if found.within[1] > 0:
        among = format_short(found.within[1], unit)
        aside = f" Not drawn: {among} that the {found.nodes[-1].label} pay each other."
    head, y = heading(title, f"{subtitle} Ribbons run from payer to the point at the payee.{aside}".strip())
    roles = [role for role in ROLES if any(ribbon.role == role for ribbon in found.ribbons)]
    drawn, height = legend(_entries(roles, key), y + 6)
    labels, top, bottom = _labels(found.nodes, arcs, unit)
    centre = y + height + 20 - top
    ordered = sorted(range(len(chords)), key=lambda n: (-chords[n].ribbon.central, n))
    inner = [_ribbon(chords[n], n, found, key, unit) for n in ordered if chords[n].ribbon.central > 0]
    inner += [_ring(arc, n) for n, arc in enumerate(arcs)]
    body = [head, drawn, element("g", *inner, *labels, transform=f"translate({WIDTH / 2:.2f} {centre:.2f})")]
    return document(
        body,
        key=key,
        kind="chord",
        height=round(centre + bottom + 8),
        title=title,
        description=_description(found, unit) + aside,
        defs=[_pattern(role, key) for role in roles if role != "purchase"],
    )


def _at(angle: float, radius: float) -> str:
    return f"{number(radius * math.sin(angle))},{number(-radius * math.cos(angle))}"


def _ribbon(chord: Chord, place: int, found: Gathered, key: str, unit: str) -> str:
    """Return a ribbon: along the payer's arc, across, to a point at the payee's arc, and back."""
    leaves, arrives = chord.leaves, chord.arrives
    inner, short = _RADIUS - 1, _RADIUS - _POINT
    large = int(leaves.last - leaves.first > math.pi)
    path = (
        f"M{_at(leaves.first, inner)}A{number(inner)},{number(inner)} 0 {large} 1 {_at(leaves.last, inner)}"
        f"Q0,0 {_at(arrives.first, short)}L{_at(arrives.middle, inner)}L{_at(arrives.last, short)}"
        f"Q0,0 {_at(leaves.first, inner)}Z"
    )
    ribbon = chord.ribbon
    tone = _TONES[ribbon.role]
    amount = format_range(ribbon.low, ribbon.central, ribbon.high, unit)
    ends = f"{found.nodes[ribbon.payer].label} to {found.nodes[ribbon.payee].label}"
    plain = ribbon.role == "purchase"
    return element(
        "path",
        tooltip(f"{ends}: {amount}, {ROLES[ribbon.role]}"),
        d=path,
        fill=None if plain else f"url(#{key}-{ribbon.role})",
        class_=f"ll-ribbon ll-{tone}-line" + (f" ll-{tone}-mid" if plain else ""),
        fill_opacity=0.72,
        stroke_width=0.6,
        data_ribbon=place,
    )


def _pattern(role: Role, key: str) -> str:
    tone = _TONES[role]
    return hatch(f"{key}-{role}", ground=f"ll-{tone}-pale", lines=f"ll-{tone}-mid", weight=2.6, pitch=4.5)


def _entries(roles: Sequence[Role], key: str) -> list[Entry]:
    return [
        Entry(
            sample=swatch("ll-p0-mid" if role == "purchase" else f"url(#{key}-{role})"),
            width=20,
            words=ROLES[role],
        )
        for role in roles
    ]


def _ring(arc: Arc, place: int) -> str:
    inner, outer = _RADIUS, _RADIUS + _RING
    large = int(arc.last - arc.first > math.pi)
    path = (
        f"M{_at(arc.first, outer)}A{number(outer)},{number(outer)} 0 {large} 1 {_at(arc.last, outer)}"
        f"L{_at(arc.last, inner)}A{number(inner)},{number(inner)} 0 {large} 0 {_at(arc.first, inner)}Z"
    )
    return element("path", d=path, class_="ll-ink ll-arc", data_node=place)


def _labels(nodes: Sequence[Node], arcs: Sequence[Arc], unit: str) -> tuple[list[str], float, float]:
    """Return the names beside the circle with lines to their arcs, and how far up and down they reach."""
    width = WIDTH / 2 - _RADIUS - _RING - _LABEL_AT - MARGIN
    drawn: list[str] = []
    top, bottom = -(_RADIUS + _RING), _RADIUS + _RING
    for side in (1, -1):
        here = [n for n, arc in enumerate(arcs) if (math.sin(arc.middle) >= 0) == (side > 0)]
        here.sort(key=lambda n: -math.cos(arcs[n].middle))
        names = {n: wrap(nodes[n].label, width, _NAME, bold=True, max_lines=2) for n in here}
        half = [(len(names[n].lines) * line_height(_NAME) + 2 * line_height(_SMALL)) / 2 + 3 for n in here]
        edge = _RADIUS + _RING
        settled = settle([-edge * math.cos(arcs[n].middle) for n in here], half, half)
        for n, y, reach in zip(here, settled, half, strict=True):
            x = side * (_RADIUS + _RING + _LABEL_AT)
            drawn.append(_leader(arcs[n].middle, x - side * 4, y))
            anchor = "start" if side > 0 else "end"
            line = y - reach + 3 + line_height(_NAME) * 0.8
            drawn.append(text_block(names[n], x, line, size=_NAME, anchor=anchor, classes="ll-ink ll-b"))
            line += (len(names[n].lines) - 1) * line_height(_NAME)
            for verb, amount in (("pays", nodes[n].pays), ("is paid", nodes[n].gets)):
                line += line_height(_SMALL)
                words = shorten(f"{verb} {format_short(amount, unit)}", width, _SMALL)
                drawn.append(text(words, x, line, size=_SMALL, anchor=anchor, classes="ll-muted"))
            top, bottom = min(top, y - reach), max(bottom, y + reach)
    return drawn, top, bottom


def _leader(angle: float, x: float, y: float) -> str:
    edge = _RADIUS + _RING
    path = f"M{_at(angle, edge + 1)}L{_at(angle, edge + 10)}L{number(x)},{number(y)}"
    return element("path", d=path, class_="ll-soft", stroke_width=0.8)


def _description(found: Gathered, unit: str) -> str:
    ribbons = sorted(found.ribbons, key=lambda ribbon: -ribbon.central)
    largest = [
        f"{found.nodes[r.payer].label} to {found.nodes[r.payee].label} {format_short(r.central, unit)}, {ROLES[r.role]}"
        for r in ribbons[:5]
    ]
    return (
        f"{len(found.nodes)} arcs and {len(found.ribbons)} ribbons, {format_short(found.total, unit)} in all. "
        f"The widest: {'; '.join(largest)}."
    )
