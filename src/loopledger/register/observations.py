"""Observations: figures that parties reported, and that others estimated or forecast, one row a fact."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from loopledger.errors import Location, Problem
from loopledger.records.instrument import Grade
from loopledger.register.suggest import suggest
from loopledger.units import parse_span

__all__ = ["COLUMNS", "Observation", "ObservationBound", "cell_place", "known_on", "read_observations"]

COLUMNS = (
    "party", "period", "period_end", "metric", "value", "unit", "bound", "grade", "source_url", "published",
    "note",
)  # fmt: skip


class ObservationBound(StrEnum):
    """How the source hedged a figure; a range is a pair of rows."""

    EXACT = "exact"
    ABOUT = "about"
    UP_TO = "up_to"
    AT_LEAST = "at_least"
    RANGE_LOW = "range_low"
    RANGE_HIGH = "range_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One reported, estimated or forecast figure.

    Parameters
    ----------
    party : str
        Who reported it, or who said it.
    period : str
        The filer's own label.
    period_end : datetime.date or None
        The day to align on.
    metric : str
    value : decimal.Decimal
        In full units; percentages as plain numbers.
    unit : str
    bound : ObservationBound
    grade : Grade
    source_url : str
    published : str
        Day, month or year; see :attr:`known_on`.
    note : str
    file, line
        Where the row stands.
    """

    party: str
    period: str
    period_end: date | None
    metric: str
    value: Decimal
    unit: str
    bound: ObservationBound
    grade: Grade
    source_url: str
    published: str
    note: str
    file: str
    line: int

    @property
    def known_on(self) -> date:
        """The first day on which the figure was public for sure."""
        return known_on(self.published)


@lru_cache(maxsize=4096)
def known_on(published: str) -> date:
    """Return the last day of a day, month or year: then at the latest it was published.

    Raises
    ------
    ValueError
        If there is no such date.

    Examples
    --------
    >>> known_on("2025-02")
    datetime.date(2025, 2, 28)
    """
    if len(published) == len("2025-02-28"):
        return date.fromisoformat(published)
    last = parse_span(published).last
    if last is None:  # pragma: no cover - a point always has an end
        raise ValueError(published)
    return last


_URL = re.compile(r"https?://[^\s/?#]+\S*")
_BOUNDS = {bound.value: bound for bound in ObservationBound}
_GRADES = {grade.value: grade for grade in Grade}


#: The line breaks that a reader of CSV counts.
_BREAK = re.compile(r"\r\n|\n|\r")
#: A number as people write it in a table: no blanks, no grouping, no digits of other scripts.
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_LARGEST = Decimal(10) ** 18


def cell_place(text: str, line: int, column: str) -> tuple[int, int]:
    r"""Return line and column of a field of the row that begins on a line; those of the row if it has none.

    Parameters
    ----------
    text : str
        Of the whole file.
    line : int
        From 1.
    column : str
        One of :data:`COLUMNS`.

    Examples
    --------
    >>> cell_place('a,"x\ny",c\n', 1, "period_end")
    (2, 4)
    """
    breaks = [match.end() for match in _BREAK.finditer(text)]
    begin = 0 if line == 1 else breaks[line - 2] if line - 2 < len(breaks) else len(text)
    start, left, is_quoted = begin, COLUMNS.index(column), False
    for place in range(begin, len(text)):
        if not left or (text[place] in "\r\n" and not is_quoted):
            break
        if text[place] == '"':
            is_quoted = not is_quoted
        elif text[place] == "," and not is_quoted:
            start, left = place + 1, left - 1
    if left:
        return line, 1
    n_breaks = sum(begin < end <= start for end in breaks)
    line_start = max((end for end in breaks if end <= start), default=0)
    return line + n_breaks, start - line_start + 1


