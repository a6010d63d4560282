"""Boxes on a line: each as near as possible to where it belongs, none over another."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["settle"]


def settle(wanted: Sequence[float], before: Sequence[float], after: Sequence[float]) -> list[float]:
    """Return positions in the given order that keep boxes apart and move them as little as possible.

    Parameters
    ----------
    wanted : sequence of float
        Where the anchor of each box would like to be.
    before, after : sequence of float
        How far each box reaches ahead of and behind its anchor, free space included.

    Returns
    -------
    list of float
        Positions with ``position[n + 1] - position[n] >= after[n] + before[n + 1]``.

    Notes
    -----
    Least squares under an order constraint: isotonic regression by pooling adjacent violators.

    Examples
    --------
    >>> settle([10, 10], [5, 5], [5, 5])
    [5.0, 15.0]
    """
    offsets = [0.0]
    for n in range(1, len(wanted)):
        offsets.append(offsets[-1] + after[n - 1] + before[n])
    pools: list[tuple[float, int]] = []  # mean, size
    for target, offset in zip(wanted, offsets, strict=False):
        mean, size = float(target - offset), 1
        while pools and pools[-1][0] > mean:
            other, n_other = pools.pop()
            mean, size = (mean * size + other * n_other) / (size + n_other), size + n_other
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=False)]
