"""What a table is: its columns with type, unit and meaning, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from loopledger.register.snapshot import Snapshot

__all__ = ["Cell", "Column", "ColumnType", "Table", "says_of"]

Cell = str | int | Decimal | date | bool | None


class ColumnType(StrEnum):
    """Types of a Frictionless table schema that our tables use."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        Stable; a unit stands in its suffix.
    type : ColumnType
    says : str
        What it means.
    unit : str
        Where the suffix cannot tell: the name of the column that holds it, or the unit.
    required : bool
        Whether every row has it.
    values : tuple of str
        All that it may hold, where that is a list.
    """

    name: str
    type: ColumnType = ColumnType.STRING
    says: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table.

    Parameters
    ----------
    name, says : str
    columns : tuple of Column
    rows : callable
        From a snapshot to rows in the order of the columns.
    key : tuple of str
        Columns that together name a row.
    refers : mapping
        Column to (table, column) of what it names.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    rows: Callable[[Snapshot], Iterator[tuple[Cell, ...]]]
    key: tuple[str, ...]
    refers: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def says_of(model: type[BaseModel], name: str, otherwise: str = "") -> str:
    """Return what a record's own declaration says of a field."""
    return model.model_fields[name].description or otherwise
