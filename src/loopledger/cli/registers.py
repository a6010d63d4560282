"""Commands on the register itself: check and format its files, show and compare what it knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.files import write_atomically
from loopledger.cli.options import JsonOption, RegisterOption, print_json, print_text

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
        print_json([_problem_json(problem) for problem in problems])
    else:
        print_text("\n".join([*map(str, problems), _summary(loaded, problems)]))
    if loaded is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(1)


def _problem_json(problem: Problem) -> dict[str, object]:
    at = problem.at
    return {
        "code": problem.code, "severity": problem.severity.value, "file": at.file, "line": at.line,
        "column": at.column, "message": problem.message, "hint": problem.hint,
    }  # fmt: skip


def _summary(loaded: Register | None, problems: tuple[Problem, ...]) -> str:
    n_errors = sum(problem.severity == "error" for problem in problems)
    found = f"{n_errors} errors, {len(problems) - n_errors} warnings"
    if loaded is None:
        return f"{found}; the register cannot be loaded"
    n_instruments = sum(len(deal.instruments) for deal in loaded.deals.values())
    return (
        f"{found} in {len(loaded.deals)} deals, {n_instruments} instruments, {len(loaded.parties)} parties, "
        f"{len(loaded.observations)} observations; content {loaded.content_hash[:12]}"
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
        for item in found:
            if item.is_changed:
                write_atomically(item.path, item.text)
    problems = [problem for item in found for problem in item.problems]
    changed = [item for item in found if item.is_changed]
    if as_json:
        print_json(
            {
                "files": len(found),
                "changed": [str(item.path) for item in changed],
                "left_alone": [str(item.path) for item in found if item.problems],
                "problems": [_problem_json(problem) for problem in problems],
            }
        )
    else:
        verb = "would be formatted" if check_only else "formatted"
        n_left = sum(bool(item.problems) for item in found)
        summary = f"{len(changed)} of {len(found)} files {verb}; {n_left} left alone because of faults"
        print_text("\n".join([*map(str, problems), *(f"{item.path}: {verb}" for item in changed), summary]))
    if problems or (check_only and changed):
        raise typer.Exit(1)
