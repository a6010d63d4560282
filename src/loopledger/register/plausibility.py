"""Rules about sums and dates: what cannot be true together, or hardly.

Each function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from loopledger.records import Evidence, Instrument
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.observations import known_on
from loopledger.register.replay import terms_on
from loopledger.register.yamltext import Path
from loopledger.units import Amount, Bound, find_amounts, format_amount, format_capacity, parse_span
from loopledger.units.amount import Capacity

#: How far above its stated figure a sum may lie by its own bound.
_SLACK = {Bound.ABOUT: Decimal("1.1"), Bound.AT_LEAST: Decimal("1.25")}
_LONG_BEFORE = timedelta(days=366)
_BEFORE = timedelta(days=31)
#: Retrospectives are written for decades, but not about what is still running.
_LONG_AFTER = {False: timedelta(days=10 * 366), True: timedelta(days=60 * 366)}
_DAYS_PER_YEAR = 365.25


def _finding(entry: InstrumentEntry, path: Path, message: str, hint: str = "") -> Finding:
    return Finding(source=entry.deal.source, path=path, message=message, hint=hint)


def _ceiling(quantity: Amount | Capacity) -> Decimal:
    return quantity.high * _SLACK.get(quantity.bound, Decimal(1))


def _first_day(published: str) -> date | None:
    try:
        return parse_span(published).first
    except ValueError:
        return None


def _evidence(entry: InstrumentEntry) -> Iterator[tuple[Evidence, date | None, Path]]:
    """Yield each piece of evidence, the day it should be close to, and its path."""
    for i, evidence in enumerate(entry.instrument.evidence):
        yield evidence, entry.deal.announced, entry.at("evidence", i)
    for i, change in enumerate(entry.instrument.changes):
        for j, evidence in enumerate(change.evidence):
            yield evidence, change.on, (*entry.at("changes", i), "evidence", j)


def impossible_dates(c: Collection) -> Iterator[Finding]:
    """Require that a month has the number 1 to 12, and a day exists in its month."""
    for entry in c.instruments():
        for evidence, _, path in _evidence(entry):
            if evidence.published and _first_day(evidence.published) is None:
                message = f'published is no date: "{evidence.published}"'
                yield _finding(entry, (*path, "published"), message, "YYYY-MM-DD, YYYY-MM or YYYY")


def _last(entry: InstrumentEntry) -> Instrument:
    return entry.instrument if "changes" in entry.kept else _replayed(entry.instrument)


def _replayed(instrument: Instrument) -> Instrument:
    try:
        return terms_on(instrument, date.max)
    except ValueError:  # a change that does not fit is another rule's matter
        return instrument


def _whole_and_part(c: Collection) -> Iterator[tuple[InstrumentEntry, InstrumentEntry]]:
    entries = c.by_id()
    for entry in c.instruments():
        whole = entries.get(entry.instrument.links.part_of or "")
        if whole is not None and whole is not entry:
            yield whole, entry


def parts_larger_than_whole(c: Collection) -> Iterator[Finding]:
    """Require that no part is larger than its whole, in one currency or in megawatts, then and now."""
    for whole, part in _whole_and_part(c):
        terms = ((whole.instrument, part.instrument), (_last(whole), _last(part)))
        for field in ("amount", "capacity"):
            for whole_then, part_then in terms:
                large, small = getattr(whole_then, field), getattr(part_then, field)
                if large is None or small is None or not _exceeds(small, large):
                    continue
                show = format_amount if field == "amount" else format_capacity
                message = f'{show(small)} is part of "{whole.instrument.id}" of {show(large)}'
                yield _finding(part, part.at(field), message, "check the figures, or whether it is a part")
                break


def _exceeds(small: Amount | Capacity, large: Amount | Capacity) -> bool:
    if isinstance(small, Amount) and isinstance(large, Amount) and small.currency != large.currency:
        return False
    return small.low > _ceiling(large)


def parts_exceed_whole(c: Collection) -> Iterator[Finding]:
    """Require that the parts of one currency do not add up to more than the whole."""
    parts: dict[str, list[InstrumentEntry]] = defaultdict(list)
    wholes: dict[str, InstrumentEntry] = {}
    for whole, part in _whole_and_part(c):
        parts[whole.instrument.id].append(part)
        wholes[whole.instrument.id] = whole
    for id_, members in parts.items():
        large = wholes[id_].instrument.amount
        if large is None or len(members) < 2:
            continue
        amounts = [m.instrument.amount for m in members]
        total = sum((a.low for a in amounts if a is not None and a.currency == large.currency), Decimal(0))
        if total > _ceiling(large):
            names = ", ".join(m.instrument.id for m in members)
            stated = format_amount(Amount.of(total, large.currency))
            message = f"its parts ({names}) add up to {stated}, more than {format_amount(large)}"
            yield _finding(wholes[id_], wholes[id_].at("amount"), message, "check the figures")


def joint_and_split(c: Collection) -> Iterator[Finding]:
    """Require that a joint sum does not stand beside the sums each payer pays, unless linked."""
    for deal in c.deals:
        for joint in deal.instruments:
            if len(joint.instrument.payers) < 2 or joint.instrument.amount is None:
                continue
            split = [e.instrument for e in deal.instruments if _is_share(e.instrument, joint.instrument)]
            total = sum((i.amount.low for i in split if i.amount), Decimal(0))
            if split and total == joint.instrument.amount.low:
                names = ", ".join(i.id for i in split)
                stated = format_amount(joint.instrument.amount)
                message = f"the joint sum of {stated} stands beside its split: {names}"
                yield _finding(joint, joint.at("amount"), message, "link the split with part_of")


def _is_share(one: Instrument, joint: Instrument) -> bool:
    """Whether one payer's instrument reads like its share of a joint one, and is not linked to it."""
    is_alike = one.kind is joint.kind and one.payee == joint.payee and one.amount is not None
    is_payer = len(one.payers) == 1 and one.payers[0] in joint.payers
    return is_alike and is_payer and not _linked(one, joint)


