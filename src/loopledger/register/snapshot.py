"""What was known on a day: nothing that a source said later.

Visibility, rule by rule:

- A deal is visible from ``announced``. Where that is null, from the first day that the evidence or the
  start of one of its instruments gives.
- A change applies from its day ``on``; ``changes`` of an instrument holds the applied ones only.
- Evidence is visible from its own day; a month or a year counts as its last day.
  Without a date it waits for the latest dated evidence beside it.
- A link to an instrument that is not visible yet is left out.
- A note is the editor's, written with all evidence at hand; it is visible once nothing dated in its
  record lies in the future. A note set by a change belongs to that change.
- An observation is visible from the day of its publication, likewise.
- Parties carry no dates. All of them are there for names and families; what is *shown* of a day
  (:meth:`Snapshot.named_parties`) are those that something visible names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from loopledger.errors import NotFoundError
from loopledger.records import Change, Deal, Instrument, Links, Party
from loopledger.register.observations import Observation
from loopledger.register.plain import plain_field
from loopledger.register.replay import dated_days, evidence_known_on, terms_on
from loopledger.register.suggest import suggest
from loopledger.register.wording import say_field, say_links_moved

if TYPE_CHECKING:
    from loopledger.register.register import Register

__all__ = ["HistoryStep", "Snapshot", "first_known", "take_snapshot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """One field that changed, and why.

    Parameters
    ----------
    instrument : str
        Its id.
    on : datetime.date
        The day it became known.
    field : str
    before, after : object
        The values of the field, as the record holds them.
    why : str
        Own words of the change.
    """

    instrument: str
    on: date
    field: str
    before: Any
    after: Any
    why: str

    def __str__(self) -> str:
        if isinstance(self.before, Links) and isinstance(self.after, Links):
            return f"{self.field}: {say_links_moved(self.before, self.after)}"
        return f"{self.field}: {say_field(self.before)} -> {say_field(self.after)}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, quantities as their literals."""
        return {
            "instrument": self.instrument,
            "on": self.on.isoformat(),
            "field": self.field,
            "before": plain_field(self.before),
            "after": plain_field(self.after),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The register as known on a day.

    Parameters
    ----------
    day : datetime.date
    parties : mapping
        By id.
    deals : mapping
        The visible deals by id, with their instruments as known.
    instruments : mapping
        By id; terms as known on the day.
    first : mapping
        The visible instruments as first announced.
    deal_ids : mapping
        The deal of each instrument.
    since : mapping
        The day from which each deal is visible.
    observations : tuple of Observation
        Published by the day.
    content_hash : str
        Of the whole register it was taken from.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> register = load_register(TEACHING)
    >>> letter = "larkspur-fjord-letter"
    >>> [str(register.known_on(date(*day)).instruments[letter].status)
    ...  for day in ((2025, 9, 15), (2026, 2, 10))]
    ['letter_of_intent', 'cancelled']
    """

    day: date
    parties: Mapping[str, Party]
    deals: Mapping[str, Deal]
    instruments: Mapping[str, Instrument]
    first: Mapping[str, Instrument] = field(repr=False)
    deal_ids: Mapping[str, str] = field(repr=False)
    since: Mapping[str, date] = field(repr=False)
    observations: tuple[Observation, ...] = field(repr=False)
    content_hash: str

    def instrument(self, id_: str) -> Instrument:
        """Return the instrument of an id.

        Raises
        ------
        NotFoundError
            If none is known on the day.
        """
        if id_ not in self.instruments:
            msg = f'no instrument "{id_}" is known on {self.day}'
            raise NotFoundError(msg, hint=suggest(id_, self.instruments))
        return self.instruments[id_]

    def named_parties(self) -> dict[str, Party]:
        """Return the parties that something known on the day names, by id.

        A party counts from the first promise that it pays or receives, or the first figure that it reports.
        A parent that is not among them is left out: who controls whom has no day of its own.

        Examples
        --------
        >>> from datetime import date
        >>> from loopledger.register import TEACHING, load_register
        >>> register = load_register(TEACHING)
        >>> [len(register.known_on(date(*day)).named_parties()) for day in ((2024, 1, 1), (2025, 4, 1))]
        [0, 6]
        """
        promises = (*self.first.values(), *self.instruments.values())
        named = {id_ for promise in promises for id_ in (*promise.payers, *promise.payees)}
        named |= {row.party for row in self.observations}
        return {
            id_: party if party.parent in named else party.model_copy(update={"parent": None})
            for id_, party in self.parties.items()
            if id_ in named
        }

    def deal_of(self, id_: str) -> Deal:
        """Return the deal that an instrument belongs to, as known.

        Raises
        ------
        NotFoundError
            If no such instrument is known on the day.
        """
        return self.deals[self.deal_ids[self.instrument(id_).id]]

    def announced_on(self, id_: str) -> date:
        """Return the day from which an instrument is visible.

        Raises
        ------
        NotFoundError
            If no such instrument is known on the day.
        """
        return self.since[self.deal_ids[self.instrument(id_).id]]

    def history_of(self, id_: str) -> tuple[HistoryStep, ...]:
        """Return what changed in an instrument by the day, in the order in which it became known.

        Raises
        ------
        NotFoundError
            If no such instrument is known on the day.

        Examples
        --------
        >>> from datetime import date
        >>> from loopledger.register import TEACHING, load_register
        >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
        >>> [(step.on.isoformat(), step.field) for step in snapshot.history_of("larkspur-fjord-letter")]
        [('2025-12-01', 'amount'), ('2026-02-10', 'status'), ('2026-02-10', 'note')]
        """
        changes = sorted(self.instrument(id_).changes, key=lambda change: change.on)
        before = self.first[id_]
        if any(known > self.day for known in dated_days(before)):
            before = before.model_copy(update={"note": None})  # written with hindsight
        steps: list[HistoryStep] = []
        for n, change in enumerate(changes, 1):
            after = terms_on(before.model_copy(update={"changes": tuple(changes[:n])}), change.on)
            steps += [
                HistoryStep(instrument=id_, on=change.on, field=name, before=old, after=new, why=change.why)
                for name in change.set
                if (old := getattr(before, name)) != (new := getattr(after, name))
            ]
            before = after
        return tuple(steps)


def first_known(deal: Deal) -> date | None:
    """Return the day from which a deal is visible; None when nothing in it is dated."""
    if deal.announced is not None:
        return deal.announced
    days = [day for instrument in deal.instruments for day in dated_days(instrument)]
    days += [i.start for i in deal.instruments if i.start is not None]
    return min(days, default=None)


def _change_on(change: Change, day: date) -> Change:
    evidence = evidence_known_on(change.evidence, day, change.on)
    return (
        change if len(evidence) == len(change.evidence) else change.model_copy(update={"evidence": evidence})
    )


def _links_on(links: Links, visible: frozenset[str]) -> Links:
    update: dict[str, Any] = {}
    for name in links.model_fields_set:
        value = getattr(links, name)
        if isinstance(value, tuple):
            kept: Any = tuple(target for target in value if target in visible)
        else:
            kept = value if value in visible else None
        if kept != value:
            update[name] = kept
    return links.model_copy(update=update) if update else links


def _instrument_on(instrument: Instrument, day: date, since: date, visible: frozenset[str]) -> Instrument:
    """Return an instrument as known on a day, from the day it is visible."""
    terms = terms_on(instrument, day)
    update: dict[str, Any] = {}
    evidence = evidence_known_on(terms.evidence, day, since)
    if len(evidence) != len(terms.evidence):
        update["evidence"] = evidence
    changes = tuple(_change_on(change, day) for change in terms.changes)
    if changes != terms.changes:
        update["changes"] = changes
    links = _links_on(terms.links, visible)
    if links is not terms.links:
        update["links"] = links
    is_hindsight = any(known > day for known in dated_days(instrument))
    if terms.note is not None and is_hindsight and not any("note" in c.set for c in terms.changes):
        update["note"] = None
    return terms.model_copy(update=update) if update else terms


def _deal_on(deal: Deal, day: date, instruments: Mapping[str, Instrument]) -> Deal:
    is_hindsight = any(known > day for i in deal.instruments for known in dated_days(i))
    known = tuple(instruments[i.id] for i in deal.instruments)
    note = None if is_hindsight else deal.note
    return deal.model_copy(update={"instruments": known, "note": note})


def take_snapshot(register: Register, day: date) -> Snapshot:
    """Return what a register tells about the state of knowledge on a day."""
    first_days = {id_: first_known(deal) for id_, deal in register.deals.items()}
    since = {id_: first for id_, first in first_days.items() if first is not None and first <= day}
    deals = {id_: deal for id_, deal in register.deals.items() if id_ in since}
    visible = frozenset(i.id for deal in deals.values() for i in deal.instruments)
    instruments = {
        i.id: _instrument_on(i, day, since[deal.id], visible)
        for deal in deals.values()
        for i in deal.instruments
    }
    return Snapshot(
        day=day,
        parties=register.parties,
        deals={id_: _deal_on(deal, day, instruments) for id_, deal in deals.items()},
        instruments=instruments,
        first={id_: register.instruments[id_] for id_ in instruments},
        deal_ids={id_: register.deal_ids[id_] for id_ in instruments},
        since=since,
        observations=tuple(row for row in register.observations if row.known_on <= day),
        content_hash=register.content_hash,
    )
