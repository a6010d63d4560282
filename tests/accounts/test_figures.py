"""Figures by quarter: what hedges, conflicts, longer periods and run rates leave of a number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from loopledger.accounts import read_quarter, state_accounts
from loopledger.accounts.books import read_books
from loopledger.accounts.figures import Amount, FigureBook, build_figures
from loopledger.accounts.items import load_account_table
from loopledger.accounts.lines import Basis
from loopledger.accounts.liquid import add_cash_sums, latest_liquid_funds
from loopledger.accounts.periods import periods_between
from loopledger.accounts.runrate import Rate, revenue_at_rate, shares_by_rate
from loopledger.errors import NotFoundError
from loopledger.register import ObservationBound
from loopledger.schedule import expand, promises_from_snapshot
from loopledger.units import Interval, Quarter

BN = 1e9


@pytest.fixture(scope="module")
def book(bundled, assumptions):
    return build_figures(bundled, assumptions, load_account_table().observed)


def _q(text):
    return Quarter.parse(text)


def test_a_filing_rounds_and_a_press_report_guesses(book):
    """Oracle files: about 19.2 bn is 19.15 to 19.25. OpenAI does not: about 5.7 bn is a tenth either way."""
    filed = book.quarterly["oracle", "revenue"][_q("2026Q2")]
    assert filed.value.as_tuple() == pytest.approx((19.15 * BN, 19.2 * BN, 19.25 * BN))
    told = book.quarterly["openai", "revenue"][_q("2026Q1")]
    assert told.value.as_tuple() == pytest.approx((5.13 * BN, 5.7 * BN, 6.27 * BN))
    assert told.assumptions == ("bound.about.low", "bound.about.high")
    assert told.ids[0].startswith("observations/financials.csv:")


def test_a_half_is_two_even_parts(book):
    """CoreWeave's 3,663 million of the first half of 2026: 1,831.5 a quarter, 0.65 to 1.35 of it."""
    found = [book.quarterly["coreweave", "operating_cash_flow"][_q(q)] for q in ("2026Q1", "2026Q2")]
    for part in found:
        assert part.value.as_tuple() == pytest.approx((0.65 * 1831.5e6, 1831.5e6, 1.35 * 1831.5e6))
        assert part.basis is Basis.ESTIMATED
        assert "one of 2 even parts of 2026H1" in part.date_basis


def test_a_stated_half_is_not_the_sum_of_two_guesses(book):
    [period] = periods_between(_q("2026Q1"), _q("2026Q2"), "year")
    found, lacking = book.flow("coreweave", ("operating_cash_flow",), period)
    assert lacking == 0
    assert found.value.as_tuple() == (3663e6,) * 3
    assert found.basis is Basis.REPORTED


def test_a_year_less_three_quarters_is_one_quarter(book):
    """Nebius: 529.8 of 2025 less 146.1 and 227.7 leaves 156 for two quarters."""
    parts = [book.quarterly["nebius", "revenue"][_q(q)].value.central for q in ("2025Q1", "2025Q2")]
    assert parts == pytest.approx([78e6, 78e6])


def test_twelve_months_fill_what_the_year_leaves_open(book):
    """Amazon: 139,514 in 2025 in even parts; 161,403 in the year to June 2026 less half of it, in two parts."""
    first, last = (
        book.quarterly["amazon", "operating_cash_flow"][_q("2025Q4")],
        book.quarterly["amazon", "operating_cash_flow"][_q("2026Q2")],
    )
    assert first.value.central == pytest.approx(139_514e6 / 4)
    assert last.value.central == pytest.approx((161_403e6 - 139_514e6 / 2) / 2)


def test_revenue_of_a_quarter_follows_the_run_rate(book):
    """Anthropic's 4.59 bn of 2025 grows within the year, and its quarters add up to it."""
    parts = [book.quarterly["anthropic", "revenue"][_q(f"2025Q{n}")].value.central for n in (1, 2, 3, 4)]
    assert parts == sorted(parts)
    assert sum(parts) == pytest.approx(4.59 * BN)
    assert parts[3] > 3 * parts[0]


def test_computing_of_a_quarter_follows_the_run_rate_too(bundled, assumptions):
    """OpenAI's 17 bn of servers in 2025 fall on its quarters as its revenue does."""
    found = build_figures(bundled, assumptions, {"revenue", "server_spend"}).quarterly
    quarters = [_q(f"2025Q{n}") for n in (1, 2, 3, 4)]
    spent = [found["openai", "server_spend"][q].value.central for q in quarters]
    sold = [found["openai", "revenue"][q].value.central for q in quarters]
    assert sum(spent) == pytest.approx(17 * BN)
    assert [s / 17e9 for s in spent] == pytest.approx([r / 13.07e9 for r in sold])


