"""Threshold cascades: a party fails once its losses on failed parties reach its buffer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, IntArray, Matrix, read_matrix, read_vector
from loopledger.stress.balance import BoolArray

__all__ = ["Cascade", "fail_by_fraction", "fail_by_losses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Failures wave by wave; ``n`` parties.

    Parameters
    ----------
    failed : ndarray of bool, shape (n,)
    waves : ndarray of int, shape (n,)
        Wave in which each fails, 1 for those that fail at first, 0 for those that do not fail.
    n_waves : int
    losses : ndarray, shape (n,)
        What each loses on failed parties, in the unit of its buffer.
    """

    failed: BoolArray
    waves: IntArray
    n_waves: int
    losses: FloatArray

    def by_wave(self) -> tuple[tuple[int, ...], ...]:
        """Return the places of those that fail, wave by wave."""
        return tuple(
            tuple(np.flatnonzero(self.waves == wave).tolist()) for wave in range(1, self.n_waves + 1)
        )


def fail_by_losses(
    exposures: Matrix, buffers: ArrayLike, first: ArrayLike, *, loss_given_default: ArrayLike = 1.0
) -> Cascade:
    """Return who fails because losses on failed parties reach its buffer.

    Parameters
    ----------
    exposures : array_like or scipy sparse, shape (n, n)
        ``[i, j]``: what ``i`` has lent to ``j`` [currency], >= 0.
    buffers : array_like, scalar or shape (n,)
        Capital of each [currency], >= 0.
    first : array_like of int or of bool
        Places of those that fail at first, or one truth value a party.
    loss_given_default : array_like, scalar or shape (n,)
        Part of an exposure to each that is lost when it fails, 0 to 1.

    Returns
    -------
    Cascade

    Raises
    ------
    ModelError
        If an input is refused.

    Notes
    -----
    A party fails when its losses are positive and at least its buffer.

    References
    ----------
    Gai and Kapadia (2010), "Contagion in Financial Networks", Proceedings of the Royal Society A 466,
    section 2; without recovery there, ``loss_given_default`` 1.

    Examples
    --------
    >>> fail_by_losses([[0, 1, 0], [10, 0, 3], [3, 2, 0]], [2, 5, 2], [0]).by_wave()
    ((0,), (1, 2))
    """
    lent = read_matrix(exposures, "exposures", diagonal="a party is exposed to itself")
    n = lent.shape[0]
    lost = read_vector(loss_given_default, n, "loss_given_default", high=1.0)
    return _spread(csr_array(lent @ diags_array(lost)), read_vector(buffers, n, "buffers"), first)


def fail_by_fraction(links: Matrix, thresholds: ArrayLike, first: ArrayLike) -> Cascade:
    """Return who fails because the failed part of those it depends on reaches its threshold.

    Parameters
    ----------
    links : array_like or scipy sparse, shape (n, n)
        ``[i, j]``: weight with which ``i`` depends on ``j``, >= 0; 1 a neighbour in the original model.
    thresholds : array_like, scalar or shape (n,)
        Part of the weight, 0 to 1.
    first : array_like of int or of bool
        Places of those that fail at first, or one truth value a party.

    Returns
    -------
    Cascade
        Losses are parts of the weight.

    Raises
    ------
    ModelError
        If an input is refused.

    References
    ----------
    Watts (2002), "A Simple Model of Global Cascades on Random Networks", PNAS 99(9).

    Examples
    --------
    >>> fail_by_fraction([[0, 1, 1], [1, 0, 0], [1, 1, 0]], 0.5, [2]).by_wave()
    ((2,), (0,), (1,))
    """
    weights = read_matrix(links, "links", diagonal="a party depends on itself")
    n = weights.shape[0]
    total = weights.sum(axis=1)
    parts = csr_array(diags_array(1.0 / np.where(total > 0, total, 1.0)) @ weights)
    return _spread(parts, read_vector(thresholds, n, "thresholds", high=1.0), first)


def _spread(losses: csr_array, buffers: FloatArray, first: ArrayLike) -> Cascade:
    failed = _read_first(first, len(buffers))
    waves = failed.astype(np.int64)
    wave, new = 1, failed
    while new.any():
        suffered = losses @ failed.astype(np.float64)
        new = ~failed & (suffered > 0) & (suffered >= buffers * (1 - 1e-12))
        failed = failed | new
        wave += 1
        waves[new] = wave
    return Cascade(
        failed=failed,
        waves=waves,
        n_waves=int(waves.max(initial=0)),
        losses=np.asarray(losses @ failed.astype(np.float64), dtype=np.float64),
    )


def _read_first(first: ArrayLike, n: int) -> BoolArray:
    try:
        given = np.atleast_1d(np.asarray(first))
    except ValueError:  # rows of several lengths
        given = np.array(["?"])
    if given.dtype == np.bool_ and given.shape == (n,):
        return given.copy()
    failed = np.zeros(n, dtype=bool)
    if not given.size:
        return failed
    if given.ndim != 1 or given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= n:
        msg = f"first must hold places from 0 to {n - 1}, or one truth value a party"
        raise ModelError(msg)
    failed[given] = True
    return failed
