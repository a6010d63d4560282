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


def periods_between(
    first: Quarter, last: Quarter, by: str, *, reported_to: Quarter | None = None
) -> tuple[Period, ...]:
    """Return the periods of a window.

    Parameters
    ----------
    first, last : Quarter
        Both included.
    by : {"quarter", "year"}
    reported_to : Quarter, optional
        The last quarter of which figures are reported: the year that holds it is cut after it, so that no
        half year of figures stands beside a whole year of contracts.

    Raises
    ------
    ModelError
        If the window ends before it begins, or ``by`` is something else.

    Examples
    --------
    >>> [p.label for p in periods_between(Quarter.parse("2025Q1"), Quarter.parse("2026Q2"), "year")]
    ['2025', '2026Q1-Q2']
    >>> reported = Quarter.parse("2026Q2")
    >>> made = periods_between(Quarter.parse("2026Q1"), Quarter.parse("2027Q4"), "year", reported_to=reported)
    >>> [p.label for p in made]
    ['2026Q1-Q2', '2026Q3-Q4', '2027']
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
    years: dict[tuple[int, bool], list[Quarter]] = {}
    for quarter in quarters:
        is_later = reported_to is not None and quarter > reported_to
        years.setdefault((quarter.year, is_later), []).append(quarter)
    return tuple(Period(label=_year_label(part), quarters=tuple(part)) for part in years.values())


def _year_label(quarters: list[Quarter]) -> str:
    head, tail = quarters[0], quarters[-1]
    if len(quarters) == 4:
        return str(head.year)
    return str(head) if head == tail else f"{head}-Q{tail.index % 4 + 1}"
