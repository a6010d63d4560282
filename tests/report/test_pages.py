"""Pages of a party, a deal and the system: sums that equal those of the stages, and what holds for all."""

import dataclasses
import json
import re
from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from loopledger.circularity import circulate, decompose, find_loops
from loopledger.circularity.sales_funding import close_books_of, fund_sales
from loopledger.circularity.sources_of_money import trace_sources
from loopledger.errors import ModelError, NotFoundError
from loopledger.exposure import depend, measure_party, measure_system
from loopledger.network import flow_table
from loopledger.records import Status
from loopledger.register import TEACHING, count_once, load_register
from loopledger.report.model import Figure, Sentence, Table
from loopledger.report.pages import write_deal_page, write_party_page, write_system_page
from loopledger.report.render.html import render_html
from loopledger.report.render.json import page_json
from loopledger.report.render.markdown import render_markdown
from loopledger.report.render.terminal import render_terminal
from loopledger.schedule import Leg, expand, promise_id, promises_from_snapshot
from loopledger.units import Quarter

DEAL = "microsoft-nvidia-anthropic-2025"
NOW = Quarter.parse("2026Q4")


@pytest.fixture(scope="module")
def schedule(bundled, assumptions):
    return expand(promises_from_snapshot(bundled), assumptions, known_on=bundled.day)


@pytest.fixture(scope="module")
def pages(bundled, assumptions):
    return {
        "party": write_party_page(bundled, "openai", assumptions),
        "deal": write_deal_page(bundled, DEAL, assumptions),
        "system": write_system_page(bundled, assumptions),
    }


@pytest.fixture(params=["party", "deal", "system"])
def page(request, pages):
    return pages[request.param]


def figures(page):
    return {figure.id: figure for figure in page.figures}


def sentences(content):
    if isinstance(content, Sentence):
        yield content
    elif isinstance(content, Table):
        yield from sentences(content.rows)
    elif isinstance(content, tuple):
        for one in content:
            yield from sentences(one)


# -- what holds for every page -------------------------------------------------------------------------


def test_headings(pages):
    heads = {name: [section.heading for section in page.sections] for name, page in pages.items()}
    assert heads["party"] == [
        "In Brief", "What It Owes and Is Owed", "Who Funds It, and Whose Money Pays It", "Loops", "Exposure",
        "What Is Not Known",
    ]  # fmt: skip
    assert heads["deal"] == [
        "In Brief", "Terms", "What Changed", "Payments", "Loops", "Beside Other Deals", "What Is Not Known",
    ]  # fmt: skip
    assert heads["system"] == [
        "In Brief", "The Announced Sums, and the Same Dollar Twice", "What Goes Round", "Who Pays Whom",
        "When, and How Sure", "Where It Concentrates", "Whose Money It Is", "What Is Not Known",
    ]  # fmt: skip


def test_every_figure_carries_unit_basis_date_and_records(page):
    assert len(page.figures) > 20
    known = {figure.id for figure in page.figures}
    for figure in page.figures:
        assert figure.unit.value
        assert figure.how
        assert figure.as_of == date(2026, 11, 24)
        assert figure.value.low <= figure.value.central <= figure.value.high
        nothing = figure.value.high == 0
        assert figure.refs or nothing, figure.id
        assert not set(figure.refs) & {figure.id}
        assert all(
            ref in known or "/" not in ref or ref.startswith("observations/") for ref in figure.refs
        ), figure


def test_every_record_has_evidence_and_every_cited_instrument_is_a_record(page, bundled):
    records = {record.id: record for record in page.records}
    assert all(record.sources for record in records.values())
    cited = {ref for figure in page.figures for ref in figure.refs if ref in bundled.instruments}
    cited |= {
        part.id
        for section in page.sections
        for _, block in section.blocks
        for sentence in sentences(block)
        for part in sentence.parts
        if not isinstance(part, str | Figure)
    }
    for picture in page.pictures.values():
        if "Instruments" in picture.header:
            place = picture.header.index("Instruments")
            cited |= {
                ref for row in picture.rows for ref in row[place].split(", ") if ref in bundled.instruments
            }
    assert cited
    assert cited <= set(records)


def test_no_sum_or_share_in_a_sentence_without_a_figure(page):
    for section in page.sections:
        if section.heading == "What Changed":
            continue  # the register's own words on a change
        for kind, block in section.blocks:
            for sentence in sentences(block if kind in ("bullets", "text", "table") else ()):
                loose = "".join(part for part in sentence.parts if isinstance(part, str))
                if loose.startswith(("Editor's note", " is part of", " may be")) or "“" in loose:
                    continue  # the register's own words
                assert "$" not in loose, loose
                assert "%" not in loose, loose


