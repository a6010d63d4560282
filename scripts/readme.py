"""Bring the README up to date: the output it shows and the picture are what the program prints today.

Without arguments the script writes; with ``--check`` it fails if something is out of date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from loopledger.read import read
from loopledger.register import load_register
from loopledger.report.brief import write_brief
from loopledger.report.figures import standalone
from loopledger.schedule import load_assumptions
from loopledger.sources import load_document

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "images" / "loop.svg"
EXAMPLE = ROOT / "examples" / "azure-loop.md"
KNOWN_ON = date(2026, 11, 24)

_BLOCK = re.compile(
    r"(?P<head><!-- output: (?P<command>[^|]+) \| lines (?P<first>\d+) to (?P<last>\d+) -->\n)```text\n.*?```\n",
    re.DOTALL,
)


def _output(match: re.Match[str]) -> str:
    """Return a block with what its command prints."""
    command = [sys.executable, "-m", *match["command"].split()]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    lines = printed.splitlines()[int(match["first"]) - 1 : int(match["last"])]
    return match["head"] + "```text\n" + "\n".join(lines).rstrip() + "\n```\n"


def _picture() -> str:
    snapshot = load_register().known_on(KNOWN_ON)
    reading = read(load_document(EXAMPLE), snapshot.parties.values())
    return standalone(write_brief([reading], snapshot, load_assumptions()).pictures["loop"].svg)


def main() -> int:
    """Write or check; the exit code is 1 if a check finds something out of date."""
    wanted = {README: _BLOCK.sub(_output, README.read_text(encoding="utf-8")), PICTURE: _picture()}
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            sys.stdout.write(f"{path.relative_to(ROOT)} is out of date; run python scripts/readme.py\n")
        return 1 if stale else 0
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
