"""loopledger flows: the statement, the matrix, estimates, sources and funding, as text and as JSON."""

import json

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app

DAY = ("--known-on", "2026-11-24")


@pytest.fixture(scope="module")
def flows():
    def invoke(*arguments):
        found = CliRunner().invoke(app, ["flows", *arguments, *DAY], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    return invoke


def test_statement_in_words(flows):
    text = flows("--party", "microsoft", "--by", "year", "--from", "2025", "--to", "2025")
    assert text.startswith(
        "Millions of US dollars, central value and range; as known on 2026-11-24, register "
    )
    lines = text.splitlines()
    sums = [line.split()[-1] for line in lines if line.split()[:1] == ["sum"]]
    assert len(sums) == 2
    assert sums[0] == sums[1]
    assert any(line.split()[:2] == ["residual", "unexplained"] for line in lines)
    assert "Assumptions used:" in text


def test_statement_in_json_adds_up(flows):
    found = json.loads(flows("--party", "openai", "--from", "2025Q4", "--to", "2026Q2", "--json"))
    assert found["unit"] == "USD"
    assert found["known_on"] == "2026-11-24"
    assert [s["period"] for s in found["statements"]] == ["2025Q4", "2026Q1", "2026Q2"]
    for statement in found["statements"]:
        sources = sum(round(line["usd"]["central"] * 100) for line in statement["sources"])
        uses = sum(round(line["usd"]["central"] * 100) for line in statement["uses"])
        assert sources == uses == round(statement["total_usd"] * 100)
        assert statement["hole"]["missing"]
        for line in (*statement["sources"], *statement["uses"]):
            assert line["basis"] in ("reported", "contracted", "derived", "estimated", "residual")
            assert line["usd"]["low"] <= line["usd"]["central"] <= line["usd"]["high"]
            assert line["date_basis"]


def test_matrix_sums_to_zero(flows):
    found = json.loads(flows("--from", "2026Q1", "--to", "2026Q2", "--json"))
    assert [m["period"] for m in found["matrices"]] == ["2026Q1", "2026Q2"]
    for matrix in found["matrices"]:
        columns: dict[str, int] = {}
        rows: dict[str, int] = {}
        for cell in matrix["usd"]:
            amount = round(cell["amount"] * 100)
            columns[cell["party"]] = columns.get(cell["party"], 0) + amount
            rows[cell["item"]] = rows.get(cell["item"], 0) + amount
        assert not any(columns.values())
        assert not any(rows.values())


def test_matrix_in_words_says_what_is_left_out(flows):
    text = flows("--from", "2026Q2", "--to", "2026Q2", "--top", "3")
    assert "smaller pairs, together" in text
    assert "parties whose books a missing figure leaves open" in text


def test_contracts_only_holds_no_estimate(flows):
    whole = flows("--party", "coreweave", "--by", "year", "--from", "2025", "--to", "2025")
    bare = flows("--party", "coreweave", "--by", "year", "--from", "2025", "--to", "2025", "--contracts-only")
    assert "microsoft" in whole
    assert "microsoft" not in bare


def test_estimates_and_their_fit(flows):
    text = flows("--estimated", "--by", "year", "--from", "2025", "--to", "2025")
    assert "left out: amd, no sales reported for 2025" in text
    assert "sales of nvidia" in text
    found = json.loads(flows("--estimated", "--by", "year", "--from", "2025", "--to", "2025", "--json"))
    assert {p["basis"] for p in found["payments"]} <= {"estimated", "contracted"}
    assert all(fit["worst_miss_usd"] < 1 for fit in found["fits"])
    assert found["refused"] == []


def test_hold_out_prints_errors(flows):
    text = flows("--hold-out", "--by", "year", "--from", "2025")
    assert "coreweave customer_share_microsoft" in text
    [least] = [row for row in text.splitlines() if "openai rnd_paid_to_microsoft" in row]
    assert "at least 10,590.0" in least
    assert least.endswith("no test upward")
    assert "1 of 5 rows is a real test" in text
    assert "market.test_width = 0.5" in text
    found = json.loads(flows("--hold-out", "--by", "year", "--from", "2025", "--json"))
    entries = {h["entry"]: h["error_share"] for h in found["held_back"] if h["period"] == "2025"}
    assert entries["coreweave customer_share_microsoft"] < 0
    assert entries["openai rnd_paid_to_microsoft"] is None
    assert found["n_tests"] == 1


def test_a_total_known_at_one_end_says_so(flows):
    text = flows("--estimated", "--by", "year", "--from", "2025")
    [row] = [line for line in text.splitlines() if line.startswith("    openai rnd_paid_to_microsoft")]
    assert row.endswith("  at least 10,590.0")
    [row] = [line for line in text.splitlines() if line.startswith("    nvidia revenue_hyperscale")]
    assert row.endswith("  at most 86,579.0")


def test_nothing_to_hold_back_is_said(flows):
    assert "nothing can be held back" in flows("--hold-out", "--from", "2023Q1", "--to", "2023Q2")


def test_sources_of_a_seller(flows):
    found = json.loads(flows("--sources", "nvidia", "--by", "year", "--from", "2026", "--json"))
    assert [p["period"] for p in found["periods"]] == ["2026Q1-Q2"]
    [period] = found["periods"]
    assert sum(period["share"].values()) == pytest.approx(1)
    assert sum(period["usd"].values()) == pytest.approx(81_615e6 + 96_221e6, abs=1e6)
    assert period["share"]["nvidia"] > 0
    through = json.loads(
        flows("--sources", "nvidia", "--by", "year", "--from", "2026", "--through", "--json")
    )
    assert "nvidia" not in through["colours"]
    assert found["imbalance_usd"] < 1


def test_sources_of_everything_in_words(flows):
    text = flows("--sources", "all", "--by", "year", "--from", "2026")
    assert "all purchases among the parties" in text
    assert "2026Q1-Q2, compute, services and rent bought: " in text
    assert "2026Q1-Q2, chips and equipment bought: " in text


def test_sources_of_everything_are_its_payments(flows):
    """Computing and chips apart, each adds up to what the statements say the parties bought from each other."""
    window = ("--by", "year", "--from", "2026")
    found = json.loads(flows("--sources", "all", *window, "--json"))
    books = json.loads(flows(*window, "--json"))
    outside = {
        "end-customers",
        "outside-equity",
        "outside-debt",
        "other-costs",
        "bank-balances",
        "unexplained",
    }
    for item in ("operating_costs", "capital_expenditure"):
        [sums] = [p["usd"] for p in found["periods"] if p["item"] == item]
        paid = sum(
            line["usd"]["central"]
            for line in books["payments"]
            if line["item"] == item and not {line["payer"], line["payee"]} & outside
        )
        assert sum(sums.values()) == pytest.approx(paid, rel=1e-9)


def test_funding_of_a_seller(flows):
    text = flows("--funding", "coreweave", "--by", "year", "--from", "2026")
    assert "all insiders" in text
    assert "nvda-openai-equity-30b" in text
    found = json.loads(flows("--funding", "coreweave", "--by", "year", "--from", "2026", "--json"))
    [made] = found["funding"]
    shares = made["funders"]["insiders"]["share"]
    assert 0 <= shares["forced"] <= shares["pooled"] <= shares["possible"] <= 1
    assert made["receipts_usd"] == pytest.approx(4653e6, abs=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--party", "nvidia", "--estimated"], "one question at a time"),
        (["--through"], "--through goes with --sources"),
        (["--inputs"], "--inputs goes with --funding"),
        (["--by", "month"], "neither quarter nor year"),
    ],
)
def test_questions_that_do_not_go_together(arguments, message):
    found = CliRunner().invoke(app, ["flows", *arguments, *DAY])
    assert found.exit_code == 2
    assert message in " ".join(found.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--party", "nvidea"], 'did you mean "nvidia"'),
        (["--from", "spring"], "neither a quarter nor a year"),
        (["--funding", "gic", "--by", "year", "--from", "2026"], "is paid nothing for sales"),
    ],
)
def test_names_and_dates_that_do_not_exist(arguments, message):
    from loopledger.errors import LoopledgerError

    found = CliRunner().invoke(app, ["flows", *arguments, *DAY])
    assert isinstance(found.exception, LoopledgerError)
    assert message in str(found.exception)


