"""The funding answer as a range: marks, labels, and what it refuses."""

from __future__ import annotations

import random
import re

import pytest
from picture_inputs import VIEWS
from picture_reading import by_class, faults, text_boxes

from loopledger.errors import ModelError
from loopledger.report.figures import ShareRow, draw_shares, shares_table


def test_no_words_touch():
    assert faults(draw_shares(VIEWS, title="t")) == []


def test_no_words_touch_in_random_views():
    for seed in range(200):
        rng = random.Random(seed)  # noqa: S311 - the same views each time
        rows = []
        for n in range(rng.randint(1, 7)):
            forced, a, b, possible = sorted(round(rng.random() ** rng.choice([1, 8]), 3) for _ in range(4))
            earmarked = rng.choice([a, b, None])
            rows.append(
                ShareRow(label="view " * n, forced=forced, pooled=a, earmarked=earmarked, possible=possible)
            )
        assert faults(draw_shares(rows, title="t")) == [], seed


def test_the_range_runs_from_forced_to_possible_on_one_scale():
    ranges = by_class(draw_shares(VIEWS, title="t"), "ll-range")
    widths = [float(node.get("width")) for node in ranges]
    assert widths == pytest.approx([0, 0.536 * 484, 0.1 * 484], abs=0.02)


def test_every_rule_is_marked_where_it_lies():
    row = VIEWS[1]
    marks = {
        node.get("data-rule"): node for node in by_class(draw_shares([row], title="t"), "ll-mark-of")[4:]
    }
    assert float(marks["pooled"].get("cx")) == pytest.approx(210 + 0.091 * 484, abs=0.01)
    assert float(re.match(r"M([\d.]+),", marks["earmarked"].get("d"))[1]) == pytest.approx(
        210 + 0.4 * 484, abs=0.01
    )
    assert set(marks) == {"forced", "pooled", "earmarked", "possible"}


def test_labels_name_rule_and_value():
    words = [box.words for box in text_boxes(draw_shares(VIEWS, title="t"))]
    assert {
        "forced 2.0%",
        "pooled 9.1%",
        "earmarked 40.0%",
        "possible 55.6%",
        "16.7% under every rule",
    } <= set(words)


def test_table_twin():
    header, rows = shares_table(VIEWS)
    assert header == ("View", "Forced", "Pooled", "Earmarked", "Possible")
    assert rows[0] == ("Microsoft, the deal alone", "16.7%", "16.7%", "not known", "16.7%")


def test_an_empty_picture_is_refused():
    with pytest.raises(ModelError, match="at least one view"):
        draw_shares((), title="t")


@pytest.mark.parametrize(
    ("shares", "message"),
    [((0.5, 0.5, None, 0.4), "0 <= forced"), ((0, 0, 0, 1.2), "0 <= forced"), ((-0.1, 0, 0, 1), "0 <= forced"),
     ((0.2, 0.1, None, 0.4), "outside the range"), ((0.2, None, 0.5, 0.4), "outside the range"),
     ((float("nan"), None, None, 0.4), "0 <= forced")],
)  # fmt: skip
def test_faulty_rows_are_refused(shares, message):
    forced, pooled, earmarked, possible = shares
    with pytest.raises(ModelError, match=message):
        ShareRow(label="v", forced=forced, pooled=pooled, earmarked=earmarked, possible=possible)