def test_every_picture_has_a_twin_with_a_range_and_ids_and_is_shown(page):
    shown = {name for section in page.sections for kind, name in section.blocks if kind == "figure"}
    assert shown == set(page.pictures)
    for name, picture in page.pictures.items():
        assert picture.rows
        assert picture.caption
        assert "2026-11-24" in picture.note or name == "sources"
        assert all(len(row) == len(picture.header) for row in picture.rows)
        if name not in ("rules", "sources", "timeline"):
            assert {"Low", "Central", "High", "Instruments"} <= set(picture.header), name


def test_the_same_register_gives_the_same_page(bundled, assumptions, pages):
    again = {
        "party": write_party_page(bundled, "openai", assumptions),
        "deal": write_deal_page(bundled, DEAL, assumptions),
        "system": write_system_page(bundled, assumptions),
    }
    for render in (
        render_terminal,
        render_markdown,
        render_html,
        lambda p: json.dumps(page_json(p), allow_nan=False),
    ):
        for name, page in pages.items():
            assert render(page) == render(again[name]), name


def test_html_is_strict_and_its_links_lead_somewhere(page):
    html = render_html(page)
    parsed = LexborHTMLParser(html)
    anchors = {node.attributes["id"] for node in parsed.css("[id]")}
    targets = [node.attributes["href"] for node in parsed.css("a[href^='#']")]
    assert len(targets) > 50
    assert not [target for target in targets if target[1:] not in anchors]
    assert not parsed.css("script, iframe, img, link, object, form")
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r'\sstyle="', html)
    policy = parsed.css_first("meta[http-equiv]").attributes["content"]
    assert (
        policy
        == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    # every picture is followed by its table
    assert len(parsed.css("figure")) == len(page.pictures)
    for figure in parsed.css("figure"):
        assert figure.css_first("svg")
        assert figure.css_first("details table tbody tr")


def test_json_is_plain_and_has_the_numbers_of_the_pictures(page):
    content = json.loads(json.dumps(page_json(page), allow_nan=False))
    assert {picture["name"] for picture in content["pictures"]} == set(page.pictures)
    assert content["run"]["window"].startswith("payments scheduled ")
    assert content["run"]["known_on"] == "2026-11-24"
    assert content["assumptions"]
    assert all(record["sources"] for record in content["records"])


def test_no_words_touch_in_any_picture(page):
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent / "figures"))
    from picture_reading import faults

    for name, picture in page.pictures.items():
        assert faults(picture.svg) == [], name


# -- sums equal those of the stages ------------------------------------------------------------------


def test_what_a_party_owes_is_what_depends_on_it(pages, schedule, bundled):
    paid = {i for i, one in bundled.instruments.items() if one.status is Status.COMPLETED}
    unpaid = [f for f in schedule.flows if f.leg is not Leg.PRINCIPAL or promise_id(f.instrument) not in paid]
    found = {d.side.value: d for d in depend(unpaid, "openai", first=NOW)}
    made = figures(pages["party"])
    for side in ("buyers", "suppliers", "funders"):
        assert made[f"depend/{side}"].value.as_tuple() == pytest.approx(found[side].total.as_tuple())
    assert made["ahead/funded"].value.as_tuple() == pytest.approx(found["funders"].total.as_tuple())


def test_what_a_party_owes_adds_up_over_years_promises_and_counterparties(pages, schedule):
    page = pages["party"]
    made = figures(page)
    flows = [
        f for f in schedule.flows
        if f.payer == "openai" and f.period >= NOW and not f.derived and not f.contingent
        and f.kind not in ("equity_investment", "loan", "bond", "guarantee", "warrant")
    ]  # fmt: skip
    expected = tuple(sum(getattr(f.amount, bound) for f in flows) for bound in ("low", "central", "high"))
    assert made["ahead/owes"].value.as_tuple() == pytest.approx(expected)
    for family in ("year", "promise"):
        parts = [
            f for id_, f in made.items()
            if id_.startswith(f"{family}/") and "/owes" in id_ and "in all" not in id_ and "before" not in id_
        ]  # fmt: skip
        for place, bound in enumerate(("low", "central", "high")):
            assert sum(getattr(p.value, bound) for p in parts) == pytest.approx(expected[place]), family
    balance = page.pictures["balance"]
    assert len({row[7] for row in balance.rows}) <= 13
    assert {row[1] for row in balance.rows} == {"To pay", "To receive"}


def test_the_drawn_quarters_and_what_is_later_make_the_whole(pages, schedule):
    made = figures(pages["party"])
    shown = [
        f for f in schedule.flows
        if f.payer == "openai" and NOW <= f.period <= Quarter.parse("2031Q4") and not f.derived and not f.contingent
    ]  # fmt: skip
    later = made["later/paid"].value.central
    funds = made["ahead/funds"].value.central if "ahead/funds" in made else 0.0
    assert sum(f.amount.central for f in shown) + later == pytest.approx(
        made["ahead/owes"].value.central + funds
    )


