"""The cascade, quarter by quarter: who pays what, what is cut, deferred, unpaid, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade.case import Case, Layer, by_party
from loopledger.stress.cascade.quarter import Paid, clear_quarter

__all__ = ["Outcome", "run_cascade"]

_CLOSED = 1e-9
_CENT = 1e-2
_NOTHING = 1e18  # a debt above all money: a party that a scenario lets fail pays nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of each planned dollar; ``d`` runs, ``t`` quarters, ``c`` claims, ``p`` parties, [USD].

    Parameters
    ----------
    paid, withdrawn, cut, deferred, unpaid, returned : ndarray, shape (d, t, c)
        ``amounts + returned = paid + withdrawn + cut + deferred + unpaid``: withdrawn by the scenario, by
        funding that dried up, or as an order not placed; cut by a payer short of cash; deferred to a later
        quarter; unpaid although binding. ``returned`` is what earlier quarters deferred to this one.
    dried, orders : ndarray, shape (d, t, c)
        The parts of ``withdrawn`` that are funding dried up, and orders not placed; the rest is the scenario's.
    covered : ndarray, shape (d, t, c)
        What guarantors paid the payee of a claim in the payer's place.
    cash, received, drawn, borrowed, fall : ndarray, shape (d, t, p)
        Cash at the end; receipts from claims and calls; unsigned funding and spare borrowing drawn; fall of
        value, 0 to 1.
    saved, unpaid_costs, paid_out : ndarray, shape (d, t, p)
        Outside costs that fell away with lost sales; outside costs unpaid; surplus paid to owners.
    called, call_paid : ndarray, shape (d, t, g)
    first_short, first_default : ndarray of int, shape (d, p)
        Quarter in which a party first cuts or defers, and first leaves a binding claim unpaid; -1 for never.
    gap : float
        The largest break of conservation in any quarter, over the sum of the plan.
    n_exact : int
        Quarters of runs whose payments were solved exactly because rounds did not settle.
    """

    paid: FloatArray
    withdrawn: FloatArray
    cut: FloatArray
    deferred: FloatArray
    unpaid: FloatArray
    returned: FloatArray
    dried: FloatArray
    orders: FloatArray
    covered: FloatArray
    cash: FloatArray
    received: FloatArray
    drawn: FloatArray
    borrowed: FloatArray
    saved: FloatArray
    unpaid_costs: FloatArray
    paid_out: FloatArray
    fall: FloatArray
    called: FloatArray
    call_paid: FloatArray
    first_short: IntArray
    first_default: IntArray
    gap: float
    n_exact: int


def run_cascade(case: Case) -> Outcome:
    """Run a case to its end.

    Raises
    ------
    ModelError
        If conservation breaks by more than 1e-9 of the plan in any quarter.
    """
    state = _State(case)
    for t in range(len(case.quarters)):
        state.step(t)
    return state.outcome()


