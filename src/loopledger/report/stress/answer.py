"""An answer to a scenario: who runs short first, by how much, through which contracts, against what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from loopledger.register import Snapshot
from loopledger.schedule import Assumptions
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade import RUNS, Books, Bracket, Case, Draws, Outcome, Ranking
from loopledger.stress.cascade.case import by_party
from loopledger.stress.scenarios import Published, Scenario

__all__ = ["StressAnswer", "answer_json", "rank_json", "stress_lines", "tell_answer", "tell_ranking"]

_TOP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StressAnswer:
    """A case, its outcome in three runs, and draws, a reverse stress where asked for."""

    snapshot: Snapshot
    assumptions: Assumptions
    scenarios: tuple[Scenario, ...]
    case: Case
    outcome: Outcome
    books: Mapping[str, Books]
    draws: Draws | None
    seed: int
    reverse: str | None
    bracket: Bracket | None
    ladder: tuple[tuple[float, FloatArray], ...] = ()
    named: frozenset[str] = frozenset()

    def by_payer(self, values: FloatArray) -> FloatArray:
        """Return sums over the window by payer, shape (3, p) [USD]."""
        places = np.array([one.payer for one in self.case.claims], dtype=np.int64)
        return by_party(values.sum(axis=1), places, len(self.case.parties))

    def lost_by_payee(self) -> FloatArray:
        """Return receipts that each party planned and does not get in the window, shape (3, p) [USD]."""
        places = np.array([one.payee for one in self.case.claims], dtype=np.int64)
        gone = self.case.amounts - self.outcome.paid
        lost = by_party(gone.sum(axis=1), places, len(self.case.parties))
        total: FloatArray = lost + self.case.lost_revenue.sum(axis=1)
        return total

    def in_trouble(self) -> list[int]:
        """Return the parties that cut, defer or default in any run: the earliest in the central run first."""
        o, n = self.outcome, len(self.case.quarters)
        places = np.flatnonzero((o.first_short >= 0).any(axis=0))
        when = np.where(o.first_short >= 0, o.first_short, n)
        size = self.by_payer(o.cut + o.deferred + o.unpaid)
        return sorted(
            (int(k) for k in places),
            key=lambda k: (when[1, k], when[2, k], -size[1, k], self.case.parties[k]),
        )


def _band(values: FloatArray) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{values[1] / 1e9:,.1f} ({low / 1e9:,.1f} to {high / 1e9:,.1f})"


def _when(answer: StressAnswer, quarters: IntArray) -> str:
    names = [str(answer.case.quarters[int(q)]) if q >= 0 else "never" for q in quarters]
    return f"{names[1]} ({names[2]} severe, {names[0]} mild)"


def tell_answer(answer: StressAnswer) -> list[str]:
    """Return the answer as lines of text."""
    case, o = answer.case, answer.outcome
    names = " + ".join(f"{s.id} {s.name}" for s in answer.scenarios)
    return [
        f"Stress: {names}",
        f"Billions of US dollars, scheduled payments {case.quarters[0]} to {case.quarters[-1]}, central run "
        f"(smallest to largest of the runs {', '.join(RUNS)}); as known on {answer.snapshot.day}, "
        f"register {answer.snapshot.content_hash[:12]}",
        *[f"  {s.says}" for s in answer.scenarios if s.says],
        "",
        *_who(answer),
        "",
        "Cash: what payers planned and do not pay",
        f"  binding and unpaid {_band(o.unpaid.sum(axis=(1, 2)))}; deferred {_band(o.deferred.sum(axis=(1, 2)))}; "
        f"options and conditional commitments cut {_band(o.cut.sum(axis=(1, 2)))}",
        "Demand: promises and orders taken back, owed by nobody",
        f"  {_band(o.withdrawn.sum(axis=(1, 2)))}",
        "  Receipts lost, most first (the other side of the same dollars; not to be added):",
        *_losers(answer),
        "Marks: largest falls of value at the end, a judgement on lost receipts and never added to the above",
        f"  {_falls(answer)}",
        *_called(answer),
        f"Conservation: every planned dollar is paid, cut, deferred, unpaid or taken back, within {o.gap:.1g}",
        "",
        "Checked against",
        *[line for s in answer.scenarios for one in s.published for line in _checked(answer, one)],
        *_drawn(answer),
        *_reversed(answer),
        *_rungs(answer),
        "Assumptions used (low / central / high):",
        *[
            f"  {a.name} = {a.value.low:g} / {a.value.central:g} / {a.value.high:g} {a.unit} [{a.source}]"
            for a in answer.assumptions
            if a.name in answer.named or a.name.startswith("stress.")
        ],
    ]


def _who(answer: StressAnswer) -> list[str]:
    found = answer.in_trouble()
    if not found:
        return ["Nobody runs short in any of the three runs"]
    o, lines = (
        answer.outcome,
        ["Who runs short, in order of time; * its opening cash is an assumption, its books are not closed"],
    )
    size = answer.by_payer(o.cut + o.deferred + o.unpaid)
    for k in found[:12]:
        party = answer.case.parties[k]
        row = answer.books.get(party)
        mark = "" if row is not None and row.cash is not None else "*"
        lines.append(
            f"  {party}{mark}: short {_when(answer, o.first_short[:, k])}; "
            f"misses a binding payment {_when(answer, o.first_default[:, k])}; "
            f"not paid as planned {_band(size[:, k])}"
        )
        lines += [f"    through {text}" for text in _through(answer, k)]
    if len(found) > 12:
        lines.append(f"  and {len(found) - 12} more (--json)")
    return lines


def _through(answer: StressAnswer, party: int) -> list[str]:
    o, case = answer.outcome, answer.case
    gone = (o.cut + o.deferred + o.unpaid).sum(axis=1)
    own = [c for c, one in enumerate(case.claims) if one.payer == party and gone[:, c].max() > 0]
    own.sort(key=lambda c: (-gone[1, c], -gone[2, c], case.claims[c].instrument))
    shown = [
        f"{case.claims[c].instrument} to {case.parties[case.claims[c].payee]} "
        f"[{case.claims[c].layer.name.lower()}] {_band(gone[:, c])}"
        for c in own[:_TOP]
    ]
    return shown + ([f"{len(own) - _TOP} more"] if len(own) > _TOP else [])


def _losers(answer: StressAnswer) -> list[str]:
    lost = answer.lost_by_payee()
    order = sorted(range(lost.shape[1]), key=lambda k: (-lost[1, k], answer.case.parties[k]))
    return [f"    {answer.case.parties[k]} {_band(lost[:, k])}" for k in order[:8] if lost[:, k].max() > 1e6]


def _falls(answer: StressAnswer) -> str:
    fall = answer.outcome.fall[:, -1]
    order = sorted(range(fall.shape[1]), key=lambda k: (-fall[1, k], answer.case.parties[k]))
    shown = [k for k in order[:8] if fall[1, k] > 0.005]
    return "; ".join(
        f"{answer.case.parties[k]} {fall[1, k]:.0%} ({fall[:, k].min():.0%} to {fall[:, k].max():.0%})"
        for k in shown
    ) or "none above half a per cent"  # fmt: skip


def _called(answer: StressAnswer) -> list[str]:
    called = answer.outcome.called.sum(axis=1)
    lines = [
        f"  {one.instrument}: {answer.case.parties[one.guarantor]} pays {_band(called[:, g])}"
        for g, one in enumerate(answer.case.calls)
        if called[:, g].max() > 0
    ]
    return ["Guarantees called", *lines] if lines else []


def _measure(answer: StressAnswer, one: Published) -> FloatArray | None:
    case, o = answer.case, answer.outcome
    if one.of and one.of not in case.parties:
        return None
    k = case.parties.index(one.of) if one.of else -1
    match one.measure:
        case "funding_need":
            found = case.money[:, :, k].sum(axis=1)
        case "receipts_lost":
            found = answer.lost_by_payee()[:, k]
        case "unpaid":
            found = o.unpaid.sum(axis=(1, 2))
        case "promises_gone":
            found = o.withdrawn.sum(axis=(1, 2))
        case "fall":
            found = o.fall[:, -1, k]
        case _:
            return None
    return np.asarray(found, dtype=np.float64)


def _checked(answer: StressAnswer, one: Published) -> list[str]:
    lines = [f"  {one.who}: {one.says} <{one.url}>"]
    ours = _measure(answer, one)
    if ours is not None and one.usd is not None:
        what = f"{one.measure}{f' of {one.of}' if one.of else ''}"
        share = f", {ours[1] / one.usd.central:.2f} of theirs" if one.usd.central else ""
        lines.append(f"    ours ({what}) {_band(ours)}{share}")
    return [*lines, f"    {one.difference}"]


def _drawn(answer: StressAnswer) -> list[str]:
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
            lines.append(
                f"  {draws.parties[k]} misses a binding payment in {share[k]:.1%} of draws; "
                f"unpaid {ends[0]:,.1f} / {ends[1]:,.1f} / {ends[2]:,.1f}"
            )
    lines.append("  A share of draws is what the assumptions imply, not a probability of default")
    return [*lines, ""]


def _reversed(answer: StressAnswer) -> list[str]:
    one = answer.bracket
    if one is None:
        return []
    note = "" if one.monotone else "; not monotone in the scale, so a smaller break cannot be excluded"
    if one.breaks_at is None:
        return [f"Reverse: {answer.reverse} pays what is binding at every scale tried, 0 to 1", ""]
    holds = "at no scale" if one.holds_at is None else f"at {one.holds_at:.8f}"
    return [
        f"Reverse: central run, all shocks scaled together: {answer.reverse} pays {holds} of the sizes "
        f"and misses a binding payment at {one.breaks_at:.8f}{note}",
        "",
    ]


def _rungs(answer: StressAnswer) -> list[str]:
    if not answer.ladder:
        return []
    most = max(float(rung[1]) for _, rung in answer.ladder) or 1.0
    lines = ["Ladder: scale of all shocks, binding and unpaid in the window"]
    for scale, rung in answer.ladder:
        bar = "#" * round(30 * float(rung[1]) / most)
        lines.append(f"  {scale:4.0%} {_band(rung):>26} {bar}".rstrip())
    return [*lines, ""]


def answer_json(answer: StressAnswer) -> dict[str, Any]:
    """Return the answer as plain values; a triple is in the order of the runs."""
    case, o = answer.case, answer.outcome
    heads = ("cut", "deferred", "unpaid", "withdrawn")
    bracket = answer.bracket
    return {
        "register": answer.snapshot.content_hash[:12],
        "known_on": answer.snapshot.day.isoformat(),
        "unit": "USD",
        "runs": list(RUNS),
        "scenarios": [_scenario_json(s) for s in answer.scenarios],
        "quarters": [str(q) for q in case.quarters],
        "totals": {name: getattr(o, name).sum(axis=(1, 2)).tolist() for name in heads},
        "parties": _parties_json(answer, heads),
        "contracts": _contracts(answer),
        "guarantees": [
            {
                "instrument": g.instrument,
                "called": o.called[:, :, n].sum(axis=1).tolist(),
                "paid": o.call_paid[:, :, n].sum(axis=1).tolist(),
            }
            for n, g in enumerate(case.calls)
        ],
        "checked": [_checked_json(answer, one) for s in answer.scenarios for one in s.published],
        "draws": _draws_json(answer),
        "conservation_gap": o.gap,
        "ladder": [{"scale": scale, "unpaid": rung.tolist()} for scale, rung in answer.ladder],
        "reverse": None
        if bracket is None
        else {
            "party": answer.reverse,
            "holds_at": bracket.holds_at,
            "breaks_at": bracket.breaks_at,
            "monotone": bracket.monotone,
        },
        "assumptions": [
            a.as_dict() for a in answer.assumptions if a.name in answer.named or a.name.startswith("stress.")
        ],
    }


def _scenario_json(scenario: Scenario) -> dict[str, Any]:
    shocks = [
        {**k.model_dump(mode="json", exclude={"size"}), "size": k.size.as_dict()} for k in scenario.shocks
    ]
    return {"id": scenario.id, "name": scenario.name, "says": scenario.says, "shocks": shocks}


def _checked_json(answer: StressAnswer, one: Published) -> dict[str, Any]:
    ours = _measure(answer, one)
    return {
        **one.model_dump(mode="json", exclude={"usd"}),
        "theirs": one.usd.as_dict() if one.usd is not None else None,
        "ours": ours.tolist() if ours is not None else None,
    }


def _parties_json(answer: StressAnswer, heads: tuple[str, ...]) -> list[dict[str, Any]]:
    case, o = answer.case, answer.outcome
    size = {name: answer.by_payer(getattr(o, name)) for name in heads}
    lost = answer.lost_by_payee()
    rows = []
    for k, party in enumerate(case.parties):
        books = answer.books.get(party)
        rows.append(
            {
                "party": party,
                "books_reported": books is not None,
                "cash_reported": books is not None and books.cash is not None,
                "ids": list(books.ids) if books is not None else [],
                "first_short": [str(case.quarters[q]) if q >= 0 else None for q in o.first_short[:, k]],
                "first_missed": [str(case.quarters[q]) if q >= 0 else None for q in o.first_default[:, k]],
                **{name: values[:, k].tolist() for name, values in size.items()},
                "receipts_lost": lost[:, k].tolist(),
                "fall": o.fall[:, -1, k].tolist(),
                "unsigned_funding_planned": case.money[:, :, k].sum(axis=1).tolist(),
            }
        )
    return rows


def _contracts(answer: StressAnswer) -> list[dict[str, Any]]:
    o, rows = answer.outcome, []
    for c, one in enumerate(answer.case.claims):
        heads = {name: getattr(o, name)[:, :, c] for name in ("withdrawn", "cut", "deferred", "unpaid")}
        if max(float(v.max()) for v in heads.values()) <= 0:
            continue
        ends = {"payer": answer.case.parties[one.payer], "payee": answer.case.parties[one.payee]}
        by_quarter = {name: v.tolist() for name, v in heads.items() if v.max() > 0}
        rows.append({"instrument": one.instrument, **ends, "layer": one.layer.name.lower(), **by_quarter})
    return rows


def _draws_json(answer: StressAnswer) -> dict[str, Any] | None:
    d = answer.draws
    if d is None:
        return None
    at = (0.05, 0.5, 0.95)
    return {
        "n": len(d.unpaid), "seed": answer.seed, "quantiles": list(at),
        "unpaid": np.quantile(d.unpaid.sum(axis=1), at).tolist(),
        "parties": {
            p: {
                "missed_share": float((d.default[:, k] >= 0).mean()),
                "unpaid": np.quantile(d.unpaid[:, k], at).tolist(),
                "receipts_lost": np.quantile(d.lost[:, k], at).tolist(),
            }
            for k, p in enumerate(d.parties)
        },
    }  # fmt: skip


def stress_lines(answer: StressAnswer) -> list[tuple[str, tuple[str, ...]]]:
    """Return a paragraph for the brief: each sentence with the instrument ids behind its figures."""
    found = answer.in_trouble()
    if not found:
        return [("Nobody runs short in any of the three runs.", ())]
    k = found[0]
    o, case = answer.outcome, answer.case
    gone = (o.cut + o.deferred + o.unpaid).sum(axis=1)
    ids = tuple(
        one.instrument for c, one in enumerate(case.claims) if one.payer == k and gone[:, c].max() > 0
    )
    size = answer.by_payer(o.cut + o.deferred + o.unpaid)[:, k]
    text = f"Under {' + '.join(s.name for s in answer.scenarios)}, {case.parties[k]} runs short first, "
    return [(f"{text}{_when(answer, o.first_short[:, k])}, by ${_band(size)} bn.", ids)]


def tell_ranking(ranking: Ranking, heading: str, top: int = 20) -> list[str]:
    """Return the most important parties as lines of text, then the most vulnerable."""
    order = sorted(range(len(ranking.parties)), key=lambda k: (-ranking.importance[k, 1], ranking.parties[k]))
    lines = [heading, "If it pays nothing from the first quarter, the others lose receipts of"]
    lines += [f"  {ranking.parties[k]} {_band(ranking.importance[k])}" for k in order[:top]]
    order.sort(key=lambda k: (-ranking.vulnerability[k, 1], ranking.parties[k]))
    lines.append(f"Misses a binding payment when another fails, of {len(ranking.parties) - 1} others")
    lines += [
        f"  {ranking.parties[k]} {ranking.vulnerability[k, 1]:.0f} "
        f"({ranking.vulnerability[k].min():.0f} to {ranking.vulnerability[k].max():.0f})"
        for k in order[:top]
        if ranking.vulnerability[k].max() > 0
    ]
    return lines


def rank_json(ranking: Ranking) -> dict[str, Any]:
    """Return the ranking as plain values; a triple is in the order of the runs."""
    return {
        "unit": "USD",
        "runs": list(RUNS),
        "parties": [
            {
                "party": party,
                "receipts_lost_by_others": ranking.importance[k].tolist(),
                "fails_with": ranking.vulnerability[k].tolist(),
            }
            for k, party in enumerate(ranking.parties)
        ],
    }
