"""How entangled rivals are, in one table: what each buys from and puts into each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from loopledger.exposure.readings import Reading, Sheet

__all__ = ["RivalMatrix", "rival_matrix", "tell_matrix"]

_SIDES = {"rival_buys": "buys from", "rival_funds": "puts into"}
_CELL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalMatrix:
    """What rivals buy from and put into each other.

    Parameters
    ----------
    parties : tuple of str
        Those that pay or are paid, sorted.
    cells : mapping of (str, str, str) to Reading
        By measure (``rival_buys`` or ``rival_funds``), payer and payee; no cell where nothing is on record.
        What a party hosts of another is what that one buys from it.
    """

    parties: tuple[str, ...]
    cells: Mapping[tuple[str, str, str], Reading]


def rival_matrix(sheets: Iterable[Sheet]) -> RivalMatrix:
    """Return the table of some parties' sheets.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.exposure import measure_exposure
    >>> from loopledger.register import load_register
    >>> from loopledger.schedule import load_assumptions
    >>> whole = load_register()
    >>> found = measure_exposure(whole, whole.known_on(date(2025, 11, 24)), load_assumptions())
    >>> rival_matrix(found.parties).cells["rival_buys", "openai", "microsoft"].ids
    ('openai-msft-azure-250',)
    """
    cells = {
        (reading.measure, sheet.party, reading.of): reading
        for sheet in sheets
        for reading in sheet.readings
        if reading.measure in _SIDES
    }
    names = sorted({name for _, payer, payee in cells for name in (payer, payee)})
    return RivalMatrix(parties=tuple(names), cells=cells)


def tell_matrix(matrix: RivalMatrix) -> Iterator[str]:
    """Yield the table, one block a side, central values in billions; a dot is nothing on record."""
    for measure, words in _SIDES.items():
        payers = [p for p in matrix.parties if any((measure, p, q) in matrix.cells for q in matrix.parties)]
        payees = [q for q in matrix.parties if any((measure, p, q) in matrix.cells for p in matrix.parties)]
        if not payers:
            continue
        yield ""
        yield f"Rivals: the row {words} the column; bn, central values, ranges and records under {measure}"
        yield "    " + " " * _CELL + "".join(f"{name[: _CELL - 1]:>{_CELL}}" for name in payees)
        for payer in payers:
            cells = (matrix.cells.get((measure, payer, payee)) for payee in payees)
            texts = (f"{cell.value.central / 1e9:,.1f}" if cell is not None else "." for cell in cells)
            yield f"    {payer[:_CELL]:<{_CELL}}" + "".join(f"{text:>{_CELL}}" for text in texts)
