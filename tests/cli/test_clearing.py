"""The command clear: its JSON, its text, its options, and every fault of its tables with the place."""

import json

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.errors import RegisterError
from loopledger.stress.tables import CLEARING_FAULTS, read_clearing

OBLIGATIONS = "payer,payee,amount,seniority\na,b,8,1\na,c,6,2\nb,c,9,2\n"
PARTIES = "party,external_assets\na,10\nb,0\nc,0\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments, obligations=OBLIGATIONS, parties=PARTIES):
        (tmp_path / "o.csv").write_text(obligations, encoding="utf-8")
        (tmp_path / "p.csv").write_text(parties, encoding="utf-8")
        argv = ["clear", "--obligations", "o.csv", "--parties", "p.csv", *arguments]
        return CliRunner().invoke(app, argv, catch_exceptions=False)

    return invoke


def answer(run, *arguments, **files):
    result = run(*arguments, "--json", **files)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def paid(found):
    return {row["party"]: row["paid"] for row in found["payments"]}


def test_json_of_two_classes(run):
    # by hand: 8 senior in full, 2 of 6 junior; b passes on 8 of 9
    found = answer(run)
    assert {key: found[key] for key in ("solution", "unique", "residual", "external_rank", "n_rounds")} == {
        "solution": "greatest", "unique": True, "residual": 0.0, "external_rank": "pari-passu", "n_rounds": 1,
    }  # fmt: skip
    rows = {row["party"]: row for row in found["payments"]}
    assert list(rows) == ["a", "b", "c"]
    assert (rows["a"]["due"], rows["a"]["paid"], rows["a"]["defaults_in_round"]) == (14, 10, 1)
    assert (rows["b"]["due"], rows["b"]["paid"], rows["b"]["defaults_in_round"]) == (9, 8, 1)
    assert (rows["c"]["due"], rows["c"]["paid"], rows["c"]["defaults_in_round"]) == (0, 0, None)
    assert rows["c"]["equity"] == 10
    assert [(o["payer"], o["payee"], o["seniority"], o["paid"]) for o in found["obligations"]] == [
        ("a", "b", 1, 8), ("a", "c", 2, 2), ("b", "c", 2, 8),
    ]  # fmt: skip


def test_recoveries_of_the_table_go_before_the_options(run):
    # Rogers and Veraart 2013, example 3.3 with 2.2 owed by both
    debts = "payer,payee,amount\nx,y,2.2\ny,x,2.2\n"
    here = "party,external_assets,recovery_external,recovery_internal\nx,1,0.5,0.5\ny,1,,\n"
    options = ("--recovery-external", "0.5", "--beta", "0.5")
    greatest = answer(run, *options, obligations=debts, parties=here)
    assert (paid(greatest), greatest["unique"]) == ({"x": 2.2, "y": 2.2}, False)
    least = answer(run, *options, "--least", obligations=debts, parties=here)
    assert least["solution"] == "least"
    assert paid(least) == {"x": pytest.approx(1), "y": pytest.approx(1)}
    assert [row["defaults_in_round"] for row in least["payments"]] == [1, 1]
    whole = answer(run, "--least", obligations=debts, parties=here)
    assert paid(whole) == {"x": 2.2, "y": 2.2}  # y loses nothing in default, so nobody falls
    assert whole["unique"] is True


@pytest.mark.parametrize(
    ("rank", "inside", "outside"),
    [
        ("senior", [3, 3, 2], [17, 18, 8]),
        ("pari-passu", [4 * 20 / 21, 3, 2], [17 * 20 / 21, 18, 8]),
        ("junior", [4, 3, 2], [16, 18, 8]),
    ],
)
def test_the_rank_of_outside_creditors_is_an_option_and_is_named(run, rank, inside, outside):
    # paolobarucca/eisenbergnoe, Exercise2.m; marcobardoscia/neva; by hand
    found = answer(
        run, "--external", rank, obligations="payer,payee,amount\na,b,4\nb,c,3\nc,a,2\n",
        parties="party,external_assets,external_liabilities\na,18,17\nb,18,18\nc,9,8\n",
    )  # fmt: skip
    assert found["external_rank"] == rank
    assert [row["paid_inside"] for row in found["payments"]] == pytest.approx(inside)
    assert [row["paid_external"] for row in found["payments"]] == pytest.approx(outside)
    assert [row["paid"] for row in found["payments"]] == pytest.approx([20, 21, 10])