def test_same_input_same_output(flows):
    one, other = (flows("--estimated", "--from", "2026Q1", "--json") for _ in range(2))
    assert one == other


def test_buyers_without_a_name_are_explained_and_keep_their_id_in_json(flows):
    window = ("--party", "nvidia", "--by", "year", "--from", "2026")
    text = flows(*window)
    assert "    sales                   buyers no record names" in text
    assert text.count("end-customers") == 1
    assert "no measure of what users of AI pay (end-customers in JSON)." in text
    [statement] = json.loads(flows(*window, "--json"))["statements"]
    assert "end-customers" in {line["payer"] for line in statement["sources"]}


def test_what_one_borrows_another_lends(flows):
    window = ("--by", "year", "--from", "2025", "--to", "2025", "--contracts-only")
    found = json.loads(flows(*window, "--party", "coreweave", "--json"))["statements"]
    [lender, *_] = [
        line["payer"]
        for statement in found
        for line in statement["sources"]
        if line["item"] == "borrowing" and not line["payer"].startswith("outside")
    ]
    used = flows(*window, "--party", lender).split("  uses\n")[1]
    assert "    lending                 coreweave" in used
    assert "    borrowing " not in used


def test_money_that_can_be_nobodys_is_a_part_of_what_the_books_hold(flows):
    window = ("--funding", "nvidia", "--by", "year", "--from", "2026")
    [found] = json.loads(flows(*window, "--json"))["funding"]
    investors, unexplained, paid = (
        found[key] for key in ("investors_usd", "unexplained_usd", "paid_in_books_usd")
    )
    text = flows(*window)
    assert f"Of {paid / 1e6:,.0f} paid in the books, 2024 to 2026Q1-Q2, {investors / 1e6:,.0f} (" in text
    assert (
        f"; {unexplained / 1e6:,.0f} ({unexplained / paid:.1%}) others paid beyond all that is known" in text
    )
    assert "without colour" not in text


def test_small_sources_are_one_line(flows):
    window = ("--sources", "nvidia", "--by", "year", "--from", "2026")
    [period] = json.loads(flows(*window, "--json"))["periods"]
    small = [usd for name, usd in period["usd"].items() if 0 < usd < 0.0005 * sum(period["usd"].values())]
    [row] = [line for line in flows(*window).splitlines() if "smaller sources" in line]
    assert row.split()[:4] == [str(len(small)), "smaller", "sources", f"{sum(small) / 1e6:,.1f}"]
