"""The register: who promised what to whom, when it became known, and on whose word.

:func:`load_register` reads it, :meth:`Register.known_on` gives it as known on a day,
:func:`count_once` adds it up, :func:`match_drafts` places what a document promises in it.
"""

from loopledger.register.counting import (
    CurrencyTotal,
    Exclusion,
    ExclusionReason,
    Overlap,
    Totals,
    count_once,
)
from loopledger.register.formatting import Formatted, files_of, format_files, format_text
from loopledger.register.load import check_register, load_register
from loopledger.register.match import Candidate, Match, Verdict, match_drafts
from loopledger.register.observations import Observation, ObservationBound
from loopledger.register.paths import BUNDLED, TEACHING
from loopledger.register.register import Register
from loopledger.register.rules import RULES, Rule
from loopledger.register.schema import register_schema
from loopledger.register.snapshot import HistoryStep, Snapshot

__all__ = [
    "BUNDLED",
    "RULES",
    "TEACHING",
    "Candidate",
    "CurrencyTotal",
    "Exclusion",
    "ExclusionReason",
    "Formatted",
    "HistoryStep",
    "Match",
    "Observation",
    "ObservationBound",
    "Overlap",
    "Register",
    "Rule",
    "Snapshot",
    "Totals",
    "Verdict",
    "check_register",
    "count_once",
    "files_of",
    "format_files",
    "format_text",
    "load_register",
    "match_drafts",
    "register_schema",
]
