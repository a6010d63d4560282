"""How firmly a promise is told: as the document or as the register has it, whichever says less."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.records import Firmness, Status, said, weaker
from loopledger.register import Snapshot
from loopledger.register.replay import terms_on
from loopledger.report.analysis import Deal, Item
from loopledger.report.model import Part, Record

__all__ = ["Told", "told_of"]

_Account = tuple[Status, Firmness]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The status and firmness in which a promise is told, and the two accounts where they differ.

    Parameters
    ----------
    status, firmness : Status, Firmness
        Those of the document, or of the register where it says less.
    both : tuple of Part
        What document and register say, in words, with the record; empty where neither says less.
    """

    status: Status
    firmness: Firmness
    both: tuple[Part, ...] = ()


def told_of(deal: Deal, item: Item) -> Told | None:
    """Return how firmly a promise of a document is told; None for one without both sides named.

    Parameters
    ----------
    deal : Deal
    item : Item

    Notes
    -----
    The register counts as known on the document's date; without a date, as known on the day of the deal.
    Where one promise of the document is several records, the weakest of them counts.
    """
    if item.announced is None:
        return None
    own: _Account = (item.announced.status, item.announced.firmness)
    weakest: tuple[str, _Account] | None = None
    for id_ in item.match.instruments:
        recorded = _recorded(deal, id_)
        if weakest is None or weaker(weakest[1], recorded) == recorded:
            weakest = id_, recorded
    less = weaker(own, weakest[1]) if weakest is not None else None
    if weakest is None or less is None:
        return Told(status=own[0], firmness=own[1])
    document, register = said(*own)[0], said(*weakest[1])[0]
    both = (f" (the document, as read: {document}; the register: {register} ", Record(weakest[0]), ")")
    return Told(status=less[0], firmness=less[1], both=both)


def _recorded(deal: Deal, id_: str) -> _Account:
    """Return the status and firmness of a record as known when the document appeared."""
    snapshot: Snapshot = deal.snapshot
    known = snapshot.instrument(id_)
    if deal.published is not None:
        day = max(min(deal.published, snapshot.day), snapshot.announced_on(id_))
        known = terms_on(snapshot.first[id_].model_copy(update={"changes": known.changes}), day)
    return known.status, known.firmness
