"""Cash at the start of a window: what was last reported, carried over the quarters since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loopledger.accounts.books import Books
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass, Status
from loopledger.register import Snapshot
from loopledger.schedule import Assumptions, Certainty, Leg, Schedule
from loopledger.units import Interval, Quarter

__all__ = ["Opening", "Past", "carry_cash", "past_payments", "quarters_since"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A payment of a quarter before the window: paid under contract, or estimated [USD]."""

    quarter: int
    payer: str
    payee: str
    amount: float
    funding: bool
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Cash at the start of a window.

    Parameters
    ----------
    cash : Interval
        [USD], >= 0; from what was reported to what follows from it, the larger of them as the central value.
    reported : float
        What was last reported [USD].
    funding, operating : float
        Signed funding received since, and what revenue, costs and payments left of it since [USD].
    n_quarters : int
        How many quarters it is carried over.
    ids : tuple of str
        Instruments of the payments since.
    """

    cash: Interval
    reported: float
    funding: float
    operating: float
    n_quarters: int
    ids: tuple[str, ...]


def quarters_since(books: Mapping[str, Books], first: Quarter, now: Quarter) -> tuple[Quarter, ...]:
    """Return the quarters between the oldest reported cash and the window, none of them still running."""
    last = min(first.index, now.index) - 1
    ends = [row.cash_at for row in books.values() if row.cash_at is not None]
    start = min((end.index + 1 for end in ends), default=last + 1)
    return tuple(Quarter(index) for index in range(start, last + 1))


def past_payments(
    snapshot: Snapshot,
    schedule: Schedule,
    quarters: Sequence[Quarter],
    elapsed: Mapping[int, float] | None = None,
) -> list[Past]:
    """Return what contracts made parties pay in some quarters, by the schedule.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
        Of the same day.
    quarters : sequence of Quarter
    elapsed : mapping of int to float, optional
        Which part of a quarter counts, 0 to 1, by its index; the whole by default.

    Notes
    -----
    Signed without conditions, in cash and not called off at will. What is on record as paid counts in full also in a
    quarter of which only a part counts.
    """
    chosen, parts = {q.index for q in quarters}, elapsed or {}
    found = []
    for flow in schedule.flows:
        one = snapshot.instruments.get(flow.instrument)
        if flow.period.index not in chosen or one is None or flow.leg is Leg.SUPPLY or flow.derived:
            continue
        if flow.contingent or not flow.cash or flow.certainty is not Certainty.CONTRACTED:
            continue
        if one.cancellable and flow.leg is not Leg.DEBT_SERVICE:
            continue
        is_paid = flow.leg is Leg.PRINCIPAL and one.status is Status.COMPLETED
        part = 1.0 if is_paid else parts.get(flow.period.index, 1.0)
        if flow.amount.central * part <= 0:
            continue
        found.append(
            Past(
                quarter=flow.period.index, payer=flow.payer, payee=flow.payee,
                amount=flow.amount.central * part, instrument=flow.instrument,
                funding=flow.leg is Leg.PRINCIPAL and TABLE_KINDS[flow.kind] is FlowClass.FUNDING,
            )
        )  # fmt: skip
    return found


def carry_cash(
    books: Mapping[str, Books],
    past: Iterable[Past],
    quarters: Sequence[Quarter],
    assumptions: Assumptions,
    elapsed: Mapping[int, float] | None = None,
) -> dict[str, Opening]:
    """Return the cash of each party that reports some, at the end of the last of some quarters.

    Parameters
    ----------
    past : iterable of Past
        Payments of these quarters, central amounts.
    quarters : sequence of Quarter
        Between the oldest report and the window; each party is carried over those after its own.
    elapsed : mapping of int to float, optional
        Which part of a quarter's revenue and costs counts, 0 to 1, by its index; the whole by default.

    Notes
    -----
    Signed funding is added whole. What operations leave is taken off where it is negative; of a surplus the share
    ``stress.surplus_kept`` stays. Central assumptions. Where this leaves less than was reported, the rest has been
    raised in no record, or the party would have missed a payment: the plan closes in the past as in the window, so
    reported cash is central and what follows is the low end.
    """
    by_party: dict[str, list[tuple[Past, int]]] = {}
    for one in past:
        by_party.setdefault(one.payee, []).append((one, 1))
        by_party.setdefault(one.payer, []).append((one, -1))
    found = {}
    for party, row in books.items():
        if row.cash is None or row.cash_at is None:
            continue
        own = [q for q in quarters if q.index > row.cash_at.index]
        moved = by_party.get(party, [])
        funding, operating, ids = 0.0, 0.0, []
        kept = assumptions.number("stress.surplus_kept")
        for quarter in own:
            mine = [(one, sign) for one, sign in moved if one.quarter == quarter.index]
            funding += sum(one.amount for one, sign in mine if one.funding and sign > 0)
            left = row.revenue_in(quarter, assumptions) - row.costs_in(quarter, assumptions)
            left *= (elapsed or {}).get(quarter.index, 1.0)
            left += sum(sign * one.amount for one, sign in mine if not (one.funding and sign > 0))
            operating += left if left < 0 else kept * left
            ids += [one.instrument for one, sign in mine if one.funding and sign > 0]
        change, cash = funding + operating, row.cash
        found[party] = Opening(
            cash=Interval(
                max(min(cash.low, cash.low + change), 0.0), max(cash.central, cash.central + change),
                max(cash.high, cash.high + change),
            ),
            reported=cash.central, funding=funding, operating=operating, n_quarters=len(own),
            ids=tuple(dict.fromkeys(ids)),
        )  # fmt: skip
    return found
