"""Well-known companies: names, trades and countries that the reader knows beside the table of parties."""

from importlib import resources

import pytest
import yaml

from loopledger.read import read
from loopledger.read.lexicon.names import DEMONYMS
from loopledger.records import Role
from loopledger.sources import document_from_text

ROWS = yaml.safe_load(resources.files("loopledger").joinpath("data/companies.yaml").read_text("utf-8"))


def parties_of(text, parties=()):
    return {p.name: p.id for p in read(document_from_text(text), parties).parties}


def only(text, parties=()):
    [draft] = read(document_from_text(text), parties).drafts
    return [p.name for p in draft.payers], draft.payee.name


def test_rows_are_well_formed():
    names = [name.strip().lower() for row in ROWS for line in row["names"] for name in line.split(" = ")]
    assert len(names) == len(set(names))
    assert {row["role"] for row in ROWS} <= {role.value for role in Role}
    assert {row["country"] for row in ROWS} - set(DEMONYMS.values()) <= {"XX", "PT", "CZ"}


def test_a_well_known_company_has_no_id_of_the_table():
    found = parties_of("Goldman Sachs will lend Naver Cloud $400 million.")
    assert found == {"Goldman Sachs": None, "Naver Cloud": None}


def test_the_table_of_parties_comes_first(bundled):
    parties = tuple(bundled.parties.values())
    found = parties_of("Goldman Sachs will lend CoreWeave $400 million.", parties)
    assert found == {"Goldman Sachs": "goldman-sachs", "CoreWeave": "coreweave"}


@pytest.mark.parametrize(
    ("text", "payer", "payee"),
    [
        (
            "Ericsson has a deal with Vodafone Idea. The Indian carrier will pay the Swedish group 31 billion rupees.",
            "Vodafone Idea", "Ericsson",
        ),
        (
            "Orlen and Polenergia are old friends. The refiner will pay the generator 4.3 billion zlotys for power.",
            "Orlen", "Polenergia",
        ),
        (
            "Macquarie Asset Management will invest $50 million in Basalt Grid.",
            "Macquarie Asset Management", "Basalt Grid",
        ),
    ],
)  # fmt: skip
def test_descriptions_find_well_known_companies(text, payer, payee):
    assert only(text) == ([payer], payee)


def test_a_longer_name_is_somebody_else():
    text = "Lumen Foundry bought $14 billion of chips from Quorra Semi. Lumen was founded in Boston."
    assert set(parties_of(text)) == {"Lumen Foundry", "Quorra Semi"}


@pytest.mark.parametrize(
    "text", ["Switch off the lights.", "Total cost is $4 million.", "Flex your muscles."]
)
def test_ordinary_words_are_no_companies(text):
    assert parties_of(text) == {}
