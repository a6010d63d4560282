"""How close the sources of a promise's amount are: stated, relayed, or the editors' own arithmetic."""

from __future__ import annotations

from datetime import date

from loopledger.records import Instrument
from loopledger.records.instrument import Grade

__all__ = ["amount_is_estimated", "amount_note"]

_ESTIMATE, _RELAYED = "our estimate; not published", "as relayed"


def _grades(instrument: Instrument, day: date) -> frozenset[Grade]:
    """Return the grades of the evidence that set the amount as known on a day; empty where there is no amount."""
    if instrument.amount is None:
        return frozenset()
    setting = [change for change in instrument.changes if change.on <= day and "amount" in change.set]
    latest = max(setting, key=lambda change: change.on, default=None)
    evidence = instrument.evidence if latest is None else latest.evidence
    return frozenset(one.grade for one in evidence)


def amount_is_estimated(instrument: Instrument, day: date) -> bool:
    """Return whether the evidence that set the amount, as known on a day, holds arithmetic of our own.

    Parameters
    ----------
    instrument : Instrument
        As known on the day.
    day : datetime.date
    """
    return Grade.DERIVED in _grades(instrument, day)


def amount_note(instrument: Instrument, day: date) -> str:
    """Return what to say beside an amount that no source at hand states itself, else an empty string.

    Examples
    --------
    >>> from loopledger.register import TEACHING, load_register
    >>> snapshot = load_register(TEACHING).known_on(date(2026, 3, 1))
    >>> amount_note(snapshot.instruments["larkspur-fjord-letter"], snapshot.day)
    ''
    """
    if amount_is_estimated(instrument, day):
        return _ESTIMATE
    return _RELAYED if _grades(instrument, day) == {Grade.RELAYED} else ""
