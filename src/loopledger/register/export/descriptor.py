"""The Frictionless descriptor of an export: what each table and column means, for people and programs."""

from __future__ import annotations

from typing import Any

from loopledger import __version__
from loopledger.register.export.columns import Column, Table
from loopledger.register.export.tables import TABLES
from loopledger.register.snapshot import Snapshot

__all__ = ["describe"]

_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "sqlite": "application/vnd.sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "duckdb": "application/octet-stream",
}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type.value, "description": column.says}
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if constraints:
        field["constraints"] = constraints
    return field


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if table.refers:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": field}}
            for column, (other, field) in table.refers.items()
        ]
    return schema


def describe(
    snapshot: Snapshot, form: str, paths: dict[str, str], n_rows: dict[str, int], hashes: dict[str, str]
) -> dict[str, Any]:
    """Return the descriptor of an export, a Data Package of version 1.

    Parameters
    ----------
    snapshot : Snapshot
    form : str
        ``csv``, ``json``, ``sqlite``, ``duckdb`` or ``parquet``.
    paths, n_rows, hashes : dict
        By table: file relative to the descriptor, number of rows, SHA-256 of the file where it is stable.
    """
    resources = []
    for table in TABLES:
        resource: dict[str, Any] = {
            "name": table.name, "path": paths[table.name], "description": table.says,
            "profile": "tabular-data-resource", "format": form, "mediatype": _MEDIA[form],
            "encoding": "utf-8", "n_rows": n_rows[table.name], "schema": _schema(table),
        }  # fmt: skip
        if form == "csv":
            resource["dialect"] = {"lineTerminator": "\n"}
        if form in ("sqlite", "duckdb"):
            resource["dialect"] = {"table": table.name}
        if table.name in hashes:
            resource["hash"] = f"sha256:{hashes[table.name]}"
        resources.append(resource)
    return {
        "profile": "tabular-data-package",
        "name": "loopledger-register",
        "title": f"loopledger register as known on {snapshot.day}",
        "version": __version__,
        "loopledger": {"known_on": snapshot.day.isoformat(), "content_sha256": snapshot.content_hash},
        "resources": resources,
    }
