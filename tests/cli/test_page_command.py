"""The command on pages, as a user runs it."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app, main
from loopledger.register import TEACHING

runner = CliRunner()
DAY = ("--known-on", "2026-03-01", "--register", str(TEACHING))


def run(*arguments):
    result = runner.invoke(app, ["page", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_text_is_printed_by_default():
    text = run("party", "larkspur", *DAY)
    assert text.startswith("Larkspur: what it owes, is owed, and who pays\nknown on 2026-03-01, register ")
    assert max(map(len, text.splitlines())) <= 100
    assert "Records cited" in text


@pytest.mark.parametrize("asked", [("party", "larkspur"), ("deal", "larkspur-loop"), ("system",)])
def test_files_are_written_and_nothing_is_printed(asked, tmp_path):
    html, md = tmp_path / "page.html", tmp_path / "page.md"
    assert run(*asked, *DAY, "--html", str(html), "--md", str(md)) == ""
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert md.read_text(encoding="utf-8").startswith("# ")


def test_json_has_every_number_with_its_range():
    page = json.loads(run("party", "larkspur", *DAY, "--json"))
    assert all(
        {"low", "central", "high", "unit", "basis", "as_of", "refs"} <= set(f) for f in page["figures"]
    )
    assert page["pictures"]


def test_a_window_of_years():
    page = json.loads(run("party", "larkspur", *DAY, "--json", "--from", "2027", "--to", "2027"))
    assert page["run"]["window"] == "payments scheduled 2027Q1 to 2027Q4, still to come from 2027Q1"


def test_the_same_bytes_each_time(tmp_path):
    files = [tmp_path / "a.html", tmp_path / "b.html"]
    for file in files:
        run("system", *DAY, "--html", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("party", "larkspurr"), 'no party "larkspurr"\n  hint: did you mean "larkspur"?'),
        (("deal", "larkspur-fjord-letter"), "is an instrument, not a deal"),
        (("party", "larkspur", "--from", "soon"), "'soon' is neither a quarter nor a year"),
    ],
)  # fmt: skip
def test_a_wrong_id_or_period_exits_with_2_and_says_what_to_do(arguments, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["loopledger", "page", *arguments, *DAY])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_the_same_bytes_whatever_the_order_of_sets(tmp_path):
    """Two runs of the program itself, with different seeds of Python's hashes."""
    pages = []
    for seed in ("1", "77"):
        file = tmp_path / f"{seed}.html"
        command = [sys.executable, "-m", "loopledger", "page", "party", "larkspur", *DAY, "--html", str(file)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        pages.append(file.read_bytes())
    assert pages[0] == pages[1]