def _linked(one: Instrument, other: Instrument) -> bool:
    return (
        other.id in (one.links.part_of, *one.links.overlaps, *one.links.supersedes)
        or one.id in (other.links.part_of, *other.links.overlaps, *other.links.supersedes)
    )  # fmt: skip


def changes_before_announcement(c: Collection) -> Iterator[Finding]:
    """Require that a change becomes known after the promise, or on the same day."""
    for entry in c.instruments():
        announced = entry.deal.announced
        for i, change in enumerate(entry.instrument.changes):
            if announced is not None and change.on < announced:
                message = f"the change of {change.on} comes before the announcement of {announced}"
                yield _finding(entry, entry.at("changes", i, "on"), message, "correct one of the two days")


def changes_out_of_order(c: Collection) -> Iterator[Finding]:
    """Require that changes are written in the order in which they became known."""
    for entry in c.instruments():
        changes = entry.instrument.changes
        for i, (before, after) in enumerate(pairwise(changes)):
            if after.on < before.on:
                message = f"the change of {after.on} stands after that of {before.on}"
                yield _finding(entry, entry.at("changes", i + 1, "on"), message, "sort the changes by day")


def ends_before_starts(c: Collection) -> Iterator[Finding]:
    """Require that a term does not end before it starts, as announced and as changed."""
    for entry in c.instruments():
        for terms in (entry.instrument, _last(entry)):
            if terms.start and terms.end and terms.end < terms.start:
                message = f"the end, {terms.end}, lies before the start, {terms.start}"
                yield _finding(entry, _where_set(entry, "end"), message, "correct one of the two days")
                break


def _where_set(entry: InstrumentEntry, field: str) -> Path:
    """Return the path of a field, or of the last change that set it when the record itself does not."""
    if field in entry.instrument.model_fields_set:
        return entry.at(field)
    setters = [i for i, change in enumerate(entry.instrument.changes) if field in change.set]
    return entry.at("changes", setters[-1], "set", field) if setters else entry.path


