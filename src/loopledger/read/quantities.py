"""The figures of a sentence: sums, capacities, counts of goods, shares, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from loopledger.read.tokens import Token
from loopledger.units import Amount, Bound, Capacity
from loopledger.units.grammar import Count, find_quantities
from loopledger.units.words import MAGNITUDE_WORDS, MULTIPLES, NUMBER_WORDS, UNIT_WORDS

__all__ = ["Figure", "FigureKind", "figures", "may_hold_figures"]

_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b|percent\b|percentage\b)", re.IGNORECASE)
_YEARS = re.compile(
    r"[\s-]*(?:(?:contract|calendar|fiscal|full|consecutive|further|more|additional)\s+)?(?P<unit>years?|months?|decades?|quarters?)(?P<old>-old)?\b",
    re.IGNORECASE,
)
_AGO = re.compile(r"\s+(?:ago|late|later|earlier|early|old|before|behind|running)\b", re.IGNORECASE)
_PER = re.compile(
    r"\s*(?:,\s*)?(?P<per>an?\s+year|per\s+year|annually|each\s+year|every\s+year|yearly|per\s+annum|a\s+year|in\s+any\s+year"
    r"|an?\s+month|per\s+month|monthly|each\s+month|an?\s+quarter|per\s+quarter|each\s+quarter|a\s+week|a\s+day)\b",
    re.IGNORECASE,
)
_LAST_YEARS = re.compile(r"\b(?:last|past|previous|first|in|within|every|after|recent)\s+\Z", re.IGNORECASE)
_IN_YEARS = re.compile(r"\b(?:in|within|after)\s+(?:about\s+|some\s+|roughly\s+)?\Z", re.IGNORECASE)
_MONTHS_OF = {"year": 12, "month": 1, "decade": 120, "quarter": 3}
_YEAR = range(1900, 2101)
_DECADE = re.compile(r"\b(?:for|over)\s+(?P<term>(?:a|the\s+next)\s+decade)\b", re.IGNORECASE)
_HALF_YEAR = re.compile(
    r"\b(?:first|second|third|fourth|last|next|past)\s+(?:half|quarter)|(?:half|quarter)\s+(?:of\s+)?(?:19|20)\d\d",
    re.IGNORECASE,
)
_RIGHTS_OVER = re.compile(r"\b(?:warrants?|options?|rights)\s+\Z", re.IGNORECASE)
_INDIAN = re.compile(r"\b(?:crore|lakh)s?\b", re.IGNORECASE)
#: What may follow a bare sum beside another in the sentence, and what may where the sum stands in an earlier one.
_ENDS_HERE = re.compile(r"\s*(?:[,.;)]|and\b|\Z|in\b|from\b|to\b|for\b)")
_ENDS_ANYHOW = re.compile(
    r"\s*(?:[,.;:)]|\Z|(?:and|in|from|to|for|as|at|by|on|with|each|over|under|per|until|through|behind|into|across"
    r"|between|together|instead|more|which|that|would|will|was|were|is|are|has|had|comes?|came|goes|went|spread"
    r"|a\s+(?:year|month|quarter))\b"
    r"|of\s+(?:it|that|this|which|new|fresh|bank|debt|credit|loans?|equity|rents?|capital|funding|money)\b)",
    re.IGNORECASE,
)
_MILLIONS = re.compile(
    r"\b\S*(?:million|billion|trillion|milliard)\b|\d\s?(?:bn|mn|tn|[mb])\b", re.IGNORECASE
)
#: Beside these, millions that name nothing are rather of them than of money.
_COUNTED_NOUNS = re.compile(
    r"\b(?:users?|subscribers?|customers?|people|population|tokens?|shares?|downloads?|barrels?|tonnes?|tons?|vehicles?"
    r"|homes?|households|jobs|visitors?|passengers?|patients?|doses|units?|chips|metres|meters|miles|kilomet|parameters"
    r"|viewers|copies|acres|hectares|votes|members)\b",
    re.IGNORECASE,
)
_PRICE_OF_ONE = re.compile(r"\s*(?:apiece|each)\b", re.IGNORECASE)


class FigureKind(StrEnum):
    """What a figure measures."""

    MONEY = "money"
    POWER = "power"
    COUNT = "count"
    PERCENT = "percent"
    TERM = "term"
    YEAR = "year"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a sentence: ``text[start:end]``.

    Parameters
    ----------
    amount, capacity, count : Amount, Capacity, Decimal or None
        By kind.
    bound : Bound
    per : str
        "year" or another period for a recurring sum.
    text : str
        The words of the figure, its hedge included.
    """

    start: int
    end: int
    kind: FigureKind
    bound: Bound
    amount: Amount | None = None
    capacity: Capacity | None = None
    count: Decimal | None = None
    per: str = ""
    scaled: bool = False
    text: str = ""

    def moved(self, by: int) -> Figure:
        """Return the figure at another place of the text."""
        return replace(self, start=self.start + by, end=self.end + by)

    @property
    def is_quantity(self) -> bool:
        """Whether a promise may be of this figure."""
        return self.kind in (FigureKind.MONEY, FigureKind.POWER, FigureKind.COUNT)


def _term(text: str, start: int, end: int, count: Count) -> Figure | None:
    unit = _YEARS.match(text, end)
    if unit is None or unit["old"] or not 0 < count.value <= 1200:
        return None
    name = unit["unit"].lower().rstrip("s")
    years = count.value * _MONTHS_OF[name] / 12
    before = text[max(0, start - 24) : start]
    is_term = (
        not _AGO.match(text, unit.end())
        and (not _LAST_YEARS.search(before) or text[start : unit.end()].find("-") > 0)
        and not _IN_YEARS.search(before)
        and years <= 60
        and name != "quarter"
    )
    over = re.match(r"over\s+", text[start:end], re.IGNORECASE)
    if over:  # "over ten years" is a preposition, not a hedge
        return Figure(start + over.end(), unit.end(), FigureKind.TERM, Bound.EXACT, count=years)
    kind = FigureKind.TERM if is_term else FigureKind.NUMBER
    return Figure(start, unit.end(), kind, count.bound, count=years)


