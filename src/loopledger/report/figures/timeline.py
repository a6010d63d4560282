"""A deal in time: how long each promise runs, and when its terms changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from loopledger.errors import ModelError
from loopledger.report.figures.captions import badge
from loopledger.report.figures.certainty import CERTAINTIES, certainty_entries, certainty_patterns, look_of
from loopledger.report.figures.legend import Entry, legend
from loopledger.report.figures.legs import Role, Table
from loopledger.report.figures.settle import settle
from loopledger.report.figures.style import FUNDING_TONES, OTHER_TONE, PURCHASE_TONES
from loopledger.report.figures.svg import (
    MARGIN,
    WIDTH,
    document,
    element,
    fragment,
    heading,
    key_of,
    link,
    text,
    text_block,
    tooltip,
)
from loopledger.report.figures.text import clean, line_height, text_width, wrap

__all__ = ["Event", "Span", "draw_timeline", "timeline_table"]

_LEFT, _BAR, _ROW = 206.0, 14.0, 58.0
_NAME, _SMALL = 12.0, 10.5
_BADGE = 9.0
_TONES: dict[Role, str] = {"purchase": PURCHASE_TONES[0], "funding": FUNDING_TONES[0], "other": OTHER_TONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A day on which something about a promise became known.

    Parameters
    ----------
    on : datetime.date
    what : str
        What changed, with its values before and after.
    why : str
        Own words of the register.
    """

    on: date
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One promise.

    Parameters
    ----------
    id : str
        Its register id, to which its name leads.
    name : str
        What and between whom.
    first, last : datetime.date or None
        First and last day of its scheduled payments; None where none are scheduled.
    note : str
        Amount and status in words.
    certainty : str
    role : {'purchase', 'funding', 'other'}
    events : tuple of Event

    Raises
    ------
    ModelError
        If role or certainty is unknown, or the span ends before it begins.
    """

    id: str
    name: str
    first: date | None
    last: date | None
    note: str = ""
    certainty: str = "contracted"
    role: Role = "purchase"
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        if self.role not in _TONES or self.certainty not in CERTAINTIES:
            msg = f"span {self.id!r}: unknown role {self.role!r} or certainty {self.certainty!r}"
            raise ModelError(msg)
        if (self.first is None) != (self.last is None) or (
            self.first is not None and self.last is not None and self.last < self.first
        ):
            msg = f"span {self.id!r}: it has both ends in order, or none"
            raise ModelError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From days to places on the page."""

    first: date
    last: date

    def x(self, day: date) -> float:
        return _LEFT + (day - self.first).days / max((self.last - self.first).days, 1) * (
            WIDTH - MARGIN - 12 - _LEFT
        )


