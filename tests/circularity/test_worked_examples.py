"""The worked examples A to D of the method pages, to 1e-9 ($bn)."""

import pytest

from loopledger.circularity import LoopKind, circulate, find_loops, trace_funding
from loopledger.network import Row, build_table

APPROX = {"rel": 1e-9, "abs": 1e-9}


def table(*flows, earmarks=None):
    """Build a table from (period, payer, payee, kind, amount, instrument)."""
    rows = [
        Row(period=str(t), payer=i, payee=j, kind=kind, amount=amount, instrument=f"{i}-{j}")
        for t, i, j, kind, amount in flows
    ]
    return build_table(rows, earmarks=earmarks)


A = [
    (1, "n", "a", "funding", 10.0),
    (1, "m", "a", "funding", 5.0),
    (1, "outside", "a", "other", 15.0),
    (1, "a", "m", "purchase", 30.0),
    (1, "m", "n", "purchase", 18.0),
]
B = [*A[:2], (1, "outside", "a", "other", 100.0), *A[3:], (1, "a", "outside", "other", 60.0)]
EARMARKS = {"n-a": ("a-m",), "m-a": ("a-m",), "a-m": ("m-n",)}


def returned(flows, funders, seller, **options):
    return trace_funding(
        table(*flows, earmarks=options.pop("earmarks", None)), set(funders), seller, **options
    )


def test_a_has_two_financing_loops():
    loops = find_loops(table(*A)).loops
    assert [(loop.parties, loop.kind, loop.value) for loop in loops] == [
        (("n", "a", "m"), LoopKind.FINANCING, 10.0),
        (("m", "a"), LoopKind.FINANCING, 5.0),
    ]
    assert all(loop.time_feasible for loop in loops)


def test_a_circulates_40_of_63():
    found = circulate(table(*A))
    assert found.total == pytest.approx(40, **APPROX)
    assert found.gross == pytest.approx(63, **APPROX)
    by_pair = dict(zip(found.pairs, found.circulating.tolist(), strict=True))
    assert by_pair == {
        ("a", "m"): pytest.approx(15, **APPROX),
        ("m", "n"): pytest.approx(10, **APPROX),
        ("n", "a"): pytest.approx(10, **APPROX),
        ("m", "a"): pytest.approx(5, **APPROX),
    }
    assert found.certificate.gap < 1e-9


@pytest.mark.parametrize(
    ("flows", "funders", "seller", "expected"),
    [
        (A, "m", "m", {"forced": 5, "pooled": 5, "possible": 5}),
        (A, "mn", "m", {"forced": 15, "pooled": 15, "possible": 15}),
        (A, "n", "n", {"forced": 3, "pooled": 7.2, "possible": 10}),
        (B, "mn", "m", {"forced": 0, "pooled": 30 * 15 / 115, "possible": 15}),
        (B, "n", "n", {"forced": 0, "pooled": 18 * 10 / 110, "possible": 10}),
    ],
)
def test_a_and_b_return_by_rule(flows, funders, seller, expected):
    found = returned(flows, funders, seller)
    assert {rule: found.returned[rule] for rule in expected} == {
        rule: pytest.approx(value, **APPROX) for rule, value in expected.items()
    }
    assert found.returned["earmarked"] is None
    assert not {key for key in found.unexplained if key[0] == "a"}


def test_b_earmarked_for_the_purchase_and_its_supply():
    found = returned(B, "n", "n", earmarks=EARMARKS)
    assert found.returned["earmarked"] == pytest.approx(7.2, **APPROX)
    assert found.share["earmarked"] == pytest.approx(0.4, **APPROX)


def test_a_shares_of_the_receipts():
    found = returned(A, "mn", "m")
    assert found.receipts == 30
    assert found.outlays == 15
    assert found.share["forced"] == pytest.approx(0.5, **APPROX)


@pytest.mark.parametrize(("a", "b", "c"), [(0.5, 0.4, 0.3), (0.9, 0.8, 0.7), (1.0, 0.6, 0.25)])
def test_c_pass_through_chain(a, b, c):
    outside_sales = 10.0
    receipts = outside_sales / (1 - a * b * c)  # of the developer
    compute, chips = a * receipts, a * b * receipts
    flows = [
        (1, "outside", "developer", "other", outside_sales),
        (1, "chipmaker", "developer", "funding", c * chips),
        (1, "developer", "cloud", "purchase", compute),
        (1, "cloud", "chipmaker", "purchase", chips),
    ]
    leaves = [("developer", receipts - compute), ("cloud", compute - chips), ("chipmaker", chips * (1 - c))]
    flows += [(1, party, "outside", "other", rest) for party, rest in leaves if rest > 1e-12]
    found = returned(flows, ["chipmaker"], "chipmaker")
    assert found.share["pooled"] == pytest.approx(a * b * c, **APPROX)
    assert found.returned["possible"] == pytest.approx(c * chips, **APPROX)
    assert found.returned["forced"] == pytest.approx(
        max(0.0, c * chips - (receipts - compute) - (compute - chips)), **APPROX
    )


D = [
    (1, "m", "a", "funding", 12.0),
    (1, "outside", "a", "other", 4.0),
    (1, "a", "outside", "other", 6.0),
    (2, "outside", "a", "other", 8.0),
    (2, "a", "m", "purchase", 20.0),
]


def test_d_two_quarters_with_opening_cash():
    found = returned(D, "m", "m", opening={"a": 4.0})
    assert {rule: found.returned[rule] for rule in ("forced", "pooled", "possible")} == {
        "forced": pytest.approx(4, **APPROX),
        "pooled": pytest.approx(20 * 8.4 / 22, **APPROX),
        "possible": pytest.approx(12, **APPROX),
    }
    assert found.unexplained == {}
