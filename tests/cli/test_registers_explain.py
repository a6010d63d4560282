"""explain: from any id to its evidence, in words, and nothing that became known later."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from loopledger.network.tables import TABLE_FAULTS
from loopledger.register import ASSUMPTION_FAULTS, BUNDLED, RULES, TEACHING
from loopledger.stress.scenarios.load import SCENARIO_FAULTS
from loopledger.stress.tables import CLEARING_FAULTS

EXAMPLE = Path(__file__).parents[2] / "examples" / "azure-loop.md"
OF_TEACHING = ("--register", TEACHING)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "loopledger", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@cache
def brief():
    return run("brief", EXAMPLE, "--json", "--known-on", "2026-11-01").stdout


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("larkspur-fjord-letter", "https://example.org/fjord/contract"),
        ("larkspur-loop", "announced 2025-04-01"),
        ("quayside", "quayside funds"),
        ("bound.about.low", "source: judgement"),
        ("RG302", "the parts add up to more than the whole"),
        ("FT207", "the amount is negative"),
        ("AS102", "an assumption is ill-formed, unknown, or changes its unit"),
    ],
)
def test_an_id_of_each_kind_is_explained(id_, said):
    result = run("explain", id_, "--register", TEACHING)
    assert result.returncode == 0, result.stderr
    assert said in result.stdout
    as_json = json.loads(run("explain", id_, "--register", TEACHING, "--json").stdout)
    assert as_json["kind"] in {"instrument", "deal", "party", "assumption", "problem"}
    assert as_json["id"] == id_ or as_json["kind"] == "instrument"


def test_a_code_is_known_in_small_letters_too():
    assert run("explain", "rg302").stdout == run("explain", "RG302").stdout


def test_an_observation_is_explained_by_its_row():
    row = (BUNDLED / "observations" / "financials.csv").read_text(encoding="utf-8").splitlines()[1017]
    result = run("explain", "observations/financials.csv:1018")
    assert result.returncode == 0, result.stderr
    party, period, *_ = row.split(",")
    assert result.stdout.startswith(f"{party} ")
    assert period in result.stdout
    assert "https://" in result.stdout
    early = run("explain", "financials.csv:1018", "--known-on", "2019-01-01")
    assert early.returncode == 2
    assert "known on 2019-01-01" in early.stderr


def test_every_figure_of_a_brief_leads_to_its_evidence(tmp_path):
    file = tmp_path / "brief.json"
    file.write_text(brief(), encoding="utf-8")
    from loopledger.cli.explain import _Brief

    content = json.loads(brief())
    assert len(content["figures"]) > 50

    def leaves(found):
        below = found.get("because", ())
        return [found] if not below else [leaf for child in below for leaf in leaves(child)]

    for figure in content["figures"]:
        found = _Brief(file).figure(figure["id"]).as_dict()
        assert found["text"] == figure["text"]
        for leaf in leaves(found):
            assert leaf["kind"] != "record" or leaf["sources"], leaf["id"]
    result = run("explain", "announced/doc/1", "--brief", file)
    assert "“Anthropic, the laboratory behind the Claude models" in result.stdout
    scheduled = run("explain", "scheduled/anthropic-azure-30bn", "--brief", file).stdout
    assert "https://blogs.microsoft.com/" in scheduled
    assert all(len(line) <= 100 or " " not in line.strip() for line in scheduled.splitlines())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("larkspr", *OF_TEACHING), 2, 'did you mean "larkspur"?'),
        (("bound.abot.low", *OF_TEACHING), 2, 'did you mean "bound.about.low"?'),
        (("RG999", *OF_TEACHING), 2, 'no problem has the code "RG999"'),
        (("larkspur-fjord-second", "--known-on", "2025-12-31", *OF_TEACHING), 2, "known on 2025-12-31"),
        (("x", "--brief", "none.json"), 3, "none.json"),
        (("x", "--brief", __file__), 3, "not what brief --json prints"),
    ],
)
def test_what_cannot_be_explained_is_said(arguments, code, said):
    result = run("explain", *arguments)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_every_problem_code_is_explained():
    from loopledger.cli.explain import _code

    for code in [*RULES, *TABLE_FAULTS, *CLEARING_FAULTS, *SCENARIO_FAULTS, *ASSUMPTION_FAULTS]:
        assert _code(code).lines[1].endswith(".")
