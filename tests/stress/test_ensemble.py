"""Ensembles: the same as clearing one by one, for any method, any number of workers, and after a break."""

import numpy as np
import pytest
from clearing_networks import networks
from hypothesis import given, settings
from hypothesis import strategies as st

from loopledger.errors import ModelError, SourceError
from loopledger.stress import clear, clear_ensemble, draw_assets
from loopledger.stress.prepared import prepare_network

MEAN = np.linspace(1, 4, 40)


@pytest.fixture(scope="module")
def network():
    """A sparse random network of 40 parties with outside creditors."""
    rng = np.random.default_rng(3)
    debts = rng.random((40, 40)) * (rng.random((40, 40)) < 0.12) * 5
    np.fill_diagonal(debts, 0)
    return debts


def methods():
    try:
        import numba  # noqa: F401
    except ImportError:
        return ["numpy"]
    return ["numpy", "fast"]


def same(one, other):
    for name in ("paid", "defaults", "unpaid", "unique", "residual", "error_bound", "exact"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("method", methods())
@pytest.mark.parametrize("recovery", [1.0, 0.6])
def test_each_scenario_is_that_of_clear(network, method, recovery):
    draws = draw_assets(MEAN, n_scenarios=150, volatility=0.8, common_share=0.3, seed=1)
    options = {"external_liabilities": 1.0, "recovery_external": recovery, "recovery_internal": recovery}
    found = clear_ensemble(network, draws, method=method, **options)
    assets = draws.scenarios(0, 150)
    assert 0 < found.defaults.mean() < 1
    assert not found.exact.any()
    for s in range(150):
        alone = clear(network, assets[s], **options)
        assert found.paid[s] == pytest.approx(alone.paid, abs=1e-9)
        assert found.defaults[s].tolist() == alone.defaults.tolist()
        assert found.unique[s] == alone.unique
        assert np.abs(found.paid[s] - alone.paid).max() <= found.error_bound[s] + alone.error_bound
        assert found.unpaid[s] == pytest.approx((alone.due - alone.paid).sum(), abs=1e-8)
    if recovery < 1:
        assert 0 < found.unique.mean() < 1  # both answers of the test occur
    assert found.default_share() == pytest.approx(found.defaults.mean(axis=0))


@pytest.mark.parametrize("method", methods())
@given(networks(max_classes=1), st.data())
@settings(max_examples=40)
def test_ties_circles_and_empty_parties(method, network, data):
    network.pop("external_rank")
    debts = network.pop("obligations")[0]
    n = len(debts)
    rows = st.lists(st.sampled_from((0.0, 0.0, 1.0, 2.0, 2.5, 8.0)), min_size=n, max_size=n)
    assets = np.array([network.pop("external_assets"), *(data.draw(rows) for _ in range(3))])
    found = clear_ensemble(debts, assets, method=method, **network)
    for s, row in enumerate(assets):
        alone = clear(debts, row, **network)
        assert found.paid[s] == pytest.approx(alone.paid, abs=1e-9)
        assert found.defaults[s].tolist() == alone.defaults.tolist()
        assert found.unique[s] == alone.unique


@pytest.mark.parametrize("method", methods())
def test_slow_rings_are_cleared_exactly(method):
    ring = np.roll(np.diag(np.full(40, 100.0)), -1, axis=1)  # against the order of the sweeps
    found = clear_ensemble(ring, np.full((3, 40), 0.5), external_liabilities=1.0, method=method)
    assert found.paid == pytest.approx(np.full((3, 40), 50.5), rel=1e-12)
    assert found.exact.all()
    assert found.error_bound.max() <= 1e-9


def test_dense_networks():
    rng = np.random.default_rng(8)
    debts = rng.random((60, 60))
    np.fill_diagonal(debts, 0)
    assert prepare_network(debts).dense is not None
    assets = rng.random((30, 60)) * 12
    found = clear_ensemble(debts, assets, external_liabilities=5.0)
    assert found.method == "numpy"
    for s in range(30):
        assert found.paid[s] == pytest.approx(
            clear(debts, assets[s], external_liabilities=5.0).paid, abs=1e-9
        )


@pytest.mark.parametrize("method", methods())
def test_any_number_of_workers_gives_the_same_bytes(network, method):
    draws = draw_assets(MEAN, n_scenarios=1300, volatility=0.5, seed=4)
    options = {"external_liabilities": 1.0, "recovery_internal": 0.8, "method": method}
    one = clear_ensemble(network, draws, **options)
    for workers in (2, 5):
        same(one, clear_ensemble(network, draws, workers=workers, **options))


def test_dense_networks_on_any_number_of_workers():
    rng = np.random.default_rng(8)
    debts = rng.random((300, 300)) * (1 - np.eye(300))
    draws = draw_assets(np.full(300, 60.0), n_scenarios=1100, volatility=0.5, common_share=0.3, seed=2)
    one = clear_ensemble(debts, draws, external_liabilities=20.0, recovery_internal=0.9)
    assert 0 < one.defaults.mean() < 1
    same(one, clear_ensemble(debts, draws, external_liabilities=20.0, recovery_internal=0.9, workers=3))


def test_matrix_products_get_their_threads_back():
    from loopledger.stress.blas import _controls, one_thread

    before = [read() for read, _ in _controls()]
    with one_thread(), one_thread():
        assert {read() for read, _ in _controls()} <= {1}
    assert [read() for read, _ in _controls()] == before


def test_a_scenario_has_its_own_random_numbers():
    draws = draw_assets(MEAN, n_scenarios=1000, volatility=0.5, common_share=0.4, seed=9)
    whole = draws.scenarios(0, 1000)
    assert np.array_equal(draws.scenarios(137, 140), whole[137:140])
    other = draw_assets(MEAN, n_scenarios=1000, volatility=0.5, common_share=0.4, seed=10).scenarios(0, 1000)
    assert not np.isclose(other, whole).any()
    # the moments asked for: means, deviations of logarithms, and a common share of the variance
    logs = np.log(
        draw_assets(MEAN, n_scenarios=40_000, volatility=0.5, common_share=0.4).scenarios(0, 40_000)
    )
    assert np.exp(logs).mean(axis=0) == pytest.approx(MEAN, rel=0.02)
    assert logs.std(axis=0) == pytest.approx(np.full(40, 0.5), rel=0.02)
    correlation = np.corrcoef(logs.T)
    assert correlation[np.triu_indices(40, 1)].mean() == pytest.approx(0.4, abs=0.01)


def test_an_interrupted_run_goes_on(network, tmp_path):
    draws = draw_assets(MEAN, n_scenarios=2000, volatility=0.5, seed=4)
    file, seen = tmp_path / "saved" / "run.npz", []

    def stop(done, total):
        seen.append((done, total))
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clear_ensemble(network, draws, external_liabilities=1.0, progress=stop, checkpoint=file)
    assert seen == [(512, 2000), (1024, 2000)]
    seen = []
    found = clear_ensemble(
        network, draws, external_liabilities=1.0, checkpoint=file, progress=lambda *x: seen.append(x)
    )
    assert seen == [(1536, 2000), (2000, 2000)]
    same(found, clear_ensemble(network, draws, external_liabilities=1.0))
    again = clear_ensemble(network, draws, external_liabilities=1.0, checkpoint=file)  # nothing left to do
    same(found, again)
    assert [path.name for path in file.parent.iterdir()] == ["run.npz"]
    for change in ({"external_liabilities": 1.1}, {"recovery_external": 0.9}):
        with pytest.raises(ModelError, match="another question"):
            clear_ensemble(network, draws, **({"external_liabilities": 1.0} | change), checkpoint=file)
    file.write_bytes(b"PK nothing")
    with pytest.raises(SourceError, match="no checkpoint"):
        clear_ensemble(network, draws, external_liabilities=1.0, checkpoint=file)


def test_progress_is_printed_on_stderr(network, capsys):
    from loopledger.stress import print_progress

    clear_ensemble(network, np.ones((600, 40)), progress=print_progress, method="numpy")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "\rcleared 512 of 600 scenarios\rcleared 600 of 600 scenarios\n"


@pytest.mark.parametrize(
    ("scenarios", "options", "said"),
    [
        ([[1.0, -1.0]], {}, r"scenarios\[0, 1\] is -1.0"),
        ([[1.0, 1.0], [np.nan, 0.0]], {}, r"scenarios\[1, 0\] is nan"),
        ([1.0, 1.0], {}, r"scenarios have shape \(2,\)"),
        ([[1.0]], {}, "one row a scenario and 2 columns"),
        ([["a", "b"]], {}, "no matrix of numbers"),
        (draw_assets([1.0], n_scenarios=2, volatility=1), {}, "drawn for 1 parties, but there are 2"),
        ([[1.0, 1.0]], {"workers": 0}, "workers a whole number of at least 1"),
        ([[1.0, 1.0]], {"workers": 1.5}, "workers a whole number of at least 1"),
        ([[1.0, 1.0]], {"method": "best"}, "methods are auto, numpy, fast"),
    ],
)
def test_refused(scenarios, options, said):
    with pytest.raises(ModelError, match=said):
        clear_ensemble([[0, 1], [0, 0]], scenarios, **options)


def test_small_tasks_are_not_compiled(network):
    # compiling takes seconds: worth it from two million scenarios times obligations, whatever is installed
    assert clear_ensemble(network, np.ones((10, 40))).method == "numpy"
    enough = -(-2_000_000 // np.count_nonzero(network))
    assert clear_ensemble(network, np.full((enough, 40), 1e6)).method == methods()[-1]


@pytest.mark.parametrize("method", methods())
def test_what_is_forgiven_enters_the_bound(method):
    # what goes round leaks one part in 2e13, so a party short by 5e-14 of its debt is not solvent for rounding
    ring = np.array([[0.0, 100.0], [100.0, 0.0]])
    found = clear_ensemble(ring, [[2.5e-12, 2.5e-12]], external_liabilities=5e-12, method=method)
    assert found.exact.all()
    assert np.abs(found.paid - 50).max() <= found.error_bound[0] + 1e-9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**128}, r"from 0 to 2\*\*128 - 1"),
        ({"seed": 0.5}, "whole number"),
        ({"n_scenarios": 0}, "n_scenarios is 0"),
        ({"n_scenarios": 2.5}, "whole number"),
        ({"volatility": -1}, r"volatility\[0\] is -1.0"),
        ({"common_share": 1.5}, r"common_share\[0\] is 1.5; it must be from 0 to 1"),
    ],
)
def test_draws_that_are_refused(options, said):
    with pytest.raises(ModelError, match=said):
        draw_assets([1.0, 2.0], **({"n_scenarios": 3, "volatility": 0.2} | options))


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr("loopledger.stress.ensemble.find_spec", lambda _: None)
    with pytest.raises(SourceError, match=r"loopledger\[fast\]"):
        clear_ensemble([[0, 1], [0, 0]], [[1.0, 1.0]], method="fast")
    assert clear_ensemble([[0, 1], [0, 0]], [[1.0, 1.0]]).method == "numpy"


# a slow disk is no fault of ours
@pytest.mark.filterwarnings("ignore:Creating scratch directories is taking:UserWarning")
def test_a_dask_cluster_gives_the_same_bytes(network):
    distributed = pytest.importorskip("distributed", reason="needs the extra dask")
    draws = draw_assets(MEAN, n_scenarios=1300, volatility=0.5, seed=4)
    options = {"external_liabilities": 1.0, "recovery_internal": 0.8, "method": "numpy"}
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        same(
            clear_ensemble(network, draws, client=client, **options),
            clear_ensemble(network, draws, **options),
        )
        rows = draws.scenarios(0, 700)
        same(
            clear_ensemble(network, rows, client=client, **options), clear_ensemble(network, rows, **options)
        )
        dense = network + np.random.default_rng(2).random((40, 40)) * (1 - np.eye(40))
        far, here = (
            clear_ensemble(dense, draws, client=client, **options),
            clear_ensemble(dense, draws, **options),
        )
        same(far, here)
