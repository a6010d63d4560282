"""Estimated payments: within totals, marked, with ids; exact where contracts are; and what is held back."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from loopledger.accounts import (
    HeldBack,
    Period,
    estimate_payments,
    hold_back,
    periods_between,
    read_quarter,
    state_accounts,
)
from loopledger.accounts.contracts import merge_estimates
from loopledger.accounts.evidence import Evidence
from loopledger.accounts.figures import build_figures
from loopledger.accounts.lines import Basis, Line
from loopledger.accounts.markets import Disclosure, Market, Participant, load_markets
from loopledger.accounts.tableau import OTHER_BUYERS, OTHER_SELLERS, build_tableau
from loopledger.errors import ModelError
from loopledger.schedule import Certainty, Flow, expand, load_assumptions, promises_from_snapshot
from loopledger.units import Interval, Quarter

Q = Quarter.parse("2025Q2")
BN = 1e9


@pytest.fixture(scope="module")
def real(bundled, assumptions):
    return bundled, expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)


@pytest.fixture(scope="module")
def years(real):
    periods = periods_between(read_quarter("2025", last=False), read_quarter("2026Q2", last=True), "year")
    return periods, estimate_payments(*real, periods)


def test_sums_lie_within_what_is_reported(years):
    """Added up from the payments themselves, against the totals of the fit."""
    _, found = years
    assert found.refused == ()
    assert {(f.market, f.period) for f in found.fits} == {
        (m, p) for m in ("accelerators", "compute") for p in ("2025", "2026Q1-Q2")
    }
    for fit in found.fits:
        here = [p for p in found.payments if (p.market, p.period) == (fit.market, fit.period)]
        for fitted in fit.totals:
            kind, _, party = fitted.name.partition(" of ")
            end = {"sales": "payee", "spending": "payer"}.get(kind)
            if end is None:
                continue
            total = sum(p.amount.central for p in here if getattr(p, end) == party)
            assert total == pytest.approx(fitted.reached)
            assert fitted.low - 1 <= total <= fitted.high + 1
        assert fit.worst_miss < 1


def test_accelerator_sales_of_nvidia_are_the_filing(years):
    """Its data-centre sales of fiscal 2026, 193,737 million, are paid by somebody, to the dollar."""
    _, found = years
    paid = [p.amount.central for p in found.payments if p.payee == "nvidia" and p.period == "2025"]
    assert sum(paid) == pytest.approx(193_737e6, abs=1)


def test_reported_share_of_one_customer_is_kept(years):
    """Microsoft is 67 per cent, rounded, of CoreWeave's 5,131 million of 2025."""
    _, found = years
    [p] = [x for x in found.payments if (x.payer, x.payee, x.period) == ("microsoft", "coreweave", "2025")]
    assert 0.665 * 5131e6 - 1 <= p.amount.central <= 0.675 * 5131e6 + 1
    assert p.amount.low == pytest.approx(0.665 * 5131e6)
    assert p.amount.high == pytest.approx(0.675 * 5131e6)
    assert len([name for name in p.ids if "financials.csv" in name]) >= 2


def test_every_payment_has_bounds_and_ids(years, bundled):
    _, found = years
    known = {f"{row.file}:{row.line}" for row in bundled.observations} | set(bundled.instruments)
    for p in found.payments:
        assert 0 <= p.amount.low <= p.amount.central <= p.amount.high
        assert p.ids
        assert set(p.ids) <= known
        assert not p.is_exact or p.amount.high - p.amount.low < 1
    marks = {line.basis for line in found.lines()}
    assert marks <= {Basis.ESTIMATED, Basis.CONTRACTED}
    assert not {line.payer for line in found.lines()} & {OTHER_BUYERS}
    assert not {line.payee for line in found.lines()} & {OTHER_SELLERS}


def test_other_buyers_pay_at_least_what_groups_of_buyers_leave(years):
    """Nvidia sold 164,269 million: at most 86,579 to hyperscalers, and to CoreWeave no more than it spent."""
    _, found = years
    others = found.other_buyers()["nvidia", "2026Q1-Q2"]
    [coreweave] = [f for f in found.fits if (f.market, f.period) == ("accelerators", "2026Q1-Q2")]
    [spent] = [t.high for t in coreweave.totals if t.name == "spending of coreweave"]
    assert others.least == pytest.approx(164_269e6 - 86_579e6 - spent, abs=1e3)
    assert {"amazon", "coreweave"} <= others.but
    each = [p.amount.high for p in found.payments if p.payee == "nvidia" and p.payer in others.but]
    assert 164_269e6 - sum(p for p in each) < others.least  # each buyer by itself would leave less


