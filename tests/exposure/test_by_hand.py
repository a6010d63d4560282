"""Sheets of the teaching register and of small registers, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from exposure_registers import DAY, instrument, observation, party, register

from loopledger.exposure import measure_exposure, measure_party, measure_system
from loopledger.records import Firmness, Kind, Links, Role, Status
from loopledger.register import TEACHING, load_register
from loopledger.units import Amount, Bound

BN = 10**9


@pytest.fixture(scope="module")
def teaching_march():
    return load_register(TEACHING).known_on(date(2026, 3, 1))


def sheet_of(name, instruments, assumptions, observations=(), **fields):
    whole = register(instruments, observations, **fields)
    found = measure_exposure(whole, whole.known_on(DAY), assumptions, [name])
    return found.parties[0]


def billions(reading):
    return tuple(v / BN for v in reading.value.as_tuple())


def test_commitments_of_the_developer(teaching_march, assumptions):
    """30 was due in the second quarter of 2025. 18 to 22 comes over twenty quarters from July 2026, rising over
    the first five; about 6 of rent over forty quarters from January 2026, of which 30 of the 90 days of a
    quarter and 39 quarters are left on 1 March."""
    sheet = measure_party(teaching_march, assumptions, "larkspur")
    rent = 6 * (39 + 30 / 90) / 40
    assert billions(sheet.find("commitments_remaining")) == pytest.approx(
        (18 + 0.9 * rent, 20 + rent, 22 + 1.1 * rent)
    )
    assert sheet.find("commitments_share", "fjord").value.as_tuple() == pytest.approx(
        (18 / (18 + 1.1 * rent), 20 / (20 + rent), 22 / (22 + 0.9 * rent))
    )
    assert sheet.find("commitments_hhi").value.central == pytest.approx((20**2 + rent**2) / (20 + rent) ** 2)

    def ramp(elapsed):  # paid part when the rate rises over the first quarter of the term
        return (elapsed - 0.125) / 0.875

    # 24 months end on 29 February 2028, the 60th of 91 days of its quarter
    contract = ramp(6 / 20) + (ramp(7 / 20) - ramp(6 / 20)) * 60 / 91
    lease = (30 / 90 + 7 + 60 / 91) / (39 + 30 / 90)
    assert sheet.find("commitments_due_24m").value.central == pytest.approx(
        (20 * contract + rent * lease) / (20 + rent)
    )
    low, high = sorted((contract, lease), reverse=True)[1], max(contract, lease)
    due = sheet.find("commitments_due_24m").value
    assert low <= due.low < due.central < due.high <= high


def test_sides_that_have_nothing_say_what_is_missing(teaching_march, assumptions):
    sheet = measure_party(teaching_march, assumptions, "larkspur")
    gaps = {g.measure: g.missing for g in sheet.gaps}
    assert (
        gaps["backlog_remaining"]
        == "a binding, priced contract sold by larkspur with payments after 2026-03-01"
    )
    assert gaps["liquid_funds"].startswith("cash of larkspur")
    assert gaps["funding_gap"] == "cash of larkspur"
    assert gaps["leases_not_begun"].endswith("(leases_not_commenced)")


def test_a_backlog_meets_the_contracts_of_its_own_date(teaching_march, assumptions):
    """About 60 by a source that files no reports is right to a tenth. The purchase of 30 was paid in the quarter that
    ends with the backlog; the one of 20 was signed later."""
    sheet = measure_party(teaching_march, assumptions, "fjord")
    assert billions(sheet.find("backlog_reported", "rpo")) == pytest.approx((54, 60, 66))
    assert "signed by 2025-06-30 and not yet paid then" in next(
        g.missing for g in sheet.gaps if g.measure == "backlog_matched"
    )
    since = sheet.find("backlog_signed_since")
    assert billions(since) == pytest.approx((18, 20, 22))
    assert since.ids == ("larkspur-fjord-second",)


def test_vendor_financing_of_the_chipmaker(teaching_march, assumptions):
    """10 to the developer, up to 6 more by the gigawatt, half of about 3 to the cloud, a guarantee of up to 1 to a
    bank that buys nothing; revenue of 38 in the latest quarter is 152 a year."""
    sheet = measure_party(teaching_march, assumptions, "corvid")
    assert billions(sheet.find("vendor_committed", "customers")) == pytest.approx((11.35, 16.3, 17.65))
    assert billions(sheet.find("vendor_committed", "all it funds")) == pytest.approx((11.35, 17.1, 18.65))
    assert billions(sheet.find("vendor_drawn", "customers")) == pytest.approx((0, 10, 10))
    assert sheet.find("vendor_committed_ratio", "customers").value.as_tuple() == pytest.approx(
        (11.35 / 152, 16.3 / 152, 17.65 / 152)
    )
    assert sheet.find("vendor_committed_to", "larkspur").note == "customer, direct"


def test_what_no_balance_sheet_shows(teaching_march, assumptions):
    corvid = measure_party(teaching_march, assumptions, "corvid")
    assert billions(corvid.find("guarantees_maximum", "rents and debts")) == (1, 1, 1)  # a ceiling, in full
    assert billions(corvid.find("guarantees_called")) == (0, 0, 0)
    larkspur = measure_party(teaching_march, assumptions, "larkspur")
    debt = larkspur.find("vehicle_debt", "larkspur-campus")
    assert billions(debt) == (4, 4, 4)  # the first draw is a part of the loan
    assert debt.note == "rents from it (campus-lease)"


def test_past_financiers_of_the_teaching_register(teaching_march, assumptions):
    whole = load_register(TEACHING)
    found = measure_exposure(whole, whole.known_on(date(2026, 3, 1)), assumptions, [])
    assert [s.party for s in found.past] == ["oldham"]


def test_lucent_is_computed_from_its_own_rows(assumptions):
    whole = load_register()
    found = measure_exposure(whole, whole.known_on(date(2026, 11, 24)), assumptions, [])
    lucent = next(s for s in found.past if s.party == "lucent")
    rows = {(r.metric, r.period): r for r in whole.history.observations}
    for period, day in (("FY2000", "2000-09-30"), ("FY2001", "2001-09-30")):
        parts = [rows[f"customer_financing_{s}", period] for s in ("drawn", "available", "not_available")]
        share = lucent.find("vendor_drawn_share", day)
        assert share.value.central == pytest.approx(float(parts[0].value / sum(p.value for p in parts)))
        assert share.value.low < share.value.central < share.value.high
        assert set(share.ids) == {f"{p.file}:{p.line}" for p in parts}
    assert lucent.find("vendor_drawn_share", "2000-09-30").value.central == pytest.approx(0.247, abs=0.001)
    assert lucent.find("vendor_drawn_share", "2001-09-30").value.central == pytest.approx(0.566, abs=0.001)
    assert any(g.missing == "revenue of lucent for the year to 2001-09-30" for g in lucent.gaps)


def test_before_its_report_lucent_shows_no_split(assumptions):
    whole = load_register()
    found = measure_exposure(whole, whole.known_on(date(2001, 6, 30)), assumptions, [])
    lucent = next(s for s in found.past if s.party == "lucent")
    assert not list(lucent.all_of("vendor_drawn_share"))


def test_coverage_year_by_year(assumptions):
    """Cash 9, revenue 1 a quarter of which half can pay, 12 of contract over three years from 2026."""
    contract = instrument(
        "c", Kind.LEASE, "b1", "s1", 12, start=date(2026, 1, 1), term_years=Decimal(3), end=date(2028, 12, 31)
    )
    figures = [
        observation("b1", "revenue", BN, "2025Q4", date(2025, 12, 31), "2026-02-01"),
        observation("b1", "cash", 9 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01", line=3),
    ]
    sheet = sheet_of("b1", [contract], assumptions, figures)
    left = 30 / 90  # of the running quarter
    assert billions(sheet.find("payments_due", "2026 after 2026-03-01")) == pytest.approx((3 + left,) * 3)
    assert billions(sheet.find("payments_due", "2027")) == (4, 4, 4)
    assert billions(sheet.find("internal_cash", "assumed")) == (1, 2, 3)
    years = (date(2026, 12, 31) - DAY).days / 365.25
    two = years + 364 / 365.25
    growth = assumptions.number("stress.revenue_growth.other")
    carried = (
        9 + 0.25 * (1 - left) * growth
    )  # two thirds of a quarter: revenue 1 + growth, rent 1, a quarter stays
    assert billions(sheet.find("cash_carried")) == pytest.approx((9, carried, carried))
    gap = billions(sheet.find("funding_gap", "2027"))
    ends = ((carried, 3), (carried, 2), (9, 1))
    assert gap == pytest.approx(tuple(7 + left - cash - rate * two for cash, rate in ends), rel=1e-6)
    claim = sheet.find("claim_on_sources", "2027").value
    assert claim.central == pytest.approx((7 + left) / (carried + 2 * two), rel=1e-6)
    assert sheet.find("commitments_to_revenue", "2027").value.central == pytest.approx(
        4 / (4 * 364 / 365.25), rel=1e-3
    )
    assert billions(sheet.find("break_even_revenue", "sequoia_margin 2027")) == (8, 8, 8)


def test_cash_is_carried_to_the_day(assumptions):
    """Cash 9 at the end of 2025Q3; 8 paid in December, 4 signed for June, rent of 5 a quarter since October."""
    rent = instrument(
        "c", Kind.LEASE, "b1", "s1", 60, start=date(2025, 10, 1), term_years=Decimal(3), end=date(2028, 9, 30)
    )
    paid = instrument(
        "e1", Kind.EQUITY_INVESTMENT, "s2", "b1", 8, start=date(2025, 12, 1), status=Status.COMPLETED
    )
    later = instrument("e2", Kind.EQUITY_INVESTMENT, "s2", "b1", 4, start=date(2026, 6, 1))
    figures = [
        observation("b1", "revenue", BN, "2025Q3", date(2025, 9, 30), "2025-11-01"),
        observation("b1", "cash", 9 * BN, "2025Q3", date(2025, 9, 30), "2025-11-01", line=3),
    ]
    days = {"e1": date(2025, 12, 1)}
    sheet = sheet_of("b1", [rent, paid, later], assumptions, figures, announced=days)
    growth = assumptions.number("stress.revenue_growth.other")
    left = (1 + growth) - 5 + ((1 + growth) ** 2 - 5) * 60 / 90
    found = sheet.find("cash_carried")
    assert billions(found) == pytest.approx((9, 17 + left, 17 + left))
    assert "e1" in found.ids
    assert "e2" not in found.ids
    assert "reported 9.0 bn; signed funding received since +8.0 bn" in found.note
    assert billions(sheet.find("liquid_funds")) == (9, 9, 9)
    assert billions(sheet.find("funding_signed", "2026 after 2026-03-01")) == (4, 4, 4)


def test_growth_that_closes_the_gap_does(assumptions):
    """At the growth found, cash and half of each year's revenue pay what is due to the last year."""
    contract = instrument("c", Kind.LEASE, "b1", "s1", 100, start=date(2026, 3, 2), term_years=Decimal(8))
    figures = [
        observation("b1", "revenue", BN, "2025Q4", date(2025, 12, 31), "2026-02-01"),
        observation("b1", "cash", 9 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01", line=3),
    ]
    sheet = sheet_of("b1", [contract], assumptions, figures)
    growth = sheet.find("growth_needed", "2030").value
    due = sum(r.value.central for r in sheet.all_of("payments_due"))
    years = [(date(2026, 12, 31) - DAY).days / 365.25, *(n / 365.25 for n in (364, 365, 364, 364))]
    earned = sum(2 * BN * (1 + growth.central) ** k * length for k, length in enumerate(years))
    cash = sheet.find("cash_carried").value.central
    assert cash + earned == pytest.approx(due, rel=1e-6)
    assert growth.low < growth.central < growth.high


def test_overlaps_lower_the_floor_only(assumptions):
    first = instrument("c", Kind.LEASE, "b1", "s1", 10, start=date(2027, 1, 1), term_years=Decimal(4))
    second = instrument(
        "d",
        Kind.LEASE,
        "b1",
        "s1",
        4,
        start=date(2027, 1, 1),
        term_years=Decimal(4),
        links=Links(overlaps=("c",)),
    )
    sheet = sheet_of("b1", [first, second], assumptions)
    assert billions(sheet.find("commitments_remaining")) == pytest.approx((10, 14, 14))
    assert billions(sheet.find("commitments_overlap")) == pytest.approx((0, 0, 4))
    seller = sheet_of("s1", [first, second], assumptions)
    assert billions(seller.find("backlog_remaining")) == pytest.approx((10, 14, 14))
    assert billions(seller.find("backlog_overlap")) == pytest.approx((0, 0, 4))


def test_a_term_that_nobody_states_widens_what_remains(assumptions):
    """Five years by assumption from the third quarter of 2025; by schedule s is paid, in truth 0 to 2 s."""
    sheet = sheet_of("b1", [instrument("c", Kind.SUPPLY, "b1", "s1", 10)], assumptions)
    low, central, high = billions(sheet.find("commitments_remaining"))
    assert high == pytest.approx(10)
    assert low == pytest.approx(max(10 - 2 * (10 - central), 0))
    assert sheet.find("commitments_undated").value.as_tuple() == (1, 1, 1)
    assert "market.undated_contract" in sheet.find("commitments_remaining").assumptions


def test_letters_and_options_are_likely_and_never_binding(assumptions):
    letter = instrument(
        "c",
        Kind.LEASE,
        "b1",
        "s1",
        10,
        start=date(2027, 1, 1),
        term_years=Decimal(4),
        firmness=Firmness.NON_BINDING,
    )
    sheet = sheet_of("b1", [letter], assumptions)
    assert sheet.find("commitments_remaining") is None
    assert billions(sheet.find("commitments_expected")) == pytest.approx((0, 3, 10))


def test_a_joint_buyer_owes_an_equal_part(assumptions):
    contract = instrument(
        "c", Kind.LEASE, ("b1", "b2"), "s1", 8, start=date(2027, 1, 1), term_years=Decimal(4)
    )
    reading = sheet_of("b1", [contract], assumptions).find("commitments_remaining")
    assert billions(reading) == pytest.approx((4, 4, 4))
    assert "joint.equal_split" in reading.assumptions


def test_a_contract_in_another_currency_counts_at_the_assumed_rate(assumptions):
    amount = Amount.of(10 * BN, "EUR", Bound.EXACT)
    contract = instrument("c", Kind.LEASE, "b1", "s1", amount, start=date(2027, 1, 1), term_years=Decimal(4))
    reading = sheet_of("b1", [contract], assumptions).find("commitments_remaining")
    assert billions(reading) == pytest.approx((11.5, 11.5, 11.5))
    assert "fx.EUR" in reading.assumptions


def test_a_guarantee_is_called_when_its_record_says_so(assumptions):
    given = {"firmness": Firmness.CONTINGENT}
    open_one = instrument("g", Kind.GUARANTEE, "s1", "b1", 5, **given)
    called = instrument("h", Kind.GUARANTEE, "s1", "b2", 2, status=Status.COMPLETED, **given)
    sheet = sheet_of("s1", [open_one, called], assumptions)
    assert billions(sheet.find("guarantees_called")) == (2, 2, 2)
    assert billions(sheet.find("guarantees_maximum", "rents and debts")) == (7, 7, 7)


def test_residual_values_stand_apart(assumptions):
    one = instrument(
        "g",
        Kind.GUARANTEE,
        "s1",
        "b1",
        5,
        firmness=Firmness.CONTINGENT,
        note="Covers the residual value of the site.",
    )
    sheet = sheet_of("s1", [one], assumptions)
    assert billions(sheet.find("guarantees_maximum", "residual value")) == (5, 5, 5)
    assert sheet.find("guarantees_maximum", "rents and debts") is None


def test_a_stake_moves_with_the_price_of_a_share(assumptions):
    """Bought for 2 at a round that left the company worth 20; the next one values it at 54 with 4 of new money:
    a share is worth 50 / 20 of its price, so the stake 5. The range leaves open what else was sold."""
    stake = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 2, status=Status.COMPLETED)
    new = instrument("n", Kind.EQUITY_INVESTMENT, "s2", "b1", 4, status=Status.COMPLETED)
    figures = [
        observation("b1", "valuation_post_money", 20 * BN, "2025-06", date(2025, 6, 10), "2025-06-10"),
        observation("b1", "valuation_pre_money", 50 * BN, "2026-01", date(2026, 1, 10), "2026-01-10", line=3),
        observation(
            "b1", "valuation_post_money", 54 * BN, "2026-01", date(2026, 1, 10), "2026-01-10", line=4
        ),
    ]
    sheet = sheet_of("s1", [stake, new], assumptions, figures, announced={"n": date(2026, 1, 10)})
    assert billions(sheet.find("stake_at_cost", "b1")) == (2, 2, 2)
    low, central, high = billions(sheet.find("stake_at_mark", "b1"))
    assert central == pytest.approx(5)
    assert low == pytest.approx(2 * (50 - 4) / 20)  # all new money may have been sold before the round
    assert high == pytest.approx(2 * 54 / 20)


