"""Proposals: new promises only, ids of their own, the document's words beside each, nothing overwritten."""

import shutil
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.errors import RegisterError, SourceError
from loopledger.read import read
from loopledger.records import Draft, Firmness, Kind, PartyRef, Reading, Span, Status
from loopledger.register import (
    TEACHING,
    SourceNote,
    check_register,
    format_text,
    load_register,
    plan_additions,
    proposal_json,
    propose,
)
from loopledger.register.proposaltext import deal_text, parties_text
from loopledger.register.replay import terms_on, with_change
from loopledger.register.yamltext import read_yaml
from loopledger.sources import document_from_text
from loopledger.units import parse_amount, parse_capacity

DAY = date(2026, 5, 1)
NOTE = SourceNote(url="https://example.org/loan", publisher="Example News")
TEXT = """\
Quayside Bank will lend Larkspur $2 billion over four years.
Orvane Systems Inc. agreed to invest up to $500 million in Larkspur.
Larkspur has committed to buy $30 billion of compute from Fjord Cloud.
"""


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(TEACHING, tmp_path / "register")
    return tmp_path / "register"


def proposal_of(text, root=TEACHING):
    register = load_register(root)
    document = document_from_text(text, name="loan.txt")
    return document, propose(
        read(document, register.parties.values()), register.known_on(DAY), announced=DAY, note=NOTE
    )


def test_a_proposal_is_what_is_new_with_its_words_and_its_sentence(copy):
    document, found = proposal_of(TEXT, copy)
    assert [m.instruments for m in found.existing] == [("larkspur-fjord-purchase",)]
    ids = [item.fields["id"] for item in found.instruments]
    assert ids == ["quayside-larkspur-loan-2026", "orvane-systems-larkspur-equity-2026"]
    for item in found.instruments:
        for start, end, quote in item.quotes:
            assert " ".join(document.text[start:end].split()) == quote
            assert quote in deal_text(found).replace("\n  #", "")
    assert [dict(party) for party in found.parties] == [
        {"id": "orvane-systems", "name": "Orvane Systems", "role": "unknown"}
    ]
    before = (copy / "parties.yaml").read_text(encoding="utf-8")
    for path, text in plan_additions(found, copy).items():
        assert format_text(text, path.name) == (
            text if path.name != "parties.yaml" else format_text(text, path.name)
        )
        path.write_text(text, encoding="utf-8")
    assert (copy / "parties.yaml").read_text(encoding="utf-8").startswith(before)
    register, problems = check_register(copy)
    assert [(p.code, p.severity.value) for p in problems] == [("RG215", "warning")]
    loan = register.instruments["quayside-larkspur-loan-2026"]
    assert (loan.payer, loan.payee, loan.amount, int(loan.term_years)) == (
        "quayside", "larkspur", parse_amount("USD 2 bn"), 4,
    )  # fmt: skip
    _, again = proposal_of(TEXT, copy)
    assert again.instruments == ()
    assert again.deal == {}
    assert len(again.existing) == 3


def test_an_existing_file_is_never_overwritten(copy):
    _, found = proposal_of(TEXT, copy)
    target = copy / "deals" / found.file_name
    target.write_text("# somebody's notes\n", encoding="utf-8")
    with pytest.raises(SourceError, match="not overwritten"):
        plan_additions(found, copy)
    assert target.read_text(encoding="utf-8") == "# somebody's notes\n"


def test_a_proposal_that_would_spoil_the_register_writes_nothing(copy):
    _, found = proposal_of(TEXT, copy)
    parties = copy / "parties.yaml"
    parties.write_text(
        parties.read_text(encoding="utf-8").replace("id: quayside", "id: quay"), encoding="utf-8"
    )
    with pytest.raises(RegisterError, match="RG201"):
        plan_additions(found, copy)


def test_parties_are_added_in_the_columns_of_their_file(copy):
    _, found = proposal_of(TEXT, copy)
    parties = copy / "parties.yaml"
    indented = "# kept\n" + "".join(
        f"  {line}\n" for line in parties.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    )
    parties.write_text(indented.rstrip("\n"), encoding="utf-8")  # without a last line break
    text = plan_additions(found, copy)[parties]
    assert text.startswith(indented)
    assert len(read_yaml(text, "parties.yaml").value) == 8


def test_what_cannot_be_told_is_left_out_with_its_reason():
    span = (Span(0, 4, "text"),)
    known = PartyRef("Larkspur", "larkspur")
    drafts = (
        Draft(kind=Kind.LOAN, payers=(known,), payee=None, amount=parse_amount("USD 7 bn"), evidence=span),
        Draft(kind=Kind.LEASE, payers=(), payee=known, amount=parse_amount("USD 7 bn"), evidence=span),
        Draft(kind=Kind.BOND, payers=(), payee=known, amount=parse_amount("USD 7 bn"), evidence=span),
    )
    reading = Reading(source="x", published=None, drafts=drafts)
    found = propose(reading, load_register(TEACHING).known_on(DAY), announced=DAY, note=NOTE)
    assert [why for _, why in found.refused] == [
        "the document does not say who receives it", "the document does not say who pays"
    ]  # fmt: skip
    [bond] = found.instruments
    assert bond.fields["payer"] == "buyers-of-larkspur-s-debt"
    assert found.parties[0]["aggregate"] is True


def proposed(*drafts, source="x.txt"):
    reading = Reading(source=source, published=None, drafts=drafts)
    return propose(reading, load_register(TEACHING).known_on(DAY), announced=DAY, note=NOTE)


