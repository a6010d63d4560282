"""What every test may ask for."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

#: Tests run side by side: each on one thread, or they wait for each other. Commands started by tests inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from loopledger.register import BUNDLED, TEACHING, load_register
from loopledger.schedule import load_assumptions

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("LOOPLEDGER_HYPOTHESIS", "quick"))

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def bundled():
    """The bundled register as known on a fixed day, so that no test depends on the calendar."""
    return load_register(BUNDLED).known_on(date(2026, 11, 24))


@pytest.fixture(scope="session")
def teaching():
    """The teaching register as known on a fixed day."""
    return load_register(TEACHING).known_on(date(2026, 11, 24))


@pytest.fixture(scope="session")
def assumptions():
    """The bundled assumptions."""
    return load_assumptions()


@pytest.fixture(scope="session")
def shared():
    """The contributors' shared folder; the test is skipped where it is missing."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").exists():
        pytest.skip("the contributors' shared folder is not beside this checkout")
    return folder
