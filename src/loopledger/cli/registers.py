"""Commands on the register itself: check and format its files, show and compare what it knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.additions import add, day_from
from loopledger.cli.files import clear_folders, write_atomically
from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
)
from loopledger.cli.printing import print_json, print_text, problem_json
from loopledger.cli.windows import refuse_turned
from loopledger.errors import SourceError

if TYPE_CHECKING:
    from loopledger.errors import Problem
    from loopledger.register import Register

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check, format, show, compare and extend the register.")


@app.command()
def check(register: RegisterOption = None, as_json: JsonOption = False) -> None:
    """Check a register and show every problem at once, each with file:line:column."""
    from loopledger.errors import Severity
    from loopledger.register import check_register

    loaded, problems = check_register(register)
    if as_json:
        print_json([problem_json(problem) for problem in problems])
    else:
        print_text("\n".join([*map(str, problems), _summary(loaded, problems)]))
    if loaded is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(1)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _summary(loaded: Register | None, problems: tuple[Problem, ...]) -> str:
    n_errors = sum(problem.severity == "error" for problem in problems)
    found = f"{_count(n_errors, 'error')}, {_count(len(problems) - n_errors, 'warning')}"
    if loaded is None:
        return f"{found}; the register cannot be loaded"
    n_instruments = sum(len(deal.instruments) for deal in loaded.deals.values())
    n_parties = f"{len(loaded.parties)} part{'y' if len(loaded.parties) == 1 else 'ies'}"
    return (
        f"{found} in {_count(len(loaded.deals), 'deal')}, {_count(n_instruments, 'instrument')}, {n_parties}, "
        f"{_count(len(loaded.observations), 'observation')}; content {loaded.content_hash[:12]}"
    )


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write one file a schema into this folder.")
    ] = None,
) -> None:
    """Print the JSON Schema of the register's files, or write it for an editor to use."""
    from loopledger.register import register_schema

    schemas = register_schema()
    if out is None:
        print_json(schemas)
        return
    for name, content in schemas.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_atomically(out / f"{name}.schema.json", text)


@app.command()
def fmt(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="Deal files or parties.yaml.")
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not in canonical form.")
    ] = False,
    register: RegisterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write files in canonical form; comments and the order of keys stay, files with faults are left alone."""
    from loopledger.register import BUNDLED, files_of, format_files

    if not files and register is None and not check_only:
        msg = "name files, or a register with --register; the bundled one is only checked, with --check"
        raise typer.BadParameter(msg, param_hint="FILES")
    found = format_files(files or files_of(register or BUNDLED))
    if not check_only:
        clear_folders(item.path.resolve().parent for item in found)
        for item in found:
            if item.is_changed and not item.is_current:
                msg = f"{item.path}: changed while it was being formatted; it is left as it is"
                raise SourceError(msg, hint="run the command again")
            if item.is_changed:
                write_atomically(item.path.resolve(), item.text)
    problems = [problem for item in found for problem in item.problems]
    changed = [item for item in found if item.is_changed]
    if as_json:
        print_json(
            {
                "files": len(found),
                "changed": [str(item.path) for item in changed],
                "left_alone": [str(item.path) for item in found if item.problems],
                "problems": [problem_json(problem) for problem in problems],
            }
        )
    else:
        verb = "would be formatted" if check_only else "formatted"
        n_left = sum(bool(item.problems) for item in found)
        summary = f"{len(changed)} of {len(found)} files {verb}; {n_left} left alone because of faults"
        print_text("\n".join([*map(str, problems), *(f"{item.path}: {verb}" for item in changed), summary]))
    if problems or (check_only and changed):
        raise typer.Exit(1)


@app.command()
def show(
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="[PARTY|DEAL|INSTRUMENT]",
            help="Id, where several have it deal:ID or party:ID; none is the whole register.",
        ),
    ] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a party, a deal, an instrument with its history and evidence, or the whole register."""
    from loopledger.register import load_register, look_up, summarise, tell_summary, tell_view

    loaded, day = load_register(register), day_of(known_on)
    if id_ is None:
        summary = summarise(loaded.known_on(day))
        content, lines = summary.as_dict(), tell_summary(summary)
    else:
        view = look_up(loaded, day, id_)
        basis = {"known_on": day.isoformat(), "content": loaded.content_hash}
        content, lines = {**basis, **view.as_dict()}, tell_view(view)
    print_json(content) if as_json else print_text("\n".join(lines))


@app.command()
def totals(
    payer: Annotated[str | None, typer.Option("--payer", metavar="ID", help="Only what it pays.")] = None,
    payee: Annotated[str | None, typer.Option("--payee", metavar="ID", help="Only what it receives.")] = None,
    deal: Annotated[str | None, typer.Option("--deal", metavar="ID", help="Only this deal.")] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add up promises, each once: headline, counted and overlapping sums, and why each dollar is left out."""
    from loopledger.register import count_once, load_register, select, tell_totals

    snapshot = load_register(register).known_on(day_of(known_on))
    selection = select(snapshot, payer=payer, payee=payee, deal=deal)
    found = count_once(snapshot, selection.ids)
    if as_json:
        asked = {"payer": payer, "payee": payee, "deal": deal, "instruments": list(selection.ids)}
        basis = {"known_on": snapshot.day.isoformat(), "content": snapshot.content_hash}
        print_json({**basis, "selection": asked, **found.as_dict()})
    else:
        print_text("\n".join(tell_totals(selection, found, snapshot)))


@app.command()
def diff(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The earlier day.")],
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The later day; default is today.")
    ] = None,
    register: RegisterOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became known between two days, and which measures moved."""
    from loopledger.cli.movements import movements
    from loopledger.register import compare, load_register, tell_difference

    begin, end = day_from(first, "--from"), day_from(last, "--to")
    refuse_turned(begin, end)
    found = compare(load_register(register), begin, end)
    moved, used = movements(found.before, found.after, assumptions_of(assumptions))
    if as_json:
        print_json({
            "content": found.after.content_hash, **found.as_dict(),
            "measures": {m.name: m.as_dict() for m in moved}, "assumptions": list(used),
        })  # fmt: skip
        return
    title = "Loops and circulation of the scheduled payments: central, and the low and the high case"
    print_text("\n".join([*tell_difference(found), "", title, *(f"  {movement}" for movement in moved)]))


app.command()(add)


@app.command()
def copy(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    teaching: Annotated[
        bool, typer.Option("--teaching", help="Copy the small invented register of the documentation.")
    ] = False,
) -> None:
    """Copy the register that comes with the package, to edit and add to."""
    from loopledger.register import BUNDLED, TEACHING, copy_register

    copy_register(TEACHING if teaching else BUNDLED, folder)
    print_text(f"{folder}: a copy of the {'teaching' if teaching else 'bundled'} register")
