"""Statements of the bundled register against sums of the raw rows, added up here without the package's figures."""

import csv
from importlib.resources import files

import pytest

from loopledger.accounts import build_matrix, estimate_payments, read_quarter, state_accounts
from loopledger.accounts.lines import cents
from loopledger.circularity.sales_funding import close_books_of
from loopledger.network import close_books
from loopledger.schedule import expand, promises_from_snapshot

BOUGHT = ("operating_costs", "capital_expenditure", "revenue_share")
COSTS = ("operating_costs", "revenue_share", "interest", "income_tax")


@pytest.fixture(scope="module")
def raw():
    """The rows of the observations in dollars, by party, period and measure: of several the latest of the filer."""
    path = files("loopledger") / "data" / "register" / "observations" / "financials.csv"
    rows = [r for r in csv.DictReader(path.read_text(encoding="utf-8").splitlines()) if r["unit"] == "usd"]
    rows.sort(key=lambda r: (r["grade"] in ("primary", "reported_filing"), r["published"]))
    return {(r["party"], r["period"], r["metric"]): int(float(r["value"])) for r in rows}


@pytest.fixture(scope="module")
def schedule(bundled, assumptions):
    return expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)


@pytest.fixture(scope="module")
def years(bundled, schedule):
    first, last = read_quarter("2024", last=False), read_quarter("2025", last=True)
    return state_accounts(bundled, schedule, by="year", first=first, last=last)


@pytest.fixture(scope="module")
def with_estimates(bundled, schedule, years):
    lines = estimate_payments(bundled, schedule, years.periods, ranges=False).lines()
    first, last = read_quarter("2024", last=False), read_quarter("2025", last=True)
    return state_accounts(bundled, schedule, by="year", first=first, last=last, estimates=lines)


#: Calendar 2025 in the filers' own periods.
PERIODS = {
    "google": ["2025Q1", "2025Q2", "2025Q3", "2025Q4"],
    "meta": ["2025Q1", "2025Q2", "2025Q3", "2025Q4"],
    "microsoft": ["FY2025Q3", "FY2025Q4", "FY2026Q1", "FY2026Q2"],
    "nvidia": ["FY2026Q1", "FY2026Q2", "FY2026Q3", "FY2026Q4"],
}
BALANCES = {
    "google": ("2024Q4", "2025Q4", ("cash_and_equivalents", "marketable_securities")),
    "meta": ("2024Q4", "2025Q4", ("cash_and_equivalents", "marketable_securities")),
    "microsoft": ("FY2025Q2", "FY2026Q2", ("cash_and_equivalents", "short_term_investments")),
    "nvidia": ("FY2025Q4", "FY2026Q4", ("cash_and_equivalents",)),
}


def _year(raw, party, measure):
    """Return a measure over calendar 2025: the year as filed, else its quarters, rounded one by one."""
    if (party, "FY2025", measure) in raw and PERIODS[party][0] == "2025Q1":
        return raw[party, "FY2025", measure]
    total = 0
    for period in PERIODS[party]:
        value = raw.get((party, period, measure))
        if value is None:
            others = [f"{period[:-1]}{n}" for n in (1, 2, 3)]
            value = raw[party, period[:-2], measure] - sum(raw[party, other, measure] for other in others)
        total += value
    return total


def _sum(lines):
    return sum(cents(line.amount.central) for line in lines) / 100


def test_year_is_cut_where_most_figures_end(bundled, schedule):
    first, last = read_quarter("2025", last=False), read_quarter("2027", last=True)
    found = state_accounts(bundled, schedule, by="year", first=first, last=last)
    assert [p.label for p in found.periods] == ["2025", "2026Q1-Q2", "2026Q3-Q4", "2027"]
    assert len(found.reporting["2026Q1-Q2"]) > 10 > len(found.reporting["2026Q3-Q4"])
    assert not found.reporting["2027"]


@pytest.mark.parametrize("party", PERIODS)
@pytest.mark.parametrize("accounts", ["years", "with_estimates"])
def test_totals_are_those_of_the_filings(party, accounts, raw, request):
    """Sales, costs, capital expenditure and cash of 2025, whatever part of them has a named payer or payee."""
    statement = request.getfixturevalue(accounts).statement(party, "2025")
    revenue, cash = _year(raw, party, "revenue"), _year(raw, party, "operating_cash_flow")
    sales = [ln for ln in statement.sources if ln.item == "sales" or ln.item in BOUGHT]
    assert _sum(sales) == pytest.approx(revenue, abs=1)
    costs = [ln for ln in statement.uses if ln.item in COSTS]
    assert _sum(costs) == pytest.approx(revenue - cash, abs=1)
    built = [ln for ln in statement.uses if ln.item == "capital_expenditure"]
    assert _sum(built) == pytest.approx(_year(raw, party, "capex_cash"), abs=1)
    before, after, names = BALANCES[party]
    rise = sum(raw[party, after, name] - raw[party, before, name] for name in names)
    signed = _sum([ln for ln in statement.uses if ln.item == "change_in_liquid_funds"]) - _sum(
        [ln for ln in statement.sources if ln.item == "change_in_liquid_funds"]
    )
    assert signed == pytest.approx(rise, abs=1)