def test_measures_are_those_of_the_exposure_stage(pages, bundled, assumptions):
    for page, sheet in (
        (pages["party"], measure_party(bundled, assumptions, "openai")),
        (pages["system"], measure_system(bundled, assumptions)),
    ):
        made = {id_: f for id_, f in figures(page).items() if id_.startswith("measure/")}
        known = {f"measure/{r.measure}" + (f"/{r.of}" if r.of else ""): r for r in sheet.readings}
        assert len(made) >= 5
        for id_, figure in made.items():
            assert figure.value == known[id_].value
            assert set(figure.refs) == {i.split("/supply/")[0] for i in known[id_].ids}
    text = " ".join(render_terminal(pages["party"]).split())
    assert "missing is a backlog of openai" in text


def test_whose_money_is_that_of_the_books(bundled, assumptions, schedule):
    from loopledger.accounts import OUTSIDE_ACCOUNTS, origins_of

    page = write_party_page(bundled, "nvidia", assumptions)
    made = figures(page)
    start = Quarter.parse("2024Q1")
    _, closed = close_books_of(bundled, schedule, by="year", first=start, split_outside=True)
    origins = origins_of(bundled.parties)
    inside = [p for p in closed.table.parties if p not in origins and p not in OUTSIDE_ACCOUNTS]
    traced = trace_sources(
        closed.table, outside=OUTSIDE_ACCOUNTS, funders=inside, opening=closed.opening, origins=origins
    )
    period = closed.table.periods[-1]
    sums = traced.of_seller("nvidia", period)
    assert made["money/receipts"].value.central == pytest.approx(sum(sums.values()))
    outside = sum(v for k, v in sums.items() if k in OUTSIDE_ACCOUNTS and k != "unexplained")
    assert made["money/outside"].value.central == pytest.approx(outside / sum(sums.values()))
    rows = {row[0]: row for row in page.pictures["sources"].rows}
    unnamed = [
        float(row[3].rstrip("%")) for name, row in rows.items() if name.startswith("Buyers no record names")
    ]
    assert sum(unnamed) == pytest.approx(100 * sums["end-customers"] / sum(sums.values()), abs=0.1)
    _, merged = close_books_of(bundled, schedule, by="year", first=start)
    rules = fund_sales(merged, bundled, "nvidia", period)
    for rule in ("forced", "pooled", "earmarked", "possible"):
        assert made[f"rules/0/{rule}"].value.central == pytest.approx(rules.own.share[rule])
    for n in (0, 2):
        order = [made[f"rules/{n}/{rule}"].value.central for rule in ("forced", "pooled", "possible")]
        assert order == sorted(order)
    brief = blocks_text(page, "In Brief")
    least, pooled, most = (made[f"rules/2/{rule}"].text for rule in ("forced", "pooled", "possible"))
    who = "Amazon, Alphabet, Microsoft and Nvidia"
    said = f"Money of insiders ({who}) paid for between {least} and {most} of it; {pooled} under the pooled rule."
    assert said in brief
    assert "All chipmakers and clouds" not in " ".join(render_terminal(page).split())


def test_system_page_has_the_range_over_rules_of_the_largest_sellers(pages, bundled, schedule):
    made = figures(pages["system"])
    sellers = {key.split("/")[1] for key in made if key.startswith("rules/") and key.endswith("/receipts")}
    assert {"nvidia", "microsoft", "broadcom"} <= sellers
    _, merged = close_books_of(bundled, schedule, by="year", first=Quarter.parse("2024Q1"))
    for seller in ("nvidia", "microsoft"):
        period = next(p for p in merged.table.periods if f"in {p} " in made[f"rules/{seller}/receipts"].what)
        found = fund_sales(merged, bundled, seller, period).insiders
        assert made[f"rules/{seller}/receipts"].value.central == pytest.approx(found.receipts)
        for rule in ("forced", "pooled", "earmarked", "possible"):
            assert made[f"rules/{seller}/2/{rule}"].value.central == pytest.approx(found.share[rule])
    for seller in sellers:
        order = [made[f"rules/{seller}/2/{rule}"].value.central for rule in ("forced", "pooled", "possible")]
        assert order == sorted(order)


def test_buyers_that_no_record_names_are_called_that_and_said_to_be_no_users(bundled, assumptions):
    page = write_party_page(bundled, "nvidia", assumptions)
    text = " ".join(render_terminal(page).split())
    assert "end customers of the accounts, are reported sales less every payment" in text
    assert text.lower().count("end customer") == 1
    assert "that is not what users of AI pay" in blocks_text(page, "In Brief")
    made = figures(page)
    direct, through = made["money/unnamed/direct"], made["money/unnamed/through"]
    unnamed = made["money/unnamed"].value.central * made["money/receipts"].value.central
    assert direct.value.central + through.value.central == pytest.approx(unnamed)
    assert "financials.csv" in " ".join(direct.refs)


