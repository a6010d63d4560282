"""Damaged, cut, shuffled and blown-up documents: read to the end, quickly, with evidence that stands in them."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loopledger.read import read
from loopledger.sources import document_from_text

DOCS = [
    path.read_text("utf-8") for path in sorted((Path(__file__).parents[1] / "corpus" / "docs").glob("u00*"))
]
MARKS = [
    "(",
    ")",
    '"',
    "'",
    ",",
    ".",
    ":",
    ";",
    "-",
    "|",
    "<td>",
    "</table>",
    "\n",
    "\n\n",
    "$",
    "%",
    "\u2011",
    "\x00",
    "\u202e",
    "...",
]
PIECES = [
    "up to $5 billion", "which", "that", "respectively", "Orvane's", "and", "of", "a", "billion", "GW",
    "and/or", "Inc.", "the Company",
    "Borrower: Orvane", "| a | b |", "1,000,000,000,000", "two hundred and", "has agreed to", "by", "worth",
]  # fmt: skip


@st.composite
def mutated(draw):
    """A document with words dropped, doubled, swapped, changed in case, and strange things put in."""
    words = re.split(r"(\s+)", draw(st.sampled_from(DOCS)))
    for _ in range(draw(st.integers(1, 25))):
        at = draw(st.integers(0, len(words) - 1))
        act = draw(st.sampled_from(["drop", "double", "swap", "upper", "lower", "mark", "piece", "cut"]))
        other = draw(st.integers(0, len(words) - 1))
        if act == "drop":
            words[at] = ""
        elif act == "double":
            words[at] = f"{words[at]} {words[at]} "
        elif act == "swap":
            words[at], words[other] = words[other], words[at]
        elif act == "upper":
            words[at : at + 20] = [w.upper() for w in words[at : at + 20]]
        elif act == "lower":
            words[at : at + 20] = [w.lower() for w in words[at : at + 20]]
        elif act == "mark":
            words[at] += draw(st.sampled_from(MARKS))
        elif act == "piece":
            words[at] = f" {draw(st.sampled_from(PIECES))} "
        else:
            words[at] = words[at][: draw(st.integers(0, 5))]
    return "".join(words)


def check(text):
    document = document_from_text(text, format="text")
    start = time.process_time()
    reading = read(document, ())
    assert time.process_time() - start < 5
    for draft in reading.drafts:
        assert draft.payee is not None
        for span in draft.evidence:
            assert document.text[span.start : span.end] == span.quote
    assert read(document, ()) == reading


@given(mutated())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("Borrower: . Lender: , Amount:")
@example("$5 billion " * 50)
@example("Orvane's Tessil's Kelso's $5 million")
def test_mutated_documents_are_read_to_the_end(text):
    if text.strip():
        check(text)


@pytest.mark.slow
@given(mutated())
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_mutated_documents(text):
    if text.strip():
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "1234567890" * 200_000,
        "Orvane lends Tessil $5 million and " * 60_000,
        "Lender" + "." * 2_000_000 + "Orvane",
        "Orvane " * 300_000,
        "(" * 2_000_000,
        "Borrower: Orvane. " * 100_000,
        "| Buyer | Seller | $m |\n|---|---|---|\n" + "| Orvane Systems | Tessil Motors | 120 |\n" * 12_000,
    ],
    ids=["digits", "one clause", "dots", "one name", "brackets", "keys", "rows"],
)
def test_hostile_documents_end(text):
    document = document_from_text(text)
    start = time.process_time()
    read(document, ())
    assert time.process_time() - start < 5