def test_every_market_says_what_its_estimates_cannot_tell(years):
    _, found = years
    for fit in found.fits:
        assert fit.limits == load_markets()[fit.market].limits
        for name in re.findall(r"market\.[a-z_]+", fit.limits):
            load_assumptions().range(name)  # raises if there is none of that name


def test_held_back_entries_say_how_good_the_estimates_are(real, years):
    """Each entry is estimated without itself; the known value lies where the reports put it."""
    held = {(h.period, h.entry): h for h in hold_back(*real, years[0])}
    share = held["2025", "coreweave customer_share_microsoft"]
    assert share.low == pytest.approx(0.665 * 5131e6)
    assert share.error == pytest.approx((share.estimated - share.low) / share.low)
    hyperscale = held["2026Q1-Q2", "nvidia revenue_hyperscale"]
    assert hyperscale.high == pytest.approx(37_869e6 + 48_710e6)
    # half of the sales by the prior, and no more than was sold to all hyperscalers
    assert 0.4 * 164_269e6 < hyperscale.estimated < hyperscale.high
    inside = [h for h in held.values() if h.low <= h.estimated <= h.high]
    assert all(h.error == 0 for h in inside)


def test_a_figure_that_says_at_least_has_no_upper_end(real, years):
    """OpenAI paid Microsoft at least 10,590 million in 2025: the estimate itself is not the other end."""
    held = {(h.period, h.entry): h for h in hold_back(*real, years[0])}
    least = held["2025", "openai rnd_paid_to_microsoft"]
    assert least.low == 10_590e6
    assert least.high == np.inf
    assert least.estimated > least.low
    assert least.untested == "no test upward"
    assert not least.is_test
    [fit] = [f for f in years[1].fits if (f.market, f.period) == ("compute", "2025")]
    [total] = [t for t in fit.totals if t.name == "openai rnd_paid_to_microsoft"]
    assert (total.low, total.high) == (10_590e6, np.inf)


def _held_row(low, high, estimated):
    return HeldBack(
        market="toy", period="2025", entry="x", low=low, high=high, most_width=0.5, estimated=estimated
    )


@pytest.mark.parametrize(
    ("low", "high", "estimated", "error", "untested", "is_test"),
    [
        (10, np.inf, 12, 0, "no test upward", False),
        (10, np.inf, 8, -0.2, "", False),
        (0, 10, 4, 0, "no test downward", False),
        (0, 10, 11, 0.1, "", False),
        (8, 12, 9, 0, "", True),  # 4 over 10
        (8, 12, 6, -0.25, "", True),
        (4, 16, 9, 0, "", False),  # 12 over 10
        (5, 5, 5, 0, "", True),
    ],
)
def test_only_two_near_ends_test_an_estimate(low, high, estimated, error, untested, is_test):
    row = _held_row(low, high, estimated)
    assert row.error == pytest.approx(error)
    assert (row.untested, row.is_test) == (untested, is_test)


def _row(base, party, metric, value, line, unit="usd"):
    return replace(
        base,
        party=party,
        period=str(Q),
        period_end=Q.last,
        metric=metric,
        value=Decimal(value),
        unit=unit,
        line=line,
    )


def _flow(payer, payee, usd, *, assumptions=(), certainty=Certainty.CONTRACTED):
    return Flow(
        period=Q, payer=payer, payee=payee, kind="purchase_commitment", amount=Interval.exact(usd),
        certainty=certainty, instrument=f"{payer}-{payee}", assumptions=assumptions,
    )  # fmt: skip


MARKET = Market.model_validate({
    "name": "toy", "says": "x", "limits": "a toy", "item": "operating_costs", "ties": "all",
    "sellers": [{"party": "fjord", "measures": ["revenue"]}, {"party": "quayside", "measures": ["revenue"]}],
    "buyers": [{"party": "larkspur", "measures": ["server_spend"]}, {"party": "corvid", "measures": []}],
    "pairs": [
        {"payer": "larkspur", "payee": "fjord", "party": "fjord", "measure": "revenue_from_openai", "as": "total"},
    ],
    "groups": [],
})  # fmt: skip


