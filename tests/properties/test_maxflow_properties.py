"""Maximum flows against networkx in whole numbers, by Python's way and by the library's."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.circularity import maxflow

ARCS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 7),
        st.one_of(st.integers(0, 9), st.integers(1, 10**6), st.integers(10**12, 10**15)),
    ).filter(lambda arc: arc[0] != arc[1]),
    min_size=1,
    max_size=30,
)


@pytest.fixture(params=[0, 3000], ids=["library", "python"], scope="module", autouse=True)
def way(request):
    """Choose from which size on the library is used."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maxflow, "_SMALL", request.param)
        yield


@given(ARCS)
def test_value_and_cut(arcs):
    tail, head, whole = (np.array(column) for column in zip(*arcs, strict=True))
    capacity = whole / 100
    graph = nx.DiGraph()
    graph.add_nodes_from(range(8))
    for u, v, x in arcs:
        graph.add_edge(u, v, capacity=x + (graph[u][v]["capacity"] if graph.has_edge(u, v) else 0))
    expected = nx.maximum_flow_value(graph, 0, 7) / 100
    found = maxflow.push_flow(tail, head, capacity, source=0, sink=7, n_nodes=8)
    # as exact as the answer is large, however large the arcs that do not matter are
    assert found.value == pytest.approx(expected, rel=1e-14)
    assert capacity[found.cut].sum() == pytest.approx(expected, rel=1e-14)
    assert found.residual <= 1e-15 * expected
    kept = nx.DiGraph([(u, v) for (u, v, _), cut in zip(arcs, found.cut, strict=True) if not cut])
    kept.add_nodes_from([0, 7])
    assert not nx.has_path(kept, 0, 7)
