"""How good the estimates are: each known entry held back, and estimated from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopledger.accounts.entropy import EntropyProblem, Total, fit_entropy
from loopledger.accounts.lines import Period
from loopledger.accounts.payments import tableaus_of
from loopledger.accounts.tableau import Tableau
from loopledger.errors import ModelError
from loopledger.register import Snapshot
from loopledger.schedule import Schedule

__all__ = ["TEST_WIDTH", "HeldBack", "hold_back"]

#: Assumption: how far apart the ends of what is known may lie for an estimate between them to prove something.
TEST_WIDTH = "market.test_width"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A known entry, and what the others say of it.

    Parameters
    ----------
    market, period, entry : str
    low, high : float
        [USD] what is known of it; ``low`` is 0 where only the most is known, ``high`` infinite where only
        the least is.
    most_width : float
        Share of the middle of the known ends by which they may lie apart in a test.
    estimated : float or None
        [USD] with the entry held back; None where the others then contradict each other.
    why : str
        The contradiction, if there is one.
    """

    market: str
    period: str
    entry: str
    low: float
    high: float
    most_width: float
    estimated: float | None
    why: str = ""

    @property
    def width(self) -> float | None:
        """Distance of the known ends over their middle, 0 to 2; None where only one end is known."""
        if self.low <= 0 or not np.isfinite(self.high):
            return None
        return 2 * (self.high - self.low) / (self.high + self.low)

    @property
    def is_test(self) -> bool:
        """Whether an estimate between the ends would prove something: both are known, and near each other."""
        return self.estimated is not None and self.width is not None and self.width <= self.most_width

    @property
    def untested(self) -> str:
        """What an estimate within what is known leaves open, in words; empty for one outside, or with both ends."""
        if self.error is None or self.error != 0 or self.width is not None:
            return ""
        return "no test downward" if np.isfinite(self.high) else "no test upward"

    @property
    def error(self) -> float | None:
        """Estimated less the nearest known end, over that end; 0 within; None without an estimate."""
        if self.estimated is None:
            return None
        nearest = min(max(self.estimated, self.low), self.high)
        return (self.estimated - nearest) / nearest if nearest else 0.0


def hold_back(snapshot: Snapshot, schedule: Schedule, periods: Sequence[Period]) -> tuple[HeldBack, ...]:
    """Return, for each known entry, what the estimate is when that entry alone is held back.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
    periods : sequence of Period

    Returns
    -------
    tuple of HeldBack
        Every figure that a party reports about single payers, and every payment that an exact contract
        fixes.
    """
    most = schedule.assumptions.number(TEST_WIDTH)
    found: list[HeldBack] = []
    for tableau in tableaus_of(snapshot, schedule, periods):
        found += [
            _held(tableau, total, tableau.problem(without=total.name), most)
            for total in tableau.totals
            if total.name in tableau.known
        ]
        for place, cell in enumerate(tableau.cells):
            if cell.lower == cell.upper:
                entry = Total(name=cell.name, cells=np.array([place]), low=cell.lower, high=cell.upper)
                found.append(_held(tableau, entry, tableau.problem(free=place), most))
    return tuple(found)


def _held(tableau: Tableau, entry: Total, problem: EntropyProblem, most_width: float) -> HeldBack:
    """Return an entry beside the estimate of a problem that does not know it."""
    value, why = None, ""
    try:
        value = float(fit_entropy(problem).values[entry.cells].sum())
    except ModelError as error:
        why = error.message
    return HeldBack(
        market=tableau.market,
        period=tableau.period,
        entry=entry.name,
        low=entry.low,
        high=entry.high,
        most_width=most_width,
        estimated=value,
        why=why,
    )
