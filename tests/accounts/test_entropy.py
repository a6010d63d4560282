"""Bounded iterative proportional fitting against published values, a plain RAS, and an entropy programme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from loopledger.accounts.conflict import ranges_of, support_of
from loopledger.accounts.entropy import Total, fit_entropy, make_problem
from loopledger.errors import ModelError

INF = np.inf


def _margins(rows, columns, spread=0.0):
    m, n = len(rows), len(columns)
    cells = np.arange(m * n).reshape(m, n)
    totals = [
        Total(name=f"row {i}", cells=cells[i], low=t * (1 - spread), high=t * (1 + spread))
        for i, t in enumerate(rows)
    ]
    return [
        *totals,
        *(Total(name=f"column {j}", cells=cells[:, j], low=t, high=t) for j, t in enumerate(columns)),
    ]


def _open(prior):
    n = np.asarray(prior).size
    return np.zeros(n), np.full(n, INF)


def test_published_example():
    """The example of the encyclopaedia's article on iterative proportional fitting.

    Converged values as printed, to five digits, in the README of the package ProportionalFitting.jl.
    """
    seed = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
    fit = fit_entropy(make_problem(seed, *_open(seed), _margins([150, 300, 400, 150], [200, 300, 400, 100])))
    printed = [
        [64.5585, 46.2325, 35.3843, 3.82473],
        [49.9679, 68.1594, 156.499, 25.3742],
        [56.7219, 144.428, 145.082, 53.7673],
        [28.7516, 41.18, 63.0347, 17.0337],
    ]
    assert fit.values.reshape(4, 4) == pytest.approx(np.array(printed), rel=2e-5)
    assert fit.worst_miss < 1e-8


def test_without_bounds_it_is_ras():
    rng = np.random.default_rng(7)
    seed, truth = rng.uniform(0.1, 9, (6, 5)), rng.uniform(0.1, 9, (6, 5))
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    plain = seed.copy()
    for _ in range(2000):
        plain *= (rows / plain.sum(axis=1))[:, None]
        plain *= columns / plain.sum(axis=0)
    fit = fit_entropy(make_problem(seed, *_open(seed), _margins(rows, columns)))
    assert fit.values.reshape(6, 5) == pytest.approx(plain, rel=1e-9)


def _programme(problem):
    """Solve the same problem as a general convex programme."""
    totals = problem.totals
    rows = np.array([[1.0 if k in t.cells else 0.0 for k in range(len(problem.prior))] for t in totals])
    start = np.clip(problem.prior, problem.lower + 1e-6, problem.upper)
    return minimize(
        lambda x: float((x * np.log(np.maximum(x, 1e-300) / problem.prior) - x + problem.prior).sum()),
        start,
        jac=lambda x: np.log(np.maximum(x, 1e-300) / problem.prior),
        bounds=list(zip(problem.lower, problem.upper, strict=True)),
        constraints=[LinearConstraint(rows, [t.low for t in totals], [t.high for t in totals])],
        method="trust-constr",
        options={"gtol": 1e-10, "xtol": 1e-12, "maxiter": 3000},
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_against_an_entropy_programme(seed):
    """Boxes on half of the cells, ranges on the rows of every other case."""
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 5, 2)
    truth = rng.uniform(0.5, 10, (m, n))
    prior = rng.uniform(0.1, 10, (m, n))
    lower = np.where(rng.random((m, n)) < 0.5, truth * rng.uniform(0, 1, (m, n)), 0)
    upper = np.where(rng.random((m, n)) < 0.5, truth * rng.uniform(1, 1.5, (m, n)), INF)
    totals = _margins(truth.sum(axis=1), truth.sum(axis=0), spread=0.1 * (seed % 2))
    problem = make_problem(prior, lower, upper, totals)
    fit, other = fit_entropy(problem), _programme(problem)
    assert other.constr_violation < 1e-8
    assert fit.entropy == pytest.approx(float(other.fun), rel=1e-4, abs=1e-5)
    assert fit.values == pytest.approx(other.x, rel=1e-2, abs=1e-2)
    assert fit.entropy <= float(other.fun) + 1e-6  # nothing the programme finds is better


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_misses_bounds_and_optimality(m, n, seed):
    """Whatever has a solution is met: totals, bounds, and the conditions of the optimum cell by cell."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0, 10, (m, n)) * (rng.random((m, n)) < 0.8)
    prior = rng.uniform(0.01, 100, (m, n))
    lower = truth * rng.uniform(0, 1, (m, n)) * (rng.random((m, n)) < 0.3)
    upper = np.where(rng.random((m, n)) < 0.3, truth * rng.uniform(1, 2, (m, n)), INF)
    problem = make_problem(prior, lower, upper, _margins(truth.sum(axis=1), truth.sum(axis=0), spread=0.05))
    fit = fit_entropy(problem, tolerance=1e-9)
    scale = max(truth.sum(axis=0).max(), truth.sum(axis=1).max(), 100.0)
    for total in problem.totals:
        reached = fit.values[total.cells].sum()
        assert total.low - 1e-8 * scale <= reached <= total.high + 1e-8 * scale
    assert (fit.values >= lower.ravel() - 1e-9 * scale).all()
    assert (fit.values <= upper.ravel() + 1e-9 * scale).all()
    factor = np.zeros(m * n)
    for place, total in enumerate(problem.totals):
        factor[total.cells] += fit.multipliers[place]
    free = support_of(problem)
    expected = np.clip(prior.ravel() * np.exp(factor), lower.ravel(), upper.ravel())
    assert fit.values[free] == pytest.approx(expected[free], rel=1e-6, abs=1e-7 * scale)


