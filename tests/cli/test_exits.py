"""What a user sees when something is wrong: one message, the right exit code, never a traceback."""

import subprocess
import sys

import pytest

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
        (("brief", "plain.txt", "--register", "nowhere"), 1, "nowhere"),
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
