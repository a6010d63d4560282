"""Published sizes beside ours: the same definition where there is one, and the parts of the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from loopledger.errors import ModelError, NotFoundError
from loopledger.register import Register, Snapshot
from loopledger.register.figures import quarters_of, series_of
from loopledger.report.stress.answer import StressAnswer
from loopledger.report.stress.ask import question_of
from loopledger.schedule import expand, promises_from_snapshot
from loopledger.stress.arrays import FloatArray
from loopledger.stress.cascade import Case, Layer, Levels, Outcome, run_cascade
from loopledger.stress.cascade.case import by_party
from loopledger.stress.scenarios import Measure, Published, Question, Scenario, targets_of
from loopledger.units import Quarter

__all__ = ["Compared", "Part", "compare", "explain"]

#: Measures that depend on the window and on the day, so that a difference has such parts.
_DATED = frozenset(
    {
        Measure.FUNDING_NEED,
        Measure.PROMISES_GONE,
        Measure.RECEIPTS_LOST,
        Measure.EXTRA_DEPRECIATION,
        Measure.UNPAID,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One step of the way from our figure to a published one: ours under other terms.

    Parameters
    ----------
    says : str
        Which terms; with the reason where there is no figure.
    amounts : ndarray, shape (3,), or None
    """

    says: str
    amounts: FloatArray | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A published size, and ours of the same definition where there is one.

    Parameters
    ----------
    ours : ndarray, shape (3,), or None
        In the unit of the measure, in the order of the runs; None where none has the definition.
    ids : tuple of str
        Observations behind it, where it rests on them alone.
    parts : tuple of Part
        Ours in the window of theirs, and as known on their day.
    """

    published: Published
    ours: FloatArray | None
    ids: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def compare(answer: StressAnswer, scenario: Scenario) -> tuple[Compared, ...]:
    """Return the published sizes of a scenario with ours of the window beside them."""
    return tuple(_compare(answer, scenario, one) for one in scenario.published)


def _compare(answer: StressAnswer, scenario: Scenario, one: Published) -> Compared:
    snapshot = answer.snapshot
    match one.measure:
        case Measure.NONE:
            return Compared(published=one, ours=None)
        case Measure.SIZE:
            return Compared(published=one, ours=np.array(scenario.shocks[0].size.as_tuple()))
        case Measure.USE_ANSWERS:
            levels = answer.assumptions.range("stress.usage_elasticity")
            return Compared(published=one, ours=0.9 ** -np.array(levels.as_tuple()) - 1)
        case Measure.PRICE_AFTER:
            price, ids = _last_price(snapshot, one.of)
            return Compared(published=one, ours=price * (1 - _sizes(scenario)), ids=ids)
        case Measure.INTEREST_COVER:
            return _of_pair(snapshot, one, ("operating_income", "interest_expense"))
        case Measure.OTHER_INCOME_SHARE:
            return _of_pair(snapshot, one, ("other_income_net", "net_income"))
        case Measure.CAPEX_TO_CASH:
            return _of_quarters(snapshot, one, ("capex_cash", "operating_cash_flow"))
        case _:
            return Compared(published=one, ours=measure(answer.case, answer.outcome, answer, one))


def _sizes(scenario: Scenario) -> FloatArray:
    return np.array(scenario.shocks[0].size.as_tuple())


def measure(case: Case, outcome: Outcome, answer: StressAnswer, one: Published) -> FloatArray | None:
    """Return a figure of a case run, shape (3,); None where nobody of its name is in the window."""
    if one.measure is Measure.CALLED:
        places = [g for g, call in enumerate(case.calls) if one.of in ("", call.instrument)]
        return outcome.called[:, :, places].sum(axis=(1, 2)) if places else None
    who = _places(answer, case, one.of)
    return _MEASURES[one.measure](case, outcome, who) if who else None


def _by_payer(case: Case, values: FloatArray, who: list[int]) -> FloatArray:
    payer = np.array([c.payer for c in case.claims], dtype=np.int64)
    found: FloatArray = by_party(values.sum(axis=1), payer, len(case.parties))[:, who].sum(axis=1)
    return found


def _by_payee(case: Case, values: FloatArray, who: list[int]) -> FloatArray:
    payee = np.array([c.payee for c in case.claims], dtype=np.int64)
    found: FloatArray = by_party(values.sum(axis=1), payee, len(case.parties))[:, who].sum(axis=1)
    return found


def _lost(case: Case, o: Outcome, who: list[int]) -> FloatArray:
    lost = _by_payee(case, case.amounts - o.paid - o.covered, who)
    total: FloatArray = lost + case.lost_revenue[:, :, who].sum(axis=(1, 2))
    return total


def _lost_share(case: Case, o: Outcome, who: list[int]) -> FloatArray:
    planned = _by_payee(case, case.amounts, who) + case.revenue[:, :, who].sum(axis=(1, 2))
    lost = _lost(case, o, who)
    share: FloatArray = np.divide(lost, planned, out=np.zeros_like(lost), where=planned > 0)
    return share


def _debt_unpaid(case: Case, o: Outcome, who: list[int]) -> FloatArray:
    mine = [k for k, c in enumerate(case.claims) if c.layer is Layer.DEBT and c.payer in set(who)]
    planned = case.amounts[:, :, mine].sum(axis=(1, 2))
    missing = (o.unpaid + o.deferred)[:, :, mine].sum(axis=(1, 2))
    share: FloatArray = np.divide(missing, planned, out=np.zeros_like(missing), where=planned > 0)
    return share


def _stakes_down(case: Case, o: Outcome, who: list[int]) -> FloatArray:
    down = [s.cost * o.fall[:, -1, s.held] for s in case.holdings if s.holder in set(who)]
    return np.sum(down, axis=0) if down else np.zeros(case.n_runs)


_MEASURES: Mapping[Measure, Callable[[Case, Outcome, list[int]], FloatArray]] = {
    Measure.FUNDING_NEED: lambda case, _, who: case.money[:, :, who].sum(axis=(1, 2)),
    Measure.RECEIPTS_LOST: _lost,
    Measure.RECEIPTS_LOST_SHARE: _lost_share,
    Measure.UNPAID: lambda case, o, who: _by_payer(case, o.unpaid, who),
    Measure.PROMISES_GONE: lambda case, o, who: _by_payer(case, o.withdrawn, who),
    Measure.ORDERS_GONE: lambda case, o, who: _by_payer(case, o.orders, who),
    Measure.DEBT_UNPAID_SHARE: _debt_unpaid,
    Measure.EXTRA_DEPRECIATION: lambda case, _, who: case.extra_depreciation[:, :, who].sum(axis=(1, 2)),
    Measure.STAKES_DOWN: _stakes_down,
    Measure.FALL: lambda _, o, who: o.fall[:, -1, who].max(axis=1),
}


def _places(answer: StressAnswer, case: Case, text: str) -> list[int]:
    """Return the parties that ``a+role:b`` names, all for an empty text."""
    if not text:
        return list(range(len(case.parties)))
    found: set[int] = set()
    for name in text.split("+"):
        try:
            found |= set(targets_of(name, case, answer.snapshot.parties))
        except NotFoundError:
            continue
    return sorted(found)


def _last_price(snapshot: Snapshot, of: str) -> tuple[float, tuple[str, ...]]:
    party, _, metric = of.partition("/")
    rows = [r for r in snapshot.observations if r.party == party and r.metric == metric and r.period_end]
    if not rows:
        msg = f"no figure of {metric!r} of {party!r} is known on {snapshot.day}"
        raise NotFoundError(msg, hint="loopledger register show, or another day")
    last = max(rows, key=lambda r: str(r.period_end))
    return float(last.value), (f"{last.file}:{last.line}",)


def _of_pair(snapshot: Snapshot, one: Published, metrics: tuple[str, str]) -> Compared:
    """Return the ratio of two figures of the last period for which a party reports both."""
    above, below = (
        {r.period: r for r in snapshot.observations if r.party == one.of and r.metric == m} for m in metrics
    )
    common = sorted(set(above) & set(below), key=lambda p: (str(above[p].period_end), p))
    if not common:
        return Compared(published=one, ours=None)
    a, b = above[common[-1]], below[common[-1]]
    ids = (f"{a.file}:{a.line}", f"{b.file}:{b.line}")
    return Compared(published=one, ours=np.full(3, float(a.value) / float(b.value)), ids=ids)


def _of_quarters(snapshot: Snapshot, one: Published, metrics: tuple[str, str]) -> Compared:
    """Return the ratio of sums over the last four quarters that each of some parties reports both for."""
    sums, ids = [0.0, 0.0], []
    for party in one.of.split("+"):
        both = []
        for name in metrics:
            rows = [
                r for r in snapshot.observations if r.party == party and r.metric == name and r.unit == "usd"
            ]
            found = [
                q
                for s in series_of(rows)
                for q in quarters_of(s)[0]
                if q.low is not None and q.high is not None
            ]
            both.append({q.quarter: q for q in found})
        common = sorted(set(both[0]) & set(both[1]))[-4:]
        if len(common) == 4:
            for k in range(2):
                figures = [both[k][q] for q in common]
                sums[k] += sum(
                    float(f.low + f.high) / 2 for f in figures if f.low is not None and f.high is not None
                )
                ids += [f"{r.file}:{r.line}" for f in figures for t in f.terms for r in t.figure.rows]
    if not sums[1]:
        return Compared(published=one, ours=None)
    return Compared(published=one, ours=np.full(3, sums[0] / sums[1]), ids=tuple(dict.fromkeys(ids)))


def explain(answer: StressAnswer, scenario: Scenario, register: Register) -> tuple[Compared, ...]:
    """Return the comparison with the parts of each difference that follow from window and day.

    Parameters
    ----------
    register : Register
        That of the answer, to know what was known on another day.

    Notes
    -----
    Two more runs a published size: in the window of theirs as known today, and as known on the day of theirs from
    its quarter on. What is left is definition, model and assumptions, told in words.
    """
    found = []
    for one in compare(answer, scenario):
        parts = (
            list(_parts(answer, scenario, one.published, register)) if one.published.measure in _DATED else []
        )
        found.append(Compared(published=one.published, ours=one.ours, ids=one.ids, parts=tuple(parts)))
    return tuple(found)


def _parts(answer: StressAnswer, scenario: Scenario, one: Published, register: Register) -> Iterable[Part]:
    first, last = answer.question.quarters[0], answer.question.quarters[-1]
    ends = one.ends or last
    begins = max(first, one.starts or first)
    if (begins, ends) != (first, last) and begins <= ends:
        question = question_of(answer.snapshot, answer.question.schedule, (scenario,), _window(begins, ends))
        yield from _part(answer, question, one)
    if one.on is not None and one.on < answer.snapshot.day:
        then = register.known_on(one.on)
        schedule = expand(promises_from_snapshot(then), answer.assumptions, known_on=one.on)
        begins = one.starts or Quarter.of(one.on)
        yield from _part(answer, question_of(then, schedule, (scenario,), _window(begins, ends)), one)


def _window(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    return tuple(first.shifted(k) for k in range(last.index - first.index + 1))


def _part(answer: StressAnswer, question: Question, one: Published) -> Iterable[Part]:
    """Yield the figure of another window and day, or why there is none."""
    quarters = question.quarters
    says = f"{quarters[0]} to {quarters[-1]}, as known on {question.snapshot.day}"
    try:
        case = question.build(Levels())
    except (ModelError, NotFoundError) as error:
        yield Part(says=f"{says}: {str(error).splitlines()[0]}", amounts=None)
        return
    amounts = measure(case, run_cascade(case), answer, one)
    yield Part(
        says=says if amounts is not None else f"{says}: {one.of} has nothing scheduled", amounts=amounts
    )
