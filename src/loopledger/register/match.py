"""Placing what a document promises among the instruments of the register, and saying what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice, product
from typing import Any

from loopledger.records import Draft, Instrument, Status
from loopledger.register.counting import superseders_of
from loopledger.register.likeness import Likeness, family, likeness_of_group
from loopledger.register.snapshot import HistoryStep, Snapshot

__all__ = ["Candidate", "Match", "Verdict", "match_drafts"]

#: Below this score a draft is new.
THRESHOLD = 0.6
#: With a figure that differs by more than half, no other likeness helps.
LEAST_QUANTITY = 0.25
#: Candidates this close to the best leave the choice open.
MARGIN = 0.05
_MOST_COMBINATIONS = 200


class Verdict(StrEnum):
    """What became of a promise since the document."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One instrument, or several that together may be the promise of a draft."""

    instruments: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a draft stands in the register.

    Parameters
    ----------
    draft : Draft
    verdict : Verdict
    instruments : tuple of str
        Ids of the instruments that together are the draft; empty when new.
    deal : str or None
        Their deal.
    score : float
        Between 0 and 1; 0 when new.
    reasons : tuple of str
        The score, in words.
    changes : tuple of HistoryStep
        What changed in the instruments after the document, or since their announcement when the
        document has no date.
    superseded_by : tuple of str
        Ids of the instruments that replace them.
    alternatives : tuple of Candidate
        Others that fit almost as well: when there are any, the match is ambiguous.
    """

    draft: Draft
    verdict: Verdict
    instruments: tuple[str, ...] = ()
    deal: str | None = None
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    changes: tuple[HistoryStep, ...] = ()
    superseded_by: tuple[str, ...] = ()
    alternatives: tuple[Candidate, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether another candidate fits almost as well."""
        return bool(self.alternatives)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "verdict": self.verdict.value,
            "instruments": list(self.instruments),
            "deal": self.deal,
            "score": self.score,
            "reasons": list(self.reasons),
            "changes": [step.as_dict() for step in self.changes],
            "superseded_by": list(self.superseded_by),
            "alternatives": [
                {"instruments": list(c.instruments), "score": c.score} for c in self.alternatives
            ],
        }


def _groups(draft: Draft, snapshot: Snapshot) -> Iterator[tuple[Instrument, ...]]:
    """Yield single instruments, and for joint payers one instrument of each in the same deal."""
    payees = family(draft.payee.id, snapshot) if draft.payee and draft.payee.id else None
    named = [ref.id for ref in draft.payers if ref.id]
    payers = frozenset().union(*(family(id_, snapshot) for id_ in named)) if named else None
    for id_, instrument in snapshot.instruments.items():
        first = snapshot.first[id_]
        is_payee = payees is None or not payees.isdisjoint(first.payees + instrument.payees)
        if is_payee and (payers is None or not payers.isdisjoint(first.payers + instrument.payers)):
            yield (_told(id_, snapshot),)
    if len(named) < 2:
        return
    for deal in snapshot.deals.values():
        by_payer = [
            [_told(i.id, snapshot) for i in deal.instruments if i.payers == (payer,)] for payer in named
        ]
        yield from islice(product(*by_payer), _MOST_COMBINATIONS)


def _told(id_: str, snapshot: Snapshot) -> Instrument:
    """Return an instrument as first announced, with the changes known on the day."""
    return snapshot.first[id_].model_copy(update={"changes": snapshot.instruments[id_].changes})


def _candidates(draft: Draft, snapshot: Snapshot, published: date | None) -> list[Candidate]:
    found: list[Candidate] = []
    for group in _groups(draft, snapshot):
        likeness: Likeness | None = likeness_of_group(draft, group, snapshot, published)
        if likeness is None or likeness.score < THRESHOLD:
            continue
        if likeness.quantity is not None and likeness.quantity < LEAST_QUANTITY:
            continue
        ids = tuple(instrument.id for instrument in group)
        found.append(Candidate(instruments=ids, score=likeness.score, reasons=likeness.reasons))
    return sorted(found, key=lambda c: (-c.score, c.instruments))


