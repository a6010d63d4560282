"""The answer as plain values for JSON; a triple is in the order of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from loopledger.report.stress.answer import Breaking, StressAnswer
from loopledger.report.stress.compare import Compared, compare
from loopledger.report.stress.drivers import find_drivers
from loopledger.report.stress.resting import plan_of
from loopledger.stress.cascade import RUNS, Bracket, Norm, Ranking, net_losses, read_entries
from loopledger.stress.scenarios import Scenario

__all__ = ["answer_json", "breaking_json", "rank_json"]

_HEADS = ("unpaid", "deferred", "cut")


def answer_json(
    answer: StressAnswer, compared: Sequence[tuple[Compared, ...]] | None = None
) -> dict[str, Any]:
    """Return the answer as plain values, each figure with the ids behind it.

    Parameters
    ----------
    compared : sequence of tuple of Compared, optional
        Published sizes by scenario; without the parts of the differences by default.
    """
    case, o = answer.case, answer.outcome
    by_scenario = compared if compared is not None else [compare(answer, s) for s in answer.scenarios]
    found = answer.in_trouble()
    return {
        "known_on": answer.snapshot.day.isoformat(),
        "register": answer.snapshot.content_hash,
        "unit": "USD",
        "runs": list(RUNS),
        "scenarios": [_scenario_json(s) for s in answer.scenarios],
        "quarters": [str(q) for q in case.quarters],
        "totals": {
            name: getattr(o, name).sum(axis=(1, 2)).tolist()
            for name in (*_HEADS, "withdrawn", "orders", "dried", "covered")
        },
        "parties": _parties_json(answer),
        "contracts": _contracts(answer),
        "ledgers": _ledgers(answer),
        "guarantees": [
            {
                "instrument": g.instrument,
                "called": o.called[:, :, n].sum(axis=1).tolist(),
                "paid": o.call_paid[:, :, n].sum(axis=1).tolist(),
            }
            for n, g in enumerate(case.calls)
        ],
        "first_rests_on": _plan(answer, found[0]) if found else None,
        "checked": [_compared_json(one) for scenario in by_scenario for one in scenario],
        "draws": _draws_json(answer),
        "conservation_gap": o.gap,
        "solved_exactly": o.n_exact,
        "ladder": [
            {
                "scale": scale,
                "unpaid": rung.tolist(),
                "by_payer": {
                    case.parties[k]: parties[:, k].tolist() for k in np.flatnonzero(parties.max(axis=0) > 0)
                },
            }
            for scale, rung, parties in answer.ladder
        ],
        "reverse": _reverse_json(answer),
        "why": _why_none(answer, found),
        "assumptions": [a.as_dict() for a in answer.used()],
    }


def _why_none(answer: StressAnswer, in_trouble: Sequence[int]) -> dict[str, str]:
    """Return why a field is none, by its name; a triple is of the runs."""
    why = {
        "parties.first_short": "in that run the party cuts, defers and misses nothing in the window",
        "parties.first_missed": "in that run the party misses no binding payment in the window",
    }
    if not in_trouble:
        why["first_rests_on"] = "no party runs short"
    if answer.draws is None:
        why["draws"] = "not asked for; --draws N draws"
    if answer.reverse is None:
        why["reverse"] = "not asked for; --reverse PARTY asks"
    return why


def _scenario_json(scenario: Scenario) -> dict[str, Any]:
    shocks = [
        {**k.model_dump(mode="json", exclude={"size"}), "size": k.size.as_dict()} for k in scenario.shocks
    ]
    return {"id": scenario.id, "name": scenario.name, "says": scenario.says, "shocks": shocks}


def _compared_json(one: Compared) -> dict[str, Any]:
    p = one.published
    return {
        "says": p.says,
        "who": p.who,
        "url": p.url,
        "measure": p.measure.value,
        "of": p.of,
        "unit": p.measure.unit,
        "theirs": p.value.as_dict() if p.value is not None else None,
        "ours": one.ours.tolist() if one.ours is not None else None,
        "ids": list(one.ids),
        "parts": [
            {"ours": part.says, "amounts": part.amounts.tolist() if part.amounts is not None else None}
            for part in one.parts
        ],
        "difference": p.difference,
        "why": _why_not_compared(one),
    }


def _why_not_compared(one: Compared) -> dict[str, str]:
    """Return why a published size or ours is none, by the field."""
    p = one.published
    if p.value is None:
        return dict.fromkeys(
            ("theirs", "ours"), "no measure of ours has the definition of theirs; it is quoted"
        )
    if one.ours is None:
        return {
            "ours": f"the window has nothing of {p.of}" if p.of else "the window has nothing of that kind"
        }
    return {}


def _plan(answer: StressAnswer, party: int) -> dict[str, Any]:
    plan = plan_of(answer, party)
    return {
        "party": plan.party,
        "rows": [
            {"what": r.says, "by_quarter": r.by_quarter.tolist(), "ids": list(r.ids)} for r in plan.rows
        ],
    }


def _parties_json(answer: StressAnswer) -> list[dict[str, Any]]:
    case, o = answer.case, answer.outcome
    size = {name: answer.by_payer(getattr(o, name)) for name in _HEADS}
    lost, netted = answer.lost_by_payee(), net_losses(case, o)
    apart, known = answer.lost_apart(), answer.values_known()
    rows = []
    for k, party in enumerate(case.parties):
        books = answer.books.get(party)
        rows.append(
            {
                "party": party,
                "books_reported": books is not None,
                "cash_reported": books is not None and books.cash is not None,
                "cash_basis": answer.cash_basis(k),
                "ids": list(books.ids) if books is not None else [],
                "first_short": [str(case.quarters[q]) if q >= 0 else None for q in o.first_short[:, k]],
                "first_missed": [str(case.quarters[q]) if q >= 0 else None for q in o.first_default[:, k]],
                "unpaid_in_that_quarter": answer.first_missed(k).tolist(),
                **{name: values[:, k].tolist() for name, values in size.items()},
                "receipts_lost": lost[:, k].tolist(),
                "receipts_lost_under_contracts": apart.contracts[:, k].tolist(),
                "sales_to_end_customers_lost": apart.sales[:, k].tolist(),
                "funding_not_received": apart.funding[:, k].tolist(),
                "stays_of_receipts_lost": netted.stays[:, k].tolist(),
                "cash": o.cash[:, :, k].tolist(),
                "fall": o.fall[:, -1, k].tolist(),
                "fall_of": "value" if known[k] else "claims and stakes on record",
                "extra_depreciation": case.extra_depreciation[:, :, k].sum(axis=1).tolist(),
                "hardware_bought_again": case.replaced[:, :, k].sum(axis=1).tolist(),
                "unsigned_funding_planned": case.money[:, :, k].sum(axis=1).tolist(),
            }
        )
    return rows


def _contracts(answer: StressAnswer) -> list[dict[str, Any]]:
    o, rows = answer.outcome, []
    for c, one in enumerate(answer.case.claims):
        heads = {name: getattr(o, name)[:, :, c] for name in ("withdrawn", *_HEADS, "covered")}
        if max(float(v.max()) for v in heads.values()) <= 0:
            continue
        ends = {"payer": answer.case.parties[one.payer], "payee": answer.case.parties[one.payee]}
        by_quarter = {name: v.tolist() for name, v in heads.items() if v.max() > 0}
        rows.append({"instrument": one.instrument, **ends, "layer": one.layer.name.lower(), **by_quarter})
    return rows


def _ledgers(answer: StressAnswer) -> list[dict[str, Any]]:
    """Return every entry of the three ledgers; they are never added to each other."""
    case = answer.case
    return [
        {
            "ledger": e.head.ledger.value, "head": e.head.value, "quarter": str(case.quarters[e.quarter]),
            "instrument": e.instrument, "from": case.parties[e.payer], "to": case.parties[e.payee],
            "amounts": e.amounts.tolist(),
        }
        for e in read_entries(case, answer.outcome)
    ]  # fmt: skip


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
                "decided_by": {one.name: one.strength for one in find_drivers(answer, k)},
            }
            for k, p in enumerate(d.parties)
        },
    }  # fmt: skip


def _bracket_json(one: Bracket) -> dict[str, Any]:
    why = {} if one.breaks_at is not None else {"breaks_at": "it holds at every scale tried, 0 to 1"}
    if one.holds_at is None:
        why["holds_at"] = "it breaks without any shock"
    return {"holds_at": one.holds_at, "breaks_at": one.breaks_at, "monotone": one.monotone, "why": why}


def _reverse_json(answer: StressAnswer) -> dict[str, Any] | None:
    one = answer.reverse
    if one is None:
        return None
    norm = {
        "kind": one.norm.kind.value,
        "threshold": one.norm.threshold,
        "assumption": one.norm.assumption or None,
        "why": _why_no_threshold(one.norm),
    }
    by_run = {run: _bracket_json(b) for run, b in zip(RUNS, one.brackets, strict=True)}
    return {"party": one.party, "norm": norm, **by_run["central"], "by_run": by_run}


def _why_no_threshold(norm: Norm) -> dict[str, str]:
    """Return why a norm has no threshold of its own, or no assumption, by the field."""
    if norm.threshold is not None:
        return {"assumption": "the threshold is given"}
    if norm.assumption:
        return {"threshold": "that of the assumption, run by run"}
    return dict.fromkeys(("threshold", "assumption"), "this norm needs none: any such payment breaks it")


def breaking_json(one: Breaking) -> dict[str, Any]:
    """Return the cheapest combination that breaks a group as plain values."""
    c = one.cheapest
    why = {name: says for name, says in _why_no_threshold(one.norm).items() if name == "threshold"}
    if not c.found:
        held = "the group holds under every combination tried"
        why |= dict.fromkeys(("cost", "at_least"), held)
    return {
        "parties": list(one.parties), "norm": one.norm.kind.value, "threshold": one.norm.threshold, "why": why,
        "pool": list(one.pool), "found": [dict(each) for each in c.found], "cost": c.cost if c.found else None,
        "at_least": c.at_least if c.found else None, "tried": c.n_tried, "of": c.n_all, "most": c.most,
        "steps": c.steps,
    }  # fmt: skip


def rank_json(ranking: Ranking) -> dict[str, Any]:
    """Return the ranking as plain values: one value a named run, or 5, 50 and 95 per cent of draws."""
    named = ranking.importance.shape[1] == len(RUNS)

    def ends(k: int, name: str) -> list[float]:
        values = getattr(ranking, name)[k]
        found: list[float] = (values if named else np.quantile(values, (0.05, 0.5, 0.95))).tolist()
        return found

    return {
        "unit": "USD",
        **(
            {"runs": list(RUNS)}
            if named
            else {"quantiles": [0.05, 0.5, 0.95], "n": ranking.importance.shape[1]}
        ),
        "parties": [
            {
                "party": party,
                "receipts_lost_by_others": ends(k, "importance"),
                "others_that_miss": ends(k, "felled"),
                "fails_with": ends(k, "vulnerability"),
            }
            for k, party in enumerate(ranking.parties)
        ],
    }
