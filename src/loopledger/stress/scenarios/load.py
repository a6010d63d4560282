"""Read scenarios: the bundled ones by id, a user's own by file, several joined by a plus sign."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from loopledger.errors import ModelError, NotFoundError, Problem, RegisterError, SourceError, plain_words
from loopledger.register.suggest import suggest
from loopledger.register.yamltext import Document, read_yaml
from loopledger.stress.scenarios.record import Scenario, ShockKind

__all__ = ["SCENARIO_FAULTS", "list_scenarios", "load_scenario", "read_scenario"]

#: Every fault that a file of a scenario can have, by code.
SCENARIO_FAULTS: Mapping[str, str] = MappingProxyType({
    "SC101": "the file is not YAML, or repeats a key",
    "SC102": "the file is not a mapping",
    "SC103": "a field is missing",
    "SC104": "a field is not known",
    "SC105": "the kind of a shock is not known",
    "SC106": "a value cannot be meant, such as a share above 1 or a role that does not exist",
})  # fmt: skip

_MAX_BYTES = 1024 * 1024
_CODES = {"missing": "SC103", "extra_forbidden": "SC104", "enum": "SC105"}


def list_scenarios() -> tuple[Scenario, ...]:
    """Return the bundled scenarios, by id."""
    folder = files("loopledger") / "data" / "scenarios"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return tuple(read_scenario((folder / name).read_text(encoding="utf-8"), name) for name in names)


def load_scenario(text: str) -> tuple[Scenario, ...]:
    """Return the scenarios that a text names, such as ``S01``, ``S01+S09`` or ``mine.yaml+S09``.

    Raises
    ------
    NotFoundError
        If no bundled scenario has the id.
    SourceError
        If a file cannot be read.
    ModelError
        If the same scenario is named twice.
    RegisterError
        If a file has faults; all are listed with their places and codes.
    """
    known = {one.id.casefold(): one for one in list_scenarios()}
    found = []
    for part in text.split("+"):
        if part.endswith((".yaml", ".yml")):
            try:
                if Path(part).stat().st_size > _MAX_BYTES:
                    msg = f"{part}: more than {_MAX_BYTES:,} bytes is no scenario"
                    raise SourceError(msg)
                content = Path(part).read_text(encoding="utf-8")
            except OSError as error:
                msg = f"{part}: cannot be read: {error.strerror}"
                raise SourceError(msg) from None
            except UnicodeDecodeError:
                msg = f"{part}: not UTF-8 text"
                raise SourceError(msg) from None
            found.append(read_scenario(content, part))
        elif part.casefold() in known:
            found.append(known[part.casefold()])
        else:
            msg = f"there is no scenario {part!r}"
            hint = suggest(part, {one.id for one in known.values()})
            raise NotFoundError(msg, hint=hint or "loopledger stress --list; a file ends in .yaml")
    ids = [one.id for one in found]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        msg = f"the scenario {twice!r} is named twice in {text!r}"
        raise ModelError(msg, hint="each scenario counts once; give one of them another id")
    return tuple(found)


def read_scenario(text: str, file: str) -> Scenario:
    """Return the scenario of a text.

    Raises
    ------
    RegisterError
        With codes SC101 (not YAML), SC102 (no mapping), SC103 (a field is missing), SC104 (unknown
        field), SC105 (unknown kind) and SC106 (a value that cannot be meant).
    """
    document = read_yaml(text, file)
    problems = [Problem(code="SC101", at=p.at, message=p.message, hint=p.hint) for p in document.problems]
    if not problems and not isinstance(document.value, dict):
        problems.append(Problem(code="SC102", at=document.at(()), message="a scenario is a mapping"))
    if not problems:
        try:
            return Scenario.model_validate(document.value)
        except ValidationError as error:
            errors = error.errors()
            inner = [one for one in errors if one["type"] != "too_short"]
            problems = [_problem(document, one) for one in inner or errors]
    msg = f"{file} has {len(problems)} {'fault' if len(problems) == 1 else 'faults'}"
    raise RegisterError(msg, sorted(problems, key=lambda p: p.at))


def _problem(document: Document, error: object) -> Problem:
    found = dict(error)  # type: ignore[call-overload]
    path = tuple(found["loc"])
    code = _CODES.get(found["type"], "SC106")
    place = document.at_key(path) if code == "SC104" else document.at(path)
    where = ".".join(map(str, path))
    hint = "see the how-to page on writing a scenario"
    match code:
        case "SC103":
            message = "this field is missing"
        case "SC104":
            message = "there is no such field"
        case "SC105":
            message = f"there is no kind of shock {str(found['input'])!r}"
            hint = suggest(str(found["input"]), {kind.value for kind in ShockKind}) or hint
        case _:
            message = plain_words(str(found["msg"]))
            message = f"{message[0].lower()}{message[1:]}"
    return Problem(code=code, at=place, message=f"{where}: {message}" if where else message, hint=hint)
