"""Where methods break: ties, owners that are nobody, claims that go round for ever, limits that are never reached."""

from fractions import Fraction

import numpy as np
import pytest
from clearing_networks import networks
from exact_clearing import layers_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array

from loopledger.errors import ModelError
from loopledger.stress import (
    clear,
    clear_ensemble,
    dependency_matrix,
    fail_by_losses,
    linear_debt_rank,
    value_at_default_costs,
    value_at_recovery,
    value_before_maturity,
    value_claims,
    value_cross_holdings,
    value_network,
)


def ring(n, amount):
    return np.roll(np.diag(np.full(n, float(amount))), 1, axis=1)


def rounds(network, *, upward, number):
    """Return the payments after so many plain rounds in rational numbers, and whether they have ended."""
    names = ("external_assets", "external_liabilities", "recovery_external", "recovery_internal")
    assets, outside, alpha, beta = ([Fraction(x) for x in network[name]] for name in names)
    layers, n = layers_of(network["obligations"], outside, network["external_rank"]), len(assets)
    due = [[sum(owed[i]) + external[i] for i in range(n)] for owed, external in layers]
    total = [sum(column) for column in zip(*due, strict=True)]
    money = [Fraction(0)] * n if upward else total
    for _ in range(number):
        received = [Fraction(0)] * n
        for i in range(n):
            left = money[i]
            for (owed, _), mine in zip(layers, (row[i] for row in due), strict=True):
                paid = min(left, mine)
                left -= paid
                for j in range(n):
                    if owed[i][j]:
                        received[j] += paid * owed[i][j] / mine
        after = [
            total[i]
            if assets[i] + received[i] >= total[i]
            else min(total[i], alpha[i] * assets[i] + beta[i] * received[i])
            for i in range(n)
        ]
        if after == money:
            return money, True
        money = after
    return money, False


@given(networks(max_parties=4, max_classes=3))
@settings(max_examples=150)
def test_plain_rounds_never_pass_the_vectors(network):
    # rounds from nothing end in the least vector or below it, those from everybody in the greatest or above
    least, greatest = clear(**network, solution="least"), clear(**network)
    for upward, found in ((True, least), (False, greatest)):
        money, ended = rounds(network, upward=upward, number=40)
        plain = np.array([float(x) for x in money])
        if ended:
            assert found.paid == pytest.approx(plain, abs=1e-9)
        elif upward:
            assert (plain <= found.paid + 1e-9).all()
        else:
            assert (plain >= found.paid - 1e-9).all()


def test_a_junior_circle_does_not_hide_what_is_certain():
    # found by the rounds above: party 3 has what it needs after three rounds, from a senior layer that is full;
    # that the payer's junior debts go round a circle must not put it in doubt
    senior = [[0, 0, 2, 2], [1, 0, 0, 0], [2, 1, 0, 0], [0, 0, 0, 0]]
    junior = [[0, 1, 0, 1], [2, 0, 2, 1], [1, 0, 0, 1], [2, 1, 0, 0]]
    found = clear(
        [senior, junior], [2, 0, 1, 1], external_liabilities=[0, 2, 0, 0], external_rank="junior",
        recovery_external=[1, 0, 1, 1], recovery_internal=[1, 1, 0, 0], solution="least",
    )  # fmt: skip
    assert found.paid == pytest.approx([6, 7 / 3, 1, 3], abs=1e-12)
    assert found.unique


def test_rings_without_recovery_have_two_vectors():
    # by hand: with full payments nobody is short; from nothing nobody ever gets anything
    for n in (2, 7, 60):
        options = {"recovery_external": 0, "recovery_internal": 0}
        greatest, least = clear(ring(n, 5), 0, **options), clear(ring(n, 5), 0, **options, solution="least")
        assert greatest.paid.tolist() == [5] * n
        assert least.paid.tolist() == [0] * n
        assert (greatest.unique, least.unique) == (False, False)


