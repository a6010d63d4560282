"""The periods of accounts: quarters, or years made of them."""

from __future__ import annotations

from loopledger.accounts.lines import Period
from loopledger.errors import ModelError, NotFoundError
from loopledger.units import Quarter

__all__ = ["WAYS", "periods_between", "read_quarter"]

#: The lengths of period that accounts are stated by.
WAYS = ("quarter", "year")


def read_quarter(text: str, *, last: bool) -> Quarter:
    """Return the quarter that a label names; a year stands for its first or its last.

    Raises
    ------
    NotFoundError
        If the label is neither.

    Examples
    --------
    >>> str(read_quarter("2025", last=True))
    '2025Q4'
    """
    if len(text) == 4 and text.isdigit():
        return Quarter(4 * int(text) + (3 if last else 0))
    try:
        return Quarter.parse(text)
    except ValueError:
        msg = f"{text!r} is neither a quarter nor a year"
        raise NotFoundError(msg, hint="write 2026Q1 or 2026") from None


def periods_between(first: Quarter, last: Quarter, by: str) -> tuple[Period, ...]:
    """Return the periods of a window.

    Parameters
    ----------
    first, last : Quarter
        Both included.
    by : {"quarter", "year"}

    Raises
    ------
    ModelError
        If the window ends before it begins, or ``by`` is something else.

    Examples
    --------
    >>> [p.label for p in periods_between(Quarter.parse("2025Q1"), Quarter.parse("2026Q2"), "year")]
    ['2025', '2026Q1-Q2']
    """
    if first > last:
        msg = f"the window ends in {last} before it begins in {first}"
        raise ModelError(msg, hint="swap the ends")
    if by not in WAYS:
        msg = f"accounts are not stated by {by!r}"
        raise ModelError(msg, hint=f"by {' or '.join(WAYS)}")
    quarters = [Quarter(index) for index in range(first.index, last.index + 1)]
    if by == "quarter":
        return tuple(Period(label=str(q), quarters=(q,)) for q in quarters)
    years: dict[int, list[Quarter]] = {}
    for quarter in quarters:
        years.setdefault(quarter.year, []).append(quarter)
    return tuple(Period(label=_year_label(part), quarters=tuple(part)) for part in years.values())


def _year_label(quarters: list[Quarter]) -> str:
    head, tail = quarters[0], quarters[-1]
    if len(quarters) == 4:
        return str(head.year)
    return str(head) if head == tail else f"{head}-Q{tail.index % 4 + 1}"
