"""Waterfall, balance and timeline: bars that add up, tables that give the drawn numbers again, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_inputs import BN, DUES, NAMES, SPANS, STEPS
from picture_reading import SVG, by_class, faults, parsed

from loopledger.errors import ModelError
from loopledger.report.figures import (
    Due,
    Event,
    Span,
    Step,
    balance_table,
    draw_balance,
    draw_timeline,
    draw_waterfall,
    timeline_table,
    waterfall_table,
)
from loopledger.report.figures.certainty import CERTAINTIES
from loopledger.report.figures.waterfall import ORIGINS, steps_of

#: On a busy machine drawing takes long, which says nothing about the pictures.
BUSY = settings(suppress_health_check=[HealthCheck.too_slow])
SIDES = ("To pay", "To receive")
DAYS = {"announced": date(2025, 11, 18), "known_on": date(2026, 11, 24)}
#: Money comes in whole cents.
_AMOUNT = st.integers(0, 10**15).map(lambda cents: cents / 100)
_STEPS = st.lists(
    st.builds(
        Step,
        name=st.text("abcdefgh ", min_size=1, max_size=60),
        origin=st.sampled_from(sorted(ORIGINS)),
        amount=_AMOUNT,
    ),
    min_size=1,
    max_size=12,
)


@BUSY
@given(_STEPS)
def test_each_bar_begins_where_the_one_before_ends(steps):
    placed = steps_of(steps)
    assert placed[0][1] == pytest.approx(0, abs=1e-3)
    for (step, start, end), following in zip(placed, [*placed[1:], None], strict=True):
        assert start <= end
        assert end - start == pytest.approx(step.amount, rel=1e-9, abs=1e-2)
        if following is not None:
            assert following[1] == pytest.approx(end, rel=1e-9, abs=1e-2)
    assert placed[-1][2] == pytest.approx(sum(step.amount for step in steps), rel=1e-9)
    ranks = [list(ORIGINS).index(step.origin) for step, _, _ in placed]
    assert ranks == sorted(ranks)


@BUSY
@given(_STEPS)
def test_bars_have_no_negative_width_and_words_do_not_touch(steps):
    if not any(step.amount for step in steps):
        return
    svg = draw_waterfall(steps, title="t")
    bars = by_class(svg, "ll-step")
    assert len(bars) == len(steps)
    assert all(float(bar.get("width")) >= 0 for bar in bars)
    whole = float(by_class(svg, "ll-whole")[0].get("width"))
    assert sum(float(bar.get("width")) for bar in bars) == pytest.approx(whole, abs=0.01 * len(bars) + 0.01)
    assert faults(svg) == []


def test_the_table_of_a_waterfall_has_every_bar_and_the_total():
    header, rows = waterfall_table(STEPS, whole="Receipts")
    assert header == ("Source", "Where from", "Amount", "Share", "Instruments")
    assert [row[0] for row in rows] == [step.name for step, _, _ in steps_of(STEPS)] + ["Receipts"]
    titles = [bar.find(f"{SVG}title").text for bar in by_class(draw_waterfall(STEPS, title="t"), "ll-step")]
    assert titles == [f"{row[0]}: {row[2]}, {row[3]}" for row in rows[:-1]]
    assert rows[-1] == ("Receipts", "", "$135bn", "100.0%", "")


@st.composite
def due_lists(draw):
    """Draw money due with up to eight counterparties."""
    found = []
    for _ in range(draw(st.integers(1, 14))):
        low, central, high = sorted(draw(_AMOUNT) for _ in range(3))
        found.append(
            Due(
                other=draw(st.sampled_from("abcdefgh")),
                owed=draw(st.booleans()),
                role=draw(st.sampled_from(["purchase", "funding", "other"])),
                certainty=draw(st.sampled_from(CERTAINTIES)),
                low=low,
                central=central,
                high=high,
            )
        )
    return found


@BUSY
@given(due_lists(), st.integers(1, 8))
def test_segments_of_a_side_add_up_and_stay_in_the_picture(dues, n_main):
    if not any(due.high > 0 for due in dues):
        return
    svg = draw_balance(dues, {}, title="t", sides=SIDES, n_main=n_main)
    bars = by_class(svg, "ll-due")
    widths = {"owed": 0.0, "owes": 0.0}
    for bar in bars:
        left, width = float(bar.get("x")), float(bar.get("width"))
        assert width >= 0
        assert 0 <= left <= left + width <= 720.01
        widths[bar.get("data-side")] += width
    central = {side: sum(d.central for d in dues if d.owed is (side == "owed")) for side in widths}
    # one scale for both sides: every pixel stands for the same amount
    rounding = 0.011 * len(bars)
    scale = (widths["owed"] + widths["owes"]) / (central["owed"] + central["owes"] or 1)
    for side, width in widths.items():
        assert width == pytest.approx(central[side] * scale, abs=2 * rounding + 1e-6)
    assert faults(svg) == []


def test_both_sides_share_one_scale():
    svg = draw_balance(DUES, NAMES, title="t", sides=SIDES)
    width = {}
    for bar in by_class(svg, "ll-due"):
        key = (bar.get("data-row"), bar.get("data-side"))
        width[key] = width.get(key, 0.0) + float(bar.get("width"))
    # rows by size: Oracle, Amazon, Bank, Microsoft; Microsoft has no central amount
    amounts = {("0", "owes"): 300, ("1", "owes"): 38, ("2", "owes"): 6.7, ("2", "owed"): 5.4}
    assert set(width) == set(amounts)
    scale = width["0", "owes"] / 300
    for key, amount in amounts.items():
        assert width[key] == pytest.approx(amount * scale, abs=0.02)


def test_the_table_of_a_balance_lists_every_due_with_the_row_it_is_drawn_in():
    header, rows = balance_table(DUES, NAMES, sides=SIDES, n_main=1)
    assert header[-2:] == ("Drawn as", "Instruments")
    assert len(rows) == len(DUES)
    assert [row[-2] for row in rows] == ["Oracle"] + ["3 others"] * 4
    assert rows[0] == (
        "Oracle",
        "To pay",
        "purchases",
        "contracted",
        "$270bn",
        "$300bn",
        "$330bn",
        "Oracle",
        "openai-oracle-300b",
    )
    assert {row[1] for row in rows} == set(SIDES)


@BUSY
@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 8000), st.lists(st.integers(0, 9000), max_size=6)),
        min_size=1,
        max_size=6,
    )
)
def test_words_of_a_timeline_do_not_touch_and_bars_run_forwards(drawn):
    start = date(2020, 1, 1)
    spans = [
        Span(
            id=f"i{n}", name=f"compute and services, Party {n} to another party", first=start + timedelta(days=first),
            last=start + timedelta(days=first + length), note="about $30.0bn, announced",
            events=tuple(
                Event(on=start + timedelta(days=day), what=f"amount {k}", why="Why.") for k, day in enumerate(events)
            ),
        )
        for n, (first, length, events) in enumerate(drawn)
    ]  # fmt: skip
    svg = draw_timeline(spans, title="t", **DAYS)
    assert faults(svg) == []
    bars = by_class(svg, "ll-span")
    assert len(bars) == len(spans)
    for bar in bars:
        assert float(bar.get("width")) >= 2
        assert float(bar.get("x")) + float(bar.get("width")) <= 720


def test_the_table_of_a_timeline_has_every_span_and_every_change():
    header, rows = timeline_table(SPANS)
    assert header == ("Promise", "From or on", "To", "What", "Why", "Instruments")
    assert len(rows) == len(SPANS) + sum(len(span.events) for span in SPANS)
    assert rows[0] == (
        SPANS[0].name, "2026-10-01", "2033-06-30", "$31.4bn, definitive agreement", "", "anthropic-azure-30bn",
    )  # fmt: skip
    assert rows[-1][1] == "no dated payment"
    words = " ".join(
        node.text or "" for node in parsed(draw_timeline(SPANS, title="t", **DAYS)).iter(f"{SVG}text")
    )
    for row in rows:
        if row[4]:
            assert f"{row[1]}, {row[0]}: {row[3]}. {row[4]}" in words.replace("  ", " ")


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ModelError, match="at least one source above zero"):
        draw_waterfall([Step(name="a", origin="own", amount=0)], title="t")
    with pytest.raises(ModelError, match="at least one amount above zero"):
        draw_balance([], {}, title="t", sides=SIDES)
    with pytest.raises(ModelError, match="at least one promise"):
        draw_timeline([], title="t", **DAYS)
    with pytest.raises(ModelError, match="unknown origin"):
        Step(name="a", origin="heaven", amount=1)
    with pytest.raises(ModelError, match="0 <= low"):
        Step(name="a", origin="own", amount=-1)
    with pytest.raises(ModelError, match="unknown role"):
        Due(other="a", owed=True, role="purchase", certainty="maybe", low=0, central=0, high=BN)
    with pytest.raises(ModelError, match="both ends in order"):
        Span(id="a", name="a", first=date(2026, 1, 2), last=date(2026, 1, 1))
