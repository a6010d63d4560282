"""How well a promise read in a document fits one in the register, term by term, in words.

Each term gives a likeness between 0 and 1, or None when it cannot be compared.
The score of a pair is the weighted mean over the terms that can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from loopledger.records import Draft, Instrument, Kind, PartyRef
from loopledger.register.replay import terms_on
from loopledger.register.snapshot import Snapshot
from loopledger.units import Amount, Bound, Capacity, format_amount, format_capacity

__all__ = [
    "LATER",
    "WEIGHTS",
    "Likeness",
    "are_near",
    "family",
    "likeness_of_group",
    "likeness_of_quantities",
    "same_side",
]

Quantity = TypeVar("Quantity", Amount, Capacity)

#: What each term counts for.
WEIGHTS: Mapping[str, float] = {"parties": 0.2, "kind": 0.2, "quantity": 0.4, "date": 0.2}

_NEAR_KINDS = (
    frozenset({Kind.PURCHASE_COMMITMENT, Kind.CAPACITY_COMMITMENT, Kind.SUPPLY, Kind.LEASE}),
    frozenset({Kind.LOAN, Kind.BOND}),
    frozenset({Kind.EQUITY_INVESTMENT, Kind.ACQUISITION, Kind.WARRANT}),
    frozenset({Kind.DISTRIBUTION, Kind.REVENUE_SHARE}),
)
_NEAR = 0.7
_SAME = Decimal("0.02")
_WIDEST = Decimal("0.5")
#: A document does not tell what the world first heard a month later.
LATER = timedelta(days=31)
_DAYS_CLOSE, _DAYS_FAR = 7, 730
_CLOSE = 0.9  # about eleven weeks
#: How far below and above its stated figure a bounded quantity may really lie.
_REACH: Mapping[Bound, tuple[Decimal, Decimal]] = {
    Bound.EXACT: (Decimal(1), Decimal(1)),
    Bound.ABOUT: (Decimal("0.9"), Decimal("1.1")),
    Bound.UP_TO: (Decimal("0.8"), Decimal(1)),
    Bound.AT_LEAST: (Decimal(1), Decimal("1.25")),
    Bound.RANGE: (Decimal(1), Decimal(1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How well one draft fits one group of instruments.

    Parameters
    ----------
    score : float
        Between 0 and 1.
    quantity : float or None
        The likeness of amount and capacity alone, with the version of the terms that fits best.
    quantity_today : float or None
        The same with the terms as known on the day.
    is_near : bool
        Whether parties and kind are exactly the same, and the dates are close where they are known.
    reasons : tuple of str
        One sentence a term.
    """

    score: float
    quantity: float | None
    quantity_today: float | None
    is_near: bool
    reasons: tuple[str, ...]


def family(id_: str, snapshot: Snapshot) -> frozenset[str]:
    """Return a party with its parent and its subsidiaries."""
    party = snapshot.parties.get(id_)
    children = {other.id for other in snapshot.parties.values() if other.parent == id_}
    return frozenset({id_, *children, *([party.parent] if party and party.parent else [])})


def same_side(refs: Iterable[PartyRef], ids: Iterable[str], snapshot: Snapshot) -> float:
    """Return how well names fit ids: 1 the same, 0.8 within the family, 0.6 in part, 0 not at all."""
    all_refs = list(refs)
    named, wanted = {ref.id for ref in all_refs if ref.id}, set(ids)
    is_whole = all(ref.id for ref in all_refs)
    if named == wanted and is_whole:
        return 1.0
    families = {id_: family(id_, snapshot) for id_ in named}
    found = {id_ for id_ in named if families[id_] & wanted}
    covered = {id_ for id_ in wanted if any(id_ in members for members in families.values())}
    if found and found == named and covered == wanted and is_whole:
        return 0.8
    return 0.6 if found else 0.0


def are_near(kinds: AbstractSet[Kind]) -> bool:
    """Whether kinds are one, or often confused with each other."""
    return len(kinds) == 1 or any(kinds <= near for near in _NEAR_KINDS)


def _kind(draft: Draft, group: tuple[Instrument, ...]) -> tuple[float, str]:
    kinds = {instrument.kind for instrument in group}
    if kinds == {draft.kind}:
        return 1.0, f"the same kind, {draft.kind.value}"
    if are_near({draft.kind, *kinds}):
        return _NEAR, f"{draft.kind.value} is near to {', '.join(sorted(k.value for k in kinds))}"
    return 0.0, ""


def _reach(quantity: Amount | Capacity) -> tuple[Decimal, Decimal]:
    down, up = _REACH[quantity.bound]
    return quantity.low * down, quantity.high * up


def likeness_of_quantities(one: Amount | Capacity, other: Amount | Capacity) -> float:
    """Return 1 for figures within 2 %, 0.9 within the bounds, less the further apart, 0 beyond half."""
    ratio = _ratio(one.value, other.value)
    if 1 - ratio <= _SAME:
        return 1.0
    low, high = _reach(one)
    low2, high2 = _reach(other)
    if low <= high2 and low2 <= high:
        return 0.9
    return float(ratio) / 2 if ratio >= _WIDEST else 0.0


def _ratio(one: Decimal, other: Decimal) -> Decimal:
    return min(one, other) / max(one, other) if max(one, other) else Decimal(1)