def _counted(text: str, start: int, end: int, count: Count) -> Figure | None:
    percent = _PERCENT.match(text, end)
    if percent:
        return Figure(start, percent.end(), FigureKind.PERCENT, count.bound, count=count.value)
    term = _term(text, start, end, count)
    if term:
        return term
    if 0 < count.value < 1 and not _HALF_YEAR.search(text[max(0, start - 8) : end + 8]):
        return Figure(start, end, FigureKind.PERCENT, count.bound, count=count.value * 100)
    digits = text[start:end]
    if digits.lower() in ("one", "a score"):
        return None
    if (
        count.bound is Bound.AT_LEAST
        and digits.lower().startswith("over")
        and _RIGHTS_OVER.search(text[max(0, start - 12) : start])
    ):
        return Figure(start + 5, end, FigureKind.COUNT, Bound.EXACT, count=count.value, scaled=count.scaled)
    if count.bound is Bound.EXACT and not count.scaled and count.value in _YEAR and digits.isdigit():
        return Figure(start, end, FigureKind.YEAR, count.bound, count=count.value)
    return Figure(start, end, FigureKind.COUNT, count.bound, count=count.value, scaled=count.scaled)


def _lent_currency(found: list[Figure], text: str, lent: str) -> list[Figure]:
    """Give bare sums the currency of the sum before: "500 million euros, Y 100 million", "the other 80 million"."""
    result: list[Figure] = []
    may_borrow = not _COUNTED_NOUNS.search(text)
    for figure in found:
        last = next((f.amount.currency for f in reversed(result) if f.amount), "")
        following = text[figure.end :]
        code = last if _ENDS_HERE.match(following) else ""
        if not code and may_borrow and _ENDS_ANYHOW.match(following):
            code = (last or lent) if _MILLIONS.search(text[figure.start : figure.end]) else ""
        if figure.kind is FigureKind.COUNT and _INDIAN.search(text[figure.start : figure.end]):
            code = code or ("INR" if _ENDS_HERE.match(following) else "")
        if figure.kind is FigureKind.COUNT and figure.scaled and code and figure.count is not None:
            amount = Amount.of(figure.count, code, figure.bound)
            result.append(Figure(figure.start, figure.end, FigureKind.MONEY, figure.bound, amount=amount))
        else:
            result.append(figure)
    return result


def _at_home(value: Amount, written: str, homes: Mapping[str, str]) -> Amount:
    word = written.rsplit(maxsplit=1)[-1].lower()
    code = homes.get(word)
    if (
        code is None
        or code == value.currency
        or (len(written.split()) > 1 and written.split()[-2][:1].isupper())
    ):
        return value  # "Swedish crowns" says it itself
    return replace(value, currency=code)


#: Words without which, and without a digit, no figure is told.
_LEADS = frozenset(
    word.lower() for row in (NUMBER_WORDS, MAGNITUDE_WORDS, MULTIPLES, UNIT_WORDS) for word in row
) | {"half", "quarter", "quarters", "third", "couple", "decade", "three-quarters"}
_DIGIT = re.compile(r"\d")


def may_hold_figures(text: str, tokens: Iterable[Token]) -> bool:
    """Whether a sentence may hold a figure, told at a glance."""
    if _DIGIT.search(text):
        return True
    return any(
        t.low in _LEADS or ("-" in t.low and not _LEADS.isdisjoint(t.low.split("-")))
        for t in tokens
        if t.is_word
    )


def figures(text: str, homes: Mapping[str, str] | None = None, lent: str = "") -> list[Figure]:
    """Return the figures of a sentence, from left to right.

    Parameters
    ----------
    text : str
    homes : mapping, optional
        Currencies that shared words such as "crowns" mean in the document.
    lent : str
        Currency of the last sum before the sentence: that of "the other 80 million".

    Examples
    --------
    >>> [(f.kind.value, f.per) for f in figures("pays $5 million a year for 20 years for 8% of it")]
    [('money', 'year'), ('term', ''), ('percent', '')]
    """
    found: list[Figure] = []
    for mention in find_quantities(text):
        value = mention.value
        if isinstance(value, Amount):
            if homes:
                value = _at_home(value, text[mention.start : mention.end], homes)
            per = _PER.match(text, mention.end)
            period = (
                re.sub(r".*\b(year|annu|month|quarter|week|day).*", r"\1", per["per"].lower()) if per else ""
            )
            period = (
                "year"
                if period.startswith(("annu", "year"))
                else ("month" if period.startswith("month") else period)
            )
            end = per.end() if per else mention.end
            found.append(Figure(mention.start, end, FigureKind.MONEY, value.bound, amount=value, per=period))
        elif isinstance(value, Capacity):
            found.append(Figure(mention.start, mention.end, FigureKind.POWER, value.bound, capacity=value))
        else:
            counted = _counted(text, mention.start, mention.end, value)
            if counted:
                found.append(counted)
    found += [
        Figure(m.start("term"), m.end(), FigureKind.TERM, Bound.EXACT, count=Decimal(10))
        for m in _DECADE.finditer(text)
    ]
    found.sort(key=lambda f: f.start)
    return [replace(f, text=text[f.start : f.end]) for f in _lent_currency(found, text, lent)]
