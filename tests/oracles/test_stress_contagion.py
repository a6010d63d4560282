"""Contagion with published or independently computed answers, each with its source."""

import numpy as np
import pytest

from loopledger.stress import (
    debt_rank,
    dependency_matrix,
    fail_by_fraction,
    fail_by_losses,
    linear_debt_rank,
    value_cross_holdings,
    value_in_proportion,
    value_network,
)

# CRAN NetworkRiskMeasures 0.1.7, test matrix
EXPOSURES = [[0, 1, 0], [10, 0, 3], [3, 2, 0]]
BUFFERS, SIZES = [2, 5, 2], [10, 100, 30]

# Elliott, Golub and Jackson 2014, the European illustration: BIS claims at the end of 2011 [USD m] and gross
# domestic products, as carried by a replication of 2017 (P. Veeraraghavan)
COUNTRIES = ["FR", "DE", "GR", "IT", "PT", "ES"]
OWES = [
    [0, 174862, 1960, 40311, 6679, 27015],
    [198304, 0, 2663, 227813, 2271, 54178],
    [39458, 32977, 0, 2302, 8077, 1001],
    [329550, 133954, 444, 0, 2108, 29938],
    [21817, 30208, 51, 3188, 0, 78005],
    [115162, 146096, 292, 26939, 21620, 0],
]
PRODUCTS = [11.61506276, 14.88284519, 1.267782427, 9.20083682, 1, 6.251046025]
PRODUCTS_2008 = [11.98745, 15.27615, 1.468619, 9.65272, 1.058577, 6.698745]
DEPENDENCY = [
    [0.71, 0.13, 0.13, 0.17, 0.07, 0.11],
    [0.18, 0.71, 0.13, 0.11, 0.09, 0.14],
    [0, 0, 0.67, 0, 0, 0],
    [0.07, 0.12, 0.03, 0.69, 0.03, 0.05],
    [0.01, 0, 0.02, 0, 0.67, 0.02],
    [0.03, 0.03, 0.02, 0.02, 0.14, 0.68],
]


def european_holdings():
    """A third of each country is held by the others, in proportion to what it owes them."""
    owes = np.array(OWES, dtype=float)
    return (owes / owes.sum(axis=1, keepdims=True)).T / 3


def test_two_firms_that_hold_half_of_each_other():
    # Elliott, Golub and Jackson 2014, section I
    third = 1 / 3
    assert dependency_matrix([[0, 0.5], [0.5, 0]]) == pytest.approx(
        np.array([[2 * third, third], [third, 2 * third]]), abs=1e-12
    )


def test_european_dependencies():
    assert dependency_matrix(european_holdings()) == pytest.approx(np.array(DEPENDENCY), abs=0.01)


@pytest.mark.parametrize(
    ("theta", "waves"),
    [
        (0.90, ["GR"]),
        (0.93, ["GR"]),
        (0.935, ["GR", "PT", "ES", "FR", "DE IT"]),
        (0.94, ["GR", "PT ES", "FR DE", "IT"]),
    ],
)
def test_european_waves(theta, waves):
    holdings = european_holdings()
    before = dependency_matrix(holdings) @ np.array(PRODUCTS_2008)
    found = value_cross_holdings(
        holdings, PRODUCTS, thresholds=theta * before, failure_costs=theta * before / 2
    )
    said = [
        " ".join(COUNTRIES[i] for i in np.flatnonzero(found.waves == wave))
        for wave in range(1, found.n_waves + 1)
    ]
    assert {frozenset(w.split()) for w in said} == {frozenset(w.split()) for w in waves}
    assert [sorted(w.split()) for w in said] == [sorted(w.split()) for w in waves]


