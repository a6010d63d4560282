"""Amounts and capacities: literals, bounds, intervals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.units import (
    Amount,
    Bound,
    BoundFactors,
    Capacity,
    Interval,
    format_amount,
    format_capacity,
    parse_amount,
    parse_capacity,
)

SINGLE = [bound for bound in Bound if bound is not Bound.RANGE]
#: What the grammar holds: at most 15 digits before the point and 9 after it.
FIGURES = st.decimals(min_value=0, max_value=Decimal(999999999999999), places=2) | st.integers(
    min_value=0, max_value=10**15 - 1
).map(Decimal)
CURRENCIES = st.sampled_from(["USD", "EUR", "GBP", "JPY", "KRW", "CHF", "NOK", "SAR"])


@st.composite
def amounts(draw):
    currency = draw(CURRENCIES)
    if draw(st.booleans()):
        low, high = sorted([draw(FIGURES), draw(FIGURES)])
        if low != high:
            return Amount(low=low, high=high, currency=currency, bound=Bound.RANGE)
    return Amount.of(draw(FIGURES), currency, draw(st.sampled_from(SINGLE)))


@st.composite
def capacities(draw):
    figure = st.decimals(min_value=0, max_value=10**6, places=3)
    if draw(st.booleans()):
        low, high = sorted([draw(figure), draw(figure)])
        if low != high:
            return Capacity(low=low, high=high, bound=Bound.RANGE)
    return Capacity.of(draw(figure), draw(st.sampled_from(SINGLE)))


@given(amounts())
def test_printing_then_parsing_an_amount_is_the_identity(amount):
    assert parse_amount(format_amount(amount)) == amount


@given(capacities())
def test_printing_then_parsing_a_capacity_is_the_identity(capacity):
    assert parse_capacity(format_capacity(capacity)) == capacity


@given(amounts())
def test_the_interval_holds_the_promise(amount):
    interval = amount.interval(BoundFactors())
    assert 0 <= interval.low <= interval.central <= interval.high
    assert interval.low <= float(amount.value) <= interval.high


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("USD 30 bn", Interval(30e9, 30e9, 30e9)),
        ("about USD 30 bn", Interval(27e9, 30e9, 33e9)),
        ("up to USD 15 bn", Interval(0, 12e9, 15e9)),
        ("at least USD 10 bn", Interval(10e9, 10e9, 12.5e9)),
        ("USD 18 bn to 22 bn", Interval(18e9, 20e9, 22e9)),
    ],
)
def test_what_a_bound_says_about_the_size(literal, expected):
    interval = parse_amount(literal).interval(BoundFactors())
    assert interval.as_tuple() == pytest.approx(expected.as_tuple(), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "literal"),
    [
        ("as much as $15 billion", "up to USD 15 bn"),
        ("more than €1.5bn", "at least EUR 1.5 bn"),
        ("roughly 300 million dollars", "about USD 300 m"),
        ("$17.4bn to $19.4bn", "USD 17.4 bn to 19.4 bn"),
        ("USD 1,400,000,000,000", "USD 1.4 tn"),
    ],
)
def test_prose_becomes_the_canonical_literal(words, literal):
    assert format_amount(parse_amount(words)) == literal


@pytest.mark.parametrize("text", ["", "thirty", "USD", "30 bn", "USD 30 bn and more", "USD 5 bn to 3 bn"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("low", "high", "bound"),
    [("-1", "-1", Bound.EXACT), ("NaN", "NaN", Bound.EXACT), ("1", "2", Bound.EXACT), ("2", "1", Bound.RANGE),
     ("1", "1", Bound.RANGE)],
)  # fmt: skip
def test_figures_that_fit_no_bound_are_refused(low, high, bound):
    with pytest.raises(ValueError, match=r"quantity|bound"):
        Amount(low=Decimal(low), high=Decimal(high), currency="USD", bound=bound)


@pytest.mark.parametrize("currency", ["usd", "US", "ÄÖÜ"])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(ValueError, match="ISO 4217"):
        Amount.of(1, currency)


def test_megawatts_print_as_gigawatts_from_a_thousand_on():
    assert [format_capacity(Capacity.of(mw)) for mw in (999, 1000, "1250.5")] == [
        "999 MW",
        "1 GW",
        "1.2505 GW",
    ]
