"""Rules about money and megawatts that cannot be true together, or hardly.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, islice, pairwise

from loopledger.records import Instrument
from loopledger.records.instrument import Shape
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.currencies import CURRENCIES
from loopledger.register.yamltext import Path
from loopledger.units import Amount, Bound, Capacity, format_amount, format_capacity

#: Shares of a joint sum that are tried together, and how many such groups.
_MOST_SHARES, _MOST_GROUPS = 5, 2000
#: How far above its stated figure a sum may lie by its own bound.
_SLACK = {Bound.ABOUT: Decimal("1.1"), Bound.AT_LEAST: Decimal("1.25")}


def _ceiling(quantity: Amount | Capacity) -> Decimal:
    return quantity.high * _SLACK.get(quantity.bound, Decimal(1))


def unknown_currencies(c: Collection) -> Iterator[Finding]:
    """Require that a currency is a code of ISO 4217 in use."""
    for entry in c.instruments():
        stated: list[tuple[object, Path]] = [(entry.instrument.amount, entry.at("amount"))]
        stated += [
            (change.set["amount"], entry.at("changes", i, "set", "amount"))
            for i, change in enumerate(entry.instrument.changes)
            if "amount" in change.set
        ]
        for value, path in stated:
            code = value.currency if isinstance(value, Amount) else None
            if isinstance(value, Mapping) and re.fullmatch("[A-Z]{3}", str(value.get("currency"))):
                code = str(value["currency"])
            if code is not None and code not in CURRENCIES:
                message = f'unknown currency "{code}"'
                yield entry.finding((*path, "currency"), message, "an ISO 4217 code in use, such as USD")


def _whole_and_part(c: Collection) -> Iterator[tuple[InstrumentEntry, InstrumentEntry]]:
    entries = c.by_id()
    for entry in c.instruments():
        whole = entries.get(entry.instrument.links.part_of or "")
        if whole is not None and whole is not entry:
            yield whole, entry


def parts_larger_than_whole(c: Collection) -> Iterator[Finding]:
    """Require that no part is larger than its whole, in one currency or in megawatts, then and now."""
    for whole, part in _whole_and_part(c):
        terms = ((whole.instrument, part.instrument), (whole.latest, part.latest))
        for field in ("amount", "capacity"):
            for whole_then, part_then in terms:
                large, small = getattr(whole_then, field), getattr(part_then, field)
                if large is None or small is None or not _exceeds(small, large):
                    continue
                show = format_amount if field == "amount" else format_capacity
                message = f'{show(small)} is part of "{whole.instrument.id}" of {show(large)}'
                path = part.at(field) if part_then is part.instrument else part.set_at(field)
                yield part.finding(path, message, "check the figures, or whether it is a part")
                break


def _exceeds(small: Amount | Capacity, large: Amount | Capacity) -> bool:
    if isinstance(small, Amount) and isinstance(large, Amount) and small.currency != large.currency:
        return False
    return small.low > _ceiling(large)


def parts_exceed_whole(c: Collection) -> Iterator[Finding]:
    """Require that the parts of one currency do not add up to more than the whole."""
    parts: dict[str, list[InstrumentEntry]] = defaultdict(list)
    wholes: dict[str, InstrumentEntry] = {}
    for whole, part in _whole_and_part(c):
        parts[whole.instrument.id].append(part)
        wholes[whole.instrument.id] = whole
    for id_, members in parts.items():
        large = wholes[id_].instrument.amount
        if large is None or len(members) < 2:
            continue
        amounts = [m.instrument.amount for m in members]
        total = sum((a.low for a in amounts if a is not None and a.currency == large.currency), Decimal(0))
        if total > _ceiling(large):
            names = ", ".join(m.instrument.id for m in members)
            stated = format_amount(Amount.of(total, large.currency))
            message = f"its parts ({names}) add up to {stated}, more than {format_amount(large)}"
            yield wholes[id_].finding(wholes[id_].at("amount"), message, "check the figures")


def joint_and_split(c: Collection) -> Iterator[Finding]:
    """Require that a joint sum does not stand beside the sums of which it is made, unless linked."""
    entries = [e for e in c.instruments() if e.instrument.amount is not None]
    for joint in entries:
        amount = joint.instrument.amount
        if amount is None or max(len(joint.instrument.payers), len(joint.instrument.payees)) < 2:
            continue
        shares = [e for e in entries if _is_share(e.instrument, joint.instrument)]
        split = _adding_up(joint, shares)
        if split:
            names = ", ".join(e.instrument.id for e in split)
            message = f"the joint sum of {format_amount(amount)} stands beside its split: {names}"
            yield joint.finding(joint.at("amount"), message, "link the split with part_of")


def _adding_up(joint: InstrumentEntry, shares: list[InstrumentEntry]) -> tuple[InstrumentEntry, ...]:
    """Return shares that add up to a joint sum: of one deal any, of several one for each party."""
    total, n_parties = _low(joint), max(len(joint.instrument.payers), len(joint.instrument.payees))
    for size in range(1, min(len(shares), _MOST_SHARES) + 1):
        for group in islice(combinations(shares, size), _MOST_GROUPS):
            is_one_deal = all(e.deal is joint.deal for e in group)
            sides = {(e.instrument.payers, e.instrument.payees) for e in group}
            if (is_one_deal or len(sides) == size == n_parties) and sum(map(_low, group)) == total:
                return group
    return ()


def _low(entry: InstrumentEntry) -> Decimal:
    return entry.instrument.amount.low if entry.instrument.amount is not None else Decimal(0)


def _is_share(one: Instrument, joint: Instrument) -> bool:
    """Whether an instrument of one payer and payee reads like a share of a joint one, and is not linked to it."""
    if one.kind is not joint.kind or _linked(one, joint) or one.amount is None or joint.amount is None:
        return False
    is_single = len(one.payers) == len(one.payees) == 1 and one.amount.currency == joint.amount.currency
    return is_single and set(one.payers) <= set(joint.payers) and set(one.payees) <= set(joint.payees)


def _linked(one: Instrument, other: Instrument) -> bool:
    return (
        other.id in (one.links.part_of, *one.links.overlaps, *one.links.supersedes)
        or one.id in (other.links.part_of, *other.links.overlaps, *other.links.supersedes)
    )  # fmt: skip


def schedules_exceed_amount(c: Collection) -> Iterator[Finding]:
    """Require that the tranches or years of a schedule do not add up to more than the amount."""
    for entry in c.instruments():
        amount, schedule = entry.instrument.amount, entry.instrument.schedule
        if amount is None or schedule is None:
            continue
        parts = [t.amount for t in schedule.tranches] + [row.amount for row in schedule.table]
        total = sum((part for part in parts if part is not None), Decimal(0))
        if total > _ceiling(amount):
            stated = format_amount(Amount.of(total, amount.currency))
            message = f"the schedule pays {stated}, more than {format_amount(amount)}"
            yield entry.finding(entry.at("schedule"), message, "check the figures")


def schedules_against_their_shape(c: Collection) -> Iterator[Finding]:
    """Require that a schedule has the rows that its shape names, each year once and in order."""
    for entry in c.instruments():
        schedule = entry.instrument.schedule
        if schedule is None:
            continue
        rows = {Shape.TABLE: schedule.table, Shape.TRANCHES: schedule.tranches}
        for shape, found in rows.items():
            if schedule.shape is shape and not found:
                message = f"the shape is {shape}, but there is no {shape}"
                yield entry.finding(
                    entry.at("schedule", "shape"), message, f"write the {shape}, or another shape"
                )
        if schedule.table and schedule.shape is not Shape.TABLE:
            message = f"the shape is {schedule.shape}, but there is a table"
            yield entry.finding(entry.at("schedule", "shape"), message, "write shape: table")
        for n, (before, row) in enumerate(pairwise(schedule.table), 1):
            if row.year <= before.year:
                message = f"the year {row.year} stands after {before.year}"
                path = entry.at("schedule", "table", n, "year")
                yield entry.finding(path, message, "one row a year, the earliest first")
