"""Spans of dates and quarters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.units import DateSpan, Quarter, format_span, parse_span

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@st.composite
def spans(draw):
    first, last = sorted([draw(DAYS), draw(DAYS)])
    ends = draw(st.sampled_from([(first, last), (first, first), (first, None), (None, last)]))
    return DateSpan(first=ends[0], last=ends[1], approximate=draw(st.booleans()))


@given(spans())
def test_printing_then_parsing_a_span_is_the_identity(span):
    assert parse_span(format_span(span)) == span


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-07-15", date(2026, 7, 15), date(2026, 7, 15)),
        ("2026-33", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-36", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-40", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-41", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026/2027-03", date(2026, 1, 1), date(2027, 3, 31)),
        ("2026/..", date(2026, 1, 1), None),
        ("../2026-06", None, date(2026, 6, 30)),
    ],
)
def test_the_days_of_a_literal(literal, first, last):
    span = parse_span(literal)
    assert (span.first, span.last, span.approximate) == (first, last, False)
    assert parse_span(format_span(span)) == span


@pytest.mark.parametrize(
    ("literal", "canonical"),
    [
        ("2026-01/2026-12", "2026"),
        ("2026-07/2026-09", "2026-35"),
        ("2026/2027-03", "2026-01-01/2027-03-31"),
        ("2026/..", "2026-01-01/.."),
        ("2026-07-15~", "2026-07-15~"),
    ],
)
def test_the_canonical_literal_is_one_point_where_there_is_one(literal, canonical):
    assert format_span(parse_span(literal)) == canonical


def test_a_hedge_marks_the_span():
    assert parse_span("2026-07~") == DateSpan(
        first=date(2026, 7, 1), last=date(2026, 7, 31), approximate=True
    )


@pytest.mark.parametrize(
    "literal", ["", "..", "../..", "2026-13", "2026-02-30", "26", "soon", "2027/2026", "/"]
)
def test_what_is_no_span_is_refused(literal):
    with pytest.raises(ValueError, match="not a date or span"):
        parse_span(literal)


@given(DAYS, st.integers(min_value=-400, max_value=400))
def test_quarters_shift_and_hold_their_days(day, n_quarters):
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.shifted(n_quarters).shifted(-n_quarters) == quarter
    assert Quarter.parse(str(quarter)) == quarter


def test_a_quarter_by_name():
    assert str(Quarter.parse("2026-q3")) == "2026Q3"
    assert (Quarter.parse("2026Q3").first, Quarter.parse("2026Q3").last) == (
        date(2026, 7, 1),
        date(2026, 9, 30),
    )
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse("2026Q5")
