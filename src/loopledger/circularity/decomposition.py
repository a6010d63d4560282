"""A circulation taken apart into loops, and the rest, in which no money goes round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.circulation import Circulation
from loopledger.errors import ModelError
from loopledger.network.graphs import strong_components

__all__ = ["Decomposition", "LoopPart", "decompose"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopPart:
    """One loop of a decomposition.

    Parameters
    ----------
    parties : tuple of str
        In the order of payment.
    amount : float
        [currency], the part of each of its payments that goes round here and nowhere else.
    """

    parties: tuple[str, ...]
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """A largest circulation as loops that share no dollar, and what is left of the payments.

    Parameters
    ----------
    loops : tuple of LoopPart
        Those of most money (amount times payments) first. On each pair, their amounts add up to its
        circulating part, exactly.
    rest : ndarray, shape (n_pairs,)
        [currency] what of each pair's payments does not circulate.
    order : tuple of str
        Parties in an order in which the rest runs forwards only: it holds no loop.
    """

    loops: tuple[LoopPart, ...]
    rest: FloatArray
    order: tuple[str, ...]


def decompose(found: Circulation) -> Decomposition:
    """Return a circulation as loops, with the acyclic rest.

    Parameters
    ----------
    found : Circulation

    Returns
    -------
    Decomposition
        With no more loops than pairs. It is one of many: a circulation does not say which loops it is
        made of. Its total does not depend on the choice.

    Raises
    ------
    ModelError
        If the rest holds a loop, and so the circulation was not the largest.

    Notes
    -----
    From the first party by name on, the largest remaining payment is followed until a party comes twice;
    the loop between takes the smallest of its payments.

    References
    ----------
    Ahuja, Magnanti and Orlin, *Network Flows*, 1993, theorem 3.5 (flow decomposition).

    Examples
    --------
    >>> from loopledger.circularity import circulate
    >>> from loopledger.network import Row, build_table
    >>> parts = decompose(circulate(build_table([
    ...     Row(period="1", payer=payer, payee=payee, kind="other", amount=amount)
    ...     for payer, payee, amount in [("n", "a", 10), ("m", "a", 5), ("a", "m", 30), ("m", "n", 18)]
    ... ])))
    >>> [(part.parties, part.amount) for part in parts.loops]
    [(('a', 'm', 'n'), 10.0), (('a', 'm'), 5.0)]
    >>> parts.rest.tolist(), parts.order
    ([15.0, 0.0, 8.0, 0.0], ('a', 'm', 'n'))
    """
    parties = sorted({name for pair in found.pairs for name in pair})
    place = {name: i for i, name in enumerate(parties)}
    ends = [(place[payer], place[payee]) for payer, payee in found.pairs]
    unit, flow, paid = found.unit, found.circulating_units, found.paid_units
    loops = [
        LoopPart(parties=tuple(parties[i] for i in nodes), amount=unit.money(amount))
        for nodes, amount in _peel(ends, flow.tolist(), len(parties))
    ]
    loops.sort(key=lambda part: (-part.amount * len(part.parties), len(part.parties), part.parties))
    rest = paid - flow
    left = np.flatnonzero(rest)
    tail, head = np.array(ends, dtype=np.int64).reshape(-1, 2)[left].T
    label = strong_components(len(parties), tail, head)
    if len(set(label.tolist())) < len(parties):
        msg = "what is left of the payments holds a loop: the circulation was not the largest"
        raise ModelError(msg, hint="this is a fault of the program, not of the table: please report it")
    order = np.argsort(-label, kind="stable")
    return Decomposition(
        loops=tuple(loops), rest=unit.moneys(rest), order=tuple(parties[i] for i in order.tolist())
    )


def _peel(ends: list[tuple[int, int]], left: list[int], n: int) -> list[tuple[list[int], int]]:
    """Return loops, each as nodes and amount, until no flow is left; ``left`` is used up."""
    leaving: list[list[int]] = [[] for _ in range(n)]
    for arc in sorted(range(len(ends)), key=lambda a: left[a]):
        if left[arc]:
            leaving[ends[arc][0]].append(arc)  # the largest last: it is tried first
    loops = []
    path: list[int] = []
    place = [-1] * n
    for root in range(n):
        node = root
        while True:
            if place[node] >= 0:
                start = place[node]
                arcs = path[start:]
                amount = min(left[arc] for arc in arcs)
                loops.append(([ends[arc][0] for arc in arcs], amount))
                for arc in arcs:
                    left[arc] -= amount
                first = next(k for k, arc in enumerate(arcs) if not left[arc])
                for arc in path[start + first :]:
                    place[ends[arc][0]] = -1
                node = ends[path[start + first]][0]
                del path[start + first :]
            while leaving[node] and not left[leaving[node][-1]]:
                leaving[node].pop()
            if not leaving[node]:
                break  # balances are equal, so this is the root with nothing left to pay
            place[node] = len(path)
            path.append(leaving[node][-1])
            node = ends[path[-1]][1]
    return loops
