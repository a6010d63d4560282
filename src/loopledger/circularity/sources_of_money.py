"""The ultimate source of every payment: the pooled rule with one colour per source of money.

Notes
-----
Within a period all payments are simultaneous. With ``T_i`` all that party ``i`` can pay from, ``c_ik`` the colour
``k`` that it brings forward and ``e_ik`` what enters with that colour, the shares solve
``T_i s_ik = c_ik + e_ik + sum_j f_ji s_jk``: one linear system a period with one right-hand side a colour. The
shares of a treasury add up to 1, so the colours of a payment add up to the payment. Money that only goes round
among some parties within a period has no origin that a payment shows; it is unexplained.

Known elsewhere as input-output attribution, and for one colour as the haircut or pro-rata rule of tracing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError, NotFoundError
from loopledger.network import Books, FlowTable, close_books
from loopledger.network.graphs import reach
from loopledger.records import OUTSIDE, FlowClass

__all__ = ["OPENING", "UNTRACED", "MoneySources", "trace_sources"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

OPENING, UNTRACED = "opening-cash", "unexplained"
#: Part of a treasury that is too small to give a circle of payments a composition.
_NOTHING = 1e-9
#: Most by which the shares of a treasury may miss 1 before the answer is refused.
_MOST_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySources:
    """The composition of every payment by source.

    Parameters
    ----------
    table : FlowTable
    outside : ndarray of bool, shape (n_parties,)
        Which parties are sources and sinks.
    colours : tuple of str
        Outside accounts and funders by name, then opening cash and what nothing explains.
    shares : ndarray of float, shape (n_flows, n_colours)
        Each row adds up to 1.
    balances : ndarray of float, shape (n_parties, n_colours)
        [currency] what the treasuries hold at the end, by source.
    imbalance : float
        [currency] the largest difference between what a source put in and what came out of it, in sinks and
        treasuries at the end; rounding only.
    """

    table: FlowTable
    outside: BoolArray
    colours: tuple[str, ...]
    shares: FloatArray
    balances: FloatArray
    imbalance: float

    def of(self, mask: BoolArray) -> dict[str, float]:
        """Return the money of the payments that a mask keeps by source, [currency], the largest first."""
        sums = self.table.amount[mask] @ self.shares[mask]
        found = dict(zip(self.colours, sums.tolist(), strict=True))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def of_seller(self, seller: str, period: str | None = None) -> dict[str, float]:
        """Return what a seller is paid for its sales by source, [currency].

        Raises
        ------
        NotFoundError
            If no payment names the seller, or there is no such period.
        """
        mask = self.table.mask_class(FlowClass.PURCHASE) & (self.table.payee == self.table.party(seller))
        return self.of(mask & self._within(period))

    def of_purchases(self, period: str | None = None, among: BoolArray | None = None) -> dict[str, float]:
        """Return what all parties are paid for their sales by other parties, by source, [currency].

        Only purchases whose buyer is none of the sources count: what the outside buys is its own money.

        Parameters
        ----------
        period : str, optional
        among : ndarray of bool, shape (n_flows,), optional
            Restrict the payments that count.

        Raises
        ------
        NotFoundError
            If there is no such period.
        """
        mask = self.table.mask_class(FlowClass.PURCHASE)
        if among is not None:
            mask &= among
        for ends in (self.table.payer, self.table.payee):
            mask &= ~self.outside[ends]
        return self.of(mask & self._within(period))

    def _within(self, period: str | None) -> BoolArray:
        if period is None:
            return np.ones(len(self.table), dtype=np.bool_)
        if period not in self.table.periods:
            msg = f"no period is called {period!r}"
            raise NotFoundError(msg, hint=f"periods: {', '.join(self.table.periods)}")
        mask: BoolArray = self.table.period == self.table.periods.index(period)
        return mask


def trace_sources(
    table: FlowTable,
    *,
    outside: Collection[str] = (OUTSIDE,),
    funders: Collection[str] = (),
    opening: Mapping[str, float] | None = None,
    origins: Mapping[str, str] | None = None,
) -> MoneySources:
    """Return the ultimate source of every payment under the pooled rule.

    Parameters
    ----------
    table : FlowTable
    outside : collection of str
        Parties that are sources and sinks: what they pay has their own colour.
    funders : collection of str
        Insiders whose funding (equity, loans, guarantees) has their own colour, as money that they chose to
        put in; their other payments carry their treasury's composition. None: all money is traced through
        them to the outside.
    opening : mapping of str to float, optional
        [currency] cash before the first period; its colour is ``opening-cash``.
    origins : mapping of str to str, optional
        The colour of money that a party must have had from elsewhere, where it has one; ``unexplained`` else.

    Returns
    -------
    MoneySources

    Raises
    ------
    NotFoundError
        If no payment names a funder.
    ModelError
        If amounts of very different size leave a treasury's composition without digits.

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer="m", payee="a", kind="funding", amount=5),
    ...     Row(period="1", payer="outside", payee="a", kind="other", amount=25),
    ...     Row(period="1", payer="a", payee="m", kind="purchase", amount=20),
    ... ])
    >>> {k: round(v, 3) for k, v in trace_sources(table, funders=["m"]).of_seller("m").items() if v}
    {'outside': 16.667, 'm': 3.333}
    """
    sinks = table.mask_parties(table.parties.index(name) for name in outside if name in table.parties)
    books = close_books(_with_outside(table, sinks), opening)
    places = [table.party(name) for name in sorted(set(funders))]
    colours = _colours(table, sinks, places, origins or {})
    put = {name: place for place, name in enumerate(colours)}
    own = table.mask_parties(places)
    is_own = sinks[table.payer] | (own[table.payer] & table.mask_class(FlowClass.FUNDING))
    shares = np.zeros((len(table), len(colours)))
    for flow in np.flatnonzero(is_own).tolist():
        shares[flow, put[table.parties[table.payer[flow]]]] = 1.0
    held = np.zeros((table.n_parties, len(colours)))
    for name, amount in (opening or {}).items():
        if name in table.parties and not sinks[table.party(name)]:
            held[table.party(name), put[OPENING]] = amount
    put_in, gone = held.sum(axis=0), np.zeros(len(colours))
    behind = [put[(origins or {}).get(name, UNTRACED)] for name in table.parties]
    for period in range(len(table.periods)):
        flows = np.flatnonzero(table.period == period)
        step = _Period(
            table=table,
            books=books,
            period=period,
            flows=flows,
            sinks=sinks,
            is_own=is_own,
            nobody=put[UNTRACED],
        )
        held, unexplained, replaced = step.spread(shares, held, behind)
        put_in, gone = put_in + unexplained, gone + replaced
    put_in = put_in + table.amount[is_own] @ shares[is_own]
    gone = gone + table.amount[sinks[table.payee]] @ shares[sinks[table.payee]] + held.sum(axis=0)
    return MoneySources(
        table=table,
        outside=sinks,
        colours=colours,
        shares=shares,
        balances=held,
        imbalance=float(np.abs(put_in - gone).max()),
    )


def _colours(
    table: FlowTable, sinks: BoolArray, funders: list[int], origins: Mapping[str, str]
) -> tuple[str, ...]:
    names = [table.parties[place] for place in np.flatnonzero(sinks).tolist()]
    behind = {origins[name] for name in table.parties if name in origins}
    own = [table.parties[place] for place in funders]
    return tuple(dict.fromkeys([*names, *sorted(behind), *own, OPENING, UNTRACED]))


def _with_outside(table: FlowTable, sinks: BoolArray) -> FlowTable:
    """Return the table with the first sink in the place of the rest of the world, for the treasuries.

    Every sink is renamed, so that no treasury of theirs is kept.
    """
    names = tuple(OUTSIDE if sink else name for name, sink in zip(table.parties, sinks, strict=True))
    return FlowTable(
        periods=table.periods, parties=names, kinds=table.kinds, instruments=table.instruments,
        period=table.period, payer=table.payer, payee=table.payee, kind=table.kind,
        instrument=table.instrument, amount=table.amount,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Period:
    """The payments of one period among treasuries."""

    table: FlowTable
    books: Books
    period: int
    flows: IntArray
    sinks: BoolArray
    is_own: BoolArray
    nobody: int

    def spread(
        self, shares: FloatArray, held: FloatArray, behind: list[int]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Fill in the shares of the period's payments.

        Returns
        -------
        held : ndarray, shape (n_parties, n_colours)
            [currency] balances at the end.
        unexplained, replaced : ndarray, shape (n_colours,)
            [currency] what entered unseen, and what funders' own colours took the place of.
        """
        table, flows, inside = self.table, self.flows, ~self.sinks
        payer, payee, amount = table.payer[flows], table.payee[flows], table.amount[flows]
        own = self.is_own[flows]
        entered = held * inside[:, None]
        arriving = own & inside[payee]
        np.add.at(entered, payee[arriving], amount[arriving, None] * shares[flows[arriving]])
        missing = np.where(inside, self.books.unexplained[self.period], 0.0)
        unexplained = np.zeros(shares.shape[1])
        for party in np.flatnonzero(missing > 0).tolist():
            entered[party, behind[party]] += missing[party]
            unexplained[behind[party]] += missing[party]
        inner = ~own & inside[payee]
        total = np.where(inside, self.books.available(self.period), 0.0)
        found = _compositions(total, (payer[inner], payee[inner], amount[inner]), entered, self.nobody)
        shares[flows[~own]] = found[payer[~own]]
        recoloured = own & inside[payer]
        replaced = amount[recoloured] @ found[payer[recoloured]]
        left = np.where(inside, self.books.balance[self.period], 0.0)
        return found * left[:, None], unexplained, replaced


