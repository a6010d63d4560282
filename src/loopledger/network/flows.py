"""The flow table: payments as columns of numbers, with the vocabularies that name them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError, NotFoundError
from loopledger.records import KINDS, OUTSIDE, FlowClass

__all__ = ["TABLE_KINDS", "FlowTable", "Row", "build_table"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: What a payment of each kind does in a loop: the register's kinds, and the bare classes themselves.
TABLE_KINDS: Mapping[str, FlowClass] = MappingProxyType(
    {flow_class.value: flow_class for flow_class in FlowClass}
    | {kind.value: row.flow_class for kind, row in KINDS.items()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One payment, before it becomes a row of arrays.

    Parameters
    ----------
    period : str
        Label of the period; periods are ordered by `build_table`'s argument.
    payer, payee : str
        Party ids; ``outside`` is the rest of the world.
    kind : str
        A key of :data:`TABLE_KINDS`.
    amount : float
        Positive, in one currency for the whole table.
    instrument : str
        Id of the instrument behind the payment, or an empty string.
    """

    period: str
    payer: str
    payee: str
    kind: str
    amount: float
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTable:
    """Payments among parties, by period.

    Parameters
    ----------
    periods, parties, kinds, instruments : tuple of str
        Vocabularies. Periods are in time order; instruments may hold the empty string.
    period, payer, payee, kind, instrument : ndarray of int, shape (n_flows,)
        Positions in the vocabularies.
    amount : ndarray of float, shape (n_flows,)
        [currency of the table], each > 0, from payer to payee.
    earmarks : mapping of str to tuple of str
        Instrument whose money is meant for these instruments of the same party.
    """

    periods: tuple[str, ...]
    parties: tuple[str, ...]
    kinds: tuple[str, ...]
    instruments: tuple[str, ...]
    period: IntArray
    payer: IntArray
    payee: IntArray
    kind: IntArray
    instrument: IntArray
    amount: FloatArray
    earmarks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def n_parties(self) -> int:
        """Number of parties, ``outside`` included where it occurs."""
        return len(self.parties)

    def party(self, name: str) -> int:
        """Return the position of a party.

        Raises
        ------
        NotFoundError
            If no payment names it.
        """
        try:
            return self.parties.index(name)
        except ValueError:
            msg = f"no payment names the party {name!r}"
            raise NotFoundError(msg, hint=f"the parties are {', '.join(self.parties)}") from None

    def mask_class(self, *classes: FlowClass) -> BoolArray:
        """Return which payments are of these classes, shape (n_flows,)."""
        wanted = np.array([TABLE_KINDS[kind] in classes for kind in self.kinds], dtype=np.bool_)
        return wanted[self.kind]

    def mask_parties(self, parties: Iterable[int]) -> BoolArray:
        """Return which positions of the party vocabulary are meant, shape (n_parties,)."""
        mask = np.zeros(self.n_parties, dtype=np.bool_)
        mask[list(parties)] = True
        return mask

    @property
    def is_outside(self) -> BoolArray:
        """Which party is the rest of the world, shape (n_parties,)."""
        return np.array([party == OUTSIDE for party in self.parties], dtype=np.bool_)

    @property
    def among_parties(self) -> BoolArray:
        """Which payments have the rest of the world at neither end, shape (n_flows,)."""
        outside = self.is_outside
        inside: BoolArray = ~(outside[self.payer] | outside[self.payee])
        return inside

    def window(self, first: str | None, last: str | None) -> FlowTable:
        """Return the payments from one period to another, both included.

        Raises
        ------
        NotFoundError
            If a label names no period of the table, or the window ends before it begins.
        """
        for label in (first, last):
            if label is not None and label not in self.periods:
                msg = f"no payment falls in the period {label!r}"
                run = f"periods run from {self.periods[0]} to {self.periods[-1]}" if self.periods else ""
                raise NotFoundError(msg, hint=run)
        start = self.periods.index(first) if first is not None else 0
        stop = self.periods.index(last) if last is not None else len(self.periods) - 1
        if first is not None and stop < start:
            msg = f"the window ends in {last!r} before it begins in {first!r}"
            raise NotFoundError(msg, hint="swap its ends, or leave one out")
        return self.select((self.period >= start) & (self.period <= stop))

    def select(self, mask: BoolArray) -> FlowTable:
        """Return the payments that a mask of shape (n_flows,) keeps, with the same vocabularies."""
        return FlowTable(
            periods=self.periods, parties=self.parties, kinds=self.kinds, instruments=self.instruments,
            period=self.period[mask], payer=self.payer[mask], payee=self.payee[mask],
            kind=self.kind[mask], instrument=self.instrument[mask], amount=self.amount[mask],
            earmarks=self.earmarks,
        )  # fmt: skip


def build_table(
    rows: Iterable[Row],
    *,
    periods: Iterable[str] | None = None,
    earmarks: Mapping[str, tuple[str, ...]] | None = None,
) -> FlowTable:
    """Return the flow table of some payments; payments of nothing are left out.

    Parameters
    ----------
    rows : iterable of Row
    periods : iterable of str, optional
        All labels in time order; default is the order of the sorted labels.
    earmarks : mapping, optional
        Instrument to the instruments that its money is meant for.

    Returns
    -------
    FlowTable

    Raises
    ------
    NotFoundError
        If a kind is not known, or a payment falls in none of the given periods.
    ModelError
        If an amount is negative or no finite number.

    Examples
    --------
    >>> rows = [Row(period="2026Q1", payer="n", payee="a", kind="funding", amount=10.0)]
    >>> build_table(rows).parties
    ('a', 'n')
    """
    kept = [row for row in map(_checked, rows) if row.amount > 0]
    labels = tuple(dict.fromkeys(periods)) if periods is not None else tuple(sorted({r.period for r in kept}))
    parties = tuple(sorted({row.payer for row in kept} | {row.payee for row in kept}))
    kinds = tuple(sorted({row.kind for row in kept}))
    instruments = tuple(sorted({row.instrument for row in kept}))

    def coded(names: tuple[str, ...], values: Iterable[str]) -> IntArray:
        position = {name: index for index, name in enumerate(names)}
        return np.array([position[value] for value in values], dtype=np.int64)

    missing = {row.period for row in kept} - set(labels)
    if missing:
        msg = f"payments fall in {', '.join(sorted(missing))}, which is none of the periods"
        raise NotFoundError(msg, hint="name all periods in time order, or none")
    return FlowTable(
        periods=labels,
        parties=parties,
        kinds=kinds,
        instruments=instruments,
        period=coded(labels, (row.period for row in kept)),
        payer=coded(parties, (row.payer for row in kept)),
        payee=coded(parties, (row.payee for row in kept)),
        kind=coded(kinds, (row.kind for row in kept)),
        instrument=coded(instruments, (row.instrument for row in kept)),
        amount=np.array([row.amount for row in kept], dtype=np.float64),
        earmarks=MappingProxyType(dict(earmarks or {})),
    )


def _checked(row: Row) -> Row:
    if not 0 <= row.amount < math.inf:
        msg = f"{row.payer} pays {row.payee} an amount that is negative or no finite number: {row.amount}"
        raise ModelError(msg, hint="swap payer and payee of a negative payment")
    if row.kind not in TABLE_KINDS:
        msg = f"no kind of payment is called {row.kind!r}"
        raise NotFoundError(msg, hint=f"known are {', '.join(TABLE_KINDS)}")
    return row
