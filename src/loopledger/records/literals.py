"""How records hold quantities: the mapping form of file format 1, and the short literal.

``amount: up to USD 15 bn`` and ``amount: {value: 15000000000, currency: USD, bound: up_to}`` are
the same amount.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from loopledger.units import (
    Amount,
    Bound,
    Capacity,
    format_amount,
    format_capacity,
    parse_amount,
    parse_capacity,
)

__all__ = [
    "AmountField",
    "CapacityField",
    "Day",
    "Figure",
    "PartialDate",
    "plain_number",
    "plain_values",
    "read_amount",
    "read_capacity",
]

PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]

#: No promise is larger; what is larger has too many zeros.
_LARGEST = Decimal(10) ** 18
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: The fields that a quantity may have in its mapping form.
_KEYS = frozenset({"value", "mw", "low", "high", "currency", "bound"})
_NEGATIVE = re.compile(r"(?<![\w.,])[-\u2212]\s*\d|\b(?:nan|inf(?:inity)?)\b", re.IGNORECASE)
#: Two ends, as the canonical form writes them; the first may leave its unit to the second.
_RANGE = re.compile(
    r"(?P<currency>[A-Z]{3} )?(?P<low>[\d.,]+(?: \w+)?) to (?:[A-Z]{3} )?(?P<high>[\d.,]+(?: \w+)?)"
)
_Q = TypeVar("_Q", Amount, Capacity)


class _Refusal(StrEnum):
    """Why a literal is refused; the register turns each into a code of its own."""

    DAY = "day"
    NUMBER = "quantity_number"
    SIZE = "quantity_size"
    BOUND = "quantity_bound"
    SHAPE = "quantity_shape"
    KEY = "quantity_key"
    ORDER = "quantity_order"
    CURRENCY = "quantity_currency"


def _refusal(kind: _Refusal, message: str, field: str = "") -> PydanticCustomError:
    """Return an error that names its kind and the field it is about, for the register's placed problems."""
    return PydanticCustomError(kind.value, "{message}", {"message": message, "field": field})


def _number(raw: object, field: str) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise _refusal(_Refusal.NUMBER, f"{field} is not a number: {raw!r}", field)
    value = Decimal(str(raw))
    if not value.is_finite() or not 0 <= value <= _LARGEST:
        raise _refusal(_Refusal.SIZE, f"{field} must be between 0 and 1e18, not {raw}", field)
    return value


def _read_figure(raw: object) -> Decimal:
    return _number(raw, "it") if not isinstance(raw, Decimal) or not raw.is_finite() else raw


def _read_day(raw: object) -> date:
    if type(raw) is date:
        return raw
    if isinstance(raw, str) and _DAY.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise _refusal(_Refusal.DAY, f"no such day: {raw} ({error})") from None
    raise _refusal(_Refusal.DAY, f"not a day: {raw!r}")


