"""From a document's drafts to a proposed deal file: what is new, what the register has, what cannot be placed.

A proposal is a text for an editor: every record carries the words of the document it rests on in a
comment, and a sentence in own words made of its fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from loopledger.records import KINDS, Draft, FlowClass, Kind, PartyRef, Reading, Role, Status
from loopledger.register.match import Match, Verdict, match_drafts
from loopledger.register.snapshot import Snapshot
from loopledger.units import format_amount, format_capacity

__all__ = ["Proposal", "ProposedInstrument", "SourceNote", "one_line", "propose"]

_LONGEST_ID = 80
#: Of these a document states when they fall due, not when they begin.
_MATURING = frozenset({Kind.BOND, Kind.LOAN})
_SAID = {
    Status.RUMOURED: "reportedly planned to", Status.IN_TALKS: "held talks to",
    Status.LETTER_OF_INTENT: "signed a letter of intent to", Status.ANNOUNCED: "announced plans to",
    Status.CANCELLED: "called off a plan to",
}  # fmt: skip
_UNNAMED = {Kind.BOND: Role.LENDER, Kind.LOAN: Role.LENDER, Kind.EQUITY_INVESTMENT: Role.INVESTOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """Where a document comes from: what its text cannot tell."""

    url: str
    publisher: str
    grade: str = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedInstrument:
    """One new instrument: its fields in the order of the file format, and the passages it rests on."""

    fields: Mapping[str, Any]
    quotes: tuple[tuple[int, int, str], ...]


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
    refused : tuple of (str, str)
        Promises that cannot be written down, and why.
    """

    source: str
    deal: Mapping[str, Any]
    instruments: tuple[ProposedInstrument, ...]
    parties: tuple[Mapping[str, Any], ...]
    existing: tuple[Match, ...]
    refused: tuple[tuple[str, str], ...]

    @property
    def file_name(self) -> str:
        """The name of its deal file."""
        return f"{self.deal['announced']}-{self.deal['id']}.yaml"


def one_line(text: str) -> str:
    r"""Return a text on one line, without characters that a file should not hold.

    Examples
    --------
    >>> one_line("two\nlines\x00")
    'two lines'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_ID].strip("-") or "unnamed"


class _Names:
    """Ids in use, and new ones beside them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)

    def new(self, wanted: str) -> str:
        """Return an id that nobody has, near the one wanted."""
        base = _slug(wanted)
        found, n = base, 1
        while found in self.taken:
            n += 1
            found = f"{base[: _LONGEST_ID - len(str(n)) - 1].strip('-')}-{n}"
        self.taken.add(found)
        return found


class _Proposer:
    """One document on its way to a proposal."""

    def __init__(self, snapshot: Snapshot, announced: date, note: SourceNote) -> None:
        self.snapshot = snapshot
        self.announced = announced
        self.note = note
        self.party_ids = _Names(snapshot.parties)
        self.parties: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {id_: party.short_name for id_, party in snapshot.parties.items()}

    def party(self, ref: PartyRef, role: Role) -> str:
        """Return the id of a party, proposing it when the register has none."""
        if ref.id is not None and ref.id in self.snapshot.parties:
            return ref.id
        if ref.name not in self.parties:
            id_ = self.party_ids.new(ref.name)
            self.parties[ref.name] = {"id": id_, "name": ref.name, "role": role.value}
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

    def sides(self, draft: Draft) -> tuple[list[str], str] | str:
        """Return payers and payee, or why they cannot be told."""
        if draft.payee is None:
            return "the document does not say who receives it"
        payee_role, payer_role = _roles(draft.kind)
        if not draft.payers and draft.kind not in _UNNAMED:
            return "the document does not say who pays"
        payee = self.party(draft.payee, payee_role)
        payers = [self.party(ref, payer_role) for ref in draft.payers]
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

    def evidence(self, says: str) -> dict[str, Any]:
        """Return the source of a record."""
        return {
            "url": self.note.url, "publisher": self.note.publisher, "published": self.announced.isoformat(),
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
        return f"{who} {_SAID.get(draft.status, 'agreed to')} {what}{beside}{term}."


def _roles(kind: Kind) -> tuple[Role, Role]:
    """Return the most likely roles of an unknown payee and an unknown payer; an editor corrects them."""
    match kind:
        case Kind.EQUITY_INVESTMENT:
            return Role.ENTERPRISE, Role.INVESTOR
        case Kind.LOAN | Kind.BOND:
            return Role.ENTERPRISE, Role.LENDER
        case Kind.LEASE:
            return Role.DATACENTER, Role.ENTERPRISE
        case Kind.SUPPLY:
            return Role.EQUIPMENT, Role.ENTERPRISE
        case Kind.PURCHASE_COMMITMENT | Kind.CAPACITY_COMMITMENT:
            return Role.CLOUD, Role.ENTERPRISE
    return Role.ENTERPRISE, Role.ENTERPRISE


def _quotes(draft: Draft) -> tuple[tuple[int, int, str], ...]:
    return tuple((span.start, span.end, one_line(span.quote)) for span in draft.evidence)


_WORDS = {FlowClass.FUNDING: "fund", FlowClass.PURCHASE: "buy from", FlowClass.REPAYMENT: "repay"}


def propose(
    reading: Reading, snapshot: Snapshot, *, announced: date, note: SourceNote, taken: Iterable[str] = ()
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
    ('2026-05-01-quayside-larkspur-2026.yaml', 'Quayside announced plans to lend USD 2 bn to Larkspur over 4 years.')
    """
    proposer = _Proposer(snapshot, announced, note)
    names = _Names({*snapshot.instruments, *snapshot.deals, *taken})
    matches = match_drafts(reading.drafts, snapshot, published=announced)
    instruments: list[ProposedInstrument] = []
    refused: list[tuple[str, str]] = []
    involved: list[str] = []
    for match in matches:
        if match.verdict is not Verdict.NEW:
            continue
        draft = match.draft
        sides = proposer.sides(draft)
        if isinstance(sides, str):
            refused.append((_quotes(draft)[0][2], sides))
            continue
        payers, payee = sides
        short = {"equity_investment": "equity", "purchase_commitment": "purchase"}.get(
            draft.kind, draft.kind.value
        )
        kind = short.replace("_commitment", "").replace("_", "-")
        id_ = names.new(f"{payers[0]}-{payee}-{kind}-{announced.year}")
        instruments.append(
            ProposedInstrument(fields=proposer.fields(draft, id_, payers, payee), quotes=_quotes(draft))
        )
        involved += [*payers, payee]
    used = set(involved)
    return Proposal(
        source=reading.source,
        deal=_deal(proposer, names, instruments, involved) if instruments else {},
        instruments=tuple(instruments),
        parties=tuple(party for party in proposer.parties.values() if party["id"] in used),
        existing=tuple(match for match in matches if match.verdict is not Verdict.NEW),
        refused=tuple(refused),
    )


def _deal(
    proposer: _Proposer, names: _Names, instruments: Sequence[ProposedInstrument], involved: Sequence[str]
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
