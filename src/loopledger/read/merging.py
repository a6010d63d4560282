"""One promise told several times is one record: headline and body, sum and capacity, total and parts."""

from __future__ import annotations

from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.lexicon.verbs import Act
from loopledger.read.quantities import Figure
from loopledger.records import Kind, Status
from loopledger.units import Amount

__all__ = ["merge", "same_figure", "same_money"]

_GROUPS = {
    Kind.SUPPLY: "buy",
    Kind.PURCHASE_COMMITMENT: "buy",
    Kind.CAPACITY_COMMITMENT: "buy",
    Kind.LEASE: "buy",
}
#: A document that promises more often than this is compared in part.
_COMPARED = 200
_TOLERANCE = 0.01
#: A headline rounds: "$2 billion" may stand for $2.4 billion.
_HEADLINE_TOLERANCE = 0.2


def _group(event: Event) -> str:
    return _GROUPS.get(event.kind, event.kind.value) if event.kind else ""


def same_money(a: Amount, b: Amount, tolerance: float = _TOLERANCE) -> bool:
    """Whether two sums are the same within a tolerance."""
    x, y = float(a.value), float(b.value)
    return a.currency == b.currency and abs(x - y) <= tolerance * max(x, y)


def same_figure(a: Figure | None, b: Figure | None, tolerance: float = _TOLERANCE) -> bool | None:
    """Whether two figures agree; None when one is missing."""
    if a is None or b is None:
        return None
    if a.amount is not None and b.amount is not None:
        return same_money(a.amount, b.amount, tolerance)
    x = float(a.capacity.value if a.capacity else (a.count or 0))
    y = float(b.capacity.value if b.capacity else (b.count or 0))
    return abs(x - y) <= tolerance * max(x, y)


def _same_parties(a: Event, b: Event) -> bool:
    if a.kind is Kind.GUARANTEE and b.kind is Kind.GUARANTEE and set(a.payers) == set(b.payers):
        return True  # the beneficiary is told as the debtor or as the creditor
    payers = set(a.payers) == set(b.payers) or not a.payers or not b.payers
    payees = a.payee is b.payee or a.payee is None or b.payee is None
    return payers and payees and (bool(a.payers) == bool(b.payers) or a.payee is b.payee)


def _same(a: Event, b: Event) -> bool:
    """Whether two events tell the same promise."""
    if _group(a) != _group(b) or not _same_parties(a, b):
        return False
    loose = a.sentence.is_heading != b.sentence.is_heading or ("table" in a.rules) != ("table" in b.rules)
    tolerance = _HEADLINE_TOLERANCE if loose else _TOLERANCE
    money = same_figure(a.money, b.money, tolerance)
    power = same_figure(a.power, b.power, tolerance)
    count = same_figure(a.count, b.count, tolerance)
    verdicts = [v for v in (money, power, count) if v is not None]
    if verdicts:
        return all(verdicts) if money is None else money
    if not a.has_quantity or not b.has_quantity:
        return True
    paid = next((e for e in (a, b) if e.act is Act.PAY and e.money is not None), None)
    if (
        paid is not None
        and abs(a.sentence.index - b.sentence.index) <= 2
        and (a.money is None or b.money is None)
    ):
        return True  # the price of what was just promised
    close = (
        a.sentence is b.sentence
        or a.is_anaphoric
        or b.is_anaphoric
        or (_is_price(a) or _is_price(b))
        or a.sentence.is_heading
        or b.sentence.is_heading
    )
    return close and not (a.is_copy or b.is_copy)


def _is_price(event: Event) -> bool:
    """Whether a sum was told of a promise that lent it both sides: "Base rent over the term totals $5 million"."""
    return event.money is not None and "inherits:parties" in event.rules


def _rank(event: Event) -> tuple[int, int, int]:
    filled = sum(x is not None for x in (event.money, event.power, event.count, event.term))
    return (
        not event.sentence.is_heading,
        filled + bool(event.payers) + (event.payee is not None),
        -event.sentence.index,
    )


def _absorb(keep: Event, other: Event) -> None:
    adds = any(
        getattr(keep, name) is None and getattr(other, name) is not None
        for name in ("money", "power", "count", "term")
    )
    if adds and other.sentence is not keep.sentence:
        keep.extra.append((other.sentence, other.start, other.end))
    if other.status is Status.CANCELLED:
        keep.status = other.status
    keep.money = keep.money or other.money
    keep.power = keep.power or other.power
    if keep.count is None:
        keep.count, keep.counted = other.count, other.counted
    keep.term = keep.term if keep.term is not None else other.term
    keep.payers = keep.payers or other.payers
    keep.payee = keep.payee or other.payee
    keep.products += [p for p in other.products if p not in keep.products]
    keep.suppliers += [s for s in other.suppliers if s not in keep.suppliers]
    keep.rules.append(f"repeats:{other.trigger}")


def merge(events: list[Event]) -> list[Event]:
    """Return the events with repeats joined and totals of listed parts left out."""
    kept: dict[tuple[str, int], list[Event]] = {}
    for event in sorted(events, key=_rank, reverse=True):
        rows = kept.setdefault(_bucket(event), [])
        twin = next((k for k in rows[-_COMPARED:] if _same(k, event)), None)
        if twin is None:
            rows.append(event)
        else:
            _absorb(twin, event)
    joined = [event for rows in kept.values() for event in rows]
    sides: dict[frozenset[Entity | None], list[Event]] = {}
    paid: dict[tuple[str, int], list[Event]] = {}
    for event in joined:
        sides.setdefault(frozenset({*event.payers, event.payee}), []).append(event)
        paid.setdefault((_group(event), id(event.payee)), []).append(event)
    result = [
        e
        for e in joined
        if not _is_total(
            e, sides[frozenset({*e.payers, e.payee})][:_COMPARED], paid[_group(e), id(e.payee)][:_COMPARED]
        )
    ]
    return sorted(result, key=lambda e: (e.sentence.index, e.start))


def _bucket(event: Event) -> tuple[str, int]:
    """Events of different buckets are never the same promise."""
    payee = 0 if event.kind is Kind.GUARANTEE else id(event.payee)
    return _group(event), payee


def _is_total(event: Event, between: list[Event], paid: list[Event]) -> bool:
    """Whether a sum, or a count, is that of other records between the same parties, or of its payers one by one."""
    same = [e for e in between if e is not event]
    split = [e for e in paid if set(e.payers) < set(event.payers)]
    for rows in (same, split):
        for name in ("money", "count", "power"):
            own = getattr(event, name)
            if own is None or (name != "money" and event.money is not None):
                continue
            values = [_value(getattr(e, name), own) for e in rows]
            values = [v for v in values if v]
            if len(values) >= 2 and abs(sum(values) - _value(own, own)) <= 0.02 * _value(own, own):
                event.refused = "a total of other records"
                return True
    return False


def _value(figure: Figure | None, like: Figure) -> float:
    if figure is None:
        return 0.0
    if figure.amount is not None:
        return (
            float(figure.amount.value)
            if like.amount and figure.amount.currency == like.amount.currency
            else 0.0
        )
    return float(figure.capacity.value if figure.capacity else (figure.count or 0))
