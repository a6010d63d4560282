"""The bundled register as known on a fixed day, once for all tests of the folder."""

from __future__ import annotations

from datetime import date

import pytest
from stress_world import World

from loopledger.register import load_register
from loopledger.report.stress import question_of
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.units import Quarter


@pytest.fixture(scope="session")
def world() -> World:
    day = date(2026, 11, 24)
    register = load_register(None)
    snapshot = register.known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=day)
    quarters = tuple(Quarter.of(day).shifted(k) for k in range(8))
    question = question_of(snapshot, schedule, (), quarters)
    return World(register, snapshot, schedule, quarters, question)