def test_rows_of_a_pair_add_up_and_order_does_not_matter(run):
    split = "seniority,amount,payee,payer\n2,9,c,b\n1,3,b,a\n2,6,c,a\n,5,b,a\n"
    assert paid(answer(run, obligations=split)) == paid(answer(run))


def test_nothing_owed(run):
    found = answer(run, obligations="payer,payee,amount\n")
    assert paid(found) == {"a": 0, "b": 0, "c": 0}
    assert found["unique"] is True
    assert found["obligations"] == []


def test_a_party_that_pays_only_in_the_limit_is_noted(run):
    result = run(
        "--least", "--alpha", "0.5", "--beta", "0.5", "--json", obligations="payer,payee,amount\na,b,2\nb,a,2.2\n",
        parties="party,external_assets\na,1\nb,1\n",
    )  # fmt: skip
    assert "a counts as short although its assets equal what it owes" in result.stderr
    assert json.loads(result.stdout)["short_only_in_the_limit"] == ["a"]


def test_text(run):
    assert run("--top", "2").stdout == (
        "Amounts as in o.csv and p.csv, in their own unit\n"
        "Greatest clearing vector of 3 parties; nothing is owed outside\n"
        "Paid: 18.00 of 23.00 due (78.3%); 0.00 destroyed by default\n"
        "Defaults: 2 of 3, in 1 round\n"
        "No other payments clear: the greatest and the least are the same\n"
        "Proof: residual 0, each payment exact within 1.8e-14\n"
        "\n"
        "party   due  paid  paid claims received equity  defaults in\n"
        "a     14.00 10.00 71.4%   0.00     0.00   0.00  round 1\n"
        "b      9.00  8.00 88.9%   8.00     8.00   0.00  round 1\n"
        "... and 1 more; --top 3 prints all\n"
    )


def test_text_of_several_solutions(run):
    text = run(
        obligations="payer,payee,amount\na,b,1\nb,a,1\n",
        parties="party,external_assets,external_liabilities\na,0,0\nb,0,0\nc,5,6\n",
    ).stdout
    assert "creditors outside rank pari passu" in text
    assert "Other payments clear too: the greatest and the least differ by up to 1.00 for one party" in text


def test_the_same_input_gives_the_same_bytes(run):
    assert run("--json").stdout == run("--json").stdout


