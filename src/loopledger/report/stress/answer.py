"""An answer to scenarios: the case, its outcome in three runs, and what else was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.register import Snapshot
from loopledger.schedule import Assumption, Assumptions
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade import Books, Bracket, Case, Cheapest, Draws, Levels, Norm, Outcome
from loopledger.stress.cascade.case import by_party
from loopledger.stress.scenarios import USES, Question, Scenario
from loopledger.units import Quarter

__all__ = ["Breaking", "Lost", "Reverse", "StressAnswer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """The smallest scale of the scenarios at which a party breaks a norm, run by run in the order of the runs."""

    party: str
    norm: Norm
    brackets: tuple[Bracket, Bracket, Bracket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """The cheapest combination of scenarios under which all parties of a group break a norm, in the central run."""

    parties: tuple[str, ...]
    norm: Norm
    pool: tuple[str, ...]
    cheapest: Cheapest


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What each party planned to receive in the window and does not get, shape (3, p) [USD]; three different things.

    Parameters
    ----------
    contracts : ndarray
        Under contracts that are no funding: what payers cut, defer, leave unpaid or take back, less what is paid late
        and what guarantors pay.
    sales : ndarray
        Sales to end customers, in no contract of the register; negative where a scenario brings some.
    funding : ndarray
        Shares, loans and bonds on record, signed or not, that do not come in.
    """

    contracts: FloatArray
    sales: FloatArray
    funding: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class StressAnswer:
    """A case, its outcome in three runs, and draws, a reverse stress, a ladder where asked for.

    Parameters
    ----------
    question : Question
    case : Case
        With the shocks entered; its runs are those of ``RUNS``.
    books : mapping of str to Books
        Of the parties that report.
    ladder : tuple of (float, ndarray of shape (3,), ndarray of shape (3, p))
        Scale of all shocks, binding payments unpaid in all, and by payer [USD].
    """

    question: Question
    case: Case
    outcome: Outcome
    books: Mapping[str, Books]
    draws: Draws | None = None
    seed: int = 0
    reverse: Reverse | None = None
    breaking: Breaking | None = None
    ladder: tuple[tuple[float, FloatArray, FloatArray], ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        """The register as known on the day."""
        return self.question.snapshot

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios asked about."""
        return self.question.scenarios

    @property
    def assumptions(self) -> Assumptions:
        """All assumptions of the run, used or not."""
        return self.question.schedule.assumptions

    def name(self, party: str) -> str:
        """Return the name of a party in prose; what is no id of one stays as it is."""
        known = self.snapshot.parties.get(party)
        return known.short_name if known is not None else party

    def dates(self, quarters: IntArray) -> tuple[Quarter | None, Quarter | None, Quarter | None]:
        """Return when something happens in the three runs, None where it does not.

        Parameters
        ----------
        quarters : ndarray of int, shape (3,)
            Numbers of quarters in the window, -1 for never.
        """
        mild, central, severe = (self.case.quarters[int(q)] if q >= 0 else None for q in quarters)
        return mild, central, severe

    def used(self) -> tuple[Assumption, ...]:
        """Return the assumptions that the answer rests on: of the flows in the window, the cascade, the shocks."""
        flows = self.question.schedule.flows
        names = {name for flow in flows if flow.period in self.question.quarters for name in flow.assumptions}
        special = {name for uses in USES.values() for name in uses}
        names |= {a.name for a in self.assumptions if a.name.startswith("stress.") and a.name not in special}
        names |= {name for s in self.scenarios for shock in s.shocks for name in USES.get(shock.kind, ())}
        norms = [one.norm for one in (self.reverse, self.breaking) if one is not None]
        names |= {norm.assumption for norm in norms if norm.assumption}
        return self.assumptions.select(names)

    def by_payer(self, values: FloatArray) -> FloatArray:
        """Return sums over the window by payer, shape (3, p) [USD]."""
        places = np.array([one.payer for one in self.case.claims], dtype=np.int64)
        return by_party(values.sum(axis=1), places, len(self.case.parties))

    def lost_by_payee(self) -> FloatArray:
        """Return receipts that each party planned and does not get in the window, shape (3, p) [USD].

        Guarantors' payments in the place of a payer are no loss of the payee.
        """
        lost = self.lost_apart()
        total: FloatArray = lost.contracts + lost.sales + lost.funding
        return total

    def lost_apart(self) -> Lost:
        """Return the same as :meth:`lost_by_payee`, under contracts, of end customers and of funding apart."""
        case, o = self.case, self.outcome
        places = np.array([one.payee for one in case.claims], dtype=np.int64)
        funds = np.array([one.funding for one in case.claims], dtype=bool)
        gone = (case.amounts - o.paid - o.covered).sum(axis=1)
        n = len(case.parties)
        return Lost(
            contracts=by_party(np.where(funds, 0.0, gone), places, n),
            sales=case.lost_revenue.sum(axis=1),
            funding=by_party(np.where(funds, gone, 0.0), places, n),
        )

    def not_paid_to(self, payer: int) -> FloatArray:
        """Return what a party cuts, defers or leaves unpaid by payee, shape (3, p) [USD].

        Over the payees it adds up to what :meth:`by_payer` says of the payer.
        """
        case, o = self.case, self.outcome
        places = np.array([one.payee for one in case.claims], dtype=np.int64)
        mine = np.array([one.payer == payer for one in case.claims], dtype=bool)
        gone = (o.cut + o.deferred + o.unpaid).sum(axis=1)
        return by_party(np.where(mine, gone, 0.0), places, len(case.parties))

    def values_known(self) -> list[bool]:
        """Return whether a fall of each party is one of its value: its books are reported, and it is no group.

        Of the others the contracts on record are all that is seen, so their fall is one of these claims and stakes.
        """
        groups = {p for p, row in self.snapshot.parties.items() if row.aggregate}
        return [
            party not in groups and (party in self.books or float(self.case.known_receipts[k]) > 0)
            for k, party in enumerate(self.case.parties)
        ]

    def cash_basis(self, party: int) -> str:
        """Return what the cash at the start of a party rests on: ``reported``, ``raised`` in a year, ``assumed``."""
        name = self.case.parties[party]
        books = self.books.get(name)
        if books is not None and books.cash is not None:
            return "reported"
        return "raised" if name in self.case.openings else "assumed"

    def in_trouble(self) -> list[int]:
        """Return the parties that cut, defer or default in any run: the earliest in the central run first."""
        o, n = self.outcome, len(self.case.quarters)
        places = np.flatnonzero((o.first_short >= 0).any(axis=0))
        when = np.where(o.first_short >= 0, o.first_short, n)
        size = self.by_payer(o.cut + o.deferred + o.unpaid)
        return sorted(
            (int(k) for k in places),
            key=lambda k: (when[1, k], when[2, k], -size[1, k], self.case.parties[k]),
        )

    def first_missed(self, party: int) -> FloatArray:
        """Return what a party leaves unpaid in the quarter of its first miss, shape (3,) [USD]; 0 for never."""
        o = self.outcome
        mine = np.array([one.payer == party for one in self.case.claims], dtype=bool)
        by_quarter = o.unpaid[:, :, mine].sum(axis=2)
        when = o.first_default[:, party]
        return np.where(when >= 0, by_quarter[np.arange(len(when)), np.maximum(when, 0)], 0.0)

    def unshocked(self) -> Case:
        """Return the case without the shocks."""
        return self.question.plan(Levels())[0]