def test_loops_and_circulation_are_those_of_the_loops_command(pages, schedule):
    flows = [f for f in schedule.flows if f.cash and f.leg is not Leg.DEBT_SERVICE]
    loops = find_loops(flow_table(flows), max_length=4).loops
    assert figures(pages["system"])["loops/n"].value.central == len(loops)
    through = [loop for loop in loops if "openai" in loop.parties]
    assert figures(pages["party"])["loops/n"].value.central == len(through)
    made = figures(pages["system"])
    low, central, high = (circulate(flow_table(flows, case=case)) for case in ("low", "central", "high"))
    assert made["around/total"].value.as_tuple() == pytest.approx((low.total, central.total, high.total))
    assert made["around/gross"].value.central == pytest.approx(central.gross)
    parts = [f.value.central for id_, f in made.items() if id_.startswith("part/")]
    assert 0 < sum(parts) <= central.total


def test_circuits_stand_beside_the_payments_that_they_make_up(pages, schedule):
    made = figures(pages["system"])
    flows = [f for f in schedule.flows if f.cash and f.leg is not Leg.DEBT_SERVICE]
    loops = decompose(circulate(flow_table(flows))).loops
    once = sum(loop.amount for loop in loops)
    assert made["around/circuits"].value.central == pytest.approx(once)
    rows = {name: [f for i, f in made.items() if i.startswith(name)] for name in ("part/", "part-payments/")}
    assert sum(f.value.central for f in rows["part/"]) == pytest.approx(once)
    paid = [f.value.central for f in rows["part-payments/"]]
    assert sum(paid) == pytest.approx(made["around/total"].value.central)
    assert paid[:-1] == sorted(paid[:-1], reverse=True)
    brief = blocks_text(pages["system"], "In Brief")
    hands = sorted(len(loop.parties) for loop in loops)
    assert f"{made['around/circuits'].text} goes round in circuits (this split is one of many)" in brief
    assert (
        f"through {hands[0]} to {hands[-1]} hands it makes up {made['around/total'].text} of payments"
        in brief
    )
    assert "debt service left out" in brief


def test_a_loop_that_no_contract_closes_is_weakest_there_and_a_mixed_leg_says_how_much_is_firm(
    pages, schedule
):
    table = next(
        b for s in pages["system"].sections for k, b in s.blocks if k == "table" and "Weakest leg" in b.header
    )
    place = table.header.index("Weakest leg")
    said = {row[0].text: row[place].text for row in table.rows}
    assert said["Nvidia → OpenAI → Amazon → Nvidia"] == "Amazon to Nvidia: derived, no contract"
    leg = [f for f in schedule.flows if (f.payer, f.payee) == ("google", "anthropic")]
    firm = sum(f.amount.central for f in leg if f.instrument != "goog-anthropic-contingent-2026")
    share = figures(pages["system"])["firm-share/google/anthropic"]
    assert share.value.central == pytest.approx(firm / sum(f.amount.central for f in leg))
    assert f"; of Alphabet to Anthropic {share.text} is firm" in said["Alphabet → Anthropic → Alphabet"]


def test_loops_have_a_rank_among_all_where_all_are_not_told(pages):
    headers = {
        name: [
            content.header
            for section in page.sections
            for kind, content in section.blocks
            if kind == "table" and "Dates allow it" in content.header
        ]
        for name, page in pages.items()
    }
    assert ["Rank of all" in header for header in headers["system"]] == [False]
    assert ["Rank of all" in header for header in headers["party"]] == [True]


def test_announced_sums_are_counted_once(pages, bundled):
    totals = count_once(bundled).currencies["USD"]
    made = figures(pages["system"])
    assert made["sum/USD/headline"].value.central == float(totals.headline)
    assert made["sum/USD/once"].value.central == float(totals.counted)
    assert made["sum/USD/twice"].value.central == float(totals.overlap_at_most)
    assert made["sum/EUR/once"].text.startswith("EUR ")
    deal = count_once(bundled, [i.id for i in bundled.deals[DEAL].instruments]).currencies["USD"]
    assert figures(pages["deal"])["sum/USD/once"].value.central == float(deal.counted)


def test_chord_and_matrix_hold_every_payment_of_the_window(pages, schedule):
    flows = [f for f in schedule.flows if f.cash and f.leg is not Leg.DEBT_SERVICE and f.amount.high > 0]
    picture = pages["system"].pictures["chord"]
    assert picture.rows == pages["system"].pictures["matrix"].rows
    assert {(row[0], row[1]) for row in picture.rows}
    assert len(picture.rows) >= len({(f.payer, f.payee) for f in flows})
    made = figures(pages["system"])
    assert made["around/gross"].value.central == pytest.approx(sum(f.amount.central for f in flows), rel=1e-9)


