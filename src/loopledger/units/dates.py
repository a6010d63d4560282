"""Spans of dates in a subset of EDTF (ISO 8601-2), and calendar quarters.

==============  ==========================================
literal         span
==============  ==========================================
``2026``        the year
``2026-07``     the month
``2026-07-15``  the day
``2026-33``     first quarter (33 to 36)
``2026-40``     first half (40, 41)
``2026-07~``    about then: the same span, marked approximate
``2026/2027``   from the first day of one to the last of the other
``2026/..``     from then on; ``../2026`` until then
==============  ==========================================
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

__all__ = ["DateSpan", "Quarter", "format_span", "parse_span"]

_POINT = re.compile(r"(?P<year>\d{4})(?:-(?P<part>\d{2})(?:-(?P<day>\d{2}))?)?(?P<approximate>~)?")
_FIRST_QUARTER, _FIRST_HALF = 33, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """The days between two dates, both included; an open end is None.

    Parameters
    ----------
    first, last : datetime.date or None
        At least one is given, and ``first <= last``.
    approximate : bool
        Whether the source hedged the date.
    """

    first: date | None
    last: date | None
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            msg = "a span of dates has at least one end"
            raise ValueError(msg)
        if self.first and self.last and self.first > self.last:
            msg = f"a span of dates ends before it begins: {self.first} to {self.last}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter.

    Parameters
    ----------
    index : int
        ``4 * year + (quarter - 1)``, so that quarters can be subtracted.

    Examples
    --------
    >>> str(Quarter.of(date(2026, 11, 24)).shifted(2))
    '2027Q2'
    """

    index: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that a day lies in."""
        return cls(4 * day.year + (day.month - 1) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Return the quarter written ``2026Q3`` or ``2026-Q3``.

        Raises
        ------
        ValueError
            If the text is something else.
        """
        match = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text.strip())
        if match is None:
            msg = f"not a quarter: {text!r}; write for instance 2026Q3"
            raise ValueError(msg)
        return cls(4 * int(match[1]) + int(match[2]) - 1)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.index // 4, 3 * (self.index % 4) + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return _month_end(self.index // 4, 3 * (self.index % 4) + 3)

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.index // 4

    def shifted(self, n_quarters: int) -> Quarter:
        """Return the quarter so many quarters later."""
        return Quarter(self.index + n_quarters)

    def __str__(self) -> str:
        return f"{self.index // 4}Q{self.index % 4 + 1}"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _months(year: int, first: int, n_months: int) -> tuple[date, date]:
    return date(year, first, 1), _month_end(year, first + n_months - 1)


def _point(text: str) -> tuple[date, date, bool]:
    match = _POINT.fullmatch(text)
    if match is None:
        raise ValueError
    year, part, day = int(match["year"]), match["part"], match["day"]
    approximate = match["approximate"] is not None
    if part is None:
        return (*_months(year, 1, 12), approximate)
    number = int(part)
    if day is not None:
        return date(year, number, int(day)), date(year, number, int(day)), approximate
    if _FIRST_QUARTER <= number < _FIRST_QUARTER + 4:
        return (*_months(year, 1 + 3 * (number - _FIRST_QUARTER), 3), approximate)
    if _FIRST_HALF <= number < _FIRST_HALF + 2:
        return (*_months(year, 1 + 6 * (number - _FIRST_HALF), 6), approximate)
    return (*_months(year, number, 1), approximate)


def parse_span(literal: str) -> DateSpan:
    """Return the span of dates that an EDTF literal names.

    Parameters
    ----------
    literal : str
        See the table of this module.

    Raises
    ------
    ValueError
        If the literal is outside the subset or no such date exists.

    Examples
    --------
    >>> parse_span("2026-41").first
    datetime.date(2026, 7, 1)
    """
    text = literal.strip()
    first: date | None = None
    last: date | None = None
    approximate = False
    try:
        left, slash, right = text.partition("/")
        if left not in ("", "..") or not slash:
            first, last, approximate = _point(left)
        if slash:
            last = None
            if right not in ("", ".."):
                _, last, right_approximate = _point(right)
                approximate = approximate or right_approximate
        return DateSpan(first=first, last=last, approximate=approximate)
    except ValueError as error:
        reason = f": {error}" if str(error) else ""
        msg = f"not a date or span: {literal!r}{reason}; write for instance 2026-07, 2026-41 or 2026/2028"
        raise ValueError(msg) from None


def _format_point(first: date, last: date) -> str | None:
    """Return the one literal that covers exactly these days, if there is one."""
    year = first.year
    candidates = [f"{year:04d}"]
    candidates += [f"{year:04d}-{_FIRST_HALF + half}" for half in range(2)]
    candidates += [f"{year:04d}-{_FIRST_QUARTER + quarter}" for quarter in range(4)]
    candidates += [f"{year:04d}-{first.month:02d}", first.isoformat()]
    return next((text for text in candidates if _point(text)[:2] == (first, last)), None)


def format_span(span: DateSpan) -> str:
    """Return the canonical literal of a span; :func:`parse_span` reads it back unchanged."""
    mark = "~" if span.approximate else ""
    if span.first and span.last:
        point = _format_point(span.first, span.last)
        return f"{point}{mark}" if point else f"{span.first.isoformat()}/{span.last.isoformat()}{mark}"
    if span.first:
        return f"{span.first.isoformat()}{mark}/.."
    return f"../{span.last.isoformat() if span.last else ''}{mark}"
