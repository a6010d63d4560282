"""A loop unrolled: which party stands at which stage, so that every payment runs from left to right.

A loop has no beginning; a picture needs one. The payer of the first leg starts it.
The walk follows the money from there. A payment back to the start arrives at the right end, at the same
party "again". A payment that closes a smaller loop inside (a second funder who is also the cloud) leaves
from a stop of its payer further left, where that party starts too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Stop", "Unrolled", "unroll"]

Hop = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A party at one stage.

    Parameters
    ----------
    party : str
        Its name.
    column : int
        Stage, counted from 0 at the left.
    again : bool
        Whether the party stands further left already.
    """

    party: str
    column: int
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrolled:
    """The stops of a loop and the way of every leg between them.

    Parameters
    ----------
    stops : tuple of Stop
        By column, then by first mention.
    ways : tuple of (int, int)
        For each leg the stops of its payer and its payee; the payee's column is always greater.
    """

    stops: tuple[Stop, ...]
    ways: tuple[tuple[int, int], ...]

    @property
    def n_columns(self) -> int:
        """Number of stages."""
        return 1 + max(stop.column for stop in self.stops)


def unroll(hops: Sequence[Hop]) -> Unrolled:
    """Lay out payer-to-payee pairs in stages.

    Parameters
    ----------
    hops : sequence of (str, str)
        Payer and payee of each leg; the first payer starts the loop. At least one.

    Examples
    --------
    >>> loop = unroll([("N", "A"), ("M", "A"), ("A", "M"), ("M", "N")])
    >>> [(stop.party, stop.column, stop.again) for stop in loop.stops]
    [('N', 0, False), ('M', 0, False), ('A', 1, False), ('M', 2, True), ('N', 3, True)]
    """
    start = hops[0][0]
    parties = list(dict.fromkeys(party for hop in hops for party in hop))
    closing = _closing(hops, parties)
    forward = [hop for hop in dict.fromkeys(hops) if hop not in closing]
    columns = _columns(forward, parties)
    for party in parties:
        receives = any(payee == party for _, payee in forward)
        later = [columns[payee] for payer, payee in forward if payer == party]
        if party != start and not receives and later:
            columns[party] = max(min(later) - 1, 0)
    # (party, column, rank): rank keeps a party's early stop, its main one and its return apart
    early = {
        payer: min(columns[b] for a, b in closing if a == payer and b != start) - 1
        for payer, payee in closing
        if payee != start
    }
    backers = [columns[payer] for payer, payee in closing if payee == start]
    places = [(columns[party], parties.index(party), "main", party) for party in parties]
    places += [(column, parties.index(party), "early", party) for party, column in early.items()]
    if backers:
        places.append((max(backers) + 1, -1, "return", start))
    # a party whose every payment leaves early and which receives nothing needs no second stop
    used = _used(hops, closing, start)
    places = sorted(place for place in places if (place[3], place[2]) in used)
    shift = min(place[0] for place in places)
    index = {(party, kind): n for n, (_, _, kind, party) in enumerate(places)}
    seen: set[str] = set()
    stops = []
    for column, _, _, party in places:
        stops.append(Stop(party=party, column=column - shift, again=party in seen))
        seen.add(party)
    ways = tuple(
        (index[payer], index[payee]) for payer, payee in (_ends(hop, closing, start) for hop in hops)
    )
    return Unrolled(stops=tuple(stops), ways=ways)


def _ends(hop: Hop, closing: set[Hop], start: str) -> tuple[tuple[str, str], tuple[str, str]]:
    payer, payee = hop
    if hop not in closing:
        return (payer, "main"), (payee, "main")
    if payee == start:
        return (payer, "main"), (payee, "return")
    return (payer, "early"), (payee, "main")


def _used(hops: Iterable[Hop], closing: set[Hop], start: str) -> set[tuple[str, str]]:
    return {end for hop in hops for end in _ends(hop, closing, start)}


def _closing(hops: Sequence[Hop], parties: Sequence[str]) -> set[Hop]:
    """Return the pairs that close a loop on a depth-first walk in the order given."""
    payees = {party: list(dict.fromkeys(b for a, b in hops if a == party)) for party in parties}
    open_, done, closing = set[str](), set[str](), set[Hop]()
    for root in parties:
        if root in done:
            continue
        open_.add(root)
        trail = [(root, iter(payees[root]))]
        while trail:
            party, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                trail.pop()
                open_.discard(party)
                done.add(party)
            elif following in open_:
                closing.add((party, following))
            elif following not in done:
                open_.add(following)
                trail.append((following, iter(payees[following])))
    return closing


def _columns(forward: Sequence[Hop], parties: Sequence[str]) -> dict[str, int]:
    """Return each party's longest distance from a party that receives nothing; the pairs have no cycle."""
    columns = dict.fromkeys(parties, 0)
    for _ in parties:
        moved = False
        for payer, payee in forward:
            if columns[payee] <= columns[payer]:
                columns[payee] = columns[payer] + 1
                moved = True
        if not moved:
            break
    return columns
