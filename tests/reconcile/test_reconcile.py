"""Published values beside ours: headline shares recomputed from the raw files without the program."""

import csv
from datetime import date

import pytest
import yaml

from loopledger.accounts import read_quarter, state_accounts
from loopledger.errors import ModelError, NotFoundError
from loopledger.reconcile import OUTCOMES, evaluate, load_published, load_without_row, reconcile
from loopledger.reconcile.ways import make_ours
from loopledger.records import KINDS, FlowClass, Status
from loopledger.register import BUNDLED, load_register
from loopledger.schedule import Assumptions, Leg, expand, load_assumptions, promises_from_snapshot
from loopledger.units import Interval


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


def test_recipes(rows):
    assert rows["Sequoia at 150bn run-rate"].stated == 150 * 4
    growth = rows["Tunguz: growth a year to the AI revenue that debt service of 2030 needs"]
    assert 150 * (1 + growth.stated) ** 5 == pytest.approx(1350)
    assert growth.verdict.startswith("the publisher's arithmetic holds")


@pytest.mark.parametrize(("year", "published"), [("2000", 0.247), ("2001", 0.566)])
def test_lucent_from_the_history_set(rows, year, published):
    """Drawn over all that was promised, from the raw rows of the history."""
    path = BUNDLED / "history" / "observations" / "customer_financing.csv"
    with path.open(encoding="utf-8", newline="") as file:
        figures = {
            r["metric"].removeprefix("customer_financing_"): float(r["value"])
            for r in csv.DictReader(file)
            if r["party"] == "lucent" and r["period"] == f"FY{year}" and "financing" in r["metric"]
        }
    drawn = figures["drawn"] / sum(figures.values())
    found = rows[f"Lucent 30-Sep-{year}"]
    assert found.stated == pytest.approx(drawn)
    assert drawn == pytest.approx(published, abs=0.001)
    assert found.ours.low < found.stated < found.ours.high  # the filing's figures are rounded
    assert len(found.ids) == 3
    assert all(name.startswith("history/") for name in found.ids)


def test_goldman_mix_from_dated_flows(rows, assumptions):
    """Funding over purchases of 2026 as scheduled on 31 October 2025, added up flow by flow here."""
    snapshot = load_register(BUNDLED).known_on(date(2025, 10, 31))
    flows = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day).flows
    here = [f for f in flows if f.period.year == 2026]
    bought = sum(f.amount.central for f in here if f.payer == "openai" and f.leg is Leg.PRINCIPAL)
    equity = [f.amount for f in here if (f.payer, f.payee) == ("nvidia", "openai")]
    found = rows["OpenAI 2026 operating compute: internal / Nvidia equity / other external (2)"]
    assert found.stated == pytest.approx(sum(a.central for a in equity) / bought)
    assert found.ours.low == 0
    assert found.ours.low <= 0.27 <= found.ours.high
    assert found.verdict.startswith("differs, the published value within our range")
    assert found.remaining == pytest.approx(10e9 / bought - 0.27)
    assert abs(found.remaining) < 0.04
    other = rows["OpenAI 2026 operating compute: internal / Nvidia equity / other external (3)"]
    assert other.stated == 0
    assert other.remaining == pytest.approx(9e9 / bought - 0.25)


def test_coreweave_in_spring_by_the_backlog_of_the_end_of_2025(rows):
    found = rows["CoreWeave: OpenAI, Oct-2025 / spring 2026 (2)"]
    assert found.stated == pytest.approx(22.4 / 66.8)
    assert found.verdict.startswith("agrees")
    assert found.row.check == "same figures"


def test_what_is_left_with_the_figure_of_the_publisher(rows):
    left = [one for one in rows.values() if one.row.remaining is not None and one.outcome == "differs"]
    assert len(left) == 2
    for one in left:
        assert abs(one.remaining) < 0.01 < abs(one.difference)


