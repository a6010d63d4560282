"""When a document was written, and when money or capacity is due."""

from __future__ import annotations

import re
from datetime import date

from loopledger.read.lexicon.names import MONTHS
from loopledger.sources import Document
from loopledger.units import DateSpan, parse_span

__all__ = ["effective", "published"]

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_META = re.compile(
    r"(?:name|property|itemprop)=[\"'](?:date|article:published_time|datePublished|pubdate)[\"'][^>]{0,80}content=[\"']([\d-]{10})",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_EFFECTIVE = re.compile(
    r"\b(?P<lead>from|by|in|starting|beginning|begin|begins|through|until|before|during|due|over)\s+(?:in\s+)?(?:the\s+)?"
    r"(?:(?P<part>first|second|third|fourth|last|early|late|mid|end|the\s+end)[\s-]+(?P<unit>quarter|half)?\s*(?:of\s+|in\s+)?)?"
    rf"(?:(?P<month>{_MONTH})\.?\s+)?(?P<year>20\d\d)\b",
    re.IGNORECASE,
)
#: A date of publication stands this near the beginning [characters].
_HEAD = 600


def _day(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    try:
        return date(int(match["year"]), int(month) if month.isdigit() else MONTHS[month], int(match["day"]))
    except ValueError:
        return None


def published(document: Document) -> DateSpan | None:
    """Return the day a document says it was published on: its metadata, or the first full date."""
    if document.issued_on:
        return DateSpan(first=document.issued_on, last=document.issued_on)
    meta = _META.search(document.text[:20_000])
    if meta:
        try:
            day = date.fromisoformat(meta[1])
        except ValueError:
            day = None
        if day:
            return DateSpan(first=day, last=day)
    head = "\n".join(block.text[:_HEAD] for block in document.blocks[:6])[:_HEAD]
    matches = [m for pattern in (_DAY_FIRST, _MONTH_FIRST, _ISO) for m in pattern.finditer(head)]
    for match in sorted(matches, key=lambda m: m.start()):
        day = _day(match)
        if day:
            return DateSpan(first=day, last=day)
    return None


def effective(text: str) -> DateSpan | None:
    """Return when a sentence says that something begins or is due.

    Examples
    --------
    >>> effective("machines arrive from the second half of 2026").first
    datetime.date(2026, 7, 1)
    """
    match = _EFFECTIVE.search(text)
    if match is None:
        return None
    year, part = match["year"], (match["part"] or "").lower()
    literal = year
    if match["month"]:
        literal = f"{year}-{MONTHS[match['month'].lower()]:02d}"
    elif match["unit"] and part in _ORDINALS:
        first = 32 if match["unit"].lower() == "quarter" else 39
        literal = f"{year}-{first + min(_ORDINALS[part], 4 if first == 32 else 2)}"
    lead = match["lead"].lower()
    if lead in ("from", "starting", "beginning", "begin", "begins"):
        start = parse_span(literal).first
        return DateSpan(first=start, last=None)
    if lead in ("by", "until", "through", "before"):
        return DateSpan(first=None, last=parse_span(literal).last)
    return parse_span(literal + ("~" if part in ("early", "late", "mid") else ""))
