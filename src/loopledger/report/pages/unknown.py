"""What a page does not know: promises without price or date, and what the sums leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loopledger.records import KINDS, Status
from loopledger.report.model import Basis, Part, Record, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.wording import join, plural
from loopledger.schedule.supply import LEAST_RENT

__all__ = ["unknown_blocks"]

#: Of more promises than this a table is made.
_MOST_INLINE = 5
#: Reasons that are no gap: the promise is counted elsewhere, or no longer stands.
_ACCOUNTED = ("cancelled", "counted inside", "superseded by")


def unknown_blocks(
    context: PageContext, ids: Iterable[str], gaps: Sequence[Sentence] = ()
) -> tuple[tuple[str, Any], ...]:
    """Return why promises of a selection are in no sum, reason by reason, with the promises.

    Parameters
    ----------
    context : PageContext
    ids : iterable of str
        Instruments of the selection.
    gaps : sequence of Sentence
        What else could not be computed.
    """
    wanted = set(ids)
    open_amounts = [*_estimates(context, wanted), *_no_orders(context, wanted)]
    reasons: dict[str, list[str]] = {}
    for one in context.schedule.unscheduled:
        if one.instrument in wanted and context.by_id[one.instrument].status is not Status.CANCELLED:
            reasons.setdefault(_plain(one.reason), []).append(one.instrument)
    order = sorted(reasons.items(), key=lambda item: (item[0].startswith(_ACCOUNTED), -len(item[1]), item[0]))
    bullets: list[Sentence] = [*gaps, *open_amounts]
    tables: list[tuple[str, Any]] = []
    for reason, members in order:
        number = context.count(
            f"unknown/{reason}",
            len(members),
            what=f"promises in no sum because: {reason}",
            how="count of instruments",
            refs=members,
        )
        if len(members) > _MOST_INLINE:
            bullets.append(Sentence.of(number, f" promises are in no sum, {reason}; the table lists them."))
            tables.append(("table", _table(context, reason, members)))
            continue
        parts: list[Part] = [
            number,
            f" {'promise is' if len(members) == 1 else 'promises are'} in no sum, {reason}: ",
        ]
        for n, id_ in enumerate(sorted(members)):
            kind, ends = _told(context, id_)
            parts += [
                "; " if n else "",
                f"{kind}, {ends}, ",
                context.stated(context.by_id[id_]),
                " ",
                Record(id_),
            ]
        bullets.append(Sentence.of(*parts, "."))
    if not bullets:
        return (("text", Sentence.of("Every promise on record here has a price and a date.")),)
    return (("bullets", tuple(bullets)), *tables)


def _estimates(context: PageContext, wanted: set[str]) -> list[Sentence]:
    """Return what of a selection is priced by our own arithmetic, in no source."""
    members = sorted(i for i in wanted if i in context.by_id and context.is_estimated(i))
    if not members:
        return []
    number = context.count(
        "unknown/estimated",
        len(members),
        what="promises whose amount no source states; it is our estimate",
        how="count of instruments whose amount was set by evidence of grade derived",
        refs=members,
    )
    parts: list[Part] = [number, f" {plural(len(members), 'amount')} no source states; our "]
    parts.append("estimate stands in the sums: " if len(members) == 1 else "estimates stand in the sums: ")
    for n, id_ in enumerate(members):
        kind, ends = _told(context, id_)
        told: list[Part] = ["; " if n else "", f"{kind}, {ends}, ", context.stated(context.by_id[id_]), " "]
        parts += [*told, Record(id_)]
    return [Sentence.of(*parts, ".")]


def _no_orders(context: PageContext, wanted: set[str]) -> list[Sentence]:
    """Return which purchases of a selection name makers of chips and imply no order to them."""
    found = []
    for one in context.schedule.without_order:
        if one.instrument not in wanted:
            continue
        kind, ends = _told(context, one.instrument)
        makers = join(context.names_of(one.makers))
        parts: list[Part] = [f"No order to {makers} is derived from the {kind}, {ends}: "]
        if one.rent is None:
            parts.append("it states no rent of a gigawatt and does not name chips among what is leased")
        else:
            context.used.add(LEAST_RENT)
            rent = context.book.add(
                f"rent/{one.instrument}",
                one.rent,
                Unit.USD,
                Basis.COMPUTED,
                what=f"rent of a gigawatt-year, {kind}, {ends}",
                how="stated amount over stated term over stated capacity, bound by bound",
                refs=(one.instrument,),
            )
            parts += ["rent of ", rent, " a gigawatt-year holds no chips"]
        found.append(Sentence.of(*parts, " ", Record(one.instrument), "."))
    return found


def _plain(reason: str) -> str:
    """Return a reason without the id of the promise that another is counted inside of."""
    return "counted inside another promise" if reason.startswith("counted inside") else reason


def _told(context: PageContext, id_: str) -> tuple[str, str]:
    promise = context.by_id[id_]
    ends = f"{join(context.names_of(promise.payers))} to {join(context.names_of(promise.payees))}"
    return KINDS[promise.kind].noun, ends


def _table(context: PageContext, reason: str, members: Sequence[str]) -> Table:
    rows = []
    for id_ in sorted(members):
        kind, ends = _told(context, id_)
        rows.append(
            (
                Sentence.of(kind),
                Sentence.of(ends),
                Sentence.of(context.stated(context.by_id[id_])),
                Sentence.of(Record(id_)),
            )
        )
    return Table(
        caption=f"In no sum of any window, {reason}, as known on {context.snapshot.day}",
        header=("What", "From, to", "As stated", "Record"),
        rows=tuple(rows),
    )
