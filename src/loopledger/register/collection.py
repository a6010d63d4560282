"""What was read from the files of a register, faulty or not, as the rules look at it.

A record with a fault still takes part: its faulty fields are set to something neutral, so that one
fault neither hides another nor causes a third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from loopledger.errors import Location
from loopledger.records import Instrument, Party
from loopledger.register.observations import Observation, cell_place
from loopledger.register.replay import terms_on
from loopledger.register.yamltext import Document, Path, read_yaml

__all__ = ["Collection", "DealEntry", "Finding", "InstrumentEntry", "PartyEntry", "Source"]


class Source:
    """One file of a register: its text, and the places of its values when somebody asks.

    Parameters
    ----------
    file : str
        Path relative to the register's root, with forward slashes.
    text : str
    """

    __slots__ = ("_document", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._document: Document | None = None

    @property
    def document(self) -> Document:
        """The content with places, read once more on first use."""
        if self._document is None:
            self._document = read_yaml(self.text, self.file)
        return self._document

    def at(self, path: Path) -> Location:
        """Return the place of a value."""
        return self.document.at(path)

    def at_key(self, path: Path) -> Location:
        """Return the place of a key."""
        return self.document.at_key(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry:
    """A party and where it stands."""

    party: Party
    source: Source
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentEntry:
    """An instrument and where it stands.

    Parameters
    ----------
    instrument : Instrument
        With neutral values in the fields that are faulty.
    deal : DealEntry
    path : tuple
        Of the instrument in its file.
    faulty : frozenset of str
        Fields that no rule should look at.
    kept : mapping
        For ``changes`` and ``evidence`` with faulty members: the original position of each member left.
    """

    instrument: Instrument
    deal: DealEntry
    path: Path
    faulty: frozenset[str] = frozenset()
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def at(self, *steps: str | int) -> Path:
        """Return the path of a field, in the numbering of the file."""
        if len(steps) > 1 and steps[0] in self.kept and isinstance(steps[1], int):
            steps = (steps[0], self.kept[str(steps[0])][steps[1]], *steps[2:])
        return (*self.path, *steps)

    @property
    def latest(self) -> Instrument:
        """The instrument after all its changes, where they can be replayed."""
        try:
            return self.instrument if "changes" in self.kept else terms_on(self.instrument, date.max)
        except ValueError:  # a change that does not fit is another rule's matter
            return self.instrument

    def set_at(self, field: str) -> Path:
        """Return the path of the value that a field has in the end: in its last change, or in the record."""
        setters = [i for i, change in enumerate(self.instrument.changes) if field in change.set]
        if setters and "changes" not in self.kept:
            return self.at("changes", setters[-1], "set", field)
        return self.at(field) if field in self.instrument.model_fields_set else self.path

    def finding(self, path: Path, message: str, hint: str = "") -> Finding:
        """Return what a rule found at a path of the instrument's file."""
        return Finding(source=self.deal.source, path=path, message=message, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class DealEntry:
    """A deal file as far as it could be read."""

    id: str
    announced: date | None
    note: str | None
    source: Source
    faulty: frozenset[str] = frozenset()
    instruments: list[InstrumentEntry] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Collection:
    """All entries of one register, for the rules.

    Parameters
    ----------
    parties, deals, observations
        As read.
    tables : mapping
        The text of each file of observations by name.
    half_read : frozenset of str
        Ids that stand in files too broken to read; a link to one of them is no fault of the link.
    knows_parties : bool
        Whether the list of parties could be read at all; without it, no party can be called unknown.
    is_past : bool
        Whether these are past episodes.
    """

    parties: list[PartyEntry] = field(default_factory=list)
    deals: list[DealEntry] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    half_read: set[str] = field(default_factory=set)
    knows_parties: bool = False
    is_past: bool = False

    def instruments(self) -> Iterator[InstrumentEntry]:
        """Yield every instrument of every deal."""
        for deal in self.deals:
            yield from deal.instruments

    def party_ids(self) -> set[str]:
        """Return the ids that a record may name as a party."""
        return {entry.party.id for entry in self.parties} | self.half_read

    def cell(self, row: Observation, column: str) -> Location:
        """Return the place of one field of an observation."""
        line, start = cell_place(self.tables.get(row.file, ""), row.line, column)
        return Location(row.file, line, start)

    def by_id(self) -> dict[str, InstrumentEntry]:
        """Return the first instrument of each id."""
        found: dict[str, InstrumentEntry] = {}
        for entry in self.instruments():
            if entry.instrument.id:
                found.setdefault(entry.instrument.id, entry)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found: the place and the words; its code is the rule's."""

    source: Source | None = None
    path: Path = ()
    message: str
    hint: str = ""
    at_key: bool = False
    at: Location | None = None

    @property
    def location(self) -> Location:
        """Where the fault stands."""
        if self.source is None:
            return self.at or Location("")
        return self.source.at_key(self.path) if self.at_key else self.source.at(self.path)
