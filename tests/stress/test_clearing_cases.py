"""Cases at the edge, and inputs that are refused with the place of the fault."""

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from loopledger.errors import ModelError
from loopledger.stress import (
    clear,
    debt_rank,
    dependency_matrix,
    fail_by_fraction,
    fail_by_losses,
    linear_debt_rank,
    value_at_default_costs,
    value_claims,
    value_cross_holdings,
    value_network,
)

NOBODY = np.zeros((3, 3))


@pytest.mark.parametrize("solution", ["greatest", "least"])
def test_nothing_is_owed(solution):
    found = clear(NOBODY, [1, 0, 2], solution=solution)
    assert found.paid.tolist() == [0, 0, 0]
    assert found.equity.tolist() == [1, 0, 2]
    assert not found.defaults.any()
    assert (found.unique, found.residual, found.error_bound, found.n_rounds) == (True, 0.0, 0.0, 0)


def test_nobody_has_anything():
    chain = clear([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [0, 0, 0])
    assert chain.paid.tolist() == [0, 0, 0]
    assert chain.defaults_in_round.tolist() == [1, 2, 0]
    assert chain.unique
    ring = clear([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [0, 0, 0])
    assert (ring.paid.tolist(), ring.unique, ring.spread) == ([1, 1, 1], False, 1.0)


def test_one_party():
    alone = clear([[0]], [2], external_liabilities=[3])
    assert (alone.paid.tolist(), alone.defaults_in_round.tolist()) == ([2], [1])
    costly = clear([[0]], [2], external_liabilities=[3], recovery_external=0.5)
    assert (costly.paid.tolist(), costly.destroyed.tolist()) == ([1], [1])
    assert clear([[0]], [3], external_liabilities=[3]).defaults.tolist() == [False]


def test_separate_parts_do_not_touch():
    ring = [[0, 1], [1, 0]]
    chain = [[0, 4], [0, 0]]
    together = np.zeros((4, 4))
    together[:2, :2], together[2:, 2:] = ring, chain
    found = clear(together, [0, 0, 3, 0])
    assert found.paid.tolist() == [1, 1, 3, 0]
    assert not found.unique
    assert clear(chain, [3, 0]).unique


def test_several_solutions_with_money():
    # by hand: all cash goes to senior creditors outside, the junior debts to each other float
    found = clear([[0, 1], [1, 0]], [1, 1], external_liabilities=1, external_rank="senior")
    least = clear([[0, 1], [1, 0]], [1, 1], external_liabilities=1, external_rank="senior", solution="least")
    assert (found.paid_by_class[0].tolist(), found.unique) == ([1, 1], False)
    assert least.paid_by_class[0].tolist() == [0, 0]
    assert least.paid_external.tolist() == [1, 1]


def test_a_conduit_that_passes_on_exactly_is_solvent():
    # money that arrives after finitely many rounds is certain, also in the least solution and with costs
    n = 60
    chain = np.diag(np.full(n - 1, 10.0), 1)
    cash = np.zeros(n)
    cash[0] = 10
    found = clear(chain, cash, recovery_internal=0.5, recovery_external=0.5, solution="least")
    assert found.paid.tolist() == [10] * (n - 1) + [0]
    assert found.unique
    assert not found.defaults.any()


def test_rounding_is_no_default():
    found = clear([[0, 0.3, 0], [0, 0, 0], [0.1, 0, 0]], [0.2, 0, 0.1], recovery_external=0.1)
    assert found.paid.tolist() == [0.3, 0, 0.1]
    assert not found.defaults.any()


def test_rounds_are_those_of_the_fictitious_sequence():
    # by hand: each falls because the one before it pays less
    chain = np.diag([10.0, 10.0, 10.0], 1)
    found = clear(chain, [5, 1, 1, 0])
    assert found.paid.tolist() == [5, 6, 7, 0]
    assert found.defaults_in_round.tolist() == [1, 2, 3, 0]


def test_self_fulfilling_defaults_come_last():
    debts = np.zeros((4, 4))
    debts[0, 1] = debts[1, 0] = 2
    debts[2, 3] = 5
    half = {"recovery_external": 0.5, "recovery_internal": 0.5}
    found = clear(debts, [1, 1, 3, 0], solution="least", **half)
    assert found.defaults_in_round.tolist() == [2, 2, 1, 0]
    assert clear(debts, [1, 1, 3, 0], **half).defaults_in_round.tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("recovery", [1.0, 0.7])
def test_five_thousand_parties(recovery):
    rng = np.random.default_rng(5)
    n = 5000
    debts = csr_array(
        random_array((n, n), density=6 / n, rng=rng, data_sampler=lambda size: rng.random(size=size) * 10)
    )
    debts.setdiag(0)
    debts.eliminate_zeros()
    cash = rng.random(n) * 20
    options = {"external_liabilities": 2.0, "recovery_external": recovery, "recovery_internal": recovery}
    greatest, least = clear(debts, cash, **options), clear(debts, cash, **options, solution="least")
    assert greatest.n_rounds > 2
    for found in (greatest, least):
        assert found.residual <= 1e-10
        assert found.error_bound <= 1e-9
    assert (least.paid <= greatest.paid + 1e-9).all()
    # second method: a plain iteration from above, long enough that it has converged
    total = greatest.due
    part = (csr_array(debts.multiply(1 / total[:, np.newaxis]))).T.tocsr()
    paid = total.copy()
    for _ in range(400):
        income = part @ paid
        paid = np.where(cash + income >= total * (1 - 1e-12), total, recovery * (cash + income))
    assert greatest.paid == pytest.approx(paid, abs=1e-9)


def test_dense_sparse_and_nested_lists_agree():
    debts = [[0, 3, 1], [2, 0, 0], [0, 4, 0]]
    wanted = clear(debts, [1, 0, 1]).paid.tolist()
    assert clear(np.array(debts), [1, 0, 1]).paid.tolist() == wanted
    assert clear(csr_array(np.array(debts, dtype=float)), [1, 0, 1]).paid.tolist() == wanted
    assert clear([csr_array(np.array(debts, dtype=float))], np.array([1, 0, 1])).paid.tolist() == wanted


def test_inputs_stay_as_they_were():
    debts, cash = np.array([[0.0, 3.0], [1.0, 0.0]]), np.array([1.0, 0.0])
    found = clear(debts, cash)
    assert debts.tolist() == [[0, 3], [1, 0]]
    assert cash.tolist() == [1, 0]
    found.paid[0] = 99
    assert clear(debts, cash).paid[0] != 99


OK = [[0.0, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ([[0, -1], [0, 0]], [0, 0]),
            r"obligations\[0, 1\] is -1.0; it must be a finite number of at least 0",
        ),
        (([[0, np.nan], [0, 0]], [0, 0]), r"obligations\[0, 1\] is nan"),
        (([[0, np.inf], [0, 0]], [0, 0]), r"obligations\[0, 1\] is inf"),
        (([[0, 0], [0, 2]], [0, 0]), r"obligations\[1, 1\] is on the diagonal: a party owes itself"),
        (([[0, 1]], [0]), r"obligations has shape \(1, 2\)"),
        (([0, 1], [0, 0]), "obligations is neither a matrix nor a sequence"),
        (([OK, [[0]]], [0, 0]), "nor a sequence of matrices of one size"),
        (([csr_array(OK), csr_array([[0.0]])], [0, 0]), "classes of different sizes: 1, 2"),
        (([[0, "x"], [0, 0]], [0, 0]), "obligations is no matrix of numbers, nor"),
        ((OK, [0, -2]), r"external_assets\[1\] is -2.0; it must be a finite number of at least 0"),
        ((OK, [0, np.nan]), r"external_assets\[1\] is nan"),
        ((OK, [0, 0, 0]), r"external_assets has shape \(3,\), but there are 2 parties"),
        ((OK, ["a", 0]), "external_assets holds something that is not a number"),
    ],
)
def test_refused_with_the_place(arguments, said):
    with pytest.raises(ModelError, match=said):
        clear(*arguments)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"external_liabilities": [0, -1]}, r"external_liabilities\[1\] is -1.0"),
        ({"recovery_external": 1.5}, r"recovery_external\[0\] is 1.5; it must be from 0 to 1"),
        ({"recovery_internal": [1, -0.1]}, r"recovery_internal\[1\] is -0.1; it must be from 0 to 1"),
        (
            {"external_rank": "first"},
            "unknown external_rank 'first'\n  hint: known are senior, pari-passu, junior",
        ),
        ({"solution": "best"}, "unknown solution 'best'\n  hint: known are greatest, least"),
        ({"external_liabilities": 1.7e308}, r"external_liabilities\[0\] is 1.7e\+308"),
    ],
)
def test_options_are_refused(options, said):
    with pytest.raises(ModelError, match=said):
        clear(OK, [0, 0], **options)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: dependency_matrix([[0, 0.6], [0.6, 0.1]]), "a firm holds itself"),
        (
            lambda: dependency_matrix([[0, 0.6, 0], [0, 0, 0], [0, 0.6, 0]]),
            "1.2 of firm 1 is held, more than all",
        ),
        (lambda: dependency_matrix([[0, 1], [1, 0]]), "nobody outside owns them"),
        (
            lambda: value_cross_holdings(OK, [1, -1], thresholds=0, failure_costs=0),
            r"direct_assets\[1\] is -1.0",
        ),
        (
            lambda: value_cross_holdings(OK, [1, 1], thresholds=0, failure_costs=0, equilibrium="x"),
            "known are best, worst",
        ),
        (lambda: value_claims([[0, 1], [1, 0]], OK, 1, [1, 1]), "nobody outside owns them"),
        (lambda: debt_rank(OK, [0, 1], [0, 1]), r"equity\[0\] is 0, but party 0 has exposures"),
        (lambda: debt_rank(OK, [1, 1], [0, 2]), r"initial_stress\[1\] is 2.0; it must be from 0 to 1"),
        (lambda: linear_debt_rank(OK, [1, 1], [0, 1], weights=[0, 0]), "weights add up to 0"),
        (lambda: fail_by_losses(OK, [1, 1], [2]), "places from 0 to 1"),
        (lambda: fail_by_losses(OK, [1, np.nan], [0]), r"buffers\[1\] is nan"),
        (lambda: fail_by_fraction([[1, 0], [0, 0]], 0.5, [0]), "depends on itself"),
        (lambda: value_network(OK, [1, 1], lambda equity, _: equity * 5), "not one number from 0 to 1"),
        (lambda: value_at_default_costs(external_rank="junior"), "junior"),
    ],
)
def test_other_methods_refuse_too(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_nothing_to_spread():
    assert not debt_rank(NOBODY, 0, [0, 0, 0]).stress.any()
    quiet = linear_debt_rank(NOBODY, 0, [0, 0.5, 0])
    assert quiet.stress.tolist() == [0, 0.5, 0]
    assert (quiet.amplification, quiet.diverges) == (0.0, False)
    assert fail_by_losses(NOBODY, 0, []).n_waves == 0
    assert fail_by_losses(NOBODY, 0, [1]).by_wave() == ((1,),)
    assert value_network(NOBODY, [1, 2, 3], value_at_default_costs()).equity.tolist() == [1, 2, 3]
    alone = value_cross_holdings([[0]], [2], thresholds=3, failure_costs=1)
    assert (alone.values.tolist(), alone.waves.tolist()) == ([1], [1])
