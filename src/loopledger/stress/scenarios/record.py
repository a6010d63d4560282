"""The record of a scenario, as a user writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from loopledger.records import Role
from loopledger.register.suggest import suggest
from loopledger.units import Interval, Quarter

__all__ = ["Measure", "Published", "Scenario", "Shock", "ShockKind"]


class ShockKind(StrEnum):
    """What happens to the target."""

    FUNDING_STOPS = "funding_stops"
    REVENUE_FALLS = "revenue_falls"
    GROWTH_FALLS = "growth_falls"
    COMMITMENTS_CUT = "commitments_cut"
    RENT_FALLS = "rent_falls"
    CAPACITY_SLIPS = "capacity_slips"
    SHARE_SHIFTS = "share_shifts"
    DEMAND_MOVES = "demand_moves"
    MULTIPLES_COMPRESS = "multiples_compress"
    SPREADS_WIDEN = "spreads_widen"
    CAPEX_CUT = "capex_cut"
    DEFAULTS = "defaults"
    WRITES_OFF = "writes_off"
    LIFE_SHORTENS = "life_shortens"
    EFFICIENCY_JUMPS = "efficiency_jumps"


def _number(raw: object) -> float:
    if isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool):
        value = float(raw)
        if 0 <= value < float("inf"):
            return value
    msg = "not a number of at least 0"
    raise ValueError(msg)


def _interval(raw: object) -> object:
    if isinstance(raw, Interval):
        return raw
    if isinstance(raw, Mapping):
        if set(raw) != {"low", "central", "high"}:
            msg = "a range has exactly low, central and high"
            raise ValueError(msg)
        values = [_number(raw[key]) for key in ("low", "central", "high")]
        if not values[0] <= values[1] <= values[2]:
            msg = "a range runs upwards from low to high"
            raise ValueError(msg)
        return Interval(*values)
    return Interval.exact(_number(raw))


def _day(raw: object) -> object:
    return date.fromisoformat(raw) if isinstance(raw, str) else raw


def _quarter(raw: object) -> object:
    return Quarter.parse(raw) if isinstance(raw, str) else raw


Size = Annotated[Any, BeforeValidator(_interval)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Shock(_Record):
    """One shock: what happens to whom, how large, when, how long."""

    kind: ShockKind
    target: str = Field(description="A party's id, or role:ROLE for all parties of a role.")
    size: Size = Field(description="Share 0 to 1 (basis points for spreads): a number or low, central, high.")
    start: int = Field(default=0, ge=0, description="Quarters after the window begins.")
    quarters: int | None = Field(default=None, gt=0, description="How long; to the end if left out.")
    to: str = Field(default="", description="share_shifts, demand_moves: who gains.")
    leaves: str = Field(default="", description="demand_moves: the party that the target buys less from.")
    late: int = Field(default=4, gt=0, description="capacity_slips: by how many quarters.")
    binding_too: bool = Field(default=False, description="funding_stops: signed funding stops as well.")

    @field_validator("target", "to", "leaves")
    @classmethod
    def _names_a_role(cls, text: str) -> str:
        if text.startswith("role:") and text[5:] not in {one.value for one in Role}:
            msg = f"there is no role {text[5:]!r}; {suggest(text[5:], {one.value for one in Role})}"
            raise ValueError(msg.removesuffix("; "))
        return text

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        kind, size = self.kind, self.size
        if kind is not ShockKind.SPREADS_WIDEN and size.high > 1:
            msg = f"the size of {kind} is a share, 0 to 1, not {size.high:g}; 40 per cent is 0.4"
            raise ValueError(msg)
        needs = {ShockKind.SHARE_SHIFTS: ("to",), ShockKind.DEMAND_MOVES: ("to", "leaves")}.get(kind, ())
        for name in needs:
            if not getattr(self, name):
                msg = f"{kind} needs the field {name}"
                raise ValueError(msg)
        if self.to and self.to in (self.leaves or self.target, self.target):
            msg = f"{kind} takes from {self.to!r} and gives to it"
            raise ValueError(msg)
        stray = [name for name in ("to", "leaves") if getattr(self, name) and name not in needs]
        if stray:
            msg = f"{kind} has no use for the field {stray[0]}"
            raise ValueError(msg)
        return self


class Measure(StrEnum):
    """Which figure of ours has the definition of a published one; its unit is that of the figure."""

    NONE = "none"
    FUNDING_NEED = "funding_need"
    RECEIPTS_LOST = "receipts_lost"
    RECEIPTS_LOST_SHARE = "receipts_lost_share"
    UNPAID = "unpaid"
    PROMISES_GONE = "promises_gone"
    ORDERS_GONE = "orders_gone"
    DEBT_UNPAID_SHARE = "debt_unpaid_share"
    CALLED = "called"
    EXTRA_DEPRECIATION = "extra_depreciation"
    STAKES_DOWN = "stakes_down"
    FALL = "fall"
    SIZE = "size"
    PRICE_AFTER = "price_after"
    USE_ANSWERS = "use_answers"
    INTEREST_COVER = "interest_cover"
    CAPEX_TO_CASH = "capex_to_cash"
    OTHER_INCOME_SHARE = "other_income_share"

    @property
    def unit(self) -> str:
        """Unit of the figure: USD, a share, a ratio, or its own."""
        return _UNITS.get(self, "USD")


_UNITS = {
    Measure.RECEIPTS_LOST_SHARE: "share",
    Measure.DEBT_UNPAID_SHARE: "share",
    Measure.FALL: "share",
    Measure.SIZE: "as in the scenario",
    Measure.PRICE_AFTER: "USD an hour",
    Measure.USE_ANSWERS: "share",
    Measure.INTEREST_COVER: "times",
    Measure.CAPEX_TO_CASH: "ratio",
    Measure.OTHER_INCOME_SHARE: "share",
}


class Published(_Record):
    """A published size, and which figure of ours stands beside it."""

    says: str
    who: str
    url: str = Field(pattern=r"^https?://")
    measure: Measure = Measure.NONE
    of: str = Field(default="", description="Party, role:ROLE, guarantee, or product/metric of the figure.")
    value: Size | None = Field(default=None, description="Theirs, in the unit of the measure.")
    on: Annotated[date, BeforeValidator(_day)] | None = Field(default=None, description="Day of publication.")
    starts: Annotated[Quarter, BeforeValidator(_quarter)] | None = Field(
        default=None, description="First quarter that theirs covers, where it is not the window."
    )
    ends: Annotated[Quarter, BeforeValidator(_quarter)] | None = Field(
        default=None, description="Last quarter that theirs covers, where it is not the window."
    )
    difference: str = Field(min_length=1, description="Why ours differs: definition, date or data.")

    @model_validator(mode="after")
    def _is_comparable(self) -> Self:
        if (self.value is None) != (self.measure is Measure.NONE):
            msg = "a measure and a value stand together or not at all"
            raise ValueError(msg)
        return self


class Scenario(_Record):
    """A named set of shocks."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")
    name: str = Field(min_length=1)
    says: str = Field(default="", description="What is assumed, and what the model leaves out.")
    shocks: tuple[Shock, ...] = Field(min_length=1)
    published: tuple[Published, ...] = ()
