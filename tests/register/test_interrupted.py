"""Writes that are killed at random moments leave every file whole, and the next run clears up and says so."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loopledger.register import BUNDLED, TEACHING, check_register, files_of, format_files
from loopledger.register.observations import read_observations

ANNOUNCEMENT = """\
Example, 1 May 2026 - Quayside Bank will lend Larkspur $2 billion over four years.
Orvane Systems Inc. agreed to invest up to $500 million in Larkspur.
"""
SOURCE = ["--url", "https://example.org/x", "--publisher", "X", "--yes"]
FACTS = Path(__file__).parents[1] / "figures" / "fjord_companyfacts.json"
#: The form of version 1 of the file format, for something to format.
LITERAL = re.compile(r"^( +)amount: USD (\d+) bn$", re.MULTILINE)


def unformatted(root):
    """A copy of the real register, in the mapping form in some fifty files."""
    shutil.copytree(BUNDLED, root)
    for path in files_of(root):
        text = path.read_text(encoding="utf-8")
        form = r"\1amount: {value: \g<2>000000000, currency: USD}"
        path.write_text(LITERAL.sub(form, text), encoding="utf-8")
    return root


def start(arguments):
    command = [sys.executable, "-m", "loopledger", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_and_kill(arguments, root, after):
    """Start a command, wait for its first workplace, and kill it some moments later; whether it was at work."""
    process = start(arguments)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline and not leftovers(root):
        time.sleep(0.0005)
    time.sleep(after)
    was_at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return was_at_work


def leftovers(root):
    """Hidden folders of runs; they come and go while a run is at work, which a plain search does not survive."""
    return [
        Path(folder, name)
        for folder, names, _ in os.walk(root)
        for name in names
        if name.startswith(".") and name.endswith(".loopledger")
    ]


def clears_up(arguments, root, code=0):
    """Run to the end: nothing hidden stays, and what a killed run left is named."""
    left = leftovers(root)
    process = start(arguments)
    _, told = process.communicate(timeout=120)
    assert process.returncode == code, told
    assert leftovers(root) == []
    assert all(f"removed what a killed run left: {place}" in told for place in left)


def test_formatting_that_is_killed_leaves_whole_files(tmp_path):
    copy = unformatted(tmp_path / "register")
    before = {path: path.read_text(encoding="utf-8") for path in files_of(copy)}
    after = {item.path: item.text for item in format_files(files_of(copy))}
    assert sum(before[path] != after[path] for path in before) > 40
    command, rng = ["register", "fmt", "--register", copy], random.Random(5)  # noqa: S311  moments
    n_at_work = sum(run_and_kill(command, copy, rng.uniform(0, 0.03)) for _ in range(6))
    now = {path: path.read_text(encoding="utf-8") for path in files_of(copy)}
    assert now.keys() == before.keys()
    assert all(now[path] in (before[path], after[path]) for path in now)
    assert n_at_work > 0
    assert check_register(copy)[0] is not None
    clears_up(command, copy)
    assert {path: path.read_text(encoding="utf-8") for path in files_of(copy)} == after


@pytest.mark.parametrize("seed", range(5))
def test_adding_that_is_killed_leaves_a_register_without_faults(tmp_path, seed):
    copy = tmp_path / "register"
    shutil.copytree(TEACHING, copy)
    doc = tmp_path / "loan.txt"
    doc.write_text(ANNOUNCEMENT, encoding="utf-8")
    parties = (copy / "parties.yaml").read_text(encoding="utf-8")
    deals = {path.name: path.read_bytes() for path in (copy / "deals").iterdir()}
    command = ["register", "add", doc, "--register", copy, *SOURCE]
    run_and_kill(command, copy, random.Random(seed).uniform(0, 0.02))  # noqa: S311  moments
    assert (copy / "parties.yaml").read_text(encoding="utf-8").startswith(parties)
    assert all((copy / "deals" / name).read_bytes() == content for name, content in deals.items())
    register, problems = check_register(copy)
    assert register is not None, problems
    assert len(register.instruments) in (16, 18)
    clears_up(command, copy)
    assert len(check_register(copy)[0].instruments) == 18


@pytest.mark.parametrize("seed", range(4))
def test_filings_that_are_killed_leave_the_rows_as_they_were_or_all_of_them(tmp_path, seed):
    copy = tmp_path / "register"
    shutil.copytree(TEACHING, copy)
    rows = copy / "observations" / "financials.csv"
    before = rows.read_text(encoding="utf-8")
    command = ["register", "companyfacts", FACTS, "--party", "fjord", "--register", copy, "--out", rows]
    run_and_kill(command, copy, random.Random(seed).uniform(0, 0.01))  # noqa: S311  moments
    now = rows.read_text(encoding="utf-8")
    assert now == before or (now.startswith(before) and now.endswith("\n"))
    assert read_observations(now, "x.csv")[1] == []
    clears_up(command, copy)
    whole = rows.read_text(encoding="utf-8")
    assert whole.startswith(before)
    assert now in (before, whole)
