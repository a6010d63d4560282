"""Network valuation: what claims are worth when their worth depends on the equity of those who owe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import splu
from scipy.special import ndtr

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, Matrix, read_matrix, read_vector
from loopledger.stress.mmatrix import PassOn
from loopledger.stress.waterfall import ExternalRank

__all__ = [
    "Debtors",
    "NetworkValue",
    "Valuation",
    "value_at_default_costs",
    "value_at_recovery",
    "value_before_maturity",
    "value_in_proportion",
    "value_network",
]

_MAX_ROUNDS = 100_000
_SETTLED = 1e-14
#: Bound on the error at which an answer is given, relative to the largest balance sheet.
_PROVEN = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtors:
    """What a valuation may look at, one entry a party.

    Parameters
    ----------
    due : ndarray, shape (n,)
        Owed inside the network [currency].
    external_liabilities, external_assets : ndarray, shape (n,)
        [currency].
    book_equity : ndarray, shape (n,)
        Equity before the shock with all claims at face value [currency].
    """

    due: FloatArray
    external_liabilities: FloatArray
    external_assets: FloatArray
    book_equity: FloatArray


#: From the equity of each party and what else is known of it to the worth of a dollar it owes, 0 to 1;
#: must not fall when equity grows.
Valuation = Callable[[FloatArray, Debtors], FloatArray]


def value_at_default_costs(
    *, recovery: float = 1.0, external_rank: ExternalRank | str = ExternalRank.SENIOR
) -> Valuation:
    """Return the valuation at maturity: face value if solvent, else what is left in proportion.

    Parameters
    ----------
    recovery : float
        Part of a defaulter's remaining assets that its creditors inside get, 0 to 1; 1 is the model of
        Eisenberg and Noe.
    external_rank : ExternalRank or str
        Senior, as in the paper, or pari passu.

    Raises
    ------
    ModelError
        If the recovery is no part, or outside creditors rank after those inside.
    """
    part = float(read_vector(recovery, 1, "recovery", high=1.0)[0])
    rank = ExternalRank(external_rank)
    if rank is ExternalRank.JUNIOR:
        msg = "junior outside creditors are not part of network valuation"
        raise ModelError(msg, hint="clear the network with external_rank='junior' instead")
    beside = 1.0 if rank is ExternalRank.PARI_PASSU else 0.0

    def value(equity: FloatArray, debtors: Debtors) -> FloatArray:
        ranking = debtors.due + beside * debtors.external_liabilities
        rest = np.clip(1.0 + equity / np.where(ranking > 0, ranking, 1.0), 0.0, 1.0)
        return np.where(equity >= -1e-12 * ranking, 1.0, part * rest)

    return value


def value_at_recovery(recovery: float) -> Valuation:
    """Return the valuation of Furfine: face value if solvent, else a fixed part of it.

    Raises
    ------
    ModelError
        If the recovery is no part.
    """
    part = float(read_vector(recovery, 1, "recovery", high=1.0)[0])
    return lambda equity, _: np.where(equity >= 0, 1.0, part)


def value_in_proportion() -> Valuation:
    """Return the valuation of linear DebtRank: the part of its book equity that the debtor still has."""

    def value(equity: FloatArray, debtors: Debtors) -> FloatArray:
        book = debtors.book_equity
        return np.where(
            book > 0, np.clip(equity / np.where(book > 0, book, 1.0), 0.0, 1.0), equity >= 0
        ).astype(np.float64)

    return value


def value_before_maturity(volatility: ArrayLike, years: float, *, recovery: float = 1.0) -> Valuation:
    """Return the valuation of Merton's kind: expected payment when external assets still move.

    Parameters
    ----------
    volatility : array_like, scalar or shape (n,)
        Of the external assets [1/sqrt(year)], >= 0.
    years : float
        Until the debts are due, > 0.
    recovery : float
        Part of a defaulter's remaining assets that creditors get, 0 to 1.

    Raises
    ------
    ModelError
        If an input is refused.

    Notes
    -----
    External assets ``A`` follow a geometric Brownian motion without drift; at maturity equity is
    ``E + A (X - 1)`` with ``X`` lognormal of mean 1. With ``d`` owed inside, a dollar is expected to pay
    ``P(solvent) + recovery * E[(1 + (E + A (X - 1)) / d)+ ; insolvent]``, a call spread in closed form.
    Outside creditors rank before those inside.

    References
    ----------
    Barucca et al. (2020), "Network Valuation in Financial Systems", Mathematical Finance 30(4), section 4.
    """
    part = float(read_vector(recovery, 1, "recovery", high=1.0)[0])
    if not (np.isfinite(years) and years > 0):
        msg = f"years is {years!r}; it must be a positive number"
        raise ModelError(msg)

    def value(equity: FloatArray, debtors: Debtors) -> FloatArray:
        n = len(equity)
        spread = read_vector(volatility, n, "volatility") * np.sqrt(years)
        assets, due = debtors.external_assets, np.where(debtors.due > 0, debtors.due, 1.0)
        solvent = _above(assets, assets - equity, spread)
        within = _call(assets, assets - equity - due, spread) - _call(assets, assets - equity, spread)
        worth: FloatArray = np.clip(solvent + part * (within / due - solvent), 0.0, 1.0)
        return worth

    return value


def _above(assets: FloatArray, strike: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the probability that the assets end at the strike or above."""
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (np.log(assets / strike) - spread**2 / 2) / spread
    moving = (assets > 0) & (spread > 0) & (strike > 0)
    sure = np.where(strike <= 0, 1.0, (assets >= strike).astype(np.float64))
    return np.where(moving, ndtr(np.where(moving, distance, 0.0)), sure)


