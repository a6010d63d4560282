"""Chord and matrix: nothing is lost in gathering, ribbons stay in their arcs, the table gives the drawn sums again."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_inputs import BN, NAMES, PAIRS
from picture_reading import SVG, by_class, faults, parsed

from loopledger.errors import ModelError
from loopledger.report.figures import PairSum, draw_chord, draw_matrix, pairs_table
from loopledger.report.figures.chordplan import plan_chord
from loopledger.report.figures.matrix import shade_bounds
from loopledger.report.figures.payments import gather

#: On a busy machine drawing takes long, which says nothing about the pictures.
BUSY = settings(suppress_health_check=[HealthCheck.too_slow])
#: Money comes in whole cents.
_AMOUNTS = st.integers(0, 10**15).map(lambda cents: cents / 100)


@st.composite
def pair_sums(draw):
    """Draw payments among up to nine parties, each pair and role at most once."""
    n = draw(st.integers(2, 9))
    parties = [f"p{k}" for k in range(n)]
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(parties),
                st.sampled_from(parties),
                st.sampled_from(["purchase", "funding", "other"]),
            ).filter(lambda key: key[0] != key[1]),
            min_size=1,
            max_size=25,
            unique=True,
        )
    )
    pairs = []
    for payer, payee, role in keys:
        low, central, high = sorted(draw(_AMOUNTS) for _ in range(3))
        pairs.append(PairSum(payer=payer, payee=payee, low=low, central=central, high=high, role=role))
    return pairs


@BUSY
@given(pair_sums(), st.integers(1, 8))
def test_gathering_loses_nothing(pairs, n_main):
    found = gather(pairs, {}, n_main=n_main)
    whole = sum(pair.central for pair in pairs)
    assert found.total == pytest.approx(whole, rel=1e-9, abs=1e-6)
    assert sum(node.pays for node in found.nodes) == pytest.approx(
        sum(node.gets for node in found.nodes), rel=1e-9
    )
    parties = [party for node in found.nodes for party in node.parties]
    assert sorted(parties) == sorted({p for pair in pairs for p in (pair.payer, pair.payee)})
    assert len(found.nodes) <= n_main + 1
    assert all(ribbon.payer != ribbon.payee for ribbon in found.ribbons)


@BUSY
@given(pair_sums(), st.integers(1, 8))
def test_ribbons_stay_within_their_arcs_and_do_not_share_them(pairs, n_main):
    found = gather(pairs, {}, n_main=n_main)
    if not any(ribbon.central > 0 for ribbon in found.ribbons):
        return
    arcs, chords = plan_chord(found)
    assert 0 <= arcs[0].first <= arcs[-1].last <= 2 * math.pi + 1e-9
    for before, after in pairwise(arcs):
        assert before.first <= before.last < after.first
    for node, arc in enumerate(arcs):
        ends = [c.leaves for c in chords if c.ribbon.payer == node]
        ends += [c.arrives for c in chords if c.ribbon.payee == node]
        ends.sort(key=lambda end: (end.first, end.last))
        assert all(end.first <= end.last for end in ends)
        if ends:
            assert ends[0].first == pytest.approx(arc.first, abs=1e-9)
            assert ends[-1].last == pytest.approx(arc.last, abs=1e-9)
        for one, other in pairwise(ends):
            assert one.last == pytest.approx(other.first, abs=1e-9)
    for chord in chords:
        width = chord.leaves.last - chord.leaves.first
        assert width == pytest.approx(chord.arrives.last - chord.arrives.first, abs=1e-9)


@BUSY
@given(pair_sums(), st.integers(1, 8))
def test_no_words_touch_and_nothing_is_drawn_outside(pairs, n_main):
    if not any(pair.central > 0 for pair in pairs):
        return
    found = gather(pairs, {}, n_main=n_main)
    svg = draw_matrix(pairs, {}, title="t", n_main=n_main)
    assert faults(svg) == []
    if any(ribbon.central > 0 for ribbon in found.ribbons):
        assert faults(draw_chord(pairs, {}, title="t", n_main=n_main)) == []


@BUSY
@given(st.floats(min_value=1e-3, max_value=1e15))
def test_shades_have_round_bounds_below_the_largest_cell(largest):
    low, high = shade_bounds(largest)
    assert 0 < low < high <= largest
    for bound in (low, high):
        assert f"{bound:.6e}"[:8] in ("1.000000", "2.000000", "5.000000")


def _amount(text):
    """Read an amount back as it is printed."""
    value, unit = re.fullmatch(r"\$([\d.,]+)(tn|bn|m|k|)", text).groups()
    return float(value.replace(",", "")) * {"tn": 1e12, "bn": 1e9, "m": 1e6, "k": 1e3, "": 1}[unit]


def test_the_table_adds_up_to_the_drawn_ribbons():
    found = gather(PAIRS, NAMES, n_main=6)
    header, rows = pairs_table(PAIRS, NAMES, n_main=6)
    assert header == ("Payer", "Payee", "What", "Low", "Central", "High", "Drawn as", "Instruments")
    assert len(rows) == len(PAIRS)
    words = {"purchase": "purchases", "funding": "funding", "other": "other payments"}
    for ribbon in found.ribbons:
        drawn_as = f"{found.nodes[ribbon.payer].label} to {found.nodes[ribbon.payee].label}"
        same = [row for row in rows if row[6] == drawn_as and row[2] == words[ribbon.role]]
        for place, value in ((3, ribbon.low), (4, ribbon.central), (5, ribbon.high)):
            assert sum(_amount(row[place]) for row in same) == pytest.approx(value, rel=0.005)
    inside = [row for row in rows if row[6] == "among the others"]
    assert sum(_amount(row[4]) for row in inside) == pytest.approx(found.within[1], rel=0.005)
    assert {row[6] for row in rows} - {"among the others"} == {
        f"{found.nodes[r.payer].label} to {found.nodes[r.payee].label}" for r in found.ribbons
    }


def test_a_ribbon_is_as_wide_as_its_amount():
    """Read each ribbon's angle at its payer from the picture alone."""
    found = gather(PAIRS, NAMES, n_main=6)
    svg = draw_chord(PAIRS, NAMES, title="t", n_main=6)
    angles = {}
    for path in by_class(svg, "ll-ribbon"):
        start = r"M([-\d.]+),([-\d.]+)A\S+ 0 \d 1 ([-\d.]+),([-\d.]+)"
        x0, y0, x1, y1 = re.match(start, path.get("d")).groups()
        first, last = math.atan2(float(x0), -float(y0)), math.atan2(float(x1), -float(y1))
        angles[int(path.get("data-ribbon"))] = (last - first) % (2 * math.pi)
    amounts = {n: r.central for n, r in enumerate(found.ribbons) if r.central > 0}
    assert set(angles) == set(amounts)
    scale = sum(angles.values()) / sum(amounts.values())
    for n, angle in angles.items():
        assert angle == pytest.approx(amounts[n] * scale, abs=2e-3)


