"""Who a party depends on, and the measures of its exposure, as the exposure stage works them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loopledger.exposure import (
    NotReported,
    Reading,
    Sheet,
    load_measures,
    measure_party,
    measure_system,
)
from loopledger.report.dependence import DependenceWords, dependence_rows
from loopledger.report.model import Basis, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext
from loopledger.report.wording import join
from loopledger.schedule import promise_id

__all__ = ["exposure_blocks", "system_blocks"]

_DEPENDENCE = DependenceWords(
    buyers="is owed by buyers",
    suppliers="owes suppliers",
    funders="is to be funded by",
    label="{side}",
    what="what {party} {side}, still to come",
    how="sum of scheduled payments, bound by bound",
    most=4,
)
_UNITS = {
    "usd": Unit.USD, "usd_per_year": Unit.USD_PER_YEAR, "share": Unit.SHARE, "ratio": Unit.RATIO, "years": Unit.YEARS,
    "per_year": Unit.PER_YEAR, "count": Unit.COUNT,
}  # fmt: skip
#: Measures of a party that a page shows, in order; the command on exposure prints all.
_SHOWN = (
    "commitments_remaining", "commitments_overlap", "commitments_hhi", "commitments_due_24m", "backlog_remaining",
    "backlog_overlap", "backlog_hhi", "backlog_reported", "backlog_matched", "backlog_unmatched", "revenue_rate",
    "liquid_funds", "cash_carried", "commitments_to_revenue", "claim_on_sources", "funding_gap", "vendor_committed",
    "vendor_drawn", "vendor_committed_ratio", "vendor_drawn_ratio", "leases_not_begun", "guarantees_maximum",
    "rival_buys", "rival_funds", "rival_hosts",
)  # fmt: skip
_SHOWN_OF_ALL = (
    "dedup_factor", "system_remaining", "system_overlap", "system_hhi", "system_due_24m", "system_duration",
    "system_backlog",
)  # fmt: skip


def exposure_blocks(context: PageContext, party: str) -> tuple[list[tuple[str, Any]], list[Sentence]]:
    """Return the measures of a party's exposure, and what could not be measured."""
    blocks: list[tuple[str, Any]] = []
    ahead = [flow for flow in context.schedule.flows if context.is_ahead(flow)]
    rows = dependence_rows(
        context.book, ahead, party, first=context.window.ahead, last=context.window.last, key="depend",
        name=context.name, words=_DEPENDENCE, estimated=context.is_estimated,
    )  # fmt: skip
    if rows:
        blocks.append((
            "table",
            Table(
                caption=f"Still to come, {context.basis_ahead}; derived and contingent payments left out",
                header=(context.name(party), "Total", "Largest counterparties", "Concentration (HHI)"),
                rows=tuple(rows),
            ),
        ))  # fmt: skip
    sheet = measure_party(context.snapshot, context.schedule.assumptions, party)
    tables = _tables(context, sheet, _SHOWN)
    blocks += tables
    if tables:
        command = f"loopledger exposure --party {party}"
        blocks.append((
            "text",
            Sentence.of(
                "These measures count binding contracts with a price from the day itself on; the sums further up count "
                "whole quarters and every promise by its likelihood, so the two need not be equal. "
                f"`{command}` prints every measure with its definition and records."
            ),
        ))  # fmt: skip
    return blocks, _gaps(sheet.gaps)


def system_blocks(context: PageContext) -> list[tuple[str, Any]]:
    """Return the measures of all parties together."""
    sheet = measure_system(context.snapshot, context.schedule.assumptions)
    return _tables(context, sheet, _SHOWN_OF_ALL)


def _tables(context: PageContext, sheet: Sheet, codes: Sequence[str]) -> list[tuple[str, Any]]:
    """Return a table a group of measures, of the page's day; each has days of its own, not those of the window."""
    known = load_measures()
    blocks: list[tuple[str, Any]] = []
    for group, title in known.groups.items():
        readings = [r for code in codes for r in sheet.all_of(code) if known.measures[code].group == group]
        if not readings:
            continue
        rows = tuple(
            _row(context, reading, again=n > 0 and reading.date_basis == readings[n - 1].date_basis)
            for n, reading in enumerate(readings)
        )
        caption = (
            f"{title}, as known on {context.snapshot.day}, for the days that each names and not cut to the page's "
            "window: central value and range"
        )
        blocks.append(
            ("table", Table(caption=caption, header=("Measure", "Value", "For which days"), rows=rows))
        )
    return blocks


def _row(context: PageContext, reading: Reading, *, again: bool) -> tuple[Sentence, ...]:
    """Return a measure in one row; days that are those of the row above are not told again."""
    measure = load_measures().measures[reading.measure]
    context.used.update(reading.assumptions)
    of = context.names.get(reading.of, reading.of)
    note = f"; {reading.note}" if reading.note else ""
    figure = context.book.add(
        f"measure/{reading.measure}" + (f"/{reading.of}" if reading.of else ""), reading.value, _UNITS[reading.unit],
        Basis.REPORTED if reading.measure.endswith("_reported") else Basis.COMPUTED,
        what=f"{measure.name}, {context.names.get(reading.party, reading.party)}{f', {of}' if of else ''}",
        how=f"{measure.formula}; {reading.date_basis}{note}", refs=tuple(promise_id(i) for i in reading.ids),
    )  # fmt: skip
    return (
        Sentence.of(f"{measure.name}: {of}" if of else measure.name),
        Sentence.of(figure),
        Sentence.of("the same" if again else reading.date_basis),
    )


def _gaps(gaps: Iterable[NotReported]) -> list[Sentence]:
    """Return what keeps measures that a page shows from being computed, each missing fact once."""
    known = load_measures()
    missing: dict[str, list[str]] = {}
    for gap in gaps:
        # a party in no market that is watched has no rivals: that is no missing fact
        if gap.measure in _SHOWN and not gap.measure.startswith("rival_"):
            missing.setdefault(gap.missing, []).append(known.measures[gap.measure].name)
    return [
        Sentence.of(f"{join(dict.fromkeys(names))}: missing is {fact}.") for fact, names in missing.items()
    ]
