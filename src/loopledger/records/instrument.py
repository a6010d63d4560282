"""Instruments and deals: the records of the register, file format version 1."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, field_serializer

from loopledger.records.kinds import Kind
from loopledger.records.literals import AmountField, CapacityField, Day, Figure, PartialDate, plain_values
from loopledger.records.party import Identifier

__all__ = [
    "Change",
    "Deal",
    "Evidence",
    "Firmness",
    "Instrument",
    "Links",
    "Schedule",
    "Status",
    "TableRow",
    "Tranche",
    "Units",
]


class Firmness(StrEnum):
    """How binding a promise is; it decides what is cut first."""

    BINDING = "binding"
    CONDITIONAL = "conditional"
    OPTION = "option"
    CONTINGENT = "contingent"
    NON_BINDING = "non_binding"


class Status(StrEnum):
    """How far a promise has come, from rumour to paid or cancelled."""

    RUMOURED = "rumoured"
    IN_TALKS = "in_talks"
    LETTER_OF_INTENT = "letter_of_intent"
    ANNOUNCED = "announced"
    DEFINITIVE = "definitive"
    EFFECTIVE = "effective"
    COMPLETED = "completed"
    AMENDED = "amended"
    CANCELLED = "cancelled"


class Grade(StrEnum):
    """How close a source is to the fact."""

    PRIMARY = "primary"
    REPORTED = "reported"
    REPORTED_FILING = "reported_filing"
    RELAYED = "relayed"
    DERIVED = "derived"


class Confidence(StrEnum):
    """The editor's confidence in a record."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class CashMode(StrEnum):
    """Cash that moves between investors and never reaches the named company."""

    SECONDARY = "secondary"


#: Several parties of which only a joint figure is known.
Jointly = Annotated[tuple[Identifier, ...], Field(min_length=1)]


#: Something that can be read: not empty, not only blanks.
_WORDS = r"\S"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(_Record):
    """A source: where, who, when, what it says in our own words, and how close it is."""

    url: str = Field(pattern=r"^https?://[^\s/?#]+\S*$", description="Address of the source.")
    publisher: str = Field(pattern=_WORDS)
    published: PartialDate | None = Field(description="Day, month or year; null when not known.")
    says: str = Field(pattern=_WORDS, description="Own words, never a quotation.")
    grade: Grade


class Units(_Record):
    """A number of things: shares, processors, wafers."""

    count: Figure = Field(gt=0)
    of: str


class Tranche(_Record):
    """One part of an instrument, due on a date or on a trigger."""

    on: Day | None = None
    trigger: str | None = None
    amount: Figure | None = Field(default=None, ge=0, description="In the instrument's currency.")


class TableRow(_Record):
    """The amount that falls in one year."""

    year: StrictInt = Field(ge=1900, le=2200)
    amount: Figure = Field(ge=0)


class Shape(StrEnum):
    """Known shapes of payment in time."""

    LUMP = "lump"
    STRAIGHT_LINE = "straight_line"
    RAMP = "ramp"
    TRANCHES = "tranches"
    TABLE = "table"


class Basis(StrEnum):
    """Whose years a table counts."""

    CALENDAR = "calendar"
    FISCAL = "fiscal"


class Schedule(_Record):
    """What is known about timing."""

    shape: Shape
    tranches: tuple[Tranche, ...] = ()
    table: tuple[TableRow, ...] = ()
    basis: Basis = Basis.CALENDAR
    note: str | None = None


class Links(_Record):
    """How an instrument hangs together with others; each value names instrument ids."""

    earmarked_for: tuple[Identifier, ...] = Field(default=(), description="Money meant for that purchase.")
    conditional_on: tuple[Identifier, ...] = ()
    part_of: Identifier | None = Field(default=None, description="Counted inside that instrument.")
    supersedes: tuple[Identifier, ...] = Field(default=(), description="Replaces those instruments.")
    overlaps: tuple[Identifier, ...] = Field(default=(), description="May be the same money in part.")
    funds: tuple[Identifier, ...] = Field(default=(), description="Finances that asset or contract.")


class Change(_Record):
    """A dated change of fields, as of the day it became known."""

    on: Day
    set: dict[str, Any] = Field(min_length=1)
    why: str = Field(pattern=_WORDS)
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @field_serializer("set", when_used="json")
    def _plain_set(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: plain_values(value) for name, value in values.items()}


class Instrument(_Record):
    """One promise in one direction, as first announced; ``changes`` say what happened since."""

    id: Identifier
    kind: Kind
    payer: Identifier | Jointly
    payee: Identifier | Jointly
    amount: AmountField | None = Field(description="Null when no price is public.")
    capacity: CapacityField | None = None
    units: Units | None = None
    products: tuple[str, ...] = ()
    start: Day | None = None
    end: Day | None = None
    term_years: Figure | None = Field(default=None, gt=0, le=100)
    schedule: Schedule | None = None
    firmness: Firmness
    status: Status
    in_kind: StrictBool = False
    cash: StrictBool | CashMode = True
    cancellable: str | None = None
    changes: tuple[Change, ...] = ()
    links: Links = Links()
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    confidence: Confidence
    note: str | None = None

    @property
    def payers(self) -> tuple[str, ...]:
        """The paying parties, one or several jointly."""
        return (self.payer,) if isinstance(self.payer, str) else self.payer

    @property
    def payees(self) -> tuple[str, ...]:
        """The receiving parties, one or several jointly."""
        return (self.payee,) if isinstance(self.payee, str) else self.payee

    @property
    def moves_cash(self) -> bool:
        """Whether money reaches the payee: neither in kind, nor a mark, nor a secondary sale."""
        return self.cash is True and not self.in_kind


class Deal(_Record):
    """One announcement and the instruments it made known."""

    id: Identifier
    title: str = Field(pattern=_WORDS, description="Own words.")
    announced: Day | None = Field(description="First day the world could know; null needs a note.")
    note: str | None = None
    instruments: tuple[Instrument, ...] = Field(min_length=1)
