"""Draws depend on seed and number alone: not on chunks, workers, or interruptions."""

from __future__ import annotations

import operator
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from stress_world import World

from loopledger.errors import ModelError, SourceError
from loopledger.register import TEACHING, load_register
from loopledger.report.stress import ask, question_of
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.stress.cascade import Case, Draws, Levels, draw_cascades, rank_parties
from loopledger.stress.cascade.pool import in_order
from loopledger.stress.scenarios import load_scenario, read_scenario
from loopledger.units import Interval, Quarter

NAMES = ("unpaid", "deferred", "cut", "lost", "short", "default")


def same(one: Draws, two: Draws) -> None:
    assert one.parties == two.parties
    for name in NAMES:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)


def test_any_part_of_the_draws_is_the_same_part() -> None:
    whole = Levels(seed=5, n_draws=100).of("abc", Interval(0.0, 1.0, 5.0))
    for first in (0, 1, 3, 4, 7, 50, 61):
        part = Levels(seed=5, first=first, n_draws=13).of("abc", Interval(0.0, 1.0, 5.0))
        np.testing.assert_array_equal(part, whole[first : first + 13])


def test_workers_and_chunks_change_nothing(world: World) -> None:
    question = world.asked(*load_scenario("S01+S04"))
    one = draw_cascades(question.build, seed=3, n_draws=24, chunk=24)
    same(one, draw_cascades(question.build, seed=3, n_draws=24, chunk=7))
    same(one, draw_cascades(question.build, seed=3, n_draws=24, chunk=8, n_workers=2))
    assert not np.array_equal(one.lost, draw_cascades(question.build, seed=4, n_draws=24).lost)


def test_an_interrupted_run_goes_on(world: World, tmp_path: Path) -> None:
    question = world.asked(*load_scenario("S01"))
    file, key = tmp_path / "draws.npz", question.fingerprint()
    whole = draw_cascades(question.build, seed=1, n_draws=20, chunk=5)
    made: list[int] = []

    def stop(done: int, _: int) -> None:
        made.append(done)
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_cascades(
            question.build, seed=1, n_draws=20, chunk=5, checkpoint=file, question=key, progress=stop
        )
    assert made == [5, 10]
    told: list[int] = []
    found = draw_cascades(
        question.build,
        seed=1,
        n_draws=20,
        chunk=5,
        checkpoint=file,
        question=key,
        progress=lambda done, _: told.append(done),
    )
    assert told == [15, 20]
    same(found, whole)
    more = draw_cascades(question.build, seed=1, n_draws=26, chunk=5, checkpoint=file, question=key)
    np.testing.assert_array_equal(more.unpaid[:20], whole.unpaid)
    fewer = draw_cascades(question.build, seed=1, n_draws=8, checkpoint=file, question=key)
    np.testing.assert_array_equal(fewer.unpaid, whole.unpaid[:8])
    with pytest.raises(ModelError, match="another question"):
        draw_cascades(question.build, seed=2, n_draws=20, checkpoint=file, question=key)
    other = world.asked(*load_scenario("S02")).fingerprint()
    assert other != key
    file.write_text("no checkpoint")
    with pytest.raises(SourceError, match="no checkpoint"):
        draw_cascades(question.build, seed=1, n_draws=20, checkpoint=file, question=key)


def test_a_ranking_is_the_same_on_two_workers() -> None:
    day = date(2026, 6, 30)
    snapshot = load_register(TEACHING).known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=day)
    question = question_of(snapshot, schedule, (), tuple(Quarter.of(day).shifted(k) for k in range(4)))
    levels = Levels(seed=1, n_draws=10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loopledger.stress.cascade.rank._PARTIES", 3)
        one = rank_parties(question.build, levels)
        two = rank_parties(question.build, levels, n_workers=2)
    for name in ("importance", "felled", "vulnerability"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert one.felled.sum() == one.vulnerability.sum()  # the same pairs, counted from either end
    campus, larkspur = one.parties.index("larkspur-campus"), one.parties.index("larkspur")
    assert (one.importance[larkspur] > 0).all()
    assert one.vulnerability[campus].max() >= 1  # it falls with its tenant


def test_named_runs_lie_side_by_side_as_one_by_one(world: World) -> None:
    question = world.asked(*load_scenario("S01"))

    def unpaid(case: Case) -> np.ndarray:
        from loopledger.stress.cascade import run_cascade

        return run_cascade(case).unpaid.sum(axis=(1, 2))

    together = unpaid(question.build(Levels()))
    for row in range(3):
        alone = unpaid(question.build(Levels(row=row, n_draws=1)))
        assert alone[0] == pytest.approx(together[row], rel=1e-12)


def test_what_decides_a_miss_is_found(world: World) -> None:
    """Without new money OpenAI misses where it pays much beside compute and earns little."""
    from loopledger.report.stress.drivers import find_drivers

    stop = read_scenario("id: x\nname: y\nshocks:\n- {kind: funding_stops, target: openai, size: 1}\n", "x")
    answer = ask(world.snapshot, world.schedule, (stop,), world.quarters, n_draws=250)
    openai = answer.case.parties.index("openai")
    found = {d.name: d.strength for d in find_drivers(answer, openai)}
    assert found["revenue/openai"] < 0
    assert found["stress.developer_other_costs"] > 0
    assert all(abs(v) <= 1 for v in found.values())
    assert find_drivers(world.answer(*load_scenario("S01")), openai) == ()
    steady = answer.case.parties.index("microsoft")
    assert find_drivers(answer, steady) == ()


def test_a_process_that_dies_is_an_error_and_no_wait() -> None:
    """Each part makes its process end at once, without a word."""
    with pytest.raises(ModelError, match="worker process"):
        list(in_order(operator.call, os._exit, [3, 3], 2))
    assert list(in_order(operator.call, abs, [-1, -2, -3], 2)) == [1, 2, 3]
