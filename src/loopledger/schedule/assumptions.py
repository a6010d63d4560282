"""Named assumptions: value, unit, and where it comes from or the word "judgement"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from rapidfuzz.process import extractOne

from loopledger.errors import Location, NotFoundError, Problem, RegisterError, SourceError, plain_words
from loopledger.register.yamltext import read_yaml
from loopledger.units import BoundFactors, Interval

__all__ = ["Assumption", "Assumptions", "load_assumptions"]

BUNDLED = "assumptions.yaml"
_MAX_BYTES = 1024 * 1024


class Assumption(BaseModel):
    """One number that a computation needs and no contract states."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str = Field(pattern=r"^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+$")
    value: Interval
    unit: str = Field(min_length=1)
    source: str = Field(min_length=1, description='Where it comes from, or "judgement".')
    why: str = Field(min_length=1)
    overridden_in: str = Field(default="", description="File that replaced the bundled value.")

    @field_validator("value", mode="before")
    @classmethod
    def _read_value(cls, raw: object) -> Interval:
        if isinstance(raw, Interval):
            return raw
        if isinstance(raw, Mapping):
            if set(raw) != {"low", "central", "high"}:
                msg = "a range has exactly low, central and high"
                raise ValueError(msg)
            return Interval(*(_number(raw[key]) for key in ("low", "central", "high")))
        return Interval.exact(_number(raw))

    @model_validator(mode="after")
    def _in_range(self) -> Assumption:
        least, most = _limits(self.name, self.unit)
        if not (least <= self.value.low and self.value.high <= most):
            lowest = "above 0" if least == _LEAST else f"at least {least:g}"
            highest = "" if most == math.inf else f" and at most {most:g}"
            msg = f"{self.name} is out of range: it is {lowest}{highest} ({self.unit})"
            raise ValueError(msg)
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return the assumption for JSON: a plain number where it is one."""
        value = self.value.central if self.value.is_exact else self.value.as_dict()
        return {
            "name": self.name, "value": value, "unit": self.unit, "source": self.source, "why": self.why,
            **({"overridden_in": self.overridden_in} if self.overridden_in else {}),
        }  # fmt: skip


#: What values of a unit may be; other units are only not negative.
_LIMITS: Mapping[str, tuple[float, float]] = {
    "probability": (0.0, 1.0), "years": (0.0, 100.0), "quarters": (0.0, 400.0), "per year": (0.0, 10.0),
    "per quarter": (0.0, 10.0), "quarters after signing": (0.0, 400.0), "quarters before the capacity": (0.0, 400.0),
}  # fmt: skip
#: A term or a rate of exchange of nothing is none.
_LEAST = 1e-9


def _limits(name: str, unit: str) -> tuple[float, float]:
    least, most = _LIMITS.get(unit, (0.0, math.inf))
    return (_LEAST if name.startswith(("term.", "fx.")) else least), most


def _number(raw: object) -> float:
    if isinstance(raw, bool) or (not isinstance(raw, (int, float)) and type(raw).__name__ != "Decimal"):
        msg = f"not a number: {raw!r}"
        raise ValueError(msg)
    value = float(raw)  # type: ignore[arg-type]
    if value < 0:
        msg = f"negative: {raw!r}"
        raise ValueError(msg)
    return value


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The assumptions of a run, by name."""

    by_name: Mapping[str, Assumption]

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.by_name.values())

    def find(self, name: str) -> Assumption:
        """Return an assumption.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        if name not in self.by_name:
            near = extractOne(name, self.by_name.keys(), score_cutoff=60)
            hint = f"did you mean {near[0]!r}?" if near else "see the list of assumptions in the reference"
            msg = f"there is no assumption {name!r}"
            raise NotFoundError(msg, hint=hint)
        return self.by_name[name]

    def range(self, name: str) -> Interval:
        """Return low, central and high of an assumption, in its unit."""
        return self.find(name).value

    def number(self, name: str) -> float:
        """Return the central value of an assumption, in its unit."""
        return self.find(name).value.central

    def select(self, names: Iterable[str]) -> tuple[Assumption, ...]:
        """Return the named assumptions in the order of the file."""
        wanted = set(names)
        for name in wanted:
            self.find(name)
        return tuple(a for a in self if a.name in wanted)

    @property
    def bound_factors(self) -> BoundFactors:
        """What "about", "up to" and "at least" are taken to mean."""
        return BoundFactors(
            about_low=self.number("bound.about.low"),
            about_high=self.number("bound.about.high"),
            up_to_low=self.number("bound.up_to.low"),
            up_to_central=self.number("bound.up_to.central"),
            at_least_high=self.number("bound.at_least.high"),
        )


def load_assumptions(override: Path | None = None) -> Assumptions:
    """Return the bundled assumptions, with those of a file in their place.

    Parameters
    ----------
    override : pathlib.Path, optional
        YAML list; each entry names a known assumption and gives a new value, and may give a source.

    Returns
    -------
    Assumptions

    Raises
    ------
    SourceError
        If the file cannot be read.
    RegisterError
        If it has faults; all of them are listed with their places.

    Examples
    --------
    >>> load_assumptions().number("bound.up_to.central")
    0.8
    """
    bundled = files("loopledger") / "data" / BUNDLED
    base = _read(bundled.read_text(encoding="utf-8"), BUNDLED, {})
    if override is None:
        return Assumptions(base)
    try:
        if override.stat().st_size > _MAX_BYTES:
            msg = f"{override}: more than {_MAX_BYTES:,} bytes is no file of assumptions"
            raise SourceError(msg)
        text = override.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{override}: cannot be read: {error.strerror}"
        raise SourceError(msg) from None
    except UnicodeDecodeError:
        msg = f"{override}: not UTF-8 text"
        raise SourceError(msg) from None
    changed = _read(text, str(override), base)
    return Assumptions({**base, **changed})


def _read(text: str, file: str, base: Mapping[str, Assumption]) -> dict[str, Assumption]:
    document = read_yaml(text, file)
    problems = list(document.problems)
    found: dict[str, Assumption] = {}
    entries = document.value
    if not problems and not isinstance(entries, list):
        problems.append(_problem("AS101", Location(file, 1, 1), "not a list of assumptions"))
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        place = document.at((index,))
        try:
            assumption = _validated(entry, file, base)
        except ValueError as error:
            field = error.errors()[0]["loc"][:1] if isinstance(error, ValidationError) else ()
            at = document.at((index, *field)) if field else place
            problems.append(_problem("AS102", at, _first_line(error)))
            continue
        if assumption.name in found:
            problems.append(_problem("AS103", place, f"{assumption.name!r} stands twice"))
        found[assumption.name] = assumption
    if problems:
        msg = f"{file} has {len(problems)} {'fault' if len(problems) == 1 else 'faults'}"
        raise RegisterError(msg, problems)
    return found


def _validated(entry: object, file: str, base: Mapping[str, Assumption]) -> Assumption:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        msg = "an assumption is a mapping with a name"
        raise ValueError(msg)
    if not base:
        return Assumption.model_validate(entry)
    known = base.get(entry["name"])
    if known is None:
        near = extractOne(entry["name"], base.keys(), score_cutoff=60)
        msg = f"unknown assumption {entry['name']!r}" + (f"; did you mean {near[0]!r}?" if near else "")
        raise ValueError(msg)
    if "value" not in entry:
        msg = f"{entry['name']}: no value"
        raise ValueError(msg)
    if entry.get("unit", known.unit) != known.unit:
        msg = f"{entry['name']}: the unit is {known.unit!r} and stays so"
        raise ValueError(msg)
    source = entry.get("source", f"set in {file}")
    return Assumption.model_validate({**known.model_dump(), **entry, "source": source, "overridden_in": file})


def _problem(code: str, at: Location, message: str) -> Problem:
    return Problem(code=code, at=at, message=message, hint="see the reference page on assumptions")


def _first_line(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = plain_words(first["msg"])
        return f"{where}: {said}" if where else said
    return str(error)
