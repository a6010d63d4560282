"""The table of measures covers every row that comes with the package, and says what may be added."""

from __future__ import annotations

from datetime import date

import pytest

from loopledger.errors import NotFoundError
from loopledger.register import BUNDLED, TEACHING, load_register
from loopledger.register.figures import Nature, find_metric, load_metrics, load_tags


@pytest.mark.parametrize("root", [BUNDLED, TEACHING], ids=["bundled", "teaching"])
def test_every_row_has_a_measure_that_allows_its_unit(root):
    rows = load_register(root).observations
    assert len({row.metric for row in rows}) == (478 if root == BUNDLED else 7)
    wrong = {(row.metric, row.unit) for row in rows if row.unit not in find_metric(row.metric).units}
    assert wrong == set()


def test_only_flows_of_the_books_add_up():
    assert all(m.nature is Nature.FLOW and not m.outlook for m in load_metrics().values() if m.additive)
    assert find_metric("revenue").additive
    assert find_metric("capex_cash").additive
    assert not find_metric("guidance_revenue").additive
    assert not find_metric("rpo").additive


def test_the_longest_family_decides_and_the_subject_is_no_part_of_the_name():
    assert find_metric("capex_share_gpu").nature is Nature.RATIO
    assert find_metric("capex_stargate_abilene").nature is Nature.TRAIT
    forecast = find_metric("openai.revenue")
    assert (forecast.nature, forecast.outlook, forecast.additive) == (Nature.FLOW, True, False)


def test_an_unknown_measure_is_refused_with_a_near_one():
    with pytest.raises(NotFoundError, match="revenu") as caught:
        find_metric("revenu")
    assert caught.value.hint == 'did you mean "revenue"?'


def test_breaks_fall_between_the_figures_they_part():
    metric = find_metric("rpo")
    assert metric.breaks_within("google", date(2025, 12, 31), date(2026, 3, 31))[0].on == date(2026, 1, 1)
    assert metric.breaks_within("google", date(2026, 3, 31), date(2026, 6, 30)) == ()
    assert metric.breaks_within("oracle", date(2025, 1, 1), date(2026, 6, 30)) == ()


def test_every_tag_leads_to_a_measure():
    assert {row.metric for row in load_tags()} <= set(load_metrics()) | {
        row.metric for row in load_tags() if find_metric(row.metric)
    }
