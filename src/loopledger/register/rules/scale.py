"""Rules about the size of figures: a thousand times too much, or too little.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from loopledger.records import Evidence, Instrument
from loopledger.records.literals import read_amount, read_capacity
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.yamltext import Path
from loopledger.units import Amount, Capacity, find_amounts, find_capacities, format_amount, format_capacity

_ROUGH = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(gw|gigaw|mw|megaw|kw|kilow|t|b|m|k)", re.IGNORECASE)
_ROUGH_SIZES = {
    "gw": 1e3, "gigaw": 1e3, "mw": 1.0, "megaw": 1.0, "kw": 1e-3, "kilow": 1e-3, "t": 1e12, "b": 1e9, "m": 1e6,
    "k": 1e3,
}  # fmt: skip
#: Sums as notes have them, without a currency.
_BARE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(tn|trillion|bn|billion|million)\b", re.IGNORECASE)
#: Slips of units, and the words for them.
_SLIPS = {1_000: "thousand", 1_000_000: "million", 1_000_000_000: "billion"}
_CLOSE = Decimal(2)
_SMALLEST_ROW = 10_000
#: No promise grew or shrank so far by one change.
_JUMP = Decimal(200)
#: Four times the largest promise of the bundled register, which is a programme of USD 500 bn.
_LARGEST = Decimal(2_000_000_000_000)
_SLIGHTLY = 0.1
#: What a megawatt of computing costs over a contract, in units of any large currency: a tenth of the lowest
#: and ten times the highest of the bundled register.
_PER_MW = (Decimal(100_000), Decimal(1_000_000_000))
#: Currencies of which a unit is worth very much less than a dollar.
_SMALL_UNITS = frozenset({"JPY", "KRW", "INR", "IDR", "VND", "CLP", "HUF", "COP", "PKR", "LKR", "IRR", "IQD"})


def _stated(entry: InstrumentEntry, field: str) -> Iterator[tuple[object, tuple[Evidence, ...], Path]]:
    """Yield the values of a quantity as announced and as changed, with the evidence of each."""
    first: Instrument = entry.instrument
    yield getattr(first, field), first.evidence, entry.at(field)
    for i, change in enumerate(first.changes):
        if field in change.set:
            yield change.set[field], change.evidence, entry.at("changes", i, "set", field)


def off_by_a_thousand(c: Collection) -> Iterator[Finding]:
    """Require that no figure is a thousand, million or billion times what its evidence names or it was before."""
    for entry in c.instruments():
        for field in ("amount", "capacity"):
            before: Amount | Capacity | None = None
            for value, evidence, path in _stated(entry, field):
                quantity = _readable(value)
                if quantity is None or not quantity.high:
                    continue
                named = _times(quantity, evidence)
                if named:
                    message = f"{_shown(quantity)}, but its evidence names {named}"
                    yield entry.finding(path, message, "count the zeros")
                elif before is not None and not 1 / _JUMP < quantity.high / before.high < _JUMP:
                    message = f"{_shown(quantity)}, but before it was {_shown(before)}"
                    yield entry.finding(path, message, "count the zeros, here and before")
                before = quantity


def rows_of_another_size(c: Collection) -> Iterator[Finding]:
    """Require that no row of a schedule is less than a ten-thousandth of the amount: figures are in full units."""
    for entry in c.instruments():
        amount, schedule = entry.instrument.amount, entry.instrument.schedule
        if amount is None or schedule is None:
            continue
        rows = [("tranches", n, row.amount) for n, row in enumerate(schedule.tranches)]
        rows += [("table", n, row.amount) for n, row in enumerate(schedule.table)]
        for name, n, figure in rows:
            if figure and figure * _SMALLEST_ROW < amount.low:
                message = f"{figure:f} in the schedule of {_shown(amount)}"
                path = entry.at("schedule", name, n, "amount")
                yield entry.finding(path, message, "write the figure in full: 5000000000, not 5000")


def _shown(quantity: Amount | Capacity) -> str:
    return format_amount(quantity) if isinstance(quantity, Amount) else format_capacity(quantity)


def _readable(value: object) -> Amount | Capacity | None:
    for read in (read_amount, read_capacity):
        try:
            return read(value)
        except ValueError:  # what a change sets is checked by another rule
            continue
    return None


def _slip(ratios: Sequence[Decimal], slack: float = 0.001) -> str | None:
    """Return in words how much one of the ratios is off, when it is by a slip of units and none is close."""
    if any(1 / _CLOSE < ratio < _CLOSE for ratio in ratios):
        return None
    for size, word in _SLIPS.items():
        if any(abs(float(ratio) / size - 1) < slack for ratio in ratios):
            return f"a {word}th of it"
        if any(abs(float(ratio) * size - 1) < slack for ratio in ratios):
            return f"a {word} times as much"
    return None


def _times(quantity: Amount | Capacity, evidence: tuple[Evidence, ...]) -> str | None:
    """Return how the figures that evidence names differ, when one does by a slip of units and none is close."""
    if not any(_looks_wrong(float(quantity.high), e.says) for e in evidence):
        return None
    if isinstance(quantity, Amount):
        said = [mention.value.high for e in evidence for mention in find_amounts(e.says)]
        said += [_size(match) for e in evidence for match in _BARE.finditer(e.says)]
    else:
        said = [mention.value.high for e in evidence for mention in find_capacities(e.says)]
    return _slip([quantity.high / value for value in said if value], _SLIGHTLY)


def _size(match: re.Match[str]) -> Decimal:
    """Return a figure without a currency: ``4 billion``."""
    return Decimal(match[1].replace(",", "")) * Decimal(_ROUGH_SIZES[match[2][0].lower()])


def _looks_wrong(figure: float, says: str) -> bool:
    """Whether a rough look finds a figure off by a slip of units; most texts need no closer reading."""
    for match in _ROUGH.finditer(says):
        value = float(match[1].replace(",", "")) * _ROUGH_SIZES[match[2].lower()]
        if value and any(
            abs(figure / value / size - 1) < _SLIGHTLY or abs(figure / value * size - 1) < _SLIGHTLY
            for size in _SLIPS
        ):
            return True
    return False


def prices_per_megawatt(c: Collection) -> Iterator[Finding]:
    """Require that amount and capacity of one promise fit: neither a tenth nor ten times of what was ever paid."""
    for entry in c.instruments():
        amount, capacity = entry.instrument.amount, entry.instrument.capacity
        if amount is None or capacity is None or not capacity.high or amount.currency in _SMALL_UNITS:
            continue
        price = amount.high / capacity.high
        if amount.high and not _PER_MW[0] <= price <= _PER_MW[1]:
            message = (
                f"{format_amount(amount)} for {format_capacity(capacity)} is {price:,.0f} for a megawatt"
            )
            yield entry.finding(entry.at("capacity"), message, "count the zeros, and look at MW and GW")


def promises_beyond_all_others(c: Collection) -> Iterator[Finding]:
    """Require that no promise is several times larger than any that was ever made."""
    for entry in c.instruments():
        for value, _, path in _stated(entry, "amount"):
            amount = _readable(value)
            if isinstance(amount, Amount) and amount.currency not in _SMALL_UNITS and amount.high > _LARGEST:
                message = f"{_shown(amount)} is more than anybody ever promised"
                yield entry.finding(
                    path, message, "count the zeros; bn is a thousand million, tn a million million"
                )
