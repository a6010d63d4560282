"""Build a case from the register's schedule and the accounts of its parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.accounts import OUTSIDE_ACCOUNTS, Accounts
from loopledger.accounts.books import BASE_QUARTERS, Books, read_books
from loopledger.accounts.opening import Opening, Past, carry_cash, past_payments, quarters_since
from loopledger.errors import ModelError
from loopledger.records import KINDS, OUTSIDE, FlowClass, Kind, Role
from loopledger.register import Snapshot
from loopledger.schedule import Certainty, Leg, Schedule, promise_id
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade.case import Behaviour, Call, Case, Claim, Layer, plan_money
from loopledger.stress.cascade.hardware import read_vintages
from loopledger.stress.cascade.levels import Levels
from loopledger.stress.cascade.raised import carry_raised, year_before
from loopledger.stress.cascade.stakes import find_stakes, stake_parts
from loopledger.stress.cascade.worth import read_cash_flow, read_equity, read_revenue
from loopledger.units import Interval, Quarter

__all__ = ["Books", "build_case"]

_DEEP = frozenset({Role.INVESTOR, Role.LENDER, Role.SOVEREIGN})
_LAYER = {
    Certainty.CONTRACTED: Layer.BINDING,
    Certainty.CONDITIONAL: Layer.CONDITIONAL,
    Certainty.OPTIONAL: Layer.OPTION,
    Certainty.INDICATIVE: Layer.OPTION,
}


def build_case(
    snapshot: Snapshot,
    schedule: Schedule,
    accounts: Accounts | None,
    quarters: tuple[Quarter, ...],
    levels: Levels,
) -> tuple[Case, Mapping[str, Books]]:
    """Return the case of a window, and the books that are closed by observations.

    Parameters
    ----------
    accounts : Accounts or None
        By quarter, up to the day; None where nobody reports.

    Raises
    ------
    ModelError
        If nothing is scheduled in the window.
    """
    books = read_books(accounts, snapshot, schedule.assumptions) if accounts is not None else {}
    rows = _rows(snapshot, schedule, quarters)
    if not rows:
        msg = f"nothing is scheduled from {quarters[0]} to {quarters[-1]}"
        raise ModelError(msg, hint="another window, or another day")
    if accounts is not None:
        _add_estimated(rows, accounts, quarters)
    keys = sorted(rows)
    parties = tuple(sorted({p for key in keys for p in (key[2], key[3])} | set(books) - {OUTSIDE}))
    place = {party: k for k, party in enumerate(parties)}
    index = {(key[0], key[1]): k for k, key in enumerate(keys)}
    claims = tuple(_claim(key, rows[key], place, index) for key in keys)
    d, t = levels.n_draws, len(quarters)
    amounts = np.zeros((d, t, len(keys)))
    for k, key in enumerate(keys):
        level = levels.of(f"amount/{promise_id(key[0])}", Interval(0.0, 0.5, 1.0)) * 2 - 1
        for q, value in rows[key].by_quarter.items():
            down, up = value.central - value.low, value.high - value.central
            amounts[:, q, k] = value.central + np.where(level < 0, level * down, level * up)
    holdings = find_stakes(snapshot, schedule, place)
    cash_flow = read_cash_flow(snapshot, parties)
    multiple = schedule.assumptions.number("stress.value_over_cash_flow")
    worth = np.maximum(read_equity(snapshot, parties), multiple * cash_flow)
    case = Case(
        quarters=quarters, parties=parties, claims=claims,
        calls=_guarantees(snapshot, schedule, place, keys), amounts=amounts,
        revenue=np.zeros((d, t, len(parties))), costs=np.zeros((d, t, len(parties))),
        opening=np.zeros((d, len(parties))), spare=np.zeros((d, len(parties))),
        money=np.zeros((d, t, len(parties))), payout=np.zeros((d, t, len(parties))),
        kept=np.zeros((d, t, len(parties))),
        withdrawn=np.zeros_like(amounts), open_share=np.ones((d, t, len(parties))),
        mark_shock=np.zeros((d, t, len(parties))), lost_revenue=np.zeros((d, t, len(parties))),
        fails=np.zeros((d, t, len(parties))),
        vintages=read_vintages(snapshot, schedule.assumptions, parties, quarters),
        extra_depreciation=np.zeros((d, t, len(parties))), replaced=np.zeros((d, t, len(parties))),
        growth=np.zeros((d, len(parties))),
        stakes=stake_parts(holdings, worth), known_receipts=np.maximum(cash_flow, read_revenue(snapshot, parties)) / 4,
        holdings=holdings, behaviour=_behaviour(schedule, levels),
    )  # fmt: skip
    case.openings.update(_openings(books, snapshot, schedule, accounts, quarters[0]))
    _fill(case, books, snapshot, schedule, levels)
    plan_money(case)
    return case, books


@dataclass(slots=True)
class _Row:
    by_quarter: dict[int, Interval]
    layer: Layer
    kind: str
    order: bool = False


_Key = tuple[str, str, str, str]


def _rows(snapshot: Snapshot, schedule: Schedule, quarters: tuple[Quarter, ...]) -> dict[_Key, _Row]:
    start = quarters[0].index
    rows: dict[_Key, _Row] = {}
    for flow in schedule.flows:
        t = flow.period.index - start
        if not 0 <= t < len(quarters) or flow.contingent or not flow.cash or flow.amount.high <= 0:
            continue
        key = (flow.instrument, flow.leg.value, flow.payer, flow.payee)
        layer = _LAYER[flow.certainty]
        if flow.leg is Leg.DEBT_SERVICE and layer is Layer.BINDING:
            layer = Layer.DEBT
        known = snapshot.instruments.get(promise_id(flow.instrument))
        if flow.leg is Leg.SUPPLY or (known is not None and known.cancellable and layer is Layer.BINDING):
            layer = max(layer, Layer.CONDITIONAL)
        row = rows.setdefault(key, _Row({}, layer, flow.kind, order=flow.leg is Leg.SUPPLY))
        row.by_quarter[t] = row.by_quarter[t] + flow.amount if t in row.by_quarter else flow.amount
    return rows


def _openings(
    books: Mapping[str, Books],
    snapshot: Snapshot,
    schedule: Schedule,
    accounts: Accounts | None,
    first: Quarter,
) -> dict[str, Opening]:
    """Return the cash of parties that report it, carried to the start of the window, or of what they raised."""
    now = Quarter.of(snapshot.day)
    since, year = quarters_since(books, first, now), year_before(first, now)
    found = carry_raised(books, _past(snapshot, schedule, accounts, year), year, schedule.assumptions)
    reported = carry_cash(books, _past(snapshot, schedule, accounts, since), since, schedule.assumptions)
    return {**found, **reported}


def _past(
    snapshot: Snapshot, schedule: Schedule, accounts: Accounts | None, since: tuple[Quarter, ...]
) -> list[Past]:
    """Return what was paid in some quarters before the window: under binding contracts, or estimated."""
    found = past_payments(snapshot, schedule, since)
    if accounts is None or not since:
        return found
    rows = _rows(snapshot, schedule, since)
    _add_estimated(rows, accounts, since)
    return found + [
        Past(
            quarter=since[0].index + t, payer=payer, payee=payee, amount=amount.central, instrument=instrument,
            funding=False,
        )
        for (instrument, leg, payer, payee), row in rows.items()
        if leg == "estimated"
        for t, amount in row.by_quarter.items()
    ]  # fmt: skip


def _funds(leg: str, row: _Row) -> bool:
    return leg == Leg.PRINCIPAL and KINDS[Kind(row.kind)].flow_class is FlowClass.FUNDING


def _add_estimated(rows: dict[_Key, _Row], accounts: Accounts, quarters: tuple[Quarter, ...]) -> None:
    """Add orders that only estimates know, at the level of the last year, above those by contract."""
    last = {p.label for p in accounts.periods[-BASE_QUARTERS:]}
    level: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    for line in accounts.lines:
        if line.period in last and line.note.endswith("estimated by maximum entropy within bounds"):
            level[line.payer, line.payee].append(line.amount)
    by_pair: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (_, leg, payer, payee), row in rows.items():
        if leg != Leg.DEBT_SERVICE:
            for t, amount in row.by_quarter.items():
                by_pair[payer, payee][t] += amount.central
    for (payer, payee), found in level.items():
        if {payer, payee} & {OUTSIDE, *OUTSIDE_ACCOUNTS}:
            continue
        mean = Interval.total(found).scaled(1 / len(last))
        named = by_pair[payer, payee]
        amounts = {
            t: Interval(*(max(end - named.get(t, 0.0), 0.0) for end in mean.as_tuple()))
            for t in range(len(quarters))
        }
        key = (f"estimated/{payer}/{payee}", "estimated", payer, payee)
        rows[key] = _Row(amounts, Layer.CONDITIONAL, Kind.SUPPLY.value, order=True)


def _claim(key: _Key, row: _Row, place: Mapping[str, int], index: Mapping[tuple[str, str], int]) -> Claim:
    instrument, leg, payer, payee = key
    funds = _funds(leg, row)
    return Claim(
        instrument=instrument, payer=place[payer], payee=place[payee], layer=row.layer, funding=funds,
        purchase=not funds and leg != Leg.DEBT_SERVICE, order=row.order,
        serves=index.get((promise_id(instrument), Leg.PRINCIPAL.value), -1) if leg == Leg.SUPPLY else -1,
    )  # fmt: skip


def _guarantees(
    snapshot: Snapshot, schedule: Schedule, place: Mapping[str, int], keys: list[_Key]
) -> tuple[Call, ...]:
    """Return the guarantees whose debtor the register names by a link and whose limit is known."""
    found: list[Call] = []
    for id_, one in sorted(snapshot.instruments.items()):
        if one.kind is not Kind.GUARANTEE or one.amount is None or one.amount.currency != "USD":
            continue
        if one.links.part_of is not None or len(one.payers) > 1:
            continue
        linked = {*one.links.conditional_on, *one.links.funds}
        guarantor = one.payers[0]
        places = tuple(
            k for k, (instrument, leg, payer, payee) in enumerate(keys)
            if instrument in linked and leg in ("principal", "debt_service") and guarantor not in (payer, payee)
            and not (leg == "principal" and snapshot.instruments[instrument].kind in (Kind.BOND, Kind.LOAN))
        )  # fmt: skip
        taken = {k for call in found for k in call.claims}
        if places and guarantor in place and not taken & set(places):
            limit = one.amount.interval(schedule.assumptions.bound_factors).high
            found.append(Call(instrument=id_, guarantor=place[guarantor], claims=places, limit=limit))
    return tuple(found)


def _behaviour(schedule: Schedule, levels: Levels) -> Behaviour:
    def level(name: str, severe: str) -> FloatArray:
        return levels.of(f"stress.{name}", schedule.assumptions.range(f"stress.{name}"), severe)

    return Behaviour(
        stretch_share=level("stretch_share", "low"),
        stretch_quarters=np.rint(level("stretch_quarters", "low")).astype(np.int64),
        reserve_share=level("reserve_share", "high"),
        order_pass_through=level("order_pass_through", "high"),
        order_lag=np.rint(level("order_lag", "low")).astype(np.int64),
        variable_cost_share=level("variable_cost_share", "low"),
        surplus_kept=level("surplus_kept", "low"),
        mark_sensitivity=level("mark_sensitivity", "high"),
        funding_sensitivity=level("funding_sensitivity", "high"),
    )


def _fill(
    case: Case,
    books: Mapping[str, Books],
    snapshot: Snapshot,
    schedule: Schedule,
    levels: Levels,
) -> None:
    ranges = schedule.assumptions.range
    share = levels.of("stress.cost_growth_share", ranges("stress.cost_growth_share"), "high")
    other = levels.of("stress.developer_other_costs", ranges("stress.developer_other_costs"), "high")
    borrow = levels.of("stress.spare_borrowing", ranges("stress.spare_borrowing"), "low")
    buffer = levels.of("stress.open_buffer", ranges("stress.open_buffer"), "low")
    for k, party in enumerate(case.parties):
        known = snapshot.parties.get(party)
        role = known.role if known is not None else Role.UNKNOWN
        row = books.get(party)
        due = sum(case.amounts[:, :, c].mean(axis=1) for c, one in enumerate(case.claims) if one.payer == k)
        if row is not None:
            growth = levels.of(row.growth_name, ranges(row.growth_name), "low")
            revenue, costs = (
                levels.of(f"revenue/{party}", row.revenue),
                levels.of(f"costs/{party}", row.costs),
            )
            least = other * revenue if row.is_fast else np.zeros_like(revenue)
            for t, quarter in enumerate(case.quarters):
                case.revenue[:, t, k] = revenue * (1 + growth) ** (quarter.index - row.revenue_at)
                known_costs = costs * (1 + growth * share) ** (quarter.index - row.costs_at)
                beside = least * (1 + growth * share) ** (quarter.index - row.revenue_at)
                case.costs[:, t, k] = np.maximum(known_costs, beside)
            case.growth[:, k] = growth
            case.spare[:, k] = 4 * row.from_operations * borrow
        if party in case.openings:
            cash = case.openings[party].cash
            if row is not None and row.cash is not None:
                case.opening[:, k] = levels.of(f"cash/{party}", cash)
            else:
                case.opening[:, k] = _raised(levels, party, cash, ranges("stress.open_buffer").low * due)
        else:
            case.opening[:, k] = buffer * due
        if role in _DEEP:
            case.spare[:, k] = 2 * case.amounts.sum(axis=(1, 2))


def _raised(levels: Levels, party: str, cash: Interval, least: FloatArray) -> FloatArray:
    """Return the cash of a party that reports none but raised some: from the assumed least to what was raised."""
    level = levels.of(f"cash/{party}", Interval(0.0, 0.5, 1.0), "low") * 2 - 1
    down, up = np.maximum(cash.central - least, 0.0), cash.high - cash.central
    found: FloatArray = cash.central + np.where(level < 0, level * down, level * up)
    return found
