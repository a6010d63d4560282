"""Who pays what to whom when everybody pays as far as it can: clearing vectors with a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray, Matrix, read_matrices, read_vector
from loopledger.stress.balance import BalanceSheets, BoolArray
from loopledger.stress.certificate import error_bound, idle_circles
from loopledger.stress.greatest import find_greatest
from loopledger.stress.least import find_least
from loopledger.stress.waterfall import ExternalRank, build_waterfall

__all__ = ["Clearing", "Solution", "build_sheets", "clear"]

#: Relative difference of payments from which two clearing vectors count as different.
_DIFFERENT = 1e-9

_Choice = TypeVar("_Choice", bound=StrEnum)


class Solution(StrEnum):
    """Which clearing vector: the one with the most or the one with the least paid."""

    GREATEST = "greatest"
    LEAST = "least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """A clearing vector with its proof; ``n`` parties, ``c`` classes of seniority.

    Parameters
    ----------
    solution : Solution
    external_rank : ExternalRank
        How creditors outside the network rank.
    due, paid : ndarray, shape (n,)
        All that each owes and pays, inside the network and outside [currency].
    due_by_class, paid_by_class : ndarray, shape (c, n)
        Obligations inside the network [currency].
    due_external, paid_external : ndarray, shape (n,)
        Obligations outside the network [currency].
    payments : tuple of scipy.sparse.csr_array, each of shape (n, n)
        ``payments[class][payer, payee]`` [currency].
    received : ndarray, shape (n,)
        What each receives inside the network [currency].
    equity : ndarray, shape (n,)
        What is left to owners [currency], >= 0; zero in default.
    destroyed : ndarray, shape (n,)
        What default destroys [currency], >= 0.
    defaults : ndarray of bool, shape (n,)
    defaults_in_round : ndarray of int, shape (n,)
        Round of the fictitious default sequence; 0 for none. In the least solution, parties that
        default only because they all do come in the round after the last of the greatest.
    n_rounds : int
    limit_only : tuple of int
        Places of parties that count as short in the least solution although their assets equal what they
        owe, because they reach it only in the limit of ever more rounds; see ``find_least``.
    unique : bool
        Whether the greatest and the least clearing vector are the same.
    spread : float
        The largest difference between what a party pays in the greatest and in the least [currency].
    residual : float
        The largest difference between a payment and what the rules say about it, given all others [currency].
    error_bound : float
        How far, at most and in first order, a payment is from the exact one [currency].
    """

    solution: Solution
    external_rank: ExternalRank
    due: FloatArray
    paid: FloatArray
    due_by_class: FloatArray
    paid_by_class: FloatArray
    due_external: FloatArray
    paid_external: FloatArray
    payments: tuple[csr_array, ...]
    received: FloatArray
    equity: FloatArray
    destroyed: FloatArray
    defaults: BoolArray
    defaults_in_round: IntArray
    n_rounds: int
    limit_only: tuple[int, ...]
    unique: bool
    spread: float
    residual: float
    error_bound: float


def clear(
    obligations: Matrix | Sequence[Matrix],
    external_assets: ArrayLike,
    *,
    external_liabilities: ArrayLike = 0.0,
    external_rank: ExternalRank | str = ExternalRank.PARI_PASSU,
    recovery_external: ArrayLike = 1.0,
    recovery_internal: ArrayLike = 1.0,
    solution: Solution | str = Solution.GREATEST,
) -> Clearing:
    """Clear a network of obligations with limited liability, seniority and costs of default.

    Parameters
    ----------
    obligations : array_like or scipy sparse, shape (n, n), or a sequence of them
        ``[payer, payee]`` [currency], >= 0, zero on the diagonal; of a sequence, the most senior first.
    external_assets : array_like, shape (n,)
        Money from outside the network [currency], >= 0.
    external_liabilities : array_like, scalar or shape (n,)
        Owed outside the network [currency], >= 0.
    external_rank : ExternalRank or str
        How outside creditors rank: ``senior`` to all obligations, ``junior`` to all, or ``pari-passu``
        with the most junior class that the party owes.
    recovery_external, recovery_internal : array_like, scalar or shape (n,)
        Part of external assets, and of receipts, that default leaves to creditors, 0 to 1.
    solution : Solution or str
        ``greatest`` or ``least``.

    Returns
    -------
    Clearing

    Raises
    ------
    ModelError
        If an input is negative, not finite, out of range or of the wrong shape (the first place is
        named), if a party owes itself, or if rounding keeps the algorithm from ending.

    Notes
    -----
    With ``a_i`` the external assets plus receipts of party ``i`` and ``D_i`` all it owes: if
    ``a_i >= D_i`` it pays ``D_i``; else creditors share ``alpha_i * external + beta_i * receipts``, class
    by class, in proportion within a class. A party short by less than 1e-12 of what it owes is solvent.
    Each answer rests on exact linear solves, so rings of debts that an iteration would need thousands
    of rounds for are exact.

    References
    ----------
    Eisenberg and Noe (2001), "Systemic Risk in Financial Systems", Management Science 47(2);
    Rogers and Veraart (2013), "Failure and Rescue in an Interbank Network", Management Science 59(4);
    Elsinger (2009), "Financial Networks, Cross Holdings, and Limited Liability", OeNB working paper 156.

    Examples
    --------
    >>> found = clear([[0, 2], [2.2, 0]], [1, 1], recovery_external=0.5, recovery_internal=0.5)
    >>> found.paid.tolist(), found.unique
    ([2.0, 2.2], False)
    """
    which = _choice(Solution, solution, "solution")
    rank = _choice(ExternalRank, external_rank, "external_rank")
    sheets = build_sheets(
        obligations,
        external_assets,
        external_liabilities=external_liabilities,
        external_rank=rank,
        recovery_external=recovery_external,
        recovery_internal=recovery_internal,
    )
    greatest = find_greatest(sheets)
    least, solvent = _least(sheets, greatest.money)
    rounds = greatest.rounds
    spread = np.abs(greatest.money - least)
    if which is Solution.LEAST:
        defaults = ~solvent
        rounds = np.where(defaults & (rounds == 0), rounds.max(initial=0) + 1, rounds)
    return _report(
        sheets,
        greatest.money if which is Solution.GREATEST else least,
        rounds,
        solution=which,
        external_rank=rank,
        unique=not (spread > _DIFFERENT * sheets.waterfall.total).any(),
        spread=float(spread.max(initial=0.0)),
    )


def _choice(kind: type[_Choice], value: _Choice | str, name: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        msg = f"unknown {name} {value!r}"
        raise ModelError(msg, hint=f"known are {', '.join(kind)}") from None


def build_sheets(
    obligations: Matrix | Sequence[Matrix],
    external_assets: ArrayLike,
    *,
    external_liabilities: ArrayLike = 0.0,
    external_rank: ExternalRank = ExternalRank.PARI_PASSU,
    recovery_external: ArrayLike = 1.0,
    recovery_internal: ArrayLike = 1.0,
) -> BalanceSheets:
    """Return the checked network of :func:`clear`, which says what the parameters are.

    Raises
    ------
    ModelError
        As :func:`clear`.
    """
    classes = read_matrices(obligations, "obligations")
    n = classes[0].shape[0]
    return BalanceSheets(
        waterfall=build_waterfall(
            classes, read_vector(external_liabilities, n, "external_liabilities"), external_rank
        ),
        external_assets=read_vector(external_assets, n, "external_assets"),
        recovery_external=read_vector(recovery_external, n, "recovery_external", high=1.0),
        recovery_internal=read_vector(recovery_internal, n, "recovery_internal", high=1.0),
    )


def _least(sheets: BalanceSheets, greatest: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return the least clearing vector; without costs and classes it differs only in idle circles."""
    if sheets.costly or len(sheets.waterfall.owed) > 1:
        return find_least(sheets)
    least = greatest.copy()
    for circle in idle_circles(sheets, greatest):
        least[circle] = 0.0
    waterfall = sheets.waterfall
    return least, ~sheets.short(waterfall.received(waterfall.payments(least)))


