"""Files that commands write: never over what they read, never over what is no plain file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from loopledger.cli.app import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "azure-loop.md"


def run(*args, cwd):
    command = [sys.executable, "-m", "loopledger", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_a_brief_does_not_replace_its_document(tmp_path):
    document = tmp_path / "doc.md"
    document.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    done = run("brief", document, "--md", "doc.md", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "doc.md is read, and would be overwritten" in done.stderr
    assert document.read_text("utf-8") == EXAMPLE.read_text("utf-8")


def test_a_stress_page_does_not_replace_its_scenario(tmp_path):
    scenario = tmp_path / "mine.yaml"
    scenario.write_text("not read so far", "utf-8")
    done = run("stress", scenario, "--md", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert "mine.yaml is read, and would be overwritten" in done.stderr
    assert scenario.read_text("utf-8") == "not read so far"


def test_two_outputs_of_one_name_are_refused(tmp_path):
    done = run("page", "system", "--html", "same", "--md", "same", cwd=tmp_path)
    assert done.returncode == 3
    assert "same is named twice as output" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_left_as_it_is(tmp_path):
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    (tmp_path / "link.html").symlink_to("kept.txt")
    done = run("brief", EXAMPLE, "--html", "link.html", cwd=tmp_path)
    assert done.returncode == 3
    assert "no plain file" in done.stderr
    assert (tmp_path / "kept.txt").read_text("utf-8") == "kept"
    assert (tmp_path / "link.html").is_symlink()


def test_the_rights_of_a_file_stay(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("old", "utf-8")
    page.chmod(0o600)
    assert run("brief", EXAMPLE, "--html", page, cwd=tmp_path).returncode == 0
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_the_output_is_told(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "loopledger", "register", "show"], stdout=full, stderr=subprocess.PIPE,
            text=True, cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("day", ["9999-12-31", "1066-10-14"])
def test_days_out_of_history_are_refused_at_once(tmp_path, day):
    done = run("stress", "S01", "--known-on", day, cwd=tmp_path)
    assert done.returncode == 2
    assert "1900 to 2100" in done.stderr


def test_names_of_any_bytes_are_told(tmp_path):
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"loopledger", b"read", b"bad\xff.txt"], capture_output=True, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert b"no such file" in done.stderr
    assert b"Traceback" not in done.stderr


def test_shares_of_an_uneven_quarter_stay_in_order(tmp_path):
    (tmp_path / "mine.yaml").write_text("- name: accounts.uneven_quarter\n  value: 1.35\n", "utf-8")
    done = run("flows", "--known-on", "2026-10-01", "--assumptions", "mine.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


@pytest.mark.parametrize("command", [("exposure", "--json"), ("page", "system", "--json")])
def test_no_order_of_a_set_shows(command, tmp_path):
    printed = {
        subprocess.run(
            [sys.executable, "-m", "loopledger", *command, "--known-on", "2026-10-01"], capture_output=True,
            cwd=tmp_path, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(printed) == 1


COMMANDS = {
    "brief": ("brief", EXAMPLE),
    "page": ("page", "system"),
    "stress": ("stress", "S01"),
}


def refused_at_once(arguments, folder, monkeypatch, capsys):
    """Run a command on a register that is none, which a command that gets as far tells with exit code 1."""
    (folder / "none").mkdir()
    arguments = (*arguments, "--register", folder / "none")
    monkeypatch.setattr("sys.argv", ["loopledger", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    return capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("option", ["--html", "--md"])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("folder", "is no plain file, and is left as it is"),
        ("kept.txt/page", "kept.txt: cannot be written: Not a directory"),
        ("kept.txt/deep/page", "cannot be written in"),
        pytest.param(
            "/proc/page", "/proc: cannot be written",
            marks=pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here"),
        ),
    ],
)  # fmt: skip
def test_an_output_that_cannot_be_written_is_told_at_once(
    command, option, place, said, tmp_path, monkeypatch, capsys
):
    (tmp_path / "folder").mkdir()
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    assert said in refused_at_once((*command, option, tmp_path / place), tmp_path, monkeypatch, capsys)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "kept.txt", "none"]


def test_draws_that_cannot_be_kept_are_told_at_once(tmp_path, monkeypatch, capsys):
    arguments = ("stress", "S01", "--draws", "10", "--resume", tmp_path)
    assert "is no plain file" in refused_at_once(arguments, tmp_path, monkeypatch, capsys)


def test_a_folder_for_readings_that_cannot_be_made_is_told_at_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    arguments = ("read", EXAMPLE, "--out", tmp_path / "kept.txt")
    assert "kept.txt: cannot be written: Not a directory" in refused_at_once(
        arguments, tmp_path, monkeypatch, capsys
    )
    assert (tmp_path / "kept.txt").read_text("utf-8") == "kept"
