"""External assets drawn for many scenarios: each scenario has its own random numbers, whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from loopledger.errors import ModelError
from loopledger.stress.arrays import FloatArray, read_vector

__all__ = ["AssetDraws", "draw_assets"]


#: Number of seeds that the generator has.
_SEEDS = 2**128


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDraws:
    """Lognormal external assets with one common factor; ``n`` parties. Made by :func:`draw_assets`.

    Parameters
    ----------
    n_scenarios : int
    mean : ndarray, shape (n,)
        [currency].
    volatility : ndarray, shape (n,)
        Standard deviation of the logarithm [1].
    common_share : ndarray, shape (n,)
        Part of each party's variance that is common to all, 0 to 1.
    seed : int
    """

    n_scenarios: int
    mean: FloatArray
    volatility: FloatArray
    common_share: FloatArray
    seed: int

    def scenarios(self, first: int, last: int) -> FloatArray:
        """Return the external assets of the scenarios from ``first`` to before ``last``, shape (last - first, n).

        Notes
        -----
        Scenario ``s`` takes the numbers of the counter-based generator Philox from counter ``s`` times a
        fixed stride on, so it does not depend on which other scenarios are drawn, where, or in what order.
        """
        n = len(self.mean)
        stride = (
            n // 4 + 1
        )  # counters a scenario, of four numbers each; at least one number more than parties
        generator = np.random.Generator(np.random.Philox(key=self.seed, counter=first * stride))
        uniform = generator.random((last - first, 4 * stride))[:, : n + 1]
        normal = ndtri(np.clip(uniform, 2.0**-54, 1 - 2.0**-53))
        factor = np.sqrt(self.common_share) * normal[:, :1] + np.sqrt(1 - self.common_share) * normal[:, 1:]
        assets: FloatArray = self.mean * np.exp(self.volatility * factor - self.volatility**2 / 2)
        return assets


def draw_assets(
    mean: ArrayLike,
    *,
    n_scenarios: int,
    volatility: ArrayLike,
    common_share: ArrayLike = 0.0,
    seed: int = 0,
) -> AssetDraws:
    """Return lognormal external assets around their means.

    Parameters
    ----------
    mean : array_like, shape (n,)
        [currency], >= 0.
    n_scenarios : int
        At least 1.
    volatility : array_like, scalar or shape (n,)
        Standard deviation of the logarithm, >= 0.
    common_share : array_like, scalar or shape (n,)
        Part of the variance that is common to all, 0 to 1.
    seed : int
        From 0 to 2**128 - 1; the same seed gives the same scenarios.

    Raises
    ------
    ModelError
        If an input is refused.

    References
    ----------
    Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
    """
    n = np.size(mean)
    whole = all(isinstance(number, int | np.integer) for number in (n_scenarios, seed))
    if not whole or n_scenarios < 1 or not 0 <= seed < _SEEDS:
        msg = f"n_scenarios is {n_scenarios} and seed is {seed}"
        raise ModelError(
            msg, hint="n_scenarios is a whole number of at least 1, seed one from 0 to 2**128 - 1"
        )
    return AssetDraws(
        n_scenarios=int(n_scenarios),
        mean=read_vector(mean, n, "mean"),
        volatility=read_vector(volatility, n, "volatility"),
        common_share=read_vector(common_share, n, "common_share", high=1.0),
        seed=int(seed),
    )