def test_ten_points_of_paying_users_by_hsbc_inputs(rows):
    """129 bn of consumer sales, 56 % of them, 300 million payers: 241 dollars each; as many more in five years."""
    found = rows["OpenAI to 2030: what ten points more of paying users change"]
    per_payer = 129e9 * 0.56 / 300e6
    assert found.stated == pytest.approx(per_payer * 300e6 * (0.2 + 0.4 + 0.6 + 0.8 + 1.0) / 1e9)
    assert found.verdict.startswith("agrees")


def test_capital_expenditure_after_owners_by_the_statements(rows, assumptions):
    """Five clouds in 2025: what they built over cash from operations less what owners of three of them received."""
    snapshot = load_register(BUNDLED).known_on(date(2026, 11, 24))
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day)
    first, last = read_quarter("2025", last=False), read_quarter("2025", last=True)
    accounts = state_accounts(snapshot, schedule, by="year", first=first, last=last)
    built = cash = owners = 0.0
    for party in ("microsoft", "google", "meta", "amazon", "oracle"):
        uses = accounts.statement(party, "2025").uses
        sales = [
            ln
            for ln in accounts.statement(party, "2025").sources
            if ln.item in ("sales", "operating_costs", "capital_expenditure", "revenue_share")
        ]
        costs = [
            ln for ln in uses if ln.item in ("operating_costs", "revenue_share", "interest", "income_tax")
        ]
        built += sum(ln.amount.central for ln in uses if ln.item == "capital_expenditure")
        cash += sum(ln.amount.central for ln in sales) - sum(ln.amount.central for ln in costs)
        owners += sum(ln.amount.central for ln in uses if ln.item == "returned_to_owners")
    found = rows["hyperscalers 2025-26 (BofA definition)"]
    assert found.stated == pytest.approx(built / (cash - owners), rel=1e-3)
    assert found.ours.low < found.stated < found.ours.high


def test_instruments_as_stated_on_their_day(rows):
    assert rows[
        "Nvidia to OpenAI: letter of intent ceiling -> equity actually agreed"
    ].stated == pytest.approx(0.3)
    assert rows["Amazon to Anthropic Apr-2026: initial / up-to"].stated == pytest.approx(5 / 25)
    anthropic = rows["Anthropic Apr/May-2026: (30 Azure + 100 AWS + 200 Google)/30 run rate"]
    assert anthropic.stated == pytest.approx(330 / 30)
    assert set(anthropic.ids) >= {
        "anthropic-azure-30bn",
        "anthropic-aws-100bn",
        "anthropic-google-cloud-2026",
    }


def test_nvidia_as_a_lender_by_all_that_was_open_on_the_day(rows, assumptions):
    """Every priced promise of Nvidia to fund somebody that was neither paid nor dropped, over its fiscal year."""
    snapshot = load_register(BUNDLED).known_on(date(2025, 10, 3))
    still_open = [
        i for i in snapshot.instruments.values()
        if "nvidia" in i.payers and KINDS[i.kind].flow_class is FlowClass.FUNDING and i.amount is not None
        and i.status not in (Status.COMPLETED, Status.CANCELLED)
    ]  # fmt: skip
    found = rows["Nvidia 2025 (110 of commitments)"]
    assert {i.id for i in still_open} == set(found.ids[:-1])
    rate = {"USD": 1.0, "GBP": assumptions.number("fx.GBP")}
    promised = sum(float(i.amount.value) * rate[i.amount.currency] for i in still_open)
    assert found.stated == pytest.approx(promised / 130.497e9)
    assert found.ours.low < 0.1  # the letter is up to, and promises nothing below
    assert found.verdict.startswith("agrees")


def test_assumptions_of_the_user_move_the_range_and_not_the_stated_value():
    wide = dict(load_assumptions().by_name)
    wide["bound.about.low"] = wide["bound.about.low"].model_copy(update={"value": Interval.exact(0.5)})
    register = load_register(BUNDLED)
    [usual] = reconcile(register, "rpo-concentration-2")
    [moved] = reconcile(register, "rpo-concentration-2", assumptions=Assumptions(wide))
    assert moved.stated == usual.stated
    assert moved.ours.low == pytest.approx(0.5 / 0.9 * usual.ours.low)


