"""The command that proposes records from documents, and writes what is confirmed: register add."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.documents import FetchOption, KeepOption, load_documents
from loopledger.cli.files import clear_folders, write_atomically
from loopledger.cli.options import IntoOption, JsonOption, RegisterOption, day_of
from loopledger.cli.printing import print_json, print_text, visible
from loopledger.errors import SourceError

if TYPE_CHECKING:
    from datetime import date

    from loopledger.records import Reading, Role
    from loopledger.register import Proposal
    from loopledger.sources import Document

__all__ = ["add", "day_from"]


def day_from(text: str | None, option: str) -> date:
    """Return the day that an option names; today if none is given."""
    try:
        return day_of(text)
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint=option) from None


def add(
    docs: Annotated[
        list[str],
        typer.Argument(
            metavar="DOC...",
            help="Files of text, Markdown, HTML, PDF, mail or EDGAR; - is standard input; addresses with --fetch.",
        ),
    ],
    register: RegisterOption = None,
    into: IntoOption = None,
    url: Annotated[str | None, typer.Option("--url", help="Address of the document.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Who published it.")] = None,
    announced: Annotated[
        str | None, typer.Option("--announced", metavar="DATE", help="Day of a document that has none.")
    ] = None,
    grade: Annotated[
        str, typer.Option("--grade", help="How close the source is: primary, reported or relayed.")
    ] = "reported",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    fetch: FetchOption = False,
    keep: KeepOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read documents, propose a deal file for each, and write what you confirm; no existing deal file is touched."""
    root = _target(register, into)
    if grade not in {"primary", "reported", "relayed"}:
        msg = f"{grade!r} is not one of primary, reported, relayed"
        raise typer.BadParameter(msg, param_hint="--grade")
    if url is not None:
        _address(url)
    if yes and not (publisher and (url or _all_addresses(docs))):
        msg = "with --yes, --url and --publisher must be given: every record names its source"
        raise typer.BadParameter(msg, param_hint="--url")
    documents = load_documents(docs, fetch=fetch, keep=keep)
    if len(documents) > 1 and announced is None:
        _require_days(documents, root)
    shown = []
    for doc, document in zip(docs, documents, strict=True):
        address = url or (doc if _all_addresses([doc]) else None)
        source = _Source(url=address, publisher=publisher, grade=grade, announced=announced)
        shown.append(_add_one(document, root, source, yes=yes, as_json=as_json))
    if as_json:
        print_json(shown)


def _require_days(documents: list[Document], root: Path) -> None:
    """Refuse all documents when one carries no day, before anything is written for another."""
    from loopledger.read import read as read_document
    from loopledger.register import load_register

    parties = load_register(root).parties.values()
    for document in documents:
        _day_of_reading(read_document(document, parties), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What the user says about the documents; None where nothing was said."""

    url: str | None
    publisher: str | None
    grade: str
    announced: str | None


def _target(register: Path | None, into: Path | None) -> Path:
    from loopledger.register import is_bundled

    root = into or register
    if root is None or is_bundled(root):
        msg = "the register that comes with the package is not written into; name a copy of yours"
        raise typer.BadParameter(msg, param_hint="--register")
    return root


def _all_addresses(docs: list[str]) -> bool:
    return all(doc.lower().startswith(("http://", "https://")) for doc in docs)


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", url):
        msg = f"{url!r} is not a web address; begin it with https://"
        raise typer.BadParameter(msg, param_hint="--url")
    return url


def _day_of_reading(reading: Reading, announced: str | None) -> date:
    if announced is not None:
        return day_from(announced, "--announced")
    span = reading.published
    if span is None or span.first is None or span.first != span.last:
        msg = f"{reading.source} carries no day of its own; say when it was published"
        raise typer.BadParameter(msg, param_hint="--announced")
    return span.first


def _add_one(
    document: Document, root: Path, source: _Source, *, yes: bool, as_json: bool
) -> dict[str, object]:
    """Propose, show, ask, write."""
    from loopledger.read import read as read_document
    from loopledger.register import (
        SourceNote,
        is_safe,
        load_register,
        plan_additions,
        proposal_json,
        propose,
        tell_proposal,
    )

    loaded = load_register(root)
    clear_folders((root.resolve(), root.resolve() / "deals"))
    snapshot = loaded.known_on(day_of(None))
    reading = read_document(document, snapshot.parties.values())
    day = _day_of_reading(reading, source.announced)
    taken = {*loaded.deals, *loaded.instruments, *(loaded.history.instruments if loaded.history else ())}
    note = SourceNote(
        url=source.url or "https://to.be.given.invalid/",
        publisher=source.publisher or "to be given",
        grade=source.grade,
    )
    propose_from = partial(
        propose, reading, snapshot, announced=day, taken=taken, text=document.text, locate=loaded.locate
    )
    proposal = propose_from(note=note)
    if not as_json:
        print_text("\n".join(tell_proposal(proposal)))
    is_wanted = bool(proposal.instruments) and (
        yes or (not as_json and typer.confirm("Write this?", default=False, err=True))
    )
    written: list[str] = []
    if is_wanted:
        address = source.url or _address(typer.prompt("Address of the document", err=True))
        publisher = source.publisher or typer.prompt("Publisher", err=True)
        note = SourceNote(url=address, publisher=publisher, grade=source.grade)
        proposal = propose_from(note=note)
        proposal = proposal if yes else proposal.with_roles(_ask_roles(proposal))
        for path, text in plan_additions(proposal, root).items():
            if not is_safe(path, text):
                msg = f"{path}: changed meanwhile; it is left as it is"
                raise SourceError(msg, hint="run the command again")
            write_atomically(path.resolve(), text)
            written.append(path.relative_to(root).as_posix())
    if not as_json:
        n_changes = len(proposal.changes)
        noun = "change" if n_changes == 1 else "changes"
        by_hand = f"; {n_changes} {noun} to add by hand" if n_changes else ""
        print_text((f"written: {', '.join(written)}" if written else "nothing written") + by_hand)
    return {**proposal_json(proposal), "written": written}


def _ask_roles(proposal: Proposal) -> dict[str, Role]:
    """Ask what each new party does that the document does not tell; nothing given leaves it unknown."""
    from loopledger.records import Role

    known = ", ".join(role for role in Role if role is not Role.UNKNOWN)
    found: dict[str, Role] = {}
    for party in proposal.parties:
        if party["role"] != Role.UNKNOWN:
            continue
        question = visible(f"Role of {party['name']} ({known}; leave it empty if you do not know)")
        while (given := typer.prompt(question, default="", show_default=False, err=True).strip()) not in set(
            Role
        ):
            if not given:
                break
            typer.echo(f"{given!r} is no role", err=True)
        if given:
            found[party["id"]] = Role(given)
    return found
