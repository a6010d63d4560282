"""Filling what only the whole document tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loopledger.read.anaphora import name_later
from loopledger.read.colour import Colour
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import Act, Pays
from loopledger.read.story import Story
from loopledger.records import Kind, Role

__all__ = ["finish", "name_speaker"]

_HOSTED = frozenset({Kind.LEASE, Kind.CAPACITY_COMMITMENT})


def name_speaker(story: Story, events: list[Event]) -> None:
    """Put a name in the place of "we": who is named in the document and is not the other side.

    Parameters
    ----------
    story : Story
    events : list of Event
        Changed in place.
    """
    speaker = story.discourse.speaker
    spoken = [e for e in events if speaker in e.payers or e.payee is speaker]
    sides = {p for e in spoken for p in [*e.payers, e.payee] if p is not None}
    named = [e for e in story.discourse.speakers() if e not in sides]
    for event in spoken:
        if len(named) == 1:
            event.payers = [named[0] if e is speaker else e for e in event.payers]
            event.payee = named[0] if event.payee is speaker else event.payee
            event.rules.append("we")
        else:
            event.payers = [e for e in event.payers if e is not speaker]
            event.payee = None if event.payee is speaker else event.payee


_FUNDS = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN})


def _name_leaders(story: Story) -> None:
    """Read "has raised $5 million in a round led by X", "The round was led by X": X invests."""
    for event in story.events:
        told = event.act is Act.LEND and event.is_nominal and event.is_anaphoric
        if event.act not in (Act.RAISE, Act.BORROW) and not told:
            continue
        if event.payers or (event.payee is None and not told) or event.refused:
            continue
        near = [
            e for e in story.events
            if e.trigger in ("lead", "co-lead", "be investor", "be lender") and e.doer and not e.has_quantity
            and 0 <= e.sentence.index - event.sentence.index <= 2 and event.payee not in e.doer
        ]  # fmt: skip
        parts = [
            e for e in story.events
            if e is not event and e.kind in _FUNDS and e.has_quantity and e.payers
            and e.payee in (event.payee, None)
        ]  # fmt: skip
        if near and not parts:
            event.payers = list(near[0].doer)
            if event.payee is None:
                drawn = [
                    e.payee
                    for e in story.events
                    if e.act is Act.BORROW and e.sentence.index <= event.sentence.index
                ]
                event.payee = next((p for p in reversed(drawn) if p not in event.payers), None)
            event.rules.append("led by")


#: Words of letting: whoever takes megawatts where these stand is a tenant.
_LETTING = re.compile(
    r"\b(?:tenants?|landlords?|(?:pre-?)?leas(?:e|es|ed|ing)|rents?|rental|rented|renting|sublet|colocation)\b",
    re.IGNORECASE,
)
_SITED = re.compile(
    r"\b(?:at|in|of|across)\s+(?:[\w'\u2019-]+\s+){0,4}?(?:campus|site|hall|building|data\s+cent(?:re|er)|facility|park)s?\b",
    re.IGNORECASE,
)
_SPACE = frozenset({Kind.CAPACITY_COMMITMENT, Kind.PURCHASE_COMMITMENT})
_MAKERS = frozenset({Role.CHIPMAKER, Role.EQUIPMENT, Role.ENERGY, Role.CLOUD, Role.MODEL_DEVELOPER})


def _let_space(story: Story, texts: Sequence[str]) -> None:
    """Read "its first tenant ... takes 30 megawatts there": megawatts of a landlord are leased."""
    for event in story.events:
        if event.kind not in _SPACE or event.power is None or event.payee is None or event.count is not None:
            continue
        if event.payee.role in _MAKERS or not set(event.classes()) <= {
            NounClass.DEAL,
            NounClass.LEASE,
            NounClass.SERVICES,
        }:
            continue
        if any(_COMPUTING & {np.head, *np.words} for np in event.content):
            continue
        at = event.sentence.index
        near = " ".join(texts[max(0, at - 1) : at + 2])
        sited = (
            event.payee.role is None
            and event.act in (Act.GET, Act.RENT)
            and _SITED.search(event.sentence.text)
        )
        if event.payee.role is Role.DATACENTER or sited or _LETTING.search(near):
            event.kind = Kind.LEASE
            event.rules.append("space let")
    let = {
        (frozenset(e.payers), e.payee)
        for e in story.events
        if e.kind is Kind.LEASE and e.money is None and e.power is not None
    }
    for event in story.events:
        if event.kind is Kind.PURCHASE_COMMITMENT and event.power is None and event.count is None:
            paid = event.act in (Act.PAY, Act.GET, Act.COMMIT, Act.SPEND)
            if paid and (frozenset(event.payers), event.payee) in let:
                event.kind = Kind.LEASE  # the rent of what was let
                event.rules.append("rent")


_COMPUTING = words(
    "compute computing gpu gpus cloud processing inference training chip chips cluster power electricity"
)


def finish(story: Story, colour: Colour, texts: Sequence[str] = ()) -> None:
    """Fill what only the whole document tells.

    Parameters
    ----------
    story : Story
    colour : Colour
    texts : sequence of str
        The sentences.
    """
    for event in story.events:
        colour.paint(event)  # those that got their figure from a later sentence
    colour.spread(story.events)
    titled = [story.discourse.protagonist] if story.discourse.protagonist else []
    own = story.discourse.defined.get("company")
    titled = [own, *titled] if own is not None else titled
    titled += [e for e in story.discourse.entities if e.in_heading]
    name_later(story)
    name_speaker(story, story.events)
    _name_leaders(story)
    _let_space(story, texts)
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