def evidence_from_another_time(c: Collection) -> Iterator[Finding]:
    """Require that evidence is published at most a year before what it shows, and not ten years after."""
    for entry in c.instruments():
        for evidence, day, path in _evidence(entry):
            if day is None or not evidence.published or _first_day(evidence.published) is None:
                continue
            if -_LONG_BEFORE <= known_on(evidence.published) - day <= _LONG_AFTER[c.is_past]:
                continue
            message = f"evidence published {evidence.published} for what became known on {day}"
            yield _finding(entry, (*path, "published"), message, "correct one of the two dates")


def evidence_before_announcement(c: Collection) -> Iterator[Finding]:
    """Require that the announcement is not more than a month after the first evidence of it."""
    for entry in c.instruments():
        announced = entry.deal.announced
        days = [
            known_on(e.published)
            for e in entry.instrument.evidence
            if e.published and _first_day(e.published)
        ]
        if announced is not None and days and announced - min(days) > _BEFORE:
            if announced - min(days) > _LONG_BEFORE:
                continue  # the error says so already
            i = next(
                i for i, e in enumerate(entry.instrument.evidence)
                if e.published and _first_day(e.published) and known_on(e.published) == min(days)
            )  # fmt: skip
            message = f"evidence of {min(days)} is older than the announcement of {announced}"
            hint = "date the deal by the day the world could first know"
            yield _finding(entry, entry.at("evidence", i, "published"), message, hint)


def schedules_exceed_amount(c: Collection) -> Iterator[Finding]:
    """Require that the tranches or years of a schedule do not add up to more than the amount."""
    for entry in c.instruments():
        amount, schedule = entry.instrument.amount, entry.instrument.schedule
        if amount is None or schedule is None:
            continue
        parts = [t.amount for t in schedule.tranches] + [row.amount for row in schedule.table]
        total = sum((part for part in parts if part is not None), Decimal(0))
        if total > _ceiling(amount):
            stated = format_amount(Amount.of(total, amount.currency))
            message = f"the schedule pays {stated}, more than {format_amount(amount)}"
            yield _finding(entry, entry.at("schedule"), message, "check the figures")


def terms_disagree(c: Collection) -> Iterator[Finding]:
    """Require that the term in years is that between start and end, within a year."""
    for entry in c.instruments():
        i = entry.instrument
        if i.start and i.end and i.term_years is not None and i.start <= i.end:
            years = (i.end - i.start).days / _DAYS_PER_YEAR
            if abs(years - float(i.term_years)) > 1:
                message = f"the term is {i.term_years} years, but {i.start} to {i.end} is {years:.1f}"
                yield _finding(entry, entry.at("term_years"), message, "correct one of the three")


def superseding_the_future(c: Collection) -> Iterator[Finding]:
    """Require that a promise does not replace one that was announced after it."""
    entries = c.by_id()
    for entry in c.instruments():
        for n, target in enumerate(entry.instrument.links.supersedes):
            older = entries.get(target)
            if older is None or not (entry.deal.announced and older.deal.announced):
                continue
            if older.deal.announced > entry.deal.announced:
                message = f'supersedes "{target}", which was announced later, on {older.deal.announced}'
                yield _finding(entry, entry.at("links", "supersedes", n), message, "turn the link round")


def off_by_a_thousand(c: Collection) -> Iterator[Finding]:
    """Require that an amount is not a thousand times what its evidence names, or a thousandth."""
    for entry in c.instruments():
        amount = entry.instrument.amount
        if amount is None or amount.high == 0:
            continue
        said = [m.value.high for e in entry.instrument.evidence for m in find_amounts(e.says)]
        ratios = {amount.high / value for value in said if value}
        near = [ratio for ratio in ratios if Decimal("0.5") < ratio < 2]
        wrong = [ratio for ratio in ratios if ratio in (Decimal(1000), Decimal("0.001"))]
        if wrong and not near:
            times = "a thousandth of it" if wrong[0] > 1 else "a thousand times as much"
            message = f"{format_amount(amount)}, but its evidence names {times}"
            yield _finding(entry, entry.at("amount"), message, "count the zeros")
