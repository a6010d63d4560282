"""News about promises that the register has: a dated change with its words, that fits when it is pasted."""

import shutil
from datetime import date

import pytest

from loopledger.read import read
from loopledger.register import TEACHING, SourceNote, check_register, load_register, proposal_json, propose
from loopledger.register.proposaltext import change_text, tell_proposal
from loopledger.sources import document_from_text

NOTE = SourceNote(url="https://example.org/news", publisher="Example News")
DAY = date(2026, 5, 1)


def proposal_of(text, day=DAY, root=TEACHING):
    register = load_register(root)
    document = document_from_text(text, name="news.txt")
    return propose(
        read(document, register.parties.values()), register.known_on(date(2026, 11, 24)), announced=day,
        note=NOTE, text=document.text, locate=register.locate,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "instrument", "values"),
    [
        (
            "Quayside Bank increased its loan to Larkspur Campus One LLC to $6 billion from $4 billion.",
            "campus-loan",
            {"amount": "USD 6 bn"},
        ),
        (
            "Larkspur has committed to buy $25 billion of compute from Fjord Cloud, down from $30 billion.",
            "larkspur-fjord-purchase",
            {"amount": "USD 25 bn"},
        ),
        (
            "Larkspur has raised its commitment to buy compute from Fjord Cloud to $36 billion from $30 billion.",
            "larkspur-fjord-purchase",
            {"amount": "USD 36 bn"},
        ),
        (
            "Larkspur called off its plan to buy $30 billion of compute from Fjord Cloud.",
            "larkspur-fjord-purchase",
            {"status": "cancelled"},
        ),
    ],
)
def test_news_is_a_dated_change_that_fits_when_it_is_pasted(tmp_path, text, instrument, values):
    copy = tmp_path / "register"
    shutil.copytree(TEACHING, copy)
    found = proposal_of(text, root=copy)
    assert found.instruments == ()
    [change] = found.changes
    assert (change.instrument, dict(change.set), change.on) == (instrument, values, DAY)
    assert all(quote in text for _, _, quote in change.quotes)
    path = copy / change.at.file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line == f"  - id: {instrument}\n")
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("  - ")), len(lines))
    if change.has_changes:
        start = next(i for i in range(start, end) if lines[i] == "    changes:\n")
        end = next(i for i in range(start + 1, end) if not lines[i].startswith("     "))
    lines.insert(end, change_text(change, "news.txt"))
    path.write_text("".join(lines), encoding="utf-8")
    register, problems = check_register(copy)
    assert register is not None, problems
    assert problems == ()
    before, after = (register.known_on(day).instruments[instrument] for day in (date(2026, 4, 30), DAY))
    for name in values:
        assert getattr(before, name) != getattr(after, name)
    assert proposal_of(text, root=copy).changes == ()  # known by now


def test_a_figure_that_was_revised_is_no_news():
    found = proposal_of("Larkspur has committed to buy $30 billion of compute from Fjord Cloud.")
    assert (found.changes, found.remarks, found.instruments) == ((), {}, ())


def test_a_document_of_the_same_day_is_a_disagreement_and_no_change():
    register = load_register(TEACHING)
    day = register.known_on(date(2026, 11, 24)).announced_on("larkspur-fjord-purchase")
    found = proposal_of("Larkspur has committed to buy $28 billion of compute from Fjord Cloud.", day=day)
    assert found.changes == ()
    if found.existing:
        assert "of the same day differ" in found.remarks["larkspur-fjord-purchase"]


def test_more_money_is_a_promise_of_its_own_beside_its_kin():
    found = proposal_of("Quayside Bank will lend Fjord Cloud an additional $900 million.")
    assert found.changes == ()
    [item] = found.instruments
    assert "campus-loan" not in item.kin or "links" in "\n".join(tell_proposal(found))


def test_a_change_is_told_with_its_place_and_in_json():
    found = proposal_of("Larkspur called off its plan to buy $30 billion of compute from Fjord Cloud.")
    text = "\n".join(tell_proposal(found))
    assert "(1 with news)" in text
    assert "'on': '2026-05-01'" in text
    assert str(found.changes[0].at) in " ".join(text.split())
    content = proposal_json(found)["changes"][0]
    assert content["change"]["set"] == {"status": "cancelled"}
    assert content["spans"][0]["quote"].startswith("Larkspur called off")
