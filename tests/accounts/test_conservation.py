"""Random registers: whatever the contracts and figures say, books close to the cent and money is conserved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.accounts import (
    OUTSIDE_ACCOUNTS,
    build_matrix,
    close_flows,
    origins_of,
    read_quarter,
    state_accounts,
)
from loopledger.circularity.sources_of_money import trace_sources
from loopledger.errors import ModelError
from loopledger.network import close_books
from loopledger.records.instrument import Grade
from loopledger.register import Observation, ObservationBound
from loopledger.schedule import Certainty, Flow, expand, promises_from_snapshot
from loopledger.units import Interval, Quarter

PARTIES = ["corvid", "fjord", "larkspur", "quayside", "meridian-fund"]
KINDS = [
    "equity_investment",
    "loan",
    "bond",
    "repayment",
    "purchase_commitment",
    "supply",
    "lease",
    "acquisition",
    "revenue_share",
]
FLOWS_OF = ["revenue", "operating_cash_flow", "capex_cash", "cash_burn", "operating_loss", "equity_proceeds",
            "debt_net_issuance", "purchases_of_equity_securities", "interest_expense", "net_income",
            "income_tax_expense", "free_cash_flow"]  # fmt: skip
STOCKS = ["cash_and_equivalents", "marketable_securities", "debt_total", "stockholders_equity"]
QUARTERS = [Quarter.parse(text) for text in ("2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4")]

amounts = st.floats(0, 5e10).map(lambda x: round(x, 2))


@st.composite
def flows(draw):
    payer, payee = draw(st.permutations(PARTIES))[:2]
    central = draw(amounts)
    low, high = central * draw(st.floats(0, 1)), central * draw(st.floats(1, 3))
    kind, amount = draw(st.sampled_from(KINDS)), Interval(low, central, high)
    of_it = draw(st.floats(0, 1)) if kind == "repayment" else 0.0
    return Flow(
        period=draw(st.sampled_from(QUARTERS)),
        payer=payer,
        payee=payee,
        kind=kind,
        amount=amount,
        interest=amount.scaled(of_it),
        certainty=draw(st.sampled_from(list(Certainty))),
        cash=draw(st.booleans()),
        instrument=draw(st.sampled_from(["i1", "i2", "i3"])),
    )


@st.composite
def rows(draw):
    metric = draw(st.sampled_from([*FLOWS_OF, *STOCKS]))
    quarter = draw(st.sampled_from(QUARTERS))
    is_year = metric not in STOCKS and draw(st.booleans()) and quarter.index % 4 == 3
    value = draw(st.floats(0 if metric in STOCKS or metric == "revenue" else -5e10, 1e11))
    return Observation(
        party=draw(st.sampled_from(PARTIES)),
        period=f"FY{quarter.year}" if is_year else str(quarter),
        period_end=quarter.last,
        metric=metric,
        value=Decimal(round(value)),
        unit="usd",
        bound=draw(st.sampled_from([ObservationBound.EXACT, ObservationBound.ABOUT])),
        grade=draw(st.sampled_from(list(Grade))),
        source_url="https://example.org",
        published="2026-01-15",
        note="",
        file="observations/financials.csv",
        line=draw(st.integers(2, 999)),
    )


@pytest.fixture(scope="module")
def base(teaching, assumptions):
    return teaching, expand(promises_from_snapshot(teaching), assumptions, known_on=teaching.day)


def _random(base, flow_list, row_list, by):
    snapshot, schedule = base
    return state_accounts(
        replace(snapshot, observations=tuple(row_list)),
        replace(schedule, flows=tuple(flow_list)),
        by=by,
        first=read_quarter("2025", last=False),
        last=read_quarter("2025", last=True),
    )


def _has_payments(accounts):
    """Whether any line is a payment that a network keeps: a residual is one where the balance is reported."""
    reported = {
        (end, ln.period)
        for ln in accounts.lines
        if ln.item == "change_in_liquid_funds"
        for end in (ln.payer, ln.payee)
    }
    return any(
        ln.item not in ("change_in_liquid_funds", "no_accounts")
        and (ln.item != "residual" or {(ln.payer, ln.period), (ln.payee, ln.period)} & reported)
        for ln in accounts.lines
    )


@given(st.lists(flows(), max_size=12), st.lists(rows(), max_size=25), st.sampled_from(["quarter", "year"]))
@settings(max_examples=150)
def test_books_close_to_the_cent(base, flow_list, row_list, by):
    accounts = _random(base, flow_list, row_list, by)
    for period in accounts.periods:
        matrix = build_matrix(accounts, period.label)
        assert not any(matrix.row_sums().values())
        assert not any(matrix.column_sums().values())
    for line in accounts.lines:
        assert line.amount.central > 0
        assert round(line.amount.central * 100) == pytest.approx(line.amount.central * 100)
        assert line.payer != line.payee


@given(st.lists(flows(), min_size=1, max_size=12), st.lists(rows(), max_size=25))
def test_payments_by_contract_are_all_there(base, flow_list, row_list):
    """No figure changes a contract flow: each pair and instrument keeps its sum."""
    accounts = _random(base, flow_list, row_list, "year")
    expected = {}
    for flow in flow_list:
        if flow.cash and flow.period.year == 2025:
            key = flow.payer, flow.payee, flow.instrument
            expected[key] = expected.get(key, 0.0) + flow.amount.central
    found = {}
    for line in accounts.lines:
        if not {line.payer, line.payee} & set(OUTSIDE_ACCOUNTS):
            key = line.payer, line.payee, line.ids[0]
            found[key] = found.get(key, 0.0) + line.amount.central
    for key, amount in expected.items():
        assert found.get(key, 0.0) == pytest.approx(amount, abs=0.1)


@given(st.lists(flows(), min_size=2, max_size=12), st.lists(rows(), max_size=25))
def test_treasuries_end_at_the_reported_balance(base, flow_list, row_list):
    """Where a balance is known at both ends of every quarter, opening cash and all payments lead to it."""
    accounts = _random(base, flow_list, row_list, "quarter")
    if not _has_payments(accounts):
        with pytest.raises(ModelError, match="hold no payment"):
            close_flows(accounts)
        return
    closed = close_flows(accounts)
    books = close_books(closed.table, closed.opening)
    for party, opening in closed.opening.items():
        changes = [
            ln
            for ln in accounts.lines
            if ln.item == "change_in_liquid_funds" and party in (ln.payer, ln.payee)
        ]
        if len({ln.period for ln in changes}) < 4 or party not in closed.table.parties:
            continue
        rise = sum(ln.amount.central * (1 if ln.payer == party else -1) for ln in changes)
        place = closed.table.party(party)
        assert books.balance[-1, place] == pytest.approx(opening + rise, abs=100)


@given(st.lists(flows(), min_size=2, max_size=14), st.lists(rows(), max_size=25), st.booleans())
def test_every_dollar_has_one_source(base, flow_list, row_list, through):
    accounts = _random(base, flow_list, row_list, "quarter")
    if not _has_payments(accounts):
        return
    closed = close_flows(accounts, split_outside=True)
    funders = [] if through else [p for p in ("corvid", "fjord") if p in closed.table.parties]
    found = trace_sources(
        closed.table,
        outside=OUTSIDE_ACCOUNTS,
        funders=funders,
        opening=closed.opening,
        origins=origins_of(base[0].parties),
    )
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(len(closed.table)))
    assert (found.shares >= 0).all()
    assert found.imbalance <= 1e-6 * closed.table.amount.sum()


def test_days_are_not_mixed(base):
    snapshot, schedule = base
    assert snapshot.day == schedule.known_on == date(2026, 11, 24)
