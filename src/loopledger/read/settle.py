"""From an event to a record: which kind, who pays, who is paid, whose products."""

from __future__ import annotations

import re
from collections.abc import Iterable

from loopledger.read.content import noun_class
from loopledger.read.direction import SELLERS, SITES, first_buys
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase
from loopledger.read.lexicon import words
from loopledger.read.lexicon.cues import REVENUE_SHARE
from loopledger.read.lexicon.names import ORGANISATION_ENDINGS
from loopledger.read.lexicon.nouns import NOUN_CLASS, NounClass
from loopledger.read.lexicon.roles import UPSTREAM
from loopledger.read.lexicon.verbs import Act, Pays
from loopledger.records import Kind, Role

__all__ = ["is_site", "settle"]

_THINGS = frozenset({NounClass.GOODS, NounClass.SERVICES, NounClass.POWER, NounClass.SHARES, NounClass.LEASE})
_COMPUTERS = words(
    "chip chips gpu gpus gpus processor processors accelerator accelerators server servers cluster product"
)
_NOT_LENT = frozenset({NounClass.EQUITY, NounClass.SHARES, NounClass.BOND, NounClass.GUARANTEE})
_BUSINESSES = words(
    "arm unit division business subsidiary operation brand data-centre data-center campus plant portfolio"
    " park farm field pipeline fleet mine refinery building property site facility place land parcel terminal"
    " factory station smelter warehouse tower headquarters port shipyard"
)
_KIND_OF: tuple[tuple[NounClass, Kind], ...] = (
    (NounClass.WARRANT, Kind.WARRANT),
    (NounClass.GUARANTEE, Kind.GUARANTEE),
    (NounClass.ROYALTY, Kind.REVENUE_SHARE),
    (NounClass.BOND, Kind.BOND),
    (NounClass.LOAN, Kind.LOAN),
    (NounClass.LEASE, Kind.LEASE),
    (NounClass.ACQUISITION, Kind.ACQUISITION),
    (NounClass.SHARES, Kind.EQUITY_INVESTMENT),
    (NounClass.EQUITY, Kind.EQUITY_INVESTMENT),
    (NounClass.POWER, Kind.SUPPLY),
    (NounClass.GOODS, Kind.SUPPLY),
    (NounClass.SERVICES, Kind.PURCHASE_COMMITMENT),
)
_UNDER_LEASE = re.compile(
    r"\b(?:under|in|on|as part of|through)\s+(?:[\w'-]+\s+){0,4}?(?:leases?|rental|charters?|tenancy)\b"
    r"|\b(?:leases?|tenancy)\b[^.;:]{0,60}?\b(?:oblig|requir|commit|bind)",
    re.IGNORECASE,
)


def settle(event: Event, discourse: Discourse) -> None:
    """Decide the kind, payers and payee of an event, as far as its own clause tells."""
    classes = event.classes()
    event.kind = _kind(event, classes)
    _find_other(event, discourse)
    _direct(event, classes)
    if event.kind is None and event.trigger in ("arrow", "label") and event.money is not None:
        event.kind = Kind.PURCHASE_COMMITMENT
    if event.kind is None and event.act is Act.COMMIT and event.other:
        event.kind = _commitment(event)
        _direct(event, classes)
    _computing(event, classes)
    if event.kind in (Kind.EQUITY_INVESTMENT, Kind.LOAN, Kind.BOND, Kind.WARRANT):
        event.power = None  # the capacity of what the money is for
    event.rules.insert(0, f"{event.act.value}:{event.trigger}")


def _first(classes: Iterable[NounClass]) -> NounClass | None:
    passing = (NounClass.DEAL, NounClass.ORDER, NounClass.MONEY, NounClass.METRIC)
    return next((c for c in classes if c not in passing), None)


