"""Guarantees in a clearing: the guarantor pays its share of what the debtor leaves unpaid."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgWarning, lu_factor, lu_solve
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import splu

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray, Matrix
from loopledger.stress.balance import ROUNDING, BalanceSheets, BoolArray
from loopledger.stress.clearing import build_sheets
from loopledger.stress.waterfall import ExternalRank

__all__ = ["OUTSIDE_CREDITORS", "Guarantee", "GuaranteedClearing", "clear_guaranteed"]

#: Creditor number that stands for all creditors outside the network.
OUTSIDE_CREDITORS = -1

_MAX_ROUNDS = 100_000
_SETTLED = 1e-13
_PROVEN = 1e-9
#: Shares of one claim may add up to so much more than one.
_ROUNDING_OF_SHARES = 1e-12
#: Slopes that differ by no more are those of one regime: the same layers are paid in part, the same limits bind.
_SAME_SLOPE = 1e-6
#: Systems with more entries than this part of all are factored as full ones.
_FULL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A promise to pay part of what a debtor leaves unpaid.

    Parameters
    ----------
    guarantor, debtor : int
        Places of the parties.
    creditor : int or None
        Whose claims are guaranteed; ``OUTSIDE_CREDITORS`` for those outside the network; None for all.
    share : float
        Part of the shortfall, 0 to 1.
    limit : float
        The most that can be called [currency].
    """

    guarantor: int
    debtor: int
    creditor: int | None = None
    share: float = 1.0
    limit: float = np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteedClearing:
    """The greatest clearing vector of a network with guarantees; ``n`` parties, ``g`` guarantees.

    Parameters
    ----------
    due, paid : ndarray, shape (n,)
        What each owes and pays on its own account, inside and outside [currency].
    called, call_paid : ndarray, shape (g,)
        What is called under each guarantee, and what the guarantor pays on it [currency].
    received : ndarray, shape (n,)
        Payments of debtors and of guarantors inside the network [currency].
    equity : ndarray, shape (n,)
        What is left to owners [currency].
    defaults : ndarray of bool, shape (n,)
        Who cannot pay its own debts and the calls on it.
    defaults_in_round : ndarray of int, shape (n,)
        Round of the fictitious default sequence; 0 for none.
    residual : float
        The largest difference between a party's money and what the rules say about it [currency].
    error_bound : float
        How far, at most and in first order, a party's money is from the exact one [currency].
    """

    due: FloatArray
    paid: FloatArray
    called: FloatArray
    call_paid: FloatArray
    received: FloatArray
    equity: FloatArray
    defaults: BoolArray
    defaults_in_round: IntArray
    residual: float
    error_bound: float


def clear_guaranteed(
    obligations: Matrix | Sequence[Matrix],
    external_assets: ArrayLike,
    guarantees: Sequence[Guarantee],
    *,
    external_liabilities: ArrayLike = 0.0,
    external_rank: ExternalRank | str = ExternalRank.PARI_PASSU,
    recovery_external: ArrayLike = 1.0,
    recovery_internal: ArrayLike = 1.0,
) -> GuaranteedClearing:
    """Clear a network in which guarantors pay their share of what debtors leave unpaid.

    Parameters
    ----------
    obligations, external_assets, external_liabilities, external_rank, recovery_external, recovery_internal
        As in :func:`loopledger.stress.clear`.
    guarantees : sequence of Guarantee
        A call ranks beside the most junior debts of the guarantor. Several guarantees of one claim
        must not promise more than the whole shortfall together.

    Returns
    -------
    GuaranteedClearing
        With the greatest payments; the least are not offered here.

    Raises
    ------
    ModelError
        If an input is refused, if guarantees promise more than a shortfall, if parties guarantee each
        other in a circle, or if the payments cannot be proven to have settled.

    Notes
    -----
    What creditors of a debtor get from debtor and guarantor together falls when the debtor pays less,
    by at most as much; so the map of money in hand onto money received is monotone, and the rounds
    start from everybody pays and only go down. Given who defaults, money in hand solves
    ``v = alpha * external + beta * received(v)``, found by rounds and Newton steps that stay above it.
    The slopes of a round are exact: payments are in proportion to money, but for a layer beside which
    calls rank, and for calls that share a limit.
    The guarantor's claim on the debtor that arises from paying is not collected within the clearing.
    """
    sheets = build_sheets(
        obligations,
        external_assets,
        external_liabilities=external_liabilities,
        external_rank=ExternalRank(external_rank),
        recovery_external=recovery_external,
        recovery_internal=recovery_internal,
    )
    calls = _Calls.read(sheets, guarantees)
    n = sheets.waterfall.n_parties
    money, rounds = np.full(n, np.inf), np.zeros(n, dtype=np.int64)
    bound = 0.0
    for number in range(1, n + 2):
        state = calls.settle(money)
        total = sheets.waterfall.total + state.called_on
        missing = total - (sheets.external_assets + state.received)
        short = (missing > ROUNDING * total) & (rounds == 0)
        if not short.any():
            break
        rounds[short] = number
        money[short] = np.inf
        money, bound = _descend(sheets, calls, money, np.flatnonzero(rounds > 0))
    return _report(sheets, calls, money, rounds, bound)


