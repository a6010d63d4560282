"""Payment tables as Parquet, read column by column through DuckDB."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import SourceError
from loopledger.network.checks import check_earmarks, check_periods, check_row, is_amount, read_amount
from loopledger.network.csvfile import CsvFile
from loopledger.network.flows import TABLE_KINDS, FlowTable
from loopledger.records import OUTSIDE

__all__ = ["is_parquet", "read_parquet"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def is_parquet(path: Path) -> bool:
    """Return whether a file is Parquet by its name."""
    return path.suffix.lower() in {".parquet", ".pq"}


@dataclass(kw_only=True)
class _Table(CsvFile):
    """A Parquet file with its faults, placed by row and column."""

    names: dict[str, str] = field(default_factory=dict)

    def _place(self, line: int, index: int) -> tuple[int, int]:
        return line, index + 1


def read_parquet(path: Path, required: tuple[str, ...], optional: tuple[str, ...]) -> FlowTable:
    """Read a payment table from Parquet.

    Parameters
    ----------
    path : pathlib.Path
    required, optional : tuple of str
        Names of the columns, in any case.

    Returns
    -------
    FlowTable
        The same as of a CSV file with the same cells.

    Raises
    ------
    SourceError
        If the file cannot be read, or the extra `data` is missing.
    RegisterError
        If the table has faults; all of them are listed with row and column, both from 1.
    """
    duckdb = _duckdb()
    file = _Table(path=path, text="", required=required, optional=optional)
    try:
        with duckdb.connect(":memory:") as base:
            _load(file, base)
            texts = {name: _coded(base, name) for name in (*required, *optional) if name != "amount"}
            amount = np.ma.filled(
                base.sql("SELECT amount FROM numbers ORDER BY row").fetchnumpy()["amount"], math.nan
            )
            said = base.sql("SELECT amount FROM cells ORDER BY row")
            table = _build(file, texts, amount.astype(np.float64), said)
    except duckdb.Error:
        msg = f"{path}: cannot be read as Parquet: it is another kind of file, or damaged"
        raise SourceError(msg) from None
    return table


def _duckdb() -> Any:  # noqa: ANN401 - the module, which may be missing
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "Parquet files need the extra `data`, which is not installed"
        raise SourceError(msg, hint="pip install 'loopledger[data]', or save the table as CSV") from None
    return duckdb


def _load(file: _Table, base: Any) -> None:  # noqa: ANN401 - a connection of an extra
    """Check the columns and copy the cells as text, with the number of their row."""
    found = base.sql(
        "SELECT name FROM parquet_schema($path) WHERE num_children IS NULL", params={"path": str(file.path)}
    )
    written = [name for (name,) in found.fetchall()]
    file.header = [name.strip().lower() for name in written]
    file.check_header(1)
    names = dict(zip(file.header, written, strict=True))
    cells = ", ".join(
        f"trim(coalesce({_quoted(names[name])}::VARCHAR, '')) AS {name}" if name in names else f"'' AS {name}"
        for name in (*file.required, *file.optional)
    )
    base.execute(
        f"CREATE TABLE cells AS SELECT file_row_number + 1 AS row, {cells} "  # noqa: S608 - names are checked
        "FROM read_parquet($path, file_row_number = true)",
        {"path": str(file.path)},
    )
    base.execute("CREATE TABLE numbers AS SELECT row, TRY_CAST(amount AS DOUBLE) AS amount FROM cells")
    if not base.sql("SELECT count(*) FROM cells").fetchall()[0][0]:
        file.fault(
            "FT106",
            1,
            file.required[0],
            "the table has no rows",
            f"the columns are {','.join(file.required)}",
        )
        file.stop_if_any()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _coded(base: Any, name: str) -> tuple[tuple[str, ...], IntArray]:  # noqa: ANN401 - a connection of an extra
    """Return the texts of a column in order, and for each row the position of its text."""
    words = sorted(word for (word,) in base.sql(f"SELECT DISTINCT {name} FROM cells").fetchall())  # noqa: S608
    base.execute("CREATE OR REPLACE TEMP TABLE words (word VARCHAR, code BIGINT)")
    base.execute(
        "INSERT INTO words SELECT unnest($words), unnest($codes)",
        {"words": words, "codes": list(range(len(words)))},
    )
    codes = base.sql(f"SELECT code FROM cells JOIN words ON word = {name} ORDER BY row")  # noqa: S608
    return tuple(words), codes.fetchnumpy()["code"].astype(np.int64)


def _build(
    file: _Table,
    texts: dict[str, tuple[tuple[str, ...], IntArray]],
    amount: FloatArray,
    said: Any,  # noqa: ANN401
) -> FlowTable:
    """Return the table, after every row that can have a fault was checked as a row of CSV is."""
    words = {name: found[0] for name, found in texts.items()}
    codes = {name: found[1] for name, found in texts.items()}
    suspects = np.flatnonzero(_suspect(words, codes, amount)).tolist()
    money = said.fetchall() if suspects else []
    for row in suspects:
        cells = {name: words[name][codes[name][row]] for name in texts}
        check_row(file, row + 1, cells)
        read_amount(file, row + 1, money[row][0])
    first = {word: int(np.argmax(codes["period"] == i)) + 1 for i, word in enumerate(words["period"]) if word}
    order = check_periods(file, dict(sorted(first.items(), key=lambda item: item[1])))
    earmarks = _earmarks(file, words, codes)
    check_earmarks(file, earmarks, _ends(words, codes))
    file.stop_if_any()
    return _table(words, codes, amount, order, {s: tuple(sorted(t)) for s, t in earmarks.items()})


def _suspect(words: dict[str, tuple[str, ...]], codes: dict[str, IntArray], amount: FloatArray) -> BoolArray:
    """Return which rows need a closer look, shape (n_rows,)."""
    proper = np.vectorize(is_amount, otypes=[np.bool_])
    fine = np.isfinite(amount)
    values, index = np.unique(amount[fine], return_inverse=True)
    fine[fine] = proper(values)[index] if len(values) else fine[fine]
    suspect = ~fine
    for name in ("period", "payer", "payee", "kind"):
        odd = [
            not word or (name == "kind" and word not in TABLE_KINDS)
            or (name in {"payer", "payee"} and word != OUTSIDE and word.lower() == OUTSIDE)
            for word in words[name]
        ]  # fmt: skip
        suspect |= np.array(odd, dtype=np.bool_)[codes[name]]
    place = {word: i for i, word in enumerate(words["payee"])}
    twin = np.array([place.get(word, -1) for word in words["payer"]], dtype=np.int64)
    suspect |= twin[codes["payer"]] == codes["payee"]
    return suspect


def _earmarks(
    file: _Table, words: dict[str, tuple[str, ...]], codes: dict[str, IntArray]
) -> dict[str, dict[str, int]]:
    """Return what each instrument is meant for, with the row that says so."""
    earmarks: dict[str, dict[str, int]] = {}
    meant = [word.replace(";", " ").split() for word in words["earmarked_for"]]
    given = np.array([bool(targets) for targets in meant], dtype=np.bool_)[codes["earmarked_for"]]
    for row in np.flatnonzero(given).tolist():
        instrument = words["instrument"][codes["instrument"][row]]
        if not instrument:
            file.fault("FT208", row + 1, "earmarked_for", "an earmark needs an instrument id in its row")
        else:
            targets = meant[codes["earmarked_for"][row]]
            earmarks.setdefault(instrument, {}).update(dict.fromkeys(targets, row + 1))
    return earmarks


def _ends(words: dict[str, tuple[str, ...]], codes: dict[str, IntArray]) -> Iterator[tuple[str, str, str]]:
    """Yield instrument, payer and payee of every payment, each combination once."""
    columns = np.stack([codes["instrument"], codes["payer"], codes["payee"]])
    for instrument, payer, payee in np.unique(columns, axis=1).T.tolist():
        yield words["instrument"][instrument], words["payer"][payer], words["payee"][payee]


def _table(
    words: dict[str, tuple[str, ...]],
    codes: dict[str, IntArray],
    amount: FloatArray,
    order: dict[str, str],
    earmarks: dict[str, tuple[str, ...]],
) -> FlowTable:
    kept = np.flatnonzero(amount > 0)
    periods = tuple(dict.fromkeys(order.values()))
    place = {label: i for i, label in enumerate(periods)}
    period = np.array([place[order[word]] for word in words["period"]], dtype=np.int64)

    def used(*names: str) -> tuple[tuple[str, ...], list[IntArray]]:
        present = {words[name][code] for name in names for code in np.unique(codes[name][kept]).tolist()}
        vocabulary = tuple(sorted(present))
        position = {word: i for i, word in enumerate(vocabulary)}
        maps = [np.array([position.get(word, -1) for word in words[name]], dtype=np.int64) for name in names]
        return vocabulary, [table[codes[name][kept]] for table, name in zip(maps, names, strict=True)]

    parties, (payer, payee) = used("payer", "payee")
    kinds, (kind,) = used("kind")
    instruments, (instrument,) = used("instrument")
    return FlowTable(
        periods=periods, parties=parties, kinds=kinds, instruments=instruments,
        period=period[codes["period"][kept]], payer=payer, payee=payee, kind=kind, instrument=instrument,
        amount=amount[kept], earmarks=MappingProxyType(earmarks),
    )  # fmt: skip
