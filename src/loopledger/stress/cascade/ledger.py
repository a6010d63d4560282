"""Three ledgers of an outcome: cash, demand and marks, each dollar under one head of one instrument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Case, by_party
from loopledger.stress.cascade.run import Outcome

__all__ = ["Entry", "Head", "Ledger", "Netted", "net_cash", "net_losses", "read_entries"]


class Ledger(StrEnum):
    """Which of the three; they are never added to each other."""

    CASH = "cash"
    DEMAND = "demand"
    MARKS = "marks"


class Head(StrEnum):
    """What became of dollars that were planned and not paid, and of stakes."""

    UNPAID = "unpaid"
    DEFERRED = "deferred"
    CUT = "cut"
    SCENARIO = "taken back by the scenario"
    DRIED = "funding dried up"
    ORDER = "order not placed"
    STAKE = "stake written down"

    @property
    def ledger(self) -> Ledger:
        """The ledger that the head belongs to."""
        if self is Head.STAKE:
            return Ledger.MARKS
        return Ledger.CASH if self in (Head.UNPAID, Head.DEFERRED, Head.CUT) else Ledger.DEMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Dollars of one instrument under one head in one quarter.

    Parameters
    ----------
    quarter : int
        Place of the quarter.
    payer, payee : int
        Places of the parties; for a stake its holder and the party held.
    amounts : ndarray, shape (d,)
        [USD], >= 0; for a stake the fall of the quarter at cost.
    """

    head: Head
    quarter: int
    instrument: str
    payer: int
    payee: int
    amounts: FloatArray


def read_entries(case: Case, outcome: Outcome, *, least: float = 0.5) -> Iterator[Entry]:
    """Yield all entries of an outcome, by quarter, head and instrument.

    Parameters
    ----------
    least : float
        Entries not above this in any run are left out [USD].

    Notes
    -----
    Cash and demand entries and what is paid add up to what was planned and returned, claim by claim. Marks are
    the owners' side of the losses that the other two ledgers hold, so they are no further loss.
    """
    of = {
        Head.UNPAID: outcome.unpaid,
        Head.DEFERRED: outcome.deferred,
        Head.CUT: outcome.cut,
        Head.SCENARIO: outcome.withdrawn - outcome.dried - outcome.orders,
        Head.DRIED: outcome.dried,
        Head.ORDER: outcome.orders,
    }
    for t in range(len(case.quarters)):
        for head, values in of.items():
            for c in np.flatnonzero(values[:, t].max(axis=0, initial=0.0) > least):
                one = case.claims[c]
                yield Entry(
                    head=head, quarter=t, instrument=one.instrument, payer=one.payer, payee=one.payee,
                    amounts=values[:, t, c],
                )  # fmt: skip
        before = outcome.fall[:, t - 1] if t else np.zeros_like(outcome.fall[:, 0])
        for stake in case.holdings:
            amounts = stake.cost * np.maximum(outcome.fall[:, t] - before, 0.0)[:, stake.held]
            if amounts.max() > least:
                yield Entry(
                    head=Head.STAKE, quarter=t, instrument=stake.instrument, payer=stake.holder,
                    payee=stake.held, amounts=amounts,
                )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Netted:
    """Losses of receipts netted once over the window; ``d`` runs, ``p`` parties, [USD].

    Parameters
    ----------
    lost : ndarray, shape (d, p)
        Receipts under contracts that a party planned and did not get, what guarantors paid left out.
    passed_on : ndarray, shape (d, p)
        What it did not pay as planned itself, less what it paid on calls.
    outside : ndarray, shape (d, p)
        Revenue from end customers lost, less outside costs that fell away.

    Notes
    -----
    ``lost`` and ``passed_on`` are two sides of the same dollars, so both have the same sum over the parties:
    ``lost - passed_on`` is what stays with a party, and adds up to nothing.
    """

    lost: FloatArray
    passed_on: FloatArray
    outside: FloatArray

    @property
    def stays(self) -> FloatArray:
        """What stays with each party; negative where it keeps more than it loses, shape (d, p) [USD]."""
        return self.lost - self.passed_on


def net_losses(case: Case, outcome: Outcome) -> Netted:
    """Return who bears the losses of receipts once each dollar is counted once."""
    n = len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    missing = (case.amounts - outcome.paid).sum(axis=1)
    lost = by_party(missing - outcome.covered.sum(axis=1), payee, n)
    passed_on = by_party(missing, payer, n)
    for g, one in enumerate(case.calls):
        passed_on[:, one.guarantor] -= outcome.call_paid[:, :, g].sum(axis=1)
    outside = (case.lost_revenue - outcome.saved).sum(axis=1)
    return Netted(lost=lost, passed_on=passed_on, outside=outside)


def net_cash(case: Case, outcome: Outcome) -> FloatArray:
    """Return by how much each party's cash of each quarter misses what its own payments say, shape (d, t, p) [USD].

    It is zero to rounding: opening cash, revenue, receipts, money drawn and borrowed, less payments, calls, costs
    and payouts are its cash at the end. The sum runs over instruments, not over the books of the cascade.
    """
    n = len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    out = by_party(outcome.paid, payer, n) + outcome.paid_out
    out += case.costs - outcome.saved - outcome.unpaid_costs
    for one in case.calls:
        out[:, :, one.guarantor] += outcome.covered[:, :, list(one.claims)].sum(axis=2)
    income = by_party(outcome.paid + outcome.covered, payee, n) + case.revenue - case.lost_revenue
    income += outcome.drawn + outcome.borrowed
    begin = np.concatenate([case.opening[:, None], outcome.cash[:, :-1]], axis=1)
    gap: FloatArray = begin + income - out - outcome.cash
    return gap