def plain_number(value: Decimal) -> int | float:
    """Return a number for JSON: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def plain_values(value: Any) -> Any:  # noqa: ANN401  any value of a file
    """Return a value of a file for JSON, numbers as numbers all the way down."""
    match value:
        case Decimal():
            return plain_number(value)
        case Mapping():
            return {name: plain_values(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain_values(inner) for inner in value]
    return value


#: A day, never a time stamp or a number that could be one.
Day = Annotated[date, BeforeValidator(_read_day)]
#: A plain number, never text or a truth value.
Figure = Annotated[
    Decimal,
    BeforeValidator(_read_figure),
    PlainSerializer(plain_number, when_used="json"),
    WithJsonSchema({"type": "number"}),
]


def _figures(raw: Mapping[str, Any], single: str, extra: frozenset[str]) -> tuple[Decimal, Decimal, Bound]:
    try:
        bound = Bound(raw.get("bound", Bound.EXACT))
    except ValueError:
        msg = f"unknown bound {raw.get('bound')!r}; known: {', '.join(Bound)}"
        raise _refusal(_Refusal.BOUND, msg, "bound") from None
    wanted = {"low", "high"} if bound is Bound.RANGE else {single}
    strange = sorted(map(str, set(raw) - _KEYS))
    if strange:
        raise _refusal(_Refusal.KEY, f"unknown field {', '.join(strange)}", strange[0])
    unknown, missing = set(raw) - wanted - extra - {"bound"}, (wanted | extra) - set(raw)
    if unknown or missing:
        msg = f"with bound {bound.value}: " + "; ".join(
            f"{label} {', '.join(sorted(names))}"
            for label, names in (("unknown field", unknown), ("missing field", missing))
            if names
        )
        raise _refusal(_Refusal.SHAPE, msg, min(unknown) if unknown else "")
    if bound is not Bound.RANGE:
        value = _number(raw[single], single)
        return value, value, bound
    low, high = _number(raw["low"], "low"), _number(raw["high"], "high")
    if low >= high:
        raise _refusal(_Refusal.ORDER, f"low {low} is not below high {high}", "low")
    return low, high, bound


def _read_literal(literal: str, parse: Callable[[str], _Q]) -> _Q:
    """Return the quantity that a literal states, unless no promise can be so large.

    Of a range that runs from the larger end to the smaller one the refusal says so.
    """
    try:
        quantity = parse(literal)
    except ValueError:
        ends = _RANGE.fullmatch(literal.strip())
        if ends is not None and _is_reversed(ends, parse):
            msg = f"low {ends['low']} is not below high {ends['high']}"
            raise _refusal(_Refusal.ORDER, msg, "low") from None
        if _NEGATIVE.search(literal):
            raise _refusal(_Refusal.SIZE, "it must be between 0 and 1e18") from None
        raise
    if quantity.high > _LARGEST:
        raise _refusal(_Refusal.SIZE, "it must be between 0 and 1e18")
    return quantity


def _is_reversed(ends: re.Match[str], parse: Callable[[str], Amount | Capacity]) -> bool:
    currency, unit = ends["currency"] or "", ends["high"].partition(" ")[2]
    low = ends["low"] if " " in ends["low"] else f"{ends['low']} {unit}"
    try:
        return parse(f"{currency}{low}").low >= parse(f"{currency}{ends['high']}").low
    except ValueError:
        return False


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
        return _read_literal(raw, parse_amount)
    if isinstance(raw, Mapping):
        low, high, bound = _figures(raw, "value", frozenset({"currency"}))
        currency = raw["currency"]
        if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
            msg = f"currency is an ISO 4217 code such as USD, not {currency!r}"
            raise _refusal(_Refusal.CURRENCY, msg, "currency")
        return Amount(low=low, high=high, currency=currency, bound=bound)
    raise _refusal(_Refusal.SHAPE, f"not an amount: {raw!r}")


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
        return _read_literal(raw, parse_capacity)
    if isinstance(raw, Mapping):
        low, high, bound = _figures(raw, "mw", frozenset())
        return Capacity(low=low, high=high, bound=bound)
    raise _refusal(_Refusal.SHAPE, f"not a capacity: {raw!r}")


def _quantity_schema(single: str, extra: dict[str, Any], says: str, examples: list[str]) -> dict[str, Any]:
    """Return the schema of a quantity: the literal with an example of each form, or the mapping."""
    number = {"type": "number", "minimum": 0}
    bounds = [b.value for b in Bound if b is not Bound.RANGE]
    return {
        "oneOf": [
            {"type": "string", "description": says, "examples": examples},
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


_AMOUNTS = [
    "USD 15 bn", "about USD 15 bn", "up to USD 15 bn", "at least USD 15 bn", "USD 18 bn to 22 bn", "USD 500 m",
]  # fmt: skip
_CAPACITIES = ["1 GW", "about 1.2 GW", "up to 1 GW", "at least 1 GW", "200 MW to 250 MW", "160 MW"]

AmountField = Annotated[
    Amount,
    BeforeValidator(read_amount),
    PlainSerializer(format_amount, return_type=str),
    WithJsonSchema(
        _quantity_schema(
            "value",
            {"currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
            "How it is hedged, the currency, the figure, and m, bn or tn.",
            _AMOUNTS,
        )
    ),
]
CapacityField = Annotated[
    Capacity,
    BeforeValidator(read_capacity),
    PlainSerializer(format_capacity, return_type=str),
    WithJsonSchema(_quantity_schema("mw", {}, "How it is hedged, the figure, and MW or GW.", _CAPACITIES)),
]
