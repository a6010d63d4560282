"""The payments of a deal: who pays whom, when, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loopledger.report.figures import ScheduleBar, draw_schedule, schedule_table
from loopledger.report.model import Part, Picture, Record, Sentence, Table
from loopledger.report.pages.context import PageContext, ids_of, role_of, total_of
from loopledger.report.pages.sides import kind_words
from loopledger.report.wording import join
from loopledger.schedule import Flow

__all__ = ["payment_blocks", "term_of"]


def term_of(flows: Sequence[Flow]) -> str:
    """Return the first and the last quarter of some payments, in words."""
    if not flows:
        return "no dated payment"
    first, last = min(f.period for f in flows), max(f.period for f in flows)
    return str(first) if first == last else f"{first} to {last}"


def payment_blocks(context: PageContext, flows: list[Flow]) -> list[tuple[str, Any]]:
    """Return who pays whom, before the knowledge date and still to come, with the picture by quarter."""
    shown = [f for f in flows if not f.contingent]
    if not shown:
        return [("text", Sentence.of("No payment of the deal has both a price and a date in the window."))]
    every = context.grouped(shown, lambda f: f"{f.payer} {f.payee} {kind_words(f)}")
    rows = []
    for _, group in every:
        f = group[0]
        slug = f"{f.payer}/{f.payee}/{kind_words(f).replace(' ', '-')}"
        label = f"{context.name(f.payer)} to {context.name(f.payee)}: {kind_words(f)}"
        cells = [Sentence.of(label)]
        for word, part in (
            ("before", [x for x in group if not context.is_ahead(x)]),
            ("ahead", [x for x in group if context.is_ahead(x)]),
        ):
            cells.append(
                Sentence.of(
                    context.sum(f"paid/{word}/{slug}", part, what=f"{label}, {word}") if part else "nothing"
                )
            )
        cells += [Sentence.of(term_of(group)), Sentence.of(_sure(group)), Sentence.of(*_cite(group))]
        rows.append(tuple(cells))
    blocks: list[tuple[str, Any]] = [
        (
            "table",
            Table(
                caption=f"Who pays whom, {context.basis}; contingent payments left out",
                header=(
                    "From, to",
                    f"Before {context.window.ahead}",
                    f"From {context.window.ahead}",
                    "When",
                    "How sure",
                    "Record",
                ),
                rows=tuple(rows),
            ),
        )
    ]
    bars = _bars(context, shown)
    title = "Payments of the deal by quarter, how sure, and to whom"
    header, twin = schedule_table(bars, sides=("Purchases and other payments", "Funding"))
    context.pictures["quarters"] = Picture(
        name="quarters",
        caption=title,
        header=header,
        rows=twin,
        note=context.basis,
        on_terminal=False,
        svg=draw_schedule(
            bars,
            title=title,
            known_on=context.snapshot.day,
            sides=("Purchases and other payments", "Funding"),
        ),
    )
    return [*blocks, ("figure", "quarters")]


def _cite(flows: list[Flow]) -> list[Part]:
    parts: list[Part] = []
    for id_ in ids_of(flows):
        parts += [" ", Record(id_)] if parts else [Record(id_)]
    return parts


def _sure(flows: list[Flow]) -> str:
    return "estimated" if flows[0].derived else join(dict.fromkeys(f.certainty.value for f in flows))


def _bars(context: PageContext, flows: list[Flow]) -> list[ScheduleBar]:
    groups: dict[tuple[int, str, str], list[Flow]] = {}
    for f in flows:
        # no public contract states a derived order, so it is drawn as the least certain kind
        certainty = "indicative" if f.derived else f.certainty.value
        series = f"{context.name(f.payer)} to {context.name(f.payee)}: {kind_words(f)}"
        groups.setdefault((f.period.index, series, certainty), []).append(f)
    found = []
    for (_, series, certainty), group in sorted(groups.items()):
        total = total_of(group)
        found.append(
            ScheduleBar(
                period=str(group[0].period),
                series=series,
                low=total.low,
                central=total.central,
                high=total.high,
                certainty=certainty,
                role=role_of(group[0]),
                ids=ids_of(group),
            )
        )
    return found
