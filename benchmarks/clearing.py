"""Ten thousand clearings of one network, beside the algorithms of the known tools, in one run.

Peers, scenario by scenario as their users call them, on as many scenarios as ``_PEER`` says and times the rest:

- neva 0.3: rounds of the valuation, one hundred at most by default, no proof;
- systemicrisk 0.4.3 (R) without costs of default: a linear programme, here scipy's HiGHS;
- systemicrisk 0.4.3 (R) with costs: the greatest clearing vector algorithm, one dense system a round.

The R tools publish no times; what is run here are their published algorithms in Python. Every peer's payments
are compared with ours. Usage: ``python benchmarks/clearing.py [WORKERS [PARTIES...]]``.
"""

from __future__ import annotations

import sys

import numpy as np
from generators import clock, obligations
from scipy.optimize import linprog
from scipy.sparse import csr_array, diags_array, eye_array

from loopledger.stress import clear_ensemble, draw_assets

SCENARIOS = 10_000
_PEER = 20


def neva(shares: csr_array, due: np.ndarray, cash: np.ndarray, recovery: float) -> tuple[np.ndarray, int]:
    """Rounds from everybody pays, until a relative change of 1e-8 or one hundred rounds."""
    paid = due.copy()
    number = 0
    while number < 100:
        number += 1
        income = shares @ paid
        after = np.where(cash + income >= due, due, recovery * (cash + income))
        done = np.abs(after - paid).max() <= 1e-8 * due.max()
        paid = after
        if done:
            break
    return paid, number


def programme(shares: csr_array, due: np.ndarray, cash: np.ndarray) -> np.ndarray:
    """The greatest payments as a linear programme."""
    rows = csr_array(eye_array(len(due)) - shares)
    return linprog(-np.ones(len(due)), A_ub=rows, b_ub=cash, bounds=np.column_stack([0 * due, due])).x


def rounds_of_systems(shares: np.ndarray, due: np.ndarray, cash: np.ndarray, recovery: float) -> np.ndarray:
    """The greatest clearing vector algorithm, with a dense system a round."""
    paid, fallen = due.copy(), np.zeros(len(due), dtype=bool)
    while True:
        short = ~fallen & (cash + shares @ paid < due * (1 - 1e-12))
        if not short.any():
            return paid
        fallen |= short
        solvent = np.where(fallen, 0.0, due)
        system = np.eye(fallen.sum()) - recovery * shares[np.ix_(fallen, fallen)]
        right = recovery * (cash[fallen] + (shares @ solvent)[fallen])
        paid = solvent
        paid[fallen] = np.linalg.solve(system, right)


def compare(debts: csr_array, n_workers: int, recovery: float) -> str:
    """Return a line of the table: ours with its proof, and each peer with its distance from ours."""
    n, outside = debts.shape[0], 0.3 * debts.sum() / debts.shape[0]
    due = debts.sum(axis=1) + outside
    mean = np.maximum(due - debts.sum(axis=0), 0.0) + 0.2 * debts.sum() / n
    draws = draw_assets(mean, n_scenarios=SCENARIOS, volatility=0.5, common_share=0.3, seed=1)
    options = {"external_liabilities": outside, "recovery_external": recovery, "recovery_internal": recovery}
    clear_ensemble(debts, draw_assets(mean, n_scenarios=64, volatility=0.5), method="auto", **options)
    method = "numpy" if debts.nnz > 0.15 * n * n else "fast"
    clear_ensemble(
        debts, draw_assets(mean, n_scenarios=64, volatility=0.5), method=method, **options
    )  # compiles
    ours, found = clock(lambda: clear_ensemble(debts, draws, workers=n_workers, method=method, **options))
    bound, twins = found.error_bound.max() / due.max(), int((~found.unique).sum())
    words = [
        f"{n:,} parties, {debts.nnz:,} debts, recovery {recovery:g}: ours {ours:.2f} s ({method}, {n_workers} workers; "
        f"{found.defaults.mean():.0%} default, errors below {bound:.0e} of the largest debt, "
        f"several solutions in {twins:,}, {int(found.exact.sum())} by the exact algorithm)"
    ]
    shares = csr_array((diags_array(1 / due) @ debts).T)
    dense = shares.toarray()
    cash, peers = draws.scenarios(0, _PEER), {}
    peers["neva's rounds"] = lambda s: neva(shares, due, cash[s], recovery)[0]
    if recovery == 1:
        peers["linear programme"] = lambda s: programme(shares, due, cash[s])
    peers["a system a round"] = lambda s: rounds_of_systems(dense, due, cash[s], recovery)
    for name, peer in peers.items():
        seconds, paid = clock(lambda peer=peer: np.array([peer(s) for s in range(_PEER)]))
        off = np.abs(paid - found.paid[:_PEER]).max() / due.max()
        words.append(f"{name} {seconds / _PEER * SCENARIOS:,.1f} s (off by {off:.0e})")
    return "; ".join(words)


def slow_ring() -> str:
    """Return what each says on a ring that leaks one part in 101, where 50.5 is exact."""
    places = np.arange(10)
    ring = csr_array((np.full(10, 100.0), (places, (places + 1) % 10)), shape=(10, 10))
    due, cash = np.full(10, 101.0), np.full(10, 0.5)
    shares = csr_array((diags_array(1 / due) @ ring).T)
    paid, number = neva(shares, due, cash, 1.0)
    found = clear_ensemble(ring, [cash], external_liabilities=1.0)
    return (
        f"slow ring: ours {found.paid[0, 0]:.10f} (error below {found.error_bound[0]:.0e}), neva's rounds "
        f"{paid[0]:.2f} after {number}, exact 50.5"
    )


def main() -> None:
    """Print one line a network."""
    n_workers = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    sizes = [int(text) for text in sys.argv[2:]] or [100, 1000]
    sys.stdout.write(f"{SCENARIOS:,} scenarios; times of peers from {_PEER} of them\n{slow_ring()}\n")
    for n in sizes:
        for debts in (obligations(n, 6 * n), obligations(n, n * n // 2)):
            for recovery in (1.0, 0.7):
                sys.stdout.write(compare(debts, n_workers, recovery) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