def draw_timeline(
    spans: Sequence[Span], *, title: str, announced: date, known_on: date, subtitle: str = ""
) -> str:
    """Draw promises as bars over time, with a numbered disc where something about one became known.

    Parameters
    ----------
    spans : sequence of Span
        From top to bottom.
    title, subtitle : str
    announced, known_on : datetime.date
        Marked by vertical lines.

    Returns
    -------
    str
        SVG. Bars are ``class="ll-span"``; what the numbers stand for is listed under the bars.

    Raises
    ------
    ModelError
        If there is no span.
    """
    if not spans:
        msg = "a timeline needs at least one promise; there is none"
        raise ModelError(msg)
    key = key_of("timeline", title, subtitle, announced, known_on, tuple(spans))
    days = [announced, known_on, *(day for span in spans for day in (span.first, span.last) if day)]
    days += [event.on for span in spans for event in span.events]
    pad = timedelta(days=max((max(days) - min(days)).days // 40, 10))
    scale = _Scale(first=min(days) - pad, last=max(days) + pad)
    numbered = {
        (event, span.id): n
        for n, (event, span) in enumerate(
            sorted(
                ((e, s) for s in spans for e in s.events), key=lambda es: (es[0].on, es[1].id, es[0].what)
            ),
            start=1,
        )
    }
    head, y = heading(title, subtitle)
    drawn, height = legend(_entries(spans, key), y + 6)
    top = y + height + 34
    body = [head, drawn, *_axis(scale, top, top + _ROW * len(spans))]
    body += [_row(span, n, (scale, top + n * _ROW), numbered, key) for n, span in enumerate(spans)]
    bottom = top + _ROW * len(spans)
    body += _marks(scale, [(announced, "announced"), (known_on, f"known on {known_on}")], top, bottom)
    listed, height = _key(numbered, {span.id: span for span in spans}, bottom + 30)
    return document(
        [*body, *listed],
        key=key,
        kind="timeline",
        height=round(bottom + 30 + height),
        title=title,
        description=" ".join(_told(span) for span in spans),
        defs=certainty_patterns(((span.certainty, _TONES[span.role]) for span in spans if span.first), key),
    )


def _told(span: Span) -> str:
    when = f"{span.first} to {span.last}" if span.first else "nothing scheduled"
    events = "; ".join(f"{event.on} {clean(event.what)}" for event in span.events)
    return f"{clean(span.name)}: {when}{f'; {events}' if events else ''}."


def _entries(spans: Sequence[Span], key: str) -> list[Entry]:
    entries = certainty_entries((span.certainty for span in spans if span.first), key)
    if any(span.events for span in spans):
        disc = element("g", badge(1, 8, 0))
        entries.append(Entry(sample=disc, width=17, words="something became known, listed below"))
    if any(span.first is None for span in spans):
        entries.append(
            Entry(
                sample=text("no bar", 0, 4, size=_SMALL, classes="ll-muted ll-i"),
                width=34,
                words="no dated payment",
            )
        )
    return entries


def _axis(scale: _Scale, top: float, bottom: float) -> list[str]:
    """Return a line at the start of years, as many as have room for their names."""
    years = range(scale.first.year + 1, scale.last.year + 1)
    slot = (WIDTH - MARGIN - _LEFT) / max((scale.last - scale.first).days / 365.25, 0.1)
    step = 1
    while slot * step < text_width("2000", _SMALL) + 12:
        step += 1
    drawn = []
    for year in [year for year in years if year % step == 0]:
        x = scale.x(date(year, 1, 1))
        drawn += [
            element("line", x1=x, y1=top, x2=x, y2=bottom, class_="ll-grid", stroke_width=1),
            text(str(year), x, bottom + 14, size=_SMALL, anchor="middle", classes="ll-muted"),
        ]
    return drawn


def _row(
    span: Span, place: int, at: tuple[_Scale, float], numbered: dict[tuple[Event, str], int], key: str
) -> str:
    scale, y = at
    name = wrap(span.name, _LEFT - MARGIN - 10, _NAME, bold=True, max_lines=2)
    note = wrap(span.note, _LEFT - MARGIN - 10, _SMALL, max_lines=1)
    parts = [
        link(fragment(span.id), text_block(name, MARGIN, y + 13, size=_NAME, classes="ll-ink ll-b")),
        text_block(
            note, MARGIN, y + 13 + len(name.lines) * line_height(_NAME), size=_SMALL, classes="ll-muted"
        ),
    ]
    if span.first and span.last:
        x0, x1 = scale.x(span.first), scale.x(span.last)
        fill, classes, dash = look_of(span.certainty, _TONES[span.role], key)
        parts.append(
            element(
                "rect",
                tooltip(f"{span.name}: {span.first} to {span.last}"),
                x=x0,
                y=y + 22,
                width=max(x1 - x0, 2.0),
                height=_BAR,
                fill=fill,
                class_=f"ll-span {classes}",
                stroke_width=0.75,
                stroke_dasharray=dash,
                data_row=place,
            )
        )
    events = sorted(span.events, key=lambda event: numbered[event, span.id])
    half = [_BADGE] * len(events)
    settled = settle([scale.x(event.on) for event in events], half, half, within=(_LEFT, WIDTH - MARGIN))
    for event, x in zip(events, settled, strict=True):
        true = scale.x(event.on)
        parts.append(element("line", x1=true, y1=y + 22, x2=x, y2=y + 18, class_="ll-line", stroke_width=0.8))
        parts.append(
            element("g", tooltip(f"{event.on}: {event.what}"), badge(numbered[event, span.id], x, y + 10))
        )
    return "".join(parts)


def _marks(scale: _Scale, marks: Sequence[tuple[date, str]], top: float, bottom: float) -> list[str]:
    """Return the vertical lines of named days, their words moved apart."""
    half = [text_width(words, _SMALL, bold=True) / 2 + 4 for _, words in marks]
    order = sorted(range(len(marks)), key=lambda n: marks[n][0])
    settled = settle(
        [scale.x(marks[n][0]) for n in order],
        [half[n] for n in order],
        [half[n] for n in order],
        within=(_LEFT - 60, WIDTH - 2),
    )
    drawn = []
    for n, x in zip(order, settled, strict=True):
        day, words = marks[n]
        true = scale.x(day)
        drawn.append(
            element(
                "line",
                x1=true,
                y1=top - 6,
                x2=true,
                y2=bottom,
                class_="ll-when",
                stroke_width=1.2,
                stroke_dasharray="4 2",
            )
        )
        drawn.append(text(words, x, top - 10, size=_SMALL, anchor="middle", classes="ll-mark ll-b"))
    return drawn


def _key(numbered: dict[tuple[Event, str], int], spans: dict[str, Span], y: float) -> tuple[list[str], float]:
    """Return what the numbers stand for, one under the other, and the height it takes."""
    drawn: list[str] = []
    start = y
    width = WIDTH - 2 * MARGIN - 26
    for (event, id_), n in numbered.items():
        words = f"{event.on}, {spans[id_].name}: {event.what}" + (f". {event.why}" if event.why else "")
        lines = wrap(words, width, _SMALL, max_lines=3)
        drawn += [
            badge(n, MARGIN + 9, y + 9),
            text_block(lines, MARGIN + 26, y + 13, size=_SMALL, classes="ll-ink"),
        ]
        y += max(len(lines.lines) * line_height(_SMALL) + 6, 22)
    return drawn, y - start + 4


def timeline_table(spans: Sequence[Span]) -> Table:
    """Return the table twin: for each promise its span, then one row for each day on which it changed.

    Parameters
    ----------
    spans : sequence of Span
        As given to the picture.
    """
    rows: list[tuple[str, ...]] = []
    for span in spans:
        when = (str(span.first), str(span.last)) if span.first else ("no dated payment", "")
        rows.append((clean(span.name), *when, clean(span.note), "", clean(span.id)))
        rows += [
            (clean(span.name), str(event.on), "", clean(event.what), clean(event.why), clean(span.id))
            for event in sorted(span.events, key=lambda event: (event.on, event.what))
        ]
    return ("Promise", "From or on", "To", "What", "Why", "Instruments"), tuple(rows)
