"""Payment tables that an analyst brings: CSV with named columns, every fault placed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from loopledger.network.checks import check_earmarks, check_outside, check_periods, check_row, read_amount
from loopledger.network.csvfile import read_csv
from loopledger.network.flows import FlowTable, Row, build_table
from loopledger.network.parquet import is_parquet, read_parquet

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
_MORE = ("instrument", "earmarked_for")
_OPENING = ("party", "amount")


def read_flows(path: Path) -> FlowTable:
    """Read a payment table.

    Parameters
    ----------
    path : pathlib.Path
        Parquet (``.parquet``; needs the extra `data`) or CSV in UTF-8, with the columns
        ``period,payer,payee,kind,amount`` and optionally
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
        If the table has faults; all of them are listed with line and column, in Parquet with row and
        column.
    """
    if is_parquet(path):
        return read_parquet(path, _FLOWS, _MORE)
    file = read_csv(path, _FLOWS, _MORE)
    rows: list[Row] = []
    lines: dict[str, int] = {}
    earmarks: dict[str, dict[str, int]] = {}
    for line, cells in file.rows():
        check_row(file, line, cells)
        if cells["period"]:
            lines.setdefault(cells["period"], line)
        instrument = cells.get("instrument", "")
        targets = cells.get("earmarked_for", "").replace(";", " ").split()
        if targets and not instrument:
            file.fault("FT208", line, "earmarked_for", "an earmark needs an instrument id in its row")
        elif targets:
            earmarks.setdefault(instrument, {}).update(dict.fromkeys(targets, line))
        amount = read_amount(file, line, cells["amount"])
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
    order = check_periods(file, lines)
    check_earmarks(file, earmarks, ((row.instrument, row.payer, row.payee) for row in rows))
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
        check_outside(file, line, "party", party)
        opening[party] = read_amount(file, line, cells["amount"])
    file.stop_if_any()
    return opening


def _moved(row: Row, period: str) -> Row:
    return Row(
        period=period,
        payer=row.payer,
        payee=row.payee,
        kind=row.kind,
        amount=row.amount,
        instrument=row.instrument,
    )
