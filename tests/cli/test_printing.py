"""Hostile names and quotations never steer the terminal; JSON holds them as they are."""

import json
import os
import subprocess
import sys

import pytest

from loopledger.cli.printing import visible
from loopledger.register import TEACHING

#: An escape sequence, a control sequence of one character, a bell, a reversal of writing.
HOSTILE = "a\x1b[2J\x9b1m\x07\u202eb"
SHOWN = r"a\x1b[2J\x9b1m\x07\u202eb"
STEERING = [
    *map(chr, (*range(9), *range(11, 32), *range(127, 160))),
    *"\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069",
]


def run(*arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "loopledger", *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False, input=stdin, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("mark", STEERING, ids=lambda mark: f"{ord(mark):04x}")
def test_every_steering_character_is_written_out(mark):
    assert visible(f"a{mark}b") in {f"a\\x{ord(mark):02x}b", f"a\\u{ord(mark):04x}b"}


@pytest.mark.parametrize("text", ["Zürich \u2192 東京\tß\n", "क्\u200dष", "“quoted” – 10 %"])
def test_writing_of_every_language_stays(text):
    assert visible(text) == text


@pytest.fixture
def flows(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text(
        f"period,payer,payee,kind,amount\n1,{HOSTILE},c,funding,5\n1,c,{HOSTILE},purchase,3\n", "utf-8"
    )
    return path


def steers(text):
    return any(mark in text for mark in STEERING)


def test_names_of_a_payment_table(flows):
    shown = run("loops", "--flows", flows)
    assert shown.returncode == 0, shown.stderr
    assert SHOWN in shown.stdout
    assert not steers(shown.stdout)
    printed = run("loops", "--flows", flows, "--json")
    assert json.loads(printed.stdout)["loops"][0]["parties"] == [HOSTILE, "c"]


def test_messages(flows, tmp_path):
    shown = run("funding", "--flows", flows, "--funder", "nobody")
    assert shown.returncode == 2
    assert SHOWN in shown.stderr
    assert not steers(shown.stderr)
    absent = run("loops", "--flows", tmp_path / "\x1b[31m.csv")
    assert absent.returncode == 3
    assert r"\x1b[31m.csv" in absent.stderr


def test_quotations_of_a_document(tmp_path):
    document, page = tmp_path / "doc.md", tmp_path / "page.md"
    said = "Microsoft will invest up to $5 billion in Anthropic \u202e over time."
    document.write_text(f"SEATTLE, March 3, 2026 -- {said}\n", "utf-8")
    texts = [run("read", document).stdout, run("brief", document).stdout]
    assert run("brief", document, "--md", page).returncode == 0
    for text in (*texts, page.read_text("utf-8")):
        assert r"u202e over time" in text
        assert not steers(text)
    assert "\u202e over time" in run("read", document, "--json").stdout


PAGE = ("page", "party", "larkspur", "--register", TEACHING, "--known-on", "2026-10-01")


def page(columns):
    """Return a page as a terminal of so many columns shows it."""
    shown, terminal = pytest.importorskip("pty").openpty()
    command = [sys.executable, "-m", "loopledger", *map(str, PAGE)]
    with subprocess.Popen(command, stdout=terminal, env={**os.environ, "COLUMNS": columns}) as running:
        os.close(terminal)
        found = b""
        while part := _read(shown):
            found += part
        assert running.wait(timeout=120) == 0
    os.close(shown)
    return found.decode("utf-8").replace("\r\n", "\n")


def _read(shown):
    try:
        return os.read(shown, 65_536)
    except OSError:  # what Linux says at the end of a terminal that is closed
        return b""


def test_text_is_wrapped_to_a_narrow_terminal():
    narrow, wide = page("72"), run(*PAGE).stdout
    assert "-" * 72 in narrow.splitlines()
    left = [line for line in narrow.splitlines() if len(line) > 72]
    # tables whose words and ids need more
    assert all("  " in line.strip() for line in left)
    assert len(left) < len([line for line in wide.splitlines() if len(line) > 72]) / 4
    assert narrow != wide


@pytest.mark.parametrize("columns", ["200", "100"])
def test_a_wide_terminal_shows_what_a_pipe_gets(columns, monkeypatch):
    wide = page(columns)
    monkeypatch.setenv("COLUMNS", "50")
    assert wide == run(*PAGE).stdout
    assert max(map(len, wide.splitlines())) <= 100
