"""Sheets of keys and values: "Borrower: X / Lender: Y / Amount: EUR 5 million"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loopledger.read.lexicon import words
from loopledger.read.tables import scaled
from loopledger.sources import Block, BlockKind, Document

__all__ = ["KEYS", "Pair", "Sheet", "sheets"]

#: What a key announces. To teach the reader a key, add its last word to a row.
KEYS: Mapping[str, str] = {
    word: role
    for role, row in {
        "payer": "lender lenders investor investors subscriber subscribers purchaser buyer customer client offtaker"
        " off-taker tenant lessee charterer licensee guarantor insurer surety acquirer bidder arranger underwriter"
        " hyperscaler payer financier bank banks backer",
        "payee": "borrower obligor issuer company seller supplier vendor landlord lessor owner shipowner"
        " generator operator"
        " provider host licensor contractor manufacturer target insured beneficiary payee developer yard shipyard"
        " builder investee recipient maker producer",
        "value": "amount principal quantum sum price value consideration size commitment upfront rent cap covered limit"
        " facility investment money cost fee",
        "capacity": "capacity nameplate mw gw load power",
        "units": "quantity qty units shares number volume vessels aircraft",
        "term": "term tenor maturity period duration years",
        "what": "product products goods commodity equipment instrument security type subject asset premises services",
        "holder": "holder",
        "status": "status stage state signed",
    }.items()
    for word in row.split()
}  # fmt: skip
_PAIR = re.compile(
    r"(?:^|(?<=[.;,/|])\s+|\s[-\u2013\u2014\u2022*/|]\s+)[*_]{0,2}"
    r"(?P<key>[A-Za-z][\w()'\u2019&-]*(?:[ /][\w()'\u2019&-]+){0,4}?)[*_]{0,2}"
    r"\s*(?::[*_]{0,2}(?=\s)|\.{3,}|\s=\s)\s*"
)
_OUTER = " \t.;,/|*_-\u2013\u2014\u2022"
_NAME = re.compile(r"[A-Z0-9][\w&'\u2019.-]*(?:[ ,]+(?:[A-Z0-9&(][\w&'\u2019.)-]*|of|de|and|the))*")
_SIDES = frozenset({"payer", "payee", "holder"})
_STOP = re.compile(r"(?<=[a-z)])\.\s+(?=[A-Z])")
#: A longer key or value belongs to prose [characters].
_LONGEST_VALUE = 160
_LONGEST_NAME = 70
#: So many blocks of a document are looked at.
_MOST = 20_000
_BONDS = words("note notes bond bonds eurobond eurobonds debentures")
_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("warrant", words("warrant warrants strike")),
    ("guarantee", words("guarantor insurer surety guarantee insured")),
    ("acquire", words("acquirer target takeover bidder")),
    ("rent", words("tenant landlord lessor lessee charterer rent lease")),
    (
        "lend",
        words("lender lenders borrower obligor loan facility arranger underwriter financier bank banks"),
    ),
    ("invest", words("investor investors subscriber subscription investee backer")),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One key with its value: ``block.text[start:end]`` is the value."""

    role: str
    key: str
    block: Block
    at: int
    start: int
    end: int

    @property
    def text(self) -> str:
        """The value, with the unit that its key tells."""
        return scaled(self.key, self.block.text[self.start : self.end])


@dataclass(slots=True)
class Sheet:
    """Pairs that belong together, in the order of the document."""

    pairs: list[Pair] = field(default_factory=list)

    def of(self, role: str) -> list[Pair]:
        """Return the pairs of a role."""
        return [pair for pair in self.pairs if pair.role == role]

    @property
    def verb(self) -> str:
        """The verb that stands for what is promised, told by the keys and values."""
        said = {w for pair in self.pairs for w in re.findall(r"[a-z-]+", pair.key.lower())}
        told = {w for pair in self.pairs for w in re.findall(r"[a-z-]+", pair.text.lower())}
        for verb, cues in _KINDS:
            if said & cues or (verb in ("warrant", "lend") and told & (cues - {"bank", "banks", "facility"})):
                return verb
        if "issuer" in said:
            return "issue" if told & _BONDS else "invest"
        return "buy"

    @property
    def is_telling(self) -> bool:
        """Whether it names a side and a size."""
        known = sum(bool(pair.role) for pair in self.pairs)
        return known > 1 and bool(self.of("payer") or self.of("payee"))


def _role(key: str) -> str:
    row = [w for w in re.split(r"[^\w-]+", key.lower()) if w]
    return next((KEYS[w] for w in reversed(row) if w in KEYS), "") if len(row) <= 5 else ""


def _pairs(block: Block) -> Iterator[Pair]:
    found = [m for m in _PAIR.finditer(block.text) if len(m["key"]) <= 40]
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(block.text)
        start = match.end()
        while end > start and block.text[end - 1] in _OUTER:
            end -= 1
        if 0 < end - start <= _LONGEST_VALUE:
            role = _role(match["key"])
            stop = _STOP.search(block.text, start, end) if role in _SIDES else None
            if stop is not None:  # "Issuer: X Ltd. Subscription for new shares"
                yield Pair("", "", block, stop.end(), stop.end(), end)
                end = stop.start()
            speech = role in _SIDES and end - start > _LONGEST_NAME  # "HOST: And then?"
            yield Pair("" if speech else role, match["key"], block, match.start("key"), start, end)


def sheets(document: Document) -> Iterator[Sheet]:
    """Yield the sheets of a document: runs of keys with values, in one block or in lines that follow each other.

    Examples
    --------
    >>> from loopledger.sources import document_from_text
    >>> sheet = next(sheets(document_from_text("Borrower: Orvane. Lender: Bexley Bank. Amount: EUR 5 million.")))
    >>> [(pair.role, pair.text) for pair in sheet.pairs]
    [('payee', 'Orvane'), ('payer', 'Bexley Bank'), ('value', 'EUR 5 million')]
    """
    sheet = Sheet()
    for block in document.blocks[:_MOST]:
        found = list(_pairs(block)) if block.kind is not BlockKind.ROW and _looks_keyed(block.text) else []
        known = [pair for pair in found if pair.role]
        again = {p.role for p in known} & {p.role for p in sheet.pairs} & {"payer", "payee"}
        if not found or (again and sheet.of("value")):
            if sheet.is_telling:
                yield sheet
            sheet = Sheet()
        sheet.pairs += found if known or sheet.pairs else []
    if sheet.is_telling:
        yield sheet


def _looks_keyed(text: str) -> bool:
    return len(text) < 4 * _LONGEST_VALUE and (":" in text or "..." in text or " = " in text)


def plain_name(text: str) -> str:
    """Return the name at the head of a value: "Orvane Systems S.A. (the parent)" is "Orvane Systems S.A.".

    Examples
    --------
    >>> plain_name("Helaba, Frankfurt"), plain_name("to be named")
    ('Helaba', '')
    """
    match = _NAME.match(text)
    return re.split(r",(?!\s*(?:Inc|Ltd|L\.P|LLC|S\.A))|\(", match[0])[0].strip(" ,&") if match else ""
