"""Where a plan starts: the books of the last quarters, run rates, worth."""

from __future__ import annotations

import numpy as np
import pytest
from stress_world import World

from loopledger.accounts.books import read_books
from loopledger.accounts.opening import carry_cash, past_payments, quarters_since
from loopledger.report.stress.resting import NEED, NEED_AFTER_CASH, plan_of
from loopledger.stress.cascade import Layer, Levels
from loopledger.stress.cascade.worth import read_cash_flow, read_equity
from loopledger.stress.scenarios import load_scenario
from loopledger.units import Quarter


def test_a_developer_starts_from_its_last_run_rate(world: World) -> None:
    """OpenAI: about 50 bn a year in October 2026, beside 68 bn in September and at least 40 bn in August."""
    accounts = world.question.accounts
    assert accounts is not None
    books = read_books(accounts, world.snapshot, world.schedule.assumptions)
    openai = books["openai"]
    assert openai.is_fast
    assert openai.revenue_at == Quarter.parse("2026Q4").index
    assert openai.revenue.central == pytest.approx(50e9 / 4)
    assert openai.revenue.low == pytest.approx(40e9 / 4)
    assert openai.revenue.high == pytest.approx(68e9 * 1.1 / 4)
    assert len(openai.revenue_ids) == 3
    rows = {f"{r.file}:{r.line}": r for r in world.snapshot.observations}
    assert all(rows[i].metric == "revenue_run_rate" for i in openai.revenue_ids)
    microsoft = books["microsoft"]
    assert not microsoft.is_fast
    assert microsoft.revenue_at % 1 == 0.5  # the middle of four quarters


def test_growth_counts_from_where_the_level_stands(world: World) -> None:
    case, books = world.question.plan(Levels())
    for party in ("openai", "microsoft"):
        k, row = case.parties.index(party), books[party]
        growth = case.growth[1, k]
        for t, quarter in enumerate(case.quarters):
            wanted = row.revenue.central * (1 + growth) ** (quarter.index - row.revenue_at)
            assert case.revenue[1, t, k] == pytest.approx(wanted)


def test_a_developer_pays_something_beside_compute(world: World) -> None:
    case, _ = world.question.plan(Levels())
    share = world.schedule.assumptions.range("stress.developer_other_costs")
    k = case.parties.index("openai")
    assert (case.costs[0, :, k] >= share.low * case.revenue[0, 0, k] * 0.999).all()
    assert (case.costs[2, :, k] >= share.high * case.revenue[2, 0, k] * 0.999).all()


def test_a_year_of_cash_flow_is_the_last_reported_one(world: World) -> None:
    parties = ("microsoft", "amazon", "nobody")
    found = read_cash_flow(world.snapshot, parties)
    assert found[0] == 182_935_000_000  # its fiscal year to June 2026
    assert found[1] == 161_403_000_000  # twelve months to June 2026
    assert found[2] == 0
    assert read_equity(world.snapshot, parties)[2] == 0


def test_a_stake_is_not_the_whole_of_a_large_holder(world: World) -> None:
    case, _ = world.question.plan(Levels())
    amazon, openai = case.parties.index("amazon"), case.parties.index("openai")
    cost = sum(s.cost for s in case.holdings if s.holder == amazon and s.held == openai)
    assert cost > 0
    multiple = world.schedule.assumptions.number("stress.value_over_cash_flow")
    assert case.stakes[amazon, openai] == pytest.approx(cost / (multiple * 161_403_000_000))
    assert (case.stakes.sum(axis=1) <= 1 + 1e-12).all()


def test_a_plan_adds_up_and_names_what_is_behind_it(world: World) -> None:
    """What comes in and the unsigned rest equal what goes out, where there is no surplus to keep or pay out."""
    answer = world.answer(*load_scenario("S01"))
    case = answer.case
    openai = case.parties.index("openai")
    plan = plan_of(answer, openai)
    rows = {row.says: row for row in plan.rows}
    inward = [r for says, r in rows.items() if "coming in" in says or "receipts" in says or "revenue" in says]
    outward = [r for says, r in rows.items() if "costs" in says or "payments" in says]
    need = rows[NEED].by_quarter
    balance = sum(r.by_quarter for r in inward) - sum(r.by_quarter for r in outward)
    np.testing.assert_allclose(np.maximum(-balance, 0), need, atol=1.0)
    signed, planned = (
        next(r for says, r in rows.items() if says.startswith(start))
        for start in ("signed fund", "planned fund")
    )
    layers = {one.instrument: one.layer for one in case.claims if one.payee == openai and one.funding}
    assert all(layers[i] < Layer.RESERVE for i in signed.ids)
    assert "sbg-openai-2026-t3" in signed.ids
    assert all(layers[i] > Layer.RESERVE for i in planned.ids)
    assert "broadcom-openai-phase1-financing" in planned.ids
    after = rows[NEED_AFTER_CASH].by_quarter
    assert (after <= need + 1.0).all()
    used = (need - after).sum(axis=1)
    kept = case.kept[:, :, openai].sum(axis=1)
    assert (used <= case.opening[:, openai] + kept + 1.0).all()
    np.testing.assert_allclose(
        used, np.minimum(need.sum(axis=1), case.opening[:, openai]), atol=kept.max() + 1.0
    )
    known = {*world.snapshot.instruments, *(f"{r.file}:{r.line}" for r in world.snapshot.observations)}
    for row in plan.rows:
        assert row.ids or "signed by nobody" in row.says
        assert all(i in known or i.startswith("estimated/") or "/supply/" in i for i in row.ids), row.ids


