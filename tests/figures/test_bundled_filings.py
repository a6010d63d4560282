"""Rows of the register that name a filing's tag, against the raw JSON, by a script that imports nothing of ours."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

ROWS = Path(__file__).parents[2] / "src/loopledger/data/register/observations/financials.csv"
STEMS = {"microsoft": "msft", "meta": "meta", "google": "googl"}
TERM = re.compile(r"(- )?(\S+) (-?\d+)(?= |$)")


def months(row):
    """Length of a fact in months; 0 for a balance."""
    if "start" not in row:
        return 0
    days = (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days
    return round(days / 30.4)


def facts_of(path):
    """Every fact as (tag, accession, end, months) -> values, and what was filed by tag, end and length."""
    raw = json.loads(path.read_text(encoding="utf-8"))["facts"]["us-gaap"]
    exact, filed = {}, {}
    for tag, content in raw.items():
        for rows in content["units"].values():
            for row in rows:
                exact.setdefault((tag, row["accn"], row["end"], months(row)), set()).add(row["val"])
                filed.setdefault((tag, months(row)), []).append((row["filed"], row["end"], row["val"]))
    return exact, filed


def rows_of(party):
    with ROWS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["party"] == party and row["note"].startswith("XBRL us-gaap:"):
                yield row


def length(row):
    """Months that a label says."""
    label = row["period"]
    if re.fullmatch(r"FY\d{4}", label):
        return 12
    return 6 if "H" in label else 3


@pytest.mark.shared
@pytest.mark.parametrize("party", STEMS)
def test_every_row_of_a_filing_is_in_the_raw_json(shared, party):
    exact, filed = facts_of(shared / "oracles" / "sec" / f"{STEMS[party]}_companyfacts_trimmed.json")
    n = {"stated": 0, "subtracted": 0}
    for row in rows_of(party):
        tag = re.match(r"XBRL us-gaap:(\w+)", row["note"])[1]
        value, end = int(row["value"]), row["period_end"]
        accession = re.search(r"(\d{10}-\d{2}-\d{6})-index", row["source_url"])
        if ", form " in row["note"]:
            found = [exact.get((tag, accession[1], end, m), set()) for m in (length(row), 0)]
            assert value in found[0] | found[1], row
            days = {
                day
                for m in (length(row), 0)
                for day, e, v in filed.get((tag, m), [])
                if (e, v) == (end, value)
            }
            assert row["published"] == min(d for d in days if d >= row["published"])
            n["stated"] += 1
        elif row["grade"] == "derived" and "; " in row["note"]:
            arithmetic = row["note"].split("; ", 1)[1]
            terms = [(-1 if sign else 1, int(v)) for sign, _, v in TERM.findall(arithmetic)]
            if len(terms) < 2:
                continue
            assert value == sum(sign * v for sign, v in terms), row
            known = {
                v
                for (t, _), facts in filed.items()
                if t == tag
                for day, _, v in facts
                if day <= row["published"]
            }
            stated = {abs(v) for _, v in terms}
            assert all(v in {abs(k) for k in known} or _is_row(party, row, v) for v in stated), row
            n["subtracted"] += 1
    assert n["stated"] >= 100, n
    assert n["subtracted"] >= {"microsoft": 0, "meta": 12, "google": 8}[party], n


def _is_row(party, row, value):
    """Whether a term is itself a row of the register known by then: a quarter that was subtracted before."""
    return any(
        other["metric"] == row["metric"] and abs(int(other["value"])) == value
        and other["published"] <= row["published"]
        for other in rows_of(party)
    )  # fmt: skip
