"""News about promises that the register has: dated changes for an editor to add, never written by the program.

A document revises a promise when it is dated after its announcement and states terms that no version of the
record known by that day has. A figure that an earlier version has is the one that was revised, and no news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from loopledger.errors import Location
from loopledger.records import Draft, Instrument, Status
from loopledger.register.counting import superseders_of
from loopledger.register.likeness import likeness_of_quantities, same_side
from loopledger.register.match import Match
from loopledger.register.plain import plain_field
from loopledger.register.replay import terms_on
from loopledger.register.snapshot import Snapshot
from loopledger.units import Amount, Capacity, find_amounts, find_capacities

__all__ = ["ProposedChange", "Quote", "Revision", "find_revision", "is_beside", "kin_of", "revised_kin"]

#: Where a passage begins and ends in its document, and its words on one line.
Quote = tuple[int, int, str]

_SAME = 0.9
_ORDER = (
    Status.RUMOURED, Status.IN_TALKS, Status.LETTER_OF_INTENT, Status.ANNOUNCED, Status.DEFINITIVE,
    Status.EFFECTIVE, Status.COMPLETED,
)  # fmt: skip
#: A document says ``announced`` of nearly everything; only what goes beyond it is news.
_NEWS = frozenset({Status.DEFINITIVE, Status.EFFECTIVE, Status.COMPLETED, Status.CANCELLED})
_OVER = frozenset({Status.CANCELLED, Status.COMPLETED})
_REVISES = re.compile(
    r"\b(?:rais(?:es?|ed|ing)|increas\w+|enlarg\w+|upsiz\w+|extend\w*|lift(?:s|ed)?|cuts?|reduc\w+|trim\w*|lower\w*"
    r"|scal\w+ (?:back|down)|amend\w*|renegotiat\w+|revis\w+|instead of|(?:up|down) from|rather than)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:complet\w+|clos(?:ed|es|ing)|paid|fully|finali[sz]ed|funded|received|drawn)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
_TO_COME = re.compile(
    r"\b(?:will|plans? to|intends? to|agree[sd]? to|is to|are to|is set to|to invest|to buy)\b", re.IGNORECASE
)
#: Money on top of other money: the word stands before the sum.
_FURTHER = re.compile(
    r"\b(?:additional|another|a further|extra) (?:up to |about |around |some |roughly |nearly )?"
    r"(?:[A-Z]{2,3} ?)?[$\u20ac\u00a3\u00a5]?\d",
    re.IGNORECASE,
)
#: A promise this old is not what a document announces as additional.
_LONG_KNOWN = timedelta(days=62)
_BESIDE = re.compile(r"\b(?:additional|additionally|further|another|more|new|second|on top)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """A dated change of one instrument, for an editor to add to its file.

    Parameters
    ----------
    instrument, deal : str
        Ids.
    on : datetime.date
        The day of the document.
    set, before : mapping
        The fields with their new values, as a file holds them, and those known on that day.
    evidence : mapping
        The source in the fields of the file format.
    quotes : tuple of (int, int, str)
        The passages it rests on.
    at : Location or None
        Where the record's changes stand, or the record when it has none.
    has_changes : bool
        Whether the record has changes already.
    later : tuple of datetime.date
        Days of changes that the record has after this one.
    """

    instrument: str
    deal: str
    on: date
    set: Mapping[str, Any]
    before: Mapping[str, Any]
    evidence: Mapping[str, Any]
    quotes: tuple[Quote, ...]
    at: Location | None = None
    has_changes: bool = False
    later: tuple[date, ...] = ()

    @property
    def why(self) -> str:
        """The change in words made of its fields alone."""
        told = "; ".join(
            f"{name.replace('_', ' ')} {plain_field(value)} "
            + ("as first made public" if self.before[name] is None else f"instead of {self.before[name]}")
            for name, value in self.set.items()
        )
        return f"{told[0].upper()}{told[1:]}."

    @property
    def fields(self) -> dict[str, Any]:
        """The change in the fields of the file format."""
        return {
            "on": self.on.isoformat(), "set": dict(self.set), "why": self.why,
            "evidence": [dict(self.evidence)],
        }  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "instrument": self.instrument, "deal": self.deal, "at": str(self.at) if self.at else None,
            "later_changes": [day.isoformat() for day in self.later], "change": _plain(self.fields),
            "spans": [{"start": s, "end": e, "quote": q} for s, e, q in self.quotes],
        }  # fmt: skip


def _plain(value: Any) -> Any:  # noqa: ANN401  any value of a file
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return plain_field(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a document says of one instrument that the register does not.

    Parameters
    ----------
    instrument : str
        Its id.
    set, before : mapping
        New values, and those known on the day of the document; empty when nothing is to be written.
    remark : str
        Why nothing is to be written although something differs; empty otherwise.
    later : tuple of datetime.date
        Days of the record's changes after the document.
    """

    instrument: str
    set: Mapping[str, Any]
    before: Mapping[str, Any]
    remark: str = ""
    later: tuple[date, ...] = ()


