"""Forced and possible returns, beside a plain minimum-cost flow on the time-expanded network (OR-tools)."""

import numpy as np
from generators import clock, dated
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from loopledger.circularity.colour import Colouring, colour
from loopledger.circularity.returns import bound_returns
from loopledger.network import Treasuries, close_treasuries

PLAIN_UP_TO = 20_000


def plain(asked: Colouring, treasuries: Treasuries) -> tuple[float, ...]:
    """Every party that is followed, no aggregation: the least and the greatest cost of sending all outlays."""
    nodes = treasuries
    n = len(nodes.party)
    follows = asked.follows[nodes.party]
    sink = n
    into = np.flatnonzero(asked.source)
    supply = np.zeros(n + 1, dtype=np.int64)
    target = np.where(follows[nodes.payee_node], nodes.payee_node, sink)
    np.add.at(supply, target[into], nodes.amount[into])
    supply[sink] -= nodes.amount[into].sum()
    moves = np.flatnonzero(follows[nodes.payer_node])
    kept = np.flatnonzero(follows)
    later = np.full(n, sink)
    later[nodes.before[kept[nodes.before[kept] >= 0]]] = kept[nodes.before[kept] >= 0]
    tail = np.concatenate([nodes.payer_node[moves], kept])
    head = np.concatenate([target[moves], later[kept]])
    room = np.concatenate([nodes.amount[moves], nodes.balance[kept]])
    counted = np.concatenate([asked.counted[moves], np.zeros(len(kept), dtype=bool)]).astype(np.int64)
    values = []
    for sign in (1, -1):
        solver = SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, sign * counted)
        solver.set_nodes_supplies(np.arange(n + 1), supply)
        solver.solve()
        values.append(treasuries.unit.money(sign * solver.optimal_cost()))
    return tuple(values)


for n, parties, periods, what in (
    (5_000, 10, 5_000, "few parties, long horizon"), (5_000, 100, 50, "dense periods"),
    (20_000, 10, 20_000, "few parties, long horizon"), (20_000, 100, 200, "dense periods"),
    (100_000, 10, 100_000, "few parties, long horizon"), (100_000, 100, 100_000, "a hundred parties"),
    (100_000, 1000, 100, "dense periods"), (1_000_000, 1000, 1_000_000, "a million"),
):  # fmt: skip
    table = dated(n, parties, periods)
    for opening in (0.0, 1e5):
        treasuries = close_treasuries(table, dict.fromkeys(table.parties[2:], opening))
        asked = colour(table, [0], 0)
        ours, (least, most) = clock(lambda a=asked, t=treasuries: bound_returns(a, t))
        line = f"{n:>9,} payments, {what}, opening cash {opening:g}: "
        line += f"{ours:.2f} s, {least.value:,.2f} to {most.value:,.2f}"
        if n <= PLAIN_UP_TO:
            peer, values = clock(lambda a=asked, t=treasuries: plain(a, t))
            assert values == (least.value, most.value), values
            line += f"; plain minimum-cost flow {peer:.2f} s, the same to the cent"
        print(line, flush=True)
