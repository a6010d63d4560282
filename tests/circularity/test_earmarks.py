"""The earmarked rule over several quarters, by hand."""

import pytest

from loopledger.circularity import trace_funding
from loopledger.network import Row, build_table


def earmarked(rows, earmarks, opening=None):
    table = build_table(
        [
            Row(period=str(t), payer=i, payee=j, kind=kind, amount=float(amount), instrument=name)
            for t, i, j, kind, amount, name in rows
        ],
        earmarks=earmarks,
    )
    return trace_funding(table, {"m"}, "m", opening=opening).returned["earmarked"]


FUND = (1, "m", "a", "funding", 12, "equity")


def test_what_is_needed_later_waits():
    rows = [FUND, (1, "outside", "a", "other", 20, "x"), (1, "a", "outside", "other", 18, "wages"),
            (2, "a", "m", "purchase", 10, "contract")]  # fmt: skip
    # quarter 1 pays 18 from the pool of 20 (2 of the 12 are not needed and join it); quarter 2 from the purse
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(10)


def test_the_pool_is_helped_out_before_money_is_missing():
    rows = [FUND, (1, "a", "outside", "other", 8, "wages"),
            (2, "outside", "a", "other", 6, "x"), (2, "a", "m", "purchase", 10, "contract")]  # fmt: skip
    # 8 of the 12 had to go on wages, whatever they were meant for; 4 are left
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(4)


def test_what_is_not_needed_joins_the_pool_at_once():
    rows = [FUND, (1, "outside", "a", "other", 12, "x"), (1, "a", "m", "purchase", 4, "contract"),
            (1, "a", "m", "purchase", 10, "other contract")]  # fmt: skip
    # 4 wholly from the purse; the other 8 mix with 12: 10 * 8 / 20
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(4 + 4)


def test_the_uncovered_part_carries_the_average_of_the_pool():
    rows = [FUND, (1, "m", "a", "loan", 5, "loan"), (1, "outside", "a", "other", 15, "x"),
            (1, "a", "m", "purchase", 20, "contract")]  # fmt: skip
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(12 + 8 * 5 / 20)


def test_an_earmark_for_a_purchase_of_the_past_means_nothing():
    rows = [(1, "outside", "a", "other", 10, "x"), (1, "a", "m", "purchase", 10, "contract"),
            (2, *FUND[1:]), (2, "outside", "a", "other", 12, "y"), (2, "a", "m", "purchase", 8, "next")]  # fmt: skip
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(8 / 2)


def test_two_inflows_for_one_purchase_pay_in_proportion():
    rows = [FUND, (1, "outside", "a", "other", 24, "grant"), (1, "a", "outside", "other", 6, "wages"),
            (1, "a", "m", "purchase", 30, "contract")]  # fmt: skip
    # 36 meant for 30: 30 * 12 / 36; the 6 that are left over pay the wages
    assert earmarked(rows, {"equity": ("contract",), "grant": ("contract",)}) == pytest.approx(10)


def test_receipts_are_followed_into_their_supply_over_quarters():
    rows = [(1, "m", "a", "funding", 10, "equity"), (1, "a", "c", "purchase", 10, "compute"),
            (1, "outside", "c", "other", 90, "x"), (1, "c", "outside", "other", 50, "wages"),
            (2, "c", "m", "purchase", 6, "chips")]  # fmt: skip
    links = {"equity": ("compute",), "compute": ("chips",)}
    # 4 of the 10 are not needed for chips; the other 6 wait in the purse and pay them
    assert earmarked(rows, links) == pytest.approx(6)
    assert earmarked(rows, {"equity": ("compute",)}) == pytest.approx(6 * 10 / 100)


def test_names_with_slashes_stay_apart():
    rows = [FUND, (1, "outside", "a/equity", "other", 100, "x"), (1, "a/equity", "outside", "other", 60, "y"),
            (1, "outside", "a", "other", 12, "z"), (1, "a", "m", "purchase", 12, "contract")]  # fmt: skip
    assert earmarked(rows, {"equity": ("contract",)}) == pytest.approx(12)
