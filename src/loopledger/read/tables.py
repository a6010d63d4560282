"""Rows of tables to events: columns by their headers, or by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.read.content import counted_noun, noun_class
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase
from loopledger.read.lexicon.cues import any_phrase
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.roles import PLURAL_GROUPS
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.segment import Sentence
from loopledger.units.words import CURRENCY_WORDS

__all__ = ["HEADERS", "Column", "read_row"]

#: Words in a column's header : what stands in the column. To teach the reader a header, add its word.
HEADERS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("payer", ("customer", "buyer", "client", "purchaser", "payer", "from", "investor", "lender", "tenant", "lessee",
               "acquirer", "offtaker", "backer", "who pays", "paying", "pays", "guarantor",
               "borrower's lender", "source")),
    ("payee", ("supplier", "seller", "vendor", "payee", "to", "investee", "borrower", "landlord", "lessor", "target",
               "recipient", "provider", "issuer", "paid", "receives", "receiving", "gets", "beneficiary",
               "into", "company", "host", "counterparty", "builder", "operator", "developer", "whom", "lab")),
    ("value", ("value", "amount", "sum", "size", "price", "total", "commitment", "worth", "consideration",
    "money", "how much")),
    ("capacity", ("power", "capacity", "mw", "gw", "megawatts", "gigawatts", "load")),
    ("units", ("servers", "units", "chips", "gpus", "shares", "quantity", "number", "volume", "tonnes")),
    ("term", ("term", "length", "duration", "years", "period", "tenor", "runs", "maturity")),
    ("what", ("what", "goods", "products", "item", "instrument", "type", "kind", "deal", "content",
    "service", "purpose")),
    ("status", ("status", "state", "stage", "wording", "standing", "where it stands")),
)  # fmt: skip
_BARE = re.compile(
    r"\s*(?:about |some |up to |around |at least |over |more than |roughly |approx\. |~|c\.\s?)?\d[\d,.]*\s*"
)
_UNIT = re.compile(r"\b(MW|GW|megawatts|gigawatts)\b", re.IGNORECASE)
_SCALE = re.compile(
    r"(?P<currency>US\$|A\$|C\$|HK\$|S\$|[$\u20ac\u00a3\u00a5]|\b[A-Z]{3}\s?)\s*,?\s*(?P<scale>m|mn|millions?|bn|billions?|tn|trillions?)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"\s*(?:about |some |up to )?(?:US\$|[$\u20ac\u00a3\u00a5])\s?\d[\d,.]*\s*")
#: "How much (bn yen)": the magnitude before the currency.
_TURNED = re.compile(
    r"\b(?P<scale>m|mn|millions?|bn|billions?|tn|trillions?)\s+"
    rf"(?P<currency>{'|'.join(sorted((w for w in CURRENCY_WORDS if w.isalpha()), key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_IN_SCALE = re.compile(
    r"\b(?P<dollars>dollars\s+)?in\s+(?P<scale>thousands|millions|billions)\b", re.IGNORECASE
)
_SCALES = {"m": "million", "b": "billion", "t": "trillion"}
_PATTERNS = [(role, any_phrase(words)) for role, words in HEADERS]
_SELL_SIDE = any_phrase(["lender", "investor", "backer"])
_BORROW_SIDE = any_phrase(["borrower", "lender"])
_INVEST_SIDE = any_phrase(
    [
        "investor",
        "investee",
        "stake",
        "stakes",
        "backer",
        "shares",
        "stock",
        "equity",
        "investments",
        "funding round",
    ]
)
_SINGLE = re.compile(
    r"\bin every row\b|\beach row\b|\bin each row\b|\ball rows\b|\bin every case\b|\bin each case\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One cell of a row, with what its header makes of it."""

    role: str
    header: str
    text: str
    start: int
    end: int
    items: list[NounPhrase]


def role_of(header: str) -> str:
    """Return what a header announces; empty if it says nothing known."""
    best = ("", len(header) + 1)
    for role, pattern in _PATTERNS:
        match = pattern.search(header)
        if match and match.start() < best[1]:
            best = (role, match.start())
    return best[0]


def _figure(columns: list[Column], kind: FigureKind) -> tuple[Figure, NounPhrase] | None:
    for column in columns:
        for np in column.items:
            for figure in np.figures:
                if figure.kind is kind:
                    return figure, np
    return None


