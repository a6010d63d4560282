"""Who a party depends on: what is still to come, contracts as announced, reported backlog, off-balance items."""

from __future__ import annotations

from typing import Any

from loopledger.errors import ModelError
from loopledger.exposure import Concentration, Dependence, concentrate, depend, latest, match_backlog
from loopledger.report.model import Basis, Part, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext
from loopledger.schedule import promise_id
from loopledger.units import Interval

__all__ = ["exposure_blocks"]

_SIDES = {"buyers": "is owed by buyers", "suppliers": "owes suppliers", "funders": "is to be funded by"}
_OFF_BALANCE = {
    "leases_not_commenced": "leases signed that have not begun",
    "guarantee_max_exposure": "guarantees, at most",
}
_BOUNDS = (
    "bound.about.low",
    "bound.about.high",
    "bound.up_to.low",
    "bound.up_to.central",
    "bound.at_least.high",
)
_MOST = 4


def exposure_blocks(context: PageContext, party: str) -> tuple[list[tuple[str, Any]], list[Sentence]]:
    """Return the measures of a party's exposure, and what could not be measured."""
    blocks: list[tuple[str, Any]] = []
    gaps: list[Sentence] = []
    rows = [
        _dependence_row(context, found)
        for found in depend(
            context.schedule.flows, party, first=context.window.ahead, last=context.window.last
        )
        if found.total.high > 0
    ]
    if rows:
        blocks.append(
            (
                "table",
                Table(
                    caption=f"Still to come from {context.window.ahead}, {context.basis}; derived and contingent "
                    "payments left out",
                    header=(context.name(party), "Total", "Largest counterparties", "Concentration (HHI)"),
                    rows=tuple(rows),
                ),
            )
        )
    contracts = []
    for side, buyers in (("sold to", True), ("bought from", False)):
        try:
            found = concentrate(
                context.snapshot, party, buyers=buyers, factors=context.schedule.assumptions.bound_factors
            )
        except ModelError as error:
            gaps.append(Sentence.of(f"Contracts {side} others: {error.message}."))
            continue
        contracts.append(_contract_row(context, side, found))
    if contracts:
        context.used.update(_BOUNDS)
        blocks.append(
            (
                "table",
                Table(
                    caption="Binding purchase contracts with a dollar price, each once, as announced and not run down, "
                    f"known on {context.snapshot.day}",
                    header=("Contracts", "As stated", "Shares", "Concentration (HHI)", "Left out"),
                    rows=tuple(contracts),
                ),
            )
        )
    bullets = [*_backlog(context, party, gaps), *_off_balance(context, party, gaps)]
    if bullets:
        blocks.append(("bullets", tuple(bullets)))
    return blocks, gaps


def _dependence_row(context: PageContext, found: Dependence) -> tuple[Sentence, ...]:
    key = f"depend/{found.side.value}"
    refs = tuple(sorted({promise_id(i) for c in found.counterparties for i in c.instruments}))
    total = context.book.add(
        key,
        found.total,
        Unit.USD,
        Basis.SCHEDULED,
        what=f"what {context.name(found.party)} {_SIDES[found.side.value]}, still to come",
        how="sum of scheduled payments, bound by bound",
        refs=refs,
    )
    parts: list[Part] = []
    for one in found.counterparties[:_MOST]:
        share = context.book.add(
            f"{key}/{one.party}",
            one.share,
            Unit.SHARE,
            Basis.SCHEDULED,
            what=f"part of {context.name(one.party)} in it, at central values",
            how=f"{one.amount.central:.0f} of {found.total.central:.0f}",
            refs=tuple(sorted({promise_id(i) for i in one.instruments})),
        )
        parts += ["; " if parts else "", f"{context.name(one.party)} ", share]
    if len(found.counterparties) > _MOST:
        parts.append(f"; and {len(found.counterparties) - _MOST} more")
    hhi = context.book.add(
        f"{key}/hhi",
        found.hhi,
        Unit.RATIO,
        Basis.COMPUTED,
        what="Herfindahl-Hirschman index of these shares",
        how="sum of squared central shares of all counterparties; 1 is a sole counterparty",
        refs=(key,),
    )
    return (
        Sentence.of(_SIDES[found.side.value]),
        Sentence.of(total),
        Sentence.of(*parts),
        Sentence.of(hhi),
    )


