"""The words of a loop picture: names over bars, amounts under bands, and the numbered key of long loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.report.figures.amounts import format_range, format_short, format_spread
from loopledger.report.figures.legs import LoopLeg
from loopledger.report.figures.placing import Bar, Grid
from loopledger.report.figures.svg import MARGIN, WIDTH, element, fragment, link, text, text_block
from loopledger.report.figures.text import Lines, clean, line_height, shorten, text_width, wrap
from loopledger.report.figures.unroll import Stop

__all__ = ["Caption", "Name", "badge", "caption_of", "key_list", "name_of"]

MOST_COLUMNS_WITH_WORDS = 5
_AMOUNT, _WORDS, _AGAIN = 12.0, 11.0, 13.0
_NOTHING = Lines(lines=(), full="", shortened=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The name over a bar.

    Parameters
    ----------
    lines : Lines
        The name, wrapped.
    size : float
        Type size.
    again : bool
        Whether "again" stands under it.
    """

    lines: Lines
    size: float
    again: bool

    @property
    def height(self) -> float:
        """Of all lines with the space around them."""
        return len(self.lines.lines) * line_height(self.size) + (_AGAIN if self.again else 0.0) + 8

    def draw(self, bar: Bar) -> str:
        """Return the name over its bar."""
        last = bar.name_bottom - 3
        above = (len(self.lines.lines) - 1) * line_height(self.size) + (_AGAIN if self.again else 0.0)
        drawn = text_block(
            self.lines, bar.x, last - above, size=self.size, anchor="middle", classes="ll-ink ll-b ll-halo"
        )
        if self.again:
            drawn += text("again", bar.x, last, size=11, anchor="middle", classes="ll-muted ll-i ll-halo")
        return drawn


