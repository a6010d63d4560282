"""One grammar for quantities, in the register's literals and in the prose of documents.

A quantity is ``[bound] [currency] number [magnitude] [currency or unit]``; a range has two numbers.
The words live in the tables at the top: to teach the reader a word, add it to its table.
The first entry of a bound, magnitude or unit is the form the register's literals are printed in,
so ``parse_amount(format_amount(a)) == a`` for every amount.

======================  ==============================
literal                 meaning
======================  ==============================
``USD 30 bn``           exactly 30,000,000,000 dollars
``up to USD 15 bn``     a ceiling
``USD 17.4 bn to 19.4 bn``  a range
``at least 10 GW``      capacity, a floor
======================  ==============================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from loopledger.units.amount import Amount, Bound, Capacity

__all__ = [
    "BOUND_WORDS",
    "CURRENCY_WORDS",
    "MAGNITUDE_WORDS",
    "Mention",
    "find_amounts",
    "find_capacities",
    "format_amount",
    "format_capacity",
    "parse_amount",
    "parse_capacity",
]

BOUND_WORDS: Mapping[Bound, tuple[str, ...]] = {
    Bound.UP_TO: (
        "up to", "as much as", "as many as", "no more than", "not more than", "at most", "a maximum of",
        "maximum of", "capped at",
    ),
    Bound.AT_LEAST: (
        "at least", "more than", "over", "no less than", "not less than", "a minimum of", "upwards of",
        "in excess of", "north of",
    ),
    Bound.ABOUT: (
        "about", "around", "roughly", "approximately", "some", "nearly", "almost", "close to",
        "an estimated", "circa", "~",
    ),
}  # fmt: skip

#: Power of ten by word; the first four keys are the literal forms.
MAGNITUDE_WORDS: Mapping[str, int] = {
    "tn": 12, "bn": 9, "m": 6, "k": 3,
    "trillion": 12, "trn": 12, "billion": 9, "b": 9, "million": 6, "mn": 6, "mln": 6, "thousand": 3,
}  # fmt: skip

#: ISO 4217 by symbol or word; three capital letters stand for themselves.
CURRENCY_WORDS: Mapping[str, str] = {
    "US$": "USD", "C$": "CAD", "A$": "AUD", "S$": "SGD", "HK$": "HKD", "NT$": "TWD", "$": "USD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR",
    "dollar": "USD", "dollars": "USD", "U.S. dollars": "USD", "US dollars": "USD",
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "pounds sterling": "GBP",
    "yen": "JPY", "won": "KRW", "yuan": "CNY", "rupees": "INR", "Swiss francs": "CHF", "francs": "CHF",
    "riyals": "SAR", "dirhams": "AED", "kroner": "NOK", "kronor": "SEK",
}  # fmt: skip
_CODE = (
    "AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|NOK|NZD|PLN|QAR|SAR|SEK"
    "|SGD|THB|TRY|TWD|USD|ZAR"
)

#: Megawatts by unit; the first two are the literal forms.
UNIT_WORDS: Mapping[str, Decimal] = {
    "GW": Decimal(1000), "MW": Decimal(1), "gigawatt": Decimal(1000), "gigawatts": Decimal(1000),
    "megawatt": Decimal(1), "megawatts": Decimal(1), "TW": Decimal(1000000), "kilowatts": Decimal("0.001"),
    "kW": Decimal("0.001"),
}  # fmt: skip


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention(Generic[T]):
    """A quantity found in a text: its value and where it stands, as ``text[start:end]``."""

    start: int
    end: int
    value: T


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first, blanks being any white space."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)


# A number has at most 15 digits in a group run: longer digit strings are identifiers, not sums.
_NUMBER = r"(?<![\d.,])(?:\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)(?![\d]|[.,]\d)"
_BOUND = "|".join(
    rf"(?P<{bound.name}>(?<!\w)(?:{_any_of(words)}))\s*" for bound, words in BOUND_WORDS.items()
)
_MAGNITUDE = rf"[\s-]*(?:{_any_of(MAGNITUDE_WORDS)})(?![\w])"
_SYMBOL = _any_of([word for word in CURRENCY_WORDS if not word[-1].isalpha()])
_CURRENCY_NAME = _any_of([word for word in CURRENCY_WORDS if word[-1].isalpha()])
_CURRENCY_BEFORE = rf"(?:{_SYMBOL}|(?<!\w)(?:{_CODE})(?!\w))"
_CURRENCY_AFTER = rf"(?:{_CURRENCY_NAME}|{_CODE})(?!\w)"
_UNIT = rf"(?:{_any_of(UNIT_WORDS)})(?!\w)"
_TO = r"\s*(?:-|\u2013|\bto\b|\band\b)\s*"

_AMOUNT = re.compile(
    rf"(?:{_BOUND})?(?P<before>{_CURRENCY_BEFORE})?\s*"
    rf"(?P<number>{_NUMBER})(?P<magnitude>{_MAGNITUDE})?"
    rf"(?:{_TO}(?:{_CURRENCY_BEFORE})?\s*(?P<number2>{_NUMBER})(?P<magnitude2>{_MAGNITUDE})?)?"
    rf"(?:[\s-]*(?P<after>{_CURRENCY_AFTER}))?",
    re.IGNORECASE,
)
_CAPACITY = re.compile(
    rf"(?:{_BOUND})?(?P<number>{_NUMBER})(?:[\s-]*(?P<unit>{_UNIT}))?"
    rf"(?:{_TO}(?P<number2>{_NUMBER}))?[\s-]*(?P<unit2>{_UNIT})?",
    re.IGNORECASE,
)
_FOLDED_CURRENCY = {" ".join(word.split()).casefold(): code for word, code in CURRENCY_WORDS.items()}
_FOLDED_UNIT = {word.casefold(): mw for word, mw in UNIT_WORDS.items()}


def _decimal(number: str, magnitude: str | None) -> Decimal:
    power = MAGNITUDE_WORDS[magnitude.strip(" \t\n-").casefold()] if magnitude else 0
    return Decimal(number.replace(",", "")).scaleb(power)


def _currency(word: str) -> str:
    folded = " ".join(word.split()).casefold()
    return _FOLDED_CURRENCY.get(folded, folded.upper())


def _bound(match: re.Match[str], low: Decimal, high: Decimal) -> Bound:
    if low != high:
        return Bound.RANGE
    return next((bound for bound in BOUND_WORDS if match[bound.name]), Bound.EXACT)


def _amount(match: re.Match[str]) -> Amount | None:
    currency = match["before"] or match["after"]
    if not currency:
        return None
    magnitude, magnitude2 = match["magnitude"], match["magnitude2"]
    low = _decimal(match["number"], magnitude or (magnitude2 if match["number2"] else None))
    high = _decimal(match["number2"], magnitude2 or magnitude) if match["number2"] else low
    if low > high:
        return None
    return Amount(low=low, high=high, currency=_currency(currency), bound=_bound(match, low, high))


def _capacity(match: re.Match[str]) -> Capacity | None:
    unit, unit2 = match["unit"], match["unit2"]
    if not (unit or unit2) or (match["number2"] and not unit2):
        return None
    low = _decimal(match["number"], None) * _FOLDED_UNIT[(unit or unit2).casefold()]
    high = low
    if match["number2"]:
        high = _decimal(match["number2"], None) * _FOLDED_UNIT[unit2.casefold()]
    if low > high:
        return None
    return Capacity(low=low, high=high, bound=_bound(match, low, high))


def find_amounts(text: str) -> Iterator[Mention[Amount]]:
    """Yield the sums of money in a text, from left to right.

    Parameters
    ----------
    text : str
        Prose or a literal.

    Yields
    ------
    Mention of Amount
        With the bound words included in the span.

    Examples
    --------
    >>> [m.value.bound.value for m in find_amounts("up to $15 billion for 3 years, then EUR 2m")]
    ['up_to', 'exact']
    """
    for match in _AMOUNT.finditer(text):
        amount = _amount(match)
        if amount is not None:
            yield Mention(match.start(), match.end(), amount)


def find_capacities(text: str) -> Iterator[Mention[Capacity]]:
    """Yield the electrical capacities in a text, from left to right, in megawatts.

    Examples
    --------
    >>> [str(m.value.high) for m in find_capacities("as much as 1.5 gigawatts, first 250MW")]
    ['1500.0', '250']
    """
    for match in _CAPACITY.finditer(text):
        capacity = _capacity(match)
        if capacity is not None:
            yield Mention(match.start(), match.end(), capacity)


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
    >>> parse_amount("about EUR 1.3 bn").interval
    ... # doctest: +ELLIPSIS
    <bound method ...>
    >>> format_amount(parse_amount("as much as $15 billion"))
    'up to USD 15 bn'
    """
    match = _AMOUNT.fullmatch(literal.strip())
    amount = _amount(match) if match else None
    if amount is None:
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
    match = _CAPACITY.fullmatch(literal.strip())
    capacity = _capacity(match) if match else None
    if capacity is None:
        msg = f"not a capacity: {literal!r}; write for instance 'up to 1 GW' or '200 MW to 250 MW'"
        raise ValueError(msg)
    return capacity


