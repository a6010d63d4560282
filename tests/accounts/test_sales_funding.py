"""Whose money pays a seller on the closed books of the register: order of the rules, sums, and what moves it."""

from dataclasses import replace

import pytest

from loopledger.accounts import read_quarter
from loopledger.circularity.input_swings import rank_inputs
from loopledger.circularity.sales_funding import close_books_of, fund_sales
from loopledger.errors import ModelError, NotFoundError
from loopledger.schedule import expand, promises_from_snapshot

FIRST, LAST = read_quarter("2025", last=False), read_quarter("2026Q2", last=True)


@pytest.fixture(scope="module")
def real(bundled, assumptions):
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    return bundled, schedule, close_books_of(bundled, schedule, by="year", first=FIRST, last=LAST)[1]


@pytest.fixture(scope="module")
def coreweave(real):
    return fund_sales(real[2], real[0], "coreweave", "2026Q1-Q2")


def test_rules_are_in_order(coreweave):
    for found in (coreweave.own, coreweave.group, coreweave.insiders):
        shares = found.share
        assert 0 <= shares["forced"] <= shares["pooled"] <= shares["possible"] <= 1
        assert shares["forced"] <= shares["earmarked"] <= shares["possible"]
    assert coreweave.own.share["possible"] <= coreweave.insiders.share["possible"] + 1e-9


def test_receipts_are_its_reported_revenue(coreweave):
    """First half of 2026: 4,653 million by the filing; end customers' payments are sales too."""
    assert coreweave.insiders.receipts == pytest.approx(4653e6, abs=1)


def test_contributions_add_up_to_the_pooled_return(coreweave):
    """The pooled rule is linear in the outlays."""
    total = sum(c.pooled for c in coreweave.contributions)
    assert total == pytest.approx(coreweave.insiders.returned["pooled"], rel=1e-6)
    assert coreweave.contributions[0].instrument == "nvda-openai-equity-30b"
    for c in coreweave.contributions:
        assert c.pooled <= c.possible + 1


def test_no_receipts_no_answer(real):
    with pytest.raises(ModelError, match="is paid nothing for sales"):
        fund_sales(real[2], real[0], "gic", "2025")
    with pytest.raises(NotFoundError, match="periods: 2025, 2026Q1-Q2"):
        fund_sales(real[2], real[0], "nvidia", "2024")


def test_the_input_that_moves_it_most(teaching, assumptions):
    """Larkspur pays Fjord with 10 of Corvid, 5 of Fjord, 15 from outside and sales of 1.5 (0.8775 to 2.2275).

    It has 31.5 and pays 30: the insiders' pooled share of the 30 is 15 / 31.5, of Fjord's sales of 42
    30 / 42 of that. More sales of Larkspur, or more of them in the quarter, make it smaller.
    """
    schedule = expand(promises_from_snapshot(teaching), assumptions, known_on=teaching.day)
    quarter = read_quarter("2025Q2", last=False)
    swings = rank_inputs(
        teaching, schedule, "fjord", period="2025Q2", by="quarter", first=quarter, last=quarter
    )
    central = 15 / 31.5 * 30 / 42
    assert all(s.central == pytest.approx(central) for s in swings)
    top = swings[0]
    assert (top.kind, top.name) == ("observation", "observations/financials.csv:8")
    assert top.low == pytest.approx(15 / (30 + 5.4 / 4) * 30 / 42)
    assert top.high == pytest.approx(15 / (30 + 6.6 / 4) * 30 / 42)
    assert top.size == pytest.approx(top.low - top.high)


def test_books_without_estimates(real):
    snapshot, schedule, _ = real
    accounts, closed = close_books_of(snapshot, schedule, by="year", first=FIRST, last=LAST, estimates=())
    assert not [line for line in accounts.lines if line.note.startswith("estimated")]
    assert closed.opening == pytest.approx({k: v.central for k, v in accounts.opening.items()})
    assert set(closed.opening) == {"google", "meta", "microsoft", "nvidia"}


def test_books_and_register_are_of_one_day(real):
    snapshot, schedule, _ = real
    with pytest.raises(ModelError, match="hint: expand the promises"):
        close_books_of(snapshot, replace(schedule, known_on=schedule.known_on.replace(year=2025)))