def test_a_stake_of_an_unknown_price_is_named(assumptions):
    stake = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 2, status=Status.COMPLETED)
    figures = [observation("b1", "valuation_post_money", 54 * BN, "2026-01", date(2026, 1, 10), "2026-01-10")]
    sheet = sheet_of("s1", [stake], assumptions, figures)
    assert sheet.find("stake_at_mark", "b1") is None
    assert any("within 120 days of 2025-06-01, when e was agreed or paid" in g.missing for g in sheet.gaps)


def test_sales_net_of_what_goes_back(assumptions):
    sold = instrument("c", Kind.SUPPLY, "b1", "s1", 30)
    given = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 5, status=Status.COMPLETED)
    rented = instrument("r", Kind.PURCHASE_COMMITMENT, "s1", "b1", 4)
    backstop = instrument("g", Kind.GUARANTEE, "s1", "b1", 9, firmness=Firmness.CONTINGENT)
    sheet = sheet_of("s1", [sold, given, rented, backstop], assumptions)
    assert billions(sheet.find("sales_net", "b1")) == (21, 21, 21)
    assert sheet.find("back_share", "b1").value.central == pytest.approx(9 / 30)


def test_rivals_by_the_table_of_markets(assumptions):
    parties = {
        "openai": party("openai"), "microsoft": party("microsoft"), "coreweave": party("coreweave"),
        "xai": party("xai", parent="spacex"), "spacex": party("spacex"), "anthropic": party("anthropic"),
    }  # fmt: skip
    contracts = [
        instrument("a", Kind.PURCHASE_COMMITMENT, "anthropic", "microsoft", 30),
        instrument("b", Kind.PURCHASE_COMMITMENT, "anthropic", "coreweave", 10),
        instrument("c", Kind.PURCHASE_COMMITMENT, "anthropic", "spacex", 20),
    ]
    sheet = sheet_of("anthropic", contracts, assumptions, parties=parties)
    assert {r.of for r in sheet.all_of("rival_buys")} == {
        "microsoft",
        "spacex",
    }  # the owner of xai is a rival
    assert sheet.find("rival_buys_share").value.central == pytest.approx(50 / 60)


