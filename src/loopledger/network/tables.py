"""Reading payment tables that an analyst brings: CSV with named columns, every fault placed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from loopledger.errors import Location, Problem, RegisterError, SourceError
from loopledger.network.flows import TABLE_KINDS, FlowTable, Row, build_table
from loopledger.units import Quarter

__all__ = ["read_flows", "read_opening"]

_REQUIRED = ("period", "payer", "payee", "kind", "amount")
_OPTIONAL = ("instrument", "earmarked_for")
_MAX_BYTES = 512 * 1024 * 1024
_MAX_PROBLEMS = 200


@dataclass(slots=True)
class _Faults:
    """Problems of one table, collected while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, line: int, column: int, message: str, hint: str = "") -> None:
        place = Location(self.file, line, column)
        self.problems.append(Problem(code=code, at=place, message=message, hint=hint))

    def stop_if_any(self) -> None:
        if self.problems:
            shown = self.problems[:_MAX_PROBLEMS]
            more = f", the first {_MAX_PROBLEMS} are shown" if len(self.problems) > _MAX_PROBLEMS else ""
            msg = f"{self.file} has {len(self.problems)} faults{more}"
            raise RegisterError(msg, shown)


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            msg = f"{path}: {size:,} bytes is more than the {_MAX_BYTES:,} that a payment table may have"
            raise SourceError(msg, hint="aggregate it by period, payer, payee and kind first")
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise SourceError(msg) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 text (byte {error.start})"
        raise SourceError(msg, hint="save the table as CSV in UTF-8") from None


def _check_header(
    header: list[str], required: tuple[str, ...], optional: tuple[str, ...], faults: _Faults
) -> None:
    known = required + optional
    for name in required:
        if name not in header:
            faults.add("FT101", 1, 1, f"no column {name!r}", f"the columns are {','.join(required)}")
    for number, name in enumerate(header, start=1):
        if name not in known:
            faults.add("FT102", 1, number, f"unknown column {name!r}", f"known: {', '.join(known)}")
        elif header.count(name) > 1:
            faults.add("FT103", 1, number, f"column {name!r} stands twice")
    faults.stop_if_any()


def _records(
    path: Path, faults: _Faults, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str], Mapping[str, int]]]:
    """Yield line number, cells by column name, and the number of each column (1 is the first)."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    header = [name.strip().lower() for name in next(reader, [])]
    _check_header(header, required, optional, faults)
    column = {name: number for number, name in enumerate(header, start=1)}
    n_rows = 0
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            n_rows += 1
            if len(cells) != len(header):
                faults.add(
                    "FT104", reader.line_num, 1, f"{len(cells)} cells where the header has {len(header)}"
                )
                continue
            yield (
                reader.line_num,
                {name: cell.strip() for name, cell in zip(header, cells, strict=True)},
                column,
            )
    except csv.Error as error:
        faults.add("FT105", reader.line_num, 1, f"not CSV: {error}")
    if n_rows == 0:
        faults.add("FT106", 0, 0, "the table has no rows")


def _amount(text: str) -> float | None:
    """Return a finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


_PERIOD_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], float]], ...] = (
    ("quarters such as 2026Q1", re.compile(r"\d{4}-?[Qq][1-4]"), lambda text: Quarter.parse(text).index),
    (
        "days such as 2026-01-15",
        re.compile(r"\d{4}-\d{2}-\d{2}"),
        lambda text: date.fromisoformat(text).toordinal(),
    ),
    (
        "months such as 2026-01",
        re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"),
        lambda text: int(text[:4]) * 12 + int(text[5:]),
    ),
    ("numbers such as 1 or 2026", re.compile(r"-?\d{1,9}"), int),
)


def _order_periods(places: Mapping[str, int], column: int, faults: _Faults) -> tuple[str, ...]:
    """Return the labels in time order; all must be of one form."""
    for name, pattern, key in _PERIOD_FORMS:
        if all(pattern.fullmatch(label) for label in places):
            try:
                return tuple(sorted(places, key=key))
            except ValueError:
                break
        odd = [label for label in places if not pattern.fullmatch(label)]
        if len(odd) < len(places):
            for label in odd:
                faults.add(
                    "FT204",
                    places[label],
                    column,
                    f"period {label!r} among {name}",
                    "use one form throughout",
                )
            return ()
    for label, line in places.items():
        faults.add(
            "FT205", line, column, f"not a period: {label!r}", "write 2026Q1, 2026-01, 2026-01-15 or 1, 2, 3"
        )
    return ()


