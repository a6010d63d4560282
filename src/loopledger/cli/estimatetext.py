"""Estimated payments, their fit and what is held back, in words and in JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from loopledger.cli.accounttext import ids_text, millions, range_text

if TYPE_CHECKING:
    from loopledger.accounts import Estimates, FittedTotal, HeldBack

__all__ = ["estimates_json", "estimates_text", "held_json", "held_text"]

_NO_MOST = "the figure says at least so much, and nothing says how much more"
_NO_LEAST = "the figure says at most so much, and nothing says how much less"


def _known(low: float, high: float) -> str:
    """Return what is known of an amount in words: both ends, or the one that there is."""
    if not math.isfinite(high):
        return f"at least {millions(low)}"
    if low <= 0:
        return f"at most {millions(high)}"
    return millions(low) if low == high else f"{millions(low)} to {millions(high)}"


def _within(total: FittedTotal) -> str:
    """Return what a sum is to keep to, in words."""
    known = _known(total.low, total.high)
    if total.low == total.high:
        return f"exactly {known}"
    return known if known.startswith("at ") else f"within {known}"


def _ends(low: float, high: float) -> dict[str, float | None]:
    return {"low": low, "high": high if math.isfinite(high) else None}


def estimates_json(estimates: Estimates) -> dict[str, Any]:
    """Return estimated payments and their fit for JSON."""
    return {
        "payments": [
            {
                "market": p.market, "period": p.period, "payer": p.payer, "payee": p.payee,
                "usd": p.amount.as_dict(), "basis": "contracted" if p.is_exact else "estimated",
                "ids": list(p.ids), "assumptions": list(p.assumptions),
            }
            for p in estimates.payments
        ],
        "fits": [
            {
                "market": f.market, "period": f.period, "limits": f.limits, "worst_miss_usd": f.worst_miss,
                "n_sweeps": f.n_sweeps, "gap_usd": f.gap, "left_out": dict(f.left_out),
                "totals": [_total_json(t) for t in f.totals],
            }
            for f in estimates.fits
        ],
        "refused": [{"market": r.market, "period": r.period, "why": r.why} for r in estimates.refused],
    }  # fmt: skip


def _total_json(total: FittedTotal) -> dict[str, Any]:
    return {
        "name": total.name,
        "usd": _ends(total.low, total.high),
        "reached_usd": total.reached,
        "why": {} if math.isfinite(total.high) else {"usd.high": _NO_MOST},
    }


def estimates_text(estimates: Estimates) -> Iterator[str]:
    """Yield estimated payments by market and period with the totals that they are fitted to."""
    for fit in estimates.fits:
        yield f"{fit.market} {fit.period}: who paid whom, estimated by maximum entropy within bounds"
        yield f"  not told: {fit.limits}"
        for p in estimates.payments:
            if (p.market, p.period) == (fit.market, fit.period):
                mark = "exact" if p.is_exact else "estimated"
                yield (
                    f"  {p.payer:<16} -> {p.payee:<16}{millions(p.amount.central):>14}  "
                    f"{range_text(p.amount):<26}{mark:<10} {ids_text(p.ids)}"
                )
        yield f"  fit: worst miss of a total {fit.worst_miss:,.2f} dollars after {fit.n_sweeps} sweeps"
        for total in fit.totals:
            yield f"    {total.name:<46}{millions(total.reached):>14}  {_within(total)}"
        for party, why in fit.left_out.items():
            yield f"  left out: {party}, {why}"
    if not estimates.fits and not estimates.refused:
        yield "no seller of any market reports sales in the window, so nothing is estimated"
    for refused in estimates.refused:
        yield f"{refused.market} {refused.period}: refused, {refused.why}"


def held_json(held: Iterable[HeldBack]) -> dict[str, Any]:
    """Return leave-one-out errors for JSON."""
    every = list(held)
    return {"n_tests": sum(h.is_test for h in every), "held_back": [_held_json(h) for h in every]}


def _held_json(held: HeldBack) -> dict[str, Any]:
    why: dict[str, str] = {}
    if held.estimated is None:
        why |= {"estimated_usd": held.why, "error_share": held.why}
    elif held.untested:
        why["error_share"] = f"{held.untested}: only one end is known, and the estimate keeps it"
    if not math.isfinite(held.high):
        why["known_usd.high"] = _NO_MOST
    if held.width is None:
        why["width_share"] = _NO_LEAST if math.isfinite(held.high) else _NO_MOST
    return {
        "market": held.market,
        "period": held.period,
        "entry": held.entry,
        "known_usd": _ends(held.low, held.high),
        "width_share": held.width,
        "estimated_usd": held.estimated,
        "error_share": None if held.untested else held.error,
        "is_test": held.is_test,
        "why": why,
    }


def held_text(held: Iterable[HeldBack]) -> Iterator[str]:
    """Yield leave-one-out errors, and how many of the rows test anything."""
    every = list(held)
    if not every:
        yield "no figure about single payers is known in the window, so nothing can be held back"
        return
    yield f"{'period':<12}{'held back':<46}{'known':>22}{'width':>7}{'estimated':>12}  error"
    for h in every:
        width = "-" if h.width is None else f"{h.width:.0%}"
        estimated = "-" if h.estimated is None else millions(h.estimated)
        error = "-" if h.error is None else h.untested or f"{h.error:.1%}"
        yield f"{h.period:<12}{h.entry:<46}{_known(h.low, h.high):>22}{width:>7}{estimated:>12}  {error}"
        if h.why:
            yield f"    {h.why}"
    yield "width: how far apart the known ends lie, as a share of their middle"
    yield "error: the estimate beyond the nearest end of what is known, as a share of it; 0 between two ends"
    yield from _tests(every)


def _tests(every: Sequence[HeldBack]) -> Iterator[str]:
    """Yield how many rows are real tests, and what the others are."""
    tests = [h for h in every if h.is_test]
    verb = "is a real test" if len(tests) == 1 else "are real tests"
    yield (
        f"{len(tests)} of {len(every)} rows {verb}: known at both ends, which lie no further apart than "
        f"{every[0].most_width:.0%} of their middle"
    )
    one_end = sum(h.width is None for h in every)
    wide = sum(h.width is not None and h.width > h.most_width for h in every)
    yield (
        f"of the others, {one_end} are known at one end only and {wide} between ends further apart: "
        "an estimate that keeps to those proves little, one that misses them is an error all the same"
    )
    errors = sorted(abs(h.error) for h in every if h.error)
    if not errors:
        yield "no row is missed"
    elif len(errors) == 1:
        yield f"1 of {len(every)} rows is missed, by {errors[0]:.1%}"
    else:
        yield f"{len(errors)} of {len(every)} rows are missed, by {errors[0]:.1%} to {errors[-1]:.1%}"
