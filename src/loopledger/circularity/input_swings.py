"""Which single input moves the answer most: each moved alone to both ends of its range."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from loopledger.accounts import Accounts, Estimates, Line, estimate_payments
from loopledger.accounts.figures import range_of, row_id
from loopledger.circularity.sales_funding import close_books_of, share_of_insiders
from loopledger.errors import ModelError
from loopledger.register import Observation, ObservationBound, Snapshot
from loopledger.schedule import Assumptions, Schedule, expand, promises_from_snapshot
from loopledger.units import Interval, Quarter

__all__ = ["Swing", "rank_inputs"]

#: Bounds of rows that leave a range; the halves of a stated range are joined, and not moved alone.
_HEDGED = (ObservationBound.ABOUT, ObservationBound.UP_TO, ObservationBound.AT_LEAST)
#: Most inputs of each kind that are moved, the widest first.
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What one input does to the insiders' share of a seller's receipts under the pooled rule.

    Parameters
    ----------
    kind : str
        ``instrument``, ``observation``, ``assumption`` or ``estimate``.
    name : str
        Its id.
    inputs : Interval
        The values it was set to, in its own unit.
    low, central, high : float or None
        The share, 0 to 1, with the input at its low, central and high value; None where that value
        contradicts the others.
    """

    kind: str
    name: str
    inputs: Interval
    low: float | None
    central: float
    high: float | None

    @property
    def size(self) -> float:
        """How far the share moves from one end to the other."""
        ends = [end for end in (self.low, self.central, self.high) if end is not None]
        return max(ends) - min(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One question on one set of inputs."""

    snapshot: Snapshot
    schedule: Schedule
    estimates: tuple[Line, ...] | None
    seller: str
    period: str
    by: str
    first: Quarter
    last: Quarter

    def share(self) -> float | None:
        """Return the insiders' pooled share; None where the inputs contradict each other."""
        try:
            _, closed = close_books_of(
                self.snapshot,
                self.schedule,
                by=self.by,
                first=self.first,
                last=self.last,
                estimates=self.estimates,
            )
            return share_of_insiders(closed, self.snapshot, self.seller, self.period)
        except ModelError:
            return None


def rank_inputs(
    snapshot: Snapshot,
    schedule: Schedule,
    seller: str,
    *,
    period: str,
    by: str,
    first: Quarter,
    last: Quarter,
) -> tuple[Swing, ...]:
    """Return the inputs of a seller's funding by how far each alone moves the insiders' pooled share.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
    seller, period : str
    by : {"quarter", "year"}
    first, last : Quarter
        The window of the books.

    Returns
    -------
    tuple of Swing
        The widest ranges among instruments, reported figures, estimates and assumptions, at most twenty of
        each kind; the largest swing first.

    Raises
    ------
    ModelError
        If the books cannot be closed at central values.
    """
    base = _Case(
        snapshot=snapshot, schedule=schedule, estimates=None, seller=seller, period=period, by=by,
        first=first, last=last,
    )  # fmt: skip
    central = base.share()
    if central is None:
        msg = f"the funding of {seller} in {period} cannot be computed at central values"
        raise ModelError(msg, hint="ask for another period")
    accounts, _ = close_books_of(snapshot, schedule, by=by, first=first, last=last)
    moved = [*_by_assumption(base), *_by_instrument(base, accounts), *_by_observation(base, accounts)]
    moved += _by_estimate(base, accounts)
    swings = [
        Swing(kind=kind, name=name, inputs=values, low=low.share(), central=central, high=high.share())
        for kind, name, values, low, high in moved
    ]
    return tuple(sorted(swings, key=lambda swing: (-swing.size, swing.kind, swing.name)))


_Moved = tuple[str, str, Interval, _Case, _Case]


def _at_ends(values: Interval, made: Callable[[float], _Case]) -> tuple[_Case, _Case]:
    return made(values.low), made(values.high)


def _by_assumption(base: _Case) -> Iterator[_Moved]:
    """Yield every assumption with a range, at its ends."""
    every = base.schedule.assumptions
    for one in every:
        if one.value.is_exact:
            continue

        def at(value: float, name: str = one.name) -> _Case:
            changed = dict(every.by_name)
            changed[name] = changed[name].model_copy(update={"value": Interval.exact(value)})
            return replace(base, schedule=_expanded(base.snapshot, Assumptions(changed)))

        yield "assumption", one.name, one.value, *_at_ends(one.value, at)


def _expanded(snapshot: Snapshot, assumptions: Assumptions) -> Schedule:
    return expand(promises_from_snapshot(snapshot), assumptions, known_on=snapshot.day)


def _by_instrument(base: _Case, accounts: Accounts) -> Iterator[_Moved]:
    """Yield the instruments with the widest payments in the window, all their flows at one end."""
    width: dict[str, float] = {}
    for line in accounts.lines:
        if line.ids and line.ids[0] in base.snapshot.instruments:
            spread = line.amount.high - line.amount.low
            width[line.ids[0]] = width.get(line.ids[0], 0.0) + spread
    for name in sorted((n for n, w in width.items() if w > 0), key=lambda n: (-width[n], n))[:_MOST]:
        flows = [flow for flow in base.schedule.flows if flow.instrument == name]
        total = Interval.total(flow.amount for flow in flows)
        yield "instrument", name, total, _flows_at(base, name, "low"), _flows_at(base, name, "high")


def _flows_at(base: _Case, name: str, end: str) -> _Case:
    flows = tuple(
        replace(flow, amount=Interval.exact(getattr(flow.amount, end))) if flow.instrument == name else flow
        for flow in base.schedule.flows
    )
    return replace(base, schedule=replace(base.schedule, flows=flows))


def _by_observation(base: _Case, accounts: Accounts) -> Iterator[_Moved]:
    """Yield the reported figures that are hedged, the widest first, at the ends of their ranges."""
    used = {name for line in accounts.lines for name in line.ids if ":" in name}
    assumptions = base.schedule.assumptions
    hedged = [
        (range_of(row, base.snapshot, assumptions), row)
        for row in base.snapshot.observations
        if row_id(row) in used and row.unit == "usd" and row.bound in _HEDGED
    ]
    hedged.sort(key=lambda item: (item[0].low - item[0].high, item[1].file, item[1].line))
    for values, row in hedged[:_MOST]:

        def at(end: float, one: Observation = row) -> _Case:
            return _row_at(base, one, end)

        yield "observation", row_id(row), values, *_at_ends(values, at)


def _row_at(base: _Case, row: Observation, value: float) -> _Case:
    changed = replace(row, value=type(row.value)(repr(value)), bound=ObservationBound.EXACT)
    rows = tuple(changed if other is row else other for other in base.snapshot.observations)
    return replace(base, snapshot=replace(base.snapshot, observations=rows))


def _by_estimate(base: _Case, accounts: Accounts) -> Iterator[_Moved]:
    """Yield the estimated payments with the widest ranges that the totals allow, each alone at an end."""
    found: Estimates = estimate_payments(base.snapshot, base.schedule, accounts.periods)
    lines = found.lines()
    wide = [line for line in lines if not line.amount.is_exact and line.period == base.period]
    for line in sorted(wide, key=lambda x: (x.amount.low - x.amount.high, x.payer, x.payee))[:_MOST]:
        name = f"{line.payer} -> {line.payee} {line.period}"

        def at(value: float, one: Line = line) -> _Case:
            changed = tuple(
                replace(other, amount=Interval.exact(value)) if other is one else other for other in lines
            )
            return replace(base, estimates=changed)

        yield "estimate", name, line.amount, *_at_ends(line.amount, at)
