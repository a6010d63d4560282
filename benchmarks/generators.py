"""Payment tables of any size from a seed: core-periphery networks, dated payments, heavy-tailed graphs, debts."""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from loopledger.network import FlowTable

Result = TypeVar("Result")


def core_periphery(n_arcs: int, seed: int = 1) -> FlowTable:
    """One arc a pair; 5 % of the parties are the core, which 95 % of the arcs touch. Lognormal cents."""
    draw = np.random.default_rng(seed)
    n = n_arcs // 10
    core = max(2, n // 20)
    any_u, any_v = draw.integers(0, n, (2, 2 * n_arcs))
    core_u, core_v = draw.integers(0, core, (2, 2 * n_arcs))
    kind = draw.random(2 * n_arcs)
    u = np.where(kind < 0.7, core_u, any_u)
    v = np.where((kind < 0.4) | ((kind >= 0.7) & (kind < 0.95)), core_v, any_v)
    keys = np.unique(u * n + v)
    keys = np.sort(draw.permutation(keys[keys // n != keys % n])[:n_arcs])
    cents = np.maximum(1, np.rint(draw.lognormal(9, 1.8, len(keys))))
    zero = np.zeros(len(keys), dtype=np.int64)
    return FlowTable(
        periods=("1",), parties=tuple(f"p{i:07}" for i in range(n)), kinds=("other",), instruments=("",),
        period=zero, payer=keys // n, payee=keys % n, kind=zero, instrument=zero, amount=cents / 100,
    )  # fmt: skip


def dated(n_payments: int, n_parties: int, n_periods: int, seed: int = 1) -> FlowTable:
    """Payments between random parties; the first funds and sells, the second is the rest of the world."""
    draw = np.random.default_rng(seed)
    payer = draw.integers(0, n_parties, n_payments)
    payee = (payer + draw.integers(1, n_parties, n_payments)) % n_parties
    period = (
        np.arange(n_payments) if n_periods >= n_payments else np.sort(draw.integers(0, n_periods, n_payments))
    )
    names = tuple("outside" if i == 1 else f"p{i:05}" for i in range(n_parties))
    return FlowTable(
        periods=tuple(map(str, range(int(period[-1]) + 1))), parties=names,
        kinds=("funding", "other", "purchase"), instruments=("",), period=period, payer=payer, payee=payee,
        kind=np.where(payer == 0, 0, np.where(payee == 0, 2, 1)), instrument=np.zeros(n_payments, dtype=np.int64),
        amount=np.rint(draw.lognormal(6, 1.5, n_payments) * 100 + 1) / 100,
    )  # fmt: skip


def heavy_tailed(n_nodes: int, n_arcs: int, seed: int = 3, tail: float = 0.85) -> list[tuple[str, str]]:
    """Arcs as in networks of trust: few nodes with many, six in ten returned."""
    draw = np.random.default_rng(seed)
    weight = np.arange(1, n_nodes + 1) ** -tail
    ends = draw.choice(n_nodes, (6 * n_arcs, 2), p=weight / weight.sum()).tolist()
    returned = (draw.random(6 * n_arcs) < 0.6).tolist()
    arcs: dict[tuple[int, int], None] = {}
    for (u, v), back in zip(ends, returned, strict=True):
        if u != v and len(arcs) < n_arcs:
            arcs[u, v] = None
            if back and len(arcs) < n_arcs:
                arcs[v, u] = None
    return [(f"p{u:05}", f"p{v:05}") for u, v in arcs]


def obligations(n_parties: int, n_debts: int, seed: int = 1) -> csr_array:
    """Debts between random pairs, each pair once, lognormal; rows are payers."""
    draw = np.random.default_rng(seed)
    keys = draw.choice(n_parties * (n_parties - 1), n_debts, replace=False)
    payer, other = np.divmod(np.sort(keys), n_parties - 1)
    payee = other + (other >= payer)
    return csr_array((draw.lognormal(0, 1, n_debts), (payer, payee)), shape=(n_parties, n_parties))


def clock(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the seconds a piece of work takes, and its result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
