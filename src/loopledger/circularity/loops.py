"""Loops: simple cycles of payments in which each payee is the next payer."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from loopledger.circularity.cycles import find_cycles
from loopledger.errors import ModelError
from loopledger.network import FlowTable
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass

__all__ = ["Leg", "Loop", "LoopKind", "Loops", "find_loops"]


class LoopKind(StrEnum):
    """Whether supplier money comes back as sales, or two parties merely buy from each other."""

    FINANCING = "financing"
    RECIPROCAL = "reciprocal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """All payments from one party to another in the window.

    Parameters
    ----------
    payer, payee : str
    amount : float
        [currency], their sum.
    instruments : tuple of str
        Ids behind them, sorted.
    classes : frozenset of FlowClass
        What the payments do.
    periods : tuple of int
        Positions of the periods with a payment, ascending.
    funding_periods : tuple of int
        Those with a funding payment.
    kinds : tuple of str
        Kinds of the payments, sorted.
    """

    payer: str
    payee: str
    amount: float
    instruments: tuple[str, ...]
    classes: frozenset[FlowClass]
    periods: tuple[int, ...]
    funding_periods: tuple[int, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A simple cycle of legs.

    Parameters
    ----------
    legs : tuple of Leg
        Each payee is the next payer, the last payee is the first payer.
    kind : LoopKind
        Financing if one leg funds and another one buys, else reciprocal trade.
    value : float
        [currency], the smallest leg.
    time_feasible : bool
        Whether dates ``t1 <= t2 <= ...`` exist on the legs, starting from a funding leg (for
        reciprocal trade: from any leg).
    """

    legs: tuple[Leg, ...]
    kind: LoopKind
    value: float
    time_feasible: bool

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties in the order of payment."""
        return tuple(leg.payer for leg in self.legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops:
    """The loops of a window, largest first, and whether a limit cut the list.

    Parameters
    ----------
    loops : tuple of Loop
    truncated : bool
        Whether the limit on loops or on steps stopped the search.
    complete_to_length : int
        Every loop of so many parties or fewer is in the list; of those longer by one, some may be.
    """

    loops: tuple[Loop, ...]
    truncated: bool
    complete_to_length: int


def find_loops(
    table: FlowTable,
    *,
    max_length: int | None = None,
    max_loops: int = 100_000,
    max_steps: int = 20_000_000,
    max_seconds: float | None = None,
) -> Loops:
    """Return the loops among the parties of a payment table.

    Parameters
    ----------
    table : FlowTable
        The window. Payments from and to ``outside`` are in no loop.
    max_length : int, optional
        Most parties in a loop; default is no limit.
    max_loops, max_steps : int
        Limits on the number of loops and on the search steps; the shortest loops are found first, and
        the result says whether a limit was met. A limit in steps, unlike one in seconds, gives the
        same answer on every machine.
    max_seconds : float, optional
        Limit on the time [s], for whoever cannot wait; default is none.

    Returns
    -------
    Loops
        Sorted by value, largest first, then by length and names.

    Raises
    ------
    ModelError
        If a limit is smaller than any loop needs.

    Notes
    -----
    Loops overlap: the same dollar may be in many of them, so their values are never added. What
    counts no dollar twice is the circulation, see :func:`loopledger.circularity.circulate`.

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer="n", payee="a", kind="funding", amount=10),
    ...     Row(period="1", payer="a", payee="m", kind="purchase", amount=30),
    ...     Row(period="1", payer="m", payee="n", kind="purchase", amount=18),
    ... ])
    >>> [(loop.parties, loop.kind.value, loop.value) for loop in find_loops(table).loops]
    [(('n', 'a', 'm'), 'financing', 10.0)]
    """
    if max_loops < 1 or max_steps < 1 or (max_length is not None and max_length < 2):
        msg = "a loop needs two parties, and the limits on loops and steps must be at least 1"
        raise ModelError(msg)
    legs = _legs(table)
    cycles = find_cycles(
        legs, max_length=max_length, max_cycles=max_loops, max_steps=max_steps, max_seconds=max_seconds
    )
    arcs = {pair: _Arc.of(leg) for pair, leg in legs.items()}
    loops = [_loop([arcs[pair] for pair in pairwise([*cycle, cycle[0]])]) for cycle in cycles.cycles]
    loops.sort(key=lambda loop: (-loop.value, len(loop.legs), loop.parties))
    return Loops(loops=tuple(loops), truncated=cycles.truncated, complete_to_length=cycles.complete_to_length)


def _legs(table: FlowTable) -> dict[tuple[str, str], Leg]:
    """Return one leg for each ordered pair of parties with a payment."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in np.flatnonzero(table.among_parties).tolist():
        rows[table.parties[table.payer[index]], table.parties[table.payee[index]]].append(index)
    legs = {}
    for (payer, payee), indices in rows.items():
        funding = [i for i in indices if TABLE_KINDS[table.kinds[table.kind[i]]] is FlowClass.FUNDING]
        legs[payer, payee] = Leg(
            payer=payer,
            payee=payee,
            amount=float(np.sum(table.amount[indices])),
            instruments=tuple(sorted({table.instruments[table.instrument[i]] for i in indices} - {""})),
            classes=frozenset(TABLE_KINDS[table.kinds[table.kind[i]]] for i in indices),
            periods=tuple(sorted({int(table.period[i]) for i in indices})),
            funding_periods=tuple(sorted({int(table.period[i]) for i in funding})),
            kinds=tuple(sorted({table.kinds[table.kind[i]] for i in indices})),
        )
    return legs