def _report(
    sheets: BalanceSheets,
    money: FloatArray,
    rounds: IntArray,
    *,
    solution: Solution,
    external_rank: ExternalRank,
    unique: bool,
    spread: float,
) -> Clearing:
    waterfall = sheets.waterfall
    by_layer = waterfall.payments(money)
    received = waterfall.received(by_layer)
    defaults = rounds > 0
    part = np.divide(by_layer, waterfall.due, out=np.zeros_like(by_layer), where=waterfall.due > 0)
    layers = list(waterfall.class_layers)
    payments = tuple(csr_array(diags_array(part[k]) @ waterfall.owed[k]) for k in layers)
    assets = sheets.external_assets + received
    residual = np.abs(sheets.step(money, defaults) - money)
    inside = waterfall.due - waterfall.external
    return Clearing(
        solution=solution,
        external_rank=external_rank,
        due=waterfall.total,
        paid=by_layer.sum(axis=0),
        due_by_class=inside[layers],
        paid_by_class=(part * inside)[layers],
        due_external=waterfall.external.sum(axis=0),
        paid_external=(part * waterfall.external).sum(axis=0),
        payments=payments,
        received=received,
        equity=np.where(defaults, 0.0, np.maximum(assets - waterfall.total, 0.0)),
        destroyed=np.where(defaults, np.maximum(assets - sheets.left(received), 0.0), 0.0),
        defaults=defaults,
        defaults_in_round=rounds,
        n_rounds=int(rounds.max(initial=0)),
        limit_only=tuple(np.flatnonzero(defaults & ~sheets.short(received)).tolist()),
        unique=unique,
        spread=spread,
        residual=float(residual.max(initial=0.0)),
        error_bound=error_bound(sheets, money, defaults),
    )
