"""Hidden folders in which something is made ready before it takes its place, and what killed runs left of them.

A workplace lies beside its target, is named ``.NAME.XXXXXXXX.loopledger`` and holds a file that the running
process has locked. The lock goes when the process goes, however it ends; a workplace that nobody holds is
what a killed run left, and the next run removes it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

__all__ = ["ASIDE", "clear_leftovers", "workplace"]

#: What stood at the target, moved aside while the new one takes its place.
ASIDE = "aside"
_HELD = "held"
_SUFFIX = ".loopledger"
#: From this age on a workplace without a lock file is no longer one that a run is just making [seconds].
_YOUNG = 60
_DAY = 86_400


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """Yield an empty hidden folder beside a target; it is gone afterwards.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with workplace(Path(folder) / "out") as place:
    ...         print(place.is_dir(), place.name.startswith(".out."), len(clear_leftovers(Path(folder))))
    ...     print(list(Path(folder).iterdir()))
    True True 0
    []
    """
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=_SUFFIX))
    try:
        with (folder / _HELD).open("w") as held:
            _lock(held)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lock(file: IO[str]) -> bool:
    """Take the lock of a file; return whether it was free."""
    if sys.platform == "win32":  # pragma: no cover - no such locks there; age decides
        return time.time() - os.fstat(file.fileno()).st_mtime > _DAY
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_left(folder: Path) -> bool:
    """Whether nobody holds a workplace."""
    try:
        with (folder / _HELD).open("r+") as held:
            return _lock(held)
    except FileNotFoundError:
        return time.time() - folder.stat().st_mtime > _YOUNG


def clear_leftovers(folder: Path) -> tuple[Path, ...]:
    """Remove the workplaces that killed runs left in a folder, and return them.

    What one of them had moved aside goes back to its place if nothing stands there.
    A folder that cannot be read or written is left as it is.
    """
    cleared: list[Path] = []
    try:
        for place in sorted(folder.glob(f".*{_SUFFIX}")):
            if not place.is_dir() or place.is_symlink() or not _is_left(place):
                continue
            for aside in (place / ASIDE).glob("*"):
                if not (folder / aside.name).exists():
                    aside.rename(folder / aside.name)
            shutil.rmtree(place)
            cleared.append(place)
    except OSError:
        return tuple(cleared)
    return tuple(cleared)
