"""What a payment in a table must be, whatever kind of file it stands in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from loopledger.network.csvfile import CsvFile
from loopledger.network.flows import TABLE_KINDS
from loopledger.network.periods import PERIOD_FORMS, order_periods
from loopledger.records import OUTSIDE

__all__ = ["check_earmarks", "check_outside", "check_periods", "check_row", "is_amount", "read_amount"]

_SMALLEST, _LARGEST = 1e-9, 1e18


def is_amount(value: float) -> bool:
    """Return whether a number can stand as an amount."""
    return value == 0 or _SMALLEST <= value <= _LARGEST


def check_row(file: CsvFile, line: int, cells: Mapping[str, str]) -> None:
    """Add the faults of a payment's names and kind."""
    for name in ("period", "payer", "payee"):
        if not cells[name]:
            file.fault("FT201", line, name, f"{name} is empty")
    for name in ("payer", "payee"):
        check_outside(file, line, name, cells[name])
    if cells["payer"] and cells["payer"] == cells["payee"]:
        file.fault("FT202", line, "payee", f"{cells['payer']!r} pays itself", "leave the row out")
    if cells["kind"] not in TABLE_KINDS:
        hint = f"known are {', '.join(TABLE_KINDS)}"
        file.fault("FT203", line, "kind", f"unknown kind {cells['kind']!r}", hint)


def check_outside(file: CsvFile, line: int, column: str, name: str) -> None:
    """Add a fault if the rest of the world is written in another way."""
    if name != OUTSIDE and name.lower() == OUTSIDE:
        file.fault("FT212", line, column, f"{name!r} is no party", f"the rest of the world is {OUTSIDE!r}")


def read_amount(file: CsvFile, line: int, text: str) -> float:
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


def check_periods(file: CsvFile, lines: Mapping[str, int]) -> dict[str, str]:
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


def check_earmarks(
    file: CsvFile, earmarks: Mapping[str, Mapping[str, int]], ends: Iterable[tuple[str, str, str]]
) -> None:
    """Add the faults of earmarks.

    Parameters
    ----------
    file : CsvFile
    earmarks : mapping
        By instrument, the instruments it is meant for, each with the row that says so.
    ends : iterable of (str, str, str)
        Instrument, payer and payee of every payment.
    """
    payees: dict[str, set[str]] = {}
    payers: dict[str, set[str]] = {}
    for instrument, payer, payee in ends if earmarks else ():
        payees.setdefault(instrument, set()).add(payee)
        payers.setdefault(instrument, set()).add(payer)
    for source, targets in earmarks.items():
        for target, line in targets.items():
            if target not in payers:
                message = f"{source!r} is earmarked for {target!r}, which no row names"
                file.fault("FT209", line, "earmarked_for", message)
            elif not payees[source] & payers[target]:
                message = f"{source!r} does not arrive at a payer of {target!r}"
                file.fault("FT210", line, "earmarked_for", message)
