"""What a user sees when something is wrong: one message, the right exit code, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loopledger.cli.app import main
from loopledger.register import TEACHING


def run(*arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "loopledger", *map(str, arguments)],
        capture_output=True, text=True, check=False, input=stdin, timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "plain.txt").write_text("The sky was grey over Oslo on Tuesday.", encoding="utf-8")
    (tmp_path / "bad.csv").write_text(
        "period,payer,payee,kind,amount\n1,a,b,funding,-5\n1,a,a,gift,x\n", encoding="utf-8"
    )
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("brief", "none.txt"), 3, "none.txt"),
        (("brief", "empty.txt"), 3, "empty"),
        (("brief", "binary.txt"), 3, "binary.txt"),
        (("brief", "huge.txt"), 3, "huge.txt"),
        (("brief", "."), 3, "director"),
        (("brief",), 2, "DOC"),
        (("brief", "plain.txt", "--known-on", "yesterday"), 2, "not a date"),
        (("brief", "plain.txt", "--register", "nowhere"), 3, "nowhere: no such folder"),
        (("register", "check", "--register", "nowhere"), 3, "nowhere: no such folder"),
        (("register", "fmt", "--register", "nowhere"), 3, "nowhere: no such folder"),
        (("loops", "--register", "plain.txt"), 3, "plain.txt: not a folder"),
        (("brief", "plain.txt", "--assumptions", "none.yaml"), 3, "none.yaml"),
        (("loops", "--flows", "none.csv"), 3, "none.csv"),
        (("loops", "--flows", "bad.csv"), 1, "bad.csv:2:15: FT207"),
        (("funding", "--flows", "bad.csv", "--funder", "a"), 1, "bad.csv:3:5: FT202"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_exit_code_and_message(folder, arguments, code, said):
    placed = [
        str(folder / a) if a.endswith((".txt", ".csv", ".yaml")) or a in {".", "nowhere"} else a
        for a in arguments
    ]
    result = run(*placed)
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_help_and_version():
    assert "brief" in run("--help").stdout
    assert run("--version").stdout.startswith("loopledger ")


def test_document_from_standard_input():
    result = run("brief", "-", "--register", TEACHING, stdin="The sky was grey over Oslo on Tuesday.\n")
    assert result.returncode == 0, result.stderr
    assert "No promise" in result.stdout


def test_check_shows_every_problem_at_once(tmp_path):
    import shutil

    root = tmp_path / "register"
    shutil.copytree(TEACHING, root)
    deal = next(iter(sorted((root / "deals").glob("*.yaml"))))
    text = deal.read_text(encoding="utf-8")
    deal.write_text(text.replace("kind: equity_investment", "kind: gift"), encoding="utf-8")
    n_planted = text.count("kind: equity_investment")
    result = run("register", "check", "--register", root)
    assert result.returncode == 1
    assert sum(f"{deal.name}:" in line and "gift" in line for line in result.stdout.splitlines()) == n_planted
    assert run("register", "check", "--register", TEACHING).returncode == 0


def test_output_files_are_written_whole(folder, tmp_path):
    page, text = tmp_path / "out" / "b.html", tmp_path / "out" / "b.md"
    result = run("brief", folder / "plain.txt", "--html", page, "--md", text)
    assert result.returncode == 0, result.stderr
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert text.read_text(encoding="utf-8").startswith("# Brief")
    assert sorted(path.name for path in page.parent.iterdir()) == ["b.html", "b.md"]


TEACHING_DAY = ("--register", TEACHING, "--known-on", "2026-10-01")


@pytest.mark.parametrize(
    "arguments",
    [
        ("page", "party", "nobody", *TEACHING_DAY),
        ("page", "deal", "nothing", *TEACHING_DAY),
        ("register", "show", "nothing", *TEACHING_DAY),
        ("register", "totals", "--payer", "nobody", *TEACHING_DAY),
        ("register", "totals", "--deal", "nothing", *TEACHING_DAY),
        ("register", "observations", "--party", "nobody", *TEACHING_DAY),
        ("register", "observations", "--metric", "nothing", *TEACHING_DAY),
        ("explain", "nothing", *TEACHING_DAY),
        ("exposure", "--party", "nobody", *TEACHING_DAY),
        ("exposure", "--measure", "nothing", *TEACHING_DAY),
        ("reconcile", "--metric", "nothing"),
        ("flows", "--party", "nobody", *TEACHING_DAY),
        ("flows", "--sources", "nobody", *TEACHING_DAY),
        ("flows", "--funding", "nobody", *TEACHING_DAY),
        ("funding", "--funder", "nobody", *TEACHING_DAY),
        ("funding", "--funder", "larkspur", "--seller", "nobody", *TEACHING_DAY),
        ("stress", "S99", *TEACHING_DAY),
        ("stress", "S01", "--reverse", "nobody", "--known-on", "2026-10-01"),
        ("stress", "S01", "--break", "nobody", "--known-on", "2026-10-01"),
        ("stress", "S01", "--break", "openai", "--norm", "nothing", "--known-on", "2026-10-01"),
        ("stress", "--move", "nobody:larkspur:fjord", *TEACHING_DAY),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:4])),
)
def test_what_nothing_has_is_one_exit_code_everywhere(arguments, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["loopledger", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert printed.err.startswith("loopledger: ")
    assert printed.out == ""


def test_an_error_is_json_where_json_was_asked_for(folder):
    result = run("loops", "--flows", folder / "bad.csv", "--json")
    assert result.returncode == 1
    error = json.loads(result.stdout)["error"]
    assert (error["kind"], error["exit_code"]) == ("RegisterError", 1)
    first = error["problems"][0]
    assert (first["code"], first["line"], first["column"]) == ("FT207", 2, 15)
    assert first["message"] in result.stderr
    (folder / "bad.parquet").write_bytes(b"PAR1 and then nothing")
    for arguments in (
        ("funding", "--funder", "a", "--flows", folder / "bad.parquet"),
        ("brief", folder / "none.txt"),
    ):
        result = run(*arguments, "--json")
        assert result.returncode in {1, 3}
        error = json.loads(result.stdout)["error"]
        assert error["exit_code"] == result.returncode
        assert Path(str(arguments[-1])).name in error["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("flows", "--json", "--bogus"), "--bogus"),
        (("flows", "--json", "--party"), "--party"),
        (("loops", "--top", "0", "--json"), "--top"),
        (("nonsense", "--json"), "nonsense"),
        (("register", "nonsense", "--json"), "nonsense"),
    ],
)
def test_a_command_called_wrongly_is_json_where_json_was_asked_for(arguments, said):
    result = run(*arguments)
    assert result.returncode == 2
    error = json.loads(result.stdout)["error"]
    assert (error["kind"], error["exit_code"]) == ("UsageError", 2)
    assert said in error["message"]
    assert error["message"] in result.stderr


@pytest.mark.parametrize(
    "arguments", [("register", "show", "--json"), ("register", "observations", "--json")]
)
def test_a_reader_that_goes_away_ends_the_command_in_peace(arguments):
    command = [sys.executable, "-m", "loopledger", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.read(1)
        running.stdout.close()
        said = running.stderr.read()
        assert running.wait(timeout=60) == 0
    assert said == b""


ONE = "- {name: bound.about.low, value: x}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("loops", "--top", "x"), "'--top': it must be a whole number"),
        (("loops", "--top", "0"), "'--top': it must be at least 1"),
        (("stress", "S01", "--break", "openai", "--most", "9"), "'--most': it must be at most 4"),
        (("register", "export", "--to", "x", "--out", "y"), "'--to': 'x' is not one of 'duckdb'"),
        (("stress", "--move", "a:b:c:x"), "names no move"),
        (
            ("funding", "--funder", "nvidia", "--seller", "openai"),
            "'openai' is not one of the funders nvidia",
        ),
    ],
)
def test_usage_is_told_in_plain_words(arguments, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["loopledger", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert "Value error" not in printed
    assert "Input should" not in printed


@pytest.mark.parametrize(
    ("name", "content", "arguments", "said"),
    [
        ("one.yaml", ONE, ("loops", "--assumptions"), "one.yaml has 1 fault\n"),
        ("two.yaml", ONE + ONE, ("loops", "--assumptions"), "two.yaml has 2 faults\n"),
        (
            "more.yaml", "- {name: bound.about.high, value: 1.1, more: 2}\n", ("loops", "--assumptions"),
            "AS102 error: more: there is no such field",
        ),
        (
            "bad.parquet", "PAR1", ("loops", "--flows"),
            "bad.parquet: cannot be read as Parquet: it is another kind of file, or damaged",
        ),
        (
            "none.npz", "junk", ("stress", "S01", "--draws", "2", "--resume"),
            "none.npz: is no checkpoint of an ensemble\n",
        ),
    ],
    ids=["one fault", "two faults", "a field too many", "no Parquet", "no checkpoint"],
)  # fmt: skip
def test_messages_are_in_the_words_of_the_program(tmp_path, name, content, arguments, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = run(*arguments, tmp_path / name)
    assert result.returncode in {1, 3}
    assert said in result.stderr
    for inner in ("Value error", "pickle", "Extra inputs", "Errno", "Traceback"):
        assert inner not in result.stderr
