"""Rules about reported figures: rows that cannot be right on their own, or not beside each other.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
What a measure is stands in ``data/metrics.yaml``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from loopledger.errors import NotFoundError
from loopledger.register.collection import Collection, Finding
from loopledger.register.figures.calendars import check_calendars, load_calendars
from loopledger.register.figures.metrics import Metric, Nature, find_metric
from loopledger.register.figures.periods import read_label
from loopledger.register.observations import Observation, ObservationBound

#: The file whose rows are figures of a period, labelled by the filer.
_REPORTED = "financials.csv"
#: How far a figure may lie from every other one of its series: growth goes far, a slip of units further.
_OUT_OF_LINE = 300
_YEARS = re.compile(r"\d{4}-\d{4}|\d{4}/\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_RANGE = (ObservationBound.RANGE_LOW, ObservationBound.RANGE_HIGH)


@lru_cache(maxsize=4096)
def _measure(name: str) -> Metric | None:
    try:
        return find_metric(name)
    except NotFoundError:
        return None


def _at(c: Collection, row: Observation, column: str, message: str, hint: str) -> Finding:
    return Finding(at=c.cell(row, column), message=message, hint=hint)


def unknown_measures(c: Collection) -> Iterator[Finding]:
    """Require that what a figure measures is defined, so that its unit and its arithmetic are known."""
    for row in c.observations:
        try:
            find_metric(row.metric)
        except NotFoundError as error:
            yield _at(c, row, "metric", f'no measure "{row.metric}" is defined', error.hint)


def foreign_units(c: Collection) -> Iterator[Finding]:
    """Require that a figure carries a unit that its measure can have."""
    for row in c.observations:
        measure = _measure(row.metric)
        if measure is not None and row.unit not in measure.units:
            message = f'{row.metric} is in {" or ".join(measure.units)}, not in "{row.unit}"'
            yield _at(c, row, "unit", message, "correct the unit or the measure; convert nothing silently")


def _source_key(row: Observation) -> tuple[object, ...]:
    return (
        row.party, row.period, row.period_end, row.metric, row.unit, row.bound, row.source_url, row.published,
    )  # fmt: skip


def _repeated(rows: Iterable[Observation]) -> Iterator[tuple[Observation, Observation]]:
    """Yield each row that one source gave before, with the first."""
    first: dict[tuple[object, ...], Observation] = {}
    for row in rows:
        before = first.setdefault(_source_key(row), row)
        if before is not row:
            yield before, row


def repeated_rows(c: Collection) -> Iterator[Finding]:
    """Require that a figure of one source stands once."""
    for before, row in _repeated(c.observations):
        if row.value == before.value:
            message = f"the row stands twice; the first is at {before.file}:{before.line}"
            yield _at(c, row, "party", message, "delete one of them")


def two_values_of_one_source(c: Collection) -> Iterator[Finding]:
    """Require that one source gives one value for a measure of a period."""
    for before, row in _repeated(c.observations):
        if row.value != before.value:
            message = f"the same source gives {before.value:f} at {before.file}:{before.line}"
            yield _at(c, row, "value", message, "correct one, or tell them apart by period, bound or source")


def faulty_periods(c: Collection) -> Iterator[Finding]:
    """Require that a period is a label that can be read, and ends on a day that fits it."""
    reported = [row for row in c.observations if row.file.endswith(_REPORTED)]
    checks = check_calendars(reported, load_calendars()).values() if reported else ()
    odd = {(row.file, row.line) for check in checks for row in check.disagree}
    for row in reported:
        if read_label(row.period) is None and not (
            _MONTH.fullmatch(row.period) or _YEARS.fullmatch(row.period)
        ):
            message = f'the period "{row.period}" is no label'
            yield _at(c, row, "period", message, "such as FY2026Q1, CY2025, 2025H1, TTM2025Q2, 2025-06")
        elif row.period_end is None:
            message, hint = "there is no period_end", "the last day of the period, or the day of a stock"
            yield _at(c, row, "period_end", message, hint)
        elif not _fits(row.period, row.period_end):
            message = f"the period {row.period} does not end on {row.period_end}"
            yield _at(c, row, "period_end", message, "correct the label or the day")
        elif (row.file, row.line) in odd:
            message = f"by the fiscal year of {row.party}, {row.period} does not end on {row.period_end}"
            yield _at(c, row, "period_end", message, "correct the label or the day")


def _fits(period: str, end: date) -> bool:
    """Whether a period may end on a day: a fiscal year at most a year beside the calendar's."""
    span = read_label(period)
    if span is None:
        return not _MONTH.fullmatch(period) or end.isoformat().startswith(period)
    if span.stem == "CY":
        months = range(3 * (span.quarter - 1) + 1, 3 * span.quarter + 1)
        return end.year == span.year and (span.n_quarters == 4 or end.month in months)
    return abs(end.year - span.year) <= 1


