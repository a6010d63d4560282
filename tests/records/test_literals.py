"""How records hold quantities: literal and mapping are one, and what is neither is refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from loopledger.records.literals import (
    AmountField,
    CapacityField,
    Day,
    Figure,
    PartialDate,
    plain_values,
    read_amount,
    read_capacity,
)
from loopledger.units import Amount, Bound, Capacity

AMOUNT, CAPACITY = TypeAdapter(AmountField), TypeAdapter(CapacityField)
FIGURES = st.integers(0, 10**15 - 1)


@st.composite
def raw_amounts(draw):
    """Draw an amount as file format 1 writes it."""
    currency = draw(st.sampled_from(["USD", "EUR", "JPY"]))
    low, high = sorted([draw(FIGURES), draw(FIGURES)])
    if draw(st.booleans()) and low != high:
        return {"low": low, "high": high, "currency": currency, "bound": "range"}
    bound = draw(st.sampled_from(["exact", "about", "up_to", "at_least"]))
    return {"value": low, "currency": currency, "bound": bound}


@given(raw_amounts())
def test_the_mapping_and_the_literal_are_the_same_amount(raw):
    amount = AMOUNT.validate_python(raw)
    literal = AMOUNT.dump_python(amount, mode="json")
    assert isinstance(literal, str)
    assert AMOUNT.validate_python(literal) == amount


@given(st.integers(0, 10**6))
def test_the_same_for_capacity(mw):
    capacity = CAPACITY.validate_python({"mw": mw, "bound": "up_to"})
    assert CAPACITY.validate_python(CAPACITY.dump_python(capacity, mode="json")) == capacity


def test_a_figure_without_bound_is_exact():
    assert read_amount({"value": 5, "currency": "USD"}) == Amount.of(5, "USD")
    assert read_capacity({"mw": Decimal("2.5")}) == Capacity.of("2.5")


def test_what_is_an_amount_already_stays():
    amount = Amount.of(1, "USD", Bound.UP_TO)
    assert read_amount(amount) is amount


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({"value": "5", "currency": "USD"}, "quantity_number"),
        ({"value": True, "currency": "USD"}, "quantity_number"),
        ({"value": None, "currency": "USD"}, "quantity_number"),
        ({"value": -5, "currency": "USD"}, "quantity_size"),
        ({"value": Decimal("NaN"), "currency": "USD"}, "quantity_size"),
        ({"value": float("inf"), "currency": "USD"}, "quantity_size"),
        ({"value": 10**19, "currency": "USD"}, "quantity_size"),
        ({"value": 5, "currency": "usd"}, "quantity_currency"),
        ({"value": 5, "currency": 5}, "quantity_currency"),
        ({"value": 5, "currency": "USD", "bound": "upto"}, "quantity_bound"),
        ({"value": 5, "currency": "USD", "bound": []}, "quantity_bound"),
        ({"value": 5, "currency": "USD", "bound": "range"}, "quantity_shape"),
        ({"low": 5, "high": 6, "currency": "USD"}, "quantity_shape"),
        ({"low": 6, "high": 5, "currency": "USD", "bound": "range"}, "quantity_order"),
        ({"low": 5, "high": 5, "currency": "USD", "bound": "range"}, "quantity_order"),
        ({"vlaue": 5, "currency": "USD"}, "quantity_key"),
        ("USD -5 bn", "quantity_size"),
        ("USD nan bn", "quantity_size"),
        ({"value": 5}, "quantity_shape"),
        ({}, "quantity_shape"),
        ([], "quantity_shape"),
        (5, "quantity_shape"),
        ("a lot of money", "value_error"),
    ],
)
def test_what_is_no_amount_says_why(raw, kind):
    with pytest.raises(ValidationError) as caught:
        AMOUNT.validate_python(raw)
    assert [error["type"] for error in caught.value.errors()] == [kind]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [({"mw": "1"}, "quantity_number"), ({"mw": 1, "currency": "USD"}, "quantity_shape"), (1, "quantity_shape"),
     ("1 bn", "value_error")],
)  # fmt: skip
def test_what_is_no_capacity_says_why(raw, kind):
    with pytest.raises(ValidationError) as caught:
        CAPACITY.validate_python(raw)
    assert [error["type"] for error in caught.value.errors()] == [kind]


@pytest.mark.parametrize(
    "raw", [20251118, "20251118", "2025-11", "2025-11-18T00:00:00", "2025-02-30", 0, None, True]
)
def test_only_a_day_is_a_day(raw):
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(raw)


@given(st.dates())
def test_a_day_reads_back(day):
    assert TypeAdapter(Day).validate_python(day.isoformat()) == day
    assert TypeAdapter(Day).validate_python(day) == day


@pytest.mark.parametrize("raw", ["1", True, None, float("nan"), []])
def test_only_a_number_is_a_figure(raw):
    with pytest.raises(ValidationError):
        TypeAdapter(Figure).validate_python(raw)


@given(st.integers(0, 10**17))
def test_a_figure_reads_back_from_json(number):
    adapter = TypeAdapter(Figure)
    figure = adapter.validate_python(number)
    assert adapter.dump_python(figure, mode="json") == number


@pytest.mark.parametrize(
    ("text", "fits"), [("2025", True), ("2025-1", False), ("2025-01-01", True), ("soon", False)]
)
def test_partial_dates(text, fits):
    if fits:
        assert TypeAdapter(PartialDate).validate_python(text) == text
    else:
        with pytest.raises(ValidationError):
            TypeAdapter(PartialDate).validate_python(text)


def test_plain_values_go_all_the_way_down():
    assert plain_values({"a": [Decimal(2), {"b": Decimal("1.5")}], "c": "x", "d": None}) == {
        "a": [2, {"b": 1.5}],
        "c": "x",
        "d": None,
    }
