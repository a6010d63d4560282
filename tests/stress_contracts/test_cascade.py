"""The cascade on five parties, worked by hand, and what must hold of every cascade."""

from __future__ import annotations

import numpy as np
import pytest
from contract_cases import CHIP, GUARD, LAB, MN, case_of, cases, five
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.stress import clear, clear_guaranteed
from loopledger.stress import guarantees as g
from loopledger.stress.cascade import Call, Case, Claim, Layer, run_cascade
from loopledger.stress.cascade.quarter import clear_quarter


def test_five_parties_by_hand() -> None:
    """The lab plans 60 of revenue and 60 of new money a quarter, and starts with 10; the money does not come.

    Quarter 1. The lab has 70. Of the 100 to the cloud 75 are hard and 25 may be stretched. It pays 70,
    5 of the hard part are missing, so it defaults: 30 unpaid, the option of 20 cut. The guarantor is
    called for 5 and pays. The cloud gets 75: costs 20, bank 30, and 25 of 40 for chips; 15 cut.
    Quarter 2. Of the lab's 100 the cloud went without 25, so 10 of its order of 40 are not placed: 30
    due. The lab has 60 and pays them; 40 unpaid; 15 of the hard part missing, and 10 left under the
    guarantee. The cloud gets 70: 20, 30, and 20 of 30 for chips; 10 cut.
    Quarter 3. The cloud went without 30: 12 of the order are not placed, 28 due. The lab pays 60; nothing
    is left under the guarantee. The cloud gets 60: 20, 30, and 10 of 28; 18 cut.
    """
    found = run_cascade(five(10))
    in_millions = {name: getattr(found, name)[0] / MN for name in ("paid", "unpaid", "cut", "withdrawn")}
    expected = {
        "paid": [[70, 0, 30, 25], [60, 0, 30, 20], [60, 0, 30, 10]],
        "unpaid": [[30, 0, 0, 0], [40, 0, 0, 0], [40, 0, 0, 0]],
        "cut": [[0, 20, 0, 15], [0, 20, 0, 10], [0, 20, 0, 18]],
        "withdrawn": [[0, 0, 0, 0], [0, 0, 0, 10], [0, 0, 0, 12]],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(in_millions[name], values, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(found.call_paid[0, :, 0] / MN, [5, 10, 0], atol=1e-6)
    np.testing.assert_allclose(found.covered[0, :, 0] / MN, [5, 10, 0], atol=1e-6)
    np.testing.assert_allclose(found.orders, found.withdrawn)
    np.testing.assert_allclose(found.cash[0, :, GUARD] / MN, [45, 35, 35], atol=1e-6)
    np.testing.assert_allclose(found.received[0, :, CHIP] / MN, [25, 20, 10], atol=1e-6)
    assert found.first_default[0].tolist() == [0, -1, -1, -1, -1]
    assert found.first_short[0].tolist() == [0, 0, -1, -1, -1]


def test_deferral_comes_back() -> None:
    """With 25 at the start the lab has 85: 75 hard, 10 of the stretchable 25; 15 come back a quarter later.

    Then 60 face 75 + 15 hard, and the lab defaults with 30 of them and 25 stretchable unpaid.
    """
    found = run_cascade(five(25, order_pass_through=0.0))
    np.testing.assert_allclose(found.deferred[0, :, 0] / MN, [15, 0, 0], atol=1e-6)
    np.testing.assert_allclose(found.returned[0, :, 0] / MN, [0, 15, 0], atol=1e-6)
    np.testing.assert_allclose(found.unpaid[0, :2, 0] / MN, [0, 55], atol=1e-6)
    assert found.first_default[0, LAB] == 1


def test_the_scenario_lets_a_party_fail() -> None:
    """A party that fails pays nothing, and the guarantee is called up to its limit of 15."""
    case = five(1000)
    case.open_share[:] = 1.0
    case.fails[:, 1, LAB] = 1.0
    found = run_cascade(case)
    assert found.first_default[0, LAB] == 1
    assert found.paid[0, 1, 0] == 0
    assert found.call_paid[0].sum() == pytest.approx(15 * MN)


@given(cases())
@settings(deadline=None, max_examples=60)
def test_no_shock_means_no_change(case: Case) -> None:
    found = run_cascade(case)
    np.testing.assert_allclose(found.paid, case.amounts, atol=1e-3)
    np.testing.assert_allclose(found.drawn, case.money, atol=1e-3)
    np.testing.assert_allclose(
        found.cash, np.broadcast_to(case.opening[:, None], found.cash.shape), atol=1e-3
    )


@given(cases(), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1))
@settings(deadline=None, max_examples=60)
def test_unpaid_grows_with_the_shock_and_money_is_conserved(
    case: Case, one: float, other: float, who: int
) -> None:
    totals = []
    for size in sorted((one, other)):
        case.open_share[:, :, who] = 1 - size
        found = run_cascade(case)
        totals.append(found.unpaid.sum())
        heads = found.paid + found.withdrawn + found.cut + found.deferred + found.unpaid
        np.testing.assert_allclose(heads, case.amounts + found.returned, atol=1e-2)
        for t in range(len(case.quarters)):  # cash of each party from its own receipts and payments
            before = case.opening if t == 0 else found.cash[:, t - 1]
            end = (
                before + case.revenue[:, t] + found.drawn[:, t] - case.costs[:, t] + found.unpaid_costs[:, t]
            )
            for k, claim in enumerate(case.claims):
                end[:, claim.payer] -= found.paid[:, t, k]
                end[:, claim.payee] += found.paid[:, t, k]
            assert (end - found.cash[:, t] >= -1e-2).all()
            assert (end - found.cash[:, t] <= case.payout[:, t] + 1e-2).all()
    assert totals[0] <= totals[1] + 1


@given(cases(n_quarters=1))
@settings(deadline=None, max_examples=60)
def test_a_quarter_agrees_with_exact_clearing(case: Case) -> None:
    """With costs as senior creditors outside and firmness as seniority, a quarter is a clearing."""
    n, zero = len(case.parties), np.zeros((1, len(case.parties)))
    money = case.opening + case.revenue[:, 0]
    found = clear_quarter(
        case, case.amounts[:, 0], costs=case.costs[:, 0], money=money, reserve=zero, limits=np.zeros((1, 0))
    )
    classes = []
    for layer in (Layer.DEBT, Layer.BINDING, Layer.CONDITIONAL, Layer.OPTION):
        owed = np.zeros((n, n))
        for k, one in enumerate(case.claims):
            if one.layer is layer:
                owed[one.payer, one.payee] += case.amounts[0, 0, k]
        classes.append(owed)
    exact = clear(np.array(classes), money[0], external_liabilities=case.costs[0, 0], external_rank="senior")
    np.testing.assert_allclose(found.received[0], exact.received, atol=1.0)


def test_calls_agree_with_guaranteed_clearing() -> None:
    """In one class, calls rank beside the guarantor's own debts, as in the exact clearing."""
    claims = [
        Claim(instrument="a", payer=0, payee=1, layer=Layer.BINDING),
        Claim(instrument="b", payer=2, payee=1, layer=Layer.BINDING),
    ]
    call = Call(instrument="g", guarantor=2, claims=(0,), limit=30 * MN)
    case = case_of(claims, np.array([[100, 50]]) * MN, n_parties=3, calls=(call,))
    money = np.array([[40, 0, 60]]) * MN
    zero = np.zeros((1, 3))
    found = clear_quarter(
        case, case.amounts[:, 0], costs=zero, money=money, reserve=zero, limits=np.array([[30 * MN]])
    )
    owed = np.array([[0, 100, 0], [0, 0, 0], [0, 50, 0]]) * MN
    promise = g.Guarantee(guarantor=2, debtor=0, creditor=1, limit=30 * MN)
    exact = clear_guaranteed(owed, money[0], [promise])
    np.testing.assert_allclose(found.call_paid[0].sum(), exact.call_paid.sum(), atol=1.0)
    np.testing.assert_allclose(found.received[0], exact.received, atol=1.0)
    assert found.call_paid[0, 0] == pytest.approx(60 * MN * 30 / 80)


@pytest.mark.parametrize("leak", [1e-2, 1e-6, 1e-12])
def test_a_ring_that_hardly_leaks_is_solved_exactly(leak: float) -> None:
    """Two parties owe each other 100 and have nothing; one owes costs of 100 * leak first.

    By rounds the receipts fall by the leak each time: 100 000 rounds at one part in a million are not
    enough. Exactly: the first pays costs out of what it gets, so nothing that goes round is left over, and
    both pay nothing at all.
    """
    claims = [
        Claim(instrument="a", payer=0, payee=1, layer=Layer.BINDING),
        Claim(instrument="b", payer=1, payee=0, layer=Layer.BINDING),
    ]
    case = case_of(claims, np.array([[100, 100]]) * MN, n_parties=2)
    zero = np.zeros((1, 2))
    costs = np.array([[100 * leak, 0]]) * MN
    found = clear_quarter(
        case, case.amounts[:, 0], costs=costs, money=zero, reserve=zero, limits=np.zeros((1, 0))
    )
    assert found.n_exact == int(leak < 1e-2)
    np.testing.assert_allclose(found.claims, 0.0, atol=1e-3)


@given(cases(n_quarters=1), st.floats(0, 0.5))
@settings(deadline=None, max_examples=60)
def test_exact_steps_and_rounds_agree(case: Case, stretch: float) -> None:
    """What is solved exactly is what the rounds settle at, with a guarantee on the first two claims."""
    n = len(case.parties)
    free = [k for k in range(n) if case.claims and k not in (case.claims[0].payer, case.claims[0].payee)]
    if free:
        limits = np.array([[50 * MN]])
        case.calls = (Call(instrument="g", guarantor=free[0], claims=(0,), limit=50 * MN),)
    else:
        limits = np.zeros((1, 0))
    case.behaviour.stretch_share[:] = stretch
    money = case.opening + case.revenue[:, 0]
    reserve = case.opening / 4
    by_rounds = clear_quarter(
        case, case.amounts[:, 0], costs=case.costs[:, 0], money=money, reserve=reserve, limits=limits
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loopledger.stress.cascade.quarter._ROUNDS", 0)
        exact = clear_quarter(
            case, case.amounts[:, 0], costs=case.costs[:, 0], money=money, reserve=reserve, limits=limits
        )
    assert exact.n_exact == 1
    np.testing.assert_allclose(exact.claims, by_rounds.claims, atol=1.0)
    np.testing.assert_allclose(exact.call_paid, by_rounds.call_paid, atol=1.0)
    np.testing.assert_allclose(exact.costs, by_rounds.costs, atol=1.0)


def test_disconnected_parties_and_no_claims() -> None:
    """A shock to one pair does not reach another; a network without claims runs."""
    claims = [
        Claim(instrument="a", payer=0, payee=1, layer=Layer.BINDING),
        Claim(instrument="b", payer=2, payee=3, layer=Layer.BINDING),
    ]
    case = case_of(claims, np.array([[10, 10]]) * MN, n_parties=4)
    case.open_share[:, :, 0] = 0
    found = run_cascade(case)
    assert (found.paid[0, 0] / MN).tolist() == [0, 10]
    empty = run_cascade(case_of([], np.zeros((2, 0)), n_parties=2))
    assert empty.paid.sum() == 0


def test_marks_run_through_holders_of_holders() -> None:
    """A falls by 0.5; B holds a stake in A worth half of it, C one in B worth four fifths: 0.25 and 0.2."""
    case = case_of([], np.zeros((1, 0)), n_parties=3)
    case.mark_shock[:, :, 0] = 0.5
    case.stakes[1, 0], case.stakes[2, 1] = 0.5, 0.8
    np.testing.assert_allclose(run_cascade(case).fall[0, 0], [0.5, 0.25, 0.2])
