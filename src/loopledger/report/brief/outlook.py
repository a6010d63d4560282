"""What's Next: dated statements that can turn out wrong, what is due, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loopledger.records import KINDS, Firmness, Status
from loopledger.report.brief.context import Context
from loopledger.report.brief.timing import is_paid, is_undated, proviso, timed_total
from loopledger.report.model import Basis, Figure, Part, Record, Section, Sentence, Table, Unit
from loopledger.report.provenance import estimated_note
from loopledger.report.wording import join, say_day
from loopledger.schedule import Flow, Promise, promise_id
from loopledger.units import Quarter

__all__ = ["next_due", "whats_next"]

_QUARTERS_AHEAD = 8


def whats_next(context: Context) -> Section:
    """Return the section."""
    blocks: list[tuple[str, Any]] = []
    due = _due_table(context)
    statements = [s for promise in context.deal.known for s in _statements(context, promise)]
    if statements:
        blocks += [
            ("lead", "Dated statements, each of which can turn out wrong"),
            ("bullets", tuple(statements)),
        ]
    years = _year_table(context)
    if years:
        blocks.append(("table", years))
    if due:
        blocks.append(("table", due))
    if context.deal.flows:
        blocks.append(("figure", "schedule"))
    unknown = _unknown(context)
    if unknown:
        blocks += [("lead", "What is not known"), ("bullets", unknown)]
    if not blocks:
        blocks.append(("text", Sentence.of("Nothing in this deal carries a date or a price to watch for.")))
    return Section(heading="What's Next", blocks=tuple(blocks))


def _ahead(context: Context, flow: Flow) -> bool:
    """Whether a flow is still to come, unpaid, and needs no trigger."""
    still = flow.period >= Quarter.of(context.deal.known_on) and not is_paid(flow, context.deal.promises)
    return still and not flow.contingent


def _scheduled(
    context: Context,
    id_: str,
    flows: Sequence[Flow],
    *,
    what: str,
    how: str,
    refs: tuple[str, ...],
    basis: Basis = Basis.SCHEDULED,
) -> Figure:
    """Return the sum of payments, with the range that assumed dates leave, and no more digits than they bear."""
    deal = context.deal
    if is_undated(flows, deal.promises):
        how += "; dates assumed, so ends times those of market.undated_contract, at most the whole"
    unpaid = [flow for flow in flows if not is_paid(flow, deal.promises)]
    return context.book.add(
        id_, timed_total(flows, deal.flows, deal.promises, context.assumptions), Unit.USD, basis,
        what=what, how=how, refs=refs, rough=bool(proviso(unpaid)),
    )  # fmt: skip


def _without_band(figure: Figure, flows: Sequence[Flow]) -> str:
    """Return that a single number stands at central amounts, where the dates of its payments are assumed."""
    return ", at central amounts" if figure.value.is_exact and proviso(flows) else ""


def _statements(context: Context, promise: Promise) -> list[Sentence]:
    """Return what must have been paid from the day's quarter on by the ends of this year and the next two."""
    flows = [f for f in context.deal.flows if f.instrument == promise.id]
    ahead = [f for f in flows if _ahead(context, f)]
    if not ahead:
        return []
    sides = f"{join(context.names(promise.payers))} will have paid {join(context.names(promise.payees))} "
    year, start = context.deal.known_on.year, Quarter.of(context.deal.known_on)
    found = []
    for end in range(year, year + 3):
        until = [f for f in ahead if f.period.year <= end]
        if not any(f.period.year == end for f in ahead):
            continue
        figure = _scheduled(
            context, f"by/{end}/{promise.id}", until,
            what=f"paid under {promise.id} from {start} to the end of {end}",
            how="sum of its flows from the quarter of the brief up to that year's last quarter", refs=(promise.id,),
        )  # fmt: skip
        condition = f", {proviso(until)}" if proviso(until) else ""
        found.append(Sentence.of(
            f"From {start} to {end}-12-31, {sides}", figure, _estimated(context, until), " under ", Record(promise.id),
            f"{_without_band(figure, until)}{condition}.",
        ))  # fmt: skip
    return found


def _estimated(context: Context, flows: Sequence[Flow]) -> str:
    return estimated_note(flows, context.is_estimated)


def next_due(context: Context) -> tuple[Quarter, Figure, str] | None:
    """Return the next quarter in which the deal schedules a payment, the sum of its payments, and what to say of it."""
    ahead = [f for f in context.deal.flows if _ahead(context, f) and f.amount.high > 0 and not f.derived]
    if not ahead:
        return None
    quarter = min(f.period for f in ahead)
    due = [f for f in ahead if f.period == quarter]
    figure = _scheduled(
        context, f"due/{quarter}", due,
        what=f"payments of the deal scheduled in {quarter}, derived orders left out", how="sum of flows",
        refs=tuple(sorted({f.instrument for f in due})),
    )  # fmt: skip
    return quarter, figure, f"{_estimated(context, due)}{_without_band(figure, due)}"


