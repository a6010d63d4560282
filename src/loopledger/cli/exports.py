"""Commands on the register's figures and tables: observations, companyfacts, export."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.files import clear_folders, tell_cleared, write_atomically
from loopledger.cli.options import JsonOption, KnownOnOption, RegisterOption, day_of, snapshot_of
from loopledger.cli.printing import print_json, print_text

if TYPE_CHECKING:
    from loopledger.register.figures import CompanyFacts, Proposal

__all__ = ["add_to"]


class To(StrEnum):
    """Forms of an export."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application of the register."""
    app.command("observations")(observations)
    app.command("companyfacts")(companyfacts)
    app.command("export")(export)


def observations(
    party: Annotated[
        str | None, typer.Option("--party", metavar="ID", help="Who reported or said it.")
    ] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="NAME", help="The measure.")] = None,
    quarters: Annotated[
        bool, typer.Option("--quarters", help="Turn flows into calendar quarters, with the arithmetic.")
    ] = False,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
) -> None:
    """Show reported figures over time: definition, bounds, sources side by side, quarters."""
    from loopledger.register.figures import observe
    from loopledger.register.figures.wording import series_json, series_text

    snapshot = snapshot_of(register, day_of(known_on))
    found = observe(snapshot, party=party, metric=metric)
    if as_json:
        day = snapshot.day.isoformat()
        print_json([{"known_on": day, **series_json(series, with_quarters=quarters)} for series in found])
    else:
        print_text("\n".join(series_text(series, with_quarters=quarters) for series in found))


def companyfacts(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON of data.sec.gov/api/xbrl/companyfacts.")],
    party: Annotated[str, typer.Option("--party", metavar="ID", help="Whose facts they are.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the rows that the register lacks; keep what is there."
        ),
    ] = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
) -> None:
    """Read figures from a filing's companyfacts and hold them against the register's rows."""
    from loopledger.errors import NotFoundError
    from loopledger.register import load_register
    from loopledger.register.figures import propose_rows, read_companyfacts
    from loopledger.register.suggest import suggest

    loaded = load_register(register)
    if party not in loaded.parties:
        msg = f'no party "{party}" in the register'
        raise NotFoundError(msg, hint=suggest(party, loaded.parties))
    facts = read_companyfacts(file, party, known_on=day_of(known_on) if known_on else None)
    proposals = propose_rows(facts, loaded.observations)
    cik = loaded.parties[party].cik
    notes = [facts.calendar_note] if facts.calendar_note else []
    if cik is not None and cik != facts.cik:
        notes.append(f"the file is of {facts.entity} (CIK {facts.cik}), the party has CIK {cik}")
    written = _write_rows(out, proposals) if out is not None else None
    if as_json:
        print_json({"known_on": known_on, **_facts_json(facts, proposals, notes, written)})
    else:
        print_text(_facts_text(facts, proposals, notes, written))


def _write_rows(out: Path, proposals: list[Proposal]) -> dict[str, Any]:
    """Add the rows that the register lacks to a file; what stands in it stays byte for byte."""
    from loopledger.errors import RegisterError, SourceError
    from loopledger.register.figures import Offer, added_rows
    from loopledger.register.observations import read_observations

    try:
        text = out.read_bytes().decode("utf-8") if out.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or "not a file") if isinstance(error, OSError) else "it is not text in UTF-8"
        msg = f"{out}: cannot be read: {why}"
        raise SourceError(msg) from None
    there, problems = read_observations(text, str(out)) if text else ([], [])
    if problems:
        msg = f"{out}: has faults; nothing was written"
        raise RegisterError(msg, problems)
    clear_folders([out.resolve().parent])
    offered = [p.row for p in proposals if p.offer in (Offer.NEW, Offer.RESTATES)]
    text, n_added, n_kept = added_rows(text, there, offered)
    if n_added:
        write_atomically(out.resolve(), text)
    return {"file": str(out), "added": n_added, "kept_edits": n_kept}


def _facts_json(
    facts: CompanyFacts, proposals: list[Proposal], notes: list[str], written: dict[str, Any] | None
) -> dict[str, Any]:
    from loopledger.register.figures.wording import proposal_json

    return {
        "party": facts.party, "entity": facts.entity, "cik": facts.cik,
        "fiscal_year_ends": facts.calendar.ends, "facts": facts.n_facts, "used": facts.n_used,
        "observations": len(facts.observations), "unknown_tags": dict(facts.unknown_tags),
        "other_units": dict(facts.other_units), "other_lengths": dict(facts.other_lengths),
        "other_forms": dict(facts.other_forms), "differing": list(facts.differing), "notes": notes,
        "proposals": [proposal_json(p) for p in proposals], "written": written,
    }  # fmt: skip


def _facts_text(
    facts: CompanyFacts, proposals: list[Proposal], notes: list[str], written: dict[str, Any] | None
) -> str:
    from loopledger.register.figures.wording import facts_lines

    lines = [*facts_lines(facts, proposals), *(f"note: {note}" for note in notes)]
    if written is not None:
        kept = f"; {written['kept_edits']} kept back, edited there" if written["kept_edits"] else ""
        lines.append(f"{written['file']}: {written['added']} rows added{kept}")
    return "\n".join(lines)


def export(
    to: Annotated[To, typer.Option("--to", help="Form of the tables.")],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="PATH", help="A file for duckdb and sqlite, a folder for the others."),
    ],
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
) -> None:
    """Write the register as tables with a Frictionless descriptor."""
    from loopledger.register.export import Format, write_export

    snapshot = snapshot_of(register, day_of(known_on))
    written = write_export(snapshot, Format(to.value), out)
    tell_cleared(written.cleared)
    if as_json:
        print_json({
            "path": str(written.path), "descriptor": str(written.descriptor),
            "known_on": snapshot.day.isoformat(), "content_sha256": snapshot.content_hash,
            "rows": written.n_rows,
        })  # fmt: skip
        return
    counts = "\n".join(f"  {name:<14}{n:>9,}" for name, n in written.n_rows.items())
    print_text(f"{written.path} as known on {snapshot.day}, described in {written.descriptor}\n{counts}")
