"""The table of measures and the program agree, and the bundled register bears every figure out."""

import re
from datetime import date
from pathlib import Path

import pytest

from loopledger.errors import NotFoundError
from loopledger.exposure import find_measure, load_measures, measure_exposure, rival_matrix
from loopledger.exposure.matrix import tell_matrix
from loopledger.reconcile import load_published
from loopledger.register import BUNDLED, load_register
from loopledger.register.figures import find_metric

DAY = date(2026, 11, 24)
SOURCE = Path(__file__).parents[2] / "src" / "loopledger" / "exposure"


@pytest.fixture(scope="module")
def whole():
    return load_register(BUNDLED)


@pytest.fixture(scope="module")
def found(whole, assumptions):
    return measure_exposure(whole, whole.known_on(DAY), assumptions)


@pytest.fixture(scope="module")
def everything(found):
    return [found.system, *found.parties, *found.past]


def test_every_code_is_said_of_somebody_or_said_to_be_missing(everything):
    said = {r.measure for s in everything for r in s.readings}
    missing = {g.measure for s in everything for g in s.gaps}
    assert said | missing <= set(load_measures().measures)
    # no two contracts of one seller overlap in the bundled register; all else has a value for somebody
    assert set(load_measures().measures) - said <= {"backlog_overlap"}


def test_the_table_names_what_exists(whole):
    table = load_measures()
    published = {row.metric for row in load_published()}
    listed = (
        *table.backlog,
        *table.backlog_due,
        *table.commitments_stated,
        *table.stakes_stated,
        *table.priced_rounds,
    )
    assert len({row.code for row in table.rows}) == len(table.rows)
    for row in table.rows:
        assert row.group in table.groups
        assert row.question in table.questions
        assert not row.published or row.published in published, row.code
    for metric in (*listed, *(i.metric for r in table.recipes for i in r.inputs if i.metric)):
        assert find_metric(metric).units
    assert {name for market in table.rivals for name in market.parties} <= set(whole.parties)
    for recipe in table.recipes:
        for one in recipe.inputs:
            ways = [one.number is not None, bool(one.metric), bool(one.measure)]
            assert sum(ways) == 1
            assert not one.measure or (recipe.scope == "party" and one.measure in table.measures)
        assert recipe.scope == "system" or sum(bool(i.measure) for i in recipe.inputs) == 1
        assert bool(recipe.roles) == (recipe.scope == "party")


def test_every_figure_can_be_traced(whole, everything, assumptions):
    snapshot = whole.known_on(DAY)
    places = {f"{o.file}:{o.line}" for o in (*snapshot.observations, *whole.history.observations)}
    known = places | set(snapshot.instruments) | set(whole.history.instruments)
    for sheet in everything:
        for reading in sheet.readings:
            assert reading.ids, reading
            assert set(reading.ids) <= known, reading
            assert reading.date_basis, reading
            assumptions.select(reading.assumptions)


def test_values_lie_where_their_unit_allows(everything):
    may_be_negative = {"backlog_unmatched", "leases_unmatched", "funding_gap", "sales_net", "growth_needed",
                       "gains_booked", "gains_to_income", "hardware_margin", "life_depreciation",
                       "life_to_income", "internal_cash", "claim_on_sources"}  # fmt: skip
    unbounded = {"backlog_matched", "backlog_matched_by", "commitments_matched", "backlog_stated_share"}
    for sheet in everything:
        for reading in sheet.readings:
            assert reading.measure in may_be_negative or reading.value.low >= 0, reading
            if reading.unit == "share" and reading.measure not in unbounded:
                assert reading.value.high <= 1 + 1e-12, reading
            if reading.unit == "count":
                assert reading.value.is_exact


def test_no_party_is_passed_over_in_silence(whole, found):
    """Every party with a promise or a figure has a sheet, and every sheet has a value or says what is missing."""
    snapshot = whole.known_on(DAY)
    named = {p for i in snapshot.instruments.values() for p in (*i.payers, *i.payees)}
    assert {s.party for s in found.parties} >= named
    assert all(s.readings or s.gaps for s in found.parties)
    assert all(g.missing for s in found.parties for g in s.gaps)


def test_the_same_input_gives_the_same_answer(whole, found, assumptions):
    again = measure_exposure(load_register(BUNDLED), load_register(BUNDLED).known_on(DAY), assumptions)
    assert [s.as_dict() for s in again.parties] == [s.as_dict() for s in found.parties]
    assert again.system.as_dict() == found.system.as_dict()


