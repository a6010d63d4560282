"""A deal among others: the loops it closes, alone and with the register, and the promises it hangs together with."""

from __future__ import annotations

from typing import Any

from loopledger.records import Status
from loopledger.register import count_once
from loopledger.report.analysis import DealLoop, close_loops
from loopledger.report.drawnlegs import legs_of
from loopledger.report.figures import draw_loop, format_short, loop_table
from loopledger.report.model import Basis, Figure, Part, Picture, Record, Sentence, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.rings import find_rings, ring_blocks
from loopledger.schedule import Flow, Leg, promise_id
from loopledger.units import Interval

__all__ = ["link_blocks", "loop_blocks"]

_LINKS = {
    "part_of": ("is part of", "contains"),
    "supersedes": ("replaces", "is replaced by"),
    "overlaps": ("may be in part the same money as", "may be in part the same money as"),
    "earmarked_for": ("is meant to pay for", "is to be paid with"),
    "conditional_on": ("depends on", "is a condition of"),
    "funds": ("finances", "is financed by"),
}


def loop_blocks(context: PageContext, own: set[str], flows: list[Flow]) -> list[tuple[str, Any]]:
    """Return the loops that the deal closes by itself, drawn, and those of the register that it is a leg of."""
    standing = [context.by_id[i] for i in sorted(own) if context.by_id[i].status is not Status.CANCELLED]
    alone = close_loops(
        standing, [f for f in flows if f.leg is not Leg.DEBT_SERVICE], context.schedule.assumptions
    )
    bullets = [_own_loop(context, loop) for loop in alone] or [
        Sentence.of("By itself the deal closes no loop: none of its payments leads back to its payer.")
    ]
    blocks: list[tuple[str, Any]] = [("bullets", tuple(bullets))]
    if alone:
        legs = legs_of(alone, context.name)
        title = "The loops that the deal closes by itself, unrolled: who pays whom"
        header, rows = loop_table(legs)
        context.pictures["own-loops"] = Picture(
            name="own-loops",
            svg=draw_loop(legs, title=title),
            header=header,
            rows=rows,
            caption=title,
            note=context.basis,
        )
        blocks.append(("figure", "own-loops"))
    every = find_rings(context)
    rings = [ring for ring in every if set(ring.ids) & own]
    told = ring_blocks(
        context,
        rings,
        of="that the deal is a leg of",
        none="has a leg in this deal",
        all_rings=every,
        drawn=not alone,
    )
    return [*blocks, ("lead", "Together with the rest of the register"), *told]


def _own_loop(context: PageContext, loop: DealLoop) -> Sentence:
    path = " → ".join(context.names_of([*loop.parties, loop.parties[0]]))
    parts: list[Part] = [f"By itself the deal closes {path} ({loop.kind.value}): "]
    if loop.value is None:
        parts.append("its size is not known, since a leg has no public price")
    else:
        legs = "; ".join(_leg(leg.payer, leg.payee, leg.amount) for leg in loop.legs)
        parts.append(
            context.book.add(
                f"own-loop/{'/'.join(loop.parties)}",
                loop.value,
                Unit.USD,
                Basis.COMPUTED,
                what=f"value of the loop {path} among the deal's own promises",
                how=f"smallest of its legs, bound by bound: {legs}",
                refs=tuple(dict.fromkeys(promise_id(i) for leg in loop.legs for i in leg.ids)),
            )
        )
    can = (
        "its dates allow the money to go round"
        if loop.time_feasible
        else "on present dates the money could not go round"
    )
    return Sentence.of(*parts, f"; {can}.")


def _leg(payer: str, payee: str, amount: Interval | None) -> str:
    value = amount or Interval.exact(0)
    return f"{payer} to {payee} {value.low:.0f}, {value.central:.0f}, {value.high:.0f}"


def link_blocks(context: PageContext, own: set[str]) -> list[tuple[str, Any]]:
    """Return what the deal's promises hang together with, other deals first, and money that two may both count."""
    snapshot = context.snapshot
    twice = {frozenset(o.ids): o for o in count_once(snapshot).overlaps}
    told: dict[tuple[bool, str, str, frozenset[str]], Sentence] = {}
    for id_, instrument in sorted(snapshot.instruments.items()):
        for name, (out, back) in _LINKS.items():
            value = getattr(instrument.links, name)
            for target in sorted((value,) if isinstance(value, str) else value or ()):
                if id_ not in own and target not in own:
                    continue
                here, words, there = (id_, out, target) if id_ in own else (target, back, id_)
                other = snapshot.deals[snapshot.deal_ids[there]]
                where = "of this deal" if there in own else f"of “{other.title}”"
                parts: list[Part] = [Record(here), f" {words} ", Record(there), f" {where}"]
                pair = frozenset((here, there))
                if name == "overlaps" and pair in twice:
                    overlap = twice[pair]
                    parts += [
                        "; at most ",
                        _at_most(context, sorted(pair), float(overlap.at_most), overlap.currency),
                    ]
                told.setdefault((there in own, name, here, pair), Sentence.of(*parts, "."))
    if not told:
        return [
            ("text", Sentence.of("No link to another promise is on record: the deal's sums stand alone."))
        ]
    return [
        ("bullets", tuple(told[key] for key in sorted(told, key=lambda k: (k[0], k[1], k[2], sorted(k[3])))))
    ]


def _at_most(context: PageContext, ids: list[str], amount: float, currency: str) -> Figure:
    return context.book.add(
        f"overlap/{'/'.join(ids)}",
        amount,
        Unit.USD if currency == "USD" else Unit.CURRENCY,
        Basis.ANNOUNCED,
        what=f"money that {' and '.join(ids)} may both count, at most",
        how="the smaller of the two stated sums",
        refs=tuple(ids),
        stated="" if currency == "USD" else format_short(amount, currency),
    )
