"""How long a command takes from start to end, beside an interpreter that does nothing.

Run with ``python benchmarks/start.py [runs]``; prints minimum, median and maximum wall seconds of whole
processes, and the ratio of medians to the empty interpreter in the same run.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = str(ROOT / "examples" / "azure-loop.md")
COMMANDS = {
    "an empty interpreter": ["-c", "pass"],
    "loopledger --help": ["-m", "loopledger", "--help"],
    "loopledger brief, a short document": ["-m", "loopledger", "brief", EXAMPLE],
    "loopledger brief --json": ["-m", "loopledger", "brief", EXAMPLE, "--json"],
    "loopledger register check": ["-m", "loopledger", "register", "check"],
}


def main() -> None:
    """Time every command, one after the other, in turn."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    walls: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):  # the first round warms the file cache and is not counted
        for name, arguments in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
            walls[name].append(time.perf_counter() - start)
    base = statistics.median(walls["an empty interpreter"][1:])
    print(f"{platform.machine()}, Python {platform.python_version()}, {runs} runs")
    for name, all_runs in walls.items():
        counted = all_runs[1:]
        middle = statistics.median(counted)
        print(f"{name:36} {min(counted):6.2f} {middle:6.2f} {max(counted):6.2f} s   {middle / base:5.1f} x")


if __name__ == "__main__":
    main()
