"""Placing drafts: the founding deal, its neighbours, and what became of each."""

from datetime import date
from decimal import Decimal

import pytest

from loopledger.records import Draft, Kind, PartyRef, Span
from loopledger.register import BUNDLED, TEACHING, Verdict, load_register, match_drafts
from loopledger.register.likeness import likeness_of_quantities
from loopledger.units import parse_amount, parse_capacity

REAL = load_register(BUNDLED)
TEACH = load_register(TEACHING)
TODAY = date(2026, 11, 24)


def draft(kind, payers, payee, amount=None, capacity=None):
    """Return a draft of parties named by id; a name with a capital letter is unknown to the register."""
    refs = {name: PartyRef(name, None if name[0].isupper() else name) for name in [*payers, payee]}
    return Draft(
        kind=kind,
        payers=tuple(refs[name] for name in payers),
        payee=refs[payee],
        amount=parse_amount(amount) if amount else None,
        capacity=parse_capacity(capacity) if capacity else None,
        evidence=(Span(0, 5, "words"),),
    )


#: The three promises of November 2025, in our own words.
EQUITY = draft(Kind.EQUITY_INVESTMENT, ["nvidia", "microsoft"], "anthropic", "up to USD 15 bn")
AZURE = draft(Kind.PURCHASE_COMMITMENT, ["anthropic"], "microsoft", "USD 30 bn")
GIGAWATT = draft(Kind.CAPACITY_COMMITMENT, ["anthropic"], "microsoft", capacity="up to 1 GW")


@pytest.mark.parametrize("published", [date(2025, 11, 18), date(2025, 11, 20), None])
def test_the_founding_deal_is_found(published):
    matches = match_drafts([EQUITY, AZURE, GIGAWATT], REAL.known_on(TODAY), published=published)
    assert [match.instruments for match in matches] == [
        ("nvda-anthropic-equity-2025", "msft-anthropic-equity-2025"),
        ("anthropic-azure-30bn",),
        ("anthropic-nvidia-1gw",),
    ]
    assert [match.verdict for match in matches] == [Verdict.CHANGED, Verdict.CHANGED, Verdict.CONFIRMED]
    assert {match.deal for match in matches} == {"microsoft-nvidia-anthropic-2025"}
    assert not any(match.is_ambiguous for match in matches)
    assert all(match.score > 0.95 for match in matches)


def test_what_changed_since_is_told_field_by_field():
    [match] = match_drafts([AZURE], REAL.known_on(TODAY), published=date(2025, 11, 18))
    assert [(step.on, step.field) for step in match.changes] == [
        (date(2026, 9, 29), field) for field in ("amount", "start", "end", "status")
    ]
    plain = match.as_dict()
    assert plain["changes"][0]["before"] == "USD 30 bn"
    assert plain["changes"][0]["after"] == "USD 31.4 bn"
    assert plain["changes"][1]["after"] == "2026-11-01"


def test_on_the_day_itself_everything_is_confirmed():
    matches = match_drafts([EQUITY, AZURE, GIGAWATT], REAL.known_on(date(2025, 11, 18)), published=None)
    assert [match.verdict for match in matches] == [Verdict.CONFIRMED] * 3


def test_the_gigawatt_and_the_thirty_billion_are_never_confused():
    snapshot = REAL.known_on(TODAY)
    for one in (
        draft(Kind.PURCHASE_COMMITMENT, ["anthropic"], "microsoft", capacity="1 GW"),
        draft(Kind.CAPACITY_COMMITMENT, ["anthropic"], "microsoft", "about USD 30 bn"),
        draft(Kind.LEASE, ["anthropic"], "microsoft", "about USD 31.4 bn"),
    ):
        [match] = match_drafts([one], snapshot, published=date(2025, 11, 18))
        assert match.instruments == (("anthropic-nvidia-1gw",) if one.capacity else ("anthropic-azure-30bn",))


def test_a_document_that_quotes_later_terms_is_confirmed():
    later = draft(Kind.PURCHASE_COMMITMENT, ["anthropic"], "microsoft", "USD 31.4 bn")
    [match] = match_drafts([later], REAL.known_on(TODAY), published=date(2026, 9, 29))
    assert (match.instruments, match.verdict) == (("anthropic-azure-30bn",), Verdict.CONFIRMED)