def test_a_total_of_exact_cells_only():
    problem = make_problem(
        [1, 1], [3, 4], [3, 4], [Total(name="both", cells=np.array([0, 1]), low=7, high=7)]
    )
    assert fit_entropy(problem).values.tolist() == [3, 4]


def test_cells_forced_to_zero_need_no_infinite_multiplier():
    """The first row is 5 and its first cell alone is bounded by a column of 5: the others must be zero."""
    cells = np.arange(4).reshape(2, 2)
    totals = [
        Total(name="row 0", cells=cells[0], low=5, high=5),
        Total(name="row 1", cells=cells[1], low=5, high=5),
        Total(name="column 0", cells=cells[:, 0], low=5, high=5),
        Total(name="cell", cells=np.array([0]), low=5, high=INF),
    ]
    problem = make_problem(np.ones(4), np.zeros(4), np.full(4, INF), totals)
    assert support_of(problem).tolist() == [True, False, False, True]
    fit = fit_entropy(problem)
    assert fit.values == pytest.approx([5, 0, 0, 5], abs=1e-9)
    assert fit.n_sweeps < 50


def test_contradiction_is_named():
    """Rows add up to 10, columns to 9; the cell bound is innocent and not named."""
    totals = [
        *_margins([4, 6], [5, 4]),
        Total(name="innocent", cells=np.array([0]), low=0, high=5, ids=("x",)),
    ]
    with pytest.raises(ModelError, match=r"contradict each other by 1\.00") as caught:
        fit_entropy(make_problem(np.ones(4), np.zeros(4), np.full(4, INF), totals))
    told = str(caught.value)
    assert all(name in told for name in ("row 0", "row 1", "column 0", "column 1"))
    assert "innocent" not in told


def test_bounds_that_contradict_a_total_are_told():
    total = Total(name="sales of a", cells=np.array([0, 1]), low=10, high=10, ids=("financials.csv:7",))
    with pytest.raises(
        ModelError, match=r"sales of a 10\.00 while its payments lie within 0\.00 to 6\.00"
    ) as caught:
        fit_entropy(make_problem([1, 1], [0, 0], [3, 3], [total]))
    assert "financials.csv:7" in str(caught.value)


@pytest.mark.parametrize(
    ("prior", "lower", "upper", "message"),
    [
        ([0, 1], [0, 0], [1, 1], "no positive prior"),
        ([1, 1], [2, 0], [1, 1], "out of order"),
        ([1, -1], [0, 0], [1, 1], "no positive prior"),
        ([1, np.nan], [0, 0], [1, 1], "no positive prior"),
        ([1, 1], [0], [1, 1], "1 lower"),
    ],
)
def test_faulty_problems_are_refused(prior, lower, upper, message):
    with pytest.raises(ModelError, match=message):
        make_problem(prior, lower, upper, [])


def test_a_total_of_an_unknown_cell_is_refused():
    with pytest.raises(ModelError, match="'x' names a cell twice, none, or an unknown one"):
        make_problem([1, 1], [0, 0], [1, 1], [Total(name="x", cells=np.array([0, 5]), low=1, high=1)])


def test_too_few_sweeps_say_which_totals_are_missed():
    seed = [[1, 1000], [1000, 1]]
    problem = make_problem(seed, *_open(seed), _margins([1, 999], [999, 1]))
    with pytest.raises(ModelError, match=r"after 2 sweeps the totals are missed by up to"):
        fit_entropy(problem, max_sweeps=2)


def test_ranges_by_hand():
    """Rows 6 and 4, columns 7 and 3: the first cell lies between 7 - 4 = 3 and min(6, 7) = 6."""
    problem = make_problem(np.ones(4), np.zeros(4), np.full(4, INF), _margins([6, 4], [7, 3]))
    low, high = ranges_of(problem)
    assert low == pytest.approx([3, 0, 1, 0])
    assert high == pytest.approx([6, 3, 4, 3])
    fit = fit_entropy(problem)
    assert fit.values == pytest.approx([4.2, 1.8, 2.8, 1.2])


def test_a_free_cell_has_no_upper_end():
    problem = make_problem([1, 1], [0, 0], [INF, INF], [Total(name="t", cells=np.array([0]), low=1, high=2)])
    low, high = ranges_of(problem)
    assert low.tolist() == [1, 0]
    assert high.tolist() == [2, INF]


def test_permuting_the_totals_changes_nothing():
    rng = np.random.default_rng(3)
    truth, prior = rng.uniform(0.1, 5, (4, 4)), rng.uniform(0.1, 5, 16)
    totals = _margins(truth.sum(axis=1), truth.sum(axis=0))
    one = fit_entropy(make_problem(prior, *_open(prior), totals))
    other = fit_entropy(make_problem(prior, *_open(prior), totals[::-1]))
    assert one.values == pytest.approx(other.values, rel=1e-9)


def test_a_market_of_forty_thousand_payments_converges():
    rng = np.random.default_rng(11)
    truth = rng.lognormal(0, 2, (200, 200))
    prior = np.outer(truth.sum(axis=1), truth.sum(axis=0)) / truth.sum()
    upper = np.where(rng.random((200, 200)) < 0.1, truth * 1.1, INF)
    problem = make_problem(prior, np.zeros_like(prior), upper, _margins(truth.sum(axis=1), truth.sum(axis=0)))
    assert fit_entropy(problem, tolerance=1e-9).worst_miss < 1e-9 * truth.sum()
