"""No option is ignored in silence: it works, or is refused with a sentence."""

import json
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from loopledger.cli import combinations
from loopledger.cli.app import app
from loopledger.register import TEACHING

EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "azure-loop.md")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("stress --list --rank", "ask one question at a time: --list or --rank"),
        ("stress --list --rank --break openai", "ask one question at a time: --list, --rank or --break"),
        ("stress S01 --list", "SCENARIO does nothing with --list; leave it out"),
        ("stress --episodes --known-on 2026-01-01", "--known-on does nothing with --episodes; leave it out"),
        ("stress --rank --html a.html --md a.md", "--html and --md do nothing with --rank; leave them out"),
        ("stress --rank --reverse openai", "--reverse does nothing with --rank; leave it out"),
        ("stress --break openai --draws 9", "--draws does nothing with --break; leave it out"),
        ("stress S01 --most 3", "--most goes with --break, and does nothing alone"),
        ("stress S01 --norm short", "--norm goes with --reverse or --break, and does nothing alone"),
        ("stress S01 --seed 1", "--seed goes with --draws, and does nothing alone"),
        ("stress S01 --resume kept.npz", "--resume goes with --draws, and does nothing alone"),
        (
            "flows --estimated --contracts-only",
            "--contracts-only does nothing with --estimated; leave it out",
        ),
        ("flows --sources all --top 3", "--top does nothing with --sources; leave it out"),
        ("flows --through", "--through goes with --sources, and does nothing alone"),
        ("loops --seed 3", "--seed goes with --rewirings, and does nothing alone"),
        (
            "loops --flows a.csv --estimated --known-on 2026-01-01",
            "--estimated and --known-on do nothing with --flows: a payment table stands alone; leave them out",
        ),
        (
            f"funding --funder a --flows a.csv --register {TEACHING}",
            "--register does nothing with --flows: a payment table stands alone; leave it out",
        ),
        (f"read {EXAMPLE} --answers kept.jsonl", "--answers goes with --model, and does nothing alone"),
        (f"brief {EXAMPLE} --keep folder", "--keep goes with --fetch, and does nothing alone"),
        (f"explain x --brief brief.json --register {TEACHING}", "--register does nothing with --brief"),
        (f"register fmt a.yaml --register {TEACHING}", "--register does nothing with FILES"),
        (f"register add a.md --register {TEACHING} --into {TEACHING}", "--register does nothing with --into"),
        ("funding --funder nvidia --seller --json", "--seller has no value: --json is the next option"),
        ("funding --funder --json", "--funder has no value: --json is the next option"),
        ("page system --html --md", "--html has no value: --md is the next option"),
    ],
)
def test_an_option_without_effect_is_refused(arguments, said):
    found = CliRunner().invoke(app, arguments.split())
    assert found.exit_code == 2
    assert said in " ".join(found.output.split())


def test_read_writes_its_files_and_prints_the_same(tmp_path):
    found = CliRunner().invoke(app, ["read", EXAMPLE, "--out", str(tmp_path), "--json"])
    assert found.exit_code == 0
    printed = json.loads(found.stdout)
    assert printed == [json.loads((tmp_path / "azure-loop.json").read_text("utf-8"))]


def test_json_of_a_reading_always_explains():
    plain, explained = (
        CliRunner().invoke(app, ["read", EXAMPLE, "--json", *more]).stdout for more in ([], ["--explain"])
    )
    assert plain == explained
    assert all(row["rules"] for row in json.loads(plain)[0]["obligations"])


def test_the_tables_name_only_what_the_commands_have():
    named = [
        (path, {option, *others})
        for table in (combinations._QUESTIONS, combinations._NEEDS)
        for path, rows in table.items()
        for option, others in rows.items()
    ]
    for path, rows in combinations._ALONE.items():
        named += [(path, {option, *idle}) for option, (idle, _) in rows.items()]
    for path, options in named:
        command = get_command(app)
        for name in path.split():
            command = command.commands[name]
        assert options <= {combinations._name(parameter) for parameter in command.params}, path
