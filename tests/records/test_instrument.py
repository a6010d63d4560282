"""Records of the register: closed, frozen, and the same after a round through JSON."""

import pytest
from pydantic import ValidationError

from loopledger.records import KINDS, Deal, Firmness, Instrument, Kind, Party, Status
from loopledger.register import BUNDLED, TEACHING, load_register

EVIDENCE = {
    "url": "https://example.org", "publisher": "Example", "published": "2025-01", "says": "So.", "grade": "primary",
}  # fmt: skip
RAW = {
    "id": "one", "kind": "loan", "payer": "alpha", "payee": ["beta", "gamma"], "amount": "up to USD 5 bn",
    "firmness": "binding", "status": "announced", "evidence": [EVIDENCE], "confidence": "high",
}  # fmt: skip


@pytest.mark.parametrize("root", [BUNDLED, TEACHING], ids=["bundled", "teaching"])
def test_every_record_survives_json(root):
    register = load_register(root)
    for deal in register.deals.values():
        assert Deal.model_validate_json(deal.model_dump_json()) == deal
    for party in register.parties.values():
        assert Party.model_validate_json(party.model_dump_json()) == party


def test_parties_are_always_listed():
    instrument = Instrument.model_validate(RAW)
    assert (instrument.payers, instrument.payees) == (("alpha",), ("beta", "gamma"))


@pytest.mark.parametrize(
    ("fields", "moves"),
    [({}, True), ({"cash": False}, False), ({"cash": "secondary"}, False), ({"in_kind": True}, False)],
)
def test_when_cash_reaches_the_payee(fields, moves):
    assert Instrument.model_validate(RAW | fields).moves_cash is moves


def test_a_record_cannot_be_changed():
    instrument = Instrument.model_validate(RAW)
    with pytest.raises(ValidationError, match="frozen"):
        instrument.status = Status.CANCELLED


@pytest.mark.parametrize(
    "fields",
    [
        {"surprise": 1}, {"kind": "gift"}, {"payer": 5}, {"payee": []}, {"payer": ["alpha", 5]},
        {"in_kind": "yes"}, {"in_kind": 1},
        {"cash": "no"}, {"term_years": 0}, {"term_years": "3"}, {"term_years": 101}, {"start": 20250101},
        {"evidence": []}, {"evidence": [EVIDENCE | {"url": "ftp://x"}]}, {"id": "Ä"}, {"id": "a--b"},
        {"units": {"count": 0, "of": "shares"}},
        {"schedule": {"shape": "ramp", "table": [{"year": 2025.5, "amount": 1}]}},
        {"schedule": {"shape": "tranches", "tranches": [{"amount": -1}]}}, {"links": {"part_of": ["x"]}},
        {"changes": [{"on": "2025-01-01", "set": {}, "why": "x", "evidence": [EVIDENCE]}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_refused(fields):
    with pytest.raises(ValidationError):
        Instrument.model_validate(RAW | fields)


def test_every_kind_has_its_row():
    assert set(KINDS) == set(Kind)
    for row in KINDS.values():
        assert " -> " in row.direction or "->" in row.direction
        assert bool(row.term_assumption) or row.timing in ("lump", "none")


def test_the_words_of_the_format():
    assert {str(f) for f in Firmness} == {"binding", "conditional", "option", "contingent", "non_binding"}
    assert len(Status) == 9
    assert len(Kind) == 13


def test_the_short_name_of_a_party():
    party = {"id": "x", "name": "Corvid Silicon, Inc.", "role": "chipmaker"}
    assert Party.model_validate(party).short_name == "Corvid Silicon"
    assert (
        Party.model_validate(party | {"aliases": ("Corvid Silicon", "Corvid", "CS")}).short_name == "Corvid"
    )
