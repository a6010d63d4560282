"""The page of one deal: its terms as known, what changed, its payments, its loops, its place among other deals."""

from __future__ import annotations

from datetime import date
from typing import Any

from loopledger.errors import NotFoundError
from loopledger.records import KINDS, Deal, FlowClass, Status
from loopledger.register import HistoryStep, Snapshot, Totals, count_once
from loopledger.register.suggest import suggest
from loopledger.report.figures import (
    Event,
    Span,
    draw_timeline,
    timeline_table,
)
from loopledger.report.figures.legs import Role
from loopledger.report.model import Figure, Page, Part, Picture, Record, Section, Sentence, Table
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.deallinks import link_blocks, loop_blocks
from loopledger.report.pages.dealpayments import payment_blocks, term_of
from loopledger.report.pages.page import finish, open_context
from loopledger.report.pages.sums import estimated_sum_parts, sum_figures
from loopledger.report.pages.unknown import unknown_blocks
from loopledger.report.wording import join, plural, say_day, say_status
from loopledger.schedule import Assumptions, Flow, Leg, Promise, promise_id
from loopledger.schedule.flow import CERTAINTY_OF
from loopledger.units import Quarter

__all__ = ["write_deal_page"]

_HOW_TO_FIND = "`loopledger register show` lists the latest, `loopledger page party ID` those of a party"


def write_deal_page(
    snapshot: Snapshot,
    deal: str,
    assumptions: Assumptions,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    assumptions_file: str = "bundled",
) -> Page:
    """Write the page of one deal.

    Parameters
    ----------
    snapshot : Snapshot
        The register as known on the day of the page.
    deal : str
        Its id.
    assumptions : Assumptions
    first, last : Quarter, optional
        The window of payments; all that is scheduled unless given.
    assumptions_file : str
        Where overridden assumptions came from.

    Raises
    ------
    NotFoundError
        If no such deal is known on the day.
    ModelError
        If the window ends before it begins.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.schedule import load_assumptions
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> page = write_deal_page(snapshot, sorted(snapshot.deals)[0], load_assumptions())
    >>> [section.heading for section in page.sections][:2]
    ['In Brief', 'Terms']
    """
    if deal not in snapshot.deals:
        if deal in snapshot.deal_ids:
            msg, hint = f'"{deal}" is an instrument, not a deal', f'its deal is "{snapshot.deal_ids[deal]}"'
        else:
            msg, hint = (
                f'no deal "{deal}" is known on {snapshot.day}',
                suggest(deal, snapshot.deals) or _HOW_TO_FIND,
            )
        raise NotFoundError(msg, hint=hint)
    record = snapshot.deals[deal]
    context = open_context(snapshot, assumptions, first=first, last=last)
    own = {i.id for i in record.instruments}
    flows = [f for f in context.flows if promise_id(f.instrument) in own and f.amount.high > 0]
    totals = count_once(snapshot, sorted(own), factors=assumptions.bound_factors)
    sections = (
        Section(heading="In Brief", blocks=(("bullets", _brief(context, record, flows, totals)),)),
        Section(heading="Terms", blocks=tuple(_terms(context, record, flows))),
        Section(heading="What Changed", blocks=tuple(_changes(context, record))),
        Section(heading="Payments", blocks=tuple(payment_blocks(context, flows))),
        Section(heading="Loops", blocks=tuple(loop_blocks(context, own, flows))),
        Section(heading="Beside Other Deals", blocks=tuple(link_blocks(context, own))),
        Section(heading="What Is Not Known", blocks=unknown_blocks(context, own)),
    )
    return finish(context, f"Deal: {record.title}", sections, assumptions_file=assumptions_file)


def _brief(context: PageContext, deal: Deal, flows: list[Flow], totals: Totals) -> tuple[Sentence, ...]:
    snapshot = context.snapshot
    ids = [i.id for i in deal.instruments]
    parties = list(dict.fromkeys(p for i in deal.instruments for p in (*i.payers, *i.payees)))
    number = context.count(
        "promises", len(ids), what="promises of the deal", how="count of instruments", refs=ids
    )
    n_parties = context.count(
        "parties", len(parties), what="parties of the deal", how="payers and payees, each once", refs=ids
    )
    named = join(context.names_of(parties[:8])) + (
        f" and {len(parties) - 8} more" if len(parties) > 8 else ""
    )
    found = [
        Sentence.of(f"{deal.title}. Known since {say_day(snapshot.since[deal.id])}."),
        Sentence.of(number, f" {plural(len(ids), 'promise')} among ", n_parties, f" parties: {named}."),
    ]
    for code in totals.currencies:
        headline, counted, twice = sum_figures(context, f"sum/{code}", totals, code, of="the deal")
        parts: list[Part] = [
            "Stated sums, as known, add up to ",
            headline,
            "; counting each promise once, ",
            counted,
        ]
        parts += ["; of that at most ", twice, " may be the same money"] if twice else []
        own = estimated_sum_parts(context, f"sum/{code}", totals, code, of="the deal")
        parts += ["; ", *own] if own else []
        found.append(Sentence.of(*parts, "."))
    promised = [f for f in flows if not f.derived and not f.contingent and f.leg is not Leg.DEBT_SERVICE]
    if promised:
        whole = context.sum(
            "scheduled", promised, what="payments of the deal over the window, debt service left out"
        )
        ahead = context.sum(
            "ahead",
            [f for f in promised if context.is_ahead(f)],
            what=f"the part from {context.window.ahead} on",
        )
        found.append(
            Sentence.of(
                "Scheduled, by bound and likelihood: ",
                whole,
                "; still to come ",
                ahead,
                *context.estimated_parts("scheduled", promised, what="payments of the deal"),
                ".",
            )
        )
    statuses = join(
        f"{sum(i.status is s for i in deal.instruments)} {say_status(s)}"
        for s in Status
        if any(i.status is s for i in deal.instruments)
    )
    n_changes = sum(len(_steps(context, i)) for i in ids)
    changes = f"{n_changes or 'no'} {plural(n_changes, 'change')}"
    found.append(Sentence.of(f"As known on {say_day(snapshot.day)}: {statuses}; {changes} of terms since."))
    if deal.note:
        found.append(Sentence.of(f"Editor's note: {deal.note}"))
    return tuple(found)


