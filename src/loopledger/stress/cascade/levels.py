"""Where in its range each uncertain input lies, run by run: three named runs, or draws keyed by seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.units import Interval

__all__ = ["RUNS", "Levels"]

#: The named runs, from the mild ends of scenario and behaviour to the severe ones; amounts are central.
RUNS = ("mild", "central", "severe")
#: Numbers that one step of the counter of Philox gives.
_BLOCK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The runs of a case.

    Parameters
    ----------
    seed : int or None
        None for the named runs.
    row : int or None
        Which of the three named runs all runs are; None for the three side by side.
    first, n_draws : int
        Which draws; a draw is the same whoever makes it and in whatever order.
    """

    seed: int | None = None
    row: int | None = None
    first: int = 0
    n_draws: int = 3

    def of(self, name: str, value: Interval, severe: str = "") -> FloatArray:
        """Return an input in each run, shape (n_draws,).

        Parameters
        ----------
        name : str
            Keys the random numbers.
        value : Interval
        severe : {"low", "high", ""}
            Which end is severe; empty where neither is, so that the named runs all take the central value.

        Notes
        -----
        A draw is low + 2u(central - low) below the median, and likewise above: half of all draws lie on
        either side of the central value.
        """
        if self.seed is None:
            ends = (value.high, value.central, value.low) if severe == "low" else value.as_tuple()
            named = ends if severe else (value.central,) * 3
            if self.row is not None:
                return np.full(self.n_draws, named[self.row], dtype=np.float64)
            return np.array(named, dtype=np.float64)
        key = zlib.crc32(name.encode())
        bits = np.random.Philox(key=np.array([self.seed, key], dtype=np.uint64)).advance(self.first // _BLOCK)
        skip = self.first % _BLOCK
        u = np.random.Generator(bits).random(skip + self.n_draws)[skip:]
        below = value.low + (value.central - value.low) * 2 * u
        above = value.central + (value.high - value.central) * (2 * u - 1)
        return np.where(u < 0.5, below, above)
