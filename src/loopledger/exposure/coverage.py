"""Payments due year by year against cash, cash from operations and signed funding; what it would take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from loopledger.exposure.means import Sources, add_sources
from loopledger.exposure.obligations import Book, Obligation, distinct_total
from loopledger.exposure.promised import fundings, promised
from loopledger.exposure.ranges import difference
from loopledger.exposure.readings import Behind, Named, Sheet
from loopledger.exposure.reported import Reported
from loopledger.records import Firmness, FlowClass, Kind, Status
from loopledger.schedule import Certainty
from loopledger.units import Interval, Quarter

__all__ = ["Due", "Year", "add_coverage", "growth_needed", "years_ahead"]

#: Years shown one by one, the running one included.
N_YEARS = 5
_NONE = Interval.exact(0)
_MOST_GROWTH = 99.0
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A calendar year, or what is left of the running one.

    Parameters
    ----------
    label : str
        ``2027``, or ``2026 after 2026-11-24``.
    first, last : Quarter
    length : float
        [years] after the day.
    """

    label: str
    first: Quarter
    last: Quarter
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What falls due and comes in within a year, [USD], and the promises behind both."""

    year: Year
    owed: Interval
    signed: Interval
    promises: tuple[Obligation, ...]


def years_ahead(day: date) -> list[Year]:
    """Return the rest of the running year and the years after it.

    Examples
    --------
    >>> [year.label for year in years_ahead(date(2026, 11, 24))][:2]
    ['2026 after 2026-11-24', '2027']
    """
    years = []
    for number in range(day.year, day.year + N_YEARS):
        first, last = Quarter(4 * number), Quarter(4 * number + 3)
        start = max(first.first, day)
        label = f"{number} after {day}" if number == day.year else str(number)
        length = max((last.last - start).days, 1) / 365.25
        years.append(Year(label=label, first=first, last=last, length=length))
    return years


def add_coverage(sheet: Sheet, book: Book, reported: Reported) -> None:
    """Add payments due by year, and what stands against them."""
    mine = [o for o in book.remaining() if sheet.party == o.payer and _is_due(o)]
    funding = [o for o in book.remaining() if sheet.party == o.payee and _is_signed(o)]
    sources = add_sources(sheet, book, reported)
    _add_open_funding(sheet, book)
    if not mine:
        missing = f"a priced promise of {sheet.party} with payments after {book.snapshot.day}"
        for code in ("payments_due", "claim_on_sources", "funding_gap"):
            sheet.lack(code, missing)
        return
    dues = _add_years(sheet, book, mine, funding)
    late = _add_late(sheet, book)
    _add_over_revenue(sheet, sources)
    _add_gaps(sheet, sources, dues, late)


def _add_open_funding(sheet: Sheet, book: Book) -> None:
    """Add signed funding that is not on record as received."""
    signed = [
        p
        for p in promised(book, fundings(book, payee=sheet.party))
        if p.payee == sheet.party
        and p.is_signed
        and p.instrument.kind is not Kind.GUARANTEE
        and p.committed.high > p.drawn.low
        and p.instrument.status is not Status.COMPLETED
    ]
    if not signed:
        sheet.lack(
            "funding_open", f"signed funding of {sheet.party} that is not on record as received in full"
        )
        return
    total = Interval.total(
        Interval(
            max(p.committed.low - p.drawn.high, 0.0),
            max(p.committed.central - p.drawn.central, 0.0),
            max(p.committed.high - p.drawn.low, 0.0),
        )
        for p in signed
    )
    note = "in full, not weighted; what the schedule places before the day counts as received in the cash carried"
    sheet.say("funding_open", total, signed, date_basis=f"known on {sheet.day}", note=note)


def _is_due(o: Obligation) -> bool:
    return o.role in (FlowClass.PURCHASE, FlowClass.FUNDING, FlowClass.REPAYMENT)


def _is_signed(o: Obligation) -> bool:
    return o.role is FlowClass.FUNDING and o.certainty in (Certainty.CONTRACTED, Certainty.CONDITIONAL)


def _add_years(sheet: Sheet, book: Book, mine: list[Obligation], funding: list[Obligation]) -> list[Due]:
    """Add what is due and signed, year by year."""
    parts = {
        "commitments_due": [o for o in mine if o.role is FlowClass.PURCHASE],
        "debt_service_due": [o for o in mine if o.role is FlowClass.REPAYMENT],
        "funding_due": [o for o in mine if o.role is FlowClass.FUNDING],
    }
    dues: list[Due] = []
    for year in years_ahead(sheet.day):
        for code, group in parts.items():
            _say_year(sheet, book, code, year, group)
        owed = _say_year(sheet, book, "payments_due", year, mine)
        signed = _say_year(sheet, book, "funding_signed", year, funding)
        behind = (*_in_year(mine, year), *_in_year(funding, year))
        dues.append(Due(year=year, owed=owed, signed=signed, promises=behind))
    return dues


def _in_year(group: Iterable[Obligation], year: Year) -> list[Obligation]:
    return [o for o in group if o.within(year.first, year.last).high > 0]


def _say_year(sheet: Sheet, book: Book, code: str, year: Year, everything: list[Obligation]) -> Interval:
    group = _in_year(everything, year)
    if not group:
        return _NONE
    total, twice = distinct_total(book.snapshot, group, lambda o: o.within(year.first, year.last))
    note = f"up to {twice / 1e9:,.1f} bn of the central value may be counted twice" if twice else ""
    sheet.say(code, total, group, of=year.label, date_basis="scheduled in the year named", note=note)
    return total


def _add_late(sheet: Sheet, book: Book) -> Interval:
    """Add funding with conditions that the schedule places before the day and no source says was paid."""
    now = {o.instrument for o in book.remaining()}
    late = [
        p
        for p in promised(book, fundings(book, payee=sheet.party))
        if p.payee == sheet.party
        and p.instrument.firmness is Firmness.CONDITIONAL
        and p.instrument.status is not Status.COMPLETED
        and p.instrument.id not in now
    ]
    if not late:
        return _NONE
    likely = book.assumptions.number("firmness.conditional")
    total = Interval.total(
        Interval(
            0,
            likely * max(p.committed.central - p.drawn.central, 0.0),
            max(p.committed.high - p.drawn.low, 0.0),
        )
        for p in late
    )
    sheet.say(
        "funding_undated", total, (*late, Named(assumptions=("firmness.conditional",))),
        date_basis=f"signed and not on record as paid by {sheet.day}; when is not known",
    )  # fmt: skip
    return total


def _add_over_revenue(sheet: Sheet, sources: Sources) -> None:
    total = sheet.find("commitments_expected")
    if sources.revenue is None or total is None:
        what = "priced commitments" if total is None else "revenue"
        sheet.lack("commitments_to_revenue", f"{what} of {sheet.party}")
        return
    lengths = {year.label: year.length for year in years_ahead(sheet.day)}
    for label, reading in [("all years", total), *((r.of, r) for r in sheet.all_of("commitments_due"))]:
        months = 12 * lengths.get(label, 1.0)
        sheet.say_ratio(
            "commitments_to_revenue", (reading.value, sources.revenue.scaled(lengths.get(label, 1.0))),
            (reading, *sheet.all_of("revenue_rate")), of=label,
            date_basis=f"{reading.date_basis}, over {months:.3g} months of revenue at its present rate",
        )  # fmt: skip


def _add_gaps(sheet: Sheet, sources: Sources, dues: list[Due], late: Interval) -> None:
    if sources.cash is None or sources.internal is None:
        lacking = [n for n, v in (("cash", sources.cash), ("internal cash", sources.internal)) if v is None]
        for code in ("claim_on_sources", "funding_gap"):
            sheet.lack(code, f"{' and '.join(lacking)} of {sheet.party}")
        return
    due, have = _NONE, sources.cash + late
    behind: list[Behind] = list(sources.behind)
    for one in dues:
        due = due + one.owed
        have = Interval.total((have, sources.internal.scaled(one.year.length), one.signed))
        behind += one.promises
        label = str(one.year.last.year)
        basis = f"{sheet.day} to the end of the year named; {sources.cash_basis}, rates as last reported"
        sheet.say_ratio("claim_on_sources", (due, have), behind, of=label, date_basis=basis)
        sheet.say("funding_gap", difference(due, have), behind, of=label, date_basis=basis)
    if sources.left is not None and sources.revenue is not None and sources.revenue.low > 0:
        growth = growth_needed(dues, sources.cash + late, sources.revenue, sources.left)
        note = "yearly growth of revenue at which the gap closes by then; at most 9,900 % is looked for"
        sheet.say("growth_needed", growth, behind, of=label, date_basis=basis, note=note)


def growth_needed(dues: list[Due], cash: Interval, revenue: Interval, left: Interval) -> Interval:
    """Return the yearly growth of revenue at which cash, signed funding and its part of revenue pay what is due.

    Parameters
    ----------
    dues : list of Due
        One a year, in order.
    cash : Interval
        [USD] at hand.
    revenue : Interval
        [USD per year] in the first year.
    left : Interval
        Share of revenue that can pay.

    Notes
    -----
    Found by bisection between -1 and 99. Low takes the low end of what is due and the high ends of the rest.
    """
    ends = []
    for own, other in (("low", "high"), ("central", "central"), ("high", "low")):
        rest = sum(getattr(d.owed, own) - getattr(d.signed, other) for d in dues) - getattr(cash, other)
        base = getattr(revenue, other) * getattr(left, other)
        low, high = -1.0, _MOST_GROWTH
        for _ in range(_STEPS):
            middle = (low + high) / 2
            earned = sum(base * (1 + middle) ** k * d.year.length for k, d in enumerate(dues))
            low, high = (middle, high) if earned < rest else (low, middle)
        ends.append((low + high) / 2)
    return Interval(*ends)
