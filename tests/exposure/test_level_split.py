"""What the level split of one large contract moves: the figures that the explanation gives."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from loopledger.exposure import measure_party
from loopledger.records import Schedule
from loopledger.schedule import expand, promises_from_snapshot
from loopledger.units import Quarter

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "exposure.md"
ID = "openai-oracle-300b"
BN = 1e9


@pytest.fixture(scope="module")
def ramped(bundled):
    """The register as if the contract's schedule were a ramp."""
    known = bundled.instruments[ID].model_copy(update={"schedule": Schedule(shape="ramp")})
    return replace(bundled, instruments={**bundled.instruments, ID: known})


@pytest.fixture(scope="module")
def told():
    return PAGE.read_text(encoding="utf-8").split("## A level split that nobody stated")[1].split("## ")[0]


def paid(snapshot, assumptions, first, last):
    flows = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day).flows
    span = (Quarter.parse(first), Quarter.parse(last))
    return sum(f.amount.central for f in flows if f.instrument == ID and span[0] <= f.period <= span[1]) / BN


def guided(snapshot, period):
    rows = [r for r in snapshot.observations if (r.metric, r.period) == ("guidance_revenue_oci", period)]
    assert len(rows) == 1
    return float(rows[0].value) / BN


def test_the_contract_in_the_years_of_the_guidance(bundled, assumptions, told):
    quarter = paid(bundled, assumptions, "2027Q1", "2027Q1")
    assert quarter == pytest.approx(15)
    assert f"is {guided(bundled, 'FY2027'):.0f} bn for the fiscal year to May 2027" in told
    assert f"and {guided(bundled, 'FY2028'):.0f} bn for the one after" in told
    # five months are five thirds of a quarter
    assert f"puts {quarter * 5 / 3:.0f} bn into the five months" in told
    assert f"and {quarter * 4:.0f} bn into the second" in told
    rows = [
        r
        for r in bundled.observations
        if (r.party, r.metric, r.period) == ("oracle", "revenue_oci_iaas", "FY2027Q1")
    ]
    assert f"stood at {float(rows[0].value) / BN:.1f} bn a quarter" in told


def test_a_ramp_moves_money_to_later_years_and_leaves_the_whole(bundled, ramped, assumptions, told):
    year = [paid(s, assumptions, "2027Q1", "2027Q4") for s in (ramped, bundled)]
    assert "{:.1f} bn of the contract fall in 2027 in place of {:.1f} bn".format(*year) in told
    whole = [paid(s, assumptions, "2027Q1", "2031Q4") for s in (ramped, bundled)]
    assert whole == pytest.approx([300, 300])
    last = [paid(s, assumptions, "2031Q1", "2031Q4") for s in (ramped, bundled)]
    assert last[0] > last[1]


def test_commitments_due_move_with_it(bundled, ramped, assumptions, told):
    due = [measure_party(s, assumptions, "openai").find("commitments_due", "2027") for s in (ramped, bundled)]
    figures = re.search(r"due in 2027 are ([\d.]+) bn in place of ([\d.]+) bn", told)
    assert [f"{found.value.central / BN:.1f}" for found in due] == list(figures.groups())
    assert "ramp.share" in due[0].assumptions
