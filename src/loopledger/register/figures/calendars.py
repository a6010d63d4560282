"""Fiscal calendars: when each party's year ends, and which calendar quarter a fiscal one belongs to.

Notes
-----
A fiscal quarter belongs to the calendar quarter whose end is nearest to its own, when the two ends lie at
most 38 days apart: a month, and the week by which a year of 52 or 53 weeks may leave the end of its month.
Up to a third of such a quarter's days then lie in a neighbouring calendar quarter; ``offset_days`` says how
many. Nothing is moved between quarters to mend that.
"""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from loopledger.register.figures.metrics import read_table
from loopledger.register.figures.periods import Span, read_label
from loopledger.register.observations import Observation
from loopledger.units import Quarter

__all__ = [
    "CalendarCheck", "FiscalCalendar", "Labels", "calendar_quarter", "check_calendars", "imply_calendar",
    "load_calendars",
]  # fmt: skip

#: A month, and the week that a year of whole weeks may leave the end of its month.
MOST_DAYS_APART = 38
#: Days that the end of a fiscal period may lie from the end of its month.
SLACK_DAYS, SLACK_DAYS_OF_WEEKS = 0, 7


class Labels(StrEnum):
    """How a party's rows name its quarters."""

    FISCAL = "fiscal"
    CALENDAR = "calendar"


