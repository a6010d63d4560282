"""What a gigawatt costs to build and to rent, from published figures as known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from loopledger.errors import ModelError
from loopledger.register import Observation
from loopledger.units import Interval

__all__ = ["UnitCost", "capacity_cost", "rent_of_capacity"]

#: Metrics that give the whole cost of a gigawatt, or of a megawatt, in dollars: factor to a gigawatt.
_BUILD: Mapping[str, float] = {"capex_per_gw": 1.0, "capex_per_mw_all_in": 1000.0}
#: Metrics that give the rent of capacity under contracts of several years, in dollars per megawatt-year.
_RENT: Mapping[str, float] = {
    "rental_yield_multi_year": 1000.0,
    "openai_rental_per_mw_year": 1000.0,
    "revenue_per_active_mw_year": 1000.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """A unit cost as several sources state it.

    Parameters
    ----------
    usd : Interval
        [USD per gigawatt, or per gigawatt-year]: lowest, median by source, and highest.
    sources : tuple of str
        ``file:line`` of each row used.
    by_source : mapping of str to tuple of float
        [USD] low and high by party that said it.
    """

    usd: Interval
    sources: tuple[str, ...]
    by_source: Mapping[str, tuple[float, float]]


def capacity_cost(observations: Iterable[Observation]) -> UnitCost:
    """Return what building one gigawatt of AI capacity costs, everything included.

    Parameters
    ----------
    observations : iterable of Observation
        Those known on the day.

    Returns
    -------
    UnitCost
        [USD per gigawatt].

    Raises
    ------
    ModelError
        If no source gives the cost.
    """
    return _unit_cost(observations, _BUILD, "the cost of a gigawatt")


def rent_of_capacity(observations: Iterable[Observation]) -> UnitCost:
    """Return what renting one gigawatt for a year costs under contracts of several years.

    Returns
    -------
    UnitCost
        [USD per gigawatt-year].

    Raises
    ------
    ModelError
        If no source gives the rent.
    """
    return _unit_cost(observations, _RENT, "the rent of a gigawatt-year")


def _unit_cost(observations: Iterable[Observation], factors: Mapping[str, float], what: str) -> UnitCost:
    figures: dict[str, list[float]] = defaultdict(list)
    rows: list[str] = []
    for row in observations:
        if row.metric in factors:
            figures[f"{row.party} {row.period}"].append(float(row.value) * factors[row.metric])
            rows.append(f"{row.file}:{row.line}")
    if not figures:
        msg = f"no observation gives {what} on this day"
        raise ModelError(msg, hint=f"add a row with one of the metrics {', '.join(factors)}")
    middles = [(min(values) + max(values)) / 2 for values in figures.values()]
    lows, highs = [min(v) for v in figures.values()], [max(v) for v in figures.values()]
    return UnitCost(
        usd=Interval(min(lows), median(middles), max(highs)),
        sources=tuple(rows),
        by_source={name: (min(values), max(values)) for name, values in sorted(figures.items())},
    )
