"""Time ten thousand draws of two scenarios on the bundled register.

Run with ``python benchmarks/ensembles.py``; numbers depend on the machine, the ratio less so.
"""

from __future__ import annotations

import sys
import time
from datetime import date

from loopledger.register import load_register
from loopledger.report.stress.ask import ask
from loopledger.schedule import expand, load_assumptions, promises_from_snapshot
from loopledger.stress.scenarios import load_scenario
from loopledger.units import Quarter

DAY = date(2026, 11, 24)


def main() -> None:
    """Print the seconds that 10,000 draws take."""
    snapshot = load_register(None).known_on(DAY)
    schedule = expand(promises_from_snapshot(snapshot), load_assumptions(), known_on=DAY)
    quarters = tuple(Quarter.of(DAY).shifted(k) for k in range(8))
    scenarios = load_scenario("S01+S09")
    started = time.perf_counter()
    ask(snapshot, schedule, scenarios, quarters, n_draws=0)
    once = time.perf_counter() - started
    ask(snapshot, schedule, scenarios, quarters, n_draws=10_000)
    whole = time.perf_counter() - started - 2 * once
    sys.stdout.write(f"10,000 draws: {whole:.1f} s; books and three runs: {once:.1f} s\n")


if __name__ == "__main__":
    main()
