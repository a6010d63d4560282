"""Amounts as a picture prints them: three significant digits and a unit that people say aloud."""

from __future__ import annotations

import math

from loopledger.errors import ModelError

__all__ = [
    "NO_PRICE",
    "AmountUnit",
    "axis_unit",
    "check_range",
    "format_range",
    "format_round",
    "format_short",
    "format_spread",
    "unit_of",
]

#: What stands in place of an amount that nobody has published.
NO_PRICE = "no price public"

AmountUnit = tuple[float, str]

_UNITS: tuple[AmountUnit, ...] = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))


def format_short(value: float, currency: str = "USD") -> str:
    """Return an amount of money with three significant digits.

    Parameters
    ----------
    value : float
        Amount [units of the currency].
    currency : str
        ISO 4217 code; the dollar is written with its sign, every other currency with its code.

    Raises
    ------
    ModelError
        If the value is not a finite number.

    Examples
    --------
    >>> format_short(15e9, "USD"), format_short(1.3e9, "EUR"), format_short(250e6, "USD")
    ('$15.0bn', 'EUR 1.30bn', '$250m')
    """
    if not math.isfinite(value):
        msg = f"an amount to print must be a finite number, not {value}"
        raise ModelError(msg)
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size == 0:
        return f"{_prefix(currency)}0"
    divisor, suffix = unit_of(size)
    return f"{sign}{_prefix(currency)}{_digits(size / divisor)}{suffix}"


def format_range(low: float | None, central: float | None, high: float | None, currency: str = "USD") -> str:
    """Return a central amount followed by its range, in the unit of the central amount.

    An amount known exactly has no range; one that nobody has published reads ``no price public``.

    Examples
    --------
    >>> format_range(5.4e9, 12.3e9, 16.5e9)
    '$12.3bn, 5.4 to 16.5'
    >>> format_range(30e9, 30e9, 30e9)
    '$30.0bn'
    """
    spread = format_spread(low, central, high)
    if central is None:
        return NO_PRICE
    return f"{format_short(central, currency)}, {spread}" if spread else format_short(central, currency)


def format_spread(low: float | None, central: float | None, high: float | None) -> str:
    """Return only the range of an amount, ``5.4 to 16.5``; empty for an exact or unknown one."""
    if low is None or central is None or high is None or low == high:
        return ""
    divisor, _ = unit_of(central or high)
    decimals = len(_digits(high / divisor).partition(".")[2])
    vanishes = any(0 < end < 0.5 * divisor * 10.0**-decimals for end in (low, high))
    if central and not vanishes and round(high / divisor, decimals) < 1000:
        return " to ".join(f"{end / divisor:,.{decimals}f}" if end else "0" for end in (low, high))
    # no central amount, or an end that would read as nothing or run into thousands: each end has its unit
    return " to ".join(
        f"{_digits(end / unit_of(end)[0])}{unit_of(end)[1]}" if end else "0" for end in (low, high)
    )


def check_range(low: float | None, central: float | None, high: float | None, *, what: str) -> None:
    """Raise unless the three are all absent, or finite, not negative and in order.

    Raises
    ------
    ModelError
        Naming what the amounts belong to.
    """
    values = (low, central, high)
    if all(value is None for value in values):
        return
    if low is None or central is None or high is None:
        msg = f"{what}: give low, central and high together, or none of them"
        raise ModelError(msg)
    if not 0 <= low <= central <= high < math.inf:
        msg = f"{what}: amounts must satisfy 0 <= low <= central <= high, not {low}, {central}, {high}"
        raise ModelError(msg)


def unit_of(size: float) -> AmountUnit:
    """Return the divisor and suffix in which a positive amount reads best, after rounding."""
    for divisor, suffix in _UNITS:
        if float(f"{size:.3g}") >= divisor:
            return divisor, suffix
    return _UNITS[-1]


def axis_unit(size: float, currency: str) -> tuple[float, str]:
    """Return the divisor of an axis that reaches ``size``, and its name (``USD bn``)."""
    divisor, suffix = unit_of(size)
    return divisor, f"{currency} {suffix}".strip()


def format_round(value: float, currency: str) -> str:
    """Return a round amount without idle zeros, for scales: ``$2bn``."""
    divisor, suffix = unit_of(value)
    return f"{_prefix(currency)}{value / divisor:g}{suffix}"


def _prefix(currency: str) -> str:
    return "$" if currency == "USD" else f"{currency} "


def _digits(size: float) -> str:
    """Write a positive number with three significant digits, never in exponent form."""
    rounded = float(f"{size:.3g}")
    exponent = math.floor(math.log10(rounded)) if rounded else 0
    return f"{rounded:,.{min(max(2 - exponent, 0), 6)}f}"
