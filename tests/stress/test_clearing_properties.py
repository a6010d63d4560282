"""What holds of every clearing: the rules of the game, and that nothing greater or smaller clears."""

from fractions import Fraction

import numpy as np
import pytest
from clearing_networks import networks
from exact_clearing import all_clearings
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.stress import Guarantee, clear, clear_guaranteed

CLOSE = {"abs": 1e-9, "rel": 1e-9}


def both(network):
    return clear(**network), clear(**network, solution="least")


@given(networks(max_parties=3))
@settings(max_examples=150)
def test_no_clearing_vector_lies_outside(network):
    exact = all_clearings(
        network["obligations"],
        *([Fraction(x) for x in network[name]] for name in ("external_assets", "external_liabilities")),
        network["external_rank"],
        *([Fraction(x) for x in network[name]] for name in ("recovery_external", "recovery_internal")),
    )
    greatest, least = both(network)
    for money in exact:
        paid = np.array([float(x) for x in money])
        assert (paid <= greatest.paid + 1e-9).all()
        assert (paid >= least.paid - 1e-9).all()
    if len(exact) > 1:
        assert not greatest.unique
    if exact and greatest.unique:
        assert greatest.paid == pytest.approx([float(x) for x in exact[0]], **CLOSE)


@given(networks())
def test_the_rules_of_the_game(network):
    for found in both(network):
        assets, owed = network["external_assets"], network["external_liabilities"]
        alpha, beta = network["recovery_external"], network["recovery_internal"]
        due = np.array([one.sum(axis=1) for one in network["obligations"]])
        # every payment is proportional within its class, and what is received was paid
        received = np.zeros(len(assets))
        for k, one in enumerate(network["obligations"]):
            part = np.divide(found.paid_by_class[k], due[k], out=np.zeros_like(due[k]), where=due[k] > 0)
            assert found.payments[k].toarray() == pytest.approx(one * part[:, np.newaxis], **CLOSE)
            received += found.payments[k].toarray().sum(axis=0)
        assert found.received == pytest.approx(received, **CLOSE)
        assert found.due == pytest.approx(due.sum(axis=0) + owed, **CLOSE)
        # limited liability: nobody pays more than it owes or has
        assert (found.paid <= found.due + 1e-9).all()
        assert (found.paid <= assets + received + 1e-9).all()
        # absolute priority: owners get something only if all is paid; a junior class only after a senior one
        full = found.paid >= found.due - 1e-9
        assert (full | (found.equity <= 1e-9)).all()
        short = found.paid_by_class[0] < due[0] - 1e-9
        assert (~short | (found.paid_by_class[1:] <= 1e-9).all(axis=0)).all()
        # conservation: assets are paid, kept or destroyed
        left = np.where(found.defaults, (1 - alpha) * assets + (1 - beta) * received, 0)
        assert found.destroyed == pytest.approx(left, **CLOSE)
        assert assets + received == pytest.approx(found.paid + found.equity + found.destroyed, **CLOSE)
        assert found.residual <= 1e-9


@given(networks())
def test_the_rank_of_outside_creditors(network):
    found = clear(**network)
    inside, due = found.paid_by_class.sum(axis=0), found.due_by_class.sum(axis=0)
    if network["external_rank"] == "senior":
        assert ((found.paid_external >= found.due_external - 1e-9) | (inside <= 1e-9)).all()
    elif network["external_rank"] == "junior":
        assert ((inside >= due - 1e-9) | (found.paid_external <= 1e-9)).all()
    elif len(network["obligations"]) == 1:
        assert inside * found.due_external == pytest.approx(found.paid_external * due, **CLOSE)


@given(networks(), st.data())
def test_more_assets_and_recoveries_never_hurt(network, data):
    n = len(network["external_assets"])
    more = dict(network)
    extra = st.lists(st.sampled_from((0.0, 0.0, 0.5, 2.0)), min_size=n, max_size=n)
    more["external_assets"] = network["external_assets"] + data.draw(extra)
    for name in ("recovery_external", "recovery_internal"):
        more[name] = np.minimum(1, network[name] + np.array(data.draw(extra)) / 4)
    for solution in ("greatest", "least"):
        before, after = clear(**network, solution=solution), clear(**more, solution=solution)
        assert (after.paid >= before.paid - 1e-9).all()
        assert not (after.defaults & ~before.defaults).any()


@given(networks(), st.randoms(use_true_random=False))
def test_names_do_not_matter(network, random):
    n = len(network["external_assets"])
    order = list(range(n))
    random.shuffle(order)
    moved = {
        key: value[order] if isinstance(value, np.ndarray) else value for key, value in network.items()
    } | {"obligations": [one[np.ix_(order, order)] for one in network["obligations"]]}
    for solution in ("greatest", "least"):
        here, there = clear(**network, solution=solution), clear(**moved, solution=solution)
        assert there.paid == pytest.approx(here.paid[order], **CLOSE)
        assert there.defaults_in_round.tolist() == here.defaults_in_round[order].tolist()
        assert there.unique == here.unique


@given(networks(), st.sampled_from((1e-6, 1 / 3, 7.0, 1e9)))
def test_the_unit_does_not_matter(network, unit):
    scaled = dict(network)
    for name in ("external_assets", "external_liabilities"):
        scaled[name] = network[name] * unit
    scaled["obligations"] = [one * unit for one in network["obligations"]]
    for solution in ("greatest", "least"):
        here, there = clear(**network, solution=solution), clear(**scaled, solution=solution)
        assert there.paid == pytest.approx(here.paid * unit, rel=1e-9, abs=1e-9 * unit)
        assert there.unique == here.unique


@given(networks(costs=False, max_classes=1))
def test_without_costs_owners_do_not_care_which_vector(network):
    # Eisenberg and Noe 2001, theorem 1: equities are the same in every clearing vector
    greatest, least = both(network)
    assert least.equity == pytest.approx(greatest.equity, **CLOSE)


@given(networks(costs=False, max_classes=1))
def test_payments_by_linear_programming(network):
    # Eisenberg and Noe 2001, lemma 4: the greatest vector maximises the sum of payments
    from scipy.optimize import linprog

    network["external_rank"] = "pari-passu"
    found = clear(**network)
    total = found.due
    part = np.divide(
        network["obligations"][0], total[:, np.newaxis],
        out=np.zeros_like(network["obligations"][0]), where=total[:, np.newaxis] > 0,
    )  # fmt: skip
    best = linprog(
        -np.ones(len(total)), A_ub=np.eye(len(total)) - part.T, b_ub=network["external_assets"],
        bounds=np.column_stack([np.zeros(len(total)), total]), method="highs",
    )  # fmt: skip
    assert found.paid.sum() == pytest.approx(-best.fun, abs=1e-7)


@given(networks(max_parties=4))
@settings(max_examples=30)
def test_guarantees_of_nothing_change_nothing(network):
    plain = clear(**network)
    n = len(plain.paid)
    none = [Guarantee(guarantor=(i + 1) % n, debtor=i, share=0.0) for i in range(n - 1)]
    network["obligations"] = network.pop("obligations")
    found = clear_guaranteed(guarantees=none, **network)
    assert found.paid == pytest.approx(plain.paid, abs=1e-8)
    assert found.defaults_in_round.tolist() == plain.defaults_in_round.tolist()
    assert not found.called.any()
