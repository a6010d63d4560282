"""Which measures of the scheduled payments moved between two states of knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loopledger.circularity import circulate, find_loops
from loopledger.network import flow_table
from loopledger.register import Snapshot
from loopledger.schedule import Assumptions, expand, promises_from_snapshot

__all__ = ["Movement", "movements"]

#: Most parties in a loop that a comparison counts, as in the command on loops.
_LOOP_LENGTH = 4
_CASES = ("low", "central", "high")
#: Unit and words of each measure.
_MEASURES: Mapping[str, tuple[str, str]] = {
    "n_financing_loops": ("count", f"financing loops of up to {_LOOP_LENGTH} parties"),
    "sum_of_financing_loops": ("USD", "sum of their values, no total"),
    "circulation": ("USD", "circulation, no dollar twice"),
    "paid": ("USD", "paid among the parties"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One measure before and after, in the low, central and high case of the schedule.

    Parameters
    ----------
    name, unit, words : str
    before, after : mapping
        The value by case.
    """

    name: str
    unit: str
    words: str
    before: Mapping[str, float]
    after: Mapping[str, float]

    def __str__(self) -> str:
        was, now = (self._said(side) for side in (self.before, self.after))
        return f"{self.words}: {was} -> {now}"

    def _said(self, side: Mapping[str, float]) -> str:
        if self.unit == "count":
            return f"{side['central']:,.0f} ({side['low']:,.0f} to {side['high']:,.0f})"
        low, central, high = (side[case] / 1e9 for case in _CASES)
        return f"USD {central:,.1f} bn ({low:,.1f} to {high:,.1f})"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        ends = {"from": dict(self.before), "to": dict(self.after)}
        return {"unit": self.unit, "basis": "scheduled", **ends}


def movements(
    before: Snapshot, after: Snapshot, assumptions: Assumptions
) -> tuple[list[Movement], tuple[str, ...]]:
    """Return the measures of two states of knowledge, and the names of the assumptions they rest on."""
    (was, used), (now, more) = (_measure(side, assumptions) for side in (before, after))
    moved = [
        Movement(name=name, unit=unit, words=words, before=was[name], after=now[name])
        for name, (unit, words) in _MEASURES.items()
    ]
    return moved, tuple(sorted(used | more))


def _measure(
    snapshot: Snapshot, assumptions: Assumptions
) -> tuple[dict[str, dict[str, float]], frozenset[str]]:
    """Return what financing loops and circulation come to by case, and the assumptions used."""
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day)
    found: dict[str, dict[str, float]] = {name: {} for name in _MEASURES}
    for case in _CASES:
        table = flow_table(schedule.flows, case=case, earmarks=schedule.earmarks)
        loops = [x for x in find_loops(table, max_length=_LOOP_LENGTH).loops if x.kind == "financing"]
        circulation = circulate(table)
        found["n_financing_loops"][case] = len(loops)
        found["sum_of_financing_loops"][case] = sum(loop.value for loop in loops)
        found["circulation"][case] = circulation.total
        found["paid"][case] = circulation.gross
    return found, frozenset(name for flow in schedule.flows for name in flow.assumptions)
