"""Published values beside ours: headline shares recomputed from the raw files without the program."""

import csv

import pytest
import yaml

from loopledger.errors import ModelError
from loopledger.reconcile import evaluate, load_published, reconcile
from loopledger.register import BUNDLED, load_register


@pytest.fixture(scope="module")
def rows():
    return {one.row.subject: one for one in reconcile(load_register(BUNDLED))}


def backlog(party, metric, end):
    with (BUNDLED / "observations" / "financials.csv").open(encoding="utf-8", newline="") as file:
        found = [
            r
            for r in csv.DictReader(file)
            if (r["party"], r["metric"], r["period_end"]) == (party, metric, end)
        ]
    return float(found[0]["value"])


def contract(identifier, day):
    for path in (BUNDLED / "deals").glob("*.yaml"):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["instruments"]:
            if one["id"] == identifier:
                amounts = [
                    c["set"]["amount"]
                    for c in one.get("changes", [])
                    if c["on"] <= day and "amount" in c["set"]
                ]
                text = [one["amount"], *amounts][-1]
                return float(text.split("USD ")[1].removesuffix(" bn")) * 1e9
    raise AssertionError(identifier)


@pytest.mark.parametrize(
    ("subject", "ids", "party", "metric", "end", "published"),
    [
        ("Microsoft: OpenAI", ["openai-msft-azure-250"], "microsoft", "rpo_commercial", "2025-12-31", 0.45),
        ("Oracle: OpenAI, late 2025", ["openai-oracle-300b"], "oracle", "rpo", "2025-11-30", 0.58),
        ("Oracle: OpenAI, Feb-2026", ["openai-oracle-300b"], "oracle", "rpo", "2026-02-28", 0.54),
        ("Amazon: OpenAI, before the 100bn extension", ["openai-aws-38b"], "amazon", "rpo", "2025-12-31", 0.16),
        (
            "CoreWeave: OpenAI, Oct-2025 / spring 2026 (1)",
            ["openai-crwv-11-9b", "openai-crwv-4b", "openai-crwv-6-5b"],
            "coreweave", "revenue_backlog", "2025-09-30", 0.40,
        ),
    ],
)  # fmt: skip
def test_backlog_share_from_the_raw_files(rows, subject, ids, party, metric, end, published):
    expected = sum(contract(one, str(rows[subject].row.known_on)) for one in ids) / backlog(
        party, metric, end
    )
    assert rows[subject].stated == pytest.approx(expected, rel=1e-12)
    assert abs(expected - published) <= 0.05 + 1e-12
    assert rows[subject].verdict.startswith("agrees")
    assert set(ids) <= set(rows[subject].ids)


def test_items_that_do_not_add_up_are_named(rows):
    assert rows["OpenAI to 2030"].stated == pytest.approx(792 - 282 - 26 - 24 - 17.5)
    assert rows["OpenAI to 2030"].verdict.startswith("differs: the published items do not add up")


def test_recipes_and_lucent(rows):
    assert rows["Sequoia at 150bn run-rate"].stated == 150 * 4
    assert rows["Lucent 30-Sep-2000"].stated == pytest.approx(2.0 / 8.1)
    assert rows["Lucent 30-Sep-2001"].stated == pytest.approx(3.0 / 5.3)


def test_the_table_is_whole():
    table = load_published()
    assert len(table) >= 40
    assert len({row.id for row in table}) == len(table)
    for row in table:
        assert row.url.startswith("http")
        assert (row.way in ("backlog", "observed")) == (row.known_on is not None)


def test_unknown_metric_and_unknown_words_are_refused():
    with pytest.raises(ModelError, match="no published value"):
        reconcile(load_register(BUNDLED), "luck")
    with pytest.raises(ModelError, match="cannot be computed"):
        evaluate("__import__('os')", {})
