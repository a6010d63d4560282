"""Sources and uses of every party, from reported figures and contract flows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from loopledger.accounts.closing import Closing, Setting, close_party, close_unreported
from loopledger.accounts.contracts import contract_lines, merge_estimates
from loopledger.accounts.figures import Amount, FigureBook, build_figures
from loopledger.accounts.items import OUTSIDE_ACCOUNTS, UNEXPLAINED, AccountTable, load_account_table
from loopledger.accounts.lines import Accounts, Hole, Line, OtherBuyers, Period
from loopledger.accounts.liquid import liquid_funds
from loopledger.accounts.periods import periods_between
from loopledger.accounts.revenueshare import cap_revenue_shares
from loopledger.errors import ModelError, NotFoundError
from loopledger.records import OUTSIDE
from loopledger.register import Snapshot
from loopledger.schedule import Schedule
from loopledger.units import Quarter

__all__ = ["state_accounts"]


def state_accounts(
    snapshot: Snapshot,
    schedule: Schedule,
    *,
    by: str = "quarter",
    first: Quarter | None = None,
    last: Quarter | None = None,
    estimates: Iterable[Line] = (),
    others: Mapping[tuple[str, str], OtherBuyers] | None = None,
) -> Accounts:
    """Return sources and uses of every party, with the outside split and the residual explicit.

    Parameters
    ----------
    snapshot : Snapshot
        The register as known on a day.
    schedule : Schedule
        The cash flows of its promises, as known on the same day.
    by : {"quarter", "year"}
    first, last : Quarter, optional
        Default is from the first quarter in which a party reports revenue to the last one in which half
        of all parties that ever do have a figure. By year, a year is cut
        where fewer than a third of those who report in it report what follows.
    estimates : iterable of Line
        Estimated payments: each holds the purchases by contract of the same payer, payee and period,
        which are scaled down where they exceed it.
    others : mapping of (str, str) to OtherBuyers, optional
        What a seller's other buyers pay together at least, as :meth:`Estimates.other_buyers` gives it.

    Returns
    -------
    Accounts

    Raises
    ------
    ModelError
        If register and schedule are not of one day, or nothing is reported.

    Notes
    -----
    Sales are recognised revenue and costs are revenue less cash from operations: what customers owe or
    prepay is in the costs, not in the sales. Each statement adds up to the cent at central values.
    """
    if snapshot.day != schedule.known_on:
        msg = f"the register is of {snapshot.day}, the schedule of {schedule.known_on}"
        raise ModelError(msg, hint="expand the promises of the same snapshot")
    table = load_account_table()
    figures = build_figures(snapshot, schedule.assumptions, table.observed)
    start, end, reported = _window(figures, snapshot, first, last)
    periods = periods_between(start, end, by, reported_to=reported)
    setting = Setting(
        parties=snapshot.parties,
        figures=figures,
        table=table,
        assumptions=schedule.assumptions,
        others=others or {},
    )
    labels = {period.label for period in periods}
    flows = cap_revenue_shares(schedule.flows, figures, schedule.assumptions)
    named = merge_estimates(
        contract_lines(flows, periods, snapshot.parties),
        [line for line in estimates if line.period in labels and line.amount.central > 0],
    )
    lines: list[Line] = list(named)
    holes: list[Hole] = []
    reporting: dict[str, tuple[str, ...]] = {}
    for period in periods:
        here = [line for line in named if line.period == period.label]
        reporting[period.label] = _reporting(figures, period)
        for made in _close_period(setting, period, here, reporting[period.label]):
            lines += made.lines
            holes += [made.hole] if made.hole is not None else []
    opening = _opening(figures, table, start.shifted(-1))
    return Accounts(
        known_on=snapshot.day,
        by=by,
        periods=periods,
        lines=_in_order(lines, table, periods),
        holes=tuple(holes),
        opening={party: amount.value for party, amount in opening.items()},
        opening_ids={party: amount.ids for party, amount in opening.items()},
        reporting=reporting,
    )


def _in_order(lines: Iterable[Line], table: AccountTable, periods: Iterable[Period]) -> tuple[Line, ...]:
    order, place = table.order, {period.label: n for n, period in enumerate(periods)}
    return tuple(sorted(lines, key=lambda x: (place[x.period], order[x.item], x.payer, x.payee, x.ids)))


def _opening(figures: FigureBook, table: AccountTable, quarter: Quarter) -> dict[str, Amount]:
    """Return the liquid funds of the reporting parties on the last day of a quarter, where known."""
    found = {party: liquid_funds(figures, table, party, quarter) for party in figures.parties("revenue")}
    return {party: amount for party, amount in found.items() if amount is not None}


def _window(
    figures: FigureBook, snapshot: Snapshot, first: Quarter | None, last: Quarter | None
) -> tuple[Quarter, Quarter, Quarter | None]:
    """Return both ends of the window, and the last quarter that a third of its year's reporters report."""
    quarters = [figures.quarterly[party, "revenue"] for party in figures.parties("revenue")]
    counts = Counter(q for known in quarters for q in known if q.last <= snapshot.day)
    if not counts and (first is None or last is None):
        msg = f"no party reports revenue by {snapshot.day}, so there is no window to state accounts for"
        raise ModelError(msg, hint="give the window, or a later day")
    start = first if first is not None else min(counts)
    covered = [q for q, n in counts.items() if 2 * n >= len(quarters)] or list(counts)
    if first is None and last is not None and last < start:
        msg = f"no books before {start}, and the window ends in {last}"
        raise NotFoundError(msg, hint="give a later end of the window, or its beginning too")
    end = last if last is not None else max(*covered, start)
    fullest = {q.year: max(counts[x] for x in counts if x.year == q.year) for q in counts}
    return start, end, max((q for q, n in counts.items() if 3 * n >= fullest[q.year]), default=None)


def _reporting(figures: FigureBook, period: Period) -> tuple[str, ...]:
    return tuple(
        party
        for party in figures.parties("revenue")
        if any(q in figures.quarterly[party, "revenue"] for q in period.quarters)
    )


def _close_period(
    setting: Setting, period: Period, named: list[Line], reporting: tuple[str, ...]
) -> Iterator[Closing]:
    own: dict[str, list[Line]] = defaultdict(list)
    for line in named:
        own[line.payer].append(line)
        own[line.payee].append(line)
    for party in sorted({*own, *reporting} - {OUTSIDE, *OUTSIDE_ACCOUNTS}):
        if party in reporting:
            yield close_party(party, period, own[party], setting)
        else:
            known = setting.parties.get(party)
            outside = setting.table.roles.get(known.role, UNEXPLAINED) if known else UNEXPLAINED
            yield close_unreported(party, period, own[party], outside)
