"""Arithmetic on ranges: differences, ratios, weighted means and concentration, with bounds that hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from loopledger.errors import ModelError
from loopledger.units import Interval

__all__ = ["difference", "hhi_range", "mean_range", "ratio", "share_ranges"]

_STEPS = 200
_ROUNDING = 1e-12
#: Amounts known as ranges up to which all combinations of their ends are tried.
_MOST_ENDS = 12


def difference(a: Interval, b: Interval) -> Interval:
    """Return ``a - b``, bounds crosswise.

    Examples
    --------
    >>> difference(Interval(1, 2, 3), Interval(0, 1, 5))
    Interval(low=-4.0, central=1.0, high=3.0)
    """
    return Interval(a.low - b.high, a.central - b.central, a.high - b.low)


def ratio(a: Interval, b: Interval) -> Interval:
    """Return ``a / b``, bounds crosswise; ``b`` is > 0 throughout.

    Raises
    ------
    ModelError
        If the lower end of ``b`` is not positive: the ratio then has no upper end.
    """
    if b.low <= 0:
        msg = f"a ratio cannot be bounded because its denominator may be {b.low:g}"
        raise ModelError(msg, hint="the numerator and the denominator are given apart")
    ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Interval(min(ends), a.central / b.central, max(ends))


def share_ranges(amounts: Mapping[str, Interval]) -> dict[str, Interval]:
    """Return each amount over the sum of all.

    Parameters
    ----------
    amounts : mapping of str to Interval
        >= 0, in one unit.

    Returns
    -------
    dict of str to Interval
        Central shares add up to 1.

    Raises
    ------
    ModelError
        If all central values are 0.

    Notes
    -----
    A share's range moves its own amount to one end of its range and all others to the opposite end.

    Examples
    --------
    >>> share_ranges({"a": Interval(1, 2, 3), "b": Interval.exact(2)})["a"].as_tuple()
    (0.3333333333333333, 0.5, 0.6)
    """
    total = Interval.total(amounts.values())
    if total.central <= 0:
        msg = "shares cannot be computed because the amounts add up to nothing"
        raise ModelError(msg, hint="no priced amount is left in the selection")
    shares = {}
    for name, own in amounts.items():
        rest_low, rest_high = total.low - own.low, total.high - own.high
        share = own.central / total.central
        low = own.low / (own.low + rest_high) if own.low + rest_high > 0 else share
        high = own.high / (own.high + rest_low) if own.high + rest_low > 0 else share
        shares[name] = Interval(min(max(low, 0.0), share), share, max(min(high, 1.0), share))
    return shares


def mean_range(weights: Sequence[Interval], values: Sequence[float]) -> Interval:
    """Return the mean of values under weights that are known as ranges.

    Parameters
    ----------
    weights : sequence of Interval
        >= 0, not all zero at the central value.
    values : sequence of float
        Of the same length, in the unit of the result.

    Notes
    -----
    The least mean gives the upper end of its range to every value below it, and the lower end to every one
    above it; the greatest the other way round. Both are exact.

    Examples
    --------
    >>> mean_range([Interval(0, 1, 2), Interval.exact(1)], [1.0, 3.0]).as_tuple()
    (1.6666666666666667, 2.0, 3.0)
    """
    whole = sum(w.central for w in weights)
    central = sum(w.central * v for w, v in zip(weights, values, strict=True)) / whole
    order = sorted(range(len(values)), key=lambda k: values[k])
    low = _least_mean([weights[k] for k in order], [values[k] for k in order])
    high = 0.0 - _least_mean([weights[k] for k in reversed(order)], [-values[k] for k in reversed(order)])
    if high - low <= _ROUNDING * max(1.0, abs(central)):
        return Interval.exact(central)
    return Interval(min(low, central), central, max(high, central))


def _least_mean(weights: Sequence[Interval], values: Sequence[float]) -> float:
    """Return the least weighted mean of values in rising order: the first ones full, the rest at their least."""
    best = float("inf")
    for n_full in range(len(values) + 1):
        used = [w.high if k < n_full else w.low for k, w in enumerate(weights)]
        total = sum(used)
        if total > 0:
            best = min(best, sum(w * v for w, v in zip(used, values, strict=True)) / total)
    return best


def hhi_range(amounts: Mapping[str, Interval], groups: frozenset[str] = frozenset()) -> Interval:
    """Return the Herfindahl-Hirschman index of amounts that are known as ranges.

    Parameters
    ----------
    amounts : mapping of str to Interval
        >= 0, by counterparty.
    groups : frozenset of str
        Counterparties that stand for several, so that their own part of the index is not known.

    Returns
    -------
    Interval
        0 to 1. Central takes a group for one counterparty; low takes it for infinitely many.

    Raises
    ------
    ModelError
        If all central values are 0.

    Notes
    -----
    ``sum a^2 / (sum a)^2``. It is quasi-convex in the amounts, so the minimum has every amount at the
    point of its range nearest to one level, found by bisection, and the maximum has every amount at an end
    of its range. All ends are tried for up to twelve ranges; for more, each square is replaced by its chord
    ``(low + high) a - low high``, which is never below it, and the result is a bound on the maximum.

    References
    ----------
    Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950).

    Examples
    --------
    >>> hhi_range({"a": Interval.exact(1), "b": Interval(1, 1, 3)}).as_tuple()
    (0.5, 0.5, 0.625)
    """
    total = sum(a.central for a in amounts.values())
    if total <= 0:
        msg = "concentration cannot be computed because the amounts add up to nothing"
        raise ModelError(msg, hint="no priced amount is left in the selection")
    central = sum((a.central / total) ** 2 for a in amounts.values())
    single = [a for name, a in amounts.items() if name not in groups]
    spread = sum(a.high for name, a in amounts.items() if name in groups)
    low, high = _least_hhi(single, spread), _greatest_hhi(list(amounts.values()))
    return Interval(min(low, central), central, max(min(high, 1.0), central))


def _least_hhi(single: Sequence[Interval], spread: float) -> float:
    if not any(a.high for a in single):
        return 0.0

    def at(level: float) -> tuple[float, float]:
        taken = [min(max(level, a.low), a.high) for a in single]
        return sum(x * x for x in taken), sum(taken) + spread

    level = _root(lambda m: at(m)[0] - m * at(m)[1], min(a.low for a in single), max(a.high for a in single))
    squares, whole = at(level)
    return squares / whole**2 if whole else 0.0


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function is zero, by bisection."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def _greatest_hhi(amounts: Sequence[Interval]) -> float:
    """Return the greatest index, or a bound on it where too many amounts are ranges to try all ends."""
    if sum(not a.is_exact for a in amounts) <= _MOST_ENDS:
        return _over_ends(amounts)
    squares, whole = sum(a.low**2 for a in amounts), sum(a.low for a in amounts)
    best = squares / whole**2 if whole else 0.0
    for one in sorted(amounts, key=lambda a: -(a.low + a.high)):
        slope, room = one.low + one.high, one.high - one.low
        if room <= 0:
            continue
        # squares grow by slope for each unit of the sum; the ratio peaks where its derivative is zero
        peak = min(max(whole - 2 * squares / slope, 0.0), room)
        for step in (peak, room):
            if whole + step > 0:
                best = max(best, (squares + slope * step) / (whole + step) ** 2)
        squares, whole = squares + slope * room, whole + room
    return best


def _over_ends(amounts: Sequence[Interval]) -> float:
    sums = {(sum(a.low**2 for a in amounts if a.is_exact), sum(a.low for a in amounts if a.is_exact))}
    for one in amounts:
        if not one.is_exact:
            sums = {(q + x * x, s + x) for q, s in sums for x in (one.low, one.high)}
    return max((q / s**2 for q, s in sums if s > 0), default=0.0)
