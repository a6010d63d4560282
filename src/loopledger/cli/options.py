"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.windows import FIRST_YEAR, LAST_YEAR, cut_table, read_window
from loopledger.errors import SourceError

if TYPE_CHECKING:
    from loopledger.network import FlowTable
    from loopledger.register import Snapshot
    from loopledger.schedule import Assumptions, Flow, Promise

__all__ = [
    "AssumptionsOption",
    "FlowsOption",
    "FromOption",
    "IntoOption",
    "JsonOption",
    "KnownOnOption",
    "Network",
    "OpeningOption",
    "RegisterOption",
    "ToOption",
    "assumptions_of",
    "basis_of",
    "day_of",
    "network_of",
    "snapshot_of",
]


def _folder(path: Path | None) -> Path | None:
    """Return the folder of a register.

    Raises
    ------
    SourceError
        If it is none, before anything is read.
    """
    if path is not None and not path.is_dir():
        msg = f"{path}: {'not a folder' if path.exists() else 'no such folder'}"
        raise SourceError(msg, hint="a register is a folder with parties.yaml and deals/")
    return path


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
RegisterOption = Annotated[
    Path | None,
    typer.Option(
        "--register", metavar="DIR", callback=_folder, help="Register to use; default is the bundled one."
    ),
]
IntoOption = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="DIR",
        callback=_folder,
        help="Register to write into; default is that of --register.",
    ),
]
KnownOnOption = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DATE", help="Use only what was known on that day; default is today."),
]
AssumptionsOption = Annotated[
    Path | None,
    typer.Option("--assumptions", metavar="FILE", help="YAML file that replaces some of the assumptions."),
]
FlowsOption = Annotated[
    Path | None,
    typer.Option(
        "--flows",
        metavar="FILE",
        help="Payment table instead of a register, CSV or Parquet: period,payer,payee,kind,amount[,instrument].",
    ),
]
OpeningOption = Annotated[
    Path | None, typer.Option("--opening", metavar="FILE", help="Opening cash: party,amount.")
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="PERIOD", help="First period of the window, such as 2026Q1.")
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="PERIOD", help="Last period of the window, such as 2030Q4.")
]


#: First quarter of books and estimates, unless another is asked for.
BOOKS_FROM = "2024Q1"


def day_of(text: str | None) -> date:
    """Return the knowledge date; today if none is given.

    Raises
    ------
    typer.BadParameter
        If the text is no date.
    """
    if text is None:
        return date.today()  # noqa: DTZ011 - the user's own calendar day is meant
    try:
        day = date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a date; write for instance 2025-11-18"
        raise typer.BadParameter(msg, param_hint="--known-on") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        msg = f"{text!r} is no day on which something can be known; give one from {FIRST_YEAR} to {LAST_YEAR}"
        raise typer.BadParameter(msg, param_hint="--known-on")
    return day


def assumptions_of(path: Path | None) -> Assumptions:
    """Return the assumptions of a run."""
    from loopledger.schedule import load_assumptions

    return load_assumptions(path)


def snapshot_of(register: Path | None, day: date) -> Snapshot:
    """Return the register as known on a day."""
    from loopledger.register import load_register

    return load_register(register).known_on(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A payment table, and the flows and promises behind it where it comes from a register."""

    table: FlowTable
    flows: tuple[Flow, ...] = ()
    promises: tuple[Promise, ...] = ()


def network_of(
    flows: Path | None,
    *,
    register: Path | None,
    known_on: str | None,
    assumptions: Path | None,
    window: tuple[str | None, str | None],
    debt_service: bool = True,
    estimated: bool = False,
) -> Network:
    """Return the payment table of a file, or of the register's scheduled cash flows at central values.

    Debt service moves cash, but it is the same instrument running back: it closes no loop. Estimated
    payments are those beyond the contracts of a pair, in the quarters for which parties report.
    """
    from loopledger.network import flow_table, read_flows
    from loopledger.schedule import Leg, expand, promises_from_snapshot
    from loopledger.units import Quarter

    if flows is not None:
        return Network(table=cut_table(read_flows(flows), *window))
    begin, _ = read_window(*window)
    day = day_of(known_on)
    snapshot = snapshot_of(register, day)
    promises = promises_from_snapshot(snapshot)
    schedule = expand(promises, assumptions_of(assumptions), known_on=day)
    kept = [flow for flow in schedule.flows if debt_service or flow.leg is not Leg.DEBT_SERVICE]
    if estimated:
        from loopledger.circularity.estimated import estimated_flows

        kept += estimated_flows(snapshot, schedule, first=begin or Quarter.parse(BOOKS_FROM))
    table = cut_table(flow_table(kept, earmarks=schedule.earmarks), *window)
    used = {table.periods[period] for period in set(table.period.tolist())}
    return Network(
        table=table,
        flows=tuple(flow for flow in kept if flow.cash and str(flow.period) in used),
        promises=tuple(promises),
    )


def basis_of(flows: Path | None, known_on: str | None) -> str:
    """Return one line on unit, basis and date of the amounts that a command on networks prints."""
    if flows is not None:
        return f"Amounts as in {flows}, in its own unit"
    return f"US dollars; scheduled payments at central values, as known on {day_of(known_on)}"
