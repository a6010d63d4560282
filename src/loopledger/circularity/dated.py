"""Dated loops: payments one after the other that come back to where they started, within a number of days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.network import FlowTable
from loopledger.network.compiled import compiled
from loopledger.network.graphs import strong_components
from loopledger.network.periods import period_times

__all__ = ["DatedLoop", "DatedLoops", "find_dated_loops"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLoop:
    """Payments that follow each other in time and in parties, back to the first payer.

    Parameters
    ----------
    payments : tuple of int
        Positions in the table, in time order.
    parties : tuple of str
        Payers, in the same order; no party twice.
    periods : tuple of str
        Each later than the one before.
    amount : float
        [currency], the smallest payment: what can have gone all the way round.
    """

    payments: tuple[int, ...]
    parties: tuple[str, ...]
    periods: tuple[str, ...]
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLoops:
    """The dated loops of a table.

    Parameters
    ----------
    loops : tuple of DatedLoop
        Largest amount first, then the shortest, then by their payments.
    truncated : bool
        Whether a limit stopped the search. Then the list holds all loops of the parties that come first
        by name, and some of the next.
    within : int
        Most periods from the first to the last payment: days, months, quarters or numbers, as the labels are.
    max_length : int
        Most parties in a loop.
    """

    loops: tuple[DatedLoop, ...]
    truncated: bool
    within: int
    max_length: int


def find_dated_loops(
    table: FlowTable,
    *,
    within: int,
    max_length: int = 6,
    max_loops: int = 100_000,
    max_steps: int = 20_000_000,
) -> DatedLoops:
    """Return the loops of single payments with increasing dates.

    Parameters
    ----------
    table : FlowTable
        Payments from and to ``outside`` are in no loop.
    within : int
        Most periods between the first and the last payment, >= 1.
    max_length : int
        Most parties in a loop, >= 2.
    max_loops, max_steps : int
        Limits on the loops and on the search steps; the result says whether one was met.

    Returns
    -------
    DatedLoops

    Raises
    ------
    ModelError
        If a limit allows nothing.

    Notes
    -----
    Dates increase strictly: payments of one period have no order. Two payments of the same parties are
    two loops. From each payment the search follows later payments of the receiver, never to a party from
    which the way back is too long.

    References
    ----------
    Kumar and Calders, "2SCENT: an efficient algorithm to enumerate all simple temporal cycles",
    *Proceedings of the VLDB Endowment* 11, 2018 (the definition).

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period=day, payer=payer, payee=payee, kind="other", amount=amount)
    ...     for day, payer, payee, amount in [
    ...         ("2026-01-05", "n", "a", 10), ("2026-01-09", "a", "m", 8), ("2026-02-01", "m", "n", 9),
    ...     ]
    ... ])
    >>> [(loop.parties, loop.amount) for loop in find_dated_loops(table, within=31).loops]
    [(('n', 'a', 'm'), 8.0)]
    >>> find_dated_loops(table, within=10).loops
    ()
    """
    if within < 1 or max_length < 2 or max_loops < 1 or max_steps < 1:
        msg = "a dated loop needs two parties and one period between, and the limits must be at least 1"
        raise ModelError(msg)
    inside = np.flatnonzero(table.among_parties)
    label = strong_components(table.n_parties, table.payer[inside], table.payee[inside])
    kept = inside[label[table.payer[inside]] == label[table.payee[inside]]]
    times = period_times(table.periods)[table.period[kept]]
    order = np.lexsort((kept, times, table.payer[kept]))
    kept, times = kept[order], times[order]
    payer, payee = table.payer[kept], table.payee[kept]
    first = np.searchsorted(payer, np.arange(table.n_parties + 1))
    by_payee = np.argsort(payee, kind="stable")
    first_in = np.searchsorted(payee[by_payee], np.arange(table.n_parties + 1))
    rows = np.full((max_loops + 1, max_length), -1, dtype=np.int32)
    search = compiled(_search, 50 * len(kept))
    n, spent = search(
        first, payee, times, first_in, payer[by_payee], within, max_length, max_loops, max_steps, rows
    )
    loops = [_loop(table, kept[row[row >= 0]]) for row in rows[: min(n, max_loops)]]
    loops.sort(key=lambda loop: (-loop.amount, len(loop.payments), loop.payments))
    return DatedLoops(loops=tuple(loops), truncated=bool(spent), within=within, max_length=max_length)


def _loop(table: FlowTable, payments: IntArray) -> DatedLoop:
    return DatedLoop(
        payments=tuple(payments.tolist()),
        parties=tuple(table.parties[i] for i in table.payer[payments].tolist()),
        periods=tuple(table.periods[t] for t in table.period[payments].tolist()),
        amount=float(table.amount[payments].min()),
    )


def _search(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one search, kept in one piece to compile
    first: IntArray,
    payee: IntArray,
    times: IntArray,
    first_in: IntArray,
    payers: IntArray,
    within: int,
    max_length: int,
    max_loops: int,
    max_steps: int,
    rows: NDArray[np.int32],
) -> tuple[int, bool]:
    """Write a row of payments for each loop; return their number and whether a limit was met. A kernel."""
    n_parties = len(first) - 1
    home, stamp = np.zeros(n_parties, dtype=np.int64), np.full(n_parties, -1, dtype=np.int64)
    queue, on_path = np.zeros(n_parties, dtype=np.int64), np.zeros(n_parties, dtype=np.bool_)
    path, choice = np.zeros(max_length, dtype=np.int64), np.zeros(max_length + 1, dtype=np.int64)
    n_rows = steps = 0
    for root in range(n_parties):
        if first[root] == first[root + 1]:
            continue
        queue[0], begin, end, distance = root, 0, 1, 0
        stamp[root], home[root] = root, 0
        while begin < end and distance < max_length - 1:
            distance += 1
            last = end
            for k in range(begin, last):
                for a in range(first_in[queue[k]], first_in[queue[k] + 1]):
                    steps += 1
                    party = payers[a]
                    if stamp[party] != root:
                        stamp[party], home[party] = root, distance
                        queue[end] = party
                        end += 1
            begin = last
        for start in range(first[root], first[root + 1]):
            if stamp[payee[start]] != root:
                continue
            latest = times[start] + within
            path[0], depth = start, 1
            on_path[payee[start]] = True
            choice[1] = first[payee[start]]
            while depth > 0:
                steps += 1
                if steps > max_steps:
                    return n_rows, True
                party = payee[path[depth - 1]]
                arc = choice[depth]
                if arc == first[party + 1] or times[arc] > latest:
                    on_path[party] = False
                    depth -= 1
                    continue
                choice[depth] += 1
                if times[arc] <= times[path[depth - 1]]:
                    # skip to the first payment that is later
                    low, high = arc + 1, first[party + 1]
                    while low < high:
                        middle = (low + high) // 2
                        if times[middle] <= times[path[depth - 1]]:
                            low = middle + 1
                        else:
                            high = middle
                    choice[depth] = low
                    continue
                to = payee[arc]
                if to == root:
                    if n_rows == max_loops:
                        return n_rows, True
                    for k in range(depth):
                        rows[n_rows, k] = path[k]
                    rows[n_rows, depth] = arc
                    n_rows += 1
                elif not on_path[to] and stamp[to] == root and depth + 1 + home[to] <= max_length:
                    path[depth] = arc
                    depth += 1
                    on_path[to] = True
                    choice[depth] = first[to]
    return n_rows, False
