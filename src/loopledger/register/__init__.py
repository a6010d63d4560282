"""The register: who promised what to whom, when it became known, and on whose word.

:func:`load_register` reads it, :meth:`Register.known_on` gives it as known on a day,
:func:`count_once` adds it up, :func:`match_drafts` places what a document promises in it.
"""

from loopledger.register.additions import copy_register, is_bundled, is_safe, plan_additions
from loopledger.register.codes import ASSUMPTION_FAULTS
from loopledger.register.counting import (
    CurrencyTotal,
    Exclusion,
    ExclusionReason,
    Overlap,
    Totals,
    count_once,
)
from loopledger.register.differences import Difference, compare, tell_difference
from loopledger.register.formatting import Formatted, files_of, format_files, format_text
from loopledger.register.load import check_register, load_register
from loopledger.register.match import Candidate, Match, Verdict, match_drafts
from loopledger.register.observations import Observation, ObservationBound
from loopledger.register.paths import BUNDLED, TEACHING
from loopledger.register.proposals import Proposal, SourceNote, propose
from loopledger.register.proposaltext import proposal_json, tell_proposal
from loopledger.register.register import Register
from loopledger.register.rules import RULES, Rule
from loopledger.register.schema import register_schema
from loopledger.register.selection import Selection, select
from loopledger.register.snapshot import HistoryStep, Snapshot
from loopledger.register.telling import tell_summary, tell_totals, tell_view
from loopledger.register.views import DealView, InstrumentView, PartyView, SummaryView, look_up, summarise

__all__ = [
    "ASSUMPTION_FAULTS",
    "BUNDLED",
    "RULES",
    "TEACHING",
    "Candidate",
    "CurrencyTotal",
    "DealView",
    "Difference",
    "Exclusion",
    "ExclusionReason",
    "Formatted",
    "HistoryStep",
    "InstrumentView",
    "Match",
    "Observation",
    "ObservationBound",
    "Overlap",
    "PartyView",
    "Proposal",
    "Register",
    "Rule",
    "Selection",
    "Snapshot",
    "SourceNote",
    "SummaryView",
    "Totals",
    "Verdict",
    "check_register",
    "compare",
    "copy_register",
    "count_once",
    "files_of",
    "format_files",
    "format_text",
    "is_bundled",
    "is_safe",
    "load_register",
    "look_up",
    "match_drafts",
    "plan_additions",
    "proposal_json",
    "propose",
    "register_schema",
    "select",
    "summarise",
    "tell_difference",
    "tell_proposal",
    "tell_summary",
    "tell_totals",
    "tell_view",
]
