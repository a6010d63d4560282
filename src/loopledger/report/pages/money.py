"""Whose money pays: the ultimate source of receipts on closed books, and the range over the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

import numpy as np

from loopledger.accounts import OUTSIDE_ACCOUNTS, Accounts, ClosedFlows, close_flows, origins_of
from loopledger.circularity.sales_funding import SalesFunding, close_books_of, fund_sales
from loopledger.circularity.sources_of_money import OPENING, UNTRACED, MoneySources, trace_sources
from loopledger.errors import LoopledgerError, ModelError, NotFoundError
from loopledger.records import FlowClass
from loopledger.report.figures import (
    ShareRow,
    Step,
    draw_shares,
    draw_waterfall,
    shares_table,
    waterfall_table,
)
from loopledger.report.model import Basis, Part, Picture, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.wording import join
from loopledger.schedule import promise_id
from loopledger.units import Interval, Quarter

__all__ = ["BooksOfAll", "source_blocks"]

#: First quarter of the books that money is followed through, as the command on flows has it.
_BOOKS_FROM = Quarter.parse("2024Q1")
#: Insiders with less of the receipts than this are one source.
_SMALLEST = 0.0005
_MOST_INSIDERS = 6
#: Whose receipts a page on the whole system counts: what outside accounts buy is their own money.
_AMONG = "parties in the books from one another"
_RULES = ("forced", "pooled", "earmarked", "possible")
_WORDS = {
    "end-customers": "End customers",
    "outside-equity": "Outside equity",
    "outside-debt": "Outside debt",
    "other-costs": "Other outside",
    "bank-balances": "Bank balances",
    OPENING: "Opening cash",
    UNTRACED: "Not explained",
}


@dataclass(frozen=True)
class BooksOfAll:
    """The closed books of all parties, by year, and where the money in them comes from.

    Parameters
    ----------
    context : PageContext
    """

    context: PageContext

    @cached_property
    def _closed(self) -> tuple[Accounts, ClosedFlows]:
        return close_books_of(self.context.snapshot, self.context.schedule, by="year", first=_BOOKS_FROM)

    @cached_property
    def split(self) -> ClosedFlows:
        """The payment network with the outside accounts apart."""
        return close_flows(self._closed[0], split_outside=True, earmarks=self.context.schedule.earmarks)

    @cached_property
    def sources(self) -> MoneySources:
        """The composition of every payment by source; insiders by name."""
        origins = origins_of(self.context.snapshot.parties)
        parties = self.split.table.parties
        inside = [name for name in parties if name not in origins and name not in OUTSIDE_ACCOUNTS]
        return trace_sources(
            self.split.table,
            outside=OUTSIDE_ACCOUNTS,
            funders=inside,
            opening=self.split.opening,
            origins=origins,
        )

    def last_period(self, seller: str | None) -> str:
        """Return the last period in which a seller, or any, is paid for sales.

        Raises
        ------
        ModelError
            If there is none.
        """
        table = self.split.table
        sales = table.mask_class(FlowClass.PURCHASE)
        if seller is None:  # what the outside buys is its own money
            for ends in (table.payer, table.payee):
                sales &= ~self.sources.outside[ends]
        else:
            if seller not in table.parties:
                msg = f"the books hold no payment of {self.context.name(seller)}"
                raise ModelError(msg)
            sales &= table.payee == table.party(seller)
        paid = {table.periods[place] for place in table.period[sales].tolist()}
        if not paid:
            whose = self.context.name(seller or "anybody")
            msg = f"no receipts of {whose} from sales are reported or scheduled in the books"
            raise ModelError(msg)
        return [period for period in table.periods if period in paid][-1]

    def by_source(self, seller: str | None, period: str) -> Mapping[str, float]:
        """Return what a seller, or all together, is paid for sales in a period, by source [USD]."""
        found = self.sources
        return found.of_purchases(period) if seller is None else found.of_seller(seller, period)

    def rules(self, seller: str, period: str) -> SalesFunding:
        """Return the share of a seller's sales that its own, its group's and all insiders' money pays."""
        closed = self._closed[1]
        return fund_sales(closed, self.context.snapshot, seller, period)

    def assumptions(self) -> set[str]:
        """Return the names of the assumptions that the books rest on."""
        return {name for line in self._closed[0].lines for name in line.assumptions}

    def ids_behind(self, colour: str, seller: str | None, period: str) -> tuple[str, ...]:
        """Return the records that put a source's money in: its payments to the seller, or an insider's funding."""
        table, closed = self.split.table, self.split
        place = table.periods.index(period)
        if colour not in table.parties:
            return ()
        mask = table.payer == table.party(colour)
        if colour in OUTSIDE_ACCOUNTS:
            mask &= table.period == place
            if seller is not None:
                mask &= table.payee == table.party(seller)
        else:
            mask &= table.mask_class(FlowClass.FUNDING) & (table.period <= place)
        ids = {i for n in np.flatnonzero(mask).tolist() for line in closed.lines[n] for i in line.ids}
        known = self.context.snapshot.instruments
        return tuple(sorted(promise_id(i) if promise_id(i) in known else PurePath(i).name for i in ids))


