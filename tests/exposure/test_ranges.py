"""Bounds of shares, means and concentration hold for every choice within the ranges, and are met."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.errors import ModelError
from loopledger.exposure.ranges import difference, hhi_range, mean_range, ratio, share_ranges
from loopledger.units import Interval

NUMBERS = st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 3))
RANGES = st.lists(NUMBERS, min_size=3, max_size=3).map(lambda v: Interval(*sorted(v)))
POSITIVE = RANGES.map(lambda r: Interval(r.low + 1, r.central + 1, r.high + 1))


def hhi(values):
    return sum(v * v for v in values) / sum(values) ** 2


def within(ranges, draw):
    return [draw(st.floats(r.low, r.high)) for r in ranges]


@given(st.lists(POSITIVE, min_size=1, max_size=6), st.data())
def test_concentration_holds_for_every_choice_and_its_ends_are_met(ranges, data):
    found = hhi_range({str(n): r for n, r in enumerate(ranges)})
    chosen = hhi(within(ranges, data.draw))
    assert found.low - 1e-9 <= chosen <= found.high + 1e-9
    assert 1 / len(ranges) - 1e-9 <= found.low <= found.central <= found.high <= 1 + 1e-12
    ends = [hhi(ends) for ends in product(*((r.low, r.high) for r in ranges))]
    assert found.high == pytest.approx(max(ends))
    assert found.low <= min(ends) + 1e-9


@given(st.lists(POSITIVE, min_size=13, max_size=20), st.data())
def test_concentration_of_many_ranges_is_a_bound(ranges, data):
    found = hhi_range({str(n): r for n, r in enumerate(ranges)})
    assert found.low - 1e-9 <= hhi(within(ranges, data.draw)) <= found.high + 1e-9


@given(st.lists(POSITIVE, min_size=2, max_size=5), st.integers(1, 40), st.data())
def test_a_group_is_anything_from_one_to_many(ranges, n_members, data):
    """Whoever stands behind a record, and whatever their parts are, the index lies within its range."""
    amounts = {str(n): r for n, r in enumerate(ranges)}
    found = hhi_range(amounts, frozenset({"0"}))
    first, *rest = within(ranges, data.draw)
    members = [first / n_members] * n_members
    assert found.low - 1e-9 <= hhi([*members, *rest]) <= found.high + 1e-9


@given(st.lists(st.tuples(POSITIVE, st.floats(-50, 50)), min_size=1, max_size=6), st.data())
def test_a_mean_holds_for_every_weight_and_its_ends_are_met(pairs, data):
    weights, values = [w for w, _ in pairs], [v for _, v in pairs]
    found = mean_range(weights, values)

    def mean(chosen):
        return sum(w * v for w, v in zip(chosen, values, strict=True)) / sum(chosen)

    assert found.low - 1e-9 <= mean(within(weights, data.draw)) <= found.high + 1e-9
    ends = [mean(ends) for ends in product(*((w.low, w.high) for w in weights))]
    assert found.low == pytest.approx(min(ends), abs=1e-9)
    assert found.high == pytest.approx(max(ends), abs=1e-9)


@given(st.lists(POSITIVE, min_size=1, max_size=6), st.data())
def test_shares_add_up_and_hold(ranges, data):
    amounts = {str(n): r for n, r in enumerate(ranges)}
    found = share_ranges(amounts)
    assert sum(s.central for s in found.values()) == pytest.approx(1)
    chosen = within(ranges, data.draw)
    for n, value in enumerate(chosen):
        assert found[str(n)].low - 1e-9 <= value / sum(chosen) <= found[str(n)].high + 1e-9


@given(RANGES, POSITIVE, st.data())
def test_differences_and_ratios_hold(a, b, data):
    x, y = within([a, b], data.draw)
    assert difference(a, b).low - 1e-6 <= x - y <= difference(a, b).high + 1e-6
    assert ratio(a, b).low - 1e-6 <= x / y <= ratio(a, b).high * (1 + 1e-12) + 1e-6


def test_what_has_no_answer_is_refused():
    nothing = {"a": Interval.exact(0)}
    with pytest.raises(ModelError, match="add up to nothing"):
        share_ranges(nothing)
    with pytest.raises(ModelError, match="add up to nothing"):
        hhi_range(nothing)
    with pytest.raises(ModelError, match="denominator may be 0"):
        ratio(Interval.exact(1), Interval(0, 1, 2))


def test_an_amount_that_may_be_nothing_leaves_one_counterparty():
    assert hhi_range({"a": Interval.exact(5), "b": Interval(0, 5, 5)}).as_tuple() == pytest.approx(
        (0.5, 0.5, 1)
    )
