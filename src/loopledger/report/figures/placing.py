"""Where everything in a loop picture stands: stages, lanes, bars and names.

Between two neighbouring stages every payment has a lane of its own, wide enough for its band and for the
words under it. Lanes are stacked, never crossed by words: the names of the parties keep to the zone around
their bars, the words of the lanes to the zone between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from loopledger.report.figures.settle import settle
from loopledger.report.figures.svg import MARGIN, WIDTH
from loopledger.report.figures.unroll import Unrolled

__all__ = ["Bar", "Grid", "Lane", "Placed", "place"]

BAR_WIDTH = 9.0
_LANE_SPACE, _STOP_SPACE = 12.0, 16.0
_THINNEST_BAR, _NAME_SPACE = 22.0, 5.0
_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The horizontal division: where stages stand and how much words may take.

    Parameters
    ----------
    n_columns : int
        Number of stages.
    single_file : bool
        Whether every stage holds one party, so that names and words cannot meet.
    """

    n_columns: int
    single_file: bool

    @property
    def name_width(self) -> float:
        """Width that the name of a party may take."""
        if self.n_columns <= 5:
            return {2: 150.0, 3: 130.0, 4: 104.0}.get(self.n_columns, 84.0)
        between = 6.0 if self.single_file else 22.0
        return (WIDTH - 2 * MARGIN - between * (self.n_columns - 1)) / self.n_columns

    @property
    def pitch(self) -> float:
        """Distance between two stages."""
        return (WIDTH - 2 * MARGIN - self.name_width) / max(self.n_columns - 1, 1)

    @property
    def label_width(self) -> float:
        """Width that the words of a lane may take."""
        free = self.pitch - (BAR_WIDTH + 8 if self.single_file else self.name_width + 6)
        return min(free, 240.0)

    @property
    def bend(self) -> float:
        """Width on either side of a gap in which bands may bend."""
        return min(max((self.pitch - BAR_WIDTH - self.label_width) / 2, 6.0), 70.0)

    def x(self, column: int) -> float:
        """Return the middle of a stage's bars."""
        return MARGIN + self.name_width / 2 + column * self.pitch


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The part of a leg between two neighbouring stages.

    Parameters
    ----------
    leg : int
        Index of the leg.
    column : int
        The stage at its left end.
    tail, head : int
        Places at its two ends: stops first, then passing points of long legs.
    thickness : float
        Height of its widest band.
    below : float
        Height of the words under the band.
    """

    leg: int
    column: int
    tail: int
    head: int
    thickness: float
    below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A party's bar at one stage, and where its name stands.

    Parameters
    ----------
    x, top, height : float
        Of the bar; x is its middle.
    name_bottom : float
        Lowest edge of the name.
    """

    x: float
    top: float
    height: float
    name_bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """All positions of a loop picture.

    Parameters
    ----------
    bars : tuple of Bar
        One per stop.
    tracks : tuple of tuple of (float, float)
        For each leg the points its middle line runs through, flat between pairs of them:
        a bar, then for each gap the two ends of the lane, and the other bar.
    top, bottom : float
        Extent.
    """

    bars: tuple[Bar, ...]
    tracks: tuple[tuple[tuple[float, float], ...], ...]
    top: float
    bottom: float


def place(
    loop: Unrolled, thickness: Sequence[float], below: Sequence[float], name_heights: Sequence[float]
) -> Placed:
    """Place an unrolled loop.

    Parameters
    ----------
    loop : Unrolled
        Stops and ways.
    thickness, below : sequence of float
        For each leg the height of its widest band and of its words.
    name_heights : sequence of float
        For each stop the height of its name.
    """
    return _Placing(loop, thickness, below, name_heights).placed()


