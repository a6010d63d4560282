"""Filling the missing side of a promise from the sentence or from what came before."""

# ruff: noqa: ARG001  (every filler is called alike)

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from loopledger.read.content import noun_class
from loopledger.read.discourse import Entity
from loopledger.read.events import Event
from loopledger.read.items import Item, NounPhrase, word_of
from loopledger.read.lexicon import words
from loopledger.read.lexicon.nouns import NounClass
from loopledger.read.lexicon.verbs import FRAMES, Act, Pays
from loopledger.read.settle import commitment_of, is_site
from loopledger.read.story import LOOK_BACK, Story, named_in
from loopledger.records import Firmness, Kind

if TYPE_CHECKING:
    from loopledger.read.story import Story

#: Acts that may be one-sided ("will spend $5 billion"): no counterparty is lent to them from afar.
_NOT_INHERITING = frozenset(
    {Act.INVEST, Act.SPEND, Act.DEPLOY, Act.SUPPLY, Act.RAISE, Act.BUY, Act.ISSUE, Act.SELL, Act.ACQUIRE}
)
_FUNDING = frozenset({Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.GUARANTEE})
#: Kinds that one noun names: "the lease", "the loan".
_NAMED = frozenset({Kind.LEASE, Kind.LOAN})
_IN_RETURN = re.compile(r"(?:In (?:return|exchange|turn)|For its part|Alongside)\b")
_SPACE = frozenset({Kind.LEASE, Kind.CAPACITY_COMMITMENT, Kind.PURCHASE_COMMITMENT})
_THERE = re.compile(r"\bthere\b", re.IGNORECASE)
#: Who already owns part of a party adds shares of the same.
_OWNS = re.compile(r"\b(?:owns?|stake|shareholder|holds?|backer|investor)\b", re.IGNORECASE)
#: An option on more of the same: "may also contract further capacity".
_MORE = re.compile(r"\b(?:also|further|additional|another|more|extra)\b", re.IGNORECASE)
_INTO_THINGS = re.compile(
    r"\b(?:in|into)\s+(?:the|its|their|a|new|data|factories|plants|infrastructure|research)\b", re.IGNORECASE
)


def complete(  # noqa: C901  (one branch for each construction)
    story: Story, event: Event, here: list[Event], items: list[Item]
) -> None:
    """Fill a missing side from the sentence, or from an earlier promise between the same parties."""
    if event.modal in ("may", "might", "could", "can") and _MORE.search(event.sentence.text, event.start):
        _option_for_more(story, event)
    if event.payers and event.payee is not None:
        _turn_round(story, event, items)
        _pays_rent(story, event, here)
    if event.payee is not None and (event.payers or event.kind is Kind.BOND):
        return
    if _on_own_things(event):
        event.refused = "spent on things of its own"
        return
    if event.trigger == "add" and not event.other:
        event.other = []
    if event.trigger == "add" and event.money is not None and not event.other:
        _continue(story, event, here)
        if event.payee is None and event.doer and _OWNS.search(event.sentence.text):
            event.payers, event.kind, event.frame = event.doer, Kind.EQUITY_INVESTMENT, FRAMES["invest"]
            _from_sentence(story, event, here, items)
        return
    if "share of goods" in event.rules or (
        "goods meant" in event.rules and event.payee is None and event.payers
    ):
        _from_goods(story, event, here)
        return
    for fill in (
        _from_topic,
        _from_there,
        _from_complement,
        _from_pair,
        _from_heading,
        _from_funding,
        _from_sentence,
        _from_payee,
    ):
        fill(story, event, here, items)
        if event.payers and event.payee is not None:
            _kind_by_sides(event)
            return


#: Things that somebody builds or buys for himself: money for them is promised to nobody.
_OWN_THINGS = words(
    "centre center building hall site campus plant factory line land expansion infrastructure construction fab"
    " network place country region state city home location programme program"
)


