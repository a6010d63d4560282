"""Figures in words and in JSON, as the commands print them."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from loopledger.records.literals import plain_number
from loopledger.register.figures.companyfacts import CompanyFacts
from loopledger.register.figures.proposals import Offer, Proposal
from loopledger.register.figures.quarters import QuarterFigure, quarters_of
from loopledger.register.figures.series import Figure, Point, Series
from loopledger.register.observations import Observation
from loopledger.units import Bound

__all__ = ["facts_lines", "proposal_json", "series_json", "series_text"]

_WIDTH = 100
_SHOWN = 20
_WORDS = {Bound.ABOUT: "about ", Bound.UP_TO: "up to ", Bound.AT_LEAST: "at least "}


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else plain_number(value)


def _value_text(low: Decimal | None, high: Decimal | None, bound: Bound) -> str:
    ends = [f"{end.normalize():,f}" for end in (low, high) if end is not None]
    return _WORDS.get(bound, "") + (" to ".join(ends) if bound is Bound.RANGE else ends[0])


def _figure_text(figure: Figure) -> str:
    return _value_text(figure.low, figure.high, figure.bound)


def _row_json(row: Observation) -> dict[str, Any]:
    return {
        "value": _number(row.value), "bound": row.bound.value, "grade": row.grade.value,
        "published": row.published, "source_url": row.source_url, "note": row.note,
        "at": f"{row.file}:{row.line}",
    }  # fmt: skip


def _figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "low": _number(figure.low), "high": _number(figure.high), "bound": figure.bound.value,
        "why": _why_open(figure.low, figure.high), "evidence": [_row_json(row) for row in figure.rows],
    }  # fmt: skip


def _why_open(low: Decimal | None, high: Decimal | None) -> dict[str, str]:
    """Return why an end is none, by its name."""
    why = {} if low is not None else {"low": "only the most that it can be is stated"}
    return why if high is not None else {**why, "high": "only the least that it can be is stated"}


def _point_json(point: Point) -> dict[str, Any]:
    beside = [{"standing": b.standing.value, **_figure_json(b.figure)} for b in point.beside]
    found: dict[str, Any] = {
        "period": point.period, "period_end": point.end.isoformat() if point.end else None,
        "segment": point.segment, **_figure_json(point.figure), "beside": beside,
    }  # fmt: skip
    if point.end is None:
        found["why"]["period_end"] = "the source gives no day on which it ends"
    return found


def _quarter_json(quarter: QuarterFigure) -> dict[str, Any]:
    why = _why_open(quarter.low, quarter.high)
    if quarter.check is None:
        alone = (
            "it is not reported but subtracted" if quarter.is_subtracted else "it cannot be subtracted too"
        )
        why["reported_less_subtracted"] = alone
    return {
        "quarter": str(quarter.quarter), "offset_days": quarter.offset_days, "period": quarter.period,
        "period_end": quarter.end.isoformat(), "low": _number(quarter.low), "high": _number(quarter.high),
        "bound": quarter.bound.value, "segment": quarter.segment, "arithmetic": quarter.arithmetic,
        "terms": [{"sign": t.sign, "period": t.period, **_figure_json(t.figure)} for t in quarter.terms],
        "reported_less_subtracted": _number(quarter.check), "why": why,
    }  # fmt: skip


def series_json(series: Series, *, with_quarters: bool) -> dict[str, Any]:
    """Return a series for JSON."""
    content: dict[str, Any] = {
        "party": series.party, "metric": series.metric.name, "unit": series.unit,
        "nature": series.metric.nature.value, "definition": series.metric.says,
        "additive": series.metric.additive,
        "breaks": [{"on": b.on.isoformat(), "note": b.note} for b in series.breaks],
        "points": [_point_json(point) for point in series.points],
    }  # fmt: skip
    if with_quarters:
        quarters, refusals = quarters_of(series)
        content["quarters"] = [_quarter_json(quarter) for quarter in quarters]
        content["refused"] = [{"period": r.period, "why": r.why} for r in refusals]
    return content


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def series_text(series: Series, *, with_quarters: bool) -> str:
    """Return a series in plain lines of at most 100 columns.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.register.figures.series import observe
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> [series] = observe(snapshot, party="larkspur")
    >>> print(series_text(series, with_quarters=False), end="")
    larkspur revenue, usd, flow: Sales recognised in the period, whole company
      2025         2025-12-31            about 6,000,000,000  reported         2026-01-15
    """
    kind = f"{series.metric.nature.value}{', said in advance' if series.metric.outlook else ''}"
    head = f"{series.party} {series.metric.name}, {series.unit}, {kind}: {series.metric.says}"
    body = _quarter_lines(series) if with_quarters else _point_lines(series)
    return "\n".join([*_wrapped(head, ""), *body]) + "\n"


def _point_lines(series: Series) -> Iterator[str]:
    breaks = dict(enumerate(series.metric.breaks_of(series.party), 1))
    segment = series.points[0].segment
    for point in series.points:
        if point.segment != segment:
            segment = point.segment
            yield from _wrapped(f"-- definition changes: {breaks[segment].note}", "  ")
        end = point.end.isoformat() if point.end else ""
        row = point.figure.first
        yield f"  {point.period:<12} {end:<10} {_figure_text(point.figure):>30}  {row.grade.value:<15}  {row.published}"
        for other in point.beside:
            row, text = other.figure.first, _figure_text(other.figure)
            yield f"    {other.standing.value:<21}{text:>30}  {row.grade.value:<15}  {row.published}"


def _quarter_lines(series: Series) -> Iterator[str]:
    quarters, refusals = quarters_of(series)
    breaks = dict(enumerate(series.metric.breaks_of(series.party), 1))
    segment = quarters[0].segment if quarters else 0
    for q in quarters:
        if q.segment != segment:
            segment = q.segment
            yield from _wrapped(f"-- definition changes: {breaks[segment].note}", "  ")
        how = f"= {q.arithmetic}" if q.is_subtracted else f"stated, {q.terms[0].figure.first.grade.value}"
        if q.check:
            how += f", off by {_value_text(q.check, q.check, Bound.EXACT)}"
        value = _value_text(q.low, q.high, q.bound)
        yield f"  {q.quarter!s}  {q.period:<9} {q.offset_days:>+3} d {value:>27}  {how}"
    for refusal in refusals:
        yield from _wrapped(f"refused {refusal.period}: {refusal.why}", "  ")
    if not quarters and not refusals:
        yield "  no quarter"


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """Return an offered row for JSON."""
    row = proposal.row
    return {
        "offer": proposal.offer.value, "party": row.party, "metric": row.metric, "period": row.period,
        "period_end": row.period_end.isoformat() if row.period_end else None, "unit": row.unit,
        **_row_json(row), "standing": [_row_json(other) for other in proposal.standing],
    }  # fmt: skip


def facts_lines(facts: CompanyFacts, proposals: list[Proposal]) -> Iterator[str]:
    """Yield what a companyfacts file holds and how it stands to the register, in plain lines."""
    counts = Counter(p.offer for p in proposals)
    yield (
        f"{facts.entity} (CIK {facts.cik}), fiscal year to month {facts.calendar.ends}: {facts.n_used} of "
        f"{facts.n_facts} facts"
    )
    yield "  " + ", ".join(f"{counts[offer]} {offer.value}" for offer in Offer)
    for name, left in (
        ("unknown tags", facts.unknown_tags),
        ("other units", facts.other_units),
        ("other lengths", facts.other_lengths),
        ("other forms", facts.other_forms),
    ):
        if left:
            shown = ", ".join(f"{key} ({n})" for key, n in list(left.items())[:_SHOWN])
            more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
            yield from _wrapped(f"{name}, left aside: {shown}{more}", "  ")
    for text in facts.differing:
        yield from _wrapped(f"two values in one filing: {text}", "  ")
    for proposal in proposals:
        if proposal.offer in (Offer.RESTATES, Offer.CONFLICTS, Offer.ROUNDED):
            row = proposal.row
            yield f"  {proposal.offer.value} {row.metric} {row.period}: {row.value:,f}, filed {row.published}"
            for other in proposal.standing:
                at = f"{other.file}:{other.line}"
                yield f"    register: {other.value:,f}, {other.grade.value}, {other.published}, {at}"
    new = Counter(p.row.metric for p in proposals if p.offer is Offer.NEW)
    if new:
        yield from _wrapped("new rows: " + ", ".join(f"{metric} ({n})" for metric, n in new.items()), "  ")
