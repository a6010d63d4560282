"""The loops of a deal and whose money pays for it, in words and tables."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from loopledger.records import KINDS, Kind
from loopledger.report.analysis import DealLeg, DealLoop, FundingView, RegisterLoop
from loopledger.report.brief.context import Context
from loopledger.report.model import Basis, Figure, Part, Sentence, Table, Unit
from loopledger.report.wording import join
from loopledger.units import Interval

__all__ = [
    "funders_of",
    "funding_blocks",
    "headline_loop",
    "loop_blocks",
    "loop_figure",
    "path_of",
    "rank_figures",
    "share_figure",
]

_MOST_LOOPS = 6


def path_of(context: Context, parties: tuple[str, ...]) -> str:
    """Return a loop as a chain of names that ends where it began."""
    return " → ".join(context.names([*parties, parties[0]]))


def headline_loop(context: Context) -> DealLoop | None:
    """Return the loop that the brief leads with: the largest financing loop with a price, else the first."""
    financing = [loop for loop in context.loops if loop.kind == "financing"]
    return financing[0] if financing else None


def loop_figure(context: Context, loop: DealLoop) -> Figure | None:
    """Return the value of a loop, or None when a leg has no public price."""
    if loop.value is None:
        return None
    return context.book.add(
        f"loop/{'/'.join(loop.parties)}", loop.value, Unit.USD, Basis.COMPUTED,
        what=f"value of the loop {path_of(context, loop.parties)}",
        how="smallest of its legs over the life of the deal, bound by bound: "
        + "; ".join(_leg_sum(leg) for leg in loop.legs),
        refs=tuple(i for leg in loop.legs for i in leg.ids),
    )  # fmt: skip


def ceiling_figure(context: Context, loop: DealLoop) -> Figure | None:
    """Return the most that the priced legs of a loop without a whole price allow, or None if none has one."""
    if loop.value is not None or loop.at_most is None:
        return None
    priced = [leg for leg in loop.legs if leg.amount is not None]
    return context.book.add(
        f"ceiling/{'/'.join(loop.parties)}", loop.at_most, Unit.USD, Basis.COMPUTED,
        what=f"most that can go round {path_of(context, loop.parties)}",
        how="smallest high value among the legs with a price: " + "; ".join(_leg_sum(leg) for leg in priced),
        refs=tuple(i for leg in priced for i in leg.ids),
    )  # fmt: skip


def whose(context: Context, view: FundingView) -> str:
    """Return whose money is followed where, in a few words."""
    seller = context.deal.name(view.found.seller)
    sole = view.found.funders == (view.found.seller,)
    return f"{seller}, its own money" if sole else f"{funders_of(context, view)} into {seller}"


def _leg_sum(leg: DealLeg) -> str:
    amount = leg.amount or Interval.exact(0)
    return f"{leg.payer} to {leg.payee} {amount.low:.0f}, {amount.central:.0f}, {amount.high:.0f}"


def _bounded_by(context: Context, leg: DealLeg) -> str:
    what = "chip orders derived from supply content" if leg.derived else join(_nouns(leg))
    return f"{what} from {context.deal.name(leg.payer)} to {context.deal.name(leg.payee)}"


def _nouns(leg: DealLeg) -> list[str]:
    return list(dict.fromkeys(KINDS[Kind(kind)].noun for kind in leg.kinds))


def rank_figures(context: Context, loop: DealLoop) -> tuple[Figure, Figure] | None:
    """Return the place of a loop among the register's financing loops, and their number."""
    _, n_financing, values = context.ranked
    if loop.value is None or not n_financing:
        return None
    ascending = sorted(values)
    larger = n_financing - bisect_right(ascending, loop.value.central * (1 + 1e-9))
    refs = (f"loop/{'/'.join(loop.parties)}",)
    rank = context.book.add(
        f"rank/{'/'.join(loop.parties)}", larger + 1, Unit.COUNT, Basis.COMPUTED,
        what="place of the loop's value among the register's financing loops of up to four parties",
        how="one more than the number of financing loops with a larger central value", refs=refs,
    )  # fmt: skip
    number = context.book.add(
        "rank/of", n_financing, Unit.COUNT, Basis.COMPUTED,
        what="financing loops of up to four parties in the register's scheduled cash flows",
        how="enumeration of simple cycles with a funding leg and a purchase leg; debt service left out", refs=(),
    )  # fmt: skip
    return rank, number


