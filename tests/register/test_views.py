"""Showing, adding up and comparing: recomputed from the files, and free of later knowledge."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import read_literal

from loopledger.errors import NotFoundError
from loopledger.records import Status
from loopledger.register import (
    BUNDLED,
    TEACHING,
    compare,
    count_once,
    load_register,
    look_up,
    select,
    summarise,
    tell_difference,
    tell_summary,
    tell_totals,
    tell_view,
)
from loopledger.register.observations import known_on
from loopledger.register.replay import dated_days
from loopledger.register.snapshot import first_known

REGISTER = load_register(BUNDLED)
SMALL = load_register(TEACHING)
FIRST, LAST = date(2019, 1, 1), date(2026, 11, 24)


#: The files themselves, read beside the register so that both are of one moment.
RAW = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((BUNDLED / "deals").iterdir())]


def raw_terms(instrument, day):
    terms = dict(instrument)
    for change in sorted(instrument.get("changes", []), key=lambda c: c["on"]):
        if change["on"] <= day:
            terms.update(change["set"])
    return terms


def currency_and_middle(amount):
    _, code, low, high = read_literal(amount)
    return code, (low + high) / 2


@pytest.mark.parametrize("day", ["2023-12-31", "2025-03-31", "2025-09-30", "2026-02-28", "2026-11-24"])
def test_sums_are_those_of_the_files(day):
    """Headline and counted sums, by the rules as written, from nothing but the YAML."""
    visible = {}
    for deal in RAW:
        if deal["announced"] is not None and deal["announced"] <= day:
            visible |= {i["id"]: raw_terms(i, day) for i in deal["instruments"]}
    snapshot = REGISTER.known_on(date.fromisoformat(day))
    undated = {id_ for id_, deal in snapshot.deal_ids.items() if snapshot.deals[deal].announced is None}
    assert set(snapshot.instruments) - undated == set(visible)
    chosen = [id_ for id_ in snapshot.instruments if id_ not in undated]
    totals = count_once(snapshot, chosen)
    replaced = {
        old
        for t in visible.values()
        for old in (t.get("links") or {}).get("supersedes", [])
        if old in visible
    }
    undated_superseders = {old for id_ in undated for old in snapshot.instruments[id_].links.supersedes}
    headline, counted = defaultdict(Decimal), defaultdict(Decimal)
    for id_, terms in visible.items():
        if terms["amount"] is None:
            continue
        code, middle = currency_and_middle(terms["amount"])
        headline[code] += middle
        if terms["status"] == "cancelled" or id_ in replaced | undated_superseders:
            continue
        whole, seen, inside = (terms.get("links") or {}).get("part_of"), set(), False
        while whole in visible and whole not in seen:
            seen.add(whole)
            inside |= visible[whole]["amount"] is not None and visible[whole]["status"] != "cancelled"
            whole = (visible[whole].get("links") or {}).get("part_of")
        counted[code] += 0 if inside else middle
    assert {code: t.headline for code, t in totals.currencies.items()} == dict(headline)
    assert {code: t.counted for code, t in totals.currencies.items()} == {c: counted[c] for c in headline}


def test_every_excluded_dollar_is_explained():
    snapshot = REGISTER.known_on(LAST)
    for selection in (select(snapshot), select(snapshot, payer="openai"), select(snapshot, payee="nvidia")):
        totals = count_once(snapshot, selection.ids)
        text = "\n".join(tell_totals(selection, totals, snapshot))
        for code, total in totals.currencies.items():
            left_out = [e.amount.value for e in totals.exclusions if e.amount.currency == code]
            assert total.headline - total.counted == sum(left_out)
        for exclusion in totals.exclusions:
            assert exclusion.id in text


def test_a_note_of_hindsight_is_not_told_by_the_change_that_replaces_it():
    """The first note of the letter names a report of January 2026; its first change is of November 2025."""
    letter = "nvda-openai-loi-100b"
    assert "2026-01-30" in REGISTER.instruments[letter].note
    for day in (date(2025, 11, 19), date(2026, 1, 1)):
        assert "2026-01-30" not in "\n".join(tell_view(look_up(REGISTER, day, letter)))


def test_a_letter_becomes_a_smaller_equity():
    letter = "nvda-openai-loi-100b"
    autumn = look_up(REGISTER, date(2025, 9, 30), letter).as_dict()["instrument"]
    assert (autumn["status"], autumn["amount"]) == ("letter_of_intent", "up to USD 100 bn")
    later = look_up(REGISTER, date(2026, 2, 28), letter)
    assert later.instrument.status is Status.CANCELLED or "supersedes" in later.linked_from
    with pytest.raises(NotFoundError, match="did you mean"):
        look_up(REGISTER, date(2025, 9, 30), letter + "n")


@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-09-30", "2026-02-28"), ("2019-01-01", "2026-11-24"), ("2026-01-01", "2026-01-01")],
)
def test_the_difference_is_the_changes_of_the_files(first, last):
    found = compare(REGISTER, date.fromisoformat(first), date.fromisoformat(last))
    deals = {d["id"] for d in RAW if d["announced"] and first < d["announced"] <= last}
    assert {d.id for d in found.deals if d.announced} == deals
    expected = set()
    for deal in RAW:
        for instrument in deal["instruments"]:
            before = dict(instrument)
            for change in sorted(instrument.get("changes", []), key=lambda c: c["on"]):
                moved = {f for f, v in change["set"].items() if before.get(f) != v}
                if first < change["on"] <= last:
                    expected |= {(instrument["id"], change["on"], field) for field in moved}
                before.update(change["set"])
    assert {(s.instrument, s.on.isoformat(), s.field) for s in found.steps} == expected
    cancelled = {s.instrument for s in found.steps if s.field == "status" and s.after is Status.CANCELLED}
    assert set(found.turned(Status.CANCELLED)) == cancelled


def everything_on(register, day, ids, earlier):
    """Return all that the three commands say, as text and as JSON, without the content hash."""
    snapshot = register.known_on(day)
    summary = replace(summarise(snapshot), content_hash="")
    said = [tell_summary(summary), json.dumps(summary.as_dict())]
    for id_ in ids:
        try:
            view = look_up(register, day, id_)
        except NotFoundError as error:
            said.append(str(error))
        else:
            said += [tell_view(view), json.dumps(view.as_dict())]
    selection = select(snapshot)
    totals = count_once(snapshot, selection.ids)
    found = compare(register, earlier, day)
    said += [tell_totals(selection, totals, snapshot), json.dumps(totals.as_dict())]
    return [*said, tell_difference(found), json.dumps(found.as_dict())]


def poisoned(register, day):
    """Return the register with a mark in all that became known after a day."""

    def mark(evidence):
        late = evidence.published is not None and known_on(evidence.published) > day
        return evidence.model_copy(update={"says": "LEAK", "publisher": "LEAK"}) if late else evidence

    def change(c):
        update = {"evidence": tuple(map(mark, c.evidence))}
        if c.on > day:
            update |= {"why": "LEAK", "set": {"status": "rumoured", "note": "LEAK", "cancellable": "LEAK"}}
        return c.model_copy(update=update)

    def instrument(i, *, late):
        update = {"changes": tuple(map(change, i.changes)), "evidence": tuple(map(mark, i.evidence))}
        if i.note and any(known > day for known in dated_days(i)):
            update["note"] = "LEAK"  # the editor wrote it with the later evidence at hand
        return i.model_copy(update=update | ({"note": "LEAK", "products": ("LEAK",)} if late else {}))

    deals = {}
    for id_, deal in register.deals.items():
        first = first_known(deal)
        late = first is None or first > day
        update = {"instruments": tuple(instrument(i, late=late) for i in deal.instruments)}
        if deal.note and any(known > day for i in deal.instruments for known in dated_days(i)):
            update["note"] = "LEAK"
        deals[id_] = deal.model_copy(update=update | ({"title": "LEAK"} if late else {}))
    rows = tuple(replace(r, note="LEAK") if r.known_on > day else r for r in register.observations)
    return replace(register, deals=deals, observations=rows)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_later_knowledge_is_shown(data):
    """Whatever is written down later may change at will: nothing said about the day changes."""
    register = data.draw(st.sampled_from([REGISTER, SMALL]))
    day = FIRST + timedelta(days=data.draw(st.integers(0, (LAST - FIRST).days)))
    earlier = day - timedelta(days=data.draw(st.integers(0, 900)))
    known = sorted({*register.instruments, *register.deals, *register.parties})
    ids = data.draw(st.lists(st.sampled_from(known), max_size=12))
    clean, spoilt = (everything_on(r, day, ids, earlier) for r in (register, poisoned(register, day)))
    assert clean == spoilt
    assert "LEAK" not in json.dumps(spoilt)
    late = {i for i in register.instruments if i not in register.known_on(day).instruments}
    words = set(json.dumps(clean[:2] + clean[-4:]).replace('"', " ").replace(":", " ").split())
    assert not late & words


@pytest.mark.parametrize("register", [REGISTER, SMALL], ids=["bundled", "teaching"])
def test_text_is_at_most_a_hundred_columns_addresses_apart(register):
    for id_ in sorted({*register.instruments, *register.deals, *register.parties})[::4]:
        for line in tell_view(look_up(register, LAST, id_)):
            assert len(line) <= 100 or " " not in line.strip()
    for line in tell_difference(compare(register, FIRST, LAST)):
        assert len(line) <= 100 or " " not in line.strip()


def test_schedules_and_moved_links_are_said_in_words():
    day = date(2026, 11, 24)
    text = "\n".join(tell_view(look_up(REGISTER, day, "amzn-anthropic-equity-2023")))
    assert "  schedule: tranches: 1.25 bn on 2023-09-25; 2.75 bn on 2024-03-27\n" in text
    assert "2.75 bn when: either side may call it by\n    2024-Q1 -> tranches: 1.25 bn" in text
    moved = [
        str(step)
        for id_ in REGISTER.known_on(day).instruments
        for step in REGISTER.known_on(day).history_of(id_)
        if step.field in ("links", "schedule")
    ]
    assert len(moved) > 20
    assert any(step.startswith("links: adds ") for step in moved)
    assert not any("{" in step or "[" in step for step in moved)


def test_an_id_of_several_records_can_be_asked_for_by_its_sort():
    day = date(2026, 11, 24)
    snapshot = REGISTER.known_on(day)
    shared = set(snapshot.deals) & set(snapshot.instruments)
    assert len(shared) > 5
    for id_ in shared:
        deal, instrument = look_up(REGISTER, day, f"deal:{id_}"), look_up(REGISTER, day, id_)
        assert deal.deal.id == instrument.deal.id
        assert (deal.at.line, deal.at.file) == (1, instrument.at.file)
        assert instrument == look_up(REGISTER, day, f"instrument:{id_}")
    company = look_up(REGISTER, day, "party:openai-deployment-company")
    assert company.party.id == "openai-deployment-company"
    assert company.at.file == "parties.yaml"
    with pytest.raises(NotFoundError):
        look_up(REGISTER, day, "party:openai-revolver")
