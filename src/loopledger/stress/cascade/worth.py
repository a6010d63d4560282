"""What parties are worth and earn at least, where their books do not say it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loopledger.register import Observation, Snapshot
from loopledger.register.figures import quarters_of, read_label, series_of
from loopledger.stress.arrays import FloatArray

__all__ = ["read_cash_flow", "read_equity", "read_revenue"]


def read_cash_flow(snapshot: Snapshot, parties: Sequence[str]) -> FloatArray:
    """Return the last year of cash from operations that is reported, shape (p,) [USD]; 0 for none.

    A year as such, or the last four quarters if they are newer.
    """
    return _last_year(snapshot, parties, "operating_cash_flow")


def read_revenue(snapshot: Snapshot, parties: Sequence[str]) -> FloatArray:
    """Return the last year of revenue that is reported, shape (p,) [USD]; 0 for none.

    A year as such, or the last four quarters if they are newer.
    """
    return _last_year(snapshot, parties, "revenue")


def _last_year(snapshot: Snapshot, parties: Sequence[str], metric: str) -> FloatArray:
    found = np.zeros(len(parties))
    rows = [r for r in snapshot.observations if r.metric == metric and r.unit == "usd" and r.party in parties]
    for series in series_of(rows):
        years = [
            (point.end, float(point.figure.value))
            for point in series.points
            if point.end is not None
            and (span := read_label(point.period)) is not None
            and span.n_quarters == 4
        ]
        quarters = [q for q in quarters_of(series)[0] if q.low is not None and q.high is not None][-4:]
        if len(quarters) == 4 and quarters[-1].quarter.index - quarters[0].quarter.index == 3:
            whole = sum(
                float(q.low + q.high) / 2 for q in quarters if q.low is not None and q.high is not None
            )
            years.append((quarters[-1].end, whole))
        if years:
            found[parties.index(series.party)] = max(max(years)[1], 0.0)
    return found


def read_equity(snapshot: Snapshot, parties: Sequence[str]) -> FloatArray:
    """Return the last stockholders' equity that is reported, shape (p,) [USD]; 0 for none."""
    found = np.zeros(len(parties))
    rows: list[Observation] = [
        r
        for r in snapshot.observations
        if r.metric == "stockholders_equity" and r.unit == "usd" and r.period_end
    ]
    for row in sorted(rows, key=lambda r: str(r.period_end)):
        if row.party in parties:
            found[parties.index(row.party)] = max(float(row.value), 0.0)
    return found
