"""The command that runs scenarios through the contracts of a register."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

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
)
from loopledger.cli.printing import complain, print_json, print_text
from loopledger.cli.windows import read_window, refuse_turned

if TYPE_CHECKING:
    from loopledger.register import Register, Snapshot
    from loopledger.report.stress import StressAnswer
    from loopledger.schedule import Schedule
    from loopledger.stress.scenarios import Scenario
    from loopledger.units import Quarter

__all__ = ["add_to"]

#: Quarters of the window if no end is asked for.
_N_QUARTERS = 8
_INTERRUPTED = 130


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("stress")(stress)


def stress(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO", help="S01, S01+S09, or a YAML file of yours.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the bundled scenarios.")] = False,
    moved: Annotated[
        str | None,
        typer.Option(
            "--move",
            metavar="BUYER:FROM:TO[:SHARE]",
            help="Let a buyer move what its contracts allow to another seller, alone or on top of scenarios.",
        ),
    ] = None,
    ranked: Annotated[
        bool, typer.Option("--rank", help="Let every party fail in turn: who matters, who is exposed.")
    ] = False,
    reverse: Annotated[
        str | None,
        typer.Option(
            metavar="PARTY", help="Find the smallest scale of the scenarios at which the party breaks."
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--break",
            metavar="PARTY,PARTY",
            help="Find the cheapest combination of the scenarios, or of all bundled ones, that breaks each of these.",
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=4, help="Scenarios in one combination of --break.")] = 2,
    norm: Annotated[
        str,
        typer.Option(
            metavar="NORM",
            help="What breaks means: missed, short, coverage[:TIMES], liquidity[:QUARTERS], fall[:SHARE].",
        ),
    ] = "missed",
    ladder: Annotated[
        bool, typer.Option("--ladder", help="Set 21 scales of the shocks against what stays unpaid.")
    ] = False,
    explained: Annotated[
        bool,
        typer.Option("--explain", help="Take differences to published sizes apart: their window, their day."),
    ] = False,
    draws: Annotated[int, typer.Option(min=0, help="Draws over amounts, behaviour and sizes.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    workers: Annotated[
        int,
        typer.Option(min=0, help="Processes for draws and ranks; 0 for one a core. The answer is the same."),
    ] = 0,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep draws in this file, and go on from it.")
    ] = None,
    episodes: Annotated[
        bool, typer.Option("--episodes", help="Set past episodes as known then beside what happened.")
    ] = False,
    first: FromOption = None,
    last: ToOption = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page to this file.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--md", metavar="FILE", help="Write the page as Markdown to this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run scenarios through the contracts: who runs short first, by how much, through which contracts."""
    from loopledger.cli.files import check_outputs
    from loopledger.register import load_register
    from loopledger.report.stress import breaking_json, find_breaking, question_of, tell_breaking
    from loopledger.schedule import expand, promises_from_snapshot
    from loopledger.stress.cascade import read_norm
    from loopledger.stress.scenarios import load_scenario, move_demand

    if listed:
        _print_list(as_json=as_json)
        return
    if episodes:
        _print_episodes(register, assumptions, as_json=as_json)
        return
    if not scenarios and not ranked and not moved and not group:
        msg = "name a scenario, --list them, or ask for --rank, --move, --break or --episodes"
        raise typer.BadParameter(msg)
    day: date = day_of(known_on)
    check_outputs((html, markdown, resume), [*(scenarios or ()), *([assumptions] if assumptions else [])])
    chosen = load_scenario("+".join(scenarios)) if scenarios else ()
    if moved:
        chosen = (*chosen, move_demand(moved))
    loaded = load_register(register)
    snapshot = loaded.known_on(day)
    schedule = expand(promises_from_snapshot(snapshot), assumptions_of(assumptions), known_on=day)
    quarters = _window(first, last, day)
    n_workers = workers or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else workers or 1
    if ranked:
        _rank(
            snapshot,
            schedule,
            chosen,
            quarters,
            seed=seed,
            n_draws=draws,
            n_workers=n_workers,
            as_json=as_json,
        )
        return
    wanted = read_norm(norm)
    if group:
        names = tuple(name.strip() for name in group.split(",") if name.strip())
        found = find_breaking(question_of(snapshot, schedule, chosen, quarters), names, wanted, most=most)
        if as_json:
            print_json(
                {"known_on": day.isoformat(), "register": snapshot.content_hash, **breaking_json(found)}
            )
        else:
            print_text("\n".join([_basis(snapshot, quarters), *tell_breaking(found)]))
        return
    from loopledger.report.stress import ask

    try:
        answer = ask(
            snapshot, schedule, chosen, quarters, seed=seed, n_draws=draws, n_workers=n_workers, checkpoint=resume,
            reverse=reverse, norm=wanted, ladder=ladder or html is not None or markdown is not None,
            progress=_progress,
        )  # fmt: skip
    except KeyboardInterrupt:
        _stopped(resume)
    _give(
        answer,
        loaded,
        html=html,
        markdown=markdown,
        as_json=as_json,
        explained=explained,
        assumptions=assumptions,
    )


