"""A question to a register: its contracts and books as known on a day, a window, and scenarios."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from loopledger import __version__
from loopledger.accounts import Accounts
from loopledger.accounts.books import Books
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.stress.cascade.build import build_case
from loopledger.stress.cascade.case import Case
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.scenarios.apply import Scale, apply_scenario
from loopledger.stress.scenarios.record import Scenario
from loopledger.units import Quarter

__all__ = ["Question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a stress run is a pure function of, beside its levels; it can be sent to another process."""

    snapshot: Snapshot
    schedule: Schedule
    accounts: Accounts | None
    quarters: tuple[Quarter, ...]
    scenarios: tuple[Scenario, ...]

    def plan(self, levels: Levels) -> tuple[Case, Mapping[str, Books]]:
        """Return the case without a shock, and the books of the parties that report."""
        return build_case(self.snapshot, self.schedule, self.accounts, self.quarters, levels)

    def build(self, levels: Levels, scale: Scale = 1.0) -> Case:
        """Return the case with the shocks entered."""
        case, _ = self.plan(levels)
        self.shock(case, levels, scale)
        return case

    def shock(self, case: Case, levels: Levels, scale: Scale = 1.0) -> None:
        """Enter the shocks in a case of the same levels."""
        apply_scenario(
            case, self.scenarios, self.snapshot.parties, self.schedule.assumptions, levels, scale=scale
        )

    def fingerprint(self, *options: object) -> str:
        """Return a hash of everything that an answer depends on."""
        parts = (
            __version__, self.snapshot.content_hash, self.snapshot.day.isoformat(),
            [a.as_dict() for a in self.schedule.assumptions], [str(q) for q in self.quarters],
            [s.model_dump_json() for s in self.scenarios], options,
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()
