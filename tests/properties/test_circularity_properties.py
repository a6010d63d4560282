"""Circulation and loops on random networks, against networkx and brute force."""

from itertools import pairwise, product

import networkx as nx
import oracles_exact
import pytest
from hypothesis import given
from strategies import OUTSIDE, networks

from loopledger.circularity import LoopKind, circulate, find_loops
from loopledger.records import FlowClass


@given(networks(wild=True, max_payments=40))
def test_circulation_equals_network_simplex_in_whole_cents(net):
    found = circulate(net.table())
    scale = 64 * 2.3e-16 * net.largest
    assert found.total == pytest.approx(oracles_exact.circulation(net) / 100, rel=1e-9, abs=scale)
    assert found.gross == pytest.approx(
        sum(p.cents for p in net.payments if OUTSIDE not in (p.payer, p.payee)) / 100, rel=1e-12
    )
    assert 0 <= found.share <= 1
    assert found.certificate.gap <= 1e-9 * found.total + scale
    assert (found.circulating <= found.paid).all()
    assert (found.circulating >= 0).all()
    for party in net.parties:
        out = sum(y for (i, _), y in zip(found.pairs, found.circulating, strict=True) if i == party)
        into = sum(y for (_, j), y in zip(found.pairs, found.circulating, strict=True) if j == party)
        assert out == pytest.approx(into, rel=1e-9, abs=1e-9 * found.total + scale)


@given(networks(max_payments=16))
def test_loops_equal_simple_cycles_and_brute_force(net):
    legs = {}
    for p in net.payments:
        if OUTSIDE not in (p.payer, p.payee):
            legs.setdefault((p.payer, p.payee), []).append(p)
    graph = nx.DiGraph(list(legs))
    expected = {frozenset(pairwise([*cycle, cycle[0]])) for cycle in nx.simple_cycles(graph)}
    found = find_loops(net.table())
    assert not found.truncated
    assert {frozenset((leg.payer, leg.payee) for leg in loop.legs) for loop in found.loops} == expected
    assert len(found.loops) == len(expected)
    values = [loop.value for loop in found.loops]
    assert values == sorted(values, reverse=True)
    for loop in found.loops:
        rows = [legs[leg.payer, leg.payee] for leg in loop.legs]
        assert [leg.payer for leg in loop.legs[1:]] == [leg.payee for leg in loop.legs[:-1]]
        assert loop.legs[-1].payee == loop.legs[0].payer
        assert loop.value == pytest.approx(min(sum(p.cents for p in row) for row in rows) / 100)
        financing, feasible = brute_force(rows)
        assert (loop.kind is LoopKind.FINANCING) == financing
        assert loop.time_feasible == feasible


def brute_force(rows):
    """Return whether the loop finances, and whether payments t1 <= t2 <= ... exist from a funding leg."""

    def funds(p):
        return p.flow_class is FlowClass.FUNDING

    def buys(p):
        return p.flow_class is FlowClass.PURCHASE

    n = len(rows)
    starts = [
        i for i in range(n)
        if any(map(funds, rows[i])) and any(any(map(buys, rows[j])) for j in range(n) if j != i)
    ]  # fmt: skip
    first = funds
    if not starts:  # a seller that rents from its own customer supports it as a lender would

        def first(_):
            return True

        starts = [
            i for i in range(n)
            if {p.kind for p in rows[i]} == {"lease"}
            and any(buys(p) for p in rows[i - 1]) and {p.kind for p in rows[i - 1]} != {"lease"}
        ]  # fmt: skip
    financing = bool(starts)
    feasible = any(
        first(choice[0]) and all(a.period <= b.period for a, b in pairwise(choice))
        for i in (starts or range(n))
        for choice in product(*rows[i:], *rows[:i])
    )
    return financing, feasible


@given(networks(max_payments=16))
def test_a_cut_list_holds_the_shortest_loops(net):
    table = net.table()
    whole = find_loops(table)
    for most in {1, len(whole.loops) - 1, len(whole.loops), len(whole.loops) + 1} - {0, -1}:
        cut = find_loops(table, max_loops=most)
        assert len(cut.loops) == min(most, len(whole.loops))
        assert cut.truncated == (most < len(whole.loops))
        complete = [loop for loop in whole.loops if len(loop.legs) <= cut.complete_to_length]
        assert set(complete) <= set(cut.loops) <= set(whole.loops)
        longest = max((len(loop.legs) for loop in cut.loops), default=0)
        assert longest <= cut.complete_to_length + 1