def _report(
    sheets: BalanceSheets, calls: _Calls, money: FloatArray, rounds: IntArray, bound: float
) -> GuaranteedClearing:
    state, defaults = calls.settle(money), rounds > 0
    total = sheets.waterfall.total + state.called_on
    assets = sheets.external_assets + state.received
    off = np.abs(np.minimum(sheets.left(state.received), total) - np.minimum(money, total))
    called, call_paid = calls.add_up(state.called), calls.add_up(state.call_paid)
    return GuaranteedClearing(
        due=sheets.waterfall.total,
        paid=(state.part * sheets.waterfall.due).sum(axis=0),
        called=called,
        call_paid=call_paid,
        received=state.received,
        equity=np.where(defaults, 0.0, np.maximum(assets - total, 0.0)),
        defaults=defaults,
        defaults_in_round=rounds,
        residual=float(off[defaults].max(initial=0.0)),
        error_bound=bound,
    )


def _descend(
    sheets: BalanceSheets, calls: _Calls, money: FloatArray, among: IntArray
) -> tuple[FloatArray, float]:
    """Return the greatest money if these parties default and no others, and how far it can be off."""

    def step(inside: FloatArray) -> FloatArray:
        trial = money.copy()
        trial[among] = inside
        left: FloatArray = sheets.left(calls.settle(trial).received)[among]
        return left

    def slopes(inside: FloatArray) -> csr_array:
        trial = money.copy()
        trial[among] = inside
        passed_on = diags_array(sheets.recovery_internal) @ calls.slopes(trial, calls.settle(trial))
        return csr_array(csr_array(passed_on)[among][:, among])

    inside = step(money[among])
    scale = max(float(inside.max(initial=0.0)), float(sheets.waterfall.total[among].max()))
    for number in range(_MAX_ROUNDS):
        after: FloatArray = np.minimum(inside, step(inside))
        settled = float((inside - after).max(initial=0.0)) <= _SETTLED * scale
        inside = after
        if not settled and number % 64 != 63:
            continue
        here = slopes(inside)
        solve = _solver(here)
        if solve is None:
            continue
        exact = _newton(step, inside, solve)
        if abs(slopes(exact) - here).max() > _SAME_SLOPE:
            continue  # another regime lies between
        off = solve(np.abs(step(exact) - exact) + 4 * np.finfo(float).eps * scale)
        if (off >= 0).all() and float(off.max()) <= _PROVEN * scale:
            settled_money = money.copy()
            settled_money[among] = exact
            return settled_money, float(off.max())
    msg = "the payments under guarantees could not be proven to have settled"
    raise ModelError(msg, hint="the circle of guarantees and debts leaks too little; net it first")


def _solver(slopes: csr_array) -> Callable[[FloatArray], FloatArray] | None:
    """Return a function that solves ``(1 - slopes) x = b``; None where that has no solution."""
    n = slopes.shape[0]
    system = eye_array(n) - slopes
    if slopes.nnz > _FULL * n * n:
        with warnings.catch_warnings():
            warnings.simplefilter("error", LinAlgWarning)
            try:
                full = lu_factor(system.toarray())
            except LinAlgWarning:
                return None
        return lambda right: np.asarray(lu_solve(full, right), dtype=np.float64)
    try:
        factors = splu(csc_array(system))
    except RuntimeError:
        return None
    return lambda right: np.asarray(factors.solve(right), dtype=np.float64)