class _Row:
    """One row under reading: collects the problems of its fields."""

    def __init__(self, file: str, line: int, fields: dict[str, str], text: str) -> None:
        self.file = file
        self.line = line
        self.fields = fields
        self.table = text
        self.problems: list[Problem] = []

    def fault(self, code: str, column: str, message: str, hint: str = "") -> None:
        at = Location(self.file, *cell_place(self.table, self.line, column))
        self.problems.append(Problem(code=code, at=at, message=message, hint=hint))

    def number(self) -> Decimal:
        text = self.fields["value"]
        value = Decimal(text) if _NUMBER.fullmatch(text) else Decimal("NaN")
        if not value.is_finite() or abs(value) > _LARGEST:
            self.fault(
                "RG132", "value", f'value is not a number: "{text}"', "plain digits in full units, no commas"
            )
            return Decimal(0)
        return value

    def day(self, column: str, *, partial: bool) -> date | None:
        text = self.fields[column]
        if not text and not partial:
            return None
        lengths = (10, 7, 4) if partial else (10,)
        try:
            day = known_on(text) if len(text) in lengths else None
        except ValueError:
            day = None
        if day is None:
            hint = "YYYY-MM-DD, YYYY-MM or YYYY" if partial else "YYYY-MM-DD, or empty"
            self.fault("RG133", column, f'{column} is not a date: "{text}"', hint)
        return day

    def word(self, column: str, known: dict[str, str]) -> str | None:
        text = self.fields[column]
        if text not in known:
            self.fault("RG134", column, f'unknown {column} "{text}"', suggest(text, known))
            return None
        return known[text]

    def text(self, column: str) -> None:
        text = self.fields[column]
        if not text.strip():
            self.fault("RG135", column, f"{column} is empty", "every row names it")
        elif text != text.strip():
            self.fault("RG135", column, f'{column} has blanks around it: "{text}"', "delete them")


def _read_row(row: _Row) -> Observation | None:
    fields = row.fields
    bound, grade = row.word("bound", dict(_BOUNDS)), row.word("grade", dict(_GRADES))
    value, period_end = row.number(), row.day("period_end", partial=False)
    row.day("published", partial=True)
    for column in ("party", "period", "metric", "unit"):
        row.text(column)
    url = fields["source_url"]
    if url and not _URL.fullmatch(url):
        hint = "a scheme, a host and no blanks: https://example.org/page"
        row.fault("RG138", "source_url", f'source_url is not a web address: "{url}"', hint)
    if not url and not fields["note"]:
        row.fault(
            "RG138", "source_url", "there is neither a source_url nor a note", "say where the figure stands"
        )
    if row.problems or bound is None or grade is None:
        return None
    return Observation(
        party=fields["party"], period=fields["period"], period_end=period_end, metric=fields["metric"],
        value=value, unit=fields["unit"], bound=ObservationBound(bound), grade=Grade(grade),
        source_url=fields["source_url"], published=fields["published"], note=fields["note"],
        file=row.file, line=row.line,
    )  # fmt: skip


def _rows(text: str, file: str) -> Iterator[_Row | Problem]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    if not text.strip():
        hint = f"write {','.join(COLUMNS)} and a row for each figure, or delete the file"
        yield Problem(code="RG105", at=Location(file, 1, 1), message="the file is empty", hint=hint)
        return
    try:
        for cells in reader:
            if line == 1 and tuple(cells) != COLUMNS:
                yield Problem(
                    code="RG131", at=Location(file, 1, 1), hint=f"write {','.join(COLUMNS)}",
                    message=f"the columns are {','.join(cells)[:120]}",
                )  # fmt: skip
                return
            if line > 1 and len(cells) == len(COLUMNS):
                yield _Row(file, line, dict(zip(COLUMNS, cells, strict=True)), text)
            elif line > 1 and cells:
                yield Problem(
                    code="RG137", at=Location(file, line, 1), hint="put a field that holds a comma in quotes",
                    message=f"the row has {len(cells)} fields instead of {len(COLUMNS)}",
                )  # fmt: skip
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "close every quotation that a field begins with; double the marks inside it"
        yield Problem(
            code="RG136", at=Location(file, line, 1), message=f"this is not CSV: {error}", hint=hint
        )


def read_observations(text: str, file: str) -> tuple[list[Observation], list[Problem]]:
    r"""Return the rows of a file of observations, and what is wrong with the others.

    Parameters
    ----------
    text : str
        Comma-separated, the columns of :data:`COLUMNS` in the first row.
    file : str
        The name that places carry.

    Examples
    --------
    >>> rows, problems = read_observations(",".join(COLUMNS) + "\nfjord,2025,,revenue,1e9,usd,exact,"
    ...     "primary,https://example.org,2025-02,\n", "x.csv")
    >>> rows[0].value, rows[0].known_on, problems
    (Decimal('1E+9'), datetime.date(2025, 2, 28), [])
    """
    observations: list[Observation] = []
    problems: list[Problem] = []
    for row in _rows(text, file):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        observation = _read_row(row)
        problems.extend(row.problems)
        if observation is not None:
            observations.append(observation)
    return observations, problems
