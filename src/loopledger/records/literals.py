"""How records hold quantities: the mapping form of file format 1, and the short literal.

``amount: up to USD 15 bn`` and ``amount: {value: 15000000000, currency: USD, bound: up_to}`` are
the same amount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from loopledger.units import (
    Amount,
    Bound,
    Capacity,
    format_amount,
    format_capacity,
    parse_amount,
    parse_capacity,
)

__all__ = ["AmountField", "CapacityField", "PartialDate", "read_amount", "read_capacity"]

PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


def _number(raw: object, field: str) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        msg = f"{field} is not a number: {raw!r}"
        raise ValueError(msg)
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        msg = f"{field} is not a number: {raw!r}"
        raise ValueError(msg) from None
    if not value.is_finite() or value < 0:
        msg = f"{field} must be a finite number >= 0, not {raw!r}"
        raise ValueError(msg)
    return value


def _figures(raw: Mapping[str, Any], single: str, extra: frozenset[str]) -> tuple[Decimal, Decimal, Bound]:
    try:
        bound = Bound(raw.get("bound", Bound.EXACT))
    except ValueError:
        msg = f"unknown bound {raw.get('bound')!r}; known: {', '.join(Bound)}"
        raise ValueError(msg) from None
    wanted = {"low", "high"} if bound is Bound.RANGE else {single}
    unknown, missing = set(raw) - wanted - extra - {"bound"}, (wanted | extra) - set(raw)
    if unknown or missing:
        msg = f"with bound {bound.value}: " + "; ".join(
            f"{label} {', '.join(sorted(names))}"
            for label, names in (("unknown field", unknown), ("missing field", missing))
            if names
        )
        raise ValueError(msg)
    if bound is Bound.RANGE:
        return _number(raw["low"], "low"), _number(raw["high"], "high"), bound
    value = _number(raw[single], single)
    return value, value, bound


def read_amount(raw: object) -> Amount:
    """Return the amount that a mapping or a literal states.

    Raises
    ------
    ValueError
        If it states none, or a figure that is negative or not a number.
    """
    if isinstance(raw, Amount):
        return raw
    if isinstance(raw, str):
        return parse_amount(raw)
    if isinstance(raw, Mapping):
        low, high, bound = _figures(raw, "value", frozenset({"currency"}))
        currency = raw["currency"]
        if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
            msg = f"currency is an ISO 4217 code such as USD, not {currency!r}"
            raise ValueError(msg)
        return Amount(low=low, high=high, currency=currency, bound=bound)
    msg = f"not an amount: {raw!r}"
    raise ValueError(msg)


def read_capacity(raw: object) -> Capacity:
    """Return the capacity in megawatts that a mapping or a literal states.

    Raises
    ------
    ValueError
        If it states none, or a figure that is negative or not a number.
    """
    if isinstance(raw, Capacity):
        return raw
    if isinstance(raw, str):
        return parse_capacity(raw)
    if isinstance(raw, Mapping):
        low, high, bound = _figures(raw, "mw", frozenset())
        return Capacity(low=low, high=high, bound=bound)
    msg = f"not a capacity: {raw!r}"
    raise ValueError(msg)


def _quantity_schema(single: str, extra: dict[str, Any], example: str) -> dict[str, Any]:
    number = {"type": "number", "minimum": 0}
    bounds = [b.value for b in Bound if b is not Bound.RANGE]
    return {
        "oneOf": [
            {"type": "string", "examples": [example]},
            {
                "type": "object",
                "additionalProperties": False,
                "required": [single, *extra],
                "properties": {single: number, "bound": {"enum": bounds}, **extra},
            },
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["low", "high", "bound", *extra],
                "properties": {"low": number, "high": number, "bound": {"const": "range"}, **extra},
            },
        ]
    }


_CURRENCY_SCHEMA = {"currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}

AmountField = Annotated[
    Amount,
    BeforeValidator(read_amount),
    PlainSerializer(format_amount, return_type=str),
    WithJsonSchema(
        _quantity_schema(
            "value", {"currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}, "up to USD 15 bn"
        )
    ),
]
CapacityField = Annotated[
    Capacity,
    BeforeValidator(read_capacity),
    PlainSerializer(format_capacity, return_type=str),
    WithJsonSchema(_quantity_schema("mw", {}, "up to 1 GW")),
]
