"""Commands on a register, as a user runs them."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from loopledger.register import BUNDLED, TEACHING


def run(*arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "loopledger", *map(str, arguments)],
        capture_output=True, text=True, check=False, input=stdin, timeout=120,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(TEACHING, tmp_path / "register")
    return tmp_path / "register"


def in_mappings(path):
    """Put the quantities of a file into the mapping form of version 1."""
    text = path.read_text(encoding="utf-8")
    form = r"\1amount: {value: \g<2>000000000, currency: USD}"
    text = re.sub(r"(?m)^( +)amount: USD (\d+) bn$", form, text)
    path.write_text(text.replace("country: US\n", "country: 'US'\n"), encoding="utf-8")


def test_fmt_writes_once_and_then_has_nothing_to_do(copy):
    for path in copy.rglob("*.yaml"):
        in_mappings(path)
    assert "amount: {value: 10" in (copy / "deals" / "2025-04-01-larkspur-loop.yaml").read_text()
    before = run("register", "check", "--register", copy).stdout
    assert run("register", "fmt", "--register", copy, "--check").returncode == 1
    first = run("register", "fmt", "--register", copy)
    assert first.returncode == 0, first.stderr
    assert first.stdout.endswith(" of 9 files formatted; 0 left alone because of faults\n")
    again = run("register", "fmt", "--register", copy, "--check", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout) == {"files": 9, "changed": [], "left_alone": [], "problems": []}
    assert run("register", "check", "--register", copy).stdout == before
    assert "amount: USD 10 bn" in (copy / "deals" / "2025-04-01-larkspur-loop.yaml").read_text()
    assert not [path for path in copy.rglob(".*") if path.is_file()]


def test_fmt_leaves_a_file_with_a_fault_alone(copy):
    path = copy / "deals" / "2025-04-01-larkspur-loop.yaml"
    path.write_text(path.read_text().replace("kind: supply", "kind: suply"), encoding="utf-8")
    before = path.read_bytes()
    in_mappings(copy / "parties.yaml")
    result = run("register", "fmt", path, copy / "parties.yaml")
    assert result.returncode == 1
    assert 'RG109 error: unknown kind "suply" (did you mean "supply"?)' in result.stdout
    assert result.stdout.endswith("1 of 2 files formatted; 1 left alone because of faults\n")
    assert path.read_bytes() == before


def test_fmt_writes_nothing_into_the_bundled_register_unasked():
    before = {path: path.read_bytes() for path in BUNDLED.rglob("*.yaml")}
    result = run("register", "fmt")
    assert result.returncode == 2
    assert "--register" in result.stderr
    assert {path: path.read_bytes() for path in BUNDLED.rglob("*.yaml")} == before
    assert run("register", "fmt", "none.yaml").returncode == 3


def test_show_totals_and_diff_answer_in_text_and_json():
    teaching = ("--register", TEACHING)
    shown = json.loads(
        run("register", "show", "larkspur", "--known-on", "2026-03-01", "--json", *teaching).stdout
    )
    assert [row["id"] for row in shown["is_funded_by"]["instruments"]][:2] == [
        "corvid-larkspur-equity", "fjord-larkspur-equity"
    ]  # fmt: skip
    assert shown["owes"]["totals"]["currencies"]["USD"]["counted"] == 56e9
    found = run("register", "totals", "--payer", "larkspur", "--known-on", "2026-03-01", *teaching)
    assert "    USD 40 bn: larkspur-fjord-letter was cancelled\n" in found.stdout
    moved = run("register", "diff", "--from", "2025-11-01", "--to", "2026-02-28", "--json", *teaching)
    measures = json.loads(moved.stdout)["measures"]
    assert measures["n_financing_loops"] == {
        "unit": "count", "basis": "scheduled", "from": {"low": 2, "central": 2, "high": 2},
        "to": {"low": 2, "central": 3, "high": 3},
    }  # fmt: skip
    assert measures["circulation"]["from"]["low"] < measures["circulation"]["from"]["high"]
    assert "firmness.binding" in json.loads(moved.stdout)["assumptions"]
    assert json.loads(moved.stdout)["sums"]["USD"]["counted"] == {"from": 145e9, "to": 118e9, "change": -27e9}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "larkspr"), 'did you mean "larkspur"?'),
        (("totals", "--payer", "corvd"), 'did you mean "corvid"?'),
        (("totals", "--deal", "larkspur-lop"), 'did you mean "larkspur-loop"?'),
        (("diff", "--from", "2026-01-01", "--to", "2025-01-01"), "comes before"),
        (("diff", "--from", "yesterday"), "Invalid value for --from"),
        (("show", "fjord-larkspur-contract", "--known-on", "2025-12-31"), "known on 2025-12-31"),
    ],
)
def test_unknown_ids_and_days_are_usage_errors(arguments, said):
    result = run("register", *arguments, "--register", TEACHING)
    assert result.returncode == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.stderr


LOAN = """\
Example, 1 May 2026 - Quayside Bank will lend Larkspur $2 billion over four years.
"""


@pytest.fixture
def loan(tmp_path):
    path = tmp_path / "loan.txt"
    path.write_text(LOAN, encoding="utf-8")
    return path


def test_add_reads_what_the_reading_command_reads_and_nothing_from_the_network_unasked(copy, tmp_path):
    mail = tmp_path / "loan.eml"
    mail.write_bytes(b"From: a@example.org\r\nDate: Fri, 1 May 2026 10:00:00 +0000\r\n\r\n" + LOAN.encode())
    told = json.loads(run("register", "add", mail, "--register", copy, "--json").stdout)
    assert told[0]["instruments"] == ["quayside-larkspur-loan-2026"]
    refused = run("register", "add", "https://example.org/loan", "--register", copy)
    assert refused.returncode == 3
    assert "add --fetch" in refused.stderr


def test_add_writes_nothing_when_one_of_several_documents_has_no_day(copy, loan, tmp_path):
    undated = tmp_path / "undated.txt"
    undated.write_text("Quayside Bank will lend Fjord Cloud $3 billion over two years.", encoding="utf-8")
    source = ("--url", "https://example.org/x", "--publisher", "X", "--yes")
    refused = run("register", "add", loan, undated, "--register", copy, *source)
    assert refused.returncode == 2
    assert "undated.txt carries no day" in " ".join(refused.stderr.replace("│", " ").split())
    assert len(list((copy / "deals").iterdir())) == 6


def test_add_asks_before_it_writes(copy, loan):
    deals = copy / "deals"
    declined = run("register", "add", loan, "--register", copy, stdin="n\n")
    assert declined.returncode == 0, declined.stderr
    assert declined.stdout.endswith("nothing written\n")
    assert len(list(deals.iterdir())) == 6
    answers = "y\nhttps://example.org/loan\nExample News\n"
    agreed = run("register", "add", loan, "--register", copy, stdin=answers)
    assert agreed.stdout.endswith("written: deals/2026-05-01-quayside-larkspur-2026.yaml\n"), agreed.stderr
    text = (deals / "2026-05-01-quayside-larkspur-2026.yaml").read_text(encoding="utf-8")
    assert "url: https://example.org/loan\n" in text
    start = LOAN.index("Quayside")
    quote = LOAN[start:].rstrip(".\n")
    assert f"# loan.txt {start}-{start + len(quote)}: “{quote}”\n" in text
    assert run("register", "check", "--register", copy).returncode == 0
    again = run("register", "add", loan, "--register", copy)
    assert "0 new, 1 in the register already" in again.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "is not written into"),
        (("--register", TEACHING), "is not written into"),
        (("--register", "COPY", "--yes"), "--publisher must be given"),
        (("--register", "COPY", "--url", "www.example.org"), "not a web address"),
        (("--register", "COPY", "--url", "https://"), "not a web address"),
        (("--register", "COPY", "--grade", "gossip"), "not one of"),
    ],
)
def test_add_refuses_what_it_cannot_source_or_must_not_touch(copy, loan, options, said):
    given = [copy if option == "COPY" else option for option in options]
    result = run("register", "add", loan, *given)
    assert result.returncode == 2
    assert said in " ".join(result.stderr.split())
    assert len(list((copy / "deals").iterdir())) == 6


def test_add_as_json_proposes_and_writes_only_with_yes(copy, loan):
    proposed = json.loads(run("register", "add", loan, "--register", copy, "--json").stdout)
    assert (proposed[0]["instruments"], proposed[0]["written"]) == (["quayside-larkspur-loan-2026"], [])
    assert len(list((copy / "deals").iterdir())) == 6
    undated = loan.with_name("undated.txt")
    undated.write_text("Quayside Bank will lend Larkspur $2 billion over four years.", encoding="utf-8")
    assert run("register", "add", undated, "--register", copy).returncode == 2
    source = ("--url", "https://example.org/loan", "--publisher", "Example News", "--yes", "--json")
    written = run("register", "add", undated, "--register", copy, "--announced", "2026-05-02", *source)
    assert json.loads(written.stdout)[0]["written"] == ["deals/2026-05-02-quayside-larkspur-2026.yaml"]
