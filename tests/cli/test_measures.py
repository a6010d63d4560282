"""The commands on measures, as a user runs them."""

import json

from typer.testing import CliRunner

from loopledger.cli.app import app

runner = CliRunner()


def run(*arguments):
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_reconcile_prints_every_row_with_a_verdict():
    rows = json.loads(run("reconcile", "--json"))
    assert len(rows) >= 40
    assert all(row["verdict"] and row["url"] for row in rows)
    assert run("reconcile", "--json") == run("reconcile", "--json")
