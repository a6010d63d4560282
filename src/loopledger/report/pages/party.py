"""The page of one party: what it owes and is owed, who funds it, whose money pays it, what goes round."""

from __future__ import annotations

from typing import Any

from loopledger.errors import NotFoundError
from loopledger.records import Role
from loopledger.register import Snapshot
from loopledger.register.suggest import suggest
from loopledger.report.model import Page, Part, Section, Sentence, Table
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.exposed import exposure_blocks
from loopledger.report.pages.money import BooksOfAll, source_blocks
from loopledger.report.pages.page import finish, open_context
from loopledger.report.pages.rings import Ring, find_rings, ring_blocks, ring_figure
from loopledger.report.pages.sidepictures import draw_sides
from loopledger.report.pages.sides import PartySides, Side
from loopledger.report.pages.sidetables import funder_table, promise_table, year_table
from loopledger.report.pages.unknown import unknown_blocks
from loopledger.report.wording import plural
from loopledger.schedule import Assumptions
from loopledger.units import Quarter

__all__ = ["write_party_page"]


def write_party_page(
    snapshot: Snapshot,
    party: str,
    assumptions: Assumptions,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    assumptions_file: str = "bundled",
) -> Page:
    """Write the page of one party.

    Parameters
    ----------
    snapshot : Snapshot
        The register as known on the day of the page.
    party : str
        Its id.
    assumptions : Assumptions
    first, last : Quarter, optional
        The window of payments; all that is scheduled unless given.
    assumptions_file : str
        Where overridden assumptions came from.

    Returns
    -------
    Page
        Of a party without promises, one that says so.

    Raises
    ------
    NotFoundError
        If the register knows no such party.
    ModelError
        If the window ends before it begins.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.schedule import load_assumptions
    >>> page = write_party_page(load_register(TEACHING).known_on(date(2026, 3, 1)), "larkspur", load_assumptions())
    >>> page.title
    'Larkspur: what it owes, is owed, and who pays'
    """
    if party not in snapshot.parties:
        msg = f'no party "{party}"'
        raise NotFoundError(
            msg, hint=suggest(party, snapshot.parties) or "`loopledger register export` lists all parties"
        )
    context = open_context(snapshot, assumptions, first=first, last=last)
    title = f"{context.name(party)}: what it owes, is owed, and who pays"
    sides = PartySides(context, party)
    ids = [i.id for i in snapshot.instruments.values() if party in (*i.payers, *i.payees)]
    if not ids:
        return finish(context, title, (_nothing(context, party),), assumptions_file=assumptions_file)
    every = find_rings(context)
    rings = [ring for ring in every if party in ring.loop.parties]
    money = source_blocks(context, BooksOfAll(context), party)
    exposure, gaps = exposure_blocks(context, party)
    sections = [
        Section(heading="In Brief", blocks=(("bullets", _brief(sides, ids, rings, money)),)),
        Section(heading="What It Owes and Is Owed", blocks=tuple(_due_blocks(sides))),
        Section(heading="Who Funds It, and Whose Money Pays It", blocks=tuple(_money_blocks(sides, money))),
        Section(
            heading="Loops",
            blocks=tuple(
                ring_blocks(
                    context,
                    rings,
                    of=f"through {context.name(party)}",
                    none=f"runs through {context.name(party)}",
                    all_rings=every,
                    start=party,
                )
            ),
        ),
    ]
    if exposure:
        sections.append(Section(heading="Exposure", blocks=tuple(exposure)))
    blocks = unknown_blocks(context, ids, gaps)
    sections.append(Section(heading="What Is Not Known", blocks=blocks))
    return finish(context, title, tuple(sections), assumptions_file=assumptions_file)


def _described(context: PageContext, party: str) -> str:
    record = context.snapshot.parties[party]
    name = context.name(party)
    full = f" ({record.name})" if record.name != name else ""
    role = "" if record.role is Role.UNKNOWN else f", {record.role.value.replace('_', ' ')}"
    group = ", a group of parties" if record.aggregate else ""
    parent = f", controlled by {context.name(record.parent)}" if record.parent else ""
    children = [p.id for p in context.snapshot.named_parties().values() if p.parent == party]
    own = f", parent of {', '.join(context.names_of(sorted(children)))}" if children else ""
    country = f", {record.country}" if record.country else ""
    return f"{name}{full}{role}{country}{group}{parent}{own}"


def _nothing(context: PageContext, party: str) -> Section:
    number = sum(row.party == party for row in context.snapshot.observations)
    told = f"; it holds {number} reported or estimated figures of it" if number else ""
    words = (
        f"The register knows no promise of {context.name(party)}, made or received, "
        f"as known on {context.snapshot.day}{told}. "
        "So nothing is owed, no money can be followed to it, and no loop runs through it."
    )
    return Section(
        heading="In Brief",
        blocks=(("bullets", (Sentence.of(f"{_described(context, party)}."), Sentence.of(words))),),
    )


def _brief(
    sides: PartySides, ids: list[str], rings: list[Ring], money: list[tuple[str, Any]]
) -> tuple[Sentence, ...]:
    context, party = sides.context, sides.party
    deals = {context.snapshot.deal_ids[i] for i in ids}
    n_promises = context.count(
        "promises",
        len(ids),
        what=f"promises on record that {context.name(party)} makes or receives",
        how="count of instruments as known on the day, of any status",
        refs=ids,
    )
    n_deals = context.count(
        "deals", len(deals), what="deals that these promises belong to", how="count", refs=ids
    )
    found = [
        Sentence.of(
            f"{_described(context, party)}: ",
            n_promises,
            f" {plural(len(ids), 'promise')} on record in ",
            n_deals,
            f" {plural(len(deals), 'deal')}.",
        )
    ]
    found += [sentence for side in Side if (sentence := sides.sentence(side)) is not None]
    none = [side.value for side in (Side.OWES, Side.OWED, Side.FUNDED) if not sides.on(side)]
    if none:
        start, listed = context.window.ahead, " or ".join(none)
        found.append(
            Sentence.of(f"From {start} on, nothing with a price and a date is on record that it {listed}.")
        )
    kind, content = money[0]
    if kind == "text":
        found.append(content)
    if rings:
        largest = rings[0]
        path = " → ".join(context.names_of([*largest.loop.parties, largest.loop.parties[0]]))
        parts: list[Part] = [f"The largest loop through it: {path}, ", ring_figure(context, largest)]
        parts.append(f", {largest.loop.kind.value} loop, number {largest.rank} of the register's by value.")
        found.append(Sentence.of(*parts))
    return tuple(found)


def _due_blocks(sides: PartySides) -> list[tuple[str, Any]]:
    blocks: list[tuple[str, Any]] = list(draw_sides(sides))
    tables: list[Table | None] = [year_table(sides), promise_table(sides)]
    blocks += [("table", table) for table in tables if table is not None]
    beside = sides.beside_sentences()
    if beside:
        blocks.append(("bullets", beside))
    if not blocks:
        blocks.append(("text", Sentence.of("Nothing with a price and a date is scheduled in the window.")))
    return blocks


def _money_blocks(sides: PartySides, money: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    blocks: list[tuple[str, Any]] = [("lead", "Who funds it?")]
    table = funder_table(sides)
    blocks.append(
        ("table", table)
        if table
        else (
            "text",
            Sentence.of(f"No equity, loan or bond with a price is on record that funds {sides.name}."),
        )
    )
    # the sentence on the sources stands in the first section already, unless it says why there are none
    told = money if len(money) == 1 else money[1:]
    return [*blocks, ("lead", "Whose money pays for what it sells?"), *told]
