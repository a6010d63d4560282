"""What the schedule needs to know of an instrument or of a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from loopledger.records import OUTSIDE, Draft, Firmness, Instrument, Kind, Links, Schedule, Status, Units
from loopledger.register import Snapshot
from loopledger.schedule.flow import Flow, Leg
from loopledger.units import Amount, Capacity

__all__ = ["Promise", "promise_from_draft", "promises_from_snapshot"]


#: Of these a document states when they fall due, not when they begin.
_MATURING = frozenset({Kind.BOND, Kind.LOAN})
_SOLD_TO_ANYBODY = frozenset({Kind.BOND, Kind.LOAN, Kind.EQUITY_INVESTMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise in one direction, from the register or from a document.

    Parameters
    ----------
    id : str
        Id of the instrument, or the one given to a draft.
    announced : datetime.date
        First day the world could know.
    completed_on : datetime.date or None
        Day on which it was known to be paid.
    is_umbrella : bool
        Whether it is paid to a group that is not itemised, so that it may hold promises named beside it.
    suppliers : tuple of str
        Parties that the text itself names as makers of what the payee must buy to deliver.
    """

    id: str
    kind: Kind
    payers: tuple[str, ...]
    payees: tuple[str, ...]
    amount: Amount | None
    capacity: Capacity | None = None
    units: Units | None = None
    products: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    announced: date
    completed_on: date | None = None
    start: date | None = None
    end: date | None = None
    term_years: Decimal | None = None
    schedule: Schedule | None = None
    firmness: Firmness = Firmness.BINDING
    status: Status = Status.ANNOUNCED
    in_kind: bool = False
    is_umbrella: bool = False
    reaches_payee: bool = True
    links: Links = field(default_factory=Links)

    @property
    def is_contingent(self) -> bool:
        """Whether money moves only if a trigger happens: what says so, and any guarantee that was not called."""
        uncalled = self.kind is Kind.GUARANTEE and self.status is not Status.COMPLETED
        return uncalled or self.firmness is Firmness.CONTINGENT

    def was_paid(self, flow: Flow) -> bool:
        """Whether a payment scheduled for the promise was made; debt service of a loan paid out is still to come."""
        return self.status is Status.COMPLETED and flow.leg is Leg.PRINCIPAL


def _promise(instrument: Instrument, day: date, groups: frozenset[str]) -> Promise:
    completed = [
        change.on for change in instrument.changes if change.set.get("status") == Status.COMPLETED.value
    ]
    completed_on = completed[-1] if completed else day
    return Promise(
        id=instrument.id,
        kind=instrument.kind,
        payers=instrument.payers,
        payees=instrument.payees,
        amount=instrument.amount,
        capacity=instrument.capacity,
        units=instrument.units,
        products=instrument.products,
        announced=day,
        completed_on=completed_on if instrument.status is Status.COMPLETED else None,
        start=instrument.start,
        end=instrument.end,
        term_years=instrument.term_years,
        schedule=instrument.schedule,
        firmness=instrument.firmness,
        status=instrument.status,
        in_kind=instrument.in_kind,
        is_umbrella=not groups.isdisjoint(instrument.payees),
        reaches_payee=instrument.cash is True,
        links=instrument.links,
    )


def promises_from_snapshot(snapshot: Snapshot) -> tuple[Promise, ...]:
    """Return the promises of the register as known on the snapshot's day, by id."""
    groups = frozenset(party.id for party in snapshot.parties.values() if party.aggregate)
    return tuple(
        _promise(instrument, snapshot.announced_on(identifier), groups)
        for identifier, instrument in sorted(snapshot.instruments.items())
    )


def promise_from_draft(
    draft: Draft, identifier: str, announced: date, party_of: dict[str, str], supplied: Sequence[str] = ()
) -> Promise | None:
    """Return the promise of a draft, or None when the document does not name both sides.

    Bonds, loans and shares whose buyers are not named come from outside.

    Parameters
    ----------
    draft : Draft
    identifier : str
        Id to give it.
    announced : datetime.date
        The document's date, or the day it was read.
    party_of : dict
        Party id by the name the document uses.
    supplied : sequence of str
        Party ids of the makers that the document names.
    """
    unnamed = (OUTSIDE,) if draft.kind in _SOLD_TO_ANYBODY else ()
    payers = tuple(party_of[payer.name] for payer in draft.payers) or unnamed
    if not payers or draft.payee is None or party_of[draft.payee.name] in payers:
        return None
    span = draft.effective
    begins = span.first if span and draft.kind not in _MATURING else None
    return Promise(
        id=identifier,
        kind=draft.kind,
        payers=payers,
        payees=(party_of[draft.payee.name],),
        amount=draft.amount,
        capacity=draft.capacity,
        units=draft.units,
        products=draft.products,
        suppliers=tuple(supplied),
        announced=announced,
        completed_on=announced if draft.status is Status.COMPLETED else None,
        start=begins if begins and begins >= announced - timedelta(days=366) else None,
        end=span.last if span and span.last and span.last > announced else None,
        term_years=draft.term_years,
        firmness=draft.firmness,
        status=draft.status,
        links=Links(),
    )
