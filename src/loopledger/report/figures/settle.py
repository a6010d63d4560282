"""Boxes on a line: each as near as possible to where it belongs, none over another."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["settle"]


def settle(
    wanted: Sequence[float],
    before: Sequence[float],
    after: Sequence[float],
    weights: Sequence[float] | None = None,
    *,
    within: tuple[float, float] | None = None,
) -> list[float]:
    """Return positions in the given order that keep boxes apart and move them as little as possible.

    Parameters
    ----------
    wanted : sequence of float
        Where the anchor of each box would like to be.
    before, after : sequence of float
        How far each box reaches ahead of and behind its anchor, free space included.
    weights : sequence of float, optional
        How firmly each box holds its place, greater than 0; equal when left out.
    within : tuple of float, optional
        Ends of the line that no box crosses; where the boxes do not fit, the first end counts.

    Returns
    -------
    list of float
        Positions with ``position[n + 1] - position[n] >= after[n] + before[n + 1]``.

    Notes
    -----
    Weighted least squares under an order constraint: isotonic regression by pooling adjacent violators.

    Examples
    --------
    >>> settle([10, 10], [5, 5], [5, 5])
    [5.0, 15.0]
    """
    offsets = [0.0] if wanted else []
    for n in range(1, len(wanted)):
        offsets.append(offsets[-1] + after[n - 1] + before[n])
    firm = [1.0] * len(wanted) if weights is None else weights
    pools: list[tuple[float, float, int]] = []  # mean, weight, number of boxes
    for target, offset, own in zip(wanted, offsets, firm, strict=False):
        mean, weight, size = float(target - offset), own, 1
        while pools and pools[-1][0] > mean:
            other, other_weight, other_size = pools.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, size = weight + other_weight, size + other_size
        pools.append((mean, weight, size))
    if within is not None and offsets:
        first = within[0] + before[0]
        last = max(within[1] - after[-1] - offsets[-1], first)
        pools = [(min(max(mean, first), last), weight, size) for mean, weight, size in pools]
    flat = [mean for mean, _, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=False)]
