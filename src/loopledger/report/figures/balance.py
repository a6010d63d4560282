"""What a party owes and is owed, by counterparty: bars to the left and to the right of one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import axis_unit, check_range, format_range, format_short
from loopledger.report.figures.certainty import (
    CERTAINTIES,
    certainty_entries,
    certainty_patterns,
    look_of,
)
from loopledger.report.figures.legend import Entry, legend, swatch
from loopledger.report.figures.legs import Role, Table
from loopledger.report.figures.payments import ROLES
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
from loopledger.report.figures.text import clean, line_height, wrap

__all__ = ["Due", "balance_table", "draw_balance"]

_LEFT, _ROW, _BAR = 148.0, 36.0, 15.0
_NAME, _SMALL = 12.0, 10.5
#: Room for the amount beside a bar, at either end.
_WORDS = 112.0
_TONES: dict[Role, str] = {"purchase": PURCHASE_TONES[0], "funding": FUNDING_TONES[0], "other": OTHER_TONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Money that one counterparty owes the party, or the party owes it.

    Parameters
    ----------
    other : str
        Id of the counterparty.
    owed : bool
        Whether the party is owed it.
    role : {'purchase', 'funding', 'other'}
    certainty : {'contracted', 'conditional', 'optional', 'indicative'}
    low, central, high : float
        [units of the currency].
    ids : tuple of str

    Raises
    ------
    ModelError
        If role or certainty is unknown, or the amounts are out of order.
    """

    other: str
    owed: bool
    role: Role
    certainty: str
    low: float
    central: float
    high: float
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        what = f"money due with {self.other!r}"
        if self.role not in ROLES or self.certainty not in CERTAINTIES:
            msg = f"{what}: unknown role {self.role!r} or certainty {self.certainty!r}"
            raise ModelError(msg)
        check_range(self.low, self.central, self.high, what=what)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A counterparty, or all smaller ones, with the dues on both sides."""

    label: str
    dues: tuple[Due, ...]

    def side(self, *, owed: bool) -> list[Due]:
        """Return the dues of a side in stacking order: the surest next to the line."""
        here = [due for due in self.dues if due.owed is owed]
        return sorted(here, key=lambda due: (CERTAINTIES.index(due.certainty), list(ROLES).index(due.role)))

    def sums(self, *, owed: bool) -> tuple[float, float, float]:
        """Return low, central and high of a side."""
        here = self.side(owed=owed)
        return sum(d.low for d in here), sum(d.central for d in here), sum(d.high for d in here)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """From amounts to places, and what every row needs to be drawn."""

    zero: float
    scale: float
    key: str
    unit: str

    def x(self, amount: float, *, owed: bool) -> float:
        """Return the place of an amount on a side of the line."""
        return self.zero + amount * self.scale * (1 if owed else -1)


def _rows(dues: Sequence[Due], names: Mapping[str, str], n_main: int) -> list[_Row]:
    groups: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        groups[due.other].append(due)
    ranked = sorted(
        groups, key=lambda o: (-sum(d.central for d in groups[o]), -sum(d.high for d in groups[o]), o)
    )
    n_alone = len(ranked) if len(ranked) <= n_main + 1 else n_main
    rows = [
        _Row(label=clean(names.get(other, other)), dues=tuple(groups[other])) for other in ranked[:n_alone]
    ]
    if len(ranked) > n_alone:
        rest = tuple(due for other in ranked[n_alone:] for due in groups[other])
        rows.append(_Row(label=f"{len(ranked) - n_alone} others", dues=rest))
    return rows


def draw_balance(
    dues: Sequence[Due],
    names: Mapping[str, str],
    *,
    title: str,
    sides: tuple[str, str],
    subtitle: str = "",
    n_main: int = 12,
    unit: str = "USD",
) -> str:
    """Draw what a party owes (left) and is owed (right) by counterparty.

    Parameters
    ----------
    dues : sequence of Due
    names : mapping of str to str
        Name as printed, by party id.
    title, subtitle : str
        Headline, and what window and basis the amounts have.
    sides : (str, str)
        What stands to the left and to the right, in words.
    n_main : int
        How many counterparties have a row of their own; the others share one.
    unit : str
        Currency of all amounts, ISO 4217.

    Returns
    -------
    str
        SVG. Segments are ``class="ll-due"`` with row and side in ``data-row`` and ``data-side``.

    Raises
    ------
    ModelError
        If nothing is due.
    """
    if not any(due.high > 0 for due in dues):
        msg = "a picture of what is owed needs at least one amount above zero; there is none"
        raise ModelError(msg, hint="say in words that nothing is owed either way")
    key = key_of("balance", title, subtitle, sides, n_main, unit, tuple(dues), tuple(sorted(names.items())))
    rows = _rows(dues, names, n_main)
    reach = {owed: max(row.sums(owed=owed)[2] for row in rows) for owed in (False, True)}
    room = WIDTH - MARGIN - _LEFT - _WORDS * sum(value > 0 for value in reach.values())
    scale = room / (reach[False] + reach[True])
    zero = _LEFT + (reach[False] * scale + _WORDS if reach[False] > 0 else 0.0)
    _, unit_name = axis_unit(max(reach.values()), unit)
    head, y = heading(title, f"{subtitle} {unit_name}. Bars: central value; lines: low to high.".strip())
    drawn, height = legend(_entries(rows, key), y + 6)
    top = y + height + 34
    body = [head, drawn, *_sides(sides, reach, zero, top - 10)]
    plot = _Plot(zero=zero, scale=scale, key=key, unit=unit)
    body += [_drawn_row(plot, row, n, top + n * _ROW) for n, row in enumerate(rows)]
    bottom = top + _ROW * len(rows)
    body.append(element("line", x1=zero, y1=top - 4, x2=zero, y2=bottom, class_="ll-line", stroke_width=1))
    return document(
        body,
        key=key,
        kind="balance",
        height=round(bottom + 8),
        title=title,
        description=" ".join(_told(row, sides, unit) for row in rows),
        defs=certainty_patterns(
            ((due.certainty, _TONES[due.role]) for row in rows for due in row.dues if due.central > 0), key
        ),
    )


def _told(row: _Row, sides: tuple[str, str], unit: str) -> str:
    parts = [
        f"{side.lower()} {format_range(*row.sums(owed=owed), unit)}"
        for side, owed in zip(sides, (False, True), strict=True)
        if row.sums(owed=owed)[2] > 0
    ]
    return f"{row.label}: {', '.join(parts)}."


def _entries(rows: Sequence[_Row], key: str) -> list[Entry]:
    dues = [due for row in rows for due in row.dues if due.high > 0]
    roles = [role for role in ROLES if any(due.role == role for due in dues)]
    entries = [
        Entry(sample=swatch(f"ll-{_TONES[role]}-mid", width=14), width=14, words=ROLES[role])
        for role in roles
    ]
    return entries + certainty_entries((due.certainty for due in dues), key)


def _sides(sides: tuple[str, str], reach: Mapping[bool, float], zero: float, y: float) -> list[str]:
    words = []
    if reach[False] > 0:
        words.append(text(f"← {sides[0]}", zero - 8, y, anchor="end", classes="ll-ink ll-b"))
    if reach[True] > 0:
        words.append(text(f"{sides[1]} →", zero + 8, y, classes="ll-ink ll-b"))
    return words


def _drawn_row(plot: _Plot, row: _Row, place: int, y: float) -> str:
    name = wrap(row.label, _LEFT - MARGIN - 8, _NAME, bold=True, max_lines=2)
    first = y + _ROW / 2 + 4 - (len(name.lines) - 1) * line_height(_NAME) / 2
    parts = [text_block(name, MARGIN, first, size=_NAME, classes="ll-ink ll-b")]
    for owed in (False, True):
        low, central, high = row.sums(owed=owed)
        if high <= 0:
            continue
        reached = 0.0
        for due in row.side(owed=owed):
            if due.central > 0:
                ends = sorted(plot.x(amount, owed=owed) for amount in (reached, reached + due.central))
                parts.append(_segment(plot, due, (row.label, place), (ends[0], y, ends[1] - ends[0])))
                reached += due.central
        middle = y + _ROW / 2
        if low < high:
            parts.append(_whisker(plot.x(low, owed=owed), plot.x(high, owed=owed), middle))
        x = plot.x(high, owed=owed) + (7 if owed else -7)
        parts.append(_amount((low, central, high), x, middle, plot.unit, anchor="start" if owed else "end"))
    return "".join(parts)


def _segment(plot: _Plot, due: Due, of: tuple[str, int], box: tuple[float, float, float]) -> str:
    fill, classes, dash = look_of(due.certainty, _TONES[due.role], plot.key)
    amount = format_range(due.low, due.central, due.high, plot.unit)
    return element(
        "rect",
        tooltip(f"{of[0]}: {amount}, {ROLES[due.role]}, {due.certainty}"),
        x=box[0],
        y=box[1] + (_ROW - _BAR) / 2,
        width=box[2],
        height=_BAR,
        fill=fill,
        class_=f"ll-due {classes}",
        stroke_width=0.75,
        stroke_dasharray=dash,
        data_row=of[1],
        data_side="owed" if due.owed else "owes",
    )


def _whisker(x0: float, x1: float, y: float) -> str:
    a, b = sorted((x0, x1))
    path = (
        f"M{number(a)},{number(y - 4)}V{number(y + 4)}M{number(a)},{number(y)}H{number(b)}"
        f"M{number(b)},{number(y - 4)}V{number(y + 4)}"
    )
    under = element("path", d=path, class_="ll-halo", fill="none", stroke_width=2.4)
    return under + element("path", d=path, class_="ll-line ll-whisker", stroke_width=1.1)


def _amount(sums: tuple[float, float, float], x: float, y: float, unit: str, *, anchor: str) -> str:
    """Return the amount beside a bar, its range under it."""
    central, _, spread = format_range(*sums, unit).partition(", ")
    if not spread:
        return text(central, x, y + 4, size=_SMALL, anchor=anchor, classes="ll-ink ll-b")
    return text(central, x, y - 1, size=_SMALL, anchor=anchor, classes="ll-ink ll-b") + text(
        spread, x, y + 11, size=_SMALL, anchor=anchor, classes="ll-muted"
    )


def balance_table(
    dues: Sequence[Due],
    names: Mapping[str, str],
    *,
    sides: tuple[str, str],
    n_main: int = 12,
    unit: str = "USD",
) -> Table:
    """Return the table twin: one row a counterparty, side, role and certainty, in the order drawn.

    Parameters
    ----------
    dues, names, sides, n_main, unit
        As given to the picture.
    """
    header = (
        "Counterparty",
        "Side",
        "What",
        "Certainty",
        "Low",
        "Central",
        "High",
        "Drawn as",
        "Instruments",
    )
    rows = tuple(
        (
            clean(names.get(due.other, due.other)), clean(sides[due.owed]), ROLES[due.role], due.certainty,
            *(format_short(value, unit) for value in (due.low, due.central, due.high)), row.label,
            ", ".join(clean(identifier) for identifier in due.ids),
        )
        for row in _rows(dues, names, n_main)
        for due in sorted(row.dues, key=lambda d: (d.other, d.owed, CERTAINTIES.index(d.certainty), d.role))
    )  # fmt: skip
    return header, rows
