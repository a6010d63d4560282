"""Pictures as they are meant to look, byte for byte.

When a change of look is meant, renew the files, open them in a browser, and commit what you have seen:

    RENEW_GOLDEN=1 pytest tests/report/figures/test_figures_golden.py
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from picture_inputs import DUES, FOUNDING, NAMES, PAIR, PAIRS, RING, SEVEN_YEARS, SPANS, STEPS, VIEWS

from loopledger.report.figures import (
    draw_balance,
    draw_chord,
    draw_loop,
    draw_matrix,
    draw_schedule,
    draw_shares,
    draw_timeline,
    draw_waterfall,
    standalone,
)

GOLDEN = Path(__file__).parent / "golden"
PICTURES = {
    "founding": lambda: draw_loop(
        FOUNDING, title="Nvidia and Microsoft fund Anthropic, which pays Microsoft"
    ),
    "pair": lambda: draw_loop(PAIR, title="AMD pays its customer in warrants"),
    "ring": lambda: draw_loop(RING, title="Eight parties in one loop"),
    "seven-years": lambda: draw_schedule(SEVEN_YEARS, title="Seven years of compute", known_on="2026-11-24"),
    "one-bar": lambda: draw_schedule(SEVEN_YEARS[-1:], title="One payment"),
    "views": lambda: draw_shares(VIEWS, title="The funders' own money in the seller's receipts"),
    "chord": lambda: draw_chord(PAIRS, NAMES, title="Who pays whom", n_main=6),
    "matrix": lambda: draw_matrix(PAIRS, NAMES, title="Payer by payee", n_main=6),
    "waterfall": lambda: draw_waterfall(STEPS, title="Whose money it is", whole="Receipts"),
    "balance": lambda: draw_balance(DUES, NAMES, title="Due by counterparty", sides=("To pay", "To receive")),
    "timeline": lambda: draw_timeline(
        SPANS, title="The deal in time", announced=date(2025, 11, 18), known_on=date(2026, 11, 24)
    ),
    "two-sides": lambda: draw_schedule(
        SEVEN_YEARS, title="Both ways", known_on="2026-11-24", sides=("To receive", "To pay")
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_as_seen(name):
    path = GOLDEN / f"{name}.svg"
    drawn = standalone(PICTURES[name]())
    if os.environ.get("RENEW_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), f"{path} differs; see the top of this file"
