"""From a document's drafts to a proposed deal file: what is new, what the register has, what cannot be placed.

A proposal is a text for an editor: every record carries the words of the document it rests on in a
comment, and a sentence in own words made of its fields. News about a promise that the register has is
proposed as a dated change of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from loopledger.errors import Location
from loopledger.records import KINDS, Draft, FlowClass, Kind, PartyRef, Reading, Role, said
from loopledger.register.match import Match, Verdict, match_drafts
from loopledger.register.naming import Names, one_line
from loopledger.register.revisions import (
    ProposedChange,
    Quote,
    Revision,
    find_revision,
    is_beside,
    kin_of,
    revised_kin,
)
from loopledger.register.roles import group_role, is_group, role_of
from loopledger.register.snapshot import Snapshot
from loopledger.units import format_amount, format_capacity

__all__ = ["Proposal", "ProposedInstrument", "SourceNote", "propose"]

#: Of these a document states when they fall due, not when they begin.
_MATURING = frozenset({Kind.BOND, Kind.LOAN})
_UNNAMED = {Kind.BOND: Role.LENDER, Kind.LOAN: Role.LENDER, Kind.EQUITY_INVESTMENT: Role.INVESTOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """Where a document comes from: what its text cannot tell."""

    url: str
    publisher: str
    grade: str = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedInstrument:
    """One new instrument: its fields in the order of the file format, and the passages it rests on.

    ``kin`` names live promises of the same kind between the same parties: it may replace or enlarge one.
    """

    fields: Mapping[str, Any]
    quotes: tuple[Quote, ...]
    kin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a document adds to the register.

    Parameters
    ----------
    source : str
        Name of the document.
    deal : mapping
        Id, title and day of the deal; empty when there is nothing new.
    instruments : tuple of ProposedInstrument
    parties : tuple of mapping
        Organisations that the register does not know, in the fields of its parties file.
    existing : tuple of Match
        Promises that the register has, with what became of them.
    changes : tuple of ProposedChange
        News about those, to be added to their records by hand.
    remarks : mapping
        Why a difference is no news, by instrument.
    deeds : mapping
        What each party among ``parties`` does in the document, in words, by id.
    refused : tuple of (str, str)
        Promises that cannot be written down, and why.
    """

    source: str
    deal: Mapping[str, Any]
    instruments: tuple[ProposedInstrument, ...]
    parties: tuple[Mapping[str, Any], ...]
    existing: tuple[Match, ...]
    refused: tuple[tuple[str, str], ...]
    changes: tuple[ProposedChange, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    deeds: Mapping[str, str] = field(default_factory=dict)

    def with_roles(self, roles: Mapping[str, Role]) -> Proposal:
        """Return the proposal with the roles that an editor gave to new parties, by id."""
        parties = tuple({**p, "role": roles[p["id"]].value} if p["id"] in roles else p for p in self.parties)
        return replace(self, parties=parties)

    @property
    def file_name(self) -> str:
        """The name of its deal file."""
        return f"{self.deal['announced']}-{self.deal['id']}.yaml"


class _Proposer:
    """One document on its way to a proposal."""

    def __init__(self, snapshot: Snapshot, announced: date, note: SourceNote, text: str) -> None:
        self.snapshot = snapshot
        self.text = text
        self.announced = announced
        self.note = note
        self.party_ids = Names(snapshot.parties)
        self.parties: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {id_: party.short_name for id_, party in snapshot.parties.items()}

    def party(self, ref: PartyRef, role: Role | None = None) -> str:
        """Return the id of a party, proposing it when the register has none, in the role that the text tells."""
        if ref.id is not None and ref.id in self.snapshot.parties:
            return ref.id
        if ref.name not in self.parties:
            id_ = self.party_ids.new(ref.name)
            told = role_of([ref.name], self.text) if role is None else role
            self.parties[ref.name] = {"id": id_, "name": ref.name, "role": told.value}
            self.names[id_] = ref.name
        return str(self.parties[ref.name]["id"])

    def unnamed_payer(self, payee: str, role: Role) -> str:
        """Return a group that stands for buyers whom the document does not name."""
        name = (
            f"Buyers of {self.names[payee]}'s debt"
            if role is Role.LENDER
            else f"Investors in {self.names[payee]}"
        )
        id_ = self.party(PartyRef(name), role)
        if name in self.parties:
            self.parties[name]["aggregate"] = True
        return id_

    def group(self, ref: PartyRef, payee: str) -> str:
        """Return a group without a name of its own, told apart by whom it pays: ``Other investors in Larkspur``."""
        role = group_role(ref.name)
        joined = "to" if role is Role.LENDER else "in"
        name = f"{ref.name[:1].upper()}{ref.name[1:]} {joined} {self.names[payee]}"
        id_ = self.party(PartyRef(name), role)
        if name in self.parties:
            self.parties[name]["aggregate"] = True
        return id_

    def sides(self, draft: Draft) -> tuple[list[str], str] | str:
        """Return payers and payee, or why they cannot be told."""
        if draft.payee is None:
            return "the document does not say who receives it"
        if not draft.payers and draft.kind not in _UNNAMED:
            return "the document does not say who pays"
        payee = self.party(draft.payee)
        payers = [self.group(ref, payee) if is_group(ref) else self.party(ref) for ref in draft.payers]
        if not payers:
            payers = [self.unnamed_payer(payee, _UNNAMED[draft.kind])]
        payers = list(dict.fromkeys(payers))
        return "payer and payee are the same" if payee in payers else (payers, payee)

    def fields(self, draft: Draft, id_: str, payers: Sequence[str], payee: str) -> dict[str, Any]:
        """Return the fields of an instrument in the order of the file format."""
        span = draft.effective
        is_maturing = draft.kind in _MATURING
        start = span.first if span and not is_maturing else None
        end = span.last if span and is_maturing else None
        found: dict[str, Any] = {
            "id": id_,
            "kind": draft.kind.value,
            "payer": payers[0] if len(payers) == 1 else list(payers),
            "payee": payee,
            "amount": format_amount(draft.amount) if draft.amount else None,
            "capacity": format_capacity(draft.capacity) if draft.capacity else None,
            "units": {"count": draft.units.count, "of": draft.units.of} if draft.units else None,
            "products": list(draft.products) or None,
            "start": start.isoformat() if start and start >= self.announced else None,
            "end": end.isoformat() if end and end > self.announced else None,
            "term_years": draft.term_years,
            "firmness": draft.firmness.value,
            "status": draft.status.value,
            "evidence": [self.evidence(self.says(draft, payers, payee))],
            "confidence": "low",
        }
        return {name: value for name, value in found.items() if value is not None or name == "amount"}

    def change(
        self, draft: Draft, found: Revision, locate: Callable[[str, str], Location] | None
    ) -> ProposedChange:
        """Return the dated change that a revision comes to."""
        known = self.snapshot.instruments[found.instrument]
        return ProposedChange(
            instrument=found.instrument,
            deal=self.snapshot.deal_ids[found.instrument],
            on=self.announced,
            set=found.set,
            before=found.before,
            evidence=self.evidence(self.says(draft, known.payers, known.payees[0])),
            quotes=_quotes(draft),
            at=locate(found.instrument, "changes") if locate else None,
            has_changes=bool(known.changes),
            later=found.later,
        )

    def evidence(self, says: str) -> dict[str, Any]:
        """Return the source of a record."""
        return {
            "url": self.note.url, "publisher": one_line(self.note.publisher), "published": self.announced.isoformat(),
            "says": says, "grade": self.note.grade,
        }  # fmt: skip

    def says(self, draft: Draft, payers: Sequence[str], payee: str) -> str:
        """Return a sentence in own words, made of the fields alone."""
        who = " and ".join(self.names[id_] for id_ in payers)
        if draft.amount:
            quantity = format_amount(draft.amount)
        elif draft.capacity:
            quantity = format_capacity(draft.capacity)
        else:
            quantity = f"{draft.units.count:,f} {draft.units.of}" if draft.units else "an undisclosed sum"
        what = KINDS[draft.kind].phrase.format(amount=quantity, payee=self.names[payee])
        beside = f", with {format_capacity(draft.capacity)}" if draft.amount and draft.capacity else ""
        term = f" over {draft.term_years.normalize():f} years" if draft.term_years else ""
        verb, rest = said(draft.status, draft.firmness)
        return f"{who} {verb} {what}{beside}{term}{rest}."


def _quotes(draft: Draft) -> tuple[Quote, ...]:
    return tuple((span.start, span.end, one_line(span.quote)) for span in draft.evidence)


_WORDS = {FlowClass.FUNDING: "fund", FlowClass.PURCHASE: "buy from", FlowClass.REPAYMENT: "repay"}


def _news(
    match: Match, proposer: _Proposer, locate: Callable[[str, str], Location] | None
) -> tuple[ProposedChange | None, Revision | None]:
    """Return the change that a matched promise proposes, and the revision it comes from."""
    if len(match.instruments) != 1:
        return None, None
    [id_] = match.instruments
    found = find_revision(match.draft, id_, proposer.snapshot, proposer.announced)
    if found is None or found.remark or match.is_ambiguous:
        return None, found
    return proposer.change(match.draft, found, locate), found


def propose(
    reading: Reading,
    snapshot: Snapshot,
    *,
    announced: date,
    note: SourceNote,
    taken: Iterable[str] = (),
    text: str = "",
    locate: Callable[[str, str], Location] | None = None,
) -> Proposal:
    """Return what a document adds to the register.

    Parameters
    ----------
    reading : Reading
        What was read from the document.
    snapshot : Snapshot
        The register as known today.
    announced : datetime.date
        The day of the document.
    note : SourceNote
    taken : iterable of str
        Ids of deals and instruments that are in use, visible or not.
    text : str
        Of the document; the words beside a new name tell what its bearer does.
    locate : callable, optional
        Gives the place of a record's field, for the changes.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.read import read
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.sources import document_from_text
    >>> register = load_register(TEACHING)
    >>> text = "Quayside Bank will lend Larkspur $2 billion over four years."
    >>> reading = read(document_from_text(text), register.parties.values())
    >>> note = SourceNote(url="https://example.org/loan", publisher="Example News")
    >>> found = propose(reading, register.known_on(date(2026, 5, 1)), announced=date(2026, 5, 1), note=note)
    >>> found.file_name, found.instruments[0].fields["evidence"][0]["says"]
    ('2026-05-01-quayside-larkspur-2026.yaml', 'Quayside undertook to lend USD 2 bn to Larkspur over 4 years.')
    """
    proposer = _Proposer(snapshot, announced, note, text)
    names = Names({*snapshot.instruments, *snapshot.deals, *taken})
    gathered = _Gathered()
    for match in match_drafts(reading.drafts, snapshot, published=announced):
        match = _revising(match, proposer)  # noqa: PLW2901  a draft that its words place
        if match.verdict is Verdict.NEW:
            gathered.add_new(match.draft, proposer, names)
        elif is_beside(match, proposer.snapshot, announced):
            gathered.add_new(match.draft, proposer, names, like=match.instruments)
        else:
            gathered.add_known(match, *_news(match, proposer, locate))
    used = set(gathered.involved)
    return Proposal(
        source=reading.source,
        deal=_deal(proposer, names, gathered.instruments, gathered.involved) if gathered.instruments else {},
        instruments=tuple(gathered.instruments),
        parties=tuple(party for party in proposer.parties.values() if party["id"] in used),
        existing=tuple(gathered.existing),
        refused=tuple(gathered.refused),
        changes=tuple(gathered.changes.values()),
        remarks=gathered.remarks,
        deeds={id_: "; ".join(dict.fromkeys(words)) for id_, words in gathered.deeds.items()},
    )


def _revising(match: Match, proposer: _Proposer) -> Match:
    """Return the match of a draft that fits nothing live, but says that it changes a promise, with that promise."""
    if match.verdict not in (Verdict.NEW, Verdict.CANCELLED):
        return match
    snapshot = proposer.snapshot
    id_ = revised_kin(match.draft, snapshot, proposer.announced, proposer.text)
    if id_ is None:
        return match
    deal, why = snapshot.deal_ids[id_], "its words change this promise of the same parties"
    return replace(
        match, verdict=Verdict.CHANGED, instruments=(id_,), deal=deal, reasons=(why,), superseded_by=(),
        alternatives=(),
    )  # fmt: skip


@dataclass(slots=True)
class _Gathered:
    """What has been proposed so far."""

    instruments: list[ProposedInstrument] = field(default_factory=list)
    existing: list[Match] = field(default_factory=list)
    changes: dict[str, ProposedChange] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    involved: list[str] = field(default_factory=list)
    deeds: dict[str, list[str]] = field(default_factory=dict)

    def add_known(self, match: Match, change: ProposedChange | None, found: Revision | None) -> None:
        """Keep a promise that the register has; of several changes of one record the first stands."""
        self.existing.append(match)
        if change is not None:
            self.changes.setdefault(change.instrument, change)
        elif found is not None:
            self.remarks.setdefault(found.instrument, found.remark or "several promises fit; decide by hand")

    def add_new(self, draft: Draft, proposer: _Proposer, names: Names, like: tuple[str, ...] = ()) -> None:
        """Propose a record for a promise that the register does not have, though perhaps one that is like it."""
        sides = proposer.sides(draft)
        if isinstance(sides, str):
            self.refused.append((_quotes(draft)[0][2], sides))
            return
        payers, payee = sides
        short = {"equity_investment": "equity", "purchase_commitment": "purchase"}.get(
            draft.kind, draft.kind.value
        )
        kind = short.replace("_commitment", "").replace("_", "-")
        who = payers[0] if payers[0].endswith(f"-{payee}") else f"{payers[0]}-{payee}"
        id_ = names.new(f"{who}-{kind}-{proposer.announced.year}")
        fields = proposer.fields(draft, id_, payers, payee)
        kin = tuple(dict.fromkeys((*like, *kin_of(draft, proposer.snapshot, proposer.announced))))
        self.instruments.append(ProposedInstrument(fields=fields, quotes=_quotes(draft), kin=kin))
        self.involved += [*payers, payee]
        for party in (*payers, payee):
            side = "pays" if party in payers else "receives"
            self.deeds.setdefault(party, []).append(f"{side} in {id_}")


def _deal(
    proposer: _Proposer, names: Names, instruments: Sequence[ProposedInstrument], involved: Sequence[str]
) -> dict[str, Any]:
    among = list(dict.fromkeys(involved))
    first = instruments[0].fields
    payers = [first["payer"]] if isinstance(first["payer"], str) else first["payer"]
    verb = _WORDS.get(KINDS[Kind(first["kind"])].flow_class, "pay")
    who, whom = " and ".join(proposer.names[p] for p in payers), proposer.names[first["payee"]]
    more = len(instruments) - 1
    rest = f", with {more} more promise{'s' if more > 1 else ''} among {len(among)} parties" if more else ""
    return {
        "id": names.new("-".join([*among[:3], str(proposer.announced.year)])),
        "title": f"{who} to {verb} {whom}{rest}",
        "announced": proposer.announced.isoformat(),
    }