class FiscalCalendar(BaseModel):
    """When the fiscal year of a party ends; it bears the number of the calendar year in which it ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: str
    ends: StrictInt = Field(ge=1, le=12, description="Last month of the fiscal year.")
    weeks: StrictBool = Field(default=False, description="A year of 52 or 53 whole weeks.")
    labels: Labels = Labels.CALENDAR
    source: str = Field(min_length=1)

    def nominal_end(self, year: int, quarter: int) -> date:
        """Return the last day of the month in which a fiscal quarter ends.

        Examples
        --------
        >>> load_calendars()["nvidia"].nominal_end(2026, 3)
        datetime.date(2025, 10, 31)
        """
        months = 12 * year + self.ends - 1 - 3 * (4 - quarter)
        return _month_end(months // 12, months % 12 + 1)

    def place(self, end: date) -> tuple[int, int] | None:
        """Return the fiscal year and quarter that end on a day; None if none does."""
        for year in (end.year, end.year + 1):
            for quarter in (1, 2, 3, 4):
                if abs((self.nominal_end(year, quarter) - end).days) <= SLACK_DAYS_OF_WEEKS:
                    return year, quarter
        return None

    def label(self, year: int, quarter: int, n_quarters: int = 1) -> str:
        """Return the label of the period of so many quarters that ends with a fiscal quarter.

        Examples
        --------
        >>> load_calendars()["microsoft"].label(2026, 3), load_calendars()["meta"].label(2025, 3, 3)
        ('FY2026Q3', '2025Q1-Q3')
        """
        if n_quarters == 4:
            return f"FY{year}"
        stem = f"FY{year}" if self.labels is Labels.FISCAL else f"{year}"
        if n_quarters == 2 and quarter == 2:
            return f"{stem}H1"
        return f"{stem}Q{quarter}" if n_quarters == 1 else f"{stem}Q1-Q{quarter}"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


@lru_cache(maxsize=1)
def load_calendars() -> Mapping[str, FiscalCalendar]:
    """Return the bundled fiscal calendars by party."""
    rows = [FiscalCalendar.model_validate(row) for row in read_table("fiscal.yaml")]
    return {row.party: row for row in rows}


def calendar_quarter(end: date) -> tuple[Quarter, int] | None:
    """Return the calendar quarter that a fiscal quarter belongs to, and its offset.

    Parameters
    ----------
    end : datetime.date
        Last day of the fiscal quarter.

    Returns
    -------
    tuple of (Quarter, int) or None
        The quarter, and how many days later (negative: earlier) the fiscal quarter ends; None when it ends
        more than 38 days from the end of any calendar quarter.

    Examples
    --------
    >>> quarter, offset_days = calendar_quarter(date(2025, 10, 26))
    >>> str(quarter), offset_days
    ('2025Q3', 26)
    """
    own = Quarter.of(end)
    near = min((own.shifted(-1), own), key=lambda q: abs((end - q.last).days))
    offset = (end - near.last).days
    return (near, offset) if abs(offset) <= MOST_DAYS_APART else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCheck:
    """What the labels and ends of a party's own periods say about its fiscal year.

    Parameters
    ----------
    party : str
    ends : int or None
        The month that most labels imply; None when no label implies any.
    n_agree : int
        Rows that fit the calendar of ``fiscal.yaml``, or the implied month where it has none.
    disagree : tuple of Observation
        Rows whose end does not fit their label.
    """

    party: str
    ends: int | None
    n_agree: int
    disagree: tuple[Observation, ...]


def _implied_end(span: Span, end: date) -> int:
    """Return the last month of the fiscal year that a label and an end imply."""
    month = (end - timedelta(days=SLACK_DAYS_OF_WEEKS)).month if end.day <= SLACK_DAYS_OF_WEEKS else end.month
    return (month - 1 + 3 * (4 - span.quarter)) % 12 + 1


def imply_calendar(party: str, periods: Iterable[tuple[str, date | None]]) -> FiscalCalendar | None:
    """Return the fiscal calendar that labels and ends of periods imply; None if none of them is fiscal.

    Examples
    --------
    >>> imply_calendar("fjord", [("FY2025H1", date(2024, 12, 31))]).ends
    6
    """
    spans = [(span, end) for text, end in periods if end is not None and (span := read_label(text))]
    implied = Counter(_implied_end(span, end) for span, end in spans if span.is_fiscal)
    if not implied:
        return None
    is_fiscal = any(span.stem == "FY" and span.n_quarters < 4 for span, _ in spans)
    labels = Labels.FISCAL if is_fiscal else Labels.CALENDAR
    ends = implied.most_common(1)[0][0]
    return FiscalCalendar(party=party, ends=ends, weeks=True, labels=labels, source="its own periods")


def check_calendars(
    observations: Iterable[Observation], calendars: Mapping[str, FiscalCalendar]
) -> dict[str, CalendarCheck]:
    """Derive each party's fiscal year from its periods, and hold the periods against the calendar.

    Notes
    -----
    Labels of quarters, halves and fiscal years are looked at. A day within the period is no fault (a cap on
    guarantees as of a day in the quarter); an end after the period, or a label of another year, is.
    """
    rows: dict[str, list[tuple[Observation, Span]]] = defaultdict(list)
    for row in observations:
        span = read_label(row.period)
        if row.period_end is not None and span is not None and span.is_fiscal:
            rows[row.party].append((row, span))
    checks: dict[str, CalendarCheck] = {}
    for party, labelled in sorted(rows.items()):
        implied = Counter(_implied_end(span, row.period_end) for row, span in labelled if row.period_end)
        ends = implied.most_common(1)[0][0]
        known = calendars.get(party) or FiscalCalendar(party=party, ends=ends, weeks=True, source="labels")
        odd = tuple(row for row, span in labelled if not _fits(row, span, known))
        checks[party] = CalendarCheck(party=party, ends=ends, n_agree=len(labelled) - len(odd), disagree=odd)
    return checks


def _fits(row: Observation, span: Span, known: FiscalCalendar) -> bool:
    slack = SLACK_DAYS_OF_WEEKS if known.weeks else SLACK_DAYS
    nominal = known.nominal_end(span.year, span.quarter)
    first = known.nominal_end(span.year, span.quarter) - timedelta(days=92 * span.n_quarters + slack)
    end = row.period_end
    return end is not None and first < end <= nominal + timedelta(days=slack)