def test_a_record_for_several_leaves_the_index_open(assumptions):
    parties = {"b1": party("b1"), "s1": party("s1"), "many": party("many", aggregate=True)}
    contracts = [
        instrument("c", Kind.LEASE, "b1", "s1", 10, start=date(2027, 1, 1), term_years=Decimal(2)),
        instrument("d", Kind.LEASE, "b1", "many", 30, start=date(2027, 1, 1), term_years=Decimal(2)),
    ]
    sheet = sheet_of("b1", contracts, assumptions, parties=parties)
    assert sheet.find("commitments_hhi").value.as_tuple() == pytest.approx((1 / 16, 10 / 16, 10 / 16))
    assert sheet.find("commitments_share", "many").note == "stands for several parties"


def test_life_of_servers_on_one_years_purchases(assumptions):
    """Capital expenditure of 40 a year, 50 to 70 per cent of it servers, over 3 instead of 6 years."""
    quarters = [("2025Q1", date(2025, 3, 31)), ("2025Q2", date(2025, 6, 30)), ("2025Q3", date(2025, 9, 30)),
                ("2025Q4", date(2025, 12, 31))]  # fmt: skip
    figures = [
        observation("s1", "capex_cash", 10 * BN, name, end, "2026-02-01", line=n)
        for n, (name, end) in enumerate(quarters, 2)
    ]
    figures.append(
        observation(
            "s1", "server_useful_life", 6, "2025", date(2025, 12, 31), "2026-02-01", unit="years", line=9
        )
    )
    sheet = sheet_of("s1", [instrument("c", Kind.LEASE, "b1", "s1", 10)], assumptions, figures)
    assert billions(sheet.find("life_depreciation")) == pytest.approx((20 / 6, 22.4 / 6, 28 / 6))


