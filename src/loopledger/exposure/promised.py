"""What instruments promise in all, counted once: committed, and how much of it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loopledger.exposure.obligations import Book, overlap_at_most
from loopledger.records import KINDS, Firmness, FlowClass, Instrument, Kind, Status
from loopledger.register import count_once
from loopledger.schedule.sizing import stated_size
from loopledger.units import Interval

__all__ = ["Promised", "fundings", "has_run_out", "promised", "same_money", "total_of"]

#: A promise that is signed, whatever it still hangs on.
_SIGNED = frozenset({Firmness.BINDING, Firmness.CONDITIONAL, Firmness.CONTINGENT})
_NONE = Interval.exact(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One party's part of one instrument, in full.

    Parameters
    ----------
    instrument : Instrument
    payer, payee : str
    committed : Interval
        [USD] if the promise is kept.
    drawn : Interval
        [USD] paid by the day: nothing to everything where no source says so, by schedule at the centre.
    assumptions : tuple of str
    """

    instrument: Instrument
    payer: str
    payee: str
    committed: Interval
    drawn: Interval
    assumptions: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The instrument behind it."""
        return (self.instrument.id,)

    @property
    def is_signed(self) -> bool:
        """Whether it is more than an option, a letter or talks."""
        return self.instrument.firmness in _SIGNED or self.instrument.status is Status.COMPLETED


def promised(book: Book, ids: Iterable[str]) -> list[Promised]:
    """Return what instruments promise, each counted once, divided equally among joint parties.

    Parameters
    ----------
    book : Book
    ids : iterable of str
        Unpriced ones and those counted elsewhere are left out.
    """
    chosen = list(ids)
    totals = count_once(book.snapshot, chosen)
    found: list[Promised] = []
    for id_ in totals.counted:
        instrument = book.instrument(id_)
        assert instrument.amount is not None  # noqa: S101  counted ones have a price
        size = stated_size(instrument.amount, book.assumptions)
        drawn = _drawn(book, instrument, size.usd)
        pairs = [(payer, payee) for payer in instrument.payers for payee in instrument.payees]
        joint = ("joint.equal_split",) if len(pairs) > 1 else ()
        found += [
            Promised(
                instrument=instrument, payer=payer, payee=payee,
                committed=size.usd.scaled(1 / len(pairs)), drawn=drawn.scaled(1 / len(pairs)),
                assumptions=(*size.assumptions, *joint),
            )
            for payer, payee in pairs
        ]  # fmt: skip
    return found


def _drawn(book: Book, instrument: Instrument, size: Interval) -> Interval:
    if instrument.status is Status.COMPLETED:
        return size
    if instrument.kind is Kind.GUARANTEE or instrument.firmness not in _SIGNED:
        return _NONE  # a call would be a change of the record, and what is only talked of is not paid
    least = _paid_parts(book, instrument)
    is_running = instrument.status in (Status.EFFECTIVE, Status.AMENDED)
    if instrument.firmness is Firmness.BINDING:
        share = book.paid_shares.get(instrument.id, 0.0)
        most = size.high if is_running or share > 0 else least
    else:  # what hangs on a condition is not taken for paid because its day has come
        share = _share_dated(book, instrument)
        most = size.high if is_running else least
    central = min(max(share * size.central, least), max(most, least))
    return Interval(min(least, central), central, max(most, central))


def _paid_parts(book: Book, instrument: Instrument) -> float:
    """Return the parts of a promise that are on record as paid, [USD]."""
    parts = [
        i
        for i in book.snapshot.instruments.values()
        if i.links.part_of == instrument.id and i.status is Status.COMPLETED and i.amount is not None
    ]
    return sum(stated_size(i.amount, book.assumptions).usd.low for i in parts if i.amount is not None)


def _share_dated(book: Book, instrument: Instrument) -> float:
    """Return the part of a promise that lies in tranches with a date that has passed."""
    tranches = instrument.schedule.tranches if instrument.schedule else ()
    stated = float(instrument.amount.high) if instrument.amount else 0.0
    day = book.snapshot.day
    due = sum(float(t.amount or 0) for t in tranches if t.on is not None and t.on <= day)
    return min(due / stated, 1.0) if stated else 0.0


def fundings(book: Book, *, payer: str | None = None, payee: str | None = None) -> list[str]:
    """Return the ids of shares, loans, bonds and live guarantees from or to a party, warrants apart."""
    return [
        i.id
        for i in book.snapshot.instruments.values()
        if KINDS[i.kind].flow_class is FlowClass.FUNDING
        and i.kind is not Kind.WARRANT
        and i.cash is True
        and (payer is None or payer in i.payers)
        and (payee is None or payee in i.payees)
        and not has_run_out(book, i)
    ]


def has_run_out(book: Book, instrument: Instrument) -> bool:
    """Whether a guarantee ended before the day, or every borrowing that it covers by a link has matured before it."""
    if instrument.kind is not Kind.GUARANTEE:
        return False
    day = book.snapshot.day
    if instrument.end is not None:
        return instrument.end < day
    linked = (*instrument.links.conditional_on, *instrument.links.funds)
    covered = [book.snapshot.instruments[i] for i in linked if i in book.snapshot.instruments]
    return bool(covered) and all(
        one.kind in (Kind.LOAN, Kind.BOND) and one.end is not None and one.end < day for one in covered
    )


def same_money(book: Book, parts: Iterable[Promised]) -> str:
    """Return which of some promises may be the same money, in words; empty if none."""
    ids = sorted({p.instrument.id for p in parts})
    pairs = [
        f"{one} with {', '.join(others)}"
        for one in ids
        if (others := [o for o in book.instrument(one).links.overlaps if o in ids])
    ]
    return f"may be the same money: {'; '.join(pairs)}" if pairs else ""


def total_of(book: Book, parts: Iterable[Promised], which: str = "committed") -> Interval:
    """Return the sum of what is committed or drawn, the low end without what may overlap, [USD]."""
    amounts: dict[str, Interval] = {}
    for part in parts:
        value: Interval = getattr(part, which)
        amounts[part.instrument.id] = amounts.get(part.instrument.id, _NONE) + value
    return _distinct(book, amounts)


def _distinct(book: Book, amounts: Mapping[str, Interval]) -> Interval:
    total = Interval.total(amounts.values())
    low = total.low - overlap_at_most(book.snapshot, {i: a.low for i, a in amounts.items()})
    return Interval(min(max(low, 0.0), total.central), total.central, total.high)
