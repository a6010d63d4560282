"""Quantities as literals: ``up to USD 15 bn``, and back."""

from __future__ import annotations

from decimal import Decimal

from loopledger.units.amount import Amount, Bound, Capacity
from loopledger.units.grammar import Quantity, find_any, shifted
from loopledger.units.words import BOUND_WORDS, MAGNITUDE_WORDS, UNIT_WORDS

__all__ = ["format_amount", "format_capacity", "parse_amount", "parse_capacity"]


def _whole(literal: str) -> Quantity | None:
    """Return the quantity that fills a literal from end to end."""
    text = literal.strip()
    mention = next(find_any(text, limit=None), None)
    return mention.value if mention and (mention.start, mention.end) == (0, len(text)) else None


def parse_amount(literal: str) -> Amount:
    """Return the amount that a literal states.

    Parameters
    ----------
    literal : str
        For instance ``"up to USD 15 bn"``; the words of prose are understood too.

    Raises
    ------
    ValueError
        If the literal is not one amount and nothing else.

    Examples
    --------
    >>> format_amount(parse_amount("as much as $15 billion"))
    'up to USD 15 bn'
    """
    amount = _whole(literal)
    if not isinstance(amount, Amount):
        msg = f"not an amount: {literal!r}; write for instance 'up to USD 15 bn' or 'USD 17.4 bn to 19.4 bn'"
        raise ValueError(msg)
    return amount


def parse_capacity(literal: str) -> Capacity:
    """Return the capacity that a literal states, in megawatts.

    Raises
    ------
    ValueError
        If the literal is not one capacity and nothing else.

    Examples
    --------
    >>> format_capacity(parse_capacity("up to 1,000 megawatts"))
    'up to 1 GW'
    """
    capacity = _whole(literal)
    if not isinstance(capacity, Capacity):
        msg = f"not a capacity: {literal!r}; write for instance 'up to 1 GW' or '200 MW to 250 MW'"
        raise ValueError(msg)
    return capacity


_LITERAL_MAGNITUDES = tuple(MAGNITUDE_WORDS.items())[:4]
_LITERAL_UNITS = tuple(UNIT_WORDS.items())[:2]


def _plain(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros, exactly."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _magnitude_of(value: Decimal) -> tuple[str, int]:
    """Return the magnitude word that a figure is printed with, and its power; none below a thousand."""
    return next(((w, p) for w, p in _LITERAL_MAGNITUDES if value >= shifted(Decimal(1), p)), ("", 0))


def _in_unit(mw: Decimal) -> str:
    word, power = next(
        ((w, p) for w, p in _LITERAL_UNITS if mw >= shifted(Decimal(1), p)), _LITERAL_UNITS[-1]
    )
    return f"{_plain(shifted(mw, -power))} {word}"


def _hedged(bound: Bound, figure: str) -> str:
    return f"{BOUND_WORDS[bound][0]} {figure}" if bound in BOUND_WORDS else figure


def format_amount(amount: Amount) -> str:
    """Return the canonical literal of an amount; :func:`parse_amount` reads it back unchanged."""
    word, power = _magnitude_of(amount.high)
    ends = (amount.low, amount.high) if amount.bound is Bound.RANGE else (amount.low,)
    figures = " to ".join(f"{_plain(shifted(end, -power))} {word}".rstrip() for end in ends)
    return _hedged(amount.bound, f"{amount.currency} {figures}")


def format_capacity(capacity: Capacity) -> str:
    """Return the canonical literal of a capacity; :func:`parse_capacity` reads it back unchanged."""
    figure = _in_unit(capacity.low)
    if capacity.bound is Bound.RANGE:
        figure += f" to {_in_unit(capacity.high)}"
    return _hedged(capacity.bound, figure)
