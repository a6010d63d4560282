"""The smallest shock, norms other than a missed payment, and the cheapest combination."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from contract_cases import BANK, CLOUD, LAB, MN, five
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.errors import ModelError, NotFoundError
from loopledger.stress.cascade import (
    NormKind,
    breaches,
    find_cheapest,
    find_smallest,
    read_norm,
    run_cascade,
)


@given(threshold=st.floats(0.02, 0.8) | st.floats(0.9, 1), gap=st.booleans())
@settings(max_examples=50)
def test_the_smallest_scale_is_bracketed(threshold: float, *, gap: bool) -> None:
    def breaks(scales: np.ndarray) -> np.ndarray:
        broken = scales >= threshold
        return broken & ~((scales > threshold + 0.1) & (scales < threshold + 0.2)) if gap else broken

    found = find_smallest(breaks)
    assert found.holds_at is not None
    assert found.breaks_at is not None
    assert found.holds_at < threshold <= found.breaks_at + 1e-12
    assert found.breaks_at - found.holds_at < 1e-7
    assert found.monotone == (not gap or threshold > 0.89)


def test_what_never_breaks_and_what_breaks_without_a_shock() -> None:
    never = find_smallest(lambda s: np.zeros(len(s), dtype=bool))
    assert (never.holds_at, never.breaks_at) == (1.0, None)
    always = find_smallest(lambda s: np.ones(len(s), dtype=bool))
    assert (always.holds_at, always.breaks_at) == (None, 0.0)


def test_norms_by_hand() -> None:
    """The five parties: the cloud earns 75 of the lab and 5 of the guarantor less 20 of costs, before 30 of debt.

    So its coverage is 55/30 in the first quarter, 50/30 in the second (70 less 20), 40/30 in the third.
    """
    case = five(10)
    outcome = run_cascade(case)

    def who(text: str) -> np.ndarray:
        norm = read_norm(text)
        return breaches(norm, case, outcome, np.array([norm.threshold or 0.0]))[0]

    assert who("missed")[:, LAB].all()
    assert who("missed")[:, CLOUD].sum() == 0
    assert who("short")[:, CLOUD].all()
    assert who("coverage:1.9")[:, CLOUD].tolist() == [True, True, True]
    assert who("coverage:1.7")[:, CLOUD].tolist() == [False, True, True]
    assert who("coverage:1.3")[:, CLOUD].tolist() == [False, False, False]
    assert not who("coverage:9")[:, BANK].any()  # it owes no debt service
    assert who("liquidity:0.5")[:, LAB].all()
    assert who("fall:0.5")[:, LAB].all()
    assert outcome.received[0, 0, CLOUD] / MN == pytest.approx(75)


@pytest.mark.parametrize("text", ["", "missd", "missed:1", "coverage:-1", "coverage:x", "fall:inf"])
def test_what_is_no_norm(text: str) -> None:
    with pytest.raises(NotFoundError, match="no norm"):
        read_norm(text)


def test_a_threshold_is_an_assumption_unless_given() -> None:
    assert read_norm("coverage").assumption == "trigger.coverage"
    assert read_norm("coverage:1.2").assumption == ""
    assert read_norm("missed").kind is NormKind.MISSED


@given(
    st.lists(st.floats(0, 3), min_size=3, max_size=3), st.floats(0.2, 4), st.integers(1, 3), st.integers(1, 4)
)
@settings(max_examples=60, deadline=None)
def test_the_cheapest_is_that_of_brute_force(
    weights: list[float], need: float, most: int, steps: int
) -> None:
    """A group that breaks once weighted scales add up to a need, with products of two shocks on top."""
    ids = ("a", "b", "c")

    def force(x: tuple[float, ...]) -> float:
        return sum(w * s for w, s in zip(weights, x, strict=True)) + x[0] * x[1]

    def breaks(scales: Mapping[str, np.ndarray]) -> np.ndarray:
        rows = zip(*(scales[i] for i in ids), strict=True)
        return np.array([force(tuple(map(float, row))) >= need for row in rows])

    found = find_cheapest(breaks, ids, most=most, steps=steps)
    every = [
        x
        for x in product(*(np.arange(steps + 1) / steps for _ in ids))
        if 0 < sum(v > 0 for v in x) <= most and force(x) >= need
    ]
    if not every:
        assert found.found == ()
        assert found.n_tried == found.n_all
        return
    least = min(sum(x) for x in every)
    assert found.cost == pytest.approx(least)
    wanted = {tuple(x) for x in every if sum(x) == pytest.approx(least)}
    assert {tuple(one.get(i, 0.0) for i in ids) for one in found.found} == wanted
    finer = find_cheapest(breaks, ids, most=most, steps=steps * 3)
    assert finer.cost >= found.at_least - 1e-9
    assert finer.cost <= found.cost + 1e-9


def test_a_group_that_breaks_without_a_shock() -> None:
    found = find_cheapest(lambda s: np.ones(len(s["a"]), dtype=bool), ("a", "b"))
    assert (found.found, found.cost, found.n_tried) == (({},), 0.0, 1)


def test_too_many_combinations_are_refused() -> None:
    with pytest.raises(ModelError, match="combinations"):
        find_cheapest(lambda s: np.zeros(1, dtype=bool), tuple("abcdefghijklmnopqrst"), most=4)
