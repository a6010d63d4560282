"""Rules about what became known later.

Each public function is one rule of :data:`~loopledger.register.rules.RULES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pydantic import ValidationError

from loopledger.records import Instrument
from loopledger.register.collection import Collection, Finding
from loopledger.register.replay import CHANGEABLE, with_change
from loopledger.register.shape import errors_of, shape_problems
from loopledger.register.suggest import suggest


def unknown_changes(c: Collection) -> Iterator[Finding]:
    """Require that a change sets fields of an instrument other than its id, its history and its evidence."""
    for entry in c.instruments():
        for i, change in enumerate(entry.instrument.changes):
            for name in change.set:
                if name in CHANGEABLE:
                    continue
                known = name in Instrument.model_fields
                message = (
                    f'a change cannot set "{name}"' if known else f'a change sets the unknown field "{name}"'
                )
                path = entry.at("changes", i, "set", name)
                hint = "write a new instrument" if known else suggest(name, CHANGEABLE)
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
