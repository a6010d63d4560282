"""How our value of a published row is made, from the register as known on its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from loopledger.accounts import build_figures, periods_between, state_accounts
from loopledger.accounts.hedges import HedgeReader
from loopledger.errors import ModelError, NotFoundError
from loopledger.exposure.backlog import match_backlog
from loopledger.reconcile.arithmetic import evaluate
from loopledger.reconcile.published import Published
from loopledger.records import KINDS, FlowClass, Kind
from loopledger.register import Observation, Snapshot
from loopledger.register.figures.series import join_ranges
from loopledger.schedule import Assumptions, Flow, Leg, expand, promises_from_snapshot
from loopledger.schedule.sizing import stated_size
from loopledger.units import Interval, Quarter

__all__ = ["Ours", "make_ours"]

_CASH, _CAPEX = ("operating_cash_flow",), ("capex_cash", "capex_cash_net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our value of a row.

    Parameters
    ----------
    value : Interval
        In the unit of the row.
    stated : float
        The same with every figure as stated; compared with the published value.
    ids : tuple of str
    date_basis : str
    quantities : mapping of str to float
        What it was made of, as stated, by name.
    assumptions : tuple of str
    """

    value: Interval
    stated: float
    ids: tuple[str, ...]
    date_basis: str
    quantities: Mapping[str, float]
    assumptions: tuple[str, ...] = ()


def make_ours(row: Published, snapshot: Snapshot, assumptions: Assumptions) -> Ours:
    """Return our value of a row that rests on the register.

    Raises
    ------
    ModelError
        If something that it needs is not on record, with what would supply it.
    """
    match row.way:
        case "backlog":
            return _by_backlog(row, snapshot, assumptions)
        case "mix":
            return _by_mix(row, snapshot, assumptions)
        case "books":
            return _by_books(row, snapshot, assumptions)
    return _by_observations(row, snapshot, assumptions)


def _by_backlog(row: Published, snapshot: Snapshot, assumptions: Assumptions) -> Ours:
    found = match_backlog(snapshot, row.sellers, row.buyers, factors=assumptions.bound_factors)
    return Ours(
        value=found.share,
        stated=found.share_stated,
        ids=(*found.instruments, *found.observations),
        date_basis=f"known on {row.known_on}: {'; '.join(found.dates)}",
        quantities={
            "obligations": found.share_stated * found.backlog_usd,
            "backlog": found.backlog_usd,
        },
        assumptions=("bound.about.low", "bound.about.high", "bound.up_to.low", "bound.at_least.high"),
    )


def _by_observations(row: Published, snapshot: Snapshot, assumptions: Assumptions) -> Ours:
    ranges: dict[str, Interval] = {}
    stated: dict[str, float] = {}
    ids: list[str] = []
    used: list[str] = []
    for name, source in row.inputs.items():
        if isinstance(source, str):
            amount, one, named = _instrument(source, snapshot, assumptions)
            found = source
        else:
            last = _last(source, snapshot)
            amount, named = _range_of(last, snapshot, assumptions)
            one, found = float(last.value), f"{last.file}:{last.line}"
        ranges[name], stated[name] = amount, one
        ids.append(found)
        used += named
    return Ours(
        value=_over_corners(row.formula, ranges, stated),
        stated=evaluate(row.formula, stated),
        ids=tuple(ids),
        date_basis=f"known on {row.known_on}",
        quantities=stated,
        assumptions=tuple(dict.fromkeys(used)),
    )


def _instrument(
    name: str, snapshot: Snapshot, assumptions: Assumptions
) -> tuple[Interval, float, tuple[str, ...]]:
    try:
        instrument = snapshot.instrument(name)
    except NotFoundError as error:
        msg = f"cannot be computed because {error.message}"
        raise ModelError(msg, hint="add it to the register") from None
    if instrument.amount is None:
        msg = f"cannot be computed because {name} has no price"
        raise ModelError(msg, hint="add its price to the register")
    size = stated_size(instrument.amount, assumptions)
    return size.usd, float(instrument.amount.value) * size.rate.central, size.assumptions


def _last(source: tuple[str, str, str], snapshot: Snapshot) -> Observation:
    party, metric, period = source
    found = [o for o in snapshot.observations if (o.party, o.metric, o.period) == (party, metric, period)]
    if not found:
        msg = f"cannot be computed because no observation gives {metric} of {party} for {period}"
        raise ModelError(msg, hint="add the row to the observations")
    return max(found, key=lambda o: (o.known_on, o.line))


