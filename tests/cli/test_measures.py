"""The commands on measures, as a user runs them."""

import json

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.register import TEACHING

runner = CliRunner()


def run(*arguments):
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_exposure_of_one_party_names_its_records():
    found = json.loads(run("exposure", "--party", "coreweave", "--known-on", "2026-11-24", "--json"))
    one = found["parties"]["coreweave"]
    assert one["backlog"]["backlog_usd"] == 104.2e9
    assert sum(part["share"]["central"] for part in one["buyers"]["parts"]) == pytest.approx(1, abs=1e-12)
    assert any(name.startswith("observations/financials.csv:") for name in one["backlog"]["ids"])
    assert found["assumptions"]


def test_what_is_not_on_record_is_said():
    text = run("exposure", "--party", "openai", "--known-on", "2026-11-24")
    assert "cannot be computed because openai reports no backlog by 2026-11-24" in text


def test_the_teaching_register_answers():
    assert "HHI" in run("exposure", "--register", str(TEACHING), "--known-on", "2026-03-01")


def test_reconcile_prints_every_row_with_a_verdict():
    rows = json.loads(run("reconcile", "--json"))
    assert len(rows) >= 40
    assert all(row["verdict"] and row["url"] for row in rows)
    assert run("reconcile", "--json") == run("reconcile", "--json")
