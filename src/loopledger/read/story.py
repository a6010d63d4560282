"""What is known of a document while it is read: who is spoken of, and what was promised so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import Item, NounPhrase

__all__ = ["LOOK_BACK", "Story", "named_in"]

#: So many earlier events are looked at when a promise has to be completed.
LOOK_BACK = 60


@dataclass(slots=True)
class Story:
    """The state of reading one document.

    Parameters
    ----------
    discourse : Discourse
    events : list of Event
        In the order of the text.
    """

    discourse: Discourse = field(default_factory=Discourse)
    events: list[Event] = field(default_factory=list)


def named_in(items: list[Item]) -> list[tuple[int, Entity]]:
    """Return the organisations that a sentence names, with their places."""
    found = []
    for item in items:
        if isinstance(item, NounPhrase):
            for np in item.parts or [item]:
                found += [
                    (x.start, x.entity) for x in (np.possessor, np) if x is not None and x.entity is not None
                ]
    return found
