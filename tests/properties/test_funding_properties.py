"""Whose money pays, on random networks: against exact oracles, and the laws that every rule obeys."""

from dataclasses import replace

import oracles_exact
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import OUTSIDE, networks

from loopledger.circularity import trace_funding


def traced(net, unit=100.0):
    return trace_funding(net.table(unit), net.funders, net.seller, opening=net.cash(unit))


def rounding(net):
    """Sums of floats as large as these cannot be told apart more finely."""
    return 64 * 2.3e-16 * net.largest


def approx(by_rule, **tolerance):
    """Compare rule by rule; the earmarked return may be None."""
    return {
        rule: None if value is None else pytest.approx(value, **tolerance) for rule, value in by_rule.items()
    }


@given(networks(wild=True))
def test_bounds_equal_minimum_cost_flows_in_whole_cents(net):
    found = traced(net).returned
    least, most = oracles_exact.flow_range(net)
    assert found["forced"] == pytest.approx(least / 100, rel=1e-9, abs=rounding(net))
    assert found["possible"] == pytest.approx(most / 100, rel=1e-9, abs=rounding(net))


@given(networks())
def test_bounds_equal_the_programme_as_written(net):
    found = traced(net).returned
    least, most = oracles_exact.programme_range(net)
    assert found["forced"] == pytest.approx(least, rel=1e-7, abs=1e-7 * net.largest)
    assert found["possible"] == pytest.approx(most, rel=1e-7, abs=1e-7 * net.largest)


@given(networks(wild=True, earmarked=True))
def test_every_rule_lies_between_forced_and_possible(net):
    found = traced(net)
    low, high = found.returned["forced"], found.returned["possible"]
    assert 0 <= low <= high <= min(found.outlays, found.receipts) * (1 + 1e-15) + rounding(net)
    assert low <= found.returned["pooled"] <= high
    assert (found.returned["earmarked"] is None) == (not net.earmarks)
    if net.earmarks:
        assert low <= found.returned["earmarked"] <= high
    for certificate in found.certificates.values():
        assert certificate.gap <= 1e-12 * found.outlays + rounding(net)


@given(networks())
def test_pooled_equals_a_dense_system_and_loses_no_colour(net):
    where = oracles_exact.pooled(net)
    fates = sum(where[fate] for fate in ("returned", "absorbed", "outside", "held"))
    assert fates == pytest.approx(where["outlays"], rel=1e-9)
    assert traced(net).returned["pooled"] == pytest.approx(where["returned"], rel=1e-9, abs=1e-9)


@given(networks(wild=True, earmarked=True), st.randoms(use_true_random=False))
def test_names_and_order_play_no_part(net, random):
    names = [party for party in net.parties if party != OUTSIDE]
    new = dict(zip(names, random.sample([f"q{i}" for i in range(len(names))], len(names)), strict=True))
    new |= {OUTSIDE: OUTSIDE, "stranger": "stranger"}
    payments = [replace(p, payer=new[p.payer], payee=new[p.payee]) for p in net.payments]
    random.shuffle(payments)
    other = replace(
        net,
        payments=tuple(payments),
        opening={new.get(party, party): cents for party, cents in net.opening.items()},
        funders=tuple(sorted(new[f] for f in net.funders)),
        seller=new[net.seller],
    )
    was, now = traced(net), traced(other)
    assert now.returned == approx(was.returned, rel=1e-9, abs=rounding(net))
    assert now.receipts == pytest.approx(was.receipts)
    assert now.outlays == pytest.approx(was.outlays)


@given(networks(earmarked=True), st.sampled_from([1e-6, 0.1, 3.0, 1e9]))
def test_the_currency_unit_plays_no_part(net, factor):
    was, now = traced(net), traced(net, unit=100 / factor)
    expected = {rule: value if value is None else value * factor for rule, value in was.returned.items()}
    assert now.returned == approx(expected, rel=1e-9, abs=rounding(net) * factor)
    assert now.share == approx(was.share, rel=1e-9, abs=1e-12)


@given(networks(wild=True), st.integers(0, 1000), st.data())
def test_one_payment_in_two_instruments_is_the_same_money(net, promille, data):
    i = data.draw(st.integers(0, len(net.payments) - 1))
    whole = net.payments[i]
    part = whole.cents * promille // 1000
    halves = [replace(whole, cents=part, instrument="x"), replace(whole, cents=whole.cents - part)]
    payments = [*net.payments[:i], *(p for p in halves if p.cents), *net.payments[i + 1 :]]
    was, now = traced(net), traced(replace(net, payments=tuple(payments)))
    assert now.returned == approx(was.returned, rel=1e-9, abs=rounding(net))


@given(networks(wild=True))
def test_unexplained_money_is_what_each_treasury_first_lacks(net):
    unexplained, _ = oracles_exact.books(net)
    expected = {
        (party, str(t)): cents / 100
        for (t, party), cents in unexplained.items()
        if cents and net.follows(party)
    }
    found = {key: value for key, value in traced(net).unexplained.items() if value > rounding(net)}
    expected = {key: value for key, value in expected.items() if value > rounding(net)}
    assert found == pytest.approx(expected, rel=1e-9, abs=rounding(net))
