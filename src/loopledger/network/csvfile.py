"""CSV that people wrote: rows of named cells, and the place of every cell in the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from loopledger.errors import Location, Problem, RegisterError, SourceError

__all__ = ["CsvFile", "read_csv"]

_MAX_BYTES = 512 * 1024 * 1024
_MAX_PROBLEMS = 200


@dataclass(kw_only=True)
class CsvFile:
    """One file with its faults, collected while it is read.

    Parameters
    ----------
    path : pathlib.Path
    text : str
    required, optional : tuple of str
        Names of the columns.
    """

    path: Path
    text: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    header: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, code: str, line: int, column: str, message: str, hint: str = "") -> None:
        """Add a fault of the cell in the column of this name, in the row that starts on this line."""
        index = self.header.index(column) if column in self.header else 0
        self._add(code, *self._place(line, index), message, hint)

    def stop_if_any(self) -> None:
        """Raise all faults found so far, in the order of their places.

        Raises
        ------
        RegisterError
            If there are any; the first 200 are listed.
        """
        if self.problems:
            shown = sorted(self.problems, key=lambda problem: (problem.at.line, problem.at.column))
            n = len(shown)
            more = f", the first {_MAX_PROBLEMS} are shown" if n > _MAX_PROBLEMS else ""
            msg = f"{self.path} has {n} {'faults' if n > 1 else 'fault'}{more}"
            raise RegisterError(msg, shown[:_MAX_PROBLEMS])

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line on which a row starts, and its cells by column; blank rows are left out."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        line, n_rows = 0, 0
        try:
            for cells in reader:
                start, line = line + 1, reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if not self.header:
                    self._read_header(cells, start)
                    continue
                n_rows += 1
                if len(cells) == len(self.header):
                    yield start, dict(zip(self.header, map(str.strip, cells), strict=True))
                else:
                    self._add(
                        "FT104", start, 1, f"{len(cells)} cells where the header has {len(self.header)}",
                        "put a cell that holds a comma in quotes",
                    )  # fmt: skip
        except csv.Error as error:
            self._add("FT105", line + 1, 1, f"not CSV: {error}")
            n_rows += 1
        if n_rows == 0:
            what = "the table has no rows" if self.header else "the file is empty"
            self._add("FT106", 1, 1, what, f"the columns are {','.join(self.required)}")

    def _read_header(self, cells: list[str], line: int) -> None:
        self.header = [cell.strip().lower() for cell in cells]
        columns = f"the columns are {','.join(self.required)}"
        odd = re.search(r"[;\t|]", self.header[0])
        if odd and len(self.header) == 1:
            self._add(
                "FT107", line, odd.start() + 1, f"cells stand apart by {odd[0]!r}, not by commas", columns
            )
            self.stop_if_any()
        self.check_header(line)

    def check_header(self, line: int) -> None:
        """Raise the faults of the names of the columns.

        Parameters
        ----------
        line : int
            Where they stand.

        Raises
        ------
        RegisterError
            If a column is missing, not known, or stands twice.
        """
        columns = f"the columns are {','.join(self.required)}"
        known = self.required + self.optional
        for name in self.required:
            if name not in self.header:
                self._add("FT101", line, 1, f"no column {name!r}", columns)
        for index, name in enumerate(self.header):
            if name not in known:
                hint = f"known are {', '.join(known)}"
                self._add("FT102", *self._place(line, index), f"unknown column {name!r}", hint)
            elif name in self.header[:index]:
                self._add("FT103", *self._place(line, index), f"column {name!r} stands twice")
        self.stop_if_any()

    def _add(self, code: str, line: int, column: int, message: str, hint: str = "") -> None:
        at = Location(str(self.path), line, column)
        self.problems.append(Problem(code=code, at=at, message=message, hint=hint))

    @cached_property
    def _lines(self) -> list[str]:
        return re.split(r"\r\n|\n|\r", self.text)

    def _place(self, line: int, index: int) -> tuple[int, int]:
        """Return line and column at which a cell of the row starts; quotes hide commas and line ends."""
        commas, quoted = 0, False
        for number in range(line, len(self._lines) + 1):
            for column, char in enumerate(self._lines[number - 1], start=1):
                if commas == index and not char.isspace():
                    return number, column
                quoted ^= char == '"'
                commas += char == "," and not quoted
            if not quoted:
                return number, len(self._lines[number - 1]) + 1
        return line, 1


def read_csv(path: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> CsvFile:
    """Return a file's text, ready to be read row by row.

    Raises
    ------
    SourceError
        If it cannot be read, is larger than 512 MiB, or is not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"{path}: cannot be read: {reason}"
        raise SourceError(msg) from None
    if len(data) > _MAX_BYTES:
        msg = f"{path}: more than the {_MAX_BYTES:,} bytes that a payment table may have"
        raise SourceError(msg, hint="aggregate it by period, payer, payee and kind first")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 text (byte {error.start})"
        raise SourceError(msg, hint="save the table as CSV in UTF-8") from None
    return CsvFile(path=path, text=text, required=required, optional=optional)
