"""Rules about what became known later.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pydantic import ValidationError

from loopledger.records import Instrument, Status
from loopledger.register.collection import Collection, Finding, InstrumentEntry
from loopledger.register.replay import CHANGEABLE, with_change
from loopledger.register.shape import errors_of, shape_problems
from loopledger.register.suggest import suggest

#: What to do instead of changing what a change cannot set.
_INSTEAD = {
    "id": "write a new instrument that supersedes this one",
    "changes": "write each change as a member of the list",
    "evidence": "put the evidence of a change beside its set, and that of the first terms into the record",
}
#: How a promise can end; what comes after is another promise.
_ENDS = frozenset({Status.COMPLETED, Status.CANCELLED})
_SIGNED = frozenset({Status.DEFINITIVE, Status.EFFECTIVE})
_TALK = frozenset({Status.RUMOURED, Status.IN_TALKS})


def _odd_changes(c: Collection) -> Iterator[tuple[InstrumentEntry, int, str]]:
    """Yield each field that a change sets and cannot set."""
    for entry in c.instruments():
        for i, change in enumerate(entry.instrument.changes):
            yield from ((entry, i, name) for name in change.set if name not in CHANGEABLE)


def unknown_changes(c: Collection) -> Iterator[Finding]:
    """Require that a change sets fields of an instrument."""
    for entry, i, name in _odd_changes(c):
        if name not in Instrument.model_fields:
            message, path = f'a change sets the unknown field "{name}"', entry.at("changes", i, "set", name)
            hint = suggest(name, CHANGEABLE)
            yield Finding(source=entry.deal.source, path=path, message=message, hint=hint, at_key=True)


def changes_of_what_stays(c: Collection) -> Iterator[Finding]:
    """Require that a change leaves the id, the history and the evidence of an instrument alone."""
    for entry, i, name in _odd_changes(c):
        if name in Instrument.model_fields:
            message, path = f'a change cannot set "{name}"', entry.at("changes", i, "set", name)
            hint = _INSTEAD[name]
            yield Finding(source=entry.deal.source, path=path, message=message, hint=hint, at_key=True)


def unfit_changes(c: Collection) -> Iterator[Finding]:
    """Require that replaying the changes gives a well-formed instrument after each of them."""
    for entry in c.instruments():
        current = entry.instrument
        if not current.changes:
            continue
        for i, change in enumerate(current.changes):
            settable = {name: value for name, value in change.set.items() if name in CHANGEABLE}
            for name, value in settable.items():
                try:
                    current = with_change(current, {name: value})
                except ValidationError as error:
                    # a field made neutral because it is faulty itself is no fault of the change
                    own = [e for e in errors_of(error) if e["loc"][:1] == (name,)]
                    place = (entry.deal.source, entry.at("changes", i, "set"), Instrument)
                    for problem in shape_problems(own, change.set, *place):
                        yield Finding(at=problem.at, message=problem.message, hint=problem.hint)


def changes_before_announcement(c: Collection) -> Iterator[Finding]:
    """Require that a change becomes known after the promise, or on the same day."""
    for entry in c.instruments():
        announced = entry.deal.announced
        for i, change in enumerate(entry.instrument.changes):
            if announced is not None and change.on < announced:
                message = f"the change of {change.on} comes before the announcement of {announced}"
                yield entry.finding(entry.at("changes", i, "on"), message, "correct one of the two days")


def changes_out_of_order(c: Collection) -> Iterator[Finding]:
    """Require that changes are written in the order in which they became known."""
    for entry in c.instruments():
        changes = entry.instrument.changes
        for i, (before, after) in enumerate(pairwise(changes)):
            if after.on < before.on:
                message = f"the change of {after.on} stands after that of {before.on}"
                yield entry.finding(entry.at("changes", i + 1, "on"), message, "sort the changes by day")


def repeated_changes(c: Collection) -> Iterator[Finding]:
    """Require that a field changes once a day: of two values that became known together neither is the last."""
    for entry in c.instruments():
        first: dict[tuple[object, str], int] = {}
        for i, change in enumerate(entry.instrument.changes):
            for name in change.set:
                before = first.setdefault((change.on, name), i)
                if before != i:
                    where = entry.deal.source.at(entry.at("changes", before, "on")).line
                    message = f'"{name}" changes twice on {change.on}; the first is on line {where}'
                    path = entry.at("changes", i, "set", name)
                    hint = "merge the two changes, or correct a day"
                    yield Finding(
                        source=entry.deal.source, path=path, message=message, hint=hint, at_key=True
                    )


def _steps(entry: InstrumentEntry) -> Iterator[tuple[int, Instrument, Instrument]]:
    """Yield each change of a field's value that can be replayed: its number, the terms before and after."""
    current = entry.instrument
    for i, change in enumerate(entry.instrument.changes):
        settable = {name: value for name, value in change.set.items() if name in CHANGEABLE}
        try:
            after = with_change(current, settable)
        except ValidationError:  # the matter of another rule
            return
        yield i, current, after
        current = after


def changes_of_nothing(c: Collection) -> Iterator[Finding]:
    """Require that a change changes something; a confirmation belongs to the evidence."""
    for entry in c.instruments():
        for i, before, after in _steps(entry):
            names = [name for name in entry.instrument.changes[i].set if name in CHANGEABLE]
            if names and all(getattr(before, name) == getattr(after, name) for name in names):
                message = (
                    f"the change of {entry.instrument.changes[i].on} leaves {', '.join(names)} as it was"
                )
                hint = "correct the value, or move its source to the evidence"
                yield entry.finding(entry.at("changes", i, "set"), message, hint)


def changes_after_the_end(c: Collection) -> Iterator[Finding]:
    """Require that what was completed or cancelled stays so, and what was signed is no rumour again."""
    for entry in c.instruments():
        for i, before, after in _steps(entry):
            is_ended = before.status in _ENDS and after.status is not before.status
            if is_ended or (before.status in _SIGNED and after.status in _TALK):
                message = f"{before.status} becomes {after.status}"
                hint = "correct one of the two, or write a new instrument"
                yield entry.finding(entry.at("changes", i, "set", "status"), message, hint)