FAULTS = {
    "CL201": (
        "payer,payee,amount\n,b,1\n", PARTIES,
        "o.csv:2:1: CL201 error: payer is empty (name who owes whom, or leave the row out)",
    ),
    "CL202": (
        "payer,payee,amount\na,a,1\n", PARTIES, "o.csv:2:3: CL202 error: 'a' owes itself (leave the row out)",
    ),
    "CL203": (
        OBLIGATIONS, "party,external_assets\na,1\nb,nan\nc,0\n", "p.csv:3:3: CL203 error: not a finite number: 'nan'",
    ),
    "CL204": (
        "payer,payee,amount\na,b,1\nb,c,-2\n", PARTIES,
        "o.csv:3:5: CL204 error: negative amount -2 (swap payer and payee)",
    ),
    "CL205": (
        "payer,payee,amount,seniority\na,b,1,first\n", PARTIES,
        "o.csv:2:7: CL205 error: not a whole number: 'first' (1 is paid before 2, and so on)",
    ),
    "CL206": (
        OBLIGATIONS, "party,external_assets,recovery_internal\na,1,40\nb,0,1\nc,0,1\n",
        "p.csv:2:5: CL206 error: recovery_internal 40 is above 1 (write 0.4 for 40 %)",
    ),
    "CL301": (
        OBLIGATIONS, PARTIES + "a,2\n", "p.csv:5:1: CL301 error: 'a' stands twice (first on line 2; make it one row)",
    ),
    "CL302": (
        OBLIGATIONS, "party,external_assets\na,1\nb,0\n",
        "o.csv:3:3: CL302 error: 'c' has no row in p.csv (add one; external_assets may be 0)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", CLEARING_FAULTS)
def test_every_fault_has_its_place(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    obligations, parties, message = FAULTS[code]
    (tmp_path / "o.csv").write_text(obligations, encoding="utf-8")
    (tmp_path / "p.csv").write_text(parties, encoding="utf-8")
    from pathlib import Path

    with pytest.raises(RegisterError) as caught:
        read_clearing(Path("o.csv"), Path("p.csv"))
    assert message in str(caught.value)
    assert {problem.code for problem in caught.value.problems} == {code}


@pytest.mark.parametrize(
    ("obligations", "parties", "message"),
    [
        ("a,b,\n", "", "o.csv:2:5: CL203 error: amount is empty (write 0 for none)"),
        (
            'a,b,"1,000"\n',
            "",
            "o.csv:2:5: CL203 error: not a finite number: '1,000' (plain digits, with a point for decimals",
        ),
        ("a,b,1e400\n", "", "o.csv:2:5: CL203 error: not a finite number: '1e400'"),
        ("a,b,1e150\n", "", "o.csv:2:5: CL203 error: amount is above 1e+100 (count in millions or billions"),
        ("a,b,inf\n", "", "o.csv:2:5: CL203 error: not a finite number: 'inf'"),
        ("a,b," + "x" * 60 + "\n", "", f"not a finite number: '{'x' * 40}...'"),
        ("a, B ,1\n", "", "o.csv:2:4: CL302 error: 'B' has no row in p.csv (did you mean 'b'?)"),
        ("a,b,1,+-1\n", "", "o.csv:2:7: CL205 error: not a whole number: '+-1'"),
        ("a,b,1,1.5\n", "", "o.csv:2:7: CL205 error: not a whole number: '1.5'"),
        ("", "d,,1,1,1\n", "p.csv:5:3: CL203 error: external_assets is empty (write 0 for none)"),
        (
            "",
            "d,-1,1,1,1\n",
            "p.csv:5:3: CL204 error: negative external_assets -1 (enter a debt as a liability)",
        ),
        ("", "d,1,-2,1,1\n", "negative external_liabilities -2 (enter what is owed to the party as assets)"),
        (
            "",
            "d,1,1,-0.5,1\n",
            "p.csv:5:7: CL206 error: negative recovery_external -0.5 (write 0.4 for 40 %)",
        ),
    ],
)
def test_traps_in_cells(run, obligations, parties, message):
    first = "payer,payee,amount" + (
        ",seniority" if obligations.count(",") == 3 and '"' not in obligations else ""
    )
    with pytest.raises(RegisterError) as caught:
        run(
            obligations=f"{first}\n{obligations}",
            parties="party,external_assets,external_liabilities,recovery_external,recovery_internal\n"
            f"a,1,,,\nb,2,,,\nc,3,,,\n{parties}",
        )
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffpayer,payee,amount\r\na,b,8\r\n",
        "Payer , PAYEE,amount\n a ,b, 8.0 \n\n",
        'payer,payee,amount\n"a","b","8"',
    ],
)
def test_forms_that_say_the_same(run, text):
    assert paid(answer(run, obligations=text)) == {"a": 8, "b": 0, "c": 0}


def test_a_zero_with_a_sign_is_a_zero(run):
    assert '"due": -0.0' not in run("--json", obligations="payer,payee,amount\na,b,-0\n").stdout


def test_amounts_of_any_size_are_legible(run):
    small = run(
        obligations="payer,payee,amount\na,b,1e-9\n", parties="party,external_assets\na,2.5e-10\nb,0\n"
    ).stdout
    assert "a     0.00000000100 0.00000000025 25.0%" in small
    large = run(
        obligations="payer,payee,amount\na,b,1e15\n", parties="party,external_assets\na,1\nb\x1b[31m,0\nb,0\n"
    ).stdout
    assert "1,000,000,000,000,000.00 1.00" in large
    assert "\x1b" not in large


def test_all_faults_are_shown_at_once():
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        debts, parties = Path(folder, "o.csv"), Path(folder, "p.csv")
        debts.write_text("payer,payee,amount\na,b,x\nb,b,1\na,,2\n", encoding="utf-8")
        parties.write_text(PARTIES, encoding="utf-8")
        with pytest.raises(RegisterError) as caught:
            read_clearing(debts, parties)
        assert [problem.code for problem in caught.value.problems] == ["CL203", "CL202", "CL201"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("obligations", "", "FT106"),
        ("obligations", "payer,payee\na,b\n", "FT101 error: no column 'amount'"),
        ("parties", "party,external_assets,cash\na,1,2\n", "FT102 error: unknown column 'cash'"),
        ("parties", "party,external_assets\n", "FT106"),
    ],
)
def test_faults_of_the_form(run, name, text, said):
    with pytest.raises(RegisterError, match=said):
        run(**{name: text})


def test_options_out_of_range(run):
    for arguments in (("--alpha", "1.5"), ("--external", "first"), ("--top", "0")):
        assert run(*arguments).exit_code == 2
