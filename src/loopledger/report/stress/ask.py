"""Put scenarios to a register: the books, the case and its outcome in one answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np

from loopledger.accounts import Accounts, estimate_payments, state_accounts
from loopledger.errors import ModelError, NotFoundError
from loopledger.register import Snapshot
from loopledger.register.suggest import suggest
from loopledger.report.stress.answer import Breaking, Reverse, StressAnswer
from loopledger.schedule import Schedule
from loopledger.stress.arrays import FloatArray
from loopledger.stress.balance import BoolArray
from loopledger.stress.cascade import (
    Bracket,
    Levels,
    Norm,
    Ranking,
    breaches,
    draw_cascades,
    find_cheapest,
    find_smallest,
    rank_parties,
    run_cascade,
)
from loopledger.stress.cascade.case import by_party
from loopledger.stress.scenarios import Question, Scenario, ShockKind, list_scenarios
from loopledger.units import Quarter

__all__ = ["ask", "find_breaking", "question_of", "rank"]

_RUNGS = 21
_BY_DECREE = frozenset({ShockKind.DEFAULTS})
_kept: deque[tuple[Snapshot, Schedule, Accounts | None]] = deque(maxlen=3)


def question_of(
    snapshot: Snapshot, schedule: Schedule, scenarios: tuple[Scenario, ...], quarters: tuple[Quarter, ...]
) -> Question:
    """Return the question, with the accounts of the last four quarters that are covered.

    Raises
    ------
    ModelError
        If the window is empty.
    """
    if not quarters:
        msg = "the window has no quarter"
        raise ModelError(msg, hint="swap --from and --to, or leave one out")
    return Question(
        snapshot=snapshot, schedule=schedule, accounts=_accounts(snapshot, schedule), quarters=quarters,
        scenarios=scenarios,
    )  # fmt: skip


def ask(
    snapshot: Snapshot,
    schedule: Schedule,
    scenarios: tuple[Scenario, ...],
    quarters: tuple[Quarter, ...],
    *,
    seed: int = 0,
    n_draws: int = 0,
    n_workers: int = 1,
    checkpoint: Path | None = None,
    reverse: str | None = None,
    norm: Norm | None = None,
    ladder: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> StressAnswer:
    """Return the answer of a register to scenarios.

    Parameters
    ----------
    seed, n_draws : int
        Draws over amounts, books, behaviour and sizes; none by default.
    n_workers : int
        Processes for the draws; the answer is the same for any number. More than one needs a script that is
        guarded by ``if __name__ == "__main__"``.
    checkpoint : pathlib.Path, optional
        File from which interrupted draws go on.
    reverse : str, optional
        Party for which the smallest scale of the scenarios is looked for.
    norm : Norm, optional
        What counts as a break there; a missed binding payment by default.
    ladder : bool
        Whether the scenarios are run at 21 scales, from none to full size.
    progress : callable, optional
        Told the number of draws done and wanted.

    Raises
    ------
    ModelError
        If nothing is scheduled in the window, or the party of ``reverse`` has nothing in it.
    NotFoundError
        If a target has nothing scheduled in the window, or nobody has the id of ``reverse``.
    """
    question = question_of(snapshot, schedule, scenarios, quarters)
    case, books = question.plan(Levels())
    question.shock(case, Levels())
    outcome = run_cascade(case)
    draws = None
    if n_draws:
        draws = draw_cascades(
            question.build, seed=seed, n_draws=n_draws, n_workers=n_workers, checkpoint=checkpoint,
            question=question.fingerprint() if checkpoint is not None else "", progress=progress,
        )  # fmt: skip
    return StressAnswer(
        question=question, case=case, outcome=outcome, books=books, draws=draws, seed=seed,
        reverse=_reverse(question, case.parties, reverse, norm or Norm()) if reverse is not None else None,
        ladder=_ladder(question) if ladder else (),
    )  # fmt: skip


def _place(parties: tuple[str, ...], party: str, known: Collection[str]) -> int:
    if party not in parties and party not in known:
        msg = f'no party "{party}"'
        raise NotFoundError(msg, hint=suggest(party, known) or "name a party by its id")
    if party not in parties:
        msg = f"{party!r} has nothing scheduled in the window"
        raise ModelError(msg, hint="give a longer window, or another party")
    return parties.index(party)


def _reverse(question: Question, parties: tuple[str, ...], party: str, norm: Norm) -> Reverse:
    place = _place(parties, party, question.snapshot.parties)

    def bracket(row: int) -> Bracket:
        def breaks(scales: FloatArray) -> BoolArray:
            levels = Levels(row=row, n_draws=len(scales))
            case = question.build(levels, scales)
            found = breaches(norm, case, run_cascade(case), norm.at(question.schedule.assumptions, levels))
            return np.asarray(found[:, :, place].any(axis=1), dtype=bool)

        return find_smallest(breaks)

    return Reverse(party=party, norm=norm, brackets=(bracket(0), bracket(1), bracket(2)))


def _ladder(question: Question) -> tuple[tuple[float, FloatArray, FloatArray], ...]:
    scales = np.linspace(0, 1, _RUNGS)
    rungs = []
    for row in range(3):
        case = question.build(Levels(row=row, n_draws=_RUNGS), scales)
        payer = np.array([one.payer for one in case.claims], dtype=np.int64)
        rungs.append(by_party(run_cascade(case).unpaid.sum(axis=1), payer, len(case.parties)))
    by_rung = np.stack(rungs, axis=1)
    return tuple((float(x), found.sum(axis=1), found) for x, found in zip(scales, by_rung, strict=True))


def find_breaking(question: Question, parties: tuple[str, ...], norm: Norm, *, most: int = 2) -> Breaking:
    """Return the cheapest combinations of scenarios under which all of some parties break a norm; central run.

    Parameters
    ----------
    question : Question
        Its scenarios are combined; all bundled ones if it has none, those left out that make a party default
        by decree.
    most : int
        The most scenarios in one combination.

    Raises
    ------
    ModelError
        If a party has nothing in the window, or there are too many combinations.
    NotFoundError
        If nobody has the id of a party.
    """
    pool = question.scenarios or tuple(
        s for s in list_scenarios() if not any(k.kind in _BY_DECREE for k in s.shocks)
    )
    asked = Question(
        snapshot=question.snapshot, schedule=question.schedule, accounts=question.accounts,
        quarters=question.quarters, scenarios=pool,
    )  # fmt: skip
    planned = asked.plan(Levels(row=1, n_draws=1))[0].parties
    places = [_place(planned, party, asked.snapshot.parties) for party in parties]

    def breaks(scales: Mapping[str, FloatArray]) -> BoolArray:
        levels = Levels(row=1, n_draws=len(next(iter(scales.values()))))
        case = asked.build(levels, scales)
        found = breaches(norm, case, run_cascade(case), norm.at(asked.schedule.assumptions, levels))
        each: BoolArray = np.any(found[:, :, places], axis=1)
        return np.asarray(np.all(each, axis=1), dtype=bool)

    ids = tuple(s.id for s in pool)
    return Breaking(parties=parties, norm=norm, pool=ids, cheapest=find_cheapest(breaks, ids, most=most))


def rank(
    snapshot: Snapshot,
    schedule: Schedule,
    quarters: tuple[Quarter, ...],
    *,
    scenarios: tuple[Scenario, ...] = (),
    seed: int = 0,
    n_draws: int = 0,
    n_workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Ranking:
    """Return how much each party's failure costs the others, and how often each fails with another.

    Parameters
    ----------
    scenarios : tuple of Scenario
        On top of which parties fail; none by default.
    n_draws : int
        Draws over all uncertain inputs; the three named runs by default.

    Raises
    ------
    ModelError
        If nothing is scheduled in the window.
    """
    question = question_of(snapshot, schedule, scenarios, quarters)
    levels = Levels(seed=seed, n_draws=n_draws) if n_draws else Levels()
    return rank_parties(question.build, levels, n_workers=n_workers, progress=progress)


def _accounts(snapshot: Snapshot, schedule: Schedule) -> Accounts | None:
    """Return the accounts of the last four quarters that are covered; None where nobody reports revenue.

    They take most of the time of an answer, so those of the last few snapshots and schedules are kept; the same
    objects only, so that nothing but time depends on it.
    """
    for known_snapshot, known_schedule, accounts in _kept:
        if known_snapshot is snapshot and known_schedule is schedule:
            return accounts
    accounts = _state(snapshot, schedule)
    _kept.append((snapshot, schedule, accounts))
    return accounts


def _state(snapshot: Snapshot, schedule: Schedule) -> Accounts | None:
    if not any(row.metric == "revenue" and row.unit == "usd" for row in snapshot.observations):
        return None
    periods = state_accounts(snapshot, schedule, by="quarter").periods[-4:]
    estimates = estimate_payments(snapshot, schedule, periods).lines()
    first, last = periods[0].quarters[0], periods[-1].quarters[-1]
    return state_accounts(snapshot, schedule, by="quarter", first=first, last=last, estimates=estimates)
