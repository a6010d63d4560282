"""Smaller networks that answer the same question: parties that do not matter become the outside."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from loopledger.network.flows import FlowTable, Row, build_table
from loopledger.network.graphs import reach
from loopledger.records import OUTSIDE

__all__ = ["collapse_parties", "mask_between", "parties_between"]

BoolArray = NDArray[np.bool_]


def parties_between(table: FlowTable, sources: BoolArray, targets: BoolArray) -> frozenset[str]:
    """Return the parties on some way of payments from one set of payments to another, dates aside.

    Parameters
    ----------
    table : FlowTable
    sources, targets : ndarray of bool, shape (n_flows,)
        A way starts with a source's payee and ends with a target's payer; the rest of the world is on none.
    """
    mask = mask_between(table, sources, targets, through=~table.is_outside)
    return frozenset(table.parties[index] for index in np.flatnonzero(mask).tolist())


def mask_between(
    table: FlowTable, sources: BoolArray, targets: BoolArray, *, through: BoolArray
) -> BoolArray:
    """Return which parties are on some way of payments from one set of payments to another, dates aside.

    Parameters
    ----------
    table : FlowTable
    sources, targets : ndarray of bool, shape (n_flows,)
        A way starts with a source's payee and ends with a target's payer.
    through : ndarray of bool, shape (n_parties,)
        Parties that may be on a way.

    Returns
    -------
    ndarray of bool, shape (n_parties,)
    """
    inner = through[table.payer] & through[table.payee]
    payer, payee = table.payer[inner], table.payee[inner]
    first = table.mask_parties(table.payee[sources].tolist())
    last = table.mask_parties(table.payer[targets].tolist())
    mask: BoolArray = reach(payer, payee, first) & reach(payee, payer, last) & through
    return mask


def collapse_parties(
    table: FlowTable, keep: Collection[str], *, instruments: Collection[str] | None = None
) -> FlowTable:
    """Return the network in which every party but a few is part of the outside.

    Payments alike in period, parties, kind and instrument become one; those within the outside go.

    Parameters
    ----------
    table : FlowTable
    keep : collection of str
        Parties that stay.
    instruments : collection of str, optional
        Instruments that stay apart; the payments of the others lose their instrument and become one.
        Default is all. Earmarked instruments and their targets always stay apart.
    """
    kept = set(keep)
    apart = set(instruments if instruments is not None else table.instruments)
    apart |= set(table.earmarks) | {target for targets in table.earmarks.values() for target in targets}
    label = [name if name in apart else "" for name in table.instruments]

    def side(index: int) -> str:
        return table.parties[index] if table.parties[index] in kept else OUTSIDE

    sums: dict[tuple[int, str, str, str, str], float] = {}
    columns = zip(table.period.tolist(), table.payer.tolist(), table.payee.tolist(), table.kind.tolist(),
                  table.instrument.tolist(), table.amount.tolist(), strict=True)  # fmt: skip
    for period, payer, payee, kind, instrument, amount in columns:
        key = (period, side(payer), side(payee), table.kinds[kind], label[instrument])
        if key[1] != key[2]:
            sums[key] = sums.get(key, 0.0) + amount
    rows = [
        Row(
            period=table.periods[period],
            payer=payer,
            payee=payee,
            kind=kind,
            amount=amount,
            instrument=instrument,
        )
        for (period, payer, payee, kind, instrument), amount in sorted(sums.items())
    ]
    present = {row.instrument for row in rows}
    earmarks = {
        source: tuple(target for target in targets if target in present)
        for source, targets in table.earmarks.items()
        if source in present
    }
    return build_table(rows, periods=table.periods, earmarks={s: t for s, t in earmarks.items() if t})