def _changes_since(ids: Sequence[str], snapshot: Snapshot, published: date | None) -> tuple[HistoryStep, ...]:
    steps = [step for id_ in ids for step in snapshot.history_of(id_)]
    return tuple(step for step in steps if published is None or step.on > published)


def _verdict(ids: Sequence[str], snapshot: Snapshot, changes: Sequence[HistoryStep]) -> Verdict:
    statuses = {snapshot.instruments[id_].status for id_ in ids}
    if statuses == {Status.CANCELLED}:
        return Verdict.CANCELLED
    if statuses == {Status.COMPLETED}:
        return Verdict.COMPLETED
    return Verdict.CHANGED if any(step.field != "note" for step in changes) else Verdict.CONFIRMED


def _match(
    draft: Draft, snapshot: Snapshot, published: date | None, superseders: Mapping[str, tuple[str, ...]]
) -> Match:
    if _is_unknown(draft):
        return Match(draft=draft, verdict=Verdict.NEW, reasons=("the register does not know its parties",))
    candidates = _candidates(draft, snapshot, published)
    if not candidates:
        return Match(draft=draft, verdict=Verdict.NEW, reasons=("no instrument of the register fits",))
    best = candidates[0]
    changes = _changes_since(best.instruments, snapshot, published)
    superseded_by = tuple(dict.fromkeys(new for id_ in best.instruments for new in superseders.get(id_, ())))
    verdict = _verdict(best.instruments, snapshot, changes)
    if all(id_ in superseders for id_ in best.instruments):
        verdict = Verdict.CANCELLED
    return Match(
        draft=draft,
        verdict=verdict,
        instruments=best.instruments,
        deal=snapshot.deal_ids[best.instruments[0]],
        score=best.score,
        reasons=best.reasons,
        changes=changes,
        superseded_by=superseded_by,
        alternatives=tuple(c for c in candidates[1:] if best.score - c.score < MARGIN),
    )


def _is_unknown(draft: Draft) -> bool:
    payers_known = any(ref.id for ref in draft.payers) or not draft.payers
    payee_known = draft.payee is None or draft.payee.id is not None
    return not (payers_known and payee_known) or (not draft.payers and draft.payee is None)


def match_drafts(drafts: Sequence[Draft], snapshot: Snapshot, *, published: date | None) -> tuple[Match, ...]:
    """Return, for each draft, the instruments of the register that it is, and what became of them.

    Parameters
    ----------
    drafts : sequence of Draft
        What a document promises.
    snapshot : Snapshot
        The register as known on the day of the question, usually today.
    published : datetime.date or None
        The day of the document.

    Returns
    -------
    tuple of Match
        In the order of the drafts. Each draft is placed on its own: two of them may be placed on one
        instrument, which then says so among the reasons of both.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.records import Draft, Kind, PartyRef, Span
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.units import parse_amount
    >>> draft = Draft(
    ...     kind=Kind.PURCHASE_COMMITMENT,
    ...     payers=(PartyRef("Larkspur", "larkspur"),),
    ...     payee=PartyRef("Fjord Cloud", "fjord"),
    ...     amount=parse_amount("up to USD 50 bn"),
    ...     evidence=(Span(0, 4, "text"),),
    ... )
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> [match] = match_drafts([draft], snapshot, published=date(2025, 9, 15))
    >>> match.instruments, str(match.verdict), match.superseded_by
    (('larkspur-fjord-letter',), 'cancelled', ('larkspur-fjord-second',))
    """
    superseders = superseders_of(snapshot)
    matches = [_match(draft, snapshot, published, superseders) for draft in drafts]
    claims: dict[str, int] = {}
    for match in matches:
        for id_ in match.instruments:
            claims[id_] = claims.get(id_, 0) + 1
    return tuple(
        _with_claims(match, [id_ for id_ in match.instruments if claims[id_] > 1]) for match in matches
    )


def _with_claims(match: Match, shared: Sequence[str]) -> Match:
    if not shared:
        return match
    words = f"another promise of the document is placed on {', '.join(shared)} too"
    return replace(match, reasons=(*match.reasons, words))
