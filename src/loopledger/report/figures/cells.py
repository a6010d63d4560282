"""The flows of a schedule as a picture takes them, added up to what it draws, and their table twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import check_range, format_short
from loopledger.report.figures.certainty import CERTAINTIES
from loopledger.report.figures.legs import Role, Table
from loopledger.report.figures.periods import Axis, sort_key
from loopledger.report.figures.style import FUNDING_TONES, OTHER_TONE, PURCHASE_TONES
from loopledger.report.figures.text import clean

__all__ = ["Cell", "ScheduleBar", "Total", "add_up", "schedule_table", "totals"]

_DIRECTIONS = {"purchase": "purchase", "funding": "funding", "other": "other payment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBar:
    """One flow in one period.

    Parameters
    ----------
    period : str
        Quarter ``2026Q3`` or year ``2026``.
    series : str
        What the flow belongs to, for instance ``Anthropic to Microsoft: compute``.
    low, central, high : float
        Amount [units of the currency].
    certainty : {'contracted', 'conditional', 'optional', 'indicative'}
        How sure the payment is.
    href : str
        Address that the bar leads to; empty for none.
    role : {'purchase', 'funding', 'other'}
        Colours the bar; funding is drawn below the axis, all else above, unless ``below`` says otherwise.
    below : bool, optional
        Whether the bar hangs below the axis.
    ids : tuple of str
        Register ids behind it, for the table.

    Raises
    ------
    ModelError
        If the certainty or role is unknown or the amounts are out of order.
    """

    period: str
    series: str
    low: float
    central: float
    high: float
    certainty: str = "contracted"
    href: str = ""
    role: Role = "purchase"
    below: bool | None = field(default=None, repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)

    @property
    def hangs(self) -> bool:
        """Whether the bar hangs below the axis."""
        return self.role == "funding" if self.below is None else self.below

    def __post_init__(self) -> None:
        what = f"bar {self.series!r} in {self.period}"
        if self.certainty not in CERTAINTIES or self.role not in _DIRECTIONS:
            msg = f"{what}: unknown certainty {self.certainty!r} or role {self.role!r}"
            raise ModelError(msg, hint=f"certainty is one of {', '.join(CERTAINTIES)}")
        check_range(self.low, self.central, self.high, what=what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is drawn as one segment: a series in a period at one certainty.

    Parameters
    ----------
    index : int
        Period, counted from 0.
    below : bool
        Whether it hangs below the axis.
    series, tone, certainty : str
        Whose, in which colour family, how sure.
    low, central, high : float
        Sums, bound by bound.
    href : str
        Empty where the flows lead to different places.
    """

    index: int
    below: bool
    series: str
    tone: str
    certainty: str
    low: float
    central: float
    high: float
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """All segments of one side of the axis in one period, bound by bound."""

    index: int
    below: bool
    low: float
    central: float
    high: float


def add_up(bars: Sequence[ScheduleBar], axis: Axis) -> list[Cell]:
    """Return the segments of a picture: by period, side, certainty and series.

    Each side has four colours; of more series than that the smallest share the last colour and one name.
    """
    names = _series(bars)
    sums: dict[tuple[int, bool, int, str, str], list[ScheduleBar]] = {}
    for bar in bars:
        series, tone = names[bar.role, bar.series]
        rank = CERTAINTIES.index(bar.certainty)
        sums.setdefault((axis.index(bar.period), bar.hangs, rank, tone, series), []).append(bar)
    cells = []
    for (index, below, rank, tone, series), group in sorted(sums.items()):
        targets = {bar.href for bar in group}
        cells.append(
            Cell(
                index=index,
                below=below,
                series=series,
                tone=tone,
                certainty=CERTAINTIES[rank],
                low=sum(bar.low for bar in group),
                central=sum(bar.central for bar in group),
                high=sum(bar.high for bar in group),
                href=targets.pop() if len(targets) == 1 else "",
            )
        )
    return cells


def totals(cells: Sequence[Cell]) -> list[Total]:
    """Return the sums over each side of each period."""
    sums: dict[tuple[int, bool], list[Cell]] = {}
    for cell in cells:
        sums.setdefault((cell.index, cell.below), []).append(cell)
    return [
        Total(
            index=index,
            below=below,
            low=sum(cell.low for cell in group),
            central=sum(cell.central for cell in group),
            high=sum(cell.high for cell in group),
        )
        for (index, below), group in sums.items()
    ]


def _series(bars: Sequence[ScheduleBar]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return for each role and series the name and the colour family it is drawn with."""
    drawn: dict[tuple[str, str], tuple[str, str]] = {}
    for role, tones in (("purchase", PURCHASE_TONES), ("funding", FUNDING_TONES), ("other", (OTHER_TONE,))):
        sizes: dict[str, float] = {}
        for bar in bars:
            if bar.role == role:
                sizes[bar.series] = sizes.get(bar.series, 0.0) + bar.high
        # the widest first; equal ones by name, so that the order of the input does not matter
        ranked = sorted(sizes, key=lambda series, sizes=sizes: (-sizes[series], series))  # type: ignore[misc]
        n_alone = len(tones) if len(ranked) <= len(tones) else len(tones) - 1
        rest = f"{len(ranked) - n_alone} other {'funding' if role == 'funding' else 'payment'} series"
        for n, series in enumerate(ranked):
            drawn[role, series] = (series, tones[n]) if n < n_alone else (rest, tones[-1])
    return drawn


def schedule_table(
    bars: Sequence[ScheduleBar], *, unit: str = "USD", sides: tuple[str, str] | None = None
) -> Table:
    """Return the table twin of a schedule picture: a header and one row a bar, in order of time.

    Parameters
    ----------
    bars : sequence of ScheduleBar
        As given to the picture.
    unit : str
        Currency of all amounts, ISO 4217.
    sides : (str, str), optional
        As given to the picture; then the ids behind each bar stand in the table too.
    """
    header = ("Period", "Series", "Side" if sides else "Direction", "Certainty", "Low", "Central", "High")
    rows = tuple(
        (
            clean(bar.period),
            clean(bar.series),
            clean(sides[bar.hangs]) if sides else _DIRECTIONS[bar.role],
            bar.certainty,
            *(format_short(value, unit) for value in (bar.low, bar.central, bar.high)),
            *([", ".join(clean(identifier) for identifier in bar.ids)] if sides else []),
        )
        for bar in sorted(bars, key=lambda bar: sort_key(bar.period))
    )
    return (*header, *(["Instruments"] if sides else [])), rows