class _State:
    """The books of all parties on their way through the quarters."""

    def __init__(self, case: Case) -> None:  # one line a book
        d, quarters, c = case.amounts.shape
        n, g = len(case.parties), len(case.calls)
        self.case, self.n = case, n
        self.payer = np.array([one.payer for one in case.claims], dtype=np.int64)
        self.payee = np.array([one.payee for one in case.claims], dtype=np.int64)
        self.layer = np.array([int(one.layer) for one in case.claims], dtype=np.int64)
        self.funding = np.array([one.funding for one in case.claims], dtype=bool)
        self.soft = self.layer > Layer.RESERVE
        self.withdrawn = np.minimum(case.withdrawn, case.amounts)
        (
            self.paid,
            self.cut,
            self.deferred,
            self.unpaid,
            self.returned,
            self.dried,
            self.orders,
            self.covered,
        ) = (np.zeros((d, quarters, c)) for _ in range(8))
        self.cash_end, self.received, self.drawn, self.borrowed = (
            np.zeros((d, quarters, n)) for _ in range(4)
        )
        self.saved, self.unpaid_costs, self.paid_out, self.fall = (
            np.zeros((d, quarters, n)) for _ in range(4)
        )
        self.called, self.call_paid = np.zeros((d, quarters, g)), np.zeros((d, quarters, g))
        self.cash, self.plan_cash = case.opening.copy(), case.opening.copy()
        self.spare = case.spare.copy()
        self.limits = np.array([[one.limit for one in case.calls]] * d).reshape(d, g)
        self.failed = np.zeros((d, n), dtype=bool)
        self.open = np.ones((d, n))
        self.lost = np.zeros((d, n))
        self.first_short = np.full((d, n), -1, dtype=np.int64)
        self.first_default = np.full((d, n), -1, dtype=np.int64)
        planned = by_party(case.amounts, self.payee, n) + case.revenue
        self.plan_receipts = planned
        self.promised = np.maximum(planned.sum(axis=1), case.known_receipts * quarters)
        self.stakes = csr_array(case.stakes)
        self.gap, self.n_exact = 0.0, 0

    def step(self, t: int) -> None:
        case = self.case
        self._dry_up(t)
        self._leave_orders(t)
        due = case.amounts[:, t] - self.withdrawn[:, t] + self.returned[:, t]
        revenue = case.revenue[:, t] - case.lost_revenue[:, t]
        lost_now = np.maximum(self.plan_receipts[:, t] - revenue - by_party(due, self.payee, self.n), 0.0)
        self.saved[:, t] = np.minimum(
            case.behaviour.variable_cost_share[:, None] * lost_now, case.costs[:, t]
        )
        costs = case.costs[:, t] - self.saved[:, t]
        available = case.money[:, t] * self.open * case.open_share[:, t] * ~self.failed
        spare = self.spare * case.open_share[:, t] * ~self.failed
        money = self.cash + revenue + available + spare
        reserve = case.behaviour.reserve_share[:, None] * self.plan_cash + spare
        failing = case.fails[:, t] > 0
        money[failing], reserve[failing] = -_NOTHING, 0.0
        spare[failing], available[failing] = 0.0, 0.0
        found = clear_quarter(case, due, costs=costs, money=money, reserve=reserve, limits=self.limits)
        self.n_exact += found.n_exact
        self._book(t, due, found)
        self._settle(t, found, revenue=revenue, costs=costs, available=available, spare=spare)
        self._value(t, revenue)

    def _dry_up(self, t: int) -> None:
        """Take out non-binding funding of parties whose value fell before this quarter."""
        case = self.case
        if t == 0:
            return
        self.open = (
            np.clip(1 - case.behaviour.funding_sensitivity[:, None] * self.fall[:, t - 1], 0.0, 1.0)
            * ~self.failed
        )
        part = (case.amounts[:, t] - self.withdrawn[:, t]) * (1 - self.open[:, self.payee])
        self.dried[:, t] = np.where(self.funding & self.soft, part, 0.0)
        self.withdrawn[:, t] += self.dried[:, t]

    def _leave_orders(self, t: int) -> None:
        """Take out orders whose contract was not paid, or whose payer lost sales, a lag ago."""
        case, b = self.case, self.case.behaviour
        before = t - b.order_lag
        ok = before >= 0
        if not ok.any():
            return
        rows = np.arange(case.n_runs)
        past = np.maximum(before, 0)
        plan = case.amounts[rows, past]
        gone = (self.withdrawn + self.cut + self.unpaid - self.covered)[rows, past]
        share = np.divide(gone, plan, out=np.zeros_like(plan), where=plan > 0) * ok[:, None]
        served = np.zeros(len(case.claims), dtype=bool)
        for k, one in enumerate(case.claims):
            if one.order and one.serves >= 0:
                self._leave(t, k, b.order_pass_through * share[:, one.serves])
                served[one.serves] = True
        lost = by_party(np.where(served, 0.0, gone) * ~self.funding, self.payee, self.n)
        lost += case.lost_revenue[rows, past]
        base = self.plan_receipts[rows, past]
        drop = np.divide(lost, base, out=np.zeros_like(base), where=base > 0) * ok[:, None]
        for k, one in enumerate(case.claims):
            if one.order and one.serves < 0:
                self._leave(t, k, b.order_pass_through * np.minimum(drop[:, one.payer], 1.0))

    def _leave(self, t: int, k: int, share: FloatArray) -> None:
        left = (self.case.amounts[:, t, k] - self.withdrawn[:, t, k]) * np.clip(share, 0.0, 1.0)
        self.orders[:, t, k] += left
        self.withdrawn[:, t, k] += left

    def _book(self, t: int, due: FloatArray, found: Paid) -> None:
        """Enter each claim's dollars under one head."""
        case, quarters = self.case, len(self.case.quarters)
        short = due - found.claims
        short[short < 1e-6] = 0.0
        hard = np.where(self.soft, 0.0, short)
        late = np.minimum(found.stretchable, hard)
        failing = by_party(hard - late, self.payer, self.n) > _CENT
        failing |= self.failed
        deferred = np.where(failing[:, self.payer], 0.0, late)
        self.paid[:, t] = due - short
        self.cut[:, t] = np.where(self.soft, short, 0.0)
        self.deferred[:, t] = deferred
        self.unpaid[:, t] = hard - deferred
        self.covered[:, t] = found.call_paid
        for row, k in enumerate(case.behaviour.stretch_quarters):
            if t + k < quarters:
                self.returned[row, t + k] += deferred[row]
        eased = by_party(self.cut[:, t] + deferred, self.payer, self.n) > _CENT
        broke = by_party(self.unpaid[:, t], self.payer, self.n) > _CENT
        self.first_short[(eased | broke) & (self.first_short < 0)] = t
        self.first_default[broke & (self.first_default < 0)] = t
        self.failed |= broke
        whole = case.amounts[:, t] + self.returned[:, t]
        parts = (
            self.paid[:, t] + self.withdrawn[:, t] + self.cut[:, t] + self.deferred[:, t] + self.unpaid[:, t]
        )
        self.gap = max(self.gap, float(np.abs(whole - parts).max(initial=0.0) / max(whole.sum(), 1.0)))

    def _settle(
        self,
        t: int,
        found: Paid,
        *,
        revenue: FloatArray,
        costs: FloatArray,
        available: FloatArray,
        spare: FloatArray,
    ) -> None:
        """Move the cash of every party, and check that nothing is lost on the way."""
        case = self.case
        for g, one in enumerate(case.calls):
            self.called[:, t, g] = found.called[:, list(one.claims)].sum(axis=1)
            self.call_paid[:, t, g] = found.call_paid[:, list(one.claims)].sum(axis=1)
        unpaid_costs = costs - found.costs
        out = by_party(self.paid[:, t], self.payer, self.n) + costs - unpaid_costs
        for g, one in enumerate(case.calls):
            out[:, one.guarantor] += self.call_paid[:, t, g]
        received = by_party(self.paid[:, t] + self.covered[:, t], self.payee, self.n)
        own = self.cash + revenue + received
        self.plan_cash = self.plan_cash + case.kept[:, t]
        self.drawn[:, t] = np.minimum(available, np.maximum(out + self.plan_cash - own, 0.0))
        rest = own + self.drawn[:, t] - out
        self.borrowed[:, t] = np.clip(-rest, 0.0, spare)
        end = rest + self.borrowed[:, t]
        payout = np.minimum(case.payout[:, t], np.maximum(end - self.plan_cash, 0.0))
        if float(end.min(initial=0.0)) < -_CENT - _CLOSED * float(out.max(initial=0.0)):
            msg = f"cash of {case.parties[int(np.argwhere(end == end.min())[0][1])]} would fall below zero"
            raise ModelError(msg)
        self.cash = np.maximum(end - payout, 0.0)
        self.spare = self.spare - self.borrowed[:, t]
        self.limits = self.limits - self.call_paid[:, t]
        self.cash_end[:, t], self.received[:, t] = self.cash, received
        self.unpaid_costs[:, t], self.paid_out[:, t] = unpaid_costs, payout
        sent = self.paid[:, t].sum() + self.call_paid[:, t].sum()
        self.gap = max(self.gap, abs(float(received.sum() - sent)) / max(float(sent), 1.0))

    def _value(self, t: int, revenue: FloatArray) -> None:
        """Let the value of each party fall with what it lost of the window's promised receipts."""
        case = self.case
        got = (
            by_party(self.paid[:, t] + self.covered[:, t] - self.returned[:, t], self.payee, self.n) + revenue
        )
        self.lost += np.maximum(self.plan_receipts[:, t] - got, 0.0)
        part = np.divide(self.lost, self.promised, out=np.zeros_like(self.lost), where=self.promised > 0)
        fall = case.mark_shock[:, t] + case.behaviour.mark_sensitivity[:, None] * part
        own = np.where(self.failed, 1.0, np.clip(fall, 0.0, 1.0))
        total = own
        for _ in range(self.n):  # holders of holders; from below, so a circle ends where losses stop growing
            after = np.minimum(own + (self.stakes @ total.T).T, 1.0)
            settled = bool((after - total).max(initial=0.0) < _CLOSED)
            total = after
            if settled:
                break
        self.fall[:, t] = total

    def outcome(self) -> Outcome:
        if self.gap > _CLOSED:
            msg = f"conservation breaks by {self.gap:.2g} of the plan"
            raise ModelError(msg)
        return Outcome(
            paid=self.paid, withdrawn=self.withdrawn, cut=self.cut, deferred=self.deferred,
            unpaid=self.unpaid, returned=self.returned, dried=self.dried, orders=self.orders,
            covered=self.covered, cash=self.cash_end, received=self.received, drawn=self.drawn,
            borrowed=self.borrowed, saved=self.saved, unpaid_costs=self.unpaid_costs, paid_out=self.paid_out,
            fall=self.fall, called=self.called, call_paid=self.call_paid, first_short=self.first_short,
            first_default=self.first_default, gap=self.gap, n_exact=self.n_exact,
        )  # fmt: skip
