"""From any id to its evidence, in words: records, observations, assumptions, problem codes, figures of a brief."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
)
from loopledger.cli.printing import print_json, print_text

if TYPE_CHECKING:
    from datetime import date

    from loopledger.register import Register
    from loopledger.schedule import Assumptions

__all__ = ["add_to"]

_CODE = re.compile(r"[A-Z]{2}\d{3}")
_ROW = re.compile(r"(?:observations/)?(?P<file>[\w.-]+\.csv):(?P<line>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explanation:
    """What an id stands for, in lines, and what it rests on."""

    id: str
    kind: str
    lines: tuple[str, ...]
    content: Mapping[str, Any]
    because: tuple[_Explanation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        below = {"because": [child.as_dict() for child in self.because]} if self.because else {}
        return {"id": self.id, "kind": self.kind, **self.content, **below}


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explain")(explain)


def explain(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Instrument, deal, party, file.csv:line, assumption, problem code, or figure of a brief.",
        ),
    ],
    brief: Annotated[
        Path | None,
        typer.Option("--brief", metavar="FILE", help="What brief --json printed; ID is a figure in it."),
    ] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain an id down to its evidence, in words."""
    if brief is not None:
        found = _Brief(brief).figure(id_)
    elif _CODE.fullmatch(id_.upper()):
        found = _code(id_.upper())
    else:
        from loopledger.register import load_register

        found = _record(id_, load_register(register), day_of(known_on), assumptions_of(assumptions))
    if as_json:
        print_json(found.as_dict())
    else:
        print_text("\n".join(_tree(found, 0)))


def _tree(found: _Explanation, depth: int) -> Iterator[str]:
    from loopledger.register.telling import wrap

    margin = 2 * min(depth, 8)
    for line in found.lines:
        yield from wrap(line.strip(), margin + len(line) - len(line.lstrip()))
    if found.because:
        yield " " * (margin + 2) + "rests on"
    for child in found.because:
        yield from _tree(child, depth + 2)


def _catalogue() -> dict[str, tuple[str, str, str, str]]:
    """Return, for each code, what it is a fault of, its title, its rule and its severity."""
    from loopledger.network.tables import TABLE_FAULTS
    from loopledger.register import ASSUMPTION_FAULTS, RULES
    from loopledger.stress.scenarios.load import SCENARIO_FAULTS
    from loopledger.stress.tables import CLEARING_FAULTS

    found = {
        code: ("a register", rule.title, rule.statement, rule.severity.value) for code, rule in RULES.items()
    }
    found |= {
        code: ("a file of assumptions", title, statement, "error")
        for code, (title, statement) in ASSUMPTION_FAULTS.items()
    }
    for what, faults in (
        ("a payment table", TABLE_FAULTS),
        ("a table of obligations and parties", CLEARING_FAULTS),
        ("a file of a scenario", SCENARIO_FAULTS),
    ):
        found |= {
            code: (what, title, f"{title[0].upper()}{title[1:]}.", "error") for code, title in faults.items()
        }
    return found


def _code(code: str) -> _Explanation:
    from loopledger.errors import NotFoundError
    from loopledger.register.suggest import suggest

    known = _catalogue()
    if code not in known:
        msg = f'no problem has the code "{code}"'
        raise NotFoundError(msg, hint=suggest(code, known))
    where, title, statement, severity = known[code]
    effect = (
        "An error: nothing is computed until it is mended."
        if severity == "error"
        else "A warning: it is shown, and nothing is held up."
    )
    plain = statement.replace("``", '"')
    says_more = statement.rstrip(".").casefold() != title.casefold()
    return _Explanation(
        id=code,
        kind="problem",
        lines=(
            f"{code}, a fault of {where}: {title}",
            *([f"  {plain}"] if says_more else []),
            f"  {effect}",
        ),
        content={"of": where, "title": title, "statement": statement, "severity": severity},
    )


def _record(id_: str, register: Register, day: date, assumptions: Assumptions) -> _Explanation:
    """Explain an observation, an assumption, or a record of the register."""
    from loopledger.errors import NotFoundError
    from loopledger.register import look_up, tell_view
    from loopledger.register.suggest import suggest

    row = _ROW.fullmatch(id_)
    if row is not None:
        return _observation(register, day, row["file"], int(row["line"]))
    known = {assumption.name: assumption for assumption in assumptions}
    if id_ in known:
        assumption = known[id_]
        value = assumption.value
        shown = (
            f"{value.central:g}" if value.is_exact else f"{value.low:g} / {value.central:g} / {value.high:g}"
        )
        lines = [
            f"{id_} = {shown} ({assumption.unit})",
            f"  source: {assumption.source}",
            f"  why: {assumption.why}",
        ]
        return _Explanation(id=id_, kind="assumption", lines=tuple(lines), content=assumption.as_dict())
    try:
        view = look_up(register, day, id_)
    except NotFoundError as error:
        if "." in id_:
            msg = f'no assumption "{id_}"'
            raise NotFoundError(msg, hint=suggest(id_, known)) from None
        hint = error.hint or "an id of the register, file.csv:line, an assumption, or a problem code"
        raise NotFoundError(error.message, hint=hint) from None
    kind = type(view).__name__.removesuffix("View").lower()
    return _Explanation(id=id_, kind=kind, lines=tuple(tell_view(view)), content=view.as_dict())


