"""How far the dates of payments are assumed, and what that leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from loopledger.schedule import Assumptions, Flow, Promise, promise_id
from loopledger.units import Interval

__all__ = ["UNDATED", "is_paid", "is_undated", "proviso", "timed_total"]

#: How far payments differ from a schedule whose dates nobody stated.
UNDATED = "market.undated_contract"
_LUMP = ("lag.lump", "tranche.")
_TERM = ("lag.term_start", "term.")
_RAMP = ("ramp.",)


def _rests_on(flows: Iterable[Flow], names: tuple[str, ...]) -> bool:
    return any(name.startswith(names) for flow in flows for name in flow.assumptions)


def is_undated(flows: Iterable[Flow], promises: Mapping[str, Promise]) -> bool:
    """Whether an assumption dates any of these payments; what has been paid is dated."""
    return _rests_on(_open(flows, promises), (*_TERM, *_LUMP))


def proviso(flows: Sequence[Flow]) -> str:
    """Return what must hold for payments to fall when they are scheduled; empty where their dates are stated."""
    if _rests_on(flows, _TERM):
        return "if it starts as assumed"
    if _rests_on(flows, _LUMP):
        return "if it is paid when assumed"
    return "if it ramps up as assumed" if _rests_on(flows, _RAMP) else ""


def timed_total(
    flows: Iterable[Flow], whole: Iterable[Flow], promises: Mapping[str, Promise], assumptions: Assumptions
) -> Interval:
    """Return the sum of payments, wider where an assumption dates them.

    Parameters
    ----------
    flows : iterable of Flow
    whole : iterable of Flow
        All payments of the deal; an instrument never pays more than its own.
    promises : mapping of str to Promise
        By id; what is completed has its date.
    assumptions : Assumptions

    Returns
    -------
    Interval
        [USD] the central value as scheduled; where dates are assumed, the ends times those of
        ``market.undated_contract``, at most what the instrument pays in all.
    """
    undated = assumptions.range(UNDATED)
    groups: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    limits: dict[tuple[str, str, str], float] = defaultdict(float)
    for flow in flows:
        groups[flow.instrument, flow.payer, flow.payee].append(flow)
    for flow in whole:
        limits[flow.instrument, flow.payer, flow.payee] += flow.amount.high
    parts = []
    for key, group in groups.items():
        total = Interval.total(flow.amount for flow in group)
        if is_undated(group, promises):
            high = min(total.high * undated.high, limits[key])
            total = Interval(
                min(total.low * undated.low, total.central), total.central, max(high, total.central)
            )
        parts.append(total)
    return Interval.total(parts)


def _open(flows: Iterable[Flow], promises: Mapping[str, Promise]) -> list[Flow]:
    return [flow for flow in flows if not is_paid(flow, promises)]


def is_paid(flow: Flow, promises: Mapping[str, Promise]) -> bool:
    """Whether a payment of a promise was made; a derived order is a payment of its own."""
    promise = promises.get(promise_id(flow.instrument))
    return promise is not None and promise.was_paid(flow)
