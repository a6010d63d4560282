"""The brief: its headings, its figures recomputed from its JSON, and what it says in each situation."""

import csv
import json
import re
from collections import Counter
from datetime import date

import pytest

from loopledger.circularity import trace_funding
from loopledger.network import read_flows
from loopledger.records import Kind, PartyRef, Reading, Status
from loopledger.report.brief import write_brief
from loopledger.report.brief.compose import HEADINGS
from loopledger.report.model import Basis
from loopledger.report.render.html import render_html
from loopledger.report.render.json import brief_json
from loopledger.report.render.markdown import render_markdown
from loopledger.report.render.terminal import render_terminal
from loopledger.units import DateSpan, parse_amount, parse_capacity

from .conftest import draft, founding_deal, strangers
from .recompute import expected


@pytest.fixture(scope="session", params=["founding", "strangers"])
def as_json(request, founding_brief, strangers_brief):
    brief = founding_brief if request.param == "founding" else strangers_brief
    return json.loads(json.dumps(brief_json(brief), allow_nan=False))


def test_four_headings_exactly(as_json):
    assert [section["heading"] for section in as_json["sections"]] == list(HEADINGS)


def test_every_figure_can_be_computed_again(as_json):
    families = Counter()
    for figure in as_json["figures"]:
        found = expected(as_json, figure)
        if found is None:
            continue
        families[figure["id"].partition("/")[0]] += 1
        assert (figure["low"], figure["central"], figure["high"]) == pytest.approx(
            found, rel=1e-9, abs=1e-6
        ), figure
    left = {f["id"].partition("/")[0] for f in as_json["figures"]} - set(families)
    # what is stated by a source is no computation, a revenue is an observation, a stress has tests of its own
    assert left <= {"announced", "known", "revenue", "unit", "stress"}
    assert sum(families.values()) >= 10


def test_every_figure_carries_unit_basis_date_and_records(as_json):
    for figure in as_json["figures"]:
        assert figure["unit"]
        assert figure["basis"] in {"announced", "scheduled", "paid", "estimated", "computed", "reported"}
        assert date.fromisoformat(figure["as_of"]) <= date(2026, 11, 24)
        assert figure["how"]
        assert figure["refs"] or figure["id"] == "rank/of", figure["id"]
        assert figure["low"] <= figure["central"] <= figure["high"]


def test_no_number_in_a_sentence_without_a_figure(as_json):
    """Sums and shares appear only inside figure parts, never as loose text."""

    def sentences(node):
        if isinstance(node, dict):
            if "parts" in node:
                yield node
            for value in node.values():
                yield from sentences(value)
        elif isinstance(node, list):
            for value in node:
                yield from sentences(value)

    for sentence in sentences(as_json["sections"]):
        loose = "".join(part for part in sentence["parts"] if isinstance(part, str))
        if "from USD" in loose or "Draft prospectus" in loose or "finalised" in loose:
            continue  # the register's own words on a change
        assert "$" not in loose, loose
        assert "%" not in loose, loose


@pytest.mark.parametrize("rule", ["forced", "pooled", "earmarked", "possible"])
def test_the_printed_tables_give_the_printed_shares(as_json, rule, tmp_path):
    for view in as_json["funding"]:
        path = tmp_path / "flows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([view["table"]["columns"], *view["table"]["rows"]])
        found = trace_funding(read_flows(path), view["funders"], view["seller"])
        assert found.returned[rule] == pytest.approx(view["returned"][rule], rel=1e-9, abs=1e-3)


def test_rules_are_in_order(as_json):
    for view in as_json["funding"]:
        share = view["share"]
        for rule in ("pooled", "earmarked"):
            if share[rule] is not None:
                assert share["forced"] - 1e-12 <= share[rule] <= share["possible"] + 1e-12


def test_the_founding_deal_is_placed(founding_brief):
    items = founding_brief.context.deal.items
    assert [item.known_ids for item in items] == [
        ("nvda-anthropic-equity-2025", "msft-anthropic-equity-2025"),
        ("anthropic-azure-30bn",),
        ("anthropic-nvidia-1gw",),
    ]


def test_the_founding_deal_closes_two_financing_loops(founding_brief):
    loops = founding_brief.context.loops
    assert [(loop.parties, loop.kind.value) for loop in loops] == [
        (("nvidia", "anthropic", "microsoft"), "financing"),
        (("microsoft", "anthropic"), "financing"),
    ]
    # Nvidia's cheque is paid, about 10bn; the derived orders bound the loop from below
    share = (0.176, 0.406, 0.546)
    assert loops[0].value.as_tuple() == pytest.approx((31.4e9 * share[0], 10e9, 11e9))
    assert loops[1].value.as_tuple() == pytest.approx((0, 0.7 * 0.8 * 5e9, 5e9))


def test_taken_alone_the_funders_pay_what_they_gave(founding_brief):
    view = founding_brief.context.views[0]
    assert (view.scope, view.found.seller, view.found.funders) == (
        "alone",
        "microsoft",
        ("microsoft", "nvidia"),
    )
    assert view.found.share["pooled"] == pytest.approx((10 + 2.8) / 31.4)
    assert view.low["pooled"] == pytest.approx(9 / 31.4)
    assert view.high["pooled"] == pytest.approx(16 / 31.4)


