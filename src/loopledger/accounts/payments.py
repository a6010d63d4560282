"""Who paid whom how much, where nobody says so: estimates within reported totals, with their fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loopledger.accounts.conflict import ranges_of
from loopledger.accounts.entropy import EntropyFit, fit_entropy
from loopledger.accounts.evidence import Evidence
from loopledger.accounts.figures import build_figures
from loopledger.accounts.lines import Basis, Line, OtherBuyers, Period, cents
from loopledger.accounts.markets import load_markets
from loopledger.accounts.revenueshare import cap_revenue_shares
from loopledger.accounts.tableau import OTHER_BUYERS, OTHER_SELLERS, Cell, Tableau, build_tableau
from loopledger.errors import ModelError
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.units import Interval

__all__ = [
    "EstimatedPayment",
    "Estimates",
    "FittedTotal",
    "MarketFit",
    "Refused",
    "estimate_payments",
    "tableaus_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedPayment:
    """An estimate of what one party paid another in a period.

    Parameters
    ----------
    market, period, payer, payee : str
    amount : Interval
        [USD] ``central`` is the maximum-entropy value; ``low`` and ``high`` are the least and the most that
        any payments within the totals and bounds can give, or the central value where ranges were not asked.
    is_exact : bool
        Whether a contract or the totals alone fix it.
    ids : tuple of str
        Contracts of the pair, and the observations behind every total that it is part of.
    assumptions : tuple of str
    """

    market: str
    period: str
    payer: str
    payee: str
    amount: Interval
    is_exact: bool
    ids: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTotal:
    """A total that estimates are fitted to.

    Parameters
    ----------
    name : str
    low, high : float
        [USD] what is known of it; ``high`` is infinite where the figure says "at least".
    reached : float
        [USD] what the estimates add up to.
    """

    name: str
    low: float
    high: float
    reached: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFit:
    """How well the estimates of one market and period meet what is known.

    Parameters
    ----------
    market, period : str
    limits : str
        What they cannot tell.
    totals : tuple of FittedTotal
    worst_miss : float
        [USD] the furthest that a sum lies outside its range.
    n_sweeps : int
    gap : float
        [USD] what the relative entropy could still fall.
    left_out : mapping of str to str
    """

    market: str
    period: str
    limits: str
    totals: tuple[FittedTotal, ...]
    worst_miss: float
    n_sweeps: int
    gap: float
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A market and period whose figures contradict each other."""

    market: str
    period: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Estimated payments of some periods, their fit, and what could not be estimated.

    Parameters
    ----------
    payments : tuple of EstimatedPayment
        By market, period, payee and payer; ``other-buyers`` and ``other-sellers`` are those
        that the table of the market does not name.
    fits : tuple of MarketFit
    refused : tuple of Refused
    """

    payments: tuple[EstimatedPayment, ...]
    fits: tuple[MarketFit, ...]
    refused: tuple[Refused, ...]

    def lines(self) -> tuple[Line, ...]:
        """Return the payments of named buyers as lines of accounts."""
        item = {market.name: market.item for market in load_markets().values()}
        return tuple(
            Line(
                period=p.period,
                payer=p.payer,
                payee=p.payee,
                item=item[p.market],
                amount=Interval(
                    min(p.amount.low, cents(p.amount.central) / 100),
                    cents(p.amount.central) / 100,
                    max(p.amount.high, cents(p.amount.central) / 100),
                ),
                basis=Basis.CONTRACTED if p.is_exact else Basis.ESTIMATED,
                date_basis=f"{p.period}, fitted to the totals of the {p.market} market",
                ids=p.ids,
                assumptions=p.assumptions,
                note="exact by contract or totals"
                if p.is_exact
                else "estimated by maximum entropy within bounds",
            )
            for p in self.payments
            if p.payer != OTHER_BUYERS and p.payee != OTHER_SELLERS and cents(p.amount.central) > 0
        )

    def other_buyers(self) -> dict[tuple[str, str], OtherBuyers]:
        """Return what all buyers but those of a market's table pay a seller at least, by seller and period.

        The buyers of the table are bound together by what sellers report of groups of them, so this is more than
        what is left when each of them pays its most. Nothing where no range was asked for.
        """
        found: dict[tuple[str, str], OtherBuyers] = {}
        for p in self.payments:
            if p.payer == OTHER_BUYERS and p.payee != OTHER_SELLERS and not p.amount.is_exact:
                but = frozenset(row.party for row in load_markets()[p.market].buyers)
                known = found.get((p.payee, p.period), OtherBuyers(least=0.0, but=but))
                found[p.payee, p.period] = OtherBuyers(least=known.least + p.amount.low, but=known.but & but)
        return found


def estimate_payments(
    snapshot: Snapshot, schedule: Schedule, periods: Sequence[Period], *, ranges: bool = True
) -> Estimates:
    """Return the estimated payments of every market and period.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
        Of the same day.
    periods : sequence of Period
    ranges : bool
        Whether to find the least and the most that each payment can be: two linear programmes a payment.

    Returns
    -------
    Estimates
        A market whose figures contradict each other in a period is refused for it, with the contradiction.
    """
    payments: list[EstimatedPayment] = []
    fits: list[MarketFit] = []
    refused: list[Refused] = []
    for tableau in tableaus_of(snapshot, schedule, periods):
        try:
            fit = fit_entropy(tableau.problem())
        except ModelError as error:
            refused.append(Refused(market=tableau.market, period=tableau.period, why=error.message))
            continue
        payments += _payments(tableau, fit, ranges=ranges)
        fits.append(_fit(tableau, fit))
    return Estimates(payments=tuple(payments), fits=tuple(fits), refused=tuple(refused))


def tableaus_of(snapshot: Snapshot, schedule: Schedule, periods: Sequence[Period]) -> Iterator[Tableau]:
    """Yield the problem of every market and period in which a seller reports its sales."""
    markets = load_markets()
    measures = {
        "revenue",
        "operating_loss",
        *(name for market in markets.values() for name in market.measures),
    }
    figures = build_figures(snapshot, schedule.assumptions, measures)
    flows = cap_revenue_shares(schedule.flows, figures, schedule.assumptions)
    for market in markets.values():
        for period in periods:
            evidence = Evidence(
                period=period,
                snapshot=snapshot,
                figures=figures,
                flows=flows,
                assumptions=schedule.assumptions,
            )
            made = build_tableau(market, evidence)
            if made is not None:
                yield made


def _payments(tableau: Tableau, fit: EntropyFit, *, ranges: bool) -> list[EstimatedPayment]:
    low, high = ranges_of(tableau.problem()) if ranges else (fit.values, fit.values)
    sums = [float(fit.values[total.cells].sum()) for total in tableau.totals]
    largest = max(sums, default=1.0)
    return [
        EstimatedPayment(
            market=tableau.market,
            period=tableau.period,
            payer=cell.payer,
            payee=cell.payee,
            amount=_amount(float(fit.values[place]), float(low[place]), float(high[place])),
            is_exact=cell.lower == cell.upper or (ranges and high[place] - low[place] <= 1e-9 * largest),
            ids=_ids(tableau, cell, place),
            assumptions=tuple(dict.fromkeys((*cell.assumptions, *tableau.assumptions))),
        )
        for place, cell in enumerate(tableau.cells)
    ]


def _amount(central: float, low: float, high: float) -> Interval:
    return Interval(min(max(low, 0.0), central), central, max(high, central))


def _ids(tableau: Tableau, cell: Cell, place: int) -> tuple[str, ...]:
    totals = [total for total in tableau.totals if place in total.cells]
    return tuple(dict.fromkeys([*cell.ids, *(name for total in totals for name in total.ids)]))


def _fit(tableau: Tableau, fit: EntropyFit) -> MarketFit:
    return MarketFit(
        market=tableau.market,
        period=tableau.period,
        limits=load_markets()[tableau.market].limits,
        totals=tuple(
            FittedTotal(
                name=total.name,
                low=total.low,
                high=total.high,
                reached=float(fit.values[total.cells].sum()),
            )
            for total in tableau.totals
        ),
        worst_miss=fit.worst_miss,
        n_sweeps=fit.n_sweeps,
        gap=fit.gap,
        left_out=tableau.left_out,
    )