def _observation(register: Register, day: date, file: str, line: int) -> _Explanation:
    from loopledger.errors import NotFoundError

    rows = [r for r in register.known_on(day).observations if Path(r.file).name == file]
    row = next((r for r in rows if r.line == line), None)
    if row is None:
        near = min(rows, key=lambda r: abs(r.line - line), default=None)
        hint = f"the nearest known on that day is {file}:{near.line}" if near else ""
        msg = f"no observation at {file}:{line} is known on {day}"
        raise NotFoundError(msg, hint=hint)
    meaning = _meaning(row.metric)
    end = f" (to {row.period_end})" if row.period_end else ""
    lines = [f"{row.party} {row.metric} {row.period}{end}: {row.value:,f} {row.unit}, {row.bound.value}"]
    lines += [f"  what it counts: {meaning}"] if meaning else []
    lines += [f"  {row.grade.value}, published {row.published}; {row.file}:{row.line}", f"  {row.source_url}"]
    lines += [f"  note: {row.note}"] if row.note else []
    content = {
        "party": row.party, "metric": row.metric, "meaning": meaning, "period": row.period,
        "period_end": row.period_end.isoformat() if row.period_end else None, "value": float(row.value),
        "unit": row.unit, "bound": row.bound.value, "grade": row.grade.value, "published": row.published,
        "source_url": row.source_url, "note": row.note,
    }  # fmt: skip
    return _Explanation(id=f"{row.file}:{row.line}", kind="observation", lines=tuple(lines), content=content)


def _meaning(metric: str) -> str:
    """Return the definition of a measure; empty for one that nobody has defined."""
    from loopledger.errors import NotFoundError
    from loopledger.register.figures import find_metric

    try:
        return find_metric(metric).says
    except NotFoundError:
        return ""


class _Brief:
    """A brief as JSON, and the way from its figures to the records in it."""

    def __init__(self, path: Path) -> None:
        from loopledger.errors import SourceError

        try:
            content = json.loads(path.read_bytes())
            self.figures = {figure["id"]: figure for figure in content["figures"]}
            self.records = {record["id"]: record for record in content["records"]}
        except OSError as error:
            msg = f"{path}: cannot be read: {error.strerror}"
            raise SourceError(msg) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            msg = f"{path}: this is not what brief --json prints"
            raise SourceError(msg) from None
        self.told: set[str] = set()

    def figure(self, id_: str) -> _Explanation:
        """Explain a figure, and all that it rests on."""
        from loopledger.errors import NotFoundError
        from loopledger.register.suggest import suggest

        if id_ not in self.figures:
            msg = f'the brief has no figure "{id_}"'
            raise NotFoundError(msg, hint=suggest(id_, self.figures))
        return self._figure(id_)

    def _figure(self, id_: str) -> _Explanation:
        figure = self.figures[id_]
        self.told.add(id_)
        lines = [f"{id_}: {figure['text']}", f"  what: {figure['what']}", f"  how: {figure['how']}"]
        lines.append(f"  basis: {figure['basis']}, as known on {figure['as_of']}")
        because = tuple(self._ref(ref) for ref in figure["refs"])
        content = {name: figure[name] for name in ("text", "what", "how", "basis", "as_of", "unit")}
        ends = {name: figure[name] for name in ("low", "central", "high")}
        return _Explanation(
            id=id_, kind="figure", lines=tuple(lines), content={**content, **ends}, because=because
        )

    def _ref(self, ref: str) -> _Explanation:
        if ref in self.told:
            return _Explanation(id=ref, kind="reference", lines=(f"{ref}: see above",), content={})
        if ref in self.figures:
            return self._figure(ref)
        self.told.add(ref)
        record = self.records.get(ref)
        if record is None:
            return _Explanation(id=ref, kind="reference", lines=(f"{ref}: not in the brief",), content={})
        lines = [f"{ref}: {record['says']}", *self._sources(record["sources"])]
        return _Explanation(
            id=ref,
            kind="record",
            lines=tuple(lines),
            content={"says": record["says"], "sources": record["sources"]},
        )

    def _sources(self, sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for source in sources:
            said = " ".join(source["says"].split())
            words = f"“{said}”" if source["quote"] else said
            head = ", ".join(part for part in (source["publisher"], source["published"]) if part)
            grade = f" ({source['grade']})" if source["grade"] else ""
            yield f"  {head}{grade}: {words}"
            if source["url"]:
                yield f"    {source['url']}"
