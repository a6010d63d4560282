"""Compiled kernels give what the plain functions give, bit for bit."""

import numpy as np
import pytest

from loopledger.circularity import circulate, trace_funding
from loopledger.network import FlowTable, compiled

pytest.importorskip("numba", reason="the extra `fast` is not installed")


def dated(n_payments, n_parties, n_periods, seed):
    """Random payments, party 0 a funder and seller, party 1 the rest of the world."""
    draw = np.random.default_rng(seed)
    payer = draw.integers(0, n_parties, n_payments)
    payee = (payer + draw.integers(1, n_parties, n_payments)) % n_parties
    names = tuple("outside" if i == 1 else f"p{i:03}" for i in range(n_parties))
    period = np.sort(draw.integers(0, n_periods, n_payments))
    zero = np.zeros(n_payments, dtype=np.int64)
    return FlowTable(
        periods=tuple(map(str, range(n_periods))), parties=names, kinds=("funding", "other", "purchase"),
        instruments=("",), period=period, payer=payer, payee=payee,
        kind=np.where(payer == 0, 0, np.where(payee == 0, 2, 1)), instrument=zero,
        amount=np.rint(draw.lognormal(6, 2, n_payments) * 100 + 1) / 100,
    )  # fmt: skip


@pytest.mark.parametrize(("n_parties", "n_periods"), [(6, 3000), (40, 3000), (12, 60)])
def test_tracing_is_the_same_to_the_last_bit(monkeypatch, n_parties, n_periods):
    table = dated(3000, n_parties, n_periods, seed=n_periods)
    found = []
    for limit in (0, 10**12):
        monkeypatch.setattr(compiled, "WORTH_COMPILING", limit)
        found.append((
            trace_funding(table, {"p000"}, "p000", opening={"p002": 1e4}, by_order=True), circulate(table).total,
        ))  # fmt: skip
    assert found[0] == found[1]
    assert found[0][0].returned["first in first out"] > 0