def _sum(quantities: Sequence[Quantity | None]) -> Quantity | None:
    """Return the sum of quantities of one unit; its bound is theirs when they agree, else about."""
    known = [q for q in quantities if q is not None]
    if not known or len(known) < len(quantities):
        return None
    if len(known) == 1:
        return known[0]
    if len({getattr(q, "currency", None) for q in known}) > 1:
        return None
    low, high = sum((q.low for q in known), Decimal(0)), sum((q.high for q in known), Decimal(0))
    bounds = {q.bound for q in known}
    bound = Bound.RANGE if low != high else (bounds.pop() if len(bounds) == 1 else Bound.ABOUT)
    return replace(known[0], low=low, high=high, bound=bound)


def _versions(group: tuple[Instrument, ...], published: date | None) -> list[tuple[Instrument, ...]]:
    """Return the group as first announced, after each change a document can know of, and today, in this order."""
    days = sorted({change.on for instrument in group for change in instrument.changes})
    told = [day for day in days if published is None or day <= published + LATER]
    return [tuple(terms_on(i, day) for i in group) for day in (date.min, *told, date.max)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """How a draft's figures compare with the best fitting version of the terms, and with today's."""

    best: float | None
    today: float | None
    words: str


def _quantity(draft: Draft, versions: Sequence[tuple[Instrument, ...]]) -> _Compared:
    compared = [
        _quantity_once(draft, _sum([i.amount for i in version]), _sum([i.capacity for i in version]))
        for version in versions
    ]
    *told, today = compared
    known = [likeness for likeness in told if likeness is not None]
    if not known:
        return _Compared(best=None, today=None, words="no figure to compare")
    best = max(known, key=lambda likeness: likeness[0])
    return _Compared(best=best[0], today=None if today is None else today[0], words=best[1])


def _quantity_once(
    draft: Draft, amount: Amount | None, capacity: Capacity | None
) -> tuple[float, str] | None:
    parts: list[tuple[float, str]] = []
    if draft.amount is not None and amount is not None:
        if draft.amount.currency != amount.currency:
            return 0.0, f"{draft.amount.currency} is not {amount.currency}"
        both = f"{format_amount(draft.amount)} against {format_amount(amount)}"
        parts.append((likeness_of_quantities(draft.amount, amount), both))
    if draft.capacity is not None and capacity is not None:
        both = f"{format_capacity(draft.capacity)} against {format_capacity(capacity)}"
        parts.append((likeness_of_quantities(draft.capacity, capacity), both))
    if parts:
        return sum(value for value, _ in parts) / len(parts), "; ".join(words for _, words in parts)
    has_draft, has_record = draft.amount or draft.capacity, amount or capacity
    if has_draft and has_record:
        return 0.0, "one names money, the other megawatts"
    return (0.5, "the register has no figure") if has_draft else None


def _date(published: date | None, days: Iterable[date]) -> tuple[float | None, str]:
    """Return 1 within a week of an announcement or change, falling to 0 at two years."""
    if published is None:
        return None, ""
    distance, nearest = min((abs((published - day).days), day) for day in days)
    value = 1 - max(0, min(distance, _DAYS_FAR) - _DAYS_CLOSE) / (_DAYS_FAR - _DAYS_CLOSE)
    return value, f"{distance} days from the news of {nearest}"


def _sides(draft: Draft, group: tuple[Instrument, ...], snapshot: Snapshot) -> tuple[float, float]:
    """Return how well the paying and the receiving side fit; an unnamed side fits in part."""
    payers = {payer for instrument in group for payer in instrument.payers}
    payees = {payee for instrument in group for payee in instrument.payees}
    return (
        same_side(draft.payers, payers, snapshot) if draft.payers else 0.6,
        same_side([draft.payee], payees, snapshot) if draft.payee else 0.6,
    )


def likeness_of_group(
    draft: Draft, group: tuple[Instrument, ...], snapshot: Snapshot, published: date | None
) -> Likeness | None:
    """Return how well a draft fits one or more instruments taken together; None when it cannot be them.

    Parameters
    ----------
    draft : Draft
    group : tuple of Instrument
        As first announced, with the changes known on the day.
    snapshot : Snapshot
    published : datetime.date or None
        The day of the document.
    """
    versions = _versions(group, published)
    payer_side, payee_side = max(_sides(draft, version, snapshot) for version in (versions[0], versions[-1]))
    kind, kind_words = _kind(draft, group)
    if not (payer_side and payee_side and kind):
        return None
    quantity = _quantity(draft, versions)
    days = [snapshot.announced_on(i.id) for i in group] + [c.on for i in group for c in i.changes]
    closeness, date_words = _date(published, days)
    sides = (payer_side + payee_side) / 2
    values = {"parties": sides, "kind": kind, "quantity": quantity.best, "date": closeness}
    weight = sum(WEIGHTS[name] for name, value in values.items() if value is not None)
    score = sum(WEIGHTS[name] * value for name, value in values.items() if value is not None) / weight
    parties = {1.0: "the same parties"}.get(sides, "related parties, or some of them")
    words = tuple(word for word in (parties, kind_words, quantity.words, date_words) if word)
    return Likeness(
        score=round(score, 4),
        quantity=quantity.best,
        quantity_today=quantity.today,
        is_near=sides == 1 and kind == 1 and (closeness is None or closeness >= _CLOSE),
        reasons=words,
    )
