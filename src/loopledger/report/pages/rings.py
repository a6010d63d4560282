"""The loops of a page: those of the window that pass through a party or a deal, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loopledger.circularity import FIRMNESS, Loop, LoopBacking, LoopKind, back_loops, find_loops
from loopledger.network import flow_table
from loopledger.records import KINDS, Kind
from loopledger.report.figures import LoopLeg, draw_loop, loop_table
from loopledger.report.figures.legs import Role
from loopledger.report.model import Basis, Figure, Part, Picture, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext, role_of
from loopledger.report.wording import join, plural
from loopledger.schedule import promise_id

__all__ = ["MAX_PARTIES", "Ring", "find_rings", "ring_blocks"]

#: Longest loops that are looked for; longer ones say little and are very many.
MAX_PARTIES = 4
#: Names of the assumptions that stand for a term or its first quarter.
_TERMS = ("term.", "lag.term_start")
_MOST_TOLD, _MOST_DRAWN = 8, 3
#: Shares so close to the whole are the whole.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A loop of the window with what stands behind it.

    Parameters
    ----------
    loop : Loop
    backing : LoopBacking
    rank : int
        Place among all loops of the window, 1 is the largest.
    """

    loop: Loop
    backing: LoopBacking
    rank: int

    @property
    def ids(self) -> tuple[str, ...]:
        """Register ids behind its legs."""
        return tuple(dict.fromkeys(promise_id(i) for leg in self.loop.legs for i in leg.instruments))


def find_rings(context: PageContext) -> tuple[Ring, ...]:
    """Return the loops of up to four parties among the window's payments, as the command on loops finds them."""
    table = flow_table(context.network)
    found = find_loops(table, max_length=MAX_PARTIES).loops
    backings = back_loops(found, context.network, context.promises)
    return tuple(
        Ring(loop=loop, backing=backing, rank=n)
        for n, (loop, backing) in enumerate(zip(found, backings, strict=True), start=1)
    )


def ring_figure(context: PageContext, ring: Ring) -> Figure:
    """Return the value of a loop."""
    path = _path(context, ring.loop.parties)
    return context.book.add(
        f"loop/{'/'.join(ring.loop.parties)}",
        ring.backing.value,
        Unit.USD,
        Basis.COMPUTED,
        what=f"value of the loop {path}",
        how="smallest leg, bound by bound; a leg is the sum of all scheduled payments of the window from one party to "
        "the other: "
        + "; ".join(
            f"{leg.payer} to {leg.payee} {back.amount.low:.0f}, {back.amount.central:.0f}, {back.amount.high:.0f}"
            for leg, back in zip(ring.loop.legs, ring.backing.legs, strict=True)
        ),
        refs=ring.ids,
    )


def _firm_figure(context: PageContext, ring: Ring) -> Figure:
    return context.book.add(
        f"firm/{'/'.join(ring.loop.parties)}",
        ring.backing.firm,
        Unit.USD,
        Basis.COMPUTED,
        what=f"what can go round {_path(context, ring.loop.parties)} on paid and binding contracts alone",
        how="smallest leg, counting of each leg what is paid or binding and stated by a contract",
        refs=ring.ids,
    )


def _path(context: PageContext, parties: tuple[str, ...]) -> str:
    return " → ".join(context.names_of([*parties, parties[0]]))


def ring_blocks(
    context: PageContext,
    rings: Sequence[Ring],
    *,
    of: str,
    none: str,
    all_rings: Sequence[Ring],
    start: str = "",
    drawn: bool = True,
) -> list[tuple[str, Any]]:
    """Return a sentence on how many loops there are, the largest in a table, and a picture of them.

    Parameters
    ----------
    context : PageContext
    rings : sequence of Ring
        Those to be told, the largest first.
    of : str
        Whose they are, in words: ``through OpenAI``.
    none : str
        What no loop does where there is none: ``runs through OpenAI``.
    all_rings : sequence of Ring
        All of the window.
    start : str
        Party that a loop's path is told from, where it is in the loop.
    drawn : bool
        Whether the largest are drawn.
    """
    financing = [ring for ring in rings if ring.loop.kind is LoopKind.FINANCING]
    number = context.count(
        "loops/n",
        len(rings),
        what=f"loops of up to {MAX_PARTIES} parties {of}",
        how="enumeration of simple cycles among the window's scheduled cash payments, debt service left out",
        refs={i for ring in rings for i in ring.ids},
    )
    if not rings:
        told = f"None of the register's {len(all_rings)} loops" if all_rings else "No loop"
        return [("text", Sentence.of(f"{told} of up to {MAX_PARTIES} parties {none}."))]
    own = context.count(
        "loops/financing",
        len(financing),
        what=f"financing loops of up to {MAX_PARTIES} parties {of}",
        how="loops with a funding leg and a purchase leg",
        refs={i for ring in financing for i in ring.ids},
    )
    blocks: list[tuple[str, Any]] = [
        (
            "text",
            Sentence.of(
                number,
                f" {plural(len(rings), 'loop')} of up to {MAX_PARTIES} parties {of}, ",
                own,
                " of them financing: somebody funds the buyer whose purchases come back to it. Loops share legs, "
                "so their values must not be added.",
            ),
        )
    ]
    shown = list(rings[:_MOST_TOLD])
    ranked = len(rings) < len(all_rings)
    blocks.append(("table", _table(context, shown, len(rings), start, ranked=ranked)))
    if drawn:
        _draw(context, shown[:_MOST_DRAWN], of)
        blocks.append(("figure", "loops"))
    return blocks


