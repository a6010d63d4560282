"""Published sizes beside ours: all that are known stand in the scenarios, and the parts of differences add up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from stress_world import World

from loopledger.report.stress import compare, explain, tell_answer
from loopledger.stress.scenarios import Measure, list_scenarios, load_scenario

METRICS = Path(__file__).parents[3] / "shared" / "published" / "metrics.json"


@pytest.mark.shared
def test_every_published_size_stands_in_its_scenario() -> None:
    if not METRICS.exists():
        pytest.skip("the published metrics are not here")
    known = {s.id: s for s in list_scenarios()}
    for one in json.loads(METRICS.read_text(encoding="utf-8"))["stress_scenarios"]:
        scenario = known[one["id"]]
        assert scenario.name == one["name"]
        ours = {(p.says, p.who, p.url) for p in scenario.published}
        for p in one["published"]:
            assert (p["estimate"], p["who"], p["url"]) in ours


def test_every_measure_gives_a_figure_or_says_why_not(world: World) -> None:
    for scenario in list_scenarios():
        for one in compare(world.answer(scenario), scenario):
            if one.published.measure is Measure.NONE:
                assert one.ours is None
            else:
                assert one.ours is not None, (scenario.id, one.published.says)
                assert np.isfinite(one.ours).all()
                assert one.published.measure.unit


def test_sizes_that_are_the_source_of_a_shock_agree_with_it(world: World) -> None:
    """Where a scenario takes its size from a source, the source lies in its range."""
    for scenario in list_scenarios():
        for one in compare(world.answer(scenario), scenario):
            if one.published.measure is Measure.SIZE and one.published.value is not None:
                assert one.ours is not None
                assert one.ours.min() <= one.published.value.central <= one.ours.max()


def test_parts_are_ours_on_their_terms(world: World) -> None:
    """The part in their window is what a question of that window says; the text prints parts and what is left."""
    (scenario,) = load_scenario("S01")
    answer = world.answer(scenario)
    hsbc = explain(answer, scenario, world.register)[0]
    assert [part.says.split(",")[0] for part in hsbc.parts] == ["2026Q4 to 2030Q4", "2025Q4 to 2030Q4"]
    today, then = (part.amounts for part in hsbc.parts)
    assert today is not None
    assert then is not None
    assert hsbc.ours is not None
    assert (today >= hsbc.ours - 1).all()  # a longer window needs no less
    text = "\n".join(tell_answer(answer, [(hsbc,)]))
    assert "left between that and theirs" in text
    plain = "\n".join(tell_answer(answer))
    assert "theirs runs to 2030Q4: --explain" in plain


def test_prices_and_ratios_rest_on_rows_of_the_register(world: World) -> None:
    rows = {f"{r.file}:{r.line}": r for r in world.snapshot.observations}
    (rents,) = load_scenario("S04")
    price = compare(world.answer(rents), rents)[0]
    assert price.ours is not None
    (row,) = (rows[i] for i in price.ids)
    assert row.metric == "rental_price_contract"
    np.testing.assert_allclose(price.ours, float(row.value) * (1 - np.array([0.3, 0.4, 0.5])))
    (neocloud,) = load_scenario("S12")
    cover = next(
        c for c in compare(world.answer(neocloud), neocloud) if c.published.measure is Measure.INTEREST_COVER
    )
    assert cover.ours is not None
    earned, interest = (float(rows[i].value) for i in cover.ids)
    assert cover.ours[1] == pytest.approx(earned / interest)
