"""Never twice: what the announced sums add up to once each promise counts once.

Notes
-----
The *headline* adds every stated figure, as a newspaper would.
The *counted* sum leaves out, in this order,

- what was cancelled,
- what another visible instrument supersedes, whether that one is in the selection or not,
- what is part of an instrument of the selection that has an amount and is not cancelled,
- on request, what never moves as cash to the payee (in kind, marks, secondary sales).

Overlaps ("may be the same money at least in part") are flagged and bounded, not removed: the sum of the
distinct money lies between ``counted - overlap_at_most`` and ``counted``.
In a group of overlapping instruments at most the smaller of each pair is counted twice, and at most
everything but the largest of the group.
Nothing is converted between currencies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from loopledger.records import Instrument, Status
from loopledger.register.snapshot import Snapshot
from loopledger.units import Amount, BoundFactors, Interval

__all__ = ["CurrencyTotal", "Exclusion", "ExclusionReason", "Overlap", "Totals", "count_once"]


class ExclusionReason(StrEnum):
    """Why an instrument does not add to the counted sum."""

    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    PART_OF = "part_of"
    NOT_CASH = "not_cash"


_WORDS = {
    ExclusionReason.CANCELLED: "was cancelled",
    ExclusionReason.SUPERSEDED: "is superseded by {}",
    ExclusionReason.PART_OF: "is counted inside {}",
    ExclusionReason.NOT_CASH: "never moves as cash to the payee",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One instrument left out of the counted sum, and why.

    Parameters
    ----------
    id : str
    amount : Amount
    reason : ExclusionReason
    because : tuple of str
        Ids of the instruments that replace or contain it.
    """

    id: str
    amount: Amount
    reason: ExclusionReason
    because: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.id} {_WORDS[self.reason].format(', '.join(self.because))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two counted instruments that may be the same money, and how much of it at most."""

    ids: tuple[str, str]
    at_most: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyTotal:
    """The sums of one currency, in currency units.

    Parameters
    ----------
    headline, counted : decimal.Decimal
        Sums of the stated figures, the middle of a stated range.
    headline_interval, counted_interval : Interval
        The same if the promises are honoured.
    overlap_at_most : decimal.Decimal
        How much of the counted sum may still be the same money twice.
    n_headline, n_counted : int
    """

    headline: Decimal
    headline_interval: Interval
    counted: Decimal
    counted_interval: Interval
    overlap_at_most: Decimal
    n_headline: int
    n_counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a selection of instruments adds up to.

    Parameters
    ----------
    currencies : mapping
        :class:`CurrencyTotal` by ISO code.
    counted : tuple of str
        Ids that add to the counted sums.
    amounts : mapping
        What each of them states.
    exclusions : tuple of Exclusion
    overlaps : tuple of Overlap
    unpriced : tuple of str
        Ids without a public price, which add to nothing.
    """

    currencies: Mapping[str, CurrencyTotal]
    counted: tuple[str, ...]
    amounts: Mapping[str, Amount]
    exclusions: tuple[Exclusion, ...]
    overlaps: tuple[Overlap, ...]
    unpriced: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; sums as floats."""
        return {
            "currencies": {
                code: {
                    "headline": float(total.headline),
                    "headline_interval": total.headline_interval.as_dict(),
                    "counted": float(total.counted),
                    "counted_interval": total.counted_interval.as_dict(),
                    "overlap_at_most": float(total.overlap_at_most),
                    "n_headline": total.n_headline,
                    "n_counted": total.n_counted,
                }
                for code, total in self.currencies.items()
            },
            "counted": list(self.counted),
            "amounts": [{"id": id_, **_plain(amount)} for id_, amount in self.amounts.items()],
            "exclusions": [
                {
                    "id": e.id, **_plain(e.amount), "reason": e.reason.value, "because": list(e.because),
                    "words": str(e),
                }
                for e in self.exclusions
            ],
            "overlaps": [
                {"ids": list(o.ids), "at_most": float(o.at_most), "currency": o.currency}
                for o in self.overlaps
            ],
            "unpriced": list(self.unpriced),
        }  # fmt: skip


def _plain(amount: Amount) -> dict[str, Any]:
    """Return a stated amount for JSON: the figure that sums take, its ends, and how it was hedged."""
    ends = {"low": float(amount.low), "high": float(amount.high)}
    return {
        "value": float(amount.value), "currency": amount.currency, **ends, "bound": amount.bound.value,
    }  # fmt: skip


def _wholes(instrument: Instrument, snapshot: Snapshot) -> Iterator[Instrument]:
    """Yield the instrument that one is part of, and those that one is part of in turn."""
    seen = {instrument.id}
    current = instrument.links.part_of
    while current is not None and current not in seen and current in snapshot.instruments:
        seen.add(current)
        yield snapshot.instruments[current]
        current = snapshot.instruments[current].links.part_of


def _exclusion(
    instrument: Instrument,
    snapshot: Snapshot,
    selected: set[str],
    superseders: Mapping[str, tuple[str, ...]],
    *,
    cash_only: bool,
) -> tuple[ExclusionReason, tuple[str, ...]] | None:
    if instrument.status is Status.CANCELLED:
        return ExclusionReason.CANCELLED, ()
    if instrument.id in superseders:
        return ExclusionReason.SUPERSEDED, superseders[instrument.id]
    for whole in _wholes(instrument, snapshot):
        if whole.id in selected and whole.amount is not None and whole.status is not Status.CANCELLED:
            return ExclusionReason.PART_OF, (whole.id,)
    if cash_only and not instrument.moves_cash:
        return ExclusionReason.NOT_CASH, ()
    return None


def superseders_of(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Return, for every instrument that is replaced, the ids of those that replace it."""
    found: dict[str, tuple[str, ...]] = {}
    for instrument in snapshot.instruments.values():
        for target in instrument.links.supersedes:
            found[target] = (*found.get(target, ()), instrument.id)
    return found


def _overlaps(counted: Mapping[str, Amount], snapshot: Snapshot) -> list[Overlap]:
    pairs: dict[tuple[str, str], Overlap] = {}
    for id_, amount in counted.items():
        for other in snapshot.instruments[id_].links.overlaps:
            if other in counted and counted[other].currency == amount.currency:
                first, second = sorted((id_, other))
                at_most = min(amount.high, counted[other].high)
                pairs[first, second] = Overlap(ids=(first, second), at_most=at_most, currency=amount.currency)
    return list(pairs.values())


def _root(group: dict[str, str], id_: str) -> str:
    """Return the representative of the group that an id belongs to, shortening the way to it."""
    while group.setdefault(id_, id_) != id_:
        group[id_] = group[group[id_]]
        id_ = group[id_]
    return id_


def _overlap_at_most(overlaps: Iterable[Overlap], counted: Mapping[str, Amount]) -> Decimal:
    """Return the most that can be counted twice: group by group, pairs against all but the largest."""
    group: dict[str, str] = {}
    pairs = list(overlaps)
    for overlap in pairs:
        group[_root(group, overlap.ids[0])] = _root(group, overlap.ids[1])
    in_pairs: dict[str, Decimal] = defaultdict(Decimal)
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for overlap in pairs:
        in_pairs[_root(group, overlap.ids[0])] += overlap.at_most
    for id_ in list(group):
        amounts[_root(group, id_)].append(counted[id_].high)
    bounds = (min(in_pairs[root], sum(sums, Decimal(0)) - max(sums)) for root, sums in amounts.items())
    return sum(bounds, Decimal(0))


def count_once(
    snapshot: Snapshot,
    ids: Iterable[str] | None = None,
    *,
    cash_only: bool = False,
    factors: BoundFactors | None = None,
) -> Totals:
    """Return what instruments add up to, each promise once.

    Parameters
    ----------
    snapshot : Snapshot
        The state of knowledge.
    ids : iterable of str, optional
        The selection; all visible instruments when not given.
    cash_only : bool
        Whether to leave out what never moves as cash to the payee.
    factors : BoundFactors, optional
        What "about", "up to" and "at least" are taken to mean.

    Raises
    ------
    NotFoundError
        If an id is not known on the day.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> totals = count_once(snapshot, ["larkspur-fjord-letter", "larkspur-fjord-second", "campus-loan",
    ...     "campus-loan-first-draw"])
    >>> usd = totals.currencies["USD"]
    >>> f"{usd.headline / 10**9} bn announced, {usd.counted / 10**9} bn counted once"
    '65 bn announced, 24 bn counted once'
    >>> [str(exclusion) for exclusion in totals.exclusions]
    ['larkspur-fjord-letter was cancelled', 'campus-loan-first-draw is counted inside campus-loan']
    """
    selection = list(snapshot.instruments) if ids is None else list(dict.fromkeys(ids))
    chosen = {id_: snapshot.instrument(id_) for id_ in selection}
    selected, superseders = set(chosen), superseders_of(snapshot)
    exclusions: list[Exclusion] = []
    counted: dict[str, Amount] = {}
    for id_, instrument in chosen.items():
        if instrument.amount is None:
            continue
        why = _exclusion(instrument, snapshot, selected, superseders, cash_only=cash_only)
        if why is None:
            counted[id_] = instrument.amount
        else:
            exclusions.append(Exclusion(id=id_, amount=instrument.amount, reason=why[0], because=why[1]))
    overlaps = _overlaps(counted, snapshot)
    headline = {**counted, **{e.id: e.amount for e in exclusions}}
    return Totals(
        currencies={
            code: _total(code, headline, counted, overlaps, factors or BoundFactors())
            for code in sorted({amount.currency for amount in headline.values()})
        },
        counted=tuple(counted),
        amounts=counted,
        exclusions=tuple(exclusions),
        overlaps=tuple(overlaps),
        unpriced=tuple(id_ for id_, instrument in chosen.items() if instrument.amount is None),
    )


def _total(
    code: str,
    headline: Mapping[str, Amount],
    counted: Mapping[str, Amount],
    overlaps: Iterable[Overlap],
    factors: BoundFactors,
) -> CurrencyTotal:
    said = [amount for amount in headline.values() if amount.currency == code]
    kept = [amount for amount in counted.values() if amount.currency == code]
    return CurrencyTotal(
        headline=sum((amount.value for amount in said), Decimal(0)),
        headline_interval=Interval.total(amount.interval(factors) for amount in said),
        counted=sum((amount.value for amount in kept), Decimal(0)),
        counted_interval=Interval.total(amount.interval(factors) for amount in kept),
        overlap_at_most=_overlap_at_most((o for o in overlaps if o.currency == code), counted),
        n_headline=len(said),
        n_counted=len(kept),
    )
