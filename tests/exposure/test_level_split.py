"""How one large contract without a stated split is dated, and what another split would move."""

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
def level(bundled):
    """The register as if the contract were paid in equal quarters."""
    known = bundled.instruments[ID].model_copy(update={"schedule": Schedule(shape="straight_line")})
    return replace(bundled, instruments={**bundled.instruments, ID: known})


@pytest.fixture(scope="module")
def told():
    return PAGE.read_text(encoding="utf-8").split("## A split that nobody stated")[1].split("## ")[0]


def paid(snapshot, assumptions, first, last):
    flows = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day).flows
    span = (Quarter.parse(first), Quarter.parse(last))
    return sum(f.amount.central for f in flows if f.instrument == ID and span[0] <= f.period <= span[1]) / BN


def guided(snapshot, period):
    rows = [r for r in snapshot.observations if (r.metric, r.period) == ("guidance_revenue_oci", period)]
    assert len(rows) == 1
    return float(rows[0].value) / BN


def test_the_contract_stays_within_the_guidance(bundled, level, assumptions, told):
    # five months are five thirds of a quarter
    assert paid(level, assumptions, "2027Q1", "2027Q1") * 5 / 3 == pytest.approx(25)
    assert "twenty level quarters would put 25 bn into the five months to May 2027" in told
    first, second = guided(bundled, "FY2027"), guided(bundled, "FY2028")
    assert (
        f"is {first:.0f} bn for the twelve months to that day and {second:.0f} bn for the twelve after"
        in told
    )
    # a fiscal year of Oracle's ends in May: two months of the second quarter belong to it
    early = (
        paid(bundled, assumptions, "2027Q1", "2027Q1")
        + paid(bundled, assumptions, "2027Q2", "2027Q2") * 2 / 3
    )
    assert early < first
    later = (
        paid(bundled, assumptions, "2027Q2", "2028Q2")
        - early
        + paid(bundled, assumptions, "2027Q1", "2027Q1")
    )
    assert later < second
    rows = [
        r
        for r in bundled.observations
        if (r.party, r.metric, r.period) == ("oracle", "revenue_oci_iaas", "FY2027Q1")
    ]
    assert f"stood at {float(rows[0].value) / BN:.1f} bn a quarter" in told


def test_the_ramp_moves_money_to_later_years_and_leaves_the_whole(bundled, level, assumptions, told):
    assert f"puts {paid(bundled, assumptions, '2027Q1', '2027Q4'):.1f} bn of it into 2027" in told
    years = [paid(bundled, assumptions, f"{year}Q1", f"{year}Q4") for year in (2029, 2030, 2031)]
    assert years == pytest.approx([years[0]] * 3)
    assert f"and {years[0]:.1f} bn into each year from 2029" in told
    whole = [paid(s, assumptions, "2027Q1", "2031Q4") for s in (bundled, level)]
    assert whole == pytest.approx([300, 300])


def test_commitments_due_move_with_it(bundled, level, assumptions, told):
    due = [measure_party(s, assumptions, "openai").find("commitments_due", "2027") for s in (level, bundled)]
    [more] = re.findall(r"due in 2027 are ([\d.]+) bn more", told)
    assert f"{(due[0].value.central - due[1].value.central) / BN:.1f}" == more
    assert "ramp.share" in due[1].assumptions
