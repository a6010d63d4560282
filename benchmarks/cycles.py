"""Loops of at most four parties in a heavy-tailed network of 35,592 arcs, beside networkx on a smaller one."""

import networkx as nx
from generators import clock, heavy_tailed

from loopledger.circularity.cycles import find_cycles

NO_LIMIT = 10**12
find_cycles(heavy_tailed(5881, 35_592), max_length=3, max_cycles=NO_LIMIT, max_steps=NO_LIMIT)  # compiles
for n_nodes, n_arcs in ((1_000, 4_000), (5_881, 35_592)):
    arcs = heavy_tailed(n_nodes, n_arcs)
    seconds, found = clock(
        lambda arcs=arcs: find_cycles(arcs, max_length=4, max_cycles=NO_LIMIT, max_steps=NO_LIMIT)
    )
    line = f"{len(arcs):,} arcs: {len(found):,} cycles of at most 4 in {seconds:.2f} s"
    if n_arcs <= 4_000:
        peer, count = clock(
            lambda arcs=arcs: sum(1 for _ in nx.simple_cycles(nx.DiGraph(arcs), length_bound=4))
        )
        assert count == len(found)
        line += f"; networkx {peer:.2f} s"
    print(line, flush=True)
