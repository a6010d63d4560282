"""Filling what only the whole document tells."""

from __future__ import annotations

from loopledger.read.anaphora import name_later
from loopledger.read.colour import Colour
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.lexicon.verbs import Act, Pays
from loopledger.read.story import Story
from loopledger.records import Kind

__all__ = ["finish"]

_HOSTED = frozenset({Kind.LEASE, Kind.CAPACITY_COMMITMENT})


def finish(story: Story, colour: Colour) -> None:
    """Fill what only the whole document tells."""
    for event in story.events:
        colour.paint(event)  # those that got their figure from a later sentence
    colour.spread(story.events)
    titled = [story.discourse.protagonist] if story.discourse.protagonist else []
    own = story.discourse.defined.get("company")
    titled = [own, *titled] if own is not None else titled
    titled += [e for e in story.discourse.entities if e.in_heading]
    name_later(story)
    for number, event in enumerate(story.events):
        if not event.has_quantity or event.refused:
            continue
        if not event.payers and event.payee is None:
            _look_ahead(event, story.events[number + 1 : number + 20])
        contract = event.act is Act.SIGN or (
            (
                event.act in (Act.GET, Act.GIVE)
                or (event.act is Act.PAY and not event.doer)
                or (event.act is Act.BUY and event.is_nominal and "company" in story.discourse.defined)
                or event.trigger.startswith("be ")
            )
            and (event.pays is not Pays.DOER or event.act is not Act.GET)
            and event.kind is not Kind.EQUITY_INVESTMENT
        )
        missing = bool(event.payers) != (event.payee is not None)
        if (
            contract
            and missing
            and event.kind in (Kind.PURCHASE_COMMITMENT, Kind.SUPPLY, Kind.CAPACITY_COMMITMENT, Kind.LEASE)
        ):
            present = {*event.payers, event.payee}
            hosts = _hosts(story) if event.payee is None and event.kind in _HOSTED else []
            others = [
                e
                for e in dict.fromkeys([*hosts, *titled])
                if e not in present
                and (e.known or e.as_subject >= 0 or story.discourse.is_organisation(e.name))
            ]
            if others:
                event.payers = event.payers or others[:1]
                event.payee = event.payee or others[0]
                event.rules.append("other:headline")


def _hosts(story: Story) -> list[Entity]:
    """Return who lets space in this document: who more of it is taken from, if it is not said."""
    return [e.payee for e in story.events if e.kind is Kind.LEASE and e.payee is not None and e.payers]


def _look_ahead(event: Event, following: list[Event]) -> None:
    """Give a figure told before its parties: "it has a contract worth $5 million. X will buy"."""
    if event.act is not Act.SIGN or event.power or event.count:
        return
    for other in following:
        if other.sentence.index - event.sentence.index > 3:
            return
        if other.payers and other.payee is not None and other.money is None and other.has_quantity:
            other.money, event.money = event.money, None
            other.extra.append((event.sentence, event.start, event.end))
            other.rules.append("figure told before")
            return
