"""Why It Matters: the circle, whose money, what capacity costs, who depends on whom, the counter-case."""

from __future__ import annotations

from typing import Any

from loopledger.exposure import UnitCost
from loopledger.records import FlowClass
from loopledger.report.brief.circle import funding_blocks, loop_blocks
from loopledger.report.brief.context import Context
from loopledger.report.brief.counter import counter_case
from loopledger.report.brief.stress import stress_blocks
from loopledger.report.brief.timing import is_paid
from loopledger.report.dependence import DependenceWords, dependence_rows
from loopledger.report.model import Basis, Figure, Part, Record, Section, Sentence, Table, Unit
from loopledger.report.wording import join, say_day
from loopledger.schedule import Promise
from loopledger.units import Interval, Quarter, format_capacity

__all__ = ["capacity_sentence", "why_it_matters"]

_DEPENDENCE = DependenceWords(
    buyers="is owed by",
    suppliers="owes",
    funders="is to be funded by",
    label="{party} {side}",
    what="what {party} {side} others",
    how="sum of scheduled flows still to come in the register",
    most=3,
)


def why_it_matters(context: Context) -> Section:
    """Return the section."""
    blocks: list[tuple[str, Any]] = [*loop_blocks(context), *funding_blocks(context)]
    capacity = capacity_sentence(context)
    if capacity:
        blocks += [("lead", "What does a gigawatt cost?"), ("text", capacity)]
    dependence = _dependence(context)
    if dependence:
        blocks += [("lead", "Who else does each party depend on?"), ("table", dependence)]
    blocks += stress_blocks(context)
    blocks += [("lead", "The counter-case"), ("bullets", counter_case(context))]
    return Section(heading="Why It Matters", blocks=tuple(blocks))


def _cost_figure(context: Context, label: str, cost: UnitCost, unit_words: str) -> Figure:
    return context.book.add(
        f"unit/{label}", cost.usd, Unit.USD, Basis.REPORTED, what=unit_words,
        how="lowest, median by source, and highest of: "
        + "; ".join(f"{who} {low / 1e9:.3g} to {high / 1e9:.3g}bn" for who, (low, high) in cost.by_source.items()),
        refs=cost.sources,
    )  # fmt: skip


def capacity_sentence(context: Context) -> Sentence | None:
    """Return what a gigawatt costs against the sum that the deal commits, or None where that says nothing."""
    committed = [
        flow
        for flow in context.flows_of_class(FlowClass.PURCHASE)
        if not flow.derived and flow.kind != "supply"
    ]
    capacity = [p for p in context.deal.known if p.capacity is not None]
    if context.build_cost is None or not (committed or capacity):
        return None
    build = _cost_figure(
        context, "build", context.build_cost, "cost of building one gigawatt of AI capacity, all included"
    )
    parts: list[Part] = ["Building one gigawatt costs ", build]
    if context.rent is not None:
        rent = _cost_figure(
            context, "rent", context.rent, "rent of one gigawatt for a year under multi-year contracts"
        )
        parts += [", renting one for a year ", rent]
    parts.append(" (published figures).")
    if committed:
        parts += _committed_parts(
            context, Interval.total(f.amount for f in committed), sorted({f.instrument for f in committed})
        )
    for promise in capacity:
        parts += _promised_parts(context, promise, build)
    return Sentence.of(*parts)


def _committed_parts(context: Context, amount: Interval, instruments: list[str]) -> list[Part]:
    """Return what the committed sum would build and rent."""
    total = context.book.add(
        "committed", amount, Unit.USD, Basis.SCHEDULED,
        what="purchases of compute that the deal commits, over their whole life",
        how="sum of the deal's scheduled purchase flows", refs=tuple(instruments),
    )  # fmt: skip
    parts: list[Part] = [" The committed ", total]
    for label, verb, cost, unit in (
        ("build", "build", context.build_cost, Unit.GIGAWATT),
        ("rent", "rent", context.rent, Unit.GIGAWATT_YEARS),
    ):
        if cost is not None:
            figure = context.book.add(
                f"committed/{label}", _ratio(amount, cost.usd), unit, Basis.COMPUTED,
                what=f"capacity that the committed sum would {verb}",
                how="committed sum over unit cost; low over high and high over low",
                refs=("committed", f"unit/{label}"),
            )  # fmt: skip
            parts += [" would " if len(parts) == 2 else " or ", f"{verb} ", figure]
    return [*parts, "."]


def _promised_parts(context: Context, promise: Promise, build: Figure) -> list[Part]:
    """Return what building the capacity of a promise would cost."""
    if promise.capacity is None:
        return []
    gigawatts = promise.capacity.interval(context.assumptions.bound_factors).scaled(0.001)
    cost = context.book.add(
        f"unit/build/{promise.id}", gigawatts.times(build.value), Unit.USD, Basis.ESTIMATED,
        what="cost of building the capacity that the promise names",
        how="capacity, by bound, times the cost of a gigawatt", refs=(promise.id, "unit/build"),
    )  # fmt: skip
    named = format_capacity(promise.capacity)
    return [f" The promised {named} from {join(context.names(promise.payees))} ", Record(promise.id),
            " would cost ", cost, " to build."]  # fmt: skip


def _ratio(amount: Interval, price: Interval) -> Interval:
    return Interval(amount.low / price.high, amount.central / price.central, amount.high / price.low)


def _dependence(context: Context) -> Table | None:
    deal = context.deal
    first = Quarter.of(deal.known_on)
    unpaid = [flow for flow in deal.schedule.flows if not is_paid(flow, deal.promises)]
    rows = [
        row
        for party in deal.parties
        for row in dependence_rows(
            context.book, unpaid, party, first=first, key=f"depend/{party}", name=deal.name, words=_DEPENDENCE,
            estimated=context.is_estimated,
        )
    ]  # fmt: skip
    if not rows:
        return None
    return Table(
        caption=f"Publicly promised and still to be paid from {first} on, by counterparty; derived and contingent "
        f"payments left out, as known on {say_day(deal.known_on)}",
        header=("Party", "Total", "Largest counterparties", "Concentration (HHI)"),
        rows=tuple(rows),
    )
