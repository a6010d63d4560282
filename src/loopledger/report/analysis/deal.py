"""The deal of a document: its promises as announced, and what became of them in the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import OUTSIDE, Draft, FlowClass, PartyRef, Reading, Status
from loopledger.register import Match, Snapshot, match_drafts
from loopledger.schedule import (
    Assumptions,
    Flow,
    Leg,
    Promise,
    Schedule,
    expand,
    promise_from_draft,
    promise_id,
    promises_from_snapshot,
)

__all__ = ["Deal", "Item", "place_deal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One promise of the document.

    Parameters
    ----------
    id : str
        ``doc/1`` and so on, in the order of the text.
    source : str
        Name of the document.
    draft : Draft
    match : Match
        Its place in the register.
    announced : Promise or None
        As the document has it; None when the document does not name both sides.
    known_ids : tuple of str
        Instruments of the register as known on the day, or the item itself when it is new.
    """

    id: str
    source: str
    draft: Draft
    match: Match
    announced: Promise | None
    known_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deal:
    """The promises of one or several documents, placed in the register.

    Parameters
    ----------
    published : datetime.date or None
        Date of the first document, if it carries one.
    announced_on : datetime.date
        The day from which the deal is scheduled: the register's date, else the document's, else the
        knowledge date.
    items : tuple of Item
    names : mapping of str to str
        Name in prose of every party, by id.
    snapshot : Snapshot
    promises : mapping of str to Promise
        Of the whole register and of what is new, as known on the day.
    schedule : Schedule
        Of all these promises.
    announced : Schedule
        Of the document's own promises, as announced.
    """

    published: date | None
    announced_on: date
    items: tuple[Item, ...]
    names: Mapping[str, str]
    snapshot: Snapshot
    promises: Mapping[str, Promise]
    schedule: Schedule
    announced: Schedule

    @property
    def known_on(self) -> date:
        """The knowledge date."""
        return self.snapshot.day

    @property
    def known_ids(self) -> tuple[str, ...]:
        """Ids of the deal's promises as known, in the order of the document."""
        return tuple(dict.fromkeys(i for item in self.items for i in item.known_ids))

    @property
    def known(self) -> tuple[Promise, ...]:
        """The deal's promises as known that still stand."""
        found = [self.promises[i] for i in self.known_ids]
        return tuple(promise for promise in found if promise.status is not Status.CANCELLED)

    def flows_of(self, schedule: Schedule, ids: Sequence[str]) -> tuple[Flow, ...]:
        """Return the flows of some promises and of the orders derived from them, debt service apart."""
        wanted = set(ids)
        return tuple(
            flow
            for flow in schedule.flows
            if flow.leg is not Leg.DEBT_SERVICE and promise_id(flow.instrument) in wanted
        )

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The deal's flows as known, with derived orders, without debt service."""
        return self.flows_of(self.schedule, self.known_ids)

    @cached_property
    def announced_flows(self) -> tuple[Flow, ...]:
        """The deal's flows as announced, with derived orders, without debt service."""
        ids = [item.announced.id for item in self.items if item.announced]
        return self.flows_of(self.announced, ids)

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Parties of the deal, in the order of the document, then the makers of derived orders."""
        named = [p for item in self.items if item.announced for p in _sides(item.announced)]
        known = [p for promise in self.known for p in _sides(promise)]
        derived = [flow.payee for flow in self.flows if flow.derived]
        return tuple(party for party in dict.fromkeys([*named, *known, *derived]) if party != OUTSIDE)

    def payers_of(self, flow_class: FlowClass) -> tuple[str, ...]:
        """Return who pays in the deal's standing promises of a class, in order."""
        found = [
            p for promise in self.known if TABLE_KINDS[promise.kind] is flow_class for p in promise.payers
        ]
        return tuple(dict.fromkeys(found))

    def name(self, party: str) -> str:
        """Return the name of a party in prose."""
        return self.names.get(party, party)

    def names_of(self, parties: Sequence[str]) -> list[str]:
        """Return the names of parties in prose."""
        return [self.name(party) for party in parties]


