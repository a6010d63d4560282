"""The earmarked rule, as the pooled rule on a network in which earmarked money has purses of its own.

An inflow that is meant for certain outflows of its receiver arrives in a purse. The purse pays those
outflows first. What the outflows of later periods will not need goes to the receiver's pool at once;
what they will need waits in the purse, unless the pool runs short. Everything else is pooled.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from loopledger.circularity.colour import Colouring
from loopledger.network import Books, Row, build_table
from loopledger.records import OUTSIDE

__all__ = ["split_by_earmarks"]

#: A purse: the party that holds it and the earmarked instrument that fills it.
Purse = tuple[int, str]

#: Stands between party and instrument in the name of a purse, and in no name that a person writes.
_JOIN = "\0"


def split_by_earmarks(colouring: Colouring, books: Books) -> tuple[Colouring, dict[str, float]]:
    """Return the same question on the network in which earmarked inflows have purses.

    Parameters
    ----------
    colouring : Colouring
    books : Books
        Treasuries of the same table.

    Returns
    -------
    colouring : Colouring
    opening : dict of str to float
        Cash before the first period. Purses stand beside the parties; a party's own name is its pool.
        Together they hold what the party holds.

    Notes
    -----
    The pooled rule on this network is a consistent allocation of the original one, so its return lies
    between forced and possible. Where several outflows want one purse in the same period, they are
    served in the order of their instrument ids.
    """
    splitter = _Splitter(colouring, books)
    for period in range(len(colouring.table.periods)):
        splitter.run(period)
    return splitter.result()


class _Splitter:
    """Decides amounts only, never colours: who pays how much from which purse."""

    def __init__(self, colouring: Colouring, books: Books) -> None:
        table = colouring.table
        self.colouring, self.table, self.books = colouring, table, books
        self.instrument = [table.instruments[index] for index in table.instrument.tolist()]
        self.sources_of: dict[str, list[str]] = defaultdict(list)
        for source, targets in sorted(table.earmarks.items()):
            for target in targets:
                self.sources_of[target].append(source)
        self.cash: dict[Purse, float] = defaultdict(float)
        #: who holds purses filled by an instrument
        self.holders: dict[str, set[int]] = defaultdict(set)
        self.pool = books.opening.copy()
        #: what each party will still pay under an instrument, by (payer, instrument)
        self.need: dict[Purse, float] = defaultdict(float)
        for i, amount in enumerate(table.amount.tolist()):
            self.need[int(table.payer[i]), self.instrument[i]] += amount
        self.rows: list[Row] = []
        self.flags: list[tuple[bool, bool]] = []

    def run(self, period: int) -> None:
        """Split the payments of one period."""
        flows = np.flatnonzero(self.table.period == period).tolist()
        flows.sort(key=lambda i: (self.instrument[i], i))
        for i in flows:
            self._receive(i)
        for party in np.flatnonzero(self.books.unexplained[period]).tolist():
            missing = float(self.books.unexplained[period, party])
            self.pool[party] += missing
            self._add(period, OUTSIDE, self.table.parties[party], missing)
        for i in flows:
            self._pay(period, i)
        self._release_what_is_not_needed(period)
        self._release_what_the_pool_lacks(period)

    def _purse(self, i: int) -> Purse | None:
        """Return the purse that a payment fills, if it is earmarked and its receiver is followed."""
        party = int(self.table.payee[i])
        earmarked = self.instrument[i] in self.table.earmarks and self.colouring.follows[party]
        return (party, self.instrument[i]) if earmarked else None

    def _name(self, purse: Purse) -> str:
        return f"{self.table.parties[purse[0]]}{_JOIN}{purse[1]}"

    def _add(
        self, period: int, payer: str, payee: str, amount: float, flags: tuple[bool, bool] = (False, False)
    ) -> None:
        if amount > 0:
            label = self.table.periods[period]
            self.rows.append(Row(period=label, payer=payer, payee=payee, kind="other", amount=amount))
            self.flags.append(flags)

    def _receive(self, i: int) -> None:
        purse, amount = self._purse(i), float(self.table.amount[i])
        if purse is not None:
            self.cash[purse] += amount
            self.holders[purse[1]].add(purse[0])
        else:
            self.pool[self.table.payee[i]] += amount

    def _pay(self, period: int, i: int) -> None:
        """Pay from the purses meant for it, in proportion to what they hold, and then from the pool."""
        payer, amount = int(self.table.payer[i]), float(self.table.amount[i])
        self.need[payer, self.instrument[i]] -= amount
        target = self._purse(i)
        payee = self._name(target) if target else self.table.parties[self.table.payee[i]]
        flags = (bool(self.colouring.source[i]), bool(self.colouring.counted[i]))
        purses = [
            (payer, s)
            for s in self.sources_of.get(self.instrument[i], ())
            if self.cash.get((payer, s), 0) > 0
        ]
        held = sum(self.cash[purse] for purse in purses)
        covered = min(amount, held)
        for purse in purses:
            part = self.cash[purse] * (covered / held)
            self.cash[purse] = self.cash[purse] - part if covered < held else 0.0
            self._add(period, self._name(purse), payee, part, flags)
        self.pool[payer] -= amount - covered
        self._add(period, self.table.parties[payer], payee, amount - covered, flags)

    def _release(self, period: int, purse: Purse, amount: float) -> None:
        self.cash[purse] = max(0.0, self.cash[purse] - amount)
        self.pool[purse[0]] += amount
        self._add(period, self._name(purse), self.table.parties[purse[0]], amount)

    def _release_what_is_not_needed(self, period: int) -> None:
        kept: dict[Purse, float] = defaultdict(float)
        for target, sources in self.sources_of.items():
            for party in set().union(*(self.holders[source] for source in sources)):
                held = sum(self.cash.get((party, source), 0.0) for source in sources)
                part = min(1.0, max(0.0, self.need.get((party, target), 0.0)) / held) if held > 0 else 0.0
                for source in sources:
                    kept[party, source] += part * self.cash.get((party, source), 0.0)
        for purse in sorted(self.cash):
            self._release(period, purse, max(0.0, self.cash[purse] - kept[purse]))

    def _release_what_the_pool_lacks(self, period: int) -> None:
        for party in np.flatnonzero((self.pool < 0) & self.colouring.follows).tolist():
            purses = sorted(purse for purse in self.cash if purse[0] == party and self.cash[purse] > 0)
            held = sum(self.cash[purse] for purse in purses)
            lacking = min(held, -float(self.pool[party]))
            for purse in purses:
                self._release(period, purse, self.cash[purse] * (lacking / held))

    def result(self) -> tuple[Colouring, dict[str, float]]:
        """Return the split network with the colouring carried over."""
        table = build_table(self.rows, periods=self.table.periods)
        followed = {
            name for name, follows in zip(self.table.parties, self.colouring.follows, strict=True) if follows
        } | {self._name(purse) for purse in self.cash}
        opening = dict(zip(self.table.parties, self.books.opening.tolist(), strict=True))
        colouring = Colouring(
            table=table,
            source=np.array([source for source, _ in self.flags], dtype=np.bool_),
            counted=np.array([counted for _, counted in self.flags], dtype=np.bool_),
            follows=np.array([name in followed for name in table.parties], dtype=np.bool_),
        )
        return colouring, opening