def _compositions(
    total: FloatArray, payments: tuple[IntArray, IntArray, FloatArray], entered: FloatArray, nobody: int
) -> FloatArray:
    """Return the composition of each treasury, shape (n_parties, n_colours), rows adding up to 1 or 0.

    Treasuries that only hold money of a circle that hardly any money enters have the colour ``nobody``: which
    money goes round in it no payment tells.
    """
    payer, payee, amount = payments
    origin = entered.sum(axis=1) > _NOTHING * total
    rooted = (total > 0) & reach(payer, payee, origin & (total > 0))
    found = np.zeros(entered.shape)
    found[(total > 0) & ~rooted, nobody] = 1.0
    active = np.flatnonzero(rooted)
    if not len(active):
        return found
    place = np.full(len(total), -1)
    place[active] = np.arange(len(active))
    inside, arriving = rooted[payer] & rooted[payee], ~rooted[payer] & rooted[payee]
    known = entered.copy()
    np.add.at(known[:, nobody], payee[arriving], amount[arriving])
    part = amount[inside] / total[payee[inside]]
    right = known[active] / total[active, None]
    solved = np.clip(_solve(place[payee[inside]], place[payer[inside]], part, right), 0.0, None)
    sums = solved.sum(axis=1)
    worst = int(np.argmax(np.abs(sums - 1.0)))
    if not abs(sums[worst] - 1.0) < _MOST_ROUNDING:
        msg = f"the sources of a treasury add up to {sums[worst]:g} of it, not to 1"
        raise ModelError(msg, hint="amounts of very different size may cancel each other")
    found[active] = solved / sums[:, None]
    return found


def _solve(to: IntArray, of: IntArray, part: FloatArray, right: FloatArray) -> FloatArray:
    """Solve ``s = right + P s`` with ``P[to, of] = part``, all colours at once."""
    from scipy.sparse import coo_matrix, eye_array  # noqa: PLC0415 - only this rule needs it
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    n = len(right)
    exchange = coo_matrix((part, (to, of)), shape=(n, n))
    found: FloatArray = splu((eye_array(n) - exchange).tocsc()).solve(right)
    return found
