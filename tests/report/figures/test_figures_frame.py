"""What every picture owes its page: well-formed, named, harmless, the same each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from picture_inputs import (
    BN,
    DUES,
    FOUNDING,
    HOSTILE,
    NAMES,
    PAIR,
    PAIRS,
    RING,
    SEVEN_YEARS,
    SPANS,
    STEPS,
    VIEWS,
)
from picture_reading import SVG, addresses, faults, parsed

from loopledger.report.figures import (
    FIGURE_CSS,
    Due,
    Event,
    LoopLeg,
    PairSum,
    ScheduleBar,
    ShareRow,
    Span,
    Step,
    balance_table,
    draw_balance,
    draw_chord,
    draw_loop,
    draw_matrix,
    draw_schedule,
    draw_shares,
    draw_timeline,
    draw_waterfall,
    loop_table,
    pairs_table,
    schedule_table,
    shares_table,
    standalone,
    timeline_table,
    waterfall_table,
)

BAD_LINK = "javascript:alert(1)"
BAD_LEGS = (
    LoopLeg(payer=HOSTILE, payee="x" * 300, low=1, central=2 * BN, high=3 * BN, label=HOSTILE * 3, style="derived",
            ids=(HOSTILE, "id with spaces"), href=BAD_LINK),
    LoopLeg(payer="x" * 300, payee=HOSTILE, low=None, central=None, high=None, label="日本語" * 40,
            href="data:text/html,x"),
)  # fmt: skip
BAD_BARS = (
    ScheduleBar(period="2026Q1", series=HOSTILE, low=0, central=BN, high=BN, href=" JavaScript:alert(1)"),
)
BAD_ROWS = (
    ShareRow(label=HOSTILE, forced=0, pooled=0.1, earmarked=None, possible=0.2, href="//evil.example"),
)

BAD_NAMES = {"a": HOSTILE, "b": "x" * 300}
BAD_PAIRS = (
    PairSum(payer="a", payee="b", low=0, central=BN, high=2 * BN, role="funding", ids=(HOSTILE,)),
    PairSum(payer="b", payee="a", low=1, central=3 * BN, high=3 * BN),
)
BAD_STEPS = (
    Step(name=HOSTILE, origin="insider", amount=BN, ids=(HOSTILE,)),
    Step(name="y" * 300, origin="outside", amount=1),
)
BAD_DUES = (
    Due(
        other="a", owed=True, role="funding", certainty="optional", low=0, central=BN, high=BN, ids=(HOSTILE,)
    ),
)
BAD_SPANS = (
    Span(id=HOSTILE, name=HOSTILE, first=date(2026, 1, 1), last=date(2026, 1, 1), note=HOSTILE,
         events=tuple(Event(on=date(2026, 1, 1), what=HOSTILE, why="x" * 900) for _ in range(1))),
)  # fmt: skip
DAYS = {"announced": date(2025, 11, 18), "known_on": date(2026, 11, 24)}
SIDES = ("To pay", "To receive")

DRAWN = {
    "founding": lambda: draw_loop(FOUNDING, title="Nvidia and Microsoft fund Anthropic"),
    "pair": lambda: draw_loop(PAIR, title="AMD pays its customer in warrants"),
    "ring": lambda: draw_loop(RING, title="Eight parties"),
    "seven-years": lambda: draw_schedule(SEVEN_YEARS, title="Seven years", known_on="2026-11-24"),
    "one-bar": lambda: draw_schedule(SEVEN_YEARS[:1], title="One bar", known_on="2026-11-24"),
    "views": lambda: draw_shares(VIEWS, title="Whose money pays"),
    "chord": lambda: draw_chord(PAIRS, NAMES, title="Who pays whom", n_main=6),
    "chord-of-two": lambda: draw_chord(PAIRS[:1], NAMES, title="One payment"),
    "matrix": lambda: draw_matrix(PAIRS, NAMES, title="Payer by payee", n_main=6),
    "waterfall": lambda: draw_waterfall(STEPS, title="Whose money it is", whole="Receipts"),
    "balance": lambda: draw_balance(DUES, NAMES, title="Due by counterparty", sides=SIDES),
    "one-sided-balance": lambda: draw_balance(DUES[:1], NAMES, title="Only to pay", sides=SIDES),
    "timeline": lambda: draw_timeline(SPANS, title="The deal in time", **DAYS),
    "two-sides": lambda: draw_schedule(SEVEN_YEARS, title="Both ways", known_on="2026-11-24", sides=SIDES),
    "hostile-chord": lambda: draw_chord(BAD_PAIRS, BAD_NAMES, title=HOSTILE, subtitle=HOSTILE),
    "hostile-matrix": lambda: draw_matrix(BAD_PAIRS, BAD_NAMES, title=HOSTILE, subtitle=HOSTILE),
    "hostile-waterfall": lambda: draw_waterfall(BAD_STEPS, title=HOSTILE, whole=HOSTILE),
    "hostile-balance": lambda: draw_balance(BAD_DUES, BAD_NAMES, title=HOSTILE, sides=(HOSTILE, HOSTILE)),
    "hostile-timeline": lambda: draw_timeline(BAD_SPANS, title=HOSTILE, **DAYS),
    "hostile-loop": lambda: draw_loop(BAD_LEGS, title=HOSTILE),
    "hostile-schedule": lambda: draw_schedule(BAD_BARS, title=HOSTILE),
    "hostile-shares": lambda: draw_shares(BAD_ROWS, title=HOSTILE),
}
EVERY = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
ALLOWED = {"svg", "title", "desc", "defs", "pattern", "g", "a", "rect", "circle", "path", "line", "text"}


@EVERY
def test_it_is_the_same_each_time(draw):
    assert draw() == draw()


@EVERY
def test_it_has_a_role_a_name_and_a_description(draw):
    root = parsed(draw())
    assert root.get("role") == "img"
    name, description = root.get("aria-labelledby").split()
    named = {node.get("id"): node for node in root if node.get("id")}
    assert named[name].tag == f"{SVG}title"
    assert named[name].text
    assert named[description].tag == f"{SVG}desc"
    assert named[description].text


@EVERY
def test_nothing_in_it_runs_loads_or_breaks_a_strict_policy(draw):
    for node in parsed(draw()).iter():
        assert node.tag.removeprefix(SVG) in ALLOWED
        assert not [key for key in node.attrib if key == "style" or key.startswith("on")]
        for value in node.attrib.values():
            assert "url(" not in value or re.fullmatch(r"url\(#ll[0-9a-f]{10}-[a-z0-9-]+\)", value)


@EVERY
def test_every_reference_has_its_target_and_ids_are_unique(draw):
    svg = draw()
    ids = [node.get("id") for node in parsed(svg).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)


@EVERY
def test_links_lead_to_plain_addresses(draw):
    assert all(re.match(r"#|https?://", address) for address in addresses(draw()))


@EVERY
def test_no_words_touch(draw):
    assert faults(draw()) == []


@EVERY
def test_a_file_of_its_own_carries_the_styles(draw):
    root = ET.fromstring(standalone(draw()).encode())  # noqa: S314 - our own output
    assert root[0].text == FIGURE_CSS


@pytest.mark.parametrize("name", [name for name in DRAWN if name.startswith("hostile")])
def test_hostile_names_stay_text_and_in_full(name):
    svg = DRAWN[name]()
    assert "<script" not in svg
    assert "<image" not in svg
    assert "\u202e" not in svg
    assert '<script>alert("x")</script> & ��evil' in "".join(parsed(svg).itertext())


def test_tables_clean_what_they_print():
    cells = (
        *loop_table(BAD_LEGS)[1],
        *schedule_table(BAD_BARS)[1],
        *shares_table(BAD_ROWS)[1],
        *pairs_table(BAD_PAIRS, BAD_NAMES)[1],
        *waterfall_table(BAD_STEPS, whole=HOSTILE)[1],
        *timeline_table(BAD_SPANS)[1],
        *balance_table(BAD_DUES, BAD_NAMES, sides=(HOSTILE, HOSTILE))[1],
    )
    assert not [cell for row in cells for cell in row if re.search("[\x00-\x1f\u202e]", cell)]


def test_pictures_on_one_page_do_not_share_ids():
    pages = [draw() for draw in DRAWN.values()]
    ids = [node.get("id") for svg in pages for node in parsed(svg).iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def _luminance(colour):
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(a, b):
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("half", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(half):
    rules = FIGURE_CSS.split("@media screen and (prefers-color-scheme:dark)")[half]
    fills = dict(re.findall(r"\.ll-fig \.ll-([a-z0-9-]+)\{fill:(#[0-9a-f]{6})\}", rules))
    for name in ("ink", "muted", "link", "mark", "p0-name", "f0-name"):
        assert _contrast(fills[name], fills["paper"]) >= 4.5, name
    assert _contrast(fills["onbadge"], fills["badge"]) >= 4.5
    for shade, ink in (("pale", "ink"), ("mid", "onbadge"), ("deep", "onbadge")):  # numbers in a matrix
        assert _contrast(fills[f"p0-{shade}"], fills[ink]) >= 4.5, shade
    for tone in ("p0", "f0", "o0"):
        assert _contrast(fills[f"{tone}-mid"], fills["paper"]) >= 3, tone
