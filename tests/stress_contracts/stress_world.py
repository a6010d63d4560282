"""The bundled register as known on a fixed day, with the question that a stress run asks of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loopledger.register import Register, Snapshot
from loopledger.report.stress import StressAnswer
from loopledger.schedule import Schedule
from loopledger.stress.cascade import Levels, run_cascade
from loopledger.stress.scenarios import Question, Scenario
from loopledger.units import Quarter


@dataclass(frozen=True)
class World:
    """A register, and what a stress run takes of it."""

    register: Register
    snapshot: Snapshot
    schedule: Schedule
    quarters: tuple[Quarter, ...]
    question: Question

    def asked(self, *scenarios: Scenario) -> Question:
        """Return the question of some scenarios, on the same accounts."""
        return replace(self.question, scenarios=scenarios)

    def answer(self, *scenarios: Scenario) -> StressAnswer:
        """Return their answer."""
        question = self.asked(*scenarios)
        case, books = question.plan(Levels())
        question.shock(case, Levels())
        return StressAnswer(question=question, case=case, outcome=run_cascade(case), books=books)