def test_nothing_of_what_came_later_on_an_earlier_day(register, assumptions):
    day = date(2025, 12, 1)
    brief = write_brief([founding_deal()], register.known_on(day), assumptions)
    content = brief_json(brief)
    for record in content["records"]:
        for source in record["sources"]:
            assert source["quote"] or source["published"][:7] <= "2025-12", record["id"]
    purchase = next(f for f in content["figures"] if f["id"] == "scheduled/anthropic-azure-30bn")
    assert purchase["central"] == pytest.approx(30e9)
    assert "2026-09" not in render_terminal(brief).replace("2026-09-30", "")


def test_strangers_rest_on_the_document_alone(strangers_brief, assumptions):
    deal = strangers_brief.context.deal
    assert [item.match.verdict.value for item in deal.items] == ["new", "new"]
    assert deal.parties == ("rook-cloud", "sable-models", "quince-chips")
    rate = assumptions.number("fx.EUR")
    loop = strangers_brief.context.loops[0]
    assert loop.parties == ("rook-cloud", "sable-models")
    assert loop.value.central == pytest.approx(400e6 * rate)
    # the maker that the text names gets a derived order
    orders = [f for f in deal.flows if f.derived]
    assert {(f.payer, f.payee) for f in orders} == {("rook-cloud", "quince-chips")}
    assert "none of them is in the register" in render_terminal(strangers_brief)


def test_a_document_that_promises_nothing(bundled, assumptions):
    brief = write_brief([Reading(source="x.txt", published=None, drafts=())], bundled, assumptions)
    assert [section.heading for section in brief.sections] == list(HEADINGS)
    assert brief.figures == ()
    assert "No promise" in render_terminal(brief)
    assert render_html(brief).count("<h2>") == 4


def test_two_documents_in_one_brief(bundled, assumptions):
    brief = write_brief([founding_deal(), strangers()], bundled, assumptions)
    assert [item.source for item in brief.context.deal.items] == ["deal.txt"] * 3 + ["unknown.txt"] * 2


def test_same_input_same_output(bundled, assumptions):
    first, second = (write_brief([founding_deal()], bundled, assumptions) for _ in range(2))
    for render in (render_terminal, render_markdown, render_html, lambda b: json.dumps(brief_json(b))):
        assert render(first) == render(second)


def test_html_links_lead_somewhere(founding_brief):
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(render_html(founding_brief))
    anchors = {node.attributes["id"] for node in page.css("[id]")}
    targets = [node.attributes["href"] for node in page.css("a[href^='#']")]
    assert len(targets) > 50
    assert not [target for target in targets if target[1:] not in anchors]
    assert not page.css("script")
    assert [node.text() for node in page.css("h2")] == list(HEADINGS)
    assert "default-src 'none'" in page.css_first("meta[http-equiv]").attributes["content"]


def test_hostile_words_stay_words(bundled, assumptions):
    import dataclasses

    reading = strangers()
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) | `y` {{ 7*7 }}"
    party = dataclasses.replace(reading.drafts[0].payers[0], name=evil)
    first = dataclasses.replace(reading.drafts[0], payers=(party,))
    second = dataclasses.replace(reading.drafts[1], payee=party)
    brief = write_brief([dataclasses.replace(reading, drafts=(first, second))], bundled, assumptions)
    html = render_html(brief)
    assert "<script>" not in html
    assert "{{ 7*7 }}" in html
    markdown = render_markdown(brief)
    assert "<script>" not in markdown
    assert not re.search(r"(?<!\\)\[x", markdown)


def test_dates_that_nobody_states_leave_a_range(register, assumptions):
    """In May 2026 the contract has neither start nor end: half paid on time may be nothing, or twice as much."""
    brief = write_brief([founding_deal()], register.known_on(date(2026, 5, 1)), assumptions)
    content = brief_json(brief)
    figures = {f["id"]: f for f in content["figures"]}
    flows = [f for f in content["flows"]["known"] if f["instrument"] == "anthropic-azure-30bn"]
    until = sum(f["central"] for f in flows if "2026Q2" <= f["period"] <= "2026Q4")
    found = figures["by/2026/anthropic-azure-30bn"]
    assert (found["low"], found["central"], found["high"]) == pytest.approx((0, until, 2 * until))
    late = figures["by/2028/anthropic-azure-30bn"]
    assert late["high"] == pytest.approx(30e9)  # never more than the whole
    assert re.fullmatch(r"\$\d\.\d?bn \(\$0 to \$\d\.?\d?bn\)", found["text"])
    text = " ".join(render_terminal(brief).split())
    assert f"{found['text']} under [anthropic-azure-30bn], if it starts as assumed." in text
    assert "contracted, dates assumed" in text
    assert "market.undated_contract" in text


