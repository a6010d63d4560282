"""Whose money pays a seller on the closed books of the register: order of the rules, sums, and what moves it."""

from dataclasses import replace

import pytest

from loopledger.accounts import OUTSIDE_ACCOUNTS, insiders_of, origins_of, read_quarter
from loopledger.circularity import trace_funding
from loopledger.circularity.input_swings import rank_inputs
from loopledger.circularity.purses import apart_from_outlays
from loopledger.circularity.sales_funding import close_books_of, fund_sales
from loopledger.circularity.sources_of_money import trace_sources
from loopledger.errors import ModelError, NotFoundError
from loopledger.network import Row, build_table
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


def test_insiders_are_followed_through_each_other():
    """N gives A 10, M gives A 5, others 15; A pays M 30; M pays N 18.

    Half of what A has is theirs, so half of what M has; M gives 5 of its 30 to A and keeps 7. Seller N: pooled
    half of 18; forced 15 less the 7 that M keeps and the 5 that it puts into A; possible all 15.
    With N and M as one purse nothing is left to find: what M pays N stays in the family.
    """
    table = build_table([
        Row(period="1", payer="n", payee="a", kind="funding", amount=10, instrument="n-a"),
        Row(period="1", payer="m", payee="a", kind="funding", amount=5, instrument="m-a"),
        Row(period="1", payer="outside", payee="a", kind="other", amount=15),
        Row(period="1", payer="a", payee="m", kind="purchase", amount=30),
        Row(period="1", payer="m", payee="n", kind="purchase", amount=18),
    ])  # fmt: skip
    apart = apart_from_outlays(table, {"m"})
    found = trace_funding(apart, {"n", "m/outlays"}, "n").returned
    assert (found["forced"], found["pooled"], found["possible"]) == pytest.approx((3, 9, 15))
    assert trace_funding(table, {"n", "m"}, "n").returned["possible"] == 0
    assert apart_from_outlays(table, {"a"}) is table  # it funds nobody


@pytest.mark.parametrize("seller", ["amazon", "coreweave", "microsoft", "nvidia"])
def test_more_funders_put_in_no_less(real, seller):
    """The seller is among the insiders, so what its own money does theirs does too."""
    for period in ("2025", "2026Q1-Q2"):
        found = fund_sales(real[2], real[0], seller, period)
        for rule in ("forced", "pooled", "possible"):
            assert found.own.returned[rule] <= found.insiders.returned[rule] + 1


def test_insiders_are_those_of_the_ultimate_sources(real):
    """The pooled rule with one colour for each insider adds up to the pooled rule with one for all of them."""
    snapshot, schedule, closed = real
    _, split = close_books_of(snapshot, schedule, by="year", first=FIRST, last=LAST, split_outside=True)
    inside = set(insiders_of(split.table, snapshot.parties)) | {"nvidia"}
    sources = trace_sources(
        split.table, outside=OUTSIDE_ACCOUNTS, funders=inside, opening=split.opening,
        origins=origins_of(snapshot.parties),
    ).of_seller("nvidia", "2026Q1-Q2")  # fmt: skip
    found = fund_sales(closed, snapshot, "nvidia", "2026Q1-Q2").insiders.returned["pooled"]
    assert sum(sources[name] for name in inside) == pytest.approx(found, rel=1e-6)


def test_forced_is_what_has_no_other_place(teaching, assumptions):
    """Larkspur has 15 of insiders among 31.5 and pays Fjord 30: 1.5 can stay, the other 13.5 must have gone there."""
    schedule = expand(promises_from_snapshot(teaching), assumptions, known_on=teaching.day)
    quarter = read_quarter("2025Q2", last=False)
    _, closed = close_books_of(teaching, schedule, first=quarter, last=quarter)
    found = fund_sales(closed, teaching, "fjord", "2025Q2")
    assert found.insiders.returned["forced"] == pytest.approx(13.5e9, abs=1)
    assert found.own.returned["forced"] == pytest.approx(3.5e9, abs=1)  # 5 of its own, less the 1.5
    assert found.unopened == ("larkspur",)
    certificate = found.insiders.certificates["forced"]
    assert certificate.bound == pytest.approx(13.5e9, abs=1)


def test_forced_on_the_register_by_its_statement(bundled, assumptions):
    """Amazon 2024: it put 4,050 into Anthropic; what Anthropic paid others and kept is all that can be elsewhere."""
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    first, last = read_quarter("2024", last=False), read_quarter("2024", last=True)
    accounts, closed = close_books_of(bundled, schedule, by="year", first=first, last=last)
    statement = accounts.statement("anthropic", "2024")
    elsewhere = sum(ln.amount.central for ln in statement.uses if ln.payee != "amazon")
    found = fund_sales(closed, bundled, "amazon", "2024")
    assert found.own.returned["forced"] == pytest.approx(4_050e6 - elsewhere, abs=1)
    assert found.own.returned["forced"] > 0
    # with that much of other cash at the start, nothing is forced
    had = {**closed.opening, "anthropic": 4_050e6 - elsewhere}
    sales = closed.table.period == 0
    richer = trace_funding(closed.table, {"amazon"}, "amazon", opening=had, sales=sales)
    assert richer.returned["forced"] == pytest.approx(0, abs=1)


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
    assert set(closed.opening) == {"google", "meta", "microsoft", "nvidia", "oracle"}


def test_books_and_register_are_of_one_day(real):
    snapshot, schedule, _ = real
    with pytest.raises(ModelError, match="hint: expand the promises"):
        close_books_of(snapshot, replace(schedule, known_on=schedule.known_on.replace(year=2025)))
