"""First in, first out and last in, first out: which receipts a treasury pays from, in the order of its payments.

A treasury is a row of lots, each of one colour. A payment takes lots from the front (first in first out) or
from the back (last in first out), and they join the back of the receiver's row in the order in which they
leave.

Payments are settled by period, those of one period in the order of the table. What a payer cannot cover
when its payment's turn comes waits for the end of the period. Then payments that wait for each other in a
circle are set off against each other, without colour. Then those pay who wait for nobody, in the order of
their first waiting payment, and after them whoever waits for nobody any more, in the order in which that comes
about. What is still missing is unexplained money, which has no colour.

Circles are looked for from the first waiting payment on, always along the receiver's first waiting payment
that leads to one; each is set off by its smallest payment, until there are none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.colour import Colouring
from loopledger.circularity.fates import Fates
from loopledger.network import Treasuries
from loopledger.network.compiled import compiled

__all__ = ["trace_ordered"]

IntArray = NDArray[np.int64]

#: What the receiver of a payment does with its colour.
_PASSES_ON, _BEYOND, _ABSORBS, _LEAKS = 0, 1, 2, 3


def trace_ordered(colouring: Colouring, treasuries: Treasuries, *, last_first: bool) -> Fates:
    """Return where the outlays end if treasuries pay from their oldest or from their newest receipts.

    Parameters
    ----------
    colouring : Colouring
    treasuries : Treasuries
        Of the same table.
    last_first : bool
        Whether the newest receipts are paid out first.

    Returns
    -------
    Fates
        Exact: money is counted in whole units.

    Notes
    -----
    Every step moves colour with money from one treasury to another within the books, so the result is
    one of the allocations between forced and possible.

    References
    ----------
    Devaynes v Noble (Clayton's Case), 1816, 1 Mer 572: first in, first out in a running account.
    """
    table = colouring.table
    receives = np.where(colouring.follows, np.where(colouring.relevant, _PASSES_ON, _BEYOND), _ABSORBS)
    receives[table.is_outside] = _LEAKS
    n = len(table)
    trace = compiled(_trace, 20 * n)
    ends = np.zeros(5, dtype=np.int64)
    trace(
        treasuries.order, table.period, table.payer, table.payee, treasuries.amount, treasuries.opening,
        colouring.follows, receives, colouring.source, colouring.counted, last_first, ends,
    )  # fmt: skip
    outlays = sum(treasuries.amount[colouring.source].tolist())
    money = treasuries.unit.money
    returned, absorbed, leaked, beyond, held = ends.tolist()
    return Fates(
        outlays=money(outlays), returned=money(returned), absorbed=money(absorbed), leaked=money(leaked),
        beyond=money(beyond), held=money(held),
        residual=money(outlays - returned - absorbed - leaked - beyond - held),
    )  # fmt: skip


def _trace(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one loop over all payments, kept in one piece to compile
    order: IntArray,
    period: IntArray,
    payer: IntArray,
    payee: IntArray,
    amount: IntArray,
    opening: IntArray,
    follows: NDArray[np.bool_],
    receives: IntArray,
    source: NDArray[np.bool_],
    counted: NDArray[np.bool_],
    last_first: bool,  # noqa: FBT001 - kernels take no keywords
    ends: IntArray,
) -> None:
    """Settle all payments; a kernel. ``ends`` takes returned, absorbed, leaked, beyond and held."""
    n_parties, n = len(opening), len(order)
    # lots: a pool of linked rows, one for each party, and a list of free places
    room = 4 * n_parties + 1024
    lot_amount, lot_next = np.zeros(room, dtype=np.int64), np.arange(1, room + 1)
    lot_colour = np.zeros(room, dtype=np.bool_)
    free, n_free = 0, room
    front, back = np.full(n_parties, -1, dtype=np.int64), np.full(n_parties, -1, dtype=np.int64)
    cash = np.zeros(n_parties, dtype=np.int64)
    # waiting payments of the period: linked rows by payer
    wait_flow, wait_left = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    wait_next = np.zeros(n, dtype=np.int64)
    wait_front, wait_back = np.full(n_parties, -1, dtype=np.int64), np.full(n_parties, -1, dtype=np.int64)
    pointer, place = np.zeros(n_parties, dtype=np.int64), np.full(n_parties, -1, dtype=np.int64)
    path, done = np.zeros(n_parties, dtype=np.int64), np.zeros(n_parties, dtype=np.int64)
    n_waiting = n_done = 0
    for party in range(n_parties):
        if follows[party] and opening[party] > 0:
            lot, free, n_free = free, lot_next[free], n_free - 1
            lot_amount[lot], lot_colour[lot], lot_next[lot] = opening[party], False, -1
            front[party] = back[party] = lot
            cash[party] = opening[party]

    start = 0
    while start < n:
        now = period[order[start]]
        stop = start
        while stop < n and period[order[stop]] == now:
            stop += 1
        # first the payments in their order, then, by `turn`, the waiting ones of the payers in `done`
        n_turns, turn, waiting = stop - start, 0, -1
        settling_rest = False
        while True:
            if not settling_rest:
                if turn == n_turns:
                    if n_waiting == 0:
                        break
                    # --- circles of waiting payments are set off
                    for w in range(n_waiting):
                        root = payer[wait_flow[w]]
                        if place[root] != -1:
                            continue
                        depth = 0
                        path[0], place[root] = root, 0
                        while depth >= 0:
                            party = path[depth]
                            w_now = pointer[party]
                            if w_now < 0:  # all it waits to pay leads to no circle
                                place[party] = -2
                                depth -= 1
                                continue
                            other = payee[wait_flow[w_now]]
                            if wait_left[w_now] == 0 or wait_front[other] < 0 or place[other] == -2:
                                pointer[party] = wait_next[w_now]
                            elif place[other] == -1:
                                depth += 1
                                path[depth], place[other] = other, depth
                            else:  # a circle: from the place of `other` on the path to here
                                first = place[other]
                                least = wait_left[w_now]
                                for k in range(first, depth):
                                    least = min(least, wait_left[pointer[path[k]]])
                                for k in range(first, depth + 1):
                                    wait_left[pointer[path[k]]] -= least
                                cut = first
                                while wait_left[pointer[path[cut]]] > 0:
                                    cut += 1
                                for k in range(cut + 1, depth + 1):
                                    place[path[k]] = -1
                                depth = cut
                    # --- who waits for nobody pays, then who waits for nobody any more
                    for w in range(n_waiting):
                        place[payer[wait_flow[w]]] = 0
                    for w in range(n_waiting):
                        if wait_left[w] > 0 and wait_front[payee[wait_flow[w]]] >= 0:
                            place[payee[wait_flow[w]]] += 1
                    n_done = 0
                    for w in range(n_waiting):
                        party = payer[wait_flow[w]]
                        if place[party] == 0:
                            place[party] = -1
                            done[n_done] = party
                            n_done += 1
                    settling_rest = True
                    turn = 0
                    waiting = -1
                    continue
                flow = order[start + turn]
                turn += 1
                left = amount[flow]
                giver = payer[flow]
                if not follows[giver]:
                    # --- paid by a funder or the rest of the world
                    colour = source[flow]
                    taken = left
                else:
                    colour = False
                    taken = min(left, cash[giver])
                    if taken < left:
                        wait_flow[n_waiting], wait_left[n_waiting] = flow, left - taken
                        wait_next[n_waiting] = -1
                        if wait_front[giver] < 0:
                            wait_front[giver] = n_waiting
                            pointer[giver] = n_waiting
                        else:
                            wait_next[wait_back[giver]] = n_waiting
                        wait_back[giver] = n_waiting
                        n_waiting += 1
            else:
                while waiting < 0 and turn < n_done:
                    waiting = wait_front[done[turn]]
                    turn += 1
                if waiting < 0:
                    break
                other = payee[wait_flow[waiting]]
                if wait_left[waiting] > 0 and wait_front[other] >= 0:
                    place[other] -= 1
                    if place[other] == 0:
                        place[other] = -1
                        done[n_done] = other
                        n_done += 1
                flow, taken = wait_flow[waiting], wait_left[waiting]
                waiting = wait_next[waiting]
                giver, colour = payer[flow], False
            # --- move `taken` in lots to the receiver
            taker = payee[flow]
            fate = receives[taker]
            while taken > 0:
                if follows[giver]:
                    lot = front[giver]
                    if lot < 0:  # nothing left: unexplained money
                        piece, colour = taken, False
                    else:
                        colour = lot_colour[lot]
                        piece = min(taken, lot_amount[lot])
                        lot_amount[lot] -= piece
                        cash[giver] -= piece
                        if lot_amount[lot] == 0:
                            front[giver] = lot_next[lot]
                            if front[giver] < 0:
                                back[giver] = -1
                            lot_next[lot] = free
                            free = lot
                            n_free += 1
                else:
                    piece = taken
                taken -= piece
                if colour:
                    if fate == 3:
                        ends[2] += piece
                    elif fate == 2:
                        ends[0 if counted[flow] and follows[giver] else 1] += piece
                    elif fate == 1:
                        ends[3] += piece
                if fate > 1:
                    continue
                colour = colour and fate == 0
                cash[taker] += piece
                joins = front[taker] if last_first else back[taker]
                if joins >= 0 and lot_colour[joins] == colour:
                    lot_amount[joins] += piece
                    continue
                if n_free == 0:
                    more = len(lot_amount)
                    lot_amount = np.concatenate((lot_amount, np.zeros(more, dtype=np.int64)))
                    lot_colour = np.concatenate((lot_colour, np.zeros(more, dtype=np.bool_)))
                    lot_next = np.concatenate((lot_next, np.arange(more + 1, 2 * more + 1)))
                    free, n_free = more, more
                lot, free, n_free = free, lot_next[free], n_free - 1
                lot_amount[lot], lot_colour[lot], lot_next[lot] = piece, colour, -1
                if joins < 0:
                    front[taker] = back[taker] = lot
                elif last_first:
                    lot_next[lot] = joins
                    front[taker] = lot
                else:
                    lot_next[joins] = lot
                    back[taker] = lot
        for w in range(n_waiting):
            party = payer[wait_flow[w]]
            wait_front[party] = wait_back[party] = place[party] = -1
        n_waiting = 0
        start = stop
    for party in range(n_parties):
        lot = front[party]
        while lot >= 0:
            if lot_colour[lot]:
                ends[4] += lot_amount[lot]
            lot = lot_next[lot]