@pytest.mark.parametrize("case", ["mixed", "all default", "none"])
@pytest.mark.parametrize("recovery", [1.0, 0.8])
def test_thousands_of_parties_in_three_classes(case, recovery):
    n, rng = 3000, np.random.default_rng(1)
    classes = []
    for _ in range(3):
        debts = csr_array(
            random_array((n, n), density=4 / n, rng=rng, data_sampler=lambda size: rng.random(size=size) * 10)
        )
        debts.setdiag(0)
        debts.eliminate_zeros()
        classes.append(debts)
    cash = {"mixed": rng.random(n) * 20, "all default": np.full(n, 0.5), "none": np.full(n, 1e4)}[case]
    found = clear(
        classes, cash, external_liabilities=5.0, external_rank="senior",
        recovery_external=recovery, recovery_internal=recovery,
    )  # fmt: skip
    share = found.defaults.mean()
    assert {"mixed": 0 < share < 1, "all default": share == 1, "none": share == 0}[case]
    assert found.unique
    assert found.residual <= 1e-9
    assert found.error_bound <= 1e-8
    destroyed, equity, outside = found.destroyed.sum(), found.equity.sum(), found.paid_external.sum()
    assert cash.sum() == pytest.approx(destroyed + equity + outside, rel=1e-9)


def test_amounts_of_very_different_size():
    # by hand: party 1 pays its 1e-9; party 2 has that and 1, party 0 has what party 2 pays and 1e-9
    found = clear([[0, 1e15, 0], [0, 0, 1e-9], [1e15, 0, 0]], [1e-9, 0, 1])
    assert found.paid == pytest.approx([1 + 2e-9, 1e-9, 1 + 1e-9], rel=1e-15)
    # nothing is forgiven where debts go round almost undiminished: both fall to half, not to a rounding less
    slow = clear(ring(2, 100), 2.5e-12, external_liabilities=5e-12)
    assert slow.paid == pytest.approx([50, 50], rel=1e-9)
    assert clear(ring(2, 1e-300), 0).paid.tolist() == [1e-300, 1e-300]


def test_an_error_bound_covers_what_is_forgiven():
    # in classes a party short by one part in 1e13 counts as solvent; the exact payment is half, and that is said
    slow = clear([ring(2, 100), np.zeros((2, 2))], 2.5e-12, external_liabilities=5e-12)
    assert not slow.defaults.any()
    assert 50 <= slow.error_bound <= 60


# --- cross-holdings -------------------------------------------------------------------------------------


@given(st.integers(2, 7), st.integers(0, 10_000))
@settings(max_examples=60)
def test_a_value_at_its_threshold_is_no_failure(n, seed):
    rng = np.random.default_rng(seed)
    shares = rng.random((n, n)) * (1 - np.eye(n))
    shares /= shares.sum(axis=0) * rng.uniform(1.05, 3)
    assets = rng.random(n) * 10
    values = dependency_matrix(shares) @ assets
    found = value_cross_holdings(shares, assets, thresholds=values, failure_costs=values / 2)
    assert not found.failed.any()
    assert found.values == pytest.approx(values, rel=1e-12)
    worst = value_cross_holdings(
        shares, assets, thresholds=values, failure_costs=values / 2, equilibrium="worst"
    )
    assert (worst.failed >= found.failed).all()
    assert found.unique == (not worst.failed.any())


@pytest.mark.parametrize("n", [3, 4, 7, 300])
def test_nobody_outside_owns_a_circle_of_firms(n):
    # thirds, sixths and the like do not add up to one exactly; the firms own each other all the same
    shares = (np.ones((n, n)) - np.eye(n)) / (n - 1)
    with pytest.raises(ModelError, match="held entirely by each other"):
        dependency_matrix(shares)
    with pytest.raises(ModelError, match="held entirely by each other"):
        value_cross_holdings(shares, 1.0, thresholds=0, failure_costs=0) if n < 2 else value_cross_holdings(
            shares, np.ones(n), thresholds=0, failure_costs=0
        )
    with pytest.raises(ModelError, match="held entirely by each other"):
        value_claims(shares, np.zeros((n, n)), 1, np.ones(n))


