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


def test_reconcile_text_has_the_numbers_of_the_json():
    rows = json.loads(run("reconcile", "--json"))
    text = run("reconcile")
    for row in rows:
        block = text[text.index(f"{row['id']}: ") :]
        assert (
            f"; tolerance {row['tolerance']:g}" in block
            or f"; tolerance {100 * row['tolerance']:g} %" in block
        )
        if row["ours"] is not None:
            ours = next(line for line in block.splitlines() if line.startswith("  ours "))
            assert f"{row['ours_as_stated']:.4g}" in ours
            assert f"{row['ours']['central']:.4g}" in ours
    last, *kinds = text.rstrip().splitlines()[-4:]
    agree = [row for row in rows if row["outcome"] == "agrees"]
    outside = sum(not row["ours"]["low"] <= row["published"] <= row["ours"]["high"] for row in agree)
    assert last.startswith(
        f"{len(rows)} rows: {len(agree)} agree ({outside} of them from outside our range), "
    )
    for check, line in zip(("own records", "same figures", "same statement"), kinds, strict=True):
        mine = [row for row in agree if row["check"] == check]
        strict = sum(row["agrees_within_2_per_cent"] for row in mine)
        assert line.startswith(f"  {len(mine)} agree: ")
        assert line.endswith(f"({strict} within 2 % of the published value)")
    assert "Published metrics without a row:" in text


def test_one_metric_ends_with_its_own_count():
    text = run("reconcile", "--metric", "rpo-concentration-5")
    assert "0.4029 as stated, 0.3223 central (0 to 0.4029)" in text
    assert "without a row" not in text
    count, kind = text.rstrip().splitlines()[-2:]
    assert count == "1 row: 1 agree, 0 differ, 0 arithmetic only, 0 cannot be computed"
    assert kind.startswith("  1 agrees: from contracts and filings put together here")
