"""Reading payment tables: what is accepted, and hostile files that must not end in a traceback."""

import contextlib
import os
import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loopledger.errors import LoopledgerError, ModelError, NotFoundError, RegisterError, SourceError
from loopledger.network import Row, build_table, close_books, read_flows, read_opening

HEADER = "period,payer,payee,kind,amount"


def write(folder, content, name="flows.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def codes(caught):
    return [problem.code for problem in caught.value.problems]


def test_a_plain_table(tmp_path):
    table = read_flows(write(tmp_path, f"{HEADER},instrument\n2,b,outside,purchase,2.5,x\n1,a,b,loan,1e3,\n"))
    assert table.periods == ("1", "2")
    assert table.parties == ("a", "b", "outside")
    assert table.amount.tolist() == [2.5, 1000.0]
    assert [table.instruments[i] for i in table.instrument] == ["x", ""]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfperiod,payer,payee,kind,amount\r\n1,a,b,funding,5\r\n",
        b"period,payer,payee,kind,amount\r1,a,b,funding,5",
        b"\n \n Period , PAYER ,payee,kind,amount\n\n1 , a,b ,funding, 5 \n,,,,\n",
        b'"period","payer","payee","kind","amount"\n"1","a","b","funding","5"\n',
        b"amount,kind,payee,payer,period\n5,funding,b,a,1\n",
    ],
    ids=["byte order mark", "carriage returns", "blanks", "quotes", "order of columns"],
)
def test_dialects_of_one_table(tmp_path, content):
    table = read_flows(write(tmp_path, content))
    assert (table.periods, table.parties, table.amount.tolist()) == (("1",), ("a", "b"), [5.0])


def test_names_may_hold_commas_line_ends_and_any_script(tmp_path):
    table = read_flows(write(tmp_path, f'{HEADER}\n1,"a, Inc.\nof X",東京,funding,5\n'))
    assert set(table.parties) == {"a, Inc.\nof X", "東京"}


def test_a_fault_after_a_quoted_line_end_is_placed_where_it_stands(tmp_path):
    path = write(tmp_path, f'{HEADER}\n1,"a\nb",c,funding,x\n\n1,a,b,gift,1\n')
    with pytest.raises(RegisterError) as caught:
        read_flows(path)
    places = [(p.code, p.at.line, p.at.column) for p in caught.value.problems]
    assert places == [("FT206", 3, 14), ("FT203", 5, 7)]


def test_one_quarter_written_in_two_ways_is_one_period(tmp_path):
    rows = "2026Q2,a,b,funding,1\n2026-q1,a,b,funding,2\n2026-Q2,a,b,funding,3\n2026Q1,b,a,other,4\n"
    table = read_flows(write(tmp_path, f"{HEADER}\n{rows}"))
    assert table.periods == ("2026-q1", "2026Q2")
    assert table.period.tolist() == [1, 0, 1, 0]


def test_periods_are_in_time_order_not_in_that_of_text(tmp_path):
    rows = "".join(f"{t},a,b,funding,1\n" for t in ("10", "9", "-1", "010"))
    assert read_flows(write(tmp_path, f"{HEADER}\n{rows}")).periods == ("-1", "9", "10")


def test_payments_of_nothing_leave_their_period(tmp_path):
    table = read_flows(write(tmp_path, f"{HEADER}\n1,a,b,funding,0\n2,a,b,funding,1\n"))
    assert (len(table), table.periods) == (1, ("1", "2"))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", RegisterError),
        (b"\n\n\n", RegisterError),
        (HEADER.encode(), RegisterError),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd8", SourceError),
        (bytes(range(256)) * 40, SourceError),
        (b"\x00" * 1000, RegisterError),
        (f"{HEADER}\n1,a,b,funding,5\n".encode("utf-16"), SourceError),
        (f"{HEADER}\n1,Société,b,funding,5\n".encode("latin-1"), SourceError),
        (b'"period,payer\n', RegisterError),
        (b'"a"b,c\n', RegisterError),
        (f"{HEADER}\n1,{'x' * 200_000},b,funding,5\n".encode(), RegisterError),
        (b",,,,\n,,,,\n", RegisterError),
    ],
)
def test_hostile_files_are_refused_in_words(tmp_path, content, error):
    for read in (read_flows, read_opening):
        with pytest.raises(error) as caught:
            read(write(tmp_path, content))
        assert "flows.csv" in str(caught.value)