def loop_blocks(context: Context) -> list[tuple[str, Any]]:
    """Return the blocks on the deal's loops."""
    blocks: list[tuple[str, Any]] = [("lead", "Is it a loop?")]
    loops = context.loops[:_MOST_LOOPS]
    if loops:
        blocks += [("bullets", tuple(_loop_sentence(context, loop) for loop in loops)), ("figure", "loop")]
        leading = headline_loop(context)
        announced = _announced_loop(context, leading)
        if announced:
            blocks.append(("text", announced))
        ranks = rank_figures(context, leading) if leading else None
        if ranks and leading:
            blocks.append((
                "text",
                Sentence.of(
                    "Among the ", ranks[1], " financing loops of up to four parties that the register holds, the loop ",
                    f"{path_of(context, leading.parties)} would stand at place ", ranks[0], " by value.",
                ),
            ))  # fmt: skip
    else:
        blocks.append(
            (
                "text",
                Sentence.of(
                    "The deal by itself closes no loop: none of its payments leads back to its payer."
                ),
            )
        )
    through = _through_register(context)
    if through:
        blocks += [
            (
                "text",
                Sentence.of("Together with the rest of the register it is a leg of these financing loops:"),
            ),
            ("bullets", through),
        ]
    return blocks


def _announced_loop(context: Context, leading: DealLoop | None) -> Sentence | None:
    """Return the size of the leading loop on the document's own figures, where that is another one."""
    if leading is None or leading.value is None:
        return None
    same = [
        loop for loop in context.announced_loops if _canonical(loop.parties) == _canonical(leading.parties)
    ]
    if not same or same[0].value is None or same[0].value == leading.value:
        return None
    value = context.book.add(
        f"announced-loop/{'/'.join(leading.parties)}", same[0].value, Unit.USD, Basis.ANNOUNCED,
        what=f"value of the loop {path_of(context, leading.parties)} on the document's own figures",
        how="smallest of its legs, bound by bound: " + "; ".join(_leg_sum(leg) for leg in same[0].legs),
        refs=tuple(i for leg in same[0].legs for i in leg.ids), as_of=context.deal.announced_on,
    )  # fmt: skip
    return Sentence.of(
        "On the document's own figures, before anything that became known since, that loop was ", value, "."
    )


def _loop_sentence(context: Context, loop: DealLoop) -> Sentence:
    kind = "financing loop" if loop.kind == "financing" else "reciprocal trade"
    parts: list[Part] = [f"{path_of(context, loop.parties)} ({kind}): "]
    value = loop_figure(context, loop)
    if value is not None and loop.smallest is not None:
        parts += [value, f", held down by the {_bounded_by(context, loop.smallest)}"]
    else:
        open_legs = [leg for leg in loop.legs if leg.amount is None]
        unpriced = join(_bounded_by(context, leg) for leg in open_legs)
        parts.append(f"its size is not known, since no price is public for the {unpriced}")
        ceiling = ceiling_figure(context, loop)
        parts += [", but its priced legs allow at most ", ceiling] if ceiling else []
    parts.append(
        "; its dates allow the money to go round"
        if loop.time_feasible
        else "; on present dates the money could not go round in this order"
    )
    derived = [leg for leg in loop.legs if leg.derived]
    if derived:
        parts.append(
            "; the last step is estimated, since no such order is public"
            if len(derived) == 1
            else "; several steps are estimated"
        )
    return Sentence.of(*parts, ".")


def _through_register(context: Context) -> tuple[Sentence, ...]:
    own = {loop.parties for loop in context.loops}
    touched = [r for r in context.ranked[0] if _canonical(r.loop.parties) not in {_canonical(p) for p in own}]
    return tuple(_register_sentence(context, r) for r in touched[:_MOST_LOOPS])


def _canonical(parties: tuple[str, ...]) -> tuple[str, ...]:
    start = parties.index(min(parties))
    return parties[start:] + parties[:start]