def _turned(parties: tuple[str, ...], start: str) -> tuple[str, ...]:
    place = parties.index(start) if start in parties else 0
    return parties[place:] + parties[:place]


def _pairs_with_assumed_terms(context: PageContext) -> frozenset[tuple[str, str]]:
    """Return who pays whom anything over a term, or from a start, that no source states."""
    return frozenset(
        (flow.payer, flow.payee)
        for flow in context.network
        if any(name.startswith(_TERMS) for name in flow.assumptions)
    )


def _when(ring: Ring, assumed: frozenset[tuple[str, str]]) -> str:
    """Return whether the dates allow a loop, and whether a leg's dates rest on an assumed term."""
    allowed = "yes" if ring.loop.time_feasible else "no"
    rests = any((leg.payer, leg.payee) in assumed for leg in ring.loop.legs)
    return f"{allowed}; dates assumed" if rests else allowed


def _weakest(context: PageContext, ring: Ring) -> Sentence:
    """Return which leg breaks first and how firm it is; of one with several promises, the part of it that is firm."""
    legs = [
        (leg, back, f"{context.name(leg.payer)} to {context.name(leg.payee)}")
        for leg, back in zip(ring.loop.legs, ring.backing.legs, strict=True)
    ]
    word = ring.backing.weakest.replace("_", " ")
    said = f"{word} ({FIRMNESS[ring.backing.weakest]})"
    if ring.backing.weakest == "derived":
        said = f"{join(told for _, back, told in legs if back.derived)}: derived, {FIRMNESS['derived']}"
    parts: list[Part] = [said]
    for leg, back, told in legs:
        if 0 < back.firm_share < 1 - _ROUNDING:
            share = context.book.add(
                f"firm-share/{leg.payer}/{leg.payee}",
                back.firm_share,
                Unit.SHARE,
                Basis.COMPUTED,
                what=f"part of {told} in the window that is paid or binding and stated by a contract",
                how=f"{back.firm:.0f} of {back.amount.central:.0f}, central values",
                refs=tuple(dict.fromkeys(promise_id(i) for i in leg.instruments)),
            )
            parts += [f"; of {told} ", share, " is firm"]
    return Sentence.of(*parts)


def _table(context: PageContext, rings: Sequence[Ring], n_all: int, start: str, *, ranked: bool) -> Table:
    """Return loops by value; among all of the window their rank is their row, and is left out."""
    assumed = _pairs_with_assumed_terms(context)
    rows = [
        (
            Sentence.of(_path(context, _turned(ring.loop.parties, start))),
            Sentence.of(ring_figure(context, ring)),
            Sentence.of(_firm_figure(context, ring)),
            _weakest(context, ring),
            Sentence.of(_when(ring, assumed)),
            *([Sentence.of(str(ring.rank))] if ranked else []),
        )
        for ring in rings
    ]
    left = f"; the {len(rings)} largest of {n_all}" if n_all > len(rings) else ""
    return Table(
        caption=f"Loops by value, {context.basis}{left}",
        header=(
            "Who pays whom",
            "Value",
            "On firm contracts",
            "Weakest leg",
            "Dates allow it",
            *(["Rank of all"] if ranked else []),
        ),
        rows=tuple(rows),
    )


def _draw(context: PageContext, rings: Sequence[Ring], of: str) -> None:
    legs: dict[tuple[str, str], LoopLeg] = {}
    for ring in rings:
        for leg, back in zip(ring.loop.legs, ring.backing.legs, strict=True):
            ids = tuple(dict.fromkeys(promise_id(i) for i in leg.instruments))
            role = _role(context, leg.payer, leg.payee)
            legs.setdefault(
                (leg.payer, leg.payee),
                LoopLeg(
                    payer=context.name(leg.payer),
                    payee=context.name(leg.payee),
                    low=back.amount.low,
                    central=back.amount.central,
                    high=back.amount.high,
                    label="chip orders, derived" if back.derived else join(_nouns(leg.kinds)),
                    style="derived" if back.derived else "contracted",
                    ids=ids,
                    href=f"#{ids[0]}",
                    role=role,
                ),
            )
    title = (
        f"The largest loop {of}, unrolled: who pays whom"
        if len(rings) == 1
        else f"The {len(rings)} largest loops {of}, unrolled: who pays whom"
    )
    drawn = list(legs.values())
    header, rows = loop_table(drawn)
    context.pictures["loops"] = Picture(
        name="loops",
        svg=draw_loop(drawn, title=title),
        header=header,
        rows=rows,
        caption=title,
        note=f"{context.basis}; a leg is the sum of all payments of the window",
        on_terminal=True,
    )


def _role(context: PageContext, payer: str, payee: str) -> Role:
    """Return what most of the money from one party to another does."""
    sums: dict[Role, float] = {}
    for flow in context.network:
        if (flow.payer, flow.payee) == (payer, payee):
            sums[role_of(flow)] = sums.get(role_of(flow), 0.0) + flow.amount.central
    return max(sums, key=lambda role: (sums[role], role))


def _nouns(kinds: Sequence[str]) -> list[str]:
    known = {kind.value for kind in Kind}
    return list(dict.fromkeys(KINDS[Kind(kind)].noun if kind in known else "chip orders" for kind in kinds))