@pytest.mark.parametrize(
    ("words", "is_new"),
    [
        ("Fjord Cloud will invest an additional $5 billion in Larkspur", True),
        ("Fjord Cloud will invest $5 billion in Larkspur", False),
        ("Fjord Cloud invested an additional $5 billion in Larkspur", False),
    ],
)
def test_money_on_top_of_a_promise_as_large_is_a_record_of_its_own(words, is_new):
    draft = Draft(
        kind=Kind.EQUITY_INVESTMENT, payers=(PartyRef("Fjord", "fjord"),), payee=PartyRef("Larkspur", "larkspur"),
        amount=parse_amount("USD 5 bn"), evidence=(Span(0, len(words), words),),
    )  # fmt: skip
    found = proposed(draft)
    assert [item.fields["id"] for item in found.instruments] == ["fjord-larkspur-equity-2026"] * is_new
    assert [match.instruments for match in found.existing] == [("fjord-larkspur-equity",)] * (not is_new)
    if is_new:
        assert "The register has fjord-larkspur-equity between the same parties" in deal_text(found)


def test_some_investors_are_a_group_told_apart_by_whom_they_pay():
    span = (Span(0, 4, "text"),)
    larkspur = PartyRef("Larkspur", "larkspur")
    drafts = [
        Draft(kind=kind, payers=(PartyRef(name),), payee=larkspur, amount=parse_amount(amount), evidence=span)
        for kind, name, amount in (
            (Kind.EQUITY_INVESTMENT, "other investors", "USD 700 m"), (Kind.LOAN, "a group of banks", "USD 800 m"),
        )
    ]  # fmt: skip
    found = proposed(*drafts)
    assert all(party["aggregate"] for party in found.parties)
    assert [(party["id"], party["name"], party["role"]) for party in found.parties] == [
        ("other-investors-in-larkspur", "Other investors in Larkspur", "investor"),
        ("a-group-of-banks-to-larkspur", "A group of banks to Larkspur", "lender"),
    ]
    assert [item.fields["id"] for item in found.instruments] == [
        "other-investors-in-larkspur-equity-2026", "a-group-of-banks-to-larkspur-loan-2026"
    ]  # fmt: skip


def test_a_publisher_stands_on_one_line():
    note = SourceNote(url="https://example.org/x", publisher='A "quoted": paper\n- id: evil\x07')
    reading = read(document_from_text(TEXT, name="loan.txt"), load_register(TEACHING).parties.values())
    found = propose(reading, load_register(TEACHING).known_on(DAY), announced=DAY, note=note)
    content = read_yaml(deal_text(found), "x.yaml").value
    assert content["instruments"][0]["evidence"][0]["publisher"] == 'A "quoted": paper - id: evil'


def test_the_words_of_a_page_are_shown_without_its_markup():
    quote = "<b>Quayside</b> lends Fjord Cloud between $1&nbsp;billion and $2&nbsp;billion"
    draft = Draft(
        kind=Kind.LOAN, payers=(PartyRef("Quayside", "quayside"),), payee=PartyRef("Fjord", "fjord"),
        amount=parse_amount("USD 1 bn to 2 bn"), evidence=(Span(10, 10 + len(quote), quote),),
    )  # fmt: skip
    shown = {
        name: " ".join(deal_text(proposed(draft, source=name)).split()) for name in ("page.html", "page.txt")
    }
    assert "“Quayside lends Fjord Cloud between $1 billion and $2 billion”" in shown["page.html"].replace(
        " # ", " "
    )
    assert "&nbsp;" in shown["page.txt"]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)
refs = st.one_of(
    st.builds(PartyRef, names.filter(str.strip)),
    st.sampled_from(
        [PartyRef("Larkspur", "larkspur"), PartyRef("Fjord", "fjord"), PartyRef("Corvid", "corvid")]
    ),
)
drafts = st.builds(
    Draft,
    kind=st.sampled_from(Kind),
    payers=st.lists(refs, max_size=3).map(tuple),
    payee=st.none() | refs,
    amount=st.sampled_from([None, parse_amount("up to USD 15 bn"), parse_amount("EUR 1 m to 2 m")]),
    capacity=st.sampled_from([None, parse_capacity("up to 1 GW")]),
    products=st.lists(names, max_size=2).map(tuple),
    status=st.sampled_from(Status),
    firmness=st.sampled_from(Firmness),
    evidence=st.builds(Span, st.just(0), st.just(9), names).map(lambda span: (span,)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(drafts, max_size=6))
def test_whatever_was_read_a_proposal_is_a_deal_file_in_canonical_form(found_drafts):
    """Names and quotations of any kind: the file has the fields given, unique ids, and nothing else."""
    reading = Reading(source="any\nname: #", published=None, drafts=tuple(found_drafts))
    snapshot = load_register(TEACHING).known_on(DAY)
    found = propose(reading, snapshot, announced=DAY, note=NOTE)
    ids = [item.fields["id"] for item in found.instruments]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {*snapshot.instruments, *snapshot.deals}
    assert len(found.instruments) + len(found.existing) + len(found.refused) == len(found_drafts)
    for change in found.changes:
        assert with_change(terms_on(snapshot.instruments[change.instrument], DAY), change.set)
    proposal_json(found)
    if not found.instruments:
        return
    text = deal_text(found)
    value = read_yaml(text, "x").value
    assert [member["id"] for member in value["instruments"]] == ids
    assert format_text(text, "x") == text
    known = {*snapshot.parties, *(party["id"] for party in found.parties)}
    for member in value["instruments"]:
        payers = [member["payer"]] if isinstance(member["payer"], str) else member["payer"]
        assert {*payers, member["payee"]} <= known
    if found.parties:
        assert [p["id"] for p in read_yaml(parties_text(found.parties), "x").value] == [
            p["id"] for p in found.parties
        ]
