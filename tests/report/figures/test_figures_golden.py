"""Pictures as they are meant to look, byte for byte.

When a change of look is meant, renew the files, open them in a browser, and commit what you have seen:

    RENEW_GOLDEN=1 pytest tests/report/figures/test_figures_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from picture_inputs import FOUNDING, PAIR, RING, SEVEN_YEARS, VIEWS

from loopledger.report.figures import draw_loop, draw_schedule, draw_shares, standalone

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
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_as_seen(name):
    path = GOLDEN / f"{name}.svg"
    drawn = standalone(PICTURES[name]())
    if os.environ.get("RENEW_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), f"{path} differs; see the top of this file"
