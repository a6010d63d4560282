"""The table of published values: who said what, and how ours is made."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Published", "Remaining", "WithoutRow", "load_published", "load_without_row"]

Way = Literal["backlog", "observed", "mix", "books", "arithmetic", "none"]
#: What an agreement is worth: ours from records of our own, from the figures that the publisher used too, or from the
#: publisher's own statement, read again.
Check = Literal["own records", "same figures", "same statement"]
CHECKS: tuple[Check, ...] = get_args(Check)
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
    inputs) or ``none``. ``check`` says what an agreement is worth: ``own records`` where contracts
    and filings were put together here, ``same figures`` where the publisher did the same arithmetic on the same public
    figures, ``same statement`` where ours is the published statement read again. An input is a party, a measure and a
    period, or the id of an instrument.
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
    check: Check | None = None
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

    @property
    def allowed(self) -> str:
        """The tolerance in words: in the unit of the row, or as a part of the published value."""
        return (
            f"{100 * self.tolerance:g} % of the published value" if self.relative else f"{self.tolerance:g}"
        )

    @model_validator(mode="after")
    def _has_its_day(self) -> Self:
        if (self.way in _DATED) != (self.known_on is not None):
            msg = f"{self.id}: a day is for rows that rest on the register, and for all of them"
            raise ValueError(msg)
        if (self.way in _DATED) != (self.check is not None):
            msg = f"{self.id}: what an agreement is worth is for rows that rest on the register, and for all of them"
            raise ValueError(msg)
        return self


class WithoutRow(BaseModel):
    """A published metric that no row sets beside ours, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    subject: str
    why: str = Field(min_length=1)


def load_published() -> tuple[Published, ...]:
    """Return the bundled table of published values."""
    return tuple(Published.model_validate(entry) for entry in _table()["published"])


def load_without_row() -> tuple[WithoutRow, ...]:
    """Return the published metrics of the bundled table that have no row."""
    return tuple(WithoutRow.model_validate(entry) for entry in _table()["without_row"])


def _table() -> dict[str, list[dict[str, Any]]]:
    text = files("loopledger.data").joinpath("published.yaml").read_text(encoding="utf-8")
    table: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return table