@dataclass(frozen=True, slots=True)
class _Arc:
    """A leg with what is asked of it again and again."""

    leg: Leg
    funds: bool
    buys: bool
    is_lease: bool

    @classmethod
    def of(cls, leg: Leg) -> _Arc:
        funds, buys = FlowClass.FUNDING in leg.classes, FlowClass.PURCHASE in leg.classes
        return cls(leg, funds, buys, leg.kinds == ("lease",))


def _loop(arcs: list[_Arc]) -> Loop:
    starts = _funding_starts(arcs)
    legs = [arc.leg for arc in arcs]
    if starts:  # begin with the funding leg that makes the loop feasible, else with the first one
        kind = LoopKind.FINANCING
        feasible = [i for i in starts if _feasible(legs, i, legs[i].funding_periods or legs[i].periods)]
        first = (feasible or starts)[0]
    else:
        kind = LoopKind.RECIPROCAL
        feasible = [i for i in range(len(legs)) if _feasible(legs, i, legs[i].periods)]
        first = 0
    return Loop(
        legs=tuple(legs[first:] + legs[:first]),
        kind=kind,
        value=min(leg.amount for leg in legs),
        time_feasible=bool(feasible),
    )


def _funding_starts(arcs: list[_Arc]) -> list[int]:
    """Return the positions of the legs that fund while another leg of the loop buys."""
    buyers = [i for i, arc in enumerate(arcs) if arc.buys]
    starts = [i for i, arc in enumerate(arcs) if arc.funds and any(j != i for j in buyers)]
    return starts or [i for i in range(len(arcs)) if _is_supporting_lease(arcs, i)]


def _is_supporting_lease(arcs: list[_Arc], i: int) -> bool:
    """Whether the seller of the leg before rents from its customer: a lease to the seller's benefit."""
    return arcs[i].is_lease and arcs[i - 1].buys and not arcs[i - 1].is_lease


def _feasible(legs: list[Leg], start: int, starts: tuple[int, ...]) -> bool:
    """Return whether the legs can be paid one after the other, each at the earliest date that fits."""
    now = starts[0]
    for leg in legs[start + 1 :] + legs[:start]:
        position = bisect_left(leg.periods, now)
        if position == len(leg.periods):
            return False
        now = leg.periods[position]
    return True