def _window(first: str | None, last: str | None, day: date) -> tuple[Quarter, ...]:
    from loopledger.accounts import periods_between
    from loopledger.units import Quarter

    begin, end = read_window(first, last)
    start = begin or Quarter.of(day)
    end = end or start.shifted(_N_QUARTERS - 1)
    refuse_turned(start, end)
    return tuple(p.quarters[0] for p in periods_between(start, end, "quarter"))


def _basis(snapshot: Snapshot, quarters: tuple[Quarter, ...]) -> str:
    return (
        f"Billions of US dollars, scheduled payments {quarters[0]} to {quarters[-1]}; as known on {snapshot.day}, "
        f"register {snapshot.content_hash[:12]}"
    )


def _rank(
    snapshot: Snapshot, schedule: Schedule, chosen: tuple[Scenario, ...], quarters: tuple[Quarter, ...], *,
    seed: int, n_draws: int, n_workers: int, as_json: bool,
) -> None:  # fmt: skip
    from loopledger.report.stress import rank, rank_json, tell_ranking

    try:
        found = rank(
            snapshot, schedule, quarters, scenarios=chosen, seed=seed, n_draws=n_draws,
            n_workers=n_workers if n_draws else 1, progress=_parties_done if n_draws else None,
        )  # fmt: skip
    except KeyboardInterrupt:
        _stopped(None)
    how = (
        f"median of {n_draws:,} draws, seed {seed} (5 to 95 per cent)"
        if n_draws
        else "central run (of three)"
    )
    if as_json:
        print_json({"known_on": snapshot.day.isoformat(), "seed": seed, **rank_json(found)})
    else:
        print_text("\n".join(tell_ranking(found, f"{_basis(snapshot, quarters)}; {how}")))


def _give(
    answer: StressAnswer, register: Register, *, html: Path | None, markdown: Path | None, as_json: bool,
    explained: bool, assumptions: Path | None,
) -> None:  # fmt: skip
    from loopledger.cli.files import write_report
    from loopledger.report.stress import answer_json, explain, tell_answer, write_page

    paged = html is not None or markdown is not None
    compared = [explain(answer, s, register) for s in answer.scenarios] if explained or paged else None
    if paged:
        page = write_page(answer, compared, assumptions_file=str(assumptions or ""))
        write_report(page, html=html, markdown=markdown)
    if as_json:
        print_json(answer_json(answer, compared))
    elif not paged:
        print_text("\n".join(tell_answer(answer, compared)))


def _print_episodes(register: Path | None, assumptions: Path | None, *, as_json: bool) -> None:
    from loopledger.register import load_register
    from loopledger.report.stress import episodes_json, replay_episodes, tell_episodes

    found = replay_episodes(load_register(register), assumptions_of(assumptions))
    if as_json:
        print_json(episodes_json(found))
    else:
        print_text("\n".join(tell_episodes(found)))


def _progress(done: int, total: int) -> None:
    if done == total or done % 1000 == 0:
        complain(f"{done:,} of {total:,} draws")


def _parties_done(done: int, total: int) -> None:
    complain(f"{done:,} of {total:,} parties")


def _stopped(resume: Path | None) -> NoReturn:
    kept = (
        f"the draws so far are in {resume}; the same command goes on from there"
        if resume
        else "nothing is kept"
    )
    complain(f"interrupted; {kept}")
    raise typer.Exit(_INTERRUPTED)


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
