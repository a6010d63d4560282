"""Where the registers that come with the package lie."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["BUNDLED", "TEACHING"]

_DATA = Path(str(files("loopledger"))) / "data"

#: The real register: the AI build-out, and past episodes of vendor financing for comparison.
BUNDLED = _DATA / "register"
#: A small invented register for documentation, examples and tests.
TEACHING = _DATA / "teaching"
