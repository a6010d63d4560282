"""What goes round in the whole register: the largest circulation, told as loops, and the largest loops."""

from __future__ import annotations

from typing import Any

from loopledger.circularity import circulate, decompose
from loopledger.network import flow_table
from loopledger.report.model import Basis, Figure, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext, ids_of
from loopledger.report.pages.rings import Ring, ring_blocks
from loopledger.units import Interval

__all__ = ["Around", "find_around", "round_blocks"]

_MOST = 8

Around = tuple[Figure, Figure, Figure]


def find_around(context: PageContext) -> Around:
    """Return the largest circulation of the window, all payments, and the share, each at all three bounds."""
    context.rest_on(context.network)
    found = [circulate(flow_table(context.network, case=case)) for case in ("low", "central", "high")]
    refs = ids_of(context.network)
    total = context.book.add(
        "around/total",
        Interval(*(one.total for one in found)),
        Unit.USD,
        Basis.COMPUTED,
        what="the largest circulation of the window: the most that can be seen as going round, no dollar counted twice",
        how="maximum circulation at low, central and high amounts, each with a proof of optimality; `loopledger loops`",
        refs=refs,
    )
    gross = context.book.add(
        "around/gross",
        Interval(*(one.gross for one in found)),
        Unit.USD,
        Basis.SCHEDULED,
        what="all cash payments among the parties in the window, debt service left out",
        how="sum of scheduled payments, bound by bound",
        refs=refs,
    )
    shares = [one.share for one in found]
    share = context.book.add(
        "around/share",
        Interval(min(shares), shares[1], max(shares)),
        Unit.SHARE,
        Basis.COMPUTED,
        what="circulating share of the payments among the parties",
        how="circulation over all payments, all amounts at low, central or high together",
        refs=("around/total", "around/gross"),
    )
    return total, gross, share


def round_blocks(
    context: PageContext, rings: tuple[Ring, ...], around: Around | None
) -> list[tuple[str, Any]]:
    """Return the circulation, one way to tell it as loops, and the largest loops by themselves."""
    if around is None:
        return [("text", Sentence.of("No cash payment is scheduled in the window, so nothing goes round."))]
    total, gross, share = around
    blocks: list[tuple[str, Any]] = [
        (
            "text",
            Sentence.of(
                "Of ",
                gross,
                " paid among the parties, ",
                total,
                " can be seen as going round: ",
                share,
                ". That counts no dollar twice, unlike the values of loops.",
            ),
        )
    ]
    parts = decompose(circulate(flow_table(context.network))).loops
    if parts:
        rows = []
        for part in parts[:_MOST]:
            figure = context.book.add(
                f"part/{'/'.join(part.parties)}",
                part.amount,
                Unit.USD,
                Basis.COMPUTED,
                what=f"part of the circulation that goes round {' → '.join(context.names_of(part.parties))}",
                how="one decomposition of the largest circulation at central amounts, of several that exist",
                refs=("around/total",),
            )
            path = " → ".join(context.names_of([*part.parties, part.parties[0]]))
            rows.append((Sentence.of(path), Sentence.of(figure), Sentence.of(str(len(part.parties)))))
        left = f"; the {len(rows)} of most money of {len(parts)}" if len(parts) > len(rows) else ""
        blocks.append(
            (
                "table",
                Table(
                    caption=f"The circulation told as loops that share no dollar, {context.basis}, at central "
                    f"amounts{left}; the split is one of many",
                    header=("Who pays whom", "Goes round", "Payments"),
                    rows=tuple(rows),
                ),
            )
        )
    return [
        *blocks,
        ("lead", "The largest loops, each by itself"),
        *ring_blocks(context, rings, of="in the register", none="is in it", all_rings=rings),
    ]