def _sides(promise: Promise) -> tuple[str, ...]:
    return (*promise.payers, *promise.payees)


def place_deal(readings: Sequence[Reading], snapshot: Snapshot, assumptions: Assumptions) -> Deal:
    """Place what documents promise in the register as known on a day.

    Parameters
    ----------
    readings : sequence of Reading
        One for each document.
    snapshot : Snapshot
    assumptions : Assumptions

    Returns
    -------
    Deal
        With no items when the documents promise nothing.
    """
    published = min((r.published.first for r in readings if r.published and r.published.first), default=None)
    drafts = [(reading.source, draft) for reading in readings for draft in reading.drafts]
    party_of = _party_ids([d for _, d in drafts], snapshot)
    matches = match_drafts([draft for _, draft in drafts], snapshot, published=published)
    matched = [i for match in matches for i in match.instruments]
    dates = [snapshot.announced_on(i) for i in matched]
    announced_on = published or min(dates, default=snapshot.day)
    items = [
        _item(f"doc/{n}", source, match, announced_on, party_of)
        for n, ((source, _), match) in enumerate(zip(drafts, matches, strict=True), start=1)
    ]
    promises = {promise.id: promise for promise in promises_from_snapshot(snapshot)}
    for item in items:
        if item.known_ids == (item.id,) and item.announced:
            promises[item.id] = item.announced
        elif item.announced:
            _keep_named_makers(item, promises)
    own = [item.announced for item in items if item.announced]
    return Deal(
        published=published,
        announced_on=announced_on,
        items=tuple(items),
        names=_names(snapshot, party_of),
        snapshot=snapshot,
        promises=promises,
        schedule=expand(promises.values(), assumptions, known_on=snapshot.day),
        announced=expand(own, assumptions, known_on=announced_on),
    )


def _item(identifier: str, source: str, match: Match, announced_on: date, party_of: dict[str, str]) -> Item:
    draft = match.draft
    makers = [party_of[maker.name] for maker in draft.suppliers]
    promise = promise_from_draft(draft, identifier, announced_on, party_of, makers)
    own = (identifier,) if promise else ()
    placed = tuple(dict.fromkeys([*match.instruments, *match.superseded_by]))
    return Item(
        id=identifier, source=source, draft=draft, match=match, announced=promise,
        known_ids=placed or own,
    )  # fmt: skip


def _keep_named_makers(item: Item, promises: dict[str, Promise]) -> None:
    """Let the makers that the document names stand in for those that the register leaves open."""
    for identifier in item.known_ids:
        known = promises[identifier]
        if item.announced and item.announced.suppliers and not known.products and not known.suppliers:
            promises[identifier] = replace(known, suppliers=item.announced.suppliers)


def _slug(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-") or "party"


def _party_ids(drafts: Sequence[Draft], snapshot: Snapshot) -> dict[str, str]:
    """Return an id for every name in the drafts: the register's, or a new one."""
    refs: list[PartyRef] = []
    for draft in drafts:
        refs += [*draft.payers, *([draft.payee] if draft.payee else []), *draft.suppliers]
    ids: dict[str, str] = {}
    for ref in refs:
        if ref.name in ids:
            continue
        identifier = ref.id or _slug(ref.name)
        taken = set(ids.values()) | set(snapshot.parties) if ref.id is None else set()
        ids[ref.name] = identifier if identifier not in taken else f"{identifier}-{len(ids) + 1}"
    return ids


def _names(snapshot: Snapshot, party_of: Mapping[str, str]) -> dict[str, str]:
    names = {identifier: party.short_name for identifier, party in snapshot.parties.items()}
    for name, identifier in party_of.items():
        names.setdefault(identifier, name)
    names[OUTSIDE] = "Unnamed investors"
    return names
