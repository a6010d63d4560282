"""The ultimate source of payments: the worked examples of the pooled rule with several colours, and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopledger.circularity import trace_funding
from loopledger.circularity.sources_of_money import trace_sources
from loopledger.errors import NotFoundError
from loopledger.network import Row, build_table


def _table(*rows):
    return build_table([
        Row(period=period, payer=payer, payee=payee, kind=kind, amount=amount, instrument=f"{payer}-{payee}")
        for period, payer, payee, kind, amount in rows
    ])  # fmt: skip


A = [
    ("1", "n", "a", "funding", 10.0), ("1", "m", "a", "funding", 5.0), ("1", "outside", "a", "other", 15.0),
    ("1", "a", "m", "purchase", 30.0), ("1", "m", "n", "purchase", 18.0),
]  # fmt: skip


def test_example_a_with_every_colour():
    """A's money is 10 of N, 5 of M and 15 from outside, so M's receipts of 30 are just that."""
    found = trace_sources(_table(*A), funders=["m", "n"])
    assert found.of_seller("m") == pytest.approx(
        {"outside": 15, "n": 10, "m": 5, "opening-cash": 0, "unexplained": 0}
    )
    # M holds 30 so composed and pays N 18 of it
    assert found.of_seller("n") == pytest.approx(
        {"outside": 9, "n": 6, "m": 3, "opening-cash": 0, "unexplained": 0}
    )


def test_example_a_with_one_funder_follows_his_money_through_the_other():
    """The share s of N's money solves s = (10 + 5 s) / 30: s = 0.4, and N gets 18 s = 7.2 of its own back."""
    found = trace_sources(_table(*A), funders=["n"])
    assert found.of_seller("n")["n"] == pytest.approx(7.2)
    assert found.of_seller("n")["outside"] == pytest.approx(18 * 0.6)


def test_example_d_over_two_quarters_with_opening_cash():
    """0.6 of A's 20 in the first quarter is M's; A keeps 14 and gets 8: 8.4 of 22, so 20 x 8.4 / 22 = 7.636."""
    table = _table(
        ("1", "m", "a", "funding", 12.0), ("1", "outside", "a", "other", 4.0), ("1", "a", "outside", "other", 6.0),
        ("2", "outside", "a", "other", 8.0), ("2", "a", "m", "purchase", 20.0),
    )  # fmt: skip
    found = trace_sources(table, funders=["m"], opening={"a": 4.0})
    sums = found.of_seller("m", "2")
    assert sums["m"] == pytest.approx(20 * 8.4 / 22)
    assert sums["opening-cash"] == pytest.approx(20 * 2.8 / 22)
    assert sums["outside"] == pytest.approx(20 * (2.8 + 8) / 22)
    assert found.imbalance == pytest.approx(0, abs=1e-12)


def test_example_c_pass_through_chain():
    """Sales R = 100; a, b, c of the receipts go on: the developer receives R / (1 - abc)."""
    a, b, c = 0.8, 0.6, 0.25
    receipts = 100 / (1 - a * b * c)
    table = _table(
        ("1", "outside", "dev", "purchase", 100.0),
        ("1", "dev", "cloud", "purchase", a * receipts),
        ("1", "cloud", "chip", "purchase", a * b * receipts),
        ("1", "chip", "dev", "funding", a * b * c * receipts),
        ("1", "dev", "outside", "other", (1 - a) * receipts),
        ("1", "cloud", "outside", "other", a * (1 - b) * receipts),
        ("1", "chip", "outside", "other", a * b * (1 - c) * receipts),
    )
    found = trace_sources(table, funders=["chip"])
    own = found.of_seller("chip")
    assert own["chip"] / sum(own.values()) == pytest.approx(a * b * c)
    assert trace_sources(table).of_seller("chip")["outside"] == pytest.approx(a * b * receipts)