@pytest.fixture
def toy(teaching, assumptions):
    def built(rows, flows=()):
        base = next(r for r in teaching.observations if r.metric == "revenue" and r.party == "fjord")
        made = tuple(_row(base, *row, n) for n, row in enumerate(rows, 2))
        snapshot = replace(teaching, observations=made)
        [period] = periods_between(Q, Q, "quarter")
        figures = build_figures(snapshot, assumptions, MARKET.measures)
        evidence = Evidence(
            period=period, snapshot=snapshot, figures=figures, flows=tuple(flows), assumptions=assumptions
        )
        return build_tableau(MARKET, evidence)

    return built


def test_an_exact_contract_fixes_its_payment(toy):
    """Fjord sells 10; a dated contract says Corvid pays 4 of it; Larkspur spends 5 in all."""
    rows = [
        ("fjord", "revenue", 10 * BN),
        ("quayside", "revenue", 2 * BN),
        ("larkspur", "server_spend", 5 * BN),
    ]
    made = toy(rows, [_flow("corvid", "fjord", 4 * BN)])
    cells = {(c.payer, c.payee): c for c in made.cells}
    assert (cells["corvid", "fjord"].lower, cells["corvid", "fjord"].upper) == (4 * BN, 4 * BN)
    from loopledger.accounts.entropy import fit_entropy

    values = dict(zip(cells, fit_entropy(made.problem()).values.tolist(), strict=True))
    assert values["corvid", "fjord"] == 4 * BN
    assert values["larkspur", "fjord"] + values["larkspur", "quayside"] + values[
        "larkspur", OTHER_SELLERS
    ] == pytest.approx(5 * BN)
    assert values["larkspur", "fjord"] + values["corvid", "fjord"] + values[
        OTHER_BUYERS, "fjord"
    ] == pytest.approx(10 * BN)


def test_an_undated_contract_only_guides(toy):
    rows = [("fjord", "revenue", 10 * BN), ("quayside", "revenue", 2 * BN)]
    made = toy(rows, [_flow("corvid", "fjord", 4 * BN, assumptions=("ramp.share",))])
    [cell] = [c for c in made.cells if c.payer == "corvid"]
    assert (cell.prior, cell.lower, cell.upper) == (4 * BN, 0, np.inf)
    assert "market.undated_contract" in cell.assumptions


def test_a_promise_that_is_not_binding_sets_no_floor(toy):
    rows = [("fjord", "revenue", 10 * BN), ("quayside", "revenue", 2 * BN)]
    made = toy(rows, [_flow("corvid", "fjord", 4 * BN, certainty=Certainty.INDICATIVE)])
    [cell] = [c for c in made.cells if c.payer == "corvid"]
    assert cell.lower == 0


TIED = MARKET.model_copy(update={"ties": "register", "pairs": ()})


@pytest.fixture
def tied(teaching, assumptions):
    """The toy market, with payments along the ties on record only, some of them without a price."""

    def built(rows, flows=(), unpriced=()):
        base = next(r for r in teaching.observations if r.metric == "revenue" and r.party == "fjord")
        bought = next(
            i
            for i in teaching.instruments.values()
            if i.kind == "purchase_commitment" and i.payers == ("larkspur",)
        )
        open_ones = {
            f"{payer}-{payee}-open": bought.model_copy(
                update={"payer": payer, "payee": payee, "amount": None, "id": f"{payer}-{payee}-open"}
            )
            for payer, payee in unpriced
        }
        made = tuple(_row(base, *row, n) for n, row in enumerate(rows, 2))
        snapshot = replace(
            teaching, observations=made, instruments=open_ones,
            deal_ids=dict.fromkeys(open_ones, teaching.deal_ids[bought.id]),
        )  # fmt: skip
        [period] = periods_between(Q, Q, "quarter")
        evidence = Evidence(
            period=period, snapshot=snapshot, figures=build_figures(snapshot, assumptions, TIED.measures),
            flows=tuple(flows), assumptions=assumptions,
        )  # fmt: skip
        return {(c.payer, c.payee): c for c in build_tableau(TIED, evidence).cells}

    return built


SOLD = [("fjord", "revenue", 10 * BN), ("quayside", "revenue", 30 * BN)]


def test_a_purchase_without_a_price_takes_what_contracts_leave_of_the_spending(tied):
    """Larkspur spends 8, 2 of it with Fjord by contract; 5 % go elsewhere, the rest to its open sellers 10 : 30."""
    cells = tied(
        [*SOLD, ("larkspur", "server_spend", 8 * BN)],
        [_flow("larkspur", "fjord", 2 * BN)],
        [("larkspur", "fjord"), ("larkspur", "quayside")],
    )
    assert cells["larkspur", "fjord"].prior == pytest.approx((2 + 6 * 0.95 / 4) * BN)
    assert cells["larkspur", "quayside"].prior == pytest.approx(6 * 0.95 * 3 / 4 * BN)
    assert ("corvid", "fjord") not in cells


