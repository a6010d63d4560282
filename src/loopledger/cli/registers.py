"""Commands on the register itself: check and format its files, show and compare what it knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.documents import FetchOption, KeepOption, load_documents
from loopledger.cli.files import clear_folders, write_atomically
from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
    print_json,
    print_text,
)
from loopledger.errors import SourceError

if TYPE_CHECKING:
    from datetime import date

    from loopledger.errors import Problem
    from loopledger.records import Reading, Role
    from loopledger.register import Proposal, Register
    from loopledger.sources import Document

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check, format, show, compare and extend the register.")


@app.command()
def check(register: RegisterOption = None, as_json: JsonOption = False) -> None:
    """Check a register and show every problem at once, each with file:line:column."""
    from loopledger.errors import Severity
    from loopledger.register import check_register

    loaded, problems = check_register(register)
    if as_json:
        print_json([_problem_json(problem) for problem in problems])
    else:
        print_text("\n".join([*map(str, problems), _summary(loaded, problems)]))
    if loaded is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(1)


def _problem_json(problem: Problem) -> dict[str, object]:
    at = problem.at
    return {
        "code": problem.code, "severity": problem.severity.value, "file": at.file, "line": at.line,
        "column": at.column, "message": problem.message, "hint": problem.hint,
    }  # fmt: skip


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _summary(loaded: Register | None, problems: tuple[Problem, ...]) -> str:
    n_errors = sum(problem.severity == "error" for problem in problems)
    found = f"{_count(n_errors, 'error')}, {_count(len(problems) - n_errors, 'warning')}"
    if loaded is None:
        return f"{found}; the register cannot be loaded"
    n_instruments = sum(len(deal.instruments) for deal in loaded.deals.values())
    n_parties = f"{len(loaded.parties)} part{'y' if len(loaded.parties) == 1 else 'ies'}"
    return (
        f"{found} in {_count(len(loaded.deals), 'deal')}, {_count(n_instruments, 'instrument')}, {n_parties}, "
        f"{_count(len(loaded.observations), 'observation')}; content {loaded.content_hash[:12]}"
    )


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write one file a schema into this folder.")
    ] = None,
) -> None:
    """Print the JSON Schema of the register's files, or write it for an editor to use."""
    from loopledger.register import register_schema

    schemas = register_schema()
    if out is None:
        print_json(schemas)
        return
    for name, content in schemas.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_atomically(out / f"{name}.schema.json", text)


@app.command()
def fmt(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="Deal files or parties.yaml.")
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not in canonical form.")
    ] = False,
    register: RegisterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write files in canonical form; comments and the order of keys stay, files with faults are left alone."""
    from loopledger.register import BUNDLED, files_of, format_files

    if not files and register is None and not check_only:
        msg = "name files, or a register with --register; the bundled one is only checked, with --check"
        raise typer.BadParameter(msg, param_hint="FILES")
    found = format_files(files or files_of(register or BUNDLED))
    if not check_only:
        clear_folders(item.path.resolve().parent for item in found)
        for item in found:
            if item.is_changed and not item.is_current:
                msg = f"{item.path}: changed while it was being formatted; it is left as it is"
                raise SourceError(msg, hint="run the command again")
            if item.is_changed:
                write_atomically(item.path.resolve(), item.text)
    problems = [problem for item in found for problem in item.problems]
    changed = [item for item in found if item.is_changed]
    if as_json:
        print_json(
            {
                "files": len(found),
                "changed": [str(item.path) for item in changed],
                "left_alone": [str(item.path) for item in found if item.problems],
                "problems": [_problem_json(problem) for problem in problems],
            }
        )
    else:
        verb = "would be formatted" if check_only else "formatted"
        n_left = sum(bool(item.problems) for item in found)
        summary = f"{len(changed)} of {len(found)} files {verb}; {n_left} left alone because of faults"
        print_text("\n".join([*map(str, problems), *(f"{item.path}: {verb}" for item in changed), summary]))
    if problems or (check_only and changed):
        raise typer.Exit(1)


@app.command()
def show(
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="[PARTY|DEAL|INSTRUMENT]",
            help="Id, where several have it deal:ID or party:ID; none is the whole register.",
        ),
    ] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a party, a deal, an instrument with its history and evidence, or the whole register."""
    from loopledger.register import load_register, look_up, summarise, tell_summary, tell_view

    loaded, day = load_register(register), day_of(known_on)
    if id_ is None:
        summary = summarise(loaded.known_on(day))
        content, lines = summary.as_dict(), tell_summary(summary)
    else:
        view = look_up(loaded, day, id_)
        basis = {"known_on": day.isoformat(), "content": loaded.content_hash}
        content, lines = {**basis, **view.as_dict()}, tell_view(view)
    print_json(content) if as_json else print_text("\n".join(lines))


