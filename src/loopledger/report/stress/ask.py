"""Put scenarios to a register: the books, the case and its outcome in one answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loopledger.accounts import Accounts, estimate_payments, state_accounts
from loopledger.errors import ModelError
from loopledger.register import Snapshot
from loopledger.report.stress.answer import StressAnswer
from loopledger.schedule import Schedule
from loopledger.stress.cascade import (
    Bracket,
    Case,
    Levels,
    Ranking,
    build_case,
    draw_cascades,
    find_smallest,
    rank_parties,
    run_cascade,
)
from loopledger.stress.scenarios import Scenario, apply_scenario
from loopledger.units import Quarter

__all__ = ["ask", "rank"]


def ask(
    snapshot: Snapshot,
    schedule: Schedule,
    scenarios: tuple[Scenario, ...],
    quarters: tuple[Quarter, ...],
    *,
    seed: int = 0,
    n_draws: int = 0,
    reverse: str | None = None,
    ladder: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> StressAnswer:
    """Return the answer of a register to scenarios.

    Parameters
    ----------
    reverse : str, optional
        Party for which the smallest scale of the scenarios is looked for.

    ladder : bool
        Whether the scenarios are run at eleven scales, from none to full size.

    Raises
    ------
    ModelError
        If nothing is scheduled in the window, or the party of ``reverse`` has nothing in it.
    """
    accounts = _accounts(snapshot, schedule)

    def shocked(levels: Levels, scale: float = 1.0) -> Case:
        case, _ = build_case(snapshot, schedule, accounts, quarters, levels)
        apply_scenario(case, scenarios, snapshot.parties, schedule.assumptions, levels, scale=scale)
        return case

    case, books = build_case(snapshot, schedule, accounts, quarters, Levels())
    apply_scenario(case, scenarios, snapshot.parties, schedule.assumptions, Levels())
    outcome = run_cascade(case)
    draws = draw_cascades(shocked, seed=seed, n_draws=n_draws, progress=progress) if n_draws else None
    bracket: Bracket | None = None
    if reverse is not None:
        if reverse not in case.parties:
            msg = f"{reverse!r} has nothing scheduled in the window"
            raise ModelError(msg, hint="name a party by its id")
        place = case.parties.index(reverse)
        bracket = find_smallest(lambda scale: run_cascade(shocked(Levels(), scale)), place, 1)
    scales = np.linspace(0, 1, 11) if ladder else np.zeros(0)
    rungs = [run_cascade(shocked(Levels(), float(x))).unpaid.sum(axis=(1, 2)) for x in scales]
    return StressAnswer(
        snapshot=snapshot, assumptions=schedule.assumptions, scenarios=scenarios, case=case, outcome=outcome,
        books=books, draws=draws, seed=seed, reverse=reverse, bracket=bracket,
        named=frozenset(
            name for flow in schedule.flows if flow.period in quarters for name in flow.assumptions
        ),
        ladder=tuple((float(x), rung) for x, rung in zip(scales, rungs, strict=True)),
    )  # fmt: skip


def rank(snapshot: Snapshot, schedule: Schedule, quarters: tuple[Quarter, ...]) -> Ranking:
    """Return how much each party's failure costs the others, and how often each fails with another.

    Raises
    ------
    ModelError
        If nothing is scheduled in the window.
    """
    accounts = _accounts(snapshot, schedule)
    return rank_parties(lambda: build_case(snapshot, schedule, accounts, quarters, Levels())[0])


def _accounts(snapshot: Snapshot, schedule: Schedule) -> Accounts | None:
    """Return the accounts of the last four quarters that are covered; None where nobody reports revenue."""
    if not any(row.metric == "revenue" and row.unit == "usd" for row in snapshot.observations):
        return None
    periods = state_accounts(snapshot, schedule, by="quarter").periods[-4:]
    estimates = estimate_payments(snapshot, schedule, periods).lines()
    first, last = periods[0].quarters[0], periods[-1].quarters[-1]
    return state_accounts(snapshot, schedule, by="quarter", first=first, last=last, estimates=estimates)
