"""Observations: typed rows, placed faults, known on a day."""

from datetime import date
from decimal import Decimal

import pytest

from loopledger.register import TEACHING, ObservationBound, load_register
from loopledger.register.observations import COLUMNS, known_on, read_observations

HEADER = ",".join(COLUMNS)
GOOD = "fjord,2025Q2,2025-06-30,revenue,42000000000,usd,exact,primary,https://example.org/r,2025-07-30,a note"


def test_a_row_is_typed():
    [row], problems = read_observations(f"{HEADER}\n{GOOD}\n", "observations/x.csv")
    assert problems == []
    assert (row.party, row.period, row.period_end, row.metric) == (
        "fjord",
        "2025Q2",
        date(2025, 6, 30),
        "revenue",
    )
    assert (row.value, row.unit, row.bound, row.grade) == (
        Decimal(42 * 10**9),
        "usd",
        ObservationBound.EXACT,
        "primary",
    )
    assert (row.known_on, row.note, row.file, row.line) == (
        date(2025, 7, 30),
        "a note",
        "observations/x.csv",
        2,
    )


def test_quoted_fields_may_hold_commas_and_line_breaks():
    text = f'{HEADER}\n{GOOD[:-6]}"one, two\nthree"\n{GOOD}\n'
    rows, problems = read_observations(text, "x.csv")
    assert problems == []
    assert [(row.line, row.note) for row in rows] == [(2, "one, two\nthree"), (4, "a note")]


def test_every_fault_of_every_row_is_told():
    text = "\n".join(
        [HEADER, GOOD.replace("42000000000", "42 bn").replace("exact", "exakt"), GOOD + ",more", GOOD, ""]
    )
    rows, problems = read_observations(text, "x.csv")
    assert [row.line for row in rows] == [4]
    assert sorted((p.code, p.at.line, p.at.column) for p in problems) == [
        ("RG132", 2, 33), ("RG134", 2, 43), ("RG137", 3, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["", "nan", "inf", "1e30", "1,000", "0x10", "1_000", " 1", "\u0661\u0662"])
def test_what_is_no_number(value):
    _, problems = read_observations(f"{HEADER}\n{GOOD.replace('42000000000', value)}\n", "x.csv")
    assert {p.code for p in problems} <= {"RG132", "RG137"}
    assert problems


def test_an_empty_file_and_a_file_without_rows():
    rows, problems = read_observations("", "x.csv")
    assert (rows, [(p.code, p.at.line) for p in problems]) == ([], [("RG105", 1)])
    assert read_observations(HEADER + "\n", "x.csv") == ([], [])


def test_a_quotation_that_never_ends():
    _, problems = read_observations(f'{HEADER}\nfjord,"2025', "x.csv")
    assert [(p.code, p.at.line) for p in problems] == [("RG136", 2)]


@pytest.mark.parametrize(
    ("published", "day"),
    [("2025-02-03", date(2025, 2, 3)), ("2024-02", date(2024, 2, 29)), ("2025", date(2025, 12, 31))],
)
def test_a_partial_date_counts_as_its_last_day(published, day):
    assert known_on(published) == day


def test_rows_are_known_from_their_publication():
    register = load_register(TEACHING)
    seen = {
        day: [row.metric for row in register.known_on(day).observations if row.party == "fjord"]
        for day in (date(2025, 7, 29), date(2025, 7, 30), date(2025, 8, 30), date(2025, 8, 31))
    }
    assert list(seen.values()) == [
        [], ["revenue", "capex_cash"], ["revenue", "capex_cash"], ["revenue", "capex_cash", "rpo"],
    ]  # fmt: skip
