"""Who pays whom in the whole register, and when: chord, matrix, payments by quarter and by year."""

from __future__ import annotations

from typing import Any

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.report.figures import (
    PairSum,
    draw_chord,
    draw_matrix,
    draw_schedule,
    pairs_table,
    schedule_table,
)
from loopledger.report.model import Part, Picture, Sentence, Table
from loopledger.report.pages.context import PageContext, ids_of, role_of, total_of
from loopledger.report.pages.sidepictures import bars_of
from loopledger.schedule import Flow

__all__ = ["pair_blocks", "pairs_of", "time_blocks"]

_N_MAIN = 10
_MOST = 8


def pairs_of(flows: tuple[Flow, ...]) -> list[PairSum]:
    """Return payments by payer, payee and role, in the order of their ids."""
    groups: dict[tuple[str, str, str], list[Flow]] = {}
    for f in flows:
        if f.amount.high > 0:
            groups.setdefault((f.payer, f.payee, role_of(f)), []).append(f)
    found = []
    for (payer, payee, _), group in sorted(groups.items()):
        total = total_of(group)
        found.append(
            PairSum(
                payer=payer,
                payee=payee,
                role=role_of(group[0]),
                low=total.low,
                central=total.central,
                high=total.high,
                ids=ids_of(group),
            )
        )
    return found


def pair_blocks(context: PageContext) -> list[tuple[str, Any]]:
    """Return the chord and the matrix of the window, and the largest pairs."""
    pairs = pairs_of(context.network)
    if not any(pair.central > 0 for pair in pairs):
        return [("text", Sentence.of("No cash payment is scheduled in the window."))]
    context.rest_on(context.network)
    window = f"{context.window.first} to {context.window.last}"
    subtitle = f"US dollars scheduled {window}, central values."
    note = f"{context.basis}; debt service left out; central values drawn, the table has low and high"
    header, rows = pairs_table(pairs, context.names, n_main=_N_MAIN)
    for name, draw, title in (
        ("chord", draw_chord, "Who pays whom among the main parties"),
        ("matrix", draw_matrix, "Payer by payee, all payments of the window"),
    ):
        svg = draw(pairs, context.names, title=title, subtitle=subtitle, n_main=_N_MAIN)
        context.pictures[name] = Picture(
            name=name, svg=svg, header=header, rows=rows, caption=title, note=note, on_terminal=False
        )
    derived = [f for f in context.network if f.derived]
    contingent = [f for f in context.network if f.contingent]
    parts: list[Part] = ["Drawn with the rest: "]
    if derived:
        parts += [
            context.sum(
                "pairs/derived", derived, what="orders that follow from supply content, in no public contract"
            ),
            " of orders that no public contract states",
        ]
    if contingent:
        parts += [
            " and " if derived else "",
            context.sum(
                "pairs/contingent", contingent, what="payments that need a trigger, at their likelihood"
            ),
            " that is paid only if something happens, at its likelihood",
        ]
    blocks: list[tuple[str, Any]] = [
        ("figure", "chord"),
        ("figure", "matrix"),
        ("table", _largest_pairs(context)),
    ]
    return [*blocks, *([("text", Sentence.of(*parts, "."))] if derived or contingent else [])]


def _largest_pairs(context: PageContext) -> Table:
    every = context.grouped(context.network, lambda f: f"{f.payer}/{f.payee}")
    rows = []
    for key, group in every[:_MOST]:
        f = group[0]
        figure = context.sum(
            f"pair/{key}", group, what=f"{context.name(f.payer)} to {context.name(f.payee)} in the window"
        )
        share = context.share(
            f"pair/{key}/share", group, list(context.network), what="its part in all payments of the window"
        )
        rows.append(
            (
                Sentence.of(
                    context.named_with_note(f"{context.name(f.payer)} to {context.name(f.payee)}", group)
                ),
                Sentence.of(figure),
                Sentence.of(share),
            )
        )
    return Table(
        caption=f"The {len(rows)} largest of {len(every)} pairs, {context.basis}",
        header=("From, to", "Amount", "Of all"),
        rows=tuple(rows),
    )


def time_blocks(context: PageContext) -> list[tuple[str, Any]]:
    """Return what is still to come, by year in a table and by quarter in a picture."""
    flows = [
        f
        for f in context.flows
        if context.is_ahead(f) and not f.contingent and not f.derived and f.amount.high > 0
    ]
    shown = [f for f in flows if f.period <= context.window.shown_to]
    if not shown:
        return [("text", Sentence.of("Nothing is scheduled still to come in the window."))]
    context.rest_on(flows)
    bars = bars_of(shown, below=lambda _: False)
    title = "Payments still to come by quarter: what they are, and how sure"
    header, rows = schedule_table(bars, sides=("Payments", ""))
    context.pictures["quarters"] = Picture(
        name="quarters",
        caption=title,
        header=header,
        rows=rows,
        note=f"{context.basis}; derived and contingent payments left out",
        svg=draw_schedule(bars, title=title, known_on=context.snapshot.day, sides=("Payments", "")),
        on_terminal=False,
    )
    return [("table", _years(context, flows)), ("figure", "quarters")]


def _years(context: PageContext, flows: list[Flow]) -> Table:
    window = context.window
    bins = [(label, [f for f in flows if test(f.period)]) for label, test in window.bins(past=False)]
    heads = {
        "Purchases": FlowClass.PURCHASE,
        "Equity and debt": FlowClass.FUNDING,
        "Debt service": FlowClass.REPAYMENT,
        "Other": FlowClass.OTHER,
    }
    kept = {head: c for head, c in heads.items() if any(TABLE_KINDS[f.kind] is c for f in flows)}
    rows = []
    for label, group in bins:
        if not group:
            continue
        cells = [Sentence.of(label)]
        for head, flow_class in kept.items():
            part = [f for f in group if TABLE_KINDS[f.kind] is flow_class]
            cells.append(
                Sentence.of(
                    context.sum(f"year/{label}/{flow_class.value}", part, what=f"{head.lower()}, {label}")
                    if part
                    else "nothing"
                )
            )
        firm = [f for f in group if f.certainty.value == "contracted"]
        cells.append(
            Sentence.of(
                context.share(
                    f"year/{label}/contracted", firm, group, what=f"contracted part of all payments, {label}"
                )
            )
        )
        rows.append(tuple(cells))
    return Table(
        caption=f"Still to come by calendar year, {context.basis_ahead}; derived and contingent payments left out",
        header=("Due", *kept, "Contracted"),
        rows=tuple(rows),
    )
