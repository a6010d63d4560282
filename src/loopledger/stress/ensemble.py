"""Clearing of many scenarios of external assets: parallel, interruptible, resumable, and always the same."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loopledger.errors import ModelError, SourceError
from loopledger.stress.arrays import FloatArray, Matrix
from loopledger.stress.balance import BoolArray
from loopledger.stress.batch import Batch, clear_batch
from loopledger.stress.blas import one_thread
from loopledger.stress.checkpoint import fingerprint, read_checkpoint, write_checkpoint
from loopledger.stress.draws import AssetDraws
from loopledger.stress.prepared import PreparedNetwork, prepare_network

__all__ = ["Ensemble", "clear_ensemble", "print_progress"]

#: Scenarios a task. Part of the answer's definition, as sums are formed within tasks: never the number of workers.
_CHUNK = 512
_SAVE_EVERY_SECONDS = 5.0
#: Scenarios times obligations from which compiled sweeps are taken.
_WORTH_COMPILING = 2_000_000
_METHODS = ("auto", "numpy", "fast")

Scenarios = AssetDraws | FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Greatest clearing vectors of ``s`` scenarios of ``n`` parties, each with its proof.

    Parameters
    ----------
    paid : ndarray, shape (s, n)
        All that each party pays, inside and outside [currency].
    defaults : ndarray of bool, shape (s, n)
    unpaid : ndarray, shape (s,)
        All debts left unpaid [currency].
    unique : ndarray of bool, shape (s,)
        Whether the greatest and the least vector are the same.
    residual : ndarray, shape (s,)
        The largest miss of the rules [currency].
    error_bound : ndarray, shape (s,)
        How far a payment can be from the exact one [currency].
    exact : ndarray of bool, shape (s,)
        Whether the scenario needed the exact algorithm.
    method : str
        ``numpy`` or ``fast``.
    """

    paid: FloatArray
    defaults: BoolArray
    unpaid: FloatArray
    unique: BoolArray
    residual: FloatArray
    error_bound: FloatArray
    exact: BoolArray
    method: str

    @property
    def n_scenarios(self) -> int:
        """Return the number of scenarios."""
        return len(self.unpaid)

    def default_share(self) -> FloatArray:
        """Return in which part of the scenarios each party defaults, shape (n,), 0 to 1."""
        share: FloatArray = self.defaults.mean(axis=0)
        return share


def print_progress(done: int, total: int) -> None:
    """Print how many scenarios are done on stderr, over the line before."""
    sys.stderr.write(f"\rcleared {done:,} of {total:,} scenarios" + ("\n" if done == total else ""))
    sys.stderr.flush()