def test_hardware_by_hand(assumptions):
    """40 a gigawatt, 24 of it chips; rent 17, power 1 a year; chips 6 years, buildings 20.

    Chips cost 4 a year, the rest 0.8, power 1: rent is 17 / 5.8 of cost. With three years, 40 per cent less rent
    and a year lost: 17 x 0.6 x 2/3 = 6.8 against 8 + 0.8 + 2/3."""
    rows = [
        ("capex_per_gw", 40 * BN, "usd_per_gw"),
        ("nvidia_content_per_gw", 24 * BN, "usd_per_gw"),
        ("rental_yield_multi_year", 17 * 10**6, "usd_per_mw_year"),
        ("electricity_cost_per_gw_year", BN, "usd_per_gw_year"),
        ("server_useful_life", 6, "years"),
        ("building_useful_life", 20, "years"),
    ]
    figures = [
        observation("s1", metric, value, "2025", DAY, "2025-05-01", unit=unit, line=line)
        for line, (metric, value, unit) in enumerate(rows, 2)
    ]
    whole = register([instrument("c", Kind.LEASE, "b1", "s1", 10)], figures)
    system = measure_exposure(whole, whole.known_on(DAY), assumptions, []).system
    assert system.find("hardware_cover", "as_stated").value.central == pytest.approx(17 / 5.8)
    assert system.find("hardware_cover", "life_3").value.central == pytest.approx(17 / 9.8)
    assert system.find("hardware_cover", "rent_40").value.central == pytest.approx(10.2 / 5.8)
    assert system.find("hardware_cover", "slip_1").value.central == pytest.approx(17 * 5 / 6 / (4.8 + 5 / 6))
    assert billions(system.find("hardware_margin", "all_three"))[1] == pytest.approx(6.8 - (8.8 + 2 / 3))


