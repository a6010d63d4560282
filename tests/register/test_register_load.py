"""Loading: the registers that come with the package, twenty faults at once, and hostile folders."""

import os
import shutil
from datetime import date, datetime
from decimal import Decimal

import pytest

from loopledger.errors import NotFoundError, RegisterError, Severity
from loopledger.register import BUNDLED, TEACHING, check_register, load_register
from loopledger.register.rules import dates
from loopledger.units import Amount, Bound


@pytest.fixture(scope="module")
def bundled():
    return load_register()


@pytest.fixture(scope="module")
def teaching():
    return load_register(TEACHING)


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(TEACHING, tmp_path / "register")
    return tmp_path / "register"


def edit(root, file, *pairs):
    path = root / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_everything_of_the_bundled_register_is_there(bundled):
    assert (len(bundled.deals), len(bundled.instruments), len(bundled.parties)) == (224, 341, 166)
    assert len(bundled.observations) == 2023
    assert (len(bundled.history.deals), len(bundled.history.instruments)) == (8, 11)
    assert len(bundled.history.parties) == 12


def test_the_bundled_register_has_no_error_and_few_doubts(bundled):
    assert {p.severity for p in bundled.problems} <= {Severity.WARNING}
    assert {(p.code, p.at.file) for p in bundled.problems} == {
        ("RG302", "deals/2026-08-26-nvda-10q-2026-q2.yaml"),
    }


def test_history_never_mixes_with_the_rest(bundled):
    assert not set(bundled.history.instruments) & set(bundled.instruments)
    assert not set(bundled.history.deals) & set(bundled.deals)


def test_the_teaching_register_is_worked_example_a(teaching):
    loop = teaching.deals["larkspur-loop"]
    flows = {(i.payer, i.payee): i.amount for i in loop.instruments}
    assert flows == {
        ("corvid", "larkspur"): Amount.of("10e9", "USD"),
        ("fjord", "larkspur"): Amount.of("5e9", "USD"),
        ("larkspur-round-investors", "larkspur"): Amount.of("15e9", "USD"),
        ("larkspur", "fjord"): Amount.of("30e9", "USD"),
        ("fjord", "corvid"): Amount.of("18e9", "USD"),
    }
    assert {i.start.isoformat()[:7] for i in loop.instruments} <= {"2025-04", "2025-05"}
    assert teaching.problems == ()


def test_countries_and_numbers_survive(teaching):
    assert teaching.parties["fjord"].country == "NO"
    second = teaching.instruments["larkspur-fjord-second"]
    assert second.amount == Amount(
        low=Decimal(18_000_000_000), high=Decimal(22_000_000_000), currency="USD", bound=Bound.RANGE
    )
    assert second.term_years == 5
    assert second.start == date(2026, 7, 1)


def test_places_of_records_and_fields(teaching):
    file = TEACHING / "deals" / "2025-06-10-larkspur-campus-financing.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    place = teaching.locations["campus-loan", "payer"]
    assert lines[place.line - 1][place.column - 1 :] == "quayside"
    place = teaching.locations["campus-lease", "amount"]
    assert lines[place.line - 1][place.column - 1 :] == "about USD 6 bn"
    place = teaching.locations["campus-loan", "evidence.0.grade"]
    assert lines[place.line - 1][place.column - 1 :] == "primary"
    assert str(teaching.locate("corvid", "ticker")) == "parties.yaml:8:11"
    assert teaching.locate("campus-loan", "note") == teaching.locate("campus-loan")
    assert ("campus-loan", "term_years") in teaching.locations
    assert ("campus-loan", "note") not in teaching.locations
    with pytest.raises(NotFoundError, match="campus-laon"):
        teaching.locate("campus-laon")


def test_the_hash_is_of_the_content_not_of_the_layout(teaching, copy):
    path = copy / "parties.yaml"
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_register(copy).content_hash == teaching.content_hash
    edit(copy, "parties.yaml", ("Corvid Silicon, Inc.", "Corvid Silicon Corp."))
    assert load_register(copy).content_hash != teaching.content_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("deals/2025-04-01-larkspur-loop.yaml", "USD 18 bn", "USD 18000000001"),
        ("deals/2025-09-15-fjord-larkspur-letter.yaml", "Larkspur trims its plan.", "Larkspur trims."),
        ("observations/financials.csv", "38000000000", "38000000001"),
        ("history/parties.yaml", "Brightline Telecom Corp.", "Brightline Telecom Inc."),
    ],
)
def test_the_hash_sees_every_part(teaching, copy, file, old, new):
    edit(copy, file, (old, new))
    assert load_register(copy).content_hash != teaching.content_hash


