"""Where the arcs and ribbons of a chord picture stand: angles only, in radians clockwise from the top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.report.figures.payments import Gathered, Ribbon

__all__ = ["Arc", "Chord", "plan_chord"]

#: Free angle between two arcs, and the most that all of them together take of the circle.
_GAP, _MOST_GAP = math.radians(3.0), 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """The part of the circle that a node has."""

    first: float
    last: float

    @property
    def middle(self) -> float:
        """Angle of its middle."""
        return (self.first + self.last) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chord:
    """A ribbon with the parts of the arcs that it leaves from and arrives at."""

    ribbon: Ribbon
    leaves: Arc
    arrives: Arc


def plan_chord(found: Gathered) -> tuple[tuple[Arc, ...], tuple[Chord, ...]]:
    """Return the arc of each node and the two ends of each ribbon.

    Parameters
    ----------
    found : Gathered
        With at least one payment above zero between its nodes.

    Returns
    -------
    arcs : tuple of Arc
        One for each node, in proportion to all that it pays and is paid.
    chords : tuple of Chord
        One for each ribbon, in its order; both ends are as wide as its central amount.

    Notes
    -----
    Along an arc the ends stand in the order of the nodes that they lead to, so that the ribbons of a node do
    not cross each other.
    """
    n = len(found.nodes)
    gap = min(_GAP, _MOST_GAP * 2 * math.pi / n)
    per_unit = (2 * math.pi - n * gap) / sum(node.pays + node.gets for node in found.nodes)
    arcs, start = [], gap / 2
    for node in found.nodes:
        end = start + (node.pays + node.gets) * per_unit
        arcs.append(Arc(first=start, last=end))
        start = end + gap
    leaves: dict[int, Arc] = {}
    arrives: dict[int, Arc] = {}
    for node_place, arc in enumerate(arcs):
        at = arc.first
        for place, is_payer in _ends(found.ribbons, node_place, n):
            end = at + found.ribbons[place].central * per_unit
            (leaves if is_payer else arrives)[place] = Arc(first=at, last=end)
            at = end
    chords = tuple(
        Chord(ribbon=ribbon, leaves=leaves[place], arrives=arrives[place])
        for place, ribbon in enumerate(found.ribbons)
    )
    return tuple(arcs), chords


def _ends(ribbons: Sequence[Ribbon], node: int, n: int) -> list[tuple[int, bool]]:
    """Return the ribbons that touch a node, clockwise along its arc, and whether the node pays."""
    ends = [
        (place, ribbon.payer == node)
        for place, ribbon in enumerate(ribbons)
        if node in (ribbon.payer, ribbon.payee)
    ]

    def order(end: tuple[int, bool]) -> tuple[int, int]:
        ribbon = ribbons[end[0]]
        other = ribbon.payee if end[1] else ribbon.payer
        # ribbons of one pair keep their order at one end and turn it round at the other
        return ((node - other) % n, end[0] if node < other else -end[0])

    return sorted(ends, key=order)
