"""What can go wrong, in two channels.

*Problems* are faults in data that people wrote.
They are values, collected and shown all at once, each with its place.

*Exceptions* are for a caller's fault or a lost resource.
There is one root with four branches, and each branch has one exit code of the command line:

::

    LoopledgerError
    ├── SourceError      3  a document or file cannot be had or read
    ├── NotFoundError    2  an id, name or date that does not exist
    ├── RegisterError    1  the register (or another input table) has faults; carries the problems
    └── ModelError       4  the question has no computable answer on these inputs
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

__all__ = [
    "Location",
    "LoopledgerError",
    "ModelError",
    "NotFoundError",
    "Problem",
    "RegisterError",
    "Severity",
    "SourceError",
    "plain_words",
]

#: What the library that checks records says, and what is said instead.
_PLAIN = (
    ("Value error, ", ""),
    ("Extra inputs are not permitted", "there is no such field"),
    ("Field required", "this field is missing"),
    ("valid integer, unable to parse string as an integer", "whole number"),
    ("valid number, unable to parse string as a number", "number"),
    ("greater than or equal to", "at least"),
    ("less than or equal to", "at most"),
    ("Input should be", "it must be"),
)


class Severity(StrEnum):
    """How bad a problem is: an error stops the analysis, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file that a person wrote.

    Parameters
    ----------
    file : str
        Path as the user gave it, or relative to the register's root.
    line, column : int
        Both start at 1. Line 0 stands for the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in the data: which rule, where, why, and what to do about it."""

    code: str
    at: Location
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.at}: {self.code} {self.severity}: {self.message}{hint}"


def plain_words(message: str) -> str:
    """Return what the check of a record says, in the words of this program.

    Examples
    --------
    >>> plain_words("Value error, a range has exactly low, central and high")
    'a range has exactly low, central and high'
    >>> plain_words("Input should be a valid integer, unable to parse string as an integer")
    'it must be a whole number'
    """
    for theirs, ours in _PLAIN:
        message = message.replace(theirs, ours)
    return message


class LoopledgerError(Exception):
    """Root of all exceptions raised on purpose by loopledger.

    Parameters
    ----------
    message : str
        What happened, where.
    hint : str
        What the user can do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class SourceError(LoopledgerError):
    """A document or file is missing, unreadable, too large, or not what it claims to be."""

    exit_code = 3


class NotFoundError(LoopledgerError):
    """A party, instrument, deal, assumption or column was named that does not exist."""

    exit_code = 2


class RegisterError(LoopledgerError):
    """The register, or a table given in its place, has faults.

    Parameters
    ----------
    problems : iterable of Problem
        All that were found, in the order of their places.
    """

    exit_code = 1

    def __init__(self, message: str, problems: Iterable[Problem] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(str(p) for p in self.problems)])


class ModelError(LoopledgerError):
    """The question is well put, but has no computable answer on these inputs."""

    exit_code = 4