def _kind(event: Event, classes: list[NounClass]) -> Kind | None:  # noqa: C901, PLR0912  (one branch for each construction)
    main = _first(classes)
    act = event.act
    table = dict(_KIND_OF)
    if act is Act.ACQUIRE:
        bought = event.targets and not event.is_nominal and not (event.count or event.power)
        if not bought and main in (NounClass.GOODS, NounClass.SERVICES, NounClass.POWER):
            return table[main]
        return Kind.EQUITY_INVESTMENT if _is_part(event) else Kind.ACQUISITION
    bought = event.is_nominal or event.trigger.endswith(" purchase")
    whole = main is None or (main is NounClass.SHARES and not _is_part(event))
    if act is Act.BUY and bought and whole and not event.targets:
        event.targets = next((e for p, e in event.links if p == "of" and e), [])
    traded = (
        event.content[:2]
        if act is Act.BUY and event.content[:1] and event.content[0].head in ("purchase", "sale")
        else event.content[:1]
    )
    dealt = act in (Act.SELL, Act.BUY) and not event.trigger.startswith("be ")
    if dealt and any((np.head in _BUSINESSES or _is_building(np)) for np in traded):
        return Kind.ACQUISITION
    yearly = event.money is not None and bool(event.money.per)
    if yearly and act in (Act.GET, Act.PAY, Act.BUY) and any(np.head in SITES for np in event.content[:3]):
        return Kind.LEASE  # "gets the whole of Y's hall for $5 million a year"
    if act in (Act.SELL, Act.BUY, Act.GET, Act.PAY) and not yearly and _is_asset(event):
        return Kind.ACQUISITION
    if act is Act.BUY and event.targets and _is_part(event):
        return Kind.EQUITY_INVESTMENT
    if (
        act in (Act.BUY, Act.SELL)
        and event.targets
        and not event.power
        and not event.count
        and (main in (None, NounClass.ACQUISITION) or (bought and whole))
    ):
        return Kind.ACQUISITION
    if act is Act.DEPLOY and any("rights" in np.words for np in event.content):
        return Kind.EQUITY_INVESTMENT  # "takes up its part of the rights issue"
    if act in (Act.RENT, Act.LET):
        return Kind.LEASE
    if REVENUE_SHARE.search(event.sentence.text, event.start, event.end + 40) and act in (
        Act.GIVE, Act.PAY, Act.GET
    ):  # fmt: skip
        return Kind.REVENUE_SHARE
    if (
        act in (Act.PAY, Act.COMMIT, Act.GET)
        and main in (None, NounClass.SERVICES)
        and any({"tenant", "lessee"} & e.traits for e in event.doer)
        and (not event.other or any({"landlord", "lessor"} & e.traits for e in event.other))
        and event.money is not None
    ):
        return Kind.LEASE
    if (
        (act in (Act.PAY, Act.COMMIT, Act.GET) or event.trigger == "host")
        and (main in (None, NounClass.SERVICES) or event.trigger == "host")
        and _UNDER_LEASE.search(event.sentence.text)
    ):
        return Kind.LEASE
    if act is Act.GUARANTEE:
        return Kind.GUARANTEE
    if act in (Act.INVEST, Act.RAISE):
        special = next(
            (
                c
                for c in classes
                if c in (NounClass.LOAN, NounClass.BOND, NounClass.GUARANTEE, NounClass.WARRANT)
            ),
            None,
        )
        equity = next((c for c in classes if c in (NounClass.EQUITY, NounClass.SHARES)), None)
        return table[special] if special and not equity else Kind.EQUITY_INVESTMENT
    if act is Act.GET and main is None and event.exchanged in (NounClass.SHARES, NounClass.EQUITY):
        return Kind.EQUITY_INVESTMENT
    if act in (Act.LEND, Act.BORROW):
        apart = [c for c in classes if c in _NOT_LENT]
        if apart and event.trigger not in ("lend", "borrow", "loan"):
            return table[apart[0]]
        return event.frame.kind or Kind.LOAN
    if act is Act.PAY and main in (NounClass.LOAN, NounClass.BOND):
        main = None
    if main is not None:
        kind = table.get(main)
        if kind is Kind.PURCHASE_COMMITMENT and event.money is None and event.power is not None:
            return Kind.CAPACITY_COMMITMENT
        return kind
    if event.money is None and event.power is not None:
        return Kind.CAPACITY_COMMITMENT
    if event.frame.kind is not None:
        return event.frame.kind
    if (
        act is Act.GET
        and event.money is not None
        and event.other
        and not {NounClass.DEAL, NounClass.ORDER} & set(classes)
    ):
        if all(e.role is Role.LENDER or "bank" in e.traits for e in event.other):
            return Kind.LOAN
        return Kind.PURCHASE_COMMITMENT if event.money.per else commitment_of(event.other, event.doer, event)
    if (
        act is Act.GIVE
        and event.money is not None
        and event.other
        and event.trigger in ("hand", "give", "hand+over")
    ):
        return commitment_of(event.doer, event.other, event) if not classes else None
    if act is Act.COMMIT and all(
        np.head in ("commitment", "pledge", "promise") or noun_class(np) is not NounClass.DEAL
        for np in event.content
    ):
        return None
    signed = event.act is Act.SIGN and (event.money is not None or event.power is not None)
    contracted = (event.trigger == "contract" or signed) and bool(event.other)
    if NounClass.DEAL in classes or NounClass.ORDER in classes or contracted:
        return Kind.PURCHASE_COMMITMENT
    if event.power is not None and act in (Act.GET, Act.DEPLOY):
        return Kind.PURCHASE_COMMITMENT  # "has taken 12 megawatts, a commitment worth $5 million"
    return None


