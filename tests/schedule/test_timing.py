"""When money moves: shares by quarter add to one and have the stated shape."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.records import Kind, Status
from loopledger.schedule import Promise
from loopledger.schedule.timing import lump, place, spread, term_of
from loopledger.units import Amount, Quarter

DAY = date(2026, 11, 24)


def promise(**fields):
    fields = {
        "id": "x", "kind": Kind.PURCHASE_COMMITMENT, "payers": ("a",), "payees": ("m",),
        "amount": Amount.of(100, "USD"), "announced": date(2025, 11, 18), **fields,
    }  # fmt: skip
    return Promise(**fields)


@given(n=st.integers(1, 80), ramp=st.floats(0, 1))
def test_shares_add_to_one_and_never_fall(n, ramp):
    shares = [share for _, share in spread(Quarter(8000), n, ramp=ramp)]
    assert sum(shares) == pytest.approx(1, abs=1e-12)
    assert all(b >= a - 1e-12 for a, b in pairwise(shares))


def test_ramp_over_the_first_quarter_of_the_term():
    # 20 quarters, ramp over 5: the rate rises by a fifth a quarter to its level, area 20 - 2.5
    shares = [share for _, share in spread(Quarter(8000), 20, ramp=0.25)]
    assert shares[:5] == pytest.approx([0.1 / 17.5, 0.3 / 17.5, 0.5 / 17.5, 0.7 / 17.5, 0.9 / 17.5])
    assert shares[5:] == pytest.approx([1 / 17.5] * 15)


def test_unknown_term_is_five_years_from_the_quarter_after_signing(assumptions):
    term = term_of(promise(), assumptions)
    assert (str(term.first), term.n_quarters) == ("2026Q1", 20)
    assert term.assumptions == ("lag.term_start", "term.purchase_commitment")


def test_own_dates_need_no_assumption(assumptions):
    term = term_of(promise(start=date(2026, 11, 1), end=date(2033, 5, 31)), assumptions)
    assert (str(term.first), term.n_quarters, term.assumptions) == ("2026Q4", 27, ())


def test_stated_term_in_years(assumptions):
    term = term_of(promise(term_years=Decimal("5.5")), assumptions)
    assert term.n_quarters == 22
    assert term.assumptions == ("lag.term_start",)


@pytest.mark.parametrize(
    ("fields", "quarter", "used"),
    [
        ({}, "2026Q1", ("lag.lump",)),
        ({"start": date(2027, 5, 1)}, "2027Q2", ()),
        ({"status": Status.COMPLETED, "completed_on": date(2026, 3, 4)}, "2026Q1", ()),
        ({"status": Status.IN_TALKS}, "2027Q1", ("lag.lump",)),
    ],
)
def test_a_lump_falls_in_one_quarter(assumptions, fields, quarter, used):
    found = lump(promise(kind=Kind.EQUITY_INVESTMENT, **fields), assumptions, DAY)
    assert [(str(q), share) for q, share in found.shares] == [(quarter, 1.0)]
    assert found.assumptions == used


def test_leases_are_level(assumptions):
    found = place(promise(kind=Kind.LEASE, term_years=Decimal(2)), assumptions, DAY)
    assert [share for _, share in found.shares] == pytest.approx([1 / 8] * 8)
