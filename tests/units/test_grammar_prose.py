"""Quantities as prose states them, and the round trip through the register's literals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.units import (
    Amount,
    Bound,
    Capacity,
    format_amount,
    format_capacity,
    parse_amount,
    parse_capacity,
)
from loopledger.units.grammar import find_amounts, find_capacities, find_counts

FIGURES = st.decimals(min_value=0, max_value=Decimal(10) ** 30, allow_nan=False, allow_infinity=False)
BOUNDS = st.sampled_from([b for b in Bound if b is not Bound.RANGE])


@given(FIGURES, BOUNDS, st.sampled_from(["USD", "EUR", "KRW", "XYZ"]))
def test_a_printed_amount_reads_back_the_same(value, bound, currency):
    amount = Amount.of(value, currency, bound)
    assert parse_amount(format_amount(amount)) == amount


@given(FIGURES, FIGURES, st.sampled_from(["USD", "JPY"]))
def test_a_printed_range_reads_back_the_same(one, other, currency):
    low, high = sorted((one, other))
    if low == high:
        return
    amount = Amount(low=low, high=high, currency=currency, bound=Bound.RANGE)
    assert parse_amount(format_amount(amount)) == amount
    capacity = Capacity(low=low, high=high, bound=Bound.RANGE)
    assert parse_capacity(format_capacity(capacity)) == capacity


@given(FIGURES, BOUNDS)
def test_a_printed_capacity_reads_back_the_same(value, bound):
    capacity = Capacity.of(value, bound)
    assert parse_capacity(format_capacity(capacity)) == capacity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as much as $15 billion", "up to USD 15 bn"),
        ("up to an additional $5 billion", "up to USD 5 bn"),
        ("$4 billion or more", "at least USD 4 bn"),
        ("no fewer than 3 million pounds", "at least GBP 3 m"),
        ("just under 2 billion euros", "about EUR 2 bn"),
        ("half a trillion yen", "USD 500 bn".replace("USD", "JPY")),
        ("a quarter of a billion dollars", "USD 250 m"),
        ("one and a half billion kroner", "NOK 1.5 bn"),
        ("twenty-five million francs", "CHF 25 m"),
        ("a dozen million dollars", "USD 12 m"),
        ("a 1.35-billion-euro rescue", "EUR 1.35 bn"),
        ("between 300 million and 450 million euros", "EUR 300 m to 450 m"),
        ("$5-7 billion", "USD 5 bn to 7 bn"),
        ("$17 billion to $19 billion", "USD 17 bn to 19 bn"),
        ("RMB 47 billion", "CNY 47 bn"),
        ("Rs 1,200 crore", "INR 12 bn"),
        ("C$53 million", "CAD 53 m"),
        ("22.8 trillion won", "KRW 22.8 tn"),
        ("£1.2bn", "GBP 1.2 bn"),
    ],
)
def test_prose_amounts(text, expected):
    assert [format_amount(m.value) for m in find_amounts(f"It has {text}, they said")] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$600 million and $750 million", ["USD 600 m", "USD 750 m"]),
        ("from $1.8 billion to $3.2 billion", ["USD 1.8 bn", "USD 3.2 bn"]),
        ("$1 billion to 40 firms", ["USD 1 bn"]),
        ("in 2023 won a contract", []),
        ("-$40 billion, minus 3 dollars", []),
        ("$12,34,56,789 and 1.7.3.9 billion dollars", []),
        ("$ $ $ up to up to", []),
    ],
)
def test_two_sums_are_not_a_range_and_noise_is_no_sum(text, expected):
    assert [format_amount(m.value) for m in find_amounts(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a dozen gigawatts", ["12 GW"]),
        ("more than a gigawatt of power", ["at least 1 GW"]),
        ("a 240-megawatt campus", ["240 MW"]),
        ("between 1 and 4 gigawatts", ["1 GW to 4 GW"]),
        ("$32 a megawatt-hour and 18 gigawatt-hours", []),
        ("minus 3 gigawatts", []),
    ],
)
def test_prose_capacities(text, expected):
    assert [format_capacity(m.value) for m in find_capacities(text)] == expected


def test_counts_and_spans():
    text = "as many as 160 million shares over three years"
    assert [(text[m.start : m.end], int(m.value.value), m.value.bound) for m in find_counts(text)] == [
        ("as many as 160 million", 160_000_000, Bound.UP_TO),
        ("over three", 3, Bound.AT_LEAST),
    ]


@given(st.text(max_size=200))
def test_any_text_is_searched_without_an_error(text):
    for mention in find_amounts(text):
        assert 0 <= mention.start < mention.end <= len(text)


def test_a_million_digits_are_no_sum():
    assert list(find_amounts("$" + "9" * 1_000_000)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R1.6 billion", ["ZAR 1.6 bn"]),
        ("KSh 45 million", ["KES 45 m"]),
        ("Dh9.4bn", ["AED 9.4 bn"]),
        ("QR600m", ["QAR 600 m"]),
        ("Rmb4bn", ["CNY 4 bn"]),
        ("Rp5 trillion", ["IDR 5 tn"]),
        ("COP$5bn", ["COP 5 bn"]),
        ("E£5bn", ["EGP 5 bn"]),
        ("NIS 40m", ["ILS 40 m"]),
        ("the R1 model, the H100", []),
    ],
)
def test_currencies_as_the_local_press_writes_them(text, expected):
    assert [format_amount(m.value) for m in find_amounts(f"It costs {text}, they said")] == expected
