"""The page of the whole system: what adds up, what goes round, who pays whom, and where it concentrates."""

from __future__ import annotations

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.register import Snapshot, Totals, count_once
from loopledger.report.model import Page, Part, Section, Sentence
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.exposed import system_blocks
from loopledger.report.pages.money import BooksOfAll, source_blocks
from loopledger.report.pages.page import finish, open_context
from loopledger.report.pages.rings import Ring, find_rings, ring_figure
from loopledger.report.pages.sums import sum_figures
from loopledger.report.pages.systemclasses import apart_parts
from loopledger.report.pages.systempairs import pair_blocks, time_blocks
from loopledger.report.pages.systemrounds import Around, around_sentence, find_around, round_blocks
from loopledger.report.pages.systemsums import announced_blocks, concentration_blocks
from loopledger.report.pages.unknown import unknown_blocks
from loopledger.schedule import Assumptions
from loopledger.units import Quarter

__all__ = ["write_system_page"]


def write_system_page(
    snapshot: Snapshot,
    assumptions: Assumptions,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    assumptions_file: str = "bundled",
) -> Page:
    """Write the page of the whole register.

    Parameters
    ----------
    snapshot : Snapshot
        The register as known on the day of the page.
    assumptions : Assumptions
    first, last : Quarter, optional
        The window of payments; all that is scheduled unless given.
    assumptions_file : str
        Where overridden assumptions came from.

    Returns
    -------
    Page
        Of a day before the first deal, one that says so.

    Raises
    ------
    ModelError
        If the window ends before it begins.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.schedule import load_assumptions
    >>> page = write_system_page(load_register(TEACHING).known_on(date(2026, 3, 1)), load_assumptions())
    >>> sorted(page.pictures)[:2]
    ['chord', 'loops']
    """
    context = open_context(snapshot, assumptions, first=first, last=last)
    title = "The whole system: what adds up, what goes round, who pays whom"
    if not snapshot.instruments:
        told = Sentence.of(
            f"The register knows no promise as known on {snapshot.day}, so there is nothing to add up."
        )
        return finish(
            context,
            title,
            (Section(heading="In Brief", blocks=(("text", told),)),),
            assumptions_file=assumptions_file,
        )
    totals = count_once(snapshot, factors=assumptions.bound_factors)
    rings = find_rings(context) if context.network else ()
    around = find_around(context) if context.network else None
    sections = [
        Section(heading="In Brief", blocks=(("bullets", _brief(context, totals, rings, around)),)),
        Section(
            heading="The Announced Sums, and the Same Dollar Twice",
            blocks=tuple(announced_blocks(context, totals)),
        ),
        Section(heading="What Goes Round", blocks=tuple(round_blocks(context, rings, around))),
        Section(heading="Who Pays Whom", blocks=tuple(pair_blocks(context))),
        Section(heading="When, and How Sure", blocks=tuple(time_blocks(context))),
        Section(
            heading="Where It Concentrates", blocks=(*concentration_blocks(context), *system_blocks(context))
        ),
        Section(heading="Whose Money It Is", blocks=tuple(source_blocks(context, BooksOfAll(context), None))),
        Section(heading="What Is Not Known", blocks=unknown_blocks(context, snapshot.instruments)),
    ]
    return finish(context, title, tuple(sections), assumptions_file=assumptions_file)


def _latest(snapshot: Snapshot) -> str:
    """Return the day of the latest evidence behind the promises as known, in words; empty where none is dated."""
    days = [
        said.published
        for promise in snapshot.instruments.values()
        for said in (
            *promise.evidence,
            *(one for change in promise.changes if change.on <= snapshot.day for one in change.evidence),
        )
        if said.published is not None and len(said.published) == len("2026-01-01")
    ]
    known = [day for day in days if day <= snapshot.day.isoformat()]
    return f"; latest record of {max(known)}" if known else ""


def _brief(
    context: PageContext, totals: Totals, rings: tuple[Ring, ...], around: Around | None
) -> tuple[Sentence, ...]:
    snapshot = context.snapshot
    n = context.count(
        "promises",
        len(snapshot.instruments),
        what="promises on record",
        how="count of instruments, of any status",
        refs=snapshot.instruments,
    )
    parties = {p for i in snapshot.instruments.values() for p in (*i.payers, *i.payees)}
    found = [
        Sentence.of(
            n,
            f" promises in {len(snapshot.deals)} deals among {len(parties)} parties, as known on {snapshot.day}"
            f"{_latest(snapshot)}.",
        )
    ]
    if "USD" in totals.currencies:
        headline, once, twice = sum_figures(context, "sum/USD", totals, "USD", of="the register")
        parts: list[Part] = ["Headlines add up to ", headline, "; counting each promise once, ", once]
        parts += apart_parts(context, totals)
        parts += ["; at most ", twice, " of it may still be the same money"] if twice else []
        found.append(Sentence.of(*parts, ". Sums in other currencies stand beside it, not in it."))
    if around is not None:
        found.append(around_sentence(around))
    if rings:
        path = " → ".join(context.names_of([*rings[0].loop.parties, rings[0].loop.parties[0]]))
        found.append(Sentence.of(f"The largest loop: {path}, ", ring_figure(context, rings[0]), "."))
    ahead = [
        f
        for f in context.flows
        if context.is_ahead(f) and not f.derived and not f.contingent and f.amount.high > 0
    ]
    purchases = [f for f in ahead if TABLE_KINDS[f.kind] is FlowClass.PURCHASE]
    if purchases:
        figure = context.sum("ahead/purchases", purchases, what="purchases and rents still to come")
        buyer, group = context.grouped(purchases, lambda f: f.payer)[0]
        share = context.share(
            "ahead/purchases/largest",
            group,
            purchases,
            what=f"part of {context.name(buyer)} in purchases still to come",
        )
        found.append(
            Sentence.of(
                f"Purchases and rents still to come from {context.window.ahead}: ",
                figure,
                *context.estimated_parts(
                    "ahead/purchases", purchases, what="purchases and rents still to come"
                ),
                f"; {context.name(buyer)} alone owes ",
                share,
                " of the whole.",
            )
        )
    return tuple(found)