def _contract_row(context: PageContext, side: str, found: Concentration) -> tuple[Sentence, ...]:
    key = f"contracts/{side.replace(' ', '-')}"
    every = tuple(sorted({i for part in found.parts for i in part.instruments}))
    amounts = Interval.total(part.amount for part in found.parts)
    stated = context.book.add(
        key,
        amounts,
        Unit.USD,
        Basis.ANNOUNCED,
        what=f"binding contracts {side} others, as stated, range if honoured",
        how="sum of stated sums by bound, each promise once",
        refs=every,
    )
    parts: list[Part] = []
    for part in found.parts[:_MOST]:
        share = context.book.add(
            f"{key}/{part.party}",
            part.share_range,
            Unit.SHARE,
            Basis.ANNOUNCED,
            what=f"part of {context.name(part.party)} in the stated sum",
            how=f"{part.stated_usd:.0f} of {found.stated_usd:.0f} as stated; its amount at one end, all others at "
            "the opposite",
            refs=part.instruments,
        )
        parts += ["; " if parts else "", f"{context.name(part.party)} ", share]
    if len(found.parts) > _MOST:
        parts.append(f"; and {len(found.parts) - _MOST} more")
    hhi = context.book.add(
        f"{key}/hhi",
        found.hhi,
        Unit.RATIO,
        Basis.COMPUTED,
        what="Herfindahl-Hirschman index of these shares",
        how="sum of squared shares as stated; 1 is a sole counterparty",
        refs=(key,),
    )
    left = ", ".join(found.skipped) if found.skipped else "nothing"
    return (Sentence.of(side), Sentence.of(stated), Sentence.of(*parts), Sentence.of(hhi), Sentence.of(left))


def _backlog(context: PageContext, party: str, gaps: list[Sentence]) -> list[Sentence]:
    factors = context.schedule.assumptions.bound_factors
    try:
        buyers = [part.party for part in concentrate(context.snapshot, party, factors=factors).parts]
    except ModelError:
        buyers = []
    try:
        found = match_backlog(context.snapshot, [party], buyers, factors=factors)
    except ModelError as error:
        gaps.append(Sentence.of(f"Reported backlog beside contracts: {error.message}."))
        return []
    backlog = context.book.add(
        "backlog",
        found.backlog_usd,
        Unit.USD,
        Basis.REPORTED,
        what=f"reported backlog: {'; '.join(found.dates)}",
        how="as reported",
        refs=found.observations,
    )
    share = context.book.add(
        "backlog/matched",
        found.share,
        Unit.SHARE,
        Basis.COMPUTED,
        what="contracts on record over the reported backlog",
        how="sum of the contracts by bound over the backlog; above 100 % where contracts exceed it",
        refs=(*found.instruments, *found.observations),
    )
    rest = context.book.add(
        "backlog/unmatched",
        found.unmatched_usd,
        Unit.USD,
        Basis.COMPUTED,
        what="backlog less all contracts on record, as stated; negative where the contracts are more",
        how="reported backlog less stated sums",
        refs=(*found.instruments, *found.observations),
    )
    return [
        Sentence.of(
            "Reported backlog ",
            backlog,
            f" ({'; '.join(found.dates)}); contracts on record make ",
            share,
            " of it, leaving ",
            rest,
            " without a contract on record.",
        )
    ]


def _off_balance(context: PageContext, party: str, gaps: list[Sentence]) -> list[Sentence]:
    found = []
    for metric, words in _OFF_BALANCE.items():
        row = latest(context.snapshot, party, [metric])
        if row is None:
            continue
        figure = context.book.add(
            f"off-balance/{metric}",
            float(row.value),
            Unit.USD,
            Basis.REPORTED,
            what=f"{words}, at {row.period_end}",
            how=f"as reported, {row.bound.value.replace('_', ' ')}",
            refs=(f"{row.file}:{row.line}",),
        )
        found.append(Sentence.of(f"Off the balance sheet: {words} ", figure, f", at {row.period_end}."))
    if not found:
        gaps.append(
            Sentence.of("Off the balance sheet: no figure of leases not begun or of guarantees is on record.")
        )
    return found
