"""Shares of contracts on both registers."""

from datetime import date

import pytest

from loopledger.errors import ModelError
from loopledger.exposure import concentrate, match_backlog
from loopledger.register import BUNDLED, TEACHING, load_register


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


def test_the_teaching_register_by_hand():
    """A developer owes a cloud 30 and 18 to 22 (middle 20), and a campus about 6 of rent (5.4 to 6.6)."""
    found = concentrate(load_register(TEACHING).known_on(date(2026, 3, 1)), "larkspur", buyers=False)
    first, second = found.parts
    assert (first.party, second.party) == ("fjord", "larkspur-campus")
    assert first.share_range.as_tuple() == pytest.approx((48 / (48 + 6.6), 50 / 56, 52 / (52 + 5.4)))
    assert second.share_range.as_tuple() == pytest.approx((5.4 / (52 + 5.4), 6 / 56, 6.6 / (48 + 6.6)))
    assert found.hhi == pytest.approx((50 / 56) ** 2 + (6 / 56) ** 2)
    assert first.instruments == ("larkspur-fjord-purchase", "larkspur-fjord-second")


def test_backlog_of_the_teaching_register_by_hand():
    """Contracts of 50 against a reported backlog of 60 leave 10 that no record explains."""
    found = match_backlog(load_register(TEACHING).known_on(date(2026, 3, 1)), ["fjord"], ["larkspur"])
    assert found.share.as_tuple() == pytest.approx((48 / 60, 50 / 60, 52 / 60))
    assert found.unmatched_usd == pytest.approx(10e9)


def test_a_backlog_published_later_is_not_known():
    snapshot = load_register(BUNDLED).known_on(date(2025, 12, 9))
    assert match_backlog(snapshot, ["oracle"], ["openai"]).backlog_usd == 455e9  # 523 came a day later
