"""Payment tables that an analyst brings: CSV with named columns, every fault placed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from loopledger.network.csvfile import CsvFile, read_csv
from loopledger.network.flows import TABLE_KINDS, FlowTable, Row, build_table
from loopledger.network.periods import PERIOD_FORMS, order_periods
from loopledger.records import OUTSIDE

__all__ = ["TABLE_FAULTS", "read_flows", "read_opening"]

#: Every fault that a table can have, by code.
TABLE_FAULTS: Mapping[str, str] = MappingProxyType({
    "FT101": "a column is missing",
    "FT102": "a column is not known",
    "FT103": "a column stands twice",
    "FT104": "a row has more or fewer cells than the header",
    "FT105": "the text is not CSV",
    "FT106": "the table has no rows",
    "FT107": "cells stand apart by something else than commas",
    "FT201": "a name or period is empty",
    "FT202": "a party pays itself",
    "FT203": "the kind is not known",
    "FT204": "the period is of another form than the others",
    "FT205": "the period is of no known form, or no such day exists",
    "FT206": "the amount is no finite number",
    "FT207": "the amount is negative",
    "FT208": "an earmark without an instrument",
    "FT209": "an earmark for an instrument that no row names",
    "FT210": "an earmark for an instrument that the receiver does not pay",
    "FT211": "the amount is out of all proportion",
    "FT212": "the outside is written in another way",
    "FT301": "a party stands twice",
})  # fmt: skip

_FLOWS = ("period", "payer", "payee", "kind", "amount")
_OPENING = ("party", "amount")
_SMALLEST, _LARGEST = 1e-9, 1e18


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
    file = read_csv(path, _FLOWS, ("instrument", "earmarked_for"))
    rows: list[Row] = []
    lines: dict[str, int] = {}
    earmarks: dict[str, dict[str, int]] = {}
    for line, cells in file.rows():
        _check_row(file, line, cells)
        if cells["period"]:
            lines.setdefault(cells["period"], line)
        instrument = cells.get("instrument", "")
        targets = cells.get("earmarked_for", "").replace(";", " ").split()
        if targets and not instrument:
            file.fault("FT208", line, "earmarked_for", "an earmark needs an instrument id in its row")
        elif targets:
            earmarks.setdefault(instrument, {}).update(dict.fromkeys(targets, line))
        amount = _read_amount(file, line, cells["amount"])
        rows.append(
            Row(
                period=cells["period"],
                payer=cells["payer"],
                payee=cells["payee"],
                kind=cells["kind"],
                amount=amount,
                instrument=instrument,
            )
        )
    order = _check_periods(file, lines)
    _check_earmarks(file, earmarks, rows)
    file.stop_if_any()
    if any(label != canonical for label, canonical in order.items()):
        rows = [_moved(row, order[row.period]) for row in rows]
    return build_table(
        rows,
        periods=order.values(),
        earmarks={source: tuple(sorted(targets)) for source, targets in earmarks.items()},
    )


def read_opening(path: Path) -> dict[str, float]:
    """Read opening cash: CSV with the columns ``party,amount``.

    Raises
    ------
    SourceError
        If the file cannot be read.
    RegisterError
        If the table has faults; all of them are listed with line and column.
    """
    file = read_csv(path, _OPENING)
    opening: dict[str, float] = {}
    for line, cells in file.rows():
        party = cells["party"]
        if not party:
            file.fault("FT201", line, "party", "party is empty")
        elif party in opening:
            file.fault("FT301", line, "party", f"{party!r} stands twice")
        _check_outside(file, line, "party", party)
        opening[party] = _read_amount(file, line, cells["amount"])
    file.stop_if_any()
    return opening


def _check_row(file: CsvFile, line: int, cells: Mapping[str, str]) -> None:
    for name in ("period", "payer", "payee"):
        if not cells[name]:
            file.fault("FT201", line, name, f"{name} is empty")
    for name in ("payer", "payee"):
        _check_outside(file, line, name, cells[name])
    if cells["payer"] and cells["payer"] == cells["payee"]:
        file.fault("FT202", line, "payee", f"{cells['payer']!r} pays itself", "leave the row out")
    if cells["kind"] not in TABLE_KINDS:
        hint = f"known are {', '.join(TABLE_KINDS)}"
        file.fault("FT203", line, "kind", f"unknown kind {cells['kind']!r}", hint)


def _check_outside(file: CsvFile, line: int, column: str, name: str) -> None:
    if name != OUTSIDE and name.lower() == OUTSIDE:
        file.fault("FT212", line, column, f"{name!r} is no party", f"the rest of the world is {OUTSIDE!r}")


def _read_amount(file: CsvFile, line: int, text: str) -> float:
    """Return the amount; 0 beside a fault if it is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text or not text.isascii():
        hint = "plain digits, with a point for decimals and nothing between thousands"
        file.fault("FT206", line, "amount", f"not a finite number: {text!r}", hint)
        return 0.0
    if value < 0:
        hint = "swap payer and payee instead" if "payer" in file.header else "enter a debt as a payment"
        file.fault("FT207", line, "amount", f"negative amount {text}", hint)
        return 0.0
    if value and not _SMALLEST <= value <= _LARGEST:
        hint = f"amounts lie between {_SMALLEST:g} and {_LARGEST:g}"
        file.fault("FT211", line, "amount", f"amount {text} is out of all proportion", hint)
        return 0.0
    return value


def _check_periods(file: CsvFile, lines: Mapping[str, int]) -> dict[str, str]:
    """Return for each label, in time order, the one that stands for its period."""
    order, faults = order_periods(lines)
    for label, form in faults.items():
        if form:
            message, hint = f"period {label!r} among {form}", "use one form throughout"
            file.fault("FT204", lines[label], "period", message, hint)
        else:
            hint = f"write {', '.join(name for name, _, _ in PERIOD_FORMS)}"
            file.fault("FT205", lines[label], "period", f"not a period: {label!r}", hint)
    return order


def _check_earmarks(file: CsvFile, earmarks: Mapping[str, Mapping[str, int]], rows: list[Row]) -> None:
    payees: dict[str, set[str]] = {}
    payers: dict[str, set[str]] = {}
    for row in rows if earmarks else ():
        payees.setdefault(row.instrument, set()).add(row.payee)
        payers.setdefault(row.instrument, set()).add(row.payer)
    for source, targets in earmarks.items():
        for target, line in targets.items():
            if target not in payers:
                message = f"{source!r} is earmarked for {target!r}, which no row names"
                file.fault("FT209", line, "earmarked_for", message)
            elif not payees[source] & payers[target]:
                message = f"{source!r} does not arrive at a payer of {target!r}"
                file.fault("FT210", line, "earmarked_for", message)


def _moved(row: Row, period: str) -> Row:
    return Row(
        period=period,
        payer=row.payer,
        payee=row.payee,
        kind=row.kind,
        amount=row.amount,
        instrument=row.instrument,
    )