class _Placing:
    """The working state of :func:`place`."""

    def __init__(
        self,
        loop: Unrolled,
        thickness: Sequence[float],
        below: Sequence[float],
        name_heights: Sequence[float],
    ) -> None:
        self.loop = loop
        self.grid = grid_of(loop)
        self.thickness = thickness
        self.name_heights = name_heights
        self.columns = [stop.column for stop in loop.stops]
        self.lanes: list[Lane] = []
        for leg, (tail, head) in enumerate(loop.ways):
            self._add_lanes(leg, tail, head, below[leg])
        self.order = self._ordered()
        self.gaps = [
            sorted((lane for lane in self.lanes if lane.column == column), key=self._lane_rank)
            for column in range(loop.n_columns - 1)
        ]
        self._at = {
            side: [
                [lane for gap in self.gaps for lane in gap if getattr(lane, side) == n]
                for n in range(len(self.columns))
            ]
            for side in ("tail", "head")
        }
        self.y = dict.fromkeys(range(len(self.columns)), 0.0)
        self.lane_y = dict.fromkeys(self.lanes, 0.0)
        for _ in range(_ROUNDS):
            self._settle_lanes()
            self._settle_places()
        self._settle_lanes()

    def _add_lanes(self, leg: int, tail: int, head: int, below: float) -> None:
        place_ = tail
        for column in range(self.columns[tail], self.columns[head]):
            last = column + 1 == self.columns[head]
            if not last:
                self.columns.append(column + 1)
            following = head if last else len(self.columns) - 1
            first = place_ == tail
            self.lanes.append(
                Lane(
                    leg=leg,
                    column=column,
                    tail=place_,
                    head=following,
                    thickness=self.thickness[leg],
                    below=below if first else 0.0,
                )
            )
            place_ = following

    def _ordered(self) -> list[list[int]]:
        """Return the places of each stage from top to bottom, with few crossings."""
        order = [
            [n for n, column in enumerate(self.columns) if column == wanted]
            for wanted in range(self.loop.n_columns)
        ]
        best, n_best = [list(row) for row in order], self._crossings(order)
        for sweep in range(6):
            rows = range(1, len(order)) if sweep % 2 == 0 else range(len(order) - 2, -1, -1)
            for row in rows:
                other = order[row - 1] if sweep % 2 == 0 else order[row + 1]
                order[row].sort(key=lambda n, other=other: self._barycentre(n, other))  # type: ignore[misc]
            n_crossings = self._crossings(order)
            if n_crossings < n_best:
                best, n_best = [list(row) for row in order], n_crossings
        return best

    def _barycentre(self, n: int, other: Sequence[int]) -> float:
        near = [other.index(lane.tail) for lane in self.lanes if lane.head == n and lane.tail in other]
        near += [other.index(lane.head) for lane in self.lanes if lane.tail == n and lane.head in other]
        return sum(near) / len(near) if near else len(other) / 2

    def _crossings(self, order: Sequence[Sequence[int]]) -> int:
        rank = {n: position for row in order for position, n in enumerate(row)}
        return sum(
            (rank[a.tail] - rank[b.tail]) * (rank[a.head] - rank[b.head]) < 0
            for n, a in enumerate(self.lanes)
            for b in self.lanes[:n]
            if a.column == b.column
        )

    def _lane_rank(self, lane: Lane) -> tuple[int, int, int]:
        return (
            self.order[lane.column].index(lane.tail),
            self.order[lane.column + 1].index(lane.head),
            lane.leg,
        )

    def _name_height(self, n: int) -> float:
        return self.name_heights[n] if n < len(self.name_heights) else 0.0

    def _settle_lanes(self) -> None:
        for gap in self.gaps:
            before = [lane.thickness / 2 for lane in gap]
            after = [lane.thickness / 2 + lane.below + _LANE_SPACE for lane in gap]
            for n in range(1, len(gap)):
                names = [
                    self._name_height(end)
                    for end, above in ((gap[n].tail, gap[n - 1].tail), (gap[n].head, gap[n - 1].head))
                    if end != above
                ]
                before[n] += max(names, default=0.0)
            wanted = [(self._port(lane, "tail") + self._port(lane, "head")) / 2 for lane in gap]
            weights = [lane.thickness for lane in gap]
            self.lane_y.update(zip(gap, settle(wanted, before, after, weights), strict=True))

    def _settle_places(self) -> None:
        for row in self.order:
            half = [self._bar_height(n) / 2 for n in row]
            before = [self._name_height(n) + extent for n, extent in zip(row, half, strict=True)]
            after = [extent + _STOP_SPACE for extent in half]
            weights = [2 * extent + 0.1 for extent in half]
            settled = settle([self._wanted(n) for n in row], before, after, weights)
            self.y.update(zip(row, settled, strict=True))

    def _wanted(self, n: int) -> float:
        """Return where a place would like to be: level with its lanes, the thick ones above all."""
        pulls = [
            (self.lane_y[lane] - self._port(lane, side), lane.thickness)
            for side in ("tail", "head")
            for lane in self._at[side][n]
        ]
        total = sum(weight for _, weight in pulls)
        return self.y[n] + (sum(pull * weight for pull, weight in pulls) / total if pulls else 0.0)

    def _port(self, lane: Lane, side: str) -> float:
        """Return where a lane meets the bar at its tail or head: packed, around the bar's middle."""
        n: int = getattr(lane, side)
        lanes = self._at[side][n]
        above = sum(other.thickness for other in lanes[: lanes.index(lane)])
        return self.y[n] + above + (lane.thickness - sum(other.thickness for other in lanes)) / 2

    def _bar_height(self, n: int) -> float:
        into = sum(lane.thickness for lane in self._at["head"][n])
        out = sum(lane.thickness for lane in self._at["tail"][n])
        thinnest = _THINNEST_BAR if n < len(self.loop.stops) else 0.0
        return max(into, out, thinnest)

    def placed(self) -> Placed:
        """Return the positions."""
        tracks = tuple(self._track(leg) for leg in range(len(self.loop.ways)))
        bars = self._bars()
        bottoms = [self.lane_y[lane] + lane.thickness / 2 + lane.below for lane in self.lanes]
        tops = [bar.name_bottom - height for bar, height in zip(bars, self.name_heights, strict=True)]
        tops += [self.lane_y[lane] - lane.thickness / 2 for lane in self.lanes]
        bottoms += [bar.top + bar.height for bar in bars]
        return Placed(bars=bars, tracks=tracks, top=min(tops), bottom=max(bottoms))

    def _track(self, leg: int) -> tuple[tuple[float, float], ...]:
        points: list[tuple[float, float]] = []
        lanes = [lane for lane in self.lanes if lane.leg == leg]
        for lane in lanes:
            left = self.grid.x(lane.column) + BAR_WIDTH / 2
            right = self.grid.x(lane.column + 1) - BAR_WIDTH / 2
            y = self.lane_y[lane]
            points += [
                (left, self._port(lane, "tail")),
                (left + self.grid.bend, y),
                (right - self.grid.bend, y),
                (right, self._port(lane, "head")),
            ]
        return tuple(points)

    def _bars(self) -> tuple[Bar, ...]:
        bars: dict[int, Bar] = {}
        for row in self.order:
            above = float("-inf")
            for n in row:
                half = self._bar_height(n) / 2
                if n < len(self.loop.stops):
                    bars[n] = self._bar(n, half, above)
                above = self.y[n] + half
        level = min(bar.name_bottom for bar in bars.values())
        return tuple(
            replace(bar, name_bottom=level) if self.grid.single_file else bar
            for _, bar in sorted(bars.items())
        )

    def _bar(self, n: int, half: float, above: float) -> Bar:
        """Return a bar whose name clears its own lanes, as far as the place above leaves room."""
        top = self.y[n] - half
        own = [
            self.lane_y[lane] - lane.thickness / 2 for side in ("tail", "head") for lane in self._at[side][n]
        ]
        highest = min(above + self._name_height(n) + 2, top - _NAME_SPACE)
        name_bottom = max(min([top, *own]) - _NAME_SPACE, highest)
        return Bar(x=self.grid.x(self.columns[n]), top=top, height=2 * half, name_bottom=name_bottom)


def grid_of(loop: Unrolled) -> Grid:
    """Return the horizontal division that suits an unrolled loop."""
    columns = [stop.column for stop in loop.stops]
    adjacent = all(loop.stops[b].column - loop.stops[a].column == 1 for a, b in loop.ways)
    return Grid(n_columns=loop.n_columns, single_file=adjacent and len(set(columns)) == len(columns))
