"""How much is scheduled: bound, then likelihood, then rate of exchange."""

from datetime import date

import pytest

from loopledger.errors import NotFoundError
from loopledger.records import Firmness, Kind, Status
from loopledger.schedule import Promise
from loopledger.schedule.sizing import scheduled_size, stated_size
from loopledger.units import Amount, parse_amount


def sized(literal, assumptions, firmness=Firmness.BINDING, status=Status.DEFINITIVE):
    amount = parse_amount(literal)
    promise = Promise(
        id="x", kind=Kind.EQUITY_INVESTMENT, payers=("n",), payees=("a",), amount=amount,
        announced=date(2025, 11, 18), firmness=firmness, status=status,
    )  # fmt: skip
    return scheduled_size(promise, amount, assumptions)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("USD 10 bn", (10, 10, 10)),
        ("about USD 10 bn", (9, 10, 11)),
        ("up to USD 10 bn", (0, 8, 10)),
        ("at least USD 10 bn", (10, 10, 12.5)),
        ("USD 10 bn to 14 bn", (10, 12, 14)),
    ],
)
def test_bounds_of_a_binding_promise(assumptions, literal, expected):
    assert sized(literal, assumptions).usd.as_tuple() == pytest.approx(tuple(1e9 * v for v in expected))


@pytest.mark.parametrize(
    ("firmness", "p"),
    [
        (Firmness.CONDITIONAL, 0.7),
        (Firmness.OPTION, 0.4),
        (Firmness.NON_BINDING, 0.3),
        (Firmness.CONTINGENT, 0.1),
    ],
)
def test_what_may_fail_can_come_to_nothing_and_can_be_kept(assumptions, firmness, p):
    found = sized("about USD 10 bn", assumptions, firmness)
    assert found.usd.as_tuple() == pytest.approx((0, p * 10e9, 11e9))
    assert f"firmness.{firmness.value}" in found.assumptions


def test_paid_is_certain_whatever_its_firmness_was(assumptions):
    found = sized("USD 10 bn", assumptions, Firmness.NON_BINDING, Status.COMPLETED)
    assert found.usd.as_tuple() == (10e9, 10e9, 10e9)
    assert found.assumptions == ()


def test_cancelled_is_nothing(assumptions):
    assert sized("USD 10 bn", assumptions, status=Status.CANCELLED).usd.as_tuple() == (0, 0, 0)


def test_foreign_currency_names_its_rate(assumptions):
    found = stated_size(parse_amount("EUR 2 bn"), assumptions)
    rate = assumptions.number("fx.EUR")
    assert found.usd.as_tuple() == pytest.approx((2e9 * rate,) * 3)
    assert found.assumptions == ("fx.EUR",)


def test_unknown_currency_is_an_error_and_not_a_dollar(assumptions):
    with pytest.raises(NotFoundError, match=r"fx\.ISK"):
        stated_size(Amount.of(2_000_000_000, "ISK"), assumptions)
