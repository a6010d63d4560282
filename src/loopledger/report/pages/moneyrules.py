"""How much of what a seller is paid is its funders' own money: the range over the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loopledger.circularity import Funding
from loopledger.circularity.sales_funding import SalesFunding
from loopledger.report.figures import ShareRow, draw_shares, shares_table
from loopledger.report.model import Basis, Figure, Part, Picture, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.wording import join
from loopledger.units import Interval

__all__ = ["insider_parts", "rule_blocks", "seller_table"]

_RULES = ("forced", "pooled", "earmarked", "possible")
_OWN, _GROUP, _INSIDERS = range(3)


def _made(found: SalesFunding) -> tuple[Funding, Funding, Funding]:
    return found.own, found.group, found.insiders


def _who(context: PageContext, found: SalesFunding, place: int) -> str:
    """Return the funders of a row by name; the seller, which is always one of them, at the end."""
    others = [funder for funder in sorted(_made(found)[place].funders) if funder != found.seller]
    return join([*context.names_of(others), context.name(found.seller)])


def _figure(
    context: PageContext, found: SalesFunding, place: int, rule: str, books_from: str, *, among: str = ""
) -> Figure | None:
    """Return the share of a seller's sales that is the funders' own money under a rule, or None without one."""
    made = _made(found)[place]
    share = made.share[rule]
    if share is None:
        return None
    return context.book.add(
        f"rules/{among}{place}/{rule}",
        Interval.exact(share),
        Unit.SHARE,
        Basis.COMPUTED,
        what=f"share of {context.name(found.seller)}'s sales in {found.period} paid with money of "
        f"{_who(context, found, place)}, {rule} rule",
        how=f"funding trace on the closed books from {books_from}: returned {made.returned[rule]:.0f} of receipts "
        f"{made.receipts:.0f}; `loopledger flows --funding {found.seller} --by year`",
        refs=tuple(c.instrument for c in found.contributions if c.funder in made.funders),
    )


def insider_parts(context: PageContext, found: SalesFunding, books_from: str) -> list[Part]:
    """Return how much of a seller's sales insiders paid for: the least, the most, and one rule between them."""
    forced, pooled, possible = (
        _figure(context, found, _INSIDERS, rule, books_from) for rule in ("forced", "pooled", "possible")
    )
    if forced is None or pooled is None or possible is None:
        return []
    who = _who(context, found, _INSIDERS)
    return [
        f" Money of insiders ({who}) paid for between ", forced, " and ", possible, " of it; ", pooled,
        " under the pooled rule.",
    ]  # fmt: skip


def seller_table(context: PageContext, found: Sequence[SalesFunding], books_from: str) -> Table:
    """Return how much of what each of several sellers was paid is insiders' money, by rule."""
    rows = []
    for one in found:
        name = context.name(one.seller)
        made = one.insiders
        receipts = context.book.add(
            f"rules/{one.seller}/receipts", made.receipts, Unit.USD, Basis.COMPUTED,
            what=f"what {name} was paid for sales in {one.period} by others than the insiders of its row, central",
            how=f"closed books from {books_from}; `loopledger flows --funding {one.seller} --by year`",
            refs=tuple(sorted({c.instrument for c in one.contributions if c.funder in made.funders})),
        )  # fmt: skip
        shares = [
            _figure(context, one, _INSIDERS, rule, books_from, among=f"{one.seller}/") for rule in _RULES
        ]
        rows.append((
            Sentence.of(name), Sentence.of(receipts),
            *(Sentence.of("no earmarks" if share is None else share) for share in shares),
        ))  # fmt: skip
    return Table(
        caption=f"Insiders' money in what those who sell most to other parties were paid for sales in "
        f"{found[0].period}, the seller among the insiders, by rule; books from {books_from}, as known on "
        f"{context.snapshot.day}, not cut to the page's window",
        header=("Seller", "Paid by others", *(rule.capitalize() for rule in _RULES)),
        rows=tuple(rows),
    )


def rule_blocks(context: PageContext, found: SalesFunding, books_from: str) -> list[tuple[str, Any]]:
    """Return the shares of the seller's own, its group's and all insiders' money by rule: table, picture, words."""
    name, period = context.name(found.seller), found.period
    labels = {
        _OWN: f"{name}, its own money",
        _GROUP: f"{name} and its group",
        _INSIDERS: "Insiders whose books close and who funded somebody",
    }
    rows, shares = [], []
    for place, made in enumerate(_made(found)):
        if place != _OWN and set(made.funders) == set(found.own.funders):
            continue
        figures = [_figure(context, found, place, rule, books_from) for rule in _RULES]
        who = _who(context, found, place)
        rows.append((
            Sentence.of(labels[place]), Sentence.of(who),
            *(Sentence.of("no earmarks" if figure is None else figure) for figure in figures),
        ))  # fmt: skip
        forced, possible = made.share["forced"], made.share["possible"]
        if forced is not None and possible is not None:
            shares.append(
                ShareRow(
                    label=who if place == _INSIDERS else labels[place],
                    forced=forced,
                    pooled=made.share["pooled"],
                    earmarked=made.share["earmarked"],
                    possible=possible,
                )
            )
    table = Table(
        caption=f"Share of what {name} was paid for sales in {period} that is the funders' own money, by rule; "
        f"books from {books_from}, as known on {context.snapshot.day}, not cut to the page's window",
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
    words = (
        "Cash is fungible, so this is a range: forced is the least that the books allow, possible the most, pooled "
        "and earmarked are two rules between them. Sales among the funders of a row do not count in it. Insiders are "
        "the chipmakers and clouds that funded somebody in these books, and the seller; what others inside fund, such "
        "as developers, is in the picture above and not in this table."
    )
    return [*blocks, ("text", Sentence.of(words))]
