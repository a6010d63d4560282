"""Windows of every command: turned round, unreadable or empty ones are told, never answered with nothing."""

import pytest

from loopledger.cli.app import main
from loopledger.errors import NotFoundError
from loopledger.network import build_table
from loopledger.network.flows import Row
from loopledger.register import TEACHING

DAY = ("--known-on", "2026-10-01", "--register", str(TEACHING))
COMMANDS = {
    "loops": ("loops",),
    "loops estimated": ("loops", "--estimated"),
    "funding": ("funding", "--funder", "larkspur"),
    "flows": ("flows",),
    "party": ("flows", "--party", "larkspur"),
    "estimated": ("flows", "--estimated"),
    "held out": ("flows", "--hold-out"),
    "sources": ("flows", "--sources", "all"),
    "share funded": ("flows", "--funding", "larkspur"),
    "stress": ("stress", "S01"),
    "rank": ("stress", "--rank"),
    "page of a party": ("page", "party", "larkspur"),
    "page of the system": ("page", "system"),
}


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["loopledger", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert printed.out == ""
        return ended.value.code, " ".join(printed.err.split())

    return run


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_window_turned_round_is_told(run, command):
    code, said = run(*command, *DAY, "--from", "2027", "--to", "2025")
    assert code == 2
    assert "--to: 2025Q4 comes before 2027Q1, where the window begins" in said


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_an_unreadable_window_is_told(run, command, option):
    code, said = run(*command, *DAY, option, "garbage")
    assert (code, said) == (
        2, f"loopledger: {option}: 'garbage' is neither a quarter nor a year hint: write 2026Q1 or 2026",
    )  # fmt: skip


def test_years_outside_history_are_told(run):
    code, said = run("stress", "S01", *DAY, "--to", "2999")
    assert code == 2
    assert "--to: nothing is known or scheduled in 2999" in said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("loops", "--from", "2090"), "no payment falls in the window from 2090Q1"),
        (("funding", "--funder", "larkspur", "--to", "1990"), "no payment falls in the window to 1990Q4"),
        (("flows", "--from", "2090"), "no payment falls in 2090Q1 to 2090Q1"),
        (("flows", "--to", "1990"), "and the window ends in 1990Q4"),
        (("flows", "--sources", "all", "--from", "2090"), "no books from 2090Q1 on"),
        (("flows", "--estimated", "--to", "1990"), "1990Q4 comes before 2024Q1"),
        (("stress", "S01", "--to", "2020"), "2020Q4 comes before 2026Q4"),
        (("register", "diff", "--from", "2026-02-01", "--to", "2026-01-01"), "2026-01-01 comes before 2026-02-01"),
    ],
)  # fmt: skip
def test_a_window_without_anything_in_it_is_told(run, command, said):
    known = DAY[2:] if command[0] == "register" else DAY
    code, printed = run(*command, *known)
    assert code == 2
    assert said in printed


@pytest.fixture
def table(tmp_path):
    def write(*periods):
        path = tmp_path / "flows.csv"
        rows = "".join(f"{period},a,b,funding,5\n{period},b,a,purchase,3\n" for period in periods)
        path.write_text(f"period,payer,payee,kind,amount\n{rows}", encoding="utf-8")
        return path

    return write


def test_a_table_of_quarters_is_cut_by_quarter_or_year(table):
    from loopledger.cli.windows import cut_table
    from loopledger.network import read_flows

    flows = read_flows(table("2025-Q4", "2026-Q1", "2026-Q3"))
    assert len(cut_table(flows, "2026", None)) == len(cut_table(flows, "2026Q1", "2026Q4")) == 4
    assert len(cut_table(flows, "2020", "2025")) == 2


@pytest.mark.parametrize("periods", [("2025-01-02", "2026-01-02"), ("2025-01", "2026-01"), ("1", "2")])
def test_a_table_of_other_periods_is_cut_by_its_labels(run, table, periods):
    path = table(*periods)
    code, said = run("loops", "--flows", path, "--from", periods[1], "--to", periods[0])
    assert code == 2
    assert f"the window ends in '{periods[0]}' before it begins in '{periods[1]}'" in said
    code, said = run("funding", "--funder", "a", "--flows", path, "--from", "garbage")
    assert code == 2
    assert "no payment falls in the period 'garbage'" in said


def test_a_table_refuses_a_window_turned_round():
    rows = [Row(period=p, payer="a", payee="b", kind="funding", amount=1.0) for p in ("1", "2")]
    with pytest.raises(NotFoundError, match="ends in '1' before it begins in '2'"):
        build_table(rows).window("2", "1")
