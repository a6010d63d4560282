"""The two documents that the user guide reads: every promise, no other."""

from pathlib import Path

import pytest

from loopledger.read import read
from loopledger.sources import load_document

EXAMPLES = Path(__file__).parents[2] / "examples"
EXPECTED = {
    "azure-loop.md": {
        ("Anthropic", "Microsoft", 30_000_000_000, None, "binding"),
        ("Anthropic", "Microsoft", None, 1000, "option"),
        ("Nvidia", "Anthropic", 10_000_000_000, None, "binding"),
        ("Microsoft", "Anthropic", 5_000_000_000, None, "binding"),
    },
    "larkspur.txt": {
        ("Corvid Semiconductor", "Larkspur Labs", 10_000_000_000, None, "binding"),
        ("Fjord Cloud", "Larkspur Labs", 5_000_000_000, None, "binding"),
        ("other investors", "Larkspur Labs", 15_000_000_000, None, "binding"),
        ("Larkspur Labs", "Fjord Cloud", 30_000_000_000, None, "binding"),
        ("Fjord Cloud", "Corvid Semiconductor", 18_000_000_000, None, "binding"),
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_example(name, bundled):
    drafts = read(load_document(EXAMPLES / name), tuple(bundled.parties.values())).drafts
    told = [d.as_dict() for d in drafts]
    rows = [(*d["payer"], d["payee"], d["amount"], d["capacity_mw"], d["firmness"]) for d in told]
    assert len(rows) == len(EXPECTED[name])
    assert set(rows) == EXPECTED[name]


def test_a_warrant_names_the_shares(bundled):
    path = Path(__file__).parents[1] / "corpus" / "docs" / "u015.txt"
    drafts = read(load_document(path), tuple(bundled.parties.values())).drafts
    warrant = next(d for d in drafts if d.kind.value == "warrant")
    assert warrant.units.of == "AMD shares"