def _computing(event: Event, classes: list[NounClass]) -> None:
    """Chips taken from a cloud are its capacity; gigawatts of chips are capacity too."""
    if event.kind is not Kind.SUPPLY or event.payee is None or NounClass.POWER in classes:
        return
    if event.power is not None and event.money is None and event.count is None:
        event.kind = Kind.CAPACITY_COMMITMENT
    elif event.payee.role in (Role.CLOUD, Role.NEOCLOUD, Role.DATACENTER) and _COMPUTERS & {
        w for np in event.content for w in (np.head, *np.words)
    }:
        event.kind = Kind.PURCHASE_COMMITMENT if event.money is not None else Kind.CAPACITY_COMMITMENT


#: What is paid in a course of years buys something.
_BY_YEARS = re.compile(r"\bover\s+(?:[\w-]+\s+){0,3}?years?\b", re.IGNORECASE)


def _commitment(event: Event) -> Kind:
    return commitment_of(event.doer, event.other, event)


def commitment_of(payers: list[Entity], payees: list[Entity], event: Event) -> Kind:
    """Tell what money for somebody is for, by the trades of the two sides."""
    if event.money is not None and event.money.per:
        return Kind.PURCHASE_COMMITMENT
    if _BY_YEARS.search(event.sentence.text, event.start):
        return Kind.PURCHASE_COMMITMENT
    mine = UPSTREAM.get(payers[0].role) if payers and payers[0].role else None
    theirs = UPSTREAM.get(payees[0].role) if payees and payees[0].role else None
    buys = mine is not None and theirs is not None and mine < theirs
    buys |= any(SELLERS & payee.traits for payee in payees)
    return Kind.PURCHASE_COMMITMENT if buys else Kind.EQUITY_INVESTMENT


def _is_asset(event: Event) -> bool:
    """Whether a place changes hands, or part of one: "40% of two wind farms", "pays $5 million for a campus"."""
    first, rest = event.content[:1], event.content[1:]
    if event.power is not None or event.money is None:
        return False
    if event.act is Act.PAY:
        return any(np.head in _BUSINESSES and np.head not in ("site", "unit") for np in event.content[:2])
    part = any(
        noun_class(np) is NounClass.SHARES or np.words[-1:] in (["quarter"], ["third"], ["half"])
        for np in first
    )
    return part and any(np.head in _BUSINESSES - _COMPANIES for np in rest[:1])


#: Parts of companies that are companies themselves: a share in one is equity.
_COMPANIES = words("arm unit division business subsidiary operation brand")


def _is_building(np: NounPhrase) -> bool:
    """Whether a whole data centre changes hands."""
    return np.head in ("centre", "center") and "data" in np.words and not np.figures