def test_a_source_that_differs_widens_the_range(bundled, assumptions):
    base = next(
        r
        for r in bundled.observations
        if r.party == "openai" and r.metric == "revenue" and r.period == "FY2025"
    )
    other = replace(base, value=Decimal(14_000_000_000), source_url="https://example.org/other", line=9999)
    assert base.bound is ObservationBound.EXACT
    found = build_figures(replace(bundled, observations=(base, other)), assumptions, {"revenue"})
    [(_, amount)] = found.whole["openai", "revenue"].items()
    assert amount.value.as_tuple() == (13.07 * BN, 13.07 * BN, 14 * BN)


def test_run_rates_reach_no_further_than_reports():
    rates = [
        Rate(on=date(2026, 1, 1), value=Interval.exact(4 * BN), id="a"),
        Rate(on=date(2026, 6, 30), value=Interval.exact(8 * BN), id="b"),
    ]
    value, ids = revenue_at_rate(rates, _q("2026Q2"))
    assert 4 * BN / 4 < value.low < value.central < value.high == pytest.approx(2 * BN)
    assert ids == ("a", "b")
    assert revenue_at_rate(rates, _q("2026Q3")) is None
    assert revenue_at_rate([], _q("2026Q3")) is None


def test_shares_are_even_without_a_rate_nearby():
    rates = [Rate(on=date(2020, 1, 1), value=Interval.exact(1.0), id="a")]
    assert shares_by_rate(rates, [_q("2026Q1"), _q("2026Q2")]) == (0.5, 0.5)


def test_customers_who_pay_in_advance(bundled, assumptions):
    """CoreWeave 2023: cash from operations of 1,833 on revenue of 229; the 1,604 above it is from customers."""
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    first, last = read_quarter("2023", last=False), read_quarter("2023", last=True)
    accounts = state_accounts(bundled, schedule, by="year", first=first, last=last)
    statement = accounts.statement("coreweave", "2023")
    [beyond] = [line for line in statement.sources if line.item == "receipts_beyond_revenue"]
    assert (beyond.payer, beyond.amount.central) == ("end-customers", 1_604e6)


def test_interest_is_a_cost_but_once(bundled, assumptions):
    """CoreWeave, first half of 2026: costs are 4,653 - 3,663 = 990, interest and what exceeds them included."""
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    first, last = read_quarter("2026Q1", last=False), read_quarter("2026Q2", last=True)
    accounts = state_accounts(bundled, schedule, by="year", first=first, last=last)
    statement = accounts.statement("coreweave", "2026Q1-Q2")

    def used(*items):
        return sum(ln.amount.central for ln in statement.uses if ln.item in items)

    beyond = sum(ln.amount.central for ln in statement.sources if ln.item == "beyond_reported")
    assert used("operating_costs", "interest") - beyond == pytest.approx(990e6, abs=1)
    # reported interest of 1,176, whatever part of it is paid to named lenders
    assert used("interest") == pytest.approx(1_176e6, abs=1)


def test_cash_from_operations_is_free_cash_flow_and_capital_expenditure(bundled, assumptions):
    """Oracle, fiscal 2025: free cash flow of -0.39 bn after 21.21 bn of capital expenditure, four even quarters."""
    found = build_figures(
        bundled, assumptions, {"operating_cash_flow", "free_cash_flow", "capex_cash", "capex_cash_net"}
    )
    year = tuple(_q(q) for q in ("2024Q3", "2024Q4", "2025Q1", "2025Q2"))
    amount = found.whole["oracle", "operating_cash_flow"][year]
    assert amount.value.central == pytest.approx(20.82 * BN)
    assert amount.basis is Basis.DERIVED
    assert len(amount.ids) == 2
    assert found.quarterly["oracle", "operating_cash_flow"][year[0]].value.central == pytest.approx(
        5.205 * BN
    )
    # where it is stated, it stays as stated
    fiscal = tuple(_q(q) for q in ("2025Q3", "2025Q4", "2026Q1", "2026Q2"))
    assert found.whole["oracle", "operating_cash_flow"][fiscal].value.central == pytest.approx(31.977 * BN)