def test_debts_held_entirely_by_each_other_are_paid():
    # each owes 1 to the other three: everybody pays, whoever has nothing besides
    shares = (np.ones((4, 4)) - np.eye(4)) / 3
    found = value_claims(np.zeros((4, 4)), shares, 1, np.zeros(4))
    assert found.debt_value == pytest.approx(np.ones(4), abs=1e-12)
    assert not found.defaults.any()


@given(st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=60)
def test_claims_are_where_rounds_from_above_end(n, seed):
    rng = np.random.default_rng(seed)
    held = []
    for top in ((0.3, 0.6, 0.95), (0.3, 0.9, 1.0)):
        shares = rng.random((n, n)) * (rng.random((n, n)) < 0.7) * (1 - np.eye(n))
        total = shares.sum(axis=0)
        held.append(shares / np.where(total > 0, total, 1) * rng.choice(top, size=n))
    face, external = rng.choice([0, 1, 2, 10.0], size=n), rng.choice([0, 0.5, 1, 3.0], size=n)
    assets = np.linalg.solve(np.eye(n) - held[0], external + held[1] @ face) + 1
    for _ in range(2500):
        assets = external + held[0] @ np.maximum(assets - face, 0) + held[1] @ np.minimum(assets, face)
    found = value_claims(*held, face, external)
    assert found.equity == pytest.approx(np.maximum(assets - face, 0), abs=1e-7)
    assert found.debt_value == pytest.approx(np.minimum(assets, face), abs=1e-7)
    assert found.residual <= 1e-9


# --- distress -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed_on", "first", "stress"),
    [
        (1.0, 1e-9, 1.0),  # undiminished: any distress grows until all is lost
        (1 + 1e-6, 1e-9, 1.0),
        (1 - 1e-6, 1e-9, 1e-9 / 5e-6),  # h = h0 / (1 - x^5), about h0 / 5(1 - x)
        (0.5, 0.1, 0.1 / (1 - 0.5**5)),
    ],
)
def test_distress_that_goes_round_for_ever(passed_on, first, stress):
    found = linear_debt_rank(ring(5, passed_on), 1.0, [first, 0, 0, 0, 0])
    assert found.stress[0] == pytest.approx(stress, rel=1e-5)
    assert found.amplification == pytest.approx(passed_on, rel=2e-6)
    assert found.residual <= 1e-15


@given(st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=80)
def test_distress_is_where_rounds_from_below_end(n, seed):
    rng = np.random.default_rng(seed)
    exposures = rng.random((n, n)) * (rng.random((n, n)) < 0.5) * (1 - np.eye(n)) * rng.choice([0.3, 1, 3])
    equity, first = rng.choice([0.5, 1, 2], size=n), rng.choice([0, 0, 1e-3, 0.1, 1], size=n)
    stress = first.copy()
    for _ in range(1200):
        stress = np.minimum(1, first + (exposures / equity[:, np.newaxis]) @ stress)
    found = linear_debt_rank(exposures, equity, first)
    assert found.stress == pytest.approx(stress, abs=1e-6)
    largest = max(abs(np.linalg.eigvals(exposures / equity[:, np.newaxis])))
    assert found.amplification == pytest.approx(largest, rel=1e-5, abs=1e-9)


def test_a_long_ring_has_its_eigenvalue():
    # largest eigenvalue of a ring: the geometric mean; powers of the matrix would take some n^2 rounds
    n, rng = 2000, np.random.default_rng(4)
    passed = rng.random(n) * 2
    places = np.arange(n)
    chain = csr_array((passed, (places, (places + 1) % n)), shape=(n, n))
    found = linear_debt_rank(chain, 1.0, np.where(places == 0, 1e-9, 0))
    assert found.amplification == pytest.approx(np.exp(np.log(passed).mean()), rel=1e-5)


# --- valuation ------------------------------------------------------------------------------------------


