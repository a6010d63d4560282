"""The figure of a promise as its source states it."""

from __future__ import annotations

from datetime import date

from loopledger.report.model import Basis, Figure, FigureBook, Unit
from loopledger.report.wording import say_quantity
from loopledger.schedule import Assumptions, Promise
from loopledger.schedule.sizing import stated_size

__all__ = ["stated_figure"]


def stated_figure(
    book: FigureBook,
    promise: Promise,
    assumptions: Assumptions,
    *,
    id_: str,
    what: str,
    as_of: date,
    estimated: bool = False,
) -> Figure | str:
    """Return a promise's sum or capacity as a figure; words where its source states neither.

    Parameters
    ----------
    book : FigureBook
    promise : Promise
    assumptions : Assumptions
    id_, what : str
        Of the figure.
    as_of : datetime.date
    estimated : bool
        Whether the sum is the editors' own arithmetic, stated by no source.
    """
    text = say_quantity(promise)
    if promise.amount is not None:
        size = stated_size(promise.amount, assumptions)
        how = f"{'our estimate, recorded as' if estimated else 'stated as'} {text}; range if honoured" + (
            f" under {', '.join(size.assumptions)}" if size.assumptions else ""
        )
        return book.add(
            id_,
            size.usd,
            Unit.USD,
            Basis.ESTIMATED if estimated else Basis.ANNOUNCED,
            what=what,
            how=how,
            refs=(promise.id,),
            stated=text,
            as_of=as_of,
        )
    if promise.capacity is not None:
        interval = promise.capacity.interval(assumptions.bound_factors).scaled(0.001)
        return book.add(
            id_, interval, Unit.GIGAWATT, Basis.ANNOUNCED, what=what, how=f"stated as {text}", refs=(promise.id,),
            stated=text, as_of=as_of,
        )  # fmt: skip
    return text
