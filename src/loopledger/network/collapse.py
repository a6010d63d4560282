"""Smaller networks that answer the same question: parties that do not matter become the outside."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from loopledger.network.flows import FlowTable, Row, build_table
from loopledger.records import OUTSIDE

__all__ = ["collapse_parties", "parties_between"]


def parties_between(table: FlowTable, sources: np.ndarray, targets: np.ndarray) -> frozenset[str]:
    """Return the parties on some way of payments from one set of payments to another, dates aside.

    Parameters
    ----------
    table : FlowTable
    sources, targets : ndarray of bool, shape (n_flows,)
        A way starts with a source's payee and ends with a target's payer.
    """
    forward: dict[int, set[int]] = {}
    backward: dict[int, set[int]] = {}
    outside = table.is_outside
    pairs = np.unique(np.stack([table.payer, table.payee]), axis=1).T.tolist()
    for payer, payee in pairs:
        if not outside[payer] and not outside[payee]:
            forward.setdefault(payer, set()).add(payee)
            backward.setdefault(payee, set()).add(payer)
    reached = _closure(forward, set(table.payee[sources].tolist()))
    reaching = _closure(backward, set(table.payer[targets].tolist()))
    return frozenset(table.parties[index] for index in reached & reaching)


def _closure(neighbours: dict[int, set[int]], starts: set[int]) -> set[int]:
    seen, frontier = set(starts), list(starts)
    while frontier:
        for neighbour in neighbours.get(frontier.pop(), ()):
            if neighbour not in seen:
                seen.add(neighbour)
                frontier.append(neighbour)
    return seen


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
