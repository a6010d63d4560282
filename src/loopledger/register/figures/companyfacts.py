"""SEC companyfacts to observations: each figure known from the day of its filing.

Notes
-----
One period of one measure has a history: the first filing states it, later ones repeat it or, where they
restate it, supersede it from their own day. Repetitions (the same period in several filings and frames) give
one observation, that of the first filing. Where one filing states two values for a period, the tag named first
in the map decides and the other value is listed. Nothing is rounded or converted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from loopledger.records.instrument import Grade
from loopledger.register.figures.calendars import FiscalCalendar, Labels, load_calendars
from loopledger.register.figures.facts import Duration, Fact, FactFile, read_facts
from loopledger.register.figures.metrics import TagRow, load_tags
from loopledger.register.observations import Observation, ObservationBound

__all__ = ["CompanyFacts", "read_companyfacts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """The observations of one file, and what was left aside.

    Parameters
    ----------
    party, entity, cik : str
    calendar : FiscalCalendar
        Of ``fiscal.yaml`` where it has the party, else as the file's own years have it.
    calendar_note : str
        Says so when the two differ.
    observations : tuple of Observation
        By measure, end, length and day of filing; a restated figure follows the one it supersedes.
    n_facts, n_used : int
        Facts in the file filed by the day, and facts that an observation states or repeats.
    unknown_tags : mapping
        Facts under tags that the map does not have, by tag.
    other_units, other_lengths, other_forms : mapping
        Facts left aside, by tag and unit, by tag, by form.
    differing : tuple of str
        Where one filing gives two values for one period.
    """

    party: str
    entity: str
    cik: str
    calendar: FiscalCalendar
    calendar_note: str
    observations: tuple[Observation, ...]
    n_facts: int
    n_used: int
    unknown_tags: Mapping[str, int]
    other_units: Mapping[str, int]
    other_lengths: Mapping[str, int]
    other_forms: Mapping[str, int]
    differing: tuple[str, ...]


def _year_ends(facts: Iterable[Fact]) -> int | None:
    """Return the month in which the years of the file end; a week's overhang belongs to the month before."""
    ends = Counter(
        (f.end - timedelta(days=7)).month if f.end.day <= 7 else f.end.month
        for f in facts
        if f.duration is Duration.YEAR and f.form.startswith(("10-K", "20-F", "40-F"))
    )
    return ends.most_common(1)[0][0] if ends else None


def _calendar(file: FactFile, party: str) -> tuple[FiscalCalendar, str]:
    implied, known = _year_ends(file.facts), load_calendars().get(party)
    if known is None:
        ends = implied or 12
        labels = Labels.CALENDAR if ends == 12 else Labels.FISCAL
        source = f"years of {file.name}" if implied else "no year in the file; December taken"
        return FiscalCalendar(party=party, ends=ends, weeks=True, labels=labels, source=source), ""
    if implied not in (None, known.ends):
        return known, f"the years of the file end in month {implied}, those of the calendar in {known.ends}"
    return known, ""


def _tag_row(fact: Fact, party: str, tags: Iterable[TagRow]) -> tuple[int, TagRow] | None:
    rows = enumerate(tags)
    return next(
        ((n, r) for n, r in rows if r.tag == fact.tag and (not r.parties or party in r.parties)), None
    )


def _label(fact: Fact, calendar: FiscalCalendar) -> str | None:
    """Return the label of a fact's period; None when it is no period of the filer's year."""
    placed, n_quarters = calendar.place(fact.end), fact.duration.n_quarters
    if fact.duration is Duration.INSTANT:
        return calendar.label(*placed) if placed else f"{fact.end:%Y-%m}"
    if fact.duration is Duration.OTHER or placed is None:
        return None
    is_to_date = n_quarters == placed[1]
    return calendar.label(*placed, n_quarters) if n_quarters == 1 or is_to_date else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    fact: Fact
    rank: int
    metric: str
    period: str


def read_companyfacts(
    path: Path, party: str, *, known_on: date | None = None, tags: tuple[TagRow, ...] | None = None
) -> CompanyFacts:
    """Return the observations that a companyfacts file of the SEC holds.

    Parameters
    ----------
    path : pathlib.Path
        The answer of ``data.sec.gov/api/xbrl/companyfacts/CIK##########.json``.
    party : str
        Whose facts they are.
    known_on : datetime.date, optional
        Use only what was filed by that day.
    tags : tuple of TagRow, optional
        Instead of the bundled map.

    Raises
    ------
    SourceError
        If the file cannot be read or is something else.
    """
    file = read_facts(path)
    calendar, note = _calendar(file, party)
    rows = load_tags() if tags is None else tags
    n_later = 0
    unknown, units, lengths = Counter[str](), Counter[str](), Counter[str]()
    placed: dict[tuple[str, str, date], list[_Placed]] = defaultdict(list)
    for fact in file.facts:
        if known_on is not None and fact.filed > known_on:
            n_later += 1
            continue
        found = _tag_row(fact, party, rows)
        if found is None:
            unknown[fact.tag] += 1
        elif found[1].unit != fact.unit:
            units[f"{fact.tag} in {fact.unit}"] += 1
        elif (label := _label(fact, calendar)) is None:
            lengths[fact.tag] += 1
        else:
            key = found[1].metric, label, fact.end
            placed[key].append(_Placed(fact=fact, rank=found[0], metric=found[1].metric, period=label))
    differing: list[str] = []
    observations: list[Observation] = []
    for _, group in sorted(placed.items(), key=lambda item: (item[0][0], item[0][2], item[0][1])):
        observations += _history(group, party, file, differing)
    return CompanyFacts(
        party=party, entity=file.entity, cik=file.cik, calendar=calendar, calendar_note=note,
        observations=tuple(observations), n_facts=file.n_facts - n_later, n_used=sum(map(len, placed.values())),
        unknown_tags=dict(sorted(unknown.items())), other_units=dict(sorted(units.items())),
        other_lengths=dict(sorted(lengths.items())), other_forms=file.other_forms,
        differing=tuple(differing),
    )  # fmt: skip


def _history(group: list[_Placed], party: str, file: FactFile, differing: list[str]) -> Iterable[Observation]:
    """Yield the first value of a period and each later one that replaces it."""
    ordered = sorted(group, key=lambda p: (p.fact.filed, p.rank, p.fact.accession, p.fact.number))
    before: Fact | None = None
    decided: Fact | None = None
    for item in ordered:
        fact = item.fact
        if decided is not None and fact.filed == decided.filed:
            if fact.value != decided.value:
                differing.append(
                    f"{item.metric} {item.period}, filed {fact.filed}: {decided.tag} {decided.value}, "
                    f"{fact.tag} {fact.value}"
                )
            continue
        decided = fact
        if before is None or fact.value != before.value:
            was = f"; restated, was {before.value} until {fact.filed}" if before is not None else ""
            yield _observation(item, party, file, was)
            before = fact


def _observation(item: _Placed, party: str, file: FactFile, was: str) -> Observation:
    fact = item.fact
    folder = fact.accession.replace("-", "")
    url = f"https://www.sec.gov/Archives/edgar/data/{int(file.cik)}/{folder}/{fact.accession}-index.htm"
    return Observation(
        party=party, period=item.period, period_end=fact.end, metric=item.metric, value=fact.value,
        unit=fact.unit.lower(), bound=ObservationBound.EXACT, grade=Grade.PRIMARY, source_url=url,
        published=fact.filed.isoformat(), note=f"XBRL {fact.tag}, form {fact.form}{was}",
        file=file.name, line=fact.number,
    )  # fmt: skip
