"""The pictures of a brief: the loop unrolled, the schedule by quarter, the range of whose money pays."""

from __future__ import annotations

from loopledger.records import KINDS, FlowClass, Kind
from loopledger.report.brief.circle import headline_loop, whose
from loopledger.report.brief.context import Context
from loopledger.report.drawnlegs import legs_of
from loopledger.report.figures import (
    LoopLeg,
    ScheduleBar,
    ShareRow,
    draw_loop,
    draw_schedule,
    draw_shares,
    loop_table,
    schedule_table,
    shares_table,
)
from loopledger.report.figures.legs import Role
from loopledger.report.model import Picture
from loopledger.schedule import Flow, promise_id
from loopledger.units import Interval, Quarter

__all__ = ["draw_pictures"]


def draw_pictures(context: Context) -> dict[str, Picture]:
    """Return the pictures that the deal has data for, by name."""
    pictures = {}
    legs = _loop_legs(context)
    if legs:
        header, rows = loop_table(legs)
        title = "The loop, unrolled: who pays whom over the life of the deal"
        pictures["loop"] = Picture(
            name="loop", svg=draw_loop(legs, title=title), header=header, rows=rows, caption=title
        )
    bars = _bars(context)
    if bars:
        header, rows = schedule_table(bars)
        title = f"Payments by quarter as known on {context.deal.known_on}"
        svg = draw_schedule(bars, title=title, known_on=context.deal.known_on.isoformat())
        pictures["schedule"] = Picture(
            name="schedule", svg=svg, header=header, rows=rows, caption=title,
            on_terminal=False,  # the terminal shows its table by year instead
        )  # fmt: skip
    shares = _shares(context)
    if shares:
        header, rows = shares_table(shares)
        title = "The funders' own money in the seller's receipts, by rule"
        pictures["shares"] = Picture(
            name="shares", svg=draw_shares(shares, title=title), header=header, rows=rows, caption=title,
            on_terminal=False,  # the terminal shows the table of shares with their ranges instead
        )  # fmt: skip
    return pictures


def _loop_legs(context: Context) -> list[LoopLeg]:
    """Return the legs of all financing loops of the deal, or of its reciprocal ones, each once."""
    financing = [loop for loop in context.loops if loop.kind == "financing"] or list(context.loops)
    if headline_loop(context) is None and not financing:
        return []
    return legs_of(financing, context.deal.name)


def _bars(context: Context) -> list[ScheduleBar]:
    groups: dict[tuple[Quarter, str, str, str], list[Flow]] = {}
    for flow in context.deal.flows:
        if flow.amount.high > 0 and not flow.contingent:
            # no public contract states a derived order, so it is drawn as the least certain kind
            certainty = "indicative" if flow.derived else flow.certainty.value
            series = f"{context.deal.name(flow.payer)} to {context.deal.name(flow.payee)}: {_noun(flow)}"
            groups.setdefault((flow.period, series, certainty, flow.instrument), []).append(flow)
    bars = []
    for (quarter, series, certainty, instrument), flows in sorted(groups.items()):
        total = Interval.total(flow.amount for flow in flows)
        bars.append(
            ScheduleBar(
                period=str(quarter), series=series, low=total.low, central=total.central, high=total.high,
                certainty=certainty, href=f"#{promise_id(instrument)}", role=_role(flows[0]),
            )
        )  # fmt: skip
    return bars


def _noun(flow: Flow) -> str:
    return "chip orders, derived" if flow.derived else KINDS[Kind(flow.kind)].noun


def _role(flow: Flow) -> Role:
    return "funding" if KINDS[Kind(flow.kind)].flow_class is FlowClass.FUNDING else "purchase"


def _shares(context: Context) -> list[ShareRow]:
    rows = []
    for view in context.views:
        share = view.found.share
        if share["forced"] is None or share["possible"] is None:
            continue
        scope = "the deal alone" if view.scope == "alone" else "among all promises"
        rows.append(
            ShareRow(
                label=f"{whose(context, view)}, {scope}",
                forced=share["forced"],
                pooled=share["pooled"], earmarked=share["earmarked"], possible=share["possible"],
            )
        )  # fmt: skip
    return rows
