"""Documents to sentences, each with its place; datelines set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loopledger.read.lexicon.names import EXCHANGES, MONTHS
from loopledger.records import Span
from loopledger.sources import Block, BlockKind, Document

__all__ = ["Sentence", "sentences", "unread"]

#: Where a company is listed says nothing about a promise: "(NASDAQ: ORVN)", "(ORVN.O)".
_EXCHANGE = rf"(?i:{'|'.join(sorted(EXCHANGES, key=len, reverse=True))})(?: [A-Z]\w+){{0,2}}\s?:?\s?"
_TICKER = re.compile(
    rf"\(\s*(?:(?:{_EXCHANGE}[A-Z0-9][A-Z0-9.-]{{0,7}}(?:\s?[,;/]\s?)?)+|[A-Z0-9]{{1,6}}\.[A-Z]{{1,3}})\s*\)"
)
#: Other signs for a hyphen and a blank, as pages use them; each as long as what replaces it.
_SIGNS = {0x2010: "-", 0x2011: "-", 0x00A0: " ", 0x2007: " ", 0x2009: " ", 0x202F: " "}

_END = re.compile(
    r"(?<![.!?])[.!?]+[\"'\u201d\u2019)\]]*\s+"
    r"(?:(?=[\"'\u201c\u2018(\[]*[A-Z0-9$€£¥])|(?=[a-z]\w*[A-Z]))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Bros|Mr|Mrs|Ms|Dr|St|No|Nos|vs|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct"
    r"|Nov|Dec|Calif|Tex|Mass|Pa|Va|Ill|Wash|Fla|Ariz|Colo|Conn|Mich|Minn|Ore|Gov|Gen|Sen|Rep|Prof|Jr|Sr|etc|Rs"
    r"|i\.e|e\.g|a\.m|p\.m)|(?:^|[\s(])[A-Z]|\b[A-Z]\.[A-Z])$"
)
#: These may end a sentence all the same, when a new one clearly begins.
_CORPORATE = re.compile(r"\b(?:Inc|Corp|Co|Ltd|N\.V|S\.A|U\.S|L\.P|p\.m|a\.m)$")
_SENTENCE_START = re.compile(
    r"(?:The|It|Its|In|On|Under|A|An|They|This|That|These|Those|As|At|For|Both|Each|He|She)\s"
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DASH = re.compile(r"\s(?:-{1,2}|\u2013|\u2014)\s")
_DATED = re.compile(
    rf"\b(?:{_MONTH})\b\.?|\b(?:Wire|Reuters|AP|AFP|Bloomberg|PRNewswire|Business Wire|Globe Newswire)\b",
    re.IGNORECASE,
)
_CITY = re.compile(r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .,/&'-]{2,60}(?:\([^)]{2,30}\))?$")
_CITY_OPENS = re.compile(r"[A-Z\u00c0-\u00de]{3,}")
#: A longer paragraph is no prose; it is read to here [characters].
_LONGEST_BLOCK = 100_000
#: More sentences than this are no document that somebody wrote.
_MOST = 150_000
#: A longer sentence is no sentence [characters].
_LONGEST = 1600
#: A dateline is no longer than this [characters].
_LONGEST_DATELINE = 110


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a block: as long as ``block.text[start:start + len(text)]``.

    Parameters
    ----------
    text : str
        With plain signs: see :func:`_plain`.
    block : Block
    start : int
        Where the sentence begins in the block's text.
    index : int
        Its number in the document.
    opens : bool
        Whether it is the first of its block.
    """

    text: str
    block: Block
    start: int
    index: int
    opens: bool

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading of the document."""
        return self.block.kind is BlockKind.HEADING

    def span(self, document: Document, start: int, end: int) -> Span:
        """Return the evidence ``text[start:end]`` as a verbatim passage of the document."""
        left, right = self.block.origin(self.start + start, self.start + end)
        return Span(left, right, document.text[left:right])


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text; one that never ends is cut, so that reading stays linear."""
    for start, end in _ends(text):
        while end - start > _LONGEST:
            cut = text.rfind(" ", start + 1, start + _LONGEST) + 1 or start + _LONGEST
            yield start, cut
            start = cut  # noqa: PLW2901
        yield start, end


def _plain(text: str) -> str:
    """Return a text of the same length with plain hyphens and blanks, and without stock tickers."""
    text = text.translate(_SIGNS)
    return _TICKER.sub(lambda match: " " * len(match[0]), text) if "(" in text else text


def _ends(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        clear = _CORPORATE.search(before) and _SENTENCE_START.match(text, match.end())
        if match[0][0] == "." and _ABBREVIATION.search(before) and not clear:
            continue
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _dateline(text: str) -> int:
    """Return how long the dateline at the start of a block is; 0 for none."""
    dash = _DASH.search(text, 0, _LONGEST_DATELINE)
    if dash is None:
        return 0
    second = _DASH.search(text, dash.end(), _LONGEST_DATELINE)
    if second is not None and _DATED.search(text, dash.end(), second.start()) and _CITY_OPENS.match(text):
        return second.end()  # "RIYADH, Kingdom of Saudi Arabia - 2 February 2026 -"
    before = text[: dash.start()]
    return dash.end() if _DATED.search(before) or _CITY.match(before) else 0


def sentences(document: Document) -> Iterator[Sentence]:
    """Yield the sentences of a document in order; table rows are left to the reader of tables."""
    index = 0
    for block in document.blocks:
        if block.kind is BlockKind.ROW:
            continue
        skip = _dateline(block.text) if block.kind is not BlockKind.HEADING else 0
        opens = True
        for start, end in _boundaries(block.text[skip:_LONGEST_BLOCK]):
            text = _plain(block.text[skip + start : skip + end]).rstrip()
            if text and index < _MOST:
                yield Sentence(text, block, skip + start, index, opens)
                index += 1
                opens = False
        if index >= _MOST:
            return


def unread(document: Document) -> Iterator[Span]:
    """Yield the beginnings of what is left unread: the rest of paragraphs, and of documents, without end."""
    if len(document.blocks) > _MOST:
        block = document.blocks[_MOST]
        left, right = block.origin(0, max(1, min(80, len(block.text))))
        yield Span(left, right, document.text[left:right])
    for block in document.blocks[:_MOST]:
        if len(block.text) > _LONGEST_BLOCK:
            left, right = block.origin(_LONGEST_BLOCK, _LONGEST_BLOCK + 80)
            yield Span(left, right, document.text[left:right])
