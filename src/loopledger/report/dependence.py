"""One row on who a party depends on: the sum of a side, its largest counterparties, its concentration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from loopledger.exposure import Dependence
from loopledger.report.model import Basis, FigureBook, Part, Sentence, Unit
from loopledger.schedule import promise_id

__all__ = ["DependenceWords", "dependence_row"]


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


def dependence_row(
    book: FigureBook, found: Dependence, *, key: str, name: Callable[[str], str], words: DependenceWords
) -> tuple[Sentence, ...]:
    """Return one side of a party in four cells: what it is, the sum, the counterparties, the concentration.

    Parameters
    ----------
    book : FigureBook
        Keeps the figures: the sum under ``key`` [USD], each share and the index (0 to 1) under names below it.
    found : Dependence
    key : str
        Unique within the report.
    name : callable
        From the id of a party to its name in prose.
    words : DependenceWords
    """
    party, side = name(found.party), str(getattr(words, found.side.value))
    total = book.add(
        key, found.total, Unit.USD, Basis.SCHEDULED, what=words.what.format(party=party, side=side), how=words.how,
        refs=_promises(i for c in found.counterparties for i in c.instruments),
    )  # fmt: skip
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
        Sentence.of(total),
        Sentence.of(*parts),
        Sentence.of(hhi),
    )


def _promises(instruments: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({promise_id(instrument) for instrument in instruments}))