def clear_ensemble(
    obligations: Matrix,
    scenarios: AssetDraws | ArrayLike,
    *,
    external_liabilities: ArrayLike = 0.0,
    recovery_external: ArrayLike = 1.0,
    recovery_internal: ArrayLike = 1.0,
    method: str = "auto",
    workers: int = 1,
    client: Any = None,  # noqa: ANN401 - a distributed.Client, an extra
    progress: Callable[[int, int], None] | None = None,
    checkpoint: Path | None = None,
) -> Ensemble:
    """Clear a network in many scenarios of external assets.

    Parameters
    ----------
    obligations, external_liabilities, recovery_external, recovery_internal
        As in :func:`loopledger.stress.clear`; one class, outside creditors pari passu.
    scenarios : AssetDraws or array_like, shape (s, n)
        External assets [currency], >= 0.
    method : str
        ``numpy``; ``fast`` for compiled sweeps (needs numba, the extra ``fast``); ``auto`` takes ``fast``
        where it is installed for sparse networks with at least two million scenarios times obligations, as
        compiling takes seconds in each process. The two agree within their error bounds.
    workers : int
        Threads. The answer does not depend on it, byte for byte.
    client : distributed.Client, optional
        Sends the tasks to a Dask cluster instead (needs the extra ``dask``); the same answer, byte for
        byte, on machines of one kind.
    progress : callable, optional
        Called with the scenarios done and all; :func:`print_progress` prints on stderr.
    checkpoint : pathlib.Path, optional
        File to which finished scenarios are saved every few seconds and on an interrupt, and from which
        the same question goes on. It is left in place.

    Returns
    -------
    Ensemble

    Raises
    ------
    ModelError
        If an input is refused, or the checkpoint belongs to another question.
    SourceError
        If an extra is missing, or the checkpoint cannot be read or written.

    Examples
    --------
    >>> found = clear_ensemble([[0, 2], [0, 0]], [[1, 0], [3, 0]])
    >>> found.paid.tolist(), found.unique.tolist()
    ([[1.0, 0.0], [2.0, 0.0]], [True, True])
    """
    if method not in _METHODS or not isinstance(workers, int) or workers < 1:
        msg = f"method is {method!r} and workers is {workers}"
        raise ModelError(msg, hint=f"methods are {', '.join(_METHODS)}; workers a whole number of at least 1")
    network = prepare_network(
        obligations,
        external_liabilities=external_liabilities,
        recovery_external=recovery_external,
        recovery_internal=recovery_internal,
    )
    given = _read_scenarios(scenarios, len(network.due))
    total = given.n_scenarios if isinstance(given, AssetDraws) else len(given)
    chosen = _choose(method, network, total)
    run = _begin(network, given, chosen, checkpoint)
    todo, total = run.todo(), run.total
    results = _on_cluster(client, run, todo) if client is not None else _on_threads(run, todo, workers)
    try:
        for first, batch in results:
            run.enter(first, batch)
            if progress is not None:
                progress(run.n_done(), total)
    finally:
        run.save()
    if progress is not None and not todo:
        progress(total, total)
    return run.ensemble()


def _choose(method: str, network: PreparedNetwork, n_scenarios: int) -> str:
    installed = find_spec("numba") is not None
    if method == "fast" and not installed:
        msg = "compiled sweeps need the extra `fast`, which is not installed"
        raise SourceError(msg, hint="pip install 'loopledger[fast]', or leave the method to numpy")
    if method == "auto":
        large = n_scenarios * network.shares.nnz >= _WORTH_COMPILING
        return "fast" if installed and large and network.dense is None else "numpy"
    return method


def _read_scenarios(scenarios: AssetDraws | ArrayLike, n: int) -> Scenarios:
    if isinstance(scenarios, AssetDraws):
        if len(scenarios.mean) != n:
            msg = f"scenarios are drawn for {len(scenarios.mean)} parties, but there are {n}"
            raise ModelError(msg)
        return scenarios
    try:
        assets = np.array(scenarios, dtype=np.float64)
    except (TypeError, ValueError):
        msg = "scenarios are no matrix of numbers"
        raise ModelError(msg) from None
    if assets.ndim != 2 or assets.shape[1] != n or not len(assets):
        msg = f"scenarios have shape {assets.shape}; they need one row a scenario and {n} columns"
        raise ModelError(msg)
    wrong = ~((assets >= 0) & (assets <= 1e150))
    if wrong.any():
        row, column = (int(x) for x in np.argwhere(wrong)[0])
        msg = f"scenarios[{row}, {column}] is {float(assets[row, column])!r}"
        raise ModelError(msg + "; it must be a finite number of at least 0")
    return assets


def clear_chunk(network: PreparedNetwork, scenarios: Scenarios, first: int, last: int, method: str) -> Batch:
    """Clear the scenarios from ``first`` to before ``last``; the task of a worker."""
    assets = scenarios.scenarios(first, last) if isinstance(scenarios, AssetDraws) else scenarios[first:last]
    if method == "fast":
        from loopledger.stress.kernels import clear_batch_fast  # noqa: PLC0415 - an extra

        return clear_batch_fast(network, assets)
    with one_thread():
        return clear_batch(network, assets)


