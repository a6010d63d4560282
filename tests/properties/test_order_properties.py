"""First in first out and last in first out: against a second implementation, cent by cent, and in their range."""

from dataclasses import replace

import pytest
import rules_of_order
from hypothesis import example, given
from strategies import Network, Payment, networks

from loopledger.circularity import trace_funding

ORDERS = {"first in first out": False, "last in first out": True}


def traced(net):
    return trace_funding(net.table(), net.funders, net.seller, opening=net.cash(), by_order=True)


def small(net):
    """The same network with no sum above a few dozen cents, so that cents can be followed one by one."""
    payments = tuple(replace(p, cents=1 + p.cents % 37) for p in net.payments)
    return replace(net, payments=payments, opening={party: x % 23 for party, x in net.opening.items()})


GRIDLOCK = Network(
    (
        Payment(0, "a", "b", "other", 5), Payment(0, "b", "c", "other", 3), Payment(0, "b", "a", "other", 4),
        Payment(0, "c", "a", "other", 2), Payment(0, "m", "b", "funding", 3), Payment(0, "a", "m", "purchase", 2),
    ),
    {"c": 1}, {}, ("m",), "m", 1,
)  # fmt: skip


@example(GRIDLOCK)
@given(networks(max_payments=30).map(small))
def test_rules_of_order_equal_the_second_implementation(net):
    found = traced(net)
    for rule, last_first in ORDERS.items():
        expected = rules_of_order.follow(net, last_first=last_first)
        assert round(found.fates[rule].returned * 100) == expected


@given(networks(wild=True, earmarked=True, max_payments=30))
def test_every_rule_lies_between_forced_and_possible_and_loses_nothing(net):
    found = traced(net)
    low, high = found.returned["forced"], found.returned["possible"]
    for rule, fates in found.fates.items():
        ends = fates.returned + fates.absorbed + fates.leaked + fates.beyond + fates.held
        assert ends == pytest.approx(found.outlays, rel=1e-9)
        # before any rounding is taken away: a rule of order is a whole number of cents in the range
        slack = 0 if rule in ORDERS else 1e-9 * net.largest
        assert low - slack <= fates.returned <= high + slack
        if rule in ORDERS:
            assert fates.residual == 0
    assert found.certificates["forced"].gap == found.certificates["possible"].gap == 0


@given(networks(max_payments=30))
def test_what_comes_later_changes_nothing_before(net):
    """Payments in periods after the last sale play no part."""
    sales = [p.period for p in net.payments if net.is_counted(p)]
    if not sales:
        return
    cut = replace(net, payments=tuple(p for p in net.payments if p.period <= max(sales)))
    named = {p.payer for p in cut.payments} | {p.payee for p in cut.payments}
    if not set(net.funders) <= named:
        return
    was, now = traced(net), traced(cut)
    for rule in (*ORDERS, "possible", "forced"):
        assert now.returned[rule] == was.returned[rule]
