"""The table of published values: who said what, and how ours is made."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Published", "Remaining", "load_published"]

Way = Literal["backlog", "observed", "mix", "books", "arithmetic", "none"]
#: Ways that rest on the register as known on a day.
_DATED = ("backlog", "observed", "mix", "books")


class Remaining(BaseModel):
    """Ours once more, with the publisher's figure in place of the one that differs.

    ``formula`` may use the quantities of the row's way: its inputs, or ``obligations`` and ``backlog``, or
    ``funding`` and ``purchases``, or ``capex``, ``cash`` and ``owners``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    formula: str = Field(min_length=1)
    says: str = Field(min_length=1)


class Published(BaseModel):
    """One published value, who said it, and how ours is made.

    ``way`` is ``backlog`` (contracts over reported backlog), ``observed`` (a formula over observations and stated
    amounts of instruments), ``mix`` (dated cash flows: funding of a buyer over its purchases of a year), ``books``
    (sums over the statements of some parties), ``arithmetic`` (the publisher's own formula on the publisher's
    inputs) or ``none``. An input is a party, a measure and a period, or the id of an instrument.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    metric: str
    subject: str
    value: float
    unit: str
    as_of: str
    who: str
    url: str
    tier: Literal["P", "R", "L"]
    way: Way
    known_on: date | None = None
    sellers: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    funders: tuple[str, ...] = ()
    other_funders_than: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    year: int | None = None
    history: bool = Field(default=False, description="Whether the inputs stand in the history set.")
    formula: str = ""
    inputs: dict[str, tuple[str, str, str] | str] = {}
    tolerance: float = 0.02
    relative: bool = True
    definition_gap: str = ""
    date_gap: str = ""
    data_gap: str = ""
    remaining: Remaining | None = None

    @model_validator(mode="after")
    def _has_its_day(self) -> Self:
        if (self.way in _DATED) != (self.known_on is not None):
            msg = f"{self.id}: a day is for rows that rest on the register, and for all of them"
            raise ValueError(msg)
        return self


def load_published() -> tuple[Published, ...]:
    """Return the bundled table of published values."""
    text = files("loopledger.data").joinpath("published.yaml").read_text(encoding="utf-8")
    return tuple(Published.model_validate(entry) for entry in yaml.safe_load(text)["published"])
