"""Past episodes of vendor financing beside today's: the same measures from the history of a register."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from loopledger.exposure.grossnet import add_gross_net
from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import fundings
from loopledger.exposure.readings import Named, Sheet
from loopledger.exposure.reported import Reported, Stated
from loopledger.exposure.vendor import NO_VENDORS, customers_of
from loopledger.register import Register
from loopledger.schedule import Assumptions
from loopledger.schedule.sizing import stated_size
from loopledger.units import Interval

__all__ = ["add_past"]

_STATE = ("drawn", "available", "not_available")


def add_past(register: Register, day: date, assumptions: Assumptions) -> list[Sheet]:
    """Return the same measures for past episodes, from the history beside a register.

    Parameters
    ----------
    register : Register
    day : datetime.date
        Knowledge date; the episodes are shown at every date for which a split into drawn and undrawn is known.
    assumptions : Assumptions

    Returns
    -------
    list of Sheet
        One a financier, empty if the register has no history.
    """
    if register.history is None:
        return []
    snapshot = register.history.known_on(day)
    book = Book(snapshot=snapshot, assumptions=assumptions)
    reported = Reported(snapshot=snapshot, assumptions=assumptions)
    sheets: list[Sheet] = []
    for party in sorted(snapshot.parties):
        sheet = Sheet(party, day)
        _add_splits(sheet, reported)
        if snapshot.parties[party].role not in NO_VENDORS:
            _add_first_stated(sheet, book, fundings(book, payer=party))
        if any(_buys_from(book, party, customer) for customer in customers_of(book, party)):
            add_gross_net(sheet, book, reported)  # a swap: each side buys from the other
        if sheet.readings:
            sheets.append(sheet)
    return sheets


def _buys_from(book: Book, buyer: str, seller: str) -> bool:
    return buyer in customers_of(book, seller)


def _add_splits(sheet: Sheet, reported: Reported) -> None:
    """Add committed and drawn at each date for which the financier reports both."""
    party = sheet.party
    by_day: dict[date, dict[str, Stated]] = defaultdict(dict)
    for state in (*_STATE, "revenue"):
        metric = state if state == "revenue" else f"customer_financing_{state}"
        for figure in reported.figures_of(party, metric):
            if figure.on is not None:
                by_day[figure.on][state] = figure
    for on, figures in sorted(by_day.items()):
        split = [figures[s] for s in _STATE if s in figures]
        if len(split) < len(_STATE):
            continue
        committed = Interval.total(f.value for f in split)
        drawn, revenue = figures["drawn"], figures.get("revenue")
        basis = f"at {on}"
        rows = [("vendor_committed", committed), ("vendor_drawn", drawn.value)]
        for code, value in rows:
            sheet.say(code, value, split, of=str(on), date_basis=basis)
        sheet.say_ratio("vendor_drawn_share", (drawn.value, committed), split, of=str(on), date_basis=basis)
        if revenue is None:
            for code, _ in rows:
                sheet.lack(f"{code}_ratio", f"revenue of {party} for the year to {on}", of=str(on))
            continue
        basis = f"at {on}, over revenue of the year to that day"
        for code, value in rows:
            over = (value, revenue.value)
            sheet.say_ratio(f"{code}_ratio", over, (*split, revenue), of=str(on), date_basis=basis)


def _add_first_stated(sheet: Sheet, book: Book, ids: list[str]) -> None:
    """Add each financing as first announced and as last known."""
    for id_ in ids:
        first, last = book.snapshot.first[id_], book.instrument(id_)
        for label, instrument in (("first stated", first), ("last known", last)):
            if instrument.amount is None:
                sheet.lack("vendor_committed", f"the amount of {id_}", of=f"{id_} {label}")
                continue
            size = stated_size(instrument.amount, book.assumptions)
            day = book.snapshot.announced_on(id_) if label == "first stated" else sheet.day
            sheet.say(
                "vendor_committed", size.usd, [Named(ids=(id_,), assumptions=size.assumptions)],
                of=f"{id_} {label}", date_basis=f"known on {day}",
                note=f"status {instrument.status.value}" + (f"; {instrument.note}" if instrument.note else ""),
            )  # fmt: skip
