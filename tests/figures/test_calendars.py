"""Fiscal calendars agree with the periods that the rows themselves state."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.register import BUNDLED, load_register
from loopledger.register.figures import calendar_quarter, check_calendars, load_calendars, read_label


@pytest.fixture(scope="module")
def rows():
    return load_register(BUNDLED).observations


def test_the_calendars_are_those_of_the_rows(rows):
    calendars = load_calendars()
    checks = check_calendars(rows, calendars)
    assert {p: checks[p].ends for p in calendars} == {p: c.ends for p, c in calendars.items()}
    assert [check for check in checks.values() if check.disagree] == []
    assert sum(check.n_agree for check in checks.values()) == 1574
    assert set(checks) - set(calendars) == {"derived", "pjm"}


def test_a_label_that_does_not_fit_its_end_is_found(rows):
    from dataclasses import replace

    row = next(r for r in rows if r.party == "nvidia" and r.period == "FY2026Q3" and r.metric == "revenue")
    wrong = replace(row, period_end=date(2026, 10, 26))
    check = check_calendars([row, wrong], load_calendars())["nvidia"]
    assert (check.n_agree, check.disagree) == (1, (wrong,))


@pytest.mark.parametrize(
    ("end", "quarter", "offset"),
    [
        (date(2025, 10, 26), "2025Q3", 26),  # Nvidia
        (date(2026, 2, 28), "2026Q1", -31),  # Oracle
        (date(2025, 11, 2), "2025Q3", 33),  # Broadcom
        (date(2026, 9, 3), "2026Q3", -27),  # Micron
        (date(2026, 6, 30), "2026Q2", 0),
        (date(2027, 1, 31), "2026Q4", 31),
    ],
)
def test_a_fiscal_quarter_belongs_to_the_nearest_calendar_quarter(end, quarter, offset):
    found, offset_days = calendar_quarter(end)
    assert (str(found), offset_days) == (quarter, offset)


def test_a_quarter_that_ends_in_the_middle_of_one_belongs_to_none():
    assert calendar_quarter(date(2026, 8, 17)) is None


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_the_offset_is_the_distance_to_the_end_of_the_quarter(end):
    found = calendar_quarter(end)
    if found is not None:
        quarter, offset = found
        assert quarter.last + timedelta(days=offset) == end
        assert abs(offset) <= 38


def test_consecutive_quarters_of_a_party_are_consecutive_in_the_calendar():
    for calendar in load_calendars().values():
        ends = [calendar.nominal_end(year, q) for year in (2024, 2025, 2026) for q in (1, 2, 3, 4)]
        indices = [calendar_quarter(end)[0].index for end in ends]
        assert indices == list(range(indices[0], indices[0] + 12)), calendar.party


def test_labels_place_and_read_back():
    microsoft, meta = load_calendars()["microsoft"], load_calendars()["meta"]
    assert microsoft.place(date(2026, 6, 30)) == (2026, 4)
    assert microsoft.place(date(2026, 5, 15)) is None
    assert [microsoft.label(2026, n, n) for n in (1, 2, 3, 4)] == [
        "FY2026Q1", "FY2026H1", "FY2026Q1-Q3", "FY2026",
    ]  # fmt: skip
    assert meta.label(2025, 2) == "2025Q2"
    span = read_label("FY2026Q1-Q3")
    assert (span.year, span.quarter, span.n_quarters, span.is_year_to_date) == (2026, 3, 3, True)
    assert read_label("TTM2026Q2").n_quarters == 4
    assert not read_label("TTM2026Q2").is_year_to_date
    assert read_label("2026-2029") is None