def test_a_revenue_share_is_no_more_than_its_rate_of_the_revenue(bundled, assumptions):
    """OpenAI, first quarter of 2026: 0.2 of 5.7 bn where the cap over five years would give 1.45 bn."""
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    quarter = read_quarter("2026Q1", last=False)
    accounts = state_accounts(bundled, schedule, first=quarter, last=quarter)
    [line] = [ln for ln in accounts.statement("openai", "2026Q1").uses if ln.item == "revenue_share"]
    assert line.amount.central == pytest.approx(0.2 * 5.7 * BN)
    assert "accounts.revenue_share" in line.assumptions
    early = read_quarter("2024Q2", last=False)
    paid = state_accounts(bundled, schedule, first=early, last=early).statement("openai", "2024Q2")
    [line] = [ln for ln in paid.uses if ln.item == "revenue_share"]
    assert line.amount.as_tuple() == pytest.approx((493.8e6 / 4,) * 3)  # as stated
    assert "accounts.revenue_share" not in line.assumptions


def test_the_table_of_items_is_complete():
    table = load_account_table()
    items = {row.item for row in table.items}
    assert set(table.contracts.values()) - {"purchase"} <= items
    assert len(items) == len(table.items)
    with pytest.raises(StopIteration):
        table.kind_of("nothing")


@pytest.mark.parametrize("text", ["2026Q5", "spring", "26Q1"])
def test_labels_that_are_no_quarter(text):
    with pytest.raises(NotFoundError, match="neither a quarter nor a year"):
        read_quarter(text, last=False)


def _balances(**named):
    return FigureBook(
        quarterly={
            ("corvid", name): {
                _q(quarter): Amount(
                    value=Interval.exact(usd),
                    basis=Basis.REPORTED,
                    date_basis=quarter,
                    ids=(f"{name}@{quarter}",),
                )
                for quarter, usd in found.items()
            }
            for name, found in named.items()
        },
        whole={},
    )


def test_last_liquid_funds_are_of_the_latest_day_of_any_set_with_securities():
    # first cash and all securities, then debt securities apart from shares, then cash and debt securities in one sum
    book = _balances(
        cash_and_equivalents={"2025Q3": 11, "2026Q1": 13},
        marketable_securities={"2025Q3": 49},
        marketable_debt_securities={"2026Q1": 37},
        cash_and_marketable_debt_securities={"2026Q2": 56},
    )
    amount, quarter = latest_liquid_funds(book, load_account_table(), "corvid")
    assert (amount.value.central, quarter) == (56, _q("2026Q2"))


def test_cash_alone_does_not_take_the_place_of_cash_and_securities():
    book = _balances(cash_and_equivalents={"2025Q4": 11, "2026Q2": 5}, marketable_securities={"2025Q4": 49})
    amount, quarter = latest_liquid_funds(book, load_account_table(), "corvid")
    assert (amount.value.central, quarter) == (60, _q("2025Q4"))
    assert amount.ids == ("cash_and_equivalents@2025Q4", "marketable_securities@2025Q4")


def test_cash_alone_where_nothing_else_is_known_and_nothing_of_others():
    book = _balances(cash_and_equivalents={"2026Q2": 5})
    assert latest_liquid_funds(book, load_account_table(), "corvid")[1] == _q("2026Q2")
    assert latest_liquid_funds(book, load_account_table(), "fjord") is None


def test_parts_of_a_sum_and_the_sum_are_one_balance():
    """So that its change is known where a filer goes over from one to the other; what is stated stays."""
    found = dict(
        _balances(
            cash_and_equivalents={"2026Q1": 13, "2026Q2": 14},
            marketable_debt_securities={"2026Q1": 37, "2026Q2": 41},
            cash_and_marketable_debt_securities={"2026Q2": 56},
        ).quarterly
    )
    add_cash_sums(found)
    made = found["corvid", "cash_and_marketable_debt_securities"]
    assert {str(q): a.value.central for q, a in made.items()} == {"2026Q1": 50, "2026Q2": 56}


def test_stress_opens_with_the_last_balance_of_nvidia(bundled, assumptions):
    """56.6 bn of cash and debt securities on 26 July 2026, not the cash and securities of October 2025."""
    schedule = expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)
    books = read_books(state_accounts(bundled, schedule), bundled, assumptions)["nvidia"]
    assert books.cash.as_tuple() == (56.6e9, 56.6e9, 56.6e9)
    assert str(books.cash_at) == "2026Q2"
    assert "2026-07-26" in books.cash_basis
