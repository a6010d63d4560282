"""One writer a format; each returns the number of rows that it reads back from each table."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from loopledger.errors import SourceError
from loopledger.records.literals import plain_number
from loopledger.register.export.columns import Cell, ColumnType, Table
from loopledger.register.export.tables import TABLES

__all__ = ["FILE_WRITERS", "FOLDER_WRITERS", "is_export_file"]

Rows = dict[str, list[tuple[Cell, ...]]]

_SQLITE = {
    ColumnType.STRING: "TEXT", ColumnType.INTEGER: "INTEGER", ColumnType.NUMBER: "NUMERIC",
    ColumnType.DATE: "TEXT", ColumnType.BOOLEAN: "INTEGER",
}  # fmt: skip
#: Whole amounts to 1e18, which no figure of a register exceeds, and eighteen digits after the point.
_DUCKDB = {
    ColumnType.STRING: "VARCHAR", ColumnType.INTEGER: "BIGINT", ColumnType.NUMBER: "DECIMAL(38, 18)",
    ColumnType.DATE: "DATE", ColumnType.BOOLEAN: "BOOLEAN",
}  # fmt: skip


def _csv_cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return f"{cell.normalize():f}"
    return str(cell)


def _plain(cell: Cell) -> str | int | float | bool | None:
    match cell:
        case Decimal():
            return plain_number(cell)
        case date():
            return cell.isoformat()
    return cell


def _write_csv(folder: Path, rows: Rows) -> dict[str, int]:
    counted = {}
    for table in TABLES:
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in table.columns])
            writer.writerows([_csv_cell(cell) for cell in row] for row in rows[table.name])
        with path.open(encoding="utf-8", newline="") as file:
            counted[table.name] = sum(1 for _ in csv.reader(file, strict=True)) - 1
    return counted


def _write_json(folder: Path, rows: Rows) -> dict[str, int]:
    counted = {}
    for table in TABLES:
        names = [column.name for column in table.columns]
        lines = (
            json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False, allow_nan=False)
            for row in rows[table.name]
        )
        path = folder / f"{table.name}.json"
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
        counted[table.name] = len(json.loads(path.read_bytes()))
    return counted


def _create(table: Table, types: dict[ColumnType, str], *, with_refers: bool) -> str:
    lines = [f'"{c.name}" {types[c.type]}{" NOT NULL" if c.required else ""}' for c in table.columns]
    lines.append(_key(table))
    if with_refers:
        lines += [
            f'FOREIGN KEY ("{column}") REFERENCES "{other}" ("{field}")'
            for column, (other, field) in table.refers.items()
        ]
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def _key(table: Table) -> str:
    names = ", ".join(f'"{name}"' for name in table.key)
    return f"PRIMARY KEY ({names})"


def _count(execute: Callable[[str], Any]) -> dict[str, int]:
    query = 'SELECT count(*) FROM "{}"'
    return {table.name: int(execute(query.format(table.name)).fetchone()[0]) for table in TABLES}


def _write_sqlite(path: Path, rows: Rows, descriptor: str) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE datapackage (descriptor TEXT NOT NULL)")
        base.execute("INSERT INTO datapackage VALUES (?)", (descriptor,))
        for table in TABLES:
            base.execute(_create(table, _SQLITE, with_refers=True))
            marks = ", ".join("?" * len(table.columns))
            insert = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608  names of our own tables
            base.executemany(insert, ([_plain(cell) for cell in row] for row in rows[table.name]))
        base.commit()
        return _count(base.execute)


def _duckdb() -> Any:  # noqa: ANN401  the module, which may be missing
    try:
        import duckdb  # noqa: PLC0415  an extra
    except ImportError:
        msg = "DuckDB and Parquet files need the extra `data`, which is not installed"
        raise SourceError(
            msg, hint="pip install 'loopledger[data]', or export to sqlite, csv or json"
        ) from None
    return duckdb


def _fill(base: Any, rows: Rows, folder: Path) -> None:  # noqa: ANN401  a DuckDB connection
    """Create and fill the tables; DuckDB reads text files faster than rows one by one."""
    _write_csv(folder, rows)
    for table in TABLES:
        base.execute(_create(table, _DUCKDB, with_refers=False))
        types = {column.name: _DUCKDB[column.type] for column in table.columns}
        base.execute(
            f'INSERT INTO "{table.name}" SELECT * FROM read_csv(?, header = true, auto_detect = false, '  # noqa: S608  names of our own tables
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {types!r}, "
            "parallel = false, max_line_size = 16777216)",
            [str(folder / f"{table.name}.csv")],
        )


def _write_duckdb(path: Path, rows: Rows, descriptor: str) -> dict[str, int]:
    duckdb = _duckdb()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, closing(duckdb.connect(str(path))) as base:
        base.execute("CREATE TABLE datapackage (descriptor VARCHAR NOT NULL)")
        base.execute("INSERT INTO datapackage VALUES (?)", [descriptor])
        _fill(base, rows, Path(folder))
        return _count(base.execute)


def _write_parquet(folder: Path, rows: Rows) -> dict[str, int]:
    duckdb = _duckdb()
    counted = {}
    with (
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as texts,
        closing(duckdb.connect(":memory:")) as base,
    ):
        _fill(base, rows, Path(texts))
        for table in TABLES:
            target = str(folder / f"{table.name}.parquet")
            quoted = target.replace("'", "''")
            base.execute(f"COPY \"{table.name}\" TO '{quoted}' (FORMAT parquet)")
            counted[table.name] = base.execute("SELECT count(*) FROM read_parquet(?)", [target]).fetchone()[0]
    return counted


def is_export_file(form: str, path: Path) -> bool:
    """Whether a file is a database that an export wrote."""
    try:
        return any(_descriptors(form, path))
    except (sqlite3.Error, OSError):
        return False


def _descriptors(form: str, path: Path) -> Iterator[bool]:
    query = "SELECT descriptor FROM datapackage"
    if form == "sqlite":
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            yield from ('"loopledger"' in str(row[0]) for row in base.execute(query).fetchall())
        return
    duckdb = _duckdb()
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as base:
            yield from ('"loopledger"' in str(row[0]) for row in base.execute(query).fetchall())
    except duckdb.Error:
        return


FOLDER_WRITERS: dict[str, Callable[[Path, Rows], dict[str, int]]] = {
    "csv": _write_csv, "json": _write_json, "parquet": _write_parquet,
}  # fmt: skip
FILE_WRITERS: dict[str, Callable[[Path, Rows, str], dict[str, int]]] = {
    "sqlite": _write_sqlite, "duckdb": _write_duckdb,
}  # fmt: skip
