"""Shares of contracts on both registers."""

from datetime import date

import pytest

from loopledger.errors import ModelError
from loopledger.exposure import concentrate, match_backlog
from loopledger.register import BUNDLED, load_register


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("buyers", [True, False])
def test_shares_add_up_and_the_index_is_bounded(year, buyers):
    snapshot = load_register(BUNDLED).known_on(date(year, 12, 1))
    n_found = 0
    for party in snapshot.parties:
        try:
            found = concentrate(snapshot, party, buyers=buyers)
        except ModelError:
            continue
        n_found += 1
        assert sum(part.share for part in found.parts) == pytest.approx(1, abs=1e-12)
        assert 1 / len(found.parts) - 1e-12 <= found.hhi <= 1 + 1e-12
        assert all(part.share_range.low <= part.share <= part.share_range.high for part in found.parts)
    assert n_found >= 5


def test_what_is_missing_is_said(bundled):
    with pytest.raises(ModelError, match="no binding priced contract"):
        concentrate(bundled, "sequoia-capital-nobody")
    with pytest.raises(ModelError, match="reports no backlog"):
        match_backlog(bundled, ["openai"], ["microsoft"])