_LITERAL_MAGNITUDES = tuple(MAGNITUDE_WORDS.items())[:4]
_LITERAL_UNITS = tuple(UNIT_WORDS.items())[:2]


def _plain(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros."""
    return format(value.normalize(), "f")


def _scaled(value: Decimal) -> str:
    for word, power in _LITERAL_MAGNITUDES:
        if value >= Decimal(1).scaleb(power):
            return f"{_plain(value.scaleb(-power))} {word}"
    return _plain(value)


def _in_unit(mw: Decimal) -> str:
    word, size = next(((w, s) for w, s in _LITERAL_UNITS if mw >= s), _LITERAL_UNITS[-1])
    return f"{_plain(mw / size)} {word}"


def _hedged(bound: Bound, figure: str) -> str:
    return f"{BOUND_WORDS[bound][0]} {figure}" if bound in BOUND_WORDS else figure


def format_amount(amount: Amount) -> str:
    """Return the canonical literal of an amount; :func:`parse_amount` reads it back unchanged."""
    figure = f"{amount.currency} {_scaled(amount.low)}"
    if amount.bound is Bound.RANGE:
        figure += f" to {_scaled(amount.high)}"
    return _hedged(amount.bound, figure)


def format_capacity(capacity: Capacity) -> str:
    """Return the canonical literal of a capacity; :func:`parse_capacity` reads it back unchanged."""
    figure = _in_unit(capacity.low)
    if capacity.bound is Bound.RANGE:
        figure += f" to {_in_unit(capacity.high)}"
    return _hedged(capacity.bound, figure)
