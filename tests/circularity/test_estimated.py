"""Estimated payments among the loops of the register: no dollar twice, marked, and what they close."""

import json
from collections import defaultdict

import pytest
from typer.testing import CliRunner

from loopledger.accounts import estimate_payments, periods_between, read_quarter
from loopledger.circularity import back_loops, find_loops
from loopledger.circularity.estimated import estimated_flows, is_estimated
from loopledger.cli.app import app
from loopledger.network import flow_table
from loopledger.records import KINDS, FlowClass, Kind
from loopledger.schedule import Leg, expand, promises_from_snapshot
from loopledger.units import Quarter

FIRST, LAST = read_quarter("2026Q1", last=False), read_quarter("2026Q2", last=True)


@pytest.fixture(scope="module")
def real(bundled, assumptions):
    promises = promises_from_snapshot(bundled)
    schedule = expand(promises, assumptions, known_on=bundled.day)
    return promises, schedule, estimated_flows(bundled, schedule, first=FIRST, last=LAST)


def test_contracts_and_what_is_beyond_them_are_the_estimate(real, bundled):
    """Pair by pair and quarter by quarter: the larger of the contracts and the estimate, and no more."""
    _, schedule, found = real
    scheduled, beyond = defaultdict(float), defaultdict(float)
    for flow in schedule.flows:
        if (
            flow.cash
            and flow.leg is not Leg.DEBT_SERVICE
            and KINDS[Kind(flow.kind)].flow_class is FlowClass.PURCHASE
        ):
            scheduled[str(flow.period), flow.payer, flow.payee] += flow.amount.central
    for flow in found:
        beyond[str(flow.period), flow.payer, flow.payee] += flow.amount.central
    estimates = estimate_payments(bundled, schedule, periods_between(FIRST, LAST, "quarter")).payments
    named = [p for p in estimates if not p.payer.startswith("other-") and not p.payee.startswith("other-")]
    assert len(named) > 20
    for p in named:
        key = p.period, p.payer, p.payee
        assert scheduled[key] + beyond[key] == pytest.approx(max(scheduled[key], p.amount.central), abs=1)
    assert set(beyond) <= {(p.period, p.payer, p.payee) for p in named}


def test_every_one_has_range_and_assumptions(real):
    for flow in real[2]:
        assert is_estimated(flow.instrument)
        assert 0 <= flow.amount.low <= flow.amount.central <= flow.amount.high
        assert flow.assumptions
        assert flow.period in (Quarter.parse("2026Q1"), Quarter.parse("2026Q2"))


def test_the_loop_of_the_founding_deal_closes_by_an_estimate(real):
    """Nvidia funds OpenAI with 30 in the half year; it buys from Microsoft, which buys accelerators from Nvidia."""
    promises, schedule, found = real
    kept = [f for f in schedule.flows if f.leg is not Leg.DEBT_SERVICE and f.period in (FIRST, LAST)]
    flows = [*kept, *found]
    loops = find_loops(flow_table(flows), max_length=3).loops
    backings = back_loops(loops, flows, promises)
    by_parties = {frozenset(loop.parties): (loop, b) for loop, b in zip(loops, backings, strict=True)}
    loop, backing = by_parties[frozenset(("nvidia", "openai", "microsoft"))]
    marks = {(leg.payer, leg.payee): behind for leg, behind in zip(loop.legs, backing.legs, strict=True)}
    last = marks["microsoft", "nvidia"]
    assert last.estimated
    assert not last.derived
    assert (last.firm, last.firmness) == (0, "estimated")
    assert not marks["nvidia", "openai"].estimated
    assert (backing.firm, backing.estimated, backing.weakest) == (0, 1, "estimated")
    assert loop.value == pytest.approx(backing.value.central)
    assert backing.value.low <= loop.value <= backing.value.high
    without = find_loops(flow_table(kept), max_length=3).loops
    small = next(x for x in without if set(x.parties) == {"nvidia", "openai", "microsoft"})
    assert small.value < loop.value


def run(*arguments):
    return CliRunner().invoke(app, ["loops", *arguments])


def test_the_command_marks_them():
    window = ["--from", "2026Q1", "--to", "2026Q2", "--known-on", "2026-11-24", "--max-length", "3"]
    shown = run(*window, "--estimated", "--top", "5")
    assert shown.exit_code == 0
    assert " *> nvidia" in shown.stdout
    assert "*> is an estimated leg" in shown.stdout
    assert " *> " not in run(*window).stdout
    answer = json.loads(run(*window, "--estimated", "--json").stdout)
    marked = [leg for loop in answer["loops"] for leg in loop["legs"] if leg["estimated"]]
    assert marked
    assert all(leg["firm"] == 0 and not leg["derived"] for leg in marked)
    assert any(loop["estimated_legs"] == 1 for loop in answer["loops"])


def test_a_table_has_no_estimates(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("period,payer,payee,kind,amount\n1,a,b,funding,5\n", encoding="utf-8")
    shown = run("--flows", str(path), "--estimated")
    assert shown.exit_code == 2
    assert "--estimated does nothing with --flows" in " ".join(shown.output.split())
