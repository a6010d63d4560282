"""The pooled rule: every payment carries the average composition of the payer's treasury."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.colour import Colouring
from loopledger.circularity.exchange import Exchange
from loopledger.circularity.fates import Fates
from loopledger.network import Treasuries
from loopledger.network.compiled import compiled
from loopledger.network.graphs import reach

__all__ = ["trace_pooled"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: Share of a treasury that is too small to decide its composition.
_NOTHING = 1e-14
#: Sweeps after which the payments of a period are solved as a linear system instead.
_SWEEPS = 60
#: A share that changes by less than this of itself in one sweep is found.
_FOUND = 1e-15


def trace_pooled(colouring: Colouring, treasuries: Treasuries) -> Fates:
    """Return where the outlays end under the pooled rule.

    Parameters
    ----------
    colouring : Colouring
    treasuries : Treasuries
        Of the same table.

    Returns
    -------
    Fates

    Raises
    ------
    ModelError
        If a circle of payments is so nearly closed that its composition cannot be told, or if the fates
        do not add up.

    Notes
    -----
    Within a period all payments are simultaneous. With ``T_i`` all that party ``i`` can pay from and
    ``c_i`` the colour it brings forward, the shares solve
    ``T_i s_i = c_i + sum(source into i) + sum_j f_ji s_j``: one sparse linear system a period. It is
    solved by sweeps, each of which follows the money one payment further; where money circles so often
    that these do not settle, by elimination. Known elsewhere as the haircut or pro-rata rule of tracing.
    """
    tracer = _Tracer(colouring, treasuries)
    n = len(colouring.table)
    sweep = compiled(_sweep, 10 * n)
    start = 0
    while start < n:
        start = sweep(start, *tracer.arguments)
        if start < n:
            start = tracer.eliminate(start)
    return tracer.fates()


class _Tracer:
    """Shares of colour at every node, period by period, in whole units as floats."""

    def __init__(self, colouring: Colouring, treasuries: Treasuries) -> None:
        table, nodes = colouring.table, treasuries
        self.colouring, self.treasuries = colouring, treasuries
        self.relevant = colouring.relevant[nodes.party]
        self.amount = nodes.amount.astype(np.float64)
        self.brought = nodes.brought_forward
        self.total = (self.brought + nodes.inflow + nodes.unexplained).astype(np.float64)
        self.balance = nodes.balance.astype(np.float64)
        self.share = np.zeros(len(nodes.party))
        #: colour that each node has from outlays and from its past
        self.given = np.zeros(len(nodes.party))
        np.add.at(self.given, nodes.payee_node[colouring.source], self.amount[colouring.source])
        self.given *= self.relevant
        self.moves = self.relevant[nodes.payer_node] & self.relevant[nodes.payee_node]
        self.arguments = (
            nodes.order, table.period, nodes.payer_node, nodes.payee_node, self.amount, self.moves,
            nodes.before, self.relevant, self.total, self.balance, self.given, self.share,
        )  # fmt: skip

    def eliminate(self, start: int) -> int:
        """Solve the period that starts with a payment; return where the next one starts."""
        nodes, period = self.treasuries, self.colouring.table.period
        stop = start + int(
            np.searchsorted(period[nodes.order[start:]], period[nodes.order[start]], side="right")
        )
        flows = nodes.order[start:stop]
        ends = np.concatenate([nodes.payer_node[flows], nodes.payee_node[flows]])
        current = np.unique(ends[self.relevant[ends]])
        inner = flows[self.moves[flows]]
        local = np.full(len(nodes.party), -1)
        local[current] = np.arange(len(current))
        payer, payee = local[nodes.payer_node[inner]], local[nodes.payee_node[inner]]
        amount, total = self.amount[inner], self.total[current]
        # what entered is a sum of its own, not a difference: a nearly closed circle would lose it
        entered = (self.brought + nodes.unexplained)[current].astype(np.float64)
        others = flows[~self.moves[flows] & self.relevant[nodes.payee_node[flows]]]
        np.add.at(entered, local[nodes.payee_node[others]], self.amount[others])
        coloured = self.given[current]
        # parties that only pay each other the same money have no composition, and no colour
        active = reach(payer, payee, coloured > 0) & reach(payer, payee, entered > _NOTHING * total)
        active &= total > 0
        kept = active[payer] & active[payee]
        np.add.at(entered, payee[~kept], amount[~kept])
        place = np.cumsum(active) - 1
        exchange = Exchange(total[active], place[payer[kept]], place[payee[kept]], amount[kept])
        self.share[current] = 0.0
        self.share[current[active]] = exchange.solve(coloured[active], entered[active])
        return stop

    def fates(self) -> Fates:
        """Return the ends of all colour, as money."""
        colouring, nodes, table = self.colouring, self.treasuries, self.colouring.table
        payer, payee = nodes.payer_node, table.payee
        part = np.where(self.relevant[payer], self.share[payer], 0.0) * self.amount
        part[colouring.source] = self.amount[colouring.source]
        group = ~colouring.follows & ~table.is_outside
        ends = {
            "returned": colouring.counted & ~colouring.source & colouring.passes,
            "leaked": table.is_outside[payee],
            "beyond": colouring.follows[payee] & ~self.relevant[nodes.payee_node],
        }
        ends["absorbed"] = group[payee] & ~ends["returned"]
        units = {name: float(np.sum(part[mask])) for name, mask in ends.items()}
        last = nodes.is_last & self.relevant
        units["held"] = float(np.sum(self.share[last] * self.balance[last]))
        outlays = float(np.sum(self.amount[colouring.source]))
        scale = nodes.unit.money(1)
        found = Fates(
            outlays=outlays * scale, residual=(outlays - sum(units.values())) * scale,
            **{name: value * scale for name, value in units.items()},
        )  # fmt: skip
        found.check(what="the pooled rule")
        return found


def _sweep(  # noqa: C901, PLR0912, PLR0917 - one loop over all payments, kept in one piece to compile
    start: int,
    order: IntArray,
    period: IntArray,
    payer: IntArray,
    payee: IntArray,
    amount: FloatArray,
    moves: BoolArray,
    before: IntArray,
    relevant: BoolArray,
    total: FloatArray,
    balance: FloatArray,
    given: FloatArray,
    share: FloatArray,
) -> int:
    """Find the shares of each period in turn; return where a period starts that does not settle. A kernel."""
    n = len(order)
    received = np.zeros(len(share))
    seen = np.zeros(len(share), dtype=np.bool_)
    while start < n:
        now = period[order[start]]
        stop = start
        while stop < n and period[order[stop]] == now:
            stop += 1
        colourless = True
        for k in range(start, stop):
            flow = order[k]
            for side in range(2):
                node = payer[flow] if side == 0 else payee[flow]
                if relevant[node] and not seen[node]:
                    seen[node] = True
                    past = before[node]
                    if past >= 0:
                        given[node] += share[past] * balance[past]
                    if given[node] > 0.0:
                        colourless = False
                        share[node] = min(1.0, given[node] / total[node])
        settled = colourless
        for _ in range(_SWEEPS):
            if settled:
                break
            for k in range(start, stop):
                flow = order[k]
                if moves[flow]:
                    received[payee[flow]] += share[payer[flow]] * amount[flow]
            settled = True
            for k in range(start, stop):
                node = payee[order[k]]
                if relevant[node] and total[node] > 0.0:
                    found = min(1.0, (given[node] + received[node]) / total[node])
                    if received[node] > 0.0:
                        if abs(found - share[node]) > _FOUND * found:
                            settled = False
                        share[node] = found
                    received[node] = 0.0
        if not settled:
            return start
        start = stop
    return n