@pytest.mark.parametrize("party", ["google", "meta", "microsoft"])
def test_residual_by_hand(party, raw, years, schedule):
    """Cash from operations less capital expenditure, leases, named outlays and the rise of cash, plus funding."""
    flows = [f for f in schedule.flows if f.cash and not f.contingent and f.period.year == 2025]

    def paid(*kinds):  # interest is in cash from operations
        return sum(
            f.amount.central - f.interest.central for f in flows if f.payer == party and f.kind in kinds
        )

    def received(*kinds):
        return sum(
            f.amount.central - f.interest.central for f in flows if f.payee == party and f.kind in kinds
        )

    before, after, names = BALANCES[party]
    rise = sum(raw[party, after, name] - raw[party, before, name] for name in names)
    expected = _year(raw, party, "operating_cash_flow") - _year(raw, party, "capex_cash") - rise
    expected -= _year(raw, party, "finance_lease_principal_payments")
    expected -= paid("equity_investment", "acquisition", "loan", "bond", "other")
    if party == "google":  # its debt is known at both ends, and holds the bonds
        expected += raw["google", "2025Q4", "long_term_debt_noncurrent"]
        expected -= raw["google", "2024Q4", "long_term_debt_noncurrent"]
    else:
        expected += received("loan", "bond") - paid("repayment")
    expected += received("equity_investment", "other", "acquisition") + received("repayment")
    # owners: net income and shares issued, pay in shares of 6 % of revenue added back, less the rise of equity
    before, after = BALANCES[party][:2]
    owners = _year(raw, party, "net_income") + 0.06 * _year(raw, party, "revenue")
    owners += received("equity_investment")
    owners -= raw[party, after, "stockholders_equity"] - raw[party, before, "stockholders_equity"]
    [line] = [ln for ln in years.statement(party, "2025").uses if ln.item == "returned_to_owners"]
    assert line.amount.central == pytest.approx(owners, abs=1)
    expected -= owners
    residual = years.statement(party, "2025").residual
    sign = 1 if residual.payee == "unexplained" else -1
    assert sign * residual.amount.central == pytest.approx(expected, abs=1e5)
    assert years.statement(party, "2025").hole is None


def test_openai_2025_by_hand(years, raw):
    """Costs and capital expenditure together are revenue plus burn: 13.07 + 8.0 bn."""
    statement = years.statement("openai", "2025")
    outlays = [ln for ln in statement.uses if ln.item in (*BOUGHT, "interest", "costs_and_capex")]
    beyond = [ln for ln in statement.sources if ln.item == "beyond_reported"]
    assert _sum(outlays) - _sum(beyond) == pytest.approx(13.07e9 + 8.0e9, abs=1)
    assert _sum([ln for ln in statement.sources if ln.item == "equity"]) == pytest.approx(41e9, abs=1)
    assert statement.hole.missing == ("liquid funds at the end of 2024Q4 and of 2025Q4",)


def test_every_statement_and_matrix_of_the_register_closes(years, with_estimates):
    for accounts in (years, with_estimates):
        for period in accounts.periods:
            matrix = build_matrix(accounts, period.label)
            assert not any(matrix.row_sums().values())
            assert not any(matrix.column_sums().values())
        for party in accounts.parties:
            for statement in accounts.of(party):
                assert _sum(statement.sources) == _sum(statement.uses)


def test_every_line_carries_range_basis_date_and_ids(years, with_estimates, bundled):
    known = {f"{row.file}:{row.line}" for row in bundled.observations}
    for line in (*years.lines, *with_estimates.lines):
        assert line.amount.low <= line.amount.central <= line.amount.high
        assert line.amount.central > 0
        assert line.date_basis
        assert line.ids or line.item == "no_accounts"
        for name in line.ids:
            instrument = name.split("/supply/")[0]
            assert name in known or instrument in bundled.instruments, name


def test_estimates_change_no_total(years, with_estimates):
    """Estimates move money from the rest to named parties; totals, residuals and cash stay."""
    for party in ("nvidia", "microsoft", "google", "amazon", "meta"):
        for period in ("2024", "2025"):
            one, other = years.statement(party, period), with_estimates.statement(party, period)
            assert one.total == pytest.approx(other.total, abs=1)
            assert one.residual.amount.central == pytest.approx(other.residual.amount.central, abs=1)


@pytest.mark.parametrize(
    ("party", "ends", "names"),
    [
        (
            "google",
            ["2025Q1", "2025Q2", "2025Q3", "2025Q4"],
            ("cash_and_equivalents", "marketable_securities"),
        ),
        (
            "microsoft",
            ["FY2025Q3", "FY2025Q4", "FY2026Q1", "FY2026Q2"],
            ("cash_and_equivalents", "short_term_investments"),
        ),
    ],
)
def test_closed_books_end_every_quarter_at_the_balance_sheet(party, ends, names, bundled, schedule, raw):
    """Opening cash of 2024 and every payment of four quarters lead to the cash that the filings state."""
    first, last = read_quarter("2025", last=False), read_quarter("2025", last=True)
    _, closed = close_books_of(bundled, schedule, by="quarter", first=first, last=last)
    books = close_books(closed.table, closed.opening)
    place = closed.table.party(party)
    for quarter, end in enumerate(ends):
        stated = sum(raw[party, end, name] for name in names)
        assert books.balance[quarter, place] == pytest.approx(stated, abs=1)
        assert books.unexplained[quarter, place] == 0
