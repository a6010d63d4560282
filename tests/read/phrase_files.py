"""The format of the phrase files, and how a reading is compared with what a phrase expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from loopledger.records import Draft, Kind
from loopledger.units import Amount, Capacity, parse_amount, parse_capacity

FOLDER = Path(__file__).parent / "phrases"
BUYING = {Kind.SUPPLY, Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.LEASE}


@dataclass(frozen=True)
class Expected:
    kind: str
    payers: frozenset[str]
    payee: str
    amount: Amount | None
    capacity: Capacity | None
    count: Decimal | None
    term: Decimal | None
    status: str


@dataclass(frozen=True)
class Phrase:
    line: int
    text: str
    expected: tuple[Expected, ...]

    def __str__(self):
        return f"{self.line}"


def _quantity(text):
    amount = capacity = count = None
    for part in map(str.strip, text.split(";")):
        try:
            amount = parse_amount(part)
            continue
        except ValueError:
            pass
        try:
            capacity = parse_capacity(part)
        except ValueError:
            count = Decimal(next(w for w in part.split() if w.isdigit()))
    return amount, capacity, count


def _expected(line):
    fields = [f.strip() for f in line.removeprefix("=>").split("|")]
    payers, _, payee = fields[1].partition(">")
    amount, capacity, count = _quantity(fields[2])
    extra = dict.fromkeys(("term", "status"), "")
    for field in fields[3:]:
        if field.startswith("term "):
            extra["term"] = field.removeprefix("term ")
        else:
            extra["status"] = field
    names = frozenset(n.strip() for n in payers.split(",") if n.strip())
    term = Decimal(extra["term"]) if extra["term"] else None
    return Expected(fields[0], names, payee.strip(), amount, capacity, count, term, extra["status"])


def phrases(name: str) -> Iterator[Phrase]:
    text, first, records, empty = [], 0, [], False
    for number, line in enumerate((FOLDER / name).read_text("utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        if line.startswith("=>"):
            empty = "nothing" in line
            if not empty:
                records.append(_expected(line))
            continue
        if (records or empty) and line.strip():
            yield Phrase(first, "\n".join(text).strip(), tuple(records))
            text, records, empty, first = [], [], False, 0
        first = first or (number if line.strip() else 0)
        text.append(line)
    if records or empty:
        yield Phrase(first, "\n".join(text).strip(), tuple(records))


def matches(draft: Draft, wanted: Expected) -> bool:
    kind = draft.kind in BUYING if wanted.kind == "buy" else draft.kind.value == wanted.kind
    return (
        kind
        and frozenset(p.name for p in draft.payers) == wanted.payers
        and (draft.payee.name if draft.payee else "") == wanted.payee
        and (wanted.amount is None or draft.amount == wanted.amount)
        and (wanted.capacity is None or draft.capacity == wanted.capacity)
        and (wanted.count is None or (draft.units is not None and draft.units.count == wanted.count))
        and (wanted.term is None or draft.term_years == wanted.term)
        and (not wanted.status or draft.status.value == wanted.status)
    )
