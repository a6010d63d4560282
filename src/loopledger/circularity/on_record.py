"""How much of a seller's reported sales the contracts on record hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from loopledger.accounts import Amount, build_figures
from loopledger.accounts.lines import Period
from loopledger.errors import ModelError
from loopledger.network import FlowTable
from loopledger.records import FlowClass
from loopledger.register import Snapshot
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["RecordCoverage", "cover_by_record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCoverage:
    """Sales on record beside sales reported, in the quarters that have both.

    Parameters
    ----------
    seller : str
    quarters : tuple of str
        Quarters of the window with a reported figure, in time order.
    receipts : float
        [USD] scheduled from sales in these quarters, central.
    reported : Amount
        [USD] sales as the seller reports them, with range, date basis, ids and assumptions.
    missing : int
        Quarters of the window without a reported figure.
    """

    seller: str
    quarters: tuple[str, ...]
    receipts: float
    reported: Amount
    missing: int

    @property
    def share(self) -> Interval:
        """Receipts over reported sales, >= 0; above 1 where contracts schedule more than is reported."""
        value = self.reported.value
        return Interval(self.receipts / value.high, self.receipts / value.central, self.receipts / value.low)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "quarters": list(self.quarters),
            "quarters_without_figure": self.missing,
            "receipts": self.receipts,
            "reported_sales": self.reported.value.as_dict(),
            "share": self.share.as_dict(),
            "basis": self.reported.basis.value,
            "date_basis": self.reported.date_basis,
            "ids": list(self.reported.ids),
            "assumptions": list(self.reported.assumptions),
        }


def cover_by_record(
    table: FlowTable, snapshot: Snapshot, assumptions: Assumptions, seller: str
) -> RecordCoverage:
    """Return what contracts schedule for a seller's sales beside what it reports, over the table's window.

    Parameters
    ----------
    table : FlowTable
        Payments of the register by quarter, in US dollars.
    snapshot : Snapshot
    assumptions : Assumptions
    seller : str

    Raises
    ------
    ModelError
        If no sales of the seller are reported for any quarter of the window.
    """
    used = [Quarter.parse(table.periods[place]) for place in sorted(set(table.period.tolist()))]
    first, last = used[0], used[-1]
    window = Period(label="", quarters=tuple(first.shifted(n) for n in range(last.index - first.index + 1)))
    figures = build_figures(snapshot, assumptions, {"revenue"})
    known = figures.quarters(seller, ("revenue",), window)
    found = figures.flow(seller, ("revenue",), Period(label="", quarters=known)) if known else None
    if found is None or not found[0].value.low > 0:
        msg = f"no sales of {seller} are reported for {first} to {last}"
        raise ModelError(msg, hint="add rows of revenue to the observations")
    names = tuple(str(quarter) for quarter in known)
    sales = table.mask_class(FlowClass.PURCHASE) & (table.payee == table.party(seller))
    here = np.isin(table.period, [n for n, period in enumerate(table.periods) if period in names])
    return RecordCoverage(
        seller=seller,
        quarters=names,
        receipts=float(table.amount[sales & here].sum()),
        reported=found[0],
        missing=len(window.quarters) - len(known),
    )