def _on_own_things(event: Event) -> bool:
    """Whether money goes into things, not to a party: "plans to invest $5 billion in data centres"."""
    if event.act not in (Act.INVEST, Act.SPEND) or event.money is None or event.is_nominal or event.targets:
        return False
    if event.trigger in ("lead", "co-lead", "anchor", "join", "back"):
        return False
    if (
        event.other
        or event.payee is not None
        or any(e for p, e in event.links if p in ("with", "from", "at"))
    ):
        return False
    rest = [np for np in event.content if np.figure is None]
    return bool(rest) and all(np.head in _OWN_THINGS or np.pronoun in ("it", "them") for np in rest[:1])


def _pays_rent(story: Story, event: Event, here: list[Event]) -> None:
    """Read "X signed a lease with Y in May and will pay it $5 million": what is paid is rent."""
    if event.act is not Act.PAY or event.kind is not Kind.PURCHASE_COMMITMENT or event.is_nominal:
        return
    for other in reversed([*story.events[-4:], *here]):
        if other.payee is event.payee and other.payers == event.payers and other.money is None:
            near = event.sentence.index - other.sentence.index <= 2
            event.kind = Kind.LEASE if other.kind is Kind.LEASE and near else event.kind
            return


def _turn_round(story: Story, event: Event, items: list[Item]) -> None:
    """Read "The refiner will pay the generator": between two who are only described, as one bought from the other."""
    sides = {*event.payers, event.payee}
    if event.act is not Act.PAY or event.is_nominal or len(sides) != 2 or event.is_negated:
        return
    if sides & {e for _, e in named_in(items)}:
        return
    for other in reversed(story.events[-4:]):
        bought = other.kind in (Kind.PURCHASE_COMMITMENT, Kind.SUPPLY, Kind.CAPACITY_COMMITMENT, Kind.LEASE)
        if (
            bought
            and {*other.payers, other.payee} == sides
            and event.sentence.index - other.sentence.index <= 2
        ):
            if other.payee in event.payers and other.money is None:
                event.payers, event.payee = other.payers, other.payee
                event.kind = other.kind
                event.rules.append("pays as it bought")
            return


def _option_for_more(story: Story, event: Event) -> None:
    """Read "It may also take further capacity, up to one gigawatt": an option of the same buyer on the same seller."""
    if event.power is None and event.count is None and event.money is None:
        return
    for other in reversed(story.events[-6:]):
        bought = other.kind in (Kind.PURCHASE_COMMITMENT, Kind.SUPPLY, Kind.CAPACITY_COMMITMENT, Kind.LEASE)
        if not (bought and other.has_quantity and other.payers and other.payee is not None):
            continue
        named = {*event.other, *event.targets}
        if named and not named & {other.payee, *other.payers}:
            return
        event.payers, event.payee, event.firmness = other.payers, other.payee, Firmness.OPTION
        if event.kind is None or event.money is None:
            event.kind = Kind.CAPACITY_COMMITMENT if event.power is not None else other.kind
        event.is_copy = True
        event.rules.append("option for more")
        return


def _kind_by_sides(event: Event) -> None:
    """Tell what a commitment is for when only its sides are known: a customer's is a purchase."""
    if event.kind is None and event.act is Act.COMMIT and event.money is not None and event.payee is not None:
        buys = any({"customer", "client", "tenant"} & e.traits for e in event.payers)
        event.kind = Kind.PURCHASE_COMMITMENT if buys else commitment_of(event.payers, [event.payee], event)


