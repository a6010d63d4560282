"""One grammar for quantities, in the register's literals and in the prose of documents.

A quantity is ``[bound] [currency] number [magnitude] [currency or unit] [bound]``; a range has two
numbers, joined by "to", a dash, or "between ... and".
The words live in the tables of :mod:`loopledger.units.words`: to teach the reader a word, add it to its table.
"As much as" stands in ``BOUND_WORDS``, "or more" in ``BOUND_WORDS_AFTER``.
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
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from loopledger.units.amount import Amount, Bound, Capacity
from loopledger.units.patterns import (
    AND_A_HALF,
    BETWEEN_BEFORE,
    BOUND_AFTER,
    BOUND_BEFORE,
    CURRENCY_AFTER,
    CURRENCY_BEFORE,
    FROM_BEFORE,
    HEDGE_ENDS,
    JOINT,
    LAST_WORD,
    LITERAL_CURRENCY,
    LONGEST_NUMBER,
    MAGNITUDE,
    MINUS_BEFORE,
    MOST_ZEROS,
    NUMBER,
    REACH,
    SHORT,
    UNIT,
    WORDS_CURRENCY,
    WORDS_FRACTION,
    WORDS_UNIT,
)
from loopledger.units.words import (
    AMBIGUOUS_CURRENCY,
    BOUND_WORDS,
    BOUND_WORDS_AFTER,
    MAGNITUDE_WORDS,
    MULTIPLES,
    NUMBER_WORDS,
)

__all__ = [
    "Count",
    "Mention",
    "Quantity",
    "find_amounts",
    "find_any",
    "find_capacities",
    "find_counts",
    "find_quantities",
    "shifted",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention(Generic[T]):
    """A quantity found in a text: its value and where it stands, as ``text[start:end]``."""

    start: int
    end: int
    value: T


@dataclass(frozen=True, slots=True)
class Count:
    """A number without a currency or unit of power, such as a count of goods or of years.

    Parameters
    ----------
    value : Decimal
    bound : Bound
    scaled : bool
        Whether a magnitude word was used ("three million").
    in_words : bool
        Whether the number is spelled out.
    """

    value: Decimal
    bound: Bound
    scaled: bool
    in_words: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    """One number with what stands around it: ``text[start:end]`` without the hedge."""

    start: int
    end: int
    value: Decimal
    bare: Decimal
    power: int | None
    currency: str | None
    unit: int | None
    in_words: bool
    article: bool


def shifted(value: Decimal, power: int) -> Decimal:
    """Return ``value * 10**power`` exactly, whatever its number of digits."""
    sign, digits, exponent = value.as_tuple()
    moved = int(exponent) + power
    zeros = (0,) * moved if 0 < moved < MOST_ZEROS else ()  # 15000000000 rather than 1.5E+10
    return Decimal((sign, digits + zeros, moved - len(zeros)))


def _spoken(text: str, *, and_a_half: bool) -> tuple[Decimal, bool]:
    """Return the value of a spelled-out number, and whether it is a bare article."""
    words = text.casefold().replace("-", " ").split()
    factor = Decimal(1)
    if words[-1] in MULTIPLES:
        factor = Decimal(MULTIPLES[words.pop()])
    phrase = " ".join(words)
    for article in ("", " a", " an"):
        fraction = WORDS_FRACTION.get(phrase.removesuffix(article) if article else phrase)
        if fraction is not None:
            return fraction * factor, False
    if phrase == "a couple of":
        return 2 * factor, False
    if phrase in ("a", "an", "") or phrase == "several":
        return factor if phrase != "several" else Decimal(0), factor == 1
    return (_cardinal(words) + (Decimal("0.5") if and_a_half else 0)) * factor, False


def _cardinal(words: list[str]) -> Decimal:
    """Return the value of number words: "two hundred and five", "seven forty", "one point two"."""
    total, decimals = 0, ""
    for word in words:
        number = NUMBER_WORDS.get(word, 0)
        if word == "point" or decimals:
            decimals += "." if word == "point" else str(number)
        elif word == "hundred":
            total = max(total, 1) * 100
        elif 0 < total < 10 <= number:  # "seven forty" is 740
            total = total * 100 + number
        elif word != "half":
            total += number
    return Decimal(f"{total}{decimals}" if len(decimals) > 1 else total)


def _figure(text: str, match: re.Match[str], limit: int | None) -> _Figure | None:  # noqa: C901, PLR0912  (one branch for each construction)
    """Return the figure at a number, with its magnitude and its currency or unit."""
    digits = match["digits"]
    if digits is not None:
        if limit is not None and len(digits) > limit:
            return None
        bare, article = Decimal(digits.replace(",", "")), False
    else:
        bare, article = _spoken(match[0], and_a_half=match["half"] is not None)
        if not bare:
            return None
    start, end = match.span()
    unit = None
    power, end = _magnitude(text, end)
    more = AND_A_HALF.match(text, end) if power is not None else None
    if more:
        bare, end = bare + WORDS_FRACTION[more["part"].casefold()], more.end()
    before = CURRENCY_BEFORE.search(text, max(0, start - 7), start)
    literal = LITERAL_CURRENCY.search(text, 0, start) if limit is None and not before else None
    currency = None
    if before:
        if before["millions"]:  # "MSEK 146"
            if power is not None:
                return None
            currency, start, power = before["mcode"] or before["codem"], before.start(), 6
        elif before["rand"]:
            currency, start = "ZAR", before.start()
        else:
            currency, start = _currency_code(before["code"] or before["symbol"]), before.start()
    elif literal:
        currency, start = literal["code"], literal.start()
    else:
        after = CURRENCY_AFTER.match(text, end)
        if after and (power is not None or after["word"].casefold() not in AMBIGUOUS_CURRENCY):
            currency, end = _currency_code(after["word"]), after.end()
    if currency is None and match.start() and text[match.start() - 1].isalpha():
        return None  # "MI450" is a name
    if currency is None:
        unit_match = UNIT.match(text, end)
        if unit_match:
            unit, end = WORDS_UNIT[unit_match["word"].casefold()], unit_match.end()
    if article and power is None and unit is None:
        return None
    if digits is not None and end == match.end() and text[end : end + 1].isalpha():
        return None  # "3SBio" is a name
    return _Figure(
        start, end, shifted(bare, power or 0), bare, power, currency, unit, digits is None, article
    )


def _magnitude(text: str, end: int) -> tuple[int | None, int]:
    """Return the power of ten that follows a number, and where it ends."""
    match = MAGNITUDE.match(text, end)
    if match is None:
        return None, end
    word = match["word"]
    power = MAGNITUDE_WORDS[word.casefold()]
    if word in ("b", "t", "B", "T") and match.end() - len(word) > end:
        return None, end  # "7 b" and "3 t" are no sums
    return power, match.end()


def _currency_code(word: str) -> str:
    folded = " ".join(word.split()).casefold()
    return WORDS_CURRENCY.get(folded, folded.upper())


def _second(text: str, first: _Figure, limit: int | None) -> _Figure | None:
    """Return the upper end, if the figure begins a range."""
    joint = JOINT.match(text, first.end)
    if joint is None or first.article:
        return None
    left = text[max(0, first.start - 16) : first.start]
    between = BETWEEN_BEFORE.search(left) is not None
    if (joint["and"] is not None) != between or (joint["to"] and FROM_BEFORE.search(left)):
        return None
    start = joint.end()
    symbol = re.compile(r"(?:[A-Z]{0,3}\$|[€£¥₩₹]|[A-Z]{3}\s)\s*").match(text, start)
    number = NUMBER.match(text, symbol.end() if symbol else start)
    second = _figure(text, number, limit) if number else None
    if second is None or second.article or second.start not in (start, number.start() if number else start):
        return None
    return second if _joins(first, second, dash=joint["dash"] is not None) else None


def _joins(first: _Figure, second: _Figure, *, dash: bool) -> bool:
    """Whether two figures side by side are the ends of one range, not two things."""
    if first.unit is not None or second.unit is not None:
        return second.unit is not None and second.currency is None and first.currency is None
    if first.currency and second.currency:
        return first.currency == second.currency
    if second.currency or not first.currency:
        return second.currency is not None
    # "USD 5 bn to 7 bn" is a range, "USD 5 bn to 7 partners" is not
    return (second.power is not None) == (first.power is not None) or (dash and second.power is not None)


def _ends(first: _Figure, second: _Figure) -> tuple[Decimal, Decimal]:
    """Return both ends of a range, the magnitude or unit of one lent to the other."""
    low, high = first.value, second.value
    if first.power is None and second.power is not None:
        low = shifted(first.bare, second.power)
    elif second.power is None and first.power is not None and second.unit is None:
        high = shifted(second.bare, first.power)
    return low, high


def _bound(text: str, first: _Figure, end: int) -> tuple[Bound, int, int]:
    """Return the hedge around a figure, and the span with it."""
    hedged = LAST_WORD.search(text, max(0, first.start - SHORT), first.start)
    before = (
        BOUND_BEFORE.search(text, max(0, first.start - REACH), first.start)
        if hedged is None or hedged[1].casefold() in HEDGE_ENDS
        else None
    )
    if before:
        bound = next(bound for bound in BOUND_WORDS if before[bound.name])
        return bound, before.start(), end
    after = BOUND_AFTER.match(text, end)
    if after:
        bound = next(bound for bound in BOUND_WORDS_AFTER if after[bound.name])
        return bound, first.start, after.end()
    return Bound.EXACT, first.start, end


Quantity = Amount | Capacity | Count


def _quantity(text: str, first: _Figure, second: _Figure | None) -> Mention[Quantity]:
    if second is not None:
        low, high = _ends(first, second)
        unit = second.unit if second.unit is not None else first.unit
        if unit is not None:
            low = shifted(low, first.unit if first.unit is not None else unit)
            high = shifted(high, unit)
        if low < high:
            left = max(0, first.start - 10)
            lead = re.compile(r"\b(?:between|from)\s+\Z", re.IGNORECASE).search(text, left, first.start)
            start = lead.start() if lead else first.start
            currency = first.currency or second.currency
            value: Quantity = (
                Amount(low=low, high=high, currency=currency, bound=Bound.RANGE)
                if currency
                else Capacity(low=low, high=high, bound=Bound.RANGE)
            )
            return Mention(start, second.end, value)
    bound, start, end = _bound(text, first, first.end)
    if first.currency is not None:
        return Mention(start, end, Amount.of(first.value, first.currency, bound))
    if first.unit is not None:
        return Mention(start, end, Capacity.of(shifted(first.value, first.unit), bound))
    return Mention(start, end, Count(first.value, bound, first.power is not None, first.in_words))


def find_any(text: str, limit: int | None = LONGEST_NUMBER) -> Iterator[Mention[Quantity]]:
    """Yield the quantities in a text, from left to right; a number of more digits than the limit is none."""
    position = 0
    while (match := NUMBER.search(text, position)) is not None:
        first = _figure(text, match, limit)
        position = match.end() if first is None else first.end
        if first is None:
            if match["spoken"]:  # "a" may be followed by the number itself
                position = match.start() + 1 + match[0].casefold().startswith("an")
            continue
        if MINUS_BEFORE.search(text, max(0, first.start - 7), first.start):
            continue
        second = _second(text, first, limit)
        mention = _quantity(text, first, second)
        position = max(position, mention.end)
        yield mention


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

    Notes
    -----
    "Between A and B" and "A to B" are ranges; "A and B" and "from A to B" are two sums.

    Examples
    --------
    >>> [m.value.bound.value for m in find_amounts("up to $15 billion for 3 years, then EUR 2m")]
    ['up_to', 'exact']
    >>> [int(m.value.high) for m in find_amounts("half a trillion yen, or a dozen million euros")]
    [500000000000, 12000000]
    """
    for mention in find_any(text):
        if isinstance(mention.value, Amount):
            yield Mention(mention.start, mention.end, mention.value)


def find_capacities(text: str) -> Iterator[Mention[Capacity]]:
    """Yield the electrical capacities in a text, from left to right, in megawatts.

    Examples
    --------
    >>> [str(m.value.high) for m in find_capacities("as much as 1.5 gigawatts, first 250MW")]
    ['1500', '250']
    """
    for mention in find_any(text):
        if isinstance(mention.value, Capacity):
            yield Mention(mention.start, mention.end, mention.value)


def find_quantities(text: str) -> Iterator[Mention[Amount | Capacity | Count]]:
    """Yield sums, capacities and plain counts in one pass, from left to right."""
    return find_any(text)


def find_counts(text: str) -> Iterator[Mention[Count]]:
    """Yield the numbers that are neither sums nor capacities, from left to right.

    Examples
    --------
    >>> [int(m.value.value) for m in find_counts("as many as 160 million shares over three years")]
    [160000000, 3]
    """
    for mention in find_any(text):
        if isinstance(mention.value, Count):
            yield Mention(mention.start, mention.end, mention.value)