def _origin(colour: str) -> str:
    if colour == UNTRACED:
        return "unknown"
    if colour == OPENING:
        return "own"
    return "outside" if colour in OUTSIDE_ACCOUNTS else "insider"


def _steps(books: BooksOfAll, sums: Mapping[str, float], seller: str | None, period: str) -> list[Step]:
    """Return the sources of a waterfall; the smaller insiders together."""
    context = books.context
    insiders = [c for c, v in sums.items() if v > 0 and _origin(c) == "insider"]
    total = sum(sums.values())
    kept = [c for c in insiders if sums[c] >= _SMALLEST * total][:_MOST_INSIDERS]
    kept = insiders if len(insiders) <= len(kept) + 1 else kept
    steps = [
        Step(
            name=_WORDS.get(colour) or context.name(colour),
            origin=_origin(colour),
            amount=value,
            ids=books.ids_behind(colour, seller, period),
        )
        for colour, value in sums.items()
        if value > 0 and (_origin(colour) != "insider" or colour in kept)
    ]
    rest = [c for c in insiders if c not in kept]
    if rest:
        ids = tuple(sorted({i for c in rest for i in books.ids_behind(c, seller, period)}))
        steps.append(
            Step(
                name=f"{len(rest)} {'other ' if kept else ''}insiders",
                origin="insider",
                amount=sum(sums[c] for c in rest),
                ids=ids,
            )
        )
    return steps


def source_blocks(context: PageContext, books: BooksOfAll, seller: str | None) -> list[tuple[str, Any]]:
    """Return whose money pays a seller, or all sellers: a waterfall, and the range over the rules.

    Where the books cannot say, one sentence says why.
    """
    try:
        period = books.last_period(seller)
        sums = books.by_source(seller, period)
        steps = _steps(books, sums, seller, period)
    except (ModelError, NotFoundError) as error:
        return [("text", Sentence.of(f"Whose money it is cannot be computed: {error.message.rstrip('.')}."))]
    if not steps:
        return [("text", Sentence.of(f"Whose money it is cannot be computed: nothing was paid in {period}."))]
    context.used.update(books.assumptions())
    whose = _AMONG if seller is None else context.name(seller)
    blocks = [
        ("text", _lead(context, steps, whose, period)),
        *_picture(context, steps, whose, period, seller),
    ]
    if seller is not None:
        blocks += _rule_blocks(context, books, seller, period)
    return blocks


def _lead(context: PageContext, steps: list[Step], whose: str, period: str) -> Sentence:
    total = sum(step.amount for step in steps)
    receipts = context.book.add(
        "money/receipts",
        total,
        Unit.USD,
        Basis.COMPUTED,
        what=f"receipts of {whose} from sales in {period}, central",
        how="sum over the sources, at the central values of the closed books",
        refs=tuple(sorted({i for s in steps for i in s.ids if ".csv" in i})),
    )
    parts: list[Part] = [
        f"In {period} purchases among the parties in the books came to "
        if whose == _AMONG
        else f"In {period} {whose} was paid ",
        receipts,
        " (sales to end customers and others outside the books are not in it)"
        if whose == _AMONG
        else " for sales",
        ". Following every dollar back through the treasuries it passed (pooled rule): ",
    ]
    groups: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        groups[step.origin].append(step)
    told = {
        "outside": "came from outside",
        "insider": "from chipmakers, clouds, developers and others inside",
        "own": "from cash held before the books begin",
        "unknown": "has no source that any figure explains",
    }
    large = [origin for origin in told if sum(s.amount for s in groups.get(origin, [])) >= _SMALLEST * total]
    for n, origin in enumerate(large):
        words = told[origin]
        amount = sum(step.amount for step in groups[origin])
        share = context.book.add(
            f"money/{origin}",
            amount / total,
            Unit.SHARE,
            Basis.COMPUTED,
            what=f"part of the receipts of {whose} in {period} that {words}",
            how=f"{amount:.0f} of {total:.0f}; pooled rule, central values, one of several rules",
            refs=("money/receipts", *sorted({i for step in groups[origin] for i in step.ids})),
        )
        parts += [", " if n else "", share, f" {words}"]
    rest = "; of anything else less than one part in two thousand" if len(large) < len(groups) else ""
    return Sentence.of(*parts, f"{rest}.")


