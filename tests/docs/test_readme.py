"""The README shows what the program prints today."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_readme_output_and_picture_are_up_to_date():
    result = subprocess.run(
        [sys.executable, "scripts/readme.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_links_of_the_readme_lead_to_files():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in t]
    assert len(targets) > 8
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_reference_pages_are_what_the_tables_say():
    result = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stdout + result.stderr
