"""Patterns of figures, compiled from the words of :mod:`loopledger.units.words`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from loopledger.units.words import (
    BETWEEN,
    BOUND_WORDS,
    BOUND_WORDS_AFTER,
    CODE_WORDS,
    CODES,
    CURRENCY_WORDS,
    FRACTIONS,
    MAGNITUDE_WORDS,
    MULTIPLES,
    NUMBER_WORDS,
    UNIT_WORDS,
)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first, blanks being any white space."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)


#: "A" is a number only before these.
ARTICLE_OF = any_of([*MAGNITUDE_WORDS, *MULTIPLES, *UNIT_WORDS])
CARDINAL = rf"(?:{any_of(NUMBER_WORDS)})"
#: A number begins after a blank or mark, or right after a currency's letters: "USD30k", "RM1.35", "Dh9.4bn".
AHEAD = (
    r"(?:(?<![\w.,])|(?<=\b[A-Z]{3})|"
    + "|".join(rf"(?<=\b{re.escape(word)})" for word in CODE_WORDS if word.isalpha())
    + ")"
)
#: Rand are told by what follows: "R1.6 billion", never "the R1 model".
RAND = r"(?<=\bR)\d+(?:[.,]\d+)*(?=\s?(?:million|billion|trillion|bn|mn|m)\b)"
DIGITS = (
    rf"{AHEAD}\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\d]|[.,]\d)"
    rf"|{AHEAD}\d+(?:\.\d+)?(?![\d]|[.,]\d)"
    rf"|{RAND}"
)
TENS = rf"{CARDINAL}(?:[\s-]+{CARDINAL})?"
SPOKEN = (
    rf"(?<![\w-])(?:(?:{any_of(FRACTIONS)})(?:\s+an?)?|{TENS}(?:\s+point(?:\s+(?:{CARDINAL}|zero|oh|nought))+)?"
    rf"(?P<half>\s+and\s+a\s+half)?|a\s+couple\s+of|an?(?=[\s-]+(?:{ARTICLE_OF})))(?:[\s-]+(?:{any_of(MULTIPLES)}))?"
    rf"(?:(?<=hundred)(?:\s+and)?[\s-]+{TENS})?(?![\w])"
)
NUMBER = re.compile(rf"(?P<digits>(?-i:{DIGITS}))|(?P<spoken>{SPOKEN})", re.IGNORECASE)
MAGNITUDE = re.compile(rf"[\s-]*(?P<word>{any_of(MAGNITUDE_WORDS)})(?!\w)", re.IGNORECASE)
CURRENCY_AFTER = re.compile(
    rf"[\s-]*(?P<word>{any_of([w for w in CURRENCY_WORDS if w[-1].isalpha()])}|(?-i:{any_of(CODES)})|[€£₩])(?!\w)",
    re.IGNORECASE,
)
CURRENCY_BEFORE = re.compile(
    rf"(?:(?<!\w)(?:(?P<millions>M(?P<mcode>{any_of(CODES)})|(?P<codem>{any_of(CODES)})m)\s+)"
    rf"|(?P<code>(?<!\w)(?:{any_of([*CODES, *CODE_WORDS])})|(?<!\w)(?i:{any_of(CODES)})(?=\s))\s*"
    rf"|(?P<rand>(?<!\w)R)"
    rf"|(?P<symbol>(?<![A-Za-z])(?:{any_of([w for w in CURRENCY_WORDS if not w[-1].isalpha()])})|[$€£¥₩₹])\s*)\Z"
)
#: In a literal any three capitals are a currency; in prose they would be a company.
LITERAL_CURRENCY = re.compile(r"(?<!\w)(?P<code>[A-Z]{3})\s+\Z")
UNIT = re.compile(rf"[\s-]*(?P<word>{any_of(UNIT_WORDS)})(?!\w|[\s\u2010\u2011-]?hours?\b)", re.IGNORECASE)
BOUND_BEFORE = re.compile(
    "(?:"
    + "|".join(rf"(?P<{bound.name}>(?<!\w)(?:{any_of(words)}))" for bound, words in BOUND_WORDS.items())
    + rf")\s*(?:(?<!\w)(?:{any_of(BETWEEN)})\s+)?\Z",
    re.IGNORECASE,
)
BOUND_AFTER = re.compile(
    r"\s*(?:"
    + "|".join(rf"(?P<{bound.name}>{any_of(words)})" for bound, words in BOUND_WORDS_AFTER.items())
    + r")(?!\w)",
    re.IGNORECASE,
)
#: The last words of what may stand before a figure: without one of them there is no hedge.
HEDGE_ENDS = frozenset(
    re.findall(r"[^\W\d_]+", phrase.casefold())[-1]
    for phrase in (*BETWEEN, *(w for words in BOUND_WORDS.values() for w in words))
    if re.search(r"[^\W\d_]", phrase)
)
LAST_WORD = re.compile(r"([^\W\d_]+)\s+\Z")
JOINT = re.compile(
    r"\s*(?:(?P<dash>[-\u2010-\u2014])|(?P<to>to|through)\b|(?P<and>and)\b)\s*(?:an?\s+)?", re.IGNORECASE
)
BETWEEN_BEFORE = re.compile(r"\bbetween\s+\Z", re.IGNORECASE)
FROM_BEFORE = re.compile(
    r"(?<!\brange )(?<!\branges )(?<!\branging )(?<!\brun )(?<!\bruns )(?<!\banywhere )\bfrom\s+\Z",
    re.IGNORECASE,
)
MINUS_BEFORE = re.compile(r"(?:(?:^|\s)[-\u2212]|\bminus\s+)\Z", re.IGNORECASE)
WORDS_CURRENCY = {
    " ".join(word.split()).casefold(): code for word, code in {**CURRENCY_WORDS, **CODE_WORDS}.items()
}
WORDS_UNIT = {word.casefold(): power for word, power in UNIT_WORDS.items()}
WORDS_FRACTION = {word.casefold(): value for word, value in FRACTIONS.items()}
#: "A billion and a half".
AND_A_HALF = re.compile(r"\s+and\s+a\s+(?P<part>half)(?!\w)", re.IGNORECASE)
#: A longer string of digits in prose is an identifier, not a sum.
LONGEST_NUMBER = 22
#: Whole numbers are kept without an exponent up to this many zeros.
MOST_ZEROS = 30
#: How far before a figure its hedge and currency are looked for [characters].
REACH = 48
#: How far before a figure its last word is looked for [characters].
SHORT = 16
