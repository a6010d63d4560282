"""Amounts in words, text metric, and boxes on a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.errors import ModelError
from loopledger.report.figures import format_range, format_short
from loopledger.report.figures.settle import settle
from loopledger.report.figures.text import clean, text_width, wrap


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        (15e9, "USD", "$15.0bn"),
        (1.3e9, "EUR", "EUR 1.30bn"),
        (250e6, "USD", "$250m"),
        (999.6e6, "USD", "$1.00bn"),
        (999.4e6, "USD", "$999m"),
        (1.4e12, "USD", "$1.40tn"),
        (1234e12, "USD", "$1,230tn"),
        (87_654, "USD", "$87.7k"),
        (950, "GBP", "GBP 950"),
        (0.5, "USD", "$0.500"),
        (0, "USD", "$0"),
        (-2e9, "USD", "-$2.00bn"),
    ],
)
def test_short_amounts_have_three_significant_digits(value, currency, written):
    assert format_short(value, currency) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_amount_that_is_no_number_is_refused(value):
    with pytest.raises(ModelError, match="finite"):
        format_short(value, "USD")


@pytest.mark.parametrize(
    ("amounts", "written"),
    [
        ((0, 15e9, 15e9), "$15.0bn, 0 to 15.0"),
        ((5.4e9, 12.3e9, 16.5e9), "$12.3bn, 5.4 to 16.5"),
        ((30e9, 30e9, 30e9), "$30.0bn"),
        ((200e6, 800e6, 1.2e9), "$800m, 200m to 1.20bn"),
        ((2e6, 5e9, 9e9), "$5.00bn, 2.00m to 9.00bn"),
        ((0, 0, 3e9), "$0, 0 to 3.00bn"),
        ((None, None, None), "no price public"),
    ],
)
def test_ranges_share_the_unit_of_the_central_amount(amounts, written):
    assert format_range(*amounts) == written


@given(st.text(max_size=80), st.floats(30, 300), st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_silently(text, width, max_lines):
    wrapped = wrap(text, width, 12, max_lines=max_lines)
    assert len(wrapped.lines) <= max_lines
    assert all(text_width(line, 12) <= width for line in wrapped.lines)
    if not wrapped.shortened:
        assert "".join(wrapped.lines).replace(" ", "") == clean(text).replace(" ", "")


@given(
    st.lists(
        st.tuples(st.floats(-500, 500), st.floats(0, 50), st.floats(0, 50), st.floats(0.1, 9)), max_size=12
    )
)
def test_settled_boxes_keep_order_and_distance(boxes):
    wanted, before, after, weights = ([box[k] for box in boxes] for k in range(4))
    settled = settle(wanted, before, after, weights)
    for n in range(1, len(settled)):
        assert settled[n] - settled[n - 1] >= after[n - 1] + before[n] - 1e-6
    if all(wanted[n] - wanted[n - 1] >= after[n - 1] + before[n] for n in range(1, len(wanted))):
        assert settled == pytest.approx(wanted, abs=1e-6)


def test_settled_boxes_stay_within():
    assert settle([-5, 200], [10, 10], [10, 10], within=(0, 100)) == [10, 90]
