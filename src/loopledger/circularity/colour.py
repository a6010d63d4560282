"""Which payments carry a funder's colour for certain, which may, and which are counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.network import FlowTable
from loopledger.network.collapse import mask_between
from loopledger.records import FlowClass

__all__ = ["Colouring", "colour"]

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """A payment table with the question put to it.

    Parameters
    ----------
    table : FlowTable
    source : ndarray of bool, shape (n_flows,)
        The funders' outlays: wholly coloured.
    counted : ndarray of bool, shape (n_flows,)
        The seller's receipts.
    follows : ndarray of bool, shape (n_parties,)
        Parties whose treasuries pass colour on: neither a funder nor the rest of the world.
    """

    table: FlowTable
    source: BoolArray
    counted: BoolArray
    follows: BoolArray

    @property
    def passes(self) -> BoolArray:
        """Payments whose colour depends on the payer's treasury, shape (n_flows,)."""
        mask: BoolArray = self.follows[self.table.payer]
        return mask

    @property
    def relevant(self) -> BoolArray:
        """Parties on some way from a coloured outlay to a counted receipt, dates aside, shape (n_parties,).

        Others never have colour, or never pass it to the seller: what they do changes no return.
        """
        sales = self.passes & self.counted
        return mask_between(self.table, self.source, sales, through=self.follows)


def colour(
    table: FlowTable,
    funders: Collection[int],
    seller: int,
    *,
    outlays: BoolArray | None = None,
    sales: BoolArray | None = None,
) -> Colouring:
    """Return the colouring for a group of funders and a seller among them.

    Parameters
    ----------
    table : FlowTable
    funders : collection of int
        Positions of the funders.
    seller : int
        Position of the seller.
    outlays, sales : ndarray of bool, shape (n_flows,), optional
        Restrictions of the coloured outlays and of the counted receipts.

    Returns
    -------
    Colouring
    """
    group = table.mask_parties(funders)
    source = table.mask_class(FlowClass.FUNDING) & group[table.payer]
    counted = table.mask_class(FlowClass.PURCHASE) & (table.payee == seller)
    if outlays is not None:
        source &= outlays
    if sales is not None:
        counted &= sales
    return Colouring(table=table, source=source, counted=counted, follows=~(group | table.is_outside))
