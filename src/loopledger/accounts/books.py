"""What is reported of a party: revenue from end customers and outside costs a quarter, and cash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from loopledger.accounts.figures import Amount, build_figures, range_of
from loopledger.accounts.items import OUTSIDE_ACCOUNTS, load_account_table
from loopledger.accounts.lines import Accounts, Line
from loopledger.accounts.liquid import latest_liquid_funds
from loopledger.records import OUTSIDE, Role
from loopledger.register import Observation, Snapshot
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["BASE_QUARTERS", "Books", "read_books"]

#: Quarters of accounts that a plan starts from.
BASE_QUARTERS = 4
_OPERATIONS = ("operating_costs", "costs_and_capex", "revenue_share", "interest", "income_tax")
_COSTS = (*_OPERATIONS, "capital_expenditure", "lease_principal")
_RUN_RATE = "revenue_run_rate"
#: Run rates this close to the last one are other words on the same level.
_SAME_LEVEL = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is reported of a party.

    Parameters
    ----------
    revenue, costs : Interval
        From end customers, and to outside suppliers, in one quarter [USD].
    revenue_at, costs_at : float
        Index of the quarter at which they stand; growth counts from there.
    reported : mapping of int to float
        Revenue from end customers by index of the quarter, of those reported [USD].
    cash : Interval or None
        [USD]; None where it is not reported.
    cash_at : Quarter or None
        The quarter at whose end it stands.
    cash_basis : str
        The day of the balance, as reported.
    is_fast : bool
        Whether it grows like a model developer: it is one, and reports run rates.
    from_operations : float
        Cash from operations of a quarter, not below nothing [USD].
    revenue_ids, costs_ids, cash_ids : tuple of str
        Instruments and observations behind each.
    """

    revenue: Interval
    revenue_at: float
    costs: Interval
    costs_at: float
    reported: Mapping[int, float]
    cash: Interval | None
    cash_at: Quarter | None
    cash_basis: str
    is_fast: bool
    from_operations: float
    revenue_ids: tuple[str, ...]
    costs_ids: tuple[str, ...]
    cash_ids: tuple[str, ...]

    def revenue_in(self, quarter: Quarter, assumptions: Assumptions) -> float:
        """Return revenue of a past quarter: as reported, else between the last report and the level [USD]."""
        if quarter.index in self.reported:
            return self.reported[quarter.index]
        last = max(self.reported, default=None)
        if last is not None and last < quarter.index < self.revenue_at and self.reported[last] > 0:
            part = (quarter.index - last) / (self.revenue_at - last)
            return float(self.reported[last] ** (1 - part) * self.revenue.central**part)
        growth = assumptions.number(self.growth_name)
        return float(self.revenue.central * (1 + growth) ** (quarter.index - self.revenue_at))

    def costs_in(self, quarter: Quarter, assumptions: Assumptions) -> float:
        """Return outside costs of a quarter at central assumptions [USD]."""
        growth = assumptions.number(self.growth_name) * assumptions.number("stress.cost_growth_share")
        costs = self.costs.central * (1 + growth) ** (quarter.index - self.costs_at)
        if not self.is_fast:
            return float(costs)
        beside = assumptions.number("stress.developer_other_costs") * self.revenue_in(quarter, assumptions)
        return float(max(costs, beside))

    @property
    def growth_name(self) -> str:
        """Name of the assumption on the growth of its revenue."""
        return f"stress.revenue_growth.{'model_developer' if self.is_fast else 'other'}"

    @property
    def ids(self) -> tuple[str, ...]:
        """All that is behind the books, each once."""
        return tuple(dict.fromkeys((*self.revenue_ids, *self.costs_ids, *self.cash_ids)))


def read_books(accounts: Accounts, snapshot: Snapshot, assumptions: Assumptions) -> dict[str, Books]:
    """Return the books of all parties that report in the last four quarters of the accounts.

    Notes
    -----
    Levels are the mean of the reported quarters and stand at their middle, so that a season is not taken for a
    trend. A model developer with run rates grows too fast for a mean: its revenue is that of its last reported
    quarter, or a quarter of the last run rate if that is newer; run rates of the three months before it widen
    the range.
    """
    labels = {p.label: p.quarters[-1] for p in accounts.periods[-BASE_QUARTERS:]}
    table = load_account_table()
    balances = {name for group in table.liquid_sets for name in group}
    figures = build_figures(snapshot, assumptions, balances)
    found = {}
    for party in sorted({p for label in labels for p in accounts.reporting.get(label, ())}):
        reported = [label for label in labels if party in accounts.reporting.get(label, ())]
        mine = [ln for ln in accounts.lines if ln.period in reported and party in (ln.payer, ln.payee)]
        quarters = [labels[label] for label in reported]
        books = _books_of(party, mine, quarters, snapshot, assumptions)
        found[party] = _with_cash(books, latest_liquid_funds(figures, table, party))
    return found


