"""Read the labelled documents with the offline reader and score what it found.

The documents and their scorer live in the contributors' shared folder, beside the checkout. Where that
folder is missing the script says so and does nothing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpus"
#: Lowest F1 that a change may leave behind, by set of documents.
FLOOR = {"seed": 1.0, "dev": 0.88}


def main() -> int:
    """Score every set; the exit code is 1 if one falls below its floor."""
    if not (SHARED / "score.py").exists():
        sys.stdout.write(f"extraction score skipped: no labelled documents at {SHARED}\n")
        return 0
    worst = 0
    for name, floor in FLOOR.items():
        documents = sorted((SHARED / name / "docs").iterdir())
        with tempfile.TemporaryDirectory() as out:
            subprocess.run(
                [sys.executable, "-m", "loopledger", "read", "--out", out, *map(str, documents)], check=True
            )
            scored = subprocess.run(
                [
                    sys.executable, str(SHARED / "score.py"), out, str(SHARED / name / "gold"),
                    "--misses", "0", "--min-f1", str(floor),
                ],
                check=False,
            )  # fmt: skip
        worst = max(worst, scored.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
