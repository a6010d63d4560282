# ruff: noqa: PLR0917 - kernels take arrays by position
"""Compiled sweeps over scenarios of a sparse network; the same rounds as ``batch``, sixty-four abreast.

Needs numba, the extra ``fast``; imported only where it is there. Scenarios lie side by side in memory, so
that one processor instruction serves several of them; within a round each party already sees what those
before it pay.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numba
import numpy as np

from loopledger.stress.arrays import FloatArray
from loopledger.stress.balance import FORGIVEN, ROUNDING
from loopledger.stress.batch import MAX_SWEEPS, PROVEN, Batch, clear_exactly, idle_scenarios
from loopledger.stress.prepared import PreparedNetwork

__all__ = ["clear_batch_fast"]

_LANES = 64


def _compiled(function: Callable[..., None]) -> Callable[..., None]:
    """Return the function compiled; kept on disk only where the user names a folder for it."""
    made: Callable[..., None] = numba.njit(
        nogil=True, cache="NUMBA_CACHE_DIR" in os.environ, error_model="numpy"
    )(function)
    return made


def clear_batch_fast(network: PreparedNetwork, assets: FloatArray) -> Batch:
    """Return the same as :func:`loopledger.stress.batch.clear_batch`, by compiled sweeps.

    Raises
    ------
    ModelError
        If rounding keeps the exact algorithm from ending in a scenario that needed it.
    """
    n_scenarios, n = assets.shape
    sheets, shares = network.sheets, network.shares
    paid = np.empty((n_scenarios, n))
    short = np.zeros((n_scenarios, n), dtype=np.bool_)
    unique, proven = np.ones(n_scenarios, dtype=np.bool_), np.zeros(n_scenarios, dtype=np.bool_)
    bound, residual = np.empty(n_scenarios), np.empty(n_scenarios)
    _clear(
        (
            shares.indptr.astype(np.int64),
            shares.indices.astype(np.int64),
            shares.data,
            network.due,
            sheets.recovery_internal,
            network.price,
            PROVEN * float(network.due.max(initial=0.0)),
        ),
        sheets.recovery_external * np.ascontiguousarray(assets),
        network.due * (1 - ROUNDING) - np.ascontiguousarray(assets),
        sheets.costly,
        (paid, short, unique, proven, bound, residual),
    )
    if not sheets.costly:
        unique = ~idle_scenarios(network, assets, paid)
    batch = Batch(
        paid=paid, defaults=short, unique=unique, residual=residual, error_bound=bound, exact=~proven
    )
    for place in np.flatnonzero(~proven):
        clear_exactly(network, assets[place], batch, int(place))
    return batch


@_compiled
def _receive(network, paid, j, income):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Add up what party j receives in each scenario of a block."""
    pointers, payers, shares = network[0], network[1], network[2]
    for b in range(_LANES):
        income[b] = 0.0
    for p in range(pointers[j], pointers[j + 1]):
        share, row = shares[p], paid[payers[p]]
        for b in range(_LANES):
            income[b] += share * row[b]


@_compiled
def _sweep_down(network, left, enough, paid, income, fallen):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Let each party in turn pay what it can, never more than before; return the price of what fell."""
    _, _, _, due, beta, price, _ = network
    fallen[:] = 0.0
    for j in range(len(due)):
        if due[j] <= 0.0:
            continue
        _receive(network, paid, j, income)
        row, rest, need, full, kept, worth = paid[j], left[j], enough[j], due[j], beta[j], price[j]
        for b in range(_LANES):
            after = full if income[b] >= need[b] else min(rest[b] + kept * income[b], row[b])
            if after < row[b]:
                fallen[b] += worth * (row[b] - after)
            row[b] = after


@_compiled
def _prove(network, left, enough, paid, income, proof):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Enter the bound on all errors, the largest residual, and the smallest margin of a solvent party."""
    _, _, _, due, beta, price, _ = network
    bound, residual, margin = proof
    bound[:], residual[:], margin[:] = 0.0, 0.0, np.inf
    for j in range(len(due)):
        if due[j] <= 0.0:
            continue
        _receive(network, paid, j, income)
        for b in range(_LANES):
            if income[b] >= enough[j, b]:
                margin[b] = min(margin[b], income[b] - enough[j, b])
                miss = due[j] - paid[j, b]
                missing = enough[j, b] + ROUNDING * due[j] - income[b]
                if missing > FORGIVEN * due[j]:
                    bound[b] += price[j] * missing
            else:
                miss = paid[j, b] - min(left[j, b] + beta[j] * income[b], due[j])
            if miss > 0.0:
                bound[b] += price[j] * miss
                residual[b] = max(residual[b], miss)


