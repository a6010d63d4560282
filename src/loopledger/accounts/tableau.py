"""From reported totals, contracts and disclosures to a problem of payments: rows buyers, columns sellers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.accounts.entropy import EntropyProblem, Total, make_problem
from loopledger.accounts.evidence import ByContract, Evidence, Known
from loopledger.accounts.markets import Market
from loopledger.units import Interval

__all__ = ["OTHER_BUYERS", "OTHER_SELLERS", "Cell", "Tableau", "build_tableau"]

OTHER_BUYERS, OTHER_SELLERS = "other-buyers", "other-sellers"
#: Assumptions behind every prior.
_PRIORS = ("market.unlisted_share", "market.unreported_seller_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One payment to be estimated.

    Parameters
    ----------
    payer, payee : str
        The payer may be ``other-buyers``, the payee ``other-sellers``.
    prior, lower, upper : float
        [USD]
    ids : tuple of str
        Contracts behind the bounds.
    assumptions : tuple of str
    """

    payer: str
    payee: str
    prior: float
    lower: float = 0.0
    upper: float = float("inf")
    ids: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Payer and payee, for messages."""
        return f"{self.payer} -> {self.payee}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tableau:
    """The problem of one market and period.

    Parameters
    ----------
    market : str
    period : str
    cells : tuple of Cell
    totals : tuple of Total
        Sales of sellers, spending of buyers, and disclosures.
    known : tuple of str
        Names of the totals that say something about single payers: what can be held back.
    left_out : mapping of str to str
        Sellers of the market without a figure for the period, and why.
    assumptions : tuple of str
    """

    market: str
    period: str
    cells: tuple[Cell, ...]
    totals: tuple[Total, ...]
    known: tuple[str, ...]
    left_out: Mapping[str, str]
    assumptions: tuple[str, ...]

    def problem(self, *, without: str = "", free: int | None = None) -> EntropyProblem:
        """Return the entropy problem, without one total or with one cell freed of its contract."""
        lower, upper = [c.lower for c in self.cells], [c.upper for c in self.cells]
        if free is not None:
            lower[free], upper[free] = 0.0, float("inf")
        totals = [t for t in self.totals if t.name != without]
        return make_problem([c.prior for c in self.cells], lower, upper, totals, [c.name for c in self.cells])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """What is known of a market in a period."""

    market: Market
    sellers: Mapping[str, Known]
    buyers: Mapping[str, Known]
    contracts: Mapping[tuple[str, str], ByContract]
    ties: frozenset[tuple[str, str]] | None
    unlisted: float
    hidden: float

    def has_cell(self, buyer: str, seller: str) -> bool:
        """Whether a buyer may have paid a seller."""
        if buyer == seller:
            return False
        told = any(row.payee == seller and buyer in row.from_whom for row in self.market.pairs)
        tied = buyer in self.buyers and (self.ties is None or (buyer, seller) in self.ties)
        return tied or told or (buyer, seller) in self.contracts

    def prior(self, buyer: str, seller: str) -> float:
        """Return the prior of a payment: by contract, by the totals, or an even part of the seller's sales."""
        contract, known = self.contracts.get((buyer, seller)), self.buyers.get(buyer)
        all_sales = sum(total.value.central for total in self.sellers.values())
        sales = self.sellers[seller].value.central
        even = known.value.central * sales / all_sales if known is not None else 0.0
        if contract is not None:
            stated = contract.central or contract.high
            return max(stated, even) if self.ties is None else stated
        return even or sales / (len(self.market.buyers) + 1)


