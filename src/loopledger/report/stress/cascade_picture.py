"""The cascade as a picture: who leaves out which payment of which contract to whom, quarter by quarter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from loopledger.report.figures.amounts import format_range, format_short
from loopledger.report.figures.legend import Entry as Sample
from loopledger.report.figures.legend import hatch, legend, swatch
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
    tooltip,
)
from loopledger.report.figures.text import shorten
from loopledger.report.model import Picture
from loopledger.report.stress.answer import StressAnswer
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade import Entry, Head, Ledger, read_entries

__all__ = ["cascade_picture"]

_LEFT, _RIGHT, _ROW, _GROUP, _BAR = 262.0, 12.0, 42.0, 24.0, 34.0
_SMALL = 11.0
#: Payers and contracts of one payer that are drawn; the table has all.
_PAYERS, _CONTRACTS = 7, 4
#: Part of the longest bar below which a contract has no row of its own.
_LEAST = 0.02
#: Heads from the bottom of a bar to its top.
_HEADS = (Head.UNPAID, Head.DEFERRED, Head.CUT, Head.ORDER, Head.DRIED)
_WORDS = {
    Head.UNPAID: "binding and unpaid",
    Head.DEFERRED: "deferred",
    Head.CUT: "option or conditional, cut",
    Head.ORDER: "order not placed",
    Head.DRIED: "funding dried up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A contract of a payer; ``heads[head]`` has shape (3, t) [USD]."""

    payer: int
    payee: int
    instrument: str
    heads: dict[Head, FloatArray]

    @property
    def whole(self) -> FloatArray:
        total: FloatArray = np.sum(list(self.heads.values()), axis=0)
        return total


def cascade_picture(answer: StressAnswer) -> Picture | None:
    """Return the picture with its table; None where nobody leaves anything out.

    What the scenario itself takes back is not drawn: it is the shock, not the cascade.
    """
    case = answer.case
    entries = [
        e
        for e in read_entries(case, answer.outcome)
        if e.head.ledger is not Ledger.MARKS and e.head is not Head.SCENARIO
    ]
    if not entries:
        return None
    lines = _lines(entries, len(case.quarters))
    title = "Who leaves out which payment, to whom, in which quarter"
    quarters = f"{case.quarters[0]} to {case.quarters[-1]}"
    header = (
        "Quarter",
        "Ledger",
        "What becomes of it",
        "From",
        "To",
        "Mild",
        "Central",
        "Severe",
        "Instruments",
    )
    rows = tuple(
        (
            str(case.quarters[e.quarter]), e.head.ledger.value, e.head.value, answer.name(case.parties[e.payer]),
            answer.name(case.parties[e.payee]), *(format_short(float(x)) for x in e.amounts), e.instrument,
        )
        for e in entries
    )  # fmt: skip
    return Picture(
        name="cascade",
        svg=_draw(answer, lines, title),
        header=header,
        rows=rows,
        caption=title,
        note=f"US dollars a quarter, scheduled payments {quarters}, central run; whiskers span the three runs",
        on_terminal=False,
    )


def _lines(entries: list[Entry], n_quarters: int) -> list[_Line]:
    found: dict[tuple[int, str, int], dict[Head, FloatArray]] = defaultdict(dict)
    for e in entries:
        heads = found[e.payer, e.instrument, e.payee]
        heads.setdefault(e.head, np.zeros((3, n_quarters)))[:, e.quarter] += e.amounts
    return [
        _Line(payer=payer, payee=payee, instrument=instrument, heads=heads)
        for (payer, instrument, payee), heads in found.items()
    ]


