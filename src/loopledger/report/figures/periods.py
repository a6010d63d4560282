"""The time axis of a schedule: every quarter or year between the first and the last, and its labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from loopledger.errors import ModelError
from loopledger.report.figures.text import text_width
from loopledger.units import Quarter

__all__ = ["MOST_QUARTERS", "Axis", "Label", "axis_of", "parse_day", "sort_key"]

#: With more quarters than this the picture turns to years.
MOST_QUARTERS = 40
_SPACE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word under the axis, centred at a position counted in periods from the left end."""

    words: str
    at: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Consecutive periods.

    Parameters
    ----------
    first : int
        Quarter index or year of the first period.
    n_periods : int
        Number of periods, none left out.
    yearly : bool
        Whether a period is a year rather than a quarter.
    """

    first: int
    n_periods: int
    yearly: bool

    def index(self, period: str) -> int:
        """Return the place of a bar's period, counted from 0."""
        quarter = _parse(period)
        return (quarter.year if self.yearly else quarter.index) - self.first

    def name(self, index: int) -> str:
        """Return the name of a period."""
        return str(self.first + index) if self.yearly else str(Quarter(self.first + index))

    def position(self, day: date) -> float | None:
        """Return where a day lies, counted in periods from the left end; None outside the axis."""
        if self.yearly:
            start, end, index = date(day.year, 1, 1), date(day.year, 12, 31), day.year
        else:
            quarter = Quarter.of(day)
            start, end, index = quarter.first, quarter.last, quarter.index
        within = index - self.first + ((day - start).days + 0.5) / ((end - start).days + 1)
        return within if 0 <= index - self.first < self.n_periods else None

    def year_starts(self) -> list[int]:
        """Return the periods that begin a year, the first left out."""
        step = 1 if self.yearly else 4
        return [n for n in range(1, self.n_periods) if (self.first + n) % step == 0]

    def labels(self, slot: float, size: float) -> list[Label]:
        """Return labels that do not touch each other when a period is ``slot`` wide."""
        if self.yearly:
            return _thinned(
                [Label(words=self.name(n), at=n + 0.5, row=0) for n in range(self.n_periods)], slot, size
            )
        quarters = [Label(words=self.name(n)[4:], at=n + 0.5, row=0) for n in range(self.n_periods)]
        shown = quarters if _fit(quarters, slot, size) else []
        years: dict[str, list[int]] = {}
        for n in range(self.n_periods):
            years.setdefault(self.name(n)[:4], []).append(n)
        row = 1 if shown else 0
        centred = [
            Label(words=year, at=self._kept_inside((run[0] + run[-1] + 1) / 2, slot, size), row=row)
            for year, run in years.items()
        ]
        return shown + _thinned(centred, slot, size)

    def _kept_inside(self, at: float, slot: float, size: float) -> float:
        half = text_width("2000", size) / 2 / slot
        return min(max(at, half), max(self.n_periods - half, half))


def axis_of(periods: Iterable[str]) -> Axis:
    """Return the axis that reaches from the first to the last of these periods.

    Raises
    ------
    ModelError
        If one is neither a quarter (``2026Q3``) nor a year (``2026``).
    """
    named = list(periods)
    quarters = [_parse(period) for period in named]
    first, last = min(quarters), max(quarters)
    yearly = any(_is_year(period) for period in named) or last.index - first.index >= MOST_QUARTERS
    if yearly:
        return Axis(first=first.year, n_periods=last.year - first.year + 1, yearly=True)
    return Axis(first=first.index, n_periods=last.index - first.index + 1, yearly=False)


def sort_key(period: str) -> tuple[int, str]:
    """Return a key that puts periods in order of time."""
    return _parse(period).index, period


def parse_day(day: date | str) -> date:
    """Return a knowledge date given as a date or in ISO 8601.

    Raises
    ------
    ModelError
        If it is not a date.
    """
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        msg = f"not a knowledge date: {day!r}"
        raise ModelError(msg, hint="write for instance 2026-11-24") from None


def _is_year(period: str) -> bool:
    return len(period) == 4 and period.isdecimal() and period.isascii()


def _parse(period: str) -> Quarter:
    if _is_year(period):
        return Quarter(4 * int(period))
    try:
        return Quarter.parse(period)
    except ValueError:
        msg = f"not a period of a schedule: {period!r}"
        raise ModelError(msg, hint="write a quarter as 2026Q3 or a year as 2026") from None


def _fit(labels: Sequence[Label], slot: float, size: float) -> bool:
    return all(
        (b.at - a.at) * slot >= (text_width(a.words, size) + text_width(b.words, size)) / 2 + _SPACE
        for a, b in pairwise(labels)
    )


def _thinned(labels: Sequence[Label], slot: float, size: float) -> list[Label]:
    """Return every label, or every second, third and so on, until they fit."""
    step = 1
    while not _fit(labels[::step], slot, size):
        step += 1
    return list(labels[::step])