def _books_of(
    party: str,
    lines: Sequence[Line],
    quarters: Sequence[Quarter],
    snapshot: Snapshot,
    assumptions: Assumptions,
) -> Books:
    outside, n = {*OUTSIDE_ACCOUNTS, OUTSIDE}, len(quarters)
    sales = [ln for ln in lines if ln.payee == party and ln.item == "sales" and ln.payer in outside]
    costs = [ln for ln in lines if ln.payer == party and ln.item in _COSTS and ln.payee in outside]
    earned = sum(ln.amount.central for ln in lines if ln.payee == party and ln.item == "sales")
    spent = sum(ln.amount.central for ln in lines if ln.payer == party and ln.item in _OPERATIONS)
    middle = sum(q.index for q in quarters) / n
    revenue, at = Interval.total(ln.amount for ln in sales).scaled(1 / n), middle
    ids = _ids(sales)
    known = snapshot.parties.get(party)
    rates = any(r.party == party and r.metric == _RUN_RATE for r in snapshot.observations)
    is_fast = known is not None and known.role is Role.MODEL_DEVELOPER and rates
    if is_fast:
        last = max(quarters)
        late = [ln for ln in sales if ln.period == str(last)]
        revenue, at, ids = Interval.total(ln.amount for ln in late), float(last.index), _ids(late)
        newer = _run_rate(party, last, snapshot, assumptions)
        if newer is not None:
            revenue, at, ids = newer
    by_label = dict.fromkeys((str(q) for q in quarters), 0.0)
    for ln in sales:
        by_label[ln.period] += ln.amount.central
    return Books(
        revenue=_floored(revenue), revenue_at=at,
        costs=_floored(Interval.total(ln.amount for ln in costs).scaled(1 / n)), costs_at=middle,
        reported={Quarter.parse(label).index: value for label, value in by_label.items()},
        cash=None, cash_at=None, cash_basis="", is_fast=is_fast, from_operations=max((earned - spent) / n, 0.0),
        revenue_ids=ids, costs_ids=_ids(costs), cash_ids=(),
    )  # fmt: skip


def _with_cash(books: Books, balance: tuple[Amount, Quarter] | None) -> Books:
    """Return the books with the last liquid funds that are reported, if any are."""
    if balance is None:
        return books
    amount, quarter = balance
    return replace(
        books, cash=amount.value, cash_at=quarter, cash_basis=amount.date_basis, cash_ids=amount.ids
    )


def _ids(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for ln in lines for i in ln.ids))


def _run_rate(
    party: str, last: Quarter, snapshot: Snapshot, assumptions: Assumptions
) -> tuple[Interval, float, tuple[str, ...]] | None:
    """Return a quarter of the last run rate, when it stands, and the rows; None where none is newer."""
    rows = [
        r for r in snapshot.observations if r.party == party and r.metric == _RUN_RATE and r.unit == "usd"
    ]
    dated = [(r.period_end, r) for r in rows if r.period_end is not None]
    if not dated:
        return None
    day, latest = max(dated, key=lambda pair: pair[0])
    if Quarter.of(day) <= last:
        return None
    close = [r for when, r in dated if when >= day - _SAME_LEVEL]
    ranges = [range_of(r, snapshot, assumptions) for r in close]
    central = range_of(latest, snapshot, assumptions).central
    level = Interval(min(x.low for x in ranges), central, max(x.high for x in ranges)).scaled(1 / 4)
    return level, float(Quarter.of(day).index), tuple(_row_id(r) for r in close)


def _row_id(row: Observation) -> str:
    return f"{row.file}:{row.line}"


def _floored(value: Interval) -> Interval:
    return Interval(*(max(end, 0.0) for end in value.as_tuple()))
