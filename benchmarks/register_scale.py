"""How long a register takes to load and check: the bundled one from a cold shell, and a synthetic one.

    python benchmarks/register_scale.py [--instruments 100000] [--runs 3] [--keep DIR]

Each run is a process of its own, so that time and memory hold the start of the interpreter too.
Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

SEED = 20261124
A_DEAL = 4
#: Seconds and bytes that the synthetic register may take, and seconds of the bundled one.
MOST_S, MOST_BYTES, MOST_BUNDLED_S = 60.0, 2 * 2**30, 1.5

_KINDS = ("equity_investment", "purchase_commitment", "loan", "lease", "bond", "guarantee")
_ROLES = ("chipmaker", "cloud", "neocloud", "model_developer", "investor", "lender")


def _parties(n: int) -> Iterator[str]:
    for i in range(n):
        yield f"- id: party-{i}\n  name: Company {i} Holdings, Inc.\n  role: {_ROLES[i % len(_ROLES)]}\n"
        yield f"  aliases: [Company {i}]\n  country: US\n"


def _evidence(day: date, indent: str) -> str:
    return (
        f"{indent}evidence:\n{indent}- url: https://example.org/{day}\n{indent}  publisher: A paper\n"
        f"{indent}  published: '{day}'\n{indent}  says: The parties agree.\n{indent}  grade: primary\n"
    )


def _instrument(number: int, deal: int, day: date, parties: tuple[int, int], rng: random.Random) -> str:
    bn = rng.randrange(1, 400) / 10
    text = (
        f"- id: i-{number}\n  kind: {_KINDS[number % len(_KINDS)]}\n  payer: party-{parties[0]}\n"
        f"  payee: party-{parties[1]}\n  amount: {rng.choice(('', 'about ', 'up to '))}USD {bn:g} bn\n"
        f"  start: '{day + timedelta(days=30)}'\n  term_years: {rng.randrange(1, 9)}\n"
        f"  firmness: binding\n  status: announced\n  confidence: medium\n" + _evidence(day, "  ")
    )
    if number % 5 == 0:
        later = day + timedelta(days=60)
        text += f"  changes:\n  - on: '{later}'\n    set: {{status: definitive}}\n    why: It was signed.\n"
        text += _evidence(later, "    ")
    if number % 7 == 3 and number % A_DEAL and deal:
        text += f"  links: {{earmarked_for: [i-{number - 1}]}}\n"
    return text


def write_register(root: Path, n_instruments: int, seed: int = SEED) -> None:
    """Write a register of so many instruments, four a deal, with changes, links and one observation in ten."""
    rng = random.Random(seed)
    n_parties = max(10, n_instruments // 100)
    (root / "deals").mkdir(parents=True)
    (root / "observations").mkdir()
    (root / "parties.yaml").write_text("".join(_parties(n_parties)), encoding="utf-8")
    for deal in range(-(-n_instruments // A_DEAL)):
        day = date(2020, 1, 1) + timedelta(days=rng.randrange(2400))
        text = f"id: deal-{deal}\ntitle: Deal {deal}\nannounced: '{day}'\ninstruments:\n"
        for number in range(deal * A_DEAL, min((deal + 1) * A_DEAL, n_instruments)):
            payer, payee = rng.sample(range(n_parties), 2)
            text += _instrument(number, deal, day, (payer, payee), rng)
        (root / "deals" / f"{day}-deal-{deal}.yaml").write_text(text, encoding="utf-8")
    with (root / "observations" / "financials.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("party,period,period_end,metric,value,unit,bound,grade,source_url,published,note\n")
        for i in range(n_instruments // 10):
            year, quarter = 2020 + i % 6, i % 4
            end = ("03-31", "06-30", "09-30", "12-31")[quarter]
            value = rng.randrange(10**9)
            file.write(
                f"party-{i % n_parties},{year}Q{quarter + 1},{year}-{end},revenue,{value},usd,exact,primary,"
                f"https://example.org/{i},{year + 1}-01-31,\n"
            )


def measure(command: list[str]) -> tuple[float, int, str]:
    """Return seconds, peak bytes and the last line of one process."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.perf_counter() - started
        out.seek(0)
        lines = out.read().splitlines()
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n" + "\n".join(lines[-5:]))
    scale = 1 if sys.platform == "darwin" else 1024
    return elapsed, usage.ru_maxrss * scale, lines[-1]


def _series(name: str, command: list[str], n_runs: int) -> tuple[float, float]:
    runs = [measure(command) for _ in range(n_runs)]
    seconds, peaks = [run[0] for run in runs], [run[1] / 2**30 for run in runs]
    print(f"{name}: {runs[0][2]}")
    for unit, values in (("s", seconds), ("GiB", peaks)):
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"  {unit:<4} min {low:8.2f}  median {middle:8.2f}  max {high:8.2f}  ({n_runs} runs)")
    return max(seconds), max(peaks)


def main() -> int:
    """Measure, print, and hold against the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instruments", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the synthetic register in this new folder")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.platform()}, {platform.machine()}, {cores} cores, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in ("loopledger", "pydantic", "pyyaml", "rapidfuzz")))
    check = [sys.executable, "-m", "loopledger", "register", "check"]
    _, _, _ = measure(check)  # compiled files and the disk's cache are warm, as for any second start
    bundled_s, _ = _series("bundled register", check, max(5, options.runs))
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder) / "register"
        started = time.perf_counter()
        write_register(root, options.instruments)
        print(f"written in {time.perf_counter() - started:.1f} s, seed {SEED}")
        large_s, large_gib = _series("synthetic register", [*check, "--register", str(root)], options.runs)
    print(f"own peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    is_met = bundled_s <= MOST_BUNDLED_S and large_s <= MOST_S and large_gib * 2**30 <= MOST_BYTES
    print(
        f"limits {MOST_BUNDLED_S} s, {MOST_S:.0f} s, {MOST_BYTES / 2**30:.0f} GiB: {'met' if is_met else 'missed'}"
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