def test_a_buyer_without_figures_takes_an_even_part_of_what_contracts_leave_of_the_sales(tied):
    """Fjord sells 10, Larkspur takes 2 by contract: of the other 8, Corvid's prior is half."""
    cells = tied(SOLD, [_flow("larkspur", "fjord", 2 * BN)], [("corvid", "fjord")])
    assert cells["corvid", "fjord"].prior == pytest.approx(4 * BN)
    assert cells["larkspur", "fjord"].prior == 2 * BN


def test_a_priced_contract_that_has_not_begun_is_no_tie_yet(tied):
    assert ("larkspur", "fjord") not in tied([*SOLD, ("larkspur", "server_spend", 8 * BN)])


def test_a_group_whose_part_of_the_sales_is_known_is_brought_to_it(real, years):
    """The five largest clouds buy half of Nvidia's data-centre sales by the prior; their totals leave it there."""
    _, found = years
    five = ("amazon", "microsoft", "google", "meta", "oracle")
    paid = [p for p in found.payments if (p.payee, p.period) == ("nvidia", "2025") and p.payer in five]
    assert sum(p.amount.central for p in paid) == pytest.approx(193_737e6 / 2, rel=1e-3)
    assert all("market.hyperscaler_share" in p.assumptions for p in paid)


def test_a_plan_of_the_year_bounds_spending_that_is_not_reported(years):
    """OpenAI planned 45 bn for servers in 2026: half of it in half a year, from half to one and a half times."""
    _, found = years
    [fit] = [f for f in found.fits if (f.market, f.period) == ("compute", "2026Q1-Q2")]
    [spent] = [t for t in fit.totals if t.name == "spending of openai"]
    assert (spent.low, spent.high) == (11.25 * BN, 33.75 * BN)
    assert spent.low <= spent.reached <= spent.high


def test_a_fiscal_year_of_sales_to_one_customer_held_back(real):
    """Microsoft, fiscal 2026: OpenAI's spending of two quarters as reported and of two as planned says enough."""
    first = read_quarter("2025Q3", last=False)
    year = Period(label="FY2026", quarters=tuple(first.shifted(k) for k in range(4)))
    [held] = hold_back(*real, [year])
    assert held.entry == "microsoft revenue_from_openai"
    assert held.high == pytest.approx(24.1 * BN - 865.8e6 / 2)  # the revenue share as stated for 2025
    assert abs(held.error) < 0.05


def test_what_a_figure_holds_besides_purchases_is_taken_off(real, years):
    """Microsoft's sales to OpenAI hold the revenue share: 24.1 bn of the fiscal year less what is scheduled of it."""
    held = {(h.period, h.entry): h for h in hold_back(*real, years[0])}
    known = held["2026Q1-Q2", "microsoft revenue_from_openai"]
    shares = [
        f for f in real[1].flows
        if f.instrument == "openai-msft-revenue-share" and str(f.period) in ("2026Q1", "2026Q2")
    ]  # fmt: skip
    most = sum(min(f.amount.high, 24.1 * BN) for f in shares)
    even = 24.1 * BN / 4
    assert known.high == pytest.approx(2 * even * 1.35)
    assert 2 * even * 0.65 - most <= known.low < 2 * even * 0.65


def test_a_seller_without_sales_is_left_out_and_said_so(toy):
    made = toy([("fjord", "revenue", 10 * BN), ("larkspur", "server_spend", 4 * BN)])
    assert dict(made.left_out) == {"quayside": "no sales reported for 2025Q2"}
    [other] = [c for c in made.cells if c.payee == OTHER_SELLERS]
    assert other.prior == pytest.approx(0.25 * 4 * BN)
    assert toy([("larkspur", "server_spend", 4 * BN)]) is None


def test_figures_that_contradict_are_named_with_their_rows(toy):
    """Fjord sells 3 and says that Larkspur paid it 5."""
    from loopledger.accounts.entropy import fit_entropy

    rows = [
        ("fjord", "revenue", 3 * BN), ("quayside", "revenue", 2 * BN), ("fjord", "revenue_from_openai", 5 * BN),
        ("larkspur", "server_spend", 9 * BN),
    ]  # fmt: skip
    with pytest.raises(ModelError, match=r"contradict each other by 2,000,000,000\.00") as caught:
        fit_entropy(toy(rows).problem())
    told = str(caught.value)
    assert "sales of fjord" in told
    assert "fjord revenue_from_openai" in told
    assert "financials.csv:2" in told
    assert "financials.csv:4" in told
    assert "quayside" not in told


