"""Known on a day: nothing that became known later, and the terms as replayed by hand."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loopledger.errors import NotFoundError
from loopledger.records import Deal, Instrument
from loopledger.records.literals import read_amount, read_capacity
from loopledger.register import BUNDLED, TEACHING, load_register, look_up, select
from loopledger.register.observations import known_on
from loopledger.register.replay import terms_on
from loopledger.register.snapshot import first_known

REGISTERS = {"bundled": load_register(BUNDLED), "teaching": load_register(TEACHING)}
REGISTERS["history"] = REGISTERS["bundled"].history
DAY = timedelta(days=1)


def dated(instrument):
    """Yield every day that an instrument's record names as one on which something became known."""
    for evidence in instrument.evidence:
        if evidence.published:
            yield known_on(evidence.published)
    for change in instrument.changes:
        yield change.on
        for evidence in change.evidence:
            if evidence.published:
                yield known_on(evidence.published)


def days_of_news(register):
    days = {row.known_on for row in register.observations}
    for deal in register.deals.values():
        days |= {deal.announced} if deal.announced else set()
        for instrument in deal.instruments:
            days |= set(dated(instrument))
    return sorted(days)


@pytest.mark.parametrize("name", REGISTERS)
def test_no_later_knowledge_leaks_on_any_day_of_news(name):
    register = REGISTERS[name]
    for day in days_of_news(register):
        snapshot = register.known_on(day)
        for id_, instrument in snapshot.instruments.items():
            deal = register.deals[register.deal_ids[id_]]
            assert first_known(deal) <= day
            assert all(known <= day for known in dated(instrument)), (day, id_)
            linked = [instrument.links.part_of] if instrument.links.part_of else []
            for field in ("earmarked_for", "conditional_on", "supersedes", "overlaps", "funds"):
                linked += getattr(instrument.links, field)
            assert set(linked) <= set(snapshot.instruments), (day, id_)
            is_hindsight = any(known > day for known in dated(register.instruments[id_]))
            is_from_a_change = any("note" in change.set for change in instrument.changes)
            assert not is_hindsight or is_from_a_change or instrument.note is None, (day, id_)
            assert all(step.on <= day for step in snapshot.history_of(id_))
        assert all(row.known_on <= day for row in snapshot.observations)
        assert all(deal.announced is None or deal.announced <= day for deal in snapshot.deals.values())


