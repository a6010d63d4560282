"""Never twice: which promises add up, which do not, and why."""

from datetime import date
from decimal import Decimal

import pytest

from loopledger.errors import NotFoundError
from loopledger.register import BUNDLED, TEACHING, ExclusionReason, count_once, load_register
from loopledger.units import BoundFactors, Interval

BN = 10**9
TEACH = load_register(TEACHING)
REAL = load_register(BUNDLED)


@pytest.fixture
def snapshot():
    return TEACH.known_on(date(2026, 3, 1))


def test_the_whole_teaching_register_by_hand(snapshot):
    totals = count_once(snapshot)
    usd, eur = totals.currencies["USD"], totals.currencies["EUR"]
    # 78 loop, 4 + 1 + 6 + 1 campus, 40 letter, 6 per gigawatt, 20 contract, 3 joint loan
    assert usd.headline == 159 * BN
    assert usd.counted == 118 * BN
    assert (usd.n_headline, usd.n_counted) == (13, 11)
    assert (eur.headline, eur.counted) == (Decimal("0.25") * BN, Decimal("0.25") * BN)
    assert {(e.id, e.reason, e.because) for e in totals.exclusions} == {
        ("campus-loan-first-draw", ExclusionReason.PART_OF, ("campus-loan",)),
        ("larkspur-fjord-letter", ExclusionReason.CANCELLED, ()),
    }
    assert totals.unpriced == ("larkspur-corvid-3gw", "corvid-larkspur-warrant")
    # 78 exact + 4 + lease 5.4..6.6 + guarantee 0..1 + per gigawatt 0..6 + contract 18..22 + loan 2.7..3.3
    assert usd.counted_interval.as_tuple() == pytest.approx(
        (108.1 * BN, (78 + 4 + 6 + 0.8 + 4.8 + 20 + 3) * BN, 120.9 * BN), rel=1e-12
    )


def test_a_superseded_promise_is_out_even_when_its_successor_is_not_chosen():
    snapshot = REAL.known_on(date(2026, 2, 28))
    superseded = {t for i in snapshot.instruments.values() for t in i.links.supersedes}
    totals = count_once(snapshot, superseded)
    assert totals.counted == ()
    assert {e.reason for e in totals.exclusions} <= {ExclusionReason.SUPERSEDED, ExclusionReason.CANCELLED}


def test_before_the_cancellation_the_letter_counts():
    totals = count_once(TEACH.known_on(date(2025, 9, 15)), ["larkspur-fjord-letter"])
    assert totals.currencies["USD"].counted == 50 * BN
    assert totals.currencies["USD"].counted_interval == Interval(0, 40 * BN, 50 * BN)


def test_a_part_counts_when_its_whole_is_not_chosen(snapshot):
    alone = count_once(snapshot, ["campus-loan-first-draw"])
    assert alone.currencies["USD"].counted == 1 * BN
    both = count_once(snapshot, ["campus-loan-first-draw", "campus-loan", "campus-loan"])
    assert both.currencies["USD"].counted == 4 * BN
    assert [str(e) for e in both.exclusions] == ["campus-loan-first-draw is counted inside campus-loan"]


def test_cash_only_leaves_out_marks_and_secondary_sales(snapshot):
    ids = ["meridian-quayside-stake", "corvid-larkspur-equity"]
    totals = count_once(snapshot, ids, cash_only=True)
    assert totals.counted == ("corvid-larkspur-equity",)
    assert [(e.id, e.reason) for e in totals.exclusions] == [
        ("meridian-quayside-stake", ExclusionReason.NOT_CASH)
    ]
    assert totals.currencies["EUR"].counted == 0
    assert totals.currencies["EUR"].counted_interval == Interval(0, 0, 0)


def test_factors_are_the_callers(snapshot):
    factors = BoundFactors(up_to_low=0.5, up_to_central=0.5)
    totals = count_once(snapshot, ["corvid-larkspur-per-gw"], factors=factors)
    assert totals.currencies["USD"].counted_interval == Interval(3 * BN, 3 * BN, 6 * BN)


def test_overlaps_are_bounded_and_not_removed():
    snapshot = REAL.known_on(date(2026, 11, 24))
    ids = ["nvda-anthropic-equity-2025", "msft-anthropic-equity-2025", "anthropic-series-g"]
    totals = count_once(snapshot, ids)
    amounts = {id_: snapshot.instruments[id_].amount for id_ in ids}
    assert totals.counted == tuple(ids)
    assert {o.ids: o.at_most for o in totals.overlaps} == {
        ("anthropic-series-g", "nvda-anthropic-equity-2025"): amounts["nvda-anthropic-equity-2025"].high,
        ("anthropic-series-g", "msft-anthropic-equity-2025"): amounts["msft-anthropic-equity-2025"].high,
    }
    assert totals.currencies["USD"].overlap_at_most == 15 * BN
    assert totals.currencies["USD"].counted == sum(a.value for a in amounts.values())


@pytest.mark.parametrize("day", ["2024-12-31", "2025-09-30", "2025-11-18", "2026-02-28", "2026-11-24"])
def test_the_real_register_adds_up_by_the_definition(day):
    """Counted plus excluded is the headline, in every currency; nothing is in both."""
    totals = count_once(REAL.known_on(date.fromisoformat(day)))
    excluded = {e.id for e in totals.exclusions}
    assert not excluded & set(totals.counted)
    for code, total in totals.currencies.items():
        out = sum((e.amount.value for e in totals.exclusions if e.amount.currency == code), Decimal(0))
        assert total.counted + out == total.headline
        assert 0 <= total.overlap_at_most <= total.counted_interval.high
        assert total.counted_interval.low <= float(total.counted) <= total.counted_interval.high


def test_an_unknown_id_is_not_found(snapshot):
    with pytest.raises(NotFoundError, match="campus-lone"):
        count_once(snapshot, ["campus-lone"])


def test_nothing_adds_up_to_nothing(snapshot):
    totals = count_once(snapshot, [])
    assert (totals.currencies, totals.counted, totals.exclusions) == ({}, (), ())


def test_the_plain_form_for_json(snapshot):
    plain = count_once(snapshot, ["campus-loan", "campus-loan-first-draw"]).as_dict()
    assert plain["currencies"]["USD"]["counted"] == 4e9
    assert plain["amounts"] == [
        {"id": "campus-loan", "value": 4e9, "currency": "USD", "low": 4e9, "high": 4e9, "bound": "exact"}
    ]
    assert plain["exclusions"] == [
        {
            "id": "campus-loan-first-draw", "value": 1e9, "currency": "USD", "low": 1e9, "high": 1e9,
            "bound": "exact", "reason": "part_of",
            "because": ["campus-loan"], "words": "campus-loan-first-draw is counted inside campus-loan",
        }
    ]  # fmt: skip
