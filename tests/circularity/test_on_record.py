"""How much of a seller's reported sales the contracts on record hold, against sums made by hand."""

import csv
import json
from datetime import date

import pytest
from typer.testing import CliRunner

from loopledger.circularity.on_record import cover_by_record
from loopledger.cli.app import app
from loopledger.errors import ModelError
from loopledger.network import flow_table
from loopledger.records import KINDS, FlowClass, Kind
from loopledger.register import BUNDLED, load_register
from loopledger.schedule import Leg, expand, load_assumptions, promises_from_snapshot

DAY = date(2026, 11, 24)
WINDOW = ("2026Q1", "2026Q2")


@pytest.fixture(scope="module")
def known():
    snapshot = load_register(BUNDLED).known_on(DAY)
    assumptions = load_assumptions()
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=DAY)
    return snapshot, assumptions, schedule


def test_nvidia_by_hand(known):
    """Sales of the two fiscal quarters to April and July 2026 from the raw rows; flows added one by one."""
    snapshot, assumptions, schedule = known
    table = flow_table(schedule.flows, earmarks=schedule.earmarks).window(*WINDOW)
    found = cover_by_record(table, snapshot, assumptions, "nvidia")
    sold = sum(
        f.amount.central for f in schedule.flows
        if f.payee == "nvidia" and f.cash and str(f.period) in WINDOW and f.leg is not Leg.DEBT_SERVICE
        and (f.kind == "supply" or KINDS[Kind(f.kind)].flow_class is FlowClass.PURCHASE) and not f.contingent
    )  # fmt: skip
    with (BUNDLED / "observations" / "financials.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            r for r in csv.DictReader(file)
            if (r["party"], r["metric"]) == ("nvidia", "revenue") and r["period"] in ("FY2027Q1", "FY2027Q2")
        ]  # fmt: skip
    reported = sum({r["period"]: float(r["value"]) for r in rows}.values())
    assert found.quarters == WINDOW
    assert found.missing == 0
    assert found.reported.value.central == pytest.approx(reported)
    assert found.receipts == pytest.approx(sold)
    assert found.share.central == pytest.approx(sold / reported)
    assert found.share.low <= found.share.central <= found.share.high


def test_quarters_without_a_figure_are_left_out_and_counted(known):
    snapshot, assumptions, schedule = known
    table = flow_table(schedule.flows, earmarks=schedule.earmarks).window("2026Q1", "2027Q4")
    found = cover_by_record(table, snapshot, assumptions, "nvidia")
    assert "2027Q4" not in found.quarters
    assert len(found.quarters) + found.missing == 8


def test_a_seller_without_reported_sales(known):
    snapshot, assumptions, schedule = known
    table = flow_table(schedule.flows, earmarks=schedule.earmarks).window("2029Q1", "2029Q4")
    with pytest.raises(ModelError, match="no sales of nvidia are reported for 2029Q1 to 2029Q4"):
        cover_by_record(table, snapshot, assumptions, "nvidia")


def test_the_command_says_that_it_bounds_no_revenue():
    arguments = [
        "funding",
        "--funder",
        "nvidia",
        "--known-on",
        str(DAY),
        "--from",
        WINDOW[0],
        "--to",
        WINDOW[1],
    ]
    text = CliRunner().invoke(app, arguments, catch_exceptions=False).stdout
    answer = json.loads(CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False).stdout)
    share = answer["on_record"]["share"]["central"]
    assert answer["on_record"]["receipts"] == pytest.approx(answer["receipts"])
    assert f"Contracts on record only: {share:.1%}" in text
    assert "no bounds on its revenue; for closed books: loopledger flows --funding nvidia" in text
    assert f"from sales: {answer['receipts'] / 1e9:,.3f} bn" in text


def test_the_command_says_where_no_sales_are_reported():
    arguments = [
        "funding",
        "--funder",
        "nvidia",
        "--known-on",
        str(DAY),
        "--from",
        "2029Q1",
        "--to",
        "2029Q4",
    ]
    text = CliRunner().invoke(app, arguments, catch_exceptions=False).stdout
    assert "Contracts on record only: no sales of nvidia are reported" in text
    assert "loopledger flows --funding nvidia" in text
