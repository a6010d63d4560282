"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from loopledger.errors import SourceError

__all__ = ["clear_folders", "tell_cleared", "write_atomically"]


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if need be.
    content : str or bytes
        Text is written in UTF-8.

    Raises
    ------
    SourceError
        If the file cannot be written.
    """
    from loopledger.register.workplaces import workplace

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with workplace(path) as folder:
            temporary = folder / "fresh"
            with temporary.open("wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written: {error.strerror}"
        raise SourceError(msg) from None


def clear_folders(folders: Iterable[Path]) -> None:
    """Remove what killed runs left in folders, and say so on the error stream."""
    from loopledger.register.workplaces import clear_leftovers

    for folder in sorted(set(folders)):
        tell_cleared(clear_leftovers(folder))


def tell_cleared(cleared: Iterable[Path]) -> None:
    """Say on the error stream what was removed."""
    from loopledger.cli.options import warn

    for path in cleared:
        warn(f"removed what a killed run left: {path}")