def test_lost_files_are_refused_in_words(tmp_path):
    locked = write(tmp_path, HEADER, "locked.csv")
    locked.chmod(0)
    lost = [tmp_path, tmp_path / "none.csv", tmp_path / "a\0b"] + [locked] * (os.getuid() != 0)
    for path in lost:
        with pytest.raises(SourceError, match="cannot be read"):
            read_flows(path)


def test_a_hundred_thousand_faults_are_counted_and_two_hundred_shown(tmp_path):
    path = write(tmp_path, f"{HEADER}\n" + "1,a,a,funding,5\n" * 100_000)
    with pytest.raises(RegisterError) as caught:
        read_flows(path)
    assert "100000 faults, the first 200 are shown" in str(caught.value)
    assert len(caught.value.problems) == 200


def test_a_hundred_thousand_rows(tmp_path):
    rows = "".join(f"{t % 20},p{t % 97},q{t % 89},funding,{t + 1}\n" for t in range(100_000))
    path = write(tmp_path, f"{HEADER}\n{rows}")
    began = time.perf_counter()
    table = read_flows(path)
    assert time.perf_counter() - began < 10  # about one second on an idle machine
    assert table.amount.sum() == 100_000 * 100_001 / 2


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
@example(b"period,payer,payee,kind,amount\n1,a,b,funding,1e308\n1,a,b,funding,1e-320\n")
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_bytes_end_in_a_traceback(tmp_path_factory, content):
    path = write(tmp_path_factory.getbasetemp(), content, "any.csv")
    head = write(
        tmp_path_factory.getbasetemp(), HEADER.encode() + b"\n1,a,b,funding,1\n" + content, "head.csv"
    )
    for read, file in ((read_flows, path), (read_opening, path), (read_flows, head)):
        with contextlib.suppress(LoopledgerError):
            read(file)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf"), float("-inf")])
def test_amounts_that_are_none_are_refused_not_dropped(amount):
    with pytest.raises(ModelError, match="negative or no finite number"):
        build_table([Row(period="1", payer="a", payee="b", kind="funding", amount=amount)])
    table = build_table([Row(period="1", payer="a", payee="b", kind="funding", amount=1)])
    with pytest.raises(ModelError, match="negative or no finite number"):
        close_books(table, {"a": amount})


def test_unknown_names_are_refused_in_words():
    row = Row(period="1", payer="a", payee="b", kind="gift", amount=1)
    with pytest.raises(NotFoundError, match="no kind of payment"):
        build_table([row])
    funding = Row(period="1", payer="a", payee="b", kind="funding", amount=1)
    with pytest.raises(NotFoundError, match="none of the periods"):
        build_table([funding], periods=["2"])
    table = build_table([funding])
    with pytest.raises(NotFoundError, match="no payment names"):
        table.party("c")
    with pytest.raises(NotFoundError, match="no payment falls"):
        table.window("2", None)
    with pytest.raises(NotFoundError, match="no payment falls"):
        build_table([]).window("2", None)


def test_opening_cash(tmp_path):
    assert read_opening(write(tmp_path, "party,amount\na,5\nb,0\n")) == {"a": 5.0, "b": 0.0}
    with pytest.raises(RegisterError) as caught:
        read_opening(write(tmp_path, "party,amount\n,5\na,-1\na,x\nOUTSIDE,1e30\n"))
    assert codes(caught) == ["FT201", "FT207", "FT301", "FT206", "FT212", "FT211"]


def test_money_is_unexplained_when_it_is_first_needed():
    rows = [("1", "a", "b", 10.0), ("2", "outside", "a", 4.0), ("3", "a", "b", 5.0), ("3", "b", "a", 3.0)]
    table = build_table([Row(period=t, payer=i, payee=j, kind="other", amount=x) for t, i, j, x in rows])
    books = close_books(table, {"a": 6.0})
    assert books.unexplained[:, table.party("a")].tolist() == [4.0, 0.0, 0.0]
    assert books.balance[:, table.party("a")].tolist() == [0.0, 4.0, 2.0]
    assert np.all(books.unexplained[:, table.party("outside")] == 0)


def test_cents_that_do_not_add_up_in_binary_are_not_missing():
    rows = [("outside", "a", 0.1), ("outside", "a", 0.2), ("a", "outside", 0.3), ("a", "outside", 1e-9)]
    table = build_table([Row(period="1", payer=i, payee=j, kind="other", amount=x) for i, j, x in rows])
    assert close_books(table).unexplained.sum() == pytest.approx(1e-9)
    table = table.select(table.amount > 1e-6)
    assert close_books(table).unexplained.sum() == 0