@pytest.mark.parametrize(
    ("first", "multi", "multi_more", "single", "single_more"),
    [
        ([0.1, 0.1, 0.1], [0.6, 1, 1], 0.8714285714285714, [0.15, 0.36, 0.35], 0.24285714285714288),
        ([0, 0, 1], [0.5, 1, 1], 0.75, [0.3, 1, 1], 0.7357142857142858),
    ],
)
def test_debt_rank_of_three(first, multi, multi_more, single, single_more):
    # NetworkRiskMeasures 0.1.7, contagion(); stress capped at 1
    once = debt_rank(EXPOSURES, BUFFERS, first, weights=SIZES)
    assert once.stress == pytest.approx(single, abs=1e-9)
    assert once.additional == pytest.approx(single_more, abs=1e-9)
    again = linear_debt_rank(EXPOSURES, BUFFERS, first, weights=SIZES)
    assert again.stress == pytest.approx(multi, abs=1e-9)
    assert again.additional == pytest.approx(multi_more, abs=1e-9)
    assert again.diverges


def test_debt_rank_of_two():
    # lastch1ld/debtrank-globe, tests; by hand
    found = debt_rank([[0, 0], [50, 0]], 100, [1, 0])
    assert found.stress.tolist() == [1, 0.5]
    assert found.additional == 0.25


def test_impact_is_capped_as_in_the_paper_on_request():
    # Battiston et al. 2012: impact min(1, 10 / 5) of the first on the second, by hand 0.1 + 0.1 + 0.06
    found = debt_rank(EXPOSURES, BUFFERS, [0.1, 0.1, 0.1], cap_impact=True)
    assert found.stress == pytest.approx([0.15, 0.26, 0.3], abs=1e-12)


def test_linear_debt_rank_is_the_linear_system():
    # (I - exposures / equity)^-1 h0; packages that value every bank with the last one's equity miss it
    exposures, equity = [[0, 0, 0.5], [2, 0, 0], [0, 1, 0]], np.array([3.5, 3, 4.5])
    found = linear_debt_rank(exposures, equity, 0.1 / equity)
    assert found.stress == pytest.approx([0.033513513513, 0.055675675676, 0.034594594595], abs=1e-9)
    # largest eigenvalue of a ring: the geometric mean of what is passed on
    assert found.amplification == pytest.approx((0.5 / 3.5 * 2 / 3 * 1 / 4.5) ** (1 / 3), rel=1e-5)
    assert not found.diverges


def test_linear_debt_rank_as_network_valuation():
    # Barucca et al. 2020, section 3.4: worth of a claim in proportion to the equity left
    exposures, equity = np.array([[0, 0, 0.5], [2, 0, 0], [0, 1, 0]]), np.array([3.5, 3, 4.5])
    book = equity + exposures.sum(axis=0) - exposures.sum(axis=1)
    found = value_network(exposures.T, book - 0.1, value_in_proportion(), book_assets=book)
    wanted = [0.033513513513, 0.055675675676, 0.034594594595]
    assert 1 - found.equity / equity == pytest.approx(wanted, abs=1e-9)
    assert found.unique


def test_threshold_cascade_of_three():
    # NetworkRiskMeasures 0.1.7, method threshold
    assert fail_by_losses(EXPOSURES, BUFFERS, [0]).by_wave() == ((0,), (1, 2))


def test_watts_on_a_ring():
    # Watts 2002: on a ring each has two neighbours; a threshold up to one half lets one seed take all
    ring = np.roll(np.eye(8), 1, axis=1) + np.roll(np.eye(8), -1, axis=1)
    assert fail_by_fraction(ring, 0.5, [0]).by_wave() == ((0,), (1, 7), (2, 6), (3, 5), (4,))
    assert fail_by_fraction(ring, 0.51, [0]).by_wave() == ((0,),)


def test_gai_and_kapadia_vulnerable_banks():
    # Gai and Kapadia 2010, equation 4 with zero recovery: assets spread evenly over j borrowers, so one
    # failure costs 1/j; a bank with capital 0.04 of assets 0.2 inside falls for j <= 5
    for j in (2, 5, 6):
        exposures = np.zeros((j + 1, j + 1))
        exposures[0, 1:] = 0.2 / j
        assert fail_by_losses(exposures, 0.04, [1]).failed[0] == (j <= 5)
