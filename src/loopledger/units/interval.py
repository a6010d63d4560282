"""Intervals: a low, a central and a high value, carried through arithmetic until they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A quantity known between two bounds, with a central value.

    Parameters
    ----------
    low, central, high : float
        In one unit, with ``low <= central <= high``.

    Raises
    ------
    ValueError
        If the three are not in order or not finite.

    Notes
    -----
    Sums add bound to bound, which is exact when the terms move together and wide otherwise.
    No distribution is claimed: central is a named rule's value, not a mean.

    Examples
    --------
    >>> Interval(0, 12, 15) + Interval.exact(30)
    Interval(low=30.0, central=42.0, high=45.0)
    """

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "central", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))
        # a chained comparison is False for NaN as well, and infinities are refused by the width test
        if not (self.low <= self.central <= self.high) or self.high - self.low == float("inf"):
            msg = f"interval out of order or not finite: {self.low}, {self.central}, {self.high}"
            raise ValueError(msg)

    @classmethod
    def exact(cls, value: float) -> Interval:
        """Return the interval of a value known exactly."""
        return cls(value, value, value)

    @classmethod
    def total(cls, parts: Iterable[Interval]) -> Interval:
        """Return the sum of the parts, zero for none."""
        low = central = high = 0.0
        for part in parts:
            low, central, high = low + part.low, central + part.central, high + part.high
        return cls(low, central, high)

    @property
    def is_exact(self) -> bool:
        """Whether the interval is a single value."""
        return self.low == self.high

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.central + other.central, self.high + other.high)

    def scaled(self, factor: float) -> Interval:
        """Return the interval multiplied by a number that is not negative."""
        if factor < 0:
            msg = f"an interval is scaled by a number >= 0, not {factor}"
            raise ValueError(msg)
        return Interval(self.low * factor, self.central * factor, self.high * factor)

    def times(self, other: Interval) -> Interval:
        """Return the product bound by bound; both intervals must be >= 0."""
        if self.low < 0 or other.low < 0:
            msg = "a product of intervals needs both >= 0"
            raise ValueError(msg)
        return Interval(self.low * other.low, self.central * other.central, self.high * other.high)

    def as_tuple(self) -> tuple[float, float, float]:
        """Return ``(low, central, high)``."""
        return (self.low, self.central, self.high)

    def as_dict(self) -> dict[str, float]:
        """Return the three values by name, for JSON."""
        return {"low": self.low, "central": self.central, "high": self.high}
