"""Whose money pays: the ultimate source of receipts on closed books, and the range over the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopledger.accounts import OUTSIDE_ACCOUNTS, Accounts, ClosedFlows, close_flows, origins_of
from loopledger.accounts.items import END_CUSTOMERS, OUTSIDE_DEBT, OUTSIDE_EQUITY
from loopledger.circularity.sales_funding import SalesFunding, close_books_of, fund_sales
from loopledger.circularity.sources_of_money import OPENING, UNTRACED, MoneySources, trace_sources
from loopledger.errors import LoopledgerError, ModelError, NotFoundError
from loopledger.records import FlowClass, Role
from loopledger.report.figures import Step, draw_waterfall, waterfall_table
from loopledger.report.model import Basis, Part, Picture, Sentence, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.moneyrules import insider_parts, rule_blocks, seller_table
from loopledger.report.wording import join
from loopledger.schedule import promise_id
from loopledger.units import Quarter

__all__ = ["BooksOfAll", "source_blocks"]

#: First quarter of the books that money is followed through, as the command on flows has it.
_BOOKS_FROM = Quarter.parse("2024Q1")
#: Insiders with less of the receipts than this are one source.
_SMALLEST = 0.0005
_MOST_INSIDERS, _MOST_PAYERS, _MOST_SELLERS = 6, 4, 8
#: Differences of sums so small are none.
_ROUNDING = 1e-9
#: Parties whose reported sales hold a large business beside AI.
_WITH_OTHER_BUSINESS = frozenset({Role.CLOUD, Role.ENTERPRISE})
#: Whose receipts a page on the whole system counts: what outside accounts buy is their own money.
_AMONG = "parties in the books from one another"
_CAPITAL = frozenset({OUTSIDE_EQUITY, OUTSIDE_DEBT})
_WORDS = {
    END_CUSTOMERS: "Buyers no record names",
    OUTSIDE_EQUITY: "Outside equity",
    OUTSIDE_DEBT: "Outside debt",
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

    def largest_sellers(self, period: str) -> tuple[str, ...]:
        """Return the parties that other parties pay most for sales in a period, the largest first."""
        table = self.split.table
        mask = table.mask_class(FlowClass.PURCHASE) & (table.period == table.periods.index(period))
        mask &= ~(self.sources.outside[table.payer] | self.sources.outside[table.payee])
        return self._by_sum(table.payee, mask)[:_MOST_SELLERS]

    def assumptions(self) -> set[str]:
        """Return the names of the assumptions that the books rest on."""
        return {name for line in self._closed[0].lines for name in line.assumptions}

    def _paid_directly(self, seller: str, period: str) -> NDArray[np.bool_]:
        table = self.split.table
        mask = table.mask_class(FlowClass.PURCHASE) & (table.payee == table.party(seller))
        found: NDArray[np.bool_] = mask & (table.period == table.periods.index(period))
        return found

    def unnamed_directly(self, seller: str | None, period: str) -> float:
        """Return what buyers that no record names paid a seller itself for sales [USD]; to all together, nothing.

        The rest of that source went to others first, for whatever these sell, and came on from them.
        """
        table = self.split.table
        if seller is None or END_CUSTOMERS not in table.parties:
            return 0.0
        mask = self._paid_directly(seller, period) & (table.payer == table.party(END_CUSTOMERS))
        return float(table.amount[mask].sum())

    def named_payers(self, seller: str | None, period: str) -> tuple[str, ...]:
        """Return the parties that pay a seller, or anybody, for sales, the largest first."""
        table = self.split.table
        mask = table.mask_class(FlowClass.PURCHASE) & (table.period == table.periods.index(period))
        mask &= ~self.sources.outside[table.payer]
        mask &= ~self.sources.outside[table.payee] if seller is None else self._paid_directly(seller, period)
        return self._by_sum(table.payer, mask)

    def _by_sum(self, ends: NDArray[np.int64], mask: NDArray[np.bool_]) -> tuple[str, ...]:
        """Return the parties at one end of some payments, the largest sum first; shapes (n_payments,)."""
        table = self.split.table
        sums = np.bincount(ends[mask], weights=table.amount[mask], minlength=len(table.parties))
        order = sorted(np.flatnonzero(sums).tolist(), key=lambda n: (-sums[n], n))
        return tuple(table.parties[n] for n in order)

    def ids_behind(
        self, colour: str, seller: str | None, period: str, payees: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """Return the records that put a source's money in: its payments to the payees, or an insider's funding.

        The payees of an outside account are the seller, or all, unless given.
        """
        table, closed = self.split.table, self.split
        place = table.periods.index(period)
        if colour not in table.parties:
            return ()
        mask = table.payer == table.party(colour)
        if colour in OUTSIDE_ACCOUNTS:
            mask &= table.period == place
            if payees is None and seller is not None:
                payees = (seller,)
            if payees is not None:
                mask &= np.isin(table.payee, [table.party(name) for name in payees])
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
    """Return the sources of a waterfall: buyers without a name by whom they paid; small ones together."""
    context = books.context
    total = sum(sums.values())
    insiders = [c for c, v in sums.items() if v > 0 and _origin(c) == "insider"]
    kept = [c for c in insiders if sums[c] >= _SMALLEST * total][:_MOST_INSIDERS]
    kept = insiders if len(insiders) <= len(kept) + 1 else kept
    rest = [c for c in insiders if c not in kept]
    steps: list[Step] = []
    for colour, value in sums.items():
        if colour == END_CUSTOMERS:
            steps += _unnamed_steps(books, value, seller, period)
        elif value > 0 and colour not in rest:
            name, ids = _WORDS.get(colour) or context.name(colour), books.ids_behind(colour, seller, period)
            steps.append(Step(name=name, origin=_origin(colour), amount=value, ids=ids))
    if rest:
        name = f"{len(rest)} {'other ' if kept else ''}insiders"
        ids = tuple(sorted({i for c in rest for i in books.ids_behind(c, seller, period)}))
        steps.append(Step(name=name, origin="insider", amount=sum(sums[c] for c in rest), ids=ids))
    small = [step for step in steps if step.amount < _SMALLEST * total]
    if not small:
        return steps
    ids = tuple(sorted({i for step in small for i in step.ids}))
    amount = sum(step.amount for step in small)
    named = small[0].name if len(small) == 1 else f"{len(small)} smaller sources"
    return [
        *(step for step in steps if step not in small),
        Step(name=named, origin=small[0].origin if len(small) == 1 else "small", amount=amount, ids=ids),
    ]


def _unnamed_ways(books: BooksOfAll, value: float, seller: str | None, period: str) -> tuple[float, float]:
    """Return what of the money of buyers that no record names came to the seller itself, and what by way of others."""
    direct = min(books.unnamed_directly(seller, period), value)
    through = value - direct
    return direct, through if through > _ROUNDING * value else 0.0


def _unnamed_steps(books: BooksOfAll, value: float, seller: str | None, period: str) -> list[Step]:
    """Return the money of buyers that no record names: paid to the seller itself, and to those that pay it."""
    direct, through = _unnamed_ways(books, value, seller, period)
    payers = books.named_payers(seller, period)
    found = [
        (_WORDS[END_CUSTOMERS], direct, None),
        ("Buyers no record names, of the named payers", through, payers),
    ]
    return [
        Step(
            name=name,
            origin="outside",
            amount=amount,
            ids=books.ids_behind(END_CUSTOMERS, seller, period, payees),
        )
        for name, amount, payees in found
        if amount > 0
    ]


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
    told: list[Part] = []
    rules: list[tuple[str, Any]] = []
    if seller is None:
        rules = _by_seller(books, period)
    else:
        try:
            found = books.rules(seller, period)
        except LoopledgerError as error:
            why = f"The range over rules cannot be computed: {error.message.rstrip('.')}."
            rules = [("text", Sentence.of(why))]
        else:
            told = insider_parts(context, found, str(_BOOKS_FROM))
            rules = rule_blocks(context, found, str(_BOOKS_FROM))
    unnamed = _unnamed(books, sums, seller, period)
    return [
        ("text", _lead(books, sums, seller, period, told)),
        *_picture(context, steps, whose, period, seller),
        *([("text", unnamed)] if unnamed else []),
        *rules,
    ]


def _by_seller(books: BooksOfAll, period: str) -> list[tuple[str, Any]]:
    """Return the range over the rules of the largest sellers, and of whom there is none, with why."""
    found, refused = [], []
    for seller in books.largest_sellers(period):
        try:
            found.append(books.rules(seller, period))
        except LoopledgerError as error:
            refused.append(f"{books.context.name(seller)} ({error.message.rstrip('.')})")
    blocks: list[tuple[str, Any]] = []
    if found:
        blocks.append(("table", seller_table(books.context, found, str(_BOOKS_FROM))))
    if refused:
        blocks.append(("text", Sentence.of(f"No range over the rules can be computed for {join(refused)}.")))
    return blocks


def _lead(
    books: BooksOfAll, sums: Mapping[str, float], seller: str | None, period: str, insiders: list[Part]
) -> Sentence:
    """Return what was paid, how much of it insiders paid, and the sources under the pooled rule."""
    context = books.context
    whose = _AMONG if seller is None else context.name(seller)
    total = sum(sums.values())
    ids = {colour: books.ids_behind(colour, seller, period) for colour, value in sums.items() if value > 0}
    receipts = context.book.add(
        "money/receipts",
        total,
        Unit.USD,
        Basis.COMPUTED,
        what=f"receipts of {whose} from sales in {period}, central",
        how="sum over the sources, at the central values of the closed books",
        refs=tuple(sorted({i for some in ids.values() for i in some if ".csv" in i})),
    )
    parts: list[Part] = [
        f"In {period} purchases among the parties in the books came to "
        if seller is None
        else f"In {period} {whose} was paid ",
        receipts,
        " (sales to buyers no record names and to others outside the books are not in it)."
        if seller is None
        else " for sales.",
        *insiders,
        " Following every dollar back through the treasuries it passed (pooled rule, one of several"
        + ("; the table has the range over the rules by seller" if seller is None else "")
        + "): ",
    ]

    def share(key: str, colours: list[str], words: str) -> Part:
        amount = sum(sums[colour] for colour in colours)
        return context.book.add(
            f"money/{key}",
            amount / total,
            Unit.SHARE,
            Basis.COMPUTED,
            what=f"part of the receipts of {whose} in {period} that {words}",
            how=f"{amount:.0f} of {total:.0f}; pooled rule, central values, one of several rules",
            refs=("money/receipts", *sorted({i for colour in colours for i in ids[colour]})),
        )

    groups: dict[str, list[str]] = defaultdict(list)
    for colour in ids:
        groups[_origin(colour)].append(colour)
    told = {
        "outside": "came from outside",
        "insider": "from chipmakers, clouds, developers and others inside",
        "own": "from cash held before the books begin",
        "unknown": "has no source that any figure explains",
    }
    large = [origin for origin in told if sum(sums[c] for c in groups.get(origin, [])) >= _SMALLEST * total]
    for n, origin in enumerate(large):
        parts += ["; " if n else "", share(origin, groups[origin], told[origin]), f" {told[origin]}"]
        if origin == "outside":
            kinds = (
                ("unnamed", "from buyers no record names", [c for c in groups[origin] if c == END_CUSTOMERS]),
                ("capital", "from investors and lenders", [c for c in groups[origin] if c in _CAPITAL]),
            )
            split = [kind for kind in kinds if sum(sums[c] for c in kind[2]) >= _SMALLEST * total]
            for m, (key, words, colours) in enumerate(split):
                parts += [", " if m else " (", share(key, colours, f"came {words}"), f" {words}"]
            parts += [")"] if split else []
    rest = "; of anything else less than one part in two thousand" if len(large) < len(groups) else ""
    parts.append(f"{rest}.")
    if sums.get(END_CUSTOMERS, 0.0) >= _SMALLEST * total:
        parts.append(
            " Buyers no record names are whoever no record explains, resellers of servers and a cloud's other "
            "customers alike; that is not what users of AI pay."
        )
    return Sentence.of(*parts)


def _unnamed(
    books: BooksOfAll, sums: Mapping[str, float], seller: str | None, period: str
) -> Sentence | None:
    """Return who the buyers are that no record names, and through whom their money came; None without them."""
    context, value = books.context, sums.get(END_CUSTOMERS, 0.0)
    if value <= 0:
        return None
    parts: list[Part] = [
        "Buyers no record names, the end customers of the accounts, are reported sales less every payment that a "
        "record or an estimate names: resellers and server makers, smaller clouds, firms, governments and households "
        "alike, with borrowed money or their own. It is no measure of what users of AI pay."
    ]
    direct, through = _unnamed_ways(books, value, seller, period)
    if direct >= _SMALLEST * value and seller is not None:
        role = context.snapshot.parties[seller].role if seller in context.snapshot.parties else Role.UNKNOWN
        other = ", its business beside AI with it" if role in _WITH_OTHER_BUSINESS else ""
        figure = context.book.add(
            "money/unnamed/direct", direct, Unit.USD, Basis.COMPUTED,
            what=f"what buyers no record names paid {context.name(seller)} itself in {period}, central",
            how="reported sales less named payments", refs=books.ids_behind(END_CUSTOMERS, seller, period),
        )  # fmt: skip
        parts += [" Of them came ", figure, f" to {context.name(seller)} itself{other}."]
    payers = books.named_payers(seller, period)
    if through >= _SMALLEST * value and payers:
        named = context.names_of(payers[:_MOST_PAYERS])
        more = [f"{len(payers) - len(named)} others"] if len(payers) > len(named) else []
        figure = context.book.add(
            "money/unnamed/through", through, Unit.USD, Basis.COMPUTED,
            what=f"what came in {period} by way of parties that sell to buyers no record names, central",
            how="pooled rule, central values, less what was paid to the seller itself",
            refs=books.ids_behind(END_CUSTOMERS, seller, period, payers),
        )  # fmt: skip
        parts += [
            " ", figure, f" came by way of the named payers ({join([*named, *more])}), out of all that these sell: of "
            "a cloud its shops, advertising and software as much as computing.",
        ]  # fmt: skip
    return Sentence.of(*parts)


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
