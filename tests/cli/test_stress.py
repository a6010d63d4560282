"""The command `stress`: scenarios in, who runs short out; faults placed; draws the same however they are cut."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.errors import NotFoundError, RegisterError
from loopledger.register import TEACHING, load_register
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.stress.cascade import Case, Levels, build_case, draw_cascades
from loopledger.stress.scenarios import apply_scenario, list_scenarios, load_scenario
from loopledger.stress.scenarios.load import read_scenario
from loopledger.units import Interval, Quarter

DAY = date(2026, 6, 30)
#: The bundled S01 stops new money for four quarters, which OpenAI's cash carries; this one for the whole window.
LONG = """\
id: long
name: Nothing more
shocks:
- {kind: funding_stops, target: openai, size: {low: 0.75, central: 1, high: 1}}
"""


@pytest.fixture
def long(tmp_path: Path) -> str:
    file = tmp_path / "long.yaml"
    file.write_text(LONG)
    return str(file)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["stress", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_all_bundled_scenarios_are_listed_with_sources() -> None:
    found = list_scenarios()
    assert [s.id for s in found] == [f"S{k:02d}" for k in range(1, 17)]
    assert all(s.published for s in found)
    assert "S01  Hub lab cannot raise (funding_stops)" in run("--list")


def test_the_lab_without_new_money_runs_short_first(long: str) -> None:
    answer = json.loads(run(long, "--known-on", "2026-11-24", "--json"))
    openai = next(p for p in answer["parties"] if p["party"] == "openai")
    assert openai["first_missed"][1] is not None
    assert openai["unpaid"][0] <= openai["unpaid"][1] <= openai["unpaid"][2]
    by_contract = sum(
        sum(row["unpaid"][1]) for row in answer["contracts"] if row["payer"] == "openai" and "unpaid" in row
    )
    assert by_contract == pytest.approx(openai["unpaid"][1], rel=1e-12)
    assert answer["conservation_gap"] < 1e-9


def test_reverse_stress_brackets_the_break(long: str) -> None:
    answer = json.loads(run(long, "--known-on", "2026-11-24", "--reverse", "openai", "--json"))["reverse"]
    assert answer["monotone"] is True
    assert 0 < answer["breaks_at"] - answer["holds_at"] < 1e-6
    why = "this norm needs none: any such payment breaks it"
    assert answer["norm"] == {
        "kind": "missed", "threshold": None, "assumption": None, "why": {"threshold": why, "assumption": why},
    }  # fmt: skip
    mild, central, severe = (answer["by_run"][name]["breaks_at"] for name in ("mild", "central", "severe"))
    assert mild is None or mild >= central >= severe


def test_a_scenario_of_ten_lines(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "id: mine\nname: Larkspur raises nothing\nshocks:\n"
        "- {kind: funding_stops, target: larkspur, size: 1, binding_too: true}\n"
    )
    text = run(str(mine), "--register", str(TEACHING), "--known-on", str(DAY))
    assert "Stress: mine Larkspur raises nothing" in text


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("id: x\nname: [", "SC101", ":3:1"),
        ("- a\n", "SC102", ":1:1"),
        ("id: x\nname: y\n", "SC103", ":1:1"),
        ("id: x\nname: y\ncolour: red\nshocks:\n- {kind: defaults, target: a, size: 1}\n", "SC104", ":3:1"),
        ("id: x\nname: y\nshocks:\n- {kind: defalts, target: a, size: 1}\n", "SC105", ":4:10"),
        ("id: x\nname: y\nshocks:\n- {kind: defaults, target: a, size: -1}\n", "SC106", ":4:37"),
    ],
)
def test_faults_are_placed(text: str, code: str, place: str) -> None:
    with pytest.raises(RegisterError) as caught:
        read_scenario(text, "mine.yaml")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert f"mine.yaml{place}" in f"{problem.at}:"


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(NotFoundError, match="S99"):
        load_scenario("S01+S99")


def test_draws_do_not_depend_on_how_they_are_cut() -> None:
    snapshot = load_register(TEACHING).known_on(DAY)
    assumptions = load_assumptions()
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=DAY)
    quarters = tuple(Quarter.of(DAY).shifted(k) for k in range(4))
    stop = read_scenario(
        "id: x\nname: y\nshocks:\n- {kind: funding_stops, target: larkspur, size: {low: 0, central: 0.5, high: 1}}\n",
        "x",
    )

    def build(levels: Levels) -> Case:
        case, _ = build_case(snapshot, schedule, None, quarters, levels)
        apply_scenario(case, [stop], snapshot.parties, assumptions, levels)
        return case

    whole = draw_cascades(build, seed=3, n_draws=40)
    parts = draw_cascades(build, seed=3, n_draws=40, chunk=7)
    np.testing.assert_array_equal(whole.lost, parts.lost)
    np.testing.assert_array_equal(whole.default, parts.default)


def test_half_of_the_draws_lie_on_either_side() -> None:
    drawn = Levels(seed=1, n_draws=20_000).of("x", Interval(0.0, 1.0, 10.0))
    assert abs((drawn < 1).mean() - 0.5) < 0.02
    assert drawn.min() >= 0
    assert drawn.max() <= 10


def test_demand_moves_only_as_far_as_contracts_allow() -> None:
    snapshot = load_register(None).known_on(date(2026, 11, 24))
    assumptions = load_assumptions()
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=date(2026, 11, 24))
    quarters = tuple(Quarter.parse("2026Q4").shifted(k) for k in range(8))
    move = read_scenario(
        "id: x\nname: y\nshocks:\n"
        "- {kind: demand_moves, target: anthropic, leaves: spacex, to: google, size: 0.5, start: 1}\n",
        "x",
    )
    case, _ = build_case(snapshot, schedule, None, quarters, Levels())
    apply_scenario(case, [move], snapshot.parties, assumptions, Levels())
    free = case.withdrawn.sum()
    spacex, google = case.parties.index("spacex"), case.parties.index("google")
    assert free > 0
    assert -case.lost_revenue[:, :, google].sum() == pytest.approx(free)
    for k, one in enumerate(case.claims):
        moved = case.withdrawn[:, 1:, k]
        if one.payee == spacex and one.layer > 4 and case.parties[one.payer] == "anthropic":
            np.testing.assert_allclose(moved, case.amounts[:, 1:, k] / 2)
        else:
            assert not moved.any()


def test_the_ranking_names_the_hubs_first() -> None:
    found = json.loads(run("--rank", "--known-on", "2026-11-24", "--json"))["parties"]
    ranked = sorted(found, key=lambda row: -row["receipts_lost_by_others"][1])
    assert {row["party"] for row in ranked[:2]} == {
        "nvidia",
        "openai",
    }  # one owes its suppliers, one its clouds
    assert all(0 <= v < len(found) for row in found for v in row["fails_with"])


def test_the_ladder_starts_at_nothing_and_ends_at_the_full_size(long: str) -> None:
    answer = json.loads(run(long, "--known-on", "2026-11-24", "--ladder", "--json"))
    rungs = [row["unpaid"] for row in answer["ladder"]]
    for row in answer["ladder"]:
        assert sum(v[1] for v in row["by_payer"].values()) == pytest.approx(row["unpaid"][1])
    assert rungs[0] == [0, 0, 0]
    assert rungs[-1] == pytest.approx(answer["totals"]["unpaid"], rel=1e-9)
    assert len(rungs) == 21
    assert [row[1] for row in rungs] == sorted(row[1] for row in rungs)


def test_sales_outside_all_contracts_are_those_to_buyers_no_record_names() -> None:
    text = run("S05", "--known-on", "2026-11-24")
    assert "Sales to buyers no record names lost, under no contract" in text
    assert "end customer" not in text
