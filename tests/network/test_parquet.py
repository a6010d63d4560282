"""Parquet tables: the same network and the same faults as the CSV with the same cells."""

import time

import numpy as np
import pytest

from loopledger.errors import RegisterError, SourceError
from loopledger.network import parquet, read_flows

duckdb = pytest.importorskip("duckdb", reason="the extra `data` is not installed")
HEADER = "period,payer,payee,kind,amount"


def both(folder, text, types=None):
    """Write one table as CSV and, through another reader, as Parquet."""
    csv, out = folder / "t.csv", folder / "t.parquet"
    csv.write_text(text, encoding="utf-8")
    with duckdb.connect(":memory:") as base:
        cells = base.read_csv(str(csv), header=True, all_varchar=True)
        if types:
            cells = base.read_csv(str(csv), header=True, dtype=types)
        cells.write_parquet(str(out))
    return csv, out


def assert_same(one, other):
    for name in ("periods", "parties", "kinds", "instruments"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("period", "payer", "payee", "kind", "instrument", "amount"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert getattr(one, name).dtype == getattr(other, name).dtype
    assert dict(one.earmarks) == dict(other.earmarks)


TABLES = {
    "plain": f"{HEADER}\n1,a,b,funding,5\n2,b,outside,purchase,2.5\n10,outside,b,loan,0.1\n",
    "earmarks": f"{HEADER},instrument,earmarked_for\n1,m,a,funding,5,eq,c;d\n1,a,m,purchase,3,c,\n2,a,m,supply,1,d,\n",
    "zero": f"{HEADER}\n1,a,b,funding,0\n2,c,b,other,1\n",
    "two forms": f"{HEADER}\n2026-Q2,a,b,funding,1\n2026Q2,b,a,other,2\n2026Q1,b,a,other,4\n",
    "blanks": f"{HEADER}\n1, a ,b,funding, 7 \n",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_the_same_table_as_csv(tmp_path, text):
    assert_same(*map(read_flows, both(tmp_path, text)))


def test_columns_may_be_dates_and_decimals(tmp_path):
    text = f"{HEADER}\n2026-01-05,a,b,funding,1200.10\n2025-12-31,b,a,purchase,0.30\n"
    csv, out = both(tmp_path, text, {"period": "DATE", "amount": "DECIMAL(18,2)"})
    assert_same(read_flows(csv), read_flows(out))


FAULTY = {
    "FT101": "period,payer,payee,amount\n1,a,b,5\n",
    "FT102": f"{HEADER},note\n1,a,b,funding,5,x\n",
    "FT106": f"{HEADER}\n",
    "FT201": f"{HEADER}\n1,a,b,funding,5\n,a,b,funding,5\n",
    "FT202": f"{HEADER}\n1,a,a,funding,5\n",
    "FT203": f"{HEADER}\n1,a,b,gift,5\n",
    "FT204": f"{HEADER}\n2026Q1,a,b,funding,5\n2026Q2,a,b,funding,5\n2026-01,a,b,funding,5\n",
    "FT205": f"{HEADER}\nsoon,a,b,funding,5\n",
    "FT206": f'{HEADER}\n1,a,b,funding,"1,200"\n',
    "FT207": f"{HEADER}\n1,a,b,funding,-3\n",
    "FT208": f"{HEADER},instrument,earmarked_for\n1,a,b,funding,5,,x\n",
    "FT209": f"{HEADER},instrument,earmarked_for\n1,a,b,funding,5,i,x\n",
    "FT210": f"{HEADER},instrument,earmarked_for\n1,a,b,funding,5,i,j\n1,a,c,supply,5,j,\n",
    "FT211": f"{HEADER}\n1,a,b,funding,1e30\n",
    "FT212": f"{HEADER}\n1,Outside,b,funding,5\n",
}


@pytest.mark.parametrize(("code", "text"), FAULTY.items(), ids=FAULTY)
def test_the_same_faults_as_csv(tmp_path, code, text):
    found = []
    for path in both(tmp_path, text):
        with pytest.raises(RegisterError) as caught:
            read_flows(path)
        found.append([(problem.code, problem.message, problem.hint) for problem in caught.value.problems])
    assert found[0] == found[1]
    assert code in {row[0] for row in found[0]}


def test_a_fault_is_placed_by_row_and_column(tmp_path):
    _, out = both(tmp_path, f"{HEADER}\n1,a,b,funding,5\n1,a,b,gift,-5\n")
    with pytest.raises(RegisterError) as caught:
        read_flows(out)
    assert [(p.at.line, p.at.column, p.code) for p in caught.value.problems] == [
        (2, 4, "FT203"),
        (2, 5, "FT207"),
    ]


def test_files_that_are_none(tmp_path):
    (tmp_path / "no.parquet").write_bytes(b"period,payer\n")
    for name in ("no.parquet", "missing.parquet"):
        with pytest.raises(SourceError, match="cannot be read"):
            read_flows(tmp_path / name)


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    import builtins

    there = builtins.__import__

    def without(name, *arguments, **options):
        if name == "duckdb":
            raise ImportError(name)
        return there(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SourceError, match="extra `data`"):
        parquet.read_parquet(tmp_path / "t.parquet", ("period",), ())


def test_a_million_rows(tmp_path):
    out = tmp_path / "big.parquet"
    with duckdb.connect(":memory:") as base:
        base.sql(
            "SELECT (i % 20)::VARCHAR AS period, 'p' || (i % 997) AS payer, 'q' || (i % 89) AS payee, "
            "'funding' AS kind, i + 1 AS amount FROM range(1000000) t(i)"
        ).write_parquet(str(out))
    began = time.perf_counter()
    table = read_flows(out)
    assert time.perf_counter() - began < 20  # about one second on an idle machine
    assert len(table) == 10**6
    assert table.amount.sum() == 10**6 * (10**6 + 1) / 2
    assert [table.parties[i] for i in table.payer[[0, 996, 997]]] == ["p0", "p996", "p0"]
    assert np.array_equal(table.amount, np.arange(1, 10**6 + 1))
