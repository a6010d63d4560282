"""A promise is told as firmly as the weaker of document and register has it, with both shown."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from loopledger.records import Change, Firmness, Status, weaker
from loopledger.report.brief import write_brief
from loopledger.report.brief.happened import promise_sentence

from .conftest import founding_deal

DAY = date(2025, 11, 18)


def told(bundled, assumptions, place, *, published=DAY, **terms):
    """Return the sentence on one promise of the founding deal, read with other terms, and the brief."""
    reading = founding_deal(published)
    drafts = list(reading.drafts)
    drafts[place] = replace(drafts[place], **terms)
    brief = write_brief([replace(reading, drafts=tuple(drafts))], bundled, assumptions)
    return promise_sentence(brief.context, brief.context.deal.items[place]).text, brief


@pytest.mark.parametrize("published", [DAY, None])
def test_an_option_of_the_register_is_no_undertaking(bundled, assumptions, published):
    sentence, brief = told(bundled, assumptions, 2, firmness=Firmness.BINDING, published=published)
    assert sentence == (
        "Anthropic may take up to 1 GW of capacity from Microsoft [doc/3] "
        "(the document, as read: undertook to; the register: may [anthropic-nvidia-1gw])."
    )
    # the takeaways say the same, and the record stands in the brief with its evidence
    takeaways = dict(brief.sections[0].blocks)["bullets"]
    assert sentence in [one.text for one in takeaways]
    assert next(r for r in brief.records if r.id == "anthropic-nvidia-1gw").sources


def test_a_document_that_says_less_than_the_register_is_followed(bundled, assumptions):
    sentence, _ = told(bundled, assumptions, 1, firmness=Firmness.NON_BINDING)
    assert sentence == (
        "Anthropic announced plans to buy $30.0bn of compute and services from Microsoft [doc/2] "
        "(the document, as read: announced plans to; the register: undertook to [anthropic-azure-30bn])."
    )


def test_where_both_say_the_same_nothing_is_added(founding_brief):
    for item in founding_brief.context.deal.items:
        assert "the register:" not in promise_sentence(founding_brief.context, item).text


def test_what_the_register_does_not_have_is_told_as_read(strangers_brief):
    for item in strangers_brief.context.deal.items:
        assert " agreed to " in promise_sentence(strangers_brief.context, item).text


def test_the_register_counts_as_known_on_the_document_s_date(register, assumptions):
    """An option that was taken up later is told as an option where the document is from before that."""
    snapshot = register.known_on(date(2026, 11, 24))
    id_ = "anthropic-nvidia-1gw"
    evidence = [one.model_dump(mode="json") for one in snapshot.instruments[id_].evidence[:1]]
    taken_up = Change.model_validate(
        {"on": "2026-05-04", "set": {"firmness": "binding"}, "why": "taken up", "evidence": evidence}
    )
    known = snapshot.instruments[id_].model_copy(
        update={"changes": (taken_up,), "firmness": Firmness.BINDING}
    )
    later = replace(snapshot, instruments={**snapshot.instruments, id_: known})
    before, _ = told(later, assumptions, 2, firmness=Firmness.BINDING)
    assert before.startswith("Anthropic may take")
    undated, _ = told(later, assumptions, 2, firmness=Firmness.BINDING, published=None)
    assert undated == "Anthropic undertook to take up to 1 GW of capacity from Microsoft [doc/3]."


def test_accounts_stand_in_one_order():
    ascending = [
        (Status.RUMOURED, Firmness.NON_BINDING),
        (Status.IN_TALKS, Firmness.BINDING),
        (Status.LETTER_OF_INTENT, Firmness.NON_BINDING),
        (Status.ANNOUNCED, Firmness.NON_BINDING),
        (Status.DEFINITIVE, Firmness.OPTION),
        (Status.ANNOUNCED, Firmness.CONDITIONAL),
        (Status.DEFINITIVE, Firmness.BINDING),
    ]
    for less, more in pairwise(ascending):
        assert weaker(less, more) == weaker(more, less) == less
    assert weaker((Status.ANNOUNCED, Firmness.CONTINGENT), (Status.DEFINITIVE, Firmness.BINDING)) is None
