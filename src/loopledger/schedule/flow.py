"""Dated cash flows, each with its range, certainty, and the instrument and assumptions behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loopledger.records import Firmness
from loopledger.units import Interval, Quarter

__all__ = ["CERTAINTY_OF", "Certainty", "Flow", "Leg", "order_id", "promise_id"]

_ORDER = "/supply/"


class Certainty(StrEnum):
    """How firmly a flow is promised."""

    CONTRACTED = "contracted"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    INDICATIVE = "indicative"


CERTAINTY_OF: Mapping[Firmness, Certainty] = {
    Firmness.BINDING: Certainty.CONTRACTED,
    Firmness.CONDITIONAL: Certainty.CONDITIONAL,
    Firmness.CONTINGENT: Certainty.CONDITIONAL,
    Firmness.OPTION: Certainty.OPTIONAL,
    Firmness.NON_BINDING: Certainty.INDICATIVE,
}


class Leg(StrEnum):
    """Which part of an instrument a flow belongs to."""

    PRINCIPAL = "principal"
    DEBT_SERVICE = "debt_service"
    SUPPLY = "supply"


def order_id(promise: str, supplier: str) -> str:
    """Return the id of the order to a supplier that follows from a promise."""
    return f"{promise}{_ORDER}{supplier}"


def promise_id(instrument: str) -> str:
    """Return the id of the promise that an instrument is, or that an order is derived from."""
    return instrument.split(_ORDER, maxsplit=1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Money from one party to another in one quarter.

    Parameters
    ----------
    period : Quarter
    payer, payee : str
        Party ids.
    kind : str
        Kind of the instrument, ``supply`` for a derived order, ``repayment`` for debt service.
    amount : Interval
        [USD] scheduled, >= 0.
    certainty : Certainty
    cash : bool
        Whether money moves; false for payment in kind.
    contingent : bool
        Whether it is paid only if a trigger happens.
    instrument : str
        Id of the flow's instrument; a derived leg is named after the instrument it follows from.
    leg : Leg
    assumptions : tuple of str
        Names of the assumptions that the figure or its date rests on.
    interest : Interval
        [USD] the interest in the amount of debt service, the rest is repayment; zero for other flows.
    """

    period: Quarter
    payer: str
    payee: str
    kind: str
    amount: Interval
    certainty: Certainty
    cash: bool = True
    contingent: bool = False
    instrument: str
    leg: Leg = Leg.PRINCIPAL
    assumptions: tuple[str, ...] = ()
    interest: Interval = Interval(0.0, 0.0, 0.0)  # noqa: RUF009  an interval is frozen

    @property
    def derived(self) -> bool:
        """Whether no public contract states this flow."""
        return self.leg is Leg.SUPPLY