# -- windows and days ----------------------------------------------------------------------------------


def test_a_window_restricts_every_payment(bundled, assumptions, schedule):
    first, last = Quarter.parse("2027Q1"), Quarter.parse("2027Q4")
    page = write_party_page(bundled, "openai", assumptions, first=first, last=last)
    found = {d.side.value: d for d in depend(schedule.flows, "openai", first=first, last=last)}
    assert figures(page)["depend/suppliers"].value.as_tuple() == pytest.approx(
        found["suppliers"].total.as_tuple()
    )
    assert {row[0] for row in page.pictures["quarters"].rows} == {"2027Q1", "2027Q2", "2027Q3", "2027Q4"}
    assert page.run.window == "payments scheduled 2027Q1 to 2027Q4, still to come from 2027Q1"


def test_a_window_upside_down_is_refused(bundled, assumptions):
    with pytest.raises(ModelError, match="ends in 2026Q1, before it begins in 2027Q1"):
        write_system_page(bundled, assumptions, first=Quarter.parse("2027Q1"), last=Quarter.parse("2026Q1"))


def test_a_window_without_payments_says_so(bundled, assumptions):
    far = Quarter.parse("2090Q1")
    system = render_terminal(write_system_page(bundled, assumptions, first=far, last=far))
    assert "No cash payment is scheduled in the window" in system
    party = render_terminal(write_party_page(bundled, "openai", assumptions, first=far, last=far))
    assert "nothing with a price and a date is on record that it owes or is owed or is to be" in " ".join(
        party.split()
    )
    deal = write_deal_page(bundled, DEAL, assumptions, first=far, last=far)
    assert "No payment of the deal has both a price and a date in the window." in render_terminal(deal)


def test_nothing_that_became_known_later(assumptions):
    day = date(2025, 12, 1)
    snapshot = load_register().known_on(day)
    page = write_deal_page(snapshot, DEAL, assumptions)
    assert figures(page)["stated/anthropic-azure-30bn"].text == "$30.0bn"
    for record in page.records:
        for source in record.sources:
            assert source.published[:7] <= "2025-12", record.id
    assert "31.4" not in render_terminal(page)


def test_changes_of_terms_stand_in_table_and_timeline(pages):
    page = pages["deal"]
    timeline = page.pictures["timeline"]
    changed = [row for row in timeline.rows if row[4]]
    table = next(b for s in page.sections if s.heading == "What Changed" for k, b in s.blocks if k == "table")
    assert len(table.rows) == len(changed)
    assert ("2026-09-29", "amount: USD 30 bn → USD 31.4 bn") in [
        (row[1], row[3].split("; ")[0]) for row in changed
    ]


def test_overlaps_with_other_deals_are_told_with_their_size(pages):
    text = render_terminal(pages["deal"])
    assert "[nvda-anthropic-equity-2025] may be in part the same money as [anthropic-series-g]" in " ".join(
        text.split()
    )
    made = figures(pages["deal"])
    assert made["overlap/anthropic-series-g/nvda-anthropic-equity-2025"].value.central == 10e9


# -- empty and wrong -------------------------------------------------------------------------------------


def test_a_party_without_promises_says_so(bundled, assumptions):
    page = write_party_page(bundled, "micron", assumptions)
    text = " ".join(render_terminal(page).split())
    assert "The register knows no promise of Micron" in text
    assert page.figures == ()
    assert page.pictures == {}
    assert "<h2>In Brief</h2>" in render_html(page)


def test_a_party_with_one_deal_reads_well(bundled, assumptions):
    text = " ".join(render_terminal(write_party_page(bundled, "asml", assumptions)).split())
    assert "1 promise on record in 1 deal." in text
    assert "runs through ASML" in text
    assert "Whose money it is cannot be computed" in text


def test_a_day_before_the_first_deal(assumptions):
    snapshot = load_register().known_on(date(2001, 1, 1))
    assert "The register knows no promise as known on 2001-01-01" in render_terminal(
        write_system_page(snapshot, assumptions)
    )
    with pytest.raises(NotFoundError, match="is known on 2001-01-01"):
        write_deal_page(snapshot, DEAL, assumptions)


def test_every_page_of_earlier_days(assumptions):
    register = load_register()
    for day in (date(2019, 8, 1), date(2024, 12, 31)):
        snapshot = register.known_on(day)
        assert render_html(write_system_page(snapshot, assumptions))
        assert render_html(write_party_page(snapshot, "openai", assumptions))
    # at the end of 2024 only end customers have bought anything that reported books show
    text = " ".join(render_terminal(write_system_page(snapshot, assumptions)).split())
    assert "Whose money it is cannot be computed" in text


