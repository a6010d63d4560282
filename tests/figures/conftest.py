"""What the tests of figures share."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopledger.register.observations import COLUMNS, read_observations


@pytest.fixture(scope="session")
def rows_of():
    """Rows from lines ``period,period_end,metric,value,bound,grade,published`` of one party."""

    def make(*lines: str, party: str = "meridian"):
        text = ",".join(COLUMNS) + "\n"
        for line in lines:
            period, end, metric, value, bound, grade, published = line.split(",")
            text += (
                f"{party},{period},{end},{metric},{value},usd,{bound},{grade},https://e.org,{published},\n"
            )
        rows, problems = read_observations(text, "test.csv")
        assert problems == []
        return rows

    return make


@pytest.fixture(scope="session")
def fjord():
    """A companyfacts file of an invented company with a fiscal year to June."""
    return Path(__file__).parent / "fjord_companyfacts.json"
