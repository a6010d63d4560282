"""The counter-case: funding is set only against purchases that have to do with it."""

from datetime import date

import pytest

from loopledger.records import Kind, PartyRef, Reading, Status
from loopledger.report.brief import write_brief
from loopledger.report.brief.counter import counter_case
from loopledger.report.brief.related import financed_purchases
from loopledger.units import DateSpan, parse_amount

from .conftest import draft

QUINCE, ROOK, SABLE, TEAL, UMBER = (
    PartyRef(name) for name in ("Quince Chips", "Rook Cloud", "Sable Models", "Teal Robots", "Umber Cloud")
)
DAY = date(2026, 3, 2)


def equity(payer, payee, amount):
    return draft(
        Kind.EQUITY_INVESTMENT,
        (payer,),
        payee,
        "shares",
        amount=parse_amount(amount),
        status=Status.DEFINITIVE,
    )


def order(payer, payee, amount):
    return draft(
        Kind.PURCHASE_COMMITMENT, (payer,), payee, "an order", amount=parse_amount(amount), status=Status.DEFINITIVE
    )  # fmt: skip


def brief_of(bundled, assumptions, *drafts):
    reading = Reading(
        source="deal.txt", published=DateSpan(first=DAY, last=DAY), drafts=drafts,
        parties=(QUINCE, ROOK, SABLE, TEAL, UMBER),
    )  # fmt: skip
    brief = write_brief([reading], bundled, assumptions)
    figures = {f.id: f for f in brief.figures if f.id.startswith("funding-to-purchase")}
    return figures, " ".join(sentence.text for sentence in counter_case(brief.context)), brief.context


def test_purchases_of_strangers_to_the_funding_are_not_set_against_it(bundled, assumptions):
    figures, text, context = brief_of(
        bundled, assumptions, equity(ROOK, SABLE, "USD 400 m"), order(TEAL, UMBER, "USD 9 bn")
    )
    assert figures == {}
    assert "No purchase with a price by Sable Models, by its group or on a loop with it is on record" in text
    # nor is anything else said about the two as if they were one deal
    assert "ties the funding to the purchase" not in text
    assert "The money for" not in text
    assert financed_purchases(context)[0].buyers == ()


def test_only_the_purchases_of_the_funded_count(bundled, assumptions):
    figures, text, _ = brief_of(
        bundled, assumptions,
        equity(ROOK, SABLE, "USD 400 m"), order(SABLE, QUINCE, "USD 1 bn"), order(TEAL, UMBER, "USD 9 bn"),
    )  # fmt: skip
    assert figures["funding-to-purchase/sable-models"].value.central == pytest.approx(0.4)
    assert "of the purchases by Sable Models: the rest" in text
    assert "Teal Robots run to" not in text


def test_each_funding_has_its_own_purchases(bundled, assumptions):
    figures, _, _ = brief_of(
        bundled, assumptions,
        equity(ROOK, SABLE, "USD 400 m"), order(SABLE, QUINCE, "USD 1 bn"),
        equity(ROOK, TEAL, "USD 1 bn"), order(TEAL, UMBER, "USD 10 bn"),
    )  # fmt: skip
    assert {id_: f.value.central for id_, f in figures.items()} == pytest.approx(
        {"funding-to-purchase/sable-models": 0.4, "funding-to-purchase/teal-robots": 0.1}
    )


def test_a_purchase_further_on_the_loop_counts_and_is_told(bundled, assumptions):
    figures, text, _ = brief_of(
        bundled, assumptions,
        equity(QUINCE, SABLE, "USD 400 m"), order(SABLE, ROOK, "USD 1 bn"), order(ROOK, QUINCE, "USD 600 m"),
    )  # fmt: skip
    assert figures["funding-to-purchase/sable-models"].value.central == pytest.approx(0.25)
    assert "of the purchases by Sable Models and Rook Cloud (on a loop with it): the rest" in text


def test_a_purchase_of_the_group_counts_and_is_told(bundled, assumptions):
    child = next(
        p for p in sorted(bundled.parties.values(), key=lambda p: p.id) if p.parent in bundled.parties
    )
    parent = bundled.parties[child.parent]
    figures, text, context = brief_of(
        bundled, assumptions,
        equity(ROOK, PartyRef(child.name, child.id), "USD 400 m"),
        order(PartyRef(parent.name, parent.id), UMBER, "USD 1 bn"),
    )  # fmt: skip
    assert figures[f"funding-to-purchase/{child.id}"].value.central == pytest.approx(0.4)
    assert f"of the purchases by {context.deal.name(parent.id)} (of its group): the rest" in text
