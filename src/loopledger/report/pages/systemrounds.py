"""What goes round in the whole register: the largest circulation, told as circuits, and the largest loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loopledger.circularity import Decomposition, LoopPart, circulate, decompose
from loopledger.network import flow_table
from loopledger.report.model import Basis, Figure, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext, ids_of
from loopledger.report.pages.rings import Ring, ring_blocks
from loopledger.units import Interval

__all__ = ["Around", "around_sentence", "find_around", "round_blocks"]

_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What goes round in the window.

    Parameters
    ----------
    payments : Figure
        The largest circulation: the sum over the payments, so that a dollar counts each time that it is paid on.
    gross : Figure
        All payments among the parties.
    share : Figure
        The first over the second.
    circuits : Figure
        The same circulation as circuits that share no payment: the sum of what goes round each, once.
    split : Decomposition
        The circuits at central amounts.
    """

    payments: Figure
    gross: Figure
    share: Figure
    circuits: Figure
    split: Decomposition

    @property
    def hands(self) -> str:
        """How many payments the circuits take, in words: ``2 to 8``."""
        lengths = [len(part.parties) for part in self.split.loops]
        return str(min(lengths)) if min(lengths) == max(lengths) else f"{min(lengths)} to {max(lengths)}"


def find_around(context: PageContext) -> Around:
    """Return the largest circulation of the window, all payments, the share, and the circuits, at all three bounds."""
    context.rest_on(context.network)
    found = [circulate(flow_table(context.network, case=case)) for case in ("low", "central", "high")]
    splits = [decompose(one) for one in found]
    refs = ids_of(context.network)
    payments = context.book.add(
        "around/total",
        Interval(*(one.total for one in found)),
        Unit.USD,
        Basis.COMPUTED,
        what="the largest circulation of the window: the most payments that can be seen as going round, no payment "
        "counted twice; a dollar counts each time that it is paid on",
        how="maximum circulation at low, central and high amounts, each with a proof of optimality; `loopledger loops`",
        refs=refs,
    )
    gross = context.book.add(
        "around/gross",
        Interval(*(one.gross for one in found)),
        Unit.USD,
        Basis.SCHEDULED,
        what="all cash payments among the parties in the window, derived orders with them, debt service left out",
        how="sum of scheduled payments, bound by bound",
        refs=refs,
    )
    shares = [one.share for one in found]
    share = context.book.add(
        "around/share",
        Interval(min(shares), shares[1], max(shares)),
        Unit.SHARE,
        Basis.COMPUTED,
        what="circulating share of the payments among the parties, debt service left out",
        how="circulation over all payments, all amounts at low, central or high together",
        refs=("around/total", "around/gross"),
    )
    sums = [sum(part.amount for part in split.loops) for split in splits]
    circuits = context.book.add(
        "around/circuits",
        Interval(min(sums), sums[1], max(sums)),
        Unit.USD,
        Basis.COMPUTED,
        what="what goes round in circuits that share no payment, each circuit's amount once, in one split of many",
        how="one decomposition of the largest circulation at low, central and high amounts; each amount times its "
        "number of payments adds up to the circulation",
        refs=("around/total",),
    )
    return Around(payments=payments, gross=gross, share=share, circuits=circuits, split=splits[1])


def around_sentence(around: Around) -> Sentence:
    """Return how much goes round in circuits, and how many payments that makes up."""
    if not around.split.loops:
        return Sentence.of("Nothing goes round: no payment of the window leads back to its payer.")
    return Sentence.of(
        around.circuits,
        f" goes round in circuits (this split is one of many); passing through {around.hands} hands it makes up ",
        around.payments,
        " of payments, ",
        around.share,
        " of all payments scheduled among the parties, debt service left out.",
    )


def round_blocks(
    context: PageContext, rings: tuple[Ring, ...], around: Around | None
) -> list[tuple[str, Any]]:
    """Return the circulation, one way to tell it as circuits, and the largest loops by themselves."""
    if around is None:
        return [("text", Sentence.of("No cash payment is scheduled in the window, so nothing goes round."))]
    blocks: list[tuple[str, Any]] = [
        (
            "text",
            Sentence.of(
                "Of ",
                around.gross,
                " of payments scheduled among the parties (derived orders with them, debt service left out) ",
                around.payments,
                " can be seen as going round: ",
                around.share,
                ". No payment is counted twice, unlike in the values of loops, but a dollar counts each time that it "
                "is paid on.",
            ),
        )
    ]
    if around.split.loops:
        blocks.append(("table", _circuits(context, around)))
    return [
        *blocks,
        ("lead", "The largest loops, each by itself"),
        *ring_blocks(context, rings, of="in the register", none="is in it", all_rings=rings),
    ]


def _circuits(context: PageContext, around: Around) -> Table:
    """Return the circuits of the split, what each makes up in payments, and the sums of both columns."""
    parts = around.split.loops
    how = "one decomposition of the largest circulation at central amounts, of several that exist"

    def row(key: str, path: str, group: Sequence[LoopPart], hands: str) -> tuple[Sentence, ...]:
        once = context.book.add(
            f"part/{key}", sum(part.amount for part in group), Unit.USD, Basis.COMPUTED,
            what=f"part of the circulation that goes round {path}", how=how, refs=("around/total",),
        )  # fmt: skip
        paid = context.book.add(
            f"part-payments/{key}", sum(part.amount * len(part.parties) for part in group), Unit.USD, Basis.COMPUTED,
            what=f"payments that it makes up, {path}", how=f"{how}; amount times payments", refs=(f"part/{key}",),
        )  # fmt: skip
        return Sentence.of(path), Sentence.of(once), Sentence.of(hands), Sentence.of(paid)

    rows = [
        row(
            "/".join(part.parties),
            " → ".join(context.names_of([*part.parties, part.parties[0]])),
            [part],
            str(len(part.parties)),
        )
        for part in parts[:_MOST]
    ]
    rest = parts[_MOST:]
    if rest:
        rows.append(row("rest", f"{len(rest)} smaller circuits", rest, ""))
    once = Interval.exact(around.circuits.value.central)
    paid = Interval.exact(around.payments.value.central)
    rows.append(
        (
            Sentence.of(f"all {len(parts)} circuits"),
            Sentence.of(
                context.book.add(
                    "circuits/once",
                    once,
                    Unit.USD,
                    Basis.COMPUTED,
                    what="what goes round all circuits, at central amounts",
                    how=how,
                    refs=("around/circuits",),
                )
            ),
            Sentence.of(around.hands),
            Sentence.of(
                context.book.add(
                    "circuits/payments",
                    paid,
                    Unit.USD,
                    Basis.COMPUTED,
                    what="payments that all circuits make up, at central amounts",
                    how=how,
                    refs=("around/total",),
                )
            ),
        )
    )
    return Table(
        caption=f"The circulation told as circuits that share no payment, {context.basis}, at central amounts; the "
        "split is one of many; those that make up most payments first. “Goes round” counts the money of a circuit "
        "once, “amount times payments” adds up to the circulation",
        header=("Who pays whom", "Goes round", "Payments", "Amount times payments"),
        rows=tuple(rows),
    )
