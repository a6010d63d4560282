"""A cascade on the teaching register, worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from loopledger.register import TEACHING, load_register
from loopledger.report.stress import StressAnswer, ask
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.stress.scenarios import read_scenario
from loopledger.units import Quarter

MN = 1e6
FAILS = "id: x\nname: y\nshocks:\n- {kind: defaults, target: larkspur, size: 1, start: 1}\n"


@pytest.fixture(scope="module")
def answer() -> StressAnswer:
    day = date(2026, 6, 30)
    snapshot = load_register(TEACHING).known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=day)
    quarters = tuple(Quarter.of(day).shifted(k) for k in range(4))
    return ask(snapshot, schedule, (read_scenario(FAILS, "x"),), quarters)


def test_a_tenant_fails_and_takes_the_campus_with_it(answer: StressAnswer) -> None:
    """Larkspur rents a campus for 150 million a quarter; the campus serves a loan of Quayside.

    The plan (central run, millions). Service 291.05, 286.32, 281.58, 276.84; its mean 283.95 is the assumed opening
    cash, one quarter of payments. Rent leaves 141.05, 136.32, 131.58, 126.84 to be raised.

    Larkspur pays nothing from the second quarter on.
    First quarter: as planned; cash stays 283.95.
    Second: no rent. 283.95 + 136.32 raised - 286.32 = 133.95 left. Of 600 of rent that the window promised 150
    are lost, so value falls by a quarter, and an eighth of new money dries up.
    Third: 133.95 + 7/8 of 131.58 = 249.08 against 281.58: 32.50 are missing. The campus has missed a payment.
    Fourth: nothing comes in and nobody lends: all 276.84 are missing.
    """
    case, o = answer.case, answer.outcome
    campus, loan = case.parties.index("larkspur-campus"), 1
    assert case.claims[loan].instrument == "campus-loan"
    np.testing.assert_allclose(case.money[1, :, campus] / MN, [141.05, 136.32, 131.58, 126.84], atol=0.01)
    np.testing.assert_allclose(o.cash[1, :, campus] / MN, [283.95, 133.95, 0, 0], atol=0.01)
    np.testing.assert_allclose(o.fall[1, :2, campus], [0, 0.25], atol=1e-12)
    np.testing.assert_allclose(o.unpaid[1, :, loan] / MN, [0, 0, 32.50, 276.84], atol=0.01)
    assert o.first_default[1, campus] == 2
    lender = case.parties.index("quayside")
    assert answer.lost_by_payee()[1, lender] / MN == pytest.approx(309.34, abs=0.01)


def test_the_landlord_stands_between(answer: StressAnswer) -> None:
    """Of 450 of rent lost the campus passes 309.34 on to its lender; 140.66 stay with it, what it had and raised."""
    from loopledger.stress.cascade import net_losses

    netted = net_losses(answer.case, answer.outcome)
    campus = answer.case.parties.index("larkspur-campus")
    assert netted.lost[1, campus] / MN == pytest.approx(450)
    assert netted.passed_on[1, campus] / MN == pytest.approx(309.34, abs=0.01)
    assert netted.stays[1, campus] / MN == pytest.approx(140.66, abs=0.01)
