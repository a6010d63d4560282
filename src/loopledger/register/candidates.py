"""Which instruments of the register may be the promise of a draft, best first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice

from loopledger.records import Draft, Instrument
from loopledger.register.likeness import LATER, Likeness, are_near, family, likeness_of_group
from loopledger.register.snapshot import Snapshot

__all__ = ["Candidate", "find_candidates"]

#: Below this score an instrument is another promise.
THRESHOLD = 0.6
#: With a figure that differs by more than half, no other likeness helps.
LEAST_QUANTITY = 0.25
#: From here on two figures are the same within their bounds.
SAME_QUANTITY = 0.9
_MOST_TOGETHER = 4
_MOST_COMBINATIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One instrument, or several that together may be the promise of a draft.

    Parameters
    ----------
    instruments : tuple of str
        Ids.
    score : float
        Between 0 and 1.
    is_exact : bool
        Whether the figures agree within their bounds with some version of the terms, or cannot be compared.
    is_today : bool
        Whether they agree so with the terms as known on the day.
    reasons : tuple of str
        The score, in words.
    """

    instruments: tuple[str, ...]
    score: float
    is_exact: bool
    is_today: bool
    reasons: tuple[str, ...]


def find_candidates(draft: Draft, snapshot: Snapshot, published: date | None) -> list[Candidate]:
    """Return the instruments that a draft may be, the best first.

    Parameters
    ----------
    draft : Draft
    snapshot : Snapshot
    published : datetime.date or None
        The day of the document.
    """
    found: list[Candidate] = []
    for group in _groups(draft, snapshot, published):
        likeness = likeness_of_group(draft, group, snapshot, published)
        if likeness is None or not _is_enough(likeness, is_alone=len(group) == 1):
            continue
        found.append(
            Candidate(
                instruments=tuple(instrument.id for instrument in group),
                score=likeness.score,
                is_exact=likeness.quantity is None or likeness.quantity >= SAME_QUANTITY,
                is_today=likeness.quantity_today is None or likeness.quantity_today >= SAME_QUANTITY,
                reasons=likeness.reasons,
            )
        )
    return sorted(found, key=lambda c: (-c.score, len(c.instruments), c.instruments))


def _is_enough(likeness: Likeness, *, is_alone: bool) -> bool:
    """Whether a likeness is one: figures that differ need everything else to be the same."""
    if likeness.score < THRESHOLD:
        return False
    if likeness.quantity is None or likeness.quantity >= SAME_QUANTITY:
        return is_alone or likeness.quantity is not None
    return is_alone and likeness.is_near and likeness.quantity >= LEAST_QUANTITY


def _told(id_: str, snapshot: Snapshot) -> Instrument:
    """Return an instrument as first announced, with the changes known on the day."""
    return snapshot.first[id_].model_copy(update={"changes": snapshot.instruments[id_].changes})


def _fitting(draft: Draft, snapshot: Snapshot, published: date | None) -> Iterator[Instrument]:
    """Yield the instruments with a party of the draft, or of its family, on each side."""
    payees = family(draft.payee.id, snapshot) if draft.payee and draft.payee.id else None
    named = [ref.id for ref in draft.payers if ref.id]
    payers = frozenset().union(*(family(id_, snapshot) for id_ in named)) if named else None
    for id_, instrument in snapshot.instruments.items():
        first = snapshot.first[id_]
        announced = snapshot.deals[snapshot.deal_ids[id_]].announced
        is_payee = payees is None or not payees.isdisjoint(first.payees + instrument.payees)
        is_payer = payers is None or not payers.isdisjoint(first.payers + instrument.payers)
        is_later = published is not None and announced is not None and announced > published + LATER
        if is_payee and is_payer and not is_later:
            yield _told(id_, snapshot)


def _groups(draft: Draft, snapshot: Snapshot, published: date | None) -> Iterator[tuple[Instrument, ...]]:
    """Yield single instruments, several of one deal (a joint sum, or steps), and all so far (a total to date)."""
    by_deal: dict[str, list[Instrument]] = {}
    fitting = list(_fitting(draft, snapshot, published))
    for instrument in fitting:
        yield (instrument,)
        by_deal.setdefault(snapshot.deal_ids[instrument.id], []).append(instrument)
    for members in by_deal.values():
        together = (
            group
            for size in range(2, min(len(members), _MOST_TOGETHER) + 1)
            for group in combinations(members, size)
            if _adds_up(group)
        )
        yield from islice(together, _MOST_COMBINATIONS)
    to_date = tuple(instrument for instrument in fitting if instrument.kind is draft.kind)
    if 1 < len(to_date) <= _MOST_TOGETHER and len({snapshot.deal_ids[i.id] for i in to_date}) > 1:
        yield from (group for group in [to_date] if _adds_up(group))


def _adds_up(group: tuple[Instrument, ...]) -> bool:
    """Whether several instruments may be told as one sum: near in kind, none inside or instead of another."""
    ids = {instrument.id for instrument in group}
    inside = {i.links.part_of for i in group} | {old for i in group for old in i.links.supersedes}
    return are_near({i.kind for i in group}) and not ids & inside
