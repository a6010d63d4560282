"""Cases written as arrays, and a strategy for small ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from loopledger.stress.cascade import Behaviour, Call, Case, Claim, Layer, plan_money
from loopledger.stress.cascade.hardware import Vintages
from loopledger.units import Quarter

MN = 1e6
LAB, CLOUD, CHIP, BANK, GUARD = range(5)


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
        fails=zero.copy(),
        vintages=Vintages(
            spent=np.zeros((28 + t, n_parties)),
            n_before=28,
            reported=np.zeros((28 + t, n_parties), dtype=bool),
            life=np.full(n_parties, 6.0),
            ids=((),) * n_parties,
        ),
        extra_depreciation=zero.copy(),
        replaced=zero.copy(),
        growth=np.zeros((1, n_parties)),
        stakes=np.zeros((n_parties, n_parties)),
        known_receipts=np.zeros(n_parties),
        behaviour=behaviour(**changed),
    )
    plan_money(case)
    return case


def five(opening: float, **changed: float) -> Case:
    """Return the five-party case in which the lab cannot raise what its plan needs."""
    claims = [
        Claim(instrument="lab-cloud", payer=LAB, payee=CLOUD, layer=Layer.BINDING, purchase=True),
        Claim(instrument="lab-chip", payer=LAB, payee=CHIP, layer=Layer.OPTION, purchase=True),
        Claim(instrument="bank-loan", payer=CLOUD, payee=BANK, layer=Layer.DEBT),
        Claim(
            instrument="lab-cloud/supply/chip",
            payer=CLOUD,
            payee=CHIP,
            layer=Layer.CONDITIONAL,
            purchase=True,
            order=True,
            serves=0,
        ),
    ]
    guard = Call(instrument="guard", guarantor=GUARD, claims=(0,), limit=15 * MN)
    case = case_of(
        claims,
        np.array([[100, 20, 30, 40]] * 3) * MN,
        n_parties=5,
        revenue=np.array([60, 0, 0, 0, 0]) * MN,
        costs=np.array([0, 20, 0, 0, 0]) * MN,
        opening=np.array([opening, 0, 0, 0, 50]) * MN,
        calls=(guard,),
        **({"stretch_share": 0.25, "order_pass_through": 1.0} | changed),
    )
    assert case.money[0, 0, LAB] == 60 * MN  # 120 to pay, 60 of revenue
    case.open_share[:, :, LAB] = 0.0
    return case


@st.composite
def cases(draw: st.DrawFn, *, n_quarters: int = 3, layers: tuple[Layer, ...] = ()) -> Case:
    """Draw a small case without a shock."""
    n = draw(st.integers(2, 5))
    layers = layers or (Layer.DEBT, Layer.BINDING, Layer.CONDITIONAL, Layer.OPTION)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True))
    claims = [
        Claim(instrument=f"c{k}", payer=i, payee=j, layer=draw(st.sampled_from(layers)), purchase=True)
        for k, (i, j) in enumerate(chosen)
    ]
    size = st.integers(0, 100).map(lambda x: x * MN)
    amounts = np.array([[draw(size) for _ in claims] for _ in range(n_quarters)]).reshape(
        n_quarters, len(claims)
    )
    vector = st.lists(size, min_size=n, max_size=n).map(np.array)
    return case_of(
        claims, amounts, n_parties=n, revenue=draw(vector), costs=draw(vector), opening=draw(vector)
    )
