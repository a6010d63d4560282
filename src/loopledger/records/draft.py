"""Drafts: what a document promises, before anybody has put it into the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from loopledger.records.instrument import Firmness, Status, Units
from loopledger.records.kinds import Kind
from loopledger.units import Amount, Capacity, DateSpan

__all__ = ["Draft", "PartyRef", "Reading", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A passage of a document: ``document.text[start:end]``, its exact words in ``quote``."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, order=True)
class PartyRef:
    """A party named in a document.

    Parameters
    ----------
    name : str
        The fullest form of the name in the document or the table of parties.
    id : str or None
        Its id in the register, or None for an organisation that the register does not know.
    """

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One proposed instrument, with the words it rests on.

    Parameters
    ----------
    kind : Kind
    payers : tuple of PartyRef
        One, or several when only a joint figure is given. Empty for a bond with unnamed buyers.
    payee : PartyRef or None
    amount, capacity, units, term_years
        As stated; None when the document does not say.
    products : tuple of str
        Names of goods or services bought.
    suppliers : tuple of PartyRef
        Makers of what the payee must itself buy to deliver ("powered by X's chips").
    status, firmness
        As the document has it.
    effective : DateSpan or None
        When the money or the capacity is due, as far as stated.
    evidence : tuple of Span
        The passage the record rests on first, further passages after it.
    rules : tuple of str
        The rules that fired, for ``read --explain``.
    """

    kind: Kind
    payers: tuple[PartyRef, ...]
    payee: PartyRef | None
    amount: Amount | None = None
    capacity: Capacity | None = None
    units: Units | None = None
    term_years: Decimal | None = None
    products: tuple[str, ...] = ()
    suppliers: tuple[PartyRef, ...] = ()
    status: Status = Status.ANNOUNCED
    firmness: Firmness = Firmness.BINDING
    effective: DateSpan | None = None
    evidence: tuple[Span, ...]
    rules: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the flat form that ``read --json`` prints, figures as plain numbers."""
        amount, capacity = self.amount, self.capacity
        bound = (amount or capacity).bound.value if (amount or capacity) else None  # type: ignore[union-attr]
        return {
            "kind": self.kind.value,
            "payer": [p.name for p in self.payers],
            "payee": self.payee.name if self.payee else None,
            "amount": _number(amount.value) if amount else None,
            "low": _number(amount.low) if amount else None,
            "high": _number(amount.high) if amount else None,
            "currency": amount.currency if amount else None,
            "bound": bound,
            "capacity_mw": _number(capacity.value) if capacity else None,
            "capacity_bound": capacity.bound.value if capacity else None,
            "units": {"count": _number(self.units.count), "of": self.units.of} if self.units else None,
            "term_years": _number(self.term_years) if self.term_years is not None else None,
            "products": list(self.products),
            "suppliers": [p.name for p in self.suppliers],
            "status": self.status.value,
            "firmness": self.firmness.value,
            "party_ids": {p.name: p.id for p in (*self.payers, *([self.payee] if self.payee else []))},
            "quote": self.evidence[0].quote,
            "spans": [{"start": s.start, "end": s.end, "quote": s.quote} for s in self.evidence],
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read from one document.

    Parameters
    ----------
    source : str
        Name of the document.
    published : datetime.date or None
        The document's own date, if it carries one.
    drafts : tuple of Draft
    parties : tuple of PartyRef
        Every organisation found, known or not, in order of first mention.
    refusals : tuple of tuple
        Near misses: the passage, and why no record was made of it.
    """

    source: str
    published: DateSpan | None
    drafts: tuple[Draft, ...]
    parties: tuple[PartyRef, ...] = ()
    refusals: tuple[tuple[Span, str], ...] = field(default=())


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
