"""The table of markets: who sells, who buys, and what is reported about single payers."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loopledger.register.yamltext import read_yaml

__all__ = ["Disclosure", "GroupPrior", "Market", "Participant", "load_markets"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Participant(_Row):
    """A seller or a buyer, and the measures that give its total, the preferred first."""

    party: str
    measures: tuple[str, ...]
    share: str = Field(default="", description="Assumption: the part of the measure that goes to the market.")
    plans: tuple[str, ...] = Field(default=(), description="Measures of a year's planned spending.")
    of_costs: str = Field(
        default="", description="Assumption: the part of its costs that goes to the market."
    )
    of_revenue: str = Field(default="", description="Assumption: the same of its revenue.")
    one_of_many: str = Field(default="", description="Assumption: what one buyer takes of its sales.")


class Disclosure(_Row):
    """What a party reports about one payer, or about some payers together."""

    payee: str
    payer: str = ""
    payers: tuple[str, ...] = ()
    party: str
    measure: str
    of: str = ""
    reads: Literal["total", "at_least", "at_most", "share"] = Field(alias="as")
    less: str = Field(default="", description="Kind of payment that the figure holds besides purchases.")

    @property
    def from_whom(self) -> tuple[str, ...]:
        """The payers that it is about."""
        return self.payers or (self.payer,)


class GroupPrior(_Row):
    """The part of a seller's sales that some buyers take together if nothing else is known."""

    payee: str
    payers: tuple[str, ...]
    share: str


class NotUsed(_Row):
    """A disclosure that no estimate uses, and why."""

    measure: str
    why: str


class Market(_Row):
    """One market."""

    name: str
    says: str
    item: str
    limits: str = Field(description="What an estimate of it cannot tell.")
    ties: Literal["all", "register"]
    sellers: tuple[Participant, ...]
    buyers: tuple[Participant, ...]
    pairs: tuple[Disclosure, ...]
    groups: tuple[Disclosure, ...]
    priors: tuple[GroupPrior, ...] = ()
    not_used: tuple[NotUsed, ...] = ()

    @property
    def measures(self) -> frozenset[str]:
        """All measures of the observations that it uses."""
        totals = {name for row in (*self.sellers, *self.buyers) for name in row.measures}
        told = {name for row in (*self.pairs, *self.groups) for name in (row.measure, row.of) if name}
        return frozenset(totals | told)


@lru_cache(maxsize=1)
def load_markets() -> dict[str, Market]:
    """Return the bundled markets by name.

    Examples
    --------
    >>> sorted(load_markets())
    ['accelerators', 'compute']
    """
    text = (files("loopledger") / "data" / "accounts_markets.yaml").read_text(encoding="utf-8")
    document = read_yaml(text, "accounts_markets.yaml", with_places=False)
    if document.problems or not isinstance(document.value, dict):  # pragma: no cover - the package's own file
        raise ValueError(document.problems)
    rows = [Market.model_validate(row) for row in document.value["markets"]]
    return {row.name: row for row in rows}
