"""Rules about money and megawatts that cannot be true together, or hardly.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from loopledger.records import Evidence, Instrument
from loopledger.records.literals import read_amount
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.currencies import CURRENCIES
from loopledger.register.yamltext import Path
from loopledger.units import Amount, Bound, Capacity, find_amounts, format_amount, format_capacity

_ROUGH = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(tn|trillion|bn?|billion|mn?|million|k)\b", re.IGNORECASE)
_ROUGH_SIZES = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3}
_CLOSE = Decimal(2)
_SLIGHTLY = Decimal("0.1")
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
                yield part.finding(part.at(field), message, "check the figures, or whether it is a part")
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
    """Require that a joint sum does not stand beside the sums each payer pays, unless linked."""
    for deal in c.deals:
        for joint in deal.instruments:
            if len(joint.instrument.payers) < 2 or joint.instrument.amount is None:
                continue
            split = [e.instrument for e in deal.instruments if _is_share(e.instrument, joint.instrument)]
            total = sum((i.amount.low for i in split if i.amount), Decimal(0))
            if split and total == joint.instrument.amount.low:
                names = ", ".join(i.id for i in split)
                stated = format_amount(joint.instrument.amount)
                message = f"the joint sum of {stated} stands beside its split: {names}"
                yield joint.finding(joint.at("amount"), message, "link the split with part_of")


def _is_share(one: Instrument, joint: Instrument) -> bool:
    """Whether one payer's instrument reads like its share of a joint one, and is not linked to it."""
    is_alike = one.kind is joint.kind and one.payee == joint.payee and one.amount is not None
    is_payer = len(one.payers) == 1 and one.payers[0] in joint.payers
    return is_alike and is_payer and not _linked(one, joint)


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


def off_by_a_thousand(c: Collection) -> Iterator[Finding]:
    """Require that an amount is not a thousand times what its evidence names, or a thousandth."""
    for entry in c.instruments():
        stated = [(entry.instrument.amount, entry.instrument.evidence, entry.at("amount"))]
        for i, change in enumerate(entry.instrument.changes):
            if "amount" in change.set:
                value = _readable(change.set["amount"])
                stated.append((value, change.evidence, entry.at("changes", i, "set", "amount")))
        for amount, evidence, path in stated:
            times = _times(amount, evidence) if amount is not None and amount.high else None
            if amount is not None and times:
                message = f"{format_amount(amount)}, but its evidence names {times}"
                yield entry.finding(path, message, "count the zeros")


def _readable(value: object) -> Amount | None:
    try:
        return read_amount(value)
    except ValueError:  # what a change sets is checked by another rule
        return None


def _times(amount: Amount, evidence: tuple[Evidence, ...]) -> str | None:
    """Return how the sums that evidence names differ, when one does by a thousand and none is close."""
    if not any(_looks_wrong(float(amount.high), e.says) for e in evidence):
        return None
    said = [mention.value.high for e in evidence for mention in find_amounts(e.says)]
    ratios = [amount.high / value for value in said if value]
    if any(1 / _CLOSE < ratio < _CLOSE for ratio in ratios):
        return None
    if any(abs(ratio / 1000 - 1) < _SLIGHTLY for ratio in ratios):
        return "a thousandth of it"
    return "a thousand times as much" if any(abs(ratio * 1000 - 1) < _SLIGHTLY for ratio in ratios) else None


def _looks_wrong(figure: float, says: str) -> bool:
    """Whether a rough look finds a sum off by a thousand; most texts need no closer reading."""
    rough = (float(m[1].replace(",", "")) * _ROUGH_SIZES[m[2][0].lower()] for m in _ROUGH.finditer(says))
    ratios = [figure / value for value in rough if value]
    return any(abs(r / 1000 - 1) < 0.1 or abs(r * 1000 - 1) < 0.1 for r in ratios)
