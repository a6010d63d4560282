"""Dated cash flows, each with its range, certainty, and the instrument and assumptions behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from loopledger.network import FlowTable, Row, build_table
from loopledger.records import Firmness
from loopledger.units import Interval, Quarter

__all__ = ["CERTAINTY_OF", "Certainty", "Flow", "Leg", "flow_table"]


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

    @property
    def derived(self) -> bool:
        """Whether no public contract states this flow."""
        return self.leg is Leg.SUPPLY


def flow_table(
    flows: Iterable[Flow],
    *,
    case: str | Callable[[Flow], str] = "central",
    earmarks: Mapping[str, tuple[str, ...]] | None = None,
    by_quarter: bool = True,
) -> FlowTable:
    """Return the payment network of the flows that move cash.

    Parameters
    ----------
    flows : iterable of Flow
    case : {"low", "central", "high"} or callable
        Which value of each range, for all flows or by flow.
    earmarks : mapping, optional
        Instrument to the instruments its money is meant for.
    by_quarter : bool
        Whether each quarter is a period; otherwise the whole window is one.

    Returns
    -------
    FlowTable
        [USD].
    """
    kept = [flow for flow in flows if flow.cash]
    case_of = case if callable(case) else lambda _: case
    rows = [
        Row(
            period=str(flow.period) if by_quarter else "1",
            payer=flow.payer,
            payee=flow.payee,
            kind=flow.kind,
            amount=getattr(flow.amount, case_of(flow)),
            instrument=flow.instrument,
        )
        for flow in kept
    ]
    periods = [str(q) for q in sorted({flow.period for flow in kept})] if by_quarter else ["1"]
    present = {row.instrument for row in rows if row.amount > 0}
    used = {
        source: tuple(target for target in targets if target in present)
        for source, targets in (earmarks or {}).items()
        if source in present
    }
    return build_table(rows, periods=periods, earmarks={s: t for s, t in used.items() if t})