def _is_part(event: Event) -> bool:
    """Whether only part of a company is acquired: "a 10% stake"."""
    return any(
        noun_class(np) is NounClass.SHARES
        and not {"remaining", "all", "outstanding", "entire", "whole"} & {*np.words, np.determiner}
        for np in event.content[:1]
    ) or any(f.kind.value == "percent" and (f.count or 0) < 50 for np in event.content for f in np.figures)


# -- the counterparty -----------------------------------------------------------------------------


def _find_other(event: Event, discourse: Discourse) -> None:  # noqa: C901  (one branch for each construction)
    if event.kind is Kind.ACQUISITION and event.act is Act.SELL:
        return
    if event.kind is Kind.ACQUISITION:
        target = (
            event.targets
            or _owner(event, discourse)
            or next((e for p, e in event.links if p in ("of", "in")), [])
        )
        if target:
            event.other = target
        return
    if event.kind in (Kind.LEASE, Kind.CAPACITY_COMMITMENT) and event.doer:
        owner = _site_owner(event)
        if owner and not event.other:
            event.other = owner
            event.rules.append("other:site")
    if event.other:
        return
    if event.act is Act.LEND and event.kind is Kind.LOAN and not event.is_nominal:
        event.other = _funded(event)
        if event.other:
            event.rules.append("other:funded")
            return
    ownership = event.kind is Kind.EQUITY_INVESTMENT
    issued = event.kind is Kind.BOND and event.act in (Act.RAISE, Act.ISSUE, Act.SELL)
    event.other = [] if issued else _owner(event, discourse)  # "raised $5 million of Islamic bonds"
    if event.other:
        event.rules.append("other:owner")
    elif ownership:
        event.other = next((e for p, e in event.links if p in ("in", "of", "into", "to", "for") and e), [])
    if not event.other:
        wanted = "from with to at on by for".split() if not ownership else ["from"]
        wanted = [] if event.trigger in ("lead", "co-lead") else wanted  # "led by X, with money from Y"
        event.other = next(
            (e for p, e in event.links if p in wanted and e and not (p == "at" and is_site(e))), []
        )
    if not event.other and event.act in (Act.GUARANTEE, Act.GET) and event.targets:
        event.other = event.targets


def is_site(named: list[Entity]) -> bool:
    """Whether a name after "at" is where something stands: "took another 120 megawatts at Black Pearl"."""
    return all(e.known is None and e.n_mentions < _OFTEN and not _ends_as_company(e) for e in named)


def _ends_as_company(entity: Entity) -> bool:
    return entity.name.lower().split()[-1] in ORGANISATION_ENDINGS


#: Who is named so often is spoken of, not a place.
_OFTEN = 4


#: What a loan is for, when its borrower is named as whose it is.
_FUNDED = words(
    "purchase acquisition expansion order construction takeover campus project plant deal build-out buildout"
)


def _funded(event: Event) -> list[Entity]:
    """Return who borrows in "to finance *Y's* purchase of chips"."""
    for np in event.content:
        owner = np.possessor if np.head in _FUNDED else None
        found = [owner.entity] if owner is not None and owner.entity is not None else []
        if found and not set(found) & set(event.doer):
            return [e for e in found if e is not None]
    return []


def _site_owner(event: Event) -> list[Entity]:
    """Return whose site a tenant moves into: "a lease for 60 megawatts at *Halden's* site"."""
    for np in event.content:
        if np.head not in SITES or np.possessor is None or np.possessor.pronoun:
            continue
        found = [np.possessor.entity] if np.possessor.entity is not None else (np.possessor.resolved or [])
        if found and not set(found) & set(event.doer):
            return list(found)
    return []