def test_stated_dates_leave_no_range_but_an_assumed_ramp_few_digits(founding_brief):
    content = brief_json(founding_brief)
    found = next(f for f in content["figures"] if f["id"] == "by/2027/anthropic-azure-30bn")
    assert found["low"] == found["central"] == found["high"]
    assert found["text"] == "$2.5bn"
    text = " ".join(render_terminal(founding_brief).split())
    assert (
        "From 2026Q4 to 2027-12-31, Anthropic will have paid Microsoft $2.5bn under [anthropic-azure-30bn], "
        "at central amounts, if it ramps up as assumed."
    ) in text
    due = next(f for f in content["figures"] if f["id"] == "due/2026Q4")
    assert f"Next due: {due['text']} in 2026Q4, at central amounts." in text


def test_what_is_paid_is_not_still_to_come(founding_brief):
    [following] = [s for s in founding_brief.sections if s.heading == "What's Next"]
    tables = [block for kind, block in following.blocks if kind == "table"]
    years, due = tables
    rows = [[cell.text for cell in row] for row in years.rows]
    assert rows
    assert "Nvidia to Anthropic" not in {row[1] for row in rows}  # paid in 2026Q1
    assert {row[0] for row in rows} == {"2026, from 2026Q4", *(str(year) for year in range(2027, 2034))}
    assert "from 2026Q4 on" in years.caption
    assert "without a range stands at central amounts" in years.caption
    assert not [row for row in due.rows if row[1].text == "Nvidia to Anthropic"]
    assert "shares" in founding_brief.pictures
    assert "The funders' own money in the seller's receipts, by rule" not in render_terminal(founding_brief)


def test_an_amount_of_our_own_is_marked_and_left_out_of_a_second_sum(bundled, assumptions):
    day = date(2026, 8, 17)
    openai, landlord = PartyRef("OpenAI", "openai"), PartyRef("SB Energy", "sb-energy")
    lease = draft(
        Kind.LEASE, (openai,), landlord, "the laboratory rents eight gigawatts",
        capacity=parse_capacity("about 8 GW"), status=Status.DEFINITIVE,
    )  # fmt: skip
    reading = Reading(
        source="lease.txt",
        published=DateSpan(first=day, last=day),
        drafts=(lease,),
        parties=(openai, landlord),
    )
    brief = write_brief([reading], bundled, assumptions)
    made = {f.id: f for f in brief.figures}
    text = " ".join(render_terminal(brief).split())
    id_ = "openai-sbenergy-ohio-lease"
    assert made[f"known/{id_}"].basis is Basis.ESTIMATED
    happened = next(s for s in brief.sections if s.heading == "What Happened")
    [table] = [t for kind, t in happened.blocks if kind == "table"]
    assert table.rows[0][2].text == "$198bn to $439bn (our estimate; not published)"
    assert f"{made[f'by/2028/{id_}'].text} (our estimate) under [{id_}]" in text
    owed, stated = made["depend/openai/suppliers"], made["depend/openai/suppliers/stated"]
    assert id_ in owed.refs
    assert id_ not in stated.refs
    assert stated.value.central == pytest.approx(
        owed.value.central - made["depend/sb-energy/buyers"].value.central
    )


def test_whose_money_is_a_range_over_rules_unless_all_give_the_same(founding_brief, bundled, assumptions):
    quince, rook, sable = (PartyRef(name) for name in ("Quince Chips", "Rook Cloud", "Sable Models"))
    day = date(2026, 3, 2)
    drafts = (
        draft(
            Kind.EQUITY_INVESTMENT, (quince,), sable, "Quince Chips pays $4bn for shares",
            amount=parse_amount("USD 4 bn"), status=Status.DEFINITIVE,
        ),
        draft(
            Kind.PURCHASE_COMMITMENT, (sable,), rook, "Sable Models orders $10bn of computing",
            amount=parse_amount("USD 10 bn"), status=Status.DEFINITIVE, suppliers=(quince,),
        ),
    )  # fmt: skip
    reading = Reading(
        source="chips.txt",
        published=DateSpan(first=day, last=day),
        drafts=drafts,
        parties=(quince, rook, sable),
    )
    brief = write_brief([reading], bundled, assumptions)

    def said(one):
        text = " ".join(sentence.text for sentence in one.sections[0].blocks[0][1])
        views = [f for f in one.figures if f.id.startswith("share/alone/")]
        first = views[0].id.rpartition("/")[0]
        return text, {f.id.rpartition("/")[2]: f.text for f in views if f.id.startswith(f"{first}/")}

    text, rules = said(brief)
    assert len({rules["forced"], rules["pooled"], rules["possible"]}) > 1
    assert (
        f"Quince Chips itself pays for at least {rules['forced']} and at most {rules['possible']} "
        f"(pooled rule: {rules['pooled']}) of what it receives under the deal"
    ) in text
    text, rules = said(founding_brief)
    assert len({rules["forced"], rules["pooled"], rules["possible"]}) == 1
    assert (
        f"themselves pay for {rules['pooled']}, the same under every rule, of what Microsoft receives" in text
    )
