"""Does it hold if chips live shorter, rents fall and power slips: capacity and depreciation under each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from statistics import median

from loopledger.errors import ModelError
from loopledger.exposure.capacity import capacity_cost
from loopledger.exposure.ranges import difference
from loopledger.exposure.readings import Named, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.table import Hardware, load_measures
from loopledger.units import Interval

__all__ = ["add_hardware", "add_life_of_servers"]

#: Share of capital expenditure that is servers and their network.
SERVERS = "hardware.server_share"
#: Rents under contracts of several years; what a seller earns on capacity that still ramps up is no rent.
_RENT = ("rental_yield_multi_year", "openai_rental_per_mw_year")
_MEGAWATTS = 1000.0
_CHIPS = ("*_content_per_gw", "it_capex_per_gw")
_POWER = ("electricity_cost_per_gw_year",)
_LEFT_OUT = "cost of capital, staff and tax left out, so 1 (or nothing over) is a loss"
_CHIP_LIFE = ("server_useful_life",)
_SHELL_LIFE = ("datacentre_building_useful_life", "building_useful_life")


def add_hardware(sheet: Sheet, reported: Reported) -> None:
    """Add what a rented gigawatt earns over what it costs a year, under each case of the table.

    Notes
    -----
    Cost of a year is chips over their life, the rest over the life of the building, and power. What a slip
    of power takes away is rent (and power) of the time lost while the chips age. Cost of capital, staff and
    tax are left out, so a ratio of 1 is a loss. Ranges are over sources, and the ends are taken crosswise.
    """
    try:
        cost = capacity_cost(reported.snapshot.observations)
    except ModelError as error:
        sheet.lack("hardware_cover", str(error))
        return
    parts = {
        "rent of a megawatt-year under contracts of several years": _over_sources(reported, _RENT),
        "chips of a gigawatt": _over_sources(reported, _CHIPS),
        "power of a gigawatt-year": _over_sources(reported, _POWER),
        "years over which servers are written off": _over_sources(reported, _CHIP_LIFE, single=True),
        "years over which buildings are written off": _over_sources(reported, _SHELL_LIFE, single=True),
    }
    for what, found in parts.items():
        if found is None:
            sheet.lack("hardware_cover", f"a figure for {what}")
            return
    rent, chips, power, life, shell = (found for found in parts.values() if found is not None)
    behind = (Named(ids=cost.sources), rent, chips, power, life, shell)
    for case in load_measures().hardware:
        years = life.value if case.life_years is None else Interval.exact(case.life_years)
        yearly = _yearly_cost(cost.usd, chips.value, years, shell.value, _slipped(power.value, years, case))
        earned = _slipped(rent.value.scaled(_MEGAWATTS * (1 - case.rent_cut)), years, case)
        basis, over = "figures of several dates, see the rows", (earned, yearly)
        sheet.say_ratio(
            "hardware_cover", over, behind, of=case.code, date_basis=basis, note=f"{case.says}; {_LEFT_OUT}"
        )
        margin = difference(*over)
        sheet.say(
            "hardware_margin",
            margin,
            behind,
            of=case.code,
            date_basis=basis,
            note=f"{case.says}; {_LEFT_OUT}",
        )


def _slipped(value: Interval, life: Interval, case: Hardware) -> Interval:
    """Return a yearly sum over a life of which the first years are lost."""
    ends = [max(years - case.slip_years, 0.0) / years for years in life.as_tuple()]
    return Interval(value.low * ends[0], value.central * ends[1], value.high * ends[2])


def _yearly_cost(
    cost: Interval, chips: Interval, life: Interval, shell: Interval, power: Interval
) -> Interval:
    def at(c: float, k: float, years: float, shell_years: float, p: float) -> float:
        k = min(k, c)
        return k / years + (c - k) / shell_years + p

    return Interval(
        at(cost.low, chips.low, life.high, shell.high, power.low),
        at(cost.central, chips.central, life.central, shell.central, power.central),
        at(cost.high, chips.high, life.low, shell.low, power.high),
    )


def _over_sources(reported: Reported, patterns: Iterable[str], *, single: bool = False) -> Stated | None:
    """Return the lowest, the median and the highest figure of several sources, each by its latest one.

    With ``single`` only figures that are one number count: a filer's range of useful lives is of several sorts
    of equipment, not a doubt about one.
    """
    by_source: dict[tuple[str, str], Stated] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for row in reported.snapshot.observations:
        if any(fnmatchcase(row.metric, p) for p in patterns):
            names[row.party].add(row.metric)
    for party, metrics in names.items():
        for metric in metrics:
            found = _single(reported, party, metric) if single else reported.latest(party, metric)
            if found is not None:
                by_source[party, metric] = found
    if not by_source:
        return None
    figures = [by_source[key] for key in sorted(by_source)]
    return Stated(
        value=Interval(
            min(f.value.low for f in figures),
            median(f.value.central for f in figures),
            max(f.value.high for f in figures),
        ),
        on=None,
        date_basis="; ".join(f.date_basis for f in figures),
        ids=tuple(i for f in figures for i in f.ids),
        assumptions=tuple(n for f in figures for n in f.assumptions),
    )


def _single(reported: Reported, party: str, metric: str) -> Stated | None:
    """Return the latest figure that is one number."""
    figures = [
        f
        for f in reported.figures_of(party, metric)
        if len(f.ids) == 1 and f.on is not None and f.value.low > 0
    ]
    return max(figures, key=lambda f: (f.on or date.min, f.ids), default=None)


def add_life_of_servers(sheet: Sheet, reported: Reported) -> None:
    """Add what a life of servers as in the table's shortest case would add to a party's yearly depreciation.

    Notes
    -----
    One year's purchases only: ``capex x share of servers x (1 / short life - 1 / stated life)``, by straight
    line. It grows as more years' purchases are on the books.
    """
    party = sheet.party
    capex, life = reported.last_year(party, "capex"), _single(reported, party, "server_useful_life")
    if capex is None or life is None:
        lacking = [
            n
            for n, v in (("capex_cash over four quarters", capex), ("server_useful_life", life))
            if v is None
        ]
        sheet.lack("life_depreciation", f"{' and '.join(lacking)} of {party}")
        return
    short = min(case.life_years for case in load_measures().hardware if case.life_years is not None)
    servers = Interval(*(max(v, 0.0) for v in capex.value.as_tuple())).times(
        reported.assumptions.range(SERVERS)
    )
    per_year = [1 / short - 1 / years for years in life.value.as_tuple()]
    corners = [s * f for s in (servers.low, servers.high) for f in (per_year[0], per_year[2])]
    central = servers.central * per_year[1]
    value = Interval(min(*corners, central), central, max(*corners, central))
    basis = f"{capex.date_basis}; {life.date_basis}"
    behind = (capex, life, Named(assumptions=(SERVERS,)))
    sheet.say("life_depreciation", value, behind, date_basis=basis, note=f"{short:g} years")
    income = reported.last_year(party, "operating_income")
    if income is None or income.value.low <= 0:
        sheet.lack("life_to_income", f"operating income of {party} over four quarters, above nothing")
        return
    ends = [v / i for v in (value.low, value.high) for i in (income.value.low, income.value.high)]
    sheet.say(
        "life_to_income", Interval(min(ends), central / income.value.central, max(ends)), (*behind, income),
        date_basis=f"{basis}, over operating income of the latest four quarters: {income.date_basis}",
    )  # fmt: skip
