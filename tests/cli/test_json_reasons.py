"""Where a figure is null in JSON, the reason stands beside it, by the name of the field."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopledger.cli.app import app
from loopledger.register import TEACHING

DAY = ("--known-on", "2026-11-24")
TABLE = "period,payer,payee,kind,amount\n1,a,b,funding,5\n1,b,c,purchase,3\n"
TABLES = {
    "flows.csv": TABLE,
    "owed.csv": "payer,payee,amount\na,b,8\n",
    "parties.csv": "party,external_assets\na,10\nb,0\n",
}


def unexplained(found, above=()):
    """Yield the paths of null fields for which no `why`, beside them or above, has a reason."""
    if isinstance(found, list):
        for each in found:
            yield from unexplained(each, above)
    if not isinstance(found, dict):
        return
    reasons = found.get("why", {})
    within = [*above, ("", reasons if isinstance(reasons, dict) else {})]
    for name, value in found.items():
        here = [(f"{path}.{name}".lstrip("."), why) for path, why in within]
        if value is None or (isinstance(value, list) and None in value):
            if not any(why.get(path) for path, why in here):
                yield here[0][0]
        else:
            yield from unexplained(value, here)


def nulls(found):
    """Return how many values are null."""
    if isinstance(found, dict | list):
        return sum(map(nulls, found.values() if isinstance(found, dict) else found))
    return found is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("funding", "--funder", "a"),
        ("clear",),
        ("stress", "S01", *DAY),
        ("stress", "S01", "--reverse", "openai", *DAY),
        ("stress", "S01", "--reverse", "openai", "--norm", "coverage:1.2", *DAY),
        ("stress", "S01+S09", "--break", "openai,coreweave", *DAY),
        ("stress", "S01+S09", "--break", "openai", "--norm", "coverage", *DAY),
        ("stress", "--episodes"),
        ("flows", "--party", "larkspur", "--from", "2026Q1", *DAY, "--register", str(TEACHING)),
        ("flows", "--hold-out", "--by", "year", "--from", "2025", *DAY),
        ("flows", "--estimated", "--by", "year", "--from", "2025", *DAY),
        ("register", "observations", "--quarters", *DAY),
    ],
    ids=" ".join,
)
def test_every_null_has_its_reason(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in TABLES.items():
        Path(name).write_text(text, encoding="utf-8")
    tables = {
        "funding": ["--flows", "flows.csv"],
        "clear": ["--obligations", "owed.csv", "--parties", "parties.csv"],
    }
    result = CliRunner().invoke(
        app, [*arguments, *tables.get(arguments[0], []), "--json"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert nulls(found)
    assert list(unexplained(found)) == []


def test_reasons_are_of_the_case(tmp_path):
    (tmp_path / "flows.csv").write_text(TABLE, encoding="utf-8")
    arguments = ["funding", "--funder", "a", "--flows", str(tmp_path / "flows.csv"), "--json"]
    why = json.loads(CliRunner().invoke(app, arguments).stdout)["why"]
    assert why["returned.earmarked"] == why["share.earmarked"] == "no payment is earmarked for another"
    assert why["share.pooled"] == "a receives nothing from sales"


def test_a_network_too_large_for_the_ecologists_says_so(tmp_path):
    n = 4_001
    rows = [f"1,p{k},p{(k + 1) % n},{'purchase' if k else 'funding'},5" for k in range(n)]
    (tmp_path / "flows.csv").write_text("\n".join([TABLE.splitlines()[0], *rows]), encoding="utf-8")
    arguments = ["loops", "--flows", str(tmp_path / "flows.csv"), "--max-length", "3", "--json"]
    circulation = json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).stdout)["circulation"]
    assert circulation["finn_cycling_index"] is circulation["return_probability"] is None
    assert circulation["why"]["finn_cycling_index"].startswith("4,001 parties can all reach each other")
