"""Rows that a filing offers to ``observations/financials.csv``, held against what stands there.

Notes
-----
A row is offered for every fiscal year, balance and quarter, in every state that a filing gave it; a quarter
that no filing states is subtracted, graded ``derived``, with its arithmetic in the note, and is public from
the day on which its last part was. Nothing that stands in a file is ever changed.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from loopledger.records.instrument import Grade
from loopledger.register.figures.companyfacts import CompanyFacts
from loopledger.register.figures.periods import read_label
from loopledger.register.figures.quarters import QuarterFigure, quarters_of
from loopledger.register.figures.series import agree, join_ranges, series_of
from loopledger.register.observations import COLUMNS, Observation, ObservationBound

__all__ = ["Offer", "Proposal", "added_rows", "offered_rows", "propose_rows", "rows_text"]


class Offer(StrEnum):
    """How an offered row stands to the register."""

    STANDS = "stands"
    ROUNDED = "rounded"
    NEW = "new"
    RESTATES = "restates"
    CONFLICTS = "conflicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One offered row, and the rows of the register about the same period.

    Parameters
    ----------
    row : Observation
    offer : Offer
    standing : tuple of Observation
    """

    row: Observation
    offer: Offer
    standing: tuple[Observation, ...]


def offered_rows(facts: CompanyFacts) -> list[Observation]:
    """Return the rows that a filing offers: years, balances and quarters, by measure, end and day."""
    rows = [row for row in facts.observations if _n_quarters(row) in (0, 1, 4)]
    seen: set[tuple[str, str, Decimal]] = set()
    by_metric: dict[str, list[Observation]] = defaultdict(list)
    for row in facts.observations:
        by_metric[row.metric].append(row)
    for known in by_metric.values():
        for day in sorted({row.known_on for row in known}):
            for series in series_of([row for row in known if row.known_on <= day]):
                for quarter in quarters_of(series, facts.calendar)[0]:
                    if quarter.is_subtracted and quarter.low is not None:
                        key = (series.metric.name, quarter.period, quarter.low)
                        if key not in seen:
                            seen.add(key)
                            rows.append(_derived(quarter, quarter.low, series.unit))
    return sorted(rows, key=lambda r: (r.metric, r.period_end or date.max, r.period, r.published))


def _n_quarters(row: Observation) -> int:
    span = read_label(row.period)
    return span.n_quarters if span is not None else 0


def _derived(quarter: QuarterFigure, value: Decimal, unit: str) -> Observation:
    last = max((term.figure.first for term in quarter.terms), key=lambda row: row.known_on)
    sums = " ".join(f"{'- ' if t.sign < 0 else ''}{t.period} {t.figure.value}" for t in quarter.terms)
    tag = quarter.terms[0].figure.first.note.split(",", 1)[0]
    return Observation(
        party=last.party, period=quarter.period, period_end=quarter.end, metric=last.metric, value=value,
        unit=unit, bound=ObservationBound.EXACT, grade=Grade.DERIVED, source_url=last.source_url,
        published=last.published, note=f"{tag}; {sums}", file=last.file, line=last.line,
    )  # fmt: skip


def propose_rows(facts: CompanyFacts, standing: Iterable[Observation]) -> list[Proposal]:
    """Return every offered row with how it stands to the rows of a register.

    Parameters
    ----------
    facts : CompanyFacts
    standing : iterable of Observation
        The register's rows, of any party.

    Notes
    -----
    ``restates``: another value of the same period stands in the register, the filing gave it first, and the
    offered value replaced it later. ``rounded``: the register has it with fewer digits. ``conflicts``: the
    register has only other values.
    """
    known: dict[tuple[str, object, int], list[Observation]] = defaultdict(list)
    for row in standing:
        if row.party == facts.party:
            known[row.metric, row.period_end, _n_quarters(row)].append(row)
    offered = offered_rows(facts)
    values: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for row in offered:
        values[row.metric, row.period].add(row.value)
    return [
        Proposal(row=row, offer=_offer(row, there, values[row.metric, row.period]), standing=tuple(there))
        for row in offered
        for there in [known[row.metric, row.period_end, _n_quarters(row)]]
    ]


def _offer(row: Observation, there: Sequence[Observation], history: set[Decimal]) -> Offer:
    if not there:
        return Offer.NEW
    if any(other.value == row.value and other.unit == row.unit for other in there):
        return Offer.STANDS
    [own] = join_ranges([row])
    if any(agree(own, other) for other in join_ranges(there) if other.first.unit == row.unit):
        return Offer.ROUNDED
    if any(other.value in history for other in there):
        return Offer.RESTATES
    return Offer.CONFLICTS


def rows_text(rows: Iterable[Observation], *, header: bool = True) -> str:
    r"""Return rows in the form of ``observations/financials.csv``.

    Examples
    --------
    >>> rows_text([])
    'party,period,period_end,metric,value,unit,bound,grade,source_url,published,note\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([
            row.party, row.period, row.period_end or "", row.metric, f"{row.value:f}", row.unit,
            row.bound.value, row.grade.value, row.source_url, row.published, row.note,
        ])  # fmt: skip
    return out.getvalue()


def added_rows(
    text: str, there: Iterable[Observation], offered: Iterable[Observation]
) -> tuple[str, int, int]:
    """Return a file's text with the rows that it lacks added at its end.

    Parameters
    ----------
    text : str
        As it stands; every byte of it stays, and new lines end as its own do.
    there : iterable of Observation
        Its rows.
    offered : iterable of Observation

    Returns
    -------
    tuple of (str, int, int)
        The text, how many rows were added, and how many were kept back because the file has a row about the
        same period and day with another figure: somebody's edit.
    """
    known: dict[tuple[object, ...], set[Decimal]] = defaultdict(set)
    for row in there:
        known[_key(row)].add(row.value)
    rows = list(offered)
    new = [row for row in rows if _key(row) not in known]
    n_kept = sum(1 for row in rows if _key(row) in known and row.value not in known[_key(row)])
    if not new:
        return text, 0, n_kept
    lines = rows_text(new, header=not text)
    if "\r\n" in text:
        lines = lines.replace("\n", "\r\n")
    end = "" if text.endswith("\n") or not text else ("\r\n" if "\r\n" in text else "\n")
    return text + end + lines, len(new), n_kept


def _key(row: Observation) -> tuple[object, ...]:
    return row.party, row.metric, row.period, row.period_end, row.unit, row.published
