"""Scenarios: what shocks do by hand, and what the loader refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from contract_cases import MN, case_of
from stress_world import World

from loopledger.errors import LoopledgerError, ModelError, NotFoundError, RegisterError, SourceError
from loopledger.schedule import load_assumptions
from loopledger.stress.cascade import Claim, Layer, Levels, run_cascade
from loopledger.stress.cascade.hardware import Vintages, extra_depreciation, replaced
from loopledger.stress.scenarios import (
    Measure,
    apply_scenario,
    list_scenarios,
    load_scenario,
    move_demand,
    read_scenario,
)
from loopledger.units import Quarter


def written(shock: str) -> str:
    return f"id: x\nname: y\nshocks:\n- {{{shock}}}\n"


@pytest.mark.parametrize(
    ("shock", "code", "says"),
    [
        ("kind: defaults, target: a, size: 40", "SC106", "0 to 1"),
        ("kind: defaults, target: a, size: -1", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: .nan", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: .inf", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: null", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: [1]", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: yes", "SC106", "at least 0"),
        ("kind: defaults, target: a, size: {low: 1, central: 0, high: 1}", "SC106", "upwards"),
        ("kind: defaults, target: a, size: {low: 0, high: 1}", "SC106", "exactly"),
        ("kind: defaults, target: a, size: {low: 0, central: x, high: 1}", "SC106", "at least 0"),
        ("kind: defaults, target: 'role:neocloude', size: 1", "SC106", "no role"),
        ("kind: share_shifts, target: a, size: 1", "SC106", "needs the field to"),
        ("kind: demand_moves, target: a, to: b, size: 1", "SC106", "needs the field leaves"),
        ("kind: demand_moves, target: a, to: b, leaves: b, size: 1", "SC106", "gives to it"),
        ("kind: defaults, target: a, to: b, size: 1", "SC106", "no use"),
        ("kind: defaults, target: a, size: 1, start: -1", "SC106", "it must be at least 0"),
        ("kind: defaults, target: a, size: 1, quarters: 0", "SC106", "greater than 0"),
        ("kind: defaults, target: a, sise: 1", "SC103", "missing"),
    ],
)
def test_what_cannot_be_meant_is_placed(shock: str, code: str, says: str) -> None:
    with pytest.raises(RegisterError) as caught:
        read_scenario(written(shock), "mine.yaml")
    assert any(p.code == code and says in p.message for p in caught.value.problems), caught.value.problems
    assert all("mine.yaml:" in str(p.at) for p in caught.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "id: 3",
        "a: &a [*a]",
        "\0",
        "id: x\nid: y",
        "- - - x",
        "id: x\nname: y\nshocks: []",
        "{" * 200,
    ],
)
def test_broken_files_are_faults_and_never_a_crash(text: str) -> None:
    with pytest.raises(RegisterError):
        read_scenario(text, "mine.yaml")


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{k}: &a{k + 1} [{', '.join([f'*a{k}'] * 10)}]" for k in range(8)]
    with pytest.raises(RegisterError):
        read_scenario("\n".join(lines), "mine.yaml")


def test_files_that_are_no_scenarios(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(SourceError, match="bytes"):
        load_scenario(str(huge))
    with pytest.raises(SourceError, match="cannot be read"):
        load_scenario(str(tmp_path / "none.yaml"))
    (tmp_path / "latin.yaml").write_bytes(b"id: \xff")
    with pytest.raises(SourceError, match="UTF-8"):
        load_scenario(str(tmp_path / "latin.yaml"))
    with pytest.raises(SourceError):
        load_scenario(str(tmp_path) + ".yaml")


def test_a_scenario_counts_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="named twice"):
        load_scenario("S01+S09+s01")
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: S01\nname: y\nshocks:\n- {kind: defaults, target: a, size: 1}\n")
    with pytest.raises(ModelError, match="named twice"):
        load_scenario(f"S01+{mine}")


def test_shocks_outside_the_window_or_the_register(world: World) -> None:
    late = read_scenario(written("kind: funding_stops, target: openai, size: 1, start: 8"), "x")
    with pytest.raises(ModelError, match="past the window"):
        world.answer(late)
    nobody = read_scenario(written("kind: funding_stops, target: opanai, size: 1"), "x")
    with pytest.raises(NotFoundError) as caught:
        world.answer(nobody)
    assert "openai" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["a", "a:b", "a:b:c:d:e", "a::c", "a:b:b", "a:b:c:2", "a:b:c:x", "a:b:a"])
def test_what_is_no_move(text: str) -> None:
    with pytest.raises(LoopledgerError, match="names no move"):
        move_demand(text)


def test_every_published_size_says_why_ours_differs() -> None:
    for one in list_scenarios():
        for p in one.published:
            assert len(p.difference) > 15
            assert "no figure of this definition" not in p.difference
            assert (p.value is None) == (p.measure is Measure.NONE)


def vintages(spent: list[float], n_quarters: int, life: float = 6.0) -> Vintages:
    """One party whose capital expenditure before the window ends with these quarters."""
    before = [0.0] * (28 - len(spent)) + spent
    column = np.array(before + [0.0] * n_quarters)[:, None]
    return Vintages(spent=column, n_before=28, reported=column > 0, life=np.array([life]), ids=((),))


def test_depreciation_by_hand() -> None:
    """One vintage of 240, bought two quarters before the window; 24 quarters of life become 12.

    Straight line: 10 a quarter by the old life, 20 by the new one, so 10 more in quarters 2 to 12 of its age, then
    10 less. The window sees its ages 2 to 16.
    """
    v = vintages([240.0, 0.0], 15)
    extra = extra_depreciation(v, 0, np.array([1.0, 0.5]), np.array([0.5, 0.5]))
    assert extra[0].tolist() == pytest.approx([10.0] * 11 + [-10.0] * 4)
    assert extra[1].tolist() == pytest.approx([5.0] * 11 + [-5.0] * 4)
    again = replaced(v, 0, np.array([0.56]), np.array([0.5]))
    assert again[0].tolist() == pytest.approx([0.0] * 10 + [0.56 * 240] + [0.0] * 4)
    assert extra_depreciation(v, 0, np.array([1.0]), np.array([0.0])).sum() == 0
    assert replaced(v, 0, np.array([1.0]), np.array([0.0])).sum() == 0


def test_efficiency_by_hand() -> None:
    """A cost lower by 0.7 with elasticity 0 strands 0.7 of compute; at the published elasticity nothing."""
    claims = [
        Claim(instrument="a", payer=0, payee=1, layer=Layer.OPTION, purchase=True),
        Claim(instrument="b", payer=0, payee=1, layer=Layer.BINDING, purchase=True),
    ]
    amounts = np.array([[40, 60]]) * MN
    one = read_scenario(written("kind: efficiency_jumps, target: p0, size: 0.7"), "x")
    for row, gone in ((2, 70.0), (1, 0.0), (0, 0.0)):
        case = case_of(claims, amounts, n_parties=2, revenue=np.array([50, 0]) * MN)
        levels = Levels(row=row, n_draws=1)
        apply_scenario(case, [one], {}, load_assumptions(), levels)
        assert case.withdrawn.sum() / MN == pytest.approx(gone)
        assert case.withdrawn[0, 0, 0] / MN == pytest.approx(min(gone, 40))
        assert case.lost_revenue.sum() / MN == pytest.approx(50 * gone / 100)


def test_a_spread_is_charged_on_what_is_raised_and_refinanced() -> None:
    """100 a quarter to raise; of it 40 is debt service, 0.6 of that borrowed again: 124, at 100 basis points a year."""
    claims = [
        Claim(instrument="loan", payer=0, payee=1, layer=Layer.DEBT),
        Claim(instrument="rent", payer=0, payee=1, layer=Layer.BINDING, purchase=True),
    ]
    case = case_of(claims, np.array([[40, 60]] * 2) * MN, n_parties=2)
    one = read_scenario(written("kind: spreads_widen, target: p0, size: 100"), "x")
    apply_scenario(case, [one], {}, load_assumptions(), Levels(row=1, n_draws=1))
    assert (case.costs[0, :, 0] / MN).tolist() == pytest.approx([124 * 0.0025, 248 * 0.0025])


def test_hardware_of_the_bundled_register(world: World) -> None:
    """Reported capital expenditure is used as such; what is not reported is filled and said so."""
    answer = world.answer(*load_scenario("S05"))
    case = answer.case
    google = case.parties.index("google")
    place = 28 - (world.quarters[0].index - Quarter.parse("2026Q2").index)
    assert case.vintages.spent[place, google] == 44_924_000_000
    assert case.vintages.reported[place, google]
    assert not case.vintages.reported[28:, google].any()
    assert case.vintages.life[google] == 6
    more = case.extra_depreciation.sum(axis=(1, 2))
    assert 0 < more[0] < more[1] < more[2]
    assert run_cascade(case).gap < 1e-9
