"""The records that people write and read: parties, instruments, changes, evidence, drafts.

Kinds of instrument differ by a row of :data:`KINDS`, not by inheritance.
"""

from loopledger.records.draft import Draft, PartyRef, Reading, Span
from loopledger.records.instrument import (
    Change,
    Deal,
    Evidence,
    Firmness,
    Instrument,
    Links,
    Schedule,
    Status,
    TableRow,
    Tranche,
    Units,
)
from loopledger.records.kinds import KINDS, FlowClass, Kind, KindRow
from loopledger.records.party import OUTSIDE, Party, Role
from loopledger.records.saying import said, weaker

__all__ = [
    "KINDS",
    "OUTSIDE",
    "Change",
    "Deal",
    "Draft",
    "Evidence",
    "Firmness",
    "FlowClass",
    "Instrument",
    "Kind",
    "KindRow",
    "Links",
    "Party",
    "PartyRef",
    "Reading",
    "Role",
    "Schedule",
    "Span",
    "Status",
    "TableRow",
    "Tranche",
    "Units",
    "said",
    "weaker",
]