def test_an_entry_that_hides_a_contradiction_is_said_to():
    """With the exact contract of a pair freed, the others still contradict each other: no number is made up."""
    from loopledger.accounts.entropy import Total
    from loopledger.accounts.holdout import _held
    from loopledger.accounts.tableau import Cell, Tableau

    cells = (
        Cell(payer="a", payee="b", prior=1.0, lower=1.0, upper=1.0),
        Cell(payer="c", payee="b", prior=1.0),
    )
    totals = (
        Total(name="sales of b", cells=np.array([0, 1]), low=3, high=3),
        Total(name="spending of c", cells=np.array([1]), low=5, high=5),
    )
    tableau = Tableau(
        market="toy", period="2025", cells=cells, totals=totals, known=(), left_out={}, assumptions=()
    )
    entry = Total(name="a -> b", cells=np.array([0]), low=1, high=1)
    held = _held(tableau, entry, tableau.problem(free=0), 0.5)
    assert held.estimated is None
    assert held.error is None
    assert "sales of b" in held.why
    assert "spending of c" in held.why


def _line(payer, payee, usd, name, low=None, high=None):
    return Line(
        period="2025", payer=payer, payee=payee, item="operating_costs",
        amount=Interval(usd if low is None else low, usd, usd if high is None else high),
        basis=Basis.CONTRACTED, date_basis="scheduled", ids=(name,),
    )  # fmt: skip


def test_an_estimate_holds_the_contracts_of_its_pair():
    contracts = [_line("a", "b", 3.0, "c1"), _line("a", "b", 1.0, "c2"), _line("a", "x", 5.0, "c3")]
    estimate = replace(_line("a", "b", 10.0, "f:1", low=6.0, high=12.0), basis=Basis.ESTIMATED)
    merged = {line.ids[0]: line for line in merge_estimates(contracts, [estimate])}
    assert {name: line.amount.central for name, line in merged.items()} == {
        "c1": 3,
        "c2": 1,
        "c3": 5,
        "f:1": 6,
    }
    assert merged["f:1"].amount.as_tuple() == (2.0, 6.0, 8.0)
    assert merged["c1"].basis is Basis.CONTRACTED


def test_contracts_above_an_estimate_are_scaled_to_it():
    contracts = [_line("a", "b", 3.0, "c1"), _line("a", "b", 1.0, "c2")]
    estimate = replace(_line("a", "b", 2.0, "f:1"), basis=Basis.ESTIMATED)
    merged = {line.ids[0]: line for line in merge_estimates(contracts, [estimate])}
    assert {name: line.amount.central for name, line in merged.items()} == {"c1": 1.5, "c2": 0.5}
    assert merged["c1"].basis is Basis.ESTIMATED
    assert merged["c1"].amount.high == 2.0  # not more than all of the estimate
    assert "leave less" in merged["c1"].note


def test_no_dollar_is_counted_twice_on_the_register(real, years):
    """With estimates a pair pays exactly the estimate, contracts included."""
    snapshot, schedule = real
    first, last = read_quarter("2025", last=False), read_quarter("2026Q2", last=True)
    accounts = state_accounts(
        snapshot, schedule, by="year", first=first, last=last, estimates=years[1].lines()
    )
    for estimate in years[1].lines():
        paid = [
            line.amount.central
            for line in accounts.lines
            if (line.period, line.payer, line.payee) == (estimate.period, estimate.payer, estimate.payee)
            and line.item in ("operating_costs", "capital_expenditure")
        ]
        assert sum(paid) == pytest.approx(estimate.amount.central, abs=0.02)


def test_the_table_of_markets_is_sound(bundled):
    measured = {row.metric for row in bundled.observations}
    for market in load_markets().values():
        names = [row.party for row in (*market.sellers, *market.buyers)]
        assert set(names) <= set(bundled.parties)
        assert len({row.party for row in market.sellers}) == len(market.sellers)
        assert market.measures <= measured
        for told in (*market.pairs, *market.groups):
            assert told.payee in {row.party for row in market.sellers}
            assert set(told.from_whom) <= {row.party for row in market.buyers}
    assert isinstance(load_markets()["compute"].pairs[0], Disclosure)
    assert isinstance(load_markets()["compute"].sellers[0], Participant)
