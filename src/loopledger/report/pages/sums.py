"""Announced sums: the headline, each promise once, and what may still be the same money."""

from __future__ import annotations

from decimal import Decimal

from loopledger.register import Totals
from loopledger.register.telling import say_sum
from loopledger.report.model import Basis, Figure, Part, Record, Unit
from loopledger.report.pages.context import PageContext
from loopledger.units import Interval

__all__ = ["announced_sum", "estimated_sum_parts", "sum_figures"]

#: The assumptions that the ranges of stated sums rest on.
BOUNDS = (
    "bound.about.low",
    "bound.about.high",
    "bound.up_to.low",
    "bound.up_to.central",
    "bound.at_least.high",
)


def sum_figures(
    context: PageContext, key: str, totals: Totals, code: str, *, of: str
) -> tuple[Figure, Figure, Figure | None]:
    """Return the headline, the sum of each promise once, and the most of it that may be counted twice.

    Parameters
    ----------
    context : PageContext
    key : str
        Start of the figures' ids.
    totals : Totals
    code : str
        Currency, ISO 4217; nothing is converted.
    of : str
        Whose promises they are, in words.
    """
    total = totals.currencies[code]
    context.used.update(BOUNDS)
    left_out = {e.id for e in totals.exclusions}
    counted_refs = tuple(sorted(i for i in totals.counted if _in(context, i, code)))
    all_refs = tuple(sorted({*counted_refs, *(i for i in left_out if _in(context, i, code))}))

    headline = announced_sum(
        context,
        f"{key}/headline",
        total.headline_interval,
        total.headline,
        code,
        refs=all_refs,
        what=f"announced sums, every figure added, {code}, {of}",
        how="sum of stated figures; range if the promises are honoured, by bound",
    )
    counted = announced_sum(
        context,
        f"{key}/once",
        total.counted_interval,
        total.counted,
        code,
        refs=counted_refs,
        what=f"announced sums, each promise once, {code}, {of}",
        how="headline less what was cancelled, is superseded, or is part of another promise",
    )
    if not total.overlap_at_most:
        return headline, counted, None
    overlapping = tuple(sorted({i for o in totals.overlaps if o.currency == code for i in o.ids}))
    twice = context.book.add(
        f"{key}/twice",
        float(total.overlap_at_most),
        _unit(code),
        Basis.ANNOUNCED,
        what=f"money of {of} that may be counted twice, at most, {code}",
        how="of each pair of overlapping promises at most the smaller",
        refs=overlapping,
        stated=_stated(total.overlap_at_most, code),
    )
    return headline, counted, twice


def estimated_sum_parts(context: PageContext, key: str, totals: Totals, code: str, *, of: str) -> list[Part]:
    """Return how much of a sum that counts once is our own estimate, its records, and the sum without it.

    Parameters
    ----------
    context, key, totals, code, of
        As of :func:`sum_figures`.

    Returns
    -------
    list of Part
        Empty where a source states every amount.
    """
    every = {i: amount for i, amount in totals.amounts.items() if amount.currency == code}
    own = sorted(i for i in every if context.is_estimated(i))
    if not own:
        return []
    records: list[Part] = [part for id_ in own for part in (" ", Record(id_))]
    if len(own) == len(every):
        return ["all of it is our estimate, in no source", *records]
    factors = context.schedule.assumptions.bound_factors
    figures = []
    for end, ids, basis, what in (
        ("estimate", own, Basis.ESTIMATED, "amounts that no source states"),
        ("stated", sorted(set(every) - set(own)), Basis.ANNOUNCED, "amounts that a source states"),
    ):
        figures.append(
            announced_sum(
                context,
                f"{key}/{end}",
                Interval.total(every[i].interval(factors) for i in ids),
                sum((every[i].value for i in ids), Decimal(0)),
                code,
                refs=tuple(ids),
                basis=basis,
                what=f"announced sums, each promise once, {what}, {code}, {of}",
                how="sum of recorded figures; range if the promises are honoured, by bound",
            )
        )
    return ["of it ", figures[0], " is our estimate, in no source", *records, ", without it ", figures[1]]


def announced_sum(
    context: PageContext,
    id_: str,
    honoured: Interval,
    stated: Decimal,
    code: str,
    *,
    refs: tuple[str, ...],
    basis: Basis = Basis.ANNOUNCED,
    what: str,
    how: str,
) -> Figure:
    """Return the figure of a sum as stated, with the range if its promises are honoured.

    Parameters
    ----------
    context : PageContext
    id_ : str
    honoured : Interval
        [units of the currency] by bound; widened to hold the stated sum.
    stated : Decimal
        [units of the currency]
    code : str
        Currency, ISO 4217.
    refs : tuple of str
    basis : Basis
    what, how : str
    """
    central = float(stated)
    return context.book.add(
        id_,
        Interval(min(honoured.low, central), central, max(honoured.high, central)),
        _unit(code),
        basis,
        what=what,
        how=how,
        refs=refs,
        stated=_stated(stated, code),
    )


def _unit(code: str) -> Unit:
    return Unit.USD if code == "USD" else Unit.CURRENCY


def _stated(value: Decimal, code: str) -> str:
    """Return a sum in words where dollars do not print it."""
    return "" if code == "USD" else say_sum(value, code)


def _in(context: PageContext, id_: str, code: str) -> bool:
    amount = context.snapshot.instruments[id_].amount
    return amount is not None and amount.currency == code
