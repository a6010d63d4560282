"""The assumptions file: complete, sourced, overridable, and every fault placed."""

from pathlib import Path

import pytest

from loopledger.errors import NotFoundError, RegisterError, SourceError
from loopledger.records import KINDS, Firmness
from loopledger.schedule import load_assumptions
from loopledger.schedule.flow import CERTAINTY_OF
from loopledger.units import BoundFactors


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_entry_says_where_it_comes_from(assumptions):
    for entry in assumptions:
        assert entry.source, entry.name
        assert entry.why.endswith((".", "year.")), entry.name
    assert assumptions.bound_factors == BoundFactors()


def test_every_name_that_code_uses_exists(assumptions):
    for row in KINDS.values():
        if row.term_assumption:
            assumptions.find(row.term_assumption)
    for firmness in Firmness:
        assumptions.find(f"firmness.{firmness.value}")
    assert set(CERTAINTY_OF) == set(Firmness)


def test_chip_share_is_what_its_source_rows_give(assumptions, bundled):
    """The recipe of the source field, recomputed from the observations it names."""
    rows = {(o.party, o.period, o.metric, o.bound.value): float(o.value) for o in bundled.observations}
    years = 5
    low = rows["semianalysis", "2025-11", "nvidia_content_per_gw", "about"] / (
        years * 1000 * rows["nebius", "2026Q2", "rental_yield_multi_year", "range_high"]
    )
    rent = years * 1000 * rows["hsbc", "2025-11", "openai_rental_per_mw_year", "about"]
    central = rows["nvidia", "2025-08", "nvidia_content_per_gw", "about"] / rent
    high = rows["nvidia", "2026-08", "nvidia_content_per_gw", "range_high"] / rent
    assert assumptions.range("supply.chips_per_compute_dollar").as_tuple() == pytest.approx(
        (low, central, high), abs=5e-4
    )


def test_least_rent_is_what_its_source_rows_give(assumptions, bundled):
    """Processors of a gigawatt over five years, below every rent of compute that the shares are set against."""
    rows = {(o.party, o.period, o.metric, o.bound.value): float(o.value) for o in bundled.observations}
    content = (
        rows["semianalysis", "2025-11", "nvidia_content_per_gw", "about"],
        rows["nvidia", "2025-08", "nvidia_content_per_gw", "about"],
        rows["nvidia", "2026-08", "nvidia_content_per_gw", "range_high"],
    )
    least = assumptions.range("supply.least_rent_per_gw_year")
    assert least.as_tuple() == pytest.approx(tuple(usd / 5 for usd in content), rel=1e-3)
    assert least.high < 1000 * rows["hsbc", "2025-11", "openai_rental_per_mw_year", "about"]


def test_override_keeps_unit_and_marks_the_file(tmp_path):
    path = written(
        tmp_path,
        "- {name: bound.up_to.central, value: 0.5}\n"
        "- {name: rate.loan, value: {low: 0.05, central: 0.06, high: 0.07}, source: my desk}\n",
    )
    found = load_assumptions(path)
    assert found.number("bound.up_to.central") == 0.5
    assert found.find("bound.up_to.central").overridden_in == str(path)
    assert found.find("rate.loan").source == "my desk"
    assert found.range("rate.loan").as_tuple() == (0.05, 0.06, 0.07)
    assert found.number("bound.about.low") == 0.9


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- {name: bound.up_to.centrl, value: 1}\n", 1, "did you mean 'bound.up_to.central'?"),
        ("\n- {name: bound.up_to.central}\n", 2, "no value"),
        ("- {name: bound.up_to.central, value: -1}\n", 1, "negative"),
        ("- {name: bound.up_to.central, value: much}\n", 1, "not a number"),
        ("- {name: bound.up_to.central, value: {low: 2, central: 1, high: 3}}\n", 1, "out of order"),
        ("- {name: bound.up_to.central, value: {low: 1, high: 3}}\n", 1, "exactly low, central and high"),
        ("- {name: lag.lump, value: 1, unit: years}\n", 1, "the unit is 'quarters after signing'"),
        ("- {name: lag.lump, value: 1, colour: red}\n", 1, "colour"),
        ("- 3\n", 1, "a mapping with a name"),
        ("lag.lump: 3\n", 1, "not a list"),
        ("- {name: lag.lump, value: 1}\n- {name: lag.lump, value: 2}\n", 2, "stands twice"),
        ("- {name: lag.lump\n", 1, "not closed"),
        ("- {name: firmness.binding, value: 7}\n", 1, "at least 0 and at most 1 (probability)"),
        ("- {name: term.loan, value: 1000000}\n", 1, "above 0 and at most 100 (years)"),
        ("- {name: fx.EUR, value: 0}\n", 1, "above 0 (USD per EUR)"),
    ],
)
def test_every_fault_has_its_place(tmp_path, text, line, message):
    path = written(tmp_path, text)
    with pytest.raises(RegisterError) as caught:
        load_assumptions(path)
    problem = caught.value.problems[0]
    assert (problem.at.file, problem.at.line) == (str(path), line)
    assert message in problem.message


def test_missing_file(tmp_path):
    with pytest.raises(SourceError, match="cannot be read"):
        load_assumptions(tmp_path / "none.yaml")


def test_binary_file(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SourceError, match="UTF-8"):
        load_assumptions(path)


def test_unknown_name_suggests(assumptions):
    with pytest.raises(NotFoundError, match=r"firmness\.bindig"):
        assumptions.number("firmness.bindig")