def test_twenty_faults_are_shown_at_once(copy):
    loop = "deals/2025-04-01-larkspur-loop.yaml"
    edit(
        copy, loop,
        ("kind: equity_investment", "kind: equity_investement"),  # RG109
        ("payer: fjord\n", "payer: fjrod\n"),  # RG201
        ("    amount: USD 15 bn\n", "    amount: {value: -15000000000, currency: USD}\n"),  # RG111
        ("- larkspur-fjord-purchase\n    evidence:\n      - url: https://example.org/corvid/larkspur-investment\n"
         "        publisher: Corvid Silicon\n        published: '2025-04-01'\n        says: Fjord",
         "- larkspur-fjord-purchas\n    evidence:\n      - url: https://example.org/corvid/larkspur-investment\n"
         "        publisher: Corvid Silicon\n        published: '2025-04-01'\n        says: Fjord"),  # RG207
        ("    start: '2025-05-01'", "    start: '2025-05-32'"),  # RG114
        ("        - fjord-corvid-supply", "        - larkspur-fjord-purchase"),  # RG208
        ("    payee: corvid\n", "    payee: fjord\n"),  # RG202
    )  # fmt: skip
    edit(
        copy, "deals/2025-06-10-larkspur-campus-financing.yaml",
        ("    end: '2030-06-30'", "    end: '2024-06-30'"),  # RG306
        ("    amount: USD 1 bn\n", "    amount: USD 9 bn\n"),  # RG301
        ("      - 'on': '2025-07-02'", "      - 'on': '2025-05-02'"),  # RG304
        ("    amount: about USD 6 bn\n", "    amount: {value: 6, currency: USD, bound: circa}\n"),  # RG109
    )  # fmt: skip
    edit(
        copy, "deals/2025-09-15-fjord-larkspur-letter.yaml",
        ("announced: '2025-09-15'", "announced: '2025-09-16'"),  # RG117
        ("          status: cancelled", "          state: cancelled"),  # RG121
        ("          amount: up to USD 40 bn", "          amount: lots"),  # RG122
    )  # fmt: skip
    edit(
        copy, "parties.yaml",
        ("- id: quayside", "- id: meridian-fund"),  # RG203
        ("  role: chipmaker\n", "  role: chipmaker\n  sector: chips\n"),  # RG107
    )  # fmt: skip
    edit(
        copy, "deals/2025-10-20-corvid-larkspur-tranches.yaml",
        ("    confidence: high\n", ""),  # RG106
        ("      - url: https://", "      - url: http//"),  # RG125
    )  # fmt: skip
    (copy / "deals/undated-meridian-quayside.yaml").write_text("id: [", encoding="utf-8")  # RG102
    edit(copy, "observations/financials.csv", (",20000000000,", ",20 bn,"))  # RG132
    edit(
        copy, "history/deals/1999-05-03-hist-oldham-brightline.yaml", ("payer: oldham", "payer: odlham")
    )  # RG201

    register, problems = check_register(copy)

    assert register is None
    planted = {
        "RG109", "RG201", "RG111", "RG207", "RG114", "RG208", "RG202", "RG306", "RG301", "RG304", "RG117",
        "RG121",
        "RG122", "RG203", "RG107", "RG106", "RG125", "RG102", "RG132",
    }  # fmt: skip
    assert planted <= {p.code for p in problems}
    # the party that lost its id is unknown now, wherever it is named; nothing else is added
    echoes = [p for p in problems if p.code == "RG201" and '"quayside"' in p.message]
    assert len(problems) - len(echoes) == 21
    assert all(p.at.line >= 1 and p.at.column >= 1 for p in problems)
    assert list(problems) == sorted(problems, key=lambda p: (p.at, p.code, p.message))


def test_a_broken_file_does_not_make_the_links_to_it_wrong(copy):
    edit(copy, "deals/2026-02-10-fjord-larkspur-contract.yaml", ("title: Fjord", "title: 'Fjord"))
    edit(
        copy,
        "deals/2025-10-20-corvid-larkspur-tranches.yaml",
        ("title: Corvid offers", "title: @Corvid offers"),
    )
    _, problems = check_register(copy)
    assert [p.code for p in problems] == ["RG102", "RG102"]


