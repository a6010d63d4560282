"""Printing: text in which nothing steers the terminal, and JSON with a fixed layout."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from loopledger.errors import LoopledgerError, RegisterError

if TYPE_CHECKING:
    from loopledger.errors import Problem

__all__ = [
    "complain",
    "print_error",
    "print_json",
    "print_misuse",
    "print_text",
    "problem_json",
    "terminal_width",
    "visible",
    "warn",
]

#: Control characters but tab and line feed, separators of lines, and marks that turn the direction of writing.
_STEERING = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]"
)

#: Most and fewest columns of wrapped text; a wider terminal changes nothing, a pipe gets the most.
_WIDEST, _NARROWEST = 100, 40


def visible(text: str) -> str:
    r"""Return a text with every character that steers a terminal written out.

    Names and quotations come from documents and tables of anybody: they may hold escape sequences, or
    marks that reverse what is read.

    Examples
    --------
    >>> print(visible("A\x1b[2JB \u202eevil"))
    A\x1b[2JB \u202eevil
    """
    return _STEERING.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def terminal_width() -> int:
    """Return how many columns a wrapped text may take: those of the terminal, from 40 to 100.

    What is not printed on a terminal takes 100 whatever COLUMNS says: the same input gives the same bytes.
    """
    if not sys.stdout.isatty():
        return _WIDEST
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size((_WIDEST, 0)).columns))


def print_json(content: Any) -> None:
    """Print JSON with a fixed layout; NaN and infinities are refused."""
    _write(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def print_text(text: str) -> None:
    """Print text that ends in a newline."""
    shown = visible(text)
    _write(shown if shown.endswith("\n") else shown + "\n")


def _write(text: str) -> None:
    """Write to stdout; where its reader has gone, as in `loopledger ... | head`, the command ends in peace."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise typer.Exit from None


def problem_json(problem: Problem) -> dict[str, object]:
    """Return a fault of data with its place."""
    at = problem.at
    return {
        "code": problem.code, "severity": problem.severity.value, "file": at.file, "line": at.line,
        "column": at.column, "message": problem.message, "hint": problem.hint,
    }  # fmt: skip


def print_error(error: LoopledgerError, *, as_json: bool) -> None:
    """Print an error on stderr; where JSON was asked for, on stdout as JSON too."""
    complain(str(error))
    if as_json:
        problems = error.problems if isinstance(error, RegisterError) else ()
        _print_fault(type(error).__name__, error.exit_code, error.message, error.hint, problems)


def print_misuse(message: str, *, exit_code: int) -> None:
    """Print what is wrong with a command as JSON on stdout; in words it stands on stderr already."""
    _print_fault("UsageError", exit_code, message, "the same command with --help says what it takes")


def _print_fault(
    kind: str, exit_code: int, message: str, hint: str | None, problems: Iterable[Problem] = ()
) -> None:
    told = {
        "kind": kind, "exit_code": exit_code, "message": message, "hint": hint,
        "problems": [problem_json(problem) for problem in problems],
    }  # fmt: skip
    print_json({"error": told})


def warn(text: str) -> None:
    """Print a note on stderr, so that it never mixes with the answer."""
    complain(f"note: {text}")


def complain(text: str) -> None:
    """Print what went wrong, or how far a run is, on stderr."""
    sys.stderr.write(f"loopledger: {visible(text)}\n")
