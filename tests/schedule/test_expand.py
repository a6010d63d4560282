"""From promises to flows, on the teaching register and on promises made for the purpose."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from loopledger.network import flow_table
from loopledger.records import Firmness, Kind, Links, Status
from loopledger.records.instrument import Basis, Schedule, Shape, TableRow, Tranche
from loopledger.schedule import Certainty, Leg, Promise, expand, promises_from_snapshot
from loopledger.schedule.supply import rent_per_gw_year, suppliers_of
from loopledger.units import Amount, Bound, Capacity, Interval

DAY = date(2026, 11, 24)


def promise(identifier="x", **fields):
    fields = {
        "kind": Kind.PURCHASE_COMMITMENT, "payers": ("a",), "payees": ("m",), "amount": Amount.of(100, "USD"),
        "announced": date(2025, 11, 18), "status": Status.DEFINITIVE, **fields,
    }  # fmt: skip
    return Promise(id=identifier, **fields)


def total(flows, **wanted):
    kept = [f for f in flows if all(getattr(f, name) == value for name, value in wanted.items())]
    return Interval.total(f.amount for f in kept).as_tuple()


@pytest.fixture(scope="module")
def schedule(teaching, assumptions):
    return expand(promises_from_snapshot(teaching), assumptions, known_on=teaching.day)


def test_every_priced_standing_promise_is_scheduled_in_full(schedule, teaching, assumptions):
    from loopledger.schedule.sizing import scheduled_size

    left_out = {u.instrument for u in schedule.unscheduled}
    for p in promises_from_snapshot(teaching):
        if p.id in left_out:
            continue
        expected = scheduled_size(p, p.amount, assumptions).usd.as_tuple()
        assert total(schedule.flows, instrument=p.id, leg=Leg.PRINCIPAL) == pytest.approx(expected), p.id


def test_what_is_left_out_says_why(schedule):
    reasons = {u.instrument: u.reason for u in schedule.unscheduled}
    assert reasons["larkspur-fjord-letter"] == "cancelled"
    assert reasons["campus-loan-first-draw"] == "counted inside campus-loan"
    assert reasons["corvid-larkspur-warrant"] == "no cash until exercised"
    assert reasons["larkspur-corvid-3gw"] == "no price is public"


def test_every_flow_names_known_assumptions(schedule, assumptions):
    for flow in schedule.flows:
        assumptions.select(flow.assumptions)
        assert flow.amount.low >= 0


def test_loan_repays_in_equal_parts_with_interest_on_the_rest(assumptions):
    loan = promise(
        kind=Kind.LOAN, payers=("bank",), payees=("a",), amount=Amount.of(80, "USD"), term_years=Decimal(1)
    )
    flows = expand([loan], assumptions, known_on=DAY).flows
    back = [f for f in flows if f.leg is Leg.DEBT_SERVICE]
    rate = assumptions.number("rate.loan")
    assert [str(f.period) for f in back] == ["2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    assert [f.amount.central for f in back] == pytest.approx(
        [20 + 80 * rate / 4, 20 + 60 * rate / 4, 20 + 40 * rate / 4, 20 + 20 * rate / 4]
    )
    assert {(f.payer, f.payee, f.kind) for f in back} == {("a", "bank", "repayment")}


def test_bond_pays_coupons_and_then_the_principal(assumptions):
    bond = promise(kind=Kind.BOND, payers=("fund",), payees=("a",), end=date(2027, 3, 31))
    back = [f for f in expand([bond], assumptions, known_on=DAY).flows if f.leg is Leg.DEBT_SERVICE]
    rate = assumptions.number("rate.bond")
    assert [f.amount.central for f in back] == pytest.approx([100 * rate / 4] * 3 + [100 * (1 + rate / 4)])


def test_joint_figure_is_divided_and_says_so(assumptions):
    joint = promise(
        kind=Kind.EQUITY_INVESTMENT, payers=("n", "m"), payees=("a",), amount=Amount.of(15, "USD")
    )
    flows = expand([joint], assumptions, known_on=DAY).flows
    assert {(f.payer, f.amount.central) for f in flows} == {("n", 7.5), ("m", 7.5)}
    assert all("joint.equal_split" in f.assumptions for f in flows)


def test_derived_order_is_paid_ahead_and_is_marked(assumptions):
    purchase = promise(products=("Vera Rubin",), start=date(2027, 1, 1), end=date(2031, 12, 31))
    schedule = expand([purchase], assumptions, known_on=DAY)
    orders = [f for f in schedule.flows if f.derived]
    share = assumptions.range("supply.chips_per_compute_dollar")
    assert total(orders) == pytest.approx(share.scaled(100).as_tuple())
    assert {(f.payer, f.payee, f.instrument) for f in orders} == {("m", "nvidia", "x/supply/nvidia")}
    assert min(str(f.period) for f in orders) == "2026Q3"  # two quarters before the rent begins
    assert schedule.earmarks == {"x": ("x/supply/nvidia",)}


def test_order_is_not_paid_before_the_announcement(assumptions):
    purchase = promise(
        products=("GB300",), announced=date(2026, 11, 1), start=date(2026, 12, 1), end=date(2027, 11, 30)
    )
    orders = [f for f in expand([purchase], assumptions, known_on=DAY).flows if f.derived]
    assert min(str(f.period) for f in orders) == "2026Q4"


def test_no_derived_order_where_the_maker_is_at_the_table():
    assert suppliers_of(promise(payees=("nvidia",), products=("Blackwell",))) == ()
    assert suppliers_of(promise(products=("AMD Instinct MI450", "Azure"))) == ("amd",)
    assert suppliers_of(promise(products=("grape soda",))) == ()


def lease(usd, **fields):
    fields = {
        "kind": Kind.LEASE, "payees": ("landlord",), "amount": Amount.of(usd, "USD"), "term_years": Decimal(20),
        "capacity": Capacity.of(8000), "products": ("Nvidia systems",), **fields,
    }  # fmt: skip
    return promise(**fields)


@pytest.mark.parametrize("kind", [Kind.LEASE, Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT])
def test_rent_of_a_bare_building_implies_no_order(assumptions, kind):
    """USD 320 bn over 20 years and 8 GW is 2 bn a gigawatt-year."""
    schedule = expand([lease("320e9", kind=kind)], assumptions, known_on=DAY)
    assert not [f for f in schedule.flows if f.derived]
    assert total(schedule.flows) == pytest.approx((320e9, 320e9, 320e9))
    assert schedule.earmarks == {}
    (skipped,) = schedule.without_order
    assert (skipped.instrument, skipped.makers) == ("x", ("nvidia",))
    assert skipped.rent.as_tuple() == pytest.approx((2e9, 2e9, 2e9))


def test_rent_of_compute_implies_an_order_and_names_the_test(assumptions):
    """USD 3,200 bn over 20 years and 8 GW is 20 bn a gigawatt-year."""
    schedule = expand([lease("3200e9")], assumptions, known_on=DAY)
    orders = [f for f in schedule.flows if f.derived]
    share = assumptions.range("supply.chips_per_compute_dollar")
    assert total(orders) == pytest.approx(share.scaled(3200e9).as_tuple())
    assert all("supply.least_rent_per_gw_year" in f.assumptions for f in orders)
    assert schedule.without_order == ()


@pytest.mark.parametrize(
    ("bn_per_gw_year", "kept"), [(4.3, (0, 0, 0)), (5, (0, 0, 1)), (8, (0, 1, 1)), (9.5, (1, 1, 1))]
)
def test_rent_near_the_least_leaves_the_order_open(assumptions, bn_per_gw_year, kept):
    amount = round(bn_per_gw_year * 1e9) * 5
    one = lease(
        amount, term_years=None, capacity=Capacity.of(1000), start=date(2027, 1, 1), end=date(2032, 1, 1)
    )
    orders = [f for f in expand([one], assumptions, known_on=DAY).flows if f.derived]
    whole = assumptions.range("supply.chips_per_compute_dollar").scaled(amount).as_tuple()
    assert total(orders) == pytest.approx(tuple(k * w for k, w in zip(kept, whole, strict=True)))


def test_rent_without_a_term_or_a_capacity_is_not_tested(assumptions):
    for missing in ({"term_years": None}, {"capacity": None}):
        orders = [
            f for f in expand([lease("320e9", **missing)], assumptions, known_on=DAY).flows if f.derived
        ]
        assert orders
        assert not any("supply.least_rent_per_gw_year" in f.assumptions for f in orders)


def test_lease_that_does_not_name_chips_as_leased_implies_no_order(assumptions):
    """The text names a maker, but what is leased is a building."""
    one = lease("10e9", capacity=None, products=("data centre",), suppliers=("nvidia",))
    schedule = expand([one], assumptions, known_on=DAY)
    assert not [f for f in schedule.flows if f.derived]
    assert [(s.makers, s.rent) for s in schedule.without_order] == [(("nvidia",), None)]
    bought = lease(
        "10e9", capacity=None, products=("cloud",), suppliers=("nvidia",), kind=Kind.PURCHASE_COMMITMENT
    )
    assert [f for f in expand([bought], assumptions, known_on=DAY).flows if f.derived]


def test_capacity_that_may_be_none_is_taken_at_its_central_value(assumptions):
    """20 bn over 5 years and up to 1 GW, central 0.8: 4 bn to 5 bn a gigawatt-year."""
    one = lease("20e9", term_years=Decimal(5), capacity=Capacity.of(1000, Bound.UP_TO))
    rent, names = rent_per_gw_year(one, assumptions)
    assert rent.as_tuple() == pytest.approx((4e9, 5e9, 5e9))
    assert names == ()


def test_tranches_on_dates_and_the_rest_by_the_kind(assumptions):
    equity = promise(
        kind=Kind.EQUITY_INVESTMENT, amount=Amount.of(100, "USD"),
        schedule=Schedule(shape=Shape.TRANCHES, tranches=(Tranche(on=date(2026, 4, 1), amount=Decimal(30)),)),
    )  # fmt: skip
    flows = expand([equity], assumptions, known_on=DAY).flows
    assert {(str(f.period), f.amount.central) for f in flows} == {("2026Q2", 30.0), ("2026Q1", 70.0)}


def test_per_gigawatt_tranches_follow_the_capacity(assumptions):
    capacity = promise(
        "cap", kind=Kind.CAPACITY_COMMITMENT, amount=None, capacity=Capacity.of(10000, Bound.AT_LEAST),
        start=date(2026, 7, 1), end=date(2028, 6, 30),
    )  # fmt: skip
    equity = promise(
        "eq", kind=Kind.EQUITY_INVESTMENT, payers=("n",), payees=("a",),
        schedule=Schedule(shape=Shape.TRANCHES, tranches=(Tranche(trigger="each gigawatt", amount=Decimal(10)),)),
        links=Links(conditional_on=("cap",)),
    )  # fmt: skip
    flows = [f for f in expand([capacity, equity], assumptions, known_on=DAY).flows if f.instrument == "eq"]
    assert (str(flows[0].period), str(flows[-1].period), len(flows)) == ("2026Q3", "2028Q2", 8)
    assert total(flows) == pytest.approx((100, 100, 100))


def test_table_by_year(assumptions):
    table = Schedule(
        shape=Shape.TABLE,
        table=(TableRow(year=2027, amount=Decimal(40)), TableRow(year=2026, amount=Decimal(60))),
    )
    flows = expand([promise(schedule=table)], assumptions, known_on=DAY).flows
    assert [(str(f.period), f.amount.central) for f in flows][::4] == [("2026Q1", 15.0), ("2027Q1", 10.0)]


def by_year(flows):
    """Low, central and high by calendar year."""
    years = sorted({f.period.year for f in flows})
    return {
        y: tuple(
            round(end, 6) for end in Interval.total(f.amount for f in flows if f.period.year == y).as_tuple()
        )
        for y in years
    }


def test_a_table_states_amounts_and_the_rest_of_a_cap_follows(assumptions):
    """A cap of 100 with 5 and 10 stated: low 0, central 80 and high 100 less 15 over the four years after."""
    table = Schedule(
        shape=Shape.TABLE,
        table=(TableRow(year=2024, amount=Decimal(5)), TableRow(year=2025, amount=Decimal(10))),
    )
    share = promise(
        kind=Kind.REVENUE_SHARE, amount=Amount.of(100, "USD", Bound.UP_TO), announced=date(2023, 1, 23),
        end=date(2029, 12, 31), schedule=table,
    )  # fmt: skip
    found = by_year(expand([share], assumptions, known_on=DAY).flows)
    later = (0, 65 / 4, 85 / 4)
    assert found == {2024: (5, 5, 5), 2025: (10, 10, 10), **dict.fromkeys((2026, 2027, 2028, 2029), later)}


def test_a_promise_known_by_its_table_only_is_scheduled_as_stated(assumptions):
    table = Schedule(shape=Shape.TABLE, table=(TableRow(year=2024, amount=Decimal(8)),))
    schedule = expand(
        [promise(amount=None, kind=Kind.REVENUE_SHARE, schedule=table)], assumptions, known_on=DAY
    )
    assert by_year(schedule.flows) == {2024: (8, 8, 8)}
    assert not schedule.unscheduled


def test_fiscal_years_are_those_of_the_party(assumptions):
    """Fiscal 2027 of Nvidia ends in January 2027: four quarters of 2026. Who has no calendar is read as is."""
    table = Schedule(shape=Shape.TABLE, table=(TableRow(year=2027, amount=Decimal(100)),), basis=Basis.FISCAL)
    own = expand([promise(payers=("nvidia",), schedule=table)], assumptions, known_on=DAY).flows
    assert {str(f.period) for f in own} == {"2026Q1", "2026Q2", "2026Q3", "2026Q4"}
    assert not any("fiscal.as_calendar" in f.assumptions for f in own)
    other = expand([promise(schedule=table)], assumptions, known_on=DAY).flows
    assert {f.period.year for f in other} == {2027}
    assert all("fiscal.as_calendar" in f.assumptions for f in other)


def test_what_is_still_due_of_a_year_falls_after_the_announcement(assumptions):
    """A table of obligations of November 2025: its row of 2025 is of the last quarter. A paid one is of the year."""
    table = Schedule(shape=Shape.TABLE, table=(TableRow(year=2025, amount=Decimal(100)),))
    due = expand([promise(schedule=table)], assumptions, known_on=DAY).flows
    assert [(str(f.period), f.amount.central) for f in due] == [("2025Q4", 100.0)]
    paid = expand(
        [promise(schedule=table, kind=Kind.EQUITY_INVESTMENT, status=Status.COMPLETED)],
        assumptions,
        known_on=DAY,
    ).flows
    assert [f.amount.central for f in paid] == [25.0] * 4


def test_the_likelihood_of_a_promise_bears_on_its_table_too(assumptions):
    table = Schedule(shape=Shape.TABLE, table=(TableRow(year=2026, amount=Decimal(100)),))
    flows = expand([promise(schedule=table, firmness=Firmness.CONDITIONAL)], assumptions, known_on=DAY).flows
    assert by_year(flows) == {2026: (0, 70, 100)}


def test_interest_and_repayment_add_up_to_the_debt_service(assumptions):
    """A loan of 100 over one year at 0.07, 0.09 and 0.12: four parts of 25, interest on what is left."""
    loan = promise(
        kind=Kind.LOAN, payers=("bank",), payees=("a",), end=date(2027, 3, 1), status=Status.COMPLETED,
        completed_on=date(2026, 2, 1),
    )  # fmt: skip
    flows = expand([loan], assumptions, known_on=DAY).flows
    service = [f for f in flows if f.leg is Leg.DEBT_SERVICE]
    assert [round(f.interest.central, 4) for f in service] == [2.25, 1.6875, 1.125, 0.5625]
    for f in service:
        paid = [a - b for a, b in zip(f.amount.as_tuple(), f.interest.as_tuple(), strict=True)]
        assert paid == pytest.approx([25, 25, 25])
    assert all(f.interest.high == 0 for f in flows if f.leg is not Leg.DEBT_SERVICE)


def test_superseded_and_cancelled_have_no_flows(assumptions):
    old, new = promise("old"), promise("new", links=Links(supersedes=("old",)))
    schedule = expand([old, new, promise("gone", status=Status.CANCELLED)], assumptions, known_on=DAY)
    assert {f.instrument for f in schedule.flows} == {"new"}
    assert {u.instrument: u.reason for u in schedule.unscheduled} == {
        "old": "superseded by new",
        "gone": "cancelled",
    }


def test_certainty_follows_firmness(assumptions):
    for firmness, certainty in [
        (Firmness.BINDING, Certainty.CONTRACTED),
        (Firmness.CONDITIONAL, Certainty.CONDITIONAL),
        (Firmness.OPTION, Certainty.OPTIONAL),
        (Firmness.NON_BINDING, Certainty.INDICATIVE),
    ]:
        flows = expand([promise(firmness=firmness)], assumptions, known_on=DAY).flows
        assert {f.certainty for f in flows} == {certainty}


def test_in_kind_moves_no_cash(assumptions):
    flows = expand([promise(in_kind=True)], assumptions, known_on=DAY).flows
    assert flows
    assert not any(f.cash for f in flows)
    assert len(flow_table(flows)) == 0


def test_flow_table_takes_the_asked_case(assumptions):
    flows = expand([promise(amount=Amount.of(100, "USD", Bound.UP_TO))], assumptions, known_on=DAY).flows
    assert flow_table(flows).amount.sum() == pytest.approx(80)
    assert flow_table(flows, case="high").amount.sum() == pytest.approx(100)
    assert len(flow_table(flows, case="low")) == 0
    assert flow_table(flows, by_quarter=False).periods == ("1",)


def test_a_bond_of_a_document_matures_on_the_date_it_states():
    from loopledger.records import Draft, PartyRef, Span
    from loopledger.schedule import promise_from_draft
    from loopledger.units import parse_span

    draft = Draft(
        kind=Kind.BOND, payers=(), payee=PartyRef("Miner"), amount=Amount.of(400, "USD"),
        effective=parse_span("2031"), evidence=(Span(0, 1, "x"),),
    )  # fmt: skip
    found = promise_from_draft(draft, "doc/1", date(2025, 8, 18), {"Miner": "miner"})
    assert (found.payers, found.payees) == (("outside",), ("miner",))
    assert (found.start, found.end) == (None, date(2031, 12, 31))


# -- paid, called, held by a group -------------------------------------------------------------------


def test_nothing_of_a_promise_falls_after_it_was_known_to_be_paid(assumptions):
    paid = promise(
        status=Status.COMPLETED, completed_on=date(2026, 1, 7), start=date(2025, 7, 1), term_years=Decimal(5)
    )
    flows = expand([paid], assumptions, known_on=DAY).flows
    assert max(str(f.period) for f in flows) == "2026Q1"
    assert total(flows)[1] == pytest.approx(100)
    assert len(flows) == 3  # what was due before stays where it was
    assert all(paid.was_paid(f) for f in flows)


def test_a_loan_paid_out_still_pays_interest(assumptions):
    loan = promise(kind=Kind.LOAN, status=Status.COMPLETED, completed_on=date(2026, 1, 7))
    flows = expand([loan], assumptions, known_on=DAY).flows
    assert {f.leg for f in flows if loan.was_paid(f)} == {Leg.PRINCIPAL}
    assert any(f.leg is Leg.DEBT_SERVICE and str(f.period) > "2026Q1" for f in flows)


@pytest.mark.parametrize("firmness", list(Firmness))
def test_a_guarantee_is_contingent_until_it_is_called(assumptions, firmness):
    backstop = promise(kind=Kind.GUARANTEE, firmness=firmness)
    assert all(f.contingent for f in expand([backstop], assumptions, known_on=DAY).flows)
    called = promise(
        kind=Kind.GUARANTEE, firmness=firmness, status=Status.COMPLETED, completed_on=date(2026, 1, 7)
    )
    flows = expand([called], assumptions, known_on=DAY).flows
    assert [f.contingent for f in flows] == [firmness is Firmness.CONTINGENT] * len(flows)


def test_a_group_that_is_not_itemised_is_scheduled_less_what_is_named_beside_it(assumptions):
    equity = {"kind": Kind.EQUITY_INVESTMENT, "announced": date(2026, 8, 26), "firmness": Firmness.BINDING}
    whole = promise(
        "whole",
        **equity,
        payees=("group",),
        is_umbrella=True,
        links=Links(overlaps=("named", "old", "other")),
    )
    named = promise("named", **equity, payees=("b",), amount=Amount.of(30, "USD"))
    old = promise(
        "old", **{**equity, "announced": date(2025, 1, 1)}, payees=("c",), amount=Amount.of(20, "USD")
    )
    other = promise("other", **equity, payers=("z",), payees=("d",), amount=Amount.of(10, "USD"))
    flows = expand([whole, named, old, other], assumptions, known_on=DAY).flows
    assert total(flows, instrument="whole") == pytest.approx((70, 70, 70))
    smaller = replace(whole, amount=Amount.of(25, "USD"))
    flows = expand([smaller, named], assumptions, known_on=DAY).flows
    assert total(flows, instrument="whole") == (0, 0, 0)
    apart = replace(whole, is_umbrella=False)
    flows = expand([apart, named], assumptions, known_on=DAY).flows
    assert total(flows, instrument="whole")[1] == 100
