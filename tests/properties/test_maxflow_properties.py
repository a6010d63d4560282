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


@pytest.fixture(params=["python", "ortools", "scipy"], scope="module", autouse=True)
def way(request):
    """Choose the solver: each of them, whatever the size."""
    if request.param == "ortools":
        pytest.importorskip("ortools", reason="the extra `scale` is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maxflow, "_SMALL", 10**9 if request.param == "python" else 0)
        if request.param == "scipy":
            patch.setattr(maxflow, "find_spec", lambda _: None)
        yield


@given(ARCS)
def test_value_flow_and_cut(arcs):
    tail, head, capacity = (np.array(column) for column in zip(*arcs, strict=True))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(8))
    for u, v, x in arcs:
        graph.add_edge(u, v, capacity=x + (graph[u][v]["capacity"] if graph.has_edge(u, v) else 0))
    expected = nx.maximum_flow_value(graph, 0, 7)
    found = maxflow.push_flow(tail, head, capacity, source=0, sink=7, n_nodes=8)
    # exact, however large the arcs that do not matter are
    assert found.value == expected
    assert sum(capacity[found.cut].tolist()) == expected
    assert found.residual == 0
    assert (found.flow >= 0).all()
    assert (found.flow <= capacity).all()
    out = sum(found.flow[tail == 7].tolist()) - sum(found.flow[head == 7].tolist())
    assert out == -expected
    kept = nx.DiGraph([(u, v) for (u, v, _), cut in zip(arcs, found.cut, strict=True) if not cut])
    kept.add_nodes_from([0, 7])
    assert not nx.has_path(kept, 0, 7)
