"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from loopledger.errors import SourceError

if TYPE_CHECKING:
    from loopledger.report.model import Report

__all__ = [
    "check_folder", "check_outputs", "clear_folders", "tell_cleared", "write_atomically", "write_report",
]  # fmt: skip


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
        If the file cannot be written, or something else than a plain file stands there.
    """
    from loopledger.register.workplaces import workplace

    _refuse_no_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with workplace(path) as folder:
            temporary = folder / "fresh"
            with temporary.open("wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            temporary.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written: {error.strerror}"
        raise SourceError(msg) from None


def _refuse_no_file(path: Path) -> None:
    if not path.name or path.is_symlink() or (path.exists() and not path.is_file()):
        what = "is no name of a file" if not path.name else "is no plain file, and is left as it is"
        msg = f"{str(path)!r} {what}"
        raise SourceError(msg, hint="name a file that may be written")


def check_folder(path: Path) -> None:
    """Refuse a folder in which nothing can be written, or that cannot be made.

    Raises
    ------
    SourceError
        Before anything is computed.
    """
    import tempfile

    there = next(place for place in (path, *path.absolute().parents) if os.path.lexists(place))
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        where = "" if there == path else f" in {there}"
        msg = f"{path}: cannot be written{where}: {error.strerror}"
        raise SourceError(msg, hint="name a place that may be written") from None


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | str]) -> None:
    """Refuse outputs that cannot be written, or would replace what is read, or each other.

    Raises
    ------
    SourceError
        Before anything is computed.
    """
    read = {Path(given).resolve() for given in inputs if str(given) != "-"}
    seen: set[Path] = set()
    for path in (p for p in outputs if p is not None):
        place = path.resolve()
        if place in read or place in seen:
            other = "is read" if place in read else "is named twice as output"
            msg = f"{path} {other}, and would be overwritten"
            raise SourceError(msg, hint="give another name")
        seen.add(place)
        _refuse_no_file(path)
        check_folder(path.parent)


def write_report(report: Report, *, html: Path | None, markdown: Path | None) -> None:
    """Write a brief or a page to the files asked for; Markdown is text, in which nothing steers a terminal.

    Raises
    ------
    SourceError
        If a file cannot be written.
    """
    if html is not None:
        from loopledger.report.render.html import render_html

        write_atomically(html, render_html(report))
    if markdown is not None:
        from loopledger.cli.printing import visible
        from loopledger.report.render.markdown import render_markdown

        write_atomically(markdown, visible(render_markdown(report)))


def clear_folders(folders: Iterable[Path]) -> None:
    """Remove what killed runs left in folders, and say so on the error stream."""
    from loopledger.register.workplaces import clear_leftovers

    for folder in sorted(set(folders)):
        tell_cleared(clear_leftovers(folder))


def tell_cleared(cleared: Iterable[Path]) -> None:
    """Say on the error stream what was removed."""
    from loopledger.cli.printing import warn

    for path in cleared:
        warn(f"removed what a killed run left: {path}")
