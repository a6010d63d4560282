"""loops and funding on tables: their JSON is the documented shape with the worked examples' numbers."""

import json

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app

A = """period,payer,payee,kind,amount,instrument
1,n,a,funding,10,eq-n
1,m,a,funding,5,eq-m
1,outside,a,other,15,
1,a,m,purchase,30,azure
1,m,n,purchase,18,chips
"""
D = """period,payer,payee,kind,amount
2026Q1,m,a,equity_investment,12
2026Q1,outside,a,other,4
2026Q1,a,outside,other,6
2026Q2,outside,a,other,8
2026Q2,a,m,purchase_commitment,20
"""


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        argv = [str(tmp_path / a) if str(a).endswith(".csv") else str(a) for a in arguments]
        return CliRunner().invoke(app, argv, catch_exceptions=False)

    return invoke


def test_loops_json(run):
    found = json.loads(run("loops", "--flows", "f.csv", "--json", f=A).stdout)
    assert found["loops"] == [
        {
            "parties": ["n", "a", "m"], "kind": "financing", "value": 10.0,
            "instruments": [["eq-n"], ["azure"], ["chips"]], "time_feasible": True,
            "legs": [
                {"payer": "n", "payee": "a", "amount": 10.0},
                {"payer": "a", "payee": "m", "amount": 30.0},
                {"payer": "m", "payee": "n", "amount": 18.0},
            ],
        },
        {
            "parties": ["m", "a"], "kind": "financing", "value": 5.0,
            "instruments": [["eq-m"], ["azure"]], "time_feasible": True,
            "legs": [{"payer": "m", "payee": "a", "amount": 5.0}, {"payer": "a", "payee": "m", "amount": 30.0}],
        },
    ]  # fmt: skip
    circulation = found["circulation"]
    assert circulation["total"] == pytest.approx(40)
    assert circulation["gross"] == pytest.approx(63)
    assert circulation["share"] == pytest.approx(40 / 63)
    assert sum(flow["amount"] for flow in circulation["flows"]) == pytest.approx(40)
    assert found["truncated"] is False


def test_funding_json(run):
    found = json.loads(
        run("funding", "--flows", "f.csv", "--funder", "n", "--seller", "n", "--json", f=A).stdout
    )
    assert (found["funders"], found["seller"]) == (["n"], "n")
    assert (found["receipts"], found["outlays"]) == (18.0, 10.0)
    assert found["returned"] == {
        "forced": 3.0, "pooled": pytest.approx(7.2), "earmarked": None,
        "first in first out": 10.0, "last in first out": 10.0, "possible": 10.0,
    }  # fmt: skip
    assert found["share"]["pooled"] == pytest.approx(0.4)


def test_funding_with_opening_cash_over_two_quarters(run):
    opening = "party,amount\na,4\nsomebody,1\n"
    result = run(
        "funding", "--flows", "f.csv", "--opening", "o.csv", "--funder", "m", "--json", f=D, o=opening
    )
    found = json.loads(result.stdout)
    assert found["returned"]["forced"] == pytest.approx(4)
    assert found["returned"]["pooled"] == pytest.approx(20 * 8.4 / 22)
    assert "opening cash of somebody is not used" in result.stderr


def test_window_cuts_the_table(run):
    found = json.loads(run("loops", "--flows", "f.csv", "--to", "2026Q1", "--json", f=D).stdout)
    assert found["loops"] == []
    assert found["window"] == {"from": "2026Q1", "to": "2026Q1", "n_payments": 3, "n_parties": 3}


def test_shortfall_is_said_and_listed(run):
    short = "period,payer,payee,kind,amount\n1,m,a,funding,5\n1,a,m,purchase,9\n"
    result = run("funding", "--flows", "f.csv", "--funder", "m", "--json", f=short)
    assert "taken to come from outside" in result.stderr
    assert json.loads(result.stdout)["unexplained"] == [{"party": "a", "period": "1", "amount": 4.0}]


def test_text_says_what_each_rule_is(run):
    text = run("funding", "--flows", "f.csv", "--funder", "n,m", "--seller", "m", f=A).stdout
    assert "forced" in text
    assert "50.0%" in text
    assert "no earmarks" in text


def test_several_funders_need_a_seller(run):
    result = run("funding", "--flows", "f.csv", "--funder", "n,m", f=A)
    assert result.exit_code == 2
    assert "--seller" in result.output


def test_table_and_register_exclude_each_other(run):
    result = run("loops", "--flows", "f.csv", "--known-on", "2026-01-01", f=A)
    assert result.exit_code == 2
    assert "--known-on" in result.output


