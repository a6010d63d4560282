"""One row on who a party depends on: the same for a brief and a page, and nothing left out unsaid."""

from datetime import date

import pytest

from loopledger.exposure import depend
from loopledger.exposure.dependence import Side
from loopledger.report.dependence import DependenceWords, dependence_rows
from loopledger.report.model import FigureBook, Table
from loopledger.report.pages import write_party_page
from loopledger.schedule import Certainty, Flow
from loopledger.units import Interval, Quarter

AMOUNTS = {"acorn": 50.0, "birch": 30.0, "cedar": 20.0}


def row(most, estimated=()):
    flows = [
        Flow(
            period=Quarter.parse("2026Q2"), payer="quince", payee=party, kind="purchase_commitment",
            amount=Interval(0, amount, 2 * amount), certainty=Certainty.CONTRACTED, instrument=f"{party}-order",
        )
        for party, amount in AMOUNTS.items()
    ]  # fmt: skip
    words = DependenceWords(
        buyers="is owed by", suppliers="owes", funders="is funded by", label="{party} {side}",
        what="what {party} {side}", how="sum", most=most,
    )  # fmt: skip
    book = FigureBook(as_of=date(2026, 3, 1))
    [cells] = dependence_rows(
        book, flows, "quince", first=Quarter.parse("2026Q1"), key="depend", name=str.capitalize, words=words,
        estimated=lambda id_: id_ in estimated,
    )  # fmt: skip
    return [cell.text for cell in cells], book


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (1, "Acorn 50 %; and 2 more"),
        (2, "Acorn 50 %; Birch 30 %; and 1 more"),
        (3, "Acorn 50 %; Birch 30 %; Cedar 20 %"),
    ],
)
def test_who_is_not_named_is_counted(most, told):
    cells, _ = row(most)
    assert (cells[0], cells[2], cells[3]) == ("Quince owes", told, "0.38")


def test_figures_cite_the_promises_of_all_counterparties():
    _, book = row(1)
    assert list(book.by_id) == ["depend/suppliers", "depend/suppliers/acorn", "depend/suppliers/hhi"]
    total = book.by_id["depend/suppliers"]
    assert total.value == Interval(0.0, 100.0, 200.0)
    assert total.refs == ("acorn-order", "birch-order", "cedar-order")
    assert total.what == "what Quince owes"


def test_a_sum_that_rests_on_our_estimate_is_also_given_without_it():
    cells, book = row(3, {"birch-order"})
    stated = book.by_id["depend/suppliers/stated"]
    assert (stated.value, stated.refs) == (Interval(0.0, 70.0, 140.0), ("acorn-order", "cedar-order"))
    assert cells[1] == f"{book.by_id['depend/suppliers'].text}; without our estimates {stated.text}"
    assert row(3, {"acorn-order", "birch-order", "cedar-order"})[0][1].endswith(", all our estimate")
    assert "estimate" not in row(3)[0][1]


def test_brief_and_page_tell_the_same_of_one_party(founding_brief, bundled, assumptions):
    """Both ask of the same day and of all that is scheduled."""
    page = {f.id: f for f in write_party_page(bundled, "anthropic", assumptions).figures}
    brief = {f.id: f for f in founding_brief.figures}
    for side in ("buyers", "suppliers", "funders"):
        for end in ("", "/hhi"):
            here = brief.get(f"depend/anthropic/{side}{end}")
            there = page.get(f"depend/{side}{end}")
            assert (here is None) == (there is None)
            if here is not None:
                assert here.value == there.value
    assert "depend/anthropic/suppliers" in brief


def test_a_brief_counts_who_is_not_named(founding_brief):
    tables = [
        t for s in founding_brief.sections for kind, t in s.blocks if kind == "table" and isinstance(t, Table)
    ]
    table = next(t for t in tables if t.header[0] == "Party")
    suppliers = next(r for r in table.rows if r[0].text == "Anthropic owes")
    named = suppliers[2].text.split("; ")
    deal = founding_brief.context.deal
    found = depend(deal.schedule.flows, "anthropic", first=Quarter.of(deal.known_on))
    n_all = len(next(f for f in found if f.side is Side.SUPPLIERS).counterparties)
    assert len(named) == 4
    assert named[-1] == f"and {n_all - 3} more"
