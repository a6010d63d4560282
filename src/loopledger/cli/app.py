"""The application: its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated, Any

import typer

from loopledger import __version__
from loopledger.cli import (
    accounts,
    clearing,
    combinations,
    documents,
    explain,
    exports,
    measures,
    networks,
    pages,
    registers,
    stress,
)
from loopledger.cli.printing import complain, print_error, print_misuse
from loopledger.errors import LoopledgerError, SourceError

__all__ = ["app", "main"]

#: What typer raises when a command is called wrongly; it names the class nowhere in public.
_MISUSE: Any = typer.BadParameter.__base__

app = typer.Typer(
    name="loopledger",
    help="Who promised what to whom in AI's circular financing, and whose money pays for it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
documents.add_to(app)
networks.add_to(app)
accounts.add_to(app)
clearing.add_to(app)
stress.add_to(app)
measures.add_to(app)
explain.add_to(app)
exports.add_to(registers.app)
app.add_typer(registers.app, name="register")
app.add_typer(pages.app, name="page")
combinations.use_in(app, registers.app, pages.app)


def _show_version(value: bool) -> None:
    if value:
        sys.stdout.write(f"loopledger {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read announcements, place them in a sourced register, and follow the money."""


def main() -> None:
    """Run the command line; every expected failure is one message on stderr and an exit code.

    Exit codes: 0 ok, 1 problems found in data, 2 usage or a name that nothing has, 3 source unavailable, 4 cannot be
    computed.
    """
    if sys.stdout is None:  # closed, as in `loopledger ... >&-`
        if sys.stderr is not None:
            complain("there is nowhere to print to")
        sys.exit(SourceError.exit_code)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # names and arrows, whatever the terminal's locale; a file's name may hold any byte
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        sys.exit(_run(as_json="--json" in sys.argv))
    except RecursionError:
        complain("the input is nested too deeply")
        sys.exit(SourceError.exit_code)
    except BrokenPipeError:
        # the reader of our output has gone, as in `loopledger ... | head`
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in the buffer is given up
        failed = "what was to be printed cannot be written" if error.filename is None else error.filename
        complain(f"{failed}: {error.strerror or error}")
        sys.exit(SourceError.exit_code)


def _run(*, as_json: bool) -> int:
    """Run a command and return its exit code; what is wrong is said in words, and as JSON where that was asked for."""
    try:
        return app(standalone_mode=not as_json) or 0
    except LoopledgerError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    except _MISUSE as error:
        error.show()
        print_misuse(error.format_message(), exit_code=error.exit_code)
        return int(error.exit_code)
    except typer.Abort:
        return 1
    finally:
        sys.stdout.flush()
