"""Revenue that would pay for the build-out, by published recipes that are named one by one."""

from __future__ import annotations

from dataclasses import replace

from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.table import Input, Recipe, load_measures
from loopledger.records import Role
from loopledger.units import Interval

__all__ = ["add_break_even", "add_system_break_even"]


def add_break_even(sheet: Sheet, role: Role) -> None:
    """Add the recipes for one party, year by year; its payments by year must be on the sheet.

    Notes
    -----
    Each recipe is the product of its inputs, bound by bound. None is an opinion of ours on what revenue
    will be: it says what the recipe's own rule asks for.
    """
    for recipe in load_measures().recipes:
        if recipe.scope != "party" or role not in recipe.roles:
            continue
        base = next(i.measure for i in recipe.inputs if i.measure)
        readings = [r for r in sheet.all_of(base) if r.of.isdigit()]  # a year that has begun is not a year
        if not readings:
            sheet.lack("break_even_revenue", f"{base} of {sheet.party} in any whole year", of=recipe.code)
        for reading in readings:
            value = reading.value
            for factor in recipe.inputs:
                if not factor.measure:
                    assert factor.number is not None  # noqa: S101  the table's test holds it
                    value = value.scaled(factor.number)
            sheet.say(
                "break_even_revenue", value, [reading], of=f"{recipe.code} {reading.of}",
                date_basis=reading.date_basis, note=_told(recipe),
            )  # fmt: skip


def add_system_break_even(sheet: Sheet, reported: Reported) -> None:
    """Add the recipes that speak of all parties together."""
    for recipe in load_measures().recipes:
        if recipe.scope != "system":
            continue
        factors: list[Stated] = []
        for factor in recipe.inputs:
            found = _factor(factor, reported)
            if found is None:
                years = f" of {', '.join(map(str, factor.years))}" if factor.years else ""
                sheet.lack("break_even_revenue", f"{factor.metric} of {factor.party}{years}", of=recipe.code)
                break
            factors.append(found)
        else:
            value = Interval.exact(1.0)
            for found in factors:
                value = value.times(found.value)
            dates = "; ".join(f.date_basis for f in factors if f.date_basis)
            sheet.say(
                "break_even_revenue", value, factors, of=recipe.code, date_basis=dates, note=_told(recipe)
            )


def _told(recipe: Recipe) -> str:
    return f"{recipe.who}: {recipe.says}"


def _factor(factor: Input, reported: Reported) -> Stated | None:
    """Return one input of a recipe; None where its figure is not known."""
    if factor.number is not None:
        return Stated(value=Interval.exact(factor.number), on=None, date_basis="", ids=())
    if not factor.years:
        last = reported.latest(factor.party, factor.metric)
        return replace(last, value=last.value.scaled(factor.times)) if last is not None else None
    figures = reported.figures_of(factor.party, factor.metric)
    of_year = {f.on.year: f for f in figures if f.on is not None}
    if any(year not in of_year for year in factor.years):
        return None
    known = [of_year[year] for year in factor.years]
    span = " to ".join(dict.fromkeys(str(y) for y in (factor.years[0], factor.years[-1])))
    return Stated(
        value=Interval.total(f.value for f in known).scaled(factor.times),
        on=None,
        date_basis=f"{factor.metric} of {factor.party}, {span}",
        ids=tuple(i for f in known for i in f.ids),
        assumptions=tuple(n for f in known for n in f.assumptions),
    )