def test_recipes_on_their_own_figures(assumptions):
    figures = [
        observation("nvidia", "revenue_data_center", 20 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01"),
        *(
            observation("bain", metric, value, "2030", date(2030, 12, 31), "2025-09-23", unit=unit, line=line)
            for line, metric, value, unit in (
                (3, "industry.annual_capex", 500 * BN, "usd_per_year"),
                (4, "industry.revenue_to_capex_ratio", 4, "ratio"),
            )
        ),
    ]
    names = ("b1", "s1", "nvidia")
    whole = register(
        [instrument("c", Kind.LEASE, "b1", "s1", 10)], figures, parties={n: party(n) for n in names}
    )
    system = measure_exposure(whole, whole.known_on(DAY), assumptions, []).system
    assert billions(system.find("break_even_revenue", "sequoia")) == (320, 320, 320)
    assert billions(system.find("break_even_revenue", "bain")) == (2000, 2000, 2000)
    gaps = {g.of: g.missing for g in system.gaps if g.measure == "break_even_revenue"}
    assert gaps["jpmorgan"] == "industry.capex_total of goldman-sachs of 2026, 2027, 2028, 2029, 2030"


def test_a_lender_is_no_vendor(assumptions):
    parties = {"b1": party("b1"), "bank": party("bank").model_copy(update={"role": Role.LENDER})}
    sheet = sheet_of("bank", [instrument("l", Kind.LOAN, "bank", "b1", 3)], assumptions, parties=parties)
    assert not [r for r in sheet.readings if r.measure.startswith("vendor")]


def test_a_gap_that_others_state_and_its_own_items(assumptions):
    """A source states 20; its items come to 80 - 30 - 5 - 4 - 3 = 38, and nobody makes them agree."""
    end = date(2030, 12, 31)
    rows = [
        ("funding_gap", 20, end),
        ("cumulative_rental_cost", 80, end),
        ("cumulative_rental_cost", 140, date(2033, 12, 31)),
        ("cumulative_free_cash_flow", 30, end),
        ("nvidia_cash_and_amd_share_sales", 5, end),
        ("undrawn_debt_and_equity", 4, date(2025, 11, 24)),
        ("available_liquidity", 3, date(2025, 11, 24)),
    ]
    figures = [
        observation("hsbc", f"b1.{metric}", value * BN, str(on.year), on, "2025-11-25", line=line)
        for line, (metric, value, on) in enumerate(rows, 2)
    ]
    contract = instrument("c", Kind.LEASE, "b1", "s1", 10, start=date(2027, 1, 1), term_years=Decimal(4))
    names = ("b1", "s1")
    sheet = sheet_of("b1", [contract], assumptions, figures, parties={n: party(n) for n in names})
    assert billions(sheet.find("funding_gap_published", "hsbc, stated")) == (20, 20, 20)
    assert billions(sheet.find("funding_gap_published", "hsbc, from its items")) == (38, 38, 38)


def test_internal_cash_is_after_capital_expenditure_unless_it_stops(assumptions):
    quarters = [(f"2025Q{n}", date(2025, 3 * n, 31 if n in {1, 4} else 30)) for n in range(1, 5)]
    figures = [
        observation("s1", metric, value * BN, name, end, "2026-02-01", line=10 * n + k)
        for n, (name, end) in enumerate(quarters, 1)
        for k, (metric, value) in enumerate((("operating_cash_flow", 5), ("capex_cash", 7)))
    ]
    sheet = sheet_of("s1", [instrument("c", Kind.LEASE, "b1", "s1", 10)], assumptions, figures)
    assert billions(sheet.find("internal_cash", "reported")) == (-8, -8, 20)


def test_milestone_money_has_no_day(assumptions):
    """10 with a condition open, due by schedule in 2025: seven tenths likely, nothing at the least."""
    tranche = instrument(
        "e", Kind.EQUITY_INVESTMENT, "s1", "b1", Amount.of(10 * BN, "USD", Bound.EXACT),
        firmness=Firmness.CONDITIONAL, status=Status.EFFECTIVE,
    )  # fmt: skip
    contract = instrument("c", Kind.LEASE, "b1", "s1", 10, start=date(2027, 1, 1), term_years=Decimal(4))
    sheet = sheet_of("b1", [tranche, contract], assumptions)
    assert billions(sheet.find("funding_undated")) == pytest.approx((0, 7, 10))
    assert sheet_of("s1", [tranche, contract], assumptions).find("stake_at_cost") is None


def test_a_swap_of_the_past_shows_the_leg_whose_price_is_known(assumptions):
    whole = load_register()
    found = measure_exposure(whole, whole.known_on(date(2026, 11, 24)), assumptions, [])
    qwest = next(s for s in found.past if s.party == "qwest")
    assert qwest.find("purchases_back", "global-crossing").value.central == pytest.approx(67.2e6)
    assert [(g.of, g.missing) for g in qwest.gaps if g.measure == "sales_gross"] == [
        ("global-crossing", "the price of hist-gx-qwest-purchase, left out")
    ]


def test_shares_of_customers_are_those_of_the_latest_filing(assumptions):
    rows = [
        ("customer_share_direct_a", 12, "FY2024", date(2024, 12, 31)),
        ("customer_share_direct_1", 22, "FY2025", date(2025, 12, 31)),
        ("receivables_share_direct_a", 30, "FY2024", date(2024, 12, 31)),
    ]
    figures = [
        observation("s1", metric, value, period, end, "2026-02-01", unit="pct_of_revenue", line=line)
        for line, (metric, value, period, end) in enumerate(rows, 2)
    ]
    sheet = sheet_of("s1", [instrument("c", Kind.LEASE, "b1", "s1", 10)], assumptions, figures)
    assert {r.of: r.value.central for r in sheet.all_of("customer_share_stated")} == {
        "customer_share_direct_1": 0.22,
        "receivables_share_direct_a": 0.3,
    }


def test_sales_of_developers_over_what_is_built(assumptions):
    quarters = [(f"2025Q{n}", date(2025, 3 * n, 31 if n in {1, 4} else 30)) for n in range(1, 5)]
    figures = [
        observation("amazon", "capex_cash", 10 * BN, name, end, "2026-02-01", line=n)
        for n, (name, end) in enumerate(quarters, 2)
    ]
    figures.append(observation("b1", "revenue", 2 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01", line=9))
    parties = {n: party(n) for n in ("b1", "b2", "b3", "s1", "amazon")}  # of b3 nothing is known
    contracts = [instrument(b, Kind.LEASE, b, "s1", 10) for b in ("b1", "b2")]
    whole = register(contracts, figures, parties=parties)
    system = measure_exposure(whole, whole.known_on(DAY), assumptions, []).system
    assert system.find("demand_to_capex").value.central == pytest.approx(8 / 40)
    gaps = {g.of: g.missing for g in system.gaps if g.measure == "demand_to_capex"}
    assert gaps["developers"] == "revenue of b2, left out"
    assert gaps[""] == "capital expenditure over four quarters of microsoft, google, meta, oracle, left out"


def test_a_guarantee_that_nothing_has_called_is_neither_due_nor_drawn(assumptions):
    backstop = instrument(
        "g", Kind.GUARANTEE, "s1", "b1", 5, firmness=Firmness.CONTINGENT, status=Status.EFFECTIVE,
        start=date(2027, 1, 1), term_years=Decimal(4),
    )  # fmt: skip
    bought = instrument("c", Kind.SUPPLY, "b1", "s1", 8, start=date(2027, 1, 1), term_years=Decimal(2))
    giver = sheet_of("s1", [backstop, bought], assumptions)
    assert not list(giver.all_of("payments_due"))
    assert billions(giver.find("vendor_committed", "customers")) == (5, 5, 5)
    assert billions(giver.find("vendor_drawn", "customers")) == (0, 0, 0)
    assert not list(sheet_of("b1", [backstop, bought], assumptions).all_of("funding_signed"))


def test_what_was_paid_ahead_is_no_longer_owed(assumptions):
    paid = instrument(
        "c", Kind.LEASE, "b1", "s1", 8, start=date(2027, 1, 1), term_years=Decimal(2), status=Status.COMPLETED
    )
    assert sheet_of("b1", [paid], assumptions).find("commitments_remaining") is None


def test_a_stake_bought_in_a_round_cost_the_price_after_it(assumptions):
    """16 before and 20 after the round of the purchase; 50 before the next: a share is worth 50 / 20."""
    stake = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 2, status=Status.COMPLETED)
    figures = [
        observation("b1", "valuation_pre_money", 16 * BN, "2025-06", date(2025, 6, 5), "2025-06-10"),
        observation(
            "b1", "valuation_post_money", 20 * BN, "2025-06", date(2025, 6, 10), "2025-06-10", line=3
        ),
        observation("b1", "valuation_pre_money", 50 * BN, "2026-01", date(2026, 1, 10), "2026-01-10", line=4),
    ]
    mark = billions(sheet_of("s1", [stake], assumptions, figures).find("stake_at_mark", "b1"))
    assert mark[1] == pytest.approx(5)
    assert mark[2] == pytest.approx(2 * 50 / 16)


def test_a_year_that_has_begun_breaks_nothing_even(assumptions):
    contract = instrument("c", Kind.LEASE, "b1", "s1", 12, start=date(2026, 1, 1), term_years=Decimal(3))
    sheet = sheet_of("b1", [contract], assumptions)
    assert sheet.find("commitments_due", "2026 after 2026-03-01")
    assert [r.of for r in sheet.all_of("break_even_revenue")] == [
        "sequoia_margin 2027",
        "sequoia_margin 2028",
    ]


def test_the_system_counts_once_and_bounds_what_overlaps(assumptions):
    """10 and 4 that may be the same money, 3 that are part of the 10, 7 that were cancelled."""
    contracts = [
        instrument("c", Kind.LEASE, "b1", "s1", 10, start=date(2027, 1, 1), term_years=Decimal(4)),
        instrument("d", Kind.LEASE, "b2", "s1", 4, start=date(2027, 1, 1), links=Links(overlaps=("c",))),
        instrument("e", Kind.LEASE, "b1", "s1", 3, start=date(2027, 1, 1), links=Links(part_of="c")),
        instrument("f", Kind.LEASE, "b1", "s1", 7, status=Status.CANCELLED),
    ]
    whole = register(contracts)
    system = measure_exposure(whole, whole.known_on(DAY), assumptions, []).system
    assert billions(system.find("system_announced", "purchase")) == (24, 24, 24)
    assert billions(system.find("system_counted", "purchase")) == (10, 14, 14)
    assert system.find("dedup_factor", "purchase").value.as_tuple() == pytest.approx(
        (24 / 14, 24 / 14, 24 / 10)
    )
    assert billions(system.find("system_remaining", "binding")) == pytest.approx((10, 14, 14))
    assert billions(system.find("system_overlap", "binding")) == pytest.approx((0, 0, 4))


def test_stated_commitments_beside_contracts_known_then_and_since(assumptions):
    """20 stated at the end of 2025; 12 known then, 6 more made known in February 2026; none paid yet."""
    contracts = [
        instrument("c", Kind.LEASE, "b1", "s1", 12, start=date(2027, 1, 1), term_years=Decimal(4)),
        instrument("d", Kind.LEASE, "b1", "s2", 6, start=date(2027, 1, 1), term_years=Decimal(4)),
    ]
    figure = observation("b1", "compute_commitments_total", 20 * BN, "2025", date(2025, 12, 31), "2026-01-10")
    sheet = sheet_of("b1", contracts, assumptions, [figure], announced={"d": date(2026, 2, 1)})
    assert sheet.find("commitments_matched", "known then").value.central == pytest.approx(12 / 20)
    assert sheet.find("commitments_matched", "known since as well").value.central == pytest.approx(18 / 20)


def test_a_guarantee_whose_borrowing_has_matured_is_no_longer_live(assumptions):
    loan = instrument("l", Kind.LOAN, "s2", "s1", 7, start=date(2024, 1, 1), end=date(2026, 2, 1))
    gone = instrument(
        "g", Kind.GUARANTEE, "b1", "s1", 7, firmness=Firmness.CONTINGENT, links=Links(conditional_on=("l",))
    )
    ended = instrument(
        "h", Kind.GUARANTEE, "b1", "s1", 3, firmness=Firmness.CONTINGENT, end=date(2026, 2, 28)
    )
    live = instrument("k", Kind.GUARANTEE, "b1", "s1", 2, firmness=Firmness.CONTINGENT, end=DAY)
    sheet = sheet_of("b1", [loan, gone, ended, live], assumptions)
    assert billions(sheet.find("guarantees_maximum", "rents and debts")) == (2, 2, 2)
    assert {g.of for g in sheet.gaps if g.measure == "guarantees_called"} == {"g", "h"}


def test_a_part_of_another_class_counts_once_over_all_classes(assumptions):
    whole = instrument("p", Kind.PURCHASE_COMMITMENT, "b1", "s1", 10)
    part = instrument("g", Kind.LOAN, "b1", "s2", 4, links=Links(part_of="p"))
    other = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 1)
    snapshot = register([whole, part, other]).known_on(DAY)
    sheet = measure_system(snapshot, assumptions)
    assert billions(sheet.find("system_counted", "all classes")) == (11, 11, 11)
    assert billions(sheet.find("system_counted", "funding")) == (5, 5, 5)
    assert sheet.find("system_counted", "all classes").note.startswith(
        "4.0 bn less than the classes add up to"
    )


def test_money_and_guarantees_stand_apart(assumptions):
    sale = instrument("p", Kind.PURCHASE_COMMITMENT, "b1", "s1", 10)
    share = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 4, links=Links(overlaps=("f",)))
    more = instrument("f", Kind.EQUITY_INVESTMENT, "s1", "b1", 1)
    backing = instrument("g", Kind.GUARANTEE, "s1", "b1", 2, firmness=Firmness.CONTINGENT)
    figures = [observation("s1", "revenue", 5 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01")]
    sheet = sheet_of("s1", [sale, share, more, backing], assumptions, figures)
    assert billions(sheet.find("vendor_committed", "customers")) == (6, 7, 7)
    assert billions(sheet.find("vendor_committed", "customers, shares and loans")) == (4, 5, 5)
    assert billions(sheet.find("vendor_committed", "customers, guarantees")) == (2, 2, 2)
    assert sheet.find("vendor_committed_ratio", "customers, guarantees").value.as_tuple() == (0.1, 0.1, 0.1)
    assert sheet.find("vendor_committed", "customers").note == "may be the same money: e with f"


def test_leases_of_two_dates_are_no_exact_difference(assumptions):
    """10 stated at the end of 2025; 4 known then, 3 signed in January; 2 of those stated began in February."""
    known = instrument("a", Kind.LEASE, "b1", "s1", 4, start=date(2026, 4, 1), term_years=Decimal(2))
    new = instrument("b", Kind.LEASE, "b1", "s2", 3, start=date(2026, 4, 1), term_years=Decimal(2))
    begun = instrument("c", Kind.LEASE, "b1", "s3", 2, start=date(2026, 2, 1), term_years=Decimal(2))
    figures = [observation("b1", "leases_not_commenced", 10 * BN, "2025Q4", date(2025, 12, 31), "2026-02-01")]
    snapshot = register([known, new, begun], figures, announced={"b": date(2026, 1, 15)}).known_on(DAY)
    found = measure_party(snapshot, assumptions, "b1").find("leases_unmatched")
    assert billions(found) == pytest.approx((1, 3, 6))
    assert "2025-12-31 and 2026-03-01" in found.note


def test_open_funding_is_what_no_record_says_was_received(assumptions):
    paid = instrument("p", Kind.EQUITY_INVESTMENT, "s1", "b1", 5, status=Status.COMPLETED)
    later = instrument("e", Kind.EQUITY_INVESTMENT, "s1", "b1", 4, start=date(2026, 6, 1))
    found = sheet_of("b1", [paid, later], assumptions).find("funding_open")
    assert billions(found) == (4, 4, 4)
    assert found.ids == ("e",)