@pytest.mark.parametrize("day", [date(2023, 6, 1), date(2025, 9, 9), date(2025, 12, 9), date(2026, 4, 30)])
def test_nothing_published_later_is_used(whole, assumptions, day):
    snapshot = whole.known_on(day)
    known_on = {f"{o.file}:{o.line}": o.known_on for o in (*whole.observations, *whole.history.observations)}
    found = measure_exposure(whole, snapshot, assumptions)
    n_found = 0
    for sheet in (found.system, *found.parties):
        for reading in sheet.readings:
            n_found += 1
            for id_ in reading.ids:
                if id_ in known_on:
                    assert known_on[id_] <= day
                else:
                    assert snapshot.announced_on(id_) <= day
    assert n_found > 20


def test_a_later_backlog_waits_for_its_day(whole, assumptions):
    at = {day: measure_exposure(whole, whole.known_on(day), assumptions, ["oracle"]).parties[0]
          for day in (date(2025, 12, 9), date(2025, 12, 10))}  # fmt: skip
    sums = [sheet.find("backlog_reported", "rpo").value.central for sheet in at.values()]
    assert sums == [455e9, 523e9]


def test_an_old_backlog_is_marked_and_left_out_of_the_sum(whole, assumptions):
    # Broadcom's of 2 November 2025 is 270 days old on 30 July 2026 and 277 a week later; three quarters are 274
    stated = {}
    for day in (date(2026, 7, 30), date(2026, 8, 6)):
        sheet = measure_exposure(whole, whole.known_on(day), assumptions, ["broadcom"])
        own = next(sheet.parties[0].all_of("backlog_reported"))
        stated[day] = own.note.startswith("old:"), sheet.system.find("system_backlog")
    (is_old, with_it), (was_old, without) = stated.values()
    assert (is_old, was_old) == (False, True)
    assert "broadcom ai_backlog at 2025-11-02" in with_it.date_basis
    assert "broadcom" not in without.date_basis
    assert "broadcom, of 2025-11-02" in without.note
    assert "exposure.oldest_backlog" in without.assumptions


def test_the_backlog_of_a_seller_is_the_sum_of_its_parts(found):
    for sheet in found.parties:
        matched, parts = sheet.find("backlog_matched"), list(sheet.all_of("backlog_matched_by"))
        if matched:
            now = [p.value.central for p in parts if " at " not in p.of]
            assert sum(now) == pytest.approx(matched.value.central)
            total = sheet.find("backlog_unmatched").value.central
            reported = next(sheet.all_of("backlog_reported")).value.central
            assert total == pytest.approx(reported * (1 - matched.value.central))


def test_hedges_of_the_rows_are_carried(whole, found):
    """An "about" row gives a range, an exact one a value."""
    rows = {f"{o.file}:{o.line}": o for o in whole.observations}
    n_about = 0
    for sheet in found.parties:
        for code in ("backlog_reported", "leases_not_begun", "guarantees_stated"):
            for reading in sheet.all_of(code):
                row = rows[reading.ids[0]]
                n_about += row.bound.value == "about"
                assert reading.value.is_exact == (row.bound.value == "exact")
                assert reading.value.central == float(row.value)
    assert n_about >= 3


def test_codes_in_the_source_are_codes_of_the_table():
    codes = set(load_measures().measures)
    for path in SOURCE.glob("*.py"):
        for code in re.findall(
            r'(?:say|say_ratio|lack|_say|_say_stated)\((?:\s*sheet,)?\s*"(\w+)"', path.read_text()
        ):
            assert code in codes, (path.name, code)


def test_the_matrix_of_rivals_has_every_reading_once(found):
    matrix = rival_matrix(found.parties)
    readings = [r for s in found.parties for r in s.readings if r.measure in {"rival_buys", "rival_funds"}]
    assert len(matrix.cells) == len(readings)
    for (measure, payer, payee), cell in matrix.cells.items():
        if measure == "rival_buys":  # what one buys, the other hosts
            host = next(s for s in found.parties if s.party == payee).find("rival_hosts", payer)
            assert host is None or host.value == cell.value
    told = list(tell_matrix(matrix))
    row = next(line for line in told if line.strip().startswith("openai"))
    assert "250.0" in row
    assert "138.0" in row


def test_an_unknown_code_is_named():
    with pytest.raises(NotFoundError, match="backlog_hh"):
        find_measure("backlog_hh")
