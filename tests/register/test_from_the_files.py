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


def first_day(deal):
    """The day from which a deal is visible: its own, or the first that anything in it gives."""
    if deal["announced"]:
        return deal["announced"]
    days = [i["start"] for i in deal["instruments"] if i.get("start")]
    for instrument in deal["instruments"]:
        changes = instrument.get("changes") or []
        sources = [*instrument["evidence"], *(e for change in changes for e in change["evidence"])]
        days += [last_day(str(e["published"])) for e in sources if e["published"]]
        days += [change["on"] for change in changes]
    return min(days)


def visible(day):
    """Terms on a day of the instruments of every deal that is visible on it."""
    return {
        i["id"]: terms_of(i, day) for deal in DEALS if first_day(deal) <= day for i in deal["instruments"]
    }


def left_out(terms):
    """Why each priced instrument of a whole register does not count: by status, supersession, or its whole."""
    links = {id_: t.get("links") or {} for id_, t in terms.items()}
    replaced = {old for link in links.values() for old in link.get("supersedes") or []}
    found = {}
    for id_, t in terms.items():
        whole = links[id_].get("part_of")
        while whole in terms and (terms[whole]["amount"] is None or terms[whole]["status"] == "cancelled"):
            whole = links[whole].get("part_of")
        if t["amount"] is None:
            continue
        if t["status"] == "cancelled":
            found[id_] = "cancelled"
        elif id_ in replaced:
            found[id_] = "superseded"
        elif whole in terms:
            found[id_] = "part_of"
    return found


@pytest.mark.parametrize("day", DAYS)
def test_every_dollar_that_is_left_out_is_left_out_by_the_links_of_the_files(day):
    told = run("register", "totals", "--known-on", day)
    terms = visible(day)
    assert set(told["selection"]["instruments"]) == set(terms)
    reasons = left_out(terms)
    assert {e["id"]: e["reason"] for e in told["exclusions"]} == reasons
    headline, counted = defaultdict(Decimal), defaultdict(Decimal)
    for id_, t in terms.items():
        if t["amount"] is not None:
            _, code, low, high = read_literal(t["amount"])
            headline[code] += (low + high) / 2
            counted[code] += (low + high) / 2 if id_ not in reasons else 0
    for code, total in told["currencies"].items():
        assert Decimal(str(total["headline"])) == headline.pop(code)
        assert Decimal(str(total["counted"])) == counted[code]
        assert sum(a["value"] for a in told["amounts"] if a["currency"] == code) == pytest.approx(
            total["counted"]
        )
    assert headline == {}


@pytest.mark.parametrize("day", DAYS)
def test_the_parties_of_an_export_are_those_that_something_known_names(day, tmp_path):
    run("register", "export", "--to", "csv", "--out", str(tmp_path / "tables"), "--known-on", day)
    with (tmp_path / "tables/parties.csv").open(encoding="utf-8", newline="") as file:
        told = {row["id"]: row["parent"] for row in csv.DictReader(file)}
    parties = yaml.safe_load((ROOT / "parties.yaml").read_text(encoding="utf-8"))
    named = set()
    for deal in DEALS:
        for i in deal["instruments"] if first_day(deal) <= day else ():
            for terms in (i, terms_of(i, day)):
                for side in (terms["payer"], terms["payee"]):
                    named |= {side} if isinstance(side, str) else set(side)
    for path in (ROOT / "observations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            named |= {row["party"] for row in csv.DictReader(file) if last_day(row["published"]) <= day}
    assert set(told) == named & {party["id"] for party in parties}
    assert all(not parent or parent in told for parent in told.values())


def plain(value):
    """A value of a file or an answer, with what is empty, and the usual calendar, left out."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner not in (None, [], "calendar")}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


PAIRS = [
    ("2025-09-30", "2026-02-28"), ("2023-12-31", "2025-03-31"), ("2026-02-28", "2026-11-24"),
    ("2025-11-17", "2025-11-18"), ("2026-06-30", "2026-06-30"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "last"), PAIRS)
def test_the_difference_between_two_days_is_the_raw_changes_and_nothing_else(first, last):
    told = run("register", "diff", "--from", first, "--to", last)
    new = [deal for deal in DEALS if first < first_day(deal) <= last]
    assert {deal["id"] for deal in told["deals"]} == {deal["id"] for deal in new}
    assert {i["id"] for i in told["instruments"]} == {i["id"] for deal in new for i in deal["instruments"]}
    expected = set()
    for deal in DEALS:
        for instrument in deal["instruments"]:
            before = dict(instrument)
            for change in instrument.get("changes") or []:
                moved = {name: value for name, value in change["set"].items() if before.get(name) != value}
                if first < change["on"] <= last and first_day(deal) <= last:
                    expected |= {
                        (instrument["id"], change["on"], name, json.dumps(plain(value), sort_keys=True))
                        for name, value in moved.items()
                    }
                before.update(change["set"])
    found = {
        (c["instrument"], c["on"], c["field"], json.dumps(plain(c["after"]), sort_keys=True))
        for c in told["changes"]
    }
    assert found == expected
    for word in ("cancelled", "completed"):
        assert set(told[word]) == {
            id_ for id_, _, name, value in expected if (name, value) == ("status", f'"{word}"')
        }
    was, now = (run("register", "totals", "--known-on", day)["currencies"] for day in (first, last))
    for code, moved in told["sums"].items():
        for name, ends in moved.items():
            sides = [side[code][name] if code in side else 0.0 for side in (was, now)]
            assert [ends["from"], ends["to"], ends["change"]] == [*sides, sides[1] - sides[0]]
    rows = []
    for path in (ROOT / "observations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if first < last_day(row["published"]) <= last]
    assert told["n_observations"] == len(told["observations"]) == len(rows)
