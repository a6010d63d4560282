"""The case that a cascade runs on: contracts, books and behaviour, as arrays over runs, quarters and places."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from scipy.sparse import csr_array

from loopledger.accounts.opening import Opening
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade.hardware import Vintages
from loopledger.stress.cascade.stakes import Stake
from loopledger.units import Quarter

__all__ = ["Behaviour", "Call", "Case", "Claim", "Layer", "plan_money"]


class Layer(IntEnum):
    """What a party short of money pays first; what comes last is cut first."""

    COSTS = 0
    DEBT = 1
    BINDING = 2
    STRETCH = 3
    RESERVE = 4
    CONDITIONAL = 5
    OPTION = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One direction of payment under one instrument.

    Parameters
    ----------
    instrument : str
        Id; a derived order is named after its contract, an estimated one ``estimated/payer/payee``.
    payer, payee : int
        Places of the parties.
    layer : Layer
    funding : bool
        Whether it funds the payee (equity, loan, bond).
    purchase : bool
        Whether it buys from the payee.
    serves : int
        Place of the claim that an order is derived from; -1 for none.
    order : bool
        Whether it is a derived or estimated order, which the payer may leave out without owing it.
    """

    instrument: str
    payer: int
    payee: int
    layer: Layer
    funding: bool = False
    purchase: bool = False
    serves: int = -1
    order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A guarantee: the guarantor pays the payees what is left unpaid on some claims, up to a limit [USD].

    No claim stands under two guarantees.
    """

    instrument: str
    guarantor: int
    claims: tuple[int, ...]
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What parties do when money is short, one value a run; each is an assumption ``stress.*``."""

    stretch_share: FloatArray
    stretch_quarters: IntArray
    reserve_share: FloatArray
    order_pass_through: FloatArray
    order_lag: IntArray
    variable_cost_share: FloatArray
    surplus_kept: FloatArray
    mark_sensitivity: FloatArray
    funding_sensitivity: FloatArray


@dataclass(slots=True, kw_only=True)
class Case:
    """``d`` runs, ``t`` quarters, ``p`` parties, ``c`` claims; all amounts in USD.

    Parameters
    ----------
    amounts : ndarray, shape (d, t, c)
        What is planned to be paid on each claim.
    revenue, costs : ndarray, shape (d, t, p)
        From end customers and to outside suppliers.
    opening, spare : ndarray, shape (d, p)
        Cash at the start, and what can be borrowed beyond the plan; investors, lenders and
        sovereign funds can borrow twice the sum of all that is planned, which is never reached.
    money : ndarray, shape (d, t, p)
        Outside funding that the plan needs and nobody has signed.
    payout, kept : ndarray, shape (d, t, p)
        Planned surplus for owners, and what is kept of it.
    withdrawn : ndarray, shape (d, t, c)
        What a scenario takes out of the plan.
    open_share : ndarray, shape (d, t, p)
        Part of outside funding that a scenario leaves open, 0 to 1.
    mark_shock : ndarray, shape (d, t, p)
        Fall of value that a scenario brings, 0 to 1.
    lost_revenue : ndarray, shape (d, t, p)
        End-customer revenue that a scenario takes away; negative where it brings some.
    stakes : ndarray, shape (p, p)
        Part of the holder's value that its stake in another is, ``[holder, held]``, rows adding to at most 1.
    openings : dict of str to Opening
        Where the cash at the start comes from, of parties that report some.
    known_receipts : ndarray, shape (p,)
        What a party receives in a quarter at least, by its reported revenue or cash from operations; 0 where
        neither is.
    holdings : tuple of Stake
        The stakes by instrument, at cost.
    growth : ndarray, shape (d, p)
        Growth of end-customer revenue a quarter.
    fails : ndarray, shape (d, t, p)
        Who a scenario makes default, and when: above 0.
    vintages : Vintages
        Capital expenditure by quarter.
    extra_depreciation, replaced : ndarray, shape (d, t, p)
        What a shorter life of hardware adds to depreciation, which moves no cash, and to outside costs.
    """

    quarters: tuple[Quarter, ...]
    parties: tuple[str, ...]
    claims: tuple[Claim, ...]
    calls: tuple[Call, ...]
    amounts: FloatArray
    revenue: FloatArray
    costs: FloatArray
    opening: FloatArray
    spare: FloatArray
    money: FloatArray
    payout: FloatArray
    kept: FloatArray
    withdrawn: FloatArray
    open_share: FloatArray
    mark_shock: FloatArray
    lost_revenue: FloatArray
    fails: FloatArray
    vintages: Vintages
    extra_depreciation: FloatArray
    replaced: FloatArray
    growth: FloatArray
    stakes: FloatArray
    known_receipts: FloatArray
    behaviour: Behaviour
    holdings: tuple[Stake, ...] = ()
    openings: dict[str, Opening] = field(default_factory=dict)

    @property
    def n_runs(self) -> int:
        """Return the number of runs."""
        return len(self.opening)


def by_party(values: FloatArray, places: IntArray, n: int) -> FloatArray:
    """Return sums of claims by party, shape (..., n)."""
    shape = values.shape[:-1]
    n_rows = int(np.prod(shape))
    flat = values.reshape(n_rows, values.shape[-1]).T
    ones = np.ones(len(places))
    belongs = csr_array((ones, (places, np.arange(len(places)))), shape=(n, len(places)))
    out: FloatArray = np.ascontiguousarray((belongs @ flat).T).reshape(*shape, n)
    return out


def plan_money(case: Case) -> None:
    """Close the plan of every party: unsigned funding where it pays more than it gets, a payout where less.

    Notes
    -----
    The plan keeps cash at its opening level, plus the kept share of each surplus. So without a shock every
    promise is paid in full, and what is missing is a figure of its own, never hidden.
    """
    n = len(case.parties)
    payer = np.array([one.payer for one in case.claims], dtype=np.int64)
    payee = np.array([one.payee for one in case.claims], dtype=np.int64)
    net = by_party(case.amounts, payee, n) - by_party(case.amounts, payer, n) + case.revenue - case.costs
    case.money = np.maximum(-net, 0.0)
    case.payout = np.maximum(net, 0.0) * (1 - case.behaviour.surplus_kept)[:, None, None]
    case.kept = np.maximum(net, 0.0) - case.payout