def _call(assets: FloatArray, strike: FloatArray, spread: FloatArray) -> FloatArray:
    """Return what the assets are expected to exceed the strike by."""
    moving = (assets > 0) & (spread > 0) & (strike > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (np.log(assets / strike) + spread**2 / 2) / spread
    upper = np.where(moving, above, 0.0)
    held = assets * ndtr(upper) - strike * ndtr(upper - spread)
    return np.where(moving, held, np.maximum(assets - strike, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkValue:
    """Equities that agree with the worth of all claims; ``n`` parties.

    Parameters
    ----------
    equity : ndarray, shape (n,)
        [currency]; negative where a party owes more than it has.
    worth : ndarray, shape (n,)
        Of a dollar that each owes inside, 0 to 1.
    defaults : ndarray of bool, shape (n,)
        Whose equity is negative.
    rounds : int
        Rounds until nothing changed.
    unique : bool
        Whether rounds from above and from below meet, as far as their errors are bounded.
    spread : float
        The largest difference between them [currency].
    residual : float
        The largest difference between an equity and what the claims say [currency].
    error_bound : float
        How far, at most and in first order, an equity is from the exact one [currency].
    """

    equity: FloatArray
    worth: FloatArray
    defaults: np.typing.NDArray[np.bool_]
    rounds: int
    unique: bool
    spread: float
    residual: float
    error_bound: float


def value_network(
    obligations: Matrix,
    external_assets: ArrayLike,
    valuation: Valuation,
    *,
    external_liabilities: ArrayLike = 0.0,
    book_assets: ArrayLike | None = None,
) -> NetworkValue:
    """Value all claims of a network at once, before or at maturity.

    Parameters
    ----------
    obligations : array_like or scipy sparse, shape (n, n)
        ``[payer, payee]`` [currency], >= 0, zero on the diagonal.
    external_assets : array_like, shape (n,)
        After the shock [currency], >= 0.
    valuation : callable
        One of the ``value_...`` functions here, or any that maps equities to the worth of a dollar owed
        and does not fall when equity grows.
    external_liabilities : array_like, scalar or shape (n,)
        [currency], >= 0.
    book_assets : array_like, shape (n,), optional
        External assets before the shock [currency]; default: no shock.

    Returns
    -------
    NetworkValue
        The greatest solution.

    Raises
    ------
    ModelError
        If an input is refused, a worth is not a number from 0 to 1, or the rounds do not settle.

    Notes
    -----
    ``E_i = external assets + sum_j L_ji worth_j(E_j) - external liabilities - sum_j L_ij``. Rounds start
    from all claims at face value and fall; others start from nothing and rise. They end when the inverse
    of the slopes at the end, which has no negative entry, proves that what is still to come is negligible.
    Now and then the linear system of the slopes is tried: its solution is taken if it is proven and has
    the same slopes, so that claims that go round almost undiminished settle as well.

    References
    ----------
    Barucca, Bardoscia, Caccioli, D'Errico, Visentin, Caldarelli and Battiston (2020), "Network Valuation
    in Financial Systems", Mathematical Finance 30(4), sections 2 to 4.

    Examples
    --------
    >>> found = value_network([[0, 4], [0, 0]], [3, 1], value_at_default_costs())
    >>> found.equity.tolist(), found.worth.tolist()
    ([-1.0, 4.0], [0.75, 1.0])
    """
    owed = read_matrix(obligations, "obligations")
    n = owed.shape[0]
    assets = read_vector(external_assets, n, "external_assets")
    outside = read_vector(external_liabilities, n, "external_liabilities")
    book = assets if book_assets is None else read_vector(book_assets, n, "book_assets")
    due, claims = owed.sum(axis=1), csr_array(owed.T)
    face = claims.sum(axis=1)
    fixed = assets - outside - due
    debtors = Debtors(
        due=due,
        external_liabilities=outside,
        external_assets=assets,
        book_equity=book + face - outside - due,
    )

    def worth(equity: FloatArray) -> FloatArray:
        found = np.asarray(valuation(equity, debtors), dtype=np.float64)
        if found.shape != (n,) or not ((found >= 0) & (found <= 1)).all():
            msg = "the valuation returned something that is not one number from 0 to 1 a party"
            raise ModelError(msg)
        return found

    def step(equity: FloatArray) -> FloatArray:
        after: FloatArray = fixed + claims @ worth(equity)
        return after

    scale = float(max((assets + face).max(initial=0.0), (outside + due).max(initial=0.0)))
    rule = _Rule(owed=owed, worth=worth, step=step, scale=scale)
    upper, rounds, bound = rule.settle(fixed + face)
    lower, _, below = rule.settle(fixed.copy())
    spread = float(np.abs(upper - lower).max(initial=0.0))
    return NetworkValue(
        equity=upper,
        worth=worth(upper),
        defaults=upper < -1e-12 * (outside + due),
        rounds=rounds,
        unique=spread <= max(1e-9 * scale, min(bound + below, _PROVEN * scale)),
        spread=spread,
        residual=float(np.abs(step(upper) - upper).max(initial=0.0)),
        error_bound=bound,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What equities follow from equities, and how fast rounds of it settle."""

    owed: csr_array
    worth: Callable[[FloatArray], FloatArray]
    step: Callable[[FloatArray], FloatArray]
    scale: float

    def settle(self, start: FloatArray) -> tuple[FloatArray, int, float]:
        """Return the limit of the rounds from here, their number, and how far it can be off."""
        equity, before, check = start, np.inf, 32
        for rounds in range(1, _MAX_ROUNDS):
            last, equity = equity, self.step(equity)
            change = float(np.abs(equity - last).max(initial=0.0))
            if change <= _SETTLED * self.scale:
                bound = self.bound(equity, self.slopes(equity, last))
                if bound is not None and bound <= _PROVEN * self.scale:
                    return equity, rounds, bound
                if change == 0.0:  # nothing moves, but slopes prove nothing: claims on the brink, or a circle
                    return equity, rounds, float("inf")
            elif rounds == check:
                found = self.exact(equity, last)
                if found is not None:
                    return found[0], rounds, found[1]
                check *= 2
            before = change
        msg = f"the values still change by {before:g} after {_MAX_ROUNDS:,} rounds"
        raise ModelError(msg, hint="claims go round almost undiminished; clear the network exactly instead")

    def slopes(self, equity: FloatArray, other: FloatArray) -> FloatArray:
        """Return by how much a dollar of equity raises the worth of each party's debts, between two equities."""
        near = 1e-7 * self.scale or 1.0
        apart = np.where(np.abs(equity - other) > near, other, equity - near)
        rise: FloatArray = (self.worth(equity) - self.worth(apart)) / (equity - apart)
        return np.maximum(rise, 0.0)

    def passed(self, slopes: FloatArray, right: FloatArray) -> FloatArray | None:
        """Return what a change leads to once it has gone round; None if it grows without end."""
        flows = csr_array(diags_array(slopes) @ self.owed)
        leak = 1.0 - flows.sum(axis=1)
        if (leak < -1e-6).any():
            factors = splu(csc_array(eye_array(len(leak)) - flows.T))
            return np.asarray(factors.solve(right), dtype=np.float64)
        try:
            return PassOn(flows=flows, leak=np.where(leak > 1e-15, leak, 0.0)).solver()(right)
        except ModelError:
            return None

    def bound(self, equity: FloatArray, slopes: FloatArray) -> float | None:
        """Return how far the equities can be off, to which the rounding of a round is added."""
        off = np.abs(self.step(equity) - equity) + 4 * np.finfo(float).eps * self.scale
        most = self.passed(slopes, off)
        if most is None or not (most >= 0).all():
            return None
        return float(most.max(initial=0.0))

    def exact(self, equity: FloatArray, last: FloatArray) -> tuple[FloatArray, float] | None:
        """Return where the rounds end if the slopes hold all the way, and how far that can be off."""
        found, slopes = equity, self.slopes(equity, last)
        first = slopes
        for _ in range(6):
            move = self.passed(slopes, self.step(found) - found)
            if move is None or not np.isfinite(move).all():
                return None
            found = found + move
            slopes = self.slopes(equity, found)
        bound = self.bound(found, slopes)
        if bound is None or bound > _PROVEN * self.scale:
            return None
        ends = self.slopes(found, found)
        same = np.abs(ends - first) <= 1e-5 * np.maximum(first, ends)
        return (found, bound) if same.all() else None
