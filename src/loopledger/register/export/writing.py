"""Writing an export: whole or not at all, and counted again before it takes its place.

Notes
-----
A folder (CSV, JSON, Parquet) is written beside its place under a hidden name and renamed into it; one that
stands there already is first moved aside, and only if it is an earlier export. A database is one file and
replaces the old one in one step; it carries its descriptor in the table ``datapackage``, and a copy stands
beside it. A run that is killed leaves at most a hidden folder that nothing reads; the next export to a place
beside it removes that, names it, and puts back an export that was moved aside and not replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from loopledger.errors import SourceError
from loopledger.register.export.columns import Cell
from loopledger.register.export.descriptor import describe
from loopledger.register.export.tables import TABLES
from loopledger.register.snapshot import Snapshot
from loopledger.register.workplaces import ASIDE, clear_leftovers, workplace

__all__ = ["Format", "Written", "write_export"]

DESCRIPTOR = "datapackage.json"


class Format(StrEnum):
    """What an export can be written to."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"

    @property
    def is_one_file(self) -> bool:
        """Whether all tables are in one file."""
        return self in (Format.DUCKDB, Format.SQLITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.

    Parameters
    ----------
    path, descriptor : pathlib.Path
    n_rows : dict
        By table, counted in what was written.
    cleared : tuple of pathlib.Path
        What killed runs had left beside it, and this one removed.
    """

    path: Path
    descriptor: Path
    n_rows: dict[str, int]
    cleared: tuple[Path, ...] = ()


Rows = dict[str, list[tuple[Cell, ...]]]


def _rows_of(snapshot: Snapshot) -> Rows:
    """Return the rows of every table; empty text is no value."""
    return {
        table.name: [tuple(None if cell == "" else cell for cell in row) for row in table.rows(snapshot)]
        for table in TABLES
    }


def write_export(snapshot: Snapshot, to: Format, out: Path) -> Written:
    """Write a snapshot of a register as tables.

    Parameters
    ----------
    snapshot : Snapshot
    to : Format
    out : pathlib.Path
        A file for a database, a folder for the others.

    Raises
    ------
    SourceError
        If it cannot be written, would replace something else than an earlier export, or its extra is missing.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_export(snapshot, Format.CSV, Path(folder) / "out").n_rows["instruments"]
    16
    """
    rows = _rows_of(snapshot)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        cleared = clear_leftovers(out.parent)
        write = _write_file if to.is_one_file else _write_folder
        return replace(write(snapshot, to, out, rows), cleared=cleared)
    except (OSError, sqlite3.Error) as error:
        msg = f"{out}: cannot be written: {getattr(error, 'strerror', None) or error}"
        raise SourceError(msg) from None


def _check_counts(rows: Rows, counted: dict[str, int]) -> None:
    wrong = [name for name in rows if counted.get(name) != len(rows[name])]
    if wrong:
        msg = "; ".join(f"{name}: {len(rows[name])} rows, {counted.get(name)} read back" for name in wrong)
        raise SourceError(f"the export does not hold what was written: {msg}")  # noqa: EM102, TRY003


def _json_text(content: Any) -> str:  # noqa: ANN401  plain values
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_folder(snapshot: Snapshot, to: Format, out: Path, rows: Rows) -> Written:
    from loopledger.register.export.formats import FOLDER_WRITERS  # noqa: PLC0415  extras only when asked for

    _refuse_other(out)
    with workplace(out) as place:
        fresh = place / "fresh"
        fresh.mkdir()
        counted = FOLDER_WRITERS[to.value](fresh, rows)
        _check_counts(rows, counted)
        paths = {table.name: f"{table.name}.{to.value}" for table in TABLES}
        files = {name: fresh / path for name, path in paths.items()}
        hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
        text = _json_text(describe(snapshot, to.value, paths, counted, hashes))
        (fresh / DESCRIPTOR).write_text(text, encoding="utf-8")
        for path in (*files.values(), fresh / DESCRIPTOR):
            path.chmod(0o644)
            _sync(path)
        fresh.chmod(0o755)
        _move_in(fresh, out, place / ASIDE)
    return Written(path=out, descriptor=out / DESCRIPTOR, n_rows=counted)


def _refuse_other(out: Path) -> None:
    """Refuse to replace a folder that is not an earlier export."""
    if not out.exists():
        return
    if not out.is_dir():
        msg = f"{out}: is a file, and this export is a folder"
        raise SourceError(msg, hint="name another place with --out")
    entries = {path.name for path in out.iterdir()}
    known = {f"{table.name}.{form}" for table in TABLES for form in Format} | {DESCRIPTOR}
    if entries and (DESCRIPTOR not in entries or entries - known):
        other = sorted(entries - known)
        held = f"holds {other[0]}" if other else "is no export"
        msg = f"{out}: {held}; it is left as it is"
        raise SourceError(msg, hint="name a new or empty folder with --out")
    edited = _edited(out)
    if edited:
        msg = f"{out / edited}: has been changed since it was exported; it is left as it is"
        raise SourceError(msg, hint="name a new or empty folder with --out, or remove the old export")


def _edited(out: Path) -> str:
    """Return the name of a file of an earlier export that is no longer as it was written; empty if none."""
    if not (out / DESCRIPTOR).exists():
        return ""
    try:
        resources = json.loads((out / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]
        wanted = {str(row["path"]): str(row["hash"]).rpartition(":")[2] for row in resources}
    except (ValueError, LookupError, TypeError):
        return DESCRIPTOR
    for name, digest in wanted.items():
        path = out / name
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return name
    return ""


def _move_in(fresh: Path, out: Path, aside: Path) -> None:
    """Put a folder in the place of another, which is moved aside and goes with the workplace."""
    if not out.exists():
        fresh.rename(out)
        return
    aside.mkdir()
    out.rename(aside / out.name)
    try:
        fresh.rename(out)
    except BaseException:
        (aside / out.name).rename(out)
        raise


def _write_file(snapshot: Snapshot, to: Format, out: Path, rows: Rows) -> Written:
    from loopledger.register.export.formats import FILE_WRITERS, is_export_file  # noqa: PLC0415  as above

    if out.is_dir():
        msg = f"{out}: is a folder, and this export is a file"
        raise SourceError(msg, hint=f"name a file such as register.{to.value}")
    if out.exists() and out.stat().st_size and not is_export_file(to.value, out):
        msg = f"{out}: is no earlier export; it is left as it is"
        raise SourceError(msg, hint="name a new file with --out")
    paths = {table.name: out.name for table in TABLES}
    text = _json_text(describe(snapshot, to.value, paths, {n: len(r) for n, r in rows.items()}, {}))
    beside = out.with_name(f"{out.stem}.{DESCRIPTOR}")
    with workplace(out) as folder:
        counted = FILE_WRITERS[to.value](folder / "export", rows, text)
        _check_counts(rows, counted)
        (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
        for path in (folder / "export", folder / DESCRIPTOR):
            path.chmod(0o644)
            _sync(path)
        (folder / "export").replace(out)
        (folder / DESCRIPTOR).replace(beside)
    return Written(path=out, descriptor=beside, n_rows=counted)
