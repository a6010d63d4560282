"""Dated loops and loop counts, against brute force and published counts; large searches against the plain one."""

from collections import Counter
from itertools import combinations, pairwise, permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.circularity import cyclekernel, cycles, find_dated_loops, significance, weigh_loops
from loopledger.errors import ModelError
from loopledger.network import Row, build_table, compiled


def table(payments):
    return build_table(
        [Row(period=f"{t}", payer=str(u), payee=str(v), kind="other", amount=x) for u, v, t, x in payments],
        periods=[str(t) for t in range(100)],
    )


def test_dated_cycles_of_the_published_sample():
    # IBM/parallel-cycle-enumeration, data/sample.txt, temporal cycles by its three algorithms
    edges = [(1, 2, 0), (1, 5, 1), (2, 3, 2), (3, 1, 3), (3, 2, 4), (3, 4, 5), (3, 6, 6), (4, 5, 7), (5, 2, 8),
             (6, 4, 9), (4, 7, 10)]  # fmt: skip
    found = find_dated_loops(table([(*edge, 1) for edge in edges]), within=3600)
    assert Counter(len(loop.payments) for loop in found.loops) == {2: 1, 3: 1, 4: 1}
    assert not found.truncated


PAYMENTS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 8), st.integers(1, 9)).filter(
        lambda p: p[0] != p[1]
    ),
    min_size=2,
    max_size=11,
)


@settings(max_examples=60)
@given(PAYMENTS, st.integers(1, 9), st.integers(2, 4))
def test_dated_loops_are_those_of_brute_force(payments, within, longest):
    net = table(payments)
    expected = {}
    for size in range(2, longest + 1):
        for chosen in combinations(range(len(payments)), size):
            for order in permutations(chosen):
                rows = [payments[i] for i in order]
                times = [t for _, _, t, _ in rows]
                if (
                    all(a < b for a, b in pairwise(times))
                    and times[-1] - times[0] <= within
                    and all(a[1] == b[0] for a, b in zip(rows, rows[1:] + rows[:1], strict=True))
                    and len({u for u, *_ in rows}) == size
                ):
                    expected[order] = min(x for *_, x in rows)
    found = find_dated_loops(net, within=within, max_length=longest)
    assert {loop.payments: loop.amount for loop in found.loops} == expected
    if len(expected) > 1:
        cut = find_dated_loops(net, within=within, max_length=longest, max_loops=len(expected) - 1)
        assert cut.truncated
        assert set(cut.loops) < set(found.loops)


def test_dated_loops_need_room():
    with pytest.raises(ModelError):
        find_dated_loops(table([(0, 1, 0, 1)]), within=0)


@pytest.mark.parametrize("dense", [True, False], ids=["dense", "sparse"])
def test_counts_of_loops_are_those_of_enumeration(monkeypatch, dense):
    if not dense:
        monkeypatch.setattr(significance, "_DENSE", 0)
    draw = np.random.default_rng(5)
    pairs = {(u, v) for u, v in draw.integers(0, 14, (70, 2)).tolist() if u != v}
    lengths = Counter(len(c) for c in nx.simple_cycles(nx.DiGraph(list(pairs)), length_bound=4))
    found = weigh_loops(table([(u, v, 0, 1) for u, v in pairs]), rewirings=3, seed=1)
    assert {row.length: row.observed for row in found.counts} == {k: lengths[k] for k in (2, 3, 4)}


def test_a_rewiring_keeps_who_pays_how_many():
    draw = np.random.default_rng(8)
    pairs = np.array(sorted({(u, v) for u, v in draw.integers(0, 12, (50, 2)).tolist() if u != v}))
    tail, head = pairs.T.copy()
    pays = np.zeros((12, 12), dtype=bool)
    pays[tail, head] = True
    degrees = pays.sum(axis=0).tolist(), pays.sum(axis=1).tolist()
    made = significance._swap(tail, head, pays, draw.integers(0, len(tail), (400, 2)))
    again = np.zeros_like(pays)
    again[tail, head] = True
    assert made > 0
    assert (again == pays).all()
    assert not pays.diagonal().any()
    assert (pays.sum(axis=0).tolist(), pays.sum(axis=1).tolist()) == degrees


def test_the_seed_decides_and_a_ring_of_rings_is_no_chance():
    triangles = [(3 * k + i, 3 * k + (i + 1) % 3, 0, 1) for k in range(20) for i in range(3)]
    found = weigh_loops(table(triangles), rewirings=1000, seed=7)
    assert found == weigh_loops(table(triangles), rewirings=1000, seed=7)
    assert found.counts != weigh_loops(table(triangles), rewirings=1000, seed=8).counts
    pairs, threes, _ = found.counts
    # 60 parties who pay one other each at random: a permutation without fixed points, about 1/3 of a triangle
    assert threes.observed == 20
    assert threes.mean == pytest.approx(1 / 3, abs=0.08)
    assert pairs.mean == pytest.approx(1 / 2, abs=0.08)
    assert threes.p == pytest.approx(1 / 1001)
    assert threes.z > 20
    assert pairs.p == 1.0


def test_a_large_search_counts_as_the_plain_one_does(monkeypatch):
    draw = np.random.default_rng(2)
    arcs = sorted({(f"{u:03}", f"{v:03}") for u, v in draw.integers(0, 90, (800, 2)).tolist() if u != v})
    monkeypatch.setattr(cycles, "_KEPT_DISTANCES", 0)
    limits = [(10**9, 10**9), (700, 10**9), *((10**9, steps) for steps in (100, 9_000, 40_000, 90_000))]
    for max_cycles, max_steps in limits:
        results = []
        for fast in (False, True):
            monkeypatch.setattr(cycles, "is_fast", lambda fast=fast: fast)
            monkeypatch.setattr(cyclekernel, "compiled", lambda kernel, _: kernel)
            monkeypatch.setattr(cyclekernel, "_ROOM", 64)
            found = cycles.find_cycles(arcs, max_length=4, max_cycles=max_cycles, max_steps=max_steps)
            results.append((found.cycles, found.truncated, found.complete_to_length))
        assert results[0] == results[1]


def test_compiled_searches_are_the_plain_ones(monkeypatch):
    pytest.importorskip("numba", reason="the extra `fast` is not installed")
    draw = np.random.default_rng(4)
    payments = [
        (u, v, t, x)
        for u, v, t, x in draw.integers([0, 0, 0, 1], [12, 12, 90, 99], (300, 4)).tolist()
        if u != v
    ]
    net, found = table(payments), []
    for limit in (10**12, 0):
        monkeypatch.setattr(compiled, "WORTH_COMPILING", limit)
        found.append((find_dated_loops(net, within=20, max_length=5), weigh_loops(net, rewirings=20, seed=3)))
    assert found[0] == found[1]
    assert found[0][0].loops