@pytest.mark.parametrize("name", ["bundled", "teaching"])
def test_a_register_cut_off_at_a_day_shows_the_same(name):
    """What is written down later cannot matter: drop it, and the snapshot stays, notes apart."""
    register = REGISTERS[name]
    days = days_of_news(register)
    for day in days[:: max(1, len(days) // 40)]:
        full = register.known_on(day).instruments
        for id_, instrument in full.items():
            raw = register.instruments[id_]
            cut = raw.model_copy(update={"changes": tuple(c for c in raw.changes if c.on <= day)})
            late = terms_on(cut, date.max)
            for field in (
                "amount",
                "capacity",
                "status",
                "firmness",
                "start",
                "end",
                "payer",
                "payee",
                "schedule",
            ):
                assert getattr(late, field) == getattr(instrument, field), (day, id_, field)


RAW = {
    member["id"]: (deal, member)
    for path in sorted((BUNDLED / "deals").glob("*.yaml"))
    for deal in [yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)]
    for member in deal["instruments"]
}


@pytest.mark.parametrize("day", ["2024-12-31", "2025-09-30", "2025-11-18", "2026-02-28", "2026-11-24"])
def test_replay_agrees_with_the_files_read_by_another_hand(day):
    """The files as PyYAML reads them, replayed with plain dictionaries."""
    snapshot = REGISTERS["bundled"].known_on(date.fromisoformat(day))
    dated_ids = {id_ for id_, (deal, _) in RAW.items() if deal["announced"] and deal["announced"] <= day}
    undated = {id_ for id_, (deal, _) in RAW.items() if deal["announced"] is None}
    assert dated_ids == set(snapshot.instruments) - undated
    for id_, instrument in snapshot.instruments.items():
        terms = dict(RAW[id_][1])
        applied = [change for change in terms.get("changes", []) if change["on"] <= day]
        for change in applied:
            terms |= change["set"]
        assert instrument.status == terms["status"]
        assert instrument.firmness == terms["firmness"]
        assert instrument.amount == (read_amount(terms["amount"]) if terms["amount"] else None)
        capacity = terms.get("capacity")
        assert instrument.capacity == (read_capacity(capacity) if capacity else None)
        assert [instrument.start, instrument.end] == [
            date.fromisoformat(terms[end]) if terms.get(end) else None for end in ("start", "end")
        ]
        assert [change.on.isoformat() for change in instrument.changes] == [
            change["on"] for change in applied
        ]


def test_the_letter_of_a_hundred_billion_is_known_then_gone():
    register = REGISTERS["bundled"]
    autumn = register.known_on(date(2025, 9, 30))
    letter = autumn.instruments["nvda-openai-loi-100b"]
    assert (str(letter.status), letter.amount.bound, letter.amount.high) == (
        "letter_of_intent",
        "up_to",
        10**11,
    )
    spring = register.known_on(date(2026, 2, 28))
    assert spring.instruments["nvda-openai-loi-100b"].status == "cancelled"
    replaced = [i for i in spring.instruments.values() if "nvda-openai-loi-100b" in i.links.supersedes]
    assert [(i.payer, i.payee, i.amount.value) for i in replaced] == [("nvidia", "openai", 30 * 10**9)]
    assert not [i for i in autumn.instruments.values() if i.id == replaced[0].id]


def test_an_undated_deal_shows_from_its_first_dated_evidence():
    register = REGISTERS["teaching"]
    first = date(2025, 3, 31)  # the last day of the month its evidence names
    assert "meridian-quayside-stake" not in register.known_on(first - DAY).instruments
    snapshot = register.known_on(first)
    assert snapshot.announced_on("meridian-quayside-stake") == first
    assert snapshot.deal_of("meridian-quayside-stake").announced is None


def test_evidence_of_a_month_waits_for_its_last_day():
    register = REGISTERS["teaching"]
    for day, n_evidence, note in (
        (date(2025, 6, 10), 0, None),
        (date(2025, 8, 30), 0, None),
        (date(2025, 8, 31), 1, "The report came two months after the loan."),
    ):
        guarantee = register.known_on(day).instruments["campus-guarantee"]
        assert (len(guarantee.evidence), guarantee.note) == (n_evidence, note)


def test_links_appear_with_their_targets():
    register = REGISTERS["teaching"]
    day = date(2026, 2, 10)
    assert register.known_on(day).instruments["larkspur-fjord-second"].links.supersedes == (
        "larkspur-fjord-letter",
    )
    assert "larkspur-fjord-second" not in register.known_on(day - DAY).instruments


def test_the_history_of_an_instrument_in_steps():
    steps = REGISTERS["teaching"].known_on(date(2026, 2, 10)).history_of("larkspur-fjord-letter")
    assert [(s.on.isoformat(), s.field, s.why) for s in steps] == [
        ("2025-12-01", "amount", "Larkspur trims its plan."),
        ("2026-02-10", "status", "A smaller contract takes its place."),
        ("2026-02-10", "note", "A smaller contract takes its place."),
    ]
    assert [steps[0].before.high, steps[0].after.high] == [50 * 10**9, 40 * 10**9]
    assert (steps[1].before, steps[1].after) == ("letter_of_intent", "cancelled")
    assert [str(s) for s in steps] == [
        "amount: up to USD 50 bn -> up to USD 40 bn",
        "status: letter_of_intent -> cancelled",
        "note: nothing -> The letter lapsed unsigned.",
    ]


def test_what_is_not_known_yet_is_not_found():
    snapshot = REGISTERS["teaching"].known_on(date(2025, 4, 1))
    for ask in (snapshot.instrument, snapshot.deal_of, snapshot.history_of, snapshot.announced_on):
        with pytest.raises(NotFoundError, match="campus-loan"):
            ask("campus-loan")


def test_deals_carry_their_instruments_as_known():
    deal = REGISTERS["teaching"].known_on(date(2025, 12, 1)).deals["fjord-larkspur-letter"]
    assert isinstance(deal, Deal)
    assert deal.instruments[0].amount.high == 40 * 10**9


SETTABLE = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["announced", "definitive", "effective", "completed", "cancelled"]),
        "firmness": st.sampled_from(["binding", "conditional", "option"]),
        "amount": st.integers(1, 10**12).map(lambda v: {"value": v, "currency": "USD", "bound": "exact"})
        | st.none(),
        "note": st.text(max_size=5),
        "end": st.dates(date(2026, 1, 1), date(2040, 1, 1)).map(date.isoformat) | st.none(),
    },
).filter(bool)


@given(
    st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2025, 3, 1)), SETTABLE), max_size=6),
    st.dates(date(2024, 12, 1), date(2025, 4, 1)),
)
def test_replay_is_the_fold_of_the_changes_known_by_then(changes, day):
    base = REGISTERS["teaching"].instruments["campus-loan"]
    evidence = [e.model_dump() for e in base.evidence]
    raw = {
        **base.model_dump(mode="json", exclude_unset=True),
        "changes": [
            {"on": on.isoformat(), "set": values, "why": "because", "evidence": evidence}
            for on, values in changes
        ],
    }
    instrument = Instrument.model_validate(raw)
    expected = dict(raw)
    for on, values in sorted(changes, key=lambda pair: pair[0]):
        if on <= day:
            expected |= values
    expected["changes"] = [c for c in raw["changes"] if c["on"] <= day.isoformat()]
    assert terms_on(instrument, day) == Instrument.model_validate(expected)
    # replaying in two steps is replaying once
    assert terms_on(instrument, day) == terms_on(
        instrument.model_copy(update={"changes": terms_on(instrument, day).changes}), day
    )


def test_a_term_in_years_is_a_number_in_json():
    register = load_register()
    steps = register.known_on(date(2026, 11, 24)).history_of("frontier-loan")
    told = [step.as_dict() for step in steps if step.field == "term_years"]
    assert [step["after"] for step in told] == [4]
    view = look_up(register, date(2026, 11, 24), "frontier-loan").as_dict()
    assert view["instrument"]["term_years"] == 4


def test_a_party_is_shown_from_the_first_promise_or_figure_that_names_it():
    register = load_register()
    early, late = (register.known_on(date(*day)) for day in ((2025, 3, 31), (2026, 11, 24)))
    assert "amazon-gpu-spv" not in early.named_parties()
    assert "amazon-gpu-spv" in late.named_parties()
    assert {p.parent for p in early.named_parties().values()} - {None} <= set(early.named_parties())
    with pytest.raises(NotFoundError, match="amazon-gpu-spv") as caught:
        look_up(register, date(2025, 3, 31), "amazon-gpu-spv")
    named = early.named_parties()
    assert all(id_ in named for id_ in caught.value.hint.split('"')[1::2])
    with pytest.raises(NotFoundError, match="party"):
        select(early, payer="amazon-gpu-spv")
