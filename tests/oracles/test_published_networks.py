"""Small networks with published or independently computed answers, each with its source.

The numbers are facts, copied with their origin. Tolerances are those of the source, or 1e-9.
"""

from collections import Counter

import pytest

from loopledger.circularity import circulate, find_loops, trace_funding
from loopledger.network import Row, build_table


def table(obligations, kind="other"):
    return build_table(
        [Row(period="1", payer=str(u), payee=str(v), kind=kind, amount=float(x)) for u, v, x in obligations]
    )


def from_matrix(w):
    """Payments of a matrix in which ``w[i][j]`` goes from i to j."""
    return [(i, j, x) for i, row in enumerate(w) for j, x in enumerate(row) if x]


# --- netting: what multilateral set-off clears is the largest circulation ---------------------------------


@pytest.mark.parametrize(
    ("obligations", "cleared", "residual"),
    [
        # by hand: three times the smallest
        ([("A", "B", 50), ("B", "C", 30), ("C", "A", 20)], 60, 40),
        # by hand: a loop of two (2 x 4) and one of four (4 x 6) share a payment
        ([("A", "B", 10), ("B", "A", 4), ("B", "C", 6), ("C", "D", 6), ("D", "A", 6)], 32, 0),
        # the deal of November 2025, stylised: 15 invested, 30 committed, 15 of chips assumed;
        # also solved with M. Marchd's CDFD (github.com/marchd1997/CDFD)
        ([("NVDA", "ANT", 10), ("MSFT", "ANT", 5), ("ANT", "MSFT", 30), ("MSFT", "NVDA", 15)], 40, 20),
        # BazilSansom/cdfd-cycle-analysis, tests/runBasicValidation.m
        (from_matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), 3, 0),
        (from_matrix([[0, 2, 0], [0, 0, 1], [1, 0, 0]]), 3, 1),
        (from_matrix([[0, 1, 1], [1, 0, 1], [1, 1, 0]]), 6, 0),
        # marchd1997/CDFD, network of its readme: maximal circularity 0.75 (another decomposition has 0.625)
        (from_matrix([[0, 1, 1], [0, 0, 1], [1, 0, 0]]), 3, 1),
    ],
)
def test_netting(obligations, cleared, residual):
    found = circulate(table(obligations))
    assert found.total == pytest.approx(cleared, abs=1e-9)
    assert found.gross - found.total == pytest.approx(residual, abs=1e-9)
    assert found.certificate.gap <= 1e-9


# --- cycles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "count"), [(3, 5), (4, 20), (5, 84), (6, 409), (7, 2365), (8, 16064)])
def test_cycles_of_complete_digraphs(n, count):
    # sum over k of C(n, k) (k - 1)!; checked with networkx 3.6.1, igraph 1.0.0, rustworkx 0.18.1
    assert len(find_loops(table((u, v, 1) for u in range(n) for v in range(n) if u != v)).loops) == count


def test_cycles_and_their_dates():
    # IBM/parallel-cycle-enumeration, data/sample.txt, its algorithms 0, 4 and 10; no two dates are equal
    edges = [(1, 2, 0), (1, 5, 1), (2, 3, 2), (3, 1, 3), (3, 2, 4), (3, 4, 5), (3, 6, 6), (4, 5, 7), (5, 2, 8),
             (6, 4, 9), (4, 7, 10)]  # fmt: skip
    found = find_loops(
        build_table(
            [Row(period=f"{t:02}", payer=str(u), payee=str(v), kind="other", amount=1) for u, v, t in edges]
        )
    )
    assert Counter(len(loop.legs) for loop in found.loops) == {2: 1, 3: 1, 4: 2, 5: 1}
    dated = Counter(len(loop.legs) for loop in found.loops if loop.time_feasible)
    assert dated == {2: 1, 3: 1, 4: 1}


