"""Replaying changes: the terms of an instrument as they were known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from loopledger.records import Evidence, Instrument
from loopledger.register.observations import known_on

__all__ = ["CHANGEABLE", "dated_days", "evidence_known_on", "terms_on", "with_change"]

#: What a change may set: everything but the identity of the record and its own history.
CHANGEABLE = frozenset(Instrument.model_fields) - {"id", "changes", "evidence"}


def with_change(instrument: Instrument, values: Mapping[str, Any]) -> Instrument:
    """Return the instrument with new values in some fields, validated.

    Raises
    ------
    pydantic.ValidationError
        If a value does not fit its field.
    """
    fields = {name: getattr(instrument, name) for name in instrument.model_fields_set}
    return Instrument.model_validate({**fields, **values})


def terms_on(instrument: Instrument, day: date) -> Instrument:
    """Return the terms after all changes that were known on a day; ``changes`` holds those.

    Parameters
    ----------
    instrument : Instrument
        As first announced.
    day : datetime.date
        The last day whose news count.
    """
    if not instrument.changes:
        return instrument
    applied = tuple(change for change in instrument.changes if change.on <= day)
    values: dict[str, Any] = {"changes": applied}
    for change in sorted(applied, key=lambda change: change.on):
        values.update(change.set)
    return with_change(instrument, values)


def evidence_known_on(evidence: tuple[Evidence, ...], day: date, since: date) -> tuple[Evidence, ...]:
    """Return the evidence that was public on a day.

    A month or year counts as its last day.
    Evidence without a date counts as of the latest dated evidence beside it, or of ``since``, the day
    of the record it supports, when that is later: it may be shown late, but not early.
    """
    days = [known_on(e.published) if e.published else None for e in evidence]
    undated = max([since, *(d for d in days if d is not None)])
    return tuple(e for e, d in zip(evidence, days, strict=True) if (d or undated) <= day)


def dated_days(instrument: Instrument) -> Iterator[date]:
    """Yield the days on which something about an instrument became known, its announcement apart."""
    pieces: Iterable[Evidence] = instrument.evidence
    for change in instrument.changes:
        yield change.on
        pieces = (*pieces, *change.evidence)
    yield from (known_on(e.published) for e in pieces if e.published)
