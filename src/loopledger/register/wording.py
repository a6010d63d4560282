"""The values of a record's fields in words: schedules and links as a person would say them."""

from __future__ import annotations

import json
from decimal import Decimal

from loopledger.records import Links, Schedule, Units
from loopledger.register.plain import plain_field
from loopledger.units import Amount, format_amount

__all__ = ["say_field", "say_links", "say_links_moved", "say_schedule"]

_FIGURE = "XXX"


def _figure(value: Decimal) -> str:
    """Return a sum in the instrument's currency: ``1.25 bn``."""
    return format_amount(Amount.of(value, _FIGURE)).removeprefix(f"{_FIGURE} ")


def _targets(links: Links) -> dict[str, tuple[str, ...]]:
    values = {name: getattr(links, name) for name in Links.model_fields}
    return {
        name: (value,) if isinstance(value, str) else tuple(value or ()) for name, value in values.items()
    }


def say_links(links: Links) -> str:
    """Return the links of an instrument on one line.

    Examples
    --------
    >>> say_links(Links(part_of="campus-loan", overlaps=("a", "b")))
    'part_of campus-loan; overlaps a, b'
    """
    return "; ".join(f"{name} {', '.join(ids)}" for name, ids in _targets(links).items() if ids) or "nothing"


def say_links_moved(before: Links, after: Links) -> str:
    """Return what changed between two states of the links.

    Examples
    --------
    >>> say_links_moved(Links(overlaps=("a", "b")), Links(overlaps=("b",), part_of="c"))
    'adds part_of c; drops overlaps a'
    """
    was, now = _targets(before), _targets(after)
    moved: list[str] = []
    for verb, one, other in (("adds", now, was), ("drops", was, now)):
        for name, ids in one.items():
            found = [id_ for id_ in ids if id_ not in other[name]]
            moved += [f"{verb} {name} {', '.join(found)}"] if found else []
    return "; ".join(moved) or "another order"


def say_schedule(schedule: Schedule) -> str:
    """Return what is known about timing on one line, sums in the instrument's currency.

    Examples
    --------
    >>> say_schedule(Schedule(shape="tranches", tranches=({"on": "2025-01-02", "amount": 5 * 10**9},)))
    'tranches: 5 bn on 2025-01-02'
    >>> say_schedule(Schedule(shape="table", basis="fiscal", table=({"year": 2026, "amount": 10**9},)))
    'table: 1 bn in fiscal 2026'
    """
    parts: list[str] = []
    for tranche in schedule.tranches:
        sum_ = _figure(tranche.amount) if tranche.amount is not None else "a sum not stated"
        when = f"on {tranche.on}" if tranche.on else f"when: {tranche.trigger}" if tranche.trigger else ""
        parts.append(f"{sum_} {when}".strip())
    fiscal = "fiscal " if schedule.basis.value == "fiscal" else ""
    parts += [f"{_figure(row.amount)} in {fiscal}{row.year}" for row in schedule.table]
    parts += [schedule.note] if schedule.note else []
    shape = schedule.shape.value.replace("_", " ")
    return f"{shape}: {'; '.join(parts)}" if parts else shape


def say_field(value: object) -> str:
    """Return the value of a field in words; a structure without words of its own as JSON.

    Examples
    --------
    >>> say_field(None), say_field(("a", "b")), say_field(Decimal("5.50"))
    ('nothing', 'a, b', '5.5')
    """
    match value:
        case None:
            return "nothing"
        case Links():
            return say_links(value)
        case Schedule():
            return say_schedule(value)
        case Units():
            return f"{value.count:,f} {value.of}"
        case tuple():
            return ", ".join(map(str, value)) or "nothing"
    plain = plain_field(value)
    return plain if isinstance(plain, str) else json.dumps(plain)
