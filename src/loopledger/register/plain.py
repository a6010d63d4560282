"""The values of a record's fields as JSON has them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic_core import to_jsonable_python

from loopledger.records.literals import plain_number
from loopledger.units import Amount, Capacity, format_amount, format_capacity

__all__ = ["plain_field"]


def plain_field(value: object) -> Any:  # noqa: ANN401  any JSON value
    """Return the value of a field for JSON: quantities as their literals, numbers as numbers.

    Examples
    --------
    >>> from loopledger.units import Bound
    >>> plain_field(Amount.of(10**9, "USD", Bound.UP_TO)), plain_field(Decimal("4.50"))
    ('up to USD 1 bn', 4.5)
    """
    match value:
        case Amount():
            return format_amount(value)
        case Capacity():
            return format_capacity(value)
        case Decimal():
            return plain_number(value)
    return to_jsonable_python(value)
