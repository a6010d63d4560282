"""Cases written as arrays, and a strategy for small ones."""

from __future__ import annotations

import numpy as np

from loopledger.stress.cascade import Behaviour, Call, Case, Claim, plan_money
from loopledger.units import Quarter


def behaviour(n: int = 1, **changed: float) -> Behaviour:
    """Return a behaviour under which nothing happens but cuts and defaults, unless changed."""
    values = {
        "stretch_share": 0.0,
        "stretch_quarters": 1,
        "reserve_share": 0.0,
        "order_pass_through": 0.0,
        "order_lag": 1,
        "variable_cost_share": 0.0,
        "surplus_kept": 0.0,
        "mark_sensitivity": 0.0,
        "funding_sensitivity": 0.0,
    } | changed
    whole = {"stretch_quarters", "order_lag"}
    return Behaviour(**{k: np.full(n, v, dtype=np.int64 if k in whole else float) for k, v in values.items()})


def case_of(
    claims: list[Claim],
    amounts: np.ndarray,
    *,
    n_parties: int,
    revenue: np.ndarray | None = None,
    costs: np.ndarray | None = None,
    opening: np.ndarray | None = None,
    calls: tuple[Call, ...] = (),
    **changed: float,
) -> Case:
    """Return a planned case of one run; ``amounts`` is (t, c), ``revenue`` and ``costs`` (p,)."""
    t = len(amounts)
    zero = np.zeros((1, t, n_parties))
    case = Case(
        quarters=tuple(Quarter.parse("2027Q1").shifted(k) for k in range(t)),
        parties=tuple(f"p{k}" for k in range(n_parties)),
        claims=tuple(claims),
        calls=calls,
        amounts=np.asarray(amounts, dtype=float)[None],
        revenue=zero + (0 if revenue is None else revenue),
        costs=zero + (0 if costs is None else costs),
        opening=(np.zeros(n_parties) if opening is None else np.asarray(opening, dtype=float))[None],
        spare=np.zeros((1, n_parties)),
        money=zero.copy(),
        payout=zero.copy(),
        kept=zero.copy(),
        withdrawn=np.zeros((1, *np.shape(amounts))),
        open_share=zero + 1,
        mark_shock=zero.copy(),
        lost_revenue=zero.copy(),
        fails=np.zeros((t, n_parties)),
        growth=np.zeros((1, n_parties)),
        stakes=np.zeros((n_parties, n_parties)),
        behaviour=behaviour(**changed),
    )
    plan_money(case)
    return case
