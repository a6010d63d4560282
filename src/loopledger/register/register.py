"""The register in memory: parties, deals, instruments and observations, as first announced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from loopledger.errors import Location, NotFoundError, Problem
from loopledger.records import Deal, Instrument, Party
from loopledger.register.collection import Source
from loopledger.register.locations import Locations
from loopledger.register.observations import Observation
from loopledger.register.snapshot import Snapshot, take_snapshot
from loopledger.register.suggest import suggest

__all__ = ["Register"]


@dataclass(frozen=True, kw_only=True)
class Register:
    """Who promised what to whom, with everything that became known since.

    Parameters
    ----------
    root : pathlib.Path
        The folder it was read from.
    parties, deals : mapping
        By id.
    observations : tuple of Observation
        All of them; those known on a day are on its snapshot.
    history : Register or None
        Past episodes for comparison, with parties of their own; never part of a total.
    problems : tuple of Problem
        Warnings found while reading.
    sources : mapping
        The files by name.

    Notes
    -----
    Not slotted, because derived values are kept once they have been asked for.
    """

    root: Path
    parties: Mapping[str, Party]
    deals: Mapping[str, Deal]
    observations: tuple[Observation, ...] = ()
    history: Register | None = None
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Every instrument as first announced, by id; ``changes`` holds all changes."""
        return {i.id: i for deal in self.deals.values() for i in deal.instruments}

    @cached_property
    def deal_ids(self) -> Mapping[str, str]:
        """The deal of each instrument."""
        return {i.id: deal.id for deal in self.deals.values() for i in deal.instruments}

    @cached_property
    def locations(self) -> Mapping[tuple[str, str], Location]:
        """The place of each field of each record: ``locations["campus-loan", "amount"]``."""
        return Locations(self.sources)

    def locate(self, id_: str, field: str = "") -> Location:
        """Return the place of a record, or of one of its fields when the file has it.

        Raises
        ------
        NotFoundError
            If there is no such record.

        Examples
        --------
        >>> from loopledger.register import TEACHING, load_register
        >>> str(load_register(TEACHING).locate("campus-loan", "amount"))
        'deals/2025-06-10-larkspur-campus-financing.yaml:9:13'
        """
        place = self.locations.get((id_, field)) or self.locations.get((id_, ""))
        if place is None:
            msg = f'no party, deal or instrument "{id_}"'
            raise NotFoundError(msg, hint=suggest(id_, {record for record, _ in self.locations}))
        return place

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the records, whatever the layout of their files."""
        digest = hashlib.sha256()
        for records in (self.parties, self.deals):
            for id_ in sorted(records):
                digest.update(records[id_].model_dump_json().encode() + b"\n")
        for row in sorted(map(_row_content, self.observations)):
            digest.update(row.encode() + b"\n")
        digest.update(self.history.content_hash.encode() if self.history else b"")
        return digest.hexdigest()

    def known_on(self, day: date) -> Snapshot:
        """Return what was known on a day.

        Parameters
        ----------
        day : datetime.date
            The knowledge date: its news count, later news do not.

        Examples
        --------
        >>> from loopledger.register import TEACHING, load_register
        >>> register = load_register(TEACHING)
        >>> [len(register.known_on(date(year, 12, 31)).instruments) for year in (2024, 2025, 2026)]
        [0, 14, 16]
        """
        return take_snapshot(self, day)


def _row_content(row: Observation) -> str:
    values = (
        row.party, row.period, row.period_end, row.metric, row.value.normalize(), row.unit, row.bound,
        row.grade, row.source_url, row.published, row.note,
    )  # fmt: skip
    return "\x1f".join(map(str, values))
