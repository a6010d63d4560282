"""From dated flows to a payment network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from loopledger.network.flows import FlowTable, Row, build_table
from loopledger.schedule import Flow

__all__ = ["flow_table"]


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
