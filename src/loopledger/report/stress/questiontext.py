"""Answers to further questions as lines of text: draws, reverse stress, combinations, ladder, ranking."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loopledger.report.stress.answer import Breaking, Reverse, StressAnswer
from loopledger.report.stress.drivers import find_drivers
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade import RUNS, Bracket, Ranking

__all__ = ["band", "tell_breaking", "tell_draws", "tell_ladder", "tell_ranking", "tell_reverse"]


def band(values: FloatArray) -> str:
    """Return the central run in billions with the smallest and largest of all runs."""
    low, high = float(values.min()), float(values.max())
    return f"{values[1] / 1e9:,.1f} ({low / 1e9:,.1f} to {high / 1e9:,.1f})"


def tell_draws(answer: StressAnswer, call: Callable[[str], str] = str) -> list[str]:
    """Return what draws say, as lines of text; none without draws.

    Parameters
    ----------
    call : callable
        What a party is called, by its id.
    """
    draws = answer.draws
    if draws is None:
        return []
    n = len(draws.unpaid)
    lines = [
        "",
        f"{n:,} draws over amounts, books, behaviour and sizes (seed {answer.seed}); 5, 50 and 95 per cent",
    ]
    total = np.quantile(draws.unpaid.sum(axis=1), (0.05, 0.5, 0.95)) / 1e9
    lines.append(f"  binding and unpaid, all parties: {total[0]:,.1f} / {total[1]:,.1f} / {total[2]:,.1f}")
    share = (draws.default >= 0).mean(axis=0)
    order = sorted(range(len(share)), key=lambda k: (-share[k], draws.parties[k]))
    for k in order[:10]:
        if share[k] > 0:
            ends = np.quantile(draws.unpaid[:, k], (0.05, 0.5, 0.95)) / 1e9
            missed = draws.default[:, k][draws.default[:, k] >= 0]
            quarter = answer.case.quarters[int(np.quantile(missed, 0.5, method="lower"))]
            lines.append(
                f"  {call(draws.parties[k])} misses a binding payment in {share[k]:.1%} of draws, half of them by "
                f"{quarter}; unpaid {ends[0]:,.1f} / {ends[1]:,.1f} / {ends[2]:,.1f}"
            )
    if order and share[order[0]] > 0:
        drivers = find_drivers(answer, order[0])
        if drivers:
            told = ", ".join(f"{d.name} {d.strength:+.2f}" for d in drivers)
            lines.append(
                f"  What decides whether {call(draws.parties[order[0]])} misses "
                f"(rank correlation, + for a high value): {told}"
            )
    lines.append("  A share of draws is what the assumptions imply, not a probability of default")
    return [*lines, ""]


def tell_reverse(one: Reverse | None, call: Callable[[str], str] = str) -> list[str]:
    """Return the smallest scales at which a party breaks, as lines of text; none if not asked for.

    Parameters
    ----------
    call : callable
        What a party is called, by its id.
    """
    if one is None:
        return []
    norm = f", norm {one.norm.assumption} by judgement" if one.norm.assumption else ""
    lines = [
        f"Reverse: all shocks scaled together; the smallest scale at which {call(one.party)} {one.norm}{norm}"
    ]
    return lines + [f"  {run}: {_bracket(b)}" for run, b in zip(RUNS, one.brackets, strict=True)] + [""]


def _bracket(one: Bracket) -> str:
    note = "" if one.monotone else "; not monotone in the scale, so a smaller break cannot be excluded"
    if one.breaks_at is None:
        return "holds at every scale tried, 0 to 1"
    if one.holds_at is None:
        return f"breaks without any shock{note}"
    return f"holds at {one.holds_at:.7f} of the sizes, breaks at {one.breaks_at:.7f}{note}"


def tell_breaking(one: Breaking) -> list[str]:
    """Return the cheapest combination that breaks a group as lines of text."""
    found, group = one.cheapest, " and ".join(one.parties)
    each_of = "each " if len(one.parties) > 1 else ""
    lines = [
        f"Cheapest combination of shocks, central run, under which {group} {each_of}{one.norm}",
        f"  of {len(one.pool)} scenarios ({', '.join(one.pool)}), at most {found.most} at a time, each at "
        f"{', '.join(f'{k / found.steps:g}' for k in range(1, found.steps + 1))} of its size; "
        f"{found.n_tried:,} of {found.n_all:,} combinations run, in the order of their cost",
    ]
    if found.found == ({},):
        return [*lines, "  Each does without any shock"]
    if not found.found:
        return [*lines, "  None does: the group holds under every one of them"]
    lines += [f"  {' + '.join(f'{scale:g} of {id_}' for id_, scale in each.items())}" for each in found.found]
    return [
        *lines,
        f"  cost {found.cost:g} (the sum of the scales); on a finer grid no less than {found.at_least:g}, if more "
        "shock never mends what less shock breaks",
    ]


def tell_ladder(answer: StressAnswer) -> list[str]:
    """Return the ladder as lines of text; none if not asked for."""
    if not answer.ladder:
        return []
    most = max(float(rung[1]) for _, rung, _ in answer.ladder) or 1.0
    lines = ["Ladder: scale of all shocks, binding and unpaid in the window"]
    for scale, rung, _ in answer.ladder:
        bar = "#" * round(30 * float(rung[1]) / most)
        lines.append(f"  {scale:4.0%} {band(rung):>26} {bar}".rstrip())
    return [*lines, ""]


def tell_ranking(ranking: Ranking, heading: str, top: int = 20) -> list[str]:
    """Return the most important parties as lines of text, then the most vulnerable.

    Named runs are told as central (smallest to largest), draws as the median (5 to 95 per cent).
    """
    importance, felled, fails = (
        _ends(x) for x in (ranking.importance, ranking.felled, ranking.vulnerability)
    )
    names = ranking.parties
    order = sorted(range(len(names)), key=lambda k: (-importance[k, 1], names[k]))
    lines = [
        heading,
        "If it pays nothing from the first quarter, the others lose receipts of (and so many miss a payment)",
    ]
    for k in order[:top]:
        low, mid, high = importance[k] / 1e9
        lines.append(
            f"  {names[k]} {mid:,.1f} ({low:,.1f} to {high:,.1f}); {felled[k, 1]:.0f} ({felled[k, 0]:.0f} to "
            f"{felled[k, 2]:.0f}) others miss"
        )
    order.sort(key=lambda k: (-fails[k, 1], -fails[k, 2], names[k]))
    lines.append(f"Misses a binding payment when another fails, of {len(names) - 1} others")
    lines += [
        f"  {names[k]} {fails[k, 1]:.0f} ({fails[k, 0]:.0f} to {fails[k, 2]:.0f})"
        for k in order[:top]
        if fails[k, 2] > 0
    ]
    return lines


def _ends(values: FloatArray) -> FloatArray:
    """Return low, middle and high of each party, shape (p, 3)."""
    if values.shape[1] == len(RUNS):
        return np.stack([values.min(axis=1), values[:, 1], values.max(axis=1)], axis=1)
    return np.quantile(values, (0.05, 0.5, 0.95), axis=1).T
