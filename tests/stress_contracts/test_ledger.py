"""Each dollar stands once, in one ledger, under one instrument; every quarter's books close."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from contract_cases import BANK, CHIP, CLOUD, GUARD, LAB, MN, cases, five
from hypothesis import given, settings
from hypothesis import strategies as st
from stress_world import World

from loopledger.stress.cascade import Case, Head, Ledger, net_cash, net_losses, read_entries, run_cascade
from loopledger.stress.scenarios import list_scenarios


def test_five_parties_netted_by_hand() -> None:
    """Over the three quarters the cloud goes without 30, 40 and 40 of the lab, less 5 and 10 of the guarantor: 95.

    It passes on what it does not order or cuts: 15, 10 + 10, 12 + 18, in all 65, so 30 stay with it, in the
    shape of costs and debt that it still pays. Chips lose those 65 and three options of 20. The lab
    keeps back 110 + 60 and loses nothing under contracts; the guarantor pays 15 and gets nothing for it.
    """
    case = five(10)
    outcome = run_cascade(case)
    found = net_losses(case, outcome)
    expected_lost = {LAB: 0, CLOUD: 95, CHIP: 125, BANK: 0, GUARD: 0}
    expected_passed = {LAB: 170, CLOUD: 65, CHIP: 0, BANK: 0, GUARD: -15}
    for k in range(5):
        assert found.lost[0, k] / MN == pytest.approx(expected_lost[k], abs=1e-6)
        assert found.passed_on[0, k] / MN == pytest.approx(expected_passed[k], abs=1e-6)
    assert found.stays.sum() == pytest.approx(0.0, abs=1e-3)
    sums: dict[Head, float] = defaultdict(float)
    for one in read_entries(case, outcome):
        sums[one.head] += float(one.amounts[0]) / MN
    assert {k: round(v, 6) for k, v in sums.items()} == {Head.UNPAID: 110, Head.CUT: 103, Head.ORDER: 22}


@given(cases(), st.floats(0, 1), st.integers(0, 1))
@settings(deadline=None, max_examples=60)
def test_books_of_every_quarter_close(case: Case, size: float, who: int) -> None:
    case.open_share[:, :, who] = 1 - size
    case.behaviour.stretch_share[:] = 0.25
    case.behaviour.order_pass_through[:] = 0.5
    outcome = run_cascade(case)
    scale = max(float(case.amounts.sum() + case.revenue.sum() + case.opening.sum()), 1.0)
    assert np.abs(net_cash(case, outcome)).max() <= 1e-9 * scale + 0.02
    np.testing.assert_allclose(net_losses(case, outcome).stays.sum(axis=1), 0.0, atol=1e-9 * scale)


@pytest.mark.parametrize("scenario", [one.id for one in list_scenarios()])
def test_every_scenario_closes_on_the_bundled_register(scenario: str, world: World) -> None:
    """Quarter by quarter and claim by claim: planned and returned = paid + the heads of cash and demand."""
    (one,) = (s for s in list_scenarios() if s.id == scenario)
    answer = world.answer(one)
    case, outcome = answer.case, answer.outcome
    heads = np.zeros_like(case.amounts)
    place = {(c.instrument, c.payer, c.payee): [] for c in case.claims}
    for k, c in enumerate(case.claims):
        place[c.instrument, c.payer, c.payee].append(k)
    by_key: dict[tuple[int, str, int, int], np.ndarray] = defaultdict(lambda: np.zeros(3))
    for entry in read_entries(case, outcome, least=0.0):
        if entry.head.ledger is not Ledger.MARKS:
            by_key[entry.quarter, entry.instrument, entry.payer, entry.payee] += entry.amounts
    for (t, instrument, payer, payee), amounts in by_key.items():
        heads[:, t, place[instrument, payer, payee][0]] += amounts
    for key, places in place.items():
        whole = (case.amounts + outcome.returned)[:, :, places].sum(axis=2)
        told = (outcome.paid + heads)[:, :, places].sum(axis=2)
        np.testing.assert_allclose(told, whole, rtol=1e-9, atol=1e-2, err_msg=str(key))
    gap = np.abs(net_cash(case, outcome))
    assert gap.max() <= 1e-9 * float(case.amounts.sum())
    stays = net_losses(case, outcome).stays.sum(axis=1)
    np.testing.assert_allclose(stays, 0.0, atol=1e-9 * float(case.amounts.sum()))
    known = set(answer.snapshot.instruments)
    for entry in read_entries(case, outcome):
        root = entry.instrument.split("/supply/")[0]
        assert root in known or root.startswith("estimated/")
