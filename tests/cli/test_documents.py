"""read and brief on documents: text, JSON, folders, explanations."""

import json

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app

TEXT = """Tessil Works borrows

4 May 2026 - Orvane Bank will lend 250 million euros to Tessil Works, a maker of boilers, for six years.
Tessil denied that it would buy pumps worth 90 million euros from Quillon.
"""


@pytest.fixture
def run(tmp_path):
    document = tmp_path / "loan.txt"
    document.write_text(TEXT, encoding="utf-8")

    def invoke(*arguments):
        argv = [str(document) if a == "DOC" else str(a) for a in arguments]
        result = CliRunner().invoke(app, argv, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_read_prints_promises_with_their_words(run):
    printed = run("read", "DOC")
    assert "1 promise\n" in printed
    assert "loan: Orvane Bank to Tessil Works, EUR 250m, 6 years" in printed
    assert "will lend 250 million euros" in printed


def test_read_json_has_verbatim_places(run):
    (found,) = json.loads(run("read", "DOC", "--json"))
    (promise,) = found["obligations"]
    assert (promise["kind"], promise["payer"], promise["payee"]) == ("loan", ["Orvane Bank"], "Tessil Works")
    assert (promise["amount"], promise["currency"], promise["term_years"]) == (250_000_000, "EUR", 6)
    span = promise["spans"][0]
    assert TEXT[span["start"] : span["end"]] == span["quote"]
    assert found["published"] == "2026-05-04"


def test_read_out_writes_one_file_a_document(run, tmp_path):
    run("read", "DOC", "--out", tmp_path / "out")
    found = json.loads((tmp_path / "out" / "loan.json").read_text(encoding="utf-8"))
    assert len(found["obligations"]) == 1


def test_explain_says_which_rules_fired_and_what_was_refused(run):
    printed = run("read", "DOC", "--explain")
    assert "lend:lend" in printed
    assert "passages refused" in printed
    assert "denied" in printed


def test_brief_json_is_the_same_each_time(run):
    arguments = ("brief", "DOC", "--json", "--known-on", "2026-11-24")
    assert run(*arguments) == run(*arguments)
    assert json.loads(run(*arguments))["sections"][0]["heading"] == "Key Takeaways"


def test_two_documents_of_one_name_are_not_written_over_each_other(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("loan.txt", "a/loan.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(
        app,
        [
            "read",
            "--out",
            str(tmp_path / "out"),
            str(tmp_path / "loan.txt"),
            str(tmp_path / "a" / "loan.txt"),
        ],
    )
    assert result.exit_code == 2
    assert "two documents would be written to" in " ".join(result.output.split())
    assert not (tmp_path / "out").exists()


def test_a_web_address_is_not_read_unasked():
    result = CliRunner().invoke(app, ["read", "https://example.org/page.html"])
    assert result.exit_code != 0
    assert result.exception.exit_code == 3
    assert "add --fetch" in str(result.exception)
