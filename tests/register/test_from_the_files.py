"""Counts, sums and visibility recomputed from the files by code that imports nothing of ours, against the commands."""

import calendar
import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from layouts import read_literal

ROOT = Path(__file__).parents[2] / "src/loopledger/data/register"
DEALS = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "deals").glob("*.yaml"))]
DAYS = ["2023-12-31", "2025-03-31", "2025-09-30", "2026-02-28", "2026-11-24"]


def run(*arguments):
    command = [sys.executable, "-m", "loopledger", *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def last_day(published):
    """The last day that a day, month or year can mean."""
    year, *rest = map(int, published.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-{day:02d}"


def terms_of(instrument, day):
    terms = dict(instrument)
    for change in instrument.get("changes") or []:
        if change["on"] <= day:
            terms.update(change["set"])
    return terms


def known(day):
    """Instruments of dated deals known on a day; every deal of the register that has no day is left out."""
    return {
        i["id"]: terms_of(i, day)
        for deal in DEALS
        if deal["announced"] and deal["announced"] <= day
        for i in deal["instruments"]
    }


@pytest.mark.parametrize("day", DAYS)
def test_counts_are_those_of_the_files(day):
    undated = [deal for deal in DEALS if not deal["announced"]]
    told = run("register", "show", "--known-on", day)
    n_deals = sum(1 for deal in DEALS if deal["announced"] and deal["announced"] <= day)
    assert n_deals <= told["n_deals"] <= n_deals + len(undated)
    kinds = defaultdict(int)
    for terms in known(day).values():
        kinds[terms["kind"]] += 1
    n_undated = sum(len(deal["instruments"]) for deal in undated)
    assert 0 <= sum(told["kinds"].values()) - sum(kinds.values()) <= n_undated
    n_rows = 0
    for path in (ROOT / "observations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            n_rows += sum(last_day(row["published"]) <= day for row in csv.DictReader(file))
    assert told["n_observations"] == n_rows


@pytest.mark.parametrize("day", DAYS)
def test_sums_of_one_payer_are_those_of_the_files(day):
    told = run("register", "totals", "--payer", "openai", "--known-on", day)["currencies"]
    headline = defaultdict(Decimal)
    for terms in known(day).values():
        payers = [terms["payer"]] if isinstance(terms["payer"], str) else terms["payer"]
        if "openai" in payers and terms["amount"] is not None:
            _, code, low, high = read_literal(terms["amount"])
            headline[code] += (low + high) / 2
    assert {code: Decimal(str(total["headline"])) for code, total in told.items()} == dict(headline)


def test_the_difference_between_two_days_is_the_raw_changes():
    first, last = "2025-09-30", "2026-02-28"
    told = json.dumps(run("register", "diff", "--from", first, "--to", last))
    for deal in DEALS:
        if deal["announced"] and first < deal["announced"] <= last:
            assert f'"{deal["id"]}"' in told
        for instrument in deal["instruments"]:
            if not (deal["announced"] and deal["announced"] <= first):
                continue
            before, after = terms_of(instrument, first), terms_of(instrument, last)
            if any(before.get(name) != after.get(name) for name in after if name != "note"):
                assert f'"{instrument["id"]}"' in told
