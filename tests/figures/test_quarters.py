"""Quarters: read off, subtracted with the arithmetic kept, or refused with the reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from loopledger.register.figures import observe, quarters_of, series_of
from loopledger.units import Bound


def _one(rows):
    [series] = series_of(rows)
    return quarters_of(series)


def test_the_fourth_quarter_is_the_year_less_three(rows_of):
    quarters, refusals = _one(
        rows_of(
            "2025Q1,2025-03-31,revenue,10,exact,primary,2025-04-25",
            "2025Q2,2025-06-30,revenue,20,exact,primary,2025-07-25",
            "2025Q3,2025-09-30,revenue,30,exact,primary,2025-10-25",
            "FY2025,2025-12-31,revenue,100,exact,primary,2026-02-01",
            party="meta",
        )
    )
    assert refusals == ()
    last = quarters[-1]
    assert (str(last.quarter), last.low, last.high, last.bound) == ("2025Q4", 40, 40, Bound.EXACT)
    assert last.arithmetic == "FY2025 - 2025Q1 - 2025Q2 - 2025Q3"
    assert [(t.sign, t.figure.value) for t in last.terms] == [(1, 100), (-1, 10), (-1, 20), (-1, 30)]


def test_year_to_date_figures_become_quarters(rows_of):
    quarters, _ = _one(
        rows_of(
            "FY2026Q1,2025-09-30,capex_cash,10,exact,primary,2025-10-25",
            "FY2026H1,2025-12-31,capex_cash,30,exact,primary,2026-01-25",
            "FY2026Q1-Q3,2026-03-31,capex_cash,60,exact,primary,2026-04-25",
            "FY2026,2026-06-30,capex_cash,100,exact,primary,2026-07-25",
            party="microsoft",
        )
    )
    assert [(str(q.quarter), q.period, q.low, q.arithmetic) for q in quarters] == [
        ("2025Q3", "FY2026Q1", 10, "FY2026Q1"),
        ("2025Q4", "FY2026Q2", 20, "FY2026H1 - FY2026Q1"),
        ("2026Q1", "FY2026Q3", 30, "FY2026Q1-Q3 - FY2026H1"),
        ("2026Q2", "FY2026Q4", 40, "FY2026 - FY2026Q1-Q3"),
    ]


def test_ends_of_ranges_are_subtracted_crosswise(rows_of):
    quarters, _ = _one(
        rows_of(
            "2025Q1,2025-03-31,revenue,10,range_low,primary,2025-04-25",
            "2025Q1,2025-03-31,revenue,12,range_high,primary,2025-04-25",
            "2025H1,2025-06-30,revenue,30,about,primary,2025-07-25",
            party="meta",
        )
    )
    assert (quarters[1].low, quarters[1].high, quarters[1].bound) == (18, 20, Bound.RANGE)


def test_an_open_bound_and_a_change_of_definition_are_refused(rows_of):
    _, [refusal] = _one(
        rows_of(
            "2025Q1,2025-03-31,revenue,10,at_least,primary,2025-04-25",
            "2025H1,2025-06-30,revenue,30,exact,primary,2025-07-25",
            party="meta",
        )
    )
    assert (refusal.period, refusal.why) == (
        "2025Q2", "2025H1 - 2025Q1: 2025Q1 is only known at_least",
    )  # fmt: skip
    quarters, refusals = _one(
        rows_of(
            "FY2027Q1,2026-04-26,revenue_networking,10,exact,primary,2026-05-25",
            "FY2027H1,2026-07-26,revenue_networking,30,exact,primary,2026-08-25",
            party="nvidia",
        )
    )
    assert [q.period for q in quarters] == ["FY2027Q1"]
    assert refusals[0].period == "FY2027Q2"
    assert refusals[0].why.startswith("FY2027H1 - FY2027Q1: the definition changes on 2026-04-27")


def test_a_restated_quarter_is_never_taken_from_a_year_that_was_not(rows_of):
    quarters, _ = _one(
        rows_of(
            "2023Q1,2023-03-31,capex_cash,6842,exact,primary,2023-04-27",
            "2023H1,2023-06-30,capex_cash,13058,exact,primary,2023-07-27",
            "2023Q1,2023-03-31,capex_cash,6823,exact,primary,2024-04-25",
            party="meta",
        )
    )
    assert [(q.period, q.low) for q in quarters] == [("2023Q1", 6823), ("2023Q2", 13058 - 6842)]


@pytest.mark.parametrize("metric", ["rpo", "guidance_revenue", "gross_margin_gaap"])
def test_nothing_but_a_flow_of_the_books_is_subtracted(rows_of, metric):
    quarters, refusals = _one(
        rows_of(
            f"2025Q1,2025-03-31,{metric},10,exact,primary,2025-04-25",
            f"2025H1,2025-06-30,{metric},30,exact,primary,2025-07-25",
            party="meta",
        )
    )
    assert ([q.period for q in quarters], refusals) == (["2025Q1"], ())


def test_a_balance_at_the_end_of_the_year_is_one_of_its_last_quarter(rows_of):
    quarters, _ = _one(rows_of("FY2024,2024-12-31,rpo,7,exact,primary,2025-02-01", party="google"))
    assert [(str(q.quarter), q.low) for q in quarters] == [("2024Q4", 7)]


def test_twelve_months_to_a_quarter_and_calendar_years_of_others_are_no_fiscal_year(rows_of):
    quarters, refusals = _one(
        rows_of(
            "TTM2026Q2,2026-06-30,capex_cash,70,exact,primary,2026-07-25",
            "CY2026,2026-12-31,capex_cash,80,exact,primary,2026-07-25",
            party="microsoft",
        )
    )
    assert (quarters, refusals) == ((), ())


def test_reported_quarters_of_the_bundle_fit_their_years(bundled):
    """Stated quarters differ from the subtraction by rounding alone, at most 1.3 % (AWS, to 0.1 bn)."""
    n_checked, worst = 0, Decimal(0)
    for series in observe(bundled):
        for quarter in quarters_of(series)[0]:
            if quarter.check is not None and quarter.low:
                n_checked += 1
                worst = max(worst, abs(quarter.check / quarter.low))
    assert n_checked == 114
    assert worst == Decimal(134) / 10600


def test_nothing_in_the_bundle_is_placed_in_a_wrong_calendar_quarter(bundled):
    [series] = observe(bundled, party="nvidia", metric="revenue")
    placed = {q.period: (str(q.quarter), q.offset_days) for q in quarters_of(series)[0]}
    assert placed["FY2026Q3"] == ("2025Q3", 26)
    assert placed["FY2024Q4"] == ("2023Q4", 28)
    assert len(placed) == 15