def test_load_raises_with_all_problems(copy):
    edit(copy, "parties.yaml", ("role: cloud", "role: clowd"), ("role: lender", "role: leander"))
    with pytest.raises(RegisterError, match="2 errors") as caught:
        load_register(copy)
    assert [(p.code, p.hint) for p in caught.value.problems] == [
        ("RG109", 'did you mean "cloud"?'),
        ("RG109", 'did you mean "lender"?'),
    ]


def test_a_folder_that_is_none(tmp_path):
    _, problems = check_register(tmp_path / "nowhere")
    assert [(p.code, p.message) for p in problems] == [("RG116", "no such folder")]
    _, problems = check_register(tmp_path)
    assert [p.code for p in problems] == ["RG129", "RG115"]


def test_unreadable_entries_are_problems(copy):
    (copy / "deals/2027-01-01-folder.yaml").mkdir()
    (copy / "deals/2027-01-02-binary.yaml").write_bytes(bytes(range(256)))
    (copy / "observations/broken.csv").write_bytes(b"\xff\xfe")
    _, problems = check_register(copy)
    assert [(p.code, p.at.file) for p in problems] == [
        ("RG120", "deals/2027-01-01-folder.yaml"),
        ("RG101", "deals/2027-01-02-binary.yaml"),
        ("RG101", "observations/broken.csv"),
    ]


def test_the_bundled_register_is_data_of_the_package():
    assert (BUNDLED / "FORMAT.md").is_file()
    assert BUNDLED.parts[-3:] == ("loopledger", "data", "register")


def test_a_slip_in_the_party_of_an_estimate(copy):
    edit(copy, "observations/forecasts.csv", ("quayside,", "quaysdie,"))
    edit(copy, "observations/unit_economics.csv", ("corvid,", "some-analyst,"))
    _, problems = check_register(copy)
    assert [str(p) for p in problems if p.code != "RG149"] == [
        'observations/forecasts.csv:2:1: RG213 warning: unknown party "quaysdie" (did you mean "quayside"?)'
    ]


def test_a_pipe_does_not_make_the_check_wait(copy):
    os.mkfifo(copy / "deals/2027-01-01-pipe.yaml")
    _, problems = check_register(copy)
    assert [str(p) for p in problems] == [
        "deals/2027-01-01-pipe.yaml:1:1: RG120 error: not a file (a register is made of plain files)"
    ]


def test_an_empty_list_of_parties_knows_nobody(copy):
    (copy / "parties.yaml").write_text("[]", encoding="utf-8")
    _, problems = check_register(copy)
    n_named = sum(1 for p in problems if p.code == "RG201")
    assert n_named == 33
    assert {p.code for p in problems} == {"RG201", "RG213"}


def test_a_list_of_parties_that_cannot_be_read_makes_nobody_unknown(copy):
    (copy / "parties.yaml").write_text("- id: [", encoding="utf-8")
    _, problems = check_register(copy)
    assert [p.code for p in problems] == ["RG102"]


def test_a_file_too_large_is_not_read(copy):
    with (copy / "deals/2027-01-01-large.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    _, problems = check_register(copy)
    assert [str(p) for p in problems] == [
        "deals/2027-01-01-large.yaml:1:1: RG104 error: larger than 16 MiB (split the file)"
    ]


def test_a_file_where_a_folder_should_be(copy):
    shutil.rmtree(copy / "observations")
    (copy / "observations").write_text("x", encoding="utf-8")
    _, problems = check_register(copy)
    assert [str(p) for p in problems] == [
        "observations:1:1: RG120 error: not a folder (observations is a folder with one file for each announcement "
        "or table)"
    ]


def test_a_clock_far_behind_the_register_warns_of_nothing(copy, monkeypatch):
    edit(
        copy,
        "deals/2025-09-15-fjord-larkspur-letter.yaml",
        ("published: '2025-12-01'", "published: '2031-12-01'"),
    )
    told = {}
    for year in (2000, 2026):
        clock = type(
            "clock", (datetime,), {"now": lambda zone, year=year: datetime(year, 12, 1, tzinfo=zone)}
        )
        monkeypatch.setattr(dates, "datetime", clock)
        told[year] = [str(p) for p in check_register(copy)[1] if p.code == "RG316"]
    assert told[2000] == []
    assert len(told[2026]) == 1
    assert "published 2031-12-01, which has not come" in told[2026][0]
