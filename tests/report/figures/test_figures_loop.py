"""The unrolled loop: layout, widths, words, and what it refuses."""

from __future__ import annotations

import random

import pytest
from picture_inputs import BN, FOUNDING, PAIR, RING
from picture_reading import addresses, band_widths, by_class, faults, parsed, text_boxes

from loopledger.errors import ModelError
from loopledger.report.figures import LoopLeg, draw_loop, loop_table
from loopledger.report.figures.unroll import unroll

PARTIES = (
    "Nvidia",
    "OpenAI",
    "Oracle",
    "CoreWeave",
    "Blue Owl Capital Corporation",
    "A",
    "Vantage Data Centers",
    "株式会社",
)


def stops(hops):
    return [(stop.party, stop.column, stop.again) for stop in unroll(hops).stops]


def test_a_loop_ends_at_the_party_it_starts_from():
    assert stops([("N", "A"), ("A", "N")]) == [("N", 0, False), ("A", 1, False), ("N", 2, True)]


def test_loops_that_share_a_purchase_share_its_columns():
    assert stops([("N", "A"), ("M", "A"), ("A", "M"), ("M", "N")]) == [
        ("N", 0, False), ("M", 0, False), ("A", 1, False), ("M", 2, True), ("N", 3, True),
    ]  # fmt: skip


def test_a_funder_that_receives_nothing_stands_next_to_whom_it_funds():
    assert ("S", 1, False) in stops([("N", "A"), ("A", "B"), ("B", "N"), ("S", "B")])


def test_every_way_runs_to_the_right():
    for seed in range(150):
        loop = unroll(_random_hops(random.Random(seed)))  # noqa: S311 - the same loops each time
        assert all(loop.stops[payer].column < loop.stops[payee].column for payer, payee in loop.ways)


def test_the_picture_starts_where_no_payment_skips_a_stage():
    # the list starts with Microsoft, from which the derived order would come before the equity
    names = [box.words for box in text_boxes(draw_loop((FOUNDING[1], FOUNDING[0], *FOUNDING[2:]), title="t"))]
    assert [name for name in names if name in ("Nvidia", "Microsoft", "Anthropic")] == [
        "Nvidia", "Microsoft", "Anthropic", "Microsoft", "Nvidia",
    ]  # fmt: skip


@pytest.mark.parametrize("legs", [FOUNDING, PAIR, RING], ids=["founding", "pair", "ring"])
def test_band_widths_are_proportional_to_amounts(legs):
    widths = band_widths(draw_loop(legs, title="t"))
    scale = max(widths[n, "high"] for n, leg in enumerate(legs) if leg.high) / max(
        leg.high or 0 for leg in legs
    )
    expected = {
        (n, part): getattr(leg, part) * scale
        for n, leg in enumerate(legs)
        for part in ("low", "central", "high")
        if getattr(leg, part)
    }
    assert widths == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("legs", [FOUNDING, PAIR, RING], ids=["founding", "pair", "ring"])
def test_no_words_touch(legs):
    assert faults(draw_loop(legs, title="A headline that takes more than one line, " * 3)) == []


def test_no_words_touch_in_random_loops():
    for seed in range(150):
        rng = random.Random(seed)  # noqa: S311 - the same loops each time
        legs = [_random_leg(rng, payer, payee) for payer, payee in _random_hops(rng)]
        assert faults(draw_loop(legs, title="t")) == [], seed


def test_amount_range_kind_and_instruments_stand_under_the_band():
    words = [box.words for box in text_boxes(draw_loop(PAIR, title="t"))]
    assert {"$80.0bn, 60.0 to 90.0", "GPU purchases", "amd-openai-gpu", "warrant (contingent)"} <= set(words)
    assert "no price public" in words