def _grouped(answer: StressAnswer, lines: list[_Line]) -> tuple[list[tuple[int, list[_Line]]], int]:
    """Return the payers, the first to leave something out first, with their largest contracts; and who is left out."""
    by_payer: dict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        by_payer[line.payer].append(line)

    def first(payer: int) -> tuple[int, float, str]:
        whole = np.sum([line.whole for line in by_payer[payer]], axis=0)
        run = 1 if whole[1].any() else 2 if whole[2].any() else 0
        quarter = int(np.argmax(whole[run] > 0)) + (0 if run == 1 else whole.shape[1])
        return quarter, -float(whole[run].sum()), answer.case.parties[payer]

    largest = sorted(
        by_payer,
        key=lambda k: (
            -max(float(np.sum([x.whole for x in by_payer[k]], axis=0)[r].sum()) for r in (1, 2)),
            k,
        ),
    )[:_PAYERS]
    groups = []
    for payer in sorted(largest, key=first):
        own = sorted(
            by_payer[payer], key=lambda x: (-float(x.whole[1].sum()), -float(x.whole[2].sum()), x.instrument)
        )
        groups.append((payer, own))
    most = max(float(line.whole.max()) for line in lines)
    drawn = [(payer, own) for payer, own in groups if any(_shows(line, most) for line in own)]
    return drawn, len(by_payer) - len(drawn)


def _shows(line: _Line, most: float) -> bool:
    return float(line.whole.max()) >= _LEAST * most


def _chosen(own: list[_Line], longest: float) -> list[_Line]:
    """Return the contracts of a payer that have rows of their own, the others as one."""
    top = [line for line in own[:_CONTRACTS] if _shows(line, longest)]
    rest = [line for line in own if line not in top]
    return [*top, _rest(rest)] if rest else top


def _rest(lines: list[_Line]) -> _Line:
    heads: dict[Head, FloatArray] = {}
    for line in lines:
        for head, values in line.heads.items():
            heads[head] = heads[head] + values if head in heads else values
    return _Line(payer=lines[0].payer, payee=-1, instrument=f"{len(lines)} smaller", heads=heads)


def _draw(answer: StressAnswer, lines: list[_Line], title: str) -> str:
    case = answer.case
    groups, others = _grouped(answer, lines)
    longest = max(float(line.whole.max()) for line in lines)
    shown = [(payer, _chosen(own, longest)) for payer, own in groups]
    most = max(float(line.whole.max()) for _, own in shown for line in own)
    key = key_of("cascade", title, [(e.instrument, e.whole.tolist()) for _, own in shown for e in own])
    note = f"A full bar is {format_short(most)} in a quarter. Under each payer its largest contracts, with their sums."
    if others:
        note += f" {others} smaller payers are in the table alone."
    head, y = heading(title, note)
    fills, defs = _fills(key)
    used = [h for h in _HEADS if any(h in line.heads for _, own in shown for line in own)]
    samples = [Sample(sample=swatch(fills[h]), width=20, words=_WORDS[h]) for h in used]
    drawn, height = legend(samples, y + 6)
    y += height + 30
    body = [head, drawn, *_columns(case.quarters, y)]
    top = y
    for payer, own in shown:
        body.append(text(answer.name(case.parties[payer]), MARGIN, y + 16, size=12, classes="ll-ink ll-b"))
        y += _GROUP
        for line in own:
            body.append(_row(answer, line, y, most=most, fills=fills))
            y += _ROW
    body.insert(2, _grid(len(case.quarters), top, y))
    description = " ".join(
        f"{answer.name(case.parties[payer])}: "
        + "; ".join(f"{_name(answer, x)} {format_short(float(x.whole[1].sum()))}" for x in own)
        + "."
        for payer, own in shown
    )
    return document(
        body, key=key, kind="cascade", height=round(y + 12), title=title, description=description, defs=defs
    )


def _fills(key: str) -> tuple[dict[Head, str], list[str]]:
    deep, other = FUNDING_TONES[0], PURCHASE_TONES[0]
    defs = [
        hatch(f"{key}-late", ground=f"ll-{deep}-pale", lines=f"ll-{deep}-mid", weight=2.5),
        hatch(f"{key}-order", ground=f"ll-{other}-pale", lines=f"ll-{other}-mid", weight=2.5),
    ]
    fills = {
        Head.UNPAID: f"ll-{deep}-deep",
        Head.DEFERRED: f"url(#{key}-late)",
        Head.CUT: f"ll-{deep}-pale",
        Head.ORDER: f"url(#{key}-order)",
        Head.DRIED: f"ll-{OTHER_TONE}-pale",
    }
    return fills, defs


