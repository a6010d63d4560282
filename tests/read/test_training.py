"""Labelled texts laid over figures and parties, as the network is fitted to them; nothing here needs PyTorch."""

import sys
from pathlib import Path

import pytest

from loopledger.sources import document_from_text

sys.path.insert(0, str(Path(__file__).parents[2]))

from training.examples import example
from training.measure import count, is_right
from training.names import Names, is_same, plain

TEXT = "Orvane Systems AG will lend Tessil 40 million euros. Tessil, worth 2 billion euros, has other debts."
LOAN = {
    "kind": "loan", "payer": ["Orvane Systems"], "payee": "Tessil", "amount": 40_000_000,
    "quote": "Orvane Systems AG will lend Tessil 40 million euros",
}  # fmt: skip


def laid(text=TEXT, gold=(LOAN,), **options):
    return example(document_from_text(text, format="text"), list(gold), Names(), (), source="x", **options)


def test_a_figure_gets_the_label_of_the_promise_it_measures():
    found = laid()
    lent, worth = (found.labels[id(s.figure)] for s in found.scene.figures)
    assert (lent.promised, lent.kinds, worth.promised) == (True, ("loan",), False)
    assert [[e.name for e in bearers] for bearers in lent.payers[0]] == [["Orvane Systems"]]
    assert [[e.name for e in bearers] for bearers in lent.payees] == [["Tessil"]]
    assert found.n_records == 1


def test_other_figures_get_their_sort():
    worth = {"kind": "valuation", "amount": 2_000_000_000, "quote": "worth 2 billion euros"}
    found = laid(distractors=[worth])
    assert [found.labels[id(s.figure)].sort for s in found.scene.figures] == [None, "valuation"]


def test_an_optional_promise_is_left_open():
    found = laid(gold=({**LOAN, "optional": True},))
    assert found.labels[id(found.scene.figures[0].figure)].promised is None
    assert found.n_records == 0


def test_labelled_names_stand_in_place_of_names_cut_wrongly():
    text = "Bank Negara Seri will lend Tessil 40 million euros."
    gold = {**LOAN, "payer": ["Bank Negara Seri"], "quote": text[:-1]}
    found = laid(text, (gold,), organisations=["Bank Negara Seri", "Tessil"])
    names = {text[m.start : m.end] for m in found.labelled_scene.mentions}
    assert names >= {"Bank Negara Seri", "Tessil"}
    assert found.labels[id(found.scene.figures[0].figure)].payers


def test_what_the_grammar_made_of_its_own_texts_is_not_told():
    assert laid(is_fresh=False).told is None
    assert laid(is_fresh=True).told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Orvane Systems AG", "Orvane Systems", True),
        ("Orvané", "Orvane", True),
        ("Open AI", "OpenAI", True),
        ("Orvane", "Orvane Light", True),
        ("Orvane Light", "Tessil Light", False),
    ],
)
def test_names_that_mean_the_same(one, other, same):
    assert is_same(plain(one), plain(other)) is same


def test_records_are_counted_right_only_with_both_sides_and_the_sum():
    document = document_from_text(TEXT.split(". ", maxsplit=1)[0] + ".", format="text")
    assert count(iter([(document, [LOAN])]), Names())["f1"] == 1.0
    turned = {**LOAN, "payer": ["Tessil"], "payee": "Orvane Systems"}
    assert count(iter([(document, [turned])]), Names())["right"] == 0
    from loopledger.read import read

    (draft,) = read(document, (), learned=False).drafts
    assert is_right(draft, LOAN, Names())
    assert not is_right(draft, {**LOAN, "amount": 41_000_000}, Names())
