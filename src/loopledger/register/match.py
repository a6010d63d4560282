"""Placing what a document promises among the instruments of the register, and saying what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from loopledger.records import Draft, Status
from loopledger.register.candidates import Candidate, find_candidates
from loopledger.register.counting import superseders_of
from loopledger.register.snapshot import HistoryStep, Snapshot

__all__ = ["Candidate", "Match", "Verdict", "match_drafts"]

#: Candidates this close to the best leave the choice open.
MARGIN = 0.05


class Verdict(StrEnum):
    """What became of a promise since the document.

    ``changed`` also stands for terms of today that differ from the document's.
    """

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NEW = "new"


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


def _changes_since(ids: Sequence[str], snapshot: Snapshot, published: date | None) -> tuple[HistoryStep, ...]:
    steps = [step for id_ in ids for step in snapshot.history_of(id_)]
    return tuple(step for step in steps if published is None or step.on > published)


def _verdict(
    best: Candidate, snapshot: Snapshot, changes: Sequence[HistoryStep], *, is_replaced: bool
) -> Verdict:
    statuses = {snapshot.instruments[id_].status for id_ in best.instruments}
    if statuses == {Status.CANCELLED} or is_replaced:
        return Verdict.CANCELLED
    if statuses == {Status.COMPLETED}:
        return Verdict.COMPLETED
    is_changed = not best.is_today or any(step.field != "note" for step in changes)
    return Verdict.CHANGED if is_changed else Verdict.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of the register, and what is the same for every draft of a document."""

    snapshot: Snapshot
    published: date | None
    superseders: Mapping[str, tuple[str, ...]]

    def match(self, draft: Draft, candidates: Sequence[Candidate]) -> Match:
        """Return the match of a draft with the best of its candidates."""
        if not candidates:
            unknown = "the register does not know its parties"
            why = unknown if _is_unknown(draft) else "no instrument of the register fits"
            return Match(draft=draft, verdict=Verdict.NEW, reasons=(why,))
        best = candidates[0]
        new = [id_ for old in best.instruments for id_ in self.superseders.get(old, ())]
        is_replaced = all(id_ in self.superseders for id_ in best.instruments)
        changes = _changes_since(best.instruments, self.snapshot, self.published)
        return Match(
            draft=draft,
            verdict=_verdict(best, self.snapshot, changes, is_replaced=is_replaced),
            instruments=best.instruments,
            deal=self.snapshot.deal_ids[best.instruments[0]],
            score=best.score,
            reasons=best.reasons,
            changes=changes,
            superseded_by=tuple(dict.fromkeys(new)),
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
        In the order of the drafts. Two of them may be placed on one instrument, which both then say;
        but a draft whose figures differ gives way to one whose figures agree.

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
    question = _Question(snapshot=snapshot, published=published, superseders=superseders_of(snapshot))
    found = [[] if _is_unknown(d) else find_candidates(d, snapshot, published) for d in drafts]
    exact = {id_ for candidates in found for c in candidates[:1] if c.is_exact for id_ in c.instruments}
    matches = [
        question.match(draft, [c for c in candidates if c.is_exact or not exact & set(c.instruments)])
        for draft, candidates in zip(drafts, found, strict=True)
    ]
    claims = Counter(id_ for match in matches for id_ in match.instruments)
    return tuple(
        _with_claims(match, [id_ for id_ in match.instruments if claims[id_] > 1]) for match in matches
    )


def _with_claims(match: Match, shared: Sequence[str]) -> Match:
    if not shared:
        return match
    words = f"another promise of the document is placed on {', '.join(shared)} too"
    return replace(match, reasons=(*match.reasons, words))
