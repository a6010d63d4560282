"""Commands on documents: brief and read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.files import check_folder, check_outputs, write_atomically, write_report
from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
    snapshot_of,
)
from loopledger.cli.printing import print_json, print_text, terminal_width, warn
from loopledger.cli.secondreader import second_json, second_text
from loopledger.errors import SourceError

if TYPE_CHECKING:
    from loopledger.records import Draft, Reading
    from loopledger.sources import Document

__all__ = ["add_to", "load_documents"]

DocumentsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DOC...",
        help="Text, Markdown, HTML, PDF or mail files, or EDGAR submissions; - is standard input.",
    ),
]
FetchOption = Annotated[
    bool, typer.Option("--fetch", help="Allow web addresses among the documents: read them from the network.")
]
KeepOption = Annotated[
    Path | None,
    typer.Option(
        "--keep", metavar="DIR", help="Store what --fetch reads in this folder, named by its content."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("brief")(brief)
    app.command("read")(read)


def load_documents(names: list[str], *, fetch: bool = False, keep: Path | None = None) -> list[Document]:
    """Load documents from files, standard input and, where asked for, the web; tell what they leave out.

    Raises
    ------
    SourceError
        If one cannot be had, or is a web address without ``fetch``; if ``keep`` cannot be written.
    """
    if keep is not None:
        check_folder(keep)
    documents = [_load(name, fetch=fetch, keep=keep) for name in names]
    for document in documents:
        if document.left_out:
            warn(f"{document.name}: not read: {', '.join(document.left_out)}")
    return documents


def _load(name: str, *, fetch: bool, keep: Path | None) -> Document:
    from loopledger.sources import load_document

    if not name.lower().startswith(("http://", "https://")):
        return load_document(name)
    if not fetch:
        msg = f"{name}: a web address, and nothing is read from the network unasked"
        raise SourceError(msg, hint="add --fetch, or save the page and give the file")
    from loopledger.sources.web import fetch as fetch_page

    page = fetch_page(name)
    if keep is not None:
        path = keep / page.filename
        if not path.exists():
            write_atomically(path, page.data)
        warn(f"{name}: stored as {path}")
    return page.document()


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
    fetch: FetchOption = False,
    keep: KeepOption = None,
) -> None:
    """Read documents and write the brief: what was promised, is it a loop, whose money pays, what is next."""
    from loopledger.read import read as read_document
    from loopledger.report.brief import write_brief

    check_outputs((html, md), [*docs, *([assumptions] if assumptions else [])])
    documents = load_documents(docs, fetch=fetch, keep=keep)
    snapshot = snapshot_of(register, day_of(known_on))
    readings = [read_document(document, snapshot.parties.values()) for document in documents]
    written = write_brief(
        readings,
        snapshot,
        assumptions_of(assumptions),
        documents={document.name: _hash(document.text) for document in documents},
        assumptions_file=str(assumptions) if assumptions else "bundled",
    )
    write_report(written, html=html, markdown=md)
    if as_json:
        from loopledger.report.render.json import brief_json

        print_json(brief_json(written))
    elif not (html or md):
        from loopledger.report.render.terminal import render_terminal

        print_text(render_terminal(written, width=terminal_width()))


def read(
    docs: DocumentsArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write one JSON file a document into this folder."),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show which rules fired, and what came near and was refused; JSON always does."
        ),
    ] = False,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    fetch: FetchOption = False,
    keep: KeepOption = None,
    grammar_only: Annotated[
        bool,
        typer.Option(
            "--grammar-only",
            help="Read without the learned second opinion: many times as fast, and finds less.",
        ),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="PROVIDER:NAME",
            help="Ask a language model too, and set its checked answer beside the offline reading.",
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers", metavar="FILE", help="Keep the model's answers as JSON Lines; use one that is kept."
        ),
    ] = None,
) -> None:
    """Read documents and show the promises in them, each with the exact words it rests on."""
    from loopledger.read import read as read_document

    if out is not None:
        check_folder(out)
    documents = load_documents(docs, fetch=fetch, keep=keep)
    parties = list(snapshot_of(register, day_of(known_on)).parties.values())
    readings = [read_document(document, parties, learned=not grammar_only) for document in documents]
    seconds = None
    if model:
        from loopledger.read.llm import ask, check_answer

        seconds = [check_answer(ask(d, model, answers=answers), d, parties) for d in documents]
    if out is None and not as_json:
        texts = [_reading_text(r, d, explain=explain) for r, d in zip(readings, documents, strict=True)]
        for index, second in enumerate(seconds or []):
            texts[index] += second_text(readings[index], second, str(model))
        print_text("\n".join(texts))
        return
    rows = [_reading_json(r, d) for r, d in zip(readings, documents, strict=True)]
    for row, reading, second in zip(rows, readings, seconds or [], strict=False):
        row["second_reader"] = second_json(reading, second, str(model))
    if out is None:
        print_json(rows)
        return
    paths = [out / f"{Path(document.name).stem}.json" for document in documents]
    twice = {str(path) for path in paths if paths.count(path) > 1}
    if twice:
        msg = f"two documents would be written to {', '.join(sorted(twice))}: read them into separate folders"
        raise typer.BadParameter(msg, param_hint="--out")
    for path, row in zip(paths, rows, strict=True):
        write_atomically(path, json.dumps(row, indent=1, ensure_ascii=False))
    if as_json:
        print_json(rows)


def _reading_json(reading: Reading, document: Document) -> dict[str, object]:
    from loopledger.units import format_span

    def draft_json(draft: Draft) -> dict[str, object]:
        pages = {"page": document.page_at(draft.evidence[0].start)} if document.pages else {}
        return draft.as_dict() | pages

    return {
        "doc": reading.source,
        "published": format_span(reading.published) if reading.published else None,
        "obligations": [draft_json(draft) for draft in reading.drafts],
        "parties": [{"name": ref.name, "id": ref.id} for ref in reading.parties],
        "refusals": [
            {"start": s.start, "end": s.end, "quote": s.quote, "why": why} for s, why in reading.refusals
        ],
    }


def _reading_text(reading: Reading, document: Document, *, explain: bool) -> str:
    from loopledger.report.wording import draft_line
    from loopledger.units import format_span

    dated = format_span(reading.published) if reading.published else "no date"
    plural = "" if len(reading.drafts) == 1 else "s"
    lines = [f"{reading.source} ({dated}): {len(reading.drafts)} promise{plural}"]
    for draft in reading.drafts:
        page = document.page_at(draft.evidence[0].start)
        where = f" (page {page})" if page else ""
        lines += [f"  {draft_line(draft)}", f"      “{_one_line(draft.evidence[0].quote)}”{where}"]
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