def _from_topic(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """Read "Y has been given an order", "Y accepted a bid of $5 million": the other side was just spoken of."""
    passive = event.act is Act.GIVE and not event.doer and event.payee is not None
    bid = event.kind is Kind.ACQUISITION and event.act is Act.GET and event.payee is not None
    topic = story.discourse.topic
    if (passive or bid) and not event.payers and len(topic) == 1 and topic[0] is not event.payee:
        event.payers = list(topic)
        event.rules.append("other:topic")


def _from_there(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """Read "X will take 45 megawatts there": of whoever was promised something before."""
    if event.payee is not None or not event.payers or event.kind not in _SPACE:
        return
    if not _THERE.search(event.sentence.text, event.start, event.end + 30):
        return
    for other in reversed(story.events[-6:]):
        if other.payee is not None and other.payee not in event.payers and not other.payee.placeholder:
            event.payee = other.payee
            event.rules.append("other:there")
            return


def _from_goods(story: Story, event: Event, here: list[Event]) -> None:
    """Part of what was promised before: the same buyer, and the same seller unless another is named."""
    for other in reversed([*story.events[-LOOK_BACK:], *here]):
        if other.count is not None and other.payers and other.payee is not None:
            meant = "goods meant" in event.rules
            event.payee = other.payee if meant else (event.doer or [other.payee])[0]
            event.payers = event.payers if meant else other.payers
            event.kind = other.kind
            return


def _from_complement(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """Read "Its cluster has been sold: X will take all of it": two halves of one promise."""
    funds = event.trigger in ("be lender", "be bank", "be investor", "be underwriter", "be provider")
    if event.trigger == "be provider" and event.doer:
        event.payers, event.payee = event.doer, None
    if (
        event.has_quantity
        or not event.payers
        or (event.act not in (Act.BUY, Act.RENT, Act.GET) and not funds)
    ):
        return
    for other in reversed([*story.events[-2:], *here]):
        if (other.kind in _FUNDING) is not funds:
            continue
        if (
            other.has_quantity
            and other.payee is not None
            and not other.payers
            and other.payee not in event.payers
        ):
            other.payers, event.payee = event.payers, other.payee
            other.rules.append("buyer named apart")
            return


def _from_heading(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """Read "Agreement with X. Y must buy ...": the party that the sentence before was about."""
    if len(here) > 0 or not story.events or event.act in (Act.SUPPLY, Act.DEPLOY):
        return
    last = story.events[-1]
    known = [
        e
        for e in [*last.payers, *([last.payee] if last.payee else [])]
        if e not in event.payers and e is not event.payee
    ]
    if (
        last.is_nominal
        and len(known) == 1
        and event.sentence.index - last.sentence.index == 1
        and not last.has_quantity
    ):
        if event.payers and event.payee is None and known[0] not in event.payers:
            event.payee = known[0]
        elif event.payee is not None and not event.payers and known[0] is not event.payee:
            event.payers = known
        else:
            return
        event.rules.append("other:heading")


def _from_payee(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """When all that is promised so far goes to one party, so does this."""
    if event.payee is not None or event.act not in (Act.PAY, Act.INVEST, Act.LEND, Act.GIVE, Act.COMMIT):
        return
    if event.act is Act.INVEST and _INTO_THINGS.search(event.sentence.text, event.start, event.end):
        return
    payees = {
        e.payee
        for e in [*story.events[-LOOK_BACK:], *here]
        if e.payee is not None and e.payers and e.has_quantity
    }
    if len(payees) == 1 and not payees & set(event.payers):
        event.payee = payees.pop()
        event.rules.append("other:common payee")


def _continue(story: Story, event: Event, here: list[Event]) -> None:
    """Read "It bought $5 million of shares and later added $2 million": one more of the same."""
    for other in reversed([*story.events[-3:], *here]):
        newcomer = bool(event.doer) and not set(event.doer) & {*other.payers, other.payee}
        if (
            newcomer
            and other.kind in _FUNDING
            and other.payee is not None
            and (other.payers or other.act is Act.RAISE)
        ):
            if event.sentence.index - other.sentence.index <= 1:
                event.payers, event.payee, event.kind = event.doer, other.payee, other.kind
                event.frame = other.frame if other.payers else FRAMES["invest"]
                event.is_copy = True
                event.rules.append("joins")
            return
        if other.payers and other.payee is not None and other.money is not None:
            if set(event.doer) & {*other.payers, other.payee} or not event.doer:
                event.payers, event.payee, event.kind = other.payers, other.payee, other.kind
                event.is_past, event.is_perfect, event.frame = (
                    other.is_past,
                    other.is_perfect,
                    other.frame,
                )
                event.is_copy = True
                event.rules.append("continues")
            return


def _from_pair(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """From an earlier promise: both sides for "the contract", the other side for "X will pay"."""
    if event.act is Act.RAISE or _spends_on_itself(event):
        return
    present = set(event.payers) | ({event.payee} if event.payee else set())
    free = event.act not in _NOT_INHERITING or event.is_nominal or bool(_IN_RETURN.match(event.sentence.text))
    earlier = [
        e
        for e in [*story.events[-6:], *here]
        if event.sentence.index - e.sentence.index <= 3 and not e.refused
    ]
    heads = {np.head for np in event.content[:1]}
    if event.is_nominal and event.is_anaphoric:  # "the contract" is the last one called so
        same = [
            e for e in story.events[-LOOK_BACK:]
            if e.payers and (heads & {np.head for np in e.content} or (e.kind is event.kind and e.kind in _NAMED))
        ]  # fmt: skip
        earlier = [*earlier, *same[-1:]]
    if not present:
        earlier = [e for e in earlier if not (e.payers and e.payee)] + [
            e for e in earlier if e.payers and e.payee
        ]
    for other in reversed(earlier):
        sides = {*other.payers, *([other.payee] if other.payee else [])}
        if (
            not present
            and event.is_nominal
            and other.payers
            and (event.is_anaphoric or other.kind is event.kind)
        ):
            event.payers, event.payee = other.payers, other.payee
            event.kind = other.kind if event.pays is Pays.ROLES or event.kind is None else event.kind
            event.rules.append("inherits:parties")
            return
        inside = free or other.sentence is event.sentence
        alone = (
            event.payee is not None and not event.payers and other.payee is None and other.kind is event.kind
        )
        if (
            alone
            and other.payers
            and event.payee not in other.payers
            and event.act not in (Act.RAISE, Act.ISSUE, Act.SELL)
        ):
            event.payers = other.payers
            event.rules.append("inherits:payer")
            return
        if not present or not inside or not present < sides or not _fits_side(event, other):
            continue
        event.rules.append("inherits:side")
        if event.is_nominal and event.pays is Pays.ROLES and other.kind is not None:
            event.kind = other.kind
        return


def _spends_on_itself(event: Event) -> bool:
    """Whether money goes into somebody's own works: "expects to spend $5 million on the buildings"."""
    things = [np for np in event.content if not np.figures]
    bought = any(noun_class(np) in (NounClass.GOODS, NounClass.SERVICES, NounClass.POWER) for np in things)
    return event.act is Act.SPEND and bool(things) and not bought


def _fits_side(event: Event, other: Event) -> bool:
    """Complete an event from another that has one of its parties; False if they do not fit."""
    if other.payee is None:
        return False
    back = event.act is Act.PAY and any(np.pronoun == "it" for np in event.content)
    if back and event.payers == other.payers and other.kind in (Kind.EQUITY_INVESTMENT, Kind.ACQUISITION):
        event.kind = other.kind  # "is paying $5 million for it"
    pays_rent = event.act is Act.PAY and event.kind is Kind.PURCHASE_COMMITMENT and other.kind is Kind.LEASE
    if pays_rent and (event.is_nominal or event.sentence is other.sentence):
        event.kind = other.kind  # "payments to the landlord", "lets halls to X, which will pay"
    if event.payers and event.payee is None and set(event.payers) == set(other.payers):
        event.payee = other.payee
    elif event.payee is other.payee and not event.payers:
        event.payers = other.payers
    elif event.payers == [other.payee] and event.payee is None and len(other.payers) == 1:
        event.payee = other.payers[0]
    elif not event.payers and event.payee in other.payers and len(other.payers) == 1:
        event.payers = [other.payee]
    else:
        return False
    return True


def _from_funding(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:
    """Funders named side by side fund the same party."""
    if event.kind not in _FUNDING or event.payee is not None or not event.payers:
        return
    for other in reversed([*story.events[-3:], *here]):
        got = other.act is Act.GET and not other.payers and any(np.head == "money" for np in other.content)
        if (other.kind in _FUNDING or got) and other.payee is not None and other.payee not in event.payers:
            near = event.sentence.index - other.sentence.index <= 1
            raising = (
                other.act in (Act.RAISE, Act.ISSUE, Act.SELL)
                and event.sentence.index - other.sentence.index <= 3
            )
            points_back = near and event.act is Act.INVEST and (not other.payers or _refers_back(event))
            if (
                (near and (other.sentence is event.sentence or other.is_copy or event.is_copy))
                or raising
                or points_back
            ):
                event.payee = other.payee
                event.rules.append("inherits:payee")
                return
    if event.act is Act.LEND and any(
        np.head in ("purchase", "acquisition", "order", "deal", "takeover") for np in event.content
    ):
        buys = [
            e for e in [*story.events[-4:], *here] if e.act in (Act.BUY, Act.ACQUIRE) and len(e.payers) == 1
        ]
        if buys and buys[-1].payers[0] not in event.payers:
            event.payee = buys[-1].payers[0]
            event.rules.append("other:purpose")
            return
    borrower = [
        e for e in story.discourse.active if e.traits & {"borrower", "issuer"} and e not in event.payers
    ]
    if len(borrower) == 1:
        event.payee = borrower[0]
        event.rules.append("other:borrower")


def _secured(event: Event, items: list[Item]) -> Entity | None:
    """Return whose claim is backed: "*the landlord's* recourse is supported by a letter of credit"."""
    for item in items:
        owner = item.possessor if isinstance(item, NounPhrase) else None
        if owner is not None and owner.resolved and owner.resolved[0] not in event.payers:
            return owner.resolved[0]
    named = [e for at, e in named_in(items) if at > event.start and e not in event.payers]
    return named[-1] if named else None


def _refers_back(event: Event) -> bool:
    """Whether shares or a round are spoken of as known: "the remainder of the shares"."""
    return any(
        np.head in ("share", "round", "rest", "remainder", "balance") and np.is_definite
        for np in event.content
    )


def _from_sentence(story: Story, event: Event, here: list[Event], items: list[Item]) -> None:  # noqa: C901, PLR0912  (one branch for each construction)
    """From the one other party that the sentence names."""
    served = event.act is Act.SUPPLY and bool(event.payers)
    if (event.act in (Act.SUPPLY, Act.SPEND, Act.RAISE) and not served) or not (event.payers or event.payee):
        return
    if event.act is Act.DEPLOY and event.power is None and event.count is None:
        return
    if event.act is Act.INVEST and _INTO_THINGS.search(event.sentence.text, event.start, event.end):
        return
    present = {*event.payers, *([event.payee] if event.payee else [])}
    present |= {e for p, row in event.links if p == "at" and is_site(row) for e in row}
    for item in items:  # those who act together are no counterparties
        if isinstance(item, NounPhrase) and item.parts:
            joint = [np.entity for np in item.parts if np.entity is not None]
            present |= set(joint) if present & set(joint) else set()
    if event.is_copy:
        present |= {e for other in here if other.trigger == event.trigger for e in other.payers}
    listed = [item for item in items if word_of(item) not in ("for", "with")]
    for item, following in itertools.pairwise(listed):  # "and Y the remaining $1 million": another payer
        if (
            isinstance(item, NounPhrase)
            and item.entity
            and isinstance(following, NounPhrase)
            and following.figures
        ):
            present |= {item.entity} if event.act in (Act.INVEST, Act.LEND) else set()
    if event.kind is Kind.GUARANTEE and event.payee is None:
        event.payee = _secured(event, items)
        if event.payee is not None:
            return
    named = [e for at, e in named_in(items) if at < event.end + 60]
    named = [e for e in dict.fromkeys(named) if e not in present]
    if len(named) != 1:
        return
    if not event.payers:
        event.payers = named
    else:
        event.payee = named[0]
    event.rules.append("other:sentence")
