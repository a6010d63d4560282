"""Interest, tax and owners of one made-up quarter, worked on paper.

Fjord, second quarter of 2025, in billions. Reported: revenue 40, cash from operations 12, capital expenditure 9,
income tax 2, net income 8, equity 50 before and 53 after, cash 10 before and 11 after, debt 20 before and 24 after.
Contracts: it pays Quayside 3 of debt service, of which 1 is interest; Corvid lent it 6; Larkspur pays
it 0.5 of interest.

    costs       40 + 0.5 - 12 = 28.5, of which interest 1, tax 2, others 25.5
    debt        rises by 4 = 6 drawn - 2 repaid + 0, so nothing is left to explain
    owners      8 + 0.06 x 40 - (53 - 50) = 7.4 (0.03: 6.2; 0.11: 9.4)
    residual    12 - 9 + 4 - 7.4 - 1 = -1.4: uses exceed sources by 1.4
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from loopledger.accounts import build_matrix, read_quarter, state_accounts
from loopledger.register import ObservationBound
from loopledger.schedule import Certainty, Flow, Leg, expand, promises_from_snapshot
from loopledger.units import Interval, Quarter

BN = 1e9
Q, BEFORE = Quarter.parse("2025Q2"), Quarter.parse("2025Q1")
FLOWS = {
    "revenue": 40, "operating_cash_flow": 12, "capex_cash": 9, "income_tax_expense": 2, "net_income": 8,
}  # fmt: skip
STOCKS = {"stockholders_equity": (50, 53), "cash_and_equivalents": (10, 11), "debt_total": (20, 24)}


def _flow(payer, payee, kind, usd, interest=0.0):
    return Flow(
        period=Q, payer=payer, payee=payee, kind=kind, amount=Interval.exact(usd * BN),
        certainty=Certainty.CONTRACTED, instrument=f"{payer}-{payee}", interest=Interval.exact(interest * BN),
        leg=Leg.DEBT_SERVICE if kind == "repayment" else Leg.PRINCIPAL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def state(teaching, assumptions):
    base = next(r for r in teaching.observations if r.metric == "revenue" and r.party == "fjord")

    def row(metric, quarter, value, line):
        return replace(
            base, metric=metric, period=str(quarter), period_end=quarter.last, value=Decimal(int(value * BN)),
            bound=ObservationBound.EXACT, line=line,
        )  # fmt: skip

    def made(flows=FLOWS, stocks=STOCKS, contracts=()):
        rows = [row(name, Q, value, 2 + n) for n, (name, value) in enumerate(flows.items())]
        for n, (name, ends) in enumerate(stocks.items()):
            rows += [
                row(name, q, v, 50 + 2 * n + k)
                for k, (q, v) in enumerate(zip((BEFORE, Q), ends, strict=True))
            ]
        schedule = expand(promises_from_snapshot(teaching), assumptions, known_on=teaching.day)
        return state_accounts(
            replace(teaching, observations=tuple(rows)),
            replace(schedule, flows=tuple(contracts)),
            first=read_quarter("2025Q2", last=False),
            last=read_quarter("2025Q2", last=True),
        )

    return made


CONTRACTS = (
    _flow("fjord", "quayside", "repayment", 3, interest=1),
    _flow("corvid", "fjord", "loan", 6),
    _flow("larkspur", "fjord", "repayment", 0.5, interest=0.5),
)


def _uses(statement):
    return {(ln.item, ln.payee): ln.amount.central / BN for ln in statement.uses}


def test_every_line_by_hand(state):
    accounts = state(contracts=CONTRACTS)
    statement = accounts.statement("fjord", "2025Q2")
    assert _uses(statement) == pytest.approx(
        {
            ("operating_costs", "other-costs"): 25.5,
            ("interest", "quayside"): 1,
            ("income_tax", "other-costs"): 2,
            ("capital_expenditure", "other-costs"): 9,
            ("debt_service", "quayside"): 2,
            ("returned_to_owners", "outside-equity"): 7.4,
            ("change_in_liquid_funds", "bank-balances"): 1,
        }
    )
    sources = {(ln.item, ln.payer): ln.amount.central / BN for ln in statement.sources}
    assert sources == pytest.approx(
        {
            ("sales", "end-customers"): 40,
            ("interest", "larkspur"): 0.5,
            ("borrowing", "corvid"): 6,
            ("residual", "unexplained"): 1.4,
        }
    )
    assert not any(build_matrix(accounts, "2025Q2").column_sums().values())


def test_owners_with_their_range_and_ids(state):
    [line] = [ln for ln in state().statement("fjord", "2025Q2").uses if ln.item == "returned_to_owners"]
    assert [end / BN for end in line.amount.as_tuple()] == pytest.approx([6.2, 7.4, 9.4])
    assert line.basis == "estimated"
    assert "accounts.share_pay_of_revenue" in line.assumptions
    assert len(line.ids) == 4  # net income, equity twice, revenue


def test_shares_issued_leave_more_for_the_owners_who_go(state):
    """Equity raised of 5, reported, is in the rise of equity, so the owners received 5 more."""
    statement = state(flows={**FLOWS, "equity_proceeds": 5}).statement("fjord", "2025Q2")
    assert _uses(statement)["returned_to_owners", "outside-equity"] == pytest.approx(12.4)


def test_owners_who_put_money_in_are_a_source(state):
    """Equity rises by 20 on net income of 8 and no issue on record: 9.6 came from the owners."""
    statement = state(stocks={**STOCKS, "stockholders_equity": (50, 70)}).statement("fjord", "2025Q2")
    [line] = [ln for ln in statement.sources if ln.item == "returned_to_owners"]
    assert line.amount.central / BN == pytest.approx(9.6)


def test_no_balance_sheet_no_claim(state):
    statement = state(stocks={k: v for k, v in STOCKS.items() if k != "stockholders_equity"}).statement(
        "fjord", "2025Q2"
    )
    assert not [ln for ln in statement.uses if ln.item == "returned_to_owners"]


def test_reported_interest_beyond_the_named_goes_to_lenders_without_a_name(state):
    statement = state(flows={**FLOWS, "interest_expense": 1.75}, contracts=CONTRACTS).statement(
        "fjord", "2025Q2"
    )
    uses = _uses(statement)
    assert uses["interest", "quayside"] == 1
    assert uses["interest", "outside-debt"] == pytest.approx(0.75)
    assert uses["operating_costs", "other-costs"] == pytest.approx(24.75)


def test_an_operating_loss_is_before_interest(state):
    """Loss of 10, of which 6.5 in cash: costs 46.5 without the interest, which is paid besides."""
    flows = {"revenue": 40, "operating_loss": 10, "capex_cash": 9}
    statement = state(flows=flows, contracts=CONTRACTS).statement("fjord", "2025Q2")
    uses = _uses(statement)
    assert uses["operating_costs", "other-costs"] == pytest.approx(46.5)
    assert uses["interest", "quayside"] == 1
    residual = statement.residual
    # 40 + 0.5 interest + 6 drawn - 46.5 - 1 interest - 2 repaid - 9 - 1 cash
    assert (residual.payer, residual.amount.central / BN) == ("unexplained", pytest.approx(13.0))
