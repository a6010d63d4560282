"""What a party's plan rests on before any shock: cash, income, payments, and what nobody has signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from loopledger.accounts.opening import Opening
from loopledger.report.stress.answer import StressAnswer
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade import Case, Layer

__all__ = ["NEED", "NEED_AFTER_CASH", "Plan", "Row", "plan_of"]

NEED = "to be raised and signed by nobody, the cash at the start kept"
NEED_AFTER_CASH = "to be raised and signed by nobody, the cash at the start used up first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a plan.

    Parameters
    ----------
    says : str
    by_quarter : ndarray, shape (3, t)
        [USD]; for opening cash the first quarter alone.
    ids : tuple of str
        Instruments and observations behind it.
    """

    says: str
    by_quarter: FloatArray
    ids: tuple[str, ...]

    @property
    def total(self) -> FloatArray:
        """Sum over the window, shape (3,) [USD]."""
        total: FloatArray = self.by_quarter.sum(axis=1)
        return total

    @property
    def text(self) -> str:
        """The row on one line, in billions."""
        low, high = float(self.total.min()), float(self.total.max())
        shown = ", ".join(self.ids[:3]) + (f" and {len(self.ids) - 3} more" if len(self.ids) > 3 else "")
        behind = f" [{shown}]" if self.ids else ""
        return f"{self.says} {self.total[1] / 1e9:,.1f} ({low / 1e9:,.1f} to {high / 1e9:,.1f}){behind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a party: what comes in, with the unsigned rest, equals what goes out, is kept or paid to owners.

    The unsigned rest is said twice: with the cash at the start kept, as the cascade plans it, and with it used first.
    """

    party: str
    window: str
    rows: tuple[Row, ...]


def plan_of(answer: StressAnswer, party: int) -> Plan:
    """Return the plan of a party without the shock, with the instruments and observations behind each row."""
    case = answer.unshocked()
    name = case.parties[party]
    books = answer.books.get(name)
    by_revenue, by_costs, by_cash = (
        (books.revenue_ids, books.costs_ids, books.cash_ids) if books is not None else ((), (), ())
    )
    opening = np.zeros_like(case.money[:, :, party])
    opening[:, 0] = case.opening[:, party]
    hard, soft = (Layer.DEBT, Layer.BINDING), (Layer.CONDITIONAL, Layer.OPTION)
    whose = "assumed, stress.open_buffer"
    since: tuple[str, ...] = ()
    if name in case.openings and books is not None:
        start, since = case.openings[name], case.openings[name].ids
        whose = _whose(start, books.cash_basis) if books.cash is not None else _raised(start)
    rows = [
        Row(
            says=f"cash at the start ({whose})",
            by_quarter=opening,
            ids=(*by_cash, *since),
        ),
        Row(says="revenue from buyers no record names, grown", by_quarter=case.revenue[:, :, party], ids=by_revenue),
        Row(says="outside costs, grown", by_quarter=case.costs[:, :, party], ids=by_costs),
        _of_claims(case, party, "signed funding coming in, contracted", inward=True, funding=True, layers=hard),
        _of_claims(
            case, party, "planned funding coming in, conditional, optional or indicative: not contracted",
            inward=True, funding=True, layers=soft,
        ),
        _of_claims(case, party, "receipts under other contracts, binding", inward=True, funding=False, layers=hard),
        _of_claims(
            case, party, "receipts under other contracts, conditional or optional", inward=True, funding=False,
            layers=soft,
        ),
        _of_claims(case, party, "binding payments", inward=False, funding=None, layers=hard),
        _of_claims(case, party, "conditional and optional payments", inward=False, funding=None, layers=soft),
        Row(says=NEED, by_quarter=case.money[:, :, party], ids=()),
        Row(says=NEED_AFTER_CASH, by_quarter=_after_cash(case, party), ids=()),
    ]  # fmt: skip
    quarters = case.quarters
    return Plan(
        party=name,
        window=f"{quarters[0]} to {quarters[-1]}",
        rows=tuple(row for row in rows if row.total.max() > 0),
    )


def _whose(start: Opening, basis: str) -> str:
    """Return where reported cash comes from: the report, what follows from it, what is taken, its range."""
    said = f"{start.reported / 1e9:,.2f} reported, {basis}"
    if not start.n_quarters:
        return said
    follows = start.reported + start.funding + start.operating
    said += (
        f"; since then signed funding {start.funding / 1e9:+,.2f}, all else {start.operating / 1e9:+,.2f}, "
        f"from which {follows / 1e9:,.2f} follows; taken {start.cash.central / 1e9:,.2f}"
    )
    if follows < start.cash.central:
        said += ", as reported, the rest being raised in no record"
    return (
        f"{said}; low {start.cash.low / 1e9:,.2f}, high {start.cash.high / 1e9:,.2f}, which --draws moves, "
        "the three runs do not"
    )


def _raised(start: Opening) -> str:
    """Return what the cash of a party that reports none is carried from."""
    return (
        f"none reported; signed funding paid in the {start.n_quarters} quarters before {start.funding / 1e9:+,.2f}, "
        f"all else {start.operating / 1e9:+,.2f}, cash before them unknown and taken as nothing; "
        "low end stress.open_buffer"
    )


def _after_cash(case: Case, party: int) -> FloatArray:
    """Return what must be raised in each quarter once cash and kept surplus are used, shape (d, t) [USD]."""
    cash = case.opening[:, party].copy()
    need = np.zeros_like(case.money[:, :, party])
    for t in range(need.shape[1]):
        cash += case.kept[:, t, party] - case.money[:, t, party]
        need[:, t] = np.maximum(-cash, 0.0)
        cash = np.maximum(cash, 0.0)
    return need


def _of_claims(  # one row
    case: Case, party: int, says: str, *, inward: bool, funding: bool | None, layers: Iterable[Layer]
) -> Row:
    wanted = set(layers)
    places = [
        c
        for c, one in enumerate(case.claims)
        if (one.payee if inward else one.payer) == party
        and one.layer in wanted
        and (funding is None or one.funding is funding)
    ]
    places.sort(
        key=lambda c: (-case.amounts[1, :, c].sum() if case.n_runs > 1 else 0.0, case.claims[c].instrument)
    )
    ids = tuple(dict.fromkeys(case.claims[c].instrument for c in places if case.amounts[:, :, c].max() > 0))
    return Row(says=says, by_quarter=case.amounts[:, :, places].sum(axis=2), ids=ids)