def _whole(id_: str, snapshot: Snapshot) -> Instrument:
    """Return an instrument as first announced, with all changes known on the snapshot's day."""
    return snapshot.first[id_].model_copy(update={"changes": snapshot.instruments[id_].changes})


def _versions(instrument: Instrument, day: date) -> list[Instrument]:
    """Return the terms as first announced and after each change by a day, the latest last."""
    days = sorted({change.on for change in instrument.changes if change.on <= day})
    return [terms_on(instrument, d) for d in (date.min, *days)]


def _is_told(quantity: Amount | Capacity, versions: list[Amount | Capacity]) -> bool:
    return any(likeness_of_quantities(quantity, known) >= _SAME for known in versions)


def _new_figures(draft: Draft, versions: list[Instrument]) -> Iterator[tuple[str, Any]]:
    if draft.amount is not None:
        known = [v.amount for v in versions if v.amount is not None]
        is_same_money = all(amount.currency == draft.amount.currency for amount in known)
        if is_same_money and not _is_told(draft.amount, list(known)):
            yield "amount", plain_field(draft.amount)
    if draft.capacity is not None:
        megawatts = [v.capacity for v in versions if v.capacity is not None]
        if not _is_told(draft.capacity, list(megawatts)):
            yield "capacity", plain_field(draft.capacity)
    if draft.term_years is not None and all(v.term_years != draft.term_years for v in versions):
        yield "term_years", draft.term_years
    if draft.units is not None:
        counts = [v.units for v in versions if v.units is not None]
        of_same = [u for u in counts if u.of == draft.units.of]
        if of_same and all(u.count != draft.units.count for u in of_same):
            yield "units", {"count": draft.units.count, "of": draft.units.of}


def _new_status(draft: Draft, current: Status) -> Iterator[tuple[str, Any]]:
    if draft.status not in _NEWS or current in {*_OVER, draft.status}:
        return
    if draft.status is Status.COMPLETED and not _DONE.search(_words(draft)):
        return  # a past tense alone, as in "increased its loan", completes nothing
    is_further = (
        draft.status is Status.CANCELLED
        or current not in _ORDER
        or _ORDER.index(draft.status) > _ORDER.index(current)
    )
    if is_further:
        yield "status", draft.status.value


