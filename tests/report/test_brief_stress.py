"""The stress paragraph of a brief: which scenario, whose figures, and what it says where there is none."""

from datetime import date

import pytest

from loopledger.records import Kind, PartyRef, Reading
from loopledger.report.brief import write_brief
from loopledger.report.model import Record, Sentence
from loopledger.report.render.html import render_html
from loopledger.report.stress import ask
from loopledger.report.wording import in_runs
from loopledger.schedule import promise_id
from loopledger.stress.scenarios import load_scenario
from loopledger.units import DateSpan, Quarter, parse_amount

from .conftest import draft, founding_deal

QUARTERS = tuple(Quarter.parse("2026Q4").shifted(n) for n in range(8))


def paragraph(brief):
    """Return the sentence under the heading on stress."""
    section = next(s for s in brief.sections if s.heading == "Why It Matters")
    place = section.blocks.index(("lead", "What breaks if the money stops?"))
    kind, sentence = section.blocks[place + 1]
    assert kind == "text"
    assert isinstance(sentence, Sentence)
    return sentence


def purchase(buyer, seller, day=date(2026, 11, 20)):
    quote = f"{buyer} takes $5bn of computing from {seller}"
    payer, payee = PartyRef(buyer, buyer.lower()), PartyRef(seller)
    one = draft(Kind.PURCHASE_COMMITMENT, (payer,), payee, quote, amount=parse_amount("USD 5 bn"))
    return Reading(
        source="new.txt", published=DateSpan(first=day, last=day), drafts=(one,), parties=(payer, payee)
    )


@pytest.fixture(scope="module")
def openai_brief(bundled, assumptions):
    return write_brief([purchase("OpenAI", "Zebra Cloud")], bundled, assumptions)


def check(brief, answer, ids_of):
    """Compare the figures of the paragraph with an answer of the cascade itself."""
    made = {f.id: f for f in brief.figures if f.id.startswith("stress/")}
    outcome, case = answer.outcome, answer.case
    first = answer.in_trouble()[0]
    size = answer.by_payer(outcome.cut + outcome.deferred + outcome.unpaid)[:, first]
    short = made[f"stress/short/{case.parties[first]}"]
    assert short.value.as_tuple() == pytest.approx((size.min(), size[1], size.max()))
    unpaid = answer.not_paid_to(first)
    assert unpaid.sum(axis=1) == pytest.approx(size)
    apart = answer.lost_apart()
    for label, lost in (("lost", unpaid), ("sales", apart.sales), ("funding", apart.funding)):
        losers = [f for f in made if f.startswith(f"stress/{label}/")]
        assert bool(losers) == bool((lost > 0).any())
        for id_ in losers:
            values = lost[:, case.parties.index(id_.removeprefix(f"stress/{label}/"))]
            assert made[id_].value.as_tuple() == pytest.approx((values.min(), values[1], values.max()))
        order = sorted((-lost[1, k], case.parties[k]) for k in range(len(case.parties)) if lost[1, k] > 0)
        told = {id_.removeprefix(f"stress/{label}/") for id_ in losers}
        assert {party for _, party in order[: len(told)]} <= told
    assert any(f.startswith("stress/lost/") for f in made)
    assert set(short.refs) <= {promise_id(one.instrument) for one in case.claims}
    assert all(ids_of(record) for record in short.refs if record in brief.context.deal.snapshot.instruments)


def lasting(party):
    """Return the scenario without new money for a party, until the end of the window."""
    known = load_scenario("S01")[0]
    shocks = tuple(shock.model_copy(update={"target": party, "quarters": None}) for shock in known.shocks)
    return known.model_copy(update={"shocks": shocks})


def test_the_developer_of_the_scenario_is_asked_as_it_is(openai_brief):
    deal = openai_brief.context.deal
    answer = ask(deal.snapshot, deal.schedule, load_scenario("S01"), QUARTERS)
    assert answer.in_trouble() == []
    text = paragraph(openai_brief).text
    assert (
        "If OpenAI raises no new money for a year (scenario S01), 2026Q4 to 2028Q3, nobody runs short in any of "
        "the three runs. If it does not end before 2028Q3 does, OpenAI runs short first, in " in text
    )
    answer = ask(deal.snapshot, deal.schedule, (lasting("openai"),), QUARTERS)
    check(openai_brief, answer, ids_of=lambda id_: id_ in deal.promises)
    assert "its shock put on it" not in text
    o = answer.outcome
    mine = [c for c, one in enumerate(answer.case.claims) if one.instrument == "openai-oracle-300b"]
    left_out = (o.cut + o.deferred + o.unpaid)[:, :, mine].max() > 0
    assert ("[openai-oracle-300b]" in text) == bool(left_out)


def test_another_developer_gets_the_same_shock(founding_brief):
    deal = founding_brief.context.deal
    known = load_scenario("S01")[0]
    shocks = tuple(shock.model_copy(update={"target": "anthropic"}) for shock in known.shocks)
    answer = ask(deal.snapshot, deal.schedule, (known.model_copy(update={"shocks": shocks}),), QUARTERS)
    check(founding_brief, answer, ids_of=lambda id_: id_ in deal.promises)
    assert (
        "If Anthropic raises no new money for a year (scenario S01, its shock put on it)"
        in paragraph(founding_brief).text
    )


def test_the_records_it_names_stand_in_the_brief_with_their_evidence(openai_brief):
    named = {part.id for part in paragraph(openai_brief).parts if isinstance(part, Record)}
    records = {record.id: record for record in openai_brief.records}
    assert named
    assert named <= set(records)
    assert all(records[id_].sources for id_ in named)
    html = render_html(openai_brief)
    assert all(f'id="{id_}"' in html for id_ in named)


def test_the_assumptions_of_the_cascade_are_listed(openai_brief):
    names = {assumption.name for assumption in openai_brief.assumptions}
    assert any(name.startswith("stress.") for name in names)


def test_strangers_are_in_no_scenario(strangers_brief):
    assert paragraph(strangers_brief).text == (
        "No party of the deal is a model developer of the register or named by a stress scenario."
    )


def test_a_day_without_payments_ahead_says_why(register, assumptions):
    brief = write_brief([founding_deal()], register.known_on(date(2015, 1, 1)), assumptions)
    text = paragraph(brief).text
    assert "what breaks cannot be computed" in text or "No party of the deal" in text


@pytest.mark.parametrize(
    ("mild", "central", "severe", "told"),
    [
        (None, None, None, "in none of the three runs"),
        ("2027Q1", "2027Q1", "2027Q1", "in 2027Q1 in all three runs"),
        (None, None, "2027Q4", "only in the severe run, in 2027Q4"),
        (None, "2027Q4", "2027Q1", "in 2027Q4 (in 2027Q1 in the severe run and never in the mild run)"),
        ("2027Q4", "2027Q4", "2027Q1", "in 2027Q4 (in 2027Q1 in the severe run)"),
    ],
)
def test_dates_of_the_three_runs(mild, central, severe, told):
    mild, central, severe = (Quarter.parse(q) if q else None for q in (mild, central, severe))
    assert in_runs((mild, central, severe)) == told