def scaled(header: str, text: str) -> str:
    """Return a bare number with the currency and magnitude of its header: "Size ($m)", "EUR bn".

    Examples
    --------
    >>> scaled("Size ($m)", "2,300"), scaled("Power (MW)", "40"), scaled("Lender", "40")
    ('$2,300 million', '40 MW', '40')
    >>> scaled("2026 (in millions)", "$2,300"), scaled("2026 (dollars in thousands)", "2,300")
    ('$2,300 million', '$2,300 thousand')
    """
    stated = _IN_SCALE.search(header)
    if stated:
        if _SIGNED.fullmatch(text):
            return f"{text} {stated['scale'].lower().removesuffix('s')}"
        if stated["dollars"] and _BARE.fullmatch(text):
            return f"${text} {stated['scale'].lower().removesuffix('s')}"
    if not _BARE.fullmatch(text):
        return text
    unit = _UNIT.search(header)
    if unit is None and role_of(header) == "term" and "year" in header.lower():
        return f"{text} years"
    if unit:
        return f"{text} {unit[1]}"
    money = _SCALE.search(header)
    turned = _TURNED.search(header) if money is None else None
    if turned is not None:
        return f"{text} {_SCALES[turned['scale'].lower()[0]]} {turned['currency']}"
    if money is None:
        return text
    return f"{money['currency'].strip()}{text} {_SCALES[money['scale'].lower()[0]]}"


def _party(columns: list[Column], role: str, discourse: Discourse) -> list[Entity]:
    for column in columns:
        if column.role == role:
            parts = [part for np in column.items for part in (np.parts or [np])]
            found = [np.entity for np in parts if np.entity is not None]
            if not found and any(np.head + "s" in PLURAL_GROUPS for np in column.items):
                found = [discourse.placeholder(column.text.lower())]
            return list(dict.fromkeys(found))
    return []


def _sides(
    columns: list[Column], discourse: Discourse, frame_of: Event | None
) -> tuple[list[Entity], list[Entity]]:
    payers, payees = _party(columns, "payer", discourse), _party(columns, "payee", discourse)
    if frame_of is not None:
        return payers or frame_of.doer, payees
    return payers, payees or (_other_party(columns, payers) if payers else [])


def _other_party(columns: list[Column], sides: list[Entity]) -> list[Entity]:
    """Return the one other party of a row whose columns name only one side."""
    found = [
        np.entity
        for column in columns
        for np in column.items
        if column.role == "" and np.entity is not None and np.entity not in sides
    ]
    return found if len(set(found)) == 1 else []


def read_row(
    row: Sentence, columns: list[Column], discourse: Discourse, frame_of: Event | None, context: str = ""
) -> Event | None:
    """Return the event that a row states, or None if it states none.

    Parameters
    ----------
    row : Sentence
        The whole row.
    columns : list of Column
    discourse : Discourse
    frame_of : Event or None
        An event whose payer all rows share ("in every row X is the buyer").
    context : str
        Title and lead of the table, for rows that do not say what is promised.
    """
    payers, payees = _sides(columns, discourse, frame_of)
    money = _figure(columns, FigureKind.MONEY)
    power = _figure(columns, FigureKind.POWER)
    count = _figure(columns, FigureKind.COUNT)
    if not (money or power or count):
        return None
    if not payers or not payees or payers == payees:
        return None
    words = " ".join([*(c.header for c in columns), *(c.text for c in columns)])
    content = [np for c in columns if c.role in ("what", "value", "") for np in c.items]
    classes = {noun_class(np) for np in content} - {None}
    if not classes:
        words += " " + context
    verb = "buy"
    if _INVEST_SIDE.search(words) and not classes & {NounClass.GOODS, NounClass.SERVICES}:
        verb = "invest"
    elif classes & {NounClass.BOND} or re.search(
        r"\b(?:loan|lender|borrower|debt|credit)\b", words, re.IGNORECASE
    ):
        verb = "lend"
    elif re.search(r"\b(?:lease|rent|tenant|landlord|lessor)\b", words, re.IGNORECASE):
        verb = "rent"
    event = Event(sentence=row, frame=FRAMES[verb], trigger="row", item=0, last=0, doer=payers, other=payees[:1],
                  content=content, rules=["table"], start=0, end=len(row.text))  # fmt: skip
    event.money = money[0] if money else None
    event.power = power[0] if power else None
    if count and count[0].kind is FigureKind.COUNT:
        header = next((c.header for c in columns if count[1] in c.items), "")
        noun = counted_noun(count[1]) or (header.lower() if role_of(header) == "units" else "")
        if noun:
            event.count, event.counted = count[0], noun
    term = _figure(columns, FigureKind.TERM)
    event.term = term[0].count if term else None
    return event


def shares_one_payer(text: str) -> bool:
    """Whether a sentence says that all rows have one side in common."""
    return bool(_SINGLE.search(text))
