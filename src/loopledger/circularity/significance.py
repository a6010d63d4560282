"""Are there more loops than chance would make: counts against networks in which everybody pays as many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError
from loopledger.network import FlowTable
from loopledger.network.compiled import compiled

__all__ = ["LoopCount", "Significance", "weigh_loops"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Swaps that are tried for each arc in one rewiring.
_TRIES = 20
#: Parties up to which a table of all pairs is kept.
_MAX_PARTIES = 4_000
#: Parties up to which products of tables are dense.
_DENSE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopCount:
    """Loops of one length, beside those of the rewired networks.

    Parameters
    ----------
    length : int
        Parties in the loop; 2 for pairs.
    observed : int
    mean, deviation : float
        Of the counts in the rewired networks.
    z : float or None
        ``(observed - mean) / deviation``; None where all rewired networks have the same count.
    p : float
        Share of networks, the observed one among them, with at least as many loops: from
        ``1 / (rewirings + 1)`` to 1.
    """

    length: int
    observed: int
    mean: float
    deviation: float
    z: float | None
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """Loop counts by length against degree-preserving rewirings.

    Parameters
    ----------
    counts : tuple of LoopCount
        Pairs first, longer ones apart.
    rewirings, seed : int
    swapped : float
        Share of the tried swaps that were made, on average: near zero, the network hardly can be
        rewired, and the counts say little.
    """

    counts: tuple[LoopCount, ...]
    rewirings: int
    seed: int
    swapped: float


def weigh_loops(table: FlowTable, *, rewirings: int, seed: int) -> Significance:
    """Return the number of loops of two, three and four parties, and what chance would make of them.

    Parameters
    ----------
    table : FlowTable
        The window; who paid whom counts, not how much or how often.
    rewirings : int
        At least 1; a thousand or more for figures that are shown.
    seed : int
        Of the random numbers, >= 0.

    Returns
    -------
    Significance

    Raises
    ------
    ModelError
        If there are no rewirings, or more than 4,000 parties.

    Notes
    -----
    A rewiring keeps how many others each party pays and is paid by. Two payments ``a -> b`` and
    ``c -> d`` become ``a -> d`` and ``c -> b``, unless somebody would pay itself or the pair is there;
    20 swaps are tried for each payment, from the observed network on. Loops are counted exactly, from
    the powers of the matrix of pairs. A count says nothing about money, and much of a register's
    structure is not chance: who sells chips can hardly be swapped with who buys them.

    References
    ----------
    Milo, Shen-Orr, Itzkovitz, Kashtan, Chklovskii and Alon, "Network motifs", *Science* 298, 2002;
    North, Curtis and Sham, "A note on the calculation of empirical p values from Monte Carlo
    procedures", *American Journal of Human Genetics* 71, 2002.
    """
    if rewirings < 1 or seed < 0:
        msg = "a test of loops needs at least one rewiring, and a seed that is not negative"
        raise ModelError(msg)
    inside = table.among_parties
    pairs = np.unique(table.payer[inside] * table.n_parties + table.payee[inside])
    ends, index = np.unique(
        np.concatenate([pairs // table.n_parties, pairs % table.n_parties]), return_inverse=True
    )
    n = len(ends)
    if n > _MAX_PARTIES:
        msg = f"{n:,} parties pay each other, more than the {_MAX_PARTIES:,} whose loops are weighed"
        raise ModelError(msg, hint="choose a shorter window, or collapse the smaller parties")
    tail, head = index[: len(pairs)].astype(np.int64), index[len(pairs) :].astype(np.int64)
    observed = _count(tail, head, n)
    draw = np.random.Generator(np.random.PCG64(seed))
    swap = compiled(_swap, rewirings * _TRIES * len(pairs))
    counts = np.zeros((rewirings, len(observed)), dtype=np.int64)
    made = 0
    for k in range(rewirings):
        choices = draw.integers(0, max(1, len(pairs)), (_TRIES * len(pairs), 2))
        rewired = head.copy()
        pays = np.zeros((n, n), dtype=np.bool_)
        pays[tail, head] = True
        made += swap(tail, rewired, pays, choices)
        counts[k] = _count(tail, rewired, n)
    return Significance(
        counts=tuple(
            _weigh(length, seen, counts[:, i])
            for i, (length, seen) in enumerate(zip((2, 3, 4), observed, strict=True))
        ),
        rewirings=rewirings,
        seed=seed,
        swapped=made / (rewirings * _TRIES * len(pairs)) if len(pairs) else 0.0,
    )


def _weigh(length: int, observed: int, counts: IntArray) -> LoopCount:
    values = counts.tolist()
    mean = math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in values) / max(1, len(values) - 1))
    return LoopCount(
        length=length, observed=observed, mean=mean, deviation=deviation,
        z=(observed - mean) / deviation if deviation else None,
        p=(1 + sum(x >= observed for x in values)) / (1 + len(values)),
    )  # fmt: skip


def _count(tail: IntArray, head: IntArray, n: int) -> tuple[int, int, int]:
    """Return the number of simple cycles of two, three and four nodes.

    With ``r_a`` the number of nodes that ``a`` has arcs with both ways, the closed walks of four arcs that
    are no cycle number ``2 sum(r_a ** 2) - sum(r_a)``.
    """
    if n <= _DENSE:
        pays = np.zeros((n, n))
        pays[tail, head] = 1.0
        square = pays @ pays
        both = square.diagonal()
        threes, fours = float(np.sum(square * pays.T)), float(np.sum(square * square.T))
    else:
        from scipy.sparse import csr_array  # noqa: PLC0415 - only networks of many parties need it

        sparse = csr_array((np.ones(len(tail)), (tail, head)), shape=(n, n))
        product = sparse @ sparse
        both = product.diagonal()
        threes, fours = float(product.multiply(sparse.T).sum()), float(product.multiply(product.T).sum())
    pairs = float(both.sum())
    return round(pairs / 2), round(threes / 3), round((fours - 2 * float(both @ both) + pairs) / 4)


def _swap(tail: IntArray, head: IntArray, pays: BoolArray, choices: IntArray) -> int:
    """Swap the receivers of pairs of payments where that is allowed; return how often it was. A kernel."""
    made = 0
    for k in range(len(choices)):
        one, other = choices[k, 0], choices[k, 1]
        a, b, c, d = tail[one], head[one], tail[other], head[other]
        if a in (c, d) or b in (c, d) or pays[a, d] or pays[c, b]:
            continue
        pays[a, b] = pays[c, d] = False
        pays[a, d] = pays[c, b] = True
        head[one], head[other] = d, b
        made += 1
    return made