@pytest.mark.parametrize("payer", ["nvidia", "microsoft"])
def test_each_share_of_the_joint_sum_on_its_own(payer):
    own = {"nvidia": "up to USD 10 bn", "microsoft": "up to USD 5 bn"}[payer]
    [match] = match_drafts(
        [draft(Kind.EQUITY_INVESTMENT, [payer], "anthropic", own)],
        REAL.known_on(TODAY), published=date(2025, 11, 18),
    )  # fmt: skip
    assert match.instruments == ({"nvidia": "nvda", "microsoft": "msft"}[payer] + "-anthropic-equity-2025",)


def test_the_cancelled_letter_and_what_replaced_it():
    letter = draft(Kind.EQUITY_INVESTMENT, ["nvidia"], "openai", "up to USD 100 bn")
    [match] = match_drafts([letter], REAL.known_on(TODAY), published=date(2025, 9, 22))
    assert (match.instruments, match.verdict) == (("nvda-openai-loi-100b",), Verdict.CANCELLED)
    [successor] = match.superseded_by
    assert REAL.instruments[successor].amount.value == 30 * 10**9


def test_completed_is_told():
    drawn = draft(Kind.LOAN, ["quayside"], "larkspur-campus", "USD 1 bn")
    [match] = match_drafts([drawn], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert (match.instruments, match.verdict) == (("campus-loan-first-draw",), Verdict.COMPLETED)


def test_a_parent_stands_for_its_child():
    loan = draft(Kind.LOAN, ["quayside"], "larkspur", "USD 4 bn")
    [match] = match_drafts([loan], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert match.instruments == ("campus-loan",)
    assert match.reasons[0] == "related parties, or some of them"


def test_a_joint_record_is_found_by_one_of_its_payers():
    loan = draft(Kind.LOAN, ["corvid"], "fjord", "about USD 3 bn")
    [match] = match_drafts([loan], TEACH.known_on(TODAY), published=date(2026, 2, 10))
    assert match.instruments == ("corvid-meridian-fjord-loan",)
    [both] = match_drafts(
        [draft(Kind.LOAN, ["corvid", "meridian-fund"], "fjord", "about USD 3 bn")],
        TEACH.known_on(TODAY), published=date(2026, 2, 10),
    )  # fmt: skip
    assert both.instruments == match.instruments
    assert both.score > match.score


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (draft(Kind.LOAN, ["Nobody Inc."], "fjord", "USD 3 bn"), "the register does not know its parties"),
        (draft(Kind.LOAN, ["corvid"], "Nobody Inc.", "USD 3 bn"), "the register does not know its parties"),
        (draft(Kind.LOAN, ["corvid"], "fjord", "USD 30 bn"), "no instrument of the register fits"),
        (draft(Kind.LOAN, ["corvid"], "fjord", "EUR 3 bn"), "no instrument of the register fits"),
        (draft(Kind.LOAN, ["fjord"], "corvid", "USD 3 bn"), "no instrument of the register fits"),
        (draft(Kind.LEASE, ["corvid"], "fjord", "USD 3 bn"), "no instrument of the register fits"),
    ],
)
def test_what_the_register_does_not_hold_is_new(one, why):
    [match] = match_drafts([one], TEACH.known_on(TODAY), published=date(2026, 2, 10))
    assert (match.verdict, match.instruments, match.reasons) == (Verdict.NEW, (), (why,))


def test_ambiguity_is_reported():
    vague = draft(Kind.EQUITY_INVESTMENT, ["corvid"], "larkspur")
    [match] = match_drafts([vague], TEACH.known_on(TODAY), published=None)
    assert match.is_ambiguous
    assert {match.instruments, *(c.instruments for c in match.alternatives)} == {
        ("corvid-larkspur-equity",),
        ("corvid-larkspur-per-gw",),
    }


def test_the_date_decides_between_alike_promises():
    vague = draft(Kind.EQUITY_INVESTMENT, ["corvid"], "larkspur")
    [match] = match_drafts([vague], TEACH.known_on(TODAY), published=date(2025, 10, 20))
    assert match.instruments == ("corvid-larkspur-per-gw",)
    assert match.reasons[-1] == "0 days from the news of 2025-10-20"