# --- tracing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payments", "funder", "opening", "forced", "possible", "pooled"),
    [
        # sharp bounds over all tracings that the accounts allow; by hand and by minimum cost flow
        ([("X", "Y", "funding", 100), ("Y", "X", "purchase", 120)], "X", {"Y": 50}, 70, 100, 80),
        (
            [("M", "A", "funding", 5), ("N", "A", "funding", 10), ("A", "M", "purchase", 30)],
            "M", {"A": 50, "N": 10}, 0, 5, 2.307692308,
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dated", [False, True])
def test_bounds_over_all_tracings(payments, funder, opening, forced, possible, pooled, dated):
    rows = [
        Row(period=str(t * dated), payer=u, payee=v, kind=kind, amount=float(x))
        for t, (u, v, kind, x) in enumerate(payments)
    ]
    found = trace_funding(build_table(rows), {funder}, funder, opening=opening).returned
    assert found["forced"] == pytest.approx(forced, abs=1e-7)
    assert found["possible"] == pytest.approx(possible, abs=1e-7)
    assert found["pooled"] == pytest.approx(pooled, abs=1e-7)


ACCOUNT = [
    ("AAA", "XYZ", 40), *[("XYZ", "prov", 10)] * 4, ("BBB", "XYZ", 30), *[("XYZ", "prov", 10)] * 2,
    ("CCC", "XYZ", 10), *[("XYZ", "prov", 10)] * 2, ("DDD", "XYZ", 20), ("XYZ", "prov", 10), ("XYZ", "prov", 5),
    ("EEE", "XYZ", 200), ("XYZ", "util", 180), ("XYZ", "prov", 10), ("XYZ", "prov", 10), ("XYZ", "prov", 5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("deposit", "expected"),
    [
        ("BBB", [0, 0, 0, 0, 10, 10, 5, 5, 0, 0, 0, 0, 0, 0]),
        ("CCC", [0, 0, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 0, 0]),
        ("DDD", [0, 0, 0, 0, 0, 0, 0, 0, 10, 5, 4.390244, 0.243902, 0.243902, 0.121951]),
        ("EEE", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 175.609756, 9.756098, 9.756098, 4.878049]),
    ],
)
def test_pro_rata_tracing_of_one_account(deposit, expected):
    # carolinamattsson/follow-the-money, examples/1 account_txns.csv, rule "mixed": dated one after another
    rows = [
        Row(period=f"{t:02}", payer=u, payee=v, kind="purchase" if u == "XYZ" else "funding", amount=float(x))
        for t, (u, v, x) in enumerate(ACCOUNT)
    ]
    payments = build_table(rows)
    outflows = [i for i, (u, _, _) in enumerate(ACCOUNT) if u == "XYZ"]
    found = []
    for i in outflows:
        seller = ACCOUNT[i][1]
        one = payments.period == i
        found.append(
            trace_funding(payments, {deposit, seller}, seller, sales=one).returned["pooled"]
        )  # the sellers fund nothing, so all colour is the deposit's
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("deposit", "first_out", "last_out"),
    [
        ("BBB", [0, 0, 0, 0, 10, 10, 10, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 10, 10, 0, 10, 0, 0, 0, 0, 0, 0]),
        ("CCC", [0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0]),
        ("DDD", [0, 0, 0, 0, 0, 0, 0, 0, 10, 5, 5, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 10, 5, 0, 0, 0, 5]),
        (
            "EEE",
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 175, 10, 10, 5],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 180, 10, 10, 0],
        ),
    ],
)
def test_tracing_of_one_account_in_order(deposit, first_out, last_out):
    # the same account; last in first out as carolinamattsson/follow-the-money prints it, first in first out by hand
    rows = [
        Row(period=f"{t:02}", payer=u, payee=v, kind="purchase" if u == "XYZ" else "funding", amount=float(x))
        for t, (u, v, x) in enumerate(ACCOUNT)
    ]
    payments = build_table(rows)
    for rule, expected in (("first in first out", first_out), ("last in first out", last_out)):
        found = []
        for i in (i for i, (u, _, _) in enumerate(ACCOUNT) if u == "XYZ"):
            seller = ACCOUNT[i][1]
            traced = trace_funding(
                payments, {deposit, seller}, seller, sales=payments.period == i, by_order=True
            )
            found.append(traced.returned[rule])
        assert found == expected


@pytest.mark.parametrize(
    ("payments", "funder", "opening", "first_out", "last_out"),
    [
        ([("X", "Y", "funding", 100), ("Y", "X", "purchase", 120)], "X", {"Y": 50}, 70, 100),
        (
            [("M", "A", "funding", 5), ("N", "A", "funding", 10), ("A", "M", "purchase", 30)],
            "M", {"A": 50, "N": 10}, 0, 5,
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dated", [False, True])
def test_rules_of_order_with_opening_cash(payments, funder, opening, first_out, last_out, dated):
    # by hand: opening cash is the oldest money
    rows = [
        Row(period=str(t * dated), payer=u, payee=v, kind=kind, amount=float(x))
        for t, (u, v, kind, x) in enumerate(payments)
    ]
    found = trace_funding(build_table(rows), {funder}, funder, opening=opening, by_order=True).returned
    assert (found["first in first out"], found["last in first out"]) == (first_out, last_out)
