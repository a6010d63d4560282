"""From pydantic's errors to placed problems: what is wrong with one record on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from loopledger.errors import Problem
from loopledger.records import (
    Change,
    Evidence,
    Firmness,
    Instrument,
    Kind,
    Links,
    Role,
    Schedule,
    Status,
    TableRow,
    Tranche,
    Units,
)
from loopledger.records.instrument import Basis, Confidence, Grade, Shape
from loopledger.register.collection import Source
from loopledger.register.suggest import suggest
from loopledger.register.yamltext import Path
from loopledger.units import Bound

__all__ = ["describe_error", "errors_of", "shape_problems"]

#: The words a field may hold, by the name of the field.
VOCABULARY: Mapping[str, type[StrEnum]] = {
    "kind": Kind, "status": Status, "firmness": Firmness, "grade": Grade, "confidence": Confidence,
    "role": Role, "shape": Shape, "basis": Basis, "bound": Bound,
}  # fmt: skip

#: The record that stands under a field; lists of records are named alike.
_RECORDS: Mapping[str, type[BaseModel]] = {
    "instruments": Instrument, "evidence": Evidence, "changes": Change, "links": Links,
    "schedule": Schedule, "tranches": Tranche, "table": TableRow, "units": Units,
}  # fmt: skip

_TYPES = {
    "string_type": "text", "bool_type": "true or false", "int_type": "a whole number",
    "tuple_type": "a list", "list_type": "a list", "dict_type": "a mapping", "model_type": "a mapping",
    "model_attributes_type": "a mapping", "decimal_type": "a number", "decimal_parsing": "a number",
}  # fmt: skip


def _shown(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case Mapping():
            return "a mapping"
        case Sequence() if not isinstance(value, str):
            return "a list"
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _plain_path(loc: Sequence[str | int], raw: object) -> tuple[Path, bool]:
    """Return the part of a pydantic location that exists in the data, and whether a name is missing."""
    path: list[str | int] = []
    current = raw
    for position, step in enumerate(loc):
        if isinstance(current, Mapping) and step in current:
            current = current[step]
        elif isinstance(current, list) and isinstance(step, int) and step < len(current):
            current = current[step]
        elif position == len(loc) - 1 and isinstance(current, Mapping) and isinstance(step, str):
            return (*path, step), True
        else:
            break  # the name of a branch of a union, such as "constrained-str"
        path.append(step)
    return tuple(path), False


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str):
            model = _RECORDS.get(step, model)
    return model


def _value_at(raw: Any, path: Path) -> Any:
    for step in path:
        raw = raw[step]
    return raw


Description = tuple[str, str, str]  # code, message, hint


def _missing(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    info = model.model_fields.get(name)
    wanted = info.description if info and info.description else ""
    options = VOCABULARY.get(name)
    hint = wanted or (f"one of {', '.join(options)}" if options else f"add a line {name}: ...")
    return "RG106", f'missing field "{name}"', hint


def _unknown(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    return "RG107", f'unknown field "{name}"', suggest(name, model.model_fields)


def _word(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    value = error["input"]
    if name == "cash":
        return (
            "RG109",
            f"cash is neither true, false nor secondary: {_shown(value)}",
            suggest(value, ["secondary"]),
        )
    if not isinstance(value, str):
        return "RG108", f"{name} must be a word, not {_shown(value)}", f"known: {', '.join(VOCABULARY[name])}"
    return "RG109", f"unknown {name} {_shown(value)}", suggest(value, list(VOCABULARY[name]))


def _pattern(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    shown = _shown(error["input"])
    forms = {
        "published": ("RG114", "a date", "YYYY-MM-DD, YYYY-MM, YYYY or null"),
        "url": ("RG108", "a web address", "begin it with https://"),
        "cik": ("RG108", "ten digits", "fill up with zeros and put it in quotes"),
        "lei": ("RG108", "a legal entity identifier", "eighteen letters or digits and two check digits"),
        "country": ("RG108", "a country code", "two capital letters, ISO 3166"),
    }
    code, wanted, hint = forms.get(name, ("RG113", "an id", "lower-case letters, digits and single hyphens"))
    return code, f"{name} is not {wanted}: {shown}", hint


def _short(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    if name == "evidence":
        return (
            "RG106",
            "there is no evidence",
            "at least one source, with url, publisher, published, says and grade",
        )
    return "RG106", f"{name} is empty", "write something, or remove the record"


def _quantity(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    kind, context = error["type"], error.get("ctx", {})
    message, field = str(context.get("message", error["msg"])), str(context.get("field", ""))
    raw = error["input"]
    inner = raw.get(field) if isinstance(raw, Mapping) else raw
    match kind:
        case "quantity_bound":
            return "RG109", f"unknown bound {_shown(inner)}", suggest(inner, list(Bound))
        case "quantity_currency":
            return "RG112", f"unknown currency {_shown(inner)}", "an ISO 4217 code such as USD"
        case "quantity_number":
            label = field if isinstance(raw, Mapping) else name
            return "RG108", f"{label} must be a number, not {_shown(inner)}", "plain digits without quotes"
        case "quantity_size":
            label = field if isinstance(raw, Mapping) else name
            return (
                "RG111",
                f"{label} must be between 0 and 1e18, not {inner}",
                "plain currency units or megawatts",
            )
        case "quantity_shape" if isinstance(raw, Mapping):
            return (
                "RG110",
                f"{name} {message}",
                "value and currency, or low, high and currency with bound: range",
            )
    example = "for instance {value: 15000000000, currency: USD, bound: up_to}"
    return "RG110", f"{name} is not a quantity: {_shown(raw)}", example if name == "amount" else ""


def _size(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    text = error["msg"].replace("Input should be", "must be")
    return "RG111", f"{name} {text}, not {error['input']}", ""


def _day(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    return "RG114", f"{name} is not a day: {_shown(error['input'])}", "YYYY-MM-DD"


def _type(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    wanted = _TYPES.get(error["type"], "something else")
    value = error["input"]
    hint = "put it in quotes" if wanted == "text" and isinstance(value, int) else ""
    if wanted == "a list" and isinstance(value, str):
        hint = "begin each member with a hyphen"
    return "RG108", f"{name} must be {wanted}, not {_shown(value)}", hint


_DESCRIBE: Mapping[str, Callable[[str, ErrorDetails, type[BaseModel]], Description]] = {
    "missing": _missing, "extra_forbidden": _unknown, "enum": _word, "string_pattern_mismatch": _pattern,
    "string_too_long": _pattern, "too_short": _short, "string_too_short": _short, "value_error": _quantity,
    "quantity_bound": _quantity, "quantity_currency": _quantity, "quantity_number": _quantity,
    "quantity_size": _quantity, "quantity_shape": _quantity, "day": _day, "greater_than": _size,
    "greater_than_equal": _size, "less_than_equal": _size,
}  # fmt: skip


def describe_error(name: str, error: ErrorDetails, model: type[BaseModel]) -> Description:
    """Return code, message and hint for one error of pydantic."""
    return _DESCRIBE.get(error["type"], _type)(name, error, model)


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors of a record; of the branches of a union only the first is kept."""
    return error.errors(include_url=False)


