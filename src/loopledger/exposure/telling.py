"""Exposure in words: one line a value, with its range, its dates and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loopledger.exposure.matrix import rival_matrix, tell_matrix
from loopledger.exposure.readings import NotReported, Reading, Sheet
from loopledger.exposure.sheets import Exposure
from loopledger.exposure.table import load_measures
from loopledger.units import Interval

__all__ = ["OVERVIEW", "tell_exposure", "tell_sheet"]

#: What is shown of every party when none is asked for.
OVERVIEW = (
    "commitments_remaining", "commitments_to_revenue", "claim_on_sources", "backlog_reported",
    "backlog_matched", "backlog_unmatched", "vendor_committed_ratio", "vendor_drawn_ratio",
    "vendor_drawn_share", "leases_not_begun", "guarantees_maximum", "rival_buys", "rival_funds", "rival_hosts",
)  # fmt: skip
_IDS_SHOWN = 2
#: Billions below which a second decimal is shown.
_SMALL = 10
#: Divisor and word of each unit.
_UNITS = {
    "usd": (1e9, "bn"),
    "usd_per_year": (1e9, "bn a year"),
    "share": (1.0, ""),
    "ratio": (1.0, ""),
    "years": (1.0, "years"),
    "per_year": (1.0, "a year"),
    "count": (1.0, ""),
}


def tell_sheet(sheet: Sheet) -> Iterator[str]:
    """Yield the lines of one party's sheet, group by group, missing facts under each group."""
    table = load_measures()
    order = {row.code: place for place, row in enumerate(table.rows)}
    for group, title in table.groups.items():
        readings = [r for r in sheet.readings if table.measures[r.measure].group == group]
        gaps = [g for g in sheet.gaps if table.measures[g.measure].group == group]
        if not readings and not gaps:
            continue
        yield f"  {title}"
        readings.sort(key=lambda r: order[r.measure])  # stable: values of one measure keep their order
        yield from _lines(readings)
        yield from _missing(gaps)


def _lines(readings: Iterable[Reading], *, by_party: bool = False) -> Iterator[str]:
    """Yield a line a value, and one for its dates and notes where they differ from those above it."""
    last = ""
    for reading in readings:
        name = reading.party if by_party else load_measures().measures[reading.measure].name
        label = f"{name}: {reading.of}" if reading.of else name
        yield f"    {label:<58} {told_value(reading.value, reading.unit)}  [{_ids(reading.ids)}]"
        basis = "; ".join(filter(None, (reading.date_basis, reading.note)))
        if basis and basis != last:
            yield f"      {basis}"
        last = basis


def _missing(gaps: Iterable[NotReported]) -> Iterator[str]:
    """Yield a line a missing fact, with the measures that lack it."""
    merged: dict[str, list[str]] = {}
    for gap in gaps:
        merged.setdefault(gap.missing, []).append(f"{gap.measure} ({gap.of})" if gap.of else gap.measure)
    for missing, names in merged.items():
        yield f"    not reported: {', '.join(names)}: missing is {missing}"


def told_value(value: Interval, unit: str) -> str:
    """Return a value with its range and unit.

    Examples
    --------
    >>> told_value(Interval(1e9, 2e9, 4e9), "usd")
    '2.00 bn (1.00 to 4.00)'
    >>> told_value(Interval.exact(0.25), "share")
    '0.250 (exact)'
    """
    divisor, word = _UNITS[unit]
    size = max(abs(v) for v in value.as_tuple()) / divisor
    digits = 3 if divisor == 1 or size < 1 else 2 if size < _SMALL else 1
    if unit == "count":
        digits = 0
    low, central, high = (f"{v / divisor:,.{digits}f}" for v in value.as_tuple())
    text = f"{central} {word}".rstrip()
    return f"{text} (exact)" if value.is_exact else f"{text} ({low} to {high})"


def _ids(ids: tuple[str, ...]) -> str:
    shown = ", ".join(name.removeprefix("observations/") for name in ids[:_IDS_SHOWN])
    return shown + (f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else "")


def tell_exposure(exposure: Exposure, measures: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the system, then measure by measure what is known of each party.

    Parameters
    ----------
    exposure : Exposure
    measures : iterable of str
        Codes; a party without the measure is left out here and named on its own sheet.
    """
    yield "all parties together"
    yield from tell_sheet(exposure.system)
    yield from tell_matrix(rival_matrix(exposure.parties))
    for code in measures:
        row = load_measures().measures[code]
        sheets = [*exposure.parties, *exposure.past]
        found = [r for sheet in sheets for r in sheet.all_of(code)]
        if not found:
            continue
        yield ""
        yield f"{row.name} ({code}): {row.formula}"
        yield from _lines(found, by_party=True)