@app.command()
def totals(
    payer: Annotated[str | None, typer.Option("--payer", metavar="ID", help="Only what it pays.")] = None,
    payee: Annotated[str | None, typer.Option("--payee", metavar="ID", help="Only what it receives.")] = None,
    deal: Annotated[str | None, typer.Option("--deal", metavar="ID", help="Only this deal.")] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add up promises, each once: headline, counted and overlapping sums, and why each dollar is left out."""
    from loopledger.register import count_once, load_register, select, tell_totals

    snapshot = load_register(register).known_on(day_of(known_on))
    selection = select(snapshot, payer=payer, payee=payee, deal=deal)
    found = count_once(snapshot, selection.ids)
    if as_json:
        asked = {"payer": payer, "payee": payee, "deal": deal, "instruments": list(selection.ids)}
        basis = {"known_on": snapshot.day.isoformat(), "content": snapshot.content_hash}
        print_json({**basis, "selection": asked, **found.as_dict()})
    else:
        print_text("\n".join(tell_totals(selection, found, snapshot)))


@app.command()
def diff(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The earlier day.")],
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The later day; default is today.")
    ] = None,
    register: RegisterOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became known between two days, and which measures moved."""
    from loopledger.cli.movements import movements
    from loopledger.register import compare, load_register, tell_difference

    begin, end = _day(first, "--from"), _day(last, "--to")
    if end < begin:
        msg = f"{end} comes before {begin}"
        raise typer.BadParameter(msg, param_hint="--to")
    found = compare(load_register(register), begin, end)
    moved, used = movements(found.before, found.after, assumptions_of(assumptions))
    if as_json:
        print_json({
            "content": found.after.content_hash, **found.as_dict(),
            "measures": {m.name: m.as_dict() for m in moved}, "assumptions": list(used),
        })  # fmt: skip
        return
    title = "Loops and circulation of the scheduled payments: central, and the low and the high case"
    print_text("\n".join([*tell_difference(found), "", title, *(f"  {movement}" for movement in moved)]))


def _day(text: str | None, option: str) -> date:
    """Return the day that an option names; today if none is given."""
    try:
        return day_of(text)
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint=option) from None


@app.command()
def add(
    docs: Annotated[
        list[str],
        typer.Argument(
            metavar="DOC...",
            help="Files of text, Markdown, HTML, PDF, mail or EDGAR; - is standard input; addresses with --fetch.",
        ),
    ],
    register: RegisterOption = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Register to write into; default is that of --register."),
    ] = None,
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
    if not url.startswith(("https://", "http://")) or url != "".join(url.split()):
        msg = f"{url!r} is not a web address; begin it with https://"
        raise typer.BadParameter(msg, param_hint="--url")
    return url


def _day_of_reading(reading: Reading, announced: str | None) -> date:
    if announced is not None:
        return _day(announced, "--announced")
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
        by_hand = f"; {_count(n_changes, 'change')} to add by hand" if n_changes else ""
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
        question = f"Role of {party['name']} ({known}; leave it empty if you do not know)"
        while (given := typer.prompt(question, default="", show_default=False, err=True).strip()) not in set(
            Role
        ):
            if not given:
                break
            typer.echo(f"{given!r} is no role", err=True)
        if given:
            found[party["id"]] = Role(given)
    return found


@app.command()
def copy(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    teaching: Annotated[
        bool, typer.Option("--teaching", help="Copy the small invented register of the documentation.")
    ] = False,
) -> None:
    """Copy the register that comes with the package, to edit and add to."""
    from loopledger.register import BUNDLED, TEACHING, copy_register

    copy_register(TEACHING if teaching else BUNDLED, folder)
    print_text(f"{folder}: a copy of the {'teaching' if teaching else 'bundled'} register")
