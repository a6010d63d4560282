"""A seller's reported backlog beside what buyers are on record to owe it, with the mismatch shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.exposure.table import load_measures
from loopledger.records import KINDS, Firmness, FlowClass
from loopledger.register import Observation, Snapshot, count_once
from loopledger.units import BoundFactors, Interval

__all__ = [
    "BuyerPart",
    "Concentration",
    "MatchedBacklog",
    "concentrate",
    "latest",
    "match_backlog",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerPart:
    """One counterparty's contracts: stated sum and range [USD], share of the stated total, ids."""

    party: str
    stated_usd: float
    amount: Interval
    share: float
    share_range: Interval
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Binding purchase contracts by counterparty, each promise once, as announced and not run down.

    Parameters
    ----------
    parts : tuple of BuyerPart
        Largest first; shares add up to 1.
    stated_usd : float
        [USD].
    hhi : float
        Sum of squared shares, from 1/n to 1.
    skipped : tuple of str
        Contracts left out: not in dollars, joint, or without a price.
    """

    parts: tuple[BuyerPart, ...]
    stated_usd: float
    hhi: float
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedBacklog:
    """Contracts of named buyers against the reported backlog.

    Parameters
    ----------
    share : Interval
        Obligations over backlog; above 1 where contracts exceed what the seller reports.
    share_stated : float
        The same with every figure as stated.
    unmatched_usd : float
        [USD] backlog less all stated contracts; negative where the contracts are more.
    observations, dates : tuple of str
        ``file:line`` of each backlog, and its seller, measure and period end.
    """

    share: Interval
    share_stated: float
    obligations: Interval
    backlog_usd: float
    unmatched_usd: float
    instruments: tuple[str, ...]
    observations: tuple[str, ...]
    dates: tuple[str, ...]


def concentrate(
    snapshot: Snapshot, party: str, *, buyers: bool = True, factors: BoundFactors | None = None
) -> Concentration:
    """Return binding purchase contracts of a party by buyer, or by seller.

    Raises
    ------
    ModelError
        If none with a dollar price is on record.

    Notes
    -----
    A share's range moves its own amount to one end of its range and all others to the opposite end.
    """
    chosen = [
        i.id
        for i in snapshot.instruments.values()
        if KINDS[i.kind].flow_class is FlowClass.PURCHASE
        and i.firmness is Firmness.BINDING
        and party in (i.payees if buyers else i.payers)
    ]
    totals = count_once(snapshot, chosen)
    kept: dict[str, list[str]] = {}
    skipped = list(totals.unpriced)
    for id_ in totals.counted:
        instrument = snapshot.instruments[id_]
        amount = instrument.amount
        others = instrument.payers if buyers else instrument.payees
        if amount is None or amount.currency != "USD" or len(instrument.payers + instrument.payees) > 2:
            skipped.append(id_)
        else:
            kept.setdefault(others[0], []).append(id_)
    if not kept:
        side = "sold by" if buyers else "bought by"
        msg = f"concentration cannot be computed because no binding priced contract is {side} {party}"
        raise ModelError(msg, hint="add the contract to the register with its price")
    return _concentration(snapshot, kept, tuple(sorted(skipped)), factors or BoundFactors())


def _concentration(
    snapshot: Snapshot, kept: Mapping[str, list[str]], skipped: tuple[str, ...], factors: BoundFactors
) -> Concentration:
    amounts = {
        name: Interval.total(_interval(snapshot, i, factors) for i in ids) for name, ids in kept.items()
    }
    stated = {name: sum(_stated(snapshot, i) for i in ids) for name, ids in kept.items()}
    total = sum(stated.values())
    parts = [
        BuyerPart(
            party=name,
            stated_usd=stated[name],
            amount=amounts[name],
            share=stated[name] / total,
            share_range=_share_range(name, amounts, stated[name] / total),
            instruments=tuple(sorted(ids)),
        )
        for name, ids in kept.items()
    ]
    parts.sort(key=lambda part: (-part.stated_usd, part.party))
    return Concentration(
        parts=tuple(parts), stated_usd=total, hhi=sum(p.share**2 for p in parts), skipped=skipped
    )


def _share_range(name: str, amounts: Mapping[str, Interval], share: float) -> Interval:
    own = amounts[name]
    rest = Interval.total(amount for other, amount in amounts.items() if other != name)
    low = own.low / (own.low + rest.high) if own.low + rest.high else share
    high = own.high / (own.high + rest.low) if own.high + rest.low else share
    return Interval(min(low, share), share, max(high, share))


def _interval(snapshot: Snapshot, id_: str, factors: BoundFactors) -> Interval:
    amount = snapshot.instruments[id_].amount
    assert amount is not None  # noqa: S101  only priced ones are kept
    return amount.interval(factors)


def _stated(snapshot: Snapshot, id_: str) -> float:
    amount = snapshot.instruments[id_].amount
    assert amount is not None  # noqa: S101  only priced ones are kept
    return float(amount.value)


def latest(snapshot: Snapshot, party: str, metrics: Iterable[str]) -> Observation | None:
    """Return the observation with the latest period end under the first measure that a party states."""
    for metric in metrics:
        rows = [
            row
            for row in snapshot.observations
            if row.party == party and row.metric == metric and row.unit == "usd" and row.period_end
        ]
        if rows:
            return max(rows, key=lambda row: (row.period_end or row.known_on, row.known_on, row.line))
    return None


def match_backlog(
    snapshot: Snapshot, sellers: Iterable[str], buyers: Iterable[str], *, factors: BoundFactors | None = None
) -> MatchedBacklog:
    """Return what named buyers owe some sellers over the backlog that the sellers report.

    Raises
    ------
    ModelError
        If a seller reports no backlog by the day, or no contract of the buyers is on record.
    """
    wanted = set(buyers)
    rows: list[Observation] = []
    parts: list[BuyerPart] = []
    every = 0.0
    for seller in sellers:
        row = latest(snapshot, seller, load_measures().backlog)
        if row is None:
            msg = f"cannot be computed because {seller} reports no backlog by {snapshot.day}"
            raise ModelError(msg, hint=f"add a row with one of {', '.join(load_measures().backlog)}")
        rows.append(row)
        try:
            found = concentrate(snapshot, seller, factors=factors)
        except ModelError:
            continue  # its backlog still counts; what others owe may be known
        every += found.stated_usd
        parts += [part for part in found.parts if part.party in wanted]
    if not parts:
        msg = f"cannot be computed because no priced contract of {', '.join(sorted(wanted))} is on record"
        raise ModelError(msg, hint="add the contract to the register with its price")
    backlog = float(sum(row.value for row in rows))
    obligations = Interval.total(part.amount for part in parts)
    return MatchedBacklog(
        share=obligations.scaled(1 / backlog),
        share_stated=sum(part.stated_usd for part in parts) / backlog,
        obligations=obligations,
        backlog_usd=backlog,
        unmatched_usd=backlog - every,
        instruments=tuple(sorted({i for part in parts for i in part.instruments})),
        observations=tuple(f"{row.file}:{row.line}" for row in rows),
        dates=tuple(f"{row.party} {row.metric} at {row.period_end}" for row in rows),
    )
