"""The schedule: sums, scale, labels, the knowledge date, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest
from picture_inputs import BN, QUARTERS, SEVEN_YEARS, flow
from picture_reading import by_class, faults, parsed, text_boxes

from loopledger.errors import ModelError
from loopledger.report.figures import ScheduleBar, draw_schedule, schedule_table
from loopledger.report.figures.periods import axis_of


def words(svg):
    return [box.words for box in text_boxes(svg)]


def tooltips(svg):
    return [next(iter(cell)).text for cell in by_class(svg, "ll-cell") if len(cell)]


@pytest.mark.parametrize("n_quarters", [1, 2, 5, 8, 13, 21, 28])
def test_no_words_touch_whatever_the_span(n_quarters):
    bars = [bar for bar in SEVEN_YEARS if bar.period in QUARTERS[:n_quarters]]
    assert faults(draw_schedule(bars, title="t", known_on="2026-02-03")) == []


@pytest.mark.parametrize("last_year", [2036, 2040, 2060, 2120])
def test_no_words_touch_in_yearly_pictures(last_year):
    bars = [flow(str(year), "compute", 1, 2, 3) for year in range(2026, last_year + 1)]
    assert faults(draw_schedule(bars, title="t", known_on=date(2026, 11, 24))) == []


def test_bar_heights_are_proportional_and_the_surest_lies_on_the_axis():
    bars = [
        flow("2026Q1", "s", 1, 2, 4, "optional"),
        flow("2026Q1", "s", 3, 3, 3),
        flow("2026Q1", "f", 0, 1, 2, role="funding"),
    ]
    sure, optional, funding = by_class(draw_schedule(bars, title="t"), "ll-cell")
    height, top = (lambda cell: float(cell.get("height"))), (lambda cell: float(cell.get("y")))
    assert height(sure) / 3 == pytest.approx(height(optional) / 2, rel=1e-3)
    assert height(sure) / 3 == pytest.approx(height(funding), rel=1e-3)
    zero = top(sure) + height(sure)
    assert top(optional) + height(optional) == pytest.approx(top(sure), abs=0.02)
    assert top(funding) == pytest.approx(zero, abs=0.02)


def test_flows_of_one_series_and_certainty_are_added_bound_by_bound():
    bars = [flow("2026Q1", "s", 1, 2, 4), flow("2026Q1", "s", 0, 1, 1)]
    assert tooltips(draw_schedule(bars, title="t")) == ["2026Q1, s: $3.00bn, 1.00 to 5.00, contracted"]


def test_more_than_forty_quarters_become_years():
    forty = [flow(f"{2026 + n // 4}Q{n % 4 + 1}", "s", 1, 1, 1) for n in range(40)]
    assert not axis_of(bar.period for bar in forty).yearly
    axis = axis_of(bar.period for bar in (*forty, flow("2036Q1", "s", 1, 1, 1)))
    assert (axis.yearly, axis.first, axis.n_periods) == (True, 2026, 11)
    svg = draw_schedule((*forty, flow("2036Q1", "s", 1, 1, 1)), title="t")
    assert tooltips(svg)[0] == "2026, s: $4.00bn, contracted"


def test_quiet_quarters_keep_their_place():
    cells = by_class(
        draw_schedule([flow("2026Q1", "s", 1, 1, 1), flow("2026Q4", "s", 1, 1, 1)], title="t"), "ll-cell"
    )
    assert float(cells[1].get("x")) - float(cells[0].get("x")) == pytest.approx(
        3 * (720 - 8 - 46) / 4, abs=0.02
    )


def test_the_knowledge_date_is_marked_inside_and_told_outside():
    bars = [flow("2026Q4", "s", 1, 2, 3)]
    assert "known on 2026-11-24" in words(draw_schedule(bars, title="t", known_on="2026-11-24"))
    assert any(
        "Known on 2020-01-01." in line
        for line in words(draw_schedule(bars, title="t", known_on="2020-01-01"))
    )


def test_certainties_differ_without_colour():
    bars = [
        flow("2026Q1", "s", 1, 1, 1, certainty)
        for certainty in ("contracted", "conditional", "optional", "indicative")
    ]
    cells = by_class(draw_schedule(bars, title="t"), "ll-cell")
    looks = [(cell.get("fill"), cell.get("stroke-dasharray")) for cell in cells]
    assert looks[0] == (None, None)
    assert "-conditional-" in looks[1][0]
    assert "-optional-" in looks[2][0]
    assert looks[3] == (None, "3 2")


def test_many_series_share_the_last_colour():
    bars = [flow("2026Q1", f"series {n}", 1, 1, 1 + n) for n in range(6)]
    assert {"series 5", "series 4", "series 3", "3 other payment series"} <= set(
        words(draw_schedule(bars, title="t"))
    )


def test_the_order_of_the_input_does_not_matter_to_what_is_drawn():
    bars = [flow(q, s, 1, 2, 3) for q in QUARTERS[:3] for s in ("a", "b")]
    assert tooltips(draw_schedule(bars, title="t")) == tooltips(draw_schedule(bars[::-1], title="t"))


def test_table_twin_runs_in_order_of_time():
    header, rows = schedule_table(
        [flow("2027Q1", "b", 1, 2, 3, "optional"), flow("2026Q4", "a", 0, 0.25, 1, role="funding")]
    )
    assert header == ("Period", "Series", "Direction", "Certainty", "Low", "Central", "High")
    assert rows == (
        ("2026Q4", "a", "funding", "contracted", "$0", "$250m", "$1.00bn"),
        ("2027Q1", "b", "purchase", "optional", "$1.00bn", "$2.00bn", "$3.00bn"),
    )


def test_the_description_sums_both_sides():
    desc = next(
        node.text for node in parsed(draw_schedule(SEVEN_YEARS, title="t")) if node.tag.endswith("desc")
    )
    assert desc.startswith("Payments from 2026Q1 to 2032Q4. Purchases add up to $42.0bn")
    assert "Funding add up to $4.00bn, 0 to 5.00; the largest period is 2026Q1." in desc


@pytest.mark.parametrize("bars", [(), (flow("2026Q1", "s", 0, 0, 0),)], ids=["none", "zero"])
def test_an_empty_schedule_is_refused(bars):
    with pytest.raises(ModelError, match="at least one payment above zero"):
        draw_schedule(bars, title="t")


@pytest.mark.parametrize("period", ["", "2026Q5", "Q1", "26", "2026-07", "٢٠٢٦"])
def test_unreadable_periods_are_refused(period):
    with pytest.raises(ModelError, match="not a period"):
        draw_schedule([flow(period, "s", 1, 1, 1)], title="t")


def test_faulty_bars_and_dates_are_refused():
    with pytest.raises(ModelError, match="certainty"):
        ScheduleBar(period="2026Q1", series="s", low=0, central=0, high=BN, certainty="sure")
    with pytest.raises(ModelError, match="low <= central"):
        flow("2026Q1", "s", 2, 1, 3)
    with pytest.raises(ModelError, match="knowledge date"):
        draw_schedule([flow("2026Q1", "s", 1, 1, 1)], title="t", known_on="soon")


def test_grid_lines_end_where_the_plot_ends():
    """Both sides use the step that the plot was made for, also where rounding up has widened the plot."""
    bars = [
        ScheduleBar(period="2026Q1", series="a", low=14e9, central=14e9, high=14e9),
        ScheduleBar(period="2026Q1", series="b", low=15.9e9, central=15.9e9, high=15.9e9, role="funding"),
    ]
    numbers = [box.words for box in text_boxes(draw_schedule(bars, title="t")) if box.words.isdecimal()]
    assert numbers == ["0", "5", "10", "15", "5", "10", "15", "20", "2026"]