def test_a_long_loop_is_numbered_and_told_below():
    words = [box.words for box in text_boxes(draw_loop(RING, title="t"))]
    # each number twice: on its band and in the list
    assert sorted(word for word in words if word.isdigit()) == [str(n) for n in range(1, 9) for _ in "ab"]
    assert "Nvidia → OpenAI" in words


def test_instruments_link_to_their_records_and_bands_to_their_own_address():
    assert "#nvda-anthropic-equity-2025" in addresses(draw_loop(FOUNDING, title="t"))
    assert "#d1" in addresses(draw_loop(FOUNDING, title="t"))


def test_styles_differ_without_colour():
    svg = draw_loop((*FOUNDING, *PAIR), title="t")
    outlines = {
        leg.get("data-leg"): leg.find(".//*[@data-part='high']").get("stroke-dasharray")
        for leg in by_class(svg, "ll-leg")
        if leg.find(".//*[@data-part='high']") is not None
    }
    assert outlines["2"] is None
    assert outlines["3"] == "5 3"
    assert outlines["4"] == "1.5 3"
    fills = [leg.find(".//*[@data-part='central']").get("fill") for leg in by_class(svg, "ll-leg")[2:5]]
    assert fills[0] is None
    assert "-derived-" in fills[1]
    assert "-contingent-" in fills[2]


def test_the_description_says_every_leg():
    desc = next(node.text for node in parsed(draw_loop(FOUNDING, title="t")) if node.tag.endswith("desc"))
    assert "Microsoft pays Nvidia $12.3bn, 5.4 to 16.5: chip orders, derived, no public contract." in desc


def test_table_twin():
    header, rows = loop_table(PAIR)
    assert header == ("Payer", "Payee", "Kind", "Low", "Central", "High", "Basis", "Instruments")
    assert rows[0] == (
        "AMD", "OpenAI", "warrant", "$0", "$5.00bn", "$9.00bn", "contingent, paid only if called", "amd-openai-warrant",
    )  # fmt: skip
    assert rows[2][3:6] == ("no price public",) * 3


def test_an_empty_loop_is_refused():
    with pytest.raises(ModelError, match="at least one payment"):
        draw_loop((), title="t")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"payee": "A"}, "two named parties"),
        ({"payer": " \x00".replace("\x00", "")}, "two named parties"),
        ({"low": 3 * BN}, "low <= central <= high"),
        ({"high": float("inf")}, "low <= central <= high"),
        ({"central": float("nan")}, "low <= central <= high"),
        ({"low": None}, "together"),
        ({"style": "likely"}, "unknown style"),
        ({"role": "gift"}, "role"),
    ],
)
def test_faulty_legs_are_refused(changes, message):
    fields = {
        "payer": "A",
        "payee": "B",
        "low": BN,
        "central": 2 * BN,
        "high": 3 * BN,
        "label": "equity",
        **changes,
    }
    with pytest.raises(ModelError, match=message):
        LoopLeg(**fields)


def _random_hops(rng):
    parties = rng.sample(PARTIES, rng.randint(2, 8))
    ring = [(payer, parties[(n + 1) % len(parties)]) for n, payer in enumerate(parties)]
    return [
        ring[n % len(ring)] if rng.random() < 0.5 else tuple(rng.sample(parties, 2))
        for n in range(rng.randint(1, 12))
    ]


def _random_leg(rng, payer, payee):
    low, central, high = sorted(10 ** rng.uniform(6, 11) for _ in range(3))
    if rng.random() < 0.15:
        low = central = high = None
    elif rng.random() < 0.3:
        low = high = central
    return LoopLeg(
        payer=payer, payee=payee, low=low, central=central, high=high,
        label=rng.choice(["equity", "multi-year compute commitment with capacity"]),
        style=rng.choice(["contracted", "derived", "contingent"]),
        ids=tuple(f"{payer[:1]}-id-{n}" for n in range(rng.randint(0, 3))),
        role=rng.choice(["funding", "purchase", "other"]),
    )  # fmt: skip
