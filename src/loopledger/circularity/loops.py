"""Loops: simple cycles of payments in which each payee is the next payer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

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
        Whether a limit stopped the enumeration; then every loop shorter than ``complete_to_length``
        parties, and that length itself, is in the list.
    complete_to_length : int
        Longest length that was searched to the end.
    """

    loops: tuple[Loop, ...]
    truncated: bool
    complete_to_length: int


def find_loops(
    table: FlowTable, *, max_length: int | None = None, max_loops: int = 100_000, max_steps: int = 20_000_000
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
    successors: dict[str, list[str]] = defaultdict(list)
    for payer, payee in sorted(legs):
        successors[payer].append(payee)
    cycles, truncated, complete = _cycles(successors, max_length, max_loops, max_steps)
    loops = [_loop([legs[pair] for pair in pairwise([*cycle, cycle[0]])]) for cycle in cycles]
    loops.sort(key=lambda loop: (-loop.value, len(loop.legs), loop.parties))
    return Loops(loops=tuple(loops), truncated=truncated, complete_to_length=complete)


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


def _components(successors: Mapping[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """Yield the strongly connected parts with at least two parties."""
    names = sorted({*successors, *(v for targets in successors.values() for v in targets)})
    if not names:
        return
    position = {name: index for index, name in enumerate(names)}
    pairs = [(position[u], position[v]) for u, targets in successors.items() for v in targets]
    source, target = zip(*pairs, strict=True)
    graph = csr_matrix((np.ones(len(pairs)), (source, target)), shape=(len(names), len(names)))
    _, label = connected_components(graph, directed=True, connection="strong")
    members: dict[int, list[str]] = defaultdict(list)
    for name, part in zip(names, np.asarray(label).tolist(), strict=True):
        members[part].append(name)
    for part in sorted(members.values()):
        inside = set(part)
        if len(part) > 1:
            yield {u: [v for v in successors.get(u, ()) if v in inside] for u in part}


def _cycles(
    successors: Mapping[str, list[str]], max_length: int | None, max_loops: int, max_steps: int
) -> tuple[list[tuple[str, ...]], bool, int]:
    """Return simple cycles by growing length, whether a limit stopped, and the length searched to the end."""
    parts = list(_components(successors))
    longest = max((len(part) for part in parts), default=0)
    limit = longest if max_length is None else min(longest, max_length)
    found: list[tuple[str, ...]] = []
    budget = _Budget(steps=max_steps, loops=max_loops)
    for length in range(2, limit + 1):
        for part in parts:
            if len(part) >= length:
                found.extend(_cycles_of_length(part, length, budget))
                if budget.is_spent():
                    return found, True, length - 1
    return found, False, limit


@dataclass(slots=True)
class _Budget:
    """What is left of the limits."""

    steps: int
    loops: int

    def is_spent(self) -> bool:
        """Return whether a limit is exceeded."""
        return self.steps < 0 or self.loops < 0


def _cycles_of_length(
    successors: Mapping[str, list[str]], length: int, budget: _Budget
) -> Iterator[tuple[str, ...]]:
    """Yield the simple cycles with exactly so many parties, each from its first party by name."""
    for start in sorted(successors):
        home = _distance_home(successors, start, length)
        if start not in home:
            continue
        path = [start]
        choices = [iter(successors[start])]
        on_path = {start}
        while choices:
            budget.steps -= 1
            if budget.is_spent():
                return
            step = next(choices[-1], None)
            if step is None:
                choices.pop()
                on_path.discard(path.pop())
            elif step == start:
                if len(path) == length:
                    budget.loops -= 1
                    if budget.is_spent():
                        return
                    yield tuple(path)
            elif step in home and step not in on_path and len(path) + home[step] <= length:
                path.append(step)
                on_path.add(step)
                choices.append(iter(successors[step]))


def _distance_home(successors: Mapping[str, list[str]], start: str, limit: int) -> dict[str, int]:
    """Return the least number of payments back to the start, over parties that come after it by name."""
    predecessors: dict[str, list[str]] = defaultdict(list)
    for payer, payees in successors.items():
        if payer >= start:
            for payee in payees:
                if payee >= start:
                    predecessors[payee].append(payer)
    home = {}
    frontier, steps = [start], 0
    while frontier and steps < limit:
        steps += 1
        reached = []
        for payee in frontier:
            for payer in predecessors[payee]:
                if payer not in home:
                    home[payer] = steps
                    reached.append(payer)
        frontier = [name for name in reached if name != start]
    return home


def _loop(legs: list[Leg]) -> Loop:
    starts = _funding_starts(legs)
    kind = LoopKind.FINANCING if starts else LoopKind.RECIPROCAL
    if starts:  # begin with the funding leg that makes the loop feasible, else with the first one
        feasible_starts = [
            i for i in starts if _feasible(_rotated(legs, i), legs[i].funding_periods or legs[i].periods)
        ]
        feasible = bool(feasible_starts)
        legs = _rotated(legs, (feasible_starts or starts)[0])
    else:
        feasible = any(_feasible(_rotated(legs, i), legs[i].periods) for i in range(len(legs)))
    return Loop(legs=tuple(legs), kind=kind, value=min(leg.amount for leg in legs), time_feasible=feasible)


def _rotated(legs: list[Leg], start: int) -> list[Leg]:
    return legs[start:] + legs[:start]


def _funding_starts(legs: list[Leg]) -> list[int]:
    """Return the positions of the legs that fund while another leg of the loop buys."""
    starts = [
        i
        for i, leg in enumerate(legs)
        if FlowClass.FUNDING in leg.classes
        and any(FlowClass.PURCHASE in other.classes for j, other in enumerate(legs) if j != i)
    ]
    return starts or [i for i in range(len(legs)) if _is_supporting_lease(legs, i)]


def _is_supporting_lease(legs: list[Leg], i: int) -> bool:
    """Whether the seller of the leg before rents from its customer: a lease to the seller's benefit."""
    before = legs[i - 1]
    sells = FlowClass.PURCHASE in before.classes and set(before.kinds) != {"lease"}
    return legs[i].kinds == ("lease",) and sells


def _feasible(legs: list[Leg], starts: tuple[int, ...]) -> bool:
    """Return whether the legs can be paid one after the other, each at the earliest date that fits."""
    now = starts[0]
    for leg in legs[1:]:
        later = [period for period in leg.periods if period >= now]
        if not later:
            return False
        now = later[0]
    return True
