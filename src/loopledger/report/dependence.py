"""Rows on who a party depends on: the sum of a side, its largest counterparties, its concentration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from loopledger.exposure import Dependence, depend
from loopledger.report.model import Basis, FigureBook, Part, Sentence, Unit
from loopledger.schedule import Flow, promise_id
from loopledger.units import Quarter

__all__ = ["DependenceWords", "dependence_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DependenceWords:
    """How a report words such rows.

    Parameters
    ----------
    buyers, suppliers, funders : str
        What the party does on each side, as a verb.
    label : str
        First cell; ``{party}`` and ``{side}`` stand for the party's name and its verb.
    what, how : str
        What the sum is, with the same two places, and how it is computed.
    most : int
        Counterparties that are named; the number of the others is told.
    """

    buyers: str
    suppliers: str
    funders: str
    label: str
    what: str
    how: str
    most: int


def dependence_rows(
    book: FigureBook,
    flows: Sequence[Flow],
    party: str,
    *,
    first: Quarter,
    last: Quarter | None = None,
    key: str,
    name: Callable[[str], str],
    words: DependenceWords,
    estimated: Callable[[str], bool],
) -> list[tuple[Sentence, ...]]:
    """Return each side of a party in four cells: what it is, the sum, the counterparties, the concentration.

    Parameters
    ----------
    book : FigureBook
        Keeps the figures: the sums under ``key`` and the side [USD], each share and the index (0 to 1) below it.
    flows : sequence of Flow
        Payments still to come.
    party : str
    first, last : Quarter
        The window, both included; no last quarter is the end of all flows.
    key : str
        Unique within the report.
    name : callable
        From the id of a party to its name in prose.
    words : DependenceWords
    estimated : callable
        Whether the amount of a promise, by id, is our own arithmetic; a sum that rests on such is also given without.
    """
    sourced = [flow for flow in flows if not estimated(promise_id(flow.instrument))]
    without = {one.side: one for one in depend(sourced, party, first=first, last=last)}
    return [
        _row(book, one, without.get(one.side), key=f"{key}/{one.side.value}", name=name, words=words)
        for one in depend(flows, party, first=first, last=last)
        if one.total.high > 0
    ]


def _row(
    book: FigureBook,
    found: Dependence,
    sourced: Dependence | None,
    *,
    key: str,
    name: Callable[[str], str],
    words: DependenceWords,
) -> tuple[Sentence, ...]:
    party, side = name(found.party), str(getattr(words, found.side.value))
    total = book.add(
        key, found.total, Unit.USD, Basis.SCHEDULED, what=words.what.format(party=party, side=side), how=words.how,
        refs=_promises(i for c in found.counterparties for i in c.instruments),
    )  # fmt: skip
    sums: list[Part] = [total]
    if sourced is None:
        sums.append(", all our estimate")
    elif sourced.total != found.total:
        figure = book.add(
            f"{key}/stated", sourced.total, Unit.USD, Basis.SCHEDULED,
            what=f"{words.what.format(party=party, side=side)}, without amounts that no source states", how=words.how,
            refs=_promises(i for c in sourced.counterparties for i in c.instruments),
        )  # fmt: skip
        sums += ["; without our estimates ", figure]
    parts: list[Part] = []
    for one in found.counterparties[: words.most]:
        share = book.add(
            f"{key}/{one.party}", one.share, Unit.SHARE, Basis.SCHEDULED,
            what=f"part of {name(one.party)} in it, at central values",
            how=f"{one.amount.central:.0f} of {found.total.central:.0f}", refs=_promises(one.instruments),
        )  # fmt: skip
        parts += ["; " if parts else "", f"{name(one.party)} ", share]
    if len(found.counterparties) > words.most:
        parts.append(f"; and {len(found.counterparties) - words.most} more")
    hhi = book.add(
        f"{key}/hhi", found.hhi, Unit.RATIO, Basis.COMPUTED, what="Herfindahl-Hirschman index of these shares",
        how="sum of squared central shares of all counterparties; 1 is a sole counterparty", refs=(key,),
    )  # fmt: skip
    return (
        Sentence.of(words.label.format(party=party, side=side)),
        Sentence.of(*sums),
        Sentence.of(*parts),
        Sentence.of(hhi),
    )


def _promises(instruments: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({promise_id(instrument) for instrument in instruments}))
