"""From pydantic's errors to placed problems: what is wrong with one record on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from loopledger.errors import Location, Problem
from loopledger.records import Change, Evidence, Instrument, Links, Schedule, TableRow, Tranche, Units
from loopledger.register.collection import Source
from loopledger.register.faults import describe_error
from loopledger.register.yamltext import Path

__all__ = ["errors_of", "shape_problems"]

#: The record that stands under a field; lists of records are named alike.
_RECORDS: Mapping[str, type[BaseModel]] = {
    "instruments": Instrument, "evidence": Evidence, "changes": Change, "links": Links,
    "schedule": Schedule, "tranches": Tranche, "table": TableRow, "units": Units,
}  # fmt: skip


def _holds(container: object, step: str | int) -> bool:
    if isinstance(container, Mapping):
        return step in container
    return isinstance(container, list) and isinstance(step, int) and step < len(container)


def _plain_path(error: ErrorDetails, raw: object) -> Path:
    """Return the part of a pydantic location that exists in the data, with a missing field's name."""
    path: list[str | int] = []
    current = raw
    for position, step in enumerate(error["loc"]):
        if _holds(current, step):
            current = current[step]  # type: ignore[index]
            path.append(step)
        elif error["type"] == "missing" and position == len(error["loc"]) - 1:
            path.append(step)
        # else it is pydantic's name for a branch of a union
    return tuple(path)


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str):
            model = _RECORDS.get(step, model)
    return model


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors of a record as pydantic gives them."""
    return error.errors(include_url=False)


def _place(source: Source, path: Path, error: ErrorDetails, base: Path) -> Location:
    """Return the place to point at: the record that lacks a field, the unknown key, or the value."""
    if error["type"] == "missing":
        return source.at((*base, *path[:-1]))
    if error["type"] == "extra_forbidden":
        return source.at_key((*base, *path))
    field, value = error.get("ctx", {}).get("field", ""), error["input"]
    if error["type"] == "quantity_key":
        return source.at_key((*base, *path, field))
    inner = (field,) if field and isinstance(value, Mapping) and field in value else ()
    return source.at((*base, *path, *inner))


def _is_wrong_branch(error: ErrorDetails) -> bool:
    """Whether an error only says that a list is not the single word it might have been."""
    return error["type"] == "string_type" and isinstance(error["input"], list)


def shape_problems(
    errors: Iterable[ErrorDetails], raw: object, source: Source, base: Path, model: type[BaseModel]
) -> list[Problem]:
    """Return the placed problems of one record.

    Parameters
    ----------
    errors : iterable of ErrorDetails
        As pydantic gives them; of the branches of a union only the first is told.
    raw : object
        The record as it was read.
    source : Source
        Its file.
    base : tuple
        The path of the record in the file.
    model : type
        What the record should be.
    """
    problems: list[Problem] = []
    seen: set[Path] = set()
    for error in sorted(errors, key=_is_wrong_branch):
        path = _plain_path(error, raw)
        if any(path[: len(other)] == other or other[: len(path)] == path for other in seen if other):
            continue
        seen.add(path)
        container = path[:-1] if path and isinstance(path[-1], str) else path
        name = next((step for step in reversed(path) if isinstance(step, str)), "the record")
        found = describe_error(name, error, _model_at(model, container))
        at = _place(source, path, error, base)
        problems.append(Problem(code=found.code, at=at, message=found.message, hint=found.hint))
    return problems
