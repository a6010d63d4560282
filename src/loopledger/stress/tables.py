"""Obligations and parties that an analyst brings for clearing: two CSV files, every fault placed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.sparse import coo_array, csr_array

from loopledger.network.csvfile import CsvFile, read_csv
from loopledger.stress.arrays import FloatArray, IntArray

__all__ = ["CLEARING_FAULTS", "ClearingTable", "read_clearing"]

#: Every fault that the rows of the two files can have, by code; faults of their form are FT101 to FT107.
CLEARING_FAULTS: Mapping[str, str] = MappingProxyType({
    "CL201": "a name is empty",
    "CL202": "a party owes itself",
    "CL203": "an amount is no finite number, or too large to add up",
    "CL204": "an amount is negative",
    "CL205": "the seniority is no whole number",
    "CL206": "a recovery is not from 0 to 1",
    "CL301": "a party stands twice",
    "CL302": "a party of an obligation has no row in the table of parties",
})  # fmt: skip

_OBLIGATIONS = ("payer", "payee", "amount")
_PARTIES = ("party", "external_assets")
_OPTIONAL = ("external_liabilities", "recovery_external", "recovery_internal")
_RECOVERIES = ("recovery_external", "recovery_internal")
#: Amounts beyond this are refused; sums of them would not be told apart.
_LARGEST = 1e100
#: So many characters of a faulty cell are shown.
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingTable:
    """A network to be cleared, as read from two files; ``n`` parties, ``m`` obligations.

    Parameters
    ----------
    parties : tuple of str
        In the order of their file.
    payer, payee : ndarray of int, shape (m,)
        Places among the parties.
    amount : ndarray, shape (m,)
        [currency of the file].
    seniority : ndarray of int, shape (m,)
        As written; the smallest number is paid first.
    external_assets, external_liabilities : ndarray, shape (n,)
        [currency of the file].
    recovery_external, recovery_internal : ndarray, shape (n,)
        0 to 1.
    """

    parties: tuple[str, ...]
    payer: IntArray
    payee: IntArray
    amount: FloatArray
    seniority: IntArray
    external_assets: FloatArray
    external_liabilities: FloatArray
    recovery_external: FloatArray
    recovery_internal: FloatArray

    @property
    def seniorities(self) -> tuple[int, ...]:
        """Return the numbers of the classes, the most senior first; one class if nothing is owed."""
        return tuple(np.unique(self.seniority).tolist()) or (1,)

    def classes(self) -> tuple[csr_array, ...]:
        """Return one matrix of obligations a class, as :func:`loopledger.stress.clear` takes them."""
        n = len(self.parties)
        found = []
        for number in self.seniorities:
            rows = self.seniority == number
            found.append(
                csr_array(coo_array((self.amount[rows], (self.payer[rows], self.payee[rows])), shape=(n, n)))
            )
        return tuple(found)


def read_clearing(
    obligations: Path, parties: Path, *, recovery_external: float = 1.0, recovery_internal: float = 1.0
) -> ClearingTable:
    """Read a network to be cleared.

    Parameters
    ----------
    obligations : pathlib.Path
        CSV in UTF-8 with the columns ``payer,payee,amount`` and optionally ``seniority`` (whole numbers,
        the smallest is paid first; 1 where empty). Rows of one pair and class add up.
    parties : pathlib.Path
        CSV in UTF-8 with the columns ``party,external_assets`` and optionally ``external_liabilities``
        (0 where empty), ``recovery_external`` and ``recovery_internal`` (0 to 1).
    recovery_external, recovery_internal : float
        Recoveries where the file gives none, 0 to 1.

    Returns
    -------
    ClearingTable

    Raises
    ------
    SourceError
        If a file cannot be read.
    RegisterError
        If a file has faults; all of them are listed with line and column.
    """
    table = read_csv(parties, _PARTIES, _OPTIONAL)
    columns: dict[str, list[float]] = {name: [] for name in (_PARTIES[1], *_OPTIONAL)}
    missing = dict.fromkeys(columns, 0.0) | {
        "recovery_external": recovery_external,
        "recovery_internal": recovery_internal,
    }
    places: dict[str, int] = {}
    lines: dict[str, int] = {}
    for line, cells in table.rows():
        party = cells["party"]
        if not party:
            table.fault("CL201", line, "party", "party is empty", "give it a name, or leave the row out")
        elif party in places:
            hint = f"first on line {lines[party]}; make it one row"
            table.fault("CL301", line, "party", f"{party!r} stands twice", hint)
        places.setdefault(party, len(places))
        lines.setdefault(party, line)
        for name, column in columns.items():
            text = cells.get(name, "")
            required = name == _PARTIES[1]
            column.append(_read_number(table, line, name, text) if text or required else missing[name])
            if name in _RECOVERIES and column[-1] > 1:
                table.fault("CL206", line, name, f"{name} {text} is above 1", "write 0.4 for 40 %")
    table.stop_if_any()
    owed = _read_obligations(obligations, places, parties)
    figures = {name: np.array(column, dtype=np.float64) for name, column in columns.items()}
    return ClearingTable(
        parties=tuple(places),
        payer=np.array([row[0] for row in owed], dtype=np.int64),
        payee=np.array([row[1] for row in owed], dtype=np.int64),
        amount=np.array([row[2] for row in owed], dtype=np.float64),
        seniority=np.array([row[3] for row in owed], dtype=np.int64),
        external_assets=figures["external_assets"],
        external_liabilities=figures["external_liabilities"],
        recovery_external=figures["recovery_external"],
        recovery_internal=figures["recovery_internal"],
    )


def _read_obligations(
    path: Path, places: Mapping[str, int], parties: Path
) -> list[tuple[int, int, float, int]]:
    """Return payer, payee, amount and seniority of each row; a table without rows is one without debts."""
    file = read_csv(path, _OBLIGATIONS, ("seniority",))
    rows = []
    alike = {_plain(party): party for party in places}
    for line, cells in file.rows():
        for name in ("payer", "payee"):
            if not cells[name]:
                file.fault(
                    "CL201", line, name, f"{name} is empty", "name who owes whom, or leave the row out"
                )
            elif cells[name] not in places:
                near = alike.get(_plain(cells[name]))
                hint = f"did you mean {near!r}?" if near else "add one; external_assets may be 0"
                file.fault("CL302", line, name, f"{cells[name]!r} has no row in {parties}", hint)
        if cells["payer"] and cells["payer"] == cells["payee"]:
            file.fault("CL202", line, "payee", f"{cells['payer']!r} owes itself", "leave the row out")
        amount = _read_number(file, line, "amount", cells["amount"])
        seniority = _read_seniority(file, line, cells.get("seniority", ""))
        rows.append((places.get(cells["payer"], 0), places.get(cells["payee"], 0), amount, seniority))
    if file.header:
        file.problems = [problem for problem in file.problems if problem.code != "FT106"]
    file.stop_if_any()
    return rows


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _read_number(file: CsvFile, line: int, column: str, text: str) -> float:
    """Return the number; 0 beside a fault if it is none."""
    if not text:
        file.fault("CL203", line, column, f"{column} is empty", "write 0 for none")
        return 0.0
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text or not text.isascii():
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        hint = "plain digits, with a point for decimals and nothing between thousands"
        file.fault("CL203", line, column, f"not a finite number: {shown!r}", hint)
        return 0.0
    if value < 0:
        file.fault(*_negative(line, column, text))
        return 0.0
    if value > _LARGEST:
        hint = "count in millions or billions, in both tables"
        file.fault("CL203", line, column, f"{column} is above {_LARGEST:g}", hint)
        return 0.0
    return abs(value)


def _negative(line: int, column: str, text: str) -> tuple[str, int, str, str, str]:
    """Return the arguments of the fault that a number is below zero."""
    hints = {
        "amount": "swap payer and payee",
        "external_assets": "enter a debt as a liability",
    } | dict.fromkeys(_RECOVERIES, "write 0.4 for 40 %")
    code = "CL206" if column in _RECOVERIES else "CL204"
    hint = hints.get(column, "enter what is owed to the party as assets")
    return code, line, column, f"negative {column} {text}", hint


def _read_seniority(file: CsvFile, line: int, text: str) -> int:
    if not text:
        return 1
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        hint = "1 is paid before 2, and so on"
        file.fault("CL205", line, "seniority", f"not a whole number: {text[:_SHOWN]!r}", hint)
        return 1
    return int(text)
