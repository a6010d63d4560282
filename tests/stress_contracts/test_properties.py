"""What must hold of every cascade, whatever the case."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from contract_cases import case_of, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.stress.cascade import Case, Claim, Layer, plan_money, run_cascade

sizes = st.floats(0, 1)


def _busy(case: Case, size: float, who: int) -> Case:
    case.open_share[:, :, who] = 1 - size
    for name, value in {
        "stretch_share": 0.25,
        "order_pass_through": 0.8,
        "reserve_share": 0.1,
        "variable_cost_share": 0.2,
        "mark_sensitivity": 1.0,
        "funding_sensitivity": 0.5,
    }.items():
        getattr(case.behaviour, name)[:] = value
    return case


@given(cases(), sizes, st.integers(0, 1))
@settings(deadline=None, max_examples=80)
def test_nobody_pays_more_than_is_due_or_has_less_than_nothing(case: Case, size: float, who: int) -> None:
    found = run_cascade(_busy(case, size, who))
    due = case.amounts - found.withdrawn + found.returned
    assert (found.paid <= due + 1e-6).all()
    for name in ("paid", "withdrawn", "cut", "deferred", "unpaid", "cash", "drawn", "borrowed", "paid_out"):
        assert (getattr(found, name) >= -1e-6).all(), name
    assert ((found.fall >= 0) & (found.fall <= 1)).all()


@given(cases(), sizes, st.integers(0, 1), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_order_of_parties_and_claims_does_not_matter(
    case: Case, size: float, who: int, rng: object
) -> None:
    n = len(case.parties)
    new = list(range(n))
    order = list(range(len(case.claims)))
    rng.shuffle(new)  # type: ignore[attr-defined]
    rng.shuffle(order)  # type: ignore[attr-defined]
    back = np.argsort(new)
    claims = tuple(
        dataclasses.replace(case.claims[c], payer=new[case.claims[c].payer], payee=new[case.claims[c].payee])
        for c in order
    )
    other = case_of(
        list(claims),
        case.amounts[0][:, order],
        n_parties=n,
        revenue=case.revenue[0, 0][back],
        costs=case.costs[0, 0][back],
        opening=case.opening[0][back],
    )
    one = run_cascade(_busy(case, size, who))
    two = run_cascade(_busy(other, size, new[who]))
    np.testing.assert_allclose(two.paid, one.paid[:, :, order], atol=1.0)
    np.testing.assert_allclose(two.cash, one.cash[:, :, back], atol=1.0)
    np.testing.assert_allclose(two.fall, one.fall[:, :, back], atol=1e-6)


@given(cases(), st.floats(1e-3, 1e3), sizes)
@settings(deadline=None, max_examples=40)
def test_another_unit_of_money_changes_nothing(case: Case, factor: float, size: float) -> None:
    other = case_of(
        list(case.claims),
        case.amounts[0] * factor,
        n_parties=len(case.parties),
        revenue=case.revenue[0, 0] * factor,
        costs=case.costs[0, 0] * factor,
        opening=case.opening[0] * factor,
    )
    one, two = run_cascade(_busy(case, size, 0)), run_cascade(_busy(other, size, 0))
    np.testing.assert_allclose(two.paid, one.paid * factor, atol=factor + 1.0)


@given(cases(layers=(Layer.DEBT, Layer.BINDING)), sizes, sizes)
@settings(deadline=None, max_examples=60)
def test_more_opening_cash_never_leaves_more_unpaid(case: Case, size: float, share: float) -> None:
    """Without orders and deferrals, which save the payer cash, more money is never worse for anybody."""
    case.open_share[:, :, 0] = 1 - size
    poor = case_of(
        list(case.claims),
        case.amounts[0],
        n_parties=len(case.parties),
        revenue=case.revenue[0, 0],
        costs=case.costs[0, 0],
        opening=case.opening[0] * share,
    )
    poor.open_share[:, :, 0] = 1 - size
    assert run_cascade(case).unpaid.sum() <= run_cascade(poor).unpaid.sum() + 1.0


def test_a_guarantor_is_paid_to_nobody_twice() -> None:
    """A claim of 100 of which 40 is paid: the guarantor's 50 and the debtor's 40 leave 10 lost, never more than 100."""
    from loopledger.stress.cascade import Call, net_losses

    claims = [Claim(instrument="a", payer=0, payee=1, layer=Layer.BINDING)]
    call = Call(instrument="g", guarantor=2, claims=(0,), limit=50e6)
    case = case_of(claims, np.array([[100e6]]), n_parties=3, opening=np.array([40e6, 0, 80e6]), calls=(call,))
    case.open_share[:, :, 0] = 0
    found = run_cascade(case)
    assert found.paid[0, 0, 0] == pytest.approx(40e6)
    assert found.covered[0, 0, 0] == pytest.approx(50e6)
    assert net_losses(case, found).lost[0, 1] == pytest.approx(10e6)
    assert net_losses(case, found).passed_on[0, 2] == pytest.approx(-50e6)


def test_a_plan_is_closed_for_everybody() -> None:
    case = case_of(
        [Claim(instrument="a", payer=0, payee=1, layer=Layer.BINDING)], np.array([[5e6], [7e6]]), n_parties=2
    )
    plan_money(case)
    assert case.money[0, :, 0].tolist() == [5e6, 7e6]
    assert case.payout[0, :, 1].tolist() == [5e6, 7e6]
