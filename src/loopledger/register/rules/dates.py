"""Rules about days that cannot be true together, or hardly.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from loopledger.records import Evidence, Kind
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.observations import known_on
from loopledger.register.yamltext import Path
from loopledger.units import parse_span

_LONG_BEFORE = timedelta(days=366)
_BEFORE = timedelta(days=14)
_BEFORE_CHANGE = timedelta(days=31)
#: Retrospectives are written for decades, but not about what is still running.
_LONG_AFTER = {False: timedelta(days=10 * 366), True: timedelta(days=60 * 366)}
_DAYS_PER_YEAR = 365.25
#: Longest terms by kind, twice those of the bundled register or more.
_LONGEST = {Kind.BOND: 100, Kind.LEASE: 45, Kind.GUARANTEE: 40}
_LONGEST_OTHER = 25
#: It may be tomorrow already where the editor lives.
_ZONES = timedelta(days=1)
#: Share of the deals that may lie ahead of the clock before the clock is taken to be wrong.
_MOST_AHEAD = 0.1


@lru_cache(maxsize=4096)
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
                yield entry.finding((*path, "published"), message, "YYYY-MM-DD, YYYY-MM or YYYY")


def ends_before_starts(c: Collection) -> Iterator[Finding]:
    """Require that a term does not end before it starts, as announced and as changed."""
    for entry in c.instruments():
        for terms in (entry.instrument, entry.latest):
            if terms.start and terms.end and terms.end < terms.start:
                message = f"the end, {terms.end}, lies before the start, {terms.start}"
                yield entry.finding(entry.set_at("end"), message, "correct one of the two days")
                break


def repeated_evidence(c: Collection) -> Iterator[Finding]:
    """Require that a piece of evidence stands once where it supports something."""
    for entry in c.instruments():
        seen: set[tuple[Path, str, str]] = set()
        for evidence, _, path in _evidence(entry):
            key = (path[:-1], evidence.url, evidence.says)
            if key in seen:
                yield entry.finding((*path, "url"), "the same evidence stands above", "delete one of them")
            seen.add(key)


def evidence_from_another_time(c: Collection) -> Iterator[Finding]:
    """Require that evidence is published at most a year before what it shows, and not ten years after."""
    for entry in c.instruments():
        for evidence, day, path in _evidence(entry):
            if day is None or not evidence.published or _first_day(evidence.published) is None:
                continue
            if -_LONG_BEFORE <= known_on(evidence.published) - day <= _LONG_AFTER[c.is_past]:
                continue
            message = f"evidence published {evidence.published} for what became known on {day}"
            yield entry.finding((*path, "published"), message, "correct one of the two dates")


def evidence_before_announcement(c: Collection) -> Iterator[Finding]:
    """Require that the announcement is not more than two weeks after the first evidence of it."""
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
            yield entry.finding(entry.at("evidence", i, "published"), message, hint)


def terms_disagree(c: Collection) -> Iterator[Finding]:
    """Require that the term in years is that between start and end, within a year."""
    for entry in c.instruments():
        i = entry.instrument
        if i.start and i.end and i.term_years is not None and i.start <= i.end:
            years = (i.end - i.start).days / _DAYS_PER_YEAR
            if abs(years - float(i.term_years)) > 1:
                message = f"the term is {i.term_years} years, but {i.start} to {i.end} is {years:.1f}"
                yield entry.finding(entry.at("term_years"), message, "correct one of the three")


def evidence_before_change(c: Collection) -> Iterator[Finding]:
    """Require that a change is not dated more than a month after the last evidence of it."""
    for entry in c.instruments():
        for i, change in enumerate(entry.instrument.changes):
            days = [known_on(e.published) for e in change.evidence if e.published and _first_day(e.published)]
            if days and change.on - max(days) > _BEFORE_CHANGE:
                message = f"all evidence of the change of {change.on} is from {max(days)} or before"
                yield entry.finding(
                    entry.at("changes", i, "on"), message, "date a change by the day it became known"
                )


def days_to_come(c: Collection) -> Iterator[Finding]:
    """Require that nothing became known on a day that has not come; a clock far behind the register is not asked."""
    today = datetime.now(UTC).date() + _ZONES
    announced = [deal.announced for deal in c.deals if deal.announced is not None]
    if c.is_past or sum(day > today for day in announced) > _MOST_AHEAD * len(announced):
        return
    hint = "correct the day; what is planned is a start, an end or a tranche"
    for told, finding in _to_come(c, today):
        yield replace(finding, message=f"{told}, which has not come", hint=hint)


def _to_come(c: Collection, today: date) -> Iterator[tuple[str, Finding]]:
    """Yield each day after today on which something is said to have become known, in words, and its place."""
    for deal in c.deals:
        if deal.announced is not None and deal.announced > today:
            at = Finding(source=deal.source, path=("announced",), message="")
            yield f"announced on {deal.announced}", at
    for entry in c.instruments():
        for i, change in enumerate(entry.instrument.changes):
            if change.on > today:
                at = entry.finding(entry.at("changes", i, "on"), "")
                yield f"a change became known on {change.on}", at
        for evidence, _, path in _evidence(entry):
            if _is_after(evidence.published, today):
                yield f"published {evidence.published}", entry.finding((*path, "published"), "")
    for row in c.observations:
        if _is_after(row.published, today):
            yield f"published {row.published}", Finding(at=c.cell(row, "published"), message="")


def _is_after(published: str | None, today: date) -> bool:
    first = _first_day(published) if published else None
    return first is not None and first > today


def schedules_outside_the_term(c: Collection) -> Iterator[Finding]:
    """Require that the years of a schedule lie between start and end, give or take one."""
    for entry in c.instruments():
        terms = entry.instrument
        for n, row in enumerate(terms.schedule.table if terms.schedule else ()):
            is_early = terms.start is not None and row.year < terms.start.year - 1
            if is_early or (terms.end is not None and row.year > terms.end.year + 1):
                message = f"the schedule pays in {row.year}, but the term is {terms.start} to {terms.end}"
                path = entry.at("schedule", "table", n, "year")
                yield entry.finding(path, message, "correct the year or the term")


def ends_before_announcement(c: Collection) -> Iterator[Finding]:
    """Require that a promise does not end before it was announced."""
    for entry in c.instruments():
        announced = entry.deal.announced
        for terms in (entry.instrument, entry.latest):
            if terms.end and announced and not terms.start and announced - terms.end > _BEFORE:
                message = f"the end, {terms.end}, lies before the announcement of {announced}"
                yield entry.finding(entry.set_at("end"), message, "correct one of the two days")
                break


def terms_too_long(c: Collection) -> Iterator[Finding]:
    """Require that a term is one of years, not of months: only bonds run for a century."""
    for entry in c.instruments():
        terms = entry.instrument
        most = _LONGEST.get(terms.kind, _LONGEST_OTHER)
        if terms.term_years is not None and terms.term_years > most:
            message = f"a {terms.kind.value} of {terms.term_years} years"
            yield entry.finding(entry.at("term_years"), message, "years, not months: 60 months are 5")
