"""Figures of filings equal the raw JSON, each from the day of its filing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from loopledger.errors import SourceError
from loopledger.register import BUNDLED, load_register
from loopledger.register.figures import (
    Offer,
    added_rows,
    observe,
    offered_rows,
    propose_rows,
    quarters_of,
    read_companyfacts,
    rows_text,
    series_of,
)
from loopledger.register.observations import read_observations

REAL = [("msft", "microsoft", 589), ("meta", "meta", 480), ("googl", "google", 521)]


def _values(facts, metric, *, day=date.max):
    """The value of each period as it stood on a day."""
    rows = [row for row in facts.observations if row.metric == metric and row.known_on <= day]
    return {p.period: int(p.figure.value) for s in series_of(rows) for p in s.points} if rows else {}


def test_an_invented_company_is_read_and_what_is_left_aside_is_counted(fjord):
    facts = read_companyfacts(fjord, "fjord")
    assert (facts.entity, facts.cik, facts.calendar.ends) == ("Fjord Cloud (invented)", "0000000042", 6)
    assert (facts.n_facts, facts.n_used) == (28, 22)
    assert facts.unknown_tags == {"dei:EntityCommonStockSharesOutstanding": 1, "us-gaap:Goodwill": 2}
    assert facts.other_units == {"us-gaap:Revenues in EUR": 1}
    assert facts.other_lengths == {"us-gaap:Depreciation": 1}
    assert facts.other_forms == {"DEF 14A": 1}
    assert facts.differing == (
        "revenue FY2025Q1, filed 2024-10-25: us-gaap:Revenues 100000000, "
        "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax 99000000",
    )
    assert _values(facts, "revenue") == {
        "FY2025Q1": 100_000_000, "FY2025H1": 210_000_000, "FY2025Q2": 110_000_000, "FY2025Q3": 120_000_000,
        "FY2025Q1-Q3": 330_000_000, "FY2025": 460_000_000, "FY2026Q1": 140_000_000,
    }  # fmt: skip


def test_an_amended_filing_supersedes_from_its_own_day(fjord):
    facts = read_companyfacts(fjord, "fjord")
    days = [date(2025, 8, 14), date(2025, 8, 15), date(2025, 11, 2), date(2025, 11, 3), date(2026, 1, 1)]
    assert [_values(facts, "net_income", day=day).get("FY2025") for day in days] == [
        None, 20_000_000, 20_000_000, 18_000_000, 18_000_000,
    ]  # fmt: skip
    early = read_companyfacts(fjord, "fjord", known_on=date(2025, 11, 2))
    assert _values(early, "net_income") == {"FY2025": 20_000_000}
    assert _values(early, "capex_cash")["FY2025Q1"] == 38_000_000


def test_quarters_of_an_invented_company(fjord):
    facts = read_companyfacts(fjord, "fjord")
    rows = [row for row in offered_rows(facts) if row.metric == "capex_cash"]
    assert [(r.period, int(r.value) // 10**6, r.grade.value, r.published) for r in rows] == [
        ("FY2025Q1", 40, "primary", "2024-10-25"),
        ("FY2025Q1", 38, "primary", "2025-10-24"),
        ("FY2025Q2", 50, "derived", "2025-01-24"),
        ("FY2025Q3", 60, "derived", "2025-04-25"),
        ("FY2025", 220, "primary", "2025-08-15"),
        ("FY2025Q4", 70, "derived", "2025-08-15"),
        ("FY2026Q1", 50, "primary", "2025-10-24"),
    ]
    assert rows[3].note == (
        "XBRL us-gaap:PaymentsToAcquirePropertyPlantAndEquipment; FY2025Q1-Q3 150000000 - FY2025H1 90000000"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "no companyfacts"),
        (
            '{"facts": {"us-gaap": {"A": {"units": {"USD": [{"end": "2025-01-01"}]}}}}}',
            "fact 1 is ill-formed",
        ),
        (
            '{"facts": {"us-gaap": {"A": {"units": {"USD": [{"end": "2025-13-01", "val": 1, "form": "10-K", '
            '"filed": "2025-01-01", "accn": "0000000042-25-000001"}]}}}}}',
            "fact 1 is ill-formed",
        ),
        (
            '{"facts": {"us-gaap": {"A": {"units": {"USD": [{"end": "2025-12-01", "val": NaN, "form": "10-K", '
            '"filed": "2025-01-01", "accn": "0000000042-25-000001"}]}}}}}',
            "ill-formed",
        ),
    ],
)
def test_what_is_no_companyfacts_file_is_refused(tmp_path, text, message):
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_companyfacts(path, "fjord")


def _length(row):
    """Quarters covered, from the raw dates: 0 for a balance."""
    if "start" not in row:
        return 0
    days = (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days
    return round(days / 91.3)


@pytest.mark.shared
@pytest.mark.parametrize(("stem", "party", "n_used"), REAL)
def test_every_figure_equals_the_raw_json(shared, stem, party, n_used):
    path = shared / "oracles" / "sec" / f"{stem}_companyfacts_trimmed.json"
    facts = read_companyfacts(path, party)
    assert facts.n_used == n_used
    assert (facts.differing, facts.other_lengths, facts.other_units, facts.calendar_note) == ((), {}, {}, "")
    raw = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    by_number = {}
    for tag, content in raw.items():
        for rows in content["units"].values():
            for row in rows:
                by_number[len(by_number) + 1] = (tag, row)
    for o in facts.observations:
        tag, row = by_number[o.line]
        assert (o.value, o.period_end.isoformat(), o.published) == (row["val"], row["end"], row["filed"])
        assert o.note.startswith(f"XBRL us-gaap:{tag}, form {row['form']}")
        assert row["accn"] in o.source_url


@pytest.mark.shared
@pytest.mark.parametrize(("stem", "party", "n_used"), REAL)
def test_the_value_known_on_a_day_is_that_of_the_latest_filing(shared, stem, party, n_used):
    path = shared / "oracles" / "sec" / f"{stem}_companyfacts_trimmed.json"
    facts = read_companyfacts(path, party)
    raw = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    tag = "PaymentsToAcquirePropertyPlantAndEquipment"
    rows = [row for row in raw[tag]["units"]["USD"] if not row["form"].startswith("DEF")]
    for filed in sorted({row["filed"] for row in rows}):
        for day in (date.fromisoformat(filed) - timedelta(days=1), date.fromisoformat(filed)):
            latest = {}
            for row in sorted(rows, key=lambda r: r["filed"]):
                if row["filed"] <= day.isoformat():
                    latest[row["end"], _length(row)] = row["val"]
            got = {}
            known = [o for o in facts.observations if o.metric == "capex_cash" and o.known_on <= day]
            for series in series_of(known):
                for point in series.points:
                    row = point.figure.first
                    n = {"H": 2, "-": 3}.get(next((c for c in "-H" if c in row.period), ""), 1)
                    n = 4 if row.period.startswith("FY") and row.period[2:].isdigit() else n
                    got[point.end.isoformat(), n] = int(point.figure.value)
            assert got == latest


@pytest.mark.shared
@pytest.mark.parametrize(("stem", "party", "n_used"), REAL)
def test_subtracted_quarters_are_differences_of_raw_figures(shared, stem, party, n_used):
    path = shared / "oracles" / "sec" / f"{stem}_companyfacts_trimmed.json"
    facts = read_companyfacts(path, party)
    raw = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    rows = raw["NetCashProvidedByUsedInOperatingActivities"]["units"]["USD"]
    latest = {(r["end"], _length(r)): r["val"] for r in sorted(rows, key=lambda r: r["filed"])}
    [series] = series_of([o for o in facts.observations if o.metric == "operating_cash_flow"])
    n_checked = 0
    for q in quarters_of(series)[0]:
        if q.is_subtracted:
            end = q.end.isoformat()
            longer = next(n for n in (2, 3, 4) if (end, n) in latest)
            shorter = max(e for e, n in latest if n == longer - 1 and e < end)
            assert int(q.low) == latest[end, longer] - latest[shorter, longer - 1]
            n_checked += 1
    assert n_checked == {"microsoft": 4, "meta": 9, "google": 10}[party]


@pytest.mark.shared
def test_the_register_holds_what_the_filings_say(shared):
    register = load_register(BUNDLED)
    counts = {}
    for stem, party, _ in REAL:
        facts = read_companyfacts(shared / "oracles" / "sec" / f"{stem}_companyfacts_trimmed.json", party)
        counts[party] = Counter(proposal.offer for proposal in propose_rows(facts, register.observations))
    assert counts == {
        "microsoft": {Offer.STANDS: 282}, "meta": {Offer.STANDS: 262}, "google": {Offer.STANDS: 282},
    }  # fmt: skip


def test_a_restated_figure_replaces_the_first_one_from_the_day_of_the_restating_filing():
    """Meta's capital expenditure of 2023, as its filings of 2024 and 2025 restate it."""
    register = load_register(BUNDLED)
    days = ["2023-12-31", "2024-04-24", "2024-04-25", "2024-08-01", "2024-10-31", "2025-01-29", "2025-01-30"]
    told = {}
    for day in days:
        [series] = observe(register.known_on(date.fromisoformat(day)), party="meta", metric="capex_cash")
        points = {p.period: int(p.figure.value) // 10**6 for p in series.points}
        told[day] = [points.get(name) for name in ("2023Q1", "2023Q2", "2023Q3", "2023Q4", "FY2023")]
    assert told == {
        "2023-12-31": [6842, 6216, 6543, None, None],
        "2024-04-24": [6842, 6216, 6543, 7665, 27266],
        "2024-04-25": [6823, 6216, 6543, 7665, 27266],
        "2024-08-01": [6823, 6134, 6543, 7665, 27266],
        "2024-10-31": [6823, 6134, 6496, 7665, 27266],
        "2025-01-29": [6823, 6134, 6496, 7665, 27266],
        "2025-01-30": [6823, 6134, 6496, 7592, 27045],
    }


def test_offers_are_told_apart(fjord, rows_of):
    facts = read_companyfacts(fjord, "fjord")
    standing = rows_of(
        "FY2025Q1,2024-09-30,revenue,100e6,exact,primary,2024-10-25",
        "FY2025Q2,2024-12-31,revenue,111e6,exact,primary,2025-01-24",
        "FY2025,2025-06-30,revenue,0.5e9,about,reported,2025-08-15",
        "FY2025Q1,2024-09-30,capex_cash,40e6,exact,primary,2024-10-25",
        "FY2025Q4,2025-06-30,revenue,130.4e6,exact,reported,2025-08-15",
        "FY2025Q3,2025-03-31,revenue,0.12e9,about,reported,2025-04-25",
        "FY2026Q1,2025-09-30,revenue,141e6,about,reported,2025-10-24",
        party="fjord",
    )
    offers = {
        (p.row.metric, p.row.period, int(p.row.value) // 10**6): p.offer
        for p in propose_rows(facts, standing)
    }
    assert offers["revenue", "FY2025Q1", 100] is Offer.STANDS
    assert offers["revenue", "FY2025Q2", 110] is Offer.CONFLICTS
    assert offers["revenue", "FY2025", 460] is Offer.CONFLICTS
    assert offers["revenue", "FY2025Q3", 120] is Offer.STANDS
    assert offers["revenue", "FY2025Q4", 130] is Offer.CONFLICTS
    assert offers["capex_cash", "FY2025Q1", 38] is Offer.RESTATES
    assert offers["cash_and_equivalents", "FY2025Q2", 280] is Offer.NEW


def test_rows_read_back_and_edits_stay(fjord):
    offered = offered_rows(read_companyfacts(fjord, "fjord"))
    text = rows_text(offered)
    there, problems = read_observations(text, "out.csv")
    assert problems == []
    assert [(r.period, r.metric, r.value, r.note) for r in there] == [
        (r.period, r.metric, r.value, r.note) for r in offered
    ]
    assert added_rows(text, there, offered) == (text, 0, 0)
    edited = text.replace(",140000000,", ",141000000,").replace(
        "fjord,FY2025Q3,2025-03-31,capex", "x,1,,c", 1
    )
    assert edited != text
    rows, _ = read_observations(edited, "out.csv")
    again, n_added, n_kept = added_rows(edited, rows, offered)
    assert (n_added, n_kept) == (1, 1)
    assert again.startswith(edited)
    assert Decimal(again.splitlines()[-1].split(",")[4]) == 60_000_000


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_new_rows_end_as_the_lines_of_the_file_do(fjord, end, last):
    rows = offered_rows(read_companyfacts(fjord, "fjord"))
    before = rows_text(rows[:1]).replace("\n", end)
    before = before if last else before.removesuffix(end)
    text, n_added, _ = added_rows(before, rows[:1], rows)
    assert text.startswith(before)
    assert n_added == len(rows) - 1
    assert text.count("\n") == text.count(end) == len(rows) + 1
    there, problems = read_observations(text, "x.csv")
    assert (len(there), problems) == (len(rows), [])