def find_revision(draft: Draft, id_: str, snapshot: Snapshot, day: date) -> Revision | None:
    """Return what a document of a day says of an instrument that the register does not; None if nothing.

    Parameters
    ----------
    draft : Draft
    id_ : str
        The instrument.
    snapshot : Snapshot
        The register as known today.
    day : datetime.date
        The day of the document.

    Examples
    --------
    >>> from loopledger.records import Kind, PartyRef, Span
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.units import parse_amount
    >>> draft = Draft(kind=Kind.LOAN, payers=(PartyRef("Quayside", "quayside"),),
    ...     payee=PartyRef("Fjord", "fjord"), amount=parse_amount("USD 6 bn"), evidence=(Span(0, 4, "text"),))
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 5, 1))
    >>> found = find_revision(draft, "campus-loan", snapshot, date(2026, 5, 1))
    >>> found.before, found.set
    ({'amount': 'USD 4 bn'}, {'amount': 'USD 6 bn'})
    """
    whole = _whole(id_, snapshot)
    versions = _versions(whole, day)
    news = dict([*_new_figures(draft, versions), *_new_status(draft, versions[-1].status)])
    if not news:
        return None
    before = {name: plain_field(getattr(versions[-1], name)) for name in news}
    since, later = snapshot.announced_on(id_), tuple(c.on for c in whole.changes if c.on > day)
    told = "; ".join(
        f"{name.replace('_', ' ')} {before[name] or 'open'} there, {news[name]} here" for name in news
    )
    if day < since:
        remark = f"the document is older than the announcement of {since}, and differs: {told}"
    elif day == since or any(c.on == day and set(news) & set(c.set) for c in whole.changes):
        remark = f"the register's terms of the same day differ: {told}; note the disagreement by hand"
    else:
        return Revision(instrument=id_, set=news, before=before, later=later)
    return Revision(instrument=id_, set={}, before={}, remark=remark, later=later)


def kin_of(draft: Draft, snapshot: Snapshot, day: date) -> tuple[str, ...]:
    """Return the live promises of the same kind between the same parties that a document can know of."""
    if draft.payee is None or not draft.payers:
        return ()
    found = []
    replaced = superseders_of(snapshot)
    for id_, instrument in snapshot.instruments.items():
        if snapshot.announced_on(id_) > day or instrument.kind is not draft.kind:
            continue
        terms = terms_on(_whole(id_, snapshot), day)
        payers = same_side(draft.payers, terms.payers, snapshot)
        is_live = terms.status not in _OVER and id_ not in replaced
        if is_live and payers == same_side([draft.payee], terms.payees, snapshot) == 1:
            found.append(id_)
    return tuple(found)


def revised_kin(draft: Draft, snapshot: Snapshot, day: date, text: str = "") -> str | None:
    """Return the promise that a draft says it changes: the one whose old figure it names, or the only one.

    None when its words change nothing, add further money, or fit several. With the document's text the words
    are read on to the end of their sentence.
    """
    words = _words(draft, text)
    if not _REVISES.search(words) or _BESIDE.search(words):
        return None
    kin = kin_of(draft, snapshot, day)
    named = [m.value for m in find_amounts(words)] + [m.value for m in find_capacities(words)]
    named = [q for q in named if q not in (draft.amount, draft.capacity)]
    told = [id_ for id_ in kin if _names_terms(named, terms_on(_whole(id_, snapshot), day))]
    for found in (told, kin):
        if len(found) == 1:
            return found[0]
    return None


def is_beside(match: Match, snapshot: Snapshot, day: date) -> bool:
    """Whether a document promises money beside a promise of the register that is as large, and long known.

    Its words say so ("an additional $2 billion"), it speaks of what is to come, and the promise that it is like
    was made more than two months before.
    """
    if len(match.instruments) != 1 or match.draft.status in _OVER:
        return False
    since = snapshot.announced_on(match.instruments[0])
    is_later = day - since > _LONG_KNOWN
    words = _words(match.draft)
    return is_later and _FURTHER.search(words) is not None and _TO_COME.search(words) is not None


def _words(draft: Draft, text: str = "") -> str:
    rest = (_SENTENCE_END.split(text[span.end :], maxsplit=1)[0] if text else "" for span in draft.evidence)
    return " ".join(span.quote + more for span, more in zip(draft.evidence, rest, strict=True))


def _names_terms(named: Iterable[Amount | Capacity], terms: Instrument) -> bool:
    """Whether one of the quantities is a record's own."""
    return any(
        isinstance(known, type(quantity)) and likeness_of_quantities(quantity, known) == 1
        for quantity in named
        for known in (terms.amount, terms.capacity)
        if known is not None
    )
