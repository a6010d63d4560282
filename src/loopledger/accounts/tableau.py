"""From reported totals, contracts and disclosures to a problem of payments: rows buyers, columns sellers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from loopledger.accounts.entropy import EntropyProblem, Total, make_problem
from loopledger.accounts.evidence import ByContract, Evidence, Known
from loopledger.accounts.markets import Market
from loopledger.units import Interval

__all__ = ["OTHER_BUYERS", "OTHER_SELLERS", "Cell", "Tableau", "build_tableau"]

OTHER_BUYERS, OTHER_SELLERS = "other-buyers", "other-sellers"
#: Assumptions behind every prior.
_PRIORS = ("market.unlisted_share", "market.unreported_seller_share")
#: Least prior as a part of the seller's sales, so that what is known may still move it.
_LEAST = 1e-6


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
    unpriced: frozenset[tuple[str, str]] | None
    unlisted: float
    hidden: float
    one_of_many: Mapping[str, float]

    def has_cell(self, buyer: str, seller: str) -> bool:
        """Whether a buyer may have paid a seller."""
        if buyer == seller:
            return False
        if (buyer, seller) in self.contracts or self.is_told(buyer, seller):
            return True
        return buyer in self.buyers if self.unpriced is None else (buyer, seller) in self.unpriced

    def is_told(self, buyer: str, seller: str) -> bool:
        """Whether a party reports the payment."""
        return any(row.payee == seller and buyer in row.from_whom for row in self.market.pairs)

    def is_open(self, buyer: str, seller: str) -> bool:
        """Whether a buyer pays a seller under a purchase that no contract prices."""
        if (buyer, seller) in (self.unpriced or ()):
            return True
        return self.is_told(buyer, seller) and (buyer, seller) not in self.contracts

    def stated(self, buyer: str, seller: str) -> float:
        """Return what contracts say, [USD]; the most where the central value is nothing."""
        contract = self.contracts.get((buyer, seller))
        return (contract.central or contract.high) if contract is not None else 0.0

    @property
    def elsewhere(self) -> float:
        """Prior share of a buyer's total that goes to sellers without figures."""
        return self.unlisted if len(self.sellers) == len(self.market.sellers) else self.hidden

    def prior(self, buyer: str, seller: str) -> float:
        """Return the prior of a payment, [USD] > 0."""
        sales = self.sellers[seller].value.central
        made = self._by_totals(buyer, seller) if self.unpriced is None else self._by_ties(buyer, seller)
        return max(made, _LEAST * sales)

    def _by_totals(self, buyer: str, seller: str) -> float:
        """Return the larger of the contract and the part in proportion to the totals."""
        known = self.buyers.get(buyer)
        all_sales = sum(total.value.central for total in self.sellers.values())
        sales = self.sellers[seller].value.central
        even = known.value.central * sales / all_sales if known is not None else 0.0
        return max(self.stated(buyer, seller), even) or sales / (len(self.market.buyers) + 1)

    def _by_ties(self, buyer: str, seller: str) -> float:
        """Return the contract, and a part of what contracts leave where the pair has an open purchase."""
        stated = self.stated(buyer, seller)
        if not self.is_open(buyer, seller):
            return stated
        known = self.buyers.get(buyer)
        if known is not None:
            left = known.value.central - sum(self.stated(buyer, other) for other in self.sellers)
            among = {s: t.value.central for s, t in self.sellers.items() if self.is_open(buyer, s)}
            return stated + max(left, 0.0) * (1 - self.elsewhere) * among[seller] / sum(among.values())
        buyers = [row.party for row in self.market.buyers]
        left = self.sellers[seller].value.central - sum(self.stated(other, seller) for other in buyers)
        n_open = sum(self.is_open(other, seller) and other not in self.buyers for other in buyers)
        return stated + max(left, 0.0) * self.one_of_many.get(seller, 1 / (n_open + 1))


def build_tableau(market: Market, evidence: Evidence) -> Tableau | None:
    """Return the problem of a market in a period; None where no seller reports its sales.

    Parameters
    ----------
    market : Market
    evidence : Evidence
        With the market's measures among its figures.

    Notes
    -----
    Where any buyer may pay any seller, the prior of a payment is in proportion to the totals of its buyer and
    seller, or what is scheduled if that is more; a group of buyers whose part of the sales is known otherwise
    is brought to it. Where payments follow the ties on record, the prior is what is scheduled, and a purchase
    without a price adds a part of what the contracts leave: of the buyer's spending, in proportion to the
    sellers' sales; or, for a buyer that reports none, of the seller's sales, in even parts with the others or a
    small one of a seller to everybody.
    Each seller has other buyers and each buyer other sellers, who take what the named ones leave. Contracts
    bound a payment from below with what they promise for the period; one that is exact in amount and date
    fixes it.
    """
    sold = {row.party: evidence.total_of(row) for row in market.sellers}
    spent = {row.party: evidence.total_of(row) for row in market.buyers}
    known = _Market(
        market=market,
        sellers={party: total for party, total in sold.items() if total is not None},
        buyers={party: total for party, total in spent.items() if total is not None},
        contracts=evidence.by_contract(),
        unpriced=evidence.unpriced() if market.ties == "register" else None,
        unlisted=evidence.assumptions.number("market.unlisted_share"),
        hidden=evidence.assumptions.number("market.unreported_seller_share"),
        one_of_many={
            row.party: evidence.assumptions.number(row.one_of_many)
            for row in market.sellers
            if row.one_of_many
        },
    )
    if not known.sellers:
        return None
    cells = _cells(known, evidence)
    sides = [_total(f"sales of {p}", _places(cells, payee=p), t) for p, t in known.sellers.items()]
    sides += [_total(f"spending of {p}", _places(cells, payers=[p]), t) for p, t in known.buyers.items()]
    told, used = _disclosures(market, cells, evidence)
    used += [row.one_of_many for row in market.sellers if row.one_of_many and row.party in known.sellers]
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


def _cells(known: _Market, evidence: Evidence) -> list[Cell]:
    """Return the payments: named ones, those of other buyers to each seller, and of each buyer to others."""
    cells: list[Cell] = []
    for seller, sales in known.sellers.items():
        buyers = [row.party for row in known.market.buyers if known.has_cell(row.party, seller)]
        central = sales.value.central
        column = _to_group_shares(known, evidence, seller, [_cell(known, buyer, seller) for buyer in buyers])
        rest = max(central - sum(cell.prior for cell in column), known.unlisted * central)
        cells += [*column, Cell(payer=OTHER_BUYERS, payee=seller, prior=rest)]
    paying = {cell.payer for cell in cells}
    cells += [
        Cell(payer=buyer, payee=OTHER_SELLERS, prior=known.elsewhere * total.value.central)
        for buyer, total in known.buyers.items()
        if buyer in paying
    ]
    return cells


def _to_group_shares(known: _Market, evidence: Evidence, seller: str, column: list[Cell]) -> list[Cell]:
    """Return the payments to a seller with the priors of groups brought to their assumed part of its sales."""
    for row in known.market.priors:
        total = sum(cell.prior for cell in column if cell.payer in row.payers)
        if row.payee != seller or not total:
            continue
        factor = evidence.assumptions.number(row.share) * known.sellers[seller].value.central / total
        column = [
            replace(cell, prior=cell.prior * factor, assumptions=(*cell.assumptions, row.share))
            if cell.payer in row.payers
            else cell
            for cell in column
        ]
    return column


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