def name_of(stop: Stop, grid: Grid) -> Name:
    """Return the name of a stop, wrapped to the room that the grid gives it."""
    size = 13.0 if grid.n_columns <= MOST_COLUMNS_WITH_WORDS else 11.0
    lines = wrap(stop.party, grid.name_width, size, bold=True, max_lines=3)
    return Name(lines=lines, size=size, again=stop.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words under a band: amount and range, kind, register ids.

    Parameters
    ----------
    amount : tuple of str
        One line, or two when the range does not fit beside the amount.
    kind : Lines
        Kind in words with the basis, wrapped.
    ids : tuple of (str, str, str)
        The id as printed, as registered, and what is printed after it.
    """

    amount: tuple[str, ...]
    kind: Lines
    ids: tuple[tuple[str, str, str], ...]

    @property
    def height(self) -> float:
        """Of all lines, with the space above them."""
        n_small = len(self.kind.lines) + bool(self.ids)
        return 4 + len(self.amount) * line_height(_AMOUNT) + n_small * line_height(_WORDS)

    def draw(self, x: float, y: float) -> str:
        """Return the lines centred on ``x``, below ``y``."""
        drawn = []
        for n, line in enumerate(self.amount):
            y += line_height(_AMOUNT)
            classes = "ll-ink ll-b ll-halo" if n == 0 else "ll-ink ll-halo"
            drawn.append(text(line, x, y, size=_AMOUNT, anchor="middle", classes=classes))
        if self.kind.lines:
            y += line_height(_WORDS)
            drawn.append(text_block(self.kind, x, y, size=_WORDS, anchor="middle", classes="ll-ink ll-halo"))
            y += (len(self.kind.lines) - 1) * line_height(_WORDS)
        if self.ids:
            y += line_height(_WORDS)
            width = sum(text_width(shown + after, _WORDS) for shown, _, after in self.ids)
            drawn.append(_linked_ids(self.ids, x - width / 2, y))
        return "".join(drawn)


def caption_of(leg: LoopLeg, width: float, unit: str, *, brief: bool) -> Caption:
    """Return the words under a band that fit into a width; brief ones give the amount alone, if it fits."""
    amount: tuple[str, ...] = (format_range(leg.low, leg.central, leg.high, unit),)
    if text_width(amount[0], _AMOUNT, bold=True) > width:
        if leg.central is None:
            amount = ("no price", "public")
        else:
            spread = wrap(format_spread(leg.low, leg.central, leg.high), width, _AMOUNT, max_lines=2)
            amount = (format_short(leg.central, unit), *spread.lines)
    if brief:
        amount = amount if leg.central is None else (format_short(leg.central, unit),)
        fits = all(text_width(line, _AMOUNT, bold=True) <= width for line in amount)
        return Caption(amount=amount if fits else (), kind=_NOTHING, ids=())
    kind = _kind(leg)
    return Caption(
        amount=amount, kind=wrap(kind, width, _WORDS, max_lines=3), ids=_ids_that_fit(leg.ids, width)
    )


def _kind(leg: LoopLeg) -> str:
    """Return the kind in words with the basis, unless that is plain or said already."""
    said = leg.style == "contracted" or leg.style in leg.label
    return leg.label if said else f"{leg.label} ({leg.style})"


def _ids_that_fit(ids: Sequence[str], width: float) -> tuple[tuple[str, str, str], ...]:
    """Return as many ids as fit on one line, at least the first, and how many are left out."""
    for n_shown in range(len(ids), 0, -1):
        more = f" +{len(ids) - n_shown}" if n_shown < len(ids) else ""
        afters = [", "] * (n_shown - 1) + [more]
        line = "".join(clean(name) + after for name, after in zip(ids, afters, strict=False))
        if text_width(line, _WORDS) <= width:
            return tuple((clean(name), name, after) for name, after in zip(ids, afters, strict=False))
    if not ids:
        return ()
    more = f" +{len(ids) - 1}" if len(ids) > 1 else ""
    shown = shorten(ids[0], width - text_width(more, _WORDS), _WORDS)
    return ((shown, ids[0], more),)


def _linked_ids(ids: Sequence[tuple[str, str, str]], x: float, y: float) -> str:
    drawn = []
    for shown, name, after in ids:
        full = name if shown != clean(name) else ""
        drawn.append(link(fragment(name), text(shown, x, y, size=_WORDS, classes="ll-link", full=full)))
        x += text_width(shown, _WORDS)
        if after:
            drawn.append(text(after, x, y, size=_WORDS, classes="ll-muted"))
            x += text_width(after, _WORDS)
    return "".join(drawn)


def badge(n: int, x: float, y: float) -> str:
    """Return a numbered disc, centred on a point."""
    return element("circle", cx=x, cy=y, r=8, class_="ll-badge") + text(
        str(n), x, y + 3.5, size=10, anchor="middle", classes="ll-onbadge ll-b"
    )


def key_list(legs: Sequence[LoopLeg], y: float, unit: str) -> tuple[str, float]:
    """Return the numbered key of a long loop in two columns, and its height."""
    column_width = (WIDTH - 2 * MARGIN - 16) / 2
    words_width = column_width - 24
    n_left = (len(legs) + 1) // 2
    drawn, bottoms = [], []
    for column, part in enumerate((legs[:n_left], legs[n_left:])):
        x, top = MARGIN + column * (column_width + 16), y
        for n, leg in enumerate(part, start=1 + column * n_left):
            entry, height = _key_entry(leg, n, (x, top, words_width), unit)
            drawn.append(entry)
            top += height
        bottoms.append(top)
    return "".join(drawn), max(bottoms) - y


def _key_entry(leg: LoopLeg, n: int, box: tuple[float, float, float], unit: str) -> tuple[str, float]:
    x, y, width = box
    left = x + 24
    who = wrap(f"{leg.payer} → {leg.payee}", width, 12.0, bold=True, max_lines=2)
    kind = _kind(leg)
    amount = format_range(leg.low, leg.central, leg.high, unit)
    what = wrap(f"{amount}: {kind}" if clean(kind) else amount, width, _WORDS, max_lines=2)
    drawn = [badge(n, x + 9, y + 10), text_block(who, left, y + 14, classes="ll-ink ll-b")]
    y_line = y + 14 + len(who.lines) * line_height(12.0)
    drawn.append(text_block(what, left, y_line, size=_WORDS, classes="ll-ink"))
    y_line += len(what.lines) * line_height(_WORDS)
    ids = _ids_that_fit(leg.ids, width)
    if ids:
        drawn.append(_linked_ids(ids, left, y_line))
        y_line += line_height(_WORDS)
    return "".join(drawn), y_line - y - 2
