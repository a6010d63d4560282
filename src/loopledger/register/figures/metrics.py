"""What each measure means, and what arithmetic it allows: the table ``data/metrics.yaml``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from loopledger.errors import NotFoundError
from loopledger.records.literals import Day
from loopledger.register.suggest import suggest
from loopledger.register.yamltext import read_yaml

__all__ = ["Break", "Metric", "Nature", "TagRow", "find_metric", "load_metrics", "load_tags"]


class Nature(StrEnum):
    """What sort of figure a measure is; only flows are ever added over time."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    PRICE = "price"
    TRAIT = "trait"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Break(_Row):
    """From the day ``on`` a party's figures count something else."""

    party: str
    on: Day
    note: str = Field(min_length=1)


class Metric(_Row):
    """One measure, or with ``*`` in its name a family of them."""

    name: str
    nature: Nature
    units: tuple[str, ...] = Field(min_length=1)
    says: str = Field(min_length=1, description="The definition, own words.")
    additive: StrictBool = Field(default=False, description="Whether quarters add up to the year.")
    outlook: StrictBool = Field(
        default=False, description="Said in advance; later words replace earlier ones."
    )
    never_negative: StrictBool = Field(default=False, description="Whether a figure below zero is a slip.")
    breaks: tuple[Break, ...] = ()

    def breaks_of(self, party: str) -> tuple[Break, ...]:
        """Return the changes of definition of a party's figures, oldest first."""
        return tuple(sorted((b for b in self.breaks if b.party == party), key=lambda b: b.on))

    def breaks_within(self, party: str, first: date, last: date) -> tuple[Break, ...]:
        """Return the changes of definition that fall after ``first`` and no later than ``last``."""
        return tuple(b for b in self.breaks_of(party) if first < b.on <= last)


class TagRow(_Row):
    """Which measure a tag of an SEC filing is; earlier rows go before later ones."""

    tag: str = Field(pattern=r"^[a-z-]+:\w+$")
    metric: str
    unit: str
    parties: tuple[str, ...] = ()


def read_table(name: str) -> Any:  # noqa: ANN401  plain values of a file
    """Return the values of a table that comes with the package."""
    text = (files("loopledger") / "data" / name).read_text(encoding="utf-8")
    document = read_yaml(text, name, with_places=False)
    if document.problems:  # pragma: no cover - the package's own file
        raise ValueError(document.problems[0])
    return document.value


@lru_cache(maxsize=1)
def _table() -> dict[str, list[dict[str, object]]]:
    return cast("dict[str, list[dict[str, object]]]", read_table("metrics.yaml"))


@lru_cache(maxsize=1)
def load_metrics() -> dict[str, Metric]:
    """Return the bundled measures by name, families included.

    Examples
    --------
    >>> load_metrics()["capex_cash"].additive
    True
    """
    rows = [Metric.model_validate(row) for row in _table()["metrics"]]
    return {row.name: row for row in rows}


@lru_cache(maxsize=1)
def load_tags() -> tuple[TagRow, ...]:
    """Return the bundled map from tags of SEC filings to measures."""
    return tuple(TagRow.model_validate(row) for row in _table()["tags"])


@lru_cache(maxsize=4096)
def find_metric(name: str) -> Metric:
    """Return the measure of a name, under that name.

    Parameters
    ----------
    name : str
        As a row of observations has it; the subject of a forecast may stand before a dot.

    Raises
    ------
    NotFoundError
        If the table has no such measure.

    Examples
    --------
    >>> find_metric("openai.revenue").name, find_metric("debt_principal_due_2029").nature.value
    ('openai.revenue', 'stock')
    """
    bare, metrics = name.rpartition(".")[2], load_metrics()
    found = metrics.get(bare)
    if found is None:
        families = [m for m in metrics.values() if "*" in m.name and fnmatchcase(bare, m.name)]
        found = max(families, key=lambda m: len(m.name.replace("*", "")), default=None)
    if found is None:
        msg = f'no measure "{name}" is defined'
        hint = suggest(bare, metrics) or "define it in data/metrics.yaml"
        raise NotFoundError(msg, hint=hint)
    if bare != name:  # what others say about the subject is said in advance, and never its books
        return found.model_copy(update={"name": name, "additive": False, "outlook": True})
    return found if found.name == name else found.model_copy(update={"name": name})
