"""What the register knows about a party, a deal, an instrument or as a whole, on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from loopledger.errors import Location, NotFoundError
from loopledger.records import KINDS, Deal, FlowClass, Instrument, Kind, Party, Status
from loopledger.records.literals import plain_number
from loopledger.register.counting import ExclusionReason, Totals, count_once
from loopledger.register.plain import plain_field
from loopledger.register.register import Register
from loopledger.register.snapshot import HistoryStep, Snapshot
from loopledger.register.suggest import suggest

__all__ = ["DealView", "InstrumentView", "PartyView", "SummaryView", "View", "look_up", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentView:
    """One instrument as known on a day.

    Parameters
    ----------
    instrument : Instrument
    deal : Deal
    since : datetime.date
        The day from which it is visible.
    at : Location
        Where its record stands.
    history : tuple of HistoryStep
    linked_from : mapping
        Ids of the instruments that name it, by the kind of link.
    """

    instrument: Instrument
    deal: Deal
    since: date
    at: Location
    history: tuple[HistoryStep, ...]
    linked_from: Mapping[str, tuple[str, ...]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        fields = Instrument.model_fields
        return {
            "instrument": {name: plain_field(getattr(self.instrument, name)) for name in fields},
            "quantities": quantities_of(self.instrument),
            "deal": self.deal.id,
            "known_since": self.since.isoformat(),
            "at": str(self.at),
            "history": [step.as_dict() for step in self.history],
            "linked_from": {name: list(ids) for name, ids in self.linked_from.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView:
    """One deal as known on a day, and what its instruments add up to."""

    deal: Deal
    since: date
    at: Location
    totals: Totals

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "id": self.deal.id,
            "title": self.deal.title,
            "announced": self.deal.announced.isoformat() if self.deal.announced else None,
            "known_since": self.since.isoformat(),
            "note": self.deal.note,
            "at": str(self.at),
            "instruments": [row_of(instrument) for instrument in self.deal.instruments],
            "totals": self.totals.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """One party as known on a day.

    Parameters
    ----------
    party : Party
    at : Location
    children : tuple of str
        Ids of the parties it controls.
    owes, is_owed, funds, is_funded_by : tuple of Instrument
        Purchases, rents and the like that it pays or receives; equity, loans, guarantees and the like
        that it gives or receives.
    totals : mapping
        What each of the four adds up to.
    n_observations : int
    """

    party: Party
    at: Location
    children: tuple[str, ...]
    owes: tuple[Instrument, ...]
    is_owed: tuple[Instrument, ...]
    funds: tuple[Instrument, ...]
    is_funded_by: tuple[Instrument, ...]
    totals: Mapping[str, Totals]
    n_observations: int

    def sides(self) -> Iterator[tuple[str, tuple[Instrument, ...]]]:
        """Yield the four sides of a party by name."""
        yield "owes", self.owes
        yield "is_owed", self.is_owed
        yield "funds", self.funds
        yield "is_funded_by", self.is_funded_by

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "party": self.party.model_dump(mode="json"),
            "at": str(self.at),
            "children": list(self.children),
            **{
                name: {"instruments": [row_of(i) for i in members], "totals": self.totals[name].as_dict()}
                for name, members in self.sides()
            },
            "n_observations": self.n_observations,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    """The whole register as known on a day: counts, kinds, and sums that count nothing twice."""

    day: date
    content_hash: str
    n_deals: int
    n_parties: int
    n_observations: int
    kinds: Mapping[Kind, int]
    statuses: Mapping[str, int]
    latest: tuple[tuple[date, str], ...]
    totals: Totals

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        totals = self.totals.as_dict()
        reasons = {
            reason: [e for e in self.totals.exclusions if e.reason is reason] for reason in ExclusionReason
        }
        return {
            "known_on": self.day.isoformat(),
            "content": self.content_hash,
            "n_deals": self.n_deals,
            "n_instruments": sum(self.kinds.values()),
            "n_parties": self.n_parties,
            "n_observations": self.n_observations,
            "kinds": {kind.value: n for kind, n in self.kinds.items()},
            "statuses": dict(self.statuses),
            "latest_deals": [{"id": id_, "since": day.isoformat()} for day, id_ in self.latest],
            "currencies": totals["currencies"],
            "n_excluded": {reason.value: len(found) for reason, found in reasons.items() if found},
            "n_unpriced": len(totals["unpriced"]),
        }


View = InstrumentView | DealView | PartyView


def row_of(instrument: Instrument) -> dict[str, Any]:
    """Return an instrument in one row for JSON."""
    return {
        "id": instrument.id,
        "kind": instrument.kind.value,
        "payer": list(instrument.payers),
        "payee": list(instrument.payees),
        "amount": plain_field(instrument.amount),
        "capacity": plain_field(instrument.capacity),
        "status": instrument.status.value,
        "firmness": instrument.firmness.value,
        **quantities_of(instrument),
    }


def quantities_of(instrument: Instrument) -> dict[str, Any]:
    """Return amount and capacity as numbers, under the names that the tables of an export have."""
    amount, capacity = instrument.amount, instrument.capacity
    return {
        "amount_low": plain_number(amount.low) if amount else None,
        "amount_high": plain_number(amount.high) if amount else None,
        "currency": amount.currency if amount else None,
        "amount_bound": amount.bound.value if amount else None,
        "capacity_low_mw": plain_number(capacity.low) if capacity else None,
        "capacity_high_mw": plain_number(capacity.high) if capacity else None,
        "capacity_bound": capacity.bound.value if capacity else None,
    }


def look_up(register: Register, day: date, id_: str) -> View:
    """Return what was known on a day about an instrument, a deal or a party.

    An id that a deal shares with one of its instruments means the instrument, one that it shares with a party
    the deal; ``deal:ID`` and ``party:ID`` mean the other.

    Parameters
    ----------
    register : Register
    day : datetime.date
    id_ : str

    Raises
    ------
    NotFoundError
        If nothing of that id is known on the day; its hint names nothing that became known later.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> view = look_up(load_register(TEACHING), date(2026, 3, 1), "larkspur")
    >>> [i.id for i in view.funds], [i.id for i in view.owes][:2]
    ([], ['larkspur-fjord-purchase', 'campus-lease'])
    """
    snapshot = register.known_on(day)
    sort, _, bare = id_.rpartition(":")
    if sort in ("", "instrument") and bare in snapshot.instruments:
        return _instrument_view(register, snapshot, bare)
    if sort in ("", "deal") and bare in snapshot.deals:
        deal = snapshot.deals[bare]
        totals = count_once(snapshot, [i.id for i in deal.instruments])
        at = register.locate(f"deal:{bare}")
        return DealView(deal=deal, since=snapshot.since[bare], at=at, totals=totals)
    parties = snapshot.named_parties()
    if sort in ("", "party") and bare in parties:
        return _party_view(register, snapshot, parties, bare)
    msg = f'no party, deal or instrument "{id_}" is known on {day}'
    raise NotFoundError(msg, hint=suggest(id_, {*snapshot.instruments, *snapshot.deals, *parties}))


def _instrument_view(register: Register, snapshot: Snapshot, id_: str) -> InstrumentView:
    linked: dict[str, tuple[str, ...]] = {}
    for other in snapshot.instruments.values():
        for name in type(other.links).model_fields:
            value = getattr(other.links, name)
            if id_ in ((value,) if isinstance(value, str) else value or ()):
                linked[name] = (*linked.get(name, ()), other.id)
    return InstrumentView(
        instrument=snapshot.instruments[id_],
        deal=snapshot.deal_of(id_),
        since=snapshot.announced_on(id_),
        at=register.locate(id_),
        history=snapshot.history_of(id_),
        linked_from=linked,
    )


def _party_view(register: Register, snapshot: Snapshot, parties: Mapping[str, Party], id_: str) -> PartyView:
    sides: dict[str, list[Instrument]] = {"owes": [], "is_owed": [], "funds": [], "is_funded_by": []}
    for instrument in snapshot.instruments.values():
        is_funding = KINDS[instrument.kind].flow_class is FlowClass.FUNDING
        if id_ in instrument.payers:
            sides["funds" if is_funding else "owes"].append(instrument)
        if id_ in instrument.payees:
            sides["is_funded_by" if is_funding else "is_owed"].append(instrument)
    return PartyView(
        party=parties[id_],
        at=register.locate(f"party:{id_}"),
        children=tuple(sorted(p.id for p in parties.values() if p.parent == id_)),
        totals={name: count_once(snapshot, [i.id for i in members]) for name, members in sides.items()},
        n_observations=sum(row.party == id_ for row in snapshot.observations),
        **{name: tuple(members) for name, members in sides.items()},
    )


def summarise(snapshot: Snapshot, *, n_latest: int = 5) -> SummaryView:
    """Return the whole register as known on a day, in numbers.

    Parameters
    ----------
    snapshot : Snapshot
    n_latest : int
        How many of the latest deals are named.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> summary = summarise(load_register(TEACHING).known_on(date(2026, 3, 1)))
    >>> summary.n_deals, sum(summary.kinds.values()), f"{summary.totals.currencies['USD'].counted / 10**9} bn"
    (6, 16, '118 bn')
    """
    instruments = snapshot.instruments.values()
    kinds = {kind: sum(i.kind is kind for i in instruments) for kind in Kind}
    statuses = {status: sum(i.status is status for i in instruments) for status in Status}
    latest = sorted(((day, id_) for id_, day in snapshot.since.items()), key=lambda x: (x[0], x[1]))
    return SummaryView(
        day=snapshot.day,
        content_hash=snapshot.content_hash,
        n_deals=len(snapshot.deals),
        n_parties=len(snapshot.named_parties()),
        n_observations=len(snapshot.observations),
        kinds={kind: n for kind, n in kinds.items() if n},
        statuses={status.value: n for status, n in statuses.items() if n},
        latest=tuple(reversed(latest[-n_latest:])),
        totals=count_once(snapshot),
    )
