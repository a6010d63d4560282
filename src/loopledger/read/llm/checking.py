"""Check a model's answer against the document: find its words, read its figures again, drop the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from loopledger.read.llm.answer import Answer, Promise
from loopledger.read.quantities import Figure, FigureKind, figures
from loopledger.records import Draft, Kind, Party, PartyRef, Span, Units

if TYPE_CHECKING:
    from loopledger.sources import Block, Document

__all__ = ["Checked", "Dropped", "check_answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A field, or a whole promise, that did not stand the check.

    Parameters
    ----------
    promise : int
        Its number in the answer, from 1.
    field : str
        ``promise`` when the whole of it is dropped.
    words : str
        As the model gave them.
    why : str
    """

    promise: int
    field: str
    words: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is left of an answer.

    Parameters
    ----------
    drafts : tuple of Draft
        Each field found in the document, each figure read by our grammar.
    dropped : tuple of Dropped
    """

    drafts: tuple[Draft, ...]
    dropped: tuple[Dropped, ...]


def check_answer(answer: Answer, document: Document, parties: Iterable[Party]) -> Checked:
    """Return the promises of an answer whose words stand in the document.

    Parameters
    ----------
    answer : Answer
    document : Document
    parties : iterable of Party
        Known organisations; a name or alias of theirs gets their id.

    Returns
    -------
    Checked
        A promise is dropped whole if its passage is not in the document, if no payer (other than of a bond)
        or no payee is left, or if it has no quantity left. Any other field is dropped alone.
    """
    checker = _Checker(document, parties)
    drafts = []
    for number, promise in enumerate(answer.promises, start=1):
        draft = checker.draft(number, promise)
        if draft is not None:
            drafts.append(draft)
    return Checked(drafts=tuple(drafts), dropped=tuple(checker.dropped))


@dataclass(frozen=True, slots=True)
class _Place:
    block: Block
    start: int
    end: int


class _Checker:
    def __init__(self, document: Document, parties: Iterable[Party]) -> None:
        self._document = document
        self._ids = {name.casefold(): p for p in parties for name in (p.name, *p.aliases)}
        self.dropped: list[Dropped] = []

    def draft(self, number: int, promise: Promise) -> Draft | None:
        place = next(self._places(promise.quote), None)
        if place is None:
            self._drop(number, "promise", promise.quote, "the passage is not in the document")
            return None
        payers = [ref for name in promise.payers if (ref := self._party(number, "payer", name))]
        payee = self._party(number, "payee", promise.payee) if promise.payee else None
        if payee is None or (not payers and promise.kind is not Kind.BOND) or payee in payers:
            self._drop(number, "promise", promise.quote, "one of its two sides is missing")
            return None
        money = self._figure(number, "amount", promise.amount, FigureKind.MONEY, place)
        power = self._figure(number, "capacity", promise.capacity, FigureKind.POWER, place)
        count = self._figure(number, "count", promise.count, FigureKind.COUNT, place)
        term = self._figure(number, "term", promise.term, FigureKind.TERM, place)
        if not (money or power or count) and promise.kind is not Kind.REVENUE_SHARE:
            self._drop(number, "promise", promise.quote, "it has no quantity that stands in the document")
            return None
        if promise.status_quote and next(self._places(promise.status_quote), None) is None:
            self._drop(number, "status_quote", promise.status_quote, "these words are not in the document")
        left, right = place.block.origin(place.start, place.end)
        return Draft(
            kind=promise.kind, payers=tuple(payers), payee=payee,
            amount=money.amount if money else None, capacity=power.capacity if power else None,
            units=_units(count, promise.count), term_years=_years(term),
            status=promise.status, firmness=promise.firmness,
            evidence=(Span(left, right, self._document.text[left:right]),), rules=("language model",),
        )  # fmt: skip

    def _drop(self, number: int, field: str, words: str, why: str) -> None:
        self.dropped.append(Dropped(promise=number, field=field, words=words, why=why))

    def _places(self, words: str) -> Iterator[_Place]:
        """Yield where words stand in the document, white space and kinds of quotation mark aside."""
        parts = [_sign(re.escape(part)) for part in words.split()]
        pattern = re.compile(rf"(?<!\w){' '.join(parts)}(?!\w)" if parts else r"(?!)")
        for block in self._document.blocks:
            for match in pattern.finditer(block.text):
                yield _Place(block, match.start(), match.end())

    def _party(self, number: int, field: str, name: str) -> PartyRef | None:
        if next(self._places(name), None) is None:
            self._drop(number, field, name, "this name is not in the document")
            return None
        known = self._ids.get(" ".join(name.split()).casefold())
        return PartyRef(" ".join(name.split()), known.id if known else None)

    def _figure(
        self, number: int, field: str, words: str | None, kind: FigureKind, passage: _Place
    ) -> Figure | None:
        """Return the figure our grammar reads where the words stand, nearest to the passage."""
        if not words:
            return None
        places = sorted(self._places(words), key=lambda place: _distance(place, passage))
        if not places:
            self._drop(number, field, words, "these words are not in the document")
            return None
        for place in places:
            for figure in figures(place.block.text):
                if figure.kind is kind and figure.start < place.end and place.start < figure.end:
                    return figure
        self._drop(number, field, words, "our grammar reads no such figure in these words")
        return None


def _sign(pattern: str) -> str:
    return re.sub(r"[\"“”„]", '["“”„]', re.sub(r"['’‘]", "['’‘]", pattern))


def _distance(place: _Place, passage: _Place) -> int:
    return abs(place.start - passage.start) if place.block is passage.block else 1_000_000


def _units(count: Figure | None, words: str | None) -> Units | None:
    if count is None or count.count is None:
        return None
    noun = re.sub(
        r"^.*\d[\d.,]*\s*(?:hundred|thousand|million|billion|[kmb]n?\b)?\s*",
        "",
        words or "",
        flags=re.IGNORECASE,
    )
    return Units(count=count.count, of=noun.strip() or "units")


def _years(term: Figure | None) -> Decimal | None:
    return term.count if term else None