def _owner(event: Event, discourse: Discourse) -> list[Entity]:
    """Return whose product or share the content is: "AMD accelerators", "Azure services", "Intel stock"."""
    if event.act in (Act.LEND, Act.BORROW) and event.kind is Kind.LOAN:
        return []
    for np in event.content:
        for name in np.names:
            if name.is_place or name.is_person:
                continue
            if (
                np.entity is not None
                and name is np.names[-1]
                and event.kind is not Kind.ACQUISITION
                and name.known is None
            ):
                continue  # a ship or a plant, not a seller
            of_thing = noun_class(np) in _THINGS and discourse.is_organisation(name.text)
            if name.known is None and not (_may_own(np, event) or of_thing):
                continue
            entity = (
                discourse.known(name.known)
                if name.known
                else (None if name.is_product else discourse.named(name.text))
            )
            if entity is not None and entity not in event.doer:
                return [entity]
        if np.possessor is not None and np.possessor.pronoun == "":
            possessor = np.possessor.entity or next(iter(np.possessor.resolved or ()), None)
            if possessor is not None and possessor not in event.doer:
                return [possessor]
    return []


def _may_own(np: NounPhrase, event: Event) -> bool:
    """Whether an unknown name before a noun is the owner's: "Sorrel shares", not "Kite launches"."""
    if np.entity is not None:
        return event.kind is Kind.ACQUISITION
    shares = noun_class(np) in (NounClass.SHARES, NounClass.EQUITY, NounClass.BOND)
    return shares or (bool(np.names) and np.names[-1].is_possessive)


# -- direction ------------------------------------------------------------------------------------


#: What a sum is called that is paid rather than bought.
_PAYMENTS = words("rent prepayment payment deposit fee royalty")


def _is_thing(event: Event, classes: list[NounClass]) -> bool:
    """Whether goods change hands rather than money or paper: "receives an order for chips" is paper."""
    main = _first(classes)
    named = [np for np in event.content if np.head and np.entity is None]
    paper = NOUN_CLASS.get(named[0].head) if named else None
    if event.act in (Act.GIVE, Act.GET) and paper in (NounClass.ORDER, NounClass.DEAL):
        return False
    if event.act in (Act.GET, Act.GIVE) and event.exchanged is not None and event.money is not None:
        return False  # "gets $5 million for its chips"
    sums = event.content[:2] if event.content[:1] and event.content[0].figures else event.content[:1]
    if event.money is not None and any(np.head in _PAYMENTS for np in sums):
        return False  # "collects $5 million in rent"
    handed = event.content[0].figures if event.content else []
    if main is None and any(f is event.power or f is event.count for f in handed):
        return True  # "takes 50 megawatts from X in a deal valued at $5 million"
    return main in _THINGS or (
        main is None and event.money is None and (event.power is not None or event.count is not None)
    )


def _direct(event: Event, classes: list[NounClass]) -> None:
    pays = event.pays
    main = _first(classes)
    thing = _is_thing(event, classes)
    if event.kind is Kind.REVENUE_SHARE:
        doer_pays = pays in (Pays.GIVER, Pays.DOER, Pays.ROLES)
    elif event.kind is Kind.WARRANT:
        doer_pays = pays in (Pays.GIVER, Pays.DOER, Pays.OTHER) or event.act is Act.ISSUE
    elif event.kind is Kind.BOND:
        gives = event.act is Act.GIVE and event.trigger != "offer"
        doer_pays = gives or event.act in (Act.BUY, Act.INVEST, Act.LEND, Act.SPEND, Act.COMMIT)
    elif event.kind is Kind.GUARANTEE:
        has = event.trigger.split()[0] in ("have", "hold") and any(p == "from" for p, _ in event.links)
        doer_pays = pays is not Pays.GETTER and event.act not in (Act.RAISE, Act.BORROW) and not has
    elif event.act is Act.SUPPLY and main in (NounClass.LOAN, NounClass.EQUITY, NounClass.MONEY):
        doer_pays = True
    elif pays is Pays.GIVER:
        doer_pays = not thing and event.act is not Act.ISSUE
    elif pays is Pays.GETTER:
        doer_pays = thing
    elif pays is Pays.ROLES:
        doer_pays = first_buys(event)
    else:
        doer_pays = pays is Pays.DOER
    payers, payees = (event.doer, event.other) if doer_pays else (event.other, event.doer)
    event.payers = [e for e in payers if e not in payees] if payees else list(payers)
    event.payee = payees[0] if payees else None