def build_tableau(market: Market, evidence: Evidence) -> Tableau | None:
    """Return the problem of a market in a period; None where no seller reports its sales.

    Parameters
    ----------
    market : Market
    evidence : Evidence
        With the market's measures among its figures.

    Notes
    -----
    The prior of a payment with a contract is what is scheduled, that of any other payment is in proportion
    to the totals of its buyer and seller. Each seller has other buyers and each buyer other sellers, who take
    what the named ones leave. Contracts bound a payment from below with what they promise for the period;
    one that is exact in amount and date fixes it.
    """
    sold = {row.party: evidence.total_of(row) for row in market.sellers}
    spent = {row.party: evidence.total_of(row) for row in market.buyers}
    known = _Market(
        market=market,
        sellers={party: total for party, total in sold.items() if total is not None},
        buyers={party: total for party, total in spent.items() if total is not None},
        contracts=evidence.by_contract(),
        ties=evidence.ties() if market.ties == "register" else None,
        unlisted=evidence.assumptions.number("market.unlisted_share"),
        hidden=evidence.assumptions.number("market.unreported_seller_share"),
    )
    if not known.sellers:
        return None
    cells = _cells(known)
    sides = [_total(f"sales of {p}", _places(cells, payee=p), t) for p, t in known.sellers.items()]
    sides += [_total(f"spending of {p}", _places(cells, payers=[p]), t) for p, t in known.buyers.items()]
    told, used = _disclosures(market, cells, evidence)
    used += [
        name for total in (*known.sellers.values(), *known.buyers.values()) for name in total.assumptions
    ]
    return Tableau(
        market=market.name,
        period=evidence.period.label,
        cells=tuple(cells),
        totals=tuple(total for total in (*sides, *told) if total is not None),
        known=tuple(total.name for total in told),
        left_out={
            p: f"no sales reported for {evidence.period.label}" for p in sold if p not in known.sellers
        },
        assumptions=tuple(dict.fromkeys([*_PRIORS, *used])),
    )


def _cells(known: _Market) -> list[Cell]:
    """Return the payments: named ones, those of other buyers to each seller, and of each buyer to others."""
    cells: list[Cell] = []
    for seller, sales in known.sellers.items():
        buyers = [row.party for row in known.market.buyers if known.has_cell(row.party, seller)]
        column = [_cell(known, buyer, seller) for buyer in buyers]
        central = sales.value.central
        rest = max(central - sum(cell.prior for cell in column), known.unlisted * central)
        cells += [*column, Cell(payer=OTHER_BUYERS, payee=seller, prior=rest)]
    share = known.unlisted if len(known.sellers) == len(known.market.sellers) else known.hidden
    paying = {cell.payer for cell in cells}
    cells += [
        Cell(payer=buyer, payee=OTHER_SELLERS, prior=share * total.value.central)
        for buyer, total in known.buyers.items()
        if buyer in paying
    ]
    return cells


def _cell(known: _Market, buyer: str, seller: str) -> Cell:
    contract, prior = known.contracts.get((buyer, seller)), known.prior(buyer, seller)
    if contract is None:
        return Cell(payer=buyer, payee=seller, prior=prior)
    return Cell(
        payer=buyer,
        payee=seller,
        prior=prior,
        lower=contract.low,
        upper=contract.high if contract.is_exact else float("inf"),
        ids=contract.ids,
        assumptions=contract.assumptions,
    )


def _places(cells: list[Cell], *, payers: Iterable[str] | None = None, payee: str | None = None) -> list[int]:
    wanted = None if payers is None else set(payers)
    return [
        place
        for place, cell in enumerate(cells)
        if (wanted is None or cell.payer in wanted) and payee in (None, cell.payee)
    ]


def _total(name: str, places: list[int], known: Known) -> Total | None:
    if not places:
        return None
    value: Interval = known.value
    return Total(name=name, cells=np.array(places), low=value.low, high=value.high, ids=known.ids)


def _disclosures(market: Market, cells: list[Cell], evidence: Evidence) -> tuple[list[Total], list[str]]:
    """Return what parties report about single payers, and the assumptions behind it."""
    found: list[Total] = []
    used: list[str] = []
    for row in (*market.pairs, *market.groups):
        places, amount = _places(cells, payers=row.from_whom, payee=row.payee), evidence.told(row)
        if not places or amount is None:
            continue
        low = 0.0 if row.reads == "at_most" else max(amount.value.low, 0.0)
        high = float("inf") if row.reads == "at_least" else amount.value.high
        name = f"{row.party} {row.measure}"
        found.append(Total(name=name, cells=np.array(places), low=low, high=high, ids=amount.ids))
        used += amount.assumptions
    return found, used
