"""Stated quantities: a figure with its bound, exactly as somebody said it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from loopledger.units.interval import Interval

__all__ = ["Amount", "Bound", "BoundFactors", "Capacity"]


class Bound(StrEnum):
    """How the source hedged its figure."""

    EXACT = "exact"
    ABOUT = "about"
    UP_TO = "up_to"
    AT_LEAST = "at_least"
    RANGE = "range"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFactors:
    """What a bound says about the size, if the promise is honoured.

    Each factor multiplies the stated figure; the defaults are those of ``data/assumptions.yaml``.
    """

    about_low: float = 0.9
    about_high: float = 1.1
    up_to_low: float = 0.0
    up_to_central: float = 0.8
    at_least_high: float = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounded:
    low: Decimal
    high: Decimal
    bound: Bound = Bound.EXACT

    def __post_init__(self) -> None:
        for value in (self.low, self.high):
            if not value.is_finite() or value < 0:
                msg = f"a stated quantity is a finite number >= 0, not {value}"
                raise ValueError(msg)
        if (self.bound is Bound.RANGE) != (self.low != self.high) or self.low > self.high:
            msg = f"bound {self.bound.value} does not fit the figures {self.low} and {self.high}"
            raise ValueError(msg)

    @property
    def value(self) -> Decimal:
        """The stated figure; the middle of a stated range."""
        return (self.low + self.high) / 2

    def interval(self, factors: BoundFactors) -> Interval:
        """Return low, central and high of the quantity if the promise is honoured.

        Parameters
        ----------
        factors : BoundFactors
            What "about", "up to" and "at least" are taken to mean.

        Returns
        -------
        Interval
            In the unit of the quantity.
        """
        low, high = float(self.low), float(self.high)
        match self.bound:
            case Bound.EXACT:
                return Interval(low, low, low)
            case Bound.ABOUT:
                return Interval(low * factors.about_low, low, low * factors.about_high)
            case Bound.UP_TO:
                return Interval(low * factors.up_to_low, low * factors.up_to_central, low)
            case Bound.AT_LEAST:
                return Interval(low, low, low * factors.at_least_high)
            case Bound.RANGE:
                return Interval(low, (low + high) / 2, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(_Bounded):
    """A sum of money as stated.

    Parameters
    ----------
    low, high : decimal.Decimal
        The stated figure twice, or the two ends of a stated range, in currency units.
    bound : Bound
        The hedge of the source.
    currency : str
        ISO 4217 code.

    Examples
    --------
    >>> Amount.of("15e9", "USD", Bound.UP_TO).interval(BoundFactors())
    Interval(low=0.0, central=12000000000.0, high=15000000000.0)
    """

    currency: str

    def __post_init__(self) -> None:
        # zero-argument super() does not survive the class that slots=True builds anew
        _Bounded.__post_init__(self)
        if not (
            len(self.currency) == 3
            and self.currency.isascii()
            and self.currency.isalpha()
            and self.currency.isupper()
        ):
            msg = f"a currency is an ISO 4217 code of three capital letters, not {self.currency!r}"
            raise ValueError(msg)

    @classmethod
    def of(cls, value: Decimal | int | str, currency: str, bound: Bound = Bound.EXACT) -> Amount:
        """Return the amount of one figure."""
        figure = Decimal(value)
        return cls(low=figure, high=figure, currency=currency, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(_Bounded):
    """Electrical capacity as stated, in megawatts."""

    @classmethod
    def of(cls, mw: Decimal | int | str, bound: Bound = Bound.EXACT) -> Capacity:
        """Return the capacity of one figure in megawatts."""
        figure = Decimal(mw)
        return cls(low=figure, high=figure, bound=bound)
