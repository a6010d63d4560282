"""The pictures of a party's page: what is due by counterparty, and by quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from loopledger.report.figures import (
    Due,
    ScheduleBar,
    balance_table,
    draw_balance,
    draw_schedule,
    schedule_table,
)
from loopledger.report.model import Part, Picture, Sentence
from loopledger.report.pages.context import ids_of, role_of, total_of
from loopledger.report.pages.sides import PartySides
from loopledger.schedule import Flow

__all__ = ["bars_of", "draw_sides"]

_WORDS = ("To pay", "To receive")
_CLASS = {
    "purchase": "purchases and rents",
    "funding": "equity and debt",
    "other": "debt service and the like",
}


def draw_sides(sides: PartySides) -> list[tuple[str, Any]]:
    """Draw what is due by counterparty and by quarter; return the blocks that show it."""
    flows = [f for f in sides.promised if sides.context.is_ahead(f)]
    if not flows:
        return []
    sides.context.rest_on(flows)
    dues = _dues(sides, flows)
    title = f"What {sides.name} is to pay and to receive, by counterparty"
    header, rows = balance_table(dues, sides.context.names, sides=_WORDS)
    sides.context.pictures["balance"] = Picture(
        name="balance",
        header=header,
        rows=rows,
        caption=title,
        note=sides.context.basis_ahead,
        svg=draw_balance(
            dues,
            sides.context.names,
            title=title,
            sides=_WORDS,
            subtitle=f"From {sides.context.window.ahead}.",
        ),
        on_terminal=False,
    )
    blocks: list[tuple[str, Any]] = [("figure", "balance")]
    shown = [f for f in flows if f.period <= sides.context.window.shown_to]
    if shown:
        bars = bars_of(shown, below=lambda f: f.payer == sides.party)
        title = f"What {sides.name} is to pay and to receive, by quarter and how sure it is"
        header, rows = schedule_table(bars, sides=(_WORDS[1], _WORDS[0]))
        sides.context.pictures["quarters"] = Picture(
            name="quarters",
            header=header,
            rows=rows,
            caption=title,
            note=sides.context.basis,
            on_terminal=False,
            svg=draw_schedule(
                bars, title=title, known_on=sides.context.snapshot.day, sides=(_WORDS[1], _WORDS[0])
            ),
        )
        blocks.append(("figure", "quarters"))
    later = [f for f in flows if f.period > sides.context.window.shown_to]
    if later:
        figures = [
            sides.context.sum(
                f"later/{label}",
                part,
                what=f"{label} by {sides.name} after {sides.context.window.shown_to}",
            )
            for label, part in (
                ("paid", [f for f in later if f.payer == sides.party]),
                ("received", [f for f in later if f.payee == sides.party]),
            )
            if part
        ]
        parts: list[Part] = [f"Not drawn by quarter, after {sides.context.window.shown_to}: "]
        for n, figure in enumerate(figures):
            parts += ["; " if n else "", figure, " to pay" if "paid by" in figure.what else " to receive"]
        blocks.append(("text", Sentence.of(*parts, ".")))
    return blocks


def _dues(sides: PartySides, flows: Sequence[Flow]) -> list[Due]:
    groups: dict[tuple[str, bool, str, str], list[Flow]] = {}
    for f in flows:
        groups.setdefault((sides.other(f), f.payee == sides.party, role_of(f), f.certainty.value), []).append(
            f
        )
    found = []
    for (other, owed, _, certainty), group in sorted(groups.items()):
        total = total_of(group)
        found.append(
            Due(
                other=other,
                owed=owed,
                role=role_of(group[0]),
                certainty=certainty,
                low=total.low,
                central=total.central,
                high=total.high,
                ids=ids_of(group),
            )
        )
    return found


def bars_of(flows: Iterable[Flow], *, below: Callable[[Flow], bool]) -> list[ScheduleBar]:
    """Return payments as bars by quarter, side, class and certainty."""
    groups: dict[tuple[int, bool, str, str], list[Flow]] = {}
    for f in flows:
        groups.setdefault((f.period.index, below(f), role_of(f), f.certainty.value), []).append(f)
    found = []
    for (_, hangs, _, certainty), group in sorted(groups.items()):
        total = total_of(group)
        role = role_of(group[0])
        found.append(
            ScheduleBar(
                period=str(group[0].period),
                series=_CLASS[role],
                low=total.low,
                central=total.central,
                high=total.high,
                certainty=certainty,
                role=role,
                below=hangs,
                ids=ids_of(group),
            )
        )
    return found