def test_cash_is_carried_to_the_window(world: World) -> None:
    """OpenAI: about 73 bn at the end of March 2026; the equity paid since is added, what it burnt is taken off.

    Two quarters lie between: the second of 2026 with reported revenue, the third between that and the run rate.
    """
    case, books = world.question.plan(Levels())
    start, row = case.openings["openai"], books["openai"]
    assert (start.reported, start.n_quarters) == (73e9, 2)
    paid = {"nvda-openai-equity-30b", "sbg-openai-2026-t1"}
    assert paid <= set(start.ids)
    flows = [
        f
        for f in world.schedule.flows
        if f.payee == "openai" and f.instrument in start.ids and str(f.period) in ("2026Q2", "2026Q3")
    ]
    assert start.funding == pytest.approx(sum(f.amount.central for f in flows))
    assert start.operating < 0
    assert start.cash.central == pytest.approx(73e9 + start.funding + start.operating)
    assert start.cash.low <= 73e9 * 0.9 + 1
    second, third = Quarter.parse("2026Q2"), Quarter.parse("2026Q3")
    assumptions = world.schedule.assumptions
    assert row.revenue_in(second, assumptions) == row.reported[second.index]
    between = (row.reported[second.index] * row.revenue.central) ** 0.5
    assert row.revenue_in(third, assumptions) == pytest.approx(between)
    k = case.parties.index("openai")
    assert case.opening[1, k] == pytest.approx(start.cash.central)
    for name, opening in case.openings.items():
        assert opening.cash.low >= 0, name
        assert opening.cash.central >= opening.reported * 0.999
        assert opening.cash.low <= opening.cash.central <= opening.cash.high


def test_funding_of_the_last_year_is_carried_where_no_cash_is_reported(world: World) -> None:
    """Anthropic reports revenue and no cash: what its rounds paid in four quarters, less what it burnt."""
    case, books = world.question.plan(Levels())
    start = case.openings["anthropic"]
    assert books["anthropic"].cash is None
    assert (start.reported, start.n_quarters) == (0.0, 4)
    first = case.quarters[0].index
    flows = [
        f
        for f in world.schedule.flows
        if f.payee == "anthropic" and f.instrument in start.ids and first - 4 <= f.period.index < first
    ]
    assert "anthropic-series-h" in start.ids
    assert start.funding == pytest.approx(sum(f.amount.central for f in flows))
    assert start.cash.central == pytest.approx(start.funding + start.operating)
    assert start.cash.low <= start.cash.central <= start.cash.high
    k = case.parties.index("anthropic")
    least = world.schedule.assumptions.range("stress.open_buffer").low * sum(
        case.amounts[2, :, c].mean() for c, one in enumerate(case.claims) if one.payer == k
    )
    np.testing.assert_allclose(case.opening[:, k], (start.cash.high, start.cash.central, least))
    unseen = [name for name in case.openings if books[name].cash is None]
    assert all(case.openings[name].cash.low >= 0 and case.openings[name].funding > 0 for name in unseen)


def test_what_contracts_paid_before_the_window_is_what_exposure_counts(world: World) -> None:
    """A party that no estimated payment touches opens with the cash that its contracts alone leave."""
    case, books = world.question.plan(Levels())
    since = quarters_since(books, case.quarters[0], Quarter.of(world.snapshot.day))
    past = past_payments(world.snapshot, world.schedule, since)
    estimated = {
        case.parties[place]
        for one in case.claims
        if one.instrument.startswith("estimated/")
        for place in (one.payer, one.payee)
    }
    expected = carry_cash(books, past, since, world.schedule.assumptions)
    assert len([name for name, opening in expected.items() if opening.funding > 0]) >= 3
    for name, opening in expected.items():  # no estimate is of funding
        assert case.openings[name].funding == pytest.approx(opening.funding), name
    alone = [name for name in expected if name not in estimated]
    assert {party for one in past for party in (one.payer, one.payee)} & set(alone)
    for name in alone:
        assert case.openings[name].cash.as_tuple() == pytest.approx(expected[name].cash.as_tuple()), name
    # whom estimated payments touch has paid or received others beside its contracts
    moved = [n for n in expected if case.openings[n].operating != pytest.approx(expected[n].operating)]
    assert moved
    assert set(moved) <= estimated
