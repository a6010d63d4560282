"""The command, as a user runs it."""

import json
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.register import TEACHING

runner = CliRunner()
DAY = ("--known-on", "2026-11-24")


def run(*arguments, code=0):
    result = runner.invoke(app, ["exposure", *arguments])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def answer():
    return json.loads(run("--party", "coreweave", "--party", "nvidia", *DAY, "--json"))


def test_json_carries_everything_that_a_figure_needs(answer):
    assert set(answer["parties"]) == {"coreweave", "nvidia"}
    defined = {row["code"]: row for row in answer["measures"]}
    named = {one["name"]: one for one in answer["assumptions"]}
    for sheet in answer["parties"].values():
        for value in sheet["values"]:
            assert value["unit"] == defined[value["measure"]]["unit"]
            assert value["value"]["low"] <= value["value"]["central"] <= value["value"]["high"]
            assert value["ids"]
            assert value["date_basis"]
            assert set(value["assumptions"]) <= set(named)
        assert all(gap["missing"] and gap["measure"] in defined for gap in sheet["not_reported"])
    assert all(one["source"] and one["unit"] for one in named.values())
    assert answer["known_on"] == "2026-11-24"
    assert len(answer["register"]) == 12


def test_the_seller_next_to_lucent(answer):
    [lucent] = [
        value["value"]["central"]
        for value in answer["past"]["lucent"]["values"]
        if (value["measure"], value.get("of")) == ("vendor_drawn_share", "2001-09-30")
    ]
    nvidia = {
        value["of"]: value["value"]
        for value in answer["parties"]["nvidia"]["values"]
        if value["measure"] == "vendor_drawn_share"
    }
    assert lucent == pytest.approx(3.0 / 5.3)
    assert 0 < nvidia["customers"]["low"] < nvidia["customers"]["high"] < 1


def test_text_says_value_range_dates_records_and_gaps():
    text = run("--party", "microsoft", *DAY)
    assert "Reported backlog: rpo_commercial" in text
    assert re.search(r"678\.0 bn \(exact\)  \[financials\.csv:\d+\]", text)
    assert "contracts run down to 2026-06-30 beside rpo_commercial of microsoft" in text
    assert "not reported: guarantees_maximum: missing is a guarantee that microsoft gives" in text
    assert "lucent (past episode)" in text
    assert text.rstrip().splitlines()[-1].startswith("Assumptions: ")


def test_without_a_party_the_system_and_the_main_measures():
    text = run(*DAY)
    assert text.splitlines()[1] == "all parties together"
    assert "Backlog explained by contracts on record (backlog_matched)" in text
    assert "lucent: 2001-09-30" in text


def test_one_measure_of_every_party():
    found = json.loads(run("--measure", "leases_not_begun", *DAY, "--json"))
    said = {name: sheet["values"] for name, sheet in found["parties"].items() if sheet["values"]}
    assert set(said) >= {"meta", "microsoft", "nvidia", "google", "coreweave", "amazon"}
    assert {v["measure"] for values in said.values() for v in values} == {"leases_not_begun"}
    assert [row["code"] for row in found["measures"]] == ["leases_not_begun"]
    assert "leases_not_begun" in run("--measure", "leases_not_begun", *DAY)


def test_output_is_the_same_twice():
    assert run("--party", "openai", *DAY) == run("--party", "openai", *DAY)
    assert run("--party", "openai", *DAY, "--json") == run("--party", "openai", *DAY, "--json")


def test_an_assumption_changes_what_rests_on_it(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "- {name: exposure.revenue_left_share, value: 0.9, source: my own view}\n", encoding="utf-8"
    )
    mine = json.loads(run("--party", "openai", *DAY, "--assumptions", str(file), "--json"))
    [one] = [a for a in mine["assumptions"] if a["name"] == "exposure.revenue_left_share"]
    assert (one["value"], one["source"], one["overridden_in"]) == (0.9, "my own view", str(file))
    usual = json.loads(run("--party", "openai", *DAY, "--json"))

    def gap(found):
        return next(
            v["value"]["central"]
            for v in found["parties"]["openai"]["values"]
            if (v["measure"], v.get("of")) == ("funding_gap", "2030")
        )

    assert gap(mine) < gap(usual)


def test_the_teaching_register_answers():
    text = run("--party", "corvid", "--register", str(TEACHING), "--known-on", "2026-03-01")
    assert "Customer financing committed: customers" in text
    assert "16.3 bn (11.3 to 17.6)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--party", "nvidea"), 'did you mean "nvidia"?'),
        (("--measure", "backlog_hh"), 'did you mean "backlog_hhi"?'),
        (("--known-on", "tomorrow"), "not a date"),
    ],
)
def test_a_wrong_name_is_a_fault_of_use(arguments, message):
    done = subprocess.run(
        [sys.executable, "-m", "loopledger", "exposure", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert message in done.stderr


def test_before_anything_was_known_all_is_missing():
    found = json.loads(run("--party", "nvidia", "--known-on", "2019-01-01", "--json"))
    sheet = found["parties"]["nvidia"]
    assert sheet["values"] == []
    assert len(sheet["not_reported"]) > 10
