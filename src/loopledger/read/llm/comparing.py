"""Two readings of one document side by side: where they agree, where they differ, what only one saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from loopledger.records import Draft, PartyRef

__all__ = ["Comparison", "Pair", "compare_readings"]

#: Sums, capacities and terms this close are the same [share].
_SAME = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One promise that both readers saw.

    Parameters
    ----------
    first, second : Draft
    differences : tuple of str
        Names of the fields in which they differ; empty if they agree.
    """

    first: Draft
    second: Draft
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two readers of one document.

    Parameters
    ----------
    both : tuple of Pair
    only_first, only_second : tuple of Draft
    """

    both: tuple[Pair, ...]
    only_first: tuple[Draft, ...]
    only_second: tuple[Draft, ...]


def compare_readings(first: Sequence[Draft], second: Sequence[Draft]) -> Comparison:
    """Return two readings of one document side by side.

    Parameters
    ----------
    first, second : sequence of Draft

    Returns
    -------
    Comparison
        Two drafts are the same promise if they name the same payee or share a payer, and state the same
        quantity; each is used once, the pair with the fewest differences first.
    """
    pairs = sorted(
        (
            (len(_differences(a, b)), i, j)
            for i, a in enumerate(first)
            for j, b in enumerate(second)
            if _may_be_same(a, b)
        )
    )
    used_first: set[int] = set()
    used_second: set[int] = set()
    both = []
    for _, i, j in pairs:
        if i not in used_first and j not in used_second:
            used_first.add(i)
            used_second.add(j)
            both.append(
                (i, Pair(first=first[i], second=second[j], differences=_differences(first[i], second[j])))
            )
    return Comparison(
        both=tuple(pair for _, pair in sorted(both, key=lambda row: row[0])),
        only_first=tuple(d for i, d in enumerate(first) if i not in used_first),
        only_second=tuple(d for j, d in enumerate(second) if j not in used_second),
    )


def _key(ref: PartyRef) -> str:
    return ref.id or ref.name.casefold().removeprefix("the ")


def _may_be_same(a: Draft, b: Draft) -> bool:
    sides = (a.payee and b.payee and _key(a.payee) == _key(b.payee)) or bool(
        {_key(p) for p in a.payers} & {_key(p) for p in b.payers}
    )
    return bool(sides) and any(_close(read(a), read(b)) for read in _QUANTITIES)


def _close(a: Decimal | None, b: Decimal | None) -> bool:
    return a is not None and b is not None and abs(a - b) <= _SAME * max(abs(a), abs(b))


_QUANTITIES: tuple[Callable[[Draft], Decimal | None], ...] = (
    lambda d: d.amount.value if d.amount else None,
    lambda d: d.capacity.value if d.capacity else None,
    lambda d: d.units.count if d.units else None,
)

_FIELDS: dict[str, Callable[[Draft], object]] = {
    "kind": lambda d: d.kind,
    "payers": lambda d: {_key(p) for p in d.payers},
    "payee": lambda d: _key(d.payee) if d.payee else None,
    "amount": lambda d: (d.amount.value, d.amount.currency) if d.amount else None,
    "bound": lambda d: (d.amount or d.capacity).bound if d.amount or d.capacity else None,  # type: ignore[union-attr]
    "capacity": lambda d: d.capacity.value if d.capacity else None,
    "units": lambda d: d.units.count if d.units else None,
    "term": lambda d: d.term_years,
    "status": lambda d: d.status,
    "firmness": lambda d: d.firmness,
}


def _differences(a: Draft, b: Draft) -> tuple[str, ...]:
    return tuple(name for name, read in _FIELDS.items() if read(a) != read(b))
