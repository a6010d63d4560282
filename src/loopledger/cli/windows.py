"""The window of a command: how ``--from`` and ``--to`` are read, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import typer

from loopledger.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import date

    from loopledger.network import FlowTable
    from loopledger.units import Quarter

__all__ = ["FIRST_YEAR", "LAST_YEAR", "cut_table", "read_window", "refuse_turned"]

#: Outside these years nothing is known, or scheduled any more.
FIRST_YEAR, LAST_YEAR = 1900, 2100
_Moment = TypeVar("_Moment", "Quarter", "date")


def read_window(first: str | None, last: str | None) -> tuple[Quarter | None, Quarter | None]:
    """Return the quarters that ``--from`` and ``--to`` name; a year stands for its first or its last.

    Raises
    ------
    NotFoundError
        If a label is neither a quarter nor a year, or lies outside history.
    typer.BadParameter
        If the window ends before it begins.
    """
    begin = None if first is None else _read("--from", first, last=False)
    end = None if last is None else _read("--to", last, last=True)
    if begin is not None and end is not None:
        refuse_turned(begin, end)
    return begin, end


def _read(option: str, text: str, *, last: bool) -> Quarter:
    from loopledger.accounts import read_quarter

    try:
        quarter = read_quarter(text, last=last)
    except NotFoundError as error:
        msg = f"{option}: {error.message}"
        raise NotFoundError(msg, hint=error.hint) from None
    if not FIRST_YEAR <= quarter.year <= LAST_YEAR:
        msg = f"{option}: nothing is known or scheduled in {text}"
        raise NotFoundError(msg, hint=f"give a quarter or a year from {FIRST_YEAR} to {LAST_YEAR}")
    return quarter


def refuse_turned(first: _Moment, last: _Moment) -> None:
    """Refuse a window that ends before it begins; its ends are both quarters or both days.

    Raises
    ------
    typer.BadParameter
        With both ends in its words.
    """
    if last < first:
        msg = f"{last} comes before {first}, where the window begins; give a later --to or an earlier --from"
        raise typer.BadParameter(msg, param_hint="--to")


def cut_table(table: FlowTable, first: str | None, last: str | None) -> FlowTable:
    """Return the payments of a window: by quarter or year, or by label where the periods are no quarters.

    Raises
    ------
    NotFoundError
        If an end is unreadable or names no period, or no payment falls in the window.
    typer.BadParameter
        If the window ends before it begins.
    """
    from loopledger.units import Quarter

    if first is None and last is None:
        return table
    try:
        quarters = [Quarter.parse(label) for label in table.periods]
    except ValueError:  # days, months or numbers: the table's own labels
        return table.window(first, last)
    begin, end = read_window(first, last)
    held = [
        label
        for label, quarter in zip(table.periods, quarters, strict=True)
        if (begin is None or begin <= quarter) and (end is None or quarter <= end)
    ]
    cut = table.window(held[0], held[-1]) if held else None
    if cut is None or not len(cut):
        asked = " ".join([f"from {begin}"] * (begin is not None) + [f"to {end}"] * (end is not None))
        msg = f"no payment falls in the window {asked}"
        run = f"periods run from {table.periods[0]} to {table.periods[-1]}" if table.periods else ""
        raise NotFoundError(msg, hint=run)
    return cut