def _check_row(
    cells: Mapping[str, str], line: int, column: Mapping[str, int], faults: _Faults
) -> float | None:
    for name in ("period", "payer", "payee"):
        if not cells[name]:
            faults.add("FT201", line, column[name], f"{name} is empty")
    if cells["payer"] and cells["payer"] == cells["payee"]:
        faults.add("FT202", line, column["payee"], f"{cells['payer']!r} pays itself")
    if cells["kind"] not in TABLE_KINDS:
        faults.add(
            "FT203",
            line,
            column["kind"],
            f"unknown kind {cells['kind']!r}",
            f"known: {', '.join(TABLE_KINDS)}",
        )
    amount = _amount(cells["amount"])
    if amount is None:
        faults.add("FT206", line, column["amount"], f"not a finite number: {cells['amount']!r}")
    elif amount < 0:
        faults.add(
            "FT207", line, column["amount"], f"negative amount {amount:g}", "swap payer and payee instead"
        )
        return None
    return amount


def read_flows(path: Path) -> FlowTable:
    """Read a payment table.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8 with the columns ``period,payer,payee,kind,amount`` and optionally
        ``instrument`` and ``earmarked_for`` (instrument ids, separated by blanks or semicolons).
        Kind is ``funding``, ``purchase`` or any kind of the register. The party named ``outside``
        is the rest of the world. Periods are quarters, months, days or numbers, of one form.

    Returns
    -------
    FlowTable

    Raises
    ------
    SourceError
        If the file cannot be read.
    RegisterError
        If the table has faults; all of them are listed with line and column.
    """
    faults = _Faults(str(path))
    rows: list[Row] = []
    places: dict[str, int] = {}
    earmarks: dict[str, tuple[str, ...]] = {}
    column: Mapping[str, int] = {}
    for line, cells, column in _records(path, faults, _REQUIRED, _OPTIONAL):
        amount = _check_row(cells, line, column, faults)
        places.setdefault(cells["period"], line)
        instrument = cells.get("instrument", "")
        targets = tuple(cells.get("earmarked_for", "").replace(";", " ").split())
        if targets and not instrument:
            faults.add("FT208", line, column["earmarked_for"], "an earmark needs an instrument id in its row")
        elif targets:
            earmarks[instrument] = tuple(sorted({*earmarks.get(instrument, ()), *targets}))
        if amount is not None:
            rows.append(
                Row(
                    period=cells["period"], payer=cells["payer"], payee=cells["payee"],
                    kind=cells["kind"], amount=amount, instrument=instrument,
                )
            )  # fmt: skip
    faults.stop_if_any()
    periods = _order_periods(places, column["period"], faults)
    _check_earmarks(earmarks, rows, faults)
    faults.stop_if_any()
    return build_table(rows, periods=periods, earmarks=earmarks)


def _check_earmarks(earmarks: Mapping[str, tuple[str, ...]], rows: list[Row], faults: _Faults) -> None:
    payees: dict[str, set[str]] = {}
    payers: dict[str, set[str]] = {}
    for row in rows:
        payees.setdefault(row.instrument, set()).add(row.payee)
        payers.setdefault(row.instrument, set()).add(row.payer)
    for source, targets in earmarks.items():
        for target in targets:
            if target not in payers:
                faults.add("FT209", 0, 0, f"{source!r} is earmarked for {target!r}, which no row names")
            elif not payees.get(source, set()) & payers[target]:
                faults.add("FT210", 0, 0, f"{source!r} does not arrive at a payer of {target!r}")


def read_opening(path: Path) -> dict[str, float]:
    """Read opening cash: CSV with the columns ``party,amount``.

    Raises
    ------
    SourceError
        If the file cannot be read.
    RegisterError
        If the table has faults; all of them are listed with line and column.
    """
    faults = _Faults(str(path))
    opening: dict[str, float] = {}
    for line, cells, column in _records(path, faults, ("party", "amount"), ()):
        amount = _amount(cells["amount"])
        if not cells["party"]:
            faults.add("FT201", line, column["party"], "party is empty")
        if cells["party"] in opening:
            faults.add("FT301", line, column["party"], f"{cells['party']!r} stands twice")
        if amount is None:
            faults.add("FT206", line, column["amount"], f"not a finite number: {cells['amount']!r}")
        elif amount < 0:
            faults.add("FT207", line, column["amount"], f"negative amount {amount:g}")
        else:
            opening[cells["party"]] = amount
    faults.stop_if_any()
    return opening