def published_early(c: Collection) -> Iterator[Finding]:
    """Require that a reported figure is published after its period ended; what is said before is an outlook."""
    for row in c.observations:
        measure = _measure(row.metric)
        if measure is None or measure.outlook or measure.nature not in (Nature.FLOW, Nature.STOCK):
            continue
        if row.file.endswith(_REPORTED) and row.period_end is not None and row.known_on < row.period_end:
            message = f"published {row.published}, before the period ended on {row.period_end}"
            yield _at(c, row, "published", message, "correct a day, or move the row to the forecasts")


def figures_out_of_line(c: Collection) -> Iterator[Finding]:
    """Require that a figure is not hundreds of times larger or smaller than all others of its series."""
    series: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for row in c.observations:
        if row.value:
            series[row.party, row.metric, row.unit].append(row)
    for rows in series.values():
        sizes = sorted(abs(row.value) for row in rows)
        if len(rows) < 2 or sizes[-1] <= _OUT_OF_LINE * sizes[0]:
            continue
        for row in rows:
            size = abs(row.value)
            low, high = (sizes[1], sizes[-1]) if size == sizes[0] else (sizes[0], sizes[-2])
            is_small, is_large = size * _OUT_OF_LINE < low, size > high * _OUT_OF_LINE
            if (is_small and size == sizes[0]) or (is_large and size == sizes[-1]):
                far = f"less than a {_OUT_OF_LINE}th of" if is_small else f"more than {_OUT_OF_LINE} times"
                message = (
                    f"{row.value:f} is {far} the next figure of its series, {low if is_small else high:f}"
                )
                yield _at(c, row, "value", message, "count the zeros; a true one says why in its note")


def figures_below_zero(c: Collection) -> Iterator[Finding]:
    """Require that a measure that cannot be negative is not."""
    for row in c.observations:
        measure = _measure(row.metric)
        if row.value < 0 and measure is not None and measure.never_negative:
            message = f"{row.metric} is {row.value:f}, below zero"
            yield _at(c, row, "value", message, "write a figure of 0 or more, or another measure")


def broken_ranges(c: Collection) -> Iterator[Finding]:
    """Require that a range has both its ends, the lower below the higher."""
    ends: dict[tuple[object, ...], dict[ObservationBound, Observation]] = defaultdict(dict)
    for row in c.observations:
        if row.bound in _RANGE:
            key = (row.party, row.period, row.period_end, row.metric, row.unit)
            ends[key].setdefault(row.bound, row)
    for pair in ends.values():
        low, high = pair.get(_RANGE[0]), pair.get(_RANGE[1])
        for end, other in ((low, _RANGE[1]), (high, _RANGE[0])):
            if end is not None and other not in pair:
                message = f"there is no {other} beside it"
                yield _at(c, end, "bound", message, "write both ends, or at_least or up_to")
        if low is not None and high is not None and low.value >= high.value:
            message = f"the range runs from {low.value:f} to {high.value:f}"
            yield _at(c, high, "value", message, "write the smaller end as range_low")