def _newton(
    step: Callable[[FloatArray], FloatArray], inside: FloatArray, solve: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Return where the money settles if the slopes hold all the way, refined until rounding stops it."""
    exact = inside
    for _ in range(8):
        exact = np.maximum(exact + solve(step(exact) - exact), 0.0)
    return exact


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What a given money in hand pays: parts of each layer, calls, and receipts."""

    part: FloatArray
    due: FloatArray  # (n_layers, n): with the calls
    short: FloatArray  # (rows,): what would be called without limits
    called: FloatArray
    call_paid: FloatArray
    called_on: FloatArray
    received: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calls:
    """Guarantees, one row a claim that is guaranteed; guarantors in an order without circles."""

    sheets: BalanceSheets
    n_guarantees: int
    guarantee: IntArray
    guarantor: IntArray
    debtor: IntArray
    creditor: IntArray
    amount: FloatArray  # (n_layers, rows): what the debtor owes on the claim
    share: FloatArray
    limit: FloatArray  # (n_guarantees,)
    level: IntArray  # (n,)
    last: IntArray  # (n,): layer beside which calls rank

    @classmethod
    def read(cls, sheets: BalanceSheets, guarantees: Sequence[Guarantee]) -> _Calls:
        waterfall = sheets.waterfall
        n = waterfall.n_parties
        rows: list[tuple[int, int, int, int, float]] = []
        amounts: list[FloatArray] = []
        for number, one in enumerate(guarantees):
            _check(number, one, n)
            columns = [layer[[one.debtor]].toarray()[0] for layer in waterfall.owed]
            owed = np.column_stack([np.array(columns), waterfall.external[:, one.debtor]])
            owing = np.flatnonzero(owed.any(axis=0))
            for creditor in owing if one.creditor is None else owing[owing == one.creditor % (n + 1)]:
                if creditor != one.guarantor:
                    rows.append((number, one.guarantor, one.debtor, int(creditor), one.share))
                    amounts.append(owed[:, creditor])
        table = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4).T
        share = np.array([row[4] for row in rows], dtype=np.float64)
        promised = csr_array((share, (table[2], table[3])), shape=(n, n + 1)).tocoo()
        if (promised.data > 1 + _ROUNDING_OF_SHARES).any():
            debtor = int(promised.row[promised.data > 1 + _ROUNDING_OF_SHARES][0])
            msg = f"guarantees of debts of party {debtor} promise more than the whole shortfall"
            raise ModelError(msg, hint="lower the shares")
        owes = waterfall.due > 0
        return cls(
            sheets=sheets,
            n_guarantees=len(guarantees),
            guarantee=table[0],
            guarantor=table[1],
            debtor=table[2],
            creditor=table[3],
            amount=np.array(amounts, dtype=np.float64).reshape(-1, len(waterfall.owed)).T,
            share=share,
            limit=np.array([one.limit for one in guarantees], dtype=np.float64),
            level=_levels(n, table[1], table[2]),
            last=np.where(owes.any(axis=0), len(owes) - 1 - owes[::-1].argmax(axis=0), 0),
        )

    def add_up(self, rows: FloatArray) -> FloatArray:
        """Return the sums of rows by guarantee, shape (n_guarantees,)."""
        sums = np.zeros(self.n_guarantees)
        np.add.at(sums, self.guarantee, rows)
        return sums

    def settle(self, money: FloatArray) -> _Settled:
        """Return what is paid out of this money, guarantors after those they guarantee."""
        waterfall = self.sheets.waterfall
        every = np.arange(waterfall.n_parties)
        called, short = np.zeros(len(self.share)), np.zeros(len(self.share))
        called_on = np.zeros(waterfall.n_parties)
        part = np.ones_like(waterfall.due)
        due = waterfall.due
        for level in range(int(self.level.max(initial=0)) + 1):
            here = np.flatnonzero(self.level == level)
            mine = self.level[self.guarantor] == level
            short = self.share * (self.amount * (1.0 - part[:, self.debtor])).sum(axis=0)
            called[mine] = (short * self._kept(short)[self.guarantee])[mine]
            np.add.at(called_on, self.guarantor[mine], called[mine])
            due = waterfall.due.copy()
            due[self.last, every] += called_on
            paid = np.clip(money - waterfall.start, 0.0, due)
            part[:, here] = np.divide(paid, due, out=np.ones_like(due), where=due > 0)[:, here]
        call_paid = called * part[self.last[self.guarantor], self.guarantor]
        received = waterfall.received(part * waterfall.due)
        inside = self.creditor < waterfall.n_parties
        np.add.at(received, self.creditor[inside], call_paid[inside])
        return _Settled(
            part=part,
            due=due,
            short=short,
            called=called,
            call_paid=call_paid,
            called_on=called_on,
            received=received,
        )

    def _kept(self, short: FloatArray) -> FloatArray:
        """Return the part of each guarantee that its limit leaves, shape (n_guarantees,)."""
        whole = self.add_up(short)
        with np.errstate(invalid="ignore"):
            return np.where(whole > self.limit, self.limit / np.where(whole > 0, whole, 1.0), 1.0)

    def slopes(self, money: FloatArray, state: _Settled) -> csr_array:
        """Return the derivatives of receipts by money in hand, downwards, shape (n, n).

        Parameters
        ----------
        money : ndarray, shape (n,)
            [currency].
        state : _Settled
            What it pays.
        """
        waterfall, n, n_rows = self.sheets.waterfall, self.sheets.waterfall.n_parties, len(self.share)
        every, rows = np.arange(n), np.arange(n_rows)
        in_part = (money > waterfall.start) & (money <= waterfall.start + state.due) & (state.due > 0)
        by_money = np.divide(in_part, state.due, out=np.zeros_like(state.due), where=in_part)
        # what is called on a party thins out the layer beside which it ranks
        by_call = -(state.part * by_money)[self.last, every]

        # short = lost + passed * called on the debtor, row by row; limits are shared in proportion
        lost = -self.share * (self.amount * by_money[:, self.debtor]).sum(axis=0)
        passed = -self.share * self.amount[self.last[self.debtor], rows] * by_call[self.debtor]
        of_debtor = csr_array((np.ones(n_rows), (rows, self.debtor)), shape=(n_rows, n))
        of_guarantor = csr_array((np.ones(n_rows), (self.guarantor, rows)), shape=(n, n_rows))
        called = self._limited(state.short)
        first = called @ diags_array(lost) @ of_debtor
        onward = called @ diags_array(passed) @ of_debtor
        called_on = csr_array((n, n))
        for _ in range(int(self.level.max(initial=0)) + 1):
            called_on = csr_array(of_guarantor @ (first + onward @ called_on))

        received = csr_array((n, n))
        thinned = diags_array(by_call) @ called_on
        for layer, owed in enumerate(waterfall.owed):
            part = diags_array(by_money[layer]) + diags_array((self.last == layer).astype(float)) @ thinned
            received = received + owed.T @ part
        parts = state.part[self.last, every]
        by_last = diags_array(by_money[self.last, every]) + thinned
        paid = diags_array(parts[self.guarantor]) @ (first + onward @ called_on)
        paid = paid + diags_array(state.called) @ of_guarantor.T @ by_last
        inside = np.flatnonzero(self.creditor < n)
        of_creditor = csr_array((np.ones(len(inside)), (self.creditor[inside], inside)), shape=(n, n_rows))
        return csr_array(received + of_creditor @ paid)

    def _limited(self, short: FloatArray) -> csr_array:
        """Return the derivatives of calls by what would be called without limits, shape (rows, rows)."""
        whole, n_rows = self.add_up(short), len(short)
        bound = whole >= self.limit
        kept = np.where(
            bound, np.divide(self.limit, whole, out=np.zeros_like(whole), where=(whole > 0) & bound), 1.0
        )
        rows = np.arange(n_rows)
        member = csr_array((np.ones(n_rows), (self.guarantee, rows)), shape=(self.n_guarantees, n_rows))
        thinner = np.divide(kept, whole, out=np.zeros_like(whole), where=(whole > 0) & bound)
        shared = diags_array(short) @ member.T @ diags_array(thinner) @ member
        return csr_array(diags_array(kept[self.guarantee]) - shared)


