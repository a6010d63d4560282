"""Write the reference pages from the tables that the program itself reads.

Without arguments the script writes; with ``--check`` it fails if a page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from typer.main import get_command

from loopledger.circularity import RULES as FUNDING_RULES
from loopledger.cli.app import app
from loopledger.exposure import load_measures
from loopledger.network.tables import TABLE_FAULTS
from loopledger.records import KINDS
from loopledger.register import ASSUMPTION_FAULTS
from loopledger.register import RULES as REGISTER_RULES
from loopledger.schedule import load_assumptions
from loopledger.stress.scenarios.load import SCENARIO_FAULTS
from loopledger.stress.tables import CLEARING_FAULTS

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"
_NOTE = "<!-- Written by scripts/reference.py from the program's own tables; edit those. -->"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _kinds() -> Iterator[str]:
    yield from ("# Kinds of instrument", "", _NOTE, "")
    yield "One row decides direction, part in a loop and default timing. A payment table may also use the class itself as its kind."
    yield ""
    rows = (
        (
            f"`{kind.value}`", row.direction, row.flow_class.value, row.timing.value,
            f"`{row.term_assumption}`" if row.term_assumption else "", "yes" if row.debt_service else "",
        )
        for kind, row in KINDS.items()
    )  # fmt: skip
    yield from _table(
        ("kind", "direction of the cash", "class", "timing", "term if unknown", "debt service"), rows
    )


def _assumptions() -> Iterator[str]:
    yield from ("# Assumptions", "", _NOTE, "")
    yield "Every number that a computation needs and no contract states. `--assumptions FILE` replaces any of them: a YAML list, each entry with `name` and `value`, and a `source` if you have one."
    yield ""
    rows = (
        (
            f"`{a.name}`",
            f"{a.value.central:g}" if a.value.is_exact else " / ".join(f"{v:g}" for v in a.value.as_tuple()),
            a.unit, a.source, a.why,
        )
        for a in load_assumptions()
    )  # fmt: skip
    yield from _table(("name", "value (low / central / high)", "unit", "source", "why"), rows)


def _problems() -> Iterator[str]:
    yield from ("# Problem codes", "", _NOTE, "")
    yield "A fault in data is shown as `file:line:column: CODE severity: message (hint)`, all faults at once."
    yield from ("", "## Registers", "")
    rows = (
        (f"`{code}`", rule.severity.value, rule.title, rule.statement)
        for code, rule in REGISTER_RULES.items()
    )
    yield from _table(("code", "severity", "what is wrong", "rule"), rows)
    yield from ("## Payment tables", "")
    yield from _table(("code", "what is wrong"), ((f"`{code}`", what) for code, what in TABLE_FAULTS.items()))
    yield from ("## Tables of obligations and parties", "")
    yield "Faults of their form are those of payment tables, FT101 to FT107."
    yield ""
    yield from _table(
        ("code", "what is wrong"), ((f"`{code}`", what) for code, what in CLEARING_FAULTS.items())
    )
    yield from ("## Files of scenarios", "")
    yield from _table(
        ("code", "what is wrong"), ((f"`{code}`", what) for code, what in SCENARIO_FAULTS.items())
    )
    yield from ("## Files of assumptions", "")
    faults = ((f"`{code}`", title, rule) for code, (title, rule) in ASSUMPTION_FAULTS.items())
    yield from _table(("code", "what is wrong", "rule"), faults)


def _commands() -> Iterator[str]:
    yield from ("# Command line", "", _NOTE, "")
    yield (
        "Exit codes: 0 ok; 1 problems found in data; 2 usage: an option that is wrong, or an id, a name or a period that "
        "nothing has; 3 source unavailable: a file or a folder that cannot be had, read or written, a register's too; 4 "
        "cannot be computed."
    )
    yield ""
    yield (
        "Answers go to stdout, notes and errors to stderr. With `--json`, an error of any code but a wrong option stands "
        "on stdout too: `error`, with `kind`, `exit_code`, `message`, `hint` and the `problems` found, each with its place."
    )
    yield ""
    yield (
        "In text, a character that would steer a terminal is written out, as in `\\x1b`; JSON holds it as it is. `brief` and "
        "`page` wrap their text to the terminal, from 40 to 100 columns; a file or a pipe gets 100."
    )
    yield ""
    yield (
        "Where a figure in the JSON of `funding`, `loops`, `flows`, `clear`, `stress` or `register observations` is null, "
        "`why` beside it names the field and gives the reason; in `reconcile` the verdict does. Elsewhere null is what a "
        "record or a document does not say."
    )
    yield ""
    yield from _command("loopledger", get_command(app))


def _command(path: str, command: object) -> Iterator[str]:
    inner = getattr(command, "commands", {})
    for name, sub in inner.items():
        yield from _command(f"{path} {name}", sub)
    if inner:
        return
    yield from (f"## `{path}`", "", str(getattr(command, "help", "")).strip(), "")
    rows = []
    for parameter in command.params:  # type: ignore[attr-defined]
        names = (
            ", ".join(f"`{name}`" for name in parameter.opts)
            if parameter.opts[0].startswith("-")
            else f"`{parameter.metavar or parameter.name}`"
        )
        rows.append((names, str(getattr(parameter, "help", "") or "")))
    yield from _table(("option", "meaning"), rows)


def _rules() -> Iterator[str]:
    yield from ("# Rules of funding", "", _NOTE, "")
    yield "How much of the funders' own money comes back to a seller; see [whose money pays](../explanation/funding.md)."
    yield ""
    yield from _table(("rule", "meaning"), ((f"`{name}`", what) for name, what in FUNDING_RULES.items()))


def _measures() -> Iterator[str]:
    table = load_measures()
    yield from ("# Measures of exposure", "", _NOTE, "")
    yield "What `loopledger exposure` prints, by code. Every value is a range with the days it stands for, the records behind it and the assumptions it rests on; a measure that cannot be computed is listed with the fact that is missing. [Who depends on whom](../explanation/exposure.md) says how to read them."
    yield ""
    for group, title in table.groups.items():
        yield from (f"## {title}", "")
        rows = (
            (
                f"`{row.code}`", row.name, row.says, row.formula,
                f"{row.unit.replace('_', ' ')}{f', by {row.of}' if row.of else ''}", row.source,
                f"`{row.published}`" if row.published else "", str(row.question),
            )
            for row in table.rows
            if row.group == group
        )  # fmt: skip
        yield from _table(
            ("code", "measure", "definition", "formula", "unit", "source", "published", "question"), rows
        )
    yield from ("## Questions", "")
    questions = ((str(number), text) for number, text in table.questions.items())
    yield from _table(("number", "what an analyst asks"), questions)
    yield from ("## Recipes of break-even revenue", "")
    recipes = (
        (
            f"`{r.code}`",
            r.who,
            r.says,
            " x ".join(i.why for i in r.inputs),
            ", ".join(r.roles) or r.scope,
            r.source,
        )
        for r in table.recipes
    )
    yield from _table(("code", "who", "rule", "product of", "for", "source"), recipes)
    yield from ("## Markets in which parties are rivals", "")
    markets = ((m.market, ", ".join(m.parties), m.why) for m in table.rivals)
    yield from _table(("market", "parties", "why"), markets)
    yield from ("## Cases of the sensitivity to hardware", "")
    cases = (
        (
            f"`{c.code}`", c.says, "as stated" if c.life_years is None else f"{c.life_years:g} years",
            f"{c.rent_cut:.0%}", f"{c.slip_years:g} years",
        )
        for c in table.hardware
    )  # fmt: skip
    yield from _table(("code", "case", "life of chips", "fall of rents", "slip of power"), cases)


WRITERS = {
    "measures.md": _measures,
    "kinds.md": _kinds,
    "assumptions.md": _assumptions,
    "problems.md": _problems,
    "commands.md": _commands,
    "rules.md": _rules,
}


def main() -> int:
    """Write or check; the exit code is 1 if a check finds a page out of date."""
    stale = []
    for name, lines in WRITERS.items():
        text = "\n".join(lines()).rstrip() + "\n"
        path = PAGES / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and stale:
        sys.stdout.write(f"out of date: {', '.join(stale)}; run python scripts/reference.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