def _year_table(context: Context) -> Table | None:
    """Return what is still to be paid in each year, by payer and payee."""
    groups: dict[tuple[int, str, str, bool], list[Flow]] = {}
    for flow in context.deal.flows:
        if flow.amount.high > 0 and _ahead(context, flow):
            groups.setdefault((flow.period.year, flow.payer, flow.payee, flow.derived), []).append(flow)
    if not groups:
        return None
    start, rows = Quarter.of(context.deal.known_on), []
    for (year, payer, payee, derived), flows in sorted(groups.items()):
        amount = _scheduled(
            context, f"year/{year}/{payer}/{payee}" + ("/derived" if derived else ""), flows,
            basis=Basis.ESTIMATED if derived else Basis.SCHEDULED,
            what=f"{context.deal.name(payer)} to {context.deal.name(payee)} in {year}", how="sum of the deal's flows",
            refs=tuple(sorted({promise_id(f.instrument) for f in flows})),
        )  # fmt: skip
        rows.append((
            Sentence.of(f"{year}, from {start}" if year == start.year and start.index % 4 else str(year)),
            Sentence.of(f"{context.deal.name(payer)} to {context.deal.name(payee)}"),
            Sentence.of(amount),
            Sentence.of("estimated" if derived else _certainties(context, flows)),
        ))  # fmt: skip
    return Table(
        caption=f"Still to be paid by calendar year, from {start} on, as known on {say_day(context.deal.known_on)}; "
        "what needs a trigger is left out; an amount without a range stands at central amounts and dates",
        header=("Year", "From, to", "Amount", "Certainty"),
        rows=tuple(rows),
    )


def _certainties(context: Context, flows: list[Flow]) -> str:
    dated = ", dates assumed" if is_undated(flows, context.deal.promises) else ""
    return join(dict.fromkeys(flow.certainty.value for flow in flows)) + dated + _estimated(context, flows)


def _due_table(context: Context) -> Table | None:
    first = Quarter.of(context.deal.known_on)
    last = first.shifted(_QUARTERS_AHEAD - 1)
    groups: dict[tuple[Quarter, str], list[Flow]] = {}
    for flow in context.deal.flows:
        if flow.period <= last and flow.amount.high > 0 and _ahead(context, flow):
            groups.setdefault((flow.period, flow.instrument), []).append(flow)
    if not groups:
        return None
    rows = []
    for (quarter, instrument), flows in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1])):
        amount = _scheduled(
            context, f"due/{quarter}/{instrument}", flows,
            basis=Basis.ESTIMATED if flows[0].derived else Basis.SCHEDULED,
            what=f"due under {instrument} in {quarter}", how="sum of its flows in the quarter",
            refs=(promise_id(instrument),),
        )  # fmt: skip
        names = f"{join(dict.fromkeys(context.names([f.payer for f in flows])))} to {context.deal.name(flows[0].payee)}"
        certainty = "estimated" if flows[0].derived else _certainties(context, flows)
        parts: list[Part] = [Record(promise_id(instrument))]
        if flows[0].derived:
            parts.append(", derived order")
        rows.append((
            Sentence.of(str(quarter)), Sentence.of(names), Sentence.of(amount), Sentence.of(certainty),
            Sentence.of(*parts),
        ))  # fmt: skip
    return Table(
        caption=f"Due from {first} to {last}, as known on {say_day(context.deal.known_on)}; an amount without a range "
        "stands at central amounts and dates",
        header=("Quarter", "From, to", "Amount", "Certainty", "Record"),
        rows=tuple(rows),
    )


def _unknown(context: Context) -> tuple[Sentence, ...]:
    reasons = {u.instrument: u.reason for u in context.deal.schedule.unscheduled}
    found = []
    for identifier in context.deal.known_ids:
        promise = context.deal.promises[identifier]
        if promise.firmness is Firmness.CONTINGENT and identifier not in reasons:
            reasons[identifier] = "paid only if it is called, which nothing dates"
        if identifier in reasons and promise.status is not Status.CANCELLED:
            found.append(Sentence.of(
                f"{KINDS[promise.kind].noun.capitalize()} of {join(context.names(promise.payers))} to "
                f"{join(context.names(promise.payees))}: {reasons[identifier]} ", Record(identifier), ".",
            ))  # fmt: skip
    found += [
        Sentence.of(
            "The promise ", Record(item.id), " may also be ", *[Record(i) for i in alternative.instruments],
            " of the register; the closest match was taken.",
        )
        for item in context.deal.items
        for alternative in item.match.alternatives
    ]  # fmt: skip
    return tuple(found)
