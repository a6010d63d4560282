"""What Happened: who promised what to whom, as announced and as known on the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from loopledger.records import KINDS, Status
from loopledger.register import HistoryStep
from loopledger.report.analysis import Item
from loopledger.report.brief.context import Context
from loopledger.report.brief.firm import told_of
from loopledger.report.model import Part, Record, Section, Sentence, Table
from loopledger.report.wording import agreed, join, say_day, say_status
from loopledger.schedule import Promise
from loopledger.units import Amount, Capacity, format_amount, format_capacity

__all__ = ["promise_sentence", "what_happened"]


def promise_sentence(context: Context, item: Item) -> Sentence:
    """Return one promise of the document as a sentence with its figure."""
    promise, told = item.announced, told_of(context.deal, item)
    if promise is None or told is None:
        return Sentence.of(
            f"A promise without a named counterparty: “{item.draft.evidence[0].quote}” ", Record(item.id)
        )
    quantity = context.stated(promise, "announced")
    payees, account = join(context.names(promise.payees)), (told.status, told.firmness)
    before, after = agreed(promise, payees, "\x00", account).split("\x00")
    parts: list[Part] = [f"{join(context.names(promise.payers))} {before}", quantity, after]
    if promise.amount is not None and promise.capacity is not None:
        parts.append(f" ({format_capacity(promise.capacity)})")
    return Sentence.of(*parts, " ", Record(item.id), *told.both, ".")


def what_happened(context: Context) -> Section:
    """Return the section."""
    deal = context.deal
    blocks: list[tuple[str, Any]] = [("text", _lead(context))]
    blocks.append(("bullets", tuple(promise_sentence(context, item) for item in deal.items)))
    blocks.append(("table", _today(context)))
    changes = _changes(context)
    if changes:
        blocks.append(("lead", f"What changed since, as known on {say_day(deal.known_on)}"))
        blocks.append(("bullets", changes))
    return Section(heading="What Happened", blocks=tuple(blocks))


def _lead(context: Context) -> Sentence:
    deal = context.deal
    when = f"dated {say_day(deal.published)}" if deal.published else "which carries no date"
    if deal.published is None and any(item.match.instruments for item in deal.items):
        when += f" (the register has the deal from {say_day(deal.announced_on)})"
    n_new = sum(item.match.verdict == "new" for item in deal.items)
    known = len(deal.items) - n_new
    if not known:
        one = "it is not" if len(deal.items) == 1 else "none of them is"
        place = f"{one} in the register, so what follows rests on the document alone"
    elif n_new:
        place = f"{_of_them(known)} in the register, {_of_them(n_new)} new to it"
    else:
        place = "all of them are in the register" if known > 1 else "it is in the register"
    n = len(deal.items)
    counted = f"{n} promise{'s' if n != 1 else ''}"
    return Sentence.of(f"The document, {when}, makes {counted}; {place}. As announced:")


def _of_them(count: int) -> str:
    return f"{count} of them {'is' if count == 1 else 'are'}"


def _today(context: Context) -> Table:
    deal = context.deal
    rows = []
    for identifier in deal.known_ids:
        promise = deal.promises[identifier]
        scheduled = context.scheduled(promise)
        rows.append(
            (
                Sentence.of(
                    f"{join(context.names(promise.payers))} to {join(context.names(promise.payees))}"
                ),
                Sentence.of(KINDS[promise.kind].noun),
                Sentence.of(context.stated(promise, "known"), context.amount_note(identifier)),
                Sentence.of(scheduled or _why_unscheduled(context, promise)),
                Sentence.of(f"{say_status(promise.status)}, {promise.firmness.value.replace('_', '-')}"),
                Sentence.of(_dates(promise)),
                Sentence.of(Record(identifier)),
            )
        )
    return Table(
        caption=f"The same promises as known on {say_day(deal.known_on)}",
        header=("From, to", "What", "Stated", "Scheduled over its life", "Status", "Runs", "Record"),
        rows=tuple(rows),
    )


def _why_unscheduled(context: Context, promise: Promise) -> str:
    reasons = {u.instrument: u.reason for u in context.deal.schedule.unscheduled}
    return reasons.get(promise.id) or "nothing scheduled"


def _dates(promise: Promise) -> str:
    if promise.status is Status.COMPLETED and promise.completed_on:
        return f"paid by {say_day(promise.completed_on)}"
    if promise.start and promise.end:
        return f"{say_day(promise.start)} to {say_day(promise.end)}"
    if promise.term_years:
        return f"{promise.term_years.normalize():f} years"
    if promise.start:
        return f"from {say_day(promise.start)}"
    return "dates not public"


def _changes(context: Context) -> tuple[Sentence, ...]:
    """Return what changed since, one sentence for each instrument and reason."""
    groups: dict[tuple[date, str, str], list[HistoryStep]] = {}
    for item in context.deal.items:
        for step in item.match.changes:
            if step.field not in {"note", "schedule"}:
                steps = groups.setdefault((step.on, step.instrument, step.why), [])
                if step not in steps:
                    steps.append(step)
    found = [
        _change_sentence(key, steps) for key, steps in sorted(groups.items(), key=lambda pair: pair[0][:2])
    ]
    for item in context.deal.items:
        if item.match.superseded_by:
            by = [part for identifier in item.match.superseded_by for part in (Record(identifier), " ")]
            found.append(Sentence.of("The promise ", Record(item.id), " was replaced by ", *by[:-1], "."))
    return tuple(dict.fromkeys(found))


def _change_sentence(key: tuple[date, str, str], steps: list[HistoryStep]) -> Sentence:
    on, instrument, why = key
    changed = "; ".join(
        f"{step.field.replace('_', ' ')} from {_plain(step.before)} to {_plain(step.after)}" for step in steps
    )
    return Sentence.of(f"{say_day(on)}, ", Record(instrument), f": {changed}. {why.rstrip('.')}.")


def _plain(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Amount):
        return format_amount(value)
    if isinstance(value, Capacity):
        return format_capacity(value)
    return str(getattr(value, "value", value)).replace("_", " ")
