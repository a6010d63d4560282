"""Writes that are killed at a random moment leave every file whole: as it was, or as it should be."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from loopledger.register import BUNDLED, TEACHING, check_register, files_of, format_files

ANNOUNCEMENT = """\
Example, 1 May 2026 - Quayside Bank will lend Larkspur $2 billion over four years.
Orvane Systems Inc. agreed to invest up to $500 million in Larkspur.
"""


def run_and_kill(arguments, folder, after):
    """Start a command, wait for its first sign on disk, and kill it some moments later."""
    started = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    process = subprocess.Popen(
        [sys.executable, "-m", "loopledger", *map(str, arguments)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        now = {path for path in folder.rglob("*") if path.is_file()}
        if now != set(started):
            break
    time.sleep(after)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


@pytest.mark.parametrize("seed", range(3))
def test_formatting_that_is_killed_leaves_whole_files(tmp_path, seed):
    copy = tmp_path / "register"
    shutil.copytree(BUNDLED, copy)
    before = {path: path.read_text(encoding="utf-8") for path in files_of(copy)}
    after = {item.path: item.text for item in format_files(files_of(copy))}
    run_and_kill(["register", "fmt", "--register", copy], copy, random.Random(seed).uniform(0, 0.3))  # noqa: S311
    now = {path: path.read_text(encoding="utf-8") for path in files_of(copy)}
    assert now.keys() == before.keys()
    assert all(now[path] in (before[path], after[path]) for path in now)
    assert any(now[path] == after[path] != before[path] for path in now) or now == before
    register, _ = check_register(copy)
    assert register is not None


@pytest.mark.parametrize("seed", range(4))
def test_adding_that_is_killed_leaves_a_register_without_faults(tmp_path, seed):
    copy = tmp_path / "register"
    shutil.copytree(TEACHING, copy)
    doc = tmp_path / "loan.txt"
    doc.write_text(ANNOUNCEMENT, encoding="utf-8")
    parties = (copy / "parties.yaml").read_text(encoding="utf-8")
    deals = {path.name: path.read_bytes() for path in (copy / "deals").iterdir()}
    command = [
        "register",
        "add",
        doc,
        "--register",
        copy,
        "--url",
        "https://example.org/x",
        "--publisher",
        "X",
        "--yes",
    ]
    run_and_kill(command, copy, random.Random(seed).uniform(0, 0.02))  # noqa: S311
    assert (copy / "parties.yaml").read_text(encoding="utf-8").startswith(parties)
    assert all((copy / "deals" / name).read_bytes() == content for name, content in deals.items())
    register, problems = check_register(copy)
    assert register is not None, problems
    assert len(register.instruments) in (16, 18)