def _check(number: int, one: Guarantee, n: int) -> None:
    what = f"guarantee {number}"
    for name, place in (("guarantor", one.guarantor), ("debtor", one.debtor)):
        if not 0 <= place < n:
            msg = f"{what}: {name} {place} is no party; they are 0 to {n - 1}"
            raise ModelError(msg)
    if one.creditor is not None and not OUTSIDE_CREDITORS <= one.creditor < n:
        msg = f"{what}: creditor {one.creditor} is no party; they are 0 to {n - 1}, or -1 outside"
        raise ModelError(msg)
    if one.guarantor in (one.debtor, one.creditor):
        msg = f"{what}: party {one.guarantor} guarantees its own debt or claim"
        raise ModelError(msg)
    if not 0 <= one.share <= 1 or not one.limit >= 0:
        msg = f"{what}: share {one.share} must be from 0 to 1, and limit {one.limit} at least 0"
        raise ModelError(msg)


def _levels(n: int, guarantor: IntArray, debtor: IntArray) -> IntArray:
    """Return for each party how many guarantees in a row lead to it."""
    level = np.zeros(n, dtype=np.int64)
    for _ in range(n + 1):
        before = level.copy()
        np.maximum.at(level, guarantor, before[debtor] + 1)
        if (level == before).all():
            return level
    circle = int(guarantor[np.argmax(level[guarantor])])
    msg = f"guarantees go round in a circle through party {circle}"
    raise ModelError(msg, hint="no order of calls exists; net the guarantees first")
