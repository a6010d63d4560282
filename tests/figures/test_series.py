"""Sources beside each other: which figure stands, what it replaces, what contradicts it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from loopledger.errors import NotFoundError
from loopledger.register import BUNDLED, load_register
from loopledger.register.figures import Standing, observe, quarters_of, series_of
from loopledger.units import Bound


def test_the_two_rows_of_a_range_are_one_interval(rows_of):
    [series] = series_of(
        rows_of(
            "CY2026,2026-12-31,guidance_capex,31e9,range_low,primary,2026-05-07",
            "CY2026,2026-12-31,guidance_capex,35e9,range_high,primary,2026-05-07",
        )
    )
    [point] = series.points
    assert (point.figure.low, point.figure.high, point.figure.bound) == (31 * 10**9, 35 * 10**9, Bound.RANGE)
    assert len(point.figure.rows) == 2


def test_half_a_range_is_an_open_bound(rows_of):
    [series] = series_of(rows_of("CY2026,2026-12-31,guidance_capex,31e9,range_low,primary,2026-05-07"))
    figure = series.points[0].figure
    assert (figure.low, figure.high, figure.bound) == (31 * 10**9, None, Bound.AT_LEAST)


def test_sources_that_differ_stand_beside_each_other_and_are_never_averaged(rows_of):
    [series] = series_of(
        rows_of(
            "2025Q1,2025-03-31,revenue,100e6,exact,relayed,2025-05-02",
            "2025Q1,2025-03-31,revenue,90e6,exact,primary,2025-04-25",
        )
    )
    [point] = series.conflicts
    assert point.figure.value == Decimal("90e6")
    assert [(b.figure.value, b.standing) for b in point.beside] == [(Decimal("100e6"), Standing.DIFFERS)]


@pytest.mark.parametrize(
    ("coarse", "fine", "standing"),
    [
        ("6.8e9", "6787000000", Standing.AGREES),  # the same to the last digit stated
        ("6.7e9", "6787000000", Standing.DIFFERS),
        ("1e10", "12e9", Standing.DIFFERS),  # a round figure is not a licence
        ("1e10", "10.2e9", Standing.AGREES),
    ],
)
def test_figures_agree_to_the_digits_of_the_coarser(rows_of, coarse, fine, standing):
    [series] = series_of(
        rows_of(
            f"2025Q1,2025-03-31,revenue,{fine},exact,primary,2025-04-25",
            f"2025Q1,2025-03-31,revenue,{coarse},about,reported,2025-04-26",
        )
    )
    assert series.points[0].beside[0].standing is standing


def test_a_later_filing_supersedes_an_earlier_one_and_later_guidance_the_earlier(rows_of):
    [capex, guidance] = series_of(
        rows_of(
            "2023Q1,2023-03-31,capex_cash,6842e6,exact,primary,2023-04-27",
            "2023Q1,2023-03-31,capex_cash,6823e6,exact,primary,2024-04-25",
            "CY2026,2026-12-31,guidance_capex,30e9,exact,primary,2026-02-01",
            "CY2026,2026-12-31,guidance_capex,33e9,exact,relayed,2026-05-01",
        )
    )
    assert capex.points[0].figure.value == 6823 * 10**6
    assert capex.points[0].beside[0].standing is Standing.SUPERSEDED
    assert guidance.points[0].figure.value == 33 * 10**9
    assert guidance.points[0].beside[0].standing is Standing.SUPERSEDED


def test_definitions_that_change_part_the_series(bundled):
    [series] = observe(bundled, party="nvidia", metric="supply_commitments")
    assert [(p.period, p.segment) for p in series.points] == [
        ("FY2025Q4", 0), ("FY2026Q3", 0), ("FY2026Q4", 1), ("FY2027Q1", 2), ("FY2027Q2", 2),
    ]  # fmt: skip
    assert [b.on for b in series.breaks] == [date(2025, 10, 27), date(2026, 1, 26)]


def test_no_later_figure_is_seen_on_an_earlier_day():
    register = load_register(BUNDLED)
    for day in (date(2024, 6, 30), date(2025, 9, 30), date(2026, 2, 28)):
        for series in observe(register.known_on(day)):
            for point in series.points:
                figures = [point.figure, *(b.figure for b in point.beside)]
                assert all(row.known_on <= day for figure in figures for row in figure.rows)


def test_every_row_of_the_bundle_is_in_exactly_one_figure(bundled):
    seen = [
        (row.file, row.line)
        for series in observe(bundled)
        for point in series.points
        for figure in (point.figure, *(b.figure for b in point.beside))
        for row in figure.rows
    ]
    assert len(seen) == len(set(seen)) == len(bundled.observations)


def test_what_nobody_reported_is_not_found(bundled):
    with pytest.raises(NotFoundError, match="no figure of nvidea") as caught:
        observe(bundled, party="nvidea")
    assert caught.value.hint == 'did you mean "nvidia"?'
    with pytest.raises(NotFoundError, match="no figure of nvidia revenu") as caught:
        observe(bundled, party="nvidia", metric="revenu")
    assert caught.value.hint == 'did you mean "revenue"?'


def test_a_measure_without_a_definition_is_shown_and_never_added(rows_of):
    [series] = series_of(
        rows_of(
            "2025Q1,2025-03-31,flux,10,exact,primary,2025-04-25",
            "2025H1,2025-06-30,flux,30,exact,primary,2025-07-25",
        )
    )
    assert (series.metric.says, series.metric.additive) == ("No definition", False)
    assert [q.period for q in quarters_of(series)[0]] == ["2025Q1"]


def test_two_labels_of_one_period_are_one_period(rows_of):
    year, balance = series_of(
        rows_of(
            "FY2025,2025-12-31,revenue,100,exact,primary,2026-02-01",
            "2025,2025-12-31,revenue,90,exact,reported,2026-01-15",
            "TTM2025Q4,2025-12-31,revenue,100,about,relayed,2026-03-01",
            "2025Q4,2025-12-31,rpo,7,exact,primary,2026-02-01",
            "FY2025,2025-12-31,rpo,8,exact,relayed,2026-02-02",
            "2025Q4,2025-12-31,revenue,30,exact,primary,2026-02-01",
        )
    )
    assert [(p.period, len(p.beside)) for p in year.points] == [("FY2025", 2), ("2025Q4", 0)]
    assert [b.standing for b in year.points[0].beside] == [Standing.DIFFERS, Standing.AGREES]
    [point] = balance.points
    assert (point.period, point.beside[0].standing) == ("2025Q4", Standing.DIFFERS)
