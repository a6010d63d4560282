"""The table of measures: what each one means, in which unit, after whom; ``data/measures.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loopledger.errors import NotFoundError
from loopledger.records import Role
from loopledger.register.suggest import suggest
from loopledger.register.yamltext import read_yaml

__all__ = [
    "Hardware",
    "Input",
    "Market",
    "Measure",
    "MeasureTable",
    "Recipe",
    "find_measure",
    "load_measures",
]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Row):
    """One measure of exposure.

    Parameters
    ----------
    code : str
    name : str
        In the trade's words.
    group : str
        Part of the answer that it belongs to.
    question : int
        Which of the questions of an analyst it helps to answer.
    says : str
        Definition, perimeter and what is not claimed.
    formula : str
    unit : str
    of : str
        What a value is of, within a party; empty for one value a party.
    source : str
        Where the definition comes from.
    published : str
        Id of the published measure beside which it stands; empty for none.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    group: str
    question: int = Field(ge=1, le=15)
    says: str = Field(min_length=1)
    formula: str = Field(min_length=1)
    unit: Literal["usd", "usd_per_year", "share", "ratio", "years", "per_year", "count"]
    of: str = ""
    source: str = Field(min_length=1)
    published: str = ""


class Input(_Row):
    """One factor of a recipe: a number with its source, or a figure of the observations.

    Parameters
    ----------
    number : float or None
        A constant of the recipe.
    why : str
        What the factor is.
    party, metric : str
        Whose figure of which measure: the latest one, or the sum over ``years``.
    years : tuple of int
        Years of a yearly forecast that are added up.
    times : float
        Factor on the figure, such as 4 for a quarter.
    measure : str
        A measure of the party itself, by year, in place of a figure.
    """

    number: float | None = None
    why: str = Field(min_length=1)
    party: str = ""
    metric: str = ""
    years: tuple[int, ...] = ()
    times: float = 1.0
    measure: str = ""


class Recipe(_Row):
    """A published way from spending to the sales that would pay for it: the product of its inputs.

    ``scope`` is ``system`` for all parties together or ``party`` for each party of ``roles`` and year.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    who: str
    says: str
    scope: Literal["system", "party"]
    roles: tuple[Role, ...] = ()
    source: str
    inputs: tuple[Input, ...] = Field(min_length=1)


class GapRecipe(_Row):
    """Whose funding gap, under which measure, and the items of it that are added and taken off."""

    who: str
    stated: str
    plus: tuple[str, ...] = Field(min_length=1)
    minus: tuple[str, ...] = Field(min_length=1)


class Market(_Row):
    """Parties that sell products which compete with each other."""

    market: str
    parties: tuple[str, ...] = Field(min_length=2)
    why: str


class Hardware(_Row):
    """One case of the sensitivity to hardware: years that chips live, part that rents lose, years that power slips."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    says: str = Field(min_length=1)
    life_years: float | None = Field(default=None, gt=0)
    rent_cut: float = Field(default=0.0, ge=0, lt=1)
    slip_years: float = Field(default=0.0, ge=0)


class MeasureTable(_Row):
    """The file ``data/measures.yaml``."""

    groups: dict[str, str]
    questions: dict[int, str]
    rows: tuple[Measure, ...]
    recipes: tuple[Recipe, ...]
    gap_recipes: tuple[GapRecipe, ...]
    rivals: tuple[Market, ...]
    hardware: tuple[Hardware, ...]
    backlog: tuple[str, ...]
    backlog_due: dict[str, str]
    commitments_stated: tuple[str, ...]
    customer_shares: tuple[str, ...]
    builders: tuple[str, ...]
    gains: tuple[str, ...]
    stakes_stated: tuple[str, ...]
    priced_rounds: dict[str, Literal["before", "after"]]

    @property
    def measures(self) -> dict[str, Measure]:
        """The measures by code."""
        return {row.code: row for row in self.rows}

    def competitors(self, party: str) -> frozenset[str]:
        """Return the parties that sell a product competing with one of a party."""
        return frozenset(
            name for market in self.rivals if party in market.parties for name in market.parties
        ) - {party}


@lru_cache(maxsize=1)
def load_measures() -> MeasureTable:
    """Return the bundled table.

    Examples
    --------
    >>> load_measures().measures["backlog_hhi"].unit
    'ratio'
    """
    text = (files("loopledger") / "data" / "measures.yaml").read_text(encoding="utf-8")
    document = read_yaml(text, "measures.yaml", with_places=False)
    if document.problems:  # pragma: no cover - the package's own file
        raise ValueError(document.problems[0])
    return MeasureTable.model_validate(document.value)


def find_measure(code: str) -> Measure:
    """Return a measure by its code.

    Raises
    ------
    NotFoundError
        If the table has none of that code.
    """
    known = load_measures().measures
    if code not in known:
        msg = f'no measure "{code}"'
        raise NotFoundError(msg, hint=suggest(code, known) or "the reference page on measures lists them")
    return known[code]