def _place(source: Source, path: Path, error: ErrorDetails, raw: Any) -> tuple[Path, bool]:
    """Return the path to point at, and whether its key is meant."""
    if error["type"] == "missing":
        return path[:-1], False
    if error["type"] == "extra_forbidden":
        return path, True
    field = error.get("ctx", {}).get("field", "")
    value = error["input"]
    if field and isinstance(value, Mapping) and field in value:
        return (*path, field), False
    return path, False


def shape_problems(
    errors: Iterable[ErrorDetails], raw: Any, source: Source, base: Path, model: type[BaseModel]
) -> list[Problem]:
    """Return the placed problems of one record.

    Parameters
    ----------
    errors : iterable of ErrorDetails
        As pydantic gives them.
    raw : dict
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
    for error in errors:
        path, _ = _plain_path(error["loc"], raw)
        if any(path[: len(other)] == other or other[: len(path)] == path for other in seen if other):
            continue  # another branch of the same union
        seen.add(path)
        container = path[:-1] if path and isinstance(path[-1], str) else path
        name = next((step for step in reversed(path) if isinstance(step, str)), "the record")
        code, message, hint = describe_error(name, error, _model_at(model, container))
        target, is_key = _place(source, path, error, raw)
        at = source.at_key((*base, *target)) if is_key else source.at((*base, *target))
        problems.append(Problem(code=code, at=at, message=message, hint=hint))
    return problems