def test_unknown_ids_name_the_nearest(bundled, assumptions):
    with pytest.raises(NotFoundError) as caught:
        write_party_page(bundled, "nvidea", assumptions)
    assert caught.value.hint == 'did you mean "nvidia"?'
    with pytest.raises(NotFoundError) as caught:
        write_deal_page(bundled, "microsoft-nvidia-anthropic-2024", assumptions)
    assert DEAL in caught.value.hint
    with pytest.raises(NotFoundError) as caught:
        write_deal_page(bundled, "anthropic-azure-30bn", assumptions)
    assert caught.value.hint == f'its deal is "{DEAL}"'


@pytest.mark.parametrize("day", [date(2025, 12, 1), date(2026, 3, 1)])
def test_every_party_and_deal_of_the_teaching_register(day, assumptions):
    snapshot = load_register(TEACHING).known_on(day)
    for party in snapshot.parties:
        assert render_html(write_party_page(snapshot, party, assumptions))
    for deal in snapshot.deals:
        assert render_html(write_deal_page(snapshot, deal, assumptions))
    assert render_html(write_system_page(snapshot, assumptions))


def test_hostile_words_stay_words(teaching, assumptions):
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) | `y` {{ 7*7 }} \u202e & \"q\" 'r'"
    parties = {
        id_: party.model_copy(update={"name": f"{evil} {id_}", "aliases": ()})
        for id_, party in teaching.parties.items()
    }
    deals = {
        id_: deal.model_copy(update={"title": evil, "note": evil}) for id_, deal in teaching.deals.items()
    }
    hostile = dataclasses.replace(teaching, parties=parties, deals=deals)
    party = max(
        hostile.parties, key=lambda p: sum(p in (*i.payers, *i.payees) for i in hostile.instruments.values())
    )
    made = [
        write_party_page(hostile, party, assumptions), write_deal_page(hostile, min(deals), assumptions),
        write_system_page(hostile, assumptions),
    ]  # fmt: skip
    for page in made:
        html = render_html(page)
        assert "<script" not in html
        assert "javascript:alert(1)" in html or "javascript" not in html
        parsed = LexborHTMLParser(html)
        assert not parsed.css("script")
        addresses = [node.attributes["href"] for node in parsed.css("a")]
        assert all(re.match(r"#|https?://", address) for address in addresses)
        assert not re.search(r"(?<!\\)<script", render_markdown(page))
        assert not re.search(r"(?<!\\)\[x", render_markdown(page))
        json.dumps(page_json(page))


# -- how close the sources of an amount are --------------------------------------------------------------


def blocks_text(page, heading):
    found = next(section for section in page.sections if section.heading == heading)
    parts = [part for _, block in found.blocks for one in sentences(block) for part in one.parts]
    return "".join(
        p if isinstance(p, str) else p.text if isinstance(p, Figure) else f"[{p.id}]" for p in parts
    )


def test_an_amount_of_our_own_is_marked_and_listed_as_not_known(pages, bundled, assumptions):
    page = write_deal_page(bundled, "openai-ohio-2026", assumptions)
    assert "$198bn to $439bn (our estimate; not published)" in blocks_text(page, "Terms")
    assert figures(page)["stated/openai-sbenergy-ohio-lease"].basis.value == "estimated"
    assert figures(page)["stated/nvda-ohio-guarantee"].basis.value == "announced"
    unknown = blocks_text(page, "What Is Not Known")
    assert "1 amount no source states; our estimate stands in the sums: lease, OpenAI to SB Energy" in unknown
    party = write_party_page(bundled, "sb-energy", assumptions)
    assert "$198bn to $439bn (our estimate; not published)" in blocks_text(party, "What It Owes and Is Owed")
    assert "; all of it our estimate, in no source [openai-sbenergy-ohio-lease]" in blocks_text(
        party, "In Brief"
    )
    own, stated = (figures(page)[f"sum/USD/{end}"] for end in ("estimate", "stated"))
    assert own.value.as_tuple() == (198e9, 318.5e9, 439e9)
    assert own.value.central + stated.value.central == figures(page)["sum/USD/once"].value.central
    said = f"; of it {own.text} is our estimate, in no source [openai-sbenergy-ohio-lease], without it {stated.text}."
    assert said in blocks_text(page, "In Brief")
    system = figures(pages["system"])
    parts = [system[f"sum/USD/{end}"].value.central for end in ("estimate", "stated")]
    assert sum(parts) == pytest.approx(system["sum/USD/once"].value.central)


