"""All measures of exposure of a party, of all parties, and of the past episodes beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loopledger.errors import NotFoundError
from loopledger.exposure.breakeven import add_break_even, add_system_break_even
from loopledger.exposure.concentration import add_concentration
from loopledger.exposure.coverage import add_coverage
from loopledger.exposure.filings import add_demand, add_filings
from loopledger.exposure.grossnet import add_gross_net
from loopledger.exposure.hardware import add_hardware, add_life_of_servers
from loopledger.exposure.matching import add_matching
from loopledger.exposure.obligations import Book
from loopledger.exposure.offbalance import add_off_balance
from loopledger.exposure.past import add_past
from loopledger.exposure.published_gap import add_published_gaps
from loopledger.exposure.readings import SYSTEM, Sheet
from loopledger.exposure.reported import Reported, parties_on_record
from loopledger.exposure.rivals import add_rivals
from loopledger.exposure.stakes import add_stakes
from loopledger.exposure.system import add_system
from loopledger.exposure.vendor import add_vendor_financing
from loopledger.register import Register, Snapshot
from loopledger.register.suggest import suggest
from loopledger.schedule import Assumptions

__all__ = ["Exposure", "measure_exposure", "measure_party", "measure_system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Exposure of parties, of all together, and of past financiers.

    Parameters
    ----------
    system : Sheet
    parties : tuple of Sheet
    past : tuple of Sheet
    """

    system: Sheet
    parties: tuple[Sheet, ...]
    past: tuple[Sheet, ...]

    def only(self, measures: frozenset[str]) -> Exposure:
        """Return the same with some measures only."""
        return Exposure(
            system=self.system.only(measures),
            parties=tuple(sheet.only(measures) for sheet in self.parties),
            past=tuple(sheet.only(measures) for sheet in self.past),
        )


def measure_party(snapshot: Snapshot, assumptions: Assumptions, party: str) -> Sheet:
    """Return every measure of a party, and what keeps the others from being computed.

    Parameters
    ----------
    snapshot : Snapshot
        The register as known on a day; nothing later enters.
    assumptions : Assumptions
    party : str

    Raises
    ------
    NotFoundError
        If the register has no such party.

    Examples
    --------
    >>> from datetime import date
    >>> from loopledger.register import TEACHING, load_register
    >>> from loopledger.schedule import load_assumptions
    >>> sheet = measure_party(load_register(TEACHING).known_on(date(2026, 3, 1)), load_assumptions(), "fjord")
    >>> found = sheet.find("backlog_share", "larkspur")
    >>> found.value.central, found.ids
    (1.0, ('larkspur-fjord-second',))
    """
    return _measure(_book(snapshot, assumptions), _reported(snapshot, assumptions), party)


def measure_system(snapshot: Snapshot, assumptions: Assumptions) -> Sheet:
    """Return the measures of all parties together."""
    return _system(_book(snapshot, assumptions), _reported(snapshot, assumptions))


def measure_exposure(
    register: Register, snapshot: Snapshot, assumptions: Assumptions, parties: Iterable[str] | None = None
) -> Exposure:
    """Return the exposure of some or all parties that anything is said of, of the system, and of the past.

    Parameters
    ----------
    register : Register
        For the past episodes beside it.
    snapshot : Snapshot
        Of the same register.
    assumptions : Assumptions
    parties : iterable of str, optional
        Default is every party with a promise or a figure of its own.
    """
    book, reported = _book(snapshot, assumptions), _reported(snapshot, assumptions)
    chosen = parties_on_record(snapshot) if parties is None else list(parties)
    return Exposure(
        system=_system(book, reported),
        parties=tuple(_measure(book, reported, party) for party in chosen),
        past=tuple(add_past(register, snapshot.day, assumptions)),
    )


def _book(snapshot: Snapshot, assumptions: Assumptions) -> Book:
    return Book(snapshot=snapshot, assumptions=assumptions)


def _reported(snapshot: Snapshot, assumptions: Assumptions) -> Reported:
    return Reported(snapshot=snapshot, assumptions=assumptions)


def _measure(book: Book, reported: Reported, party: str) -> Sheet:
    if party not in book.snapshot.parties:
        msg = f'no party "{party}"'
        hint = suggest(party, book.snapshot.parties) or "loopledger register show lists them"
        raise NotFoundError(msg, hint=hint)
    sheet = Sheet(party, book.snapshot.day)
    add_concentration(sheet, book)
    add_matching(sheet, book, reported)
    add_filings(sheet, reported)
    add_coverage(sheet, book, reported)
    add_published_gaps(sheet, reported)
    add_break_even(sheet, book.snapshot.parties[party].role)
    add_vendor_financing(sheet, book, reported)
    add_off_balance(sheet, book, reported)
    add_stakes(sheet, book, reported)
    add_gross_net(sheet, book, reported)
    add_rivals(sheet, book)
    add_life_of_servers(sheet, reported)
    return sheet


def _system(book: Book, reported: Reported) -> Sheet:
    sheet = Sheet(SYSTEM, book.snapshot.day)
    add_system(sheet, book, reported)
    add_demand(sheet, reported)
    add_system_break_even(sheet, reported)
    add_hardware(sheet, reported)
    return sheet