def test_split_outside_and_money_from_nowhere():
    """B pays 10 and received 4 from customers: 6 come from nowhere, or from the account that stands behind it."""
    table = _table(
        ("1", "customers", "b", "purchase", 4.0),
        ("1", "b", "s", "purchase", 10.0),
        ("1", "s", "costs", "other", 10.0),
    )
    plain = trace_sources(table, outside=["customers", "costs"])
    assert plain.of_seller("s") == pytest.approx(
        {"unexplained": 6, "customers": 4, "costs": 0, "opening-cash": 0}
    )
    behind = trace_sources(table, outside=["customers", "costs"], origins={"b": "outside-equity"})
    assert behind.of_seller("s")["outside-equity"] == pytest.approx(6)
    assert behind.of_seller("s")["unexplained"] == 0


def test_purchases_of_the_outside_are_its_own_and_not_counted():
    table = _table(("1", "outside", "a", "purchase", 7.0), ("1", "a", "b", "purchase", 5.0))
    assert sum(trace_sources(table).of_purchases("1").values()) == pytest.approx(5)


@given(st.integers(0, 10_000))
def test_one_funder_agrees_with_the_rule_for_one_colour(seed):
    """A funder who only funds and sells: his colour is what the one-colour rule returns to him."""
    rng = np.random.default_rng(seed)
    names = [f"p{k}" for k in range(int(rng.integers(2, 6)))]
    rows = []
    for period in ("1", "2", "3"):
        for payer in names:
            rows.append((period, "outside", payer, "other", float(rng.uniform(1, 20))))
            rows.append((period, "f", payer, "funding", float(rng.uniform(0.1, 10))))
            rows += [
                (period, payer, payee, "purchase", float(rng.uniform(0.1, 6)))
                for payee in [*names, "f"]
                if payee != payer and rng.random() < 0.5
            ]
    rows.append(("3", names[0], "f", "purchase", 1.0))
    table = _table(*rows)
    opening = {name: float(rng.uniform(0, 5)) for name in names}
    one = trace_funding(table, ["f"], "f", opening=opening)
    found = trace_sources(table, funders=["f"], opening=opening)
    assert found.of_seller("f")["f"] == pytest.approx(one.returned["pooled"], rel=1e-6, abs=1e-6)
    assert one.returned["forced"] - 1e-6 <= found.of_seller("f")["f"] <= one.returned["possible"] + 1e-6


@given(st.permutations(["a", "b", "m", "n"]))
def test_names_and_order_do_not_matter(names):
    renamed = dict(zip(["a", "b", "m", "n"], names, strict=True)) | {"outside": "outside"}
    rows = [(p, renamed[x], renamed[y], kind, v) for p, x, y, kind, v in A]
    found = trace_sources(_table(*rows), funders=[renamed["n"]])
    assert found.of_seller(renamed["n"])[renamed["n"]] == pytest.approx(7.2)


def test_a_closed_circle_has_no_origin():
    """A and B pay each other the same 5; C is apart and keeps its colour."""
    table = _table(
        ("1", "a", "b", "purchase", 5.0), ("1", "b", "a", "purchase", 5.0),
        ("1", "outside", "c", "other", 2.0), ("1", "c", "d", "purchase", 2.0),
    )  # fmt: skip
    found = trace_sources(table)
    assert found.of_seller("a")["unexplained"] == 5
    assert found.of_seller("d")["outside"] == pytest.approx(2)
    assert found.imbalance == pytest.approx(0)


def test_a_nearly_closed_circle_is_as_its_leak():
    """One part in a million enters and leaves: the whole circle has the colour of that part."""
    table = _table(
        ("1", "outside", "a", "other", 1.0), ("1", "a", "b", "purchase", 1e6), ("1", "b", "a", "purchase", 1e6 - 1),
        ("1", "b", "outside", "other", 1.0),
    )  # fmt: skip
    assert trace_sources(table).of_seller("b")["outside"] == pytest.approx(1e6)


def test_unknown_names_are_refused():
    found = trace_sources(_table(*A))
    with pytest.raises(NotFoundError, match="no payment names the party 'zz'"):
        found.of_seller("zz")
    with pytest.raises(NotFoundError, match="periods: 1"):
        found.of_seller("m", "2")
    with pytest.raises(NotFoundError):
        trace_sources(_table(*A), funders=["zz"])
