"""Pages: one party, one deal, or the whole system, as text, HTML, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.files import check_outputs, write_report
from loopledger.cli.options import (
    AssumptionsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    ToOption,
    assumptions_of,
    day_of,
    snapshot_of,
)
from loopledger.cli.printing import print_json, print_text, terminal_width
from loopledger.cli.windows import read_window

if TYPE_CHECKING:
    from loopledger.register import Snapshot
    from loopledger.report.pages import Page
    from loopledger.schedule import Assumptions

__all__ = ["app"]

app = typer.Typer(
    help="Write the page of one party, one deal, or the whole system.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

HtmlOption = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one HTML page.")]
MarkdownOption = Annotated[Path | None, typer.Option("--md", metavar="FILE", help="Write Markdown.")]


@app.command("party")
def party(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the party, such as openai.")],
    html: HtmlOption = None,
    md: MarkdownOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    first: FromOption = None,
    last: ToOption = None,
    assumptions: AssumptionsOption = None,
) -> None:
    """Show what a party owes and is owed, who funds it, whose money pays it, its loops, what is unknown."""
    from loopledger.report.pages import write_party_page

    def write(snapshot: Snapshot, assumed: Assumptions, **asked: Any) -> Page:
        return write_party_page(snapshot, id_, assumed, **asked)

    _print(write, (html, md), (register, known_on, assumptions), (first, last), as_json=as_json)


@app.command("deal")
def deal(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the deal, as in its file's name.")],
    html: HtmlOption = None,
    md: MarkdownOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    first: FromOption = None,
    last: ToOption = None,
    assumptions: AssumptionsOption = None,
) -> None:
    """Show a deal's terms as known, its changes, payments, loops, links to other deals, and its evidence."""
    from loopledger.report.pages import write_deal_page

    def write(snapshot: Snapshot, assumed: Assumptions, **asked: Any) -> Page:
        return write_deal_page(snapshot, id_, assumed, **asked)

    _print(write, (html, md), (register, known_on, assumptions), (first, last), as_json=as_json)


@app.command("system")
def system(
    html: HtmlOption = None,
    md: MarkdownOption = None,
    as_json: JsonOption = False,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    first: FromOption = None,
    last: ToOption = None,
    assumptions: AssumptionsOption = None,
) -> None:
    """Show the whole register: sums counted once, circulation, loops, who pays whom, concentration."""
    from loopledger.report.pages import write_system_page

    _print(write_system_page, (html, md), (register, known_on, assumptions), (first, last), as_json=as_json)


def _print(
    write: Callable[..., Page],
    files: tuple[Path | None, Path | None],
    on: tuple[Path | None, str | None, Path | None],
    window: tuple[str | None, str | None],
    *,
    as_json: bool,
) -> None:
    """Write a page to the files asked for, or print it."""
    register, known_on, assumptions = on
    first, last = read_window(*window)
    check_outputs(files, [assumptions] if assumptions else [])
    page = write(
        snapshot_of(register, day_of(known_on)),
        assumptions_of(assumptions),
        first=first,
        last=last,
        assumptions_file=str(assumptions) if assumptions else "bundled",
    )
    html, md = files
    write_report(page, html=html, markdown=md)
    if as_json:
        from loopledger.report.render.json import page_json

        print_json(page_json(page))
    elif not (html or md):
        from loopledger.report.render.terminal import render_terminal

        print_text(render_terminal(page, width=terminal_width()))