@given(networks(max_classes=1, costs=False), st.sampled_from(("senior", "pari-passu")))
@settings(max_examples=60)
def test_valuation_at_maturity_is_clearing(network, rank):
    # Barucca et al. 2020, proposition on Eisenberg and Noe as a special case
    debts, cash, outside = (network[k] for k in ("obligations", "external_assets", "external_liabilities"))
    found = value_network(
        debts[0], cash, value_at_default_costs(external_rank=rank), external_liabilities=outside
    )
    cleared = clear(debts, cash, external_liabilities=outside, external_rank=rank)
    assert found.worth * debts[0].sum(axis=1) == pytest.approx(cleared.paid_by_class[0], abs=1e-8)


def test_valuation_before_maturity_is_its_integral():
    # Barucca et al. 2020, section 4: the expected payment, here by quadrature of the lognormal density
    from scipy.integrate import quad
    from scipy.stats import lognorm

    debts, cash = np.array([[0, 4, 0], [0, 0, 3], [2, 0, 0.0]]), np.array([18, 18, 9.0])
    found = value_network(
        debts, cash, value_before_maturity(0.2, 1.0, recovery=0.6), external_liabilities=[17, 18, 8]
    )
    density = lognorm(s=0.2, scale=np.exp(-0.02)).pdf
    for i in range(3):
        equity, due = found.equity[i], debts[i].sum()
        solvent, empty = 1 - equity / cash[i], 1 - (equity + due) / cash[i]
        rest = quad(
            lambda x, i=i, equity=equity, due=due: 0.6 * (1 + (equity + cash[i] * (x - 1)) / due) * density(x),
            empty, solvent,
        )[0]  # fmt: skip
        assert found.worth[i] == pytest.approx(quad(density, solvent, 10)[0] + rest, abs=1e-9)


def test_valuation_of_furfine_by_hand():
    # party 0 is short by 1 and pays four tenths of 4, so party 1 with 1.6 for 2 fails too: 0.8 for party 2
    found = value_network([[0, 4, 0], [0, 0, 2], [0, 0, 0]], [3, 0, 1], value_at_recovery(0.4))
    assert found.equity == pytest.approx([-1, -0.4, 1.8], abs=1e-12)
    assert found.worth.tolist() == [0.4, 0.4, 1]


@pytest.mark.parametrize("first", [[[0], [0, 1]], [[0]], ["a"], [0.5], [-1]])
def test_first_failures_that_cannot_be_meant(first):
    with pytest.raises(ModelError, match="first must hold places"):
        fail_by_losses([[0, 1], [1, 0]], 1, first)


def test_numbers_that_would_lose_a_part_are_refused():
    with pytest.raises(ModelError, match="no matrix of numbers"):
        clear(np.array([[0, 1j], [0, 0]]), [1, 0])
    with pytest.raises(ModelError, match="not a number"):
        clear([[0, 1], [0, 0]], np.ma.array([1.0, 2.0], mask=[True, False]))


@pytest.mark.parametrize("seed", range(4))
def test_amounts_from_denormal_to_huge_give_finite_answers_or_say_why(seed):
    rng = np.random.default_rng(seed)
    for _ in range(40):
        n = int(rng.integers(1, 8))
        low, high = ((-9, 15), (-300, 100), (-320, -300))[rng.integers(3)]
        sizes = 10.0 ** rng.uniform(low, high, size=(n, n + 2))
        kept = rng.random((n, n + 2)) < rng.choice([0.3, 0.7, 1])
        debts, cash, outside = (
            (sizes * kept)[:, :n] * (1 - np.eye(n)),
            (sizes * kept)[:, n],
            (sizes * kept)[:, n + 1],
        )
        options = {"external_liabilities": outside, "recovery_internal": rng.choice([0, 0.7, 1])}
        for solution in ("greatest", "least"):
            try:
                found = clear(debts, cash, **options, solution=solution)
            except ModelError as error:
                if low == -9 or "differ so much in size" not in str(error):
                    raise
                continue
            assert (found.paid <= found.due * (1 + 1e-12)).all()
            assert 0 <= found.error_bound <= found.due.max()
            assert np.isfinite([found.residual, found.spread, *found.equity, *found.destroyed]).all()
        ensemble = clear_ensemble(debts, [cash, 2 * cash], **options)
        assert (ensemble.paid <= found.due * (1 + 1e-12)).all()
        assert np.isfinite(ensemble.error_bound).all()
