"""The bundled register as known on a fixed day, once for all tests of the folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from loopledger.register import Register, Snapshot, load_register
from loopledger.report.stress import StressAnswer, question_of
from loopledger.schedule import Schedule, expand, load_assumptions, promises_from_snapshot
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


@pytest.fixture(scope="session")
def world() -> World:
    day = date(2026, 11, 24)
    register = load_register(None)
    snapshot = register.known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=day)
    quarters = tuple(Quarter.of(day).shifted(k) for k in range(8))
    question = question_of(snapshot, schedule, (), quarters)
    return World(register, snapshot, schedule, quarters, question)