def _picture(
    context: PageContext, steps: list[Step], whose: str, period: str, seller: str | None
) -> list[tuple[str, Any]]:
    what = f"what {whose} was paid" if seller else "what parties in the books paid one another for sales"
    title = f"The ultimate source of {what} in {period}"
    whole = f"Receipts, {period}"
    header, rows = waterfall_table(steps, whole=whole)
    command = f"loopledger flows --sources {seller or 'all'} --by year"
    context.pictures["sources"] = Picture(
        name="sources",
        caption=title,
        header=header,
        rows=rows,
        svg=draw_waterfall(
            steps,
            title=title,
            subtitle="US dollars, central values of the closed books; pooled rule.",
            whole=whole,
        ),
        note=f"US dollars of {period}, books from {_BOOKS_FROM}, known on {context.snapshot.day}; "
        f"central values under one rule, so no range stands here; `{command}` prints every period",
    )
    return [("figure", "sources")]


def _rule_blocks(context: PageContext, books: BooksOfAll, seller: str, period: str) -> list[tuple[str, Any]]:
    try:
        found = books.rules(seller, period)
    except LoopledgerError as error:
        return [
            ("text", Sentence.of(f"The range over rules cannot be computed: {error.message.rstrip('.')}."))
        ]
    name = context.name(seller)
    every = (
        (f"{name}, its own money", found.own),
        (f"{name} and its group", found.group),
        ("All chipmakers and clouds", found.insiders),
    )
    rows, shares = [], []
    for n, (label, made) in enumerate(every):
        if n == 1 and set(found.group.funders) == set(found.own.funders):
            continue
        if n == 2 and set(found.insiders.funders) == set(found.own.funders):
            continue
        who = join(context.names_of(sorted(made.funders)))
        cells: list[Sentence] = [
            Sentence.of(label),
            Sentence.of(who),
        ]
        for rule in _RULES:
            share = made.share[rule]
            if share is None:
                cells.append(Sentence.of("no earmarks"))
                continue
            cells.append(
                Sentence.of(
                    context.book.add(
                        f"rules/{n}/{rule}",
                        Interval.exact(share),
                        Unit.SHARE,
                        Basis.COMPUTED,
                        what=f"share of {name}'s sales in {period} paid with money of {who}, {rule} rule",
                        how=f"funding trace on the closed books: returned {made.returned[rule]:.0f} of receipts "
                        f"{made.receipts:.0f}; "
                        f"`loopledger flows --funding {seller} --by year`",
                        refs=tuple(c.instrument for c in found.contributions if c.funder in made.funders),
                    )
                )
            )
        rows.append(tuple(cells))
        forced, possible = made.share["forced"], made.share["possible"]
        if forced is not None and possible is not None:
            shares.append(
                ShareRow(
                    label=label,
                    forced=forced,
                    pooled=made.share["pooled"],
                    earmarked=made.share["earmarked"],
                    possible=possible,
                )
            )
    table = Table(
        caption=f"Share of what {name} was paid for sales in {period} that is the funders' own money, by rule; "
        f"books from {_BOOKS_FROM}, as known on {context.snapshot.day}, not cut to the page's window",
        header=("Funders", "Who", *(rule.capitalize() for rule in _RULES)),
        rows=tuple(rows),
    )
    blocks: list[tuple[str, Any]] = [("table", table)]
    if shares:
        title = f"The funders' own money in what {name} was paid in {period}, by rule"
        header, twin = shares_table(shares)
        context.pictures["rules"] = Picture(
            name="rules",
            svg=draw_shares(shares, title=title),
            header=header,
            rows=twin,
            caption=title,
            note=f"Shares of receipts in {period}, known on {context.snapshot.day}",
            on_terminal=False,
        )
        blocks.append(("figure", "rules"))
    blocks.append(
        (
            "text",
            Sentence.of(
                "Cash is fungible, so this is a range: forced is the least that the books allow, possible the most, "
                "pooled and earmarked "
                "are two rules between them. Sales among the funders of a row do not count in it."
            ),
        )
    )
    return blocks