def test_loops_of_the_teaching_register(run):
    from loopledger.register import TEACHING

    result = run("loops", "--register", TEACHING, "--known-on", "2025-06-01", "--json")
    found = json.loads(result.stdout)["loops"]
    assert [(loop["parties"], loop["value"]) for loop in found] == [
        (["corvid", "larkspur", "fjord"], pytest.approx(10e9)),
        (["fjord", "larkspur"], pytest.approx(5e9)),
    ]


def test_loops_of_a_register_say_what_stands_behind_them(run):
    from loopledger.register import TEACHING

    options = ("loops", "--register", TEACHING, "--known-on", "2025-06-01")
    found = json.loads(run(*options, "--json").stdout)["loops"]
    for loop in found:
        low, central, high = loop["value_range"]
        assert central == loop["value"]
        assert [low, high] == [min(leg["range"][k] for leg in loop["legs"]) for k in (0, 2)]
        assert loop["derived_legs"] == sum(leg["derived"] for leg in loop["legs"])
        assert loop["firm"] == min(leg["firm"] for leg in loop["legs"])
        assert all(leg["firm"] == 0 for leg in loop["legs"] if leg["derived"])
    text = run(*options).stdout
    assert ("~>" in text.split("derived leg")[0].rsplit("~>", 1)[0]) == any(
        loop["derived_legs"] for loop in found
    )


def test_ranges_dates_and_rewirings_on_request(run):
    options = ("loops", "--flows", "f.csv", "--ranges", "--within", "1", "--rewirings", "1000", "--seed", "3")
    first, again = (run(*options, "--json", f=D).stdout for _ in range(2))
    assert first == again
    found = json.loads(first)
    assert [(loop["parties"], loop["periods"], loop["amount"]) for loop in found["dated"]["loops"]] == [
        (["m", "a"], ["2026Q1", "2026Q2"], 12.0)
    ]
    assert [(row["length"], row["observed"]) for row in found["significance"]["counts"]] == [
        (2, 1),
        (3, 0),
        (4, 0),
    ]
    assert [(flow["least"], flow["most"]) for flow in found["circulation"]["flows"]] == [(12.0, 12.0)] * 2
    assert found["circulation"]["loops"] == [{"parties": ["a", "m"], "amount": 12.0}]
    assert found["circulation"]["goes_round"] == 12.0
    text = run(*options, f=D).stdout
    assert "m (2026Q1) -> a (2026Q2) -> m\n" in text
    assert "That is 12.00 going round in one circuit, through 2 hands; what is left holds no loop" in text
    assert "1000 rewirings" in text


def test_dated_loops_are_closed_name_their_instruments_and_stand_once(run):
    twice = """period,payer,payee,kind,amount,instrument
2026Q1,m,a,equity_investment,3000000000,eq-1
2026Q1,m,a,equity_investment,3000000000,eq-2
2026Q1,m,a,loan,3000000000,eq-2
2026Q2,a,m,purchase_commitment,4000000000,azure
"""
    options = ("loops", "--flows", "f.csv", "--within", "1")
    lines = run(*options, f=twice).stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if "increasing dates" in line)
    assert [line.split() for line in lines[place + 1 :]] == [
        "3.000 bn m (2026Q1) -> a (2026Q2) -> m".split(),
        ["eq-1,", "azure"],
        "3.000 bn m (2026Q1) -> a (2026Q2) -> m (2 alike)".split(),
        ["eq-2,", "azure"],
    ]
    found = json.loads(run(*options, "--json", f=twice).stdout)["dated"]["loops"]
    assert sorted(loop["instruments"] for loop in found) == [
        ["eq-1", "azure"],
        ["eq-2", "azure"],
        ["eq-2", "azure"],
    ]


def test_circuits_add_up_to_the_circulation(run):
    found = json.loads(run("loops", "--flows", "f.csv", "--json", f=A).stdout)["circulation"]
    assert found["goes_round"] == sum(loop["amount"] for loop in found["loops"]) == 15.0
    assert sum(loop["amount"] * len(loop["parties"]) for loop in found["loops"]) == found["total"] == 40.0
    text = run("loops", "--flows", "f.csv", f=A).stdout
    assert "That is 15.00 going round in 2 circuits that share no payment, through 2 to 3 hands each" in text
    assert "debt service" not in text


def test_too_few_rewirings_are_refused(run):
    assert run("loops", "--flows", "f.csv", "--rewirings", "999", f=A).exit_code == 2


def test_a_parquet_table_is_read_alike(run, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="the extra `data` is not installed")
    run("loops", "--flows", "f.csv", f=D)
    out = tmp_path / "f.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{tmp_path / 'f.csv'}')) TO '{out}' (FORMAT parquet)")  # noqa: S608
    answers = [run("funding", "--flows", path, "--funder", "m", "--json").stdout for path in ("f.csv", out)]
    assert answers[0] == answers[1]
