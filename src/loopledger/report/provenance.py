"""How close the sources of a promise's amount are: stated, relayed, or the editors' own arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from loopledger.records import Instrument
from loopledger.records.instrument import Grade
from loopledger.report.model import Basis, FigureBook, Part, Record, Unit
from loopledger.schedule import Flow, promise_id
from loopledger.units import Interval

__all__ = ["amount_is_estimated", "amount_note", "estimated_note", "estimated_parts"]

_ESTIMATE, _RELAYED = "our estimate; not published", "as relayed"
#: From this part of a sum on it is mostly what it is in part.
_MOSTLY = 0.5


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


def estimated_note(flows: Iterable[Flow], estimated: Callable[[str], bool]) -> str:
    """Return what to say beside a name whose payments rest, all or in part, on amounts of our own.

    Parameters
    ----------
    flows : iterable of Flow
    estimated : callable
        Whether the amount of a promise, by id, is our own arithmetic.
    """
    paid = [flow for flow in flows if flow.amount.high > 0]
    own = [flow for flow in paid if estimated(promise_id(flow.instrument))]
    if not own:
        return ""
    if len(own) == len(paid):
        return " (our estimate)"
    share = sum(flow.amount.central for flow in own) / (sum(flow.amount.central for flow in paid) or 1.0)
    return f" ({'mostly' if share > _MOSTLY else 'in part'} our estimate)"


def estimated_parts(
    book: FigureBook, id_: str, flows: Sequence[Flow], estimated: Callable[[str], bool], *, what: str
) -> list[Part]:
    """Return how much of a sum rests on amounts that no source states, their records, and the sum without them.

    Parameters
    ----------
    book : FigureBook
        Keeps the two sums as ``{id_}/estimate`` and ``{id_}/stated`` [USD].
    id_ : str
        Of the whole sum.
    flows : sequence of Flow
        Those of the sum.
    estimated : callable
        Whether the amount of a promise, by id, is our own arithmetic.
    what : str
        What the whole sum is.

    Returns
    -------
    list of Part
        A clause that begins with a semicolon; empty where every amount is in a source.
    """
    own = [flow for flow in flows if flow.amount.high > 0 and estimated(promise_id(flow.instrument))]
    if not own:
        return []
    own_ids = _ids(own)
    rest = [flow for flow in flows if promise_id(flow.instrument) not in own_ids and flow.amount.high > 0]
    records: list[Part] = [part for one in own_ids for part in (" ", Record(one))]
    if not rest:
        return ["; all of it our estimate, in no source", *records]
    share = book.add(
        f"{id_}/estimate", Interval.total(flow.amount for flow in own), Unit.USD, Basis.ESTIMATED,
        what=f"the part of {what} that rests on amounts no source states", how="sum of its payments", refs=own_ids,
    )  # fmt: skip
    stated = book.add(
        f"{id_}/stated", Interval.total(flow.amount for flow in rest), Unit.USD, Basis.SCHEDULED,
        what=f"{what}, without amounts that no source states", how="sum of its payments", refs=_ids(rest),
    )  # fmt: skip
    return ["; of it ", share, " is our estimate, in no source", *records, ", without it ", stated]


def _ids(flows: Iterable[Flow]) -> tuple[str, ...]:
    return tuple(sorted({promise_id(flow.instrument) for flow in flows}))
