"""What stands beside the circulation: ranges of arcs, loops that share no dollar, cycling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from loopledger.circularity import circulate, decompose, measure_cycling, range_arcs, setoff
from loopledger.errors import ModelError
from loopledger.network import Row, build_table

PAYMENTS = st.lists(
    st.tuples(
        st.integers(0, 6), st.integers(0, 6), st.one_of(st.integers(1, 6), st.integers(1, 10**6))
    ).filter(lambda p: p[0] != p[1]),
    min_size=1,
    max_size=24,
)


def table(payments):
    return build_table(
        [Row(period="1", payer=str(u), payee=str(v), kind="other", amount=x) for u, v, x in payments]
    )


def programme(found):
    """The programme as it is written, with the total held at its optimum: cost to bounds."""
    names = sorted({name for pair in found.pairs for name in pair})
    balance = np.zeros((len(names), len(found.pairs)))
    for k, (u, v) in enumerate(found.pairs):
        balance[names.index(u), k] -= 1
        balance[names.index(v), k] += 1
    rows = np.vstack([balance, np.ones(len(found.pairs))])
    right = np.append(np.zeros(len(names)), found.total)
    bounds = [(0, x) for x in found.paid.tolist()]

    def solve(arc, sign):
        cost = np.zeros(len(found.pairs))
        cost[arc] = sign
        result = linprog(cost, A_eq=rows, b_eq=right, bounds=bounds, method="highs")
        assert result.status == 0
        return sign * result.fun

    return solve


@settings(max_examples=25)
@given(PAYMENTS)
def test_ranges_are_those_of_the_programme(payments):
    found = circulate(table(payments))
    ranges, solve = range_arcs(found), programme(found)
    for arc in range(len(found.pairs)):
        assert ranges.least[arc] == pytest.approx(solve(arc, 1), abs=1e-6 * found.gross)
        assert ranges.most[arc] == pytest.approx(solve(arc, -1), abs=1e-6 * found.gross)
    assert (ranges.least <= found.circulating).all()
    assert (found.circulating <= ranges.most).all()


@given(PAYMENTS)
def test_loops_of_a_decomposition_share_no_cent(payments):
    found = circulate(table(payments))
    parts = decompose(found)
    cents = dict.fromkeys(found.pairs, 0)
    for part in parts.loops:
        assert len(set(part.parties)) == len(part.parties) >= 2
        for pair in zip(part.parties, part.parties[1:] + part.parties[:1], strict=True):
            cents[pair] += round(part.amount * 100)
    assert list(cents.values()) == np.rint(found.circulating * 100).astype(int).tolist()
    assert len(parts.loops) <= len(found.pairs)
    place = {name: i for i, name in enumerate(parts.order)}
    for (u, v), rest, paid, part in zip(found.pairs, parts.rest, found.paid, found.circulating, strict=True):
        assert rest == pytest.approx(paid - part)
        assert rest == 0 or place[u] < place[v]


@given(PAYMENTS)
def test_prices_prove_the_whole_network(payments):
    found = circulate(table(payments))
    price = found.prices
    bound = sum(
        paid * max(0, 1 + price[u] - price[v])
        for (u, v), paid in zip(found.pairs, found.paid.tolist(), strict=True)
    )
    assert bound == found.total == found.certificate.bound
    assert found.certificate.unit == 0.01


@pytest.mark.parametrize("way", ["ortools", "highs"])
def test_every_way_of_proposing_gives_the_same_total(way, monkeypatch):
    if way == "ortools":
        pytest.importorskip("ortools", reason="the extra `scale` is not installed")
    draw = np.random.default_rng(7)
    ends = draw.integers(0, 60, (900, 2))
    cents = np.concatenate([draw.integers(1, 10**7, 450), draw.integers(10**12, 10**14, 450)])
    payments = [(u, v, x / 100) for (u, v), x in zip(ends.tolist(), cents.tolist(), strict=True) if u != v]
    expected = circulate(table(payments)).total
    monkeypatch.setattr(setoff, "_SMALL", 0)
    if way == "highs":
        monkeypatch.setattr(setoff, "find_spec", lambda _: None)
    assert circulate(table(payments)).total == expected


def test_too_many_open_arcs_are_refused():
    net = circulate(table([(0, 1, 10), (1, 2, 10), (2, 0, 10), (1, 3, 4), (3, 0, 4)]))
    assert range_arcs(net, max_arcs=5).n_free == 4
    with pytest.raises(ModelError, match="more than 1 that are searched"):
        range_arcs(net, max_arcs=1)


def test_finn_index_of_the_oyster_reef():
    # Dame and Patten 1981, "Analysis of energy flows in an intertidal oyster reef"; Finn's index as SEELab/enaR
    # computes it from the same flows, run in R
    flow = [[0, 0, 0, 0, 0.5135, 15.791], [0, 0, 1.206, 1.206, 0, 0], [0, 0, 0, 0.6609, 0, 4.2403],
            [0, 0, 0, 0, 0.1721, 1.9076], [0, 0, 0, 0, 0, 0.3262], [0, 8.1721, 7.2745, 0.6431, 0, 0]]  # fmt: skip
    payments = [(i, j, x) for i, row in enumerate(flow) for j, x in enumerate(row) if x]
    found = measure_cycling(table([*payments, ("outside", 0, 41.47)]))
    assert found.total == pytest.approx(83.5833, abs=1e-9)
    assert found.index == pytest.approx(0.110168608813, abs=1e-9)
    assert list(found.return_probability.values()) == pytest.approx(
        [0.0, 0.092446146999, 0.229051334111, 0.110374764288, 0.005080476221, 0.279800362511], abs=1e-9
    )


def test_return_probability_is_that_of_the_chain_by_walking_it():
    payments = [
        ("a", "b", 6),
        ("b", "a", 2),
        ("b", "c", 3),
        ("c", "a", 2),
        ("outside", "a", 5),
        ("c", "outside", 1),
    ]
    found = measure_cycling(table(payments))
    through = {"a": 9, "b": 6, "c": 3}
    step = {u: {v: x / through[u] for p, v, x in payments if p == u and v in through} for u in through}
    for home in through:
        at, back = {home: 1.0}, 0.0
        for _ in range(400):
            following = dict.fromkeys(through, 0.0)
            for u, mass in at.items():
                for v, share in step[u].items():
                    following[v] += mass * share
            back += following.pop(home)
            at = following
        assert found.return_probability[home] == pytest.approx(back, abs=1e-12)


def test_money_that_nothing_lets_out_always_comes_back():
    found = measure_cycling(table([("a", "b", 0.1), ("b", "c", 0.1), ("c", "a", 0.1), ("d", "a", 1)]))
    assert found.return_probability["d"] == 0.0
    closed = measure_cycling(table([("a", "b", 0.1), ("b", "c", 0.1), ("c", "a", 0.1)]))
    assert closed.index == 1.0


def test_a_group_too_large_is_refused():
    with pytest.raises(ModelError, match="can all reach each other"):
        measure_cycling(table([(i, (i + 1) % 9, 1) for i in range(9)]), max_parties=8)
