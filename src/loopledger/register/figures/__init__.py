"""Observations as figures: measures, calendars, series, quarters, and filings of the SEC.

:func:`observe` gives a measure of a party over time with every source kept, :func:`quarters_of` turns it into
quarters with the arithmetic kept, :func:`read_companyfacts` reads filings, :func:`propose_rows` holds them
against the register.
"""

from loopledger.register.figures.calendars import (
    CalendarCheck,
    FiscalCalendar,
    calendar_quarter,
    check_calendars,
    load_calendars,
)
from loopledger.register.figures.companyfacts import CompanyFacts, read_companyfacts
from loopledger.register.figures.metrics import Break, Metric, Nature, find_metric, load_metrics, load_tags
from loopledger.register.figures.periods import Span, read_label
from loopledger.register.figures.proposals import (
    Offer,
    Proposal,
    added_rows,
    offered_rows,
    propose_rows,
    rows_text,
)
from loopledger.register.figures.quarters import QuarterFigure, Refusal, quarters_of
from loopledger.register.figures.series import Beside, Figure, Point, Series, Standing, observe, series_of

__all__ = [
    "Beside",
    "Break",
    "CalendarCheck",
    "CompanyFacts",
    "Figure",
    "FiscalCalendar",
    "Metric",
    "Nature",
    "Offer",
    "Point",
    "Proposal",
    "QuarterFigure",
    "Refusal",
    "Series",
    "Span",
    "Standing",
    "added_rows",
    "calendar_quarter",
    "check_calendars",
    "find_metric",
    "load_calendars",
    "load_metrics",
    "load_tags",
    "observe",
    "offered_rows",
    "propose_rows",
    "quarters_of",
    "read_companyfacts",
    "read_label",
    "rows_text",
    "series_of",
]
