"""A brief or a page as JSON: everything a reader needs to compute its figures again."""

from __future__ import annotations

from typing import Any

from loopledger.network import FlowTable
from loopledger.report.analysis import DealLoop, FundingView
from loopledger.report.brief import Brief
from loopledger.report.model import Figure, Part, Report, Section, Sentence, SourcedRecord
from loopledger.schedule import Flow, Leg
from loopledger.units import Interval, Quarter

__all__ = ["brief_json", "page_json"]


def brief_json(brief: Brief) -> dict[str, Any]:
    """Return the brief as plain values: sections, figures, promises, flows, loops, funding, records."""
    deal = brief.context.deal
    return {
        "title": brief.title,
        "run": brief.run.as_dict(),
        "sections": [_section(section) for section in brief.sections],
        "figures": [figure.as_dict() for figure in brief.figures],
        "promises": [
            {"id": item.id, "source": item.source, **item.draft.as_dict(), "register": item.match.as_dict()}
            for item in deal.items
        ],
        "flows": {
            "known": [_flow(flow) for flow in deal.flows],
            "announced": [_flow(flow) for flow in deal.announced_flows],
        },
        "register_sums": _register_sums(brief) if deal.items else [],
        "unit_costs": _unit_costs(brief) if deal.items else {},
        "unscheduled": [
            {"instrument": u.instrument, "reason": u.reason}
            for u in deal.schedule.unscheduled
            if u.instrument in deal.known_ids
        ],
        "loops": [_loop(loop) for loop in brief.context.loops] if deal.items else [],
        "funding": [_view(view) for view in brief.context.views] if deal.items else [],
        "records": [_record(record) for record in brief.records],
        "assumptions": [assumption.as_dict() for assumption in brief.assumptions],
    }  # fmt: skip


def page_json(page: Report) -> dict[str, Any]:
    """Return a page as plain values: sections, figures, the numbers of the pictures, records, assumptions."""
    return {
        "title": page.title,
        "run": page.run.as_dict(),
        "sections": [_section(section) for section in page.sections],
        "figures": [figure.as_dict() for figure in page.figures],
        "pictures": [
            {
                "name": picture.name, "caption": picture.caption, "note": picture.note,
                "header": list(picture.header), "rows": [list(row) for row in picture.rows],
            }
            for picture in page.pictures.values()
        ],
        "records": [_record(record) for record in page.records],
        "assumptions": [assumption.as_dict() for assumption in page.assumptions],
    }  # fmt: skip


def _record(record: SourcedRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "says": record.says,
        "sources": [
            {"says": s.says, "publisher": s.publisher, "published": s.published, "grade": s.grade,
             "url": s.url, "quote": s.is_quote}
            for s in record.sources
        ],
    }  # fmt: skip


def _part(part: Part) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(part, str):
        return part
    return {"figure": part.id, "text": part.text} if isinstance(part, Figure) else {"record": part.id}


def _said(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "parts": [_part(part) for part in sentence.parts]}


def _section(section: Section) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for kind, content in section.blocks:
        match kind:
            case "bullets":
                blocks.append({"bullets": [_said(sentence) for sentence in content]})
            case "text":
                blocks.append({"text": _said(content)})
            case "table":
                rows = [[_said(cell) for cell in row] for row in content.rows]
                blocks.append(
                    {"table": {"caption": content.caption, "header": list(content.header), "rows": rows}}
                )
            case _:
                blocks.append({kind: content})
    return {"heading": section.heading, "blocks": blocks}


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "period": str(flow.period), "payer": flow.payer, "payee": flow.payee, "kind": flow.kind,
        **flow.amount.as_dict(), "unit": "USD", "certainty": flow.certainty.value, "cash": flow.cash,
        "contingent": flow.contingent, "derived": flow.derived, "instrument": flow.instrument,
        "assumptions": list(flow.assumptions),
    }  # fmt: skip


def _register_sums(brief: Brief) -> list[dict[str, Any]]:
    """Return the whole register's scheduled flows, summed over time: in all, and from this quarter on."""
    schedule, now = brief.context.deal.schedule, Quarter.of(brief.context.deal.known_on)
    groups: dict[tuple[str, str, str, str, Leg, bool, bool], list[Flow]] = {}
    for flow in schedule.flows:
        key = (flow.instrument, flow.payer, flow.payee, flow.kind, flow.leg, flow.cash, flow.contingent)
        groups.setdefault(key, []).append(flow)
    return [
        {
            "instrument": instrument, "payer": payer, "payee": payee, "kind": kind, "leg": leg.value, "cash": cash,
            "contingent": contingent, "total": Interval.total(f.amount for f in flows).as_dict(),
            "ahead": Interval.total(f.amount for f in flows if f.period >= now).as_dict(),
        }
        for (instrument, payer, payee, kind, leg, cash, contingent), flows in sorted(groups.items())
    ]  # fmt: skip


def _unit_costs(brief: Brief) -> dict[str, Any]:
    costs = {"build": brief.context.build_cost, "rent": brief.context.rent}
    return {
        name: {
            "by_source": {who: list(ends) for who, ends in cost.by_source.items()},
            "rows": list(cost.sources),
        }
        for name, cost in costs.items()
        if cost is not None
    }


def _loop(loop: DealLoop) -> dict[str, Any]:
    return {
        "parties": list(loop.parties),
        "kind": loop.kind.value,
        "value": loop.value.as_dict() if loop.value else None,
        "time_feasible": loop.time_feasible,
        "legs": [
            {
                "payer": leg.payer, "payee": leg.payee, "amount": leg.amount.as_dict() if leg.amount else None,
                "instruments": list(leg.ids), "kinds": list(leg.kinds), "derived": leg.derived,
                "contingent": leg.contingent,
            }
            for leg in loop.legs
        ],
    }  # fmt: skip


def _view(view: FundingView) -> dict[str, Any]:
    found = view.found
    return {
        "id": view.id,
        "scope": view.scope,
        "funders": list(found.funders),
        "seller": found.seller,
        "receipts": found.receipts,
        "outlays": found.outlays,
        "returned": dict(found.returned),
        "share": found.share,
        "share_low": dict(view.low),
        "share_high": dict(view.high),
        "coloured_instruments": list(view.outlays),
        "counted_instruments": list(view.sales),
        "unexplained": [
            {"party": party, "period": period, "amount": amount}
            for (party, period), amount in sorted(found.unexplained.items())
        ],
        "certificates": {rule: proof.as_dict() for rule, proof in found.certificates.items()},
        "table": _table(view.table),
    }


def _table(table: FlowTable) -> dict[str, Any]:
    """Return the payments behind a funding answer, in the columns that ``--flows`` reads."""
    columns = ["period", "payer", "payee", "kind", "amount", "instrument", "earmarked_for"]
    rows = [
        [
            table.periods[table.period[i]], table.parties[table.payer[i]], table.parties[table.payee[i]],
            table.kinds[table.kind[i]], float(table.amount[i]), table.instruments[table.instrument[i]],
            " ".join(table.earmarks.get(table.instruments[table.instrument[i]], ())),
        ]
        for i in range(len(table))
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}
