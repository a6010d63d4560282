"""What a page does not know: promises without price or date, and what the sums leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loopledger.records import KINDS, Status
from loopledger.report.model import Part, Record, Sentence, Table
from loopledger.report.pages.context import PageContext
from loopledger.report.wording import join

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
    reasons: dict[str, list[str]] = {}
    for one in context.schedule.unscheduled:
        if one.instrument in wanted and context.by_id[one.instrument].status is not Status.CANCELLED:
            reasons.setdefault(_plain(one.reason), []).append(one.instrument)
    order = sorted(reasons.items(), key=lambda item: (item[0].startswith(_ACCOUNTED), -len(item[1]), item[0]))
    bullets: list[Sentence] = list(gaps)
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
        caption=f"In no sum, {reason}, known on {context.snapshot.day}",
        header=("What", "From, to", "As stated", "Record"),
        rows=tuple(rows),
    )
