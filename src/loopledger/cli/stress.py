"""The command that runs scenarios through the contracts of a register."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated

import typer

from loopledger.cli.options import (
    AssumptionsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    ToOption,
    assumptions_of,
    day_of,
    print_json,
    print_text,
    snapshot_of,
)

__all__ = ["add_to"]

#: Quarters of the window if no end is asked for.
_N_QUARTERS = 8


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("stress")(stress)


def stress(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO", help="S01, S01+S09, or a YAML file of yours.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the bundled scenarios.")] = False,
    ranked: Annotated[
        bool, typer.Option("--rank", help="Let every party fail in turn: who matters, who is exposed.")
    ] = False,
    reverse: Annotated[
        str | None,
        typer.Option(metavar="PARTY", help="Find the smallest scale at which the party misses a payment."),
    ] = None,
    ladder: Annotated[
        bool, typer.Option("--ladder", help="Set eleven scales of the shocks against what stays unpaid.")
    ] = False,
    draws: Annotated[int, typer.Option(min=0, help="Draws over amounts, behaviour and sizes.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    first: FromOption = None,
    last: ToOption = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run scenarios through the contracts: who runs short first, by how much, through which contracts."""
    from loopledger.accounts import periods_between, read_quarter
    from loopledger.report.stress import answer_json, ask, rank, rank_json, tell_answer, tell_ranking
    from loopledger.schedule import expand, promises_from_snapshot
    from loopledger.stress.scenarios import load_scenario
    from loopledger.units import Quarter

    if listed:
        _print_list(as_json=as_json)
        return
    if not scenarios and not ranked:
        msg = "name a scenario, --list them, or ask for the --rank"
        raise typer.BadParameter(msg)
    day: date = day_of(known_on)
    chosen = load_scenario("+".join(scenarios)) if scenarios else ()
    snapshot = snapshot_of(register, day)
    schedule = expand(promises_from_snapshot(snapshot), assumptions_of(assumptions), known_on=day)
    start = read_quarter(first, last=False) if first else Quarter.of(day)
    end = read_quarter(last, last=True) if last else start.shifted(_N_QUARTERS - 1)
    quarters = tuple(p.quarters[0] for p in periods_between(start, end, "quarter"))
    if ranked:
        found = rank(snapshot, schedule, quarters)
        heading = (
            f"Billions of US dollars, {quarters[0]} to {quarters[-1]}, central run (range of the three runs); "
            f"as known on {day}, register {snapshot.content_hash[:12]}"
        )
        if as_json:
            print_json({"known_on": day.isoformat(), **rank_json(found)})
        else:
            print_text("\n".join(tell_ranking(found, heading)))
        return
    answer = ask(
        snapshot,
        schedule,
        chosen,
        quarters,
        seed=seed,
        n_draws=draws,
        reverse=reverse,
        ladder=ladder,
        progress=_progress,
    )
    if as_json:
        print_json(answer_json(answer))
    else:
        print_text("\n".join(tell_answer(answer)))


def _progress(done: int, total: int) -> None:
    if done == total or done % 1000 == 0:
        sys.stderr.write(f"loopledger: {done:,} of {total:,} draws\n")


def _print_list(*, as_json: bool) -> None:
    from loopledger.stress.scenarios import list_scenarios

    found = list_scenarios()
    if as_json:
        print_json([{"id": s.id, "name": s.name, "shocks": [k.kind.value for k in s.shocks]} for s in found])
    else:
        print_text(
            "\n".join(
                f"{s.id}  {s.name} ({', '.join(dict.fromkeys(k.kind.value for k in s.shocks))})"
                for s in found
            )
        )