def _register_sentence(context: Context, ranked: RegisterLoop) -> Sentence:
    value = context.book.add(
        f"register-loop/{'/'.join(ranked.loop.parties)}", ranked.value, Unit.USD, Basis.COMPUTED,
        what=f"value of the loop {path_of(context, ranked.loop.parties)} in the whole register",
        how="smallest leg; a leg is the sum of all scheduled payments from one party to the other",
        refs=tuple(i for leg in ranked.loop.legs for i in leg.instruments),
    )  # fmt: skip
    return Sentence.of(f"{path_of(context, ranked.loop.parties)}: ", value, f", place {ranked.rank}.")


def funders_of(context: Context, view: FundingView) -> str:
    """Return the funders of a view in prose, in the order of the document."""
    order = {party: n for n, party in enumerate(context.deal.parties)}
    return join(context.names(sorted(view.found.funders, key=lambda party: order.get(party, len(order)))))


def share_figure(context: Context, view: FundingView, rule: str) -> Figure | None:
    """Return the share of the seller's receipts that is the funders' own money under a rule, or None."""
    share = view.found.share[rule]
    if share is None:
        return None
    low, high = view.low[rule], view.high[rule]
    scope = "the deal alone" if view.scope == "alone" else "the deal among all that the register promises"
    return context.book.add(
        f"share/{view.id}/{rule}",
        Interval(min(share, low if low is not None else share), share, max(share, high if high is not None else share)),
        Unit.SHARE, Basis.COMPUTED,
        what=f"share of {context.deal.name(view.found.seller)}'s receipts under the deal that is money of "
        f"{funders_of(context, view)}, {rule} rule, {scope}",
        how=f"funding trace over the table {view.id} of the JSON: returned {view.found.returned[rule]:.0f} of receipts "
        f"{view.found.receipts:.0f}"
        + (
            "; range over low funding with high purchases, and the reverse"
            if view.scope == "alone"
            else "; all amounts at their central values"
        ),
        refs=(*view.outlays, *view.sales),
    )  # fmt: skip


def funding_blocks(context: Context) -> list[tuple[str, Any]]:
    """Return the blocks on whose money pays."""
    blocks: list[tuple[str, Any]] = [("lead", "Whose money pays?")]
    if not context.views:
        if any(loop.kind == "financing" for loop in context.loops):
            blocks.append((
                "text",
                Sentence.of(
                    "The deal closes a financing loop, but on one of its legs no cash with a public price moves, so ",
                    "no share of the seller's receipts can be computed.",
                ),
            ))  # fmt: skip
            return blocks
        blocks.append((
            "text",
            Sentence.of(
                "No party of the deal both funds a buyer and sells to it, in this deal or in the register ",
                "before it, so no share of anybody's receipts can be its own money coming back.",
            ),
        ))  # fmt: skip
        return blocks
    rows = []
    for view in context.views:
        receipts = context.book.add(
            f"receipts/{view.id}", view.found.receipts, Unit.USD, Basis.SCHEDULED,
            what=f"receipts of {context.deal.name(view.found.seller)} under the deal, central",
            how=f"sum of the counted payments in the table {view.id} of the JSON", refs=view.sales,
        )  # fmt: skip
        figures = [share_figure(context, view, rule) for rule in view.found.share]
        rows.append((
            Sentence.of(whose(context, view)),
            Sentence.of("the deal alone" if view.scope == "alone" else "among all promises"),
            Sentence.of(receipts),
            *(Sentence.of(figure or "no earmarks") for figure in figures),
        ))  # fmt: skip
    blocks += [
        (
            "table",
            Table(
                caption="Share of the seller's receipts under this deal that is the funders' own money",
                header=(
                    "Funders' money into the seller",
                    "Seen",
                    "Receipts",
                    "Forced",
                    "Pooled",
                    "Earmarked",
                    "Possible",
                ),
                rows=tuple(rows),
            ),
        ),
        ("figure", "shares"),
        (
            "text",
            Sentence.of(
                "Cash is fungible, so the answer is a range. Forced is the least that the books allow, possible the ",
                "most; pooled and earmarked are two rules between them. “Alone” gives the parties no other money and ",
                "so is the strongest reading of the loop; “among all promises” follows the same dollars quarter by ",
                "quarter through everything that the register schedules at central values, and what a party must ",
                "have had from elsewhere comes in when it is first needed and is nobody's own money.",
            ),
        ),
    ]
    return blocks