@dataclass(slots=True, kw_only=True)
class _Run:
    """An ensemble on its way: what is asked, and what is done."""

    network: PreparedNetwork
    scenarios: Scenarios
    method: str
    path: Path | None
    question: str
    done: NDArray[np.bool_]
    arrays: dict[str, NDArray[Any]]
    saved_at: float

    @property
    def total(self) -> int:
        return len(self.arrays["paid"])

    def todo(self) -> list[tuple[int, int]]:
        """Return the tasks that remain."""
        starts = np.flatnonzero(~self.done) * _CHUNK
        return [(int(first), min(int(first) + _CHUNK, self.total)) for first in starts]

    def enter(self, first: int, batch: Batch) -> None:
        """Take in the answer of a task, and save now and then."""
        for field in fields(Batch):
            part = getattr(batch, field.name)
            self.arrays[field.name][first : first + len(part)] = part
        self.done[first // _CHUNK] = True
        if time.monotonic() - self.saved_at > _SAVE_EVERY_SECONDS:
            self.save()

    def n_done(self) -> int:
        return min(int(self.done.sum()) * _CHUNK, self.total)

    def save(self) -> None:
        """Write the checkpoint, if one is wanted."""
        if self.path is not None:
            write_checkpoint(self.path, self.question, {"done": self.done, **self.arrays})
            self.saved_at = time.monotonic()

    def ensemble(self) -> Ensemble:
        unpaid = (self.network.due - self.arrays["paid"]).sum(axis=1)
        return Ensemble(**self.arrays, unpaid=unpaid, method=self.method)


def _begin(network: PreparedNetwork, scenarios: Scenarios, method: str, path: Path | None) -> _Run:
    """Return a run, with what its checkpoint already has."""
    n = len(network.due)
    total = scenarios.n_scenarios if isinstance(scenarios, AssetDraws) else len(scenarios)
    arrays: dict[str, NDArray[Any]] = {
        "paid": np.zeros((total, n)), "defaults": np.zeros((total, n), dtype=bool),
        "unique": np.zeros(total, dtype=bool), "residual": np.zeros(total),
        "error_bound": np.zeros(total), "exact": np.zeros(total, dtype=bool),
    }  # fmt: skip
    done = np.zeros(-(-total // _CHUNK), dtype=bool)
    question = fingerprint(network, scenarios, method, _CHUNK) if path is not None else ""
    stored = read_checkpoint(path, question) if path is not None else None
    if stored is not None:
        done = stored.pop("done").astype(bool)
        arrays = dict(stored)
    return _Run(
        network=network, scenarios=scenarios, method=method, path=path, question=question,
        done=done, arrays=arrays, saved_at=time.monotonic(),
    )  # fmt: skip


def _on_threads(run: _Run, todo: Iterable[tuple[int, int]], workers: int) -> Iterator[tuple[int, Batch]]:
    def task(bounds: tuple[int, int]) -> tuple[int, Batch]:
        return bounds[0], clear_chunk(run.network, run.scenarios, *bounds, run.method)

    if workers == 1:
        yield from map(task, todo)
        return
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(task, bounds) for bounds in todo]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _on_cluster(client: Any, run: _Run, todo: list[tuple[int, int]]) -> Iterator[tuple[int, Batch]]:  # noqa: ANN401
    """Yield the chunks as the workers of a Dask cluster finish them."""
    try:
        from distributed import as_completed  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "clusters need the extra `dask`, which is not installed"
        raise SourceError(msg, hint="pip install 'loopledger[dask]', or leave out the client") from None
    network = client.scatter(run.network, broadcast=True)
    futures = {}
    for first, last in todo:
        if isinstance(run.scenarios, AssetDraws):
            future = client.submit(clear_chunk, network, run.scenarios, first, last, run.method, pure=False)
        else:
            part = run.scenarios[first:last]
            future = client.submit(clear_chunk, network, part, 0, last - first, run.method, pure=False)
        futures[future] = first
    try:
        finished: Any = as_completed(list(futures))  # type: ignore[no-untyped-call]
        for future in finished:
            yield futures[future], future.result()
    finally:
        client.cancel(list(futures))
