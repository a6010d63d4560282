"""Guarantees: by hand, and against a plain iteration."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array, random_array

from loopledger.errors import ModelError
from loopledger.stress import OUTSIDE_CREDITORS, Guarantee, clear_guaranteed
from loopledger.stress.clearing import build_sheets
from loopledger.stress.guarantees import _Calls


def square(n, **debts):
    """Return obligations written as ``d01=10``: party 0 owes party 1 ten."""
    owed = np.zeros((n, n))
    for key, amount in debts.items():
        owed[int(key[1]), int(key[2])] = amount
    return owed


def test_a_guarantor_pays_its_share_of_what_is_unpaid():
    found = clear_guaranteed(square(3, d01=10), [4, 0, 100], [Guarantee(guarantor=2, debtor=0, share=0.5)])
    assert (found.called.tolist(), found.call_paid.tolist()) == ([3], [3])
    assert found.received.tolist() == [0, 7, 0]
    assert found.equity.tolist() == [0, 7, 97]
    assert found.defaults.tolist() == [True, False, False]


def test_a_call_ranks_beside_the_guarantors_own_debts():
    # 2 of money for 3 of debt and 3 called: a third each
    found = clear_guaranteed(
        square(4, d01=10, d23=3), [4, 0, 2, 0], [Guarantee(guarantor=2, debtor=0, share=0.5)]
    )
    assert found.called.tolist() == [3]
    assert found.call_paid == pytest.approx([1], abs=1e-12)
    assert found.paid == pytest.approx([4, 0, 1, 0], abs=1e-12)


def test_limits_creditors_and_outside():
    debts = square(4, d01=6, d02=6)
    options = {"external_liabilities": [8, 0, 0, 0]}
    limited = clear_guaranteed(debts, [10, 0, 0, 50], [Guarantee(guarantor=3, debtor=0, limit=2)], **options)
    assert (limited.called.tolist(), limited.call_paid.tolist()) == ([2], [2])
    assert limited.received == pytest.approx([0, 3.6, 3.6, 0], abs=1e-12)  # 2 spread over shortfalls 3, 3, 4
    one = clear_guaranteed(debts, [10, 0, 0, 50], [Guarantee(guarantor=3, debtor=0, creditor=1)], **options)
    assert one.called.tolist() == [3]
    assert one.received.tolist() == [0, 6, 3, 0]
    outside = Guarantee(guarantor=3, debtor=0, creditor=OUTSIDE_CREDITORS, share=0.25)
    lender = clear_guaranteed(debts, [10, 0, 0, 50], [outside], **options)
    assert lender.called.tolist() == [1]
    assert lender.equity.tolist() == [0, 3, 3, 49]


def test_a_call_can_bring_the_guarantor_down_and_its_own_guarantor_pays():
    debts = square(5, d01=10, d23=4)
    chain = [Guarantee(guarantor=2, debtor=0), Guarantee(guarantor=4, debtor=2, creditor=3)]
    found = clear_guaranteed(debts, [2, 0, 6, 0, 9], chain)
    # 8 called on party 2, which has 6 for 12: 4 of the call, 2 of its debt; 2 called on party 4
    assert found.called == pytest.approx([8, 2], abs=1e-12)
    assert found.call_paid == pytest.approx([4, 2], abs=1e-12)
    assert found.received == pytest.approx([0, 6, 0, 4, 0], abs=1e-12)
    assert found.defaults_in_round.tolist() == [1, 0, 2, 0, 0]


def test_circles_of_debts_and_guarantees_settle_exactly():
    # party 1 passes what it gets back to the debtor 0; one unknown share x of 0's debt, by hand:
    # 0 has 1 + 9 x' where 1 gets 10 x + 5 (1 - x) from debtor and guarantor and owes 0 nine, outside one
    debts = square(3, d01=10, d10=9)
    found = clear_guaranteed(
        debts, [0.4, 0, 100], [Guarantee(guarantor=2, debtor=0, share=0.5)], external_liabilities=[0, 1, 0]
    )
    x = found.paid[0] / 10
    income = 10 * x + 5 * (1 - x)
    assert 10 * x == pytest.approx(0.4 + 0.9 * income, abs=1e-10)
    assert x == pytest.approx((0.4 + 4.5) / (10 - 4.5), abs=1e-10)
    assert found.error_bound <= 1e-9


def test_slow_circles_do_not_stop_early():
    # the leak is one in ten thousand: a plain iteration needs some 300,000 rounds
    debts = square(3, d01=100, d10=100)
    found = clear_guaranteed(
        debts, [0.001, 0.001, 100], [Guarantee(guarantor=2, debtor=0, share=0.5, limit=0.001)],
        external_liabilities=[0.01, 0.01, 0],
    )  # fmt: skip
    x = found.paid / 100.01
    assert 100.01 * x[0] == pytest.approx(0.001 + 100 * x[1], rel=1e-9)
    inside = 0.001 * 100 / 100.01  # the limit is shared with the outside creditor
    assert 100.01 * x[1] == pytest.approx(0.001 + 100 * x[0] + inside, rel=1e-9)
    assert found.error_bound <= 1e-6


def test_slopes_are_those_of_small_steps():
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = 7
        layers = [rng.uniform(0, 5, (n, n)) * (rng.random((n, n)) < 0.5) for _ in range(2)]
        for layer in layers:
            np.fill_diagonal(layer, 0)
        sheets = build_sheets(layers, rng.uniform(0, 5, n), external_liabilities=rng.uniform(0, 2, n))
        guarantees = [
            Guarantee(guarantor=g, debtor=d, share=rng.uniform(0.1, 1), limit=rng.choice([np.inf, 0.5]))
            for g, d in [(0, 1), (1, 2), (3, 2), (4, 3), (5, 6)]
            if layers[0][d].any()
        ]
        guarantees = [replace(one, share=one.share / 2) for one in guarantees]
        calls = _Calls.read(sheets, guarantees)
        money = rng.uniform(0, 1.1) * sheets.waterfall.total
        found = calls.slopes(money, calls.settle(money)).toarray()
        for k in range(n):
            lower = money.copy()
            lower[k] -= 1e-6
            step = (calls.settle(money).received - calls.settle(lower).received) / 1e-6
            np.testing.assert_allclose(found[:, k], step, atol=1e-5)


def test_large_networks_settle():
    rng = np.random.default_rng(1)
    n = 800
    debts = random_array((n, n), density=0.008, rng=rng, format="csr") * 10
    debts = csr_array(debts - diags_array(debts.diagonal()))
    owes = np.flatnonzero(debts.sum(axis=1) > 0)
    guarantees = [
        Guarantee(guarantor=int(d) + 1, debtor=int(d), share=0.5, limit=3.0) for d in owes if d % 2 == 0
    ]
    found = clear_guaranteed(
        debts,
        rng.uniform(0, 0.3, n) * debts.sum(axis=1),
        guarantees,
        external_liabilities=rng.uniform(0, 1, n),
    )
    assert found.defaults.sum() > 400
    assert found.residual < 1e-9
    assert found.error_bound < 1e-9
    assert (found.called <= 3.0 + 1e-12).all()


@pytest.mark.parametrize(
    ("size", "guarantees", "said"),
    [
        (3, [Guarantee(guarantor=3, debtor=0)], "guarantee 0: guarantor 3 is no party"),
        (3, [Guarantee(guarantor=1, debtor=-1)], "guarantee 0: debtor -1 is no party"),
        (3, [Guarantee(guarantor=1, debtor=0, creditor=5)], "creditor 5 is no party"),
        (3, [Guarantee(guarantor=1, debtor=1)], "guarantees its own debt or claim"),
        (3, [Guarantee(guarantor=1, debtor=0, creditor=1)], "guarantees its own debt or claim"),
        (3, [Guarantee(guarantor=2, debtor=0, share=1.5)], "share 1.5 must be from 0 to 1"),
        (3, [Guarantee(guarantor=2, debtor=0, limit=-1)], "limit -1 at least 0"),
        (
            4,
            [Guarantee(guarantor=2, debtor=0), Guarantee(guarantor=1, debtor=0, share=0.2)],
            "whole shortfall",
        ),
        (
            3,
            [
                Guarantee(guarantor=2, debtor=0, creditor=1),
                Guarantee(guarantor=0, debtor=2, creditor=1),
            ],
            "circle",
        ),
    ],
)
def test_refused(size, guarantees, said):
    with pytest.raises(ModelError, match=said):
        clear_guaranteed(
            square(4, d03=10, d01=10, d02=5, d21=1)[:size, :size], [4, 0, 9, 0][:size], guarantees
        )
