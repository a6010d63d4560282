"""A party's funding gap as others reckon it: the sum they state, and the same from their own items."""

from __future__ import annotations

from loopledger.exposure.readings import Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.table import GapRecipe, load_measures
from loopledger.units import Interval

__all__ = ["add_published_gaps"]


def add_published_gaps(sheet: Sheet, reported: Reported) -> None:
    """Add what others state as the funding gap of a party, beside the arithmetic of the items they state.

    Notes
    -----
    Items of a stock (cash, credit) are the latest by the horizon; items of a flow are those to the horizon.
    The two readings are not made to agree: where they differ, the source's items do not add up to its sum.
    """
    n_found = 0
    for recipe in load_measures().gap_recipes:
        stated = reported.latest(recipe.who, f"{sheet.party}.{recipe.stated}")
        if stated is None or stated.on is None:
            continue
        n_found += 1
        basis, label = stated.date_basis, f"{recipe.who}, stated"
        sheet.say("funding_gap_published", stated.value, [stated], of=label, date_basis=basis)
        items = {
            name: _item(reported, recipe, sheet.party, name, stated) for name in (*recipe.plus, *recipe.minus)
        }
        lacking = [name for name, item in items.items() if item is None]
        if lacking:
            missing = f"{', '.join(lacking)} of {sheet.party} by {recipe.who}"
            sheet.lack("funding_gap_published", missing, of=f"{recipe.who}, from its items")
            continue
        known = {name: item for name, item in items.items() if item is not None}
        plus = Interval.total(known[name].value for name in recipe.plus)
        minus = Interval.total(known[name].value for name in recipe.minus)
        value = Interval(plus.low - minus.high, plus.central - minus.central, plus.high - minus.low)
        told = f"{' + '.join(recipe.plus)} - {' - '.join(recipe.minus)}"
        sheet.say(
            "funding_gap_published", value, known.values(), of=f"{recipe.who}, from its items", date_basis=basis,
            note=told.replace("_", " "),
        )  # fmt: skip
    if not n_found:
        names = ", ".join(recipe.who for recipe in load_measures().gap_recipes)
        sheet.lack("funding_gap_published", f"a funding gap of {sheet.party} that {names} states")


def _item(reported: Reported, recipe: GapRecipe, party: str, name: str, stated: Stated) -> Stated | None:
    figures = [f for f in reported.figures_of(recipe.who, f"{party}.{name}") if f.on is not None]
    by_horizon = [f for f in figures if f.on is not None and stated.on is not None and f.on <= stated.on]
    return max(by_horizon, key=lambda f: (f.on, f.ids), default=None)
