"""The second opinion: it fills gaps, shows its clues, and leaves the grammar's records alone."""

import math

from loopledger.read import read, reading
from loopledger.read.learned.weights import KINDS, Weights, load_weights
from loopledger.sources import document_from_text

#: The verb is unknown to the grammar.
WHEELED = "Calder Grid will wheel 180 megawatts of wind power to Merrow AI's campus under a 12-year contract."
LENT = "Bexley Bank will lend Tessil Motors 40 million euros over five years."


def drafts(text):
    return read(document_from_text(text, format="text"), ()).drafts


def test_a_gap_is_filled_and_its_clues_are_shown():
    (draft,) = drafts(WHEELED)
    assert ([p.name for p in draft.payers], draft.payee.name, int(draft.capacity.high)) == (
        ["Merrow AI"],
        "Calder Grid",
        180,
    )
    assert draft.rules[0].startswith("learned: promised 0.9")
    assert draft.rules[1].startswith("payer: ")
    assert draft.rules[2].startswith("payee: ")


def test_without_weights_the_gap_stays(monkeypatch):
    monkeypatch.setattr(reading, "load_weights", Weights)
    assert drafts(WHEELED) == ()


def test_records_of_the_grammar_are_left_alone(monkeypatch):
    with_weights = drafts(LENT)
    monkeypatch.setattr(reading, "load_weights", Weights)
    assert drafts(LENT) == with_weights


def test_likelihoods_of_kinds_add_up_to_one():
    kinds = load_weights().kinds(["bias", "act:lend/doer", "class:loan"])
    assert set(kinds) == set(KINDS)
    assert math.isclose(sum(math.exp(log) for log in kinds.values()), 1.0)
    assert max(kinds, key=kinds.get) == "loan"


def test_scores_are_sums_of_weights():
    weights = Weights({"promise": {"a": 1.5, "b": -0.5}, "payer": {"a": 1.0}, "payer loan": {"a": 0.25}})
    assert weights.score("promise", ["a", "b", "unknown"]) == 1.0
    assert weights.promise(["a", "b"]) == 1 / (1 + math.exp(-1.0))
    assert weights.sides("payer", ["a"])["loan"] == 1.25
    assert weights.sides("payer", ["a"])["buy"] == 1.0
    assert weights.telling("promise", ["a", "b"]) == ["a +1.5", "b -0.5"]


def test_explanations_name_words_and_reasons():
    text = "Norland Networks will buy as much as $4 billion of servers from Vexa Cloud. Its revenue was $900 million."
    found = read(document_from_text(text, format="text"), ())
    assert found.drafts[0].rules == (
        "buy:buy",
        "other:from",
        '"will buy" is buy',
        'amount "as much as $4 billion" (up_to)',
    )
    assert [(span.quote, why) for span, why in found.refusals] == [("$900 million", "a figure about revenue")]
