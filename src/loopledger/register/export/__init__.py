"""The register as tables for other programs: CSV, JSON, SQLite, DuckDB, Parquet, each with its descriptor."""

from loopledger.register.export.columns import Column, ColumnType, Table
from loopledger.register.export.descriptor import describe
from loopledger.register.export.tables import TABLES
from loopledger.register.export.writing import Format, Written, write_export

__all__ = ["TABLES", "Column", "ColumnType", "Format", "Table", "Written", "describe", "write_export"]