def test_sums_that_rest_on_our_estimates_are_also_given_without_them(pages, schedule, bundled):
    from loopledger.report.provenance import amount_is_estimated

    for name, key, wanted in (
        ("system", "ahead/purchases", lambda f: f.kind in ("purchase_commitment", "lease", "supply")),
        ("party", "ahead/owes", lambda f: f.payer == "openai" and f.kind != "equity_investment"),
    ):
        made = figures(pages[name])
        whole, own, rest = (made[f"{key}{end}"] for end in ("", "/estimate", "/stated"))
        assert own.value.central + rest.value.central == pytest.approx(whole.value.central)
        assert own.basis.value == "estimated"
        assert "openai-sbenergy-ohio-lease" in own.refs
        assert all(amount_is_estimated(bundled.instruments[i], bundled.day) for i in own.refs)
        assert not set(own.refs) & set(rest.refs)
        flows = [
            f for f in schedule.flows
            if f.instrument in own.refs and f.period >= NOW and not f.derived and wanted(f) and f.leg is Leg.PRINCIPAL
        ]  # fmt: skip
        assert own.value.central == pytest.approx(sum(f.amount.central for f in flows))
        brief = blocks_text(pages[name], "In Brief")
        assert f"; of it {own.text} is our estimate, in no source" in brief
        assert f", without it {rest.text}" in brief
    text = render_terminal(pages["system"])
    assert "OpenAI to SB Energy (mostly our estimate)" in text
    assert "SB Energy (mostly our estimate)  " in text


def test_an_amount_is_not_our_own_before_the_day_on_which_it_became_so(assumptions):
    register = load_register()
    before = write_deal_page(register.known_on(date(2026, 8, 20)), "openai-ohio-2026", assumptions)
    assert "our estimate" not in render_terminal(before)
    after = write_deal_page(register.known_on(date(2026, 9, 1)), "openai-ohio-2026", assumptions)
    assert "(our estimate; not published)" in blocks_text(after, "Terms")


def test_a_relayed_amount_says_so_and_one_of_a_filing_does_not(bundled, assumptions):
    from loopledger.records.instrument import Grade

    page = write_deal_page(bundled, DEAL, assumptions)
    terms = blocks_text(page, "Terms")
    priced = [i for i in bundled.deals[DEAL].instruments if i.amount is not None]
    assert priced
    for instrument in priced:
        setting = [c for c in instrument.changes if "amount" in c.set]
        grades = {e.grade for e in (setting[-1] if setting else instrument).evidence}
        text = figures(page)[f"stated/{instrument.id}"].text
        assert (f"{text} (as relayed)" in terms) is (grades == {Grade.RELAYED}), instrument.id


def test_a_rent_that_holds_no_chips_is_told(bundled, assumptions, schedule):
    (skipped,) = schedule.without_order
    page = write_deal_page(bundled, bundled.deal_ids[skipped.instrument], assumptions)
    made = figures(page)[f"rent/{skipped.instrument}"]
    assert made.value == skipped.rent
    told = blocks_text(page, "What Is Not Known")
    assert f"No order to Nvidia is derived from the lease, OpenAI to SB Energy: rent of {made.text}" in told
    assert "supply.least_rent_per_gw_year" in {a.name for a in page.assumptions}


def test_loops_on_assumed_terms_say_so(pages, schedule):
    """A leg whose term or first quarter no source states, debt service apart, makes the loop's dates assumed."""
    rows = next(
        block.rows
        for section in pages["system"].sections
        if section.heading == "What Goes Round"
        for kind, block in section.blocks
        if kind == "table" and "Dates allow it" in block.header
    )
    said = {"".join(str(p) for p in row[0].parts): "".join(str(p) for p in row[4].parts) for row in rows}
    terms = {
        pair: {
            name for f in schedule.flows for name in f.assumptions
            if (f.payer, f.payee) == pair and f.cash and f.leg is not Leg.DEBT_SERVICE
            and (name.startswith("term.") or name == "lag.term_start")
        }
        for pair in (("amazon", "openai"), ("openai", "amazon"), ("openai", "oracle"), ("oracle", "nvidia"))
    }  # fmt: skip
    assert not terms["amazon", "openai"] | terms["openai", "amazon"]
    assert said["Amazon → OpenAI → Amazon"] == "yes"
    assert terms["openai", "oracle"] | terms["oracle", "nvidia"]
    assert said["Nvidia → OpenAI → Oracle → Nvidia"] == "yes; dates assumed"