# -- terms and changes ---------------------------------------------------------------------------------


def _role(promise: Promise) -> Role:
    match KINDS[promise.kind].flow_class:
        case FlowClass.FUNDING:
            return "funding"
        case FlowClass.PURCHASE:
            return "purchase"
        case _:
            return "other"


def _of(flows: list[Flow], id_: str) -> list[Flow]:
    """Return the payments of a promise itself: no derived orders, no debt service."""
    return [f for f in flows if f.instrument == id_ and f.leg is Leg.PRINCIPAL]


def _terms(context: PageContext, deal: Deal, flows: list[Flow]) -> list[tuple[str, Any]]:
    rows, spans = [], []
    for instrument in deal.instruments:
        promise = context.by_id[instrument.id]
        own = _of(flows, promise.id)
        what = KINDS[promise.kind].noun
        ends = f"{join(context.names_of(promise.payers))} to {join(context.names_of(promise.payees))}"
        scheduled: Figure | str = "nothing scheduled"
        if own:
            scheduled = context.sum(f"scheduled/{promise.id}", own, what=f"{what}, {ends}, over the window")
        rows.append(
            (
                Sentence.of(f"{what}: {ends}"),
                Sentence.of(*context.stated_and_how(promise)),
                Sentence.of(scheduled),
                Sentence.of(term_of(own)),
                Sentence.of(promise.firmness.value.replace("_", " ")),
                Sentence.of(say_status(promise.status)),
                Sentence.of(Record(promise.id)),
            )
        )
        spans.append(_span(context, promise, own, f"{what}, {ends}"))
    blocks: list[tuple[str, Any]] = [
        (
            "table",
            Table(
                caption=f"Terms as known on {context.snapshot.day}; scheduled: {context.basis}",
                header=("Promise", "As stated", "Scheduled", "Scheduled in", "Firmness", "Status", "Record"),
                rows=tuple(rows),
            ),
        )
    ]
    title = "The deal in time: when each promise is paid, and when its terms changed"
    header, twin = timeline_table(spans)
    context.pictures["timeline"] = Picture(
        name="timeline",
        caption=title,
        header=header,
        rows=twin,
        on_terminal=False,
        svg=draw_timeline(
            spans,
            title=title,
            announced=context.snapshot.since[deal.id],
            known_on=context.snapshot.day,
            subtitle="Bars run from the first to the last scheduled payment.",
        ),
        note="Quarters of scheduled payments; changes by the day on which they became known; "
        f"known on {context.snapshot.day}",
    )
    return [*blocks, ("figure", "timeline")]


def _span(context: PageContext, promise: Promise, flows: list[Flow], name: str) -> Span:
    dated = [f for f in flows if f.period]
    note = f"{say_status(promise.status)}"
    stated = context.stated(promise)
    text = stated if isinstance(stated, str) else stated.text
    return Span(
        id=promise.id,
        name=name,
        note=f"{text}, {note}",
        first=min(f.period for f in dated).first if dated else None,
        last=max(f.period for f in dated).last if dated else None,
        certainty=CERTAINTY_OF[promise.firmness].value,
        role=_role(promise),
        events=tuple(
            Event(on=steps[0].on, what="; ".join(map(_said, steps)), why=steps[0].why)
            for steps in _steps(context, promise.id)
        ),
    )


def _steps(context: PageContext, id_: str) -> list[list[HistoryStep]]:
    """Return what changed in a promise, the fields of one change together; notes left out."""
    groups: dict[tuple[date, str], list[HistoryStep]] = {}
    for step in context.snapshot.history_of(id_):
        if step.field != "note":
            groups.setdefault((step.on, step.why), []).append(step)
    return list(groups.values())


def _said(step: HistoryStep) -> str:
    return str(step).replace(" -> ", " → ").replace("_", " ")


def _changes(context: PageContext, deal: Deal) -> list[tuple[str, Any]]:
    steps = sorted(
        (group for i in deal.instruments for group in _steps(context, i.id)),
        key=lambda group: (group[0].on, group[0].instrument),
    )
    if not steps:
        return [("text", Sentence.of(f"No change of terms is known by {say_day(context.snapshot.day)}."))]
    rows = tuple(
        (
            Sentence.of(say_day(group[0].on)),
            Sentence.of("; ".join(map(_said, group))),
            Sentence.of(group[0].why),
            Sentence.of(Record(group[0].instrument)),
        )
        for group in steps
    )
    caption = (
        f"Changes of terms known by {say_day(context.snapshot.day)}, by the day on which they became known; amounts "
        "as the register states them"
    )
    return [("table", Table(caption=caption, header=("Known on", "What", "Why", "Record"), rows=rows))]