def test_what_an_agreement_is_worth(rows):
    # a seller's or bank's word against our contracts and filings, and a published statement read again
    assert rows["Microsoft: OpenAI"].row.check == "own records"
    assert rows["H100 1-y contract Oct-2025 / Mar-2026 / mid-2026 (1)"].row.check == "same statement"
    # agrees within its own 0.05, but 0.40 is not within a fiftieth of 0.45
    assert rows["Microsoft: OpenAI"].outcome == "agrees"
    assert not rows["Microsoft: OpenAI"].is_strict
    agreed = [one for one in rows.values() if one.outcome == "agrees"]
    by_hand = [one for one in agreed if abs(one.stated / one.row.value - 1) <= 0.02 + 1e-12]
    assert {one.row.id for one in agreed if one.is_strict} == {one.row.id for one in by_hand}
    assert not any(one.is_strict for one in rows.values() if one.outcome == "differs")


def test_a_statement_read_again_is_never_an_own_record(rows):
    # a row that repeats one observation, or a ratio of one publisher's own forecasts, is no check of ours
    for one in rows.values():
        if one.row.way == "observed" and len(one.row.inputs) == 1 and one.outcome == "agrees":
            assert one.row.check != "own records", one.row.id


def test_a_row_without_its_day_is_refused():
    row = next(r for r in load_published() if r.way == "backlog")
    with pytest.raises(ValueError, match="a day is for rows that rest on the register"):
        type(row).model_validate({**row.model_dump(), "known_on": None})


def test_what_is_not_on_record_is_said(assumptions):
    snapshot = load_register(BUNDLED).known_on(date(2026, 11, 24))
    row = next(r for r in load_published() if r.id == "effective-amount-2")
    for inputs, message in [
        ({"paid": "no-such-deal", "ceiling": "nvda-openai-loi-100b"}, "no-such-deal"),
        ({"paid": "openai-nvda-10gw", "ceiling": "nvda-openai-loi-100b"}, "openai-nvda-10gw has no price"),
    ]:
        with pytest.raises(ModelError, match=message):
            make_ours(row.model_copy(update={"inputs": inputs}), snapshot, assumptions)


def test_the_table_is_whole():
    table = load_published()
    assert len(table) >= 40
    assert len({row.id for row in table}) == len(table)
    for row in table:
        assert row.url.startswith("http")
        assert (row.way in ("arithmetic", "none")) == (row.known_on is None)
        assert (row.way in ("mix", "books")) == (row.year is not None)


def test_unknown_metric_and_unknown_words_are_refused():
    with pytest.raises(NotFoundError, match="no published value"):
        reconcile(load_register(BUNDLED), "luck")
    with pytest.raises(ModelError, match="cannot be computed"):
        evaluate("__import__('os')", {})


def test_in_the_range_and_within_the_tolerance_are_told_apart(rows):
    """Microsoft says 45 per cent; ours is 250 of 625 exactly, so only the tolerance makes the two agree."""
    microsoft = rows["Microsoft: OpenAI"]
    assert microsoft.ours.high < microsoft.row.value
    assert microsoft.verdict == "agrees: outside our range, within the tolerance of 0.05"
    oracle = rows["Oracle: OpenAI, Sep-2025"]
    assert oracle.verdict == "agrees: in our range, within the tolerance of 0.05"
    for found in rows.values():
        if found.outcome == "agrees":
            inside = found.ours.low - 1e-9 <= found.row.value <= found.ours.high + 1e-9
            assert found.verdict.startswith("agrees: in our range" if inside else "agrees: outside our range")


def test_every_row_has_an_outcome(rows):
    for found in rows.values():
        assert found.outcome in OUTCOMES
        assert (found.outcome == "cannot be computed") == (found.ours is None)
        assert found.outcome != "arithmetic only" or found.row.way == "arithmetic"


def test_a_metric_without_a_row_says_why():
    without = load_without_row()
    assert not {entry.metric for entry in without} & {row.metric for row in load_published()}
    with pytest.raises(ModelError, match="has no row because"):
        reconcile(load_register(BUNDLED), without[0].metric)
