"""Clearing vectors with published or independently computed answers, each with its source.

The numbers are facts, copied with their origin. Tolerances are those of the source, or 1e-9.
"""

import numpy as np
import pytest

from loopledger.stress import (
    clear,
    value_at_default_costs,
    value_claims,
    value_network,
)

SYSTEMIC_RISK = [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
BDF = {"obligations": [[0, 4, 0], [0, 0, 3], [2, 0, 0]], "external_assets": [18, 18, 9]}
BDF_OUTSIDE = [17, 18, 8]


def test_two_parties_that_owe_each_other_and_have_nothing():
    # Eisenberg and Noe 2001, after theorem 2: every (t, t) clears
    debts, nothing = [[0, 1], [1, 0]], [0, 0]
    greatest, least = clear(debts, nothing), clear(debts, nothing, solution="least")
    assert greatest.paid.tolist() == [1, 1]
    assert least.paid.tolist() == [0, 0]
    assert not greatest.defaults.any()
    assert least.defaults.all()
    assert not greatest.unique
    assert greatest.spread == 1


def test_three_parties_of_finnetvalu():
    # bertschi/FinNetValu, test/models/test_rogers.jl
    found = clear([[0, 0.1, 0.7], [2, 0, 10.5], [0, 8.4, 0]], [1, 1, 1])
    assert found.paid == pytest.approx([0.8, 9.5, 8.4], abs=1e-9)
    assert found.defaults.tolist() == [False, True, False]


def test_rogers_and_veraart_example_3_3():
    # Rogers and Veraart 2013, example 3.3, both cases; systemicrisk 0.4.3 gives the same for the first
    half = {"recovery_external": 0.5, "recovery_internal": 0.5}
    greatest = clear([[0, 2], [2.2, 0]], [1, 1], **half)
    least = clear([[0, 2], [2.2, 0]], [1, 1], **half, solution="least")
    assert greatest.paid.tolist() == [2, 2.2]
    assert not greatest.defaults.any()
    assert least.paid == pytest.approx([1, 1], abs=1e-9)
    assert least.limit_only == (0,)  # 1 + 1 pays the 2 that it owes, but only in the limit
    both = clear([[0, 2.2], [2.2, 0]], [1, 1], **half, solution="least")
    assert both.paid == pytest.approx([1, 1], abs=1e-9)
    assert both.limit_only == ()
    assert not both.unique


def test_rogers_and_veraart_ring():
    # Rogers and Veraart 2013, section 5.1: a ring of banks that owe a and a + epsilon in turn, closed form
    gamma, epsilon, a, alpha, beta = 0.4, 1.0, 2.0, 0.5, 0.5
    debts = np.zeros((6, 6))
    for i in range(6):
        debts[i, (i + 1) % 6] = a + epsilon * (i % 2)
    assets = [gamma * (1 - epsilon), gamma * (1 + epsilon)] * 3
    found = clear(debts, assets, recovery_external=alpha, recovery_internal=beta)
    factor = alpha * gamma / (1 - beta**2)
    odd, even = 1 - epsilon + beta * (1 + epsilon), beta * (1 - epsilon) + 1 + epsilon
    assert found.paid == pytest.approx([factor * odd, factor * even] * 3, abs=1e-12)
    assert found.defaults_in_round.tolist() == [2, 1] * 3


@pytest.mark.parametrize(
    ("alpha", "beta", "paid", "defaults"),
    [
        (1.0, 1.0, [1.473214286, 1.419642857, 1.5], [0, 1]),
        (0.5, 0.7, [0.502019962, 0.5147049378, 0.5653806135], [0, 1, 2]),
    ],
)
def test_the_example_of_systemicrisk(alpha, beta, paid, defaults):
    # CRAN systemicrisk 0.4.3, example of default_clearing
    found = clear(
        SYSTEMIC_RISK, [0.5, 0.625, 0.75], external_liabilities=[1.5, 0.5, 0.5],
        recovery_external=alpha, recovery_internal=beta,
    )  # fmt: skip
    assert found.paid == pytest.approx(paid, abs=1e-8)
    assert np.flatnonzero(found.defaults).tolist() == defaults


def test_the_rank_of_outside_creditors_decides():
    # paolobarucca/eisenbergnoe, Exercise2.m in Octave 7.3 (senior); marcobardoscia/neva 0.3 (pari passu)
    senior = clear(**BDF, external_liabilities=BDF_OUTSIDE, external_rank="senior")
    assert senior.paid_by_class[0] == pytest.approx([3, 3, 2], abs=1e-6)
    assert senior.paid_external == pytest.approx(BDF_OUTSIDE, abs=1e-9)
    level = clear(**BDF, external_liabilities=BDF_OUTSIDE, external_rank="pari_passu")
    assert level.paid == pytest.approx([20, 21, 10], abs=1e-6)
    assert level.external_rank.value == "pari-passu"
    junior = clear(
        **BDF, external_liabilities=BDF_OUTSIDE, external_rank="junior"
    )  # by hand: all inside is paid
    assert junior.paid_by_class[0].tolist() == [4, 3, 2]
    assert junior.paid_external.tolist() == [16, 18, 8]


def test_five_nodes_with_society():
    # Banerjee, Bernstein and Feinstein 2018 (connecttathagata/Dynamic-Clearing), static clearing
    debts = [[0, 7, 1, 1, 3], [3, 0, 3, 3, 3], [1, 1, 0, 1, 3], [1, 2, 1, 0, 3], [0, 0, 0, 0, 0]]
    found = clear(debts, [1, 3, 2, 5, 0])
    wanted = [5.189189189189, 8.972972972973, 5.675675675676, 7, 0]
    assert found.paid == pytest.approx(wanted, abs=1e-9)
    assert np.flatnonzero(found.defaults).tolist() == [0, 1, 2]


@pytest.mark.parametrize("n", [10, 300, 5000])
def test_a_slow_ring_is_exact(n):
    # closed form p = 0.5 / (1 - 100 / 101); a plain iteration of 100 rounds stops at 68.99
    from scipy.sparse import csr_array

    places = np.arange(n)
    ring = csr_array((np.full(n, 100.0), (places, (places + 1) % n)), shape=(n, n))
    found = clear(ring, np.full(n, 0.5), external_liabilities=1.0)
    assert found.paid == pytest.approx(np.full(n, 50.5), rel=1e-11)
    assert found.residual <= 1e-11
    assert found.error_bound <= 1e-9
    assert found.unique


def test_a_ring_that_hardly_leaks():
    # closed form p = e (100 + q) / q with e = q / 2: half of 100 + q, however small the leak q
    for leak in (1e-3, 1e-6, 1e-9):
        ring = np.roll(np.diag(np.full(10, 100.0)), 1, axis=1)
        found = clear(ring, np.full(10, leak / 2), external_liabilities=leak)
        assert found.paid == pytest.approx(np.full(10, 50 + leak / 2), rel=1e-12)


def test_two_classes_of_seniority():
    # by hand, Elsinger 2009: 8 senior in full, 2 of 6 junior; the next passes on 8 of 9
    senior = [[0, 8, 0], [0, 0, 0], [0, 0, 0]]
    junior = [[0, 0, 6], [0, 0, 9], [0, 0, 0]]
    found = clear([senior, junior], [10, 0, 0])
    assert found.paid_by_class == pytest.approx(np.array([[8, 0, 0], [2, 8, 0]]), abs=1e-9)
    assert found.equity == pytest.approx([0, 0, 10], abs=1e-9)


def test_cross_holdings_of_equity_and_debt():
    # bertschi/FinNetValu, test/models/test_xos.jl (Suzuki 2002, Fischer 2014)
    equity = [[0, 0.2, 0.3, 0.1], [0.2, 0, 0.2, 0.1], [0.1, 0.1, 0, 0.3], [0.1, 0.1, 0.1, 0]]
    debt = [[0, 0, 0.1, 0], [0, 0, 0, 0.1], [0.1, 0, 0, 0.1], [0, 0.1, 0, 0]]
    found = value_claims(equity, debt, 0.8, [2, 0.5, 0.6, 0.6])
    wanted = [1.330140299952, 0.071020803096, 0.109433962264, 0.031059506531]
    assert found.equity == pytest.approx(wanted, abs=1e-9)
    assert found.debt_value == pytest.approx([0.8] * 4, abs=1e-9)
    assert not found.defaults.any()


def test_network_valuation_agrees_on_both_ranks():
    # the same balance sheets, valued instead of cleared: Barucca et al. 2020, section 3
    for rank, inside in (("senior", [3, 3, 2]), ("pari-passu", [4 * 20 / 21, 3, 2])):
        found = value_network(
            BDF["obligations"], BDF["external_assets"], value_at_default_costs(external_rank=rank),
            external_liabilities=BDF_OUTSIDE,
        )  # fmt: skip
        assert found.worth * [4, 3, 2] == pytest.approx(inside, abs=1e-9)
        assert found.unique


@pytest.mark.parametrize("leak", [1.0, 1e-3, 1e-6])
def test_network_valuation_does_not_stop_on_a_slow_ring(leak):
    # closed form as above; plain rounds would need some 2,000, 2,000,000 and 2,000,000,000
    ring = np.roll(np.diag(np.full(10, 100.0)), 1, axis=1)
    found = value_network(
        ring,
        np.full(10, leak / 2),
        value_at_default_costs(external_rank="pari-passu"),
        external_liabilities=leak,
    )
    off = np.abs(found.worth * (100 + leak) - (50 + leak / 2)).max()
    assert off <= found.error_bound
    assert found.error_bound <= 1e-11 * 100 / leak
    assert found.unique
