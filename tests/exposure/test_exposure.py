"""Unit costs against the raw rows, and dependence against sums worked by hand."""

import csv
from datetime import date
from statistics import median

import pytest

from loopledger.errors import ModelError
from loopledger.exposure import capacity_cost, depend, rent_of_capacity
from loopledger.register import BUNDLED, load_register
from loopledger.schedule import Certainty, Flow, Leg
from loopledger.units import Interval, Quarter


def flow(quarter, payer, payee, amount, kind="purchase_commitment", **fields):
    return Flow(
        period=Quarter.parse(quarter), payer=payer, payee=payee, kind=kind, amount=Interval.exact(amount),
        certainty=Certainty.CONTRACTED, instrument=f"{payer}-{payee}", **fields,
    )  # fmt: skip


def raw(metric):
    with (BUNDLED / "observations" / "unit_economics.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["metric"] == metric]


def test_cost_of_a_gigawatt_from_the_raw_rows(bundled):
    values = {}
    for metric, factor in (("capex_per_gw", 1), ("capex_per_mw_all_in", 1000)):
        for row in raw(metric):
            values.setdefault((row["party"], row["period"]), []).append(float(row["value"]) * factor)
    found = capacity_cost(bundled.observations)
    assert found.usd.low == min(min(v) for v in values.values())
    assert found.usd.high == max(max(v) for v in values.values())
    assert found.usd.central == median((min(v) + max(v)) / 2 for v in values.values())
    assert len(found.sources) == sum(map(len, values.values()))
    assert all(source.startswith("observations/unit_economics.csv:") for source in found.sources)


def test_only_what_was_published_by_the_day_counts():
    before = load_register(BUNDLED).known_on(date(2025, 9, 25))
    found = capacity_cost(before.observations)
    assert found.by_source == {"nvidia 2025-08": (50e9, 60e9)}
    with pytest.raises(ModelError, match="rent of a gigawatt-year"):
        rent_of_capacity(before.observations)


def test_dependence_by_counterparty():
    flows = [
        flow("2026Q4", "a", "m", 30), flow("2027Q1", "b", "m", 10), flow("2026Q3", "c", "m", 99),
        flow("2027Q1", "m", "n", 20), flow("2027Q1", "bank", "m", 5, kind="loan"),
        flow("2027Q1", "m", "n", 50, leg=Leg.SUPPLY), flow("2027Q1", "g", "m", 7, kind="guarantee", contingent=True),
    ]  # fmt: skip
    found = {d.side.value: d for d in depend(flows, "m", first=Quarter.parse("2026Q4"))}
    assert set(found) == {"buyers", "suppliers", "funders"}
    buyers = found["buyers"]
    assert buyers.total == Interval.exact(40)
    assert [(c.party, c.share) for c in buyers.counterparties] == [("a", 0.75), ("b", 0.25)]
    assert buyers.hhi == pytest.approx(0.625)
    assert found["suppliers"].total == Interval.exact(20)  # the derived order is no public promise
    assert found["funders"].total == Interval.exact(5)  # nor is a guarantee money to come


def test_window_has_an_end():
    flows = [flow("2026Q4", "a", "m", 30), flow("2028Q1", "a", "m", 10)]
    found = depend(flows, "m", first=Quarter.parse("2026Q4"), last=Quarter.parse("2027Q4"))
    assert found[0].total == Interval.exact(30)


def test_nobody_to_depend_on():
    assert depend([], "m", first=Quarter.parse("2026Q4")) == []
