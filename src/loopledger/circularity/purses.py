"""The outlays of some parties put into purses of their own, so that their treasuries can pass on colour.

Notes
-----
A funder absorbs what reaches it. To follow the money that many insiders put in through the insiders themselves,
each one's funding is paid from a purse that only its own treasury fills: the purse is the funder, the treasury is
a treasury like any other. What the treasury puts into the purse leaves it, as before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from loopledger.network import FlowTable
from loopledger.records import FlowClass

__all__ = ["apart_from_outlays", "is_purse", "owner_of"]

_PURSE = "/outlays"


def is_purse(name: str) -> bool:
    """Whether a party is the purse of another."""
    return name.endswith(_PURSE)


def owner_of(name: str) -> str:
    """Return the party whose purse it is; a party that is no purse is its own."""
    return name.removesuffix(_PURSE)


def apart_from_outlays(table: FlowTable, parties: Collection[str]) -> FlowTable:
    """Return the payments with the funding of some parties paid from purses that these fill.

    Parameters
    ----------
    table : FlowTable
    parties : collection of str

    Returns
    -------
    FlowTable
        The payments in their order, then one from each party to its purse for each outlay.

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer="n", payee="a", kind="funding", amount=5),
    ...     Row(period="1", payer="a", payee="n", kind="purchase", amount=20),
    ... ])
    >>> apart = apart_from_outlays(table, ["n"])
    >>> [(apart.parties[i], apart.parties[j]) for i, j in zip(apart.payer, apart.payee)]
    [('n/outlays', 'a'), ('a', 'n'), ('n', 'n/outlays')]
    """
    funding = table.mask_class(FlowClass.FUNDING)
    named = sorted(name for name in set(parties) & set(table.parties))
    named = [name for name in named if (funding & (table.payer == table.party(name))).any()]
    if not named:
        return table
    purse = np.full(table.n_parties, -1)
    purse[[table.party(name) for name in named]] = table.n_parties + np.arange(len(named))
    moved = np.flatnonzero(funding & (purse[table.payer] >= 0))
    payer = table.payer.copy()
    payer[moved] = purse[table.payer[moved]]
    fills = np.full(len(moved), len(table.kinds))
    unnamed = np.full(len(moved), len(table.instruments))
    return replace(
        table,
        parties=(*table.parties, *(f"{name}{_PURSE}" for name in named)),
        kinds=(*table.kinds, FlowClass.OTHER.value),
        instruments=(*table.instruments, _PURSE),
        period=np.concatenate([table.period, table.period[moved]]),
        payer=np.concatenate([payer, table.payer[moved]]),
        payee=np.concatenate([table.payee, purse[table.payer[moved]]]),
        kind=np.concatenate([table.kind, fills]),
        instrument=np.concatenate([table.instrument, unnamed]),
        amount=np.concatenate([table.amount, table.amount[moved]]),
    )
