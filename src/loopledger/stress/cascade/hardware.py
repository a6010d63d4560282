"""Hardware by vintage: what parties spent quarter by quarter, and what a shorter life makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopledger.register import Snapshot
from loopledger.register.figures import calendar_quarter, quarters_of, read_label, series_of
from loopledger.register.figures.series import Series
from loopledger.register.observations import ObservationBound
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray
from loopledger.units import Quarter

__all__ = ["Vintages", "extra_depreciation", "read_vintages", "replaced"]

_METRIC, _LIFE = "capex_cash", "server_useful_life"
#: Quarters before the window that are kept: longer than any reported life.
_DEPTH = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintages:
    """Cash capital expenditure by quarter before and in the window; ``v + t`` quarters, ``p`` parties.

    Parameters
    ----------
    spent : ndarray, shape (v + t, p)
        [USD]; zero for a party that reports none. Quarters before the first report are at its level, quarters
        after the last at the mean of the last four.
    n_before : int
        How many quarters lie before the window, ``v``.
    reported : ndarray of bool, shape (v + t, p)
        Which are reported, alone or as part of a year.
    life : ndarray, shape (p,)
        Useful life of servers as last reported, or the assumption ``hardware.life`` [years].
    ids : tuple of tuple of str
        The rows behind it, by party.
    """

    spent: FloatArray
    n_before: int
    reported: FloatArray
    life: FloatArray
    ids: tuple[tuple[str, ...], ...]


def read_vintages(
    snapshot: Snapshot, assumptions: Assumptions, parties: Sequence[str], quarters: Sequence[Quarter]
) -> Vintages:
    """Return the vintages of all parties, quarters of a year that alone is reported at equal parts."""
    n_all = _DEPTH + len(quarters)
    first = quarters[0].shifted(-_DEPTH)
    spent, reported = np.zeros((n_all, len(parties))), np.zeros((n_all, len(parties)), dtype=bool)
    life = np.full(len(parties), assumptions.number("hardware.life"))
    ids: list[tuple[str, ...]] = [() for _ in parties]
    rows = [
        r for r in snapshot.observations if r.metric == _METRIC and r.unit == "usd" and r.party in parties
    ]
    for series in series_of(rows):
        k = parties.index(series.party)
        known, used = _by_quarter(series)
        for quarter, value in known.items():
            place = quarter.index - first.index
            if 0 <= place < _DEPTH:
                spent[place, k], reported[place, k] = value, True
        if reported[:, k].any():
            _fill(spent[:, k], np.flatnonzero(reported[:, k]))
            ids[k] = used
    for row in sorted(snapshot.observations, key=lambda r: str(r.period_end)):
        if row.metric == _LIFE and row.party in parties and row.bound is ObservationBound.EXACT:
            k = parties.index(row.party)
            life[k] = float(row.value)
            ids[k] = (*ids[k], f"{row.file}:{row.line}")
    return Vintages(spent=spent, n_before=_DEPTH, reported=reported, life=life, ids=tuple(ids))


def _by_quarter(series: Series) -> tuple[dict[Quarter, float], tuple[str, ...]]:
    """Return what each quarter spent; longer periods fill the quarters that nothing shorter states."""
    found: dict[Quarter, float] = {}
    used: list[str] = []
    for one in quarters_of(series)[0]:
        if one.low is not None and one.high is not None:
            found.setdefault(one.quarter, float(one.low + one.high) / 2)
            used += [f"{r.file}:{r.line}" for term in one.terms for r in term.figure.rows]
    for point in series.points:
        span = read_label(point.period)
        placed = calendar_quarter(point.end) if point.end is not None else None
        if span is None or span.n_quarters == 1 or placed is None:
            continue
        covered = [placed[0].shifted(-k) for k in range(span.n_quarters)]
        missing = [q for q in covered if q not in found]
        rest = float(point.figure.value) - sum(found[q] for q in covered if q in found)
        if missing and rest > 0:
            found.update(dict.fromkeys(missing, rest / len(missing)))
            used += [f"{r.file}:{r.line}" for r in point.figure.rows]
    return found, tuple(dict.fromkeys(used))


def _fill(column: FloatArray, places: np.ndarray) -> None:
    """Carry the first level backwards, the mean of the last four forwards, and a level over a gap."""
    first, last = int(places[0]), int(places[-1])
    column[:first] = column[first]
    column[last + 1 :] = column[places[-4:]].mean()
    for place in range(first + 1, last):
        if column[place] == 0:
            column[place] = column[place - 1]


def extra_depreciation(v: Vintages, party: int, share: FloatArray, shorter: FloatArray) -> FloatArray:
    """Return by how much straight-line depreciation of servers rises if they live shorter, shape (d, t) [USD].

    Parameters
    ----------
    share : ndarray, shape (d,)
        Servers and network in capital expenditure, 0 to 1.
    shorter : ndarray, shape (d,)
        Part of the life that is taken off, 0 to 1.

    Notes
    -----
    Each vintage counts from the quarter after it was bought, over the old and over the new life, as though the
    new one had always held: sum over ages ``a`` of ``spent[t - a] (1[a <= m] / m - 1[a <= n] / n)`` with
    ``n`` and ``m`` the old and new life in quarters.
    """
    n_quarters = len(v.spent) - v.n_before
    old = max(round(4 * float(v.life[party])), 1)
    found = np.zeros((len(share), n_quarters))
    for run, (part, off) in enumerate(zip(share, shorter, strict=True)):
        new = max(round(old * (1 - float(off))), 1)
        for t in range(n_quarters):
            at = v.n_before + t
            by_old = v.spent[max(at - old, 0) : at, party].sum() / old
            by_new = v.spent[max(at - new, 0) : at, party].sum() / new
            found[run, t] = part * (by_new - by_old)
    return found


def replaced(v: Vintages, party: int, share: FloatArray, shorter: FloatArray) -> FloatArray:
    """Return the servers that reach their new life in each quarter of the window, at cost, shape (d, t) [USD].

    What is older than the new life when the window begins is replaced as planned.
    """
    n_quarters = len(v.spent) - v.n_before
    old = max(round(4 * float(v.life[party])), 1)
    found = np.zeros((len(share), n_quarters))
    for run, (part, off) in enumerate(zip(share, shorter, strict=True)):
        new = max(round(old * (1 - float(off))), 1)
        if new < old:
            for t in range(n_quarters):
                found[run, t] = part * v.spent[max(v.n_before + t - new, 0), party]
    return found
