"""The pictures in the documentation are what the pages of the teaching register draw today.

When a change of look is meant, renew the files and look at them:

    RENEW_GOLDEN=1 pytest tests/report/test_doc_images.py
"""

import os
from datetime import date
from pathlib import Path

import pytest

from loopledger.register import TEACHING, load_register
from loopledger.report.figures import standalone
from loopledger.report.pages import write_deal_page, write_party_page, write_system_page

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
WRITTEN = {
    "page-chord.svg": (write_system_page, (), "chord"),
    "page-balance.svg": (write_party_page, ("larkspur",), "balance"),
    "page-sources.svg": (write_party_page, ("fjord",), "sources"),
    "page-timeline.svg": (write_deal_page, ("fjord-larkspur-letter",), "timeline"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_picture_is_what_the_page_draws(name, assumptions):
    write, asked, picture = WRITTEN[name]
    snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    drawn = standalone(write(snapshot, *asked, assumptions).pictures[picture].svg)
    path = IMAGES / name
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), f"{name} is out of date; see the top of this file"