def _range_of(
    row: Observation, snapshot: Snapshot, assumptions: Assumptions
) -> tuple[Interval, tuple[str, ...]]:
    party = snapshot.parties.get(row.party)
    reader = HedgeReader(party is not None and bool(party.ticker or party.cik), assumptions)
    return reader.interval(join_ranges([row])[0], ())


def _over_corners(formula: str, ranges: Mapping[str, Interval], stated: Mapping[str, float]) -> Interval:
    """Return the least and the greatest value with every input at either end, and the stated one between.

    Ends at which there is no value, as a ratio to nothing, are left out.
    """
    central = evaluate(formula, stated)
    ends = [central]
    for corner in product(*((r.low, r.high) for r in ranges.values())):
        try:
            ends.append(evaluate(formula, dict(zip(ranges, corner, strict=True))))
        except ModelError:
            continue
    return Interval(min(ends), central, max(ends))


def _by_mix(row: Published, snapshot: Snapshot, assumptions: Assumptions) -> Ours:
    """Return funding over purchases of a buyer in a year, by the dated flows of the register."""
    assert row.year is not None  # noqa: S101  the table's tests hold it
    flows = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day).flows
    here = [f for f in flows if f.period.year == row.year and _is_paid(f)]
    bought = [f for f in here if f.payer in row.buyers and _class(f) is FlowClass.PURCHASE]
    funded = [f for f in here if f.payee in row.buyers and _class(f) is FlowClass.FUNDING]
    if row.funders:
        funded = [f for f in funded if f.payer in row.funders]
    funded = [f for f in funded if f.payer not in row.other_funders_than]
    purchases, funding = (Interval.total(f.amount for f in part) for part in (bought, funded))
    if not purchases.low > 0:
        msg = f"cannot be computed because no purchase of {', '.join(row.buyers)} in {row.year} is certain"
        raise ModelError(msg, hint="add the contract to the register")
    stated = funding.central / purchases.central
    return Ours(
        value=Interval(funding.low / purchases.high, stated, funding.high / purchases.low),
        stated=stated,
        ids=tuple(sorted({f.instrument for f in (*bought, *funded)})),
        date_basis=f"known on {row.known_on}: cash flows scheduled in {row.year}",
        quantities={"funding": funding.central, "purchases": purchases.central},
        assumptions=tuple(dict.fromkeys(name for f in (*bought, *funded) for name in f.assumptions)),
    )


def _is_paid(flow: Flow) -> bool:
    return flow.cash and not flow.contingent and flow.leg is Leg.PRINCIPAL


def _class(flow: Flow) -> FlowClass:
    return KINDS[Kind(flow.kind)].flow_class


def _by_books(row: Published, snapshot: Snapshot, assumptions: Assumptions) -> Ours:
    """Return a formula over capital expenditure, cash from operations and returns to owners of a year."""
    assert row.year is not None  # noqa: S101
    first, last = Quarter(4 * row.year), Quarter(4 * row.year + 3)
    schedule = expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day)
    [period] = periods_between(first, last, "year")
    figures = build_figures(snapshot, assumptions, {*_CASH, *_CAPEX, "free_cash_flow"})
    parts: dict[str, list[Interval]] = {"capex": [], "cash": [], "owners": []}
    ids: list[str] = []
    used: list[str] = []
    for party in row.parties:
        for name, measures in (("capex", _CAPEX), ("cash", _CASH)):
            found = figures.flow(party, measures, period)
            if found is None or found[1]:
                msg = f"cannot be computed because {name} of {party} is not known for all of {row.year}"
                raise ModelError(msg, hint=f"add a row with {measures[0]}")
            parts[name].append(found[0].value)
            ids += found[0].ids
            used += found[0].assumptions
    accounts = state_accounts(snapshot, schedule, by="year", first=first, last=last)
    for line in accounts.lines:
        if line.item == "returned_to_owners" and line.payer in row.parties:
            parts["owners"].append(line.amount)
            ids += line.ids
            used += line.assumptions
    sums = {name: Interval.total(values) for name, values in parts.items()}
    stated = {name: value.central for name, value in sums.items()}
    return Ours(
        value=_over_corners(row.formula, sums, stated),
        stated=evaluate(row.formula, stated),
        ids=_unique(ids),
        date_basis=f"known on {row.known_on}: calendar {row.year}",
        quantities=stated,
        assumptions=_unique(used),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
