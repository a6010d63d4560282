"""Commands on documents: brief and read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.files import write_atomically
from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
    print_json,
    print_text,
    snapshot_of,
)

if TYPE_CHECKING:
    from loopledger.records import Reading
    from loopledger.sources import Document

__all__ = ["add_to"]

DocumentsArgument = Annotated[
    list[str], typer.Argument(metavar="DOC...", help="Text, Markdown or HTML files; - is standard input.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("brief")(brief)
    app.command("read")(read)


def _load(paths: list[str]) -> list[Document]:
    from loopledger.sources import load_document

    return [load_document(path) for path in paths]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def brief(
    docs: DocumentsArgument,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one HTML page.")] = None,
    md: Annotated[Path | None, typer.Option("--md", metavar="FILE", help="Write Markdown.")] = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
) -> None:
    """Read documents and write the brief: what was promised, is it a loop, whose money pays, what is next."""
    from loopledger.read import read as read_document
    from loopledger.report.brief import write_brief

    documents = _load(docs)
    snapshot = snapshot_of(register, day_of(known_on))
    readings = [read_document(document, snapshot.parties.values()) for document in documents]
    written = write_brief(
        readings,
        snapshot,
        assumptions_of(assumptions),
        documents={document.name: _hash(document.text) for document in documents},
        assumptions_file=str(assumptions) if assumptions else "bundled",
    )
    if html:
        from loopledger.report.render.html import render_html

        write_atomically(html, render_html(written))
    if md:
        from loopledger.report.render.markdown import render_markdown

        write_atomically(md, render_markdown(written))
    if as_json:
        from loopledger.report.render.json import brief_json

        print_json(brief_json(written))
    elif not (html or md):
        from loopledger.report.render.terminal import render_terminal

        print_text(render_terminal(written))


def read(
    docs: DocumentsArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write one JSON file a document into this folder."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show which rules fired, and what came near and was refused.")
    ] = False,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
) -> None:
    """Read documents and show the promises in them, each with the exact words it rests on."""
    from loopledger.read import read as read_document

    documents = _load(docs)
    parties = list(snapshot_of(register, day_of(known_on)).parties.values())
    readings = [read_document(document, parties) for document in documents]
    if out is not None:
        for path, reading in zip(docs, readings, strict=True):
            write_atomically(
                out / f"{Path(path).stem}.json",
                json.dumps(_reading_json(reading), indent=1, ensure_ascii=False),
            )
    elif as_json:
        print_json([_reading_json(reading) for reading in readings])
    else:
        print_text("\n".join(_reading_text(reading, explain=explain) for reading in readings))


def _reading_json(reading: Reading) -> dict[str, object]:
    from loopledger.units import format_span

    return {
        "doc": reading.source,
        "published": format_span(reading.published) if reading.published else None,
        "obligations": [draft.as_dict() for draft in reading.drafts],
        "parties": [{"name": ref.name, "id": ref.id} for ref in reading.parties],
        "refusals": [
            {"start": s.start, "end": s.end, "quote": s.quote, "why": why} for s, why in reading.refusals
        ],
    }


def _reading_text(reading: Reading, *, explain: bool) -> str:
    from loopledger.report.wording import draft_line
    from loopledger.units import format_span

    dated = format_span(reading.published) if reading.published else "no date"
    plural = "" if len(reading.drafts) == 1 else "s"
    lines = [f"{reading.source} ({dated}): {len(reading.drafts)} promise{plural}"]
    for draft in reading.drafts:
        lines += [f"  {draft_line(draft)}", f"      “{_one_line(draft.evidence[0].quote)}”"]
        if explain:
            lines += [f"      {rule}" for rule in draft.rules]
    if explain:
        lines += [f"  {len(reading.refusals)} passages refused"] if reading.refusals else []
        for span, why in reading.refusals:
            lines += [f"  {why}", f"      “{_one_line(span.quote)}”"]
    return "\n".join(lines) + "\n"


def _one_line(quote: str) -> str:
    """Return a quotation without its line breaks."""
    return " ".join(quote.split())