@_compiled
def _fall(network, left, enough, paid, proof):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Let the payments of a block fall until their error is proven, or the sweeps are used up."""
    target = network[6]
    income, fallen = np.empty(_LANES), np.empty(_LANES)
    for sweep in range(MAX_SWEEPS):
        _sweep_down(network, left, enough, paid, income, fallen)
        if fallen.max() <= target or sweep == MAX_SWEEPS - 1:
            _prove(network, left, enough, paid, income, proof)
            if proof[0].max() <= target:
                break


@_compiled
def _sweep_up(network, left, enough, short, paid, work):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Let each party in turn pay what it can for sure; note what rose, who is near, and who is apart."""
    _, _, _, due, beta, price, _ = network
    income, risen, near, apart = work
    risen[:], near[:], apart[:] = 0.0, np.inf, 0.0
    for j in range(len(due)):
        if due[j] <= 0.0:
            continue
        _receive(network, paid, j, income)
        for b in range(_LANES):
            gap = income[b] - enough[j, b] - 2 * ROUNDING * due[j]
            after = due[j]
            if gap <= 0.0 and enough[j, b] > 0.0:
                after = max(paid[j, b], min(left[j, b] + beta[j] * income[b], due[j]))
                near[b] = min(near[b], -gap)
                apart[b] += not short[j, b]
            if after > paid[j, b]:
                risen[b] += price[j] * (after - paid[j, b])
            paid[j, b] = after


@_compiled
def _rise(network, left, enough, short, paid, answer):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Let the payments of a block rise until the same are solvent, or they settle elsewhere."""
    due, target = network[3], network[6]
    unique, told = answer
    risen, near, apart = np.empty(_LANES), np.empty(_LANES), np.empty(_LANES)
    work = (np.empty(_LANES), risen, near, apart)
    close = target + 4 * ROUNDING * due.max()
    for _ in range(MAX_SWEEPS):
        _sweep_up(network, left, enough, short, paid, work)
        for b in range(_LANES):
            unique[b] = apart[b] == 0
            told[b] = unique[b] or (risen[b] <= target and near[b] > close)
        if not np.any((apart > 0) & (risen > target)):
            break


@_compiled
def _load(first, all_left, all_enough, left, enough):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Lay the scenarios of a block side by side; the last one fills up the block."""
    n_scenarios, n = all_left.shape
    for b in range(_LANES):
        s = min(first + b, n_scenarios - 1)
        for j in range(n):
            left[j, b], enough[j, b] = all_left[s, j], all_enough[s, j]


@_compiled
def _clear(network, all_left, all_enough, costly, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Clear scenarios block by block."""
    due, target = network[3], network[6]
    n_scenarios, n = all_left.shape
    paid, left, enough = np.empty((n, _LANES)), np.empty((n, _LANES)), np.empty((n, _LANES))
    short = np.zeros((n, _LANES), dtype=np.bool_)
    proof = (np.empty(_LANES), np.empty(_LANES), np.empty(_LANES))
    answer = (np.ones(_LANES, dtype=np.bool_), np.ones(_LANES, dtype=np.bool_))
    for first in range(0, n_scenarios, _LANES):
        _load(first, all_left, all_enough, left, enough)
        for j in range(n):
            paid[j, :] = due[j]
        _fall(network, left, enough, paid, proof)
        for j in range(n):
            for b in range(_LANES):
                short[j, b] = paid[j, b] < due[j]
        here = min(_LANES, n_scenarios - first)
        out[0][first : first + here] = paid[:, :here].T
        out[1][first : first + here] = short[:, :here].T
        if costly:
            for j in range(n):
                for b in range(_LANES):
                    paid[j, b] = min(left[j, b], due[j])
            _rise(network, left, enough, short, paid, answer)
        for b in range(here):
            out[2][first + b] = answer[0][b]
            safe = not costly or (proof[2][b] > proof[0][b] and answer[1][b])
            out[3][first + b] = proof[0][b] <= target and safe
            out[4][first + b], out[5][first + b] = proof[0][b], proof[1][b]
