"""What must hold of every register: shares add up, sizes scale, splits change nothing, the future is not known."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from exposure_registers import (
    BUYERS,
    DAY,
    SELLERS,
    anything,
    dealings,
    halved,
    observation,
    parts_of,
    party,
    purchases,
    register,
    scaled,
)
from hypothesis import given
from hypothesis import strategies as st

from loopledger.exposure import load_measures, measure_exposure, tell_sheet
from loopledger.units import Interval

MEASURES = load_measures().measures
OBSERVED = [
    observation("b1", "revenue", 4 * 10**9, "2025Q4", date(2025, 12, 31), "2026-02-01"),
    observation("b1", "cash", 9 * 10**9, "2025Q4", date(2025, 12, 31), "2026-02-01", line=3),
    observation("s1", "rpo", 50 * 10**9, "2025Q4", date(2025, 12, 31), "2026-02-01", line=4),
]


def sheets(instruments, assumptions, observations=(), announced=None, day=DAY):
    whole = register(instruments, observations, announced=announced)
    found = measure_exposure(whole, whole.known_on(day), assumptions)
    return {sheet.party: sheet for sheet in (found.system, *found.parties)}


def values(found):
    return {
        (name, r.measure, r.of): r.value.as_tuple() for name, sheet in found.items() for r in sheet.readings
    }


def same(a, b):
    assert a.keys() == b.keys()
    for key, value in a.items():
        assert b[key] == pytest.approx(value, rel=1e-9, abs=1e-6), key


@given(purchases())
def test_shares_add_up_to_one_and_concentration_is_bounded(assumptions, instruments):
    for sheet in sheets(instruments, assumptions).values():
        for side in ("commitments", "backlog"):
            shares = [r.value.central for r in sheet.all_of(f"{side}_share")]
            if shares:
                assert sum(shares) == pytest.approx(1)
                index = sheet.find(f"{side}_hhi").value
                assert 1 / len(shares) - 1e-9 <= index.low <= index.high <= 1 + 1e-9
                assert sheet.find(f"{side}_due_24m").value.low >= 0
                assert sheet.find(f"{side}_due_24m").value.high <= 1 + 1e-9
    named = list(sheets(instruments, assumptions)["system"].all_of("system_share"))
    for side in ("buyers", "sellers"):
        shares = [r.value.central for r in named if r.of.startswith(side)]
        assert not shares or sum(shares) == pytest.approx(1)


@given(purchases())
def test_what_buyers_owe_is_what_sellers_are_owed(assumptions, instruments):
    found = sheets(instruments, assumptions)
    for code in ("remaining", "expected"):
        owed = [s.find(f"commitments_{code}") for s in found.values()]
        due = [s.find(f"backlog_{code}") for s in found.values()]
        assert sum(r.value.central for r in owed if r) == pytest.approx(
            sum(r.value.central for r in due if r)
        )
    system = found["system"].find("system_remaining", "all promises")
    owed = [s.find("commitments_expected") for s in found.values()]
    total = sum(r.value.central for r in owed if r)
    assert (system.value.central if system else 0) == pytest.approx(total)


@given(dealings(), st.integers(2, 1000))
def test_sizes_scale_and_shares_do_not(assumptions, instruments, factor):
    before = values(sheets(instruments, assumptions))
    after = values(sheets([scaled(i, factor) for i in instruments], assumptions))
    assert before.keys() == after.keys()
    for key, value in before.items():
        size = factor if MEASURES[key[1]].unit.startswith("usd") else 1
        assert after[key] == pytest.approx(tuple(v * size for v in value), rel=1e-6, abs=1e-6), key


@given(dealings(), st.data())
def test_parts_of_a_whole_change_nothing(assumptions, instruments, data):
    one = data.draw(st.sampled_from(instruments))
    split = [*instruments, *parts_of(one)]
    skipped = {"system_announced", "dedup_factor"}  # the newspaper's sum counts parts
    before = {
        k: v for k, v in values(sheets(instruments, assumptions, OBSERVED)).items() if k[1] not in skipped
    }
    after = {k: v for k, v in values(sheets(split, assumptions, OBSERVED)).items() if k[1] not in skipped}
    if one.status.value != "completed":  # a part that is paid shows how much of the whole is
        same(before, after)


@given(dealings(), st.data())
def test_two_halves_are_the_whole(assumptions, instruments, data):
    one = data.draw(st.sampled_from(instruments))
    split = [i for i in instruments if i is not one] + halved(one)
    same(values(sheets(instruments, assumptions, OBSERVED)), values(sheets(split, assumptions, OBSERVED)))


@given(dealings(), dealings(), st.integers(1, 900))
def test_nothing_later_than_the_day_enters(assumptions, known, later, n_days):
    """Deals announced and figures published after the day leave every value and every gap as they were."""
    day = DAY + timedelta(days=n_days)
    future = [i.model_copy(update={"id": f"later-{i.id}"}) for i in later]
    told = [replace(o, published="2030-01-01", value=o.value * 3, line=90) for o in OBSERVED]
    alone = sheets(known, assumptions, OBSERVED, day=day)
    both = sheets(
        [*known, *future], assumptions, [*OBSERVED, *told],
        announced={i.id: day + timedelta(days=1) for i in future}, day=day,
    )  # fmt: skip
    for name, sheet in both.items():
        if name in alone:
            assert sheet.as_dict() == alone[name].as_dict()
        else:  # a party that only the future names: it must be known of nothing
            assert not sheet.readings


@given(dealings(), st.randoms())
def test_the_order_of_records_does_not_matter(assumptions, instruments, random):
    shuffled = list(instruments)
    random.shuffle(shuffled)
    same(values(sheets(instruments, assumptions, OBSERVED)), values(sheets(shuffled, assumptions, OBSERVED)))


@given(purchases())
def test_more_time_leaves_less_to_pay(assumptions, instruments):
    """With fixed knowledge, what remains at the centre never grows as days pass."""
    dated = [i for i in instruments if i.start is not None and i.term_years is not None]
    sums = []
    for n_days in (0, 200, 700, 2000):
        found = sheets(dated, assumptions, day=DAY + timedelta(days=n_days)) if dated else {}
        rows = [s.find("commitments_expected") for s in found.values()]
        sums.append(sum(r.value.central for r in rows if r))
    assert all(later <= earlier + 1 for earlier, later in pairwise(sums))


@given(anything(), st.sampled_from([0, 0.8, 1]))
def test_whatever_a_register_holds_there_is_an_answer(assumptions, drawn, ceiling):
    """No register makes a sheet fail: every value is a finite range, every gap names a fact, all of it is JSON."""
    instruments, rows = drawn
    mine = assumptions.find("bound.up_to.central")
    changed = {**assumptions.by_name, mine.name: mine.model_copy(update={"value": Interval.exact(ceiling)})}
    everybody = {name: party(name, aggregate=name == "many") for name in (*BUYERS, *SELLERS, "many")}
    whole = register(instruments, rows, parties=everybody)
    found = measure_exposure(whole, whole.known_on(DAY), type(assumptions)(changed))
    for sheet in (found.system, *found.parties):
        told = json.loads(json.dumps(sheet.as_dict(), allow_nan=False))
        assert all(gap["missing"] for gap in told["not_reported"])
        assert all(value["ids"] for value in told["values"])
        assert list(tell_sheet(sheet))
