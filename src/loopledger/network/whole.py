"""Money in whole units: the decimals on which every amount of a table is a whole number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Unit", "find_unit"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

#: Cents, the least number of decimals that is tried.
_CENTS = 2
_FINEST = 22
#: Up to here doubles tell decimal numbers of the same length apart.
_DIGITS = 1e15
#: Sums of all amounts stay below this, and so every sum in 64 bits.
_ROOM = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is counted: a power of ten of the table's currency.

    Parameters
    ----------
    decimals : int
        2 for cents; negative where amounts are too large for cents in 64 bits.
    exact : bool
        Whether every amount is a whole number of units, in the sense that it is the nearest double to
        one. Otherwise amounts were rounded, each by half a unit at most, and the unit is the finest
        that 64 bits allow.
    """

    decimals: int
    exact: bool

    def whole(self, amounts: FloatArray) -> IntArray:
        """Return amounts in units, rounded to the nearest whole number."""
        return np.rint(_scaled(amounts, self.decimals)).astype(np.int64)

    def money(self, units: int) -> float:
        """Return a whole number of units as money, correctly rounded."""
        return (
            int(units) / 10**self.decimals if self.decimals >= 0 else float(int(units) * 10**-self.decimals)
        )

    def moneys(self, units: IntArray) -> FloatArray:
        """Return whole numbers of units as money."""
        scale = 10.0 ** abs(self.decimals)
        wide = units.astype(np.float64)
        return wide / scale if self.decimals >= 0 else wide * scale


def find_unit(amounts: FloatArray, others: Iterable[float] = ()) -> Unit:
    """Return the unit in which money is counted exactly.

    Parameters
    ----------
    amounts : ndarray of float, shape (n,)
        [currency] each >= 0.
    others : iterable of float
        More of them, such as opening cash.

    Returns
    -------
    Unit
        Cents if all amounts are whole cents; else the fewest decimals on which all are whole; else the
        most that keep the sum of all amounts in 62 bits.

    Examples
    --------
    >>> find_unit(np.array([0.1, 0.2, 1250.0]))
    Unit(decimals=2, exact=True)
    >>> find_unit(np.array([1 / 3])).exact
    False
    """
    everything = np.concatenate([amounts, np.fromiter(others, dtype=np.float64)])
    total = math.fsum(everything.tolist())
    finest = _FINEST if total <= 0 else min(_FINEST, math.floor(math.log10(_ROOM / (total * (1 + 1e-9)))))
    for decimals in range(_CENTS, finest + 1):
        units = np.rint(_scaled(everything, decimals))
        if units.max(initial=0.0) > _DIGITS:
            break
        if np.array_equal(units / 10.0**decimals, everything):
            return Unit(decimals=decimals, exact=True)
    units = np.rint(_scaled(everything, finest))
    return Unit(
        decimals=finest, exact=finest < _CENTS and np.array_equal(_scaled(units, -finest), everything)
    )


def _scaled(amounts: FloatArray, decimals: int) -> FloatArray:
    scale = 10.0 ** abs(decimals)
    return amounts * scale if decimals >= 0 else amounts / scale
