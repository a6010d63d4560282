"""Loops with known answers: counts, kinds, dates, and limits that say so."""

import time

import pytest

from loopledger.circularity import LoopKind, find_loops
from loopledger.errors import ModelError
from loopledger.network import Row, build_table


def loops(*rows, **options):
    """Find loops among (period, payer, payee, kind, amount)."""
    table = build_table(
        [Row(period=str(t), payer=i, payee=j, kind=kind, amount=float(x)) for t, i, j, kind, x in rows],
        periods=sorted({str(row[0]) for row in rows}),
    )
    return find_loops(table, **options)


def graph(edges, **options):
    return loops(*((1, f"{u:04}", f"{v:04}", "other", 1) for u, v in edges), **options)


def complete(n):
    return [(u, v) for u in range(n) for v in range(n) if u != v]


def diamonds(t):
    """A chain of t diamonds that is closed to a ring: 2**t cycles, all of length 2 t + 1."""
    edges = [(3 * i, 3 * i + side) for i in range(t) for side in (1, 2)]
    edges += [(3 * i + side, 3 * i + 3) for i in range(t) for side in (1, 2)]
    return [*edges, (3 * t, 0)]


@pytest.mark.parametrize(("n", "count"), [(2, 1), (3, 5), (4, 20), (5, 84), (6, 409), (7, 2365)])
def test_complete_digraphs(n, count):
    found = graph(complete(n))
    assert (len(found.loops), found.truncated, found.complete_to_length) == (count, False, n)


@pytest.mark.parametrize("t", [10, 12])
def test_diamond_chains(t):
    assert len(graph(diamonds(t)).loops) == 2**t
    began = time.perf_counter()
    assert graph(diamonds(18), max_length=36).loops == ()
    assert time.perf_counter() - began < 2  # a bounded search must not try all 2**18 ways


def test_one_ring_of_a_thousand_is_found_at_once():
    began = time.perf_counter()
    found = graph([(i, (i + 1) % 1000) for i in range(1000)])
    assert [len(loop.legs) for loop in found.loops] == [1000]
    assert time.perf_counter() - began < 5


def test_a_limit_on_loops_keeps_the_shortest_and_says_so():
    found = graph(complete(6), max_loops=100)  # 15 of length 2, 40 of 3, 90 of 4
    lengths = sorted(len(loop.legs) for loop in found.loops)
    assert found.truncated
    assert found.complete_to_length == 3
    assert lengths == [2] * 15 + [3] * 40 + [4] * 45


def test_a_limit_on_steps_keeps_the_shortest_and_says_so():
    edges = [(i, (i + 1) % 40) for i in range(40)] + complete(4)
    whole = graph(edges)
    assert not whole.truncated
    seen = set()
    for steps in (1, 500, 2_000, 10_000, 50_000):
        found = graph(edges, max_steps=steps)
        complete_to = found.complete_to_length
        short = {loop.parties for loop in whole.loops if len(loop.legs) <= complete_to}
        assert short <= {loop.parties for loop in found.loops}
        assert all(len(loop.legs) <= complete_to + 1 or not found.truncated for loop in found.loops)
        seen.add(found.truncated)
    assert seen == {True, False}


def test_the_longest_loop_asked_for_is_no_truncation():
    found = graph(complete(5), max_length=3)
    assert (len(found.loops), found.truncated, found.complete_to_length) == (10 + 20, False, 3)


def test_no_loops():
    for edges in ([], [(0, 1)], [(0, 1), (1, 2), (0, 2)]):
        assert graph(edges).loops == ()
    assert loops((1, "a", "outside", "other", 1), (1, "outside", "a", "other", 1)).loops == ()


@pytest.mark.parametrize("options", [{"max_loops": 0}, {"max_steps": 0}, {"max_length": 1}])
def test_limits_that_allow_nothing(options):
    with pytest.raises(ModelError):
        graph(complete(3), **options)


def test_the_value_is_the_smallest_leg_with_its_payments_together():
    found = loops((1, "n", "a", "loan", 4), (2, "n", "a", "equity_investment", 3), (2, "a", "n", "supply", 9))
    (loop,) = found.loops
    assert (loop.value, loop.kind, loop.parties) == (7.0, LoopKind.FINANCING, ("n", "a"))
    assert loop.legs[0].kinds == ("equity_investment", "loan")


@pytest.mark.parametrize(
    ("there", "back", "kind"),
    [
        ("funding", "purchase", LoopKind.FINANCING),
        ("guarantee", "lease", LoopKind.FINANCING),
        ("warrant", "distribution", LoopKind.FINANCING),
        ("lease", "supply", LoopKind.FINANCING),  # the seller rents from its customer
        ("lease", "lease", LoopKind.RECIPROCAL),
        ("purchase", "purchase", LoopKind.RECIPROCAL),
        ("funding", "repayment", LoopKind.RECIPROCAL),
        ("funding", "funding", LoopKind.RECIPROCAL),
        ("revenue_share", "purchase", LoopKind.RECIPROCAL),
    ],
)
def test_kinds(there, back, kind):
    (loop,) = loops((1, "a", "b", there, 1), (1, "b", "a", back, 1)).loops
    assert loop.kind is kind


def test_one_payment_is_not_both_the_funding_and_the_purchase():
    (loop,) = loops(
        (1, "a", "b", "funding", 1), (1, "a", "b", "purchase", 1), (1, "b", "a", "other", 1)
    ).loops
    assert loop.kind is LoopKind.RECIPROCAL


@pytest.mark.parametrize(
    ("dates", "feasible"),
    [
        ((1, 1, 1), True),
        ((1, 2, 3), True),
        ((2, 3, 1), False),  # n would have to be paid before it funds
        ((1, 3, 2), False),
        ((3, 1, 2), False),
    ],
)
def test_dates_run_from_the_funding_leg(dates, feasible):
    fund, buy, supply = dates
    rows = [(fund, "n", "a", "funding", 1), (buy, "a", "m", "purchase", 1), (supply, "m", "n", "purchase", 1)]
    (loop,) = loops(*rows).loops
    assert loop.time_feasible is feasible


def test_reciprocal_trade_may_start_anywhere():
    (loop,) = loops((2, "a", "b", "supply", 1), (3, "b", "c", "supply", 1), (1, "c", "a", "supply", 1)).loops
    assert loop.time_feasible


def test_the_listed_order_starts_with_the_leg_that_makes_it_feasible():
    (loop,) = loops(
        (2, "a", "b", "funding", 1), (2, "a", "b", "purchase", 1), (1, "b", "a", "funding", 1)
    ).loops
    assert loop.time_feasible
    assert loop.parties == ("b", "a")


def test_a_network_too_large_to_keep_distances_is_searched_alike(monkeypatch):
    edges = [*complete(5), *((i, (i + 1) % 12) for i in range(12))]
    kept = graph(edges)
    monkeypatch.setattr("loopledger.circularity.cycles._KEPT_DISTANCES", 0)
    afresh = graph(edges)
    assert afresh == kept
    assert len(graph(edges, max_length=4).loops) == sum(len(loop.legs) <= 4 for loop in kept.loops)
