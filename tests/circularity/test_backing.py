"""Firmness of loops: by hand, from promises of every kind."""

from datetime import date

import pytest

from loopledger.circularity import FIRMNESS, back_loops, find_loops
from loopledger.network import flow_table
from loopledger.records import Firmness, Kind, Status
from loopledger.schedule import Certainty, Flow, Leg, Promise
from loopledger.units import Interval, Quarter


def promise(name, firmness, status=Status.ANNOUNCED):
    return Promise(
        id=name, kind=Kind.SUPPLY, payers=("x",), payees=("y",), amount=None, announced=date(2026, 1, 1),
        firmness=firmness, status=status,
    )  # fmt: skip


def flow(payer, payee, amounts, instrument, kind="supply", leg=Leg.PRINCIPAL):
    return Flow(
        period=Quarter.parse("2026Q1"), payer=payer, payee=payee, kind=kind, amount=Interval(*amounts),
        certainty=Certainty.CONTRACTED, instrument=instrument, leg=leg,
    )  # fmt: skip


FLOWS = [
    flow("n", "a", (0, 8, 10), "equity", "equity_investment"),
    flow("n", "a", (4, 4, 4), "note", "loan"),
    flow("a", "m", (20, 20, 20), "compute", "purchase_commitment"),
    flow("m", "n", (6, 10, 14), "compute/supply/n", leg=Leg.SUPPLY),
    flow("m", "a", (0, 3, 5), "letter", "equity_investment"),
]
PROMISES = [
    promise("equity", Firmness.NON_BINDING), promise("note", Firmness.BINDING, Status.COMPLETED),
    promise("compute", Firmness.CONDITIONAL), promise("letter", Firmness.OPTION),
]  # fmt: skip


def test_a_leg_is_as_firm_as_its_firmest_instrument_and_a_loop_as_its_weakest_leg():
    loops = find_loops(flow_table(FLOWS)).loops
    three, two = back_loops(loops, FLOWS, PROMISES)
    assert [loop.parties for loop in loops] == [("n", "a", "m"), ("m", "a")]
    assert [leg.firmness for leg in three.legs] == ["paid", "conditional", "derived"]
    assert [leg.derived for leg in three.legs] == [False, False, True]
    assert [leg.firm for leg in three.legs] == [4, 0, 0]
    assert [leg.firm_share for leg in three.legs] == [4 / 12, 0, 0]
    assert three.legs[0].amount == Interval(4, 12, 14)
    assert (three.value, three.weakest, three.firm, three.derived) == (
        Interval(4, 10, 14),
        "derived",
        0,
        1,
    )
    assert (two.value, two.weakest, two.derived) == (Interval(0, 3, 5), "option", 0)


def test_a_leg_that_no_contract_states_is_the_weakest_even_where_the_promise_behind_it_is_binding():
    binding = [*PROMISES[:2], promise("compute", Firmness.BINDING), PROMISES[3]]
    three, two = back_loops(find_loops(flow_table(FLOWS)).loops, FLOWS, binding)
    assert [leg.firmness for leg in three.legs] == ["paid", "binding", "derived"]
    assert (three.weakest, three.firm) == ("derived", 0)
    assert (two.weakest, two.firm) == ("option", 0)


def test_a_derived_order_beside_a_contract_makes_no_leg_firmer():
    mixed = [*FLOWS, flow("m", "n", (0, 5, 5), "letter")]
    three, _ = back_loops(find_loops(flow_table(mixed)).loops, mixed, PROMISES)
    assert (three.legs[2].firmness, three.legs[2].derived, three.weakest) == ("option", False, "option")


@pytest.mark.parametrize("firmness", list(Firmness))
def test_every_firmness_has_its_place(firmness):
    assert firmness.value in FIRMNESS