def test_a_cell_prints_its_sum_and_the_edges_add_up():
    found = gather(PAIRS, NAMES, n_main=6)
    svg = draw_matrix(PAIRS, NAMES, title="t", n_main=6)
    titles = {
        (int(cell.get("data-payer")), int(cell.get("data-payee"))): cell.find(f"{SVG}title").text
        for cell in by_class(svg, "ll-cell")
    }
    assert len(titles) == len(found.nodes) ** 2
    openai, oracle = found.place["openai"], found.place["oracle"]
    assert titles[openai, oracle] == "OpenAI to Oracle: $300bn, 270 to 330"
    assert titles[oracle, openai] == "Oracle to OpenAI: nothing scheduled"
    words = [node.text for node in parsed(svg).iter(f"{SVG}text")]
    assert f"{sum(pair.central for pair in PAIRS) / BN:,.0f}" in words  # the corner holds the sum of all


def test_the_order_of_the_input_does_not_matter():
    assert gather(PAIRS, NAMES, n_main=5) == gather(tuple(reversed(PAIRS)), NAMES, n_main=5)


def test_what_cannot_be_drawn_is_refused():
    nothing = [PairSum(payer="a", payee="b", low=0, central=0, high=5)]
    for draw in (draw_chord, draw_matrix):
        with pytest.raises(ModelError, match="at least one payment above zero"):
            draw(nothing, {}, title="t")
    with pytest.raises(ModelError, match="a party pays another"):
        PairSum(payer="a", payee="a", low=0, central=1, high=1)
    with pytest.raises(ModelError, match="0 <= low <= central <= high"):
        PairSum(payer="a", payee="b", low=2, central=1, high=1)
