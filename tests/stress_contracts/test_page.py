"""The page of a stress answer: self-contained, escaped, the same byte for byte, every figure traceable."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.register import TEACHING, load_register
from loopledger.report.model import Page
from loopledger.report.render.html import render_html
from loopledger.report.render.markdown import render_markdown
from loopledger.report.stress import StressAnswer, ask, explain, stress_lines, write_page
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.stress.scenarios import read_scenario
from loopledger.units import Quarter

DAY = date(2026, 6, 30)
NASTY = """\
id: x
name: "<script>alert(1)</script> & \\"co\\""
says: "<img src=x onerror=alert(1)>"
shocks:
- {kind: funding_stops, target: larkspur, size: {low: 0.5, central: 1, high: 1}, binding_too: true}
- {kind: defaults, target: larkspur, size: {low: 0, central: 1, high: 1}, start: 1}
published:
- says: "</title><script>alert(2)</script>"
  who: "<b>Nobody</b>"
  url: "https://example.org/?a=1&b=<c>"
  measure: unpaid
  value: 1000000000
  ends: 2028Q4
  difference: "theirs & ours <differ> altogether"
"""


@pytest.fixture(scope="module")
def answer() -> StressAnswer:
    snapshot = load_register(TEACHING).known_on(DAY)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=DAY)
    quarters = tuple(Quarter.of(DAY).shifted(k) for k in range(6))
    return ask(
        snapshot,
        schedule,
        (read_scenario(NASTY, "x"),),
        quarters,
        ladder=True,
        reverse="larkspur",
        n_draws=20,
    )


@pytest.fixture(scope="module")
def page(answer: StressAnswer) -> Page:
    register = load_register(TEACHING)
    return write_page(answer, [explain(answer, s, register) for s in answer.scenarios])


def test_the_page_runs_nothing_and_loads_nothing(page: Page) -> None:
    html = render_html(page)
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert not re.search(r'\sstyle="', html)
    assert not re.search(r"(?:src|xlink:href)=", html.replace("&lt;img src=x", ""))
    assert "<b>Nobody" not in html
    assert "theirs &amp; ours &lt;differ&gt;" in html


def test_the_page_is_the_same_each_time(answer: StressAnswer, page: Page) -> None:
    again = write_page(answer, [explain(answer, s, load_register(TEACHING)) for s in answer.scenarios])
    assert render_html(again) == render_html(page)
    assert render_markdown(again) == render_markdown(page)


def test_pictures_are_drawn_to_scale_and_have_a_table(answer: StressAnswer, page: Page) -> None:
    assert set(page.pictures) == {"cascade", "ladder"}
    for picture in page.pictures.values():
        root = ET.fromstring(picture.svg)  # noqa: S314 - our own
        assert root.attrib["role"] == "img"
        assert picture.rows
        assert all(len(row) == len(picture.header) for row in picture.rows)
    svg = ET.fromstring(page.pictures["ladder"].svg)  # noqa: S314
    rungs = [e for e in svg.iter() if "ll-rung" in e.attrib.get("class", "")]
    levels = np.array([float(e.attrib["cy"]) for e in rungs])
    amounts = np.array([rung[1] for _, rung, _ in answer.ladder])
    assert len(levels) == 21
    drawn = levels[0] - levels
    wanted = amounts / amounts.max() * drawn.max()
    np.testing.assert_allclose(drawn, wanted, atol=0.02)
    cut = ET.fromstring(page.pictures["cascade"].svg)  # noqa: S314
    assert any("ll-cut" in e.attrib.get("class", "") for e in cut.iter())


def test_the_table_of_the_cascade_adds_up(answer: StressAnswer, page: Page) -> None:
    o = answer.outcome
    whole = o.unpaid + o.cut + o.deferred + o.orders + o.dried
    assert len(page.pictures["cascade"].rows) == int(
        sum((x.max(axis=0) > 0.5).sum() for x in (o.unpaid, o.cut, o.deferred, o.orders, o.dried))
    )
    assert whole.sum() > 0


def test_parties_have_their_names(answer: StressAnswer, page: Page) -> None:
    prose = re.sub(r"<[^>]*>", "\n", render_html(page))
    ids = "|".join(map(re.escape, set(answer.case.parties)))
    assert answer.name("larkspur") == "Larkspur"
    assert answer.name("nobody") == "nobody"
    assert re.findall(rf"(?<![\w/-])(?:{ids})(?![\w/-])", prose) == []
    assert {row[3] for row in page.pictures["cascade"].rows} >= {"Larkspur"}


def test_every_reference_leads_somewhere(page: Page) -> None:
    html = render_html(page)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in ids, target
    known = {record.id for record in page.records}
    for figure in page.figures:
        for ref in figure.refs:
            assert ref in known or ref.startswith("estimated/"), ref
    assert {a.name for a in page.assumptions} >= {"stress.order_lag", "stress.open_buffer"}


def test_an_answer_without_trouble_is_a_page_too() -> None:
    snapshot = load_register(TEACHING).known_on(DAY)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=DAY)
    quarters = tuple(Quarter.of(DAY).shifted(k) for k in range(2))
    calm = read_scenario("id: x\nname: y\nshocks:\n- {kind: funding_stops, target: larkspur, size: 0}\n", "x")
    found = ask(snapshot, schedule, (calm,), quarters, ladder=True)
    html = render_html(write_page(found))
    assert "Nobody runs short" in html
    assert "<svg" not in html
    for told in (
        "In none of the three runs does a party leave out a payment that the scenario does not.",
        "Nobody loses more than 10 million US dollars of receipts under contracts.",
        "At no size of the shocks, from none to full, is a binding payment missed.",
    ):
        assert told in html
    assert "<tbody></tbody>" not in html
    assert stress_lines(found) == [("Nobody runs short in any of the three runs.", ())]


def test_lines_for_a_brief_name_the_instruments(answer: StressAnswer) -> None:
    ((text, ids),) = stress_lines(answer)
    assert "Larkspur runs short first" in text
    assert ids
    assert all(i.split("/supply/")[0] in answer.snapshot.instruments for i in ids)


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(NASTY)
    files = [tmp_path / "out" / name for name in ("a.html", "a.md")]
    result = CliRunner().invoke(
        app,
        [
            "stress",
            str(mine),
            "--register",
            str(TEACHING),
            "--known-on",
            str(DAY),
            "--html",
            str(files[0]),
            "--md",
            str(files[1]),
        ],
        catch_exceptions=False,
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert files[0].read_text(encoding="utf-8").startswith("<!doctype html>")
    text = files[1].read_text(encoding="utf-8")
    assert "## The cascade" in text
    assert not re.search(r"(?<!\\)<script", text)