def _width(n_quarters: int) -> float:
    return (WIDTH - _LEFT - _RIGHT) / n_quarters


def _columns(quarters: tuple[object, ...], y: float) -> list[str]:
    width = _width(len(quarters))
    step = max(1, round(46 / width + 0.49))
    return [
        text(str(q), _LEFT + (n + 0.5) * width, y - 8, size=_SMALL, anchor="middle", classes="ll-muted")
        for n, q in enumerate(quarters)
        if n % step == 0
    ]


def _grid(n_quarters: int, top: float, bottom: float) -> str:
    width = _width(n_quarters)
    return "".join(
        element(
            "line",
            x1=_LEFT + n * width,
            y1=top - 2,
            x2=_LEFT + n * width,
            y2=bottom,
            class_="ll-grid",
            stroke_width=1,
        )
        for n in range(n_quarters + 1)
    )


def _name(answer: StressAnswer, line: _Line) -> str:
    return (
        line.instrument
        if line.payee < 0
        else f"{line.instrument} to {answer.name(answer.case.parties[line.payee])}"
    )


def _row(answer: StressAnswer, line: _Line, y: float, *, most: float, fills: dict[Head, str]) -> str:
    name = _name(answer, line)
    words = text(
        shorten(name, _LEFT - MARGIN - 18, _SMALL), MARGIN + 10, y + _BAR - 17, size=_SMALL,
        classes="ll-link" if line.payee >= 0 else "ll-muted", full=name,
    )  # fmt: skip
    root = line.instrument.split("/supply/")[0]
    known = line.payee >= 0 and root in answer.snapshot.instruments
    parts = [link(fragment(root), words) if known else words]
    whole = line.whole.sum(axis=1)
    low, high = float(whole.min()), float(whole.max())
    amount = format_range(low, float(np.clip(whole[1], low, high)), high)
    parts.append(text(amount, MARGIN + 10, y + _BAR - 3, size=_SMALL, classes="ll-muted"))
    base = y + _BAR
    width = _width(line.whole.shape[1])
    parts += [
        _bar(line, t, x=_LEFT + t * width, width=width, base=base, most=most, fills=fills)
        for t in range(line.whole.shape[1])
    ]
    parts.append(
        element("line", x1=_LEFT, y1=base, x2=WIDTH - _RIGHT, y2=base, class_="ll-grid", stroke_width=1)
    )
    return "".join(parts)


def _bar(  # one quarter of one contract
    line: _Line, t: int, *, x: float, width: float, base: float, most: float, fills: dict[Head, str]
) -> str:
    low, high = float(line.whole[:, t].min()), float(line.whole[:, t].max())
    if high <= 0:
        return ""
    scale = (_BAR - 2) / most
    left, wide = x + width * 0.2, width * 0.5
    parts, height = [], 0.0
    for head in _HEADS:
        amount = float(line.heads[head][1, t]) if head in line.heads else 0.0
        if amount <= 0:
            continue
        fill = fills[head]
        pattern = fill if fill.startswith("url") else None
        size = max(amount * scale, 0.75)
        parts.append(
            element(
                "rect", x=left, y=base - height - size, width=wide, height=size, fill=pattern,
                class_=None if pattern else fill,
            )
        )  # fmt: skip
        height += size
    middle = left + wide + 4
    parts.append(
        element(
            "line",
            x1=middle,
            y1=base - low * scale,
            x2=middle,
            y2=base - high * scale,
            class_="ll-line",
            stroke_width=1,
        )
    )
    central = float(line.whole[1, t])
    parts.append(tooltip(f"{format_short(central)}, {format_short(low)} to {format_short(high)}"))
    return element("g", *parts, class_="ll-cut", data_quarter=str(t))
