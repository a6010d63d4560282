"""A financing loop, unrolled: who pays whom, how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from loopledger.errors import ModelError
from loopledger.report.figures.bands import band, band_patterns, loop_legend
from loopledger.report.figures.captions import MOST_COLUMNS_WITH_WORDS, badge, caption_of, key_list, name_of
from loopledger.report.figures.legs import LoopLeg, sentence
from loopledger.report.figures.placing import BAR_WIDTH, Bar, grid_of, place
from loopledger.report.figures.svg import document, element, heading, key_of, link, tooltip
from loopledger.report.figures.unroll import Unrolled, unroll

__all__ = ["draw_loop"]

_BUSIEST, _WIDEST_BAND = 120.0, 88.0  # heights: of all bands of the busiest gap together, of one band


def draw_loop(legs: Sequence[LoopLeg], *, title: str, unit: str = "USD") -> str:
    """Draw a loop unrolled from left to right, the width of each band proportional to its amount.

    Parameters
    ----------
    legs : sequence of LoopLeg
        All payments of one loop, or of several loops that share payments. Each is drawn once.
    title : str
        Headline.
    unit : str
        Currency of all amounts, ISO 4217.

    Returns
    -------
    str
        SVG. Each leg is a group ``class="ll-leg"`` with its index in ``data-leg``; its bands carry
        ``data-part`` ``high``, ``central`` or ``low``.

    Raises
    ------
    ModelError
        If there are no legs.

    Notes
    -----
    The loop starts at the party from which the fewest payments skip a stage (a funder, where funding is
    marked), among equals at the first of the list.
    Up to five stages the words stand under each band; beyond, bands are numbered and the words follow below.
    """
    if not legs:
        msg = "a loop picture needs at least one payment; there is none"
        raise ModelError(msg, hint="say in words that no loop was found")
    loop = _best_start(legs)
    grid = grid_of(loop)
    keyed = loop.n_columns > MOST_COLUMNS_WITH_WORDS
    key = key_of("loop", title, unit, tuple(legs))
    scale = _scale(legs, loop)
    captions = [caption_of(leg, grid.label_width, unit, brief=keyed) for leg in legs]
    names = [name_of(stop, grid) for stop in loop.stops]
    thickness = [max((leg.high or 0.0) * scale, 18.0 if keyed else 4.0) for leg in legs]
    placed = place(loop, thickness, [caption.height for caption in captions], [name.height for name in names])

    head, y = heading(title, "Left to right: who pays whom. Band width is proportional to the amount.")
    shift = y + 10 - placed.top
    inner = [_leg(leg, n, band(leg, placed.tracks[n], key, scale), unit) for n, leg in enumerate(legs)]
    inner += [_bar(bar, again=stop.again) for bar, stop in zip(placed.bars, loop.stops, strict=True)]
    inner += [name.draw(bar) for name, bar in zip(names, placed.bars, strict=True)]
    for n, caption in enumerate(captions):
        (left, middle), (right, _) = placed.tracks[n][1:3]
        inner.append(caption.draw((left + right) / 2, middle + thickness[n] / 2 + 2))
        inner.append(badge(n + 1, (left + right) / 2, middle) if keyed else "")
    body = [head, element("g", *inner, transform=f"translate(0 {shift:.2f})")]
    y = placed.bottom + shift + 14
    if keyed:
        drawn, height = key_list(legs, y, unit)
        body.append(drawn)
        y += height + 10
    drawn, height = loop_legend(legs, key, scale, unit, y, again=any(stop.again for stop in loop.stops))
    body.append(drawn)
    return document(
        body,
        key=key,
        kind="loop",
        height=round(y + height + 6),
        title=title,
        description=" ".join(f"{sentence(leg, unit)}." for leg in legs),
        defs=band_patterns(legs, key),
    )


def _best_start(legs: Sequence[LoopLeg]) -> Unrolled:
    """Return the unrolling in which the fewest legs skip a stage, among equals the earliest in the list."""
    funders = dict.fromkeys(leg.payer for leg in legs if leg.role == "funding")
    starts = list(funders) or list(dict.fromkeys(leg.payer for leg in legs))
    return min((_unrolled_from(start, legs) for start in starts), key=_n_skipped)


def _n_skipped(loop: Unrolled) -> int:
    return sum(loop.stops[payee].column - loop.stops[payer].column - 1 for payer, payee in loop.ways)


def _unrolled_from(start: str, legs: Sequence[LoopLeg]) -> Unrolled:
    order = sorted(range(len(legs)), key=lambda n: legs[n].payer != start)
    loop = unroll([(legs[n].payer, legs[n].payee) for n in order])
    ways = dict(zip(order, loop.ways, strict=True))
    return Unrolled(stops=loop.stops, ways=tuple(ways[n] for n in range(len(legs))))


def _scale(legs: Sequence[LoopLeg], loop: Unrolled) -> float:
    """Return the height of a band per unit of currency."""
    highs = [leg.high or 0.0 for leg in legs]
    if not any(highs):
        return 0.0
    spans = [(loop.stops[payer].column, loop.stops[payee].column) for payer, payee in loop.ways]
    busiest = max(
        sum(high for high, (first, last) in zip(highs, spans, strict=True) if first <= column < last)
        for column in range(loop.n_columns - 1)
    )
    return min(_BUSIEST / busiest, _WIDEST_BAND / max(highs))


def _leg(leg: LoopLeg, n: int, drawn_band: str, unit: str) -> str:
    drawn = element(
        "g",
        tooltip(sentence(leg, unit)),
        drawn_band,
        class_="ll-leg",
        data_leg=n,
    )
    return link(leg.href, drawn)


def _bar(bar: Bar, *, again: bool) -> str:
    pole = element(
        "line",
        x1=bar.x,
        y1=bar.name_bottom + 2,
        x2=bar.x,
        y2=bar.top,
        class_="ll-soft",
        stroke_width=1,
        stroke_dasharray="1 2",
    )
    return (pole if bar.top - bar.name_bottom > 10 else "") + element(
        "rect",
        x=bar.x - BAR_WIDTH / 2,
        y=bar.top,
        width=BAR_WIDTH,
        height=bar.height,
        class_="ll-edge" if again else "ll-ink",
        stroke_width=1.5 if again else None,
    )
