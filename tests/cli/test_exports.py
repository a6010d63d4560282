"""The commands on figures and tables, as a user types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.errors import NotFoundError, RegisterError
from loopledger.register import TEACHING, check_register

FJORD = Path(__file__).parents[1] / "figures" / "fjord_companyfacts.json"
RUNNER = CliRunner()


def _run(*arguments):
    result = RUNNER.invoke(app, ["register", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_observations_show_definition_bound_and_source():
    text = _run("observations", "--register", TEACHING, "--party", "corvid", "--metric", "capex_per_gw")
    assert text == (
        "corvid capex_per_gw, usd_per_gw, price: Cost of building, for one unit of power or one rack, with\n"
        "  the parts that the name states\n"
        "  2025         2025-12-31 40,000,000,000 to 50,000,000,000  primary          2025-10-20\n"
    )


def test_quarters_are_those_of_the_calendar():
    text = _run(
        "observations",
        "--party",
        "microsoft",
        "--metric",
        "revenue",
        "--quarters",
        "--known-on",
        "2023-12-31",
    )
    assert text == (
        "microsoft revenue, usd, flow: Sales recognised in the period, whole company\n"
        "  2023Q1  FY2023Q3   +0 d              52,857,000,000  stated, primary\n"
        "  2023Q2  FY2023Q4   +0 d              56,189,000,000  stated, derived\n"
        "  2023Q3  FY2024Q1   +0 d              56,517,000,000  stated, primary\n"
    )


def test_definitions_that_change_are_shown_between_the_figures():
    lines = _run("observations", "--party", "google", "--metric", "rpo").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("  -- definition changes"))
    assert lines[at - 1].startswith("  2025Q4")
    assert lines[at + 1].startswith("  2026Q1") or lines[at + 2].startswith("  2026Q1")


def test_no_line_is_wider_than_a_page():
    for quarters in ([], ["--quarters"]):
        lines = _run("observations", "--known-on", "2026-11-24", *quarters).splitlines()
        assert max(map(len, lines)) <= 100


def test_json_holds_the_evidence_of_every_figure():
    [series] = json.loads(
        _run("observations", "--party", "coreweave", "--metric", "capex", "--quarters", "--json")
    )
    assert (series["nature"], series["additive"], series["unit"]) == ("flow", True, "usd")
    first = series["quarters"][0]
    assert (first["quarter"], first["low"], first["bound"]) == ("2026Q1", 6_800_000_000, "about")
    assert first["reported_less_subtracted"] == 13_000_000
    assert series["points"][0]["evidence"][0]["at"].startswith("observations/financials.csv:")


def test_what_nobody_reported_exits_with_usage():
    result = RUNNER.invoke(app, ["register", "observations", "--party", "nobody"])
    assert isinstance(result.exception, NotFoundError)


def test_companyfacts_are_held_against_the_register():
    text = _run("companyfacts", FJORD, "--party", "fjord", "--register", TEACHING)
    assert text == (
        "Fjord Cloud (invented) (CIK 0000000042), fiscal year to month 6: 22 of 28 facts\n"
        "  0 stands, 0 rounded, 16 new, 0 restates, 2 conflicts\n"
        "  unknown tags, left aside: dei:EntityCommonStockSharesOutstanding (1), us-gaap:Goodwill (2)\n"
        "  other units, left aside: us-gaap:Revenues in EUR (1)\n"
        "  other lengths, left aside: us-gaap:Depreciation (1)\n"
        "  other forms, left aside: DEF 14A (1)\n"
        "  two values in one filing: revenue FY2025Q1, filed 2024-10-25: us-gaap:Revenues 100000000,\n"
        "    us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax 99000000\n"
        "  conflicts capex_cash FY2025Q4: 70,000,000, filed 2025-08-15\n"
        "    register: 21,000,000,000, primary, 2025-07-30, observations/financials.csv:6\n"
        "  conflicts revenue FY2025Q4: 130,000,000, filed 2025-08-15\n"
        "    register: 42,000,000,000, primary, 2025-07-30, observations/financials.csv:5\n"
        "  new rows: capex_cash (6), cash_and_equivalents (3), net_income (2), revenue (5)\n"
    )


def test_written_rows_are_rows_of_a_register_and_edits_stay(tmp_path):
    register = tmp_path / "register"
    shutil.copytree(TEACHING, register)
    out = register / "observations" / "fjord.csv"
    arguments = ("companyfacts", FJORD, "--party", "fjord", "--register", register, "--out", out, "--json")
    first = json.loads(_run(*arguments))
    assert first["written"] == {"file": str(out), "added": 16, "kept_edits": 0}
    loaded, problems = check_register(register)
    assert (problems, len(loaded.observations)) == ((), 27)
    edited = out.read_text(encoding="utf-8").replace(",140000000,usd,exact", ",140500000,usd,about")
    out.write_text(edited, encoding="utf-8")
    again = json.loads(_run(*arguments))
    assert again["written"]["added"] == 0
    assert out.read_text(encoding="utf-8") == edited
    offers = {(p["metric"], p["period"], p["value"]): p["offer"] for p in again["proposals"]}
    assert offers["revenue", "FY2026Q1", 140_000_000] == "conflicts"
    assert offers["net_income", "FY2025", 18_000_000] == "stands"


def test_a_faulty_file_is_not_added_to(tmp_path):
    out = tmp_path / "fjord.csv"
    out.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="has faults; nothing was written"):
        _run("companyfacts", FJORD, "--party", "fjord", "--register", TEACHING, "--out", out)
    assert out.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_companyfacts_of_an_unknown_party_are_refused():
    with pytest.raises(NotFoundError, match='no party "fjrd"') as caught:
        _run("companyfacts", FJORD, "--party", "fjrd", "--register", TEACHING)
    assert caught.value.hint == 'did you mean "fjord"?'


@pytest.mark.shared
def test_a_real_filing_of_another_company_is_noticed(shared):
    path = shared / "oracles" / "sec" / "meta_companyfacts_trimmed.json"
    notes = json.loads(_run("companyfacts", path, "--party", "microsoft", "--json"))["notes"]
    assert notes == [
        "the years of the file end in month 12, those of the calendar in 6",
        "the file is of Meta Platforms, Inc. (CIK 0001326801), the party has CIK 0000789019",
    ]


def test_an_export_is_counted(tmp_path):
    out = tmp_path / "tables"
    arguments = ("export", "--register", TEACHING, "--to", "csv", "--out", out, "--known-on", "2025-11-01")
    text = _run(*arguments)
    assert text.splitlines()[:4] == [
        f"{out} as known on 2025-11-01, described in {out / 'datapackage.json'}",
        "  parties               7",
        "  deals                 5",
        "  instruments          14",
    ]
    content = json.loads(_run(*arguments, "--json"))
    assert content["rows"]["instruments"] == 14
    assert content["known_on"] == "2025-11-01"