def test_two_drafts_on_one_instrument_say_so():
    loan = draft(Kind.LOAN, ["quayside"], "larkspur-campus", "USD 4 bn")
    matches = match_drafts([loan, loan], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert [match.reasons[-1] for match in matches] == [
        "another promise of the document is placed on campus-loan too"
    ] * 2


def test_no_drafts_no_matches():
    assert match_drafts([], TEACH.known_on(TODAY), published=None) == ()


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("USD 30 bn", "USD 30 bn", 1.0),
        ("USD 30 bn", "USD 30.5 bn", 1.0),
        ("about USD 30 bn", "USD 32 bn", 0.9),
        ("up to USD 100 bn", "USD 85 bn", 0.9),
        ("at least USD 250 bn", "USD 300 bn", 0.9),
        ("USD 18 bn to 22 bn", "USD 18.5 bn", 0.9),
        ("USD 30 bn", "USD 24 bn", 0.4),
        ("up to USD 100 bn", "USD 30 bn", 0.0),
        ("USD 30 bn", "USD 30 m", 0.0),
    ],
)
def test_how_alike_two_figures_are(one, other, likeness):
    first, second = parse_amount(one), parse_amount(other)
    assert likeness_of_quantities(first, second) == pytest.approx(likeness)
    assert likeness_of_quantities(second, first) == likeness_of_quantities(first, second)


def test_every_instrument_of_the_real_register_finds_itself():
    """Each record, turned into a draft, leads back to itself or says that the choice is open."""
    snapshot = REAL.known_on(TODAY)
    n_found = n_open = n_asked = 0
    for id_, instrument in snapshot.first.items():
        if len(instrument.payees) > 1 or (instrument.amount is None and instrument.capacity is None):
            continue
        n_asked += 1
        own = Draft(
            kind=instrument.kind,
            payers=tuple(PartyRef(p, p) for p in instrument.payers),
            payee=PartyRef(instrument.payees[0], instrument.payees[0]),
            amount=instrument.amount,
            capacity=instrument.capacity,
            evidence=(Span(0, 5, "words"),),
        )
        [match] = match_drafts([own], snapshot, published=snapshot.announced_on(id_))
        n_found += match.instruments == (id_,)
        n_open += match.instruments != (id_,) and (id_,) in {c.instruments for c in match.alternatives}
    assert n_asked > 250
    assert n_found + n_open == n_asked
    assert Decimal(n_found) / n_asked > Decimal("0.97")


def test_a_sum_of_steps_is_found_in_its_deal():
    six = draft(Kind.CAPACITY_COMMITMENT, ["openai"], "amd", capacity="6 GW")
    [match] = match_drafts([six], REAL.known_on(TODAY), published=date(2025, 10, 6))
    assert match.instruments == ("openai-amd-first-1gw", "openai-amd-next-5gw")


def test_a_total_to_date_is_found_across_deals():
    total = draft(Kind.EQUITY_INVESTMENT, ["amazon"], "anthropic", "USD 8 bn")
    [match] = match_drafts([total], REAL.known_on(TODAY), published=date(2025, 10, 23))
    assert match.instruments == ("amzn-anthropic-equity-2023", "amzn-anthropic-equity-2024")


def test_a_document_does_not_tell_what_was_announced_later():
    vague = draft(Kind.PURCHASE_COMMITMENT, ["larkspur"], "fjord", "USD 20 bn")
    [match] = match_drafts([vague], TEACH.known_on(TODAY), published=date(2025, 9, 15))
    assert match.verdict == Verdict.NEW
    [match] = match_drafts([vague], TEACH.known_on(TODAY), published=date(2026, 1, 15))
    assert match.instruments == ("larkspur-fjord-second",)


def test_terms_that_differ_today_are_never_confirmed():
    more = draft(Kind.PURCHASE_COMMITMENT, ["anthropic"], "microsoft", "USD 40 bn")
    [match] = match_drafts([more], REAL.known_on(TODAY), published=date(2026, 10, 15))
    assert (match.instruments, match.verdict) == (("anthropic-azure-30bn",), Verdict.CHANGED)
    assert match.reasons[2] == "USD 40 bn against USD 31.4 bn"


def test_a_draft_that_differs_gives_way_to_one_that_agrees():
    exact = draft(Kind.LEASE, ["larkspur"], "larkspur-campus", "about USD 6 bn")
    more = draft(Kind.LEASE, ["larkspur"], "larkspur-campus", "USD 4 bn")
    matches = match_drafts([more, exact], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert [match.instruments for match in matches] == [(), ("campus-lease",)]
    [alone] = match_drafts([more], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert (alone.instruments, alone.verdict) == (("campus-lease",), Verdict.CHANGED)


def test_a_whole_and_its_part_are_not_added():
    five = draft(Kind.LOAN, ["quayside"], "larkspur-campus", "USD 5 bn")
    [match] = match_drafts([five], TEACH.known_on(TODAY), published=date(2025, 6, 10))
    assert match.instruments == ("campus-loan",)
    assert match.verdict == Verdict.CHANGED
