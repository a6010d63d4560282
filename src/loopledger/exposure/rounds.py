"""Priced rounds of a company, and how far the price of a share moved from one to the latest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import fundings
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.table import load_measures
from loopledger.records import Kind
from loopledger.schedule.sizing import stated_size
from loopledger.units import Interval

__all__ = ["Round", "entry_rounds", "price_ratio", "rounds_of"]

#: Valuations no further apart are of one round.
_SAME = timedelta(days=60)
#: A stake bought no further from a round has its price.
_ENTRY = timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One priced round.

    Parameters
    ----------
    on : datetime.date
    before, after : Stated or None
        [USD] value of the company without and with the new money; at least one is known.
    """

    on: date
    before: Stated | None = None
    after: Stated | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The observations behind it."""
        return tuple(i for s in (self.before, self.after) if s is not None for i in s.ids)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions that its hedges rest on."""
        return tuple(n for s in (self.before, self.after) if s is not None for n in s.assumptions)


def rounds_of(reported: Reported, company: str) -> list[Round]:
    """Return the priced rounds of a company, oldest first; talks and targets are none."""
    figures = [
        (stated, side)
        for metric, side in load_measures().priced_rounds.items()
        for stated in reported.figures_of(company, metric)
        if stated.on is not None and stated.value.low > 0  # a ceiling is no price
    ]
    rounds: list[Round] = []
    for stated, side in sorted(figures, key=lambda f: (f[0].on or date.min, f[1])):
        assert stated.on is not None  # noqa: S101  filtered above
        last = rounds[-1] if rounds else None
        is_same = last is not None and stated.on - last.on <= _SAME
        if last is not None and is_same and getattr(last, side) is None:
            rounds[-1] = _with(last, side, stated)
        else:
            rounds.append(_with(Round(on=stated.on), side, stated))
    return rounds


def _with(one: Round, side: str, stated: Stated) -> Round:
    return replace(one, before=stated) if side == "before" else replace(one, after=stated)


def entry_rounds(rounds: Iterable[Round], days: Sequence[date]) -> list[Round]:
    """Return the rounds at whose price a stake may have been bought, the nearest first.

    Parameters
    ----------
    rounds : iterable of Round
    days : sequence of datetime.date
        When the stake was agreed and paid.

    Returns
    -------
    list of Round
        Those within 120 days of one of the days; empty if there is none.
    """
    near = [(min(abs(r.on - day) for day in days), r) for r in rounds]
    return [r for gap, r in sorted(near, key=lambda n: (n[0], n[1].on)) if gap <= _ENTRY]


def price_ratio(book: Book, company: str, entry: Round, last: Round) -> Interval:
    """Return the price of a share at the last round over that at the entry.

    Notes
    -----
    Price is value before new money over value after the earlier round's. What is not stated is taken from
    the other side less, or plus, the shares sold around the round on record. The low end also takes off all
    shares sold in between, the high end none.
    """
    if entry.on == last.on:
        return Interval.exact(1.0)
    top = last.before.value if last.before else _less(last.after, _raised(book, company, last.on, last.on))
    bottom = (
        entry.after.value if entry.after else _more(entry.before, _raised(book, company, entry.on, entry.on))
    )
    between = _raised(book, company, entry.on, last.on)
    low = max(top.low - between, 0.0) / bottom.high
    central = top.central / bottom.central
    whole = last.after.value if last.after else top
    start = entry.before.value if entry.before else bottom
    high = max(whole.high, top.high) / min(start.low, bottom.low)
    return Interval(min(low, central), central, max(high, central))


def _less(stated: Stated | None, raised: float) -> Interval:
    assert stated is not None  # noqa: S101  a round has a value on one side
    return Interval(*(max(v - raised, 0.0) for v in stated.value.as_tuple()))


def _more(stated: Stated | None, raised: float) -> Interval:
    assert stated is not None  # noqa: S101  a round has a value on one side
    return Interval(*(v + raised for v in stated.value.as_tuple()))


def _raised(book: Book, company: str, first: date, last: date) -> float:
    """Return the shares of a company sold around a round, or between two, on record at central values, [USD]."""
    margin = _SAME if first == last else timedelta(0)
    sold = [
        book.instrument(i)
        for i in fundings(book, payee=company)
        if book.instrument(i).kind is Kind.EQUITY_INVESTMENT
        and first - margin <= book.snapshot.announced_on(i) <= last + margin
        and book.instrument(i).links.part_of is None
        and book.instrument(i).firmness.value == "binding"
    ]
    return sum(stated_size(i.amount, book.assumptions).usd.central for i in sold if i.amount is not None)