def test_the_system_page_says_how_late_its_records_are(bundled, assumptions, pages):
    told = blocks_text(pages["system"], "In Brief")
    day = re.search(r"as known on 2026-11-24; latest record of (\d{4}-\d{2}-\d{2})\.", told)[1]
    published = {
        one.published
        for i in bundled.instruments.values()
        for one in (*i.evidence, *(e for c in i.changes for e in c.evidence))
        if one.published and one.published <= "2026-11-24"
    }
    assert day in published
    assert not [one for one in published if one > day and len(one) == 10]
    earlier = write_system_page(load_register().known_on(date(2025, 12, 1)), assumptions)
    late = re.search(r"latest record of (\d{4}-\d{2}-\d{2})\.", blocks_text(earlier, "In Brief"))[1]
    assert "2025-11-01" < late <= "2025-12-01"


# -- which day and which window each table is of -------------------------------------------------------


def test_every_table_names_its_day_and_window(bundled, assumptions):
    first, last = Quarter.parse("2026Q1"), Quarter.parse("2028Q4")
    window = {"first": first, "last": last}
    for page in (
        write_party_page(bundled, "openai", assumptions, **window),
        write_deal_page(bundled, DEAL, assumptions, **window),
        write_system_page(bundled, assumptions, **window),
    ):
        tables = [t for section in page.sections for kind, t in section.blocks if kind == "table"]
        assert len(tables) >= 3
        for table in tables:
            told = table.caption
            assert "2026-11-24" in told, told
            scheduled = re.search(r"scheduled (20\d\dQ\d) to 2028Q4, ", told)
            if scheduled:
                assert scheduled[1] in {"2026Q1", "2026Q4"}
                continue
            # what is not cut to the window says so, or tells of terms and not of payments
            assert re.search(
                r"not cut to the page's window|In no sum of any window|^Changes|^Announced", told
            ), told


def test_measures_stand_for_the_page_s_day_whatever_its_window(bundled, assumptions):
    whole = write_party_page(bundled, "openai", assumptions)
    cut = write_party_page(
        bundled, "openai", assumptions, first=Quarter.parse("2027Q1"), last=Quarter.parse("2027Q4")
    )
    sheet = measure_party(bundled, assumptions, "openai")
    known = {f"measure/{r.measure}" + (f"/{r.of}" if r.of else ""): r.value for r in sheet.readings}
    for page in (whole, cut):
        made = {id_: f for id_, f in figures(page).items() if id_.startswith("measure/")}
        assert len(made) >= 5
        assert {id_: f.value for id_, f in made.items()} == {id_: known[id_] for id_ in made}
        assert {f.as_of for f in made.values()} == {date(2026, 11, 24)}
    # while what is scheduled is cut
    assert figures(cut)["ahead/owes"].value.central < figures(whole)["ahead/owes"].value.central


def test_announced_sums_by_what_they_are_add_up_with_aims_and_share_swaps_apart(pages, bundled):
    made = figures(pages["system"])
    usd = count_once(bundled).currencies["USD"]
    for end, whole in (("headline", usd.headline), ("once", usd.counted)):
        parts = [f for i, f in made.items() if i.startswith("class/") and i.endswith(f"/{end}")]
        parts = [f for f in parts if f.id != "class/promises/once"]
        assert len(parts) == 6
        assert sum(f.value.central for f in parts) == pytest.approx(float(whole))
        refs = [ref for f in parts for ref in f.refs]
        assert len(refs) == len(set(refs)) == (usd.n_headline if end == "headline" else usd.n_counted)
    apart = {
        "aims": "stargate-programme",
        "no_cash": "spacex-xai-acquisition",
        "called": "nvda-ohio-guarantee",
    }
    for key, id_ in apart.items():
        assert id_ in made[f"class/{key}/once"].refs
        assert id_ not in made["class/promises/once"].refs
    brief = blocks_text(pages["system"], "In Brief")
    assert f"of that {made['class/aims/once'].text} aims, letters and talks that bind nobody, " in brief
    assert f"the rest {made['class/promises/once'].text} promises of cash" in brief


def test_the_totals_of_the_system_lead_to_each_other(pages):
    made = figures(pages["system"])
    whole, around = made["bridge/network"].value, made["around/gross"].value
    terms = [made[f"bridge/{key}"].value for key in ("promised", "beside", "derived", "contingent")]
    still = [made[f"bridge/{key}"].value for key in ("before", "ahead/other", "ahead/purchases")]
    assert whole.as_tuple() == pytest.approx(around.as_tuple())
    for bound in ("low", "central", "high"):
        assert sum(getattr(term, bound) for term in terms) == pytest.approx(getattr(whole, bound))
        assert sum(getattr(part, bound) for part in still) == pytest.approx(
            sum(getattr(term, bound) for term in terms[:2])
        )
    assert made["bridge/ahead/purchases"].value.central == pytest.approx(
        made["ahead/purchases"].value.central, rel=1e-3
    )
    told = blocks_text(pages["system"], "The Announced Sums, and the Same Dollar Twice")
    assert f"it makes up the {made['bridge/network'].text} scheduled among the parties" in told
